"""Twins in words: what is compared, what it will take, and how many seeds learned."""

from __future__ import annotations

from typing import Any

from rnn_core import Limits
from rnn_core.data.bounds import Bounds
from rnn_core.training.twins import Tally, Twins
from ui.messages.formatting import duration, number, percent
from ui.server.comparisons import TwinRuns

TITLES = {
    "clipping": "Clipping: none, by value, by norm",
    "clip_threshold": "Clip threshold: 1 against 0.1",
    "recurrent_gradient": "Backward rule: the guide's printed one against the right one",
    "cell": "Cell: vanilla RNN against LSTM",
    "init_scale": "Initial scale: 0.001 against 0.1",
}

NAMES: dict[tuple[str, Any], str] = {
    ("clipping", "none"): "no clipping",
    ("clipping", "value"): "clipping by value",
    ("clipping", "norm"): "clipping by each norm",
    ("clipping", "global_norm"): "clipping by the global norm",
    ("clip_threshold", 1.0): "threshold 1",
    ("clip_threshold", 0.1): "threshold 0.1",
    ("recurrent_gradient", "printed"): "the printed rule",
    ("recurrent_gradient", "exact"): "the right rule",
    ("cell", "vanilla"): "the vanilla RNN",
    ("cell", "lstm"): "the LSTM",
    ("init_scale", 0.001): "initial scale 0.001",
    ("init_scale", 0.1): "initial scale 0.1",
}


def twins_title(twins: Twins) -> str:
    """What is compared."""
    return TITLES[twins.field]


def twin_name(twins: Twins, twin: int) -> str:
    """One of the twins, in the middle of a sentence."""
    value = twins.values[twin]
    if twins.field == "clip_threshold" and twins.experiments[twin].training.clipping == "value":
        return f"±{value:g}"
    return NAMES[twins.field, value]


def twin_heading(twins: Twins, twin: int) -> str:
    """One of the twins, above its picture."""
    name = twin_name(twins, twin)
    if name.startswith("±"):
        return f"Clip threshold {name}"
    return name[0].upper() + name[1:]


def twin_count(tally: Tally, seeds: int) -> str:
    """How many seeds have learned, of those that are over."""
    if tally.seeds == 0:
        return "–"
    if seeds == 1:
        return "learned" if tally.learned else "not learned"
    if tally.seeds < seeds:
        return f"{tally.learned} of {tally.seeds} so far"
    return f"{tally.learned} of {seeds} learned"


def twin_accuracy(tally: Tally, seeds: int) -> str:
    """How well the runs that are over stood at their end: the figure by which a run has learned."""
    if tally.accuracy is None:
        return "none has ended yet" if seeds > 1 else "not ended yet"
    if seeds == 1:
        return f"{percent(tally.accuracy)} right in the last 20 epochs"
    return f"{percent(tally.accuracy)} right in the last 20 epochs, median"


def twins_intent() -> str:
    """What twins are for, before any were trained."""
    return (
        "Twins share their sentences, their seeds and all settings but one: what sets them apart in the end is the doing of that one. "
        "Five seeds show how much of it may be luck."
    )


def twins_limits(twins: Twins, count: int, seconds: float | None, abreast: int, limits: Limits, stretch: float = 1.0) -> str:
    """What it will take, told before it is started. seconds: of all trainings one after another, if it can be told."""
    trainings = count * len(twins.experiments)
    epochs = max(one.training.epochs for one in twins.experiments)
    line = f"{number(trainings)} trainings of {number(epochs)} epochs, {number(abreast)} at a time"
    if seconds is None:
        return f"{line}, once the engine is ready. Each may take up to {duration(limits.seconds)}; one that is cut short is not counted."
    wait = duration(seconds / abreast)
    about = wait if wait.startswith("under") else f"about {wait}"
    line += f": {about} on this machine while nobody else trains."
    if stretch > 1:
        line += f" Others train now: beside them about {duration(seconds / abreast * stretch)}."
    if seconds / trainings > limits.seconds:
        return (
            f"{line} A training may take {duration(limits.seconds)} here: these would be cut short, and runs that are cut short are not "
            "counted. Fewer epochs or a smaller network help."
        )
    return f"{line} Each may take up to {duration(limits.seconds)}; one that is cut short is not counted."


def twins_progress(ended: int, trainings: int) -> str:
    return f"{number(ended)} of {number(trainings)} trainings are over"


def twins_outcome(made: TwinRuns) -> str:
    """What has happened, counted in seeds."""
    tallies = [made.tally(i) for i in range(len(made.twins.experiments))]
    names = [twin_name(made.twins, i) for i in range(len(tallies))]
    if not any(tally.seeds for tally in tallies):
        return "No training came to its end, so there is nothing to count."
    sentences = [_counts(names, tallies, made.count)]
    diverged = sum(tally.diverged for tally in tallies)
    if diverged == 1:
        sentences.append("One diverged: its numbers grew beyond all bounds.")
    elif diverged:
        sentences.append(f"{number(diverged)} diverged: their numbers grew beyond all bounds.")
    firsts = [(name, tally.first_perfect) for name, tally in zip(names, tallies, strict=True) if tally.learned]
    if len(firsts) > 1 and any(first is not None for _, first in firsts):
        epochs = ", ".join(f"none with {name}" if first is None else f"{number(first)} with {name}" for name, first in firsts)
        which = " (medians of the seeds that reached it)" if made.count > 1 else ""
        sentences.append(f"The first epoch with every training sentence right: {epochs}{which}.")
    if missing := made.trainings - sum(tally.seeds for tally in tallies):
        sentences.append(f"{number(missing)} of {number(made.trainings)} trainings were cut short and are not counted.")
    return " ".join(sentences)


def twins_legend(count: int, bounds: Bounds) -> str:
    """How to read the pictures, and what counts as learned."""
    learned = (
        f"A run has learned if its mean train accuracy over the last 20 epochs is at least {percent(bounds.learned)}, halfway from "
        "guessing to the highest accuracy possible, and it has not diverged."
    )
    dots = (
        f"Dotted: {percent(bounds.learned)}, and {bounds.chance_loss:.3f}, the loss of finding all labels equally likely. A cross: "
        "the end of a run that ended before the others."
    )
    if count == 1:
        return f"{dots} {learned}"
    return f"Thick: the median of the seeds. Thin, and the band between: each of them. {dots} {learned}"


def _counts(names: list[str], tallies: list[Tally], count: int) -> str:
    """The sentence that counts."""
    if count == 1:
        outcomes = [
            f"learned with {name}" if tally.learned else f"did not learn with {name}"
            for name, tally in zip(names, tallies, strict=True)
            if tally.seeds
        ]
        return f"**From this seed the network {', and '.join(outcomes)}.**"
    first, *others = [f"{tally.learned} of {tally.seeds}" for tally in tallies]
    rest = ", ".join(f"{share} with {name}" for share, name in zip(others, names[1:], strict=True))
    return f"**{first} learned with {names[0]}, {rest}.**"
