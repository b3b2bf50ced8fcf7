"""What pages cost with many sentences, and with long ones: processor time from an act to the page drawn whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnn_core import Dataset

SIZES = {"many": (20_000, 20), "long": (3_000, 200)}
"""Name -> sentences, and words in each."""
LABELS = ("anger", "fear", "joy", "sadness", "surprise")
WORDS = 5_000


def csv(sentences: int, words: int) -> str:
    """Return a file of sentences whose words are as unevenly frequent as in a language, a quarter of them for the test."""
    draw = np.random.default_rng(0)
    common = 1 / np.arange(1, WORDS + 1)
    drawn = draw.choice(WORDS, size=(sentences, words), p=common / common.sum())
    drawn[:WORDS, 0] = np.arange(min(sentences, WORDS))  # each word is trained on, or as many as there are sentences
    train = sentences * 3 // 4
    drawn[train:] = drawn[: sentences - train]
    rows = (
        f"{' '.join(f'w{i}' for i in row)} w{k % 7},{LABELS[k % 5]},{'train' if k < train else 'test'}"
        for k, row in enumerate(drawn.tolist())
    )
    return "text,label,split\n" + "\n".join(rows) + "\n"


def measure(sentences: int, words: int) -> dict[str, float]:
    """Return seconds of processor time for the preview of a file, an edit, opening Predictions and opening its map."""
    from streamlit.testing.v1 import AppTest

    logging.disable(logging.WARNING)  # Streamlit's, that there is no server
    app = AppTest.from_file(Path(__file__).parents[1] / "streamlit_app.py", default_timeout=600).run()
    session = app.session_state["session"]
    app.switch_page("pages/dataset.py").run()
    content = csv(sentences, words)
    found = {"preview": cpu(lambda: app.file_uploader[0].upload("a.csv", content.encode(), "text/csv").run())}
    assert session.inbox.preview is not None
    session.workspace.replace_dataset(Dataset.from_csv(content))
    app.run()
    edits = []
    for count in range(1, 6):
        cells = {row: {"text": f"w1 w2 edited w{row}"} for row in range(count)}  # all so far: the wire has it so
        app.session_state[f"editor-{session.workspace.revision}"] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
        edits.append(cpu(app.run))
        assert session.workspace.dataset.examples[count - 1].text == f"w1 w2 edited w{count - 1}"
    found["edit"] = sorted(edits)[len(edits) // 2]
    experiment = session.workspace.experiment()
    session.runs.train(experiment.with_training(epochs=1))
    while not session.runs.job.ended:
        time.sleep(0.05)
    found["predictions"] = cpu(lambda: app.switch_page("pages/predictions.py").run())
    app.switch_page("pages/all_sentences.py").run()
    app.session_state["all-rooms"] = "Map"
    found["map"] = cpu(app.run)
    assert any(chart.key == "map-sentences" for chart in app.get("plotly_chart"))
    return found


def cpu(act: Callable[[], Any]) -> float:
    """Return the seconds of processor time that an act takes in this process."""
    began = time.process_time()
    act()
    return time.process_time() - began
