"""Settings: every field has a domain, and keeps to it."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from rnn_core import Change, ConfigError, ModelConfig, TrainingConfig
from rnn_core.domains import Choice, Real, Switch, Whole
from tests.core.strategies import json_models, json_trainings, models, trainings

NETWORK = [
    *("cell", "hidden_size", "bidirectional", "embedding_size", "initialization", "init_scale", "forget_bias"),
    "recurrent_gradient",
]
TRAINING = [
    *("epochs", "learning_rate", "rate_every", "rate_factor", "optimizer", "momentum", "batch_size", "clipping"),
    *("clip_threshold", "stopping", "stop_accuracy", "stop_epochs", "seed"),
]
CONFIGS: dict[str, type[ModelConfig | TrainingConfig]] = dict.fromkeys(NETWORK, ModelConfig) | dict.fromkeys(
    TRAINING, TrainingConfig
)

WHOLE = ["hidden_size", "embedding_size", "epochs", "rate_every", "batch_size", "stop_epochs", "seed"]
REAL = ["init_scale", "forget_bias", "learning_rate", "rate_factor", "momentum", "clip_threshold", "stop_accuracy"]
CHOICE = ["cell", "initialization", "recurrent_gradient", "optimizer", "clipping", "stopping"]
SWITCH = ["bidirectional"]


def made(field: str, value: Any) -> Any:
    """The field's value in a configuration that was given this one."""
    return getattr(CONFIGS[field](**{field: value}), field)


def test_the_defaults_are_the_guides() -> None:
    assert ModelConfig() == ModelConfig(
        cell="vanilla",
        hidden_size=64,
        bidirectional=False,
        embedding_size=0,
        initialization="normal",
        init_scale=0.001,
        recurrent_gradient="exact",
    )
    assert TrainingConfig() == TrainingConfig(
        epochs=1000,
        learning_rate=0.02,
        rate_every=0,
        optimizer="sgd",
        batch_size=1,
        clipping="value",
        clip_threshold=1.0,
        stopping="never",
        seed=0,
        changes=(),
    )


def test_every_field_has_a_domain() -> None:
    """But for the changes, which are checked one by one, and the word vectors, which need an embedding."""
    fields = {f.name: cls for cls in (ModelConfig, TrainingConfig) for f in dataclasses.fields(cls)}
    assert fields == CONFIGS | {"changes": TrainingConfig, "vectors": ModelConfig}
    assert {*ModelConfig.domains(), *TrainingConfig.domains()} - {"vectors"} == set(CONFIGS) == {*WHOLE, *REAL, *CHOICE, *SWITCH}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hidden_size", 1),
        ("hidden_size", 4096),
        ("epochs", 1),
        ("epochs", 1_000_000),
        ("seed", 0),
        ("seed", 2**53 - 1),
        ("init_scale", 0.0),
        ("init_scale", 1e308),
        ("learning_rate", 5e-324),
        ("learning_rate", 1e308),
        ("clip_threshold", 5e-324),
        ("clip_threshold", 1e308),
        ("embedding_size", 0),
        ("embedding_size", 4096),
        ("forget_bias", -1e308),
        ("forget_bias", 1e308),
        ("rate_every", 0),
        ("rate_every", 1_000_000),
        ("rate_factor", 5e-324),
        ("rate_factor", 1e308),
        ("momentum", 0.0),
        ("momentum", 1.5),
        ("batch_size", 1),
        ("batch_size", 1_000_000),
        ("stop_accuracy", 5e-324),
        ("stop_accuracy", 1.0),
        ("stop_epochs", 1),
        ("stop_epochs", 1_000_000),
        *(("bidirectional", value) for value in (False, True)),
        *(("cell", value) for value in ("vanilla", "gru", "lstm")),
        *(("initialization", value) for value in ("normal", "glorot", "orthogonal")),
        *(("recurrent_gradient", value) for value in ("printed", "exact")),
        *(("optimizer", value) for value in ("sgd", "momentum", "adam")),
        *(("clipping", value) for value in ("none", "value", "norm", "global_norm")),
        *(("stopping", value) for value in ("never", "train", "test")),
    ],
)
def test_the_bounds_of_a_domain_are_in_it(field: str, value: object) -> None:
    assert made(field, value) == value


NO_WHOLE: list[object] = [2.0, "2", None, True, np.True_, math.nan, [2], b"2", np.float64(2), 1j]
NO_REAL: list[object] = [
    *(math.nan, math.inf, -math.inf, np.float64("nan"), np.float32("inf")),
    *("0.5", b"0.5", bytearray(b"1"), None, True, False, np.True_, [0.5], {}, 1j, np.array([0.5, 0.5])),
    *(np.complex128(1), np.str_("0.5"), memoryview(b"1")),
]
NO_CHOICE: list[object] = ["", "Value", "LSTM", "lstm ", "Train", "Adam", None, True, 0, ["value"], b"none"]
NO_SWITCH: list[object] = [0, 1, "true", "", None, np.True_, 1.0, [True]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hidden_size", 0),
        ("hidden_size", 4097),
        ("epochs", 0),
        ("epochs", 1_000_001),
        ("seed", -1),
        ("seed", 2**53),
        ("init_scale", -5e-324),
        ("learning_rate", 0.0),
        ("learning_rate", -0.02),
        ("clip_threshold", 0),
        ("clip_threshold", -1),
        ("embedding_size", -1),
        ("embedding_size", 4097),
        ("rate_every", -1),
        ("rate_every", 1_000_001),
        ("rate_factor", 0.0),
        ("rate_factor", -0.5),
        ("momentum", -5e-324),
        ("batch_size", 0),
        ("batch_size", 1_000_001),
        ("stop_accuracy", 0.0),
        ("stop_accuracy", -0.5),
        ("stop_accuracy", 1.0000000000000002),
        ("stop_accuracy", 100),
        ("stop_epochs", 0),
        ("stop_epochs", 1_000_001),
        pytest.param("learning_rate", 10**400, id="learning_rate-10**400"),
        *((field, value) for field in WHOLE for value in NO_WHOLE),
        *((field, value) for field in REAL for value in NO_REAL),
        *((field, value) for field in CHOICE for value in NO_CHOICE),
        *((field, value) for field in SWITCH for value in NO_SWITCH),
    ],
)
def test_what_is_not_in_the_domain_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        made(field, value)
    error = caught.value
    assert error.field == field
    assert error.value is value
    assert error.expected == CONFIGS[field].domains()[field]
    assert str(error).startswith(f"{field} must be {error.expected}, not ")


@pytest.mark.parametrize("value", [np.int64(8), np.uint8(8), np.int32(8), 8])
def test_whole_numbers_of_numpy_become_plain_ones(value: Any) -> None:
    assert made("hidden_size", value) == 8
    assert type(made("hidden_size", value)) is int


@pytest.mark.parametrize("value", [np.float32(0.5), np.float64(0.5), np.float16(0.5), 0.5])
def test_real_numbers_of_numpy_become_plain_ones(value: Any) -> None:
    assert made("learning_rate", value) == 0.5
    assert type(made("learning_rate", value)) is float
    assert type(made("learning_rate", 1)) is float


def test_domains_say_what_they_expect() -> None:
    assert str(Whole(1, 4096)) == "a whole number from 1 to 4,096"
    assert str(Real(0.0)) == "a number above 0"
    assert str(Real(0.0, includes_low=True)) == "a number of 0 or more"
    assert str(Real(0.0, high=1.0)) == "a number above 0, up to 1"
    assert str(Real()) == "a number"
    assert str(Choice(("none", "value"))) == "one of none, value"
    assert str(Switch()) == "true or false"


@pytest.mark.parametrize("value", [10**5000, "x" * 10**6, [[1] * 1000] * 1000], ids=["number", "text", "list"])
def test_a_message_stays_short_whatever_was_given(value: Any) -> None:
    """Ten to the 5000th cannot even be written out; it must still be refused as any other wrong number is."""
    with pytest.raises(ConfigError) as caught:
        ModelConfig(hidden_size=value)
    assert len(str(caught.value)) < 200


def test_a_message_stays_short_whatever_a_field_is_called() -> None:
    with pytest.raises(ConfigError) as caught:
        ModelConfig.from_json({"x" * 100_000 + "\n": 1})
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ModelConfig().hidden_size = 3  # type: ignore[misc]
    assert hash(TrainingConfig(changes=(Change(2, "clipping", "none"),))) == hash(
        TrainingConfig(changes=[[2, "clipping", "none"]])  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_guides_printed_rule_is_the_vanilla_cells_alone(cell: Any) -> None:
    assert ModelConfig(cell="vanilla", recurrent_gradient="printed").recurrent_gradient == "printed"
    ways: list[Callable[[], ModelConfig]] = [
        lambda: ModelConfig(cell=cell, recurrent_gradient="printed"),
        lambda: ModelConfig.from_json({"cell": cell, "recurrent_gradient": "printed"}),
        lambda: dataclasses.replace(ModelConfig(recurrent_gradient="printed"), cell=cell),
    ]
    for make in ways:
        with pytest.raises(ConfigError) as caught:
            make()
        assert (caught.value.field, caught.value.value) == ("recurrent_gradient", "printed")


# ---------------------------------------------------------------------- changes on the way


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ("learning_rate", "changes"),
        (None, "changes"),
        ({}, "changes"),
        ([7], "changes"),
        ([("learning_rate", 0.1)], "changes"),
        ([(1, "learning_rate", 0.1, 2)], "changes"),
        (["abc"], "changes"),
        ([(1, "seed", 3)], "changes"),
        ([(1, "epochs", 3)], "changes"),
        ([(1, "optimizer", "adam")], "changes"),
        ([(1, "batch_size", 3)], "changes"),
        ([(1, "rate_factor", 0.1)], "changes"),
        ([(1, ["learning_rate"], 0.1)], "changes"),
        ([(0, "learning_rate", 0.1)], "changes"),
        ([(11, "learning_rate", 0.1)], "changes"),
        ([(1.5, "learning_rate", 0.1)], "changes"),
        ([(True, "learning_rate", 0.1)], "changes"),
        ([(3, "learning_rate", 0.1), (2, "learning_rate", 0.2)], "changes"),
        ([(1, "learning_rate", 0.0)], "learning_rate"),
        ([(1, "learning_rate", math.nan)], "learning_rate"),
        ([(1, "learning_rate", "fast")], "learning_rate"),
        ([(1, "clipping", "hard")], "clipping"),
        ([(1, "clip_threshold", math.inf)], "clip_threshold"),
        ([(1, "learning_rate", 0.1)] * 101, "changes"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(changes: Any, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(epochs=10, changes=changes)
    assert caught.value.field == field


def test_a_hundred_changes_are_allowed() -> None:
    assert len(TrainingConfig(changes=tuple(Change(e, "learning_rate", 0.1) for e in range(1, 101))).changes) == 100


def test_a_change_holds_from_its_epoch_on_until_the_next_of_its_field() -> None:
    config = TrainingConfig(
        epochs=10,
        changes=(Change(3, "learning_rate", 1), Change(5, "clipping", "none"), Change(5, "learning_rate", 0.5)),
    )
    assert config.changes[0] == (3, "learning_rate", 1.0)
    assert [config.at(e)["learning_rate"] for e in (1, 2, 3, 4, 5, 10)] == [0.02, 0.02, 1.0, 1.0, 0.5, 0.5]
    assert [config.at(e)["clipping"] for e in (1, 4, 5, 10)] == ["value", "value", "none", "none"]
    assert {config.at(e)["clip_threshold"] for e in range(1, 11)} == {1.0}


# ---------------------------------------------------------------------- JSON


@given(models)
def test_a_networks_settings_survive_json(config: ModelConfig) -> None:
    assert ModelConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@given(trainings())
def test_a_trainings_settings_survive_json(config: TrainingConfig) -> None:
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_fields_missing_from_json_take_their_defaults() -> None:
    assert ModelConfig.from_json({}) == ModelConfig()
    assert TrainingConfig.from_json({"epochs": 5}) == TrainingConfig(epochs=5)


@pytest.mark.parametrize("cls", [ModelConfig, TrainingConfig])
@pytest.mark.parametrize("field", ["layers", "", "__class__", "CHANGEABLE", "domains"])
def test_an_unknown_field_is_refused_by_name(cls: type[ModelConfig | TrainingConfig], field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        cls.from_json({field: 1})
    assert caught.value.field == field


@pytest.mark.parametrize("value", [None, [], "epochs", 3, [["epochs", 3]]])
def test_json_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig.from_json(value)
    assert caught.value.value == value


@given(json_models)
def test_arbitrary_json_is_a_networks_settings_or_refused_and_nothing_else(value: object) -> None:
    try:
        config = ModelConfig.from_json(value)
    except ConfigError:
        return
    assert ModelConfig.from_json(config.to_json()) == config


@given(json_trainings)
def test_arbitrary_json_is_a_trainings_settings_or_refused_and_nothing_else(value: object) -> None:
    try:
        config = TrainingConfig.from_json(value)
    except ConfigError:
        return
    assert TrainingConfig.from_json(config.to_json()) == config


def test_word_vectors_need_an_embedding_and_are_written_only_where_they_are_used() -> None:
    assert ModelConfig.domains()["vectors"].coerce("frozen") == "frozen"
    assert "vectors" not in ModelConfig(embedding_size=3).to_json()
    used = ModelConfig(embedding_size=3, vectors="frozen")
    assert ModelConfig.from_json(used.to_json()) == used
    for value in ("on", True, None):
        with pytest.raises(ConfigError):
            ModelConfig(embedding_size=3, vectors=value)  # type: ignore[arg-type]
