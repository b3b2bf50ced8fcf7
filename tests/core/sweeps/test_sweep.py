"""A sweep: every point with every seed, nothing else changed, refused where it makes no sense, and the same after a round trip."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rnn_core import (
    Change,
    ConfigError,
    Dataset,
    Example,
    Experiment,
    ExperimentFileError,
    LimitError,
    Limits,
    LinkError,
    presets,
)
from rnn_core.errors import AbsentVectorsError, VectorFileError
from rnn_core.sharing import links
from rnn_core.sweeps.axes import FIRST_WORDS, SENTENCES, Axis
from rnn_core.sweeps.sweep import Sweep

BASE = presets.on_the_edge(seed=7)
RATES = ({"learning_rate": 0.01}, {"learning_rate": 0.1}, {"learning_rate": 0.5})
RATE = Axis(RATES)
CLIPPING = Axis.of("clipping", ("none", "value"))


def test_every_point_is_the_base_with_its_settings_from_its_seed_and_those_after_it() -> None:
    sweep = Sweep(base=BASE, axes=(RATE,), seeds=4)
    assert len(sweep) == 12
    for i, point in enumerate(RATES):
        runs = sweep.runs_of(i)
        assert runs == tuple(BASE.with_training(seed=seed, **point) for seed in (7, 8, 9, 10))
        assert sweep.experiments[i] == runs[0]
    last = Sweep(base=BASE.with_training(seed=2**53 - 1), axes=(RATE,), seeds=2)
    assert [one.training.seed for one in last.runs_of(0)] == [2**53 - 1, 0]


def test_a_point_may_set_both_the_network_and_its_training() -> None:
    (one,) = Sweep(base=BASE, axes=(Axis(({"cell": "gru", "init_scale": 0.3, "epochs": 9},)),)).experiments
    assert one == BASE.with_model(cell="gru", init_scale=0.3).with_training(epochs=9)


def test_the_first_words_of_each_sentence_are_read_of_those_that_the_seed_draws() -> None:
    axes = (Axis.of(SENTENCES, (30, 58)), Axis.of(FIRST_WORDS, (3, 10)))
    experiments = Sweep(base=BASE, axes=axes).experiments
    assert [max(map(len, one.dataset.words)) for one in experiments] == [3, 10, 3, 10]
    assert [len(one.dataset.rows("train")) for one in experiments] == [30, 30, 58, 58]
    assert experiments[3] == BASE


def test_a_setting_that_is_swept_holds_from_the_first_epoch_on() -> None:
    changes = (Change(2, "clip_threshold", 0.3), Change(5, "learning_rate", 0.2))
    sweep = Sweep(base=BASE.with_training(changes=changes), axes=(RATE,))
    assert {one.training.changes for one in sweep.experiments} == {changes[:1]}


def test_the_grid_is_every_combination_and_is_counted_before_any_experiment_is_made() -> None:
    sweep = Sweep(base=BASE, axes=(CLIPPING, RATE), seeds=20)
    assert len(sweep) == 2 * 3 * 20
    assert [tuple(point.values()) for point in sweep.points] == [(c, r) for c in ("none", "value") for r in (0.01, 0.1, 0.5)]
    assert sweep.settings == ("clipping", "learning_rate")
    assert "experiments" not in vars(sweep)


def test_trials_are_every_point_with_every_seed_each_with_a_fingerprint_of_its_own_seed_by_seed() -> None:
    sweep = Sweep(base=BASE, axes=(CLIPPING, RATE), seeds=3)
    trials = list(sweep.trials())
    assert [trial.number for trial in trials] == list(range(len(sweep)))
    assert [(trial.seed, trial.point) for trial in trials] == [(seed, point) for seed in (7, 8, 9) for point in range(6)]
    assert len({trial.fingerprint for trial in trials}) == len(sweep)
    for trial in trials:
        assert trial.experiment(BASE) == sweep.runs_of(trial.point)[trial.seed - 7]


def test_the_same_experiment_has_the_same_fingerprint_in_another_sweep() -> None:
    one = {trial.fingerprint for trial in Sweep(base=BASE, axes=(RATE,), seeds=2).trials()}
    more = {
        trial.fingerprint for trial in Sweep(base=BASE, axes=(Axis.of("learning_rate", (0.5, 0.1, 0.3, 0.01)),), seeds=5).trials()
    }
    assert one < more


def test_a_sample_is_drawn_from_the_grid_the_same_one_for_the_same_seed() -> None:
    axes = (CLIPPING, RATE, Axis.linear("hidden_size", 4, 8, 5))
    grid = [dict(point) for point in Sweep(base=BASE, axes=axes).points]
    drawn = Sweep(base=BASE, axes=axes, sample=12, seeds=2)
    assert len(drawn) == 24
    assert len(drawn.points) == 12
    assert all(point in grid for point in drawn.points)
    assert drawn.points == Sweep(base=BASE, axes=axes, sample=12).points
    assert drawn.points != Sweep(base=BASE, axes=axes, sample=12, sample_seed=1).points


def test_the_size_of_the_training_split_is_drawn_by_the_seed_of_each_run() -> None:
    sweep = Sweep(base=presets.guide_corrected(), axes=(Axis.of(SENTENCES, (20, 40)),), seeds=2)
    for i, size in enumerate((20, 40)):
        first, second = (run.dataset for run in sweep.runs_of(i))
        assert len(first.rows("train")) == len(second.rows("train")) == size
        assert first.examples != second.examples
        assert first.vocabulary == second.vocabulary == presets.guide_dataset().vocabulary
        assert [e for e in first.examples if e.split == "test"] == [e for e in second.examples if e.split == "test"]
        assert first == sweep.runs_of(i)[0].dataset
    assert len({trial.fingerprint for trial in sweep.trials()}) == 4


LONG = Axis.linear("hidden_size", 1, 100, 100)


@pytest.mark.parametrize(
    "wrong",
    [
        {"axes": ()},
        {"axes": (RATE, RATE)},
        {"axes": (RATES,)},
        {"axes": "learning_rate"},
        {"axes": tuple(Axis.of(name, (1, 2)) for name in ("hidden_size", "epochs", "batch_size", "rate_every", "stop_epochs"))},
        {"axes": (LONG, Axis.linear("epochs", 1, 100, 100), CLIPPING), "seeds": 100},
        {"axes": (Axis.of(SENTENCES, (10, 59)),)},
        {"axes": (Axis.of(FIRST_WORDS, (5, 11)),)},
        {"axes": (Axis.of("cell", ("vanilla", "gru")), Axis.of("recurrent_gradient", ("exact", "printed")))},
        {"axes": (Axis(({"clipping": "value"}, {"clip_threshold": 0.1})),)},
        {"seeds": 0},
        {"seeds": 101},
        {"seeds": True},
        {"seeds": 2.0},
        {"sample": 0},
        {"sample": 4},
        {"sample_seed": -1},
    ],
)
def test_what_cannot_be_swept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Sweep(**({"base": BASE, "axes": (RATE,)} | wrong))  # type: ignore[arg-type]


def test_a_sample_of_a_grid_of_a_hundred_million_points_is_a_sweep() -> None:
    settings = ("hidden_size", "epochs", "rate_every", "stop_epochs")
    sweep = Sweep(base=BASE, axes=tuple(Axis.linear(name, 1, 100, 100) for name in settings), sample=50)
    assert len({tuple(point.values()) for point in sweep.points}) == len(sweep) == 50


def test_it_is_the_same_after_a_round_trip(small: Experiment) -> None:
    for base in (small, BASE):
        sweep = Sweep(
            base=base, axes=(RATE, Axis(({"clipping": "none"}, {"clipping": "value", "clip_threshold": 0.2}))), seeds=3, sample=4
        )
        again = Sweep.from_json(json.loads(json.dumps(sweep.to_json())))
        assert again == sweep
        assert again.experiments == sweep.experiments
        assert Sweep.load(sweep.save()) == sweep
        assert Sweep.from_link(sweep.link()) == sweep


def test_the_link_of_a_sweep_of_preset_sentences_is_short_and_one_of_too_many_sentences_is_refused(small: Experiment) -> None:
    assert len(Sweep(base=BASE, axes=(RATE, CLIPPING), seeds=20).link()) < 200
    rows = tuple(Example(f"w{i * 7919 % 10_000} w{i * 104_729 % 10_007}", "ab"[i % 2], "train") for i in range(3_000))
    with pytest.raises(LinkError) as caught:
        Sweep(base=replace(small, dataset=Dataset(examples=rows)), axes=(RATE,)).link()
    assert caught.value.reason == "too_long"


def test_a_link_names_word_vectors_and_is_never_opened_without_them() -> None:
    preset = presets.word_vectors()
    assert preset.dataset.vectors is not None
    doubled = replace(preset.dataset.vectors, array=2 * preset.dataset.vectors.array)
    sweep = Sweep(base=replace(preset, dataset=replace(preset.dataset, vectors=doubled)), axes=(RATE,))
    token = sweep.link()
    assert len(token) < 400
    with pytest.raises(AbsentVectorsError) as caught:
        Sweep.from_link(token)
    assert caught.value.digest == doubled.digest
    assert Sweep.from_link(token, vectors=doubled) == sweep
    with pytest.raises(VectorFileError) as refused:
        Sweep.from_link(token, vectors=preset.dataset.vectors)
    assert refused.value.reason == "other_vectors"
    assert Sweep.load(sweep.save()) == sweep, "a file has them in it"


@pytest.mark.parametrize("sample", [None, 500_000])
def test_a_sweep_of_more_runs_than_a_server_allows_is_refused_before_its_points_are_looked_at(
    sample: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    axes = [LONG.to_json(), Axis.linear("epochs", 1, 100, 100).to_json(), Axis.linear("batch_size", 1, 50, 50).to_json()]
    large = Sweep(base=BASE, axes=(RATE,)).to_json() | {"axes": axes, "sample": sample, "seeds": 2}
    monkeypatch.setattr(Sweep, "_check_points", lambda self: pytest.fail("the points were looked at"))
    with pytest.raises(LimitError) as caught:
        Sweep.from_json(large, Limits.hosted())
    assert (caught.value.what, caught.value.value) == ("sweep_runs", 1_000_000)


def test_without_limits_a_file_may_have_as_many_runs_as_a_sweep_can_have() -> None:
    many = Sweep(base=BASE, axes=(LONG, Axis.linear("batch_size", 1, 50, 50)), seeds=2)
    assert len(Sweep.load(many.save())) == 10_000


def test_a_link_that_was_cut_or_changed_or_is_an_experiments_is_refused() -> None:
    token = Sweep(base=BASE, axes=(RATE,)).link()
    for broken in (
        token[:-6],
        token[:30] + ("A" if token[30] != "A" else "B") + token[31:],
        "9." + token[2:],
        "",
        "1.",
        7_000 * "A",
    ):
        with pytest.raises(LinkError):
            Sweep.from_link(broken)
    with pytest.raises(ConfigError):
        Sweep.from_link(links.encode(BASE))
    with pytest.raises(LinkError):
        links.decode(token)
    with pytest.raises(LimitError):
        Sweep.from_link(token, Limits(hidden_size=8)).check_limits(Limits(hidden_size=8))


@pytest.mark.parametrize("broken", [None, {}, {"base": 1, "axes": [], "seeds": 1}, {"axes": [], "seeds": 1}])
def test_what_is_no_sweep_is_refused(broken: object) -> None:
    with pytest.raises((ConfigError, ExperimentFileError)):
        Sweep.from_json(broken)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"format": "x"}, "not_an_experiment"), ({"version": 2}, "newer_version"), ({"version": True}, "not_an_experiment")],
)
def test_a_file_that_is_no_sweep_of_this_version_is_refused(change: dict[str, Any], reason: str) -> None:
    value = json.loads(Sweep(base=BASE, axes=(RATE,)).save()) | change
    with pytest.raises(ExperimentFileError) as caught:
        Sweep.load(json.dumps(value).encode())
    assert caught.value.reason == reason
