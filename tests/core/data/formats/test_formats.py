"""Files to tables and back: which form a file is in, what is refused, and that what is written is read."""

from __future__ import annotations

import csv
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Dataset, DatasetError, Example, Limits, TextRules
from rnn_core.data import formats, spellings
from rnn_core.data.formats import Form, Table, table
from rnn_core.data.meaning import Meaning
from tests.core.children import python
from tests.core.strategies import TEXT, rules
from tests.work import calls

AWKWARD = st.sampled_from(
    [
        *('"', "'", "\\", "\\'", '"""', "'''", "a\r\nb", "a\rb", "a\tb", "\ufeffgood", "\u2028", "\x85", "\x1c", "\x00"[:0]),
        *(
            "=1+1",
            "<img src=x onerror=alert(1)>",
            "שלום עולם",
            "👩‍👩‍👧 👍🏽",
            "很好，不错",
            "text,label,split",
            '{"text": 1}',
            "#",
            "train_data = {",
        ),
        "word " * 2_000,
    ]
)
AWKWARD_DATASETS = st.builds(
    Dataset,
    st.lists(
        st.builds(Example, TEXT | AWKWARD, st.sampled_from(["positive", "negative", None]), st.sampled_from(["train", "test"])),
        max_size=8,
    ).map(tuple),
    rules,
)
REASONS = {
    *("too_large", "workbook", "not_text", "empty_file", "wrong_number_of_cells", "bad_json", "bad_data_py"),
    *("too_many_rows", "too_many_columns", "cell_too_long", "line_too_long"),
}


class Undecodable(bytes):
    """Bytes that must be judged by their number alone."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:
        raise AssertionError("decoded before its size was judged")


def refused(source: bytes | str, name: str | None = None, limits: Limits | None = None, form: Form | None = None) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        formats.read_table(source, name, limits, form=form)
    return caught.value


def again(written: bytes | str, name: str | None, rules: TextRules) -> Dataset:
    """The dataset that a person gets who imports this and changes nothing of what is proposed."""
    read = formats.read_table(written, name)
    meaning = Meaning.guess(read)
    assert meaning.unmapped(read) == {}
    return Dataset(meaning.examples(read), rules)


# ---------------------------------------------------------------------- there and back


@pytest.mark.slow
@settings(max_examples=100)
@given(AWKWARD_DATASETS, st.sampled_from([None, "utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_any_dataset_survives_every_file_form(dataset: Dataset, encoding: str | None, is_named: bool) -> None:
    """Faulty ones too, whatever is in the texts, and whether or not the file's name tells its form."""
    for written, name in (
        (dataset.to_csv(), "a.csv"),
        (dataset.to_csv("\t"), "a.tsv"),
        (dataset.to_csv(";"), "a.csv"),
        (dataset.to_json_lines(), "a.jsonl"),
    ):
        source = written if encoding is None else written.encode(encoding)
        assert again(source, name if is_named or not dataset.examples else None, dataset.rules) == dataset


@settings(max_examples=100)
@given(AWKWARD_DATASETS, st.sampled_from([None, "utf-8", "utf-16"]), st.booleans())
def test_a_data_py_keeps_every_sentence_in_its_splits_order_with_training_first(
    dataset: Dataset, encoding: str | None, is_named: bool
) -> None:
    examples = [example._replace(label=example.label or "negative") for example in dataset.examples]
    dataset = Dataset(tuple(examples), dataset.rules)
    written = dataset.to_data_py()
    read = again(written if encoding is None else written.encode(encoding), "data.py" if is_named else None, dataset.rules)
    assert read.examples == tuple(sorted(examples, key=lambda example: example.split != "train"))


LABEL = TEXT.map(lambda label: label.strip()[:60].strip()).filter(bool) | st.sampled_from(["A", "a", "1", "0", "true", "Neg"])


@given(st.lists(st.builds(Example, TEXT, st.none() | LABEL, st.sampled_from(["train", "test"])), max_size=8).map(tuple))
def test_any_labels_survive_every_file_form(examples: tuple[Example, ...]) -> None:
    """What is exported and imported is the same dataset, whatever its labels look like."""
    dataset = Dataset(examples)
    assert Dataset.from_csv(dataset.to_csv()) == dataset
    for written, name in ((dataset.to_csv(), "a.csv"), (dataset.to_csv("\t"), "a.tsv"), (dataset.to_json_lines(), "a.jsonl")):
        assert again(written, name, dataset.rules) == dataset


@pytest.mark.parametrize("length", [table.MOST_CELL, 10_000])
def test_the_longest_text_that_a_cell_may_hold_comes_back_from_every_form(length: int) -> None:
    """Also where every character is escaped or quoted."""
    for text in ("\x01" * length, '"' * length, "字" * length, "word " * (length // 5)):
        dataset = Dataset((Example(text, "positive", "train"),))
        assert again(dataset.to_csv(), None, dataset.rules) == dataset
        assert again(dataset.to_csv("\t"), None, dataset.rules) == dataset
        assert again(dataset.to_json_lines(), None, dataset.rules) == dataset
        if length == 10_000:
            assert again(dataset.to_data_py(), None, dataset.rules) == dataset


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json", "a.txt"])
def test_a_longer_text_is_refused_with_its_place(name: str) -> None:
    dataset = Dataset((Example("good", "positive", "train"), Example("x" * (table.MOST_CELL + 1), "positive", "train")))
    written = {"a.tsv": dataset.to_csv("\t"), "a.csv": dataset.to_csv()}.get(name, dataset.to_json_lines())
    row, line = (2, 3) if name in ("a.csv", "a.tsv") else (2, 2)
    if name == "a.txt":
        written = "\n".join(text for text, _, _ in dataset.examples)
    if name == "a.json":
        written = "[" + ",\n".join(written.splitlines()) + "]"
    error = refused(written, name)
    assert (error.reason, error.row, error.line) == ("cell_too_long", row, line)
    assert error.detail == "100,001 characters, at most 100,000"


# ---------------------------------------------------------------------- which form


@pytest.mark.parametrize(
    ("source", "form", "delimiter"),
    [
        ("text,label,split\ngood,1,train\n", "csv", ","),
        ("Text;Positive?\ni am good;✓\n", "csv", ";"),
        ("review|score\nfine|3\n", "csv", "|"),
        ("sentence\tlabel\ni am good\t1\n", "csv", "\t"),
        ("good day,positive\nbad day,negative\n", "csv", ","),
        ("so, so good;1\nbad, so bad;0\n", "csv", ";"),
        ('"1","fine, really"\n"0","bad, really"\n', "csv", ","),
        ("i am good\tpositive\ni am bad\tnegative\n", "lines", None),
        ("i am good\ni am bad\n", "lines", None),
        ("Well, good.\nNo, it is not.\nYes, it is.\n", "lines", None),
        ("First, 3 of 4; good\nthen; bad, bad\n", "lines", None),
        ("[laughs] good\n{sic} bad\n", "lines", None),
        ("text\ni am good\n", "lines", None),
        ('{"text": "good", "label": 1}\n', "json", None),
        ('\n [\n  {"text": "good"}]', "json", None),
        ("# mine\ntrain_data = {'good': True}\n", "data_py", None),
        ("\n\ntest_data={'good': True}\n", "data_py", None),
    ],
)
def test_the_form_of_a_pasted_text_is_found_by_what_is_in_it(source: str, form: Form, delimiter: str | None) -> None:
    for name in (None, "notes.txt", "no ending"):
        read = formats.read_table(source, name)
        assert (read.form, read.delimiter, read.encoding) == (form, delimiter, None)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("a.csv", "csv"), ("A.CSV", "csv"), ("a.b.tsv", "csv"), ("a.tab", "csv")),
        *(("a.json", "json"), ("a.jsonl", "json"), ("a.ndjson", "json"), ("data.py", "data_py")),
    ],
)
def test_an_ending_that_is_known_decides(name: str, form: Form) -> None:
    source = {"csv": "i am good\ni am bad", "json": '{"a": 1}', "data_py": "'''say'''\ntrain_data = {}"}[form]
    assert formats.read_table(source, name).form == form


def test_a_form_that_is_asked_for_is_taken() -> None:
    read = formats.read_table('{"text": "good"}\n"so\tbad"', "a.csv", form="lines")
    assert read == Table("lines", ("column 1", "column 2"), (('{"text": "good"}', ""), ('"so', 'bad"')), (1, 2))


@pytest.mark.parametrize("form", ["csv", "data_py", "lines", None])
@pytest.mark.parametrize("source", [b"", "", b"\xef\xbb\xbf", "\ufeff\n \r\n", b"\xff\xfe\n\x00"])
def test_nothing_is_refused_as_such(source: bytes | str, form: Form | None) -> None:
    assert refused(source, form=form).reason == "empty_file"


def test_a_json_file_may_have_no_object_in_it() -> None:
    for source in ("", "\n\n", "[]", " [ ] "):
        assert formats.read_table(source, "a.jsonl") == Table("json", ("text", "label", "split"), (), ())


# ---------------------------------------------------------------------- pasted lines


def test_lines_are_sentences_with_a_label_and_a_split_where_there_are_tabs() -> None:
    read = formats.read_table('  i am "good" \n\n\t\nbad, so bad\t 0\t\r\nso\t\ttest\rlast', form="lines")
    assert read.rows == (('i am "good"', "", ""), ("bad, so bad", "0", ""), ("so", "", "test"), ("last", "", ""))
    assert read.lines == (1, 4, 5, 6)
    assert read.columns == ("column 1", "column 2", "column 3")
    assert (read.delimiter, read.has_header, read.quotes) == (None, None, None)


def test_a_line_that_begins_with_a_tab_has_an_empty_sentence_and_not_its_label_for_one() -> None:
    """As cells that were copied from a spreadsheet."""
    assert formats.read_table("good\tpositive\n\tnegative\n\t \n", form="lines").rows == (("good", "positive"), ("", "negative"))


def test_a_line_ends_where_lines_of_files_end_and_nowhere_else() -> None:
    assert formats.read_table("a\u2028b\x85c\x0cd\x1ee", form="lines").rows == (("a\u2028b\x85c\x0cd\x1ee",),)


# ---------------------------------------------------------------------- bytes


@pytest.mark.parametrize(
    ("mark", "codec", "told"),
    [
        (b"", "utf-8", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8", "utf-8-sig"),
        (b"\xff\xfe", "utf-16-le", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize(
    "source", ["text,label\n很好 café 👍,1\n", '{"text": "很好 café 👍", "label": 1}\n', "很好 café 👍\t1\n"]
)
def test_unicode_is_read_by_its_byte_order_mark_and_told(mark: bytes, codec: str, told: str, source: str) -> None:
    read = formats.read_table(mark + source.encode(codec))
    assert (read.rows, read.encoding) == ((("很好 café 👍", "1"),), told)
    assert "\ufeff" not in read.columns[0]


@pytest.mark.parametrize(("encoding", "text"), [("cp1252", "café naïve"), ("gb18030", "很好"), ("utf-16", "很好")])
def test_another_encoding_is_read_where_it_is_asked_for(encoding: str, text: str) -> None:
    source = f"text,label\n{text},1\n".encode(encoding)
    read = formats.read_table(source, encoding=encoding)
    assert (read.rows, read.encoding) == (((text, "1"),), encoding)
    assert read.is_guess is False


@pytest.mark.parametrize("encoding", ["zip", "idna", "latin-1", "UTF-8"])
def test_an_encoding_or_a_delimiter_that_is_not_offered_is_a_callers_bug(encoding: str) -> None:
    with pytest.raises(ValueError, match="one of"):
        formats.read_table(b"a", encoding=encoding)
    with pytest.raises(ValueError, match="one of"):
        formats.read_table(b"a", "a.csv", delimiter=encoding[0])


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        (b"te\0xt", "it holds NUL bytes"),
        ("text".encode("utf-32"), "it holds NUL bytes"),
        ("te\0xt", "it holds a NUL or half a character"),
        ("te\ud800xt", "it holds a NUL or half a character"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "it holds NUL bytes"),
        (bytes(range(1, 256)) * 20, "it holds too many control characters"),
    ],
)
def test_what_is_not_text_is_refused(source: bytes | str, detail: str) -> None:
    error = refused(source)
    assert (error.reason, error.detail) == ("not_text", detail)


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"])
def test_a_workbook_is_told_from_other_files(start: bytes) -> None:
    assert refused(start, "reviews.xlsx").reason == "workbook"


# ---------------------------------------------------------------------- bounds


def test_a_file_is_judged_by_its_size_before_it_is_decoded() -> None:
    error = refused(Undecodable(50_000_000))
    assert error.reason == "too_large"
    assert error.detail == "50,000,000 bytes, at most 20,000,000"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("text,label,split\na,positive,train\nb,negative,train\n", (2, 3)),
        ('{"text": "a"}\n{"text": "b"}\n', (1, 2)),
        ('[{"text": "a"},\n{"text": "b"}]', (1, 2)),
        ("train_data = {'a': True,\n'b': False}\n", (1, 2)),
        ("a\nb\n", (1, 2)),
    ],
)
def test_the_size_and_the_rows_allowed_are_inclusive(source: str, lines: tuple[int, ...]) -> None:
    exact = Limits(upload_bytes=len(source), rows=2)
    for written in (source, source.encode()):
        read = formats.read_table(written, limits=exact)
        assert [row[0] for row in read.rows] == ["a", "b"]
        assert read.lines == lines
        assert refused(written, limits=Limits(upload_bytes=len(source) - 1)).reason == "too_large"
        error = refused(written, limits=Limits(rows=1))
        assert (error.reason, error.row, error.line) == ("too_many_rows", 2, lines[1])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.csv", "text\n" + "".join(f"s{i}\n" for i in range(40))),
        ("a.csv", 'text\n"a "lone" quote"\n' + "".join(f"s{i}\n" for i in range(39))),
        ("a.json", "[" + ",\n".join(f'{{"text": "s{i}"}}' for i in range(40)) + "]"),
        ("a.txt", "".join(f"__label__x s{i}\n" for i in range(40))),
        ("a.txt", "".join(f"s{i}\n" for i in range(40))),
        ("data.py", "train_data = {" + "".join(f"'s{i}': True,\n" for i in range(40)) + "}"),
    ],
)
def test_of_more_rows_than_fit_a_part_can_be_read_the_first_or_a_random_one(name: str, source: str) -> None:
    limits = Limits(rows=10)
    whole = formats.read_table(source, name)
    first, drawn, again = (formats.read_table(source, name, limits, part=part) for part in ("first", "random", "random"))
    assert first.rows == whole.rows[:10]
    assert first.lines == whole.lines[:10]
    assert drawn == again, "the same rows each time"
    places = [whole.rows.index(row) for row in drawn.rows]
    assert places == sorted(places)
    assert len(places) == 10
    assert max(places) >= 10
    assert [whole.lines[i] for i in places] == list(drawn.lines)
    assert (first.beyond, drawn.beyond, whole.beyond) == (30, 30, 0)


def test_each_row_is_as_likely_to_be_drawn_as_any_other() -> None:
    """Places of 500 rows drawn from 5,000 are spread over the file: each fifth has about a fifth of them."""
    table = formats.read_table("\n".join(f"s{i}" for i in range(5_000)), "a.txt", Limits(rows=500), part="random")
    counts = [sum(1_000 * fifth < line <= 1_000 * (fifth + 1) for line in table.lines) for fifth in range(5)]
    assert sum(counts) == 500
    assert min(counts) > 70
    assert max(counts) < 130


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.jsonl", "a.json"])
def test_a_table_has_fifty_columns_at_most(name: str) -> None:
    def written(columns: int) -> str:
        if "json" in name:
            objects = "{" + ", ".join(f'"k{i}": "x"' for i in range(columns)) + "}"
            return f"[{objects}]" if name == "a.json" else objects
        return ("," if name == "a.csv" else "\t").join(["x"] * columns)

    assert len(formats.read_table(written(50), name).columns) == 50
    assert refused(written(51), name).reason == "too_many_columns"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt"])
def test_a_line_has_a_million_characters_at_most(name: str) -> None:
    error = refused("x\n" + "y" * (table.MOST_LINE + 1), name, form="lines" if name == "a.txt" else None)
    if name != "a.jsonl":  # its first line is no JSON
        assert (error.reason, error.line) == ("line_too_long", 2)


def test_the_columns_names_are_short_and_all_different() -> None:
    read = formats.read_table('text,,text," text ",' + "x" * 99 + "\na,b,c,d,e\n", "a.csv")
    assert read.columns == ("text", "column 2", "text (2)", "text (3)", "x" * 59 + "…")


def test_no_setting_that_all_threads_share_is_touched() -> None:
    """And where another library has raised it, the bound stays ours."""
    before = csv.field_size_limit()
    source = "text,label\n" + "x" * 140_000 + ",1\n"
    assert refused(source, "a.csv").reason == "cell_too_long"
    assert csv.field_size_limit() == before
    csv.field_size_limit(10_000_000)
    try:
        assert refused(source, "a.csv").reason == "cell_too_long"
    finally:
        csv.field_size_limit(before)


# ---------------------------------------------------------------------- hostile files

BEGINNINGS = [b"", b"text,label,split\n", b'{"text": "', b"[", b"train_data = {", b"\xff\xfe", b'"', b"a\tb\n"]


@settings(max_examples=100)
@given(
    st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=200))
    | st.builds(
        bytes.__add__,
        st.sampled_from(BEGINNINGS),
        st.text(st.sampled_from("\"'{}[]():,;|\t\n\r\\ab1-=#\ufeff\u2028"), max_size=60).map(str.encode),
    ),
    st.sampled_from([None, "a.csv", "a.tsv", "a.jsonl", "a.py", "a.txt"]),
)
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(source: bytes, name: str | None) -> None:
    reason = None
    try:
        read = formats.read_table(source, name)
    except DatasetError as error:
        reason = error.reason
    if reason is not None:
        assert reason in REASONS
        return
    assert len(read.rows) == len(read.lines)
    assert {len(row) for row in read.rows} <= {len(read.columns)}
    assert list(read.lines) == sorted(read.lines)
    assert len(set(read.columns)) == len(read.columns) > 0
    meaning = Meaning.guess(read)
    if meaning.split is not None and {spellings.split(row[meaning.split]) for row in read.rows} - {"train", "test"}:
        return  # an unknown one, which examples() refuses
    examples = meaning.examples(read)
    assert len(Dataset(examples).examples) == len(read.rows)
    assert sum(meaning.unmapped(read).values()) <= [label for _, label, _ in examples].count(None)


HOSTILE = """
import sys
from rnn_core import DatasetError
from rnn_core.data import formats
from rnn_core.data.meaning import Meaning
N = 20_000_000
def samples():
    yield "brackets", b"[" * N, "line_too_long"
    yield "brackets.json", b"[" * N, "bad_json"
    yield "brackets.jsonl", (b'{"a":' + b"[" * 900_000 + b"\\n") * 22, "bad_json"
    yield "lists.json", b"[" + b"[]," * (N // 3 - 1) + b"[]]", "too_many_rows"
    yield "objects.json", b"[" + b"{}," * (N // 3 - 1) + b"{}]", "too_many_rows"
    yield "keys.json", b'[{' + b'"a":1,' * (N // 6 - 3) + b'"b":1}]', "bad_json"
    yield "nested.json", b'{"a":' * (N // 5), "line_too_long"
    yield "quotes.csv", b'"' * N, "line_too_long"
    yield "quoted.csv", b'"' + b"a\\n" * (N // 2 - 1), "cell_too_long"
    yield "quoted lines.csv", (b'a,"' + b"\\n" * 50_000 + b'"\\n') * 399, None
    yield "nul", bytes(N), "not_text"
    yield "commas.csv", b"," * N, "line_too_long"
    yield "columns.csv", (b"a" + b"," * 900_000 + b"\\n") * 22, "too_many_columns"
    yield "columns", (b"a" + b"," * 900_000 + b"\\n") * 22, "cell_too_long"
    yield "cell.csv", b"a" * N, "line_too_long"
    yield "rows.csv", b"a,\\n" * (N // 3), "too_many_rows"
    yield "wide.csv", (b",".join([b"1234567"] * 50) + b"\\n") * 50_000, None
    yield "blank", b"\\n" * N, "empty_file"
    yield "blank but one", b"\\n" * (N - 1) + b"a", None
    yield "spaces", b" " * (N - 1) + b"{", "line_too_long"
    yield "large.py", b"(" * N, "too_large"
    yield "numbers.jsonl", b'{"text": "a", "label": 1e999999}\\n' * 40_000, None
for name, source, expected in samples():
    found = None
    try:
        table = formats.read_table(source, name)
        Meaning.guess(table).examples(table)
        del table
    except DatasetError as error:
        found = error.reason
    assert found == expected, (name, found)
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_twenty_hostile_megabytes_are_refused_or_read_in_bounded_memory() -> None:
    """The bytes, the text, its lines and 2.5 million cells may be in memory at the same time."""
    assert int(python(HOSTILE, RNN_CORE_COMPILED="0")) < 700


@pytest.mark.parametrize(
    ("source", "reason", "place"),
    [
        ('{"text": "\\ud800"}', "not_text", (1, 1)),
        ('{"a": 1}\n{"\\udfff": 1}', "not_text", (2, 2)),
        ('{"text": "a\\u0000b"}', "not_text", (1, 1)),
        ('[{"text": "a"},\n {"text": "\\ud800"}]', "not_text", (2, 2)),
        ('{"text": ' + "9" * 200_000 + "}", "cell_too_long", (1, 1)),
        ('{"text": "a"}\n{"text": ' + "[" * 50_000, "bad_json", (2, 2)),
        ('{"text": ' + "[" * 50_000 + "]" * 50_000 + "}", "bad_json", (1, 1)),
        ("[" * 50_000, "bad_json", (1, 1)),
        ("train_data = {'a': True,\n'\\ud800': True}", "not_text", (2, 2)),
        ("train_data = {'a': True,\n'\\x00': True}", "not_text", (2, 2)),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(source: str, reason: str, place: tuple[int, int]) -> None:
    name = "a.py" if source.startswith("train") else "a.json"
    error = refused(source, name)
    assert (error.reason, (error.row, error.line)) == (reason, place)
    assert len(str(error)) < 160


def written(count: int, kind: str) -> bytes:
    """So many rows as a file of this kind."""
    dataset = Dataset(tuple(Example(f"i am number {i}, and good", "positive", "train") for i in range(count)))
    return {"csv": dataset.to_csv, "tsv": lambda: dataset.to_csv("\t"), "jsonl": dataset.to_json_lines}[kind]().encode()


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl"])
def test_the_work_of_reading_rows_grows_as_their_number(kind: str) -> None:
    def understand(source: bytes) -> tuple[Example, ...]:
        read = formats.read_table(source)
        return Meaning.guess(read).examples(read)

    few, many = written(500, kind), written(5_000, kind)
    assert len(understand(many)) == 5_000
    assert calls(lambda: understand(many)) < 12 * calls(lambda: understand(few))
