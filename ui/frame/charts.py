"""A chart on a page, with a description for those who cannot see it and its numbers on request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from ui.figures.chart import Chart
from ui.figures.palette import LIVING, STILL, free
from ui.figures.tables import table_of
from ui.language import gettext
from ui.session import session as sessions
from ui.session.page_view import PageView

LEAST_HEIGHT = 150
"""A smaller chart, such as a strip of words, has nothing to zoom into."""


def show(
    view: PageView,
    figure: Chart,
    *,
    key: str,
    alt: str,
    living: bool = False,
    pick: Callable[[object], None] | None = None,
    by: str = "x",
) -> None:
    """Draw a figure and, if the visitor wants charts as tables too, its data below.

    living: whether it is drawn again and again; one that stands still can be zoomed, moved and downloaded.
    pick: what to do with the place on the x axis of a point that is clicked, or with its "customdata" (`by`), on a chart that
    stands still.
    """
    living = living or figure.layout["height"] < LEAST_HEIGHT
    if not living:
        # A finger that is drawn over a chart scrolls the page.
        free(figure, drag="Mobi" not in st.context.headers.get("User-Agent", ""))
    if living or pick is None:
        st.plotly_chart(figure.plotly, key=key, config=LIVING if living else STILL, alt=alt)
    else:
        clicked = partial(_clicked, key, pick, by)
        st.plotly_chart(figure.plotly, key=key, config=STILL, alt=alt, on_select=clicked, selection_mode="points")
    if view.charts_as_tables and not (table := table_of(figure)).empty:
        st.caption(alt)
        st.dataframe(table, hide_index=True, height="auto", key=f"table-{key}", alt=gettext("Table: {chart}", chart=alt))


def _clicked(key: str, pick: Callable[[object], None], by: str) -> None:
    """Hand on where a point was clicked; to click it again, which takes the choice back, does nothing."""
    for point in (sessions.widget(key) or {}).get("selection", {}).get("points", [])[:1]:
        pick(point.get(by))
