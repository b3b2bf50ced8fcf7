"""Curves over the epochs: loss and accuracy while training, norms and clipping in the gradient room."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from rnn_core import History
from rnn_core.compiled import Floats, Ints
from ui.figures.palette import Palette, frame

MOST_POINTS = 400
LN2 = math.log(2)


def thin(y: Floats, most: int = MOST_POINTS) -> Ints:
    """Places (from 0) of at most about `most` points that keep each stretch's smallest and largest value, and both ends."""
    n = len(y)
    if n <= most:
        return np.arange(n)
    edges = np.linspace(0, n, most // 2 + 1).astype(int)
    keep = {0, n - 1}
    for a, b in zip(edges, edges[1:], strict=False):
        stretch = y[a:b]
        keep |= {int(a + np.argmin(stretch)), int(a + np.argmax(stretch))}
    return np.array(sorted(keep))


def _line(figure: go.Figure, y: Floats, name: str, colour: str, width: float = 1.8) -> None:
    """One curve, epochs counted from 1, with a break where a value is not a finite number."""
    places = thin(np.nan_to_num(y, nan=0.0, posinf=0.0))
    values = [float(v) if np.isfinite(v) else None for v in y[places]]
    figure.add_scatter(
        x=(places + 1).tolist(),
        y=values,
        name=name,
        mode="markers" if len(y) == 1 else "lines",
        line={"color": colour, "width": width},
        hovertemplate="%{y:.3f}",
    )


def _reference(figure: go.Figure, y: float, text: str, colours: Palette) -> None:
    """A dotted line with words at its right end, just above it."""
    figure.add_hline(y=y, line={"color": colours.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        y=y,
        yanchor="bottom",
        text=text,
        showarrow=False,
        font={"color": colours.quiet, "size": 11},
    )


def _first_perfect(figure: go.Figure, history: History, colours: Palette, *, text: bool) -> None:
    epoch = history.first_perfect_epoch()
    if epoch is None:
        return
    figure.add_vline(x=epoch, line={"color": colours.quiet, "width": 1})
    if text:
        figure.add_annotation(
            x=epoch,
            y=0.04,
            yref="paper",
            xanchor="left",
            xshift=4,
            text=f"every sentence right: epoch {epoch}",
            showarrow=False,
            font={"color": colours.quiet, "size": 11},
        )


def _epochs_axis(figure: go.Figure, epochs: int) -> None:
    """The whole run from its start, so that the curves grow into the frame and nothing jumps while they do."""
    figure.update_xaxes(range=[0, max(epochs, 2)])


def loss(history: History, epochs: int, colours: Palette) -> go.Figure:
    """Cross-entropy by epoch, train and test, with the line of a coin flip."""
    figure = go.Figure()
    c = history.columns
    _line(figure, c.train_loss, "train", colours.train)
    if np.isfinite(c.test_loss).any() or not len(history):
        _line(figure, c.test_loss, "test", colours.test)
    _reference(figure, LN2, "ln 2: a coin flip", colours)
    _first_perfect(figure, history, colours, text=False)
    frame(figure, colours, height=320, x="epoch", y="cross-entropy (nats)", legend=True)
    both = np.concatenate([c.train_loss, c.test_loss])
    both = both[np.isfinite(both)]
    top = float(both.max()) if len(both) else LN2
    # Steps of a fifth while the picture fits the usual one, then doublings: the frame moves seldom.
    limit = 0.8 if top <= 0.78 else 0.8 * 2.0 ** min(math.ceil(math.log2(top) - math.log2(0.78)), 1023)
    figure.update_yaxes(range=[0, limit])
    _epochs_axis(figure, epochs)
    return figure


def accuracy(history: History, epochs: int, colours: Palette) -> go.Figure:
    """Share of sentences right by epoch, train and test, and when every training sentence was right first."""
    figure = go.Figure()
    c = history.columns
    _line(figure, c.train_accuracy, "train", colours.train)
    if np.isfinite(c.test_accuracy).any() or not len(history):
        _line(figure, c.test_accuracy, "test", colours.test)
    _first_perfect(figure, history, colours, text=True)
    frame(figure, colours, height=320, x="epoch", y="share right", legend=True)
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%")
    _epochs_axis(figure, epochs)
    return figure


def norms(
    history: History, name: str | None, threshold: float | None, limits: tuple[float, float], colours: Palette
) -> go.Figure:
    """Mean gradient norm of one parameter (None: of all together) before and after clipping, on a log scale.

    threshold: the clip threshold, None without clipping. limits: the smallest and largest norm that the axis shows.
    """
    figure = go.Figure()
    before, after = history.gradient(name, "norm_before"), history.gradient(name, "norm_after")
    _line(figure, np.where(before > 0, before, np.nan), "before clipping", colours.before, 3.2)
    _line(figure, np.where(after > 0, after, np.nan), "after", colours.after, 1.6)
    if threshold is not None:
        _reference(figure, threshold, f"threshold {threshold:g}", colours)
    frame(figure, colours, height=190, x="epoch", y="mean norm")
    low, high = (math.log10(limit) for limit in limits)
    figure.update_yaxes(type="log", range=[low, high], dtick=1 if high - low < 5 else 2, exponentformat="power")
    if threshold is not None:  # annotations on a log axis stand at the exponent
        figure.layout.annotations[-1].y = math.log10(threshold)
    _epochs_axis(figure, len(history))
    return figure


def norm_limits(history: History, threshold: float | None) -> tuple[float, float]:
    """Whole powers of ten around all mean norms and the threshold, so that the small pictures share one scale."""
    values = history.columns.gradients[:, :, :2]
    values = values[np.isfinite(values) & (values > 0)]
    all_values = [
        *([float(values.min()), float(values.max())] if len(values) else [0.1, 1.0]),
        *([threshold] if threshold else []),
    ]
    low = min(max(math.floor(math.log10(min(all_values))), -307), 307)  # powers of ten that are numbers themselves
    high = max(min(math.ceil(math.log10(max(all_values)) + math.log10(1.2)), 308), low + 1)
    return 10.0**low, 10.0**high


def share_clipped(history: History, colours: Palette) -> go.Figure:
    """Share of updates in which clipping changed anything, and of elements that it changed, over all parameters."""
    figure = go.Figure()
    _line(figure, history.gradient(None, "updates_clipped"), "updates", colours.before)
    _line(figure, history.gradient(None, "elements_clipped"), "elements", colours.after)
    frame(figure, colours, height=260, x="epoch", y="share clipped", legend=True)
    top = float(history.gradient(None, "updates_clipped").max(initial=0.0))
    figure.update_yaxes(range=[0, max(0.05, min(1.0, 1.15 * top))], tickformat=".0%")
    _epochs_axis(figure, len(history))
    return figure
