"""Hyperparameters: what a field shows is what will be trained, and what cannot be is refused beside its field."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest

from rnn_core import Experiment, Limits, Model, ModelConfig, TextRules, TrainingConfig, presets
from rnn_core.data.templates import ByOrder, LongMemory, Templates
from rnn_core.network.cells import CELLS, gru, lstm, vanilla
from rnn_core.network.parameters import Layout
from rnn_core.training.run import check_limits
from tests.ui.visitor import Visitor, serve
from ui.frame import controls
from ui.language import number
from ui.messages import formatting, names


@pytest.fixture
def form(visitor: Visitor) -> Visitor:
    return visitor.open("hyperparameters")


def set_in(visitor: Visitor, field: str) -> Any:
    session = visitor.session
    return getattr(session.workspace.model if field in ModelConfig.domains() else session.workspace.training, field)


def shown(visitor: Visitor) -> dict[str, Any]:
    """What every field on the page shows."""
    return {field: widget.value for field, widget in visitor.fields.items()}


def values(model: ModelConfig, training: TrainingConfig) -> dict[str, Any]:
    """Every setting that a page can have a field for."""
    settings = model.to_json() | training.to_json()
    settings.pop("changes")
    return settings


MEANT = ("forget_bias", "momentum", "rate_factor", "stop_accuracy", "stop_epochs")
"""Fields that mean nothing beside the guide's settings."""


def test_the_fields_show_the_guides_defaults_but_for_those_that_mean_nothing_beside_them(form: Visitor) -> None:
    defaults = values(ModelConfig(), TrainingConfig())
    assert shown(form) == {field: value for field, value in defaults.items() if field not in MEANT}


WRITES = [
    ("cell", "gru", {}),
    ("cell", "lstm", {}),
    ("hidden_size", 16, {}),
    ("bidirectional", True, {}),
    ("embedding_size", 5, {}),
    ("initialization", "glorot", {}),
    ("initialization", "orthogonal", {}),
    ("init_scale", 0.05, {}),
    ("init_scale", 0.0, {}),
    ("forget_bias", -2.5, {"cell": "lstm"}),
    ("recurrent_gradient", "printed", {}),
    ("epochs", 20, {}),
    ("learning_rate", 1e-7, {}),
    ("rate_every", 50, {}),
    ("rate_factor", 0.9, {"rate_every": 50}),
    ("optimizer", "momentum", {}),
    ("optimizer", "adam", {}),
    ("momentum", 0.0, {"optimizer": "momentum"}),
    ("batch_size", 4, {}),
    ("clipping", "none", {}),
    ("clipping", "norm", {}),
    ("clipping", "global_norm", {}),
    ("clip_threshold", 0.25, {}),
    ("stopping", "train", {}),
    ("stopping", "test", {}),
    ("stop_accuracy", 0.9, {"stopping": "test"}),
    ("stop_epochs", 3, {"stopping": "train"}),
    ("seed", 2**53 - 1, {}),
]


@pytest.mark.parametrize(("field", "value", "beside"), WRITES)
def test_a_field_writes_through_and_changes_nothing_else(form: Visitor, field: str, value: Any, beside: dict[str, Any]) -> None:
    for other, setting in beside.items():
        form.enter(other, setting)
    form.enter(field, value)
    assert not form.errors
    assert shown(form)[field] == value
    experiment = presets.guide_corrected()
    for name, setting in (beside | {field: value}).items():
        experiment = (experiment.with_model if name in ModelConfig.domains() else experiment.with_training)(**{name: setting})
    assert form.session.workspace.experiment() == experiment


def test_every_setting_has_a_field_and_a_word_of_help() -> None:
    everything = {*ModelConfig.domains(), *TrainingConfig.domains()}
    assert {field for field, *_ in WRITES} == everything - {"vectors"}, "which has a field once there are vectors"
    of_sentences = {name for config in (TextRules, Templates, ByOrder, LongMemory) for name in config.domains()}
    assert set(controls.HELP) == everything | of_sentences


@pytest.mark.parametrize(
    ("field", "value", "switch", "shows", "hides"),
    [
        ("forget_bias", 2.5, "cell", ["lstm"], ["vanilla", "gru"]),
        ("recurrent_gradient", "exact", "cell", ["vanilla"], ["gru", "lstm"]),
        ("init_scale", 0.25, "initialization", ["normal"], ["glorot", "orthogonal"]),
        ("momentum", 0.25, "optimizer", ["momentum"], ["sgd", "adam"]),
        ("rate_factor", 0.25, "rate_every", [1, 1_000], [0]),
        ("stop_accuracy", 0.25, "stopping", ["train", "test"], ["never"]),
        ("stop_epochs", 7, "stopping", ["train", "test"], ["never"]),
        ("clip_threshold", 0.25, "clipping", ["value", "norm", "global_norm"], ["none"]),
    ],
)
def test_a_field_shows_where_it_means_something_and_keeps_its_value_where_it_does_not(
    form: Visitor, field: str, value: Any, switch: str, shows: list[Any], hides: list[Any]
) -> None:
    domain = {**ModelConfig.domains(), **TrainingConfig.domains()}[switch]
    assert {*shows, *hides} == {*getattr(domain, "options", (*shows, *hides))}, "all of a choice is tried"
    form.enter(switch, shows[0]).enter(field, value)
    for hidden in hides:
        form.enter(switch, hidden)
        assert field not in shown(form), hidden
        assert set_in(form, field) == value
        for visible in shows:
            form.enter(switch, visible)
            assert shown(form)[field] == value, visible
            assert set_in(form, field) == value
    assert not form.errors


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_another_cell_beside_the_printed_rule_takes_the_exact_one_and_is_no_error(form: Visitor, cell: str) -> None:
    form.enter("recurrent_gradient", "printed").enter("cell", cell)
    assert not form.errors
    assert form.session.workspace.experiment() == presets.guide_corrected().with_model(cell=cell)
    form.enter("cell", "vanilla")
    assert shown(form)["recurrent_gradient"] == "exact"
    assert not form.errors


def test_a_setting_is_still_there_after_a_walk(form: Visitor) -> None:
    form.enter("hidden_size", 16).enter("learning_rate", 0.5).open("home").open("hyperparameters")
    assert shown(form)["hidden_size"] == 16
    assert shown(form)["learning_rate"] == 0.5
    assert form.session.workspace.model.hidden_size == 16


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("hidden_size", 0, "Hidden units cannot be 0. A whole number from 1 to 512. It stays 64."),
        ("hidden_size", 513, "Hidden units cannot be 513. A whole number from 1 to 512. It stays 64."),
        ("init_scale", -0.1, "Initial scale cannot be -0.1. A number of 0 or more. It stays 0.001."),
        ("epochs", 0, "Epochs cannot be 0. A whole number from 1 to 100,000. It stays 1,000."),
        ("epochs", 100_001, "Epochs cannot be 100001. A whole number from 1 to 100,000. It stays 1,000."),
        ("learning_rate", -1.0, "Learning rate cannot be -1.0. A number above 0. It stays 0.02."),
        ("learning_rate", 0.0, "Learning rate cannot be 0.0. A number above 0. It stays 0.02."),
        ("clip_threshold", 0.0, "Clip threshold cannot be 0.0. A number above 0. It stays 1."),
        ("seed", -1, "Seed cannot be -1. A whole number from 0 to 9,007,199,254,740,991. It stays 0."),
        ("embedding_size", -1, "Embedding size cannot be -1. A whole number from 0 to 4,096. It stays 0."),
        ("embedding_size", 4097, "Embedding size cannot be 4097. A whole number from 0 to 4,096. It stays 0."),
        ("batch_size", 0, "Batch size cannot be 0. A whole number from 1 to 1,000,000. It stays 1."),
    ],
)
def test_a_refused_value_is_told_and_the_old_one_stays(form: Visitor, field: str, value: Any, sentence: str) -> None:
    before = set_in(form, field)
    form.enter(field, value)
    assert form.errors == [sentence]
    assert set_in(form, field) == before
    assert form.session.workspace.experiment() == presets.guide_corrected()


@pytest.mark.parametrize(
    ("field", "value", "beside", "refusal"),
    [
        ("momentum", -0.5, ("optimizer", "momentum"), "cannot be -0.5. A number of 0 or more. It stays 0.9."),
        ("rate_factor", 0.0, ("rate_every", 9), "cannot be 0.0. A number above 0. It stays 0.5."),
        ("rate_every", -1, ("rate_every", 9), "cannot be -1. A whole number from 0 to 1,000,000. It stays 9."),
        ("stop_accuracy", 1.1, ("stopping", "test"), "cannot be 1.1. A number above 0, up to 1. It stays 1."),
        ("stop_epochs", 0, ("stopping", "test"), "cannot be 0. A whole number from 1 to 1,000,000. It stays 20."),
    ],
)
def test_what_means_something_only_beside_another_setting_is_refused_as_well(
    form: Visitor, field: str, value: Any, beside: tuple[str, Any], refusal: str
) -> None:
    form.enter(*beside)
    before = form.session.workspace.experiment()
    form.enter(field, value)
    assert form.errors == [f"{names.FIELDS[field]} {refusal}"]
    assert form.session.workspace.experiment() == before


@pytest.mark.parametrize(
    "field",
    [
        "hidden_size",
        "init_scale",
        "embedding_size",
        "epochs",
        "learning_rate",
        "clip_threshold",
        "rate_every",
        "batch_size",
        "seed",
    ],
)
def test_a_cleared_field_changes_nothing_and_goes_back_to_what_is_set_or_says_so(form: Visitor, field: str) -> None:
    form.enter("seed", 7).enter("init_scale", 0.5)
    before = form.session.workspace.experiment()
    form.enter(field, None)
    assert form.session.workspace.experiment() == before
    told = form.errors == [f"{names.FIELDS[field]} is empty. It stays {formatting.setting(set_in(form, field))}."]
    assert told or shown(form)[field] == set_in(form, field)


def test_each_field_brings_its_value_along_whenever_it_is_drawn(form: Visitor) -> None:
    """A value that only the session state gives is sent once: where the page is drawn twice at once, as a visit's first page
    is, a browser may see the second drawing alone, and would show zeros.
    """
    form.enter("hidden_size", 16).enter("clipping", "none").enter("clipping", "value").enter("bidirectional", True)
    for _ in range(2):
        for field, widget in form.fields.items():
            value = set_in(form, field)
            default = widget.proto.default
            assert (widget.options[default] if widget.type == "selectbox" else default) == names.CHOICES.get(value, value)
        form.app.run()


def test_a_refused_value_is_forgotten_on_leaving(form: Visitor) -> None:
    form.enter("hidden_size", 0).open("home").open("hyperparameters")
    assert not form.errors
    assert shown(form)["hidden_size"] == 64


def test_a_good_value_beside_a_refused_one_is_taken(form: Visitor) -> None:
    form.enter("hidden_size", 0).enter("epochs", 30)
    assert len(form.errors) == 1
    assert (form.session.workspace.model.hidden_size, form.session.workspace.training.epochs) == (64, 30)


def test_a_machine_open_to_strangers_allows_less(monkeypatch: pytest.MonkeyPatch, known_router: None) -> None:
    monkeypatch.setenv("UNROLLED_PROFILE", "hosted")
    form = Visitor().open("hyperparameters").enter("hidden_size", 129)
    assert form.errors == ["Hidden units cannot be 129. A whole number from 1 to 128. It stays 64."]
    (field,) = [widget for widget in form.app.number_input if widget.label == "Epochs"]
    assert field.help.endswith("A whole number from 1 to 5,000.")


# ---------------------------------------------------------------------- presets


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_a_preset_fills_the_fields_and_keeps_the_seed(form: Visitor, name: str) -> None:
    form.enter("seed", 5).enter("hidden_size", 3).enter("clipping", "none").press(names.PRESETS[name])
    preset = presets.EXPERIMENTS[name](5)
    assert (form.session.workspace.model, form.session.workspace.training) == (preset.model, preset.training)
    assert form.session.workspace.dataset == preset.dataset
    everything = values(preset.model, preset.training)
    assert set(everything) - set(shown(form)) <= {
        *MEANT,
        "init_scale",
        "recurrent_gradient",
        *(("embedding_size",) if preset.dataset.vectors else ()),
    }
    assert shown(form) == {field: everything[field] for field in shown(form)}
    assert not form.errors
    assert [button.label for button in form.app.main.button if button.proto.type == "primary"] == [names.PRESETS[name]]
    assert names.WATCH[name] in [caption.value for caption in form.app.main.caption]


def test_every_preset_of_the_core_has_a_button_and_words(form: Visitor) -> None:
    assert set(presets.EXPERIMENTS) == set(names.PRESETS) == set(names.WATCH)
    assert form.buttons == [names.PRESETS[name] for name in presets.EXPERIMENTS]


def test_settings_that_are_no_preset_light_no_button(form: Visitor) -> None:
    form.enter("hidden_size", 63)
    assert not [button.label for button in form.app.main.button if button.proto.type == "primary"]
    assert form.captions[0] == names.own_settings(), "a line in the place of a line: nothing moves under the hand"


def test_after_the_gru_preset_one_press_keeps_only_its_cell(form: Visitor) -> None:
    form.enter("hidden_size", 63).press(names.PRESETS["gru"]).press("Change only the cell")
    assert form.session.workspace.experiment() == presets.guide_corrected().with_model(cell="gru", hidden_size=63)
    assert "Change only the cell" not in form.buttons


@pytest.mark.parametrize(
    ("settings", "warned"),
    [
        ({"learning_rate": 1e308}, True),
        ({"learning_rate": 20.0}, True),
        ({"learning_rate": 20.0, "clip_threshold": 0.01}, False),
        ({"learning_rate": 20.0, "clip_threshold": 0.01, "optimizer": "adam"}, True),
        ({"learning_rate": 1.0}, False),
    ],
)
def test_a_rate_that_is_far_too_high_is_warned_about_before_training(
    form: Visitor, settings: dict[str, Any], warned: bool
) -> None:
    experiment = presets.guide_corrected().with_training(**settings)
    form.session.workspace.use_settings(experiment.model, experiment.training)
    form.app.run()
    at_once, later = (names.too_fast(experiment.training.learning_rate, breaks=breaks) for breaks in (True, False))
    assert bool({at_once, later} & {*form.warnings}) == warned
    timed = any("estimated on this machine" in caption for caption in form.captions)
    assert timed == (at_once not in form.warnings), "a run that breaks at once has no length"
    assert not form.errors


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_a_machine_open_to_strangers_still_trains_every_preset(name: str) -> None:
    check_limits(presets.EXPERIMENTS[name](0), Limits.hosted())


@pytest.mark.parametrize(
    "name", [name for name, make in presets.EXPERIMENTS.items() if make(0).dataset == presets.guide_dataset()]
)
def test_a_preset_on_the_guides_sentences_leaves_the_visitors_own_alone(form: Visitor, name: str) -> None:
    edited = form.open("dataset").edit(cells={0: {"text": "great"}}).session.workspace.dataset
    form.open("hyperparameters").press(names.PRESETS[name])
    assert form.session.workspace.dataset == edited
    assert form.session.workspace.past == [presets.guide_dataset()], "the edit alone"


@pytest.mark.slow
def test_a_preset_about_its_sentences_brings_them_and_the_visitors_own_can_be_brought_back(form: Visitor) -> None:
    edited = form.open("dataset").edit(cells={0: {"text": "great"}}).session.workspace.dataset
    form.open("hyperparameters").press(names.PRESETS["long_memory"])
    assert form.session.workspace.dataset == edited, "it asks first"
    form.press("Cancel")
    assert (form.session.workspace.dataset, form.session.workspace.preset) == (edited, "guide_corrected")
    form.press(names.PRESETS["long_memory"]).press("Take only the settings")
    assert (form.session.workspace.dataset, form.session.workspace.preset) == (edited, "long_memory")
    assert names.preset_line("long_memory", own_sentences=True) in form.captions
    form.press(names.PRESETS["long_memory"]).press("Replace my sentences")
    assert form.session.workspace.dataset == presets.long_memory_dataset()
    form.open("dataset").press("Undo")
    assert form.session.workspace.dataset == edited


# ---------------------------------------------------------------------- what the settings make


def test_the_table_has_the_shapes_of_the_network(form: Visitor) -> None:
    form.enter("hidden_size", 5)
    (table,) = form.tables("parameter")
    parameters = Model.initial(form.session.workspace.experiment()).parameters
    assert [name.split(" · ")[0] for name in table["parameter"]] == list(parameters)
    assert list(table["shape"]) == [" × ".join(str(n) for n in array.shape) for array in parameters.values()]
    assert list(table["numbers"]) == [str(array.size) for array in parameters.values()]
    assert (
        f"{sum(a.size for a in parameters.values())} parameters in total. Words in the vocabulary: 18. Labels: 2."
        in form.markdown
    )


@pytest.mark.parametrize(
    "settings",
    [{"cell": "gru"}, {"cell": "lstm"}, {"bidirectional": True}, {"embedding_size": 3},
     {"cell": "gru", "bidirectional": True, "embedding_size": 3}],
    ids=lambda settings: "-".join(str(value) for value in settings.values()),
)  # fmt: skip
def test_the_table_has_the_shapes_of_every_kind_of_network(form: Visitor, settings: dict[str, Any]) -> None:
    for field, value in {"hidden_size": 5, **settings}.items():
        form.enter(field, value)
    (table,) = form.tables("parameter")
    parameters = Model.initial(presets.guide_corrected().with_model(hidden_size=5, **settings)).parameters
    assert [name.split(" · ")[0] for name in table["parameter"]] == list(parameters)
    assert list(table["shape"]) == [" × ".join(str(n) for n in array.shape) for array in parameters.values()]
    assert len(set(table["parameter"])) == len(parameters)


def test_the_estimate_is_of_what_is_set_and_tried_anew_only_where_it_must(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Experiment] = []

    def trial(experiment: Experiment) -> float:
        tried.append(experiment)
        return 0.25

    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", trial)
    visitor.open("hyperparameters")
    assert "Training takes about 4 min (estimated on this machine)." in visitor.captions
    visitor.enter("epochs", 20).enter("seed", 7)
    assert "Training takes about 5 s (estimated on this machine)." in visitor.captions
    assert tried == [presets.guide_corrected()]
    visitor.enter("hidden_size", 16).open("home").open("hyperparameters")
    assert tried == [presets.guide_corrected(), visitor.session.workspace.experiment()]


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_preset_gets_an_estimate(form: Visitor, name: str) -> None:
    form.press(names.PRESETS[name])
    assert [line for line in form.captions if line.startswith("Training takes ")]


@pytest.mark.parametrize(("cell", "module", "equations"), [("vanilla", vanilla, 3), ("gru", gru, 10), ("lstm", lstm, 12)])
def test_the_chosen_cells_equations_stand_beside_the_code_that_runs(
    form: Visitor, cell: str, module: ModuleType, equations: int
) -> None:
    assert not form.app.latex
    form.app.session_state["equations-open"] = True
    form.enter("cell", cell)
    functions = (function for function in (module.forward, module.backward))
    assert [code.value for code in form.app.code] == [inspect.getsource(function).strip() for function in functions]
    written = [latex.value.strip("$\n") for latex in form.app.latex]
    assert len(written) == equations
    assert written == [*CELLS[cell].equations, *CELLS[cell].backward_equations]


def test_the_table_follows_the_vocabulary(form: Visitor) -> None:
    form.open("dataset").edit(added=[{"text": "two new words", "label": "positive"}]).open("hyperparameters")
    assert form.tables("parameter")[0]["shape"].iloc[0] == "64 × 21"


def test_sentences_that_cannot_be_trained_on_stand_in_the_place_of_the_table(form: Visitor) -> None:
    form.open("dataset").edit(cells={3: {"label": None}}).open("hyperparameters")
    assert form.errors == ["This cannot be trained yet. Row 4 has no label. Add one."]
    assert not form.tables("parameter")
    assert form.links == {"Fix the sentences": "dataset"}


def test_a_network_too_large_for_the_server_is_refused_with_both_numbers(form: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(form.session, limits=Limits(parameters=1_000))
    form.app.run()
    size = Layout.of(presets.guide_corrected()).size
    assert form.errors == [
        f"This cannot be trained yet. The network would have {number(size)} parameters. This server allows 1,000. "
        "Use fewer hidden units or fewer words."
    ]


@pytest.mark.parametrize("value", [5e-324, 0.1, 1e300])
def test_the_headline_shows_any_rate_that_is_allowed(form: Visitor, value: float) -> None:
    form.enter("learning_rate", value)
    assert form.markdown[0] == f"Vanilla RNN · 64 hidden units · clip ±1 · rate {value:g} · 1,000 epochs"


# ---------------------------------------------------------------------- word vectors


def uploaded(form: Visitor, name: str, content: bytes) -> Visitor:
    (uploader,) = [widget for widget in form.app.file_uploader if str(widget.key).startswith("vectors-")]
    uploader.upload(name, content, "application/octet-stream").run()
    return form


def test_vectors_are_uploaded_counted_used_frozen_or_trained_on_and_removed(form: Visitor) -> None:
    words = list(form.session.workspace.dataset.vocabulary)
    lines = [f"{word} {i} {-i} 0.5" for i, word in enumerate(words[2:])]
    uploaded(form, "mine.txt", "\n".join([*lines, "other 1 2 3", "malformed 1"]).encode() + b"\nb\xffd 1 2 3\n")
    workspace = form.session.workspace
    assert workspace.dataset.vectors is not None
    assert workspace.dataset.vectors.words == tuple(words[2:])
    assert (workspace.model.vectors, workspace.model.embedding_size) == ("frozen", 3)
    (line,) = [text for text in form.markdown if "have a vector" in text]
    assert "16 of 18 words" in line
    assert "2 words start at random: “all”, “am”." in line
    assert [text for text in form.warnings if "1 line of the file" in text and "1 word of the file" in text]
    assert "embedding_size" not in form.fields
    form.enter("vectors", "start")
    assert form.session.workspace.experiment().model.vectors == "start"
    form.press("Remove the vectors")
    assert form.session.workspace.dataset == presets.guide_dataset()
    assert form.session.workspace.experiment().model.to_json().get("vectors") is None
    assert not form.errors


def test_a_gensim_pickle_is_refused_by_name_and_nothing_changes(form: Visitor) -> None:
    before = form.session.workspace.experiment()
    uploaded(form, "word2vec.model", b"\x80\x04\x95abc")
    assert ["gensim" in text for text in form.errors] == [True]
    assert form.session.workspace.experiment() == before
