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


@pytest.mark.slow
@settings(max_examples=100)
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
    assert formats.read_table('"good" film\t1\n"bad"\t0\n', "a.tsv", quotes="doubled").rows == (
        ('"good" film', "1"),
        ("bad", "0"),
    )
    assert read('"good" film,1\n', delimiter=",", quotes="none").rows == (('"good" film', "1"),)


@pytest.mark.parametrize(
    ("source", "rows", "quotes", "loose"),
    [
        (
            'text,label\n"he said \\"fine, thanks\\"",positive\n"a dull day",negative\n',
            (('he said "fine, thanks"', "positive"), ("a dull day", "negative")),
            "escaped",
            0,
        ),
        ('text,label\n"C:\\new",1\n"say ""so""",0\n', (("C:\\new", "1"), ('say "so"', "0")), "doubled", 0),
        ('text,label\n"C:\\new \\"so\\"\\\\",1\nplain \\"b\\",0\n', (('C:\\new "so"\\', "1"), ('plain "b"', "0")), "escaped", 0),
        (
            'text,label\na fine day,1\n"a 5" screen,0\nso dull,0\n',
            (("a fine day", "1"), ('"a 5" screen', "0"), ("so dull", "0")),
            "doubled",
            1,
        ),
        ('text,label\n"open,1\n"so, so",0\n', (('"open', "1"), ("so, so", "0")), "doubled", 1),
        ('text,label\n5" wide,1\n6",0\n', (('5" wide', "1"), ('6"', "0")), "doubled", 0),
    ],
)
def test_quotes_are_read_after_backslashes_or_as_characters_where_rfc_4180_makes_no_sense_of_them(
    source: str, rows: tuple[tuple[str, str], ...], quotes: str, loose: int
) -> None:
    found = read(source)
    assert (found.rows, found.quotes, found.loose) == (rows, quotes, loose)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_with_backslashes_is_read_back(rows: list[tuple[str, str]], delimiter: str, end: str) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"'

    written = "".join(delimiter.join(map(quoted, row)) + end for row in [("text", "label"), *rows])
    found = read(written, delimiter=delimiter, quotes="escaped")
    assert list(found.rows) == [row for row in rows if any(row)]


@given(
    st.text(st.sampled_from('ab ,;"\\\n\r\t'), max_size=40),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["doubled", "escaped", "none"]),
)
def test_any_quotes_are_read_in_any_way_and_lines_are_counted(source: str, delimiter: str, quotes: Any) -> None:
    found = list(formats.quoting.records(source, delimiter, quotes))
    assert [record.line for record in found] == sorted({record.line for record in found})
    if quotes == "none":
        assert delimiter.join(cell for record in found for cell in record.cells).count(delimiter) >= source.count(delimiter)


# ---------------------------------------------------------------------- rows and lines that do not fit


def test_a_short_row_is_filled_up_and_counted() -> None:
    found = read("text,label\na fine day,1\na dull day,0\nno label yet\nso fine,1\n")
    assert found.rows == (("a fine day", "1"), ("a dull day", "0"), ("no label yet", ""), ("so fine", "1"))
    assert found.short == 1


def test_a_long_row_among_many_is_left_out_with_its_line_and_empty_cells_at_the_end_are_nothing() -> None:
    found = read("text,label\n" + "so fine,1,\n" * 12 + "so, so,1\n" + "bad,0\n")
    assert (len(found.rows), found.too_long) == (13, (14,))


@pytest.mark.parametrize(
    ("above", "skipped"),
    [
        ("Reviews of the year\n\n", 1),
        ("Reviews of the year\n", 1),
        ("Reviews of the year,\nby us,\n\n", 2),
        ("\n\nReviews\n", 3),
    ],
)
def test_a_title_above_the_header_is_left_out(above: str, skipped: int) -> None:
    found = read(above + "text,label\na fine day,1\na dull day,0\n")
    assert (found.columns, found.rows, found.skipped) == (("text", "label"), (("a fine day", "1"), ("a dull day", "0")), skipped)
    assert found.lines[0] == above.count("\n") + 2


def test_lines_above_a_table_can_be_given() -> None:
    source = "one,two\nthree,four\nwords,n\ngood,1\nbad,0\nfine,1\n"
    assert read(source, skipped=2).columns == ("words", "n")
    assert read("Reviews\ntext,label\ngood,1\n", skipped=0, has_header=False).rows[0] == ("Reviews", "")


def test_a_column_alone_has_no_title() -> None:
    found = read("text\ngood, really\nbad\n")
    assert (found.rows, found.skipped) == ((("good, really",), ("bad",)), 0)


# ---------------------------------------------------------------------- tables in text files


@pytest.mark.parametrize(
    ("source", "delimiter"),
    [
        ("".join(f"i feel {word} today;{label}\n" for word, label in [("fine", "joy"), ("low", "sadness")] * 4), ";"),
        ("".join(f"{label}|i feel {word}\n" for word, label in [("fine", "joy"), ("low", "sadness")] * 2), "|"),
        ("".join(f"i feel {word},{label}\n" for word, label in [("fine", "joy"), ("low", "sadness")] * 2), ","),
    ],
)
def test_a_table_in_a_text_file_is_a_table(source: str, delimiter: str) -> None:
    found = formats.read_table(source, "train.txt")
    assert (found.form, found.delimiter, len(found.rows[0])) == ("csv", delimiter, 2)


@pytest.mark.parametrize(
    "source",
    [
        "Yes, it is.\nYes, I am.\nNo, it is not.\nNo, never.\n",
        "Well, good.\nNo, it is not.\nYes, it is.\nWell, no.\n",
        "good\nbad\ngood\nbad\n",
    ],
)
def test_sentences_with_commas_in_a_text_file_are_sentences(source: str) -> None:
    assert formats.read_table(source, "notes.txt").form == "lines"


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
    assert read("text,label\n") == Table("csv", ("text", "label"), (), (), delimiter=",", has_header=True, quotes="doubled")
