"""The file of a lesson: what is read from it, and what is refused, with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_core import LessonError, presets
from rnn_core.lessons.checks import Check
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.lesson import Number
from rnn_core.lessons.library import read_library
from rnn_core.lessons.parsing import parse
from tests.core.lessons.evidences import begun, guide, learned

CHAPTER = """---
chapter: 2
experiment: on_the_edge
settings: clipping=none epochs=30 bidirectional=true
figure: loss
act: train
ask: train_accuracy
guess: 0 to 1 by 0.01
done: epochs >= 30
done: prediction of "i am not bad" = positive
---

# A title

First.

[figure]
Second.
[source hidden_state]

[question]
How far?
[answer]
So far.
"""
CHALLENGE = """---
challenge: 1
experiment: guide_corrected
sentences: planted
figure: accuracy
act: set_up
sentence: yours
done: network_right = 0
---
# Find it
Look.
[figure]
[hint]
Here.
[hint]
There.
"""


def test_a_chapter_is_read_whole() -> None:
    lesson = parse(CHAPTER, "a_title.md")
    plan = lesson.plan
    assert (lesson.id, lesson.title, plan.kind, plan.number) == ("a_title", "A title", "chapter", 2)
    assert plan.settings == (("clipping", "none"), ("epochs", 30), ("bidirectional", True))
    assert plan.question is not None
    assert (plan.question.quantity, plan.question.guess) == ("train_accuracy", Number(low=0, high=1, step=0.01))
    assert plan.done == (Check.parse("epochs >= 30"), Check.parse('prediction of "i am not bad" = positive'))
    assert [(part.mark, part.text) for part in lesson.before()] == [
        ("text", "First."),
        ("figure", ""),
        ("text", "Second."),
        ("source", "hidden_state"),
    ]
    assert lesson.only("question") == ("How far?",)
    assert lesson.only("answer") == ("So far.",)


def test_its_experiment_is_the_preset_with_the_settings_on_the_readers_sentences() -> None:
    own = presets.guide_dataset().with_examples(presets.guide_dataset().examples[:40])
    made = parse(CHAPTER, "a.md").plan.experiment_on(own, seed=3)
    expected = presets.on_the_edge(3).with_model(bidirectional=True).with_training(clipping="none", epochs=30)
    assert (made.model, made.training) == (expected.model, expected.training)
    assert made.dataset is own
    assert len(parse(CHALLENGE, "b.md").plan.experiment_on(own).dataset.examples) == 240


def test_a_challenge_has_hints_and_asks_nothing() -> None:
    lesson = parse(CHALLENGE, "b.md")
    assert lesson.only("hint") == ("Here.", "There.")
    assert lesson.plan.asks_sentence
    assert lesson.plan.question is None


def test_of_several_options_the_right_one_has_the_largest_figure() -> None:
    options = "ask: same_bag\noption: not bad / not sad\noption: bad not good / good not bad"
    plan = parse(CHAPTER.replace("ask: train_accuracy\nguess: 0 to 1 by 0.01", options), "a.md").plan
    assert plan.question is not None
    assert plan.question.measure(guide()) == "bad not good / good not bad"
    assert plan.question.figures(guide()) == {"not bad / not sad": 0.0, "bad not good / good not bad": 1.0}


def test_where_no_option_has_a_figure_there_is_no_answer() -> None:
    options = "ask: printed_cosine\noption: W_hh\noption: W_hy"
    plan = parse(CHAPTER.replace("ask: train_accuracy\nguess: 0 to 1 by 0.01", options), "a.md").plan
    assert plan.question is not None
    assert plan.question.measure(Evidence.untrained(presets.gru())) is None


def test_where_values_are_offered_the_right_one_is_the_value() -> None:
    asked = "ask: train_accuracy\nguess: 0 to 1 by 0.01"
    outcome = parse(CHAPTER.replace(asked, "ask: outcome\noption: lost\noption: learned"), "a.md").plan.question
    assert outcome is not None
    assert (outcome.measure(learned()), outcome.measure(begun()), outcome.figures(learned())) == ("learned", None, {})
    label = 'ask: prediction of "not bad"\noption: positive\noption: negative'
    prediction = parse(CHAPTER.replace(asked, label), "a.md").plan.question
    assert prediction is not None
    assert prediction.measure(learned()) == "positive"


@pytest.mark.parametrize(("old", "new", "reason", "line"), [
    ("---\nchapter", "chapter", "no_front_matter", 1),
    ("\n---\n\n#", "\n\n#", "no_front_matter", 1),
    ("act: train", "act train", "bad_line", 6),
    ("act: train", "color: red", "unknown_key", 6),
    ("act: train", "act: train\nact: train", "repeated_key", 7),
    ("act: train\n", "", "missing_key", 0),
    ("chapter: 2", "chapter: 0", "bad_value", 2),
    ("chapter: 2", "chapter: two", "bad_value", 2),
    ("chapter: 2", "chapter: 2\nchallenge: 2", "missing_key", 0),
    ("on_the_edge", "nowhere", "bad_value", 3),
    ("clipping=none", "clipping=maybe", "bad_value", 4),
    ("clipping=none", "color=red", "bad_value", 4),
    ("clipping=none", "cell=gru recurrent_gradient=printed", "bad_value", 4),
    ("figure: loss", "figure: cat", "bad_value", 5),
    ("act: train", "act: dance", "bad_value", 6),
    ("ask: train_accuracy", "ask: happiness", "bad_value", 7),
    ("ask: train_accuracy\n", "", "missing_key", 7),
    ("guess: 0 to 1 by 0.01", "guess: 1 to 0 by 0.01", "bad_value", 8),
    ("guess: 0 to 1 by 0.01", "guess: 0 to 1 by 2", "bad_value", 8),
    ("guess: 0 to 1 by 0.01", "guess: 0 to x by 1", "bad_value", 8),
    ("guess: 0 to 1 by 0.01\n", "", "missing_key", 7),
    ("guess: 0 to 1 by 0.01", "option: W_hh", "bad_value", 7),
    ("ask: train_accuracy", "ask: outcome", "bad_value", 7),
    ("ask: train_accuracy\nguess: 0 to 1 by 0.01", "ask: outcome\noption: lost\noption: found", "bad_value", 7),
    ("ask: train_accuracy\nguess: 0 to 1 by 0.01", 'ask: outcome of "good"\noption: lost\noption: learned', "bad_value", 7),
    ("epochs >= 30", "epochs => 30", "bad_value", 9),
    ("done: epochs >= 30", "done: answered", "bad_value", 9),
    ("# A title", "A title", "no_title", 12),
    ("[figure]", "", "missing_mark", 0),
    ("[figure]", "[figure]\n[figure]", "missing_mark", 0),
    ("[answer]", "", "missing_mark", 0),
    ("[figure]", "[picture]", "unknown_mark", 17),
    ("[source hidden_state]", "[source secret]", "unknown_mark", 19),
    ("How far?", "[figure]", "misplaced_mark", 22),
])  # fmt: skip
def test_a_mistake_is_named_with_its_line(old: str, new: str, reason: str, line: int) -> None:
    assert old in CHAPTER
    with pytest.raises(LessonError) as caught:
        parse(CHAPTER.replace(old, new, 1), "a.md")
    assert (caught.value.reason, caught.value.line, caught.value.file) == (reason, line, "a.md")


def test_a_challenge_without_a_hint_or_with_a_question_is_refused() -> None:
    for text in (CHALLENGE.replace("[hint]", ""), CHALLENGE.replace("done:", "ask: epochs\nguess: 0 to 9 by 1\ndone:")):
        with pytest.raises(LessonError):
            parse(text, "b.md")


def shelf(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        language, stem = name.split("_", 1)
        (folder / language).mkdir(exist_ok=True)
        (folder / language / f"{stem}.md").write_text(text, encoding="utf-8")
    return folder


def test_the_library_has_chapters_first_in_every_language(tmp_path: Path) -> None:
    chapter = CHAPTER.replace("chapter: 2", "chapter: 1")
    folder = shelf(tmp_path, en_b=CHALLENGE, en_a=chapter, zh_b=CHALLENGE, zh_a=chapter.replace("First.", "第一。"))
    library = read_library(folder, ("en", "zh"))
    assert {language: [lesson.id for lesson in lessons] for language, lessons in library.items()} == {
        "en": ["a", "b"],
        "zh": ["a", "b"],
    }


@pytest.mark.parametrize(("files", "reason"), [
    ({"en_a": "1", "zh_b": "1"}, "missing_language"),
    ({"en_a": "1", "zh_a": "loss"}, "other_front_matter"),
    ({"en_a": "2", "zh_a": "2"}, "bad_value"),
    ({"en_a": "1", "zh_a": "1", "en_b": "1", "zh_b": "1"}, "bad_value"),
    ({"en_a7": "1", "zh_a7": "1"}, "file_name"),
])  # fmt: skip
def test_a_library_in_which_the_languages_differ_or_a_number_is_wrong_is_refused(
    files: dict[str, str], reason: str, tmp_path: Path
) -> None:
    first = CHAPTER.replace("chapter: 2", "chapter: 1")
    kinds = {"1": first, "2": CHAPTER, "loss": first.replace("figure: loss", "figure: accuracy")}
    folder = shelf(tmp_path, **{name: kinds[kind] for name, kind in files.items()})
    with pytest.raises(LessonError) as caught:
        read_library(folder, ("en", "zh"))
    assert caught.value.reason == reason
