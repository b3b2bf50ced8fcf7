"""The theme that a page is drawn in, light or dark, also when the browser changes it while the page is open.

Streamlit paints its own elements anew at once. The colors of pictures come from the server, which learns the theme with the next
thing that it is asked.
"""

from __future__ import annotations

import streamlit as st

from ui.frame.living import kindly

_JS = """
const FIRST_ASK = 100, MOST_ASKS = 6;  // milliseconds after a change; each ask waits twice as long for an answer as the last
let drawn = "", ask = () => {}, waiting = null;

// As Streamlit tells the type of a theme: by how light the background is.
const present = (app) => {
  const [red, green, blue] = getComputedStyle(app).backgroundColor.match(/[0-9.]+/g);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
};

// What is asked may not yet carry the new theme, so it is asked again until the page is drawn in it.
const look = (app, asks) => {
  clearTimeout(waiting);
  if (present(app) === drawn || asks === MOST_ASKS) return;
  waiting = setTimeout(() => {
    if (present(app) !== drawn) ask();
    look(app, asks + 1);
  }, FIRST_ASK * 2 ** asks);
};

export default function ({ data, setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]");
  ask = () => setTriggerValue("turned", true);
  drawn = data.theme;
  if (app.dataset.themeWatched) return;
  app.dataset.themeWatched = "";
  new MutationObserver(() => look(app, 0)).observe(app, { attributeFilter: ["class"] });
  look(app, 0);
}
"""


def present() -> str:
    """Return the theme of the visitor's browser, "light" or "dark", as it was when the server was asked last."""
    return "dark" if st.context.theme.type == "dark" else "light"


def follow() -> None:
    """Have the page drawn anew when its browser's theme is another than the one it was drawn in. Call it after the page is drawn."""
    drawn = present()

    @st.fragment
    @kindly
    def part() -> None:
        if present() != drawn:
            st.rerun()
        st.components.v2.component("unrolled_theme", js=_JS)(
            key="theme", data={"theme": drawn}, on_turned_change=lambda: None, height="content"
        )

    part()
