"""The home page in words: the network that reads, and where each of its four ways stands."""

from __future__ import annotations

from rnn_core import Reading
from ui.messages.formatting import number, percent, plain
from ui.server.job_status import JobStatus

GUIDE = (
    "The network, its sentences and its defaults are those of Victor Zhou's "
    "[An Introduction to Recurrent Neural Networks for Beginners](https://victorzhou.com/blog/intro-to-rnns/), known in Chinese as "
    "菜鸟必备的循环神经网络指南. One line differs: the guide prints a backward rule that is wrong. The Gradients page shows where, and what "
    "it costs."
)


def reads(reading: Reading, epoch: int) -> str:
    """Which network reads in the drawing, and its answer."""
    answer = f"{plain(reading.verdict)} ({reading.confidence:.2f})"
    if epoch == 0:
        return f"The network before training reads a sentence. Its answer is a guess: {answer}."
    return f"Your network, after epoch {number(epoch)}, reads a sentence and answers: {answer}."


def described(reading: Reading) -> str:
    """The drawing, for those who cannot see it."""
    steps = ", ".join(
        f"{word}: {reading.labels[int(p.argmax())]} {p.max():.2f}"
        for word, p in zip(reading.words, reading.probabilities, strict=True)
    )
    return f"The network reads a sentence word by word. The prediction after each word is {steps}."


def broken(run: JobStatus | None) -> str:
    """What clipping did in the run so far."""
    if run is None or not run.epoch:
        return "Train at six times the rate, with and without clipping."
    clipped = run.history.gradient(None, "updates_clipped")
    return f"Clipping changed {percent(float(clipped.mean()))} of the updates so far."
