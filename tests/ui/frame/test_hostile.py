"""Strangers' sentences on every page and in every chart: shown as they are written, and nothing in them acts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnn_core import Dataset, Example, TextRules
from rnn_core.training.findings import Finding
from rnn_core.training.replay import Cause
from tests.ui.visitor import PAGES, Visitor

pytestmark = pytest.mark.usefixtures("unfolded")

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
    *("_italic_", "`code", "\n# heading"),
    *"\u202a\u202b\u202d\u202e\u2066\u2067",
)
"""What would act where Markdown is read, once what is escaped has been cut out."""
ACTING_IN_CHARTS = ("<img", "<script", "<b>bold", "<b>so", "<i>odd", "$\\LaTeX", "$$x", "$z")
"""And where Plotly reads a text."""

ROOMS = {
    "home": [("", "")],
    "guide": [("", "")],
    "challenges": [("", "")],
    "assignments": [("assignments", tab) for tab in ("do", "make", "read")],
    "dataset": [("data-rooms", tab) for tab in ("Import", "Generate", "Find", "Split", "Words", "Charts", "Export")],
    "hyperparameters": [("", "")],
    "training": [("", "")],
    "gradients": [("laboratory", tab) for tab in ("Clipping", "Through time", "Check", "One update", "Compare")],
    "predictions": [
        *(("sentence-rooms", tab) for tab in ("states", "words", "flips")),
        *(("sentence-rooms", tab) for tab in ("pair", "epochs")),
    ],
    "all_sentences": [("all-rooms", tab) for tab in ("list", "map", "file")],
    "step_by_step": [("", "")],
    "sweeps": [("", "")],
}


def acting(visitor: Visitor) -> Iterator[str]:
    """Whatever of a stranger's sentence would act, or flood the page, as it stands."""
    for kind, text in visitor.interpreted():
        yield from (f"{kind}: {text}" for mark in (ACTING_IN_CHARTS if kind == "chart" else ACTING) if mark in text)
        if "x" * 100 in text:
            yield f"{kind}: a word without end among {len(text)} characters"


def hostile() -> Dataset:
    """Every sentence in both splits and with both labels, and test sentences with words that training lacks."""
    rows = [Example("bad", "negative", "train")]
    for text in SENTENCES.values():
        rows += [Example(text, "positive", "train"), Example(f"not {text}"[:10_000], "negative", "train")]
        rows += [Example(text, "negative", "test"), Example(f"bad {text.split()[0][:2_000]} <i>odd</i> $z$", "positive", "test")]
    return Dataset(tuple(rows), TextRules(unknown="skip", strip_punctuation=False, lowercase=False))


@pytest.fixture
def spikes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings that quote sentences: the HTML, and what is written from the right."""
    rows = [2 + 4 * list(SENTENCES).index(name) for name in ("html", "from right to left")]
    figures = {"count": 1, "first": 2, "epoch": 2, "loss": 9.9, "before": 0.1, "latest_epoch": 2, "latest_loss": 9.9}
    monkeypatch.setattr("ui.messages.findings.findings", lambda *_, **__: (Finding("spikes", figures),))
    found = Cause(2, 1, tuple(rows), 0.1, 9.9, 1.0, False, 9.9, 0.0)
    monkeypatch.setattr("rnn_core.training.replay.cause", lambda *_: found)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.slow
def test_strangers_sentences_are_plain_text_on_every_page_and_in_every_chart(visitor: Visitor, spikes: None, page: str) -> None:
    session = visitor.session
    session.workspace.dataset = hostile()
    visitor.settings(epochs=2, hidden_size=3).train()
    more = Example("[x](javascript:y) <img2>", "negative", "test")  # of which nothing is known
    session.workspace.dataset = session.workspace.dataset.with_examples((*session.workspace.dataset.examples, more))
    session.view.sentence = session.view.sample = " ".join(text[:200] for text in SENTENCES.values())
    session.view.charts_as_tables = True
    visitor.open(page)
    if page == "training":
        assert sum("row" in text for text in visitor.infos) == 1
    for key, tab in ROOMS[page]:
        if key:
            visitor.turn_to(tab, key)
        assert not [error for error in visitor.errors if "broke" in error], tab
        assert not visitor.app.exception, tab
        assert list(acting(visitor)) == [], tab
    met = [tab for _, tab in ROOMS[page] if tab]
    assert page == "training" or len(visitor.app.tabs) == len(met), "every tab there is has been met"


@pytest.mark.slow
def test_preview_and_refusals_of_what_is_brought_are_plain_text(visitor: Visitor) -> None:
    visitor.open("dataset")
    for text in SENTENCES.values():
        quoted = text.replace('"', '""')
        for content in (
            f'text,label\n"{quoted}","{quoted}"\nbad,"{quoted[:30]}"\n',
            f'"{quoted}",text,split\ngood,"{quoted}",test\nbad,1,"{quoted}"\n',
            f'text\n"{quoted}" {quoted}\n',
        ):
            visitor.upload(content.encode())
            assert list(acting(visitor)) == []
            assert not [error for error in visitor.errors if "broke" in error]
        assert visitor.errors, "the last one quotes badly"
