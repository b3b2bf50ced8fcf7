"""The report: one HTML file that holds what was typed and what the run shows, needs nothing else, and in which nothing acts."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from rnn_core import Dataset, Example, Experiment, read
from tests.ui.frame.links import dialog
from tests.ui.visitor import Visitor, started
from ui.frame import report, sharing
from ui.language import spoken

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> **b** & "q"'
LABEL = "<img src=x>"


class Parts(HTMLParser):
    """The tags and the text of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def trained(visitor: Visitor, experiment: Experiment) -> Visitor:
    return started(visitor, experiment).until(lambda: visitor.job.ended)


def test_it_holds_hypothesis_settings_two_pictures_the_sentence_and_the_link(visitor: Visitor, small: Experiment) -> None:
    run = trained(visitor, small).job.status()
    reading = read(run.model, "so very good")
    parts = Parts(
        report.write(run, "I expect\na drop.", [{"setting": "Seed", "value": "11"}], "https://example.org/?e=1.a&at=3", reading)
    )
    assert parts.tags.count("svg") == 2
    assert parts.tags.count("polyline") == 4, "train and test of both"
    for text in ("I expect\na drop.", "Seed", "11", "very", f"{reading.confidence:.3f}", "https://example.org/?e=1.a&at=3"):
        assert text in parts.text
    assert ("href", "https://example.org/?e=1.a&at=3") in parts.attributes
    assert not [name for name, _ in parts.attributes if name in ("src", "srcset")], "nothing is fetched"


def test_whatever_is_written_by_strangers_is_only_text_in_it(visitor: Visitor) -> None:
    data = Dataset(
        (Example(f"good {HOSTILE}", LABEL, "train"), Example("bad", "negative", "train"), Example("bad", LABEL, "test"))
    )
    trained(visitor.settings(epochs=3), Experiment(dataset=data).with_model(hidden_size=3).with_training(epochs=3))
    visitor.session.runs.rename(visitor.job, "<b>x</b>")
    run = visitor.job.status()
    reading = read(run.model, f"good {HOSTILE}")
    parts = Parts(report.write(run, HOSTILE, [{"setting": HOSTILE, "value": HOSTILE}], None, reading))
    assert not {"script", "img", "a"} & set(parts.tags)
    assert not [name for name, _ in parts.attributes if name.startswith("on")]
    assert parts.text.count(HOSTILE) >= 3, "as it was written"
    assert "<b>x</b>" in parts.text


@pytest.mark.slow
def test_a_report_without_a_hypothesis_has_no_heading_for_it(visitor: Visitor, small: Experiment) -> None:
    run = trained(visitor, small).job.status()
    assert "Hypothesis" not in Parts(report.write(run, "  ", [], None, None)).text
    assert (
        len(report.write(run, "x" * 9_999, [], None, None))
        < len(report.write(run, "", [], None, None)) + report.MOST_LETTERS + 100
    )


def test_its_link_is_whole_though_the_file_is_written_when_no_page_is_open(
    visitor: Visitor,
    small: Experiment,
    offered_files: dict[str, Callable[[], bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "page_address", lambda: "https://here.example/training")
    dialog(trained(visitor, small))
    monkeypatch.setattr(sharing, "page_address", lambda: "")  # what Streamlit knows then
    assert "https://here.example/training?e=1." in Parts(offered_files["report.html"]().decode()).text


def test_it_is_in_the_language_in_which_it_was_asked_for_though_it_is_written_when_no_page_is_open(
    visitor: Visitor,
    small: Experiment,
    offered_files: dict[str, Callable[[], bytes]],
) -> None:
    trained(visitor, small).session.view.language = "zh"
    dialog(visitor)
    assert spoken() == "en", "whoever asks for the file speaks another language"
    assert ("lang", "zh-Hans") in Parts(offered_files["report.html"]().decode()).attributes
