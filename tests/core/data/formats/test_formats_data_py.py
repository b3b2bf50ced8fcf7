"""The guide's own data.py: read, and never run."""

from __future__ import annotations

import ast
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Dataset, DatasetError, Example, presets
from rnn_core.data import formats
from rnn_core.data.formats import data_py
from tests.core.strategies import TEXT

GUIDE = """train_data = {
'good': True,
# ... more data
}

test_data = {
'this is happy': True,
'i am good': True,
# ... more data
}
"""


def read(source: bytes | str) -> tuple[tuple[str, ...], ...]:
    return formats.read_table(source, "data.py").rows


def refused(source: bytes | str) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read(source)
    return caught.value


def run(source: str) -> dict[str, Any]:
    """What Python itself makes of it."""
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(source, names)
    return names


def test_the_guides_own_lines_are_read() -> None:
    assert read(GUIDE) == (("good", "true", "train"), ("this is happy", "true", "test"), ("i am good", "true", "test"))
    assert formats.read_table(GUIDE, "data.py").lines == (2, 7, 8)


def test_the_rows_stand_in_the_files_order() -> None:
    assert [row[2] for row in read("test_data = {'a': True}\ntrain_data = {'b': False}")] == ["test", "train"]


def test_a_sentence_that_stands_twice_is_kept_twice() -> None:
    assert read("train_data = {'a': True, 'a': True,\n'a': False}") == (
        ("a", "true", "train"),
        ("a", "true", "train"),
        ("a", "false", "train"),
    )


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("'a\\'b'", "a'b"),
        ('"a\\"b"', 'a"b'),
        ("'\\u597d\\n\\x41\\101\\N{BULLET}'", "好\nAA•"),
        ("r'a\\d'", "a\\d"),
        ('R"a\\\'b"', "a\\'b"),
        ("'''a\n'b' \"c\"'''", "a\n'b' \"c\""),
        ('"""a\\"""b"""', 'a"""b'),
        ("''", ""),
        ("''''''", ""),
        ("'a' 'b'", "ab"),
        ("('a'\n 'b')", "ab"),
        ("'a\\\nb'", "ab"),
        ("\\\n'a'", "a"),
        ("'#no comment'", "#no comment"),
        ("'{([})'", "{([})"),
        ("'C:\\dir\\{'", "C:\\dir\\{"),
        ("'\\\\d'", "\\d"),
    ],
)
def test_a_text_is_read_as_python_reads_it(literal: str, text: str) -> None:
    source = f"train_data = {{{literal}: True}}"
    assert read(source) == ((text, "true", "train"),)
    assert run(source)["train_data"] == {text: True}


def test_comments_docstrings_and_zero_and_one_are_fine() -> None:
    source = '"""Mine."""\r\n# a: {[(\r\ntrain_data = {  # here\r\n    "a": 1, "b": 0\r\n}\r\n"end"\r\n'
    assert read(source) == (("a", "true", "train"), ("b", "false", "train"))
    assert formats.read_table(source, "data.py").lines == (4, 4)
    assert read("train_data = {'a': True}\r# or\rtest_data = {}\r") == (("a", "true", "train"),)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("train_data = {}\n__import__('os').system('touch /tmp/x')\n", 2),
        ("train_data = {'a': True}\nimport os\n", 2),
        ("train_data = {'a': print(1)}", 1),
        ("train_data = {'a': not True}", 1),
        ("train_data = {'a': --1}", 1),
        ("train_data = {'a': 2}", 1),
        ("train_data = {'a': 01}", 1),
        ("train_data = {'a': 1.0}", 1),
        ("train_data = {'a': None}", 1),
        ("train_data = {'a':\n'positive'}", 2),
        ("train_data = {f'{1}': True}", 1),
        ("train_data = {b'a': True}", 1),
        ("train_data = {True: True}", 1),
        ("train_data = {'a': True,\n**{'b': True}}", 2),
        ("train_data = {'a', 'b'}", 1),
        ("train_data = [('a', True)]", 1),
        ("train_data = dict(a=True)", 1),
        ("train_data = {'a': {'b': True}}", 1),
        ("train_data = {}\ntrain_data = {}", 2),
        ("train_data = test_data = {'a': True}", 1),
        ("train_data: {} = {'a': True}", 1),
        ("train_data", 1),
        ("data = {'a': True}", 1),
        ("{'a': True}", 1),
        ("train_data = {'a': True\n'b': True}", 1),
        ("train_data = {'a': True,\n", 1),
        ("train_data = {'a\n': True}", 1),
        ("train_data = {'''a': True}\n\n", 1),
        ("  train_data = {'a': True}", 1),
        ("train_data = {'\\N{NO SUCH}': True}", 1),
        ("train_data = {'\\x4': True}", 1),
        ("train_data = " + "(" * 21 + "{}" + ")" * 21, 1),
    ],
)
def test_anything_but_two_dicts_of_sentences_is_refused_with_its_line(source: str, line: int) -> None:
    error = refused(source)
    assert (error.reason, error.line) == ("bad_data_py", line)


@pytest.mark.parametrize("source", ["# nothing", "'just a text'", "\\\n"])
def test_a_file_with_neither_dict_is_refused(source: str) -> None:
    assert refused(source).reason == "bad_data_py"


TOKENS = st.lists(
    st.sampled_from(
        [
            *("train_data", "test_data", " = ", "={", "{", "}", "(", ")", ":", ",", "True", "False", "0", "1", "\n", "\\\n", " "),
            *(
                "'a'",
                '"b"',
                "'",
                '"',
                "\\",
                "r",
                "f",
                "#",
                "'''",
                "[",
                "]",
                "-",
                "\\x",
                "\\d",
                "'a': True,",
                "train_data = {'a': True}\n",
            ),
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.slow
@settings(max_examples=400)
@given(TOKENS | TOKENS.map("train_data = {{{}}}".format) | TOKENS.map("train_data = {{'{}': True}}".format))
def test_what_is_read_is_what_python_would_make_of_it(source: str) -> None:
    reason = None
    rows: tuple[tuple[str, ...], ...] = ()
    try:
        rows = read(source)
    except DatasetError as error:
        reason = error.reason
    if reason is not None:
        assert reason in {"bad_data_py", "empty_file"}
        return
    names = run(source)
    for name, split in data_py.SPLIT_NAMES.items():
        assert names.get(name, {}) == {text: said == "true" for text, said, of in rows if of == split}


@pytest.mark.parametrize(
    "source",
    [
        *(
            "(" * 60_000,
            "train_data = " + "{" * 60_000,
            "train_data = {'a': " + "-" * 60_000 + "1}",
            "not " * 15_000,
            "a." * 30_000,
        ),
        *("train_data = " * 4_000 + "{}", "train_data = {" + "'" * 60_000, "train_data = {" + "'' " * 20_000, "{}" * 30_000),
        *(
            "\\" * 60_000,
            "'''" * 20_000,
            "train_data = {'" + "\\" * 60_001 + "': True}",
            "lambda:" * 8_000,
            "True" + ":True" * 10_000,
        ),
        *("f'{" * 20_000, "x[" * 30_000, "1+" * 30_000, "()" * 30_000, "({" * 9 + "}" * 20),
    ],
)
def test_nothing_within_the_size_allowed_exhausts_pythons_parser(source: str) -> None:
    assert refused(source).reason == "bad_data_py"


def test_the_size_allowed_is_sixty_four_kilobytes_inclusive() -> None:
    source = "train_data = {'很': True}\n"
    exact = source + "#" * (65_536 - len(source.encode()))
    assert read(exact) == (("很", "true", "train"),)
    error = refused(exact + "#")
    assert (error.reason, error.detail) == ("too_large", "65,537 bytes, at most 65,536 for a data.py")


# ---------------------------------------------------------------------- written


@given(st.lists(st.tuples(TEXT, st.booleans(), st.sampled_from(["train", "test"])), max_size=8))
def test_python_itself_makes_the_same_dicts_of_what_is_written(rows: list[tuple[str, bool, str]]) -> None:
    names = run(data_py.write(rows))
    for name, split in data_py.SPLIT_NAMES.items():
        assert names[name] == {text: positive for text, positive, of in rows if of == split}
        assert list(names[name]) == list(dict.fromkeys(text for text, _, of in rows if of == split))


def test_the_guides_sentences_are_written_in_the_guides_form() -> None:
    dataset = presets.guide_dataset()
    written = dataset.to_data_py()
    assert "\ntrain_data = {\n    'good': True,\n" in written
    assert {node.targets[0].id for node in ast.parse(written).body} == {"train_data", "test_data"}  # type: ignore[attr-defined]
    assert [(text, said == "true", split) for text, said, split in read(written)] == [
        (text, label == "positive", split) for text, label, split in dataset.examples
    ]


def test_the_file_says_where_python_would_lose_a_sentence_and_only_there() -> None:
    once = [("a", True, "train"), ("a", True, "test"), ("b", False, "train")]
    assert "more than once" not in data_py.write(once)
    assert "Python itself keeps only the last of equal keys" in data_py.write([*once, ("a", False, "train")])


def test_what_the_form_cannot_say_is_not_written() -> None:
    good = Example("good", "positive", "train")
    for example, reason in ((Example("b", None, "train"), "no_label"), (Example("b", "joy", "test"), "unknown_label")):
        with pytest.raises(DatasetError) as caught:
            Dataset((good, example)).to_data_py()
        assert (caught.value.reason, caught.value.row) == (reason, 2)


def test_what_could_not_be_read_again_is_not_written() -> None:
    def written(length: int) -> str:
        return Dataset((Example("x" * length, "positive", "train"),)).to_data_py()

    most = 65_536 - len(written(0))
    assert len(read(written(most))[0][0]) == most
    with pytest.raises(DatasetError, match=r"too large: 65,537 bytes"):
        written(most + 1)
