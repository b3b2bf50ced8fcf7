"""Measure what the catalogs cost: python -m benchmarks.languages

Every page is drawn with and without the Chinese catalog in turns, in one process; without it every sentence stays English.
"""

from __future__ import annotations

import gettext
import statistics
import time
from pathlib import Path
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from rnn_core import presets
from ui import language

ROOT = Path(__file__).parents[1]
PAGES = ("home", "dataset", "hyperparameters", "training", "gradients", "predictions", "all_sentences")
TURNS = 15


def main() -> None:
    """Print milliseconds of a page's drawing with and without the catalog, and their ratio."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    app.query_params["lang"] = "zh"
    app.run()
    session = app.session_state["session"]
    session.runs.train(presets.guide_corrected().with_training(epochs=100))
    while not session.runs.job.ended:
        time.sleep(0.1)
    print(f"{'page':18}{'with':>10}{'without':>10}{'ratio':>8}")
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        seconds: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(2 * TURNS):
            catalog = turn % 2 == 0
            english = patch.object(language, "_catalog", lambda _: gettext.NullTranslations())
            with patch.object(language, "_catalog", language._catalog) if catalog else english:
                began = time.perf_counter()
                app.run()
                seconds[catalog].append(time.perf_counter() - began)
        there, gone = (1000 * statistics.median(seconds[catalog]) for catalog in (True, False))
        print(f"{page:18}{there:8.1f}ms{gone:8.1f}ms{there / gone:8.2f}", flush=True)


if __name__ == "__main__":
    main()
