"""Valid datasets, settings and experiments, and arbitrary JSON, for Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rnn_core import Change, Dataset, Example, Experiment, ModelConfig, TextRules, TrainingConfig

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.text('",\r\n\t \ufeff=a', max_size=8)
"""Any text that a dataset takes, with a liking for what is awkward in a CSV."""

POSITIVE_REALS = st.floats(min_value=0.0, exclude_min=True, allow_infinity=False, allow_nan=False)

rules = st.builds(TextRules, lowercase=st.booleans(), strip_punctuation=st.booleans())

datasets = st.builds(
    Dataset,
    st.lists(
        st.builds(Example, TEXT, st.sampled_from(["positive", "negative", None]), st.sampled_from(["train", "test"])), max_size=8
    ).map(tuple),
    rules,
)
"""Any dataset with the two sentiments, faults included."""

models = st.builds(
    ModelConfig,
    hidden_size=st.integers(1, 4096),
    init_scale=st.just(0.0) | POSITIVE_REALS,
    recurrent_gradient=st.sampled_from(["exact", "printed"]),
)


@st.composite
def trainings(draw: st.DrawFn) -> TrainingConfig:
    """Settings of a training, with changes on the way."""
    epochs = draw(st.integers(1, 1_000_000))
    change = st.one_of(
        st.builds(Change, st.integers(1, epochs), st.sampled_from(["learning_rate", "clip_threshold"]), POSITIVE_REALS),
        st.builds(Change, st.integers(1, epochs), st.just("clipping"), st.sampled_from(["none", "value"])),
    )
    return TrainingConfig(
        epochs=epochs,
        learning_rate=draw(POSITIVE_REALS),
        clipping=draw(st.sampled_from(["none", "value"])),
        clip_threshold=draw(POSITIVE_REALS),
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
json_models = nearly(hidden_size=st.integers(), init_scale=st.floats(), cell=st.just("vanilla"), recurrent_gradient=st.text())
json_trainings = nearly(
    epochs=st.integers(),
    learning_rate=st.floats(),
    clipping=st.sampled_from(["none", "value"]),
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
