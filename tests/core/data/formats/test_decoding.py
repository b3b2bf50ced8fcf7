"""Bytes to text: known encodings are found, guesses are named as such, and what cannot be read is replaced and counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Limits
from rnn_core.data.formats.decoding import ENCODINGS, decode, samples

LIMITS = Limits()
LANGUAGES = [
    ("cp1252", "text,label\na café day,positive\na “dull” day,negative\n"),
    ("cp1252", "text,label\nschöner Tag,1\nböser Tag,0\n"),
    ("cp1252", "Text;Label;Wert\r\nein guter Tag;1;0,85\r\nein trüber Tag;0;0,10\r\nso schön;1;0,7\r\n"),
    ("cp932", "text,label\n良い日,1\n悪い日,0\n"),
    ("cp932", "text,label\nとても良い一日でした,1\n今日は悪い日,0\n"),
    ("cp949", "text,label\n좋은 날,1\n나쁜 날,0\n"),
    ("cp949", "text,label\n이 영화 정말 재미있어요,1\n별로예요,0\n"),
    ("gb18030", "text,label\n这部电影很好看,1\n这部电影不好看,0\n"),
    ("gb18030", "text,label\n很好,1\n很差,0\n"),
    ("big5hkscs", "text,label\n這部電影很好看,1\n這部電影不好看,0\n"),
    ("cp1251", "text,label\nхороший день,1\nплохой день,0\n"),
]


@pytest.mark.parametrize(("encoding", "text"), LANGUAGES)
def test_the_encoding_of_a_few_lines_in_many_languages_is_guessed_and_called_a_guess(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), LIMITS) == (text, encoding, True, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["text,label\na fine day,1\n", "text,label\n这部电影很好看,1\n这部电影不好看,0\n"])
def test_utf_16_without_its_mark_is_guessed(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), LIMITS) == (text, encoding, True, 0)


def test_bytes_that_windows_1252_leaves_undefined_are_the_control_characters_of_their_number() -> None:
    """As WHATWG defines it: old files of tweets hold 81, 8D, 8F, 90 and 9D."""
    source = b"text,label\na caf\xe9 day,positive\na \x93dull\x94 day \x9d,negative\n"
    assert decode(source, LIMITS) == ("text,label\na café day,positive\na “dull” day \x9d,negative\n", "cp1252", True, 0)
    assert decode(b"\x81\x8d\x8f\x90\x9d", LIMITS, "cp1252").text == "\x81\x8d\x8f\x90\x9d"
    assert decode(b"\x98\xff", LIMITS, "cp1251").text == "\x98я"


@given(st.binary().filter(lambda source: b"\0" not in source and not source.startswith(b"PK")))
def test_every_byte_is_something_in_the_encodings_of_one_byte(source: bytes) -> None:
    for encoding in ("cp1252", "cp1251"):
        assert decode(source + b".", LIMITS, encoding).replaced == 0


@given(st.sampled_from(LANGUAGES), st.integers(0, 3))
def test_what_is_asked_for_is_taken_and_a_character_that_is_cut_in_two_is_replaced_and_counted(
    language: tuple[str, str], cut: int
) -> None:
    encoding, text = language
    source = text.rstrip("\n,01").encode(encoding)
    found = decode(source[: len(source) - cut], LIMITS, encoding)
    assert (found.encoding, found.is_guess) == (encoding, False)
    assert found.replaced == found.text.count("\ufffd") <= 1


@pytest.mark.parametrize(
    ("source", "replaced"),
    [
        ("很好，非常满意。".encode()[:-1], 1),
        (("这部电影很好看 " * 10).encode() + b"\xff " + "很好".encode(), 1),
        (("naïve café " * 40).encode() + b"caf\xe9", 1),
    ],
)
def test_utf_8_with_a_few_bytes_that_are_not_is_utf_8_all_the_same(source: bytes, replaced: int) -> None:
    found = decode(source, LIMITS)
    assert (found.encoding, found.is_guess, found.replaced) == ("utf-8", True, replaced)


@pytest.mark.parametrize(("source", "replaced"), [(b"\xff\xfea\0b", 1), (b"\xff\xfe\x00\xd8a\0", 1), (b"\xef\xbb\xbfa\xffb", 1)])
def test_a_file_with_a_byte_order_mark_is_no_guess_even_where_it_is_damaged(source: bytes, replaced: int) -> None:
    found = decode(source, LIMITS)
    assert (found.is_guess, found.replaced) == (False, replaced)


@pytest.mark.parametrize(
    "source", [b"text\na\x1a", b"text\na\n\x1a", b"text\na\x1a\x1a\r\n", b"text\na\n\\.\n", b"text\na\r\n\\."]
)
def test_an_end_of_file_mark_is_no_text(source: bytes) -> None:
    assert decode(source, LIMITS).text.rstrip("\r\n") == "text\na"


@pytest.mark.parametrize("source", [b"a\x1ab", b"so\\.", b"\\. a"])
def test_what_looks_like_an_end_of_file_mark_elsewhere_stays(source: bytes) -> None:
    assert decode(source, LIMITS).text.encode() == source


@pytest.mark.parametrize(("encoding", "text"), LANGUAGES)
def test_a_line_of_preview_for_each_encoding_shows_which_is_right(encoding: str, text: str) -> None:
    found = samples(text.encode(encoding))
    assert tuple(found) == ENCODINGS
    assert found[encoding] == next(line for line in text.split("\n") if not line.isascii()).strip()
    assert "\ufffd" in found["utf-8"]


@given(st.binary(max_size=80))
def test_any_bytes_have_their_lines_of_preview(source: bytes) -> None:
    assert all((len(line) <= 60 and line.isprintable()) or line for line in samples(source).values() if line)
