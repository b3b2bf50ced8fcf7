"""A sweep in words: its questions, and what holds for its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnn_core.sweeps.axes import Point
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.summary import Conclusion, Figure, PointSummary, Reach, contrast, extremes
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.experiment import clip, set_to
from ui.messages.formatting import joined, setting
from ui.messages.names import IN_SENTENCE

QUESTIONS = Texts(
    {
        "own": mark("How does my experiment depend on …"),
        "given": mark("The sweep that you opened"),
        "clipping_and_rate": mark("Up to which learning rate does each kind of clipping learn?"),
        "scale_and_plateau": mark("How does the initial scale change the plateau?"),
        "cells_and_memory": mark("How long does each cell remember the first word?"),
        "printed_and_exact": mark("What does the gradient formula printed in the guide cost?"),
        "sentences_needed": mark("How many sentences does the network need?"),
    }
)
"""Ready-made sweep of the core, one's own or one from a file -> the question that it answers."""

FIGURES = Texts(
    {
        "late_accuracy": mark("train accuracy, mean of the last 20 epochs"),
        "first_perfect": mark("first epoch with 100% train accuracy"),
        "test_accuracy": mark("test accuracy after the last epoch"),
        "best_test_accuracy": mark("best test accuracy"),
        "train_loss": mark("train loss in the last epoch (nats)"),
        "plateau": mark("epochs on the plateau"),
        "collapses": mark("falls under 98% after the first 100%"),
        "largest_norm": mark("largest gradient norm"),
        "clipped": mark("share of updates that were clipped"),
    }
)
"""Figure of a run -> its name."""
SHARES = ("late_accuracy", "test_accuracy", "best_test_accuracy", "clipped")
"""Figures that are shown in percent."""

COLUMNS = Texts(
    {
        "seed": mark("seed"),
        "runs": mark("runs"),
        "learned": mark("learned"),
        "diverged": mark("diverged"),
        "failed": mark("failed"),
        "status": mark("status"),
    }
)
"""Column of a table, besides settings and figures -> its head."""
STATUSES = Texts({"done": mark("trained"), "diverged": mark("diverged"), "failed": mark("failed")})


def intent() -> str:
    """What sweeps are for."""
    return gettext(
        "One run can be luck. A sweep trains every combination of some settings from several seeds and counts the runs that learn."
    )


def settings(point: Point) -> str:
    """The settings of a point, in the fewest words."""
    rest, said = dict(point), []
    if "clip_threshold" in rest and "clipping" in rest:
        said.append(clip(rest.pop("clipping"), rest.pop("clip_threshold")))
    return joined([*said, *(set_to(name, value) for name, value in rest.items())])


def conclusion(one: Conclusion) -> str:
    """What holds for the runs of some settings, counted."""
    sentences = [_reach(reach, one) for reach in one.reaches]
    if not any(reach.value is None for reach in one.reaches):
        sentences.append(
            gettext("In all, {learned} of {runs} runs learned.", learned=number(one.learned), runs=number(one.runs))
            if one.reaches
            else gettext("{learned} of {runs} runs learned.", learned=number(one.learned), runs=number(one.runs))
        )
    said = paragraph(sentences)
    return gettext("**{settings}**: {sentences}", settings=settings(one.settings), sentences=said) if one.settings else said


def finding(found: Sequence[Conclusion], points: Sequence[PointSummary], figure: Figure) -> str:
    """The one finding that counts most, about the figure that is shown."""
    if figure != "late_accuracy":
        return _medians(points, figure)
    if len(found) == 1:
        return conclusion(found[0])
    if (pair := contrast(found)) is not None:
        return paragraph([_contrasted(one) for one in pair])
    learned, runs = sum(one.learned for one in found), sum(one.runs for one in found)
    return gettext("In all, {learned} of {runs} runs learned.", learned=number(learned), runs=number(runs))


def _medians(points: Sequence[PointSummary], figure: Figure) -> str:
    name, ends = FIGURES[figure], extremes(points, figure)
    if ends is None:
        return gettext("No run has this result: {figure}.", figure=name)
    low, high = (point.band(figure) for point in ends)
    if low is None or high is None or low.median == high.median:
        median = "–" if low is None else measured(figure, low.median)
        return gettext("The median is {median} for every combination ({figure}).", median=median, figure=name)
    return gettext(
        "The median ({figure}) is {low} with {one} and {high} with {other}.",
        figure=name,
        low=measured(figure, low.median),
        one=settings(ends[0].settings),
        high=measured(figure, high.median),
        other=settings(ends[1].settings),
    )


def measured(figure: Figure, value: float) -> str:
    """A figure of a run or of several, as long as it deserves."""
    if figure in SHARES:
        return percent(value)
    if figure == "train_loss":
        return f"{value:.3f}"
    return number(value) if value >= 1000 else f"{value:.4g}"


def _contrasted(one: Conclusion) -> str:
    """What holds for the runs of one of two rows."""
    named = settings(one.settings)
    if not one.reaches:
        learned, runs = number(one.learned), number(one.runs)
        return gettext("With {settings}, {learned} of {runs} runs learned.", settings=named, learned=learned, runs=runs)
    reach, along = one.reaches[0], IN_SENTENCE[one.along or ""]
    value = "" if reach.value is None else f"{reach.value:g}"
    match reach.kind:
        case "every":
            return gettext("With {settings}, every run learned.", settings=named)
        case "none":
            return gettext("With {settings}, no run learned.", settings=named)
        case "every_to":
            return gettext("With {settings}, every run learned up to {along} {value}.", settings=named, along=along, value=value)
        case "every_from":
            return gettext(
                "With {settings}, every run learned from {along} {value} on.", settings=named, along=along, value=value
            )
        case "none_above":
            return gettext("With {settings}, no run learned above {along} {value}.", settings=named, along=along, value=value)
        case "none_below":
            return gettext("With {settings}, no run learned below {along} {value}.", settings=named, along=along, value=value)


def _reach(reach: Reach, one: Conclusion) -> str:
    along, runs = IN_SENTENCE[one.along or ""], number(one.runs)
    value = "" if reach.value is None else f"{reach.value:g}"
    if reach.kind == "every":
        return gettext("All {runs} runs learned.", runs=runs)
    if reach.kind == "none":
        return gettext("None of the {runs} runs learned.", runs=runs)
    if reach.kind == "every_to":
        return gettext("Every run learned with {along} up to {value}.", along=along, value=value)
    if reach.kind == "every_from":
        return gettext("Every run learned with {along} of at least {value}.", along=along, value=value)
    if reach.kind == "none_above":
        return gettext("No run learned with {along} above {value}.", along=along, value=value)
    return gettext("No run learned with {along} below {value}.", along=along, value=value)


def left_out(points: Sequence[PointSummary], figure: Figure) -> str | None:
    """How many runs are not in a picture, and why; None where all are."""
    runs = [run for point in points for run in point.runs]
    sentences = []
    if failed := sum(point.failed for point in points):
        sentences.append(ngettext("{count} run failed and is not counted.", "{count} runs failed and are not counted.", failed))
    if missing := sum(getattr(run, figure) is None for run in runs):
        sentences.append(
            ngettext(
                "{count} of {total} runs has no point: it never came that far.",
                "{count} of {total} runs have no point: they never came that far.",
                missing,
                total=number(len(runs)),
            )
        )
    return paragraph(sentences) if sentences else None


def clicking() -> str:
    """What a click on the picture does."""
    return gettext("Click a point to make that run your experiment and train it.")


def clicking_cells() -> str:
    """What a click on the map does."""
    return gettext("Click a cell to make its run with the first seed your experiment and train it.")


def reading() -> str:
    """How to read the pictures."""
    return gettext(
        "A run has learned if its mean train accuracy over the last 20 epochs is at least halfway between guessing and the highest possible, "
        "and it has not diverged."
    )


def chosen(run: Result) -> str:
    """Which run was chosen."""
    return gettext("{settings}, seed {seed}", settings=settings(run.settings), seed=str(run.seed))


def loaded(point: Point, seed: int) -> str:
    """That the experiment of a run has been taken over, and is trained."""
    return gettext(
        "This run of the sweep is your experiment now, and it is being trained: {settings}, seed {seed}. Undo on the Dataset page brings "
        "your sentences back.",
        settings=settings(point),
        seed=str(seed),
    )


def head(name: str) -> str:
    """The head of a column of a table."""
    known: Mapping[str, str] = IN_SENTENCE if name in IN_SENTENCE else FIGURES if name in FIGURES else COLUMNS
    return known[name]


def cell(value: Any) -> Any:
    """A setting as it stands in a table; numbers stay numbers, so that a table can be sorted by them."""
    return setting(value) if isinstance(value, (bool, str)) else value
