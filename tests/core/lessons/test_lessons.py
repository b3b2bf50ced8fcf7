"""The shipped lessons: nine chapters and ten challenges in both languages, which agree in everything but the words."""

from __future__ import annotations

import re

import pytest

from rnn_core import Experiment, presets
from rnn_core.lessons.lesson import Lesson
from rnn_core.lessons.quantities import QUANTITIES
from tests.core.lessons.texts import LANGUAGES, lesson, numbers, prose, shipped
from tests.sources import ROOT

BOTH = [pytest.param(language, one, id=f"{language}-{one.id}") for language in LANGUAGES for one in shipped()[language]]
IDS = [one.id for one in shipped()["en"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_nine_chapters_and_ten_challenges(language: str) -> None:
    kinds = [(one.plan.kind, one.plan.number) for one in shipped()[language]]
    assert kinds == [("chapter", n) for n in range(1, 10)] + [("challenge", n) for n in range(1, 11)]
    assert len({one.title for one in shipped()[language]}) == 19


@pytest.mark.parametrize("name", IDS)
def test_both_languages_show_the_same_in_the_same_order_and_have_the_same_numbers(name: str) -> None:
    english, chinese = lesson(name), lesson(name, "zh")
    marks = [[(part.mark, part.text if part.mark == "source" else "") for part in one.parts] for one in (english, chinese)]
    assert marks[0] == marks[1]
    assert numbers(english) == numbers(chinese)


@pytest.mark.parametrize("name", IDS)
def test_both_languages_have_the_same_formulas_code_and_quoted_sentences(name: str) -> None:
    def quoted(one: Lesson) -> list[list[str]]:
        text = "\n".join(part.text for part in one.parts)
        return [sorted(set(re.findall(pattern, text))) for pattern in (r"\$\$[^$]+\$\$", r"`[^`]+`")]

    assert quoted(lesson(name)) == quoted(lesson(name, "zh"))


@pytest.mark.parametrize("name", IDS)
def test_every_lesson_can_be_trained_on_the_guides_sentences(name: str) -> None:
    assert isinstance(lesson(name).plan.experiment_on(presets.guide_dataset()), Experiment)


@pytest.mark.parametrize(("language", "one"), BOTH)
def test_a_chapter_takes_five_minutes_and_a_challenge_three(language: str, one: Lesson) -> None:
    """At 100 English words or 250 Chinese characters a minute, which leaves time for the formulas."""
    text = prose(one)
    size = len(text.split()) / 100 if language == "en" else len(re.findall(r"[\u4e00-\u9fff]", text)) / 250
    assert size <= (5 if one.plan.kind == "chapter" else 3), size


@pytest.mark.parametrize("one", shipped()["zh"], ids=lambda one: one.id)
def test_chinese_has_its_own_punctuation_and_bold_that_closes(one: Lesson) -> None:
    text = prose(one)
    assert re.findall(r"[\u4e00-\u9fff][,;?!](?!\w)", text) == []
    for line in text.splitlines():
        parts = line.split("**")
        assert len(parts) % 2, line
        for bold, after in zip(parts[1::2], parts[2::2], strict=False):
            assert not (re.search(r"[。：？！，；）”]$", bold) and re.match(r"\w", after)), line


@pytest.mark.parametrize("one", shipped()["en"], ids=lambda one: one.id)
def test_english_is_plain_text_without_html_and_links(one: Lesson) -> None:
    assert not re.search(r"</?[a-z]+>(?<!<unk>)|https?:", re.sub(r"`[^`]*`", "", "\n".join(part.text for part in one.parts)))


def test_only_files_of_lessons_are_in_their_folders() -> None:
    files = {path.relative_to(ROOT / "lessons").as_posix() for path in (ROOT / "lessons").rglob("*") if path.is_file()}
    ready_made = {f"{language}/assignments/{name}.json" for language in LANGUAGES for name in ("clipping", "slip")}
    assert files == {f"{language}/{name}.md" for language in LANGUAGES for name in IDS} | ready_made


def test_a_challenge_is_judged_by_a_figure_that_its_start_does_not_meet_without_training() -> None:
    from rnn_core.lessons.evidence import Evidence

    for one in shipped()["en"]:
        if one.plan.kind == "challenge":
            start = Evidence.untrained(one.plan.experiment_on(presets.guide_dataset()), "i am good")
            assert one.plan.done, one.id
            assert not all(result.met for result in one.plan.judge(start)), one.id
            assert all(check.quantity in QUANTITIES for check in one.plan.done)
