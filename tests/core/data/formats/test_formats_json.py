"""JSON Lines, and arrays of objects."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import DatasetError, Limits
from rnn_core.data import formats
from rnn_core.data.formats import Table, json_records
from rnn_core.data.formats.table import MOST_LINE
from tests.core.strategies import TEXT

FLAT = st.dictionaries(st.sampled_from(["text", "label", "split", "id"]), TEXT | st.booleans() | st.none(), min_size=1)


def read(source: bytes | str) -> Table:
    return formats.read_table(source, "a.json")


def refused(source: bytes | str) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read(source)
    return caught.value


def spelled(value: object) -> str:
    return {None: "", True: "true", False: "false"}[value] if not isinstance(value, str) else value  # type: ignore[index]


@given(st.lists(FLAT, min_size=1, max_size=6), st.sampled_from(["lines", "array", "indented"]), st.booleans())
def test_every_object_of_another_program_is_a_row(objects: list[dict[str, object]], shape: str, ascii_only: bool) -> None:
    if shape == "lines":
        source = "\n".join(json.dumps(item, ensure_ascii=ascii_only) for item in objects)
    else:
        source = json.dumps(objects, ensure_ascii=ascii_only, indent=2 if shape == "indented" else None)
    found = read(source.encode())
    assert set(found.columns) == {name for item in objects for name in item}
    for cells, item in zip(found.rows, objects, strict=True):
        assert dict(zip(found.columns, cells, strict=True)) == {name: spelled(item.get(name)) for name in found.columns}


def test_values_are_spelled_as_they_stand() -> None:
    source = (
        '{"text": "good", "label": true, "n": 1.50, "big": '
        + "9" * 5_000
        + ', "more": 1e999999, "no": NaN, "k": {"a": [1, "很"]}}'
    )
    assert read(source).rows == (("good", "true", "1.50", "9" * 5_000, "1e999999", "NaN", '{"a": ["1", "很"]}'),)


def test_keys_become_columns_in_the_order_in_which_they_first_stand() -> None:
    found = read('{"text": "a", "label": 1}\n\n{"split": "test", "text": "b"}\r\n{}\n')
    assert found == Table("json", ("text", "label", "split"), (("a", "1", ""), ("b", "", "test"), ("", "", "")), (1, 3, 4))


def test_a_line_is_counted_in_an_array_too() -> None:
    found = read('\n[\n\n{"text": "a"}, {"text": "b"}\n,\n{"text":\n"c"}\n]\n')
    assert found.lines == (4, 4, 6)


def test_an_array_longer_than_what_is_looked_at_at_once_is_read_whole() -> None:
    """Its objects, one of them as long as may be, fall on every side of the window's edges."""
    texts = [str(i) * 90_001 for i in range(10)] * 5
    assert [row[0] for row in read(json.dumps([{"text": text} for text in texts])).rows] == texts


def test_an_object_longer_than_a_line_may_be_is_refused() -> None:
    long = '[{"text": "a"}, {"text": "' + "b" * (2 * MOST_LINE) + '"}]'
    assert (refused(long).reason, refused(long).row) == ("bad_json", 2)


@pytest.mark.parametrize(
    ("source", "place", "detail"),
    [
        ('"a"', (1, 1), "neither an object in braces nor a list"),
        ("[[[1]]]", (1, 1), "neither an object in braces nor a list"),
        ("[1]", (1, 1), "neither an object in braces nor a list"),
        ('{"text": "a"} {"text": "b"}', (1, 1), "more than one value in a line"),
        ('{"text": "a"},\n{"text": "b"}', (1, 1), "more than one value in a line"),
        ('{"text": "a"}\n{"text": ', (2, 2), "Expecting value"),
        ("{'text': 'a'}", (1, 1), "Expecting property name enclosed in double quotes"),
        ('{"text": "a\tb"}', (1, 1), "Invalid control character at"),
        ('{"text": "a", "text": "b"}', (1, 1), "the same key twice"),
        ('{"text": "a", "more": {"k": 1, "k": 2}}', (1, 1), "the same key twice"),
        ('[{"text": "a"}\n{"text": "b"}]', (2, 1), "no comma and no end after this object"),
        ('[{"text": "a"},]', (2, 1), "Expecting value"),
        ('[{"text": "a"}', (2, 1), "no comma and no end after this object"),
        ("[", (1, 1), "Expecting value"),
        ('[{"text": "a"}] x', (None, None), "something follows the end of the array"),
        ("text,label\ngood,1\n", (1, 1), "Expecting value"),
    ],
)
def test_what_is_not_rows_of_json_is_refused_with_its_place(source: str, place: tuple[int | None, ...], detail: str) -> None:
    error = refused(source)
    assert (error.reason, (error.row, error.line), error.detail) == ("bad_json", place, detail)


def test_what_is_refused_for_its_rows_is_not_read_to_the_end() -> None:
    source = "[" + '{"text": "a"},' * 5 + "and no JSON"
    with pytest.raises(DatasetError, match="too many rows"):
        formats.read_table(source, "a.json", Limits(rows=4))


def test_json_lines_are_written_with_a_key_a_column_and_null_for_no_label() -> None:
    written = json_records.write([("很好\n\u2028", "positive", "train"), ("b", None, "test")])
    assert [json.loads(line) for line in written.split("\n") if line] == [
        {"text": "很好\n\u2028", "label": "positive", "split": "train"},
        {"text": "b", "label": None, "split": "test"},
    ]
    assert "很好" in written
