"""Files as people have them, from the import to the pages that show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rnn_core import Dataset, Experiment, ModelConfig, TrainingConfig
from rnn_core.explanation import Evaluation
from tests.ui.visitor import Visitor
from ui.predictions import flips

THREE = [("so glad", "joy"), ("so cross", "anger"), ("so low", "sadness")]


@pytest.fixture
def room(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


def preview(visitor: Visitor) -> list[tuple[str, str | None]]:
    data = visitor.session.inbox.preview
    assert data is not None, visitor.errors
    return [(example.text, example.label) for example in data.examples]


def take(visitor: Visitor) -> Visitor:
    (button,) = [label for label in visitor.buttons if label.startswith(("Replace the sentences with", "Add "))]
    return visitor.press(button)


@pytest.mark.parametrize(
    ("name", "content", "pairs"),
    [
        (
            "export.csv",
            'text,label\n"he said \\"fine, thanks\\"",positive\n"a dull day",negative\n',
            [('he said "fine, thanks"', "positive"), ("a dull day", "negative")],
        ),
        ("a.csv", "text,label\nnull,1\nNA,0\nNone,1\n", [("null", "positive"), ("NA", "negative"), ("None", "positive")]),
        (
            "df.json",
            '{"text":{"0":"a fine day","1":"a dull day"},"label":{"0":1,"1":0}}',
            [("a fine day", "positive"), ("a dull day", "negative")],
        ),
        (
            "train.txt",
            "i feel fine today;joy\ni feel low today;sadness\n" * 4,
            [("i feel fine today", "joy"), ("i feel low today", "sadness")] * 4,
        ),
        (
            "all.jsonl",
            '{"text": "Slow desk.", "labels": ["negative"]}\n{"text": "A fine shop.", "labels": ["positive"]}\n',
            [("Slow desk.", "negative"), ("A fine shop.", "positive")],
        ),
        ("wps.csv", "text,label\n好,１\n坏,０\n", [("好", "positive"), ("坏", "negative")]),
    ],
)
def test_a_file_is_read_as_its_owner_would(room: Visitor, name: str, content: str, pairs: list[tuple[str, str]]) -> None:
    assert preview(room.upload(content.encode(), name)) == pairs


def test_a_file_for_each_label_is_brought_one_after_the_other(room: Visitor) -> None:
    take(room.upload("真的很好\n非常满意\n".encode(), "pos.txt").choose("Label of all rows", "positive"))
    room.upload("真的很差\n非常失望\n".encode(), "neg.txt").choose("Label of all rows", "negative")
    take(room.choose("Existing sentences", "add"))
    assert [example.label for example in room.session.workspace.dataset.examples] == ["positive"] * 2 + ["negative"] * 2


def test_three_labels_go_out_and_come_in_again(visitor: Visitor) -> None:
    data = Dataset.from_pairs(THREE)
    visitor.session.accept(Experiment(dataset=data, model=ModelConfig(hidden_size=4), training=TrainingConfig(epochs=2)))
    visitor.open("dataset")
    assert len({trace["marker"]["color"] for trace in visitor.charts["balance"]["data"]}) == 3
    assert preview(visitor.upload(data.to_csv().encode(), "sentences.csv")) == THREE


def counting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[str]:
    """Return a list that grows with each call of a function."""
    calls: list[str] = []
    work: Callable[..., Any] = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return work(*args, **kwargs)

    monkeypatch.setattr(owner, name, counted)
    return calls


@pytest.mark.slow
def test_with_many_words_and_the_default_network_nothing_is_worked_out_again_at_a_click(
    room: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(" ".join(f"w{10 * i + j}" for j in range(10)) + f",{i % 2},train\n" for i in range(300))
    take(room.upload(f"text,label,split\n{rows}w1 w2 w3,1,test\nw4 w5 w6,0,test\n".encode(), "many-words.csv"))
    room.settings(epochs=1, hidden_size=64).train()
    searched = counting(monkeypatch, flips, "find_flips")
    judged = counting(monkeypatch, Evaluation, "of")
    room.open("predictions").ask("w1 w2 w3").turn_to("flips")
    room.app.run()
    room.app.run()
    room.open("all_sentences").app.run()
    assert (len(searched), len(judged)) == (1, 1)


@pytest.mark.slow
def test_the_map_of_a_file_that_is_sorted_by_label_shows_every_label(room: Visitor) -> None:
    rows = "".join(f"{word} day {i % 40},{label}\n" for word, label in (("bad", 0), ("good", 1)) for i in range(700))
    take(room.upload(f"text,label\n{rows}".encode(), "sorted.csv"))
    room.settings(epochs=1).train().open("all_sentences").turn_to("map", "all-rooms")
    assert {"positive", "negative"} <= set(room.chart("map-sentences"))
