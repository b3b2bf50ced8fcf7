"""What a run's curves show: each finding where its definition holds, and nowhere else, however near."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Dataset, Experiment, History, ModelConfig, TrainingConfig, presets
from rnn_core.data.bounds import Bounds
from rnn_core.training.findings import FIGURES, FINDINGS, Finding, FindingId, Outcome, findings, late_accuracy, learned, spikes
from rnn_core.training.history import Columns
from tests.core.runs import finished
from tests.core.training.slow_findings import Labels, curves_of, labels_of, slow_findings

LN2 = math.log(2)
PAIR = Bounds(58, 2, LN2, LN2, 0.5, 1.0, 0.0)
"""Two labels, half of the sentences each, no contradiction."""
TWELVE = Bounds(120, 12, math.log(12), math.log(12), 1 / 12, 1.0, 0.0)
RARE = Bounds(200, 2, LN2, 0.325, 0.9, 1.0, 0.0)
"""Nine in ten have the same label."""
DISPUTED = Bounds(60, 2, LN2, LN2, 0.5, 0.7, 0.6 * LN2)
"""Six in ten sentences come with both labels."""
COINS = Bounds(4, 2, LN2, LN2, 0.5, 0.5, LN2)
"""Each sentence comes with both labels: there is nothing to learn."""


def history(
    train: Sequence[float],
    *,
    accuracy: Sequence[float] | float = 0.9,
    test: Sequence[float] | float = math.nan,
    test_accuracy: Sequence[float] | float = 0.8,
) -> History:
    """A history of these losses; what is given as one number is the same in every epoch."""
    n = len(train)
    columns = Columns.empty(n, 1)._replace(
        train_loss=np.array(train, dtype=float),
        train_accuracy=np.broadcast_to(np.array(accuracy, dtype=float), n).copy(),
        test_loss=np.broadcast_to(np.array(test, dtype=float), n).copy(),
        test_accuracy=np.broadcast_to(np.array(test_accuracy, dtype=float), n).copy(),
    )
    return History(("W",), columns)


def told(of: History, bounds: Bounds = PAIR, outcome: Outcome = "finished") -> dict[FindingId, Mapping[str, float]]:
    found = findings(of, bounds, outcome)
    assert len({finding.id for finding in found}) == len(found)
    for finding in found:
        assert tuple(sorted(finding.figures)) == tuple(sorted(FIGURES[finding.id]))
    return {finding.id: finding.figures for finding in found}


def wobbling(level: float, epochs: int, by: float = 0.01) -> list[float]:
    """A curve that stays at a level but for noise that has no trend."""
    return [level + by * float(noise) for noise in np.random.default_rng(0).uniform(-1, 1, epochs)]


def falling(epochs: int, start: float = 0.69, factor: float = 0.99) -> list[float]:
    return [start * factor**epoch for epoch in range(epochs)]


def valley(epochs: int, lowest: int, bottom: float = 0.3) -> list[float]:
    """A loss that falls to its lowest at an epoch (from 1) and rises from there."""
    return [bottom + 0.01 * abs(epoch - lowest) for epoch in range(1, epochs + 1)]


def spiked(epochs: int, heights: dict[int, float], level: float = 0.05) -> list[float]:
    """A loss at a level but for some epochs (from 1)."""
    return [heights.get(epoch, level) for epoch in range(1, epochs + 1)]


def run(data: Dataset, model: dict[str, Any], training: dict[str, Any]) -> tuple[History, Bounds]:
    experiment = Experiment(dataset=data, model=ModelConfig(**model), training=TrainingConfig(**training))
    return finished(experiment).history, data.bounds


@cache
def guide() -> History:
    """The first 240 epochs of the guide's run as it is corrected."""
    return finished(presets.guide_corrected().with_training(epochs=240)).history


def test_before_the_first_epoch_nothing_is_found() -> None:
    for outcome in ("going", "finished", "stopped", "broken"):
        assert told(history([]), outcome=outcome) == {}


def test_on_a_run_that_learns_and_stays_there_nothing_is_found() -> None:
    losses = falling(200, 0.7, 0.95)
    assert told(history(losses, accuracy=[0.5] * 20 + [1.0] * 180, test=[loss + 0.01 for loss in losses])) == {}


# ---------------------------------------------------------------------- each, and its nearest neighbor

TRUE: dict[FindingId, Callable[[], tuple[History, Bounds, Outcome]]] = {
    "plateau": lambda: (history(wobbling(LN2, 60), accuracy=0.5), PAIR, "going"),
    "ceiling": lambda: (history(wobbling(0.45, 60), accuracy=wobbling(0.68, 60)), DISPUTED, "finished"),
    "lost": lambda: (history(falling(30, 0.6) + wobbling(2.5, 40, 0.3), accuracy=wobbling(0.5, 70)), PAIR, "finished"),
    "slow": lambda: (history(falling(100, 0.69, 0.998), accuracy=wobbling(0.65, 100)), PAIR, "finished"),
    "stopped": lambda: (history(falling(100, 0.69, 0.998), accuracy=wobbling(0.65, 100)), PAIR, "stopped"),
    "stalled": lambda: (history(wobbling(0.6, 100), accuracy=wobbling(0.7, 100)), PAIR, "finished"),
    "overfitting": lambda: (
        history(falling(160), test=valley(160, 60), test_accuracy=[0.8] * 100 + [0.75] * 60),
        PAIR,
        "finished",
    ),
    "gap": lambda: (history(falling(200, 0.69, 0.9), accuracy=1.0, test=0.73), PAIR, "finished"),
    "waited": lambda: (history(wobbling(LN2, 10) + [0.4] * 40), PAIR, "finished"),
    "spikes": lambda: (history(spiked(60, {40: 1.0})), PAIR, "finished"),
    "falls": lambda: (history([0.05] * 60, accuracy=[1.0] * 40 + [0.97] + [1.0] * 19), PAIR, "finished"),
}
NEAR: dict[FindingId, Callable[[], tuple[History, Bounds, Outcome]]] = {
    # the same loss, but nearly two in three are right
    "plateau": lambda: (history(wobbling(LN2, 60), accuracy=0.65), PAIR, "going"),
    # of the 70 % that are possible, 64 %
    "ceiling": lambda: (history(wobbling(0.6, 60), accuracy=wobbling(0.64, 60)), DISPUTED, "finished"),
    # the same loss, but it comes down
    "lost": lambda: (history(falling(30, 0.6) + falling(40, 2.7), accuracy=wobbling(0.5, 70)), PAIR, "finished"),
    # the same loss, and three in four are right
    "slow": lambda: (history(falling(100, 0.69, 0.998), accuracy=wobbling(0.77, 100)), PAIR, "finished"),
    # the same, stopped after it had come to rest
    "stopped": lambda: (history(falling(100, 0.69, 0.998) + wobbling(0.56, 40), accuracy=0.65), PAIR, "stopped"),
    # the same, in motion
    "stalled": lambda: (history(falling(100, 0.69, 0.998), accuracy=wobbling(0.7, 100)), PAIR, "finished"),
    # the same losses, and more of the test is right than at the lowest
    "overfitting": lambda: (
        history(falling(160), test=valley(160, 60), test_accuracy=[0.6] * 100 + [0.8] * 60),
        PAIR,
        "finished",
    ),
    "gap": lambda: (history(falling(200, 0.69, 0.9), accuracy=1.0, test=0.68), PAIR, "finished"),
    # an epoch less
    "waited": lambda: (history(wobbling(LN2, 9) + [0.4] * 40), PAIR, "finished"),
    # four times the level, no more
    "spikes": lambda: (history(spiked(60, {40: 0.2})), PAIR, "finished"),
    "falls": lambda: (history([0.05] * 60, accuracy=[1.0] * 40 + [0.98] + [1.0] * 19), PAIR, "finished"),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_is_made_of_the_run_that_shows_it(name: FindingId) -> None:
    assert name in told(*TRUE[name]())


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_is_not_made_of_the_run_next_to_it(name: FindingId) -> None:
    assert name not in told(*NEAR[name]())


# ---------------------------------------------------------------------- real runs of which false things were said


def test_a_run_whose_loss_fell_in_99_of_99_epochs_is_slow_and_not_lost() -> None:
    of, bounds = run(presets.guide_dataset(), {"init_scale": 0.1}, {"epochs": 100, "learning_rate": 0.001})
    loss = of.columns.train_loss
    assert (np.diff(loss) < 0).all()
    (found,) = findings(of, bounds)
    assert found.id == "slow"
    assert found.figures["falling"] == 1.0
    assert found.figures["accuracy"] == pytest.approx(late_accuracy(of))
    (stopped,) = findings(of.up_to(60), bounds, "stopped")
    assert (stopped.id, stopped.figures["epochs"]) == ("stopped", 60)
    assert findings(of.up_to(60), bounds, "going") == ()


def test_a_loss_near_chance_with_every_sentence_right_is_no_plateau() -> None:
    adjectives = ("good", "happy", "great", "bad", "sad", "awful")
    starts = ("", "i am ", "this is ", "i was ", "this was ")
    data = Dataset.from_pairs([(s + word, word in adjectives[:3]) for s in starts for word in adjectives])
    of, bounds = run(data, {"hidden_size": 16, "init_scale": 0.01}, {"epochs": 136, "learning_rate": 0.001, "seed": 1})
    assert of.columns.train_accuracy[-10:].min() == 1.0
    assert of.columns.train_loss[-1] > 0.95 * LN2
    assert "plateau" not in told(of, bounds)
    assert "plateau" in told(of.up_to(20), bounds)


def test_a_test_accuracy_that_rises_is_no_overfitting_whatever_the_test_loss() -> None:
    training = {"epochs": 208, "learning_rate": 0.003, "clipping": "global_norm", "clip_threshold": 0.1, "optimizer": "adam"}
    of, bounds = run(presets.guide_dataset(), {"hidden_size": 24, "initialization": "glorot"}, {**training, "seed": 1})
    c = of.columns
    assert c.test_accuracy[-20:].mean() > c.test_accuracy[:20].mean() + 0.1
    assert c.test_loss[-20:].mean() > c.test_loss[:20].mean()
    found = told(of, bounds)
    assert "overfitting" not in found
    assert found["gap"]["test_loss"] == pytest.approx(np.median(c.test_loss[-20:]))


def test_labels_that_contradict_each_other_have_a_ceiling_and_the_network_that_is_at_it_is_not_lost() -> None:
    clear = [("i am good", 1), ("very good", 1), ("i am bad", 0), ("very bad", 0)]
    disputed = [(text, label) for text in ("so so", "well now", "all right") for label in (0, 1)]
    data = Dataset.from_pairs(clear + disputed)
    assert data.bounds.ceiling == 0.7
    of, bounds = run(data, {"hidden_size": 8, "init_scale": 0.1}, {"epochs": 300})
    (found,) = [finding for finding in findings(of, bounds) if finding.id in FINDINGS[:6]]
    assert found.id == "ceiling"
    assert found.figures["ceiling"] == 0.7


def test_where_nothing_but_contradictions_is_taught_chance_is_the_ceiling_and_no_plateau() -> None:
    data = Dataset.from_pairs([(text, label) for text in ("i am good", "this was bad") for label in (0, 1)])
    assert (data.bounds.ceiling, data.bounds.chance, data.bounds.learnable) == (0.5, 0.5, False)
    of, bounds = run(data, {"hidden_size": 8}, {"epochs": 200})
    assert set(told(of, bounds)) == {"ceiling"}


def test_the_guides_run_leaves_the_plateau_once_and_is_never_called_lost_on_its_way() -> None:
    of, bounds = guide(), presets.guide_dataset().bounds
    on_it = ["plateau" in told(of.up_to(epoch), bounds, "going") for epoch in range(len(of) + 1)]
    left = on_it.index(False, 10)
    assert on_it == [False] * 10 + [True] * (left - 10) + [False] * (len(on_it) - left)
    assert 60 < left < 120
    for epoch in range(0, len(of) + 1, 3):
        assert "lost" not in told(of.up_to(epoch), bounds, "going")


# ---------------------------------------------------------------------- chance is the labels' own


@pytest.mark.parametrize("bounds", [PAIR, TWELVE, RARE])
def test_chance_is_relative_to_the_labels(bounds: Bounds) -> None:
    guessing = history(wobbling(bounds.prior_loss, 60, 0.001), accuracy=bounds.chance)
    assert set(told(guessing, bounds)) == {"plateau"}
    other = PAIR if bounds is TWELVE else TWELVE
    assert "plateau" not in told(guessing, other)
    exploded = history(falling(30, 0.8 * bounds.prior_loss) + wobbling(4.0, 40, 0.3), accuracy=wobbling(bounds.chance, 70))
    assert "lost" in told(exploded, bounds)


def test_nine_in_ten_right_is_guessing_where_nine_in_ten_have_the_same_label() -> None:
    of = history([0.3] * 60, accuracy=0.9)
    assert learned(of, PAIR)
    assert not learned(of, RARE)


def test_a_run_that_has_not_yet_left_chance_by_loss_is_not_lost_while_its_accuracy_is_above() -> None:
    assert "lost" not in told(history(wobbling(0.9, 80), accuracy=0.64))
    assert "lost" in told(history(wobbling(0.9, 80), accuracy=0.61))


@pytest.mark.parametrize("outcome", ["going", "broken"])
def test_of_a_run_that_goes_on_or_diverged_nothing_is_said_that_its_end_would_show(outcome: Outcome) -> None:
    names: tuple[FindingId, ...] = ("slow", "stalled")
    for name in names:
        of, bounds, _ = TRUE[name]()
        assert told(of, bounds, outcome) == {}


def test_lost_tells_the_best_that_there_was_before() -> None:
    accuracies = [*[0.5] * 30, *[0.9] * 20, *wobbling(0.5, 60)]
    figures = told(history([0.69] * 30 + [0.4] * 20 + wobbling(2.0, 60, 0.3), accuracy=accuracies))["lost"]
    assert figures["best"] == pytest.approx(0.9)
    assert figures["best_epoch"] == 50


# ---------------------------------------------------------------------- overfitting


@pytest.mark.parametrize("lowest", [30, 60, 100])
def test_overfitting_tells_where_the_test_loss_was_lowest_and_where_it_is_now(lowest: int) -> None:
    tests = valley(160, lowest)
    figures = told(history(falling(160), test=tests))["overfitting"]
    assert figures["epoch"] == lowest
    assert figures["loss"] == pytest.approx(np.median(tests[-20:]))
    assert figures["accuracy_then"] == figures["accuracy"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (falling(160), falling(160)),
        (falling(160), [0.4] * 160),
        (falling(80) + falling(80)[::-1], valley(160, 80)),  # both rise
        (falling(160), [0.02 + 0.0003 * epoch for epoch in range(160)]),  # hardly more than at its lowest
        (falling(160), [10.0 + 0.01 * epoch for epoch in range(160)]),  # a small part of what it is
        (falling(59), valley(59, 20)),  # too early to tell
        (falling(160), math.nan),
    ],
    ids=["both fall", "level", "both rise", "little", "a small share", "early", "no test"],
)
def test_nothing_else_is_overfitting(train: list[float], test: list[float] | float) -> None:
    assert "overfitting" not in told(history(train, test=test))


def test_one_epoch_of_a_high_test_loss_is_no_overfitting() -> None:
    tests = falling(160)
    for last in (1, 5, 20):
        spike = [*tests[:-last], 2.0, *tests[len(tests) - last + 1 :]]
        assert "overfitting" not in told(history(falling(160), test=spike))


@pytest.mark.parametrize("huge", [1e9, 1e17, 1e300])
def test_one_huge_loss_long_ago_hides_nothing_that_came_after(huge: float) -> None:
    tests, trains = [huge, *valley(159, 60)], [huge, *falling(159)]
    figures = told(history(trains, test=tests))["overfitting"]
    assert figures["epoch"] == 61
    assert figures["loss"] == pytest.approx(np.median(tests[-20:]))
    assert "overfitting" not in told(history([huge, *falling(159)], test=[huge, *[0.4] * 159]))


# ---------------------------------------------------------------------- spikes and falls


def test_a_spike_is_told_by_its_peak_and_every_one_is_counted() -> None:
    of = history(spiked(450, {238: 0.847, 401: 0.251, 402: 0.428}))
    figures = told(of)["spikes"]
    assert (figures["count"], figures["first"], figures["epoch"], figures["loss"], figures["before"]) == (
        2,
        238,
        238,
        0.847,
        0.05,
    )
    assert (figures["latest_epoch"], figures["latest_loss"]) == (402, 0.428)
    assert [(spike.first, spike.last, spike.epoch) for spike in spikes(of, PAIR)] == [(238, 238, 238), (401, 402, 402)]


@pytest.mark.parametrize(
    ("epochs", "stretches"),
    [
        ((20,), [(20, 20)]),
        ((20, 21, 22), [(20, 22)]),
        ((20, 30), [(20, 30)]),
        ((20, 31), [(20, 20), (31, 31)]),
        ((20, 60, 64, 70), [(20, 20), (60, 70)]),
    ],
)
def test_a_spike_is_over_once_the_loss_has_been_down_for_ten_epochs(
    epochs: tuple[int, ...], stretches: list[tuple[int, int]]
) -> None:
    found = spikes(history(spiked(100, dict.fromkeys(epochs, 1.0))), PAIR)
    assert [(spike.first, spike.last) for spike in found] == stretches


@pytest.mark.parametrize(
    "losses",
    [
        spiked(100, {50: 0.1}, level=0.001),  # of a tiny loss
        spiked(10, {10: 1.0}),  # nothing to compare with
        [0.05 * 1.2**epoch for epoch in range(60)],  # a slope
    ],
    ids=["tiny", "early", "slope"],
)
def test_nothing_else_is_a_spike(losses: list[float]) -> None:
    assert "spikes" not in told(history(losses))


def test_falls_tell_the_latest_and_the_deepest() -> None:
    accuracies = [1.0] * 10 + [0.5, 0.43, 0.7] + [1.0] * 10 + [0.97] + [0.98] * 10
    figures = told(history([0.05] * 34, accuracy=accuracies))["falls"]
    assert figures == {"count": 2, "latest_epoch": 24, "latest_accuracy": 0.97, "epoch": 12, "accuracy": 0.43}


def test_a_fall_before_everything_was_right_is_no_fall() -> None:
    assert "falls" not in told(history([0.5] * 4, accuracy=[0.9, 0.5, 0.9, 1.0]))


# ---------------------------------------------------------------------- the definitions, done again slowly


def again(of: History, bounds: Bounds, outcome: Outcome) -> None:
    """The findings are those of the slow reference, figure by figure."""
    labels = Labels(bounds.sentences, bounds.chance_loss, bounds.prior_loss, bounds.chance, bounds.ceiling, bounds.floor)
    expected = slow_findings(curves_of(of), labels, outcome)
    found = told(of, bounds, outcome)
    assert list(found) == list(expected)
    for name, figures in expected.items():
        assert found[name] == pytest.approx(figures, rel=1e-9, abs=1e-15), name  # type: ignore[index]


OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(["going", "finished", "stopped", "broken"])
LOSSES = st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.11, 0.3, 0.6, LN2, 0.7, 1.0, 3.0, 1e3])


@given(
    st.lists(st.tuples(LOSSES, LOSSES, st.sampled_from([0.0, 0.5, 0.6, 0.7, 0.97, 1.0]), LOSSES), max_size=130),
    st.sampled_from([PAIR, TWELVE, RARE, DISPUTED, COINS]),
    OUTCOMES,
    st.booleans(),
)
def test_whatever_the_curves_the_findings_are_those_of_their_definitions(
    epochs: list[tuple[float, float, float, float]], bounds: Bounds, outcome: Outcome, tested: bool
) -> None:
    train, test, accuracy, other = ([epoch[i] for epoch in epochs] for i in range(4))
    again(
        history(train, accuracy=accuracy, test=test if tested else math.nan, test_accuracy=np.minimum(other, 1.0).tolist()),
        bounds,
        outcome,
    )


STRETCHES = st.lists(
    st.tuples(
        st.integers(5, 60),
        st.sampled_from([0.001, 0.05, 0.4, LN2, 1.5, 4.0]),
        st.sampled_from([0.5, 0.6, 0.66, 0.8, 1.0]),
        st.sampled_from([0.99, 1.0, 1.01]),
    ),
    min_size=1,
    max_size=4,
)


@given(STRETCHES, st.sampled_from([PAIR, TWELVE, RARE, DISPUTED]), OUTCOMES, st.integers(0, 9))
def test_so_are_those_of_curves_that_stay_or_drift_for_a_while(
    stretches: list[tuple[int, float, float, float]], bounds: Bounds, outcome: Outcome, seed: int
) -> None:
    noise = np.random.default_rng(seed)
    train = [level * drift**k * noise.uniform(0.99, 1.01) for n, level, _, drift in stretches for k in range(n)]
    accuracy = [float(np.round(share * 58) / 58) for n, _, share, _ in stretches for _ in range(n)]
    test = [2 * loss + 0.3 for loss in train]
    again(history(train, accuracy=accuracy, test=test, test_accuracy=accuracy[::-1]), bounds, outcome)


@pytest.mark.parametrize("seed", range(5))
def test_bounds_are_what_the_best_answer_to_sentences_that_read_alike_gets(seed: int) -> None:
    noise = np.random.default_rng(seed)
    texts = [" ".join(noise.choice(["a", "b", "c"], noise.integers(1, 3))) for _ in range(30)]
    data = Dataset.from_pairs([(text, f"label {noise.integers(2 + seed)}") for text in texts])
    labels, bounds = labels_of(data), data.bounds
    assert tuple(bounds) == pytest.approx(
        (labels.sentences, len(data.labels), labels.chance_loss, labels.prior_loss, labels.chance, labels.ceiling, labels.floor)
    )


CELLS = ("vanilla", "gru", "lstm")


def random_experiment(cell: str, k: int) -> Experiment:
    """An experiment that learns, crawls, or explodes, as chance has it."""
    noise = np.random.default_rng([CELLS.index(cell), k])
    model = ModelConfig(
        cell=cell,
        hidden_size=int(noise.integers(4, 24)),
        initialization=str(noise.choice(["normal", "glorot"])),  # type: ignore[arg-type]
        init_scale=float(noise.choice([0.001, 0.01, 0.1, 0.5])),
        bidirectional=bool(noise.random() < 0.3),
    )
    training = TrainingConfig(
        epochs=int(noise.integers(40, 250)),
        learning_rate=float(10 ** noise.uniform(-3, -0.3)),
        optimizer=str(noise.choice(["sgd", "momentum", "adam"])),  # type: ignore[arg-type]
        clipping=str(noise.choice(["none", "value", "norm", "global_norm"])),  # type: ignore[arg-type]
        clip_threshold=float(noise.choice([0.1, 1.0])),
        batch_size=int(noise.choice([1, 1, 4, 20])),
        seed=k,
    )
    data = presets.guide_dataset()
    if k % 3 == 1:  # contradictions
        data = data.with_examples([*data.examples, *(e._replace(label="negative") for e in data.examples[:20])])
    if k % 3 == 2:  # three labels
        data = data.with_examples([e._replace(label="calm") if "is" in e.text.split() else e for e in data.examples])
    return Experiment(dataset=data, model=model, training=training)


@pytest.mark.slow
@pytest.mark.parametrize("k", range(10))
@pytest.mark.parametrize("cell", CELLS)
def test_of_ten_random_experiments_a_cell_the_findings_are_those_of_the_slow_reference(cell: str, k: int) -> None:
    from rnn_core import DivergenceError, Trainer

    experiment = random_experiment(cell, k)
    trainer, outcome = Trainer(experiment), "finished"
    try:
        while trainer.advance():
            pass
    except DivergenceError:
        outcome = "broken"
    data, of = experiment.dataset, trainer.history
    labels = labels_of(data)
    for epochs, end in {(len(of), outcome), (len(of) // 2, "stopped"), (len(of) // 2, "going"), (len(of) // 3, "going")}:
        expected = slow_findings(curves_of(of.up_to(epochs)), labels, end)
        found = told(of.up_to(epochs), data.bounds, end)  # type: ignore[arg-type]
        assert list(found) == list(expected)
        for name, figures in expected.items():
            assert found[name] == pytest.approx(figures, rel=1e-9), name  # type: ignore[index]


# ---------------------------------------------------------------------- whatever the numbers

EXTREMES = st.sampled_from([0.0, 5e-324, 1e-9, 0.05, LN2, 1.0, 50.0, 1e17, 1e300, 1.7e308])


@given(
    st.lists(st.tuples(EXTREMES, st.none() | EXTREMES, st.sampled_from([0.0, 0.5, 0.97, 1.0])), max_size=130),
    st.sampled_from(["tested", "untested"]),
    OUTCOMES,
)
def test_whatever_the_numbers_figures_are_finite_and_nothing_warns(
    epochs: list[tuple[float, float | None, float]], kind: str, outcome: Outcome
) -> None:
    tests = [math.nan if test is None or kind == "untested" else test for _, test, _ in epochs]
    of = history([train for train, _, _ in epochs], test=tests, accuracy=[accuracy for _, _, accuracy in epochs])
    for figures in told(of, outcome=outcome).values():
        assert all(map(math.isfinite, figures.values()))


def test_losses_at_the_edge_of_numbers_overflow_in_no_mean() -> None:
    assert "overfitting" not in told(history([1.0] * 100 + [1.7e308] * 60, test=[1.0] * 100 + [1.7e308] * 60))
    assert "spikes" not in told(history([1.7e308] * 20))
    assert Finding("spikes", {}) not in findings(history([1.7e308] * 60, accuracy=0.5), PAIR)
