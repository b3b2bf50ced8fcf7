"""What we know of Streamlit's own page, the HTML file that starts the app in a browser. Streamlit does not document it."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def inline_scripts(page: Path = PAGE) -> list[bytes]:
    """Return the scripts written inside the page, byte for byte.

    Raises LookupError where there is no page or no script in it: Streamlit has changed, and a policy that lists its scripts
    would be wrong.
    """
    if not page.is_file():
        raise LookupError(f"Streamlit {streamlit.__version__} has no page at {page}")
    scripts: list[bytes] = re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL)
    if not scripts:
        raise LookupError(f"Streamlit {streamlit.__version__} has no inline script in {page}")
    return scripts
