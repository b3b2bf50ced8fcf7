"""Many texts at once, and the files that they come in and go out by."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import DatasetError, LimitError, Limits, Model, TextRules, UnknownWordError
from rnn_core.data.formats import read_table
from rnn_core.explanation import Answer, answer_each, answers_to_csv, texts_of
from tests.core.reference import NETWORKS, large_model

WORDS = ["bad", "good", "not"]
LIMITS = Limits(rows=5, words=4, upload_bytes=200)


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_text_that_can_be_read_is_answered_by_the_model_and_none_stops_the_others(kind: str) -> None:
    model = large_model(WORDS, 3, seed=2, **NETWORKS[kind])
    texts = ["not good", "a zebra, a gnu", "", "not not not not good", "GOOD!", "bad"]
    answers = answer_each(model, texts, LIMITS)
    assert [answer.text for answer in answers] == texts
    for place in (0, 4, 5):
        p = model.predict_proba([texts[place]])[0]
        assert answers[place].verdict == model.labels[int(p.argmax())]
        assert answers[place].probabilities == pytest.approx(p.tolist(), rel=1e-13)
        assert answers[place].confidence == pytest.approx(p.max(), rel=1e-13)
        assert (answers[place].unknown, answers[place].problem) == ((), None)
    assert [answers[place][1:3] for place in (1, 2, 3)] == [(None, ())] * 3
    assert answers[1].unknown == ("a", "zebra", "gnu")
    assert [type(answers[place].problem) for place in (1, 2, 3)] == [UnknownWordError, DatasetError, LimitError]


def test_where_unknown_words_are_skipped_they_are_still_named() -> None:
    model = large_model(WORDS, 3, seed=2)
    skipping = Model(TextRules(unknown="skip"), model.vocabulary, model.labels, model.config, model.vector)
    first, second = answer_each(skipping, ["not a good gnu", "a gnu"], LIMITS)
    assert first.unknown == second.unknown == ("a", "gnu")
    assert first.probabilities == pytest.approx(model.predict_proba(["not good"])[0].tolist(), rel=1e-13)
    assert isinstance(second.problem, DatasetError)
    assert second.problem.reason == "nothing_known"


# ---------------------------------------------------------------------- files in


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("lines.txt", "good\nnot bad\n", ["good", "not bad"]),
        ("lines.txt", "good\r\n\r\n  \r\nnot, bad", ["good", "not, bad"]),
        ("lines.txt", 'he said "good"\nbad', ['he said "good"', "bad"]),
        ("a.csv", "text\ngood\nnot bad\n", ["good", "not bad"]),
        ("a.csv", 'label,Text,id\nx,"not, bad",1\ny,"two\nlines",2\n\nz,,3\n', ["not, bad", "two\nlines", ""]),
        ("a.csv", "\ufefftext,label\n=1+1,positive\n", ["=1+1"]),
        ("a.json", "[]", []),
        ("a.csv", "text\n", []),
    ],
)
def test_the_texts_of_a_file_are_its_lines_or_a_tables_column(name: str, content: str, texts: list[str]) -> None:
    assert texts_of(read_table(content.encode(), name, LIMITS)) == texts


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_is_in_a_file_it_gives_texts_or_a_reason(content: bytes) -> None:
    try:
        texts = texts_of(read_table(content))
    except DatasetError:
        return
    model = large_model(WORDS, 2)
    answers_to_csv(answer_each(model, texts), model.labels)


# ---------------------------------------------------------------------- files out

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, min_size=2, max_size=5, unique=True))
def test_answers_are_written_verbatim_with_a_column_for_each_label_and_read_back(texts: list[str], labels: list[str]) -> None:
    model = large_model(WORDS, 2, tuple(labels))
    answers = answer_each(model, [*texts, "=not good", "good", "good +1"], Limits())
    lines = list(csv.reader(io.StringIO(answers_to_csv(answers, labels), newline="")))
    assert lines[0] == ["text", "verdict", *(f"p({label})" for label in labels), "unknown_words", "problem"]
    for answer, (text, verdict, *shown, unknown, problem) in zip(answers, lines[1:], strict=True):
        assert text == answer.text
        assert (verdict or None) == (answer.verdict or None)
        assert tuple(float(cell) for cell in shown if cell) == answer.probabilities
        assert unknown.split(" ") == list(answer.unknown) or not answer.unknown
        assert bool(problem) == (answer.problem is not None)


def test_a_row_says_what_was_unknown_and_why_there_is_no_verdict() -> None:
    row = Answer("a zebra", None, (), ("a", "zebra"), UnknownWordError(("a", "zebra")))
    assert answers_to_csv([row], ("no", "yes")).splitlines()[1] == 'a zebra,,,,a zebra,"unknown words: a, zebra"'
