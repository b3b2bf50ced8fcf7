"""A chart on a page, with a description for those who cannot see it and its numbers on request."""

from __future__ import annotations

import streamlit as st

from ui.figures.palette import CONFIG
from ui.figures.tables import Figure, table_of
from ui.session.page_view import PageView


def show(view: PageView, figure: Figure, *, key: str, alt: str) -> None:
    """Draw a figure and, if the visitor wants charts as tables too, its data below."""
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
    if view.charts_as_tables and not (table := table_of(figure)).empty:
        st.caption(alt)
        st.dataframe(table, hide_index=True, height="auto", key=f"table-{key}", alt=f"Table: {alt}")
