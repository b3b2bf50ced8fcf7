"""Lessons in words: figures and what is needed of them, guesses and answers, and how many lessons are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnn_core.lessons.checks import Check, Comparison, Result
from rnn_core.lessons.lesson import Lesson, LessonKind, Question
from rnn_core.lessons.notebook import Notebook
from rnn_core.lessons.quantities import QUANTITIES, Kind, Value
from ui.language import Texts, gettext, mark, number, percent
from ui.messages.formatting import joined, plain, scientific

NOTHING = "–"
SIGNS: Mapping[Comparison, str] = {"<": "<", "<=": "≤", "=": "=", ">=": "≥", ">": ">"}
FIGURES = Texts(
    {
        "train_accuracy": mark("Training accuracy, last epoch"),
        "test_accuracy": mark("Test accuracy, last epoch"),
        "train_loss": mark("Training loss, last epoch"),
        "test_loss": mark("Test loss, last epoch"),
        "epochs": mark("Epochs trained"),
        "first_perfect_epoch": mark("First epoch at 100%"),
        "plateau_epochs": mark("Epochs on the plateau"),
        "outcome": mark("How far the run came"),
        "largest_norm": mark("Largest gradient norm"),
        "updates_clipped": mark("Share of updates clipped"),
        "updates": mark("Updates of the whole training"),
        "learning_rate": mark("Lowest learning rate used"),
        "hidden_units": mark("Hidden units"),
        "parameters": mark("Parameters"),
        "vocabulary": mark("Words in the vocabulary"),
        "shortest_sentence": mark("Words in the shortest sentence"),
        "added_sentences": mark("Added training sentences"),
        "planted_faults": mark("Wrong or missing sentences"),
        "baseline_train_accuracy": mark("Training accuracy of the bag of words"),
        "baseline_test_accuracy": mark("Test accuracy of the bag of words"),
        "unseen_double_negations": mark("New double negations right"),
        "prediction": mark("Prediction"),
        "probability_positive": mark("Probability of the label positive"),
        "network_right": mark("The network is right"),
        "baseline_right": mark("The bag of words is right"),
        "trained_on": mark("Trained on"),
        "same_bag": mark("Same bag of words"),
        "printed_cosine": mark("Cosine of the printed and the numerical gradient"),
    }
)
OUTCOMES = Texts(
    {
        "learned": mark("It learns most of the sentences"),
        "partly": mark("It learns a few of the sentences"),
        "lost": mark("The loss moves, but in the end the network only guesses"),
        "plateau": mark("The loss does not move, the network only guesses"),
    }
)
CHECK_COLUMNS = Texts({"figure": mark("Figure"), "needed": mark("Needed"), "reached": mark("Reached"), "met": mark("Met")})
NOTE_COLUMNS = Texts(
    {
        "lesson": mark("Lesson"),
        "guess": mark("Guess"),
        "measured": mark("Measured"),
        "reached": mark("Reached"),
        "done": mark("Done"),
    }
)


def value(kind: Kind, found: Value) -> str:
    """A figure as it is written for its kind; a dash for none."""
    if found is None:
        return NOTHING
    if isinstance(found, str):
        return OUTCOMES[found] if kind == "outcome" and found in OUTCOMES else found
    match kind:
        case "share":
            return percent(found)
        case "count":
            return number(found)
        case "loss":
            return f"{found:.3f}"
        case "truth":
            return gettext("yes") if found else gettext("no")
        case _:
            return scientific(found, 3)


def figure(check: Check) -> str:
    """What a check is about."""
    if not check.of:
        return FIGURES[check.quantity]
    return gettext("{figure}: {subject}", figure=FIGURES[check.quantity], subject=check.of)


def check_table(checks: Sequence[Check], results: Sequence[Result]) -> list[dict[str, str]]:
    """What counts as done, and what was reached; without results a dash."""
    rows = []
    for place, check in enumerate(checks):
        kind = QUANTITIES[check.quantity].kind
        result = results[place] if results else Result(None, False)
        met = gettext("yes") if result.met else gettext("no")
        rows.append(
            {
                "figure": figure(check),
                "needed": f"{SIGNS[check.comparison]} {value(kind, check.bound)}",
                "reached": value(kind, result.value),
                "met": met if results else NOTHING,
            }
        )
    return rows


def option_columns(question: Question) -> dict[str, str]:
    """The heads of the table of options: what was measured is in one of them."""
    return {"option": gettext("Option"), "measured": FIGURES[question.quantity]}


def option_table(question: Question, figures: Mapping[str, Value]) -> list[dict[str, str]]:
    """The figure of every option."""
    kind = QUANTITIES[question.quantity].kind
    return [{"option": option, "measured": value(kind, found)} for option, found in figures.items()]


def notes_table(lessons: Sequence[Lesson], notebook: Notebook) -> list[dict[str, str]]:
    """The notebook, in the order of the lessons."""
    rows = []
    for lesson in lessons:
        if lesson.id not in notebook.entries:
            continue
        entry, question = notebook[lesson.id], lesson.plan.question
        kind: Kind = QUANTITIES[question.quantity].kind if question else "label"
        reached = zip(lesson.plan.done, entry.reached, strict=False)
        rows.append(
            {
                "lesson": title(lesson),
                "guess": value(kind, entry.guess),
                "measured": value(kind, entry.measured),
                "reached": joined(value(QUANTITIES[check.quantity].kind, found) for check, found in reached) or NOTHING,
                "done": gettext("yes") if entry.done else gettext("no"),
            }
        )
    return rows


def title(lesson: Lesson, *, done: bool = False) -> str:
    """A lesson by its number and title, with a mark once it is done."""
    return f"{lesson.plan.number} · {lesson.title}" + (" ✓" if done else "")


def option(question: Question, text: str) -> str:
    """Something to choose, in a place that reads Markdown."""
    return plain(value(QUANTITIES[question.quantity].kind if question.offers_values else "label", text))


def progress(kind: LessonKind, done: int, count: int) -> str:
    """How many lessons of a kind are done."""
    if kind == "chapter":
        return gettext("{done} of {count} chapters done", done=number(done), count=number(count))
    return gettext("{done} of {count} challenges done", done=number(done), count=number(count))


def committed(question: Question, guess: Value) -> str:
    """The guess that cannot be changed any more."""
    return gettext("Your guess: {guess}.", guess=_written(question, guess))


def answer(question: Question, guess: Value, measured: Value) -> str:
    """The guess beside what was measured."""
    told, found = _written(question, guess), _written(question, measured)
    if measured is None:
        return gettext("Your guess: {guess}. This run gives no such figure.", guess=told)
    if told == found:
        return gettext("Your guess was right: {measured}.", measured=found)
    return gettext("Your guess: {guess}. Measured: **{measured}**.", guess=told, measured=found)


def _written(question: Question, found: Value) -> str:
    return option(question, found) if isinstance(found, str) else value(QUANTITIES[question.quantity].kind, found)


def set_up() -> str:
    """What the button does that begins a challenge."""
    return gettext(
        "Takes over the settings and sentences of this challenge. Undo on the Dataset page brings your sentences back."
    )


def solved(results: Sequence[Result], *, before: bool) -> str:
    """Whether the shown run meets all checks, or an earlier one did; empty for neither. before: whether it was solved once."""
    if all(result.met for result in results):
        return gettext("Solved. The shown run meets every condition.")
    return gettext("An earlier run solved this challenge. The shown run does not.") if before else ""
