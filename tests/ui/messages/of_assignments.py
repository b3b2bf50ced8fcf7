"""What is said of assignments and of runs that are handed in: each claim with a case of which it is true, and the nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rnn_core import presets
from rnn_core.lessons.submission import Trained
from tests.core.lessons.handed import small
from tests.ui.messages.said import Claim
from ui.messages import assignments

RUN = Trained(
    experiment=presets.guide_corrected(),
    epochs=300,
    path="plain",
    engine="plain, NumPy 2.0",
    figures=(0.1, 1.0, 0.2, 0.95),
    digest="0" * 16,
)
OF_ASSIGNMENTS: Mapping[str, Claim] = {
    "an assignment's steps": Claim(
        lambda: assignments.summary(small()), lambda: assignments.summary(small(steps=small().steps[:1])), figures=("2 steps",)
    ),
    "an assignment's locks": Claim(lambda: assignments.summary(small()), lambda: assignments.summary(small(locks=()))),
    "a lock without a reason": Claim(lambda: assignments.locked(""), lambda: assignments.locked("So that all get the same.")),
    "a lock with its reason": Claim(lambda: assignments.locked("So that all get the same."), lambda: assignments.locked("")),
    "a place in an assignment": Claim(
        lambda: assignments.place("Clipping", 1, 3, 1),
        lambda: assignments.place("Clipping", 2, 3, 2),
        figures=("step 2 of 3 · 1",),
    ),
    "how long an assignment takes": Claim(
        lambda: assignments.takes(15, 7), lambda: assignments.takes(15, 1), figures=("15 minutes, 7 steps",)
    ),
    "what becomes of a visitor's own work": Claim(assignments.set_aside, assignments.closed),
    "a page that is closed": Claim(assignments.closed, lambda: assignments.locked("")),
    "a run that was handed in": Claim(
        lambda: assignments.run(RUN),
        lambda: assignments.run(replace(RUN, epochs=299)),
        figures=("300 epochs: train 100%, test 95%",),
    ),
    "a replay with other versions": Claim(
        lambda: assignments.compared("close", RUN, replace(RUN, engine="compiled, NumPy 2.1")),
        lambda: assignments.compared("close", RUN, RUN),
    ),
    "a replay that agrees": Claim(
        lambda: assignments.compared("same", RUN, RUN), lambda: assignments.compared("other", RUN, RUN), figures=("bit for bit",)
    ),
}
