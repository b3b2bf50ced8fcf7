"""Valid datasets, settings and experiments, and arbitrary JSON, for Hypothesis."""

from __future__ import annotations

from typing import Any

import nltk.tokenize  # noqa: F401  where a strategy imports it, hypothesis sees the state of `random` change
from hypothesis import strategies as st

from rnn_core import Change, Dataset, Example, Experiment, ModelConfig, TextRules, TrainingConfig

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.text('",\r\n\t \ufeff=a', max_size=8)
"""Any text that a dataset takes, with a liking for what is awkward in a CSV."""

POSITIVE_REALS = st.floats(min_value=0.0, exclude_min=True, allow_infinity=False, allow_nan=False)

rules = st.builds(
    TextRules,
    lowercase=st.booleans(),
    strip_punctuation=st.booleans(),
    splitting=st.sampled_from(["spaces", "tweet", "wordpunct", "characters", "chinese"]),
    unknown=st.sampled_from(["refuse", "skip", "replace"]),
    min_count=st.integers(2, 4),
)

datasets = st.builds(
    Dataset,
    st.lists(
        st.builds(Example, TEXT, st.sampled_from(["positive", "negative", None]), st.sampled_from(["train", "test"])), max_size=8
    ).map(tuple),
    rules,
)
"""Any dataset with the two sentiments, faults included."""

colliding = st.builds(
    Dataset,
    st.lists(
        st.builds(
            Example,
            st.lists(st.sampled_from(["a", "b", "not", "rare", "..."]), max_size=3).map(" ".join),
            st.sampled_from(["positive", "positive", "negative", "negative", "mixed", None]),
            st.sampled_from(["train", "train", "test"]),
        ),
        max_size=12,
    ).map(tuple),
    st.builds(TextRules, unknown=st.sampled_from(["refuse", "skip", "replace"]), min_count=st.integers(2, 3)),
)
"""Datasets of so few words that rows repeat, contradict and resemble each other in every way."""

cells_and_rules = st.sampled_from([("vanilla", "exact"), ("vanilla", "printed"), ("gru", "exact"), ("lstm", "exact")])
models = cells_and_rules.flatmap(
    lambda pair: st.builds(
        ModelConfig,
        cell=st.just(pair[0]),
        recurrent_gradient=st.just(pair[1]),
        hidden_size=st.integers(1, 4096),
        bidirectional=st.booleans(),
        embedding_size=st.just(0) | st.integers(1, 4096),
        initialization=st.sampled_from(["normal", "glorot", "orthogonal"]),
        init_scale=st.just(0.0) | POSITIVE_REALS,
        forget_bias=st.floats(allow_infinity=False, allow_nan=False),
    )
)

CLIPPINGS = ["none", "value", "norm", "global_norm"]


@st.composite
def trainings(draw: st.DrawFn) -> TrainingConfig:
    """Settings of a training, with changes on the way."""
    epochs = draw(st.integers(1, 1_000_000))
    change = st.one_of(
        st.builds(Change, st.integers(1, epochs), st.sampled_from(["learning_rate", "clip_threshold"]), POSITIVE_REALS),
        st.builds(Change, st.integers(1, epochs), st.just("clipping"), st.sampled_from(CLIPPINGS)),
    )
    return TrainingConfig(
        epochs=epochs,
        learning_rate=draw(POSITIVE_REALS),
        rate_every=draw(st.just(0) | st.integers(1, 1_000_000)),
        rate_factor=draw(POSITIVE_REALS),
        optimizer=draw(st.sampled_from(["sgd", "momentum", "adam"])),
        momentum=draw(st.just(0.0) | POSITIVE_REALS),
        batch_size=draw(st.integers(1, 1_000_000)),
        clipping=draw(st.sampled_from(CLIPPINGS)),
        clip_threshold=draw(POSITIVE_REALS),
        stopping=draw(st.sampled_from(["never", "train", "test"])),
        stop_accuracy=draw(st.floats(0.0, 1.0, exclude_min=True)),
        stop_epochs=draw(st.integers(1, 1_000_000)),
        seed=draw(st.integers(0, 2**53 - 1)),
        changes=tuple(sorted(draw(st.lists(change, max_size=5)), key=lambda c: c.epoch)),
    )


experiments = st.builds(
    Experiment,
    dataset=st.builds(
        Dataset.from_pairs,
        st.lists(st.tuples(st.sampled_from(["a", "b a", "很好 a"]), st.booleans()), max_size=4).map(
            lambda pairs: [("a good one", True), ("b", False), *pairs]
        ),
        st.lists(st.tuples(st.sampled_from(["good", "b"]), st.booleans()), max_size=2),
        rules,
    ),
    model=models,
    training=trainings(),
)


def anything() -> st.SearchStrategy[Any]:
    """Any JSON value, small."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    )


def nearly(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any JSON value, mostly an object with some of these fields, each right or wrong."""
    return anything() | st.fixed_dictionaries({}, optional={name: value | anything() for name, value in fields.items()})


json_rules = nearly(lowercase=st.booleans(), strip_punctuation=st.booleans())
json_datasets = nearly(
    examples=st.lists(
        st.tuples(TEXT | anything(), st.sampled_from(["positive", "negative"]) | anything(), st.just("train") | anything()).map(
            list
        )
        | anything(),
        max_size=4,
    ),
    rules=json_rules,
)
json_models = nearly(
    hidden_size=st.integers(),
    init_scale=st.floats(),
    cell=st.sampled_from(["vanilla", "gru", "lstm"]),
    bidirectional=st.booleans(),
    embedding_size=st.integers(0, 9),
    initialization=st.sampled_from(["normal", "glorot", "orthogonal"]),
    forget_bias=st.floats(),
    recurrent_gradient=st.sampled_from(["exact", "printed"]) | st.text(),
)
json_trainings = nearly(
    epochs=st.integers(),
    learning_rate=st.floats(),
    rate_every=st.integers(),
    rate_factor=st.floats(),
    optimizer=st.sampled_from(["sgd", "momentum", "adam"]),
    momentum=st.floats(),
    batch_size=st.integers(),
    clipping=st.sampled_from(CLIPPINGS),
    stopping=st.sampled_from(["never", "train", "test"]),
    stop_accuracy=st.floats(),
    stop_epochs=st.integers(),
    changes=st.lists(
        st.tuples(
            st.integers(1, 9) | anything(), st.sampled_from(["learning_rate", "clipping"]) | anything(), st.floats() | anything()
        ).map(list),
        max_size=4,
    ),
)
json_experiments = anything() | st.fixed_dictionaries(
    {"dataset": json_datasets, "model": json_models, "training": json_trainings}
)
