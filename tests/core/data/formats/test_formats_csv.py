"""CSV and its kin: what is found out, what is told, what can be overruled."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import DatasetError
from rnn_core.data import formats
from rnn_core.data.formats import DELIMITERS, Table, delimited

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.text('",\r\n \t;|\ufeffa', max_size=8)


def read(source: bytes | str, **given: Any) -> Table:
    return formats.read_table(source, "a.csv", **given)


def refused(source: bytes | str, **given: Any) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read(source, **given)
    return caught.value


@settings(max_examples=300)
@given(st.lists(st.tuples(CELL, CELL, CELL.filter(bool)), max_size=8), st.sampled_from(DELIMITERS))
def test_every_cell_survives_writing_and_reading(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    """Quotes, delimiters, any line end within a cell, empty cells, a byte order mark as text: all come back as they were."""
    written = delimited.write(rows, delimiter)
    for source in (written, written.encode(), written.encode("utf-16")):
        found = read(source)
        assert list(found.rows) == rows
        assert (found.columns, found.delimiter, found.has_header) == (("text", "label", "split"), delimiter, True)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(DELIMITERS))
def test_what_another_program_writes_is_read_as_that_program_would_read_it(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    expected = [row for row in rows if any(row)]
    assert list(read(out.getvalue(), delimiter=delimiter).rows) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_of_any_system_are_read(end: str, mark: str) -> None:
    text = mark + end.join(["text,label,split", "good,positive,train", '"so, ""so""",negative,test']) + end
    found = read(text.encode())
    assert found.rows == (("good", "positive", "train"), ('so, "so"', "negative", "test"))
    assert found.lines == (2, 3)


def test_rows_with_nothing_in_them_are_none_and_a_row_knows_the_line_on_which_it_begins() -> None:
    source = 'text,label,split\n\n"two\nlines",positive,train\n,,\n\ngood,positive,train\n"",,""\nbad,negative,train'
    assert read(source).lines == (3, 7, 9)
    assert [row[0] for row in read(source).rows] == ["two\nlines", "good", "bad"]


def test_a_file_of_one_column_needs_no_delimiter() -> None:
    assert read("text\ni am good\n").rows == (("i am good",),)
    assert read("i am good\ni am bad\n").columns == ("column 1",)


# ---------------------------------------------------------------------- the delimiter


@pytest.mark.parametrize(
    ("source", "delimiter"),
    [
        ("text,label\na;b,1\nc;d,0\n", ","),
        ("text;label\na,b;1\nc,d;0\n", ";"),
        ("a,b;1\nc,d;0\ne;1\n", ";"),
        ("a, b|1\nc, d|0\n", "|"),
        ("a, b\t1\nc, d\t0\n", "\t"),
        ("sentence|target|set\na, b; c|1|train\n", "|"),
        ('"a;b",1\n"c;d",0\n', ","),
        ('"a,b";1\n"c;d";0\n', ";"),
        ("i am good\n", ","),
        ("one, two\nthree\nfour\nfive; six\n", ","),
        ("review\nso; so\nbad\nfine; really\n", ","),
        ("so; so\nwell; bad\nfine\n", ","),
        ("a,b\n" * 3 + "c;d;e\n" * 40, ";"),
        ("x\t" * 60 + "x\n", "\t"),
    ],
)
def test_the_delimiter_is_found_by_the_rows_it_makes(source: str, delimiter: str) -> None:
    assert formats.dialect.guess(source).delimiter == delimiter


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_says_what_parts_the_cells_is_obeyed_and_is_no_row(line: str) -> None:
    read = formats.read_table(f"{line}\r\nso, good;1\r\nso, bad;0\r\n".encode(), "a.csv")
    assert (read.rows, read.lines) == ((("so, good", "1"), ("so, bad", "0")), (2, 3))
    assert read.delimiter == ";"
    assert formats.read_table(f"{line}\na,b;c\n".encode(), "a.csv", delimiter=",").rows == (("a", "b;c"),)


def test_the_delimiter_can_be_overruled() -> None:
    source = "text;label\na,b;1\n"
    assert read(source, delimiter=";").rows == (("a,b", "1"),)
    assert read("a;b,1\n", delimiter=";").rows == (("a", "b,1"),)
    assert read("a;b,1\n", delimiter="|").rows == (("a;b,1",),)


# ---------------------------------------------------------------------- the header


@pytest.mark.parametrize(
    ("source", "has_header"),
    [
        ("text,label\ngood,1\n", True),
        ("TEXT , Label\ngood,1\n", True),
        ("id,review_text,airline_sentiment\n1,good,positive\n2,bad,negative\n", True),
        ("label,review\n1,很好\n", True),
        ("评论,标签\n很好,1\n", True),
        ("mood,words\npositive,good day\nnegative,bad day\n", True),
        ("words,n\ngood day,1\nbad day,0\n", True),
        ("words,n\ngood day,1.5\nbad day,0.5\n", True),
        ("good day,positive\nbad day,negative\nso so,neutral\n", False),
        ("so so,neutral\ngood day,positive\nbad day,negative\n", False),
        ("good day,1\nbad day,0\nfine day,1\n", False),
        ("4,good day\n0,bad day\n", False),
        ("good,bad\nfine,sad\nhappy,poor\n", False),
        ("good day,x\nbad day,1\n", False),
        ("," * 2 + "\n,a,1\n,b,0\n,c,1\n", False),
        ("x" * 61 + ",n\ngood,1\nbad,0\n", False),
        ("text\n", True),
    ],
)
def test_a_header_is_found_by_its_names_or_by_having_no_value_where_all_others_have_one(source: str, has_header: bool) -> None:
    found = read(source)
    assert found.has_header == has_header
    assert len(found.rows) == len([line for line in source.splitlines() if line.strip(",")]) - has_header


def test_the_header_can_be_overruled() -> None:
    source = "text,label\ngood,1\n"
    assert read(source, has_header=False)[1:3] == (("column 1", "column 2"), (("text", "label"), ("good", "1")))
    assert read("good,1\nbad,0\n", has_header=True)[1:3] == (("good", "1"), (("bad", "0"),))


# ---------------------------------------------------------------------- quotes


def test_quotes_that_make_no_sense_are_characters_where_tabs_part_the_cells() -> None:
    source = 'sentence\tlabel\n"good" film\t1\n"\t0\nfine "really"\t1\n'
    found = formats.read_table(source, "a.tsv")
    assert found.rows == (('"good" film', "1"), ('"', "0"), ('fine "really"', "1"))
    assert (found.delimiter, found.quotes, found.has_header) == ("\t", "none", True)
    late = "sentence\tlabel\n" + "fine\t1\n" * 100 + '"bad" film\t0\n'
    assert formats.read_table(late, "a.tsv").rows[-1] == ('"bad" film', "0")
    headless = '"good" film\t1\n"bad" film\t0\nfine\t1\n'
    assert formats.read_table(headless, "a.tsv").rows[0] == ('"good" film', "1")


def test_quotes_can_be_overruled() -> None:
    source = '"good"\t1\n"bad"\t0\n'
    assert formats.read_table(source, "a.tsv").rows == (("good", "1"), ("bad", "0"))
    assert formats.read_table(source, "a.tsv").quotes == "doubled"
    assert formats.read_table(source, "a.tsv", quotes="none").rows == (('"good"', "1"), ('"bad"', "0"))
    assert formats.read_table('"good" film\t1\n"bad"\t0\n', "a.tsv", quotes="doubled").rows == (('"good" film', "1"), ("bad", "0"))
    assert read('"good" film,1\n', delimiter=",", quotes="none").rows == (('"good" film', "1"),)


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize("row", ["a,b,c,d", ",".join("x" * 51)])
def test_a_table_with_too_many_cells_in_many_rows_is_refused_at_the_first(row: str) -> None:
    error = refused('text,label,split\n"fine,\nreally",positive,train\n' + row + "\nbad,negative,train\n")
    assert (error.reason, error.row, error.line) == ("wrong_number_of_cells", 2, 4)
    assert error.detail == f"{row.count(',') + 1} instead of 3"


@pytest.mark.parametrize(("header", "reason"), [("," * 49 + "x,", "too_many_columns"), ("x" * 100_001, "cell_too_long")])
def test_a_header_is_bounded_as_rows_are(header: str, reason: str) -> None:
    error = refused("\n" + header, has_header=True)
    assert (error.reason, error.row, error.line) == (reason, None, 2)


@pytest.mark.parametrize("source", [",,,\n,,\n", '""\n', "\n\n,\n"])
def test_a_table_of_empty_cells_is_nothing(source: str) -> None:
    assert refused(source).reason == "empty_file"


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read("text,label\n") == Table(
        "csv", ("text", "label"), (), (), delimiter=",", has_header=True, quotes="doubled"
    )
