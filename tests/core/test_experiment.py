"""All that it takes to make a run again."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given

from rnn_core import (
    ConfigError,
    Dataset,
    DatasetError,
    Experiment,
    LimitError,
    Limits,
    ModelConfig,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.training.run import check_limits, history_bytes, snapshot_bytes
from tests.core.children import python
from tests.core.strategies import experiments, json_experiments


def test_settings_default_to_the_guides(six: Dataset) -> None:
    assert Experiment(dataset=six) == Experiment(dataset=six, model=ModelConfig(), training=TrainingConfig())


def test_an_experiment_is_refused_at_birth_for_the_first_fault_that_blocks() -> None:
    with pytest.raises(DatasetError) as caught:
        Experiment(dataset=Dataset.from_pairs([("good", True), ("bad", False), ("", True)]))
    assert (caught.value.reason, caught.value.row) == ("empty_text", 3)


@pytest.mark.parametrize(
    ("field", "value"), [("dataset", None), ("model", {}), ("training", ModelConfig()), ("model", "vanilla")]
)
def test_a_part_of_another_kind_is_refused(field: str, value: Any, six: Dataset) -> None:
    parts: dict[str, Any] = {"dataset": six, field: value}
    with pytest.raises(ConfigError) as caught:
        Experiment(**parts)
    assert caught.value.field == field


def test_an_experiment_with_other_settings_is_another_and_the_first_stays(small: Experiment) -> None:
    faster = small.with_training(learning_rate=0.5).with_model(hidden_size=3)
    assert (faster.training.learning_rate, faster.model.hidden_size) == (0.5, 3)
    assert (small.training.learning_rate, small.model.hidden_size) == (0.1, 7)
    assert faster.dataset == small.dataset
    assert faster.training.epochs == small.training.epochs
    with pytest.raises(ConfigError):
        small.with_training(learning_rate=-1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        small.model = ModelConfig()  # type: ignore[misc]


@given(experiments)
def test_an_experiment_survives_json(experiment: Experiment) -> None:
    again = Experiment.from_json(json.loads(json.dumps(experiment.to_json())))
    assert again == experiment
    assert again.fingerprint == experiment.fingerprint


def test_any_change_changes_the_fingerprint(small: Experiment) -> None:
    others = [
        small.with_model(hidden_size=8),
        small.with_model(init_scale=0.31),
        small.with_model(recurrent_gradient="printed"),
        small.with_model(cell="gru"),
        small.with_model(bidirectional=True),
        small.with_model(embedding_size=3),
        small.with_model(initialization="orthogonal"),
        small.with_model(forget_bias=0.5),
        small.with_training(rate_every=7),
        small.with_training(rate_factor=0.25),
        small.with_training(optimizer="adam"),
        small.with_training(momentum=0.8),
        small.with_training(batch_size=2),
        small.with_training(clipping="norm"),
        small.with_training(stopping="train"),
        small.with_training(stop_accuracy=0.9),
        small.with_training(stop_epochs=5),
        small.with_training(epochs=41),
        small.with_training(learning_rate=0.11),
        small.with_training(clipping="none"),
        small.with_training(clip_threshold=0.06),
        small.with_training(seed=12),
        small.with_training(changes=((2, "learning_rate", 0.1),)),
        dataclasses.replace(small, dataset=Dataset(small.dataset.examples[::-1])),
    ]
    assert len({small.fingerprint, *(other.fingerprint for other in others)}) == len(others) + 1


@pytest.mark.slow
def test_the_fingerprint_is_the_same_in_every_process() -> None:
    program = "from rnn_core import presets; print(presets.guide_printed(3).fingerprint)"
    assert {python(program, PYTHONHASHSEED=seed).strip() for seed in ("1", "2")} == {presets.guide_printed(3).fingerprint}


@pytest.mark.parametrize("missing", ["dataset", "model", "training"])
def test_json_must_have_all_three_parts_and_no_other(missing: str, small: Experiment) -> None:
    value = small.to_json()
    wrongs: list[object] = [{k: v for k, v in value.items() if k != missing}, value | {"name": "mine"}, [], None, "x"]
    for wrong in wrongs:
        with pytest.raises(ConfigError) as caught:
            Experiment.from_json(wrong)
        assert caught.value.field == "experiment"


@pytest.mark.slow
@given(json_experiments)
def test_arbitrary_json_is_an_experiment_or_refused_and_nothing_else(value: object) -> None:
    try:
        experiment = Experiment.from_json(value)
    except (ConfigError, DatasetError):
        return
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_json_is_bounded_in_rows(small: Experiment) -> None:
    assert Experiment.from_json(small.to_json(), Limits(rows=9)) == small
    with pytest.raises(DatasetError, match="too many rows"):
        Experiment.from_json(small.to_json(), Limits(rows=8))


@pytest.mark.parametrize(
    ("what", "value"),
    [("rows", 9), ("words", 5), ("hidden_size", 7), ("epochs", 40), ("parameters", 7 * 7 + 7 * 7 + 7 + 2 * 7 + 2)],
)
def test_an_experiment_keeps_to_the_limits_both_of_size_and_of_time(what: str, value: int, small: Experiment) -> None:
    """Each bound is inclusive. Parameters are words × units + units² + …, which no bound on units alone keeps small."""
    check_limits(small, Limits(**{what: value}))
    with pytest.raises(LimitError) as caught:
        check_limits(small, Limits(**{what: value - 1}))
    assert (caught.value.what, caught.value.value, caught.value.allowed) == (what, value, value - 1)


# ---------------------------------------------------------------------- how much room a run takes


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize(
    "network",
    [
        {},
        {"cell": "gru"},
        {"cell": "lstm", "bidirectional": True},
        {"embedding_size": 3},
        {"embedding_size": 3, "bidirectional": True},
    ],
    ids=["vanilla", "gru", "lstm both ways", "embedding", "embedding both ways"],
)
def test_the_bytes_foretold_of_snapshots_and_records_are_those_that_training_takes(
    network: dict[str, Any], optimizer: str, small: Experiment
) -> None:
    experiment = small.with_model(**network).with_training(optimizer=optimizer, epochs=3)
    trainer = Trainer(experiment)
    assert trainer.snapshot().nbytes == snapshot_bytes(experiment)
    list(trainer)
    assert trainer.snapshot().nbytes == snapshot_bytes(experiment)
    assert trainer.history.nbytes == history_bytes(experiment)


def test_a_run_whose_records_and_two_snapshots_would_not_fit_is_refused_with_both_numbers(small: Experiment) -> None:
    least = history_bytes(small) + 2 * snapshot_bytes(small)
    check_limits(small, Limits(run_bytes=least))
    with pytest.raises(LimitError) as caught:
        check_limits(small, Limits(run_bytes=least - 1))
    assert (caught.value.what, caught.value.value, caught.value.allowed) == ("run_bytes", least, least - 1)


def test_foretelling_a_huge_runs_bytes_takes_none(small: Experiment) -> None:
    huge = small.with_training(epochs=1_000_000, optimizer="adam").with_model(hidden_size=4096, cell="lstm")
    assert history_bytes(huge) == 1_000_000 * history_bytes(small.with_training(epochs=1))
    assert snapshot_bytes(huge) > 10**9
