"""Sentences for people: every fact of the core has one, and none lets a stranger's text act."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from dataclasses import fields, replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import (
    ConfigError,
    Dataset,
    DatasetError,
    DivergenceError,
    Experiment,
    Fault,
    GradientCheck,
    History,
    LimitError,
    Limits,
    Model,
    ModelConfig,
    RnnCoreError,
    TextRules,
    TrainingConfig,
    UnknownWordError,
    gradient_check,
    presets,
)
from rnn_core.data.faults import BLOCKING, INSIGHTS, WARNINGS, Kind
from rnn_core.data.repairs import REPAIRABLE
from rnn_core.data.templates import ByOrder, LongMemory, Templates
from rnn_core.errors import DatasetReason
from rnn_core.gradients.check import GradientComparison
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.training.history import Columns
from tests.ui.visitor import unescaped
from ui.language import number
from ui.messages import check as check_messages
from ui.messages import errors, faults, formatting, parameters, runs
from ui.messages import experiment as experiment_messages
from ui.messages import names as names_messages
from ui.messages.formatting import duration
from ui.server.job_status import JobStatus, State
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import Slots

REASONS: tuple[DatasetReason, ...] = get_args(DatasetReason)
KINDS: tuple[Kind, ...] = (*BLOCKING, *WARNINGS, *INSIGHTS)
CONFIGS = (ModelConfig, TrainingConfig, TextRules, Templates, ByOrder, LongMemory)
WHOLE = ("one_class", "no_training_rows", "imbalance", "nothing_replaced", "no_spaces")
OF_TWO = ("duplicate", "contradiction", "leak", "same_words")
OF_WORDS = ("unseen_word", "skipped_word", "replaced_word")
HOSTILE = r"<img src=x onerror=alert(1)> [a](javascript:b) ![c](d) **e** _f_ `g` $h$ :red[i] :material/home: ~~j~~ # k | l"


def acting(text: str) -> str:
    """What a Markdown reader would still take for marks: everything that no backslash stands before."""
    return re.sub(r"\\[!-/:-@\[-`{-~]", "", text)


def status(state: State, epoch: int = 12, total: int = 40, diverged: int | None = None) -> JobStatus:
    experiment = presets.guide_corrected().with_training(epochs=total)
    names = Layout.of(experiment).names
    waiting = Job(experiment, Presence(), Server(slots=Slots(1))).status()
    run = replace(waiting.run, history=History(names, Columns.empty(epoch, len(names))))
    return replace(waiting, run=run, state=state, seconds=3.0, diverged_epoch=diverged)


# ---------------------------------------------------------------------- a stranger's text


@given(st.text())
def test_plain_text_leaves_no_mark_of_markdown_to_act(text: str) -> None:
    marks = set(acting(formatting.plain(text))) & set(string.punctuation)
    assert not marks
    assert not {"\n", "\r"} & set(formatting.plain(text))


@given(st.text(st.characters(exclude_characters="\n\r\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")))
def test_plain_text_reads_as_it_was_written(text: str) -> None:
    assert unescaped(formatting.plain(text)) == text


@given(st.text())
def test_nothing_in_a_strangers_text_turns_the_direction_of_ours(text: str) -> None:
    shown = formatting.plain(text)
    turning = {"R", "AL", "AN"} & {unicodedata.bidirectional(c) for c in text}
    assert [
        c for c in shown if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ] == (["\u2068", "\u2069"] if turning else [])
    assert not turning or (shown[0], shown[-1]) == ("\u2068", "\u2069")


def test_a_sign_that_turns_the_direction_is_seen_and_does_not_act() -> None:
    assert formatting.plain("a\u202eb\u2066") == "a\ufffdb\ufffd"
    assert formatting.plain("שלום 1") == "\u2068שלום 1\u2069"


def test_a_colon_never_begins_a_directive_or_an_icon() -> None:
    assert not re.search(r":\w", formatting.plain(":material/home: :red[x] a:smile:"))


@pytest.mark.parametrize("text", ["www.example.com", "WWW.example.com/x", "a@example.com", "https://example.com", "http://e.x"])
def test_an_address_never_becomes_a_link(text: str) -> None:
    """Streamlit's Markdown makes links of bare addresses, and looks for them after it has taken the escapes away."""
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", formatting.plain(text))
    assert not re.search(r"(https?://|www(?=\.))[-.\w]+", read, re.IGNORECASE)
    assert not re.search(r"[-.\w+]+@[-\w]+(\.[-\w]+)+", read)
    assert read.replace("\u2060", "") == text


@pytest.mark.parametrize(
    "said",
    [
        errors.error(DatasetError("unknown_label", row=1, detail=HOSTILE)),
        errors.error(DatasetError("bad_header", line=1, detail=HOSTILE)),
        errors.error(DatasetError("unseen_word", row=1, detail=HOSTILE)),
        errors.error(DatasetError("not_text", row=1, detail=HOSTILE)),
        errors.error(ConfigError(HOSTILE, HOSTILE, "a number")),
        errors.error(UnknownWordError(HOSTILE.split())),
        errors.error(RnnCoreError(HOSTILE)),
        *(faults.fault(Fault(kind, 1, 1, tuple(HOSTILE.split()), HOSTILE), HOSTILE) for kind in KINDS),
        errors.refused("hidden_size", HOSTILE, "A number.", 3),
    ],
)
def test_no_sentence_lets_a_strangers_text_act(said: str) -> None:
    left = acting(said)
    assert not set("<>[]$`*~#|!") & set(left)
    assert not re.search(r":\w", left)


# ---------------------------------------------------------------------- faults and errors


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_has_a_heading_and_a_sentence_that_names_its_rows(kind: Kind) -> None:
    row, other = None if kind in WHOLE else 7, 3 if kind in OF_TWO else None
    said = faults.fault(Fault(kind, row, other, ("odd",), "positive", 0.81, 0.75))
    assert re.fullmatch(r"[A-Z0-9].*\.", said)
    assert "_" not in said
    assert "None" not in said
    assert "7" in said or row is None
    assert "3" in said or other is None
    assert ("“odd”" in said) == (kind in OF_WORDS)
    assert re.fullmatch(r"[A-Z][A-Za-z ]*", faults.FAULTS[kind])


def test_the_headings_are_of_the_kinds_there_are_and_no_two_alike() -> None:
    assert set(faults.FAULTS) == set(KINDS)
    assert len(set(faults.FAULTS.values())) == len(KINDS)


def test_every_repair_that_can_be_offered_has_words_for_its_button() -> None:
    assert set(faults.REPAIRS) == set(REPAIRABLE)


def test_an_over_long_sentence_is_told_with_both_lengths_and_an_imbalance_with_its_share() -> None:
    assert faults.fault(Fault("too_long", 7, amount=1234, allowed=64)) == (
        "Row 7 has 1,234 words. This server allows 64. Shorten it or delete the row."
    )
    said = faults.fault(Fault("imbalance", label="joy | anger", amount=0.8125, allowed=0.75))
    assert said.startswith(r"81% of the training sentences have the label “joy \| anger”")


def test_no_two_kinds_of_fault_are_said_alike() -> None:
    assert len({faults.fault(Fault(kind, 7, 3, ("odd",), "joy")) for kind in KINDS}) == len(KINDS)


def test_a_fault_quotes_the_sentence_of_its_row() -> None:
    said = faults.fault(Fault("duplicate", 3, 2), "so *good*")
    assert said == r"Row 3 (“so \*good\*”) repeats row 2. It counts twice."


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_the_core_gives_has_a_sentence(reason: DatasetReason) -> None:
    for row in (None, 7):
        said = errors.error(DatasetError(reason, row=row, detail="the detail"))
        assert re.fullmatch(r"[A-Z].*\.", said), said
        assert "_" not in said
        assert "None" not in said or row is None


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "cannot_be_read"])
def test_what_a_visitor_can_meet_is_said_in_words_of_its_own(reason: DatasetReason) -> None:
    assert "cannot be used: " not in errors.error(DatasetError(reason, row=7, detail="the detail"))


def test_a_cell_that_is_no_text_is_no_fault_of_a_file() -> None:
    said = errors.error(DatasetError("not_text", row=7, detail="'a\\x00'"))
    assert said.startswith("Row 7 ")
    assert "file" not in said


@pytest.mark.parametrize("what", [field.name for field in fields(Limits)])
def test_every_limit_is_told_with_both_numbers(what: str) -> None:
    said = errors.error(LimitError(what, 1234, 1000))
    assert ("1,234" in said) == (what != "visitors"), "how many there are is not the newcomer's concern"
    assert "1,000" in said
    assert "_" not in said


def test_other_errors_of_the_core_are_said_in_its_own_words() -> None:
    assert unescaped(errors.error(DivergenceError(7))) == (
        "training diverged in epoch 7: a loss or a weight is no longer a finite number"
    )


def test_of_many_unknown_words_the_first_five_are_named() -> None:
    said = errors.error(UnknownWordError(["a", "b", "c", "d", "e", "f"]))
    assert said == "The network does not know “a”, “b”, “c”, “d”, “e” and 1 more."


@pytest.mark.parametrize("name", [name for config in CONFIGS for name in config.domains()])
def test_every_setting_has_a_name_for_people(name: str) -> None:
    assert names_messages.FIELDS[name]
    assert "_" not in names_messages.FIELDS[name]


def test_every_choice_has_words_for_people() -> None:
    domains = {**ModelConfig.domains(), **TrainingConfig.domains(), **TextRules.domains()}
    options = {option for domain in domains.values() for option in getattr(domain, "options", ())}
    assert options == set(names_messages.CHOICES)


# ---------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567"), (12.6, "13")],
)
def test_counts_have_thin_spaces(value: float, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "under 1 s"), (1, "1 s"), (61, "61 s"), (90, "2 min"), (600, "10 min"), (5400, "1.5 h"), (86400, "24 h")],
)
def test_times_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert formatting.duration(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (64, "64"),
        (0.02, "0.02"),
        (1.0, "1"),
        (1e-7, "1e-07"),
        ("printed", "as printed in the guide, W_hh da"),
        ("other", "other"),
    ],
)
def test_a_setting_is_said_short(value: float | str, said: str) -> None:
    assert formatting.setting(value) == said


@given(st.integers(0, 2**53 - 1) | st.floats(min_value=1e-300, max_value=1e300))
def test_a_setting_is_said_exactly(value: float) -> None:
    assert float(formatting.setting(value).replace(",", "")) == value


# ---------------------------------------------------------------------- a run


@pytest.mark.parametrize("epochs", [1, 99, 100, 101, 200, 250, 1000, 5030])
def test_the_log_has_every_hundredth_epoch_and_the_last_each_once_and_of_a_long_run_the_latest(epochs: int) -> None:
    columns = Columns.empty(epochs, 5)._replace(
        train_loss=np.arange(epochs) / 7, train_accuracy=np.arange(epochs) / epochs, test_loss=np.arange(epochs) / 3
    )
    lines = experiment_messages.log(History(Layout.of(presets.guide_corrected()).names, columns)).splitlines()
    told = [int(line.removeprefix("--- Epoch ")) for line in lines if line.startswith("---")]
    assert told == sorted({*range(100, epochs + 1, 100), epochs})[-12:]
    assert lines[1::3] == [f"Train:\tLoss {(epoch - 1) / 7:.3f} | Accuracy: {(epoch - 1) / epochs:.3f}" for epoch in told]
    assert [line.split(" |")[0] for line in lines[2::3]] == [f"Test:\tLoss {(epoch - 1) / 3:.3f}" for epoch in told]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "Epoch 12 of 40"),
        ("paused", "Paused at epoch 12 of 40"),
        ("stopped", "Stopped at epoch 12 of 40"),
        ("done", "Stopped early at epoch 12 of 40: the target accuracy has held"),
        ("diverged", "Diverged in epoch 13"),
        ("time_limit", "Out of time at epoch 12 of 40"),
        ("failed", "Failed at epoch 12 of 40"),
    ],
)
def test_every_state_of_a_run_has_its_words(state: State, said: str) -> None:
    assert runs.standing(status(state, diverged=13)) == said
    assert (runs.ending(status(state, diverged=13)) is None) == (state in ("running", "paused", "stopped", "done"))


def test_the_states_tested_are_all_there_are() -> None:
    assert set(get_args(State)) == {"running", "paused", "stopped", "done", "diverged", "time_limit", "failed"}


def test_no_difference_is_told_between_an_experiment_and_itself() -> None:
    experiment = presets.guide_corrected()
    same = Dataset(experiment.dataset.examples, experiment.dataset.rules)
    assert experiment_messages.differences(experiment, same.fingerprint, experiment.model, experiment.training) == []


def test_every_setting_that_differs_is_told() -> None:
    experiment = presets.guide_corrected()
    model = ModelConfig(hidden_size=3, init_scale=0.5, recurrent_gradient="printed")
    training = TrainingConfig(epochs=1, learning_rate=1, clipping="none", clip_threshold=2, seed=3)
    assert len(experiment_messages.differences(experiment, "other", model, training)) == 9


@pytest.mark.parametrize(("clipping", "said"), [("value", "clip ±1"), ("none", "no clipping")])
def test_an_experiment_is_described_with_its_rule_where_it_is_not_the_right_one(clipping: str, said: str) -> None:
    printed: Experiment = presets.guide_printed().with_training(clipping=clipping)
    assert " · ".join(experiment_messages.describe(printed)) == (
        "58 training sentences · Vanilla RNN · 64 hidden units · gradient formula as printed in the guide · "
        f"{said} · rate 0.02 · seed 0"
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "Vanilla RNN · 64 hidden units · clip ±1 · rate 0.02"),
        ({"cell": "gru"}, "GRU · 64 hidden units · clip ±1 · rate 0.02"),
        ({"cell": "lstm", "hidden_size": 1_000}, "LSTM · 1,000 hidden units · clip ±1 · rate 0.02"),
        ({"bidirectional": True}, "Vanilla RNN · bidirectional · 64 hidden units · clip ±1 · rate 0.02"),
        ({"cell": "gru", "bidirectional": True}, "GRU · bidirectional · 64 hidden units · clip ±1 · rate 0.02"),
        ({"embedding_size": 5}, "Vanilla RNN · 64 hidden units · embedding size 5 · clip ±1 · rate 0.02"),
        (
            {"recurrent_gradient": "printed"},
            "Vanilla RNN · 64 hidden units · gradient formula as printed in the guide · clip ±1 · rate 0.02",
        ),
        ({"clipping": "none"}, "Vanilla RNN · 64 hidden units · no clipping · rate 0.02"),
        ({"clipping": "norm", "clip_threshold": 0.5}, "Vanilla RNN · 64 hidden units · norm clipped to 0.5 · rate 0.02"),
        ({"clipping": "global_norm"}, "Vanilla RNN · 64 hidden units · global norm clipped to 1 · rate 0.02"),
        ({"optimizer": "momentum"}, "Vanilla RNN · 64 hidden units · clip ±1 · rate 0.02 · momentum"),
        ({"optimizer": "adam", "learning_rate": 1e-5}, "Vanilla RNN · 64 hidden units · clip ±1 · rate 1e-05 · Adam"),
    ],
)
def test_an_experiment_and_its_settings_are_described_by_the_same_words(settings: dict[str, Any], said: str) -> None:
    experiment = presets.guide_corrected(3)
    for name, value in settings.items():
        experiment = (experiment.with_model if name in ModelConfig.domains() else experiment.with_training)(**{name: value})
    assert " · ".join(experiment_messages.describe(experiment)) == f"58 training sentences · {said} · seed 3"
    assert experiment_messages.settings_card(experiment.model, experiment.training) == f"{said} · 1,000 epochs"


@pytest.mark.parametrize(("size", "kind"), [(0.0, "unclear"), (1e-12, "unclear"), (1e-3, "wrong")])
def test_a_gradient_is_accused_only_where_the_differences_could_have_seen_it(size: float, kind: str) -> None:
    """Where a loss does not change by a bit, every difference is exactly zero, and a tiny gradient seems wholly wrong."""
    comparison = GradientComparison(np.full((3, 3), size), np.zeros((3, 3)))
    check = GradientCheck("a b", "positive", ("a", "b"), "exact", 1e-5, 0.7, {"W_hh": comparison}, comparison, None)
    assert check_messages.check_result(check)[0] == kind


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "Training takes under 1 s (estimated on this machine)."),
        (59, "Training takes about 59 s (estimated on this machine)."),
        (200, "Training takes about 3 min (estimated on this machine). A run may take 5 min here. Then it is stopped."),
        (
            600,
            "Training takes about 10 min (estimated on this machine). A run may take 5 min here, so this one stops near epoch 2,500. "
            "Use fewer epochs or a smaller network.",
        ),
    ],
)
def test_how_long_a_run_will_take_is_told_with_the_time_that_is_allowed(seconds: float, said: str) -> None:
    assert runs.time_line(seconds, 5_000, Limits.hosted()) == said
    assert duration(3 * seconds) in runs.time_line(seconds, 5_000, Limits.hosted(), 3.0)


@pytest.mark.parametrize(("off", "kind"), [(5e-5, "right"), (2e-4, "unclear"), (5e-3, "unclear"), (5e-2, "wrong")])
def test_the_exact_rule_is_not_accused_of_what_rounding_may_do_to_a_small_gradient(off: float, kind: str) -> None:
    """Of a confident network the loss comes of large logits, whose last bits are all that a small gradient's differences have."""
    comparison = GradientComparison(np.array([7e-7, -7e-7]), np.array([7e-7, -7e-7]) * (1 + 2 * off))
    check = GradientCheck("a b", "positive", ("a", "b"), "exact", 1e-5, 7e-7, {"b_y": comparison}, comparison, None)
    assert check_messages.check_result(check)[0] == kind


@pytest.mark.parametrize(
    ("times", "kinds"), [(1.0, {"right"}), (1e6, {"right", "unclear"}), (1e150, {"unclear"}), (1e300, {"unclear"})]
)
def test_nor_of_what_the_last_bit_of_a_huge_loss_does_to_the_differences(times: float, kinds: set[str]) -> None:
    model = Model.initial(presets.guide_corrected(0))
    check = gradient_check(model.with_vector(model.vector * times), "i am not at all bad", "negative", elements=20)
    assert check_messages.check_result(check)[0] in kinds
    assert check_messages.check_result(replace(check, loss=math.nan))[0] == "unclear"


def test_the_printed_rule_is_not_judged_by_gradients_on_which_it_has_no_bearing() -> None:
    fine, tiny = GradientComparison(np.ones(2), np.ones(2) * 1.0005), GradientComparison(np.full(2, 1e-12), np.zeros(2))
    check = GradientCheck("a b", "positive", ("a", "b"), "printed", 1e-5, 0.1, {"W_hh": tiny, "b_y": fine}, fine, None)
    kind, said = check_messages.check_result(check)
    assert kind == "unclear"
    assert said.startswith("The gradients that the printed formula changes are too small to check here")


@pytest.mark.parametrize("cell", tuple(CELLS))
def test_a_card_says_what_kind_of_network_runs(cell: str) -> None:
    said = experiment_messages.network(ModelConfig(cell=cell, hidden_size=2_048))
    assert said == f"{names_messages.CELLS[cell]} · 2,048 hidden units"
    assert set(names_messages.CELLS) == set(CELLS)


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_preset_can_be_described_and_its_parameters_named(name: str) -> None:
    experiment = presets.EXPERIMENTS[name](0)
    assert names_messages.CELLS[experiment.model.cell] in " ".join(experiment_messages.describe(experiment))
    assert len(parameters.parameter_table(experiment)) == len(Layout.of(experiment).names)


@given(
    st.builds(
        ModelConfig,
        cell=st.sampled_from(tuple(CELLS)),
        bidirectional=st.booleans(),
        embedding_size=st.sampled_from((0, 2)),
        hidden_size=st.just(2),
    )
)
def test_every_parameter_of_any_network_has_its_place(model: ModelConfig) -> None:
    names = Layout.of(Experiment(dataset=presets.guide_dataset(), model=model)).names
    assert len({parameters.parameter(name) for name in names}) == len(names)


def named(*changes: dict[str, Any], names: tuple[str, ...] = ()) -> list[str]:
    """What runs are called beside each other that differ in these settings."""
    made = []
    for i, settings in enumerate(changes):
        run = status("done", 2)
        model = {name: value for name, value in settings.items() if name in ModelConfig.domains()}
        training = {name: value for name, value in settings.items() if name not in model}
        experiment = run.experiment.with_model(**model).with_training(**training)
        name = names[i] if i < len(names) else f"Run {i + 1}"
        made.append(replace(run, number=i + 1, name=name, run=replace(run.run, experiment=experiment)))
    return list(runs.names_beside(made).values())


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        (({}, {"clipping": "none"}), ["clip ±1", "no clipping"]),
        (({}, {"clip_threshold": 0.1}), ["clip ±1", "clip ±0.1"]),
        (({}, {"clip_threshold": 0.1, "clipping": "none"}), ["clip ±1", "no clipping"]),
        (({}, {"learning_rate": 0.1}), ["rate 0.02", "rate 0.1"]),
        (({"cell": "gru"}, {"cell": "lstm", "seed": 3}), ["GRU · seed 0", "LSTM · seed 3"]),
        (({}, {"init_scale": 0.1}), ["scale 0.001", "scale 0.1"]),
        (({}, {}), ["Run 1", "Run 2"]),
        (({}, {"seed": 1}, {"seed": 1}), ["seed 0", "seed 1 (Run 2)", "seed 1 (Run 3)"]),
    ],
)
def test_runs_are_called_by_what_sets_them_apart(changes: tuple[dict[str, Any], ...], names: list[str]) -> None:
    assert named(*changes) == names


def test_a_name_that_a_run_was_given_stays() -> None:
    assert named({}, {"seed": 1}, names=("mine",)) == ["mine", "seed 1"]
