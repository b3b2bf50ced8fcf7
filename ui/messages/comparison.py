"""Comparisons in words: what is compared, what it will take, and how many seeds learned and forgot."""

from __future__ import annotations

from typing import Any

from rnn_core import Limits
from rnn_core.data.bounds import Bounds
from rnn_core.training.comparisons import Comparison, Tally
from ui.messages.formatting import duration, number, percent
from ui.server.comparisons import SweepRuns

TITLES = {
    "edge": "On the edge: no clipping, ±1, ±0.1",
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


def title(comparison: Comparison) -> str:
    """What is compared."""
    return TITLES[comparison.id]


def side_name(comparison: Comparison, side: int) -> str:
    """One of the sides, in the middle of a sentence."""
    point, training = comparison.sweep.axis[side], comparison.experiments[side].training
    if "clip_threshold" in point and training.clipping == "value":
        return f"±{training.clip_threshold:g}"
    ((field, value),) = point.items()
    return NAMES[field, value]


def side_short(comparison: Comparison, side: int) -> str:
    """One of the sides, beside its curve."""
    return side_name(comparison, side).removeprefix("the ").removeprefix("clipping ").removeprefix("initial scale ")


def side_heading(comparison: Comparison, side: int) -> str:
    """One of the sides, above its picture."""
    name = side_name(comparison, side)
    if name.startswith("±"):
        return f"Clip threshold {name}"
    return name[0].upper() + name[1:]


def side_count(tally: Tally, seeds: int) -> str:
    """How many seeds have learned, of those that are over."""
    if tally.seeds == 0:
        return "–"
    if seeds == 1:
        return "learned" if tally.learned else "not learned"
    if tally.seeds < seeds:
        return f"{tally.learned} of {tally.seeds} so far"
    return f"{tally.learned} of {seeds} learned"


def side_accuracy(tally: Tally, seeds: int) -> str:
    """How well the runs that are over stood at their end: the figure by which a run has learned."""
    if tally.accuracy is None:
        return "none has ended yet" if seeds > 1 else "not ended yet"
    if seeds == 1:
        return f"{percent(tally.accuracy)} right in the last 20 epochs"
    return f"{percent(tally.accuracy)} right in the last 20 epochs, median"


def intent() -> str:
    """What comparisons are for, before any was trained."""
    return (
        "The sides of a comparison share their sentences, their seeds and all settings but one, so what sets them apart is that one. "
        "Five seeds show how much of it may be luck. The small pictures show the median train accuracy that we measured on the guide's "
        "sentences over five seeds."
    )


def edge_offer() -> str:
    """What the comparison on the edge is, beside its button."""
    return (
        "**What does clipping guard against?** One press trains the guide's network at six times the guide's rate: without clipping, "
        "with ±1 and with ±0.1, from five seeds each."
    )


def not_needed(made: SweepRuns) -> str | None:
    """That clipping was not needed, of a finished comparison of kinds of clipping in which every run without it learned; or None."""
    if made.comparison.id != "clipping":
        return None
    without = made.tally(0)
    if without.seeds < made.count or without.learned < without.seeds:
        return None
    return f"Clipping was not needed here: {without.learned} of {without.seeds} learned without it."


def forgotten(made: SweepRuns) -> str | None:
    """How many runs of each side lost what they had learned after all was right; None where no run had all right."""
    tallies = [made.tally(i) for i in range(len(made.comparison.experiments))]
    sides = [(tally, side_name(made.comparison, i)) for i, tally in enumerate(tallies) if tally.perfect]
    if not sides:
        return None
    (first, name), *others = sides
    rest = "".join(f", {tally.forgot} of {tally.perfect} with {other}" for tally, other in others)
    return f"**{first.forgot} of {first.perfect} forgot what they had learned with {name}{rest}.**"


def limits(comparison: Comparison, seconds: float | None, abreast: int, limits: Limits, stretch: float = 1.0) -> str:
    """What it will take, told before it is started. seconds: of all trainings one after another, if it can be told."""
    trainings = len(comparison.sweep)
    epochs = max(one.training.epochs for one in comparison.experiments)
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


def progress(ended: int, trainings: int) -> str:
    return f"{number(ended)} of {number(trainings)} trainings are over"


def outcome(made: SweepRuns) -> str:
    """What has happened, counted in seeds."""
    tallies = [made.tally(i) for i in range(len(made.comparison.experiments))]
    names = [side_name(made.comparison, i) for i in range(len(tallies))]
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
    if any(tally.forgot for tally in tallies) and (lost := forgotten(made)):
        sentences.append(lost)
    if missing := made.trainings - sum(tally.seeds for tally in tallies):
        sentences.append(f"{number(missing)} of {number(made.trainings)} trainings were cut short and are not counted.")
    return " ".join(sentences)


def legend(count: int, bounds: Bounds) -> str:
    """How to read the pictures, and what counts as learned and as forgotten."""
    level = percent(bounds.learned)
    words = (
        f"A run has learned if its mean train accuracy over the last 20 epochs is at least {level} (dotted), halfway from guessing to "
        f"the highest accuracy possible, and it has not diverged. It forgot (triangles) if its accuracy fell below {level} after an epoch "
        "with every training sentence right. A cross marks a run that ended before the others. Dotted in the picture of the loss: "
        f"{bounds.chance_loss:.3f}, the loss of finding all labels equally likely."
    )
    return words if count == 1 else f"Thick lines are the medians of the seeds, thin ones each seed. {words}"


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
