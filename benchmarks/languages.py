"""Measure what the catalogs cost: python -m benchmarks.languages

Two visitors in one process draw every page in turns: one in Chinese, from the catalog, one in English, which needs none.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from rnn_core import presets
from ui.language import speaking

ROOT = Path(__file__).parents[1]
PAGES = ("home", "dataset", "hyperparameters", "training", "gradients", "predictions", "all_sentences")
TURNS = 15


def visitor(language: str) -> AppTest:
    """Return a visitor who reads a language and has trained a network."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    app.query_params["lang"] = language
    app.run()
    session = app.session_state["session"]
    session.runs.train(presets.guide_corrected().with_training(epochs=100))
    while not session.runs.job.ended:
        time.sleep(0.1)
    return app


class KnowingRouter(PagesManager):
    """AppTest forgets before every run that the router has the pages; a served process knows it after the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*args, **kwargs)


@patch.object(app_test, "PagesManager", KnowingRouter)
def main() -> None:
    """Print milliseconds of a page's drawing with and without the catalog, and their ratio."""
    visitors = {language: visitor(language) for language in ("zh", "en")}
    print(f"{'page':18}{'with':>10}{'without':>10}{'ratio':>8}")
    for page in PAGES:
        for language, app in visitors.items():
            with speaking(language):
                app.switch_page(f"pages/{page}.py").run()
        seconds: dict[str, list[float]] = {language: [] for language in visitors}
        for _ in range(TURNS):
            for language, app in visitors.items():
                with speaking(language):  # AppTest words the options of what was drawn again, outside the page
                    began = time.perf_counter()
                    app.run()
                    seconds[language].append(time.perf_counter() - began)
        there, gone = (1000 * statistics.median(seconds[language]) for language in visitors)
        print(f"{page:18}{there:8.1f}ms{gone:8.1f}ms{there / gone:8.2f}", flush=True)


if __name__ == "__main__":
    main()
