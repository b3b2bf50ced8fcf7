"""A button that copies a text. Streamlit's own shows itself only where a pointer hovers."""

from __future__ import annotations

import streamlit as st

from ui.language import gettext

_JS = """
export default function ({ data, parentElement }) {
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    Object.assign(button.style, {
      font: "inherit", padding: "0.35rem 0.9rem", cursor: "pointer", borderRadius: "var(--st-button-radius, 6px)",
      border: "1px solid var(--st-border-color, currentColor)", color: "var(--st-text-color, inherit)",
      background: "var(--st-background-color, transparent)",
    });
    parentElement.appendChild(button);
  }
  button.textContent = data.label;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
      button.textContent = data.copied;
    } catch (error) { button.textContent = data.failed; }
  };
}
"""


def draw(text: str, key: str = "copy-link") -> None:
    """Draw the button; it says whether the browser let it copy."""
    st.components.v2.component("unrolled_copy", js=_JS)(
        key=key,
        data={
            "text": text,
            "label": gettext("Copy"),
            "copied": gettext("Copied"),
            "failed": gettext("Select the link and copy it"),
        },
        height="content",
    )
