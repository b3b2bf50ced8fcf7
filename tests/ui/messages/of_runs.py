"""What is said of a run, of its settings and of several runs: each claim with a case of which it is true, and the nearest of which it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_core import Change, Dataset, Experiment, History, Limits, TrainingConfig, presets
from rnn_core.data.baseline import Baseline
from rnn_core.engine.kernel import RunPath
from rnn_core.network.parameters import Layout
from rnn_core.sweeps.comparisons import Comparison, Tally, comparisons
from rnn_core.training.advice import advice
from rnn_core.training.findings import FINDINGS, Finding
from rnn_core.training.findings import findings as find
from rnn_core.training.history import Columns
from rnn_core.training.replay import Cause
from tests.core.training.test_findings import NEAR, TRUE
from tests.ui.messages.said import Claim
from tests.ui.messages.test_gradient_messages import outcome, side_by_side
from tests.ui.messages.test_messages import status
from ui.messages import baseline, clipping, comparison, experiment, findings, kept_work, runs
from ui.server.job_status import JobStatus, State

GUIDE = presets.guide_corrected()
ADAM = GUIDE.with_training(optimizer="adam")

# ---------------------------------------------------------------------- findings


def worded(case: Callable[[], tuple[Any, ...]], experiment: Experiment = ADAM) -> Callable[[], list[str]]:
    """All that is said of a history."""
    return lambda: [findings.finding(found, experiment) for found in find(*case())]


def of(name: str, experiment: Experiment = ADAM, cause: Cause | None = None, **figures: float) -> Callable[[], str]:
    """A finding of its true case, with some figures replaced."""
    (found,) = [found for found in find(*TRUE[name]()) if found.id == name]  # type: ignore[index]
    return lambda: findings.finding(Finding(found.id, {**found.figures, **figures}), experiment, cause)


def button(name: str, experiment: Experiment) -> Callable[[], str]:
    """What the button says that follows the advice upon a finding."""
    (found,) = [found for found in find(*TRUE[name]()) if found.id == name]  # type: ignore[index]
    change = advice(found, experiment)
    assert change
    return lambda: findings.act(change, experiment)


CAUSE = Cause(7, 3, (5,), 0.1, 0.9, 2.0, True, 0.5, 0.0)
MANY = CAUSE._replace(rows=(1, 2, 3, 4, 5))


def clipped(updates: float, elements: float = 0.1, kind: str = "value", name: str | None = None) -> Callable[[], str]:
    """What is said of a run in which this share of updates was clipped, of one parameter's gradient or of all."""

    def words() -> str:
        run = status("done", 2)
        experiment = run.experiment.with_training(clipping=kind)
        names = Layout.of(experiment).names
        columns = Columns.empty(2, len(names))
        columns.gradients[:, :, 4], columns.gradients[:, :, 5] = updates, elements
        made: JobStatus = replace(run, run=replace(run.run, experiment=experiment, history=History(names, columns)))
        return clipping.clipped(made, name)

    return words


def turned(degrees: float, kind: str, *changes: Change) -> Callable[[], str]:
    return lambda: clipping.turned(degrees, TrainingConfig(clipping=kind, changes=changes))  # type: ignore[arg-type]


def pictured(kind: str, name: str | None = None) -> Callable[[], str]:
    def words() -> str:
        run = status("done", 2)
        chosen = replace(run.run, experiment=run.experiment.with_training(clipping=kind))
        return clipping.picture(replace(run, run=chosen), name)

    return words


def longest(kind: str = "value", before: float = 8.0, after: float = 2.0, size: int = 1) -> Callable[[], str]:
    """What is said of a run whose longest gradient stands in its second epoch, with these norms before and after clipping."""

    def words() -> str:
        run = status("done", 2)
        columns = Columns.empty(2, 1)
        columns.gradients[1, -1, 2], columns.gradients[1, -1, 3] = before, after
        columns.largest_norm_row[:] = 1
        chosen = run.experiment.with_training(clipping=kind, batch_size=size)
        return clipping.longest(replace(run, run=replace(run.run, experiment=chosen, history=History(("W",), columns))), 1)

    return words


# ---------------------------------------------------------------------- runs and their settings


def of_run(words: Callable[[JobStatus], object], state: State = "done", epoch: int = 40, **changes: Any) -> Callable[[], object]:
    """What is said of a run of 40 epochs in this state."""
    return lambda: words(replace(status(state, epoch, diverged=13), **changes))


def steered(*changes: Change) -> Callable[[], JobStatus]:
    return lambda: replace(
        run := status("paused", 12), run=replace(run.run, experiment=run.experiment.with_training(changes=changes))
    )


def estimated(seconds: float, stretch: float = 1.0) -> Callable[[], str]:
    return lambda: runs.time_line(seconds, 1000, Limits(seconds=300), stretch)


def on(path: RunPath) -> Callable[[], str | None]:
    return lambda: runs.plain_path(replace(run := status("done"), run=replace(run.run, path=path)))


def scored(train: float, test: float | None = 0.5, epochs: int = 40) -> JobStatus:
    run = status("done", epochs)
    columns = run.history.columns
    columns.train_accuracy[:], columns.train_loss[:] = train, 0.5
    columns.test_loss[:], columns.test_accuracy[:] = (np.nan, np.nan) if test is None else (0.25, test)
    return run


def vectors(use: str) -> Callable[[], str]:
    """The card of an embedding that starts from word vectors."""
    model = replace(GUIDE.model, embedding_size=2, vectors=use)  # type: ignore[arg-type]
    return lambda: experiment.settings_card(model, GUIDE.training)


def described(**settings: Any) -> Callable[[], str]:
    """The line about an experiment and the card of its settings."""
    model = {name: settings.pop(name) for name in tuple(settings) if name in type(GUIDE.model).domains()}
    chosen = GUIDE.with_model(**model).with_training(**settings)
    return lambda: (
        f"{experiment.describe(chosen)} {experiment.settings_card(chosen.model, chosen.training)} {experiment.network(chosen.model)}"
    )


def of_data(*pairs: tuple[str, int | None]) -> Callable[[], str]:
    return lambda: experiment.data_card(Dataset.from_pairs(list(pairs)))


def bag(train: list[tuple[str, int]], test: list[tuple[str, int]] = []) -> Callable[[], str]:  # noqa: B006
    return lambda: baseline.baseline_line(Baseline.fit(Dataset.from_pairs(train, test)))


FIVE = Change(5, "learning_rate", 0.5)
MANY_CHANGES = tuple(Change(epoch, "learning_rate", 0.01 * epoch) for epoch in range(2, 12))
ORDERED = [("good not bad", 1), ("bad not good", 0)]
NEARLY_ALL = [("good", 1)] * 200 + [("bad", 0)] * 200 + [("bad", 1)]

# ---------------------------------------------------------------------- comparisons

SMALL = GUIDE.with_model(hidden_size=4).with_training(epochs=40)
PAIR, KINDS = (next(pair for pair in comparisons(SMALL, 5) if pair.id == name) for name in ("clip_threshold", "clipping"))
GOOD, LOST, PERFECT = ("done", 0.9), ("done", 0.5), ("done", 1.0)


def ended(*states: list[tuple[str, float]]) -> Callable[[], str]:
    return lambda: outcome(PAIR, len(states[0]), list(states))


def needless(*states: list[tuple[str, float]], compared: Comparison = KINDS) -> Callable[[], str | None]:
    return lambda: comparison.not_needed(side_by_side(compared, len(states[0]), list(states)))


def falling(*accuracies: float) -> Callable[[], str | None]:
    """What is said to be forgotten by one run with these accuracies and by one that got everything right and kept it."""

    def words() -> str | None:
        made = side_by_side(PAIR, 1, [[PERFECT], [PERFECT]])
        columns = Columns.empty(len(accuracies), 1)
        columns.train_accuracy[:] = accuracies
        made._runs[0, 0] = made._runs[0, 0]._replace(history=History(("W",), columns))
        return comparison.forgotten(made)

    return words


def counted(tally: Tally, seeds: int) -> Callable[[], tuple[str, str]]:
    return lambda: (comparison.side_count(tally, seeds), comparison.side_accuracy(tally, seeds))


def taking(seconds: float | None, stretch: float = 1.0) -> Callable[[], str]:
    return lambda: comparison.limits(PAIR, seconds, 2, Limits(seconds=300), stretch)


NOT_YET, HALF, ALL = Tally(0, 0, 0, None, None, 0, 0), Tally(3, 2, 0, 9.0, 0.8, 0, 0), Tally(5, 4, 0, 9.0, 0.996, 0, 0)
ONE, NONE = Tally(1, 1, 0, 9.0, 1.0, 0, 0), Tally(1, 0, 1, None, 0.5, 0, 0)

# ---------------------------------------------------------------------- the table

OF_RUNS: Mapping[str, Claim] = {
    **{f"finding: {name}": Claim(worded(TRUE[name]), worded(NEAR[name])) for name in FINDINGS},
    "the ceiling of a lost run": Claim(of("lost", ceiling=0.8), of("lost", ceiling=1.0)),
    "once": Claim(of("spikes", count=1.0), of("spikes", count=2.0), figures=("once",)),
    "several times": Claim(of("spikes", count=2.0), of("spikes", count=1.0), figures=("2 times",)),
    "a later spike": Claim(of("spikes", latest_epoch=50.0), of("spikes")),
    "an update is of one sentence": Claim(of("falls"), of("falls", ADAM.with_training(batch_size=20)), figures=("one sentence",)),
    "an update is of several": Claim(of("falls", ADAM.with_training(batch_size=20)), of("falls"), figures=("20 sentences",)),
    "an update is of all": Claim(of("falls", ADAM.with_training(batch_size=58)), of("falls", ADAM.with_training(batch_size=57))),
    "the update behind a spike": Claim(of("spikes", cause=CAUSE), of("spikes")),
    "of a batch, more rows": Claim(of("spikes", cause=MANY), of("spikes", cause=CAUSE)),
    "half the threshold helps": Claim(of("spikes", cause=CAUSE), of("spikes", cause=CAUSE._replace(halved=0.9))),
    "half the threshold does not": Claim(of("spikes", cause=CAUSE._replace(halved=0.9)), of("spikes", cause=CAUSE)),
    "memory moved it": Claim(
        of("spikes", cause=CAUSE._replace(clipped=False, memory=0.6)),
        of("spikes", cause=CAUSE._replace(clipped=False, memory=0.4)),
    ),
    "its own gradient, not clipped": Claim(of("spikes", cause=CAUSE._replace(clipped=False)), of("spikes", cause=CAUSE)),
    "a larger scale": Claim(of("plateau", GUIDE), of("plateau", GUIDE.with_model(init_scale=0.02))),
    "a button for larger weights": Claim(button("plateau", GUIDE), button("slow", GUIDE)),
    "a button for another rate": Claim(button("slow", GUIDE), button("plateau", GUIDE)),
    "another rate": Claim(of("slow", GUIDE), of("slow", GUIDE.with_training(learning_rate=0.03))),
    "clipping is off": Claim(clipped(0.0, kind="none"), clipped(0.0)),
    "nothing was clipped": Claim(clipped(0.0), clipped(0.1)),
    "nothing of a parameter": Claim(clipped(0.0, name="W_hh"), clipped(0.1, name="W_hh")),
    "clipped, of all": Claim(clipped(0.1), clipped(0.0)),
    "clipped, of a parameter": Claim(clipped(0.1, name="W_hh"), clipped(0.0, name="W_hh")),
    "next to nothing clipped": Claim(clipped(0.1, 1e-6), clipped(0.1, 1e-4), figures=("under 0.001%",)),
    "not turned, off": Claim(turned(0.0, "none"), turned(0.0, "value")),
    "not turned by value": Claim(turned(0.0, "value"), turned(0.02, "value")),
    "not turned by norm": Claim(turned(0.0, "norm"), turned(0.0, "value")),
    "turned by each norm": Claim(turned(3.0, "norm"), turned(3.0, "value")),
    "turned by value": Claim(turned(3.0, "value"), turned(3.0, "norm")),
    "turned, changed on the way": Claim(turned(3.0, "none", Change(5, "clipping", "norm")), turned(3.0, "norm")),
    "the longest gradient, clipping off": Claim(longest("none", 8.0, 8.0), longest()),
    "the longest gradient, not cut": Claim(longest(before=8.0, after=8.0), longest()),
    "the longest gradient, cut": Claim(longest(), longest(before=8.0, after=8.0)),
    "the longest gradient, of a batch": Claim(longest(size=2), longest()),
    "one line without clipping": Claim(pictured("none"), pictured("value")),
    "the part that is cut, by value": Claim(pictured("value"), pictured("norm")),
    "the part that is cut, each norm": Claim(pictured("norm"), pictured("norm", "W_hh")),
    "the part that is cut, of one by all": Claim(pictured("global_norm", "W_hh"), pictured("global_norm")),
    "the part that is cut, over the threshold": Claim(pictured("global_norm"), pictured("value")),
    "waits": Claim(of_run(runs.standing, "running", wait=2.0), of_run(runs.standing, "running", wait=0.5)),
    "runs": Claim(of_run(runs.standing, "running", 12), of_run(runs.standing, "paused", 12)),
    "paused": Claim(of_run(runs.standing, "paused", 12), of_run(runs.standing, "stopped", 12)),
    "stopped": Claim(of_run(runs.standing, "stopped", 12), of_run(runs.standing, "paused", 12)),
    "done early": Claim(of_run(runs.standing, "done", 39), of_run(runs.standing, "done", 40)),
    "done": Claim(of_run(runs.standing, "done", 40), of_run(runs.standing, "done", 39)),
    "diverged": Claim(of_run(runs.standing, "diverged", 12), of_run(runs.standing, "failed", 12)),
    "out of time": Claim(of_run(runs.standing, "time_limit", 12), of_run(runs.standing, "stopped", 12)),
    "broken off": Claim(of_run(runs.standing, "failed", 12), of_run(runs.standing, "diverged", 12)),
    "why it diverged": Claim(of_run(runs.ending, "diverged", 12), of_run(runs.ending, "stopped", 12)),
    "why it ran out of time": Claim(of_run(runs.ending, "time_limit", 12), of_run(runs.ending, "stopped", 12)),
    "why it broke": Claim(of_run(runs.ending, "failed", 12), of_run(runs.ending, "diverged", 12)),
    "under a second": Claim(estimated(0.4), estimated(1.2)),
    "about so long": Claim(estimated(1.2), estimated(0.4)),
    "longer beside others": Claim(estimated(10, 3.0), estimated(10, 1.0)),
    "too long for the time allowed": Claim(estimated(301), estimated(299)),
    "near the time allowed": Claim(estimated(61), estimated(59)),
    "on the plain path": Claim(on("plain"), on("compiled")),
    "its snapshots made room": Claim(lambda: runs.room_taken(True), lambda: runs.room_taken(False)),
    "planned": Claim(lambda: (runs.planned((FIVE,)), runs.change(FIVE)), lambda: runs.planned(()), figures=("5", "0.5")),
    "of many planned": Claim(lambda: runs.planned(MANY_CHANGES), lambda: runs.planned(MANY_CHANGES[:8])),
    "shorter than its changes": Claim(
        lambda: runs.too_short(4, FIVE, 40), lambda: runs.too_short(39, FIVE._replace(epoch=40), 41), figures=("epoch 5", "40")
    ),
    "seen before the first epoch": Claim(of_run(runs.viewing, viewed=0), of_run(runs.viewing, viewed=1)),
    "seen after an earlier epoch": Claim(of_run(runs.viewing, viewed=39), of_run(runs.viewing, viewed=40)),
    "changed on the way": Claim(
        lambda: (runs._changes_line(steered(FIVE)()), runs.changes(steered(FIVE)().experiment, 5)),
        lambda: runs._changes_line(steered(FIVE._replace(epoch=13))()),
    ),
    "not changed on the way": Claim(
        lambda: runs._changes_line(steered(FIVE._replace(epoch=13))()),
        lambda: runs._changes_line(steered(FIVE)()),
        figures=(runs.NOTHING,),
    ),
    "changed very often": Claim(
        lambda: runs._changes_line(steered(*MANY_CHANGES)()), lambda: runs._changes_line(steered(*MANY_CHANGES[:4])())
    ),
    "several at a time": Claim(described(batch_size=57), described(batch_size=58)),
    "all at once": Claim(described(batch_size=58), described(batch_size=57)),
    "steered": Claim(described(changes=(FIVE,)), described()),
    "both ways": Claim(described(bidirectional=True), described()),
    "with an embedding": Claim(described(embedding_size=1), described()),
    "with frozen vectors": Claim(vectors("frozen"), vectors("start")),
    "with vectors trained on": Claim(vectors("start"), vectors("unused")),
    "by the printed rule": Claim(described(recurrent_gradient="printed"), described()),
    "by another optimizer": Claim(described(optimizer="adam"), described(), figures=("Adam",)),
    "clipped by a threshold": Claim(described(clip_threshold=0.5), described(), figures=("±0.5",)),
    "the size of a network": Claim(described(hidden_size=3), described(hidden_size=64), figures=("3 hidden units",)),
    "what was changed since": Claim(
        lambda: experiment.stale(experiment.differences(GUIDE, "other", GUIDE.model, ADAM.training)),
        lambda: experiment.differences(GUIDE, GUIDE.dataset.fingerprint, GUIDE.model, GUIDE.training),
    ),
    "lost with its server": Claim(
        lambda: kept_work.lost_run(7, SMALL), lambda: kept_work.lost_run(9, SMALL.with_training(epochs=50)), figures=("7", "40")
    ),
    "so many sentences and words": Claim(of_data(("a b", 1), ("c", 0)), of_data(("a b", 1), ("b", 0)), figures=("2", "3")),
    "something is in the way": Claim(of_data(("a", 1), ("b", None)), of_data(("a", 1), ("b", 0))),
    "one setting changes": Claim(
        lambda: experiment.offered(GUIDE.with_training(changes=(FIVE,))),
        lambda: experiment.offered(GUIDE),
        figures=("1 setting",),
    ),
    "two settings change": Claim(
        lambda: experiment.offered(GUIDE.with_training(changes=MANY_CHANGES[:2])),
        lambda: experiment.offered(GUIDE.with_training(changes=(FIVE,))),
        figures=("2 settings",),
    ),
    "no result": Claim(lambda: experiment.result_card(status("paused", 0)), lambda: experiment.result_card(status("paused", 1))),
    "a train accuracy": Claim(
        lambda: experiment.result_card(scored(0.75, None)), lambda: experiment.result_card(scored(0.75)), figures=("75%.",)
    ),
    "both accuracies": Claim(lambda: experiment.result_card(scored(0.75)), lambda: experiment.result_card(scored(0.75, None))),
    "an empty log": Claim(lambda: experiment.log(status("done", 0).history), lambda: experiment.log(status("done", 1).history)),
    "a log with its test": Claim(
        lambda: experiment.log(scored(0.75).history),
        lambda: experiment.log(scored(0.75, None).history),
        figures=("0.250", "0.500"),
    ),
    "a log of the train split": Claim(
        lambda: experiment.log(scored(0.75).history), lambda: experiment.log(scored(0.5).history), figures=("0.750",)
    ),
    "a bag of words, without a test": Claim(bag(NEARLY_ALL), bag(NEARLY_ALL[:-1]), figures=("99.8%",)),
    "a bag of words gets half": Claim(bag(ORDERED, ORDERED), bag([("good", 1), ("bad", 0)]), figures=("50%",)),
    "a bag of words on the test": Claim(bag(ORDERED, ORDERED), bag(ORDERED)),
    "none of the seeds is over": Claim(counted(NOT_YET, 5), counted(HALF, 5)),
    "the seed is not over": Claim(counted(NOT_YET, 1), counted(ONE, 1)),
    "some seeds are over": Claim(counted(HALF, 5), counted(ALL, 5)),
    "all seeds are over": Claim(counted(ALL, 5), counted(HALF, 5), figures=("99.6%",)),
    "the seed has learned": Claim(counted(ONE, 1), counted(NONE, 1)),
    "the seed has not learned": Claim(counted(NONE, 1), counted(ONE, 1)),
    "the engine is not ready": Claim(taking(None), taking(60.0)),
    "comparisons take so long": Claim(taking(60.0), taking(None), figures=("30 s", "10 ", "40 ")),
    "comparisons take under a second": Claim(taking(1.5), taking(60.0), figures=("under 1 s",)),
    "comparisons take longer beside others": Claim(taking(60.0, 4.0), taking(60.0)),
    "comparisons would be cut short": Claim(taking(3010.0), taking(2990.0)),
    "so many are over": Claim(lambda: comparison.progress(3, 10), lambda: comparison.progress(4, 10), figures=("3",)),
    "nothing to count": Claim(ended([("stopped", 0.9)], [("waiting", 0.9)]), ended([("stopped", 0.9)], [LOST])),
    "learned from this seed": Claim(ended([GOOD], [GOOD]), ended([LOST], [LOST])),
    "not learned from this seed": Claim(ended([LOST], [LOST]), ended([GOOD], [GOOD])),
    "so many seeds learned": Claim(ended([GOOD, LOST], [LOST, LOST]), ended([LOST, LOST], [LOST, LOST]), figures=("1 of 2",)),
    "one diverged": Claim(ended([GOOD, ("diverged", 0.9)], [GOOD, GOOD]), ended([GOOD, GOOD], [GOOD, GOOD])),
    "several diverged": Claim(
        ended([("diverged", 0.9)] * 2, [GOOD, GOOD]), ended([GOOD, ("diverged", 0.9)], [GOOD, GOOD]), figures=("2 runs diverged",)
    ),
    "all right first": Claim(ended([PERFECT], [PERFECT]), ended([PERFECT], [LOST])),
    "all right first, medians": Claim(ended([PERFECT] * 2, [PERFECT] * 2), ended([PERFECT], [PERFECT])),
    "never all right": Claim(ended([PERFECT], [GOOD]), ended([PERFECT], [PERFECT])),
    "some forgot": Claim(falling(1.0, 0.5, 1.0), falling(1.0, 0.9, 1.0), figures=("1 of 1 (±1)",)),
    "others forgot or did not": Claim(falling(1.0, 0.5), falling(0.9, 0.5), figures=("1 of 1 (±1)", "0 of 1 (±0.1)")),
    "clipping was not needed": Claim(
        needless([GOOD, GOOD], [GOOD] * 2, [GOOD] * 2), needless([GOOD, LOST], [GOOD] * 2, [GOOD] * 2)
    ),
    "some were cut short": Claim(ended([GOOD, ("stopped", 0.9)], [GOOD, GOOD]), ended([GOOD, GOOD], [GOOD, GOOD])),
    "what counts as learned": Claim(
        lambda: comparison.legend(1, GUIDE.dataset.bounds),
        lambda: comparison.legend(1, GUIDE.dataset.bounds._replace(chance=0.9)),
        figures=("75%", "0.693"),
    ),
    "median and range": Claim(
        lambda: comparison.legend(2, GUIDE.dataset.bounds), lambda: comparison.legend(1, GUIDE.dataset.bounds)
    ),
}
