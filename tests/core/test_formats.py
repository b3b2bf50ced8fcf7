"""Files to rows and back."""

from __future__ import annotations

from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import DatasetError, Limits
from rnn_core.formats import RawRow, read_csv, write_csv

LOCAL = Limits()

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.text('",\r\n \ufeffa', max_size=8)


class Undecodable(bytes):
    """Bytes that must be judged by their number alone."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:
        raise AssertionError("decoded before its size was judged")


def refused(source: bytes | str, limits: Limits = LOCAL) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_csv(source, limits)
    return caught.value


@given(st.lists(st.tuples(CELL, CELL, CELL.filter(bool)), max_size=8))
def test_every_cell_survives_writing_and_reading(rows: list[tuple[str, str, str]]) -> None:
    """Quotes, commas, any line end within a cell, empty cells, a byte order mark as text: all come back as they were."""
    written = write_csv(rows)
    assert [(row.text, row.label, row.split) for row in read_csv(written, LOCAL)] == rows
    assert read_csv(written.encode(), LOCAL) == read_csv(written, LOCAL)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_of_any_system_are_read(end: str, mark: str) -> None:
    text = mark + end.join(["text,label,split", "good,positive,train", '"so, ""so""",negative,test']) + end
    assert read_csv(text.encode(), LOCAL) == [
        RawRow("good", "positive", "train", 2),
        RawRow('so, "so"', "negative", "test", 3),
    ]


def test_columns_may_come_in_any_order_and_case() -> None:
    assert read_csv("Split, LABEL,text\ntrain,positive,good", LOCAL) == [RawRow("good", "positive", "train", 2)]


def test_empty_lines_are_no_rows_and_a_row_knows_the_line_on_which_it_ends() -> None:
    source = 'text,label,split\n\n"two\nlines",positive,train\n\ngood,positive,train\n'
    assert read_csv(source, LOCAL) == [RawRow("two\nlines", "positive", "train", 4), RawRow("good", "positive", "train", 6)]


@pytest.mark.parametrize("header", ["", "text,label", "text,label,split,more", "text,text,split", "good,positive,train"])
def test_a_header_that_is_not_the_three_columns_is_refused(header: str) -> None:
    error = refused(header + "\ngood,positive,train\n")
    assert (error.reason, error.line) == ("bad_header", 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [("good,positive", "wrong_number_of_cells"), ("a,b,c,d", "wrong_number_of_cells"), ('"open,positive,train', "bad_csv")],
)
def test_a_row_that_cannot_be_read_is_named(row: str, reason: str) -> None:
    error = refused("text,label,split\nfine,positive,train\n" + row + "\n")
    assert (error.reason, error.row, error.line) == (reason, 2, 3)


def test_a_file_is_judged_by_its_size_before_it_is_decoded() -> None:
    error = refused(Undecodable(50_000_000))
    assert error.reason == "too_large"
    assert error.detail == "50,000,000 bytes, at most 20,000,000"


def test_the_size_and_the_rows_allowed_are_inclusive() -> None:
    source = "text,label,split\na,positive,train\nb,negative,train\n"
    exact = Limits(upload_bytes=len(source), rows=2)
    assert len(read_csv(source, exact)) == 2
    assert refused(source, Limits(upload_bytes=len(source) - 1)).reason == "too_large"
    error = refused(source, Limits(rows=1))
    assert (error.reason, error.row, error.line) == ("too_many_rows", 2, 3)


@pytest.mark.parametrize(
    "source",
    [b"\x89PNG\r\n\x1a\n\x00\x00", b"text,label,split\ng\xfcd,positive,train", b"te\0xt", "text".encode("utf-16")],
)
def test_bytes_that_are_not_text_are_refused(source: bytes) -> None:
    assert refused(source).reason == "not_text"


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"text,label,split\n" + tail))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(source: bytes) -> None:
    reason = None
    try:
        read_csv(source, LOCAL)
    except DatasetError as error:
        reason = error.reason
    assert reason in {None, "not_text", "bad_header", "bad_csv", "wrong_number_of_cells"}
