"""How long visitors wait: for the first epoch on a cold server, for a page after an edit, for an explanation, for a drawing."""

from __future__ import annotations

import asyncio
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import large_tables
from benchmarks.race import Numbers
from benchmarks.rates import synthetic
from benchmarks.visitor import Visitor
from rnn_core import Dataset, Experiment, Model, ModelConfig, TextRules, presets, read
from rnn_core.engine.code_cache import COMPLETE
from rnn_core.explanation import explain, trace
from rnn_core.network.cells import CELLS
from rnn_core.walk.equations import backward_equations, forward_equations
from rnn_core.walk.places import Place, places
from rnn_core.walk.steps import walk
from ui.figures import matrices, unrolled
from ui.figures.palette import LIGHT


def served_cold() -> Numbers:
    """Seconds from pressing Start in a client to the first epoch it sees, on a server with an empty cache, and the server's size."""
    return asyncio.run(_served_cold())


def served_cold_busy() -> Numbers:
    """The same beside two busy processes."""
    spinners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        return asyncio.run(_served_cold(trained=False))
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


async def _served_cold(*, trained: bool = True) -> Numbers:
    from benchmarks.server import Server
    from benchmarks.visits import trained as has_trained

    with tempfile.TemporaryDirectory() as empty, Server("local", RNN_CORE_CACHE=empty) as server:
        async with Visitor(server.url) as visitor:
            await visitor.open("Training")
            began = time.perf_counter()
            await visitor.press("Start")
            await has_trained(visitor, 1)
            seconds = next(at for at, epoch in visitor.epochs if epoch) - began
            if not trained:
                return {"seconds": seconds}
            await has_trained(visitor, presets.guide_corrected().training.epochs)
            while not list(Path(empty).rglob(COMPLETE)):
                await asyncio.sleep(0.5)
            await asyncio.sleep(5)  # what the child compiled is being loaded
            return {"seconds": seconds, "megabytes": server.megabytes}


def edit() -> Numbers:
    """Seconds from an edit in a table of 10,000 sentences to a page drawn whole, where words are split at spaces and as in tweets."""
    logging.disable(logging.WARNING)  # Streamlit's, that there is no server
    return {splitting: _edit(TextRules(splitting=splitting)) for splitting in ("spaces", "tweet")}


def _edit(rules: TextRules) -> float:
    from streamlit.testing.v1 import AppTest

    draw = np.random.default_rng(0)
    common = 1 / np.arange(1, 5_001)
    sentences = [draw.choice(5_000, size=draw.integers(5, 26), p=common / common.sum()) for _ in range(10_000)]
    rows = [(" ".join(f"w{i}" for i in words), bool(k % 2)) for k, words in enumerate(sentences)]
    app = AppTest.from_file(Path(__file__).parents[1] / "streamlit_app.py", default_timeout=600).run()
    session = app.session_state["session"]
    session.workspace.replace_dataset(Dataset.from_pairs(rows[:8_000], rows[8_000:], rules))
    app.switch_page("pages/dataset.py").run()
    seconds = []
    for count in range(1, 8):
        cells = {row: {"text": f"w1 w2 edited w{row}"} for row in range(count)}  # all so far: the wire has it so
        app.session_state[f"editor-{session.workspace.revision}"] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
        began = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - began)
        assert session.workspace.dataset.examples[count - 1].text == f"w1 w2 edited w{count - 1}"
    return statistics.median(seconds)


def many_sentences() -> Numbers:
    """Processor seconds of pages with 20,000 sentences of 20 words."""
    return large_tables.measure(*large_tables.SIZES["many"])


def long_sentences() -> Numbers:
    """Processor seconds of pages with 3,000 sentences of 200 words."""
    return large_tables.measure(*large_tables.SIZES["long"])


def explained_sentence() -> Numbers:
    """The slowest of the cells on 20 words at H = 64: every prefix, every step, and what each word did, asked for the first time."""
    slowest = 0.0
    draw = np.random.default_rng(0)
    for cell in CELLS:
        data = synthetic(sentences=200, words=10, vocabulary=2_000, epochs=1).dataset
        model = Model.initial(Experiment(dataset=data, model=ModelConfig(cell=cell, bidirectional=True))).with_large_weights()
        explain(model, read(model, "w0"), "positive")  # loads what is compiled
        text = " ".join(draw.choice(model.vocabulary.words, 20))
        began = time.perf_counter()
        reading = read(model, text)
        explain(model, reading, "positive")
        trace(model, reading)
        slowest = max(slowest, time.perf_counter() - began)
    return {"milliseconds": slowest * 1e3}


def drawn_step() -> Numbers:
    """The slowest of the cells at H = 64: one step back of ten words walked and drawn, with every equation and share, on the server."""
    slowest = 0.0
    for cell in CELLS:
        data = synthetic(sentences=50, words=10, vocabulary=200, epochs=1).dataset
        model = Model.initial(Experiment(dataset=data, model=ModelConfig(cell=cell, bidirectional=True))).with_large_weights()
        text = " ".join(model.vocabulary.words[:10])
        walk(model, text, "positive")  # loads what is compiled
        began = time.perf_counter()
        found = walk(model, text, "positive")
        every = places(found)
        at = every.index(Place("backward", 0, 5))
        unrolled.draw(found, every, at, LIGHT, alt="")
        steps = found.steps[0]
        for equation in (*forward_equations(steps, 5), *backward_equations(steps, 5, "exact")):
            matrices.draw(
                [matrices.Strip(term.symbol, term.values) for term in (*equation.terms, equation.value)], LIGHT, t=5, unit=3
            )
        for name, share in steps.share(5, "exact").items():
            total = found.sums(0, 5)[name]
            rows = [array if array.ndim > 1 else array[:, None] for array in (share, total)]
            matrices.draw([matrices.Heat(name, array) for array in rows], LIGHT)
        slowest = max(slowest, time.perf_counter() - began)
    return {"milliseconds": slowest * 1e3}
