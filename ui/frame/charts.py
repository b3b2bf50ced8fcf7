"""A chart on a page: with words for whoever cannot see it, and its numbers for whoever asks for them."""

from __future__ import annotations

import streamlit as st

from ui.figures.palette import CONFIG
from ui.figures.tables import Figure, table_of
from ui.session import session as sessions


def show(figure: Figure, *, key: str, alt: str) -> None:
    """Draw a figure; under it, while charts are wanted as tables, the data that it shows."""
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
    if sessions.current().charts_as_tables and not (table := table_of(figure)).empty:
        st.caption(alt)
        st.dataframe(table, hide_index=True, height="auto", key=f"table-{key}", alt=f"Table: {alt}")
