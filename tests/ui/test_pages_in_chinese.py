"""Every page and every tab in Chinese: no sentence is left in English, and a change of language loses nothing."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from rnn_core import presets
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import PAGES, ROOT, Visitor, wait_until
from ui.frame import language_switch

pytestmark = pytest.mark.usefixtures("unfolded")

TABS = {
    "dataset": ("data-rooms", ("import", "generate", "find", "split", "words", "charts", "export")),
    "gradients": ("laboratory", ("clipping", "through_time", "check", "update", "compare")),
    "predictions": ("sentence-rooms", ("states", "words", "flips", "pair", "epochs")),
    "all_sentences": ("all-rooms", ("list", "map", "file")),
}
ENGLISH = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}( [a-z]{2,}){2,}")
"""Three words after one another."""


class ChineseVisitor(Visitor):
    """A visitor whose address asks for Chinese."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
        self.app.query_params["lang"] = "zh"
        self.app.run()


@pytest.fixture
def chinese(known_router: None) -> ChineseVisitor:
    return ChineseVisitor()


def data_of(visitor: Visitor) -> list[str]:
    """What is a visitor's own, or a name, in any language; longest first."""
    own = [example.text for example in visitor.session.workspace.dataset.examples]
    names = ["An Introduction to Recurrent Neural Networks for Beginners", visitor.session.view.sample, "not bad or sad"]
    return sorted({*own, *names}, key=len, reverse=True)


def english_left(visitor: Visitor) -> list[str]:
    """Every string on the page that has three English words after one another and is nobody's data."""
    found, data = [], data_of(visitor)
    words = {word for own in data for word in own.lower().split()}
    for kind, text in visitor.interpreted():
        text = re.sub("“[^”]*”|`[^`]*`", "", text)  # quoted words, and commands
        for own in data:
            text = text.replace(own, "")
        if kind in ("code", "latex", "arrow_data_frame"):
            continue
        runs = [match.group() for match in ENGLISH.finditer(text)]
        strange = [run for run in runs if not all(any(known.startswith(w) for known in words) for w in run.lower().split())]
        found += [f"{kind}: {run!r} in {text[:160]!r}" for run in strange]
    return found


def walk(visitor: Visitor) -> list[str]:
    """Open every page and every tab; return what is left in English and what broke."""
    found = []
    for page in PAGES:
        visitor.open(page)
        key, tabs = TABS.get(page, ("", (None,)))
        for tab in tabs:
            if tab is not None:
                visitor.session.view.tabs[key] = tab
                visitor.app.session_state[key] = None
                visitor.app.run()
                assert visitor.session.view.tabs[key] == tab
            found += [f"{page}, {tab}: {line}" for line in english_left(visitor)]
            found += [f"{page}, {tab}: {error.value}" for error in visitor.app.exception]
    return found


def test_nothing_is_left_in_english_before_training(chinese: ChineseVisitor) -> None:
    assert chinese.session.view.language == "zh"
    assert (found := walk(chinese)) == [], "\n".join(found)


def test_nothing_is_left_in_english_after_training(chinese: ChineseVisitor) -> None:
    session = chinese.session
    session.view.charts_as_tables = True
    session.runs.train(presets.guide_corrected().with_training(epochs=30))
    wait_until(lambda: chinese.job.ended)
    assert (found := walk(chinese)) == [], "\n".join(found)


def test_two_visitors_of_one_process_read_two_languages(chinese: ChineseVisitor, visitor: Visitor) -> None:
    english = visitor
    for page in PAGES:
        titles = [visitor.open(page).app.title[0].value for visitor in (english, chinese)]
        assert titles[0].isascii(), page
        assert page == "home" or not titles[1].isascii(), page
    assert english.app.title[0].value == "Sweeps"


def test_a_change_of_language_keeps_page_tab_choices_and_run(visitor: Visitor) -> None:
    session = visitor.session
    session.runs.train(presets.guide_corrected().with_training(epochs=5))
    wait_until(lambda: visitor.job.ended)
    visitor.open("gradients")
    visitor.app.selectbox(key="clipping-of").set_value("W_hh").run()
    before = [example.text for example in session.workspace.dataset.examples]
    visitor.app.button_group(key=language_switch.KEY).set_value("zh").run()
    assert session.view.language == "zh"
    assert visitor.app.title[0].value == "梯度"
    assert visitor.app.selectbox(key="clipping-of").value == "W_hh"
    assert session.view.tabs["laboratory"] == "clipping"
    assert session.runs.shown is not None
    assert session.runs.shown.epoch == 5
    assert [example.text for example in session.workspace.dataset.examples] == before
    visitor.app.button_group(key=language_switch.KEY).set_value("en").run()
    assert visitor.app.title[0].value == "Gradients"


def test_an_edit_of_the_table_survives_a_change_of_language(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={0: {"text": "i am 很好"}})
    visitor.app.button_group(key=language_switch.KEY).set_value("zh").run()
    assert visitor.session.workspace.dataset.examples[0].text == "i am 很好"
    visitor.app.run()
    assert visitor.session.workspace.dataset.examples[0].text == "i am 很好"


def test_a_language_nobody_speaks_here_is_english() -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
    app.query_params["lang"] = "../../etc"
    app.run()
    assert app.session_state["session"].view.language == "en"


def test_the_cookie_counts_before_the_browsers_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    class Context:
        cookies = {language_switch.COOKIE: "zh"}  # noqa: RUF012
        locale = "en-US"

    monkeypatch.setattr("streamlit.context", Context())
    assert language_switch.first() == "zh"
    Context.cookies = {}
    assert language_switch.first() == "en"
    Context.locale = "zh-TW"
    assert language_switch.first() == "zh"


@pytest.mark.slow
def test_nothing_is_left_in_english_of_a_sweep(chinese: ChineseVisitor) -> None:
    base = presets.better_start().with_model(hidden_size=2).with_training(epochs=2)
    choices, rates = Axis.of("clipping", ("none", "value")), Axis.of("learning_rate", (0.1, 0.2))
    for axes in ((rates,), (choices,), (choices, rates)):
        sweep = Sweep(base=base, axes=axes, seeds=2)
        chinese.session.sweeps.opened = Results(sweep.settings, tuple(run_sweep(sweep, Serial())))
        chinese.open("sweeps")
        assert [*english_left(chinese), *(error.value for error in chinese.app.exception)] == []
