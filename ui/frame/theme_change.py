"""A page drawn anew when the browser goes from light to dark or back while it is open, as many do in the evening.

Streamlit paints its own elements anew at once. The colors of charts come from the server, which is not asked.
"""

from __future__ import annotations

import streamlit as st

_JS = r"""
let drawn = "", tell = null, watching = false;

// As Streamlit infers the type of a theme: from how light the background is.
const present = () => {
  const [red, green, blue] = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor.match(/\d+/g);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
};
const look = () => { if (tell && present() !== drawn) tell(present()); };

export default function ({ data, setTriggerValue }) {
  drawn = data.theme;
  tell = (theme) => { drawn = theme; setTriggerValue("theme", theme); };
  if (watching) return;
  watching = true;
  new MutationObserver(look).observe(document.querySelector("[data-testid=stApp]"), { attributeFilter: ["class"] });
}
"""


def watch() -> None:
    """Have the page drawn anew at each change. Call it outside of fragments: all of the page has colors."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    component = st.components.v2.component("unrolled_theme", js=_JS)
    component(key="theme", data={"theme": theme}, on_theme_change=lambda: None, height="content")
