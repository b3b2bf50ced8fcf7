"""Making sentences, drawing a split, choosing the text rules, and taking the sentences away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from rnn_core import Dataset, Example, Limits, TextRules, presets
from rnn_core.data.splits import draw
from rnn_core.data.templates import ByOrder, LongMemory, Making, Templates
from tests.ui.visitor import Visitor, serve

GUIDE = presets.guide_dataset()


@pytest.fixture
def room(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


# ---------------------------------------------------------------------- generators

MADE: dict[str, tuple[str, dict[str, Any], Making]] = {
    "templates": (
        "like_guide",
        {"Sentences": 60, "Seed": 3, "Negation depth": 1, "Subjects": False},
        Templates(count=60, seed=3, negation_depth=1, subjects=False),
    ),
    "by order": (
        "by_order",
        {"Sentences": 50, "Test fraction": 0.5},
        ByOrder(count=50, test_share=0.5),
    ),
    "long memory": (
        "long_memory",
        {"Sentences": 50, "Fewest words after the first": 10, "Most words after the first": 12},
        LongMemory(count=50, shortest=10, longest=12),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MADE)
def test_what_a_generator_makes_is_seen_and_taken_over(room: Visitor, kind: str) -> None:
    name, settings, making = MADE[kind]
    room.room("Generate").choose("Kind of sentences", name)
    for label, value in settings.items():
        room.choose(label, value)
    made = making.dataset()
    (table,) = room.tables("text")
    assert list(table["text"]) == [example.text for example in made.examples]
    assert room.session.workspace.dataset == GUIDE
    room.press(f"Replace the sentences with these {making.count}")
    assert room.session.workspace.dataset == made
    assert not room.errors
    room.press("Undo")
    assert room.session.workspace.dataset == GUIDE


def test_sentences_are_made_once_however_often_the_page_is_drawn(room: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    make = Templates.dataset

    def counted(making: Templates) -> Dataset:
        made.append(making)
        return make(making)

    monkeypatch.setattr(Templates, "dataset", counted)
    room.room("Generate")
    room.app.run()
    room.room("Words").room("Generate")
    assert made == [Templates()]


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("like_guide", {"Sentences": 49}, "Sentences cannot be 49. It must be a whole number from 50 to 5,000."),
        ("like_guide", {"Sentences": 6_000}, "Sentences cannot be 6000."),
        ("like_guide", {"Test fraction": 0.6}, "Test fraction cannot be 0.6."),
        ("like_guide", {"Seed": -1}, "Seed cannot be -1."),
        (
            "like_guide",
            {"Adjectives per label": 1},
            "Sentences cannot be 500. These settings give at most 336 different sentences.",
        ),
        ("by_order", {"Sentences": 51}, "Sentences cannot be 51. It must be even, because sentences come in pairs."),
        (
            "long_memory",
            {"Fewest words after the first": 70},
            "Fewest words after the first cannot be 70. It must be at most the longest, 60.",
        ),
    ],
)  # fmt: skip
def test_settings_of_which_nothing_can_be_made_are_told(room: Visitor, name: str, settings: dict[str, Any], said: str) -> None:
    room.room("Generate").choose("Kind of sentences", name)
    for label, value in settings.items():
        room.choose(label, value)
    (error,) = room.errors
    assert error.startswith(said)
    assert not room.tables("text")
    assert not [label for label in room.buttons if label.startswith("Replace the")]
    assert room.session.workspace.dataset == GUIDE


@pytest.mark.slow
def test_settings_that_only_fit_together_can_be_entered_in_any_order(room: Visitor) -> None:
    """A refused value must not take away the field that would make it possible."""
    room.room("Generate").choose("Kind of sentences", "long_memory").choose("Sentences", 50)
    room.choose("Fewest words after the first", 70)
    assert room.errors
    room.choose("Most words after the first", 80)
    assert not room.errors
    (table,) = room.tables("text")
    assert {len(text.split()) for text in table["text"]} <= set(range(71, 82))
    room.choose("Kind of sentences", "like_guide").choose("Adjectives per label", 1)
    assert room.errors
    room.choose("Sentences", 50)
    assert not room.errors


def test_on_a_hosted_machine_sentences_that_would_be_too_long_are_not_even_made(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(visitor.session, limits=Limits.hosted())
    visitor.open("dataset").room("Generate").choose("Kind of sentences", "long_memory").choose("Sentences", 50)
    monkeypatch.setattr(LongMemory, "dataset", lambda making: pytest.fail("they were made"))
    visitor.choose("Most words after the first", 64)
    assert visitor.errors == ["The longest sentence has 65 words. This server allows 64."]
    assert not visitor.tables("text")


# ---------------------------------------------------------------------- a split


@pytest.mark.parametrize(("share", "seed", "stratified"), [(0.25, 0, True), (0.4, 7, False), (0.0, 1, True)])
def test_a_split_is_drawn_as_asked(room: Visitor, share: float, seed: int, stratified: bool) -> None:
    room.room("Split").choose("Test fraction", share).choose("Seed", seed)
    room.choose("Same fraction of each label", stratified).press("Draw the split")
    assert room.session.workspace.dataset == draw(GUIDE, share, seed, stratified)
    assert len(room.session.workspace.dataset.rows("test")) == pytest.approx(78 * share, abs=2)
    assert list(room.app.data_editor[0].value["split"]) == [e.split for e in room.session.workspace.dataset.examples]
    room.press("Undo")
    assert room.session.workspace.dataset == GUIDE


def test_a_stratified_split_keeps_the_share_of_each_label(visitor: Visitor) -> None:
    """Forty of one label and eight of the other."""
    rows = [(f"good {i}", True) for i in range(40)] + [(f"bad {i}", False) for i in range(8)]
    visitor.session.workspace.replace_dataset(Dataset.from_pairs(rows))
    visitor.open("dataset").room("Split").press("Draw the split")
    tested = Counter(e.label for e in visitor.session.workspace.dataset.examples if e.split == "test")
    assert tested == {"positive": 10, "negative": 2}


def test_too_few_sentences_to_split_are_told_and_stay(visitor: Visitor) -> None:
    few = Dataset.from_pairs([("good", True), ("bad", False)])
    visitor.session.workspace.replace_dataset(few)
    visitor.open("dataset").room("Split").press("Draw the split")
    assert (
        "With so few sentences (2), this fraction leaves none for the test. Use a larger fraction, or add sentences."
        in visitor.errors
    )
    assert visitor.session.workspace.dataset == few


# ---------------------------------------------------------------------- text rules


def shown(visitor: Visitor) -> dict[str, str]:
    """What is said of the sample: heading -> words."""
    lines = [text.split(":** ", 1) for text in visitor.markdown if ":** " in text and "what you" not in text.lower()]
    return {heading.removeprefix("**"): words for heading, words in lines}


def sample(visitor: Visitor, text: str) -> Visitor:
    visitor.app.text_area(key="sample").set_value(text).run()
    return visitor


def test_the_rules_are_shown_on_a_sample_as_they_are_chosen(room: Visitor) -> None:
    room.room("Words")
    assert shown(room)["7 words"] == "this · was · not · at · all · bad · earlier"
    assert "All of them occur in training." in room.markdown
    room.choose("Lowercase", False)
    assert shown(room)["7 words"] == "This · was · not · at · all · BAD · earlier"
    assert shown(room)["Not in the vocabulary"] == "This · BAD"
    room.choose("Remove punctuation", False)
    assert shown(room)["7 words"] == "This · was · not · at · all · BAD, · earlier!"
    room.choose("Tokenization", "wordpunct")
    assert shown(room)["9 words"] == "This · was · not · at · all · BAD · , · earlier · !"
    sample(room, "so good :-) #happy @you").choose("Tokenization", "tweet").choose("Lowercase", True)
    assert shown(room)["5 words"] == "so · good · :-) · #happy · @you"
    assert room.session.workspace.dataset.rules == TextRules(strip_punctuation=False, splitting="tweet")


def test_changed_rules_are_the_datasets_and_a_step_to_undo(room: Visitor) -> None:
    room.room("Words").choose("Tokenization", "characters")
    assert room.session.workspace.dataset == Dataset(GUIDE.examples, TextRules(splitting="characters"))
    assert (
        room.markdown[0]
        == f"58 training and 20 test sentences, vocabulary of {len(room.session.workspace.dataset.vocabulary)} words."
    )
    room.press("Undo")
    assert room.session.workspace.dataset == GUIDE
    assert room.choices["Tokenization"] == "split at spaces"


def test_chinese_is_read_character_by_character(visitor: Visitor) -> None:
    data = Dataset.from_pairs([("这部电影很好", True), ("这部电影不好", False)], rules=TextRules(splitting="characters"))
    visitor.session.workspace.replace_dataset(data)
    sample(visitor.open("dataset").room("Words"), "电影很无聊。")
    assert shown(visitor)["5 words"] == "电 · 影 · 很 · 无 · 聊"
    assert shown(visitor)["Not in the vocabulary"] == "无 · 聊"


def test_what_the_network_would_read_of_unknown_words_is_shown(room: Visitor) -> None:
    sample(room.room("Words"), "i am terribly glad now")
    assert shown(room)["Not in the vocabulary"] == "terribly · glad"
    assert "Read as" not in shown(room)
    assert "A sentence with an unknown word is refused. To skip or replace such words, change “Unknown words”." in room.markdown
    room.choose("Unknown words", "skip")
    assert shown(room)["Read as"] == "i · am · now"
    room.choose("Unknown words", "replace")
    assert shown(room)["Read as"] == "i · am · <unk> · <unk> · now"
    sample(room, "terribly glad").choose("Unknown words", "skip")
    assert shown(room)["Read as"] == "nothing"


def test_words_that_training_has_too_seldom_are_replaced_too(room: Visitor) -> None:
    room.room("Words").choose("Unknown words", "replace")
    counts = Counter(word for i in GUIDE.rows("train") for word in GUIDE.words[i])
    rare = min(counts.values())
    room.choose("Minimum count", rare + 1)
    assert room.session.workspace.dataset.rules == TextRules(unknown="replace", min_count=rare + 1)
    seldom = next(word for word, count in counts.items() if count == rare)
    often = max(counts, key=lambda word: counts[word])
    sample(room, f"{seldom} {often}")
    assert shown(room)["Read as"] == f"<unk> · {often}"
    too_rare = sorted(word for word, count in counts.items() if count <= rare)
    assert shown(room)["Too rare in training, so read as <unk>"] == " · ".join(too_rare)


@pytest.mark.parametrize("value", [1, 0, 1_001])
def test_a_minimum_that_cannot_be_is_told_and_changes_nothing(room: Visitor, value: int) -> None:
    room.room("Words").choose("Unknown words", "replace")
    kept = room.session.workspace.dataset
    room.choose("Minimum count", value)
    assert room.errors == [f"Minimum count cannot be {value}. It must be a whole number from 2 to 1,000."]
    assert room.session.workspace.dataset == kept
    room.choose("Tokenization", "characters")
    assert room.session.workspace.dataset.rules == replace(kept.rules, splitting="characters")


def test_what_is_done_to_the_sample_before_it_is_split_is_said(room: Visitor) -> None:
    sample(room.room("Words"), "i don\u2019t\u200b know, \uff27ood <br/>")
    (said,) = [text for text in room.captions if text.startswith("Before words are separated")]
    assert "curly apostrophes become ' (1)" in said
    assert "full-width letters and digits become normal ones (1)" in said
    assert "invisible characters are removed (1)" in said
    assert "capital letters become lowercase" in said
    assert "Without them: “i don\u2019t\u200b know, \uff27ood”" in said
    sample(room, "i know")
    assert not [text for text in room.captions if text.startswith("Before words are separated")]


def test_a_sample_without_a_word_says_so_and_a_long_one_is_cut_short(room: Visitor) -> None:
    sample(room.room("Words"), "... !")
    assert "There are no words in it." in room.markdown
    sample(room, " ".join(f"w{i}" for i in range(1_000)))
    assert shown(room)["1,000 words"].endswith("w59 · … and 940 more")


def test_the_sample_is_kept_over_other_pages_and_bounded_as_sentences_are(visitor: Visitor) -> None:
    serve(visitor.session, limits=Limits.hosted())
    sample(visitor.open("dataset").room("Words"), "so glad").open("home").open("dataset").room("Words")
    area = visitor.app.text_area(key="sample")
    assert (area.value, area.proto.max_chars) == ("so glad", 2_000)


def test_what_training_reads_under_the_rules_is_what_the_network_learns(room: Visitor) -> None:
    """Unknown words of the test and of a question are read as the data room shows them."""
    data = Dataset.from_pairs([("good good", True), ("bad bad", False), ("odd", True)], [("good mystery", True)])
    room.session.workspace.replace_dataset(data)
    room.open("dataset").room("Words").choose("Unknown words", "replace")
    room.settings(epochs=2).train()
    model = room.job.status().model
    assert model.tokens("good mystery").read == ("good", "<unk>")
    assert list(model.vocabulary) == ["<unk>", "bad", "good"]


# ---------------------------------------------------------------------- taken away

AWKWARD = Dataset(
    (
        Example('so, "good"', "positive", "train"),
        Example("=1+1", "negative", "train"),
        Example(" two\nlines\tand a tab ", "positive", "test"),
        Example("好 \u202eabc 😀 '''", "negative", "test"),
        Example("<img src=x onerror=alert(1)>", "positive", "train"),
    ),
    TextRules(lowercase=False),
)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, bytes]]:
    """What the download buttons hand out: label -> (name, content)."""
    files: dict[str, tuple[str, bytes]] = {}
    button = st.download_button

    def kept(label: str, data: Callable[[], bytes] | bytes, file_name: str, **others: Any) -> bool:
        files[label] = (file_name, data() if callable(data) else data)
        return button(label, data, file_name, **others)

    monkeypatch.setattr(st, "download_button", kept)
    return files


@pytest.mark.parametrize("data", [GUIDE, AWKWARD], ids=["guide", "awkward"])
@pytest.mark.parametrize("form", ["CSV", "CSV for Excel", "JSON Lines", "data.py"])
@pytest.mark.slow
def test_what_is_exported_comes_back_as_the_same_dataset(
    visitor: Visitor, taken: dict[str, tuple[str, bytes]], data: Dataset, form: str
) -> None:
    """A data.py has the training sentences first, as the guide's has."""
    visitor.session.workspace.replace_dataset(data)
    visitor.open("dataset").room("Export")
    assert list(taken) == ["Download as CSV", "Download as CSV for Excel", "Download as JSON Lines", "Download as data.py"]
    name, content = taken[f"Download as {form}"]
    visitor.press("Reset to the guide's sentences").room("Import").upload(content, name)
    visitor.session.workspace.dataset = replace(GUIDE, rules=data.rules)
    visitor.app.run()
    visitor.press(f"Replace the sentences with these {len(data.examples)}")
    expected = data.examples
    if form == "data.py":
        expected = tuple(sorted(expected, key=lambda example: example.split == "test"))
    assert visitor.session.workspace.dataset == Dataset(expected, data.rules)


def test_a_csv_is_verbatim_and_the_page_says_what_a_spreadsheet_may_do(
    visitor: Visitor, taken: dict[str, tuple[str, bytes]]
) -> None:
    visitor.session.workspace.replace_dataset(AWKWARD)
    visitor.open("dataset").room("Export")
    assert b"\r\n=1+1,negative,train\r\n" in taken["Download as CSV"][1]
    assert any("A spreadsheet may run a cell that starts with =, +, - or @ as a formula" in text for text in visitor.captions)


def test_sentences_that_no_data_py_can_hold_are_told_and_the_other_forms_stay(
    visitor: Visitor, taken: dict[str, tuple[str, bytes]]
) -> None:
    visitor.session.workspace.replace_dataset(Dataset((*GUIDE.examples, Example("so", None, "train"))))
    visitor.open("dataset").room("Export")
    assert list(taken) == ["Download as CSV", "Download as CSV for Excel", "Download as JSON Lines"]
    assert (
        "These sentences cannot be written as data.py. Row 79 has no label. Add one." in visitor.captions
    )  # fmt: skip
    taken.clear()
    visitor.session.workspace.replace_dataset(Dataset(tuple(Example("a" * 9_000, "positive", "train") for _ in range(8))))
    visitor.open("dataset").room("Export")
    assert list(taken) == ["Download as CSV", "Download as CSV for Excel", "Download as JSON Lines"]
    assert any("This is too large: " in text for text in visitor.captions)
