"""Comparisons in words: what is compared, what it will take, and how many seeds learned and forgot."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Limits
from rnn_core.data.bounds import Bounds
from rnn_core.sweeps.comparisons import Comparison, Tally
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.formatting import duration, joined
from ui.server.comparisons import SweepRuns

TITLES = Texts(
    {
        "edge": mark("On the edge: no clipping, ±1, ±0.1"),
        "clipping": mark("Clipping: none, by value, by norm"),
        "clip_threshold": mark("Clip threshold: 1 or 0.1"),
        "recurrent_gradient": mark("Gradient formula: as printed in the guide or exact"),
        "cell": mark("Cell: vanilla RNN or LSTM"),
        "init_scale": mark("Initial scale: 0.001 or 0.1"),
    }
)

NAMES = Texts(
    {
        "clipping none": mark("no clipping"),
        "clipping value": mark("by value"),
        "clipping norm": mark("by norm"),
        "clipping global_norm": mark("by global norm"),
        "recurrent_gradient printed": mark("as printed"),
        "recurrent_gradient exact": mark("exact"),
        "cell vanilla": mark("vanilla RNN"),
        "cell lstm": mark("LSTM"),
    }
)
"""Setting and value -> the name of a side. A side with a number is called by its number."""


def title(comparison: Comparison) -> str:
    """What is compared."""
    return TITLES[comparison.id]


def side_name(comparison: Comparison, side: int) -> str:
    """One of the sides, as short as it fits beside its curve."""
    point, training = comparison.sweep.points[side], comparison.experiments[side].training
    if "clip_threshold" in point:
        return f"±{training.clip_threshold:g}" if training.clipping == "value" else f"{training.clip_threshold:g}"
    ((field, value),) = point.items()
    return f"{value:g}" if isinstance(value, float) else NAMES[f"{field} {value}"]


def side_count(tally: Tally, seeds: int) -> str:
    """How many seeds have learned, of those that are over."""
    if tally.seeds == 0:
        return "–"
    if seeds == 1:
        return gettext("learned") if tally.learned else gettext("not learned")
    if tally.seeds < seeds:
        return gettext("{learned} of {seeds} so far", learned=tally.learned, seeds=tally.seeds)
    return gettext("{learned} of {seeds} learned", learned=tally.learned, seeds=seeds)


def side_accuracy(tally: Tally, seeds: int) -> str:
    """How well the runs that are over stood at their end: the figure by which a run has learned."""
    if tally.accuracy is None:
        return gettext("no run finished yet") if seeds > 1 else gettext("not finished yet")
    if seeds == 1:
        return gettext("accuracy {share} in the last 20 epochs", share=percent(tally.accuracy))
    return gettext("median accuracy {share} in the last 20 epochs", share=percent(tally.accuracy))


def intent() -> str:
    """What comparisons are for, before any was trained."""
    return gettext(
        "The sides of a comparison have the same sentences, seeds and settings; only the named setting differs. Five seeds show how much "
        "is luck. The small pictures show the median train accuracy of five seeds that we measured on the guide's sentences."
    )


def edge_offer() -> str:
    """What the comparison on the edge is, beside its button."""
    return gettext(
        "**What does clipping guard against?** Train the guide's network at six times its learning rate: without clipping, with ±1 and "
        "with ±0.1, from five seeds each."
    )


def not_needed(made: SweepRuns) -> str | None:
    """That clipping was not needed, of a finished comparison of kinds of clipping in which every run without it learned; or None."""
    if made.comparison.id != "clipping":
        return None
    without = made.tally(0)
    if without.seeds < made.count or without.learned < without.seeds:
        return None
    return gettext(
        "Clipping was not needed here: {learned} of {seeds} learned without it.", learned=without.learned, seeds=without.seeds
    )


def forgotten(made: SweepRuns) -> str | None:
    """How many runs of each side lost what they had learned after all was right; None where no run had all right."""
    tallies = [made.tally(i) for i in range(len(made.comparison.experiments))]
    sides = [
        _share(tally.forgot, tally.perfect, side_name(made.comparison, i)) for i, tally in enumerate(tallies) if tally.perfect
    ]
    return gettext("**Runs that forgot what they had learned: {sides}.**", sides=joined(sides)) if sides else None


def limits(comparison: Comparison, seconds: float | None, abreast: int, limits: Limits, stretch: float = 1.0) -> str:
    """What it will take, told before it is started. seconds: of all trainings one after another, if it can be told."""
    runs = len(comparison.sweep)
    epochs = number(max(one.training.epochs for one in comparison.experiments))
    most = gettext(
        "Each run may take up to {limit}. A run that takes longer is stopped and not counted.", limit=duration(limits.seconds)
    )
    if seconds is None:
        line = gettext(
            "{runs} runs of {epochs} epochs, {abreast} at a time, once the engine is ready.",
            runs=number(runs),
            epochs=epochs,
            abreast=number(abreast),
        )
        return paragraph([line, most])
    lines = [
        gettext(
            "{runs} runs of {epochs} epochs, {abreast} at a time. Estimated time on this machine: {time}.",
            runs=number(runs),
            epochs=epochs,
            abreast=number(abreast),
            time=duration(seconds / abreast),
        )
    ]
    if stretch > 1:
        lines.append(gettext("Others are training now: beside them about {time}.", time=duration(seconds / abreast * stretch)))
    if seconds / runs > limits.seconds:
        most = gettext(
            "A run may take {limit} here. These runs need longer: they would be stopped and not counted. Use fewer epochs or a smaller "
            "network.",
            limit=duration(limits.seconds),
        )
    return paragraph([*lines, most])


def progress(ended: int, runs: int) -> str:
    return gettext("{ended} of {runs} runs finished", ended=number(ended), runs=number(runs))


def outcome(made: SweepRuns) -> str:
    """What has happened, counted in seeds."""
    tallies = [made.tally(i) for i in range(len(made.comparison.experiments))]
    names = [side_name(made.comparison, i) for i in range(len(tallies))]
    if not any(tally.seeds for tally in tallies):
        return gettext("No run finished, so there is nothing to count.")
    sentences = _learned(names, tallies, made.count)
    if diverged := sum(tally.diverged for tally in tallies):
        sentences.append(
            ngettext(
                "{count} run diverged: its numbers grew without bound.",
                "{count} runs diverged: their numbers grew without bound.",
                diverged,
            )
        )
    sentences += _perfect(names, tallies, made.count)
    if any(tally.forgot for tally in tallies) and (lost := forgotten(made)):
        sentences.append(lost)
    if missing := made.trainings - sum(tally.seeds for tally in tallies):
        sentences.append(
            ngettext(
                "{count} of {total} runs was stopped early and is not counted.",
                "{count} of {total} runs were stopped early and are not counted.",
                missing,
                total=number(made.trainings),
            )
        )
    return paragraph(sentences)


def legend(count: int, bounds: Bounds) -> str:
    """How to read the pictures, and what counts as learned and as forgotten."""
    words = gettext(
        "A run has learned if its mean train accuracy over the last 20 epochs is at least {level} (dotted line) and it has not diverged. "
        "{level} is halfway between guessing and the highest accuracy possible. A triangle marks where a run forgot: after an epoch with "
        "100% train accuracy it fell below {level}. A cross marks a run that ended before the others. The dotted line in the loss chart "
        "is chance level, {loss}: all labels equally likely.",
        level=percent(bounds.learned),
        loss=f"{bounds.chance_loss:.3f}",
    )
    return words if count == 1 else paragraph([gettext("Thick lines are medians of the seeds, thin lines single seeds."), words])


def _learned(names: Sequence[str], tallies: Sequence[Tally], count: int) -> list[str]:
    """Which sides learned; of several seeds, how many of each."""
    if count > 1:
        sides = [_share(tally.learned, tally.seeds, name) for name, tally in zip(names, tallies, strict=True)]
        return [gettext("**Runs that learned: {sides}.**", sides=joined(sides))]
    good = [name for name, tally in zip(names, tallies, strict=True) if tally.learned]
    others = [name for name, tally in zip(names, tallies, strict=True) if tally.seeds and not tally.learned]
    sentences = [gettext("**Learned from this seed: {sides}.**", sides=joined(good))] if good else []
    return [*sentences, gettext("**Did not learn from this seed: {sides}.**", sides=joined(others))] if others else sentences


def _perfect(names: Sequence[str], tallies: Sequence[Tally], count: int) -> list[str]:
    """When each side that learned was right on every training sentence, if there are two such sides to compare."""
    firsts = [(name, tally.first_perfect) for name, tally in zip(names, tallies, strict=True) if tally.learned]
    if len(firsts) < 2 or all(first is None for _, first in firsts):
        return []
    epochs = [
        gettext("never ({side})", side=name)
        if first is None
        else gettext("epoch {epoch} ({side})", epoch=number(first), side=name)
        for name, first in firsts
    ]
    if count == 1:
        return [gettext("First 100% train accuracy: {epochs}.", epochs=joined(epochs))]
    return [gettext("First 100% train accuracy, median of the runs that reached it: {epochs}.", epochs=joined(epochs))]


def _share(part: int, whole: int, side: str) -> str:
    return gettext("{part} of {whole} ({side})", part=part, whole=whole, side=side)
