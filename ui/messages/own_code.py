"""A learner's own numbers compared with the right ones, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnn_core.checking.diagnosis import Compared, Diagnosis
from rnn_core.checking.exercise import Exercise
from rnn_core.checking.slips import CLIPPED, Slip
from rnn_core.errors import ArrayFileError
from ui.language import Texts, gettext, mark, ngettext, number, paragraph
from ui.messages import details
from ui.messages import slips as slip_texts
from ui.messages.ask import quoted
from ui.messages.formatting import and_more, joined, listed, plain, scientific

WEIGHTS = Texts({"large": mark("Large random weights"), "network": mark("The weights of this network")})
"""Which weights are given."""
BATCHES = Texts({"one": mark("This sentence"), "two": mark("A batch of two sentences")})
"""How many sentences are given."""
COLUMNS = Texts(
    {
        "array": mark("Array"),
        "shape": mark("Shape"),
        "meaning": mark("Meaning"),
        "result": mark("Result"),
        "difference": mark("Largest difference"),
        "size": mark("Largest right number"),
        "step": mark("First wrong step"),
        "slip": mark("Mistake"),
    }
)
"""Heads of the table."""
RESULTS = Texts(
    {
        "agrees": mark("agrees"),
        "differs": mark("differs"),
        "missing": mark("not in the file"),
        "wrong_shape": mark("wrong shape"),
        "not_finite": mark("not finite"),
        "transposed": mark("right, but transposed"),
        "reversed": mark("right, but last step first"),
        "clipped": mark("right, but after clipping"),
        "averaged": mark("right, but the mean, not the sum"),
    }
)
"""Status of an array -> its name."""
MEANINGS = Texts(
    {
        "h": mark("state after each step, one row per step"),
        "gate": mark("value at each step, one row per step"),
        "y": mark("scores of the labels"),
        "p": mark("probabilities of the labels"),
        "L": mark("loss"),
        "dy": mark("gradient of the loss with respect to y"),
        "dh": mark("gradient of the loss with respect to each state, one row per step, step 1 first"),
        "da": mark("gradient before tanh, one row per step, step 1 first"),
        "gradient": mark("gradient, summed over all steps and sentences"),
        "clipped": mark("the same gradient after clipping"),
    }
)
EXAMPLE = 'np.savez("mine.npz", h=h, dh=dh, da=da, dW_hh=dW_hh, clipped_dW_hh=np.clip(dW_hh, -c, c))'
MOST_NAMES = 6
"""Names that a sentence lists."""


def task(exercise: Exercise) -> str:
    """What is given, and how clipping is done."""
    clip = gettext(
        "Clip each element of a gradient to the range from −{threshold} to {threshold}.", threshold=f"{exercise.threshold:g}"
    )
    if exercise.single:
        (walk,) = exercise.walks
        first = gettext("The sentence is {text}, the label {label}.", text=quoted(walk.text), label=plain(walk.label))
        return paragraph([first, clip])
    first, second = (
        gettext("{sentence} ({label})", sentence=quoted(each.text), label=plain(each.label)) for each in exercise.walks
    )
    return paragraph(
        [
            gettext("The sentences are {first} and {second}.", first=first, second=second),
            gettext("The loss of the batch is the sum of both losses."),
            clip,
        ]
    )


def too_large() -> str:
    """That the network is too large for its numbers to be checked."""
    return gettext(
        "This network or sentence is too large for a check of your own code. Use the small network of 4 units or a shorter sentence."
    )


def unseen(slips: tuple[Slip, ...]) -> str:
    """Which slips cannot be found on this exercise; empty if all can."""
    if not slips:
        return ""
    return gettext(
        "With these numbers some mistakes change nothing and cannot be found: {slips}.",
        slips=joined(slip_texts.SHORT[slip] for slip in slips),
    )


def headline(found: Diagnosis) -> str:
    """How many arrays agree, and which are not there."""
    count, bad = len(found.arrays) - len(found.of("missing")), _bad(found)
    if not count:
        return gettext("**No array in this file has a name from the table.**")
    if bad:
        told = ngettext(
            "**{wrong} of {count} array does not agree.**",
            "**{wrong} of {count} arrays do not agree.**",
            count,
            wrong=number(len(bad)),
        )
    elif found.of("transposed", "reversed", "clipped", "averaged"):
        told = ngettext(
            "**The numbers of your {count} array are right, but not in the form that is asked for.**",
            "**The numbers of your {count} arrays are right, but not all are in the form that is asked for.**",
            count,
        )
    else:
        told = ngettext("**Your {count} array agrees.**", "**All your {count} arrays agree.**", count)
    missing = [each.name for each in found.of("missing")]
    if not missing:
        return told
    return paragraph([told, gettext("Not in your file: {names}.", names=_names(missing))])


def explanation(found: Diagnosis) -> str:
    """Which slips explain what differs, as a sentence and a list; empty if nothing differs."""
    if not found.of("differs"):
        return ""
    if not found.explanations:
        return gettext("None of the common mistakes explains every array that differs.")
    first = found.explanations[0]
    if len(first) == 1 and len(found.explanations) == 1:
        told = gettext("One common mistake explains every array that differs:")
    elif len(first) == 1:
        told = gettext("Each of these mistakes alone explains every array that differs. Here they give the same numbers:")
    elif len(found.explanations) == 1:
        told = gettext("Two common mistakes together explain every array that differs:")
    else:
        pairs = [f"- {slip_texts.short(each)}" for each in found.explanations]
        told = gettext("Two common mistakes together explain every array that differs. These pairs give the same numbers here:")
        return "\n".join([told, "", *pairs])
    slips = [slip for each in found.explanations for slip in slip_texts.SHORT if slip in each]
    return "\n".join([told, "", *(f"- {slip_texts.SLIPS[slip]}" for slip in slips)])


def begin_with(found: Diagnosis) -> str:
    """Where to look first when no slip explains all; empty if a slip does or nothing is wrong."""
    bad = _bad(found)
    if not bad or found.explanations:
        return ""
    first = bad[0]
    if first.status == "wrong_shape":
        return gettext("First correct the shape of {name}.", name=_names([first.name]))
    if first.step is None:
        where = gettext("Start with {name}, the first array that does not agree.", name=_names([first.name]))
    else:
        where = gettext(
            "Start with {name} at step {step}, the first number that does not agree.",
            name=_names([first.name]),
            step=number(first.step),
        )
    if found.forward is None:
        return where
    return paragraph([where, gettext("The forward pass is already wrong there, and all later numbers depend on it.")])


def skipped(found: Diagnosis) -> str:
    """Which names of the file are not asked for, and what the first of them may be; empty if there are none."""
    if not found.unknown:
        return ""
    told = gettext("Not asked for and skipped: {names}.", names=listed([each.name for each in found.unknown]))
    first = next((each for each in found.unknown if each.near), None)
    if first is None:
        return told
    return paragraph([told, gettext("Is {name} perhaps {near}?", name=quoted(first.name), near=_names([first.near]))])


def changed(found: Diagnosis) -> str:
    """Which given numbers the file has otherwise; empty if there are none."""
    if not found.changed:
        return ""
    return gettext(
        "Your file contains other numbers for {names} than the ones given now. Did you compute with another download?",
        names=_names(found.changed),
    )


def refused(problem: ArrayFileError) -> str:
    """Why a file cannot be used."""
    name = quoted(problem.detail)
    match problem.reason:
        case "too_large":
            return gettext("It is too large: {detail}.", detail=details.detail(problem.detail))
        case "pickle":
            return gettext(
                "This file contains Python objects (a pickle). Opening it could run code, so it is refused. Save arrays of numbers only."
            )
        case "nameless":
            return gettext("This is a single array without a name. Save named arrays with `np.savez`.")
        case "other_kind":
            return gettext("This is neither an .npz file of arrays nor a JSON object of names and lists.")
        case "damaged":
            return gettext("This file is damaged or incomplete.")
        case "twice":
            return gettext("The name {name} occurs twice.", name=name)
        case "too_many":
            return gettext("This file contains too many arrays or numbers.")
        case "not_numbers":
            return gettext("{name} contains something that is not a number.", name=name)
        case "ragged":
            return gettext("The rows of {name} do not all have the same length.", name=name)
        case "empty":
            return gettext("This file contains no arrays.")


# ---------------------------------------------------------------------- the table


def task_table(exercise: Exercise, arrays: Mapping[str, tuple[int, ...]]) -> list[dict[str, str]]:
    """Name, shape and meaning of every array that is asked for."""
    return [{"array": name, "shape": shape(size), "meaning": _meaning(exercise, name)} for name, size in arrays.items()]


def result_table(found: Diagnosis) -> list[dict[str, str]]:
    """What was found of every array."""
    return [
        {
            "array": each.name,
            "result": _result(each),
            "difference": "–" if each.difference is None else scientific(each.difference),
            "size": "–" if each.status == "missing" else scientific(each.size),
            "step": "–" if each.step is None else number(each.step),
            "slip": joined(slip_texts.short(slips) for slips in each.slips) or "–",
        }
        for each in found.arrays
    ]


def _result(each: Compared) -> str:
    if each.status == "wrong_shape":
        return gettext("shape {found}, not {expected}", found=shape(each.found), expected=shape(each.expected))
    return RESULTS[each.status]


def _meaning(exercise: Exercise, name: str) -> str:
    base = name.removesuffix("_reverse")
    if base.startswith(CLIPPED):
        return MEANINGS["clipped"]
    if base in ("h", "y", "p", "L", "dy"):
        return MEANINGS[base]
    if base in ("dh", "dc"):
        return MEANINGS["dh"]
    if base == "da" and exercise.model.cell.gated:
        return gettext(
            "gradient before the activations, one row per step, step 1 first, gates side by side: {gates}",
            gates=joined(exercise.model.cell.gates),
        )
    if base == "da":
        return MEANINGS["da"]
    return MEANINGS["gradient" if base.startswith("d") else "gate"]


def shape(size: tuple[int, ...]) -> str:
    """A shape as NumPy writes it."""
    return "(" + ", ".join(map(str, size)) + ("," if len(size) == 1 else "") + ")"


def _bad(found: Diagnosis) -> tuple[Compared, ...]:
    return found.of("differs", "wrong_shape", "not_finite")


def _names(names: Sequence[str]) -> str:
    shown = joined(f"`{name}`" for name in names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else and_more(shown, len(names) - MOST_NAMES)
