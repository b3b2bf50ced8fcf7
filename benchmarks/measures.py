"""What a child process measures: python -m benchmarks.measures NAME prints one JSON object."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import large_tables, sweeps
from benchmarks.visitor import Visitor
from rnn_core import Dataset, Experiment, Limits, Model, ModelConfig, TextRules, Trainer, TrainingConfig, presets, read
from rnn_core.engine.code_cache import COMPLETE
from rnn_core.explanation import explain, trace
from rnn_core.network.cells import CELLS
from rnn_core.streams import stream
from rnn_core.training.encoding import encode
from rnn_core.walk.equations import backward_equations, forward_equations
from rnn_core.walk.places import Place, places
from rnn_core.walk.steps import walk
from ui.figures import matrices, unrolled
from ui.figures.palette import LIGHT

Numbers = dict[str, float]

EPOCHS = 300
"""Of the race: as many for everybody, from the same weights and in the same order, to the same loss."""
SECONDS = 1.5
"""How long a rate is measured."""


def race() -> Experiment:
    """The guide's sentences and settings, started where learning begins at once."""
    return presets.better_start().with_training(epochs=EPOCHS)


def ours() -> Numbers:
    """This package, with every statistic and the test split, compiled or plain as the environment says."""
    from rnn_core.engine import kernel

    experiment = race()
    _train_all(experiment.with_training(epochs=2))
    laps, spent = 0, 0.0
    while spent < SECONDS:
        began = time.perf_counter()
        trainer = _train_all(experiment)
        spent += time.perf_counter() - began
        laps += 1
    loss = trainer.history[-1].train.loss or 0.0
    return {"microseconds": _per_sentence(spent / laps), "loss": loss, "compiled": float(kernel.COMPILED)}


def guide_loop() -> Numbers:
    """The guide's loop: no test split, no statistics."""
    from benchmarks.guide_loop import GuideRNN, train_epoch

    start, sentences, orders = _start_of_race()
    W = start.parameters
    rnn = GuideRNN(W["W_xh"], W["W_hh"], W["W_hy"])
    began = time.perf_counter()
    for order in orders:
        loss, _ = train_epoch(rnn, sentences, len(start.vocabulary), 0.02, order)
    return {"microseconds": _per_sentence(time.perf_counter() - began), "loss": loss}


def pytorch() -> Numbers:
    """Eager PyTorch: no test split, no statistics. Nothing where PyTorch is missing."""
    try:
        import torch
    except ImportError:
        return {}
    from benchmarks.pytorch_loop import PyTorchRNN

    start, sentences, orders = _start_of_race()
    W = start.parameters
    warm, rnn = (PyTorchRNN(W["W_xh"], W["W_hh"], W["W_hy"], 0.02) for _ in range(2))
    xs = [torch.tensor(start.vocabulary.one_hot(words)) for words, _ in sentences]
    targets = [torch.tensor(target) for _, target in sentences]
    warm.train_epoch(xs, targets, orders[0])
    began = time.perf_counter()
    for order in orders:
        loss = rnn.train_epoch(xs, targets, order)
    return {"microseconds": _per_sentence(time.perf_counter() - began), "loss": loss}


def small_vocabulary() -> Numbers:
    return _per_token(20)


def large_vocabulary() -> Numbers:
    return _per_token(20_000)


def threads() -> Numbers:
    """Epochs a second of one trainer, and of two in two threads together."""
    _train_all(race().with_training(epochs=2))
    return {"one": _epochs_a_second(1), "two": _epochs_a_second(2)}


def busy_python() -> Numbers:
    """Epochs a second of a trainer alone, and beside a thread that runs pure Python."""
    _train_all(race().with_training(epochs=2))
    alone = _epochs_a_second(1)
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            sum(range(100))

    busy = threading.Thread(target=spin)
    busy.start()
    beside = _epochs_a_second(1)
    stop.set()
    busy.join()
    return {"alone": alone, "beside": beside}


def guide_epochs() -> Numbers:
    """Epochs a second of the corrected guide's network, with nothing beside it."""
    _train_all(presets.guide_corrected().with_training(epochs=2))
    return {"epochs": _epochs_a_second(1, presets.guide_corrected())}


def first_epoch() -> Numbers:
    """Processor seconds that this process took to its first epoch, and the time of day when it was done."""
    next(Trainer(presets.guide_corrected()))
    return {"cpu": time.process_time(), "now": time.time()}


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


def stop() -> Numbers:
    """Seconds from stopping a run of the largest allowed network to its end."""
    limits = Limits()
    experiment = _synthetic(sentences=2_000, words=20, vocabulary=500, epochs=10)
    experiment = experiment.with_model(cell="lstm", bidirectional=True, hidden_size=limits.hidden_size)
    from ui.server.jobs import Job
    from ui.server.presence import Presence
    from ui.server.server import Server

    job = Job(experiment, Presence(), Server(limits=limits))
    job.start()
    time.sleep(5)  # in the middle of an epoch
    began = time.perf_counter()
    job.stop()
    while not job.ended:
        time.sleep(0.001)
    return {"seconds": time.perf_counter() - began}


def big_epoch() -> Numbers:
    """One epoch of 10,000 sentences of 20 words, and the megabytes it took above the data and the warm process."""
    _train_all(race().with_training(epochs=2))
    experiment = _synthetic(sentences=10_000, words=20, vocabulary=15_000, epochs=10)
    assert len(experiment.dataset.vocabulary) == 15_000
    gc.collect()
    before = _megabytes("VmRSS", reset_peak=True)
    trainer = Trainer(experiment)
    trainer.advance(1)
    began = time.perf_counter()
    trainer.advance(2)
    return {"seconds": time.perf_counter() - began, "megabytes": _megabytes("VmHWM") - before}


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
        data = _synthetic(sentences=200, words=10, vocabulary=2_000, epochs=1).dataset
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
        data = _synthetic(sentences=50, words=10, vocabulary=200, epochs=1).dataset
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


def _train_all(experiment: Experiment) -> Trainer:
    trainer = Trainer(experiment)
    while trainer.advance():
        pass
    return trainer


def _per_sentence(seconds: float) -> float:
    return seconds / EPOCHS / len(race().dataset.rows("train")) * 1e6


def _start_of_race() -> tuple[Model, list[tuple[list[int], int]], list[list[int]]]:
    """The first weights, the training sentences as word ids and class, and the order of every epoch."""
    experiment = race()
    start = Model.initial(experiment)
    train = encode(experiment.dataset, "train", start)
    ends = zip(train.starts, train.starts[1:], train.targets, strict=False)
    sentences = [(train.words[a:b].tolist(), int(target)) for a, b, target in ends]
    order = stream(experiment.training.seed, "order")
    return start, sentences, [order.permutation(len(sentences)).tolist() for _ in range(EPOCHS)]


def _synthetic(*, sentences: int, words: int, vocabulary: int, epochs: int) -> Experiment:
    """Random sentences in which every word of the vocabulary occurs."""
    draw = np.random.default_rng(0)
    ids = np.arange(sentences * words) % vocabulary
    draw.shuffle(ids)
    rows = ids.reshape(sentences, words).tolist()
    data = Dataset.from_pairs((" ".join(f"w{i}" for i in row), bool(k % 2)) for k, row in enumerate(rows))
    return Experiment(dataset=data, model=ModelConfig(init_scale=0.1), training=TrainingConfig(epochs=epochs))


def _per_token(vocabulary: int) -> Numbers:
    trainer = Trainer(_synthetic(sentences=2_000, words=10, vocabulary=vocabulary, epochs=1_000))
    while trainer.epoch < 3:
        trainer.advance()
    first, began = trainer.epoch, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        trainer.advance()
    return {"nanoseconds": (time.perf_counter() - began) / (trainer.epoch - first) / 20_000 * 1e9}


def _epochs_a_second(count: int, experiment: Experiment | None = None) -> float:
    """Of so many trainers, each in its thread, together."""
    trained = experiment or race()
    trainers = [Trainer(trained.with_training(epochs=1_000_000, seed=seed)) for seed in range(count)]
    for trainer in trainers:
        while trainer.epoch < 100:
            trainer.advance()
    done = [trainer.epoch for trainer in trainers]
    ends = time.perf_counter() + SECONDS

    def run(trainer: Trainer) -> None:
        while time.perf_counter() < ends:
            trainer.advance()

    began = time.perf_counter()
    runners = [threading.Thread(target=run, args=(trainer,)) for trainer in trainers]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    return sum(trainer.epoch - n for trainer, n in zip(trainers, done, strict=True)) / (time.perf_counter() - began)


def _megabytes(field: str, *, reset_peak: bool = False) -> float:
    """A line of /proc/self/status; not a number where there is none."""
    try:
        if reset_peak:
            Path("/proc/self/clear_refs").write_text("5")
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return float("nan")
    return next(float(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def sweep_throughput() -> Numbers:
    """Two hundred runs of the guide, by a loop and on every executor."""
    return sweeps.measure()


MEASURES: dict[str, Callable[[], Numbers]] = {
    measure.__name__: measure
    for measure in (
        ours,
        guide_loop,
        pytorch,
        small_vocabulary,
        large_vocabulary,
        threads,
        busy_python,
        guide_epochs,
        first_epoch,
        served_cold,
        served_cold_busy,
        stop,
        big_epoch,
        edit,
        many_sentences,
        long_sentences,
        explained_sentence,
        sweep_throughput,
    )
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]]()))
