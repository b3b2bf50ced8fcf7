"""Lines with __label__ in front."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.data import formats

WORD = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)


@pytest.mark.parametrize("name", ["train.txt", "train.csv", "a.train", None])
def test_a_label_before_a_sentence_is_its_label(name: str | None) -> None:
    source = "__label__positive a fine day\n__label__negative a dull day\n__label__positive so lovely, really\n"
    table = formats.read_table(source, name)
    assert (table.form, table.columns) == ("fasttext", ("text", "label"))
    assert table.rows == (("a fine day", "positive"), ("a dull day", "negative"), ("so lovely, really", "positive"))


def test_several_labels_are_one_and_a_line_may_lack_either() -> None:
    table = formats.read_table("__label__a __label__b\tso fine\n\n__label__a\nno label\n")
    assert table.rows == (("so fine", "a, b"), ("", "a"), ("no label", ""))
    assert table.lines == (1, 3, 4)


@given(st.lists(st.tuples(WORD, st.lists(WORD, min_size=1, max_size=5)), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_any_file_of_fasttext_is_read_as_it_was_written(rows: list[tuple[str, list[str]]], end: str) -> None:
    source = "".join(f"__label__{label} {' '.join(words)}{end}" for label, words in rows)
    assert formats.read_table(source.encode()).rows == tuple((" ".join(words), label) for label, words in rows)
