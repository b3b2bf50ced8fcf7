"""Markup that pages leave in texts is found and removed, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Dataset
from rnn_core.data.markup import has_markup, without_markup
from rnn_core.data.repairs import repair_for

PIECES = st.sampled_from(
    [
        "good",
        " ",
        "<",
        ">",
        "&",
        ";",
        "<br",
        "/>",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "amp;",
        "&lt;",
        "&#39;",
        "#x27",
        "script",
        "</p >",
    ]
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a fine film.<br /><br />A dull end", "a fine film. A dull end"),
        ("so <b>very</b> good", "so very good"),
        ("good &amp; cheap", "good & cheap"),
        ("he said &quot;fine&quot;, it&#39;s &#x41;", 'he said "fine", it\'s A'),
        ("twice &amp;lt;br&amp;gt; escaped", "twice escaped"),
        ('<p class="x">one</p><p>two</p>', "one two"),
        ('see <a href="https://example.test/?a=1&b=2">this</a>', "see this"),
        ("seen<!-- never seen --> here", "seen here"),
        ("<script>var a = 1 < 2;</script>left", "left"),
        ("good&nbsp;day", "good\xa0day"),
        ("<br>", ""),
    ],
)
def test_a_text_becomes_what_a_reader_of_the_page_saw(text: str, plain: str) -> None:
    assert has_markup(text)
    assert without_markup(text) == plain


@pytest.mark.parametrize(
    "text", ["i <3 you", "1 < 2 and 3 > 2", "R&D; fun", "AT&T", "<good>", "a<b", "&;", "& so on;", "x <- y", "&#;"]
)
def test_signs_that_people_write_are_no_markup(text: str) -> None:
    assert not has_markup(text)
    assert without_markup(text) == text


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
def test_no_markup_is_left_and_a_text_without_any_stays_as_it_is(text: str) -> None:
    plain = without_markup(text)
    assert not has_markup(plain)
    assert without_markup(plain) == plain
    assert has_markup(text) or plain == text


def test_one_repair_rewrites_all_and_removes_what_is_nothing_but_markup() -> None:
    data = Dataset.from_pairs(
        [("so <b>good</b>", 1), ("so bad", 0), ("<br/>", 0), ("good &amp; bad", 0)], [("<i>so good</i>", 1)]
    )
    assert [(fault.kind, fault.row) for fault in data.faults if fault.kind == "markup"] == [("markup", n) for n in (1, 3, 4, 5)]
    repair = repair_for(data, "markup")
    assert repair is not None
    assert (repair.count, repair.removes) == (4, (3,))
    assert [example.text for example in repair.apply(data).examples] == ["so good", "so bad", "good & bad", "so good"]


def test_it_is_no_repair_where_training_would_then_be_blocked() -> None:
    data = Dataset.from_pairs([("so good", 1), ("<br>", 0)])
    assert repair_for(data, "markup") is None
