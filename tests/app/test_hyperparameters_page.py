"""Hyperparameters: what a field shows is what will be trained, and what cannot be is refused beside its field."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_core import Model, ModelConfig, TrainingConfig, presets
from ui import messages

from .visitor import Visitor


@pytest.fixture
def form(visitor: Visitor) -> Visitor:
    return visitor.open("hyperparameters")


def set_in(visitor: Visitor, field: str) -> Any:
    session = visitor.session
    return getattr(session.model if field in ModelConfig.domains() else session.training, field)


def shown(visitor: Visitor) -> dict[str, Any]:
    """What every field on the page shows."""
    return {str(widget.key).rsplit("-", 1)[0]: widget.value for widget in (*visitor.app.number_input, *visitor.app.selectbox)}


def test_the_fields_show_the_guides_defaults(form: Visitor) -> None:
    defaults = ModelConfig().to_json() | TrainingConfig().to_json()
    defaults.pop("changes")
    assert shown(form) == defaults


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hidden_size", 16),
        ("init_scale", 0.05),
        ("init_scale", 0.0),
        ("recurrent_gradient", "printed"),
        ("epochs", 20),
        ("learning_rate", 1e-7),
        ("clipping", "none"),
        ("clip_threshold", 0.25),
        ("seed", 2**53 - 1),
    ],
)
def test_a_field_writes_through_and_changes_nothing_else(form: Visitor, field: str, value: Any) -> None:
    form.enter(field, value)
    assert not form.errors
    experiment = form.session.experiment()
    guide = presets.guide_corrected()
    expected = guide.with_model if field in ModelConfig.domains() else guide.with_training
    assert experiment == expected(**{field: value})


def test_a_setting_is_still_there_after_a_walk(form: Visitor) -> None:
    form.enter("hidden_size", 16).enter("learning_rate", 0.5).open("home").open("hyperparameters")
    assert shown(form)["hidden_size"] == 16
    assert shown(form)["learning_rate"] == 0.5
    assert form.session.model.hidden_size == 16


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("hidden_size", 0, "Hidden units cannot be 0. A whole number from 1 to 512. It stays 64."),
        ("hidden_size", 513, "Hidden units cannot be 513. A whole number from 1 to 512. It stays 64."),
        ("init_scale", -0.1, "Initial scale cannot be -0.1. It is a number of 0 or more. It stays 0.001."),
        ("epochs", 0, "Epochs cannot be 0. A whole number from 1 to 100\u2009000. It stays 1\u2009000."),
        ("epochs", 100_001, "Epochs cannot be 100001. A whole number from 1 to 100\u2009000. It stays 1\u2009000."),
        ("learning_rate", -1.0, "Learning rate cannot be -1.0. It is a number above 0. It stays 0.02."),
        ("learning_rate", 0.0, "Learning rate cannot be 0.0. It is a number above 0. It stays 0.02."),
        ("clip_threshold", 0.0, "Clip threshold cannot be 0.0. It is a number above 0. It stays 1."),
        ("seed", -1, "Seed cannot be -1. It is a whole number from 0 to 9,007,199,254,740,991. It stays 0."),
    ],
)
def test_a_refused_value_is_told_and_the_old_one_stays(form: Visitor, field: str, value: Any, sentence: str) -> None:
    before = set_in(form, field)
    form.enter(field, value)
    assert form.errors == [sentence]
    assert set_in(form, field) == before
    assert form.session.experiment() == presets.guide_corrected()


@pytest.mark.parametrize("field", ["hidden_size", "init_scale", "epochs", "learning_rate", "clip_threshold", "seed"])
def test_a_cleared_field_changes_nothing_and_goes_back_to_what_is_set_or_says_so(form: Visitor, field: str) -> None:
    form.enter("seed", 7).enter("init_scale", 0.5)
    before = form.session.experiment()
    form.enter(field, None)
    assert form.session.experiment() == before
    told = form.errors == [f"{messages.FIELDS[field]} is empty. It stays {messages.setting(set_in(form, field))}."]
    assert told or shown(form)[field] == set_in(form, field)


def test_each_field_brings_its_value_along_whenever_it_is_drawn(form: Visitor) -> None:
    """A value that only the session state gives is sent once: where the page is drawn twice at once, as a visit's first page
    is, a browser may see the second drawing alone, and would show zeros.
    """
    form.enter("hidden_size", 16).enter("clipping", "none").enter("clipping", "value")
    for _ in range(2):
        for widget in (*form.app.number_input, *form.app.selectbox):
            value = set_in(form, str(widget.key).rsplit("-", 1)[0])
            default = widget.proto.default
            assert (default if widget.type == "number_input" else widget.options[default]) == messages.CHOICES.get(value, value)
        form.app.run()


def test_a_refused_value_is_forgotten_on_leaving(form: Visitor) -> None:
    form.enter("hidden_size", 0).open("home").open("hyperparameters")
    assert not form.errors
    assert shown(form)["hidden_size"] == 64


def test_a_good_value_beside_a_refused_one_is_taken(form: Visitor) -> None:
    form.enter("hidden_size", 0).enter("epochs", 30)
    assert len(form.errors) == 1
    assert (form.session.model.hidden_size, form.session.training.epochs) == (64, 30)


def test_a_machine_open_to_strangers_allows_less(monkeypatch: pytest.MonkeyPatch, known_router: None) -> None:
    monkeypatch.setenv("UNROLLED_PROFILE", "hosted")
    form = Visitor().open("hyperparameters").enter("hidden_size", 129)
    assert form.errors == ["Hidden units cannot be 129. A whole number from 1 to 128. It stays 64."]
    (field,) = [widget for widget in form.app.number_input if widget.label == "Epochs"]
    assert field.help.endswith("A whole number from 1 to 5\u2009000.")


# ---------------------------------------------------------------------- presets


@pytest.mark.parametrize("name", messages.PRESETS)
def test_a_preset_fills_the_fields_and_keeps_the_seed(form: Visitor, name: str) -> None:
    form.enter("seed", 5).enter("hidden_size", 3).enter("clipping", "none").press(messages.PRESETS[name][0])
    preset = presets.EXPERIMENTS[name](5)
    assert (form.session.model, form.session.training) == (preset.model, preset.training)
    expected = preset.model.to_json() | preset.training.to_json()
    expected.pop("changes")
    assert shown(form) == expected


def test_every_preset_of_the_core_has_a_button(form: Visitor) -> None:
    assert set(messages.PRESETS) == set(presets.EXPERIMENTS)
    assert form.buttons == [label for label, _ in messages.PRESETS.values()]


def test_a_preset_leaves_the_sentences_alone(form: Visitor) -> None:
    edited = form.open("dataset").edit(cells={0: {"text": "great"}}).session.dataset
    form.open("hyperparameters").press("A better start")
    assert form.session.dataset == edited


# ---------------------------------------------------------------------- what the settings make


def test_the_table_has_the_shapes_of_the_network(form: Visitor) -> None:
    form.enter("hidden_size", 5)
    (table,) = form.tables("parameter")
    parameters = Model.initial(form.session.experiment()).parameters
    assert [name.split(" · ")[0] for name in table["parameter"]] == list(parameters)
    assert list(table["shape"]) == [" × ".join(str(n) for n in array.shape) for array in parameters.values()]
    assert list(table["numbers"]) == [str(array.size) for array in parameters.values()]
    assert form.markdown[-1] == f"{sum(a.size for a in parameters.values())} numbers to learn, for 18 words and 2 labels."


def test_the_table_follows_the_vocabulary(form: Visitor) -> None:
    form.open("dataset").edit(added=[{"text": "two new words", "label": "positive"}]).open("hyperparameters")
    assert form.tables("parameter")[0]["shape"].iloc[0] == "64 × 21"


def test_the_threshold_hides_where_nothing_is_clipped_and_keeps_its_value(form: Visitor) -> None:
    form.enter("clip_threshold", 0.25).enter("clipping", "none")
    assert "clip_threshold" not in shown(form)
    form.enter("clipping", "value")
    assert shown(form)["clip_threshold"] == 0.25
    assert form.session.training.clip_threshold == 0.25


def test_sentences_that_cannot_be_trained_on_stand_in_the_place_of_the_table(form: Visitor) -> None:
    form.open("dataset").edit(cells={3: {"label": None}}).open("hyperparameters")
    assert form.errors == ["This cannot be trained yet. Row 4 has no label. Choose positive or negative."]
    assert not form.tables("parameter")
    assert form.links == {"Mend the sentences": "dataset"}


def test_a_network_too_large_for_the_server_is_refused_with_both_numbers(form: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form.session, "limits", type(form.session.limits)(parameters=1_000))
    form.app.run()
    size = presets.guide_corrected().layout.size
    assert form.errors == [
        f"This cannot be trained yet. The network would have {messages.number(size)} parameters; this server allows 1\u2009000. "
        "Fewer hidden units or words help."
    ]


@pytest.mark.parametrize("value", [5e-324, 0.1, 1e300])
def test_the_headline_shows_any_rate_that_is_allowed(form: Visitor, value: float) -> None:
    form.enter("learning_rate", value)
    assert form.markdown[0] == f"Vanilla RNN, 64 hidden units, rate {value:g}, clip ±1, 1\u2009000 epochs."
