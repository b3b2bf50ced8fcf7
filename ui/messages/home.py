"""The home page in words: the network that reads, and where each of its four ways stands."""

from __future__ import annotations

from rnn_core import Reading
from ui.language import gettext, number, percent
from ui.messages.formatting import joined, plain
from ui.server.job_status import JobStatus


def guide() -> str:
    """Where network, sentences and defaults come from."""
    return gettext(
        "The network, its sentences and its defaults come from Victor Zhou's "
        "[An Introduction to Recurrent Neural Networks for Beginners](https://victorzhou.com/blog/intro-to-rnns/), known in Chinese as "
        "菜鸟必备的循环神经网络指南. One line differs: the gradient formula printed in the guide is wrong. The Gradients page shows where, "
        "and what it costs."
    )


def reads(reading: Reading, epoch: int) -> str:
    """Which network reads in the drawing, and its answer."""
    label, confidence = plain(reading.verdict), f"{reading.confidence:.3f}"
    if epoch == 0:
        return gettext(
            "The network reads a sentence before training. Its prediction is a guess: {label} ({confidence}).",
            label=label,
            confidence=confidence,
        )
    return gettext(
        "Your network reads a sentence after epoch {epoch}. Its prediction: {label} ({confidence}).",
        epoch=number(epoch),
        label=label,
        confidence=confidence,
    )


def described(reading: Reading) -> str:
    """The drawing, for those who cannot see it."""
    steps = joined(
        f"{word}: {reading.labels[int(p.argmax())]} {p.max():.3f}"
        for word, p in zip(reading.words, reading.probabilities, strict=True)
    )
    return gettext("The network reads a sentence word by word. The prediction after each word: {steps}.", steps=steps)


def broken(run: JobStatus | None) -> str:
    """What clipping did in the run so far."""
    if run is None or not run.epoch:
        return gettext("Train at six times the learning rate, with and without clipping.")
    clipped = run.history.gradient(None, "updates_clipped")
    return gettext("Clipping changed {share} of the updates so far.", share=percent(float(clipped.mean())))
