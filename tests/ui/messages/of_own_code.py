"""What is said of a learner's own numbers: each claim with numbers of which it is true, and the nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.checking.diagnosis import Diagnosis, diagnose
from rnn_core.checking.exercise import Exercise
from rnn_core.checking.slips import computed
from tests.core.checking.learners import batch, vanilla
from tests.core.reference import large_model
from tests.ui.messages.said import Claim
from ui.messages import own_code


@cache
def exercise(*texts: str) -> Exercise:
    model = large_model(["at", "bad", "good", "not", "so"], 4, seed=3)
    return Exercise.of(model, [(text, "negative") for text in texts or ("so not so bad",)])


ONE, TWO = exercise(), exercise("so not so bad", "good not bad at")


def right(*names: str, asked: Exercise = ONE, **changed: Floats) -> dict[str, Floats]:
    found = computed(asked)
    return {name: found[name] for name in names or found} | changed


@cache
def found(slip: str = "", *names: str, asked: Exercise = ONE) -> Diagnosis:
    made = vanilla(asked.given(), slip) if asked.single else batch(asked, slip)
    return diagnose(asked, {name: np.asarray(array) for name, array in made.items() if not names or name in names})


def headline(arrays: Mapping[str, Any], asked: Exercise = ONE) -> Callable[[], str]:
    return lambda: own_code.headline(diagnose(asked, arrays))


def begin(arrays: Mapping[str, Any]) -> Callable[[], str]:
    return lambda: own_code.begin_with(diagnose(ONE, arrays))


def row(name: str, arrays: Mapping[str, Any], asked: Exercise = ONE) -> Callable[[], str]:
    def told() -> str:
        (line,) = [each for each in own_code.result_table(diagnose(asked, arrays)) if each["array"] == name]
        return " | ".join(line.values())

    return told


def off(name: str, t: int) -> Floats:
    """The right array with other numbers at step t."""
    array = computed(ONE)[name].copy()
    array[t - 1] += 0.25
    return array


def explained(diagnosis: Callable[[], Diagnosis]) -> Callable[[], str]:
    return lambda: own_code.explanation(diagnosis())


def alike(*sets: set[str]) -> Diagnosis:
    """Numbers that each of these sets of slips gives."""
    made = found("no_slope", "d_h")
    return Diagnosis(made.arrays, tuple(frozenset(each) for each in sets), (), ())  # type: ignore[arg-type]


def two_slips() -> Diagnosis:
    made = vanilla(ONE.given(), "no_transpose")
    return diagnose(ONE, made | {"d_by": made["p"]})


JUNK = np.full((4, 4), 0.3)
OF_OWN_CODE: Mapping[str, Claim] = {
    "what is given, one sentence": Claim(lambda: own_code.task(ONE), lambda: own_code.task(TWO)),
    "what is given, a batch": Claim(lambda: own_code.task(TWO), lambda: own_code.task(ONE)),
    "where clipping cuts": Claim(
        lambda: own_code.task(ONE),
        lambda: own_code.task(Exercise(ONE.walks, 7.0)),
        figures=(f"−{ONE.threshold:g} to {ONE.threshold:g}",),
    ),
    "too large to be checked": Claim(own_code.too_large, lambda: own_code.unseen(())),
    "mistakes that change nothing": Claim(
        lambda: own_code.unseen(("assigned", "bias_not_summed")), lambda: own_code.unseen(()), figures=("b_y not summed",)
    ),
    "no array by these names": Claim(headline({"x": JUNK}), headline(right("h"))),
    "all own arrays agree": Claim(headline(right()), headline(right(h=off("h", 2)))),
    "one own array agrees": Claim(headline(right("h")), headline({"h": off("h", 2)})),
    "own arrays not in the file": Claim(
        headline({k: v for k, v in right().items() if k != "dW_hh"}),
        headline({k: v for k, v in right().items() if k != "dW_xh"}),
        figures=("`dW_hh`",),
    ),
    "own arrays that do not agree": Claim(
        headline(right(h=off("h", 2), dh=off("dh", 1))), headline(right(h=off("h", 2))), figures=("2 of",)
    ),
    "own arrays right in another form": Claim(
        headline(right(dW_xh=computed(ONE)["dW_xh"].T)), headline(right(dW_xh=computed(ONE)["dW_xh"]))
    ),
    "one mistake explains all": Claim(explained(lambda: found("no_transpose")), explained(two_slips)),
    "each mistake explains all": Claim(
        explained(lambda: alike({"no_slope"}, {"no_transpose"})), explained(lambda: alike({"no_slope"}))
    ),
    "two mistakes explain all": Claim(explained(two_slips), explained(lambda: found("no_transpose"))),
    "each pair explains all": Claim(
        explained(lambda: alike({"no_slope", "no_target"}, {"no_transpose", "no_target"})), explained(two_slips)
    ),
    "the mistake itself": Claim(
        explained(lambda: found("bias_not_summed", asked=TWO)),
        explained(lambda: found("no_target", asked=TWO)),
        figures=("$b_y$",),
    ),
    "no mistake explains all": Claim(
        explained(lambda: diagnose(ONE, {"dW_hh": JUNK})), explained(lambda: found("no_slope", "d_Whh"))
    ),
    "a shape to correct first": Claim(begin({"h": np.ones(9), "dW_hh": JUNK}), begin({"dW_hh": JUNK})),
    "an array to start with": Claim(begin({"dW_hh": JUNK, "dh": computed(ONE)["dh"]}), begin({"dh": off("dh", 2)})),
    "a step to start with": Claim(begin({"dh": off("dh", 2)}), begin({"dh": off("dh", 3)}), figures=("`dh` at step 2",)),
    "a forward pass that is wrong": Claim(begin({"h": off("h", 2), "dh": off("dh", 2)}), begin({"dh": off("dh", 2)})),
    "names not asked for": Claim(
        lambda: own_code.skipped(diagnose(ONE, {"junk": JUNK})), lambda: own_code.skipped(diagnose(ONE, right("h")))
    ),
    "a name that may be another": Claim(
        lambda: own_code.skipped(diagnose(ONE, {"dW_hx": JUNK})), lambda: own_code.skipped(diagnose(ONE, {"junk": JUNK}))
    ),
    "other numbers than given": Claim(
        lambda: own_code.changed(diagnose(ONE, {"W_hh": JUNK})),
        lambda: own_code.changed(diagnose(ONE, {"W_hh": ONE.given()["W_hh"]})),
    ),
    "a row of the results": Claim(
        row("dh", {"dh": off("dh", 2)}), row("dh", {"dh": computed(ONE)["dh"]}), figures=("differs | 0.25",)
    ),
    "a row with its first wrong step": Claim(row("h", {"h": off("h", 3)}), row("h", {"h": off("h", 2)}), figures=(" | 3 | ",)),
    "a row with its mistake": Claim(
        row("dW_hh", {"dW_hh": vanilla(ONE.given(), "this_state")["d_Whh"]}),
        row("dW_hh", {"dW_hh": JUNK}),
        figures=("h_t instead of h_{t−1}",),
    ),
    "a row of a wrong shape": Claim(row("dW_hh", {"dW_hh": np.ones((3, 4))}), row("dW_hh", {"dW_hh": JUNK}), figures=("(3, 4)",)),
}
