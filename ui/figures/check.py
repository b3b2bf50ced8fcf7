"""Backpropagation against central differences: with a right gradient every point lies on the diagonal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnn_core import GradientComparison
from ui.figures.chart import Chart
from ui.figures.palette import Palette, frame
from ui.language import Texts, gettext, mark

NAMES = Texts({"exact": mark("exact formula"), "printed": mark("printed formula")})
MOST_POINTS = 150
"""Elements of one gradient that are shown, the largest first."""


def scatter(comparisons: Mapping[str, GradientComparison], colors: Palette, *, height: int = 230) -> Chart:
    """One parameter's gradient by each rule ("exact", "printed"): central differences across, backpropagation up."""
    figure, reach = Chart(), 0.0
    points = {}
    for rule, comparison in comparisons.items():
        numeric, analytic = comparison.points
        shown = np.argsort(-np.maximum(np.abs(numeric), np.abs(analytic)), kind="stable")[:MOST_POINTS]
        points[rule] = numeric[shown], analytic[shown]
        reach = max([reach, *np.abs(numeric[shown]), *np.abs(analytic[shown])])
    reach = 1.15 * reach or 1.0
    figure.add_scatter(
        x=[-reach, reach],
        y=[-reach, reach],
        name=gettext("equal"),
        mode="lines",
        line={"color": colors.quiet, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    styles = {"printed": (colors.negative, "x-thin", 1.6), "exact": (colors.positive, "circle-open", 1.2)}
    hover = gettext("numerical {numerical}, backpropagation {analytic}", numerical="%{x:.3g}", analytic="%{y:.3g}")
    for rule in sorted(points, key=list(styles).index):
        color, symbol, width = styles[rule]
        figure.add_scatter(
            x=points[rule][0].tolist(),
            y=points[rule][1].tolist(),
            name=NAMES[rule],
            mode="markers",
            marker={"symbol": symbol, "size": 6, "color": color, "line": {"width": width, "color": color}},
            hovertemplate=f"{hover}<extra>{NAMES[rule]}</extra>",
        )
    frame(figure, colors, height=height, x=gettext("numerical gradient"), y=gettext("backpropagation"))
    few = {"nticks": 5, "exponentformat": "power", "range": [-reach, reach]}
    figure.update_xaxes(**few)
    figure.update_yaxes(**few)
    return figure
