"""Examples under text rules."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import (
    ConfigError,
    Dataset,
    DatasetError,
    Example,
    Experiment,
    Fault,
    LimitError,
    Limits,
    TextRules,
    Trainer,
    TrainingConfig,
)
from rnn_core.data.dataset import check_bounds, fingerprint
from tests.core.children import python
from tests.core.strategies import datasets, json_datasets

GOOD = Example("good", "positive", "train")
BAD = Example("bad", "negative", "train")


def faults(*examples: Example) -> tuple[Fault, ...]:
    return Dataset(examples).faults


# ---------------------------------------------------------------------- made from pairs


def test_pairs_become_examples_training_first() -> None:
    dataset = Dataset.from_pairs([("i am good", True), ("i am bad", "negative")], [("i am", None)])
    assert dataset.examples == (
        ("i am good", "positive", "train"),
        ("i am bad", "negative", "train"),
        ("i am", None, "test"),
    )
    assert dataset.rules == TextRules()


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        (True, "positive"),
        (1, "positive"),
        (False, "negative"),
        (0, "negative"),
        ("joy", "joy"),
        (" joy ", "joy"),
        ("", None),
        (None, None),
    ],
)
def test_a_label_is_a_word_or_true_and_false_as_in_the_guide(label: str | bool | int | None, kept: str | None) -> None:
    assert Dataset.from_pairs([("good", label)]).examples[0].label == kept


@pytest.mark.parametrize("label", [2, -1, 1.0, 0.5, ["positive"], b"positive", "x" * 61, "a\0b", "\ud800"])
def test_a_label_that_is_none_of_these_is_refused_with_its_row(label: Any) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_pairs([("good", True)], [("bad", label)])
    assert (caught.value.reason, caught.value.row) == ("unknown_label", 2)


@pytest.mark.parametrize("text", [None, 7, b"good", "go\0od", "\udfff"])
def test_a_text_that_is_not_text_is_refused_with_its_row(text: Any) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_pairs([("good", True), (text, False)])
    assert (caught.value.reason, caught.value.row) == ("not_text", 2)


@pytest.mark.parametrize("split", ["Train", "dev", "", None, ["train"]])
def test_a_split_is_train_or_test(split: Any) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset((GOOD, Example("bad", "negative", split)))
    assert (caught.value.reason, caught.value.row) == ("unknown_split", 2)


# ---------------------------------------------------------------------- what it holds


def test_words_and_vocabulary_and_labels_are_those_of_the_training_split(six: Dataset) -> None:
    assert six.words[4] == ("so", "so", "good")
    assert six.vocabulary.words == ("all", "at", "bad", "good", "not", "so", "very")
    assert six.labels == ("negative", "positive")
    assert six.rows("train") == (1, 2, 3, 4, 6, 7)
    assert six.rows("test") == (0, 5, 8)
    only_in_test = Dataset((GOOD, BAD, Example("zebra", "striped", "test")))
    assert "zebra" not in only_in_test.vocabulary
    assert only_in_test.labels == ("negative", "positive")


def test_the_rules_decide_what_is_a_word() -> None:
    shouting = (Example("GOOD!", "positive", "train"),)
    assert Dataset(shouting).vocabulary.words == ("good",)
    assert Dataset(shouting, TextRules(lowercase=False)).vocabulary.words == ("GOOD",)
    assert Dataset(shouting, TextRules(strip_punctuation=False)).vocabulary.words == ("good!",)


def test_a_dataset_cannot_be_changed(six: Dataset) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        six.examples = ()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        six.examples[0].text = "else"  # type: ignore[misc]
    assert hash(six) == hash(Dataset(six.examples))


def test_a_dataset_made_from_a_list_keeps_a_copy_of_its_own() -> None:
    """A table hands out lists: a dataset must not change with the table after its faults were told."""
    table: Any = [("good", "positive", "train"), ("bad", "negative", "train")]
    dataset = Dataset(table)
    before = dataset.fingerprint
    table.append(("", None, "train"))
    assert len(dataset.examples) == 2
    assert dataset == Dataset((GOOD, BAD))
    assert dataset.fingerprint == before == Dataset((GOOD, BAD)).fingerprint
    assert dataset.faults == ()


@given(datasets, datasets, st.booleans())
def test_other_examples_are_the_dataset_that_they_would_be_from_scratch(
    before: Dataset, after: Dataset, worked_out: bool
) -> None:
    if worked_out:
        assert len(before.words) == len(before.examples)
    examples = (*after.examples, *before.examples[1:])
    made, anew = before.with_examples(examples), Dataset(examples, before.rules)
    assert made == anew
    assert (made.words, made.vocabulary, made.faults, made.insights) == (anew.words, anew.vocabulary, anew.faults, anew.insights)


def test_a_text_that_was_there_before_is_not_split_again(six: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand sentences, an edit changes one, and a tokenizer of NLTK takes seconds for all of them."""
    assert six.words
    split: list[str] = []
    words_of = TextRules.words

    def counted(rules: TextRules, text: str) -> tuple[str, ...]:
        split.append(text)
        return words_of(rules, text)

    monkeypatch.setattr(TextRules, "words", counted)
    made = six.with_examples((*six.examples[2:], Example("so so bad", "negative", "train"), six.examples[0]._replace(label=None)))
    assert made.words[-2:] == (("so", "so", "bad"), ("so", "bad"))
    assert split == ["so so bad"]


@given(datasets)
def test_what_is_bare_is_equal_and_holds_nothing_that_can_be_computed_again(dataset: Dataset) -> None:
    known = dataset.words, dataset.faults, dataset.fingerprint
    bare = dataset.bare()
    assert bare == dataset
    assert set(vars(bare)) == {"examples", "rules", "vectors"}
    assert (bare.words, bare.faults, bare.fingerprint) == known


def test_size_is_judged_by_rows_and_then_by_the_first_text_that_is_too_long() -> None:
    limits = Limits(rows=2, characters=9)
    good, long = Example("b" * 9, None, "train"), Example("b" * 10, None, "train")
    check_bounds([good, good], TextRules(), limits)
    with pytest.raises(LimitError) as many:
        check_bounds([good, long, good], TextRules(), limits)
    assert (many.value.what, many.value.value, many.value.allowed) == ("rows", 3, 2)
    with pytest.raises(DatasetError) as caught:
        check_bounds([good, long], TextRules(), limits)
    assert (caught.value.reason, caught.value.row, caught.value.detail) == ("too_many_characters", 2, "10, at most 9")


def test_sentences_that_take_long_to_split_are_refused_before_one_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextRules, "words", lambda rules, text: pytest.fail("a sentence was split"))
    slow = [Example(".a" * 1_000, "positive", "train")] * 150
    check_bounds(slow, TextRules(), Limits.hosted())
    with pytest.raises(LimitError) as caught:
        check_bounds(slow, TextRules(splitting="tweet"), Limits.hosted())
    assert caught.value.what == "splitting_seconds"


@pytest.mark.parametrize("bad", [Example("a\0b", None, "train"), Example("a", None, "dev")])  # type: ignore[arg-type]
def test_other_examples_are_judged_like_any(six: Dataset, bad: Example) -> None:
    assert six.words
    with pytest.raises(DatasetError) as caught:
        six.with_examples((*six.examples, bad))
    assert caught.value.row == 10


# ---------------------------------------------------------------------- fingerprint


def test_equal_datasets_have_equal_fingerprints(six: Dataset) -> None:
    assert Dataset(tuple(Example(*example) for example in six.examples)).fingerprint == six.fingerprint
    assert len(six.fingerprint) == 64
    assert int(six.fingerprint, 16) >= 0


def test_any_change_changes_the_fingerprint(six: Dataset) -> None:
    def with_first(**change: Any) -> Dataset:
        return Dataset((six.examples[0]._replace(**change), *six.examples[1:]))

    changed = [
        with_first(text="so bad "),
        with_first(text="So bad"),
        with_first(label="positive"),
        with_first(label=None),
        with_first(split="train"),
        Dataset(six.examples[::-1]),
        Dataset(six.examples[:-1]),
        Dataset((*six.examples, six.examples[0])),
        Dataset(six.examples, TextRules(lowercase=False)),
        Dataset(six.examples, TextRules(strip_punctuation=False)),
    ]
    prints = {dataset.fingerprint for dataset in changed}
    assert len(prints) == len(changed)
    assert six.fingerprint not in prints


def test_a_fingerprint_is_of_what_is_said_and_not_of_the_order_in_which_fields_are_named() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"a": [1, 2]}) != fingerprint({"a": [2, 1]})


@pytest.mark.slow
def test_the_fingerprint_and_the_vocabulary_are_the_same_in_every_process(six: Dataset) -> None:
    """The guide's list(set(...)) follows PYTHONHASHSEED; nothing here does."""
    program = (
        "import sys; from rnn_core import Dataset\n"
        "d = Dataset.from_csv(sys.stdin.buffer.read()); print(d.fingerprint, *d.vocabulary, *d.labels)"
    )
    said = {python(program, stdin=six.to_csv(), PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert said == {" ".join([six.fingerprint, *six.vocabulary, *six.labels]) + "\n"}


# ---------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("examples", "fault"),
    [
        ((GOOD, BAD, Example("", "positive", "train")), Fault("empty_text", 3)),
        ((GOOD, BAD, Example(" ?! ", "positive", "test")), Fault("empty_text", 3)),
        ((GOOD, BAD, Example("bad good", None, "train")), Fault("no_label", 3)),
        ((GOOD, BAD, Example("good bad", None, "test")), Fault("no_label", 3)),
        ((GOOD, Example("bad", "positive", "train")), Fault("one_class")),
        ((GOOD, Example("bad", "positive", "train"), Example("bad good", "negative", "test")), Fault("one_class")),
        ((Example("good", "positive", "test"),), Fault("no_training_rows")),
        ((), Fault("no_training_rows")),
        (
            (GOOD, BAD, Example("so good so fine", "positive", "test")),
            Fault("unseen_word", 3, words=("so", "fine")),
        ),
        ((GOOD, BAD, Example("bad good", "mixed", "test")), Fault("unseen_label", 3)),
    ],
)
def test_a_blocking_fault_is_told_with_its_row_and_stops_training(examples: tuple[Example, ...], fault: Fault) -> None:
    dataset = Dataset(examples)
    assert fault in dataset.blocking
    assert fault.blocks
    assert fault.kind in {f.kind for f in dataset.faults if f.blocks}
    first = dataset.blocking[0]
    with pytest.raises(DatasetError) as caught:
        dataset.check()
    assert (caught.value.reason, caught.value.row) == (first.kind, first.row)
    with pytest.raises(DatasetError):
        Experiment(dataset=dataset)


@pytest.mark.parametrize(
    ("examples", "fault"),
    [
        ((GOOD, BAD, Example("Good!", "positive", "train")), Fault("duplicate", 3, 1)),
        ((GOOD, BAD, Example("bad", "positive", "train")), Fault("contradiction", 3, 2)),
        ((GOOD, BAD, Example("bad", "negative", "test")), Fault("leak", 3, 2)),
        ((Example("bad", "negative", "test"), GOOD, BAD), Fault("leak", 3, 1)),
    ],
)
def test_a_warning_names_both_rows_and_does_not_stop_training(examples: tuple[Example, ...], fault: Fault) -> None:
    dataset = Dataset(examples)
    assert dataset.faults == (fault,)
    assert not fault.blocks
    dataset.check()
    assert Experiment(dataset=dataset).dataset is dataset


def test_a_row_can_have_several_faults_and_they_come_by_row() -> None:
    assert faults(
        GOOD,
        BAD,
        Example("bad", "positive", "test"),
        Example("", None, "train"),
        Example("good", None, "train"),
        Example("good", "positive", "train"),
    ) == (
        Fault("leak", 3, 2),
        Fault("contradiction", 3, 2),
        Fault("no_label", 4),
        Fault("empty_text", 4),
        Fault("no_label", 5),
        Fault("duplicate", 5, 1),
        Fault("duplicate", 6, 1),
    )


def test_word_order_is_not_ignored_when_repetitions_are_sought() -> None:
    assert faults(Example("good not bad", "positive", "train"), Example("bad not good", "negative", "train")) == ()


def test_a_faultless_dataset_has_no_faults(six: Dataset) -> None:
    assert six.faults == ()
    assert six.blocking == ()


# ---------------------------------------------------------------------- CSV


@given(datasets)
def test_csv_gives_the_same_dataset_back(dataset: Dataset) -> None:
    """Faulty ones too, as text and as bytes: a person's table must never change on its way through a file."""
    written = dataset.to_csv()
    assert Dataset.from_csv(written, rules=dataset.rules) == dataset
    assert Dataset.from_csv(written.encode(), rules=dataset.rules) == dataset


def test_the_longest_text_a_file_may_hold_comes_back() -> None:
    dataset = Dataset((Example("word " * 20_000, "positive", "train"), BAD))
    assert Dataset.from_csv(dataset.to_csv()) == dataset


def test_labels_are_taken_as_they_stand_and_a_missing_split_is_train() -> None:
    rows = "a,True,\nb,1,train\nc,A,Test\nd,a,test\ne, joy ,TRAIN\ng,,\n"
    assert Dataset.from_csv("text,label,split\n" + rows).examples == (
        ("a", "True", "train"),
        ("b", "1", "train"),
        ("c", "A", "test"),
        ("d", "a", "test"),
        ("e", "joy", "train"),
        ("g", None, "train"),
    )


def test_a_csv_may_be_in_utf_16() -> None:
    assert Dataset.from_csv("text,label,split\n很好,1,train\n".encode("utf-16")).examples == (("很好", "1", "train"),)


@pytest.mark.parametrize("label", ["", " joy", "joy ", "x" * 61, "\ud800"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset((Example("a", label, "train"),))
    assert (caught.value.reason, caught.value.row) == ("unknown_label", 1)


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        ("meh,1,dev", "unknown_split", "dev"),
    ],
)
def test_an_unknown_label_or_split_is_refused_with_row_and_line(row: str, reason: str, detail: str) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_csv(f'text,label,split\n"two\nlines",1,train\n{row}\n')
    error = caught.value
    assert (error.reason, error.row, error.line, error.detail) == (reason, 2, 4, detail)
    assert str(error) == f"row 2 (line 4): {reason.replace('_', ' ')}: {detail}"


def test_a_message_can_be_shown_whatever_the_file_says() -> None:
    """Half a surrogate pair in a refused cell must not make the message itself unprintable."""
    with pytest.raises(DatasetError) as caught:
        Dataset.from_csv("text,label,split\nmeh,\ud800,train\n")
    assert str(caught.value).encode()


def test_a_message_stays_short_whatever_the_file_says() -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_csv('text,label,split\nmeh,"so\nmuch\n' + "y" * 100_000 + '",train\n')
    assert len(str(caught.value)) < 120
    assert "\n" not in str(caught.value)


def foreign(quoting_all: bool) -> tuple[list[Example], bytes]:
    """300 sentences as another program exports them: a byte order mark, Windows line ends, quotes, commas, Chinese."""
    draw = random.Random(5)
    openings = [
        'he said "fine", twice',
        "第一，很好",
        "line one\r\nline two",
        "naïve — café",
        "a,b,,c",
        "“quoted”",
        "今天 天气 不错",
    ]
    endings = {"positive": ["good", "很好", "great, really"], "negative": ["bad", "不好", 'so "bad"']}
    examples = []
    for i in range(300):
        label = draw.choice(["positive", "negative"])
        text = f"{draw.choice(openings)} {draw.choice(endings[label])}"
        examples.append(Example(text, label, "test" if i >= 200 else "train"))

    def cell(text: str) -> str:
        needs = quoting_all or any(c in text for c in '",\r\n')
        return '"' + text.replace('"', '""') + '"' if needs else text

    lines = [",".join(cell(c) for c in ("text", "label", "split"))]
    lines += [",".join(cell(c or "") for c in example) for example in examples]
    return examples, ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


@pytest.mark.parametrize("quoting_all", [True, False])
def test_three_hundred_foreign_sentences_are_read_learned_and_written_back(quoting_all: bool) -> None:
    examples, source = foreign(quoting_all)
    dataset = Dataset.from_csv(source)
    assert list(dataset.examples) == examples
    assert dataset.blocking == ()
    assert {"很好", "天气", "naïve", "café", "a,b,,c", "quoted"} <= set(dataset.vocabulary)
    assert Dataset.from_csv(dataset.to_csv()) == dataset

    experiment = Experiment(dataset=dataset, training=TrainingConfig(epochs=4, learning_rate=0.1)).with_model(
        hidden_size=8, init_scale=0.5
    )
    records = list(Trainer(experiment))
    assert len(records) == 4
    assert records[-1].train.loss is not None
    assert records[0].train.loss is not None
    assert records[-1].train.loss < records[0].train.loss


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"\x00\x01\x02\xff" * 100, "not_text"),
        (b"sentence,sentiment\ngood,1\n", "bad_header"),
        (bytes(50_000_000), "too_large"),
        (b"text,label,split\ngood," + b"x" * 61 + b",train\n", "unknown_label"),
        (b"text,label,split\ngood,1,train,more\n", "wrong_number_of_cells"),
    ],
)
def test_a_file_that_is_no_table_of_sentences_is_refused_with_a_reason(source: bytes, reason: str) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_csv(source)
    assert caught.value.reason == reason


# ---------------------------------------------------------------------- JSON


@given(datasets)
def test_json_gives_the_same_dataset_back(dataset: Dataset) -> None:
    assert Dataset.from_json(dataset.to_json()) == dataset
    assert Dataset.from_json(dataset.to_json()).fingerprint == dataset.fingerprint


@given(json_datasets)
def test_arbitrary_json_is_a_dataset_or_refused_and_nothing_else(value: object) -> None:
    try:
        dataset = Dataset.from_json(value)
    except (DatasetError, ConfigError):
        return
    assert Dataset.from_json(dataset.to_json()) == dataset
    assert isinstance(dataset.faults, tuple)


@pytest.mark.parametrize(
    ("value", "reason", "row"),
    [
        ([], "bad_json", None),
        ({}, "bad_json", None),
        ({"examples": "good"}, "bad_json", None),
        ({"examples": [["good", "positive", "train"], ["bad", "negative"]]}, "bad_json", 2),
        ({"examples": [{"text": "good"}]}, "bad_json", 1),
        ({"examples": [["good", "positive", "dev"]]}, "unknown_split", 1),
        ({"examples": [["good", True, "train"]]}, "unknown_label", 1),
        ({"examples": [[None, "positive", "train"]]}, "not_text", 1),
    ],
)
def test_json_that_is_no_dataset_is_refused_with_a_reason(value: object, reason: str, row: int | None) -> None:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_json(value)
    assert (caught.value.reason, caught.value.row) == (reason, row)


def test_json_is_bounded_in_rows(six: Dataset) -> None:
    assert Dataset.from_json(six.to_json(), Limits(rows=9)) == six
    with pytest.raises(DatasetError, match="too many rows"):
        Dataset.from_json(six.to_json(), Limits(rows=8))
