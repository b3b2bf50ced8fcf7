"""Named experiments: the guide's sentences, and settings worth starting from.

The tests measure what each preset claims, over ten seeds. The sentences are our own: they use exactly the guide's 18 words and
include every sentence that the guide prints.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data import meals
from rnn_core.data.dataset import NEGATIVE, POSITIVE, Dataset, Example
from rnn_core.data.emotions import Emotions
from rnn_core.data.templates import LongMemory
from rnn_core.experiment import Experiment

_TRAIN_POSITIVE = """
    good
    good now
    very happy
    not at all bad
    i was good and very happy
    i was good
    this was good
    very happy right now
    i am happy
    i am very good
    this is very good
    this is not bad right now
    this was good earlier
    i was very happy earlier
    this is happy right now
    this is not bad
    this was not sad
    i am not sad
    i was not bad
    i am not bad right now
    this is not at all sad
    i was not at all bad earlier
    i am good not bad
    this is happy not sad
    i was good and happy earlier
    i am happy and very good now
    this is good and not bad
    this was not bad or sad
    i am not at all bad or sad right now
"""

_TRAIN_NEGATIVE = """
    this is very bad now
    very bad
    not at all good
    i am bad
    i was sad
    i was sad and bad earlier
    this is sad
    this is very bad
    i was very sad
    i was bad earlier
    this was very sad earlier
    i am not happy and not good
    this was not good
    i am not good
    i was not happy
    this is not happy
    this is not good right now
    i was not happy earlier
    i am not at all happy
    this was not at all good
    i am bad not good
    this was bad not good
    i am bad and sad now
    this is sad and very bad
    i was bad and not good
    this is sad and not happy
    i am not good or happy
    this was not at all good or happy earlier
    i am sad right now
"""

_TEST_POSITIVE = """
    i am good
    this is happy
    this is not sad
    i was not sad
    i was good earlier
    i am very happy
    this was not at all bad
    i am happy right now
    i was good and not bad
    i am not bad or sad
"""

_TEST_NEGATIVE = """
    this is bad
    i am sad
    this was sad
    i am not happy
    i was not good
    i am very bad
    this was not happy
    i was not at all good
    this is bad and not good
    this is sad not happy
"""


@cache
def guide_dataset() -> Dataset:
    """Return 58 training and 20 test sentences, half of each positive."""
    blocks = (
        (_TRAIN_POSITIVE, POSITIVE, "train"),
        (_TRAIN_NEGATIVE, NEGATIVE, "train"),
        (_TEST_POSITIVE, POSITIVE, "test"),
        (_TEST_NEGATIVE, NEGATIVE, "test"),
    )
    lines = ((line.strip(), label, split) for block, label, split in blocks for line in block.strip().splitlines())
    return Dataset(tuple(Example(text, label, "test" if split == "test" else "train") for text, label, split in lines))


def guide_printed(seed: int = 0) -> Experiment:
    """Return the guide's experiment as printed, including its wrong backward rule."""
    model = ModelConfig(recurrent_gradient="printed")
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(seed=seed))


def guide_corrected(seed: int = 0) -> Experiment:
    """Return the guide's experiment with W_hhᵀ da instead of W_hh da. All settings have their defaults."""
    return Experiment(dataset=guide_dataset(), training=TrainingConfig(seed=seed))


def better_start(seed: int = 0) -> Experiment:
    """Return the corrected guide with initial weights a hundred times larger: the loss has no plateau."""
    model = ModelConfig(init_scale=0.1)
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(epochs=300, seed=seed))


def gru(seed: int = 0) -> Experiment:
    """Return a GRU of half the size with a higher rate: it gets every sentence right five times sooner than the guide's network."""
    model = ModelConfig(cell="gru", hidden_size=32, initialization="glorot")
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(epochs=300, learning_rate=0.05, seed=seed))


def lstm(seed: int = 0) -> Experiment:
    """Return an LSTM of half the size with an even higher rate."""
    model = ModelConfig(cell="lstm", hidden_size=32, initialization="glorot")
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(epochs=300, learning_rate=0.1, seed=seed))


def bidirectional(seed: int = 0) -> Experiment:
    """Return a bidirectional network of the guide's cell, with the larger initial weights."""
    model = ModelConfig(bidirectional=True, init_scale=0.1)
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(epochs=300, seed=seed))


def embedding(seed: int = 0) -> Experiment:
    """Return a network that learns 8 numbers for each word, with the larger initial weights: fewer parameters, and it learns as well."""
    model = ModelConfig(embedding_size=8, init_scale=0.1)
    return Experiment(dataset=guide_dataset(), model=model, training=TrainingConfig(epochs=300, seed=seed))


def on_the_edge(seed: int = 0) -> Experiment:
    """Return an experiment at six times the guide's rate, which learns only with a small threshold, not with ±1 or without clipping."""
    training = TrainingConfig(epochs=200, learning_rate=0.12, clip_threshold=0.1, seed=seed)
    return Experiment(dataset=guide_dataset(), model=ModelConfig(init_scale=0.1), training=training)


@cache
def long_memory_dataset(seed: int = 0) -> Dataset:
    """Return 160 training and 60 test sentences, half of each positive: "good" or "bad", then 40 to 60 filler words."""
    return LongMemory(count=220, test_share=3 / 11, shortest=40, longest=60, seed=seed).dataset()


def long_memory(seed: int = 0) -> Experiment:
    """Return an LSTM with a large forget bias, on sentences whose first word decides. The vanilla cell stays near chance on the test."""
    model = ModelConfig(cell="lstm", hidden_size=16, initialization="glorot", forget_bias=3.0)
    training = TrainingConfig(
        epochs=30, learning_rate=0.005, optimizer="adam", batch_size=4, clipping="global_norm", clip_threshold=1.0, seed=seed
    )
    return Experiment(dataset=long_memory_dataset(), model=model, training=training)


@cache
def emotions_dataset(seed: int = 0) -> Dataset:
    """Return 300 training and 100 test sentences with five labels, a fifth of each: anger, fear, joy, sadness, surprise."""
    return Emotions(count=400, test_share=0.25, seed=seed).dataset()


def emotions(seed: int = 0) -> Experiment:
    """Return a GRU on sentences about five emotions, where "not angry but afraid" is fear: more than a bag of words can tell."""
    model = ModelConfig(cell="gru", hidden_size=32, initialization="glorot")
    training = TrainingConfig(
        epochs=30, learning_rate=0.003, optimizer="adam", batch_size=4, clipping="global_norm", clip_threshold=1.0, seed=seed
    )
    return Experiment(dataset=emotions_dataset(), model=model, training=training)


@cache
def meals_dataset() -> Dataset:
    """Return 128 training and 192 test sentences about meals, half of each positive, and vectors of their words.

    No adjective of the test is in training.
    """
    return meals.dataset()


def word_vectors(seed: int = 0) -> Experiment:
    """Return a GRU that reads frozen word vectors: it knows adjectives that training has never seen. With one-hot input it guesses."""
    model = ModelConfig(cell="gru", hidden_size=16, initialization="glorot", embedding_size=16, vectors="frozen")
    training = TrainingConfig(
        epochs=20, learning_rate=0.01, optimizer="adam", batch_size=4, clipping="global_norm", clip_threshold=1.0, seed=seed
    )
    return Experiment(dataset=meals_dataset(), model=model, training=training)


EXPERIMENTS: dict[str, Callable[[int], Experiment]] = {
    "guide_printed": guide_printed,
    "guide_corrected": guide_corrected,
    "better_start": better_start,
    "gru": gru,
    "lstm": lstm,
    "bidirectional": bidirectional,
    "embedding": embedding,
    "on_the_edge": on_the_edge,
    "long_memory": long_memory,
    "emotions": emotions,
    "word_vectors": word_vectors,
}
"""Name -> function from a seed to the experiment."""

DATASETS: dict[str, Callable[[], Dataset]] = {
    "guide": guide_dataset,
    "long_memory": long_memory_dataset,
    "emotions": emotions_dataset,
    "meals": meals_dataset,
}
"""Name -> function that returns the sentences, for links and files that name the sentences instead of containing them."""
