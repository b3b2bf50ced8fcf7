"""Strangers' sentences on every page and in every chart: shown as they are written, and nothing in them acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rnn_core import Dataset, Example, TextRules
from rnn_core.remarks import Remark

from .visitor import PAGES, Visitor

SENTENCES = {
    "html": "<img src=x onerror=alert(1)> <script>alert(2)</script> <b>bold</b>",
    "spreadsheet": "=1+1 and @SUM(A1)",
    "link": "[link](javascript:alert(1)) ![picture](https://evil.example/x.png) www.evil.example https://evil.example",
    "formula": r"$\LaTeX$ $$x^2$$ \(y\)",
    "icon": ":material/home: :red[red] :smile: :blue-background[x]",
    "markdown": "**bold** # heading _italic_ ~~gone~~ `code` | cell | 1. one",
    "from right to left": "שלום עולם \u202emalicious\u202c مرحبا بالعالم \u2067open",
    "one long word": "x" * 4_000 + "<img" + "y" * 5_996,
    "many words": "<b>so</b> good " * 250,
}
ACTING = (
    *("<img", "<script", "<b>bold", "<b>so", "<i>odd"),
    *("](javascript", "](https", "https://evil", "www.evil"),
    *("$\\LaTeX", "$LaTeX", "$$x", "$z"),
    *(":material/home:", ":red[", ":smile:", ":blue-background["),
    *("**bold", "_italic_", "~~gone", "`code", "\n# heading"),
    *"\u202a\u202b\u202d\u202e\u2066\u2067",
)
"""What would act where Markdown is read, once what is escaped has been cut out."""
ACTING_IN_CHARTS = ("<img", "<script", "<b>bold", "<b>so", "<i>odd", "$\\LaTeX", "$$x", "$z")
"""And where Plotly reads a text."""
LONGEST = 3_000
"""Characters of the longest text of ours that a page reads as Markdown."""

ROOMS = {
    "home": [("", "")],
    "dataset": [("data-rooms", tab) for tab in ("Import", "Generate", "Split", "Words", "Charts", "Export")],
    "hyperparameters": [("", "")],
    "training": [("", "")],
    "gradients": [("laboratory", tab) for tab in ("Norms and clipping", "Through time", "Twins", "Check", "One update")],
    "predictions": [
        *(("sentence-rooms", tab) for tab in ("While it reads", "Which words decided", "What would change its mind")),
        *(("sentence-rooms", tab) for tab in ("Beside another", "Over the epochs")),
        *(("all-rooms", tab) for tab in ("Judged", "Map", "Many at once")),
    ],
}


def acting(visitor: Visitor) -> Iterator[str]:
    """Whatever of a stranger's sentence would act, or flood the page, as it stands."""
    for kind, text in visitor.interpreted():
        yield from (f"{kind}: {text}" for mark in (ACTING_IN_CHARTS if kind == "chart" else ACTING) if mark in text)
        if len(text) > LONGEST:
            yield f"{kind}: {len(text)} characters, {text[:40]}"


def hostile(name: str, unknown: Any = "skip") -> Dataset:
    """The sentence in both splits and with both labels, alone, beside others, and with words that training lacks."""
    text = SENTENCES[name]
    first = text.split()[0]
    return Dataset(
        (
            Example(text, "positive", "train"),
            Example(f"not {first}", "negative", "train"),
            Example(f"{first} not", "positive", "train"),
            Example("bad", "negative", "train"),
            Example(text, "negative", "test"),
            Example(f"{first} {first}{first} <i>odd</i> $z$", "positive", "test"),
            Example("[x](javascript:y) <img2>", "negative", "test"),
        ),
        TextRules(unknown=unknown, strip_punctuation=False, lowercase=False),
    )


@pytest.fixture
def spike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A remark that quotes the sentence of the first row."""
    monkeypatch.setattr("ui.messages.runs.all_remarks", lambda *_, **__: (Remark("spike", 2, 9.9, 1),))


@pytest.mark.parametrize("name", SENTENCES)
def test_a_strangers_sentence_is_plain_text_on_every_page_and_in_every_chart(visitor: Visitor, spike: None, name: str) -> None:
    data = hostile(name)
    repaired = Dataset(data.examples[:-1], data.rules)
    visitor.session.dataset = repaired
    visitor.settings(epochs=2, hidden_size=3).train()
    visitor.session.dataset = data
    visitor.session.sentence = visitor.session.sample = SENTENCES[name][:2_000]
    visitor.session.charts_as_tables = True
    for page in PAGES:
        visitor.open(page)
        for key, tab in ROOMS[page]:
            if key:
                visitor.app.session_state[key] = tab
                visitor.app.run()
            where = f"{page}, {tab}"
            assert not [error for error in visitor.errors if "broke" in error], where
            assert not visitor.app.exception, where
            assert list(acting(visitor)) == [], where


def test_every_tab_there_is_has_been_met(visitor: Visitor) -> None:
    visitor.session.dataset = hostile("html")
    visitor.session.dataset = Dataset(visitor.session.dataset.examples[:-1], visitor.session.dataset.rules)
    visitor.settings(epochs=2, hidden_size=3).train()
    for page, rooms in ROOMS.items():
        visitor.open(page)
        met = [tab for _, tab in rooms if tab]
        assert page == "training" or [tab.label for tab in visitor.app.tabs] == met
    assert set(ROOMS) == set(PAGES)
