"""How fast training is: alone, beside others, with a large vocabulary, and how soon it ends when it is stopped."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks import sweeps
from benchmarks.race import SECONDS, Numbers, race, train_all
from rnn_core import Dataset, Experiment, Limits, ModelConfig, Trainer, TrainingConfig, presets


def small_vocabulary() -> Numbers:
    return _per_token(20)


def large_vocabulary() -> Numbers:
    return _per_token(20_000)


def threads() -> Numbers:
    """Epochs a second of one trainer, and of two in two threads together."""
    train_all(race().with_training(epochs=2))
    return {"one": _epochs_a_second(1), "two": _epochs_a_second(2)}


def busy_python() -> Numbers:
    """Epochs a second of a trainer alone, and beside a thread that runs pure Python."""
    train_all(race().with_training(epochs=2))
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
    train_all(presets.guide_corrected().with_training(epochs=2))
    return {"epochs": _epochs_a_second(1, presets.guide_corrected())}


def first_epoch() -> Numbers:
    """Processor seconds that this process took to its first epoch, and the time of day when it was done."""
    next(Trainer(presets.guide_corrected()))
    return {"cpu": time.process_time(), "now": time.time()}


def stop() -> Numbers:
    """Seconds from stopping a run of the largest allowed network to its end."""
    limits = Limits()
    experiment = synthetic(sentences=2_000, words=20, vocabulary=500, epochs=10)
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
    train_all(race().with_training(epochs=2))
    experiment = synthetic(sentences=10_000, words=20, vocabulary=15_000, epochs=10)
    assert len(experiment.dataset.vocabulary) == 15_000
    gc.collect()
    before = _megabytes("VmRSS", reset_peak=True)
    trainer = Trainer(experiment)
    trainer.advance(1)
    began = time.perf_counter()
    trainer.advance(2)
    return {"seconds": time.perf_counter() - began, "megabytes": _megabytes("VmHWM") - before}


def sweep_throughput() -> Numbers:
    """Two hundred runs of the guide, by a loop and on every executor."""
    return sweeps.measure()


def synthetic(*, sentences: int, words: int, vocabulary: int, epochs: int) -> Experiment:
    """Random sentences in which every word of the vocabulary occurs."""
    draw = np.random.default_rng(0)
    ids = np.arange(sentences * words) % vocabulary
    draw.shuffle(ids)
    rows = ids.reshape(sentences, words).tolist()
    data = Dataset.from_pairs((" ".join(f"w{i}" for i in row), bool(k % 2)) for k, row in enumerate(rows))
    return Experiment(dataset=data, model=ModelConfig(init_scale=0.1), training=TrainingConfig(epochs=epochs))


def _per_token(vocabulary: int) -> Numbers:
    trainer = Trainer(synthetic(sentences=2_000, words=10, vocabulary=vocabulary, epochs=1_000))
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
