"""A drawing that scrolls in itself where it is wider than the page, and tells which of its parts was clicked.

Streamlit shrinks a picture to the width of the page and cannot tell where it was clicked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from ui.session import session as sessions

_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  let frame = parentElement.querySelector("div[data-frame]");
  if (!frame) {
    frame = document.createElement("div");
    frame.dataset.frame = "";
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    Object.assign(frame.style, { overflowX: "auto", maxWidth: "100%" });
    parentElement.appendChild(frame);
  }
  frame.setAttribute("aria-label", data.name);
  if (frame.dataset.drawn !== data.svg) {
    frame.dataset.drawn = data.svg;
    const drawn = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
    drawn.style.display = "block";
    frame.replaceChildren(document.importNode(drawn, true));
  }
  const room = frame.clientWidth, from = frame.scrollLeft;
  if (data.lit >= 0 && (data.lit < from + 90 || data.lit > from + room - 90)) {
    frame.scrollLeft = data.lit - room / 2;
  }
  frame.onclick = (event) => {
    const part = event.target.closest("[data-place]");
    if (part && data.picks) { setTriggerValue("place", Number(part.dataset.place)); }
  };
}
"""


def show(svg: str, name: str, *, key: str, lit: int = -1, pick: Callable[[int], None] | None = None) -> None:
    """Show an SVG drawing, in which every text is escaped.

    name: what the region is called for a screen reader; the drawing has its own description. lit: the place, in pixels from its
    left, that is scrolled into view. pick: what to do with the number (data-place) of a part that is clicked.
    """
    st.components.v2.component("unrolled_picture", js=_JS)(
        key=key,
        data={"svg": svg, "name": name, "lit": lit, "picks": pick is not None},
        on_place_change=partial(_picked, key, pick),
        height="content",
    )


def _picked(key: str, pick: Callable[[int], None] | None) -> None:
    """Hand on which part was clicked; a browser may say anything."""
    chosen = (sessions.widget(key) or {}).get("place")
    if pick is not None and isinstance(chosen, (int, float)) and not isinstance(chosen, bool) and chosen == int(chosen):
        pick(int(chosen))
