"""A run in words: how it stands, how it ended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rnn_core import Change, Experiment, Limits
from rnn_core.network.cells import CELLS
from ui.messages.formatting import duration, number, plain, setting
from ui.messages.names import FIELDS
from ui.server.job_status import JobStatus

MOST_CHANGES_TOLD = 4
MOST_PHRASES = 3
"""Settings that the name of a run beside others has."""
MOST_PLANNED = 8
WAIT_SECONDS = 1.0
"""From so long a wait for a turn on it is told."""
LONG = 0.2
"""The share of the time allowed for a run from which on it is told."""


def standing(run: JobStatus) -> str:
    """How a run stands, in a few words."""
    total = number(run.experiment.training.epochs)
    match run.state:
        case "running" if run.wait >= WAIT_SECONDS:
            return f"waiting for its turn, about {duration(run.wait)}"
        case "running":
            return f"epoch {number(run.epoch)} of {total}"
        case "paused":
            return f"paused at epoch {number(run.epoch)} of {total}"
        case "stopped":
            return f"stopped at epoch {number(run.epoch)} of {total}"
        case "done" if run.epoch < run.experiment.training.epochs:
            return f"done early, the accuracy has held: epoch {number(run.epoch)} of {total}"
        case "done":
            return f"done, {total} epochs"
        case "diverged":
            return f"diverged in epoch {number(run.diverged_epoch or 0)}"
        case "time_limit":
            return f"out of time at epoch {number(run.epoch)} of {total}"
        case _:
            return f"broken off at epoch {number(run.epoch)} of {total}"


def time_line(seconds: float, epochs: int, limits: Limits, stretch: float = 1.0) -> str:
    """An estimate of a run's length, where it comes from, and what the time allowed for one leaves of it.

    stretch: how many times as long it takes beside the runs that share the machine now.
    """
    allowed, wait = duration(limits.seconds), duration(seconds)
    about = "Under" + wait.removeprefix("under") if wait.startswith("under") else f"About {wait}"
    line = f"{about} of training, by a trial of a few sentences on this machine."
    if stretch > 1:
        line += f" Others train now: beside them about {duration(seconds * stretch)}."
    if seconds > limits.seconds:
        cut = number(float(f"{max(1.0, epochs * limits.seconds / seconds):.2g}"))
        return f"{line} A run may take {allowed} here: this one would be cut short near epoch {cut}. Fewer epochs or a smaller network help."
    if seconds > LONG * limits.seconds:
        return f"{line} A run may take {allowed} here, and is cut short then."
    return line


def ending(run: JobStatus) -> tuple[str, str] | None:
    """What ended a run badly and what to do, as (kind of box, sentence)."""
    match run.state:
        case "diverged":
            return "error", (
                f"The numbers grew beyond all bounds in epoch {number(run.diverged_epoch or 0)}. What is shown is from before. "
                "A smaller learning rate makes every step shorter."
            )
        case "time_limit":
            return "warning", (
                f"The time allowed for one run was used up at epoch {number(run.epoch)}. What was learned so far is kept, "
                "and a new run can go on from there."
            )
        case "failed":
            return "error", "Something of ours broke while training. What was learned before is kept; start over to try again."
        case _:
            return None


def change(item: Change) -> str:
    """A setting that changes on the way."""
    return f"from epoch {number(item.epoch)} {FIELDS[item.field].lower()} {setting(item.value)}"


def planned(changes: Sequence[Change]) -> str:
    """The settings that an experiment changes on the way; of many, the first few and how many more."""
    told = "; ".join(change(item) for item in changes[:MOST_PLANNED])
    if len(changes) > MOST_PLANNED:
        return f"On the way: {told}; and {number(len(changes) - MOST_PLANNED)} more."
    return f"On the way: {told}."


def too_short(epochs: object, last: Change, kept: int) -> str:
    """That a run cannot end before the last change that is planned for it."""
    return f"Epochs cannot be {plain(str(epochs))}: a setting changes from epoch {number(last.epoch)}. It stays {number(kept)}."


def plain_path(run: JobStatus) -> str | None:
    """That a run takes the slow path; None where it takes the fast one."""
    if run.run.path != "plain":
        return None
    return "This run takes the plain path, several times slower than the compiled one. A run stays on the path that it began on."


def room_taken(forgetful: bool) -> str | None:
    """That a run's snapshots had to make room; None where they did not."""
    if not forgetful:
        return None
    return "Later runs have taken the room of this one's snapshots: its start and its end are left to go back to."


def viewing(run: JobStatus) -> str | None:
    """Which epoch's network is looked at, where it is not the latest."""
    if run.viewed == run.epoch:
        return None
    if run.viewed == 0:
        return f"You look at the network as it was before the first epoch; {number(run.epoch)} are done."
    return f"You look at the network as it was after epoch {number(run.viewed)} of the {number(run.epoch)} that are done."


def changes(experiment: Experiment, epoch: int) -> tuple[tuple[int, str], ...]:
    """What was changed on the way up to an epoch, as marks on a curve."""
    return tuple(
        (change.epoch, f"{FIELDS[change.field].lower()} {setting(change.value)}")
        for change in experiment.training.changes
        if change.epoch <= epoch
    )


def _changes_line(run: JobStatus) -> str:
    """What was changed on the way and from which epoch on; of many changes the first few and how many more."""
    made = [f"{text} from epoch {number(epoch)}" for epoch, text in changes(run.experiment, run.epoch)]
    if len(made) > MOST_CHANGES_TOLD:
        made = [*made[:MOST_CHANGES_TOLD], f"{number(len(made) - MOST_CHANGES_TOLD)} more"]
    return ", ".join(made) or "none"


def runs_table(runs: Sequence[JobStatus]) -> list[dict[str, object]]:
    """A row a run: every setting in which the runs differ, its result, and what was changed on the way."""
    settings = [_settings(run) for run in runs]
    differing = _differing(runs)
    several_datasets = len({run.experiment.dataset.fingerprint for run in runs}) > 1
    steered = any(changes(run.experiment, run.epoch) for run in runs)
    rows: list[dict[str, object]] = []
    for run, values in zip(runs, settings, strict=True):
        last = run.history[-1] if run.epoch else None
        perfect = run.history.first_perfect_epoch()
        row: dict[str, object] = {"run": run.name}
        row |= {FIELDS[name].lower(): setting(values[name]) for name in differing}
        if steered:
            row["changes"] = _changes_line(run)
        if len({other.run.path for other in runs}) > 1:
            row["path"] = run.run.path
        if several_datasets:
            row["sentences"] = run.experiment.dataset.fingerprint[:8]
        row |= {
            "train accuracy": f"{last.train.accuracy:.3f}" if last else "–",
            "test accuracy": f"{last.test.accuracy:.3f}" if last and last.test.accuracy is not None else "–",
            "all right first": number(perfect) if perfect else "–",
            "stands": standing(run),
        }
        rows.append(row)
    return rows


# ---------------------------------------------------------------------- names


def names_beside(runs: Sequence[JobStatus]) -> dict[int, str]:
    """What each run is called where several are drawn, by its number: what sets it apart, or the name that it was given."""
    differing, names = _differing(runs), dict[int, str]()
    for run in runs:
        values = _settings(run)
        phrases = [phrase for name in differing if (phrase := _phrase(name, values, differing))]
        given = not re.fullmatch(r"Run \d+", run.name)
        names[run.number] = run.name if given or not phrases else ", ".join(phrases[:MOST_PHRASES])
    often = Counter(names.values())
    return {run.number: name if often[(name := names[run.number])] == 1 else f"{name} ({run.name})" for run in runs}


def _settings(run: JobStatus) -> dict[str, Any]:
    return run.experiment.model.to_json() | run.experiment.training.to_json()


def _differing(runs: Sequence[JobStatus]) -> list[str]:
    """The settings in which runs differ, but for what was changed on the way."""
    settings = [_settings(run) for run in runs]
    return [name for name in settings[0] if name != "changes" and len({values[name] for values in settings}) > 1]


def _phrase(name: str, values: Mapping[str, Any], differing: Sequence[str]) -> str:
    """One setting in the fewest words; empty where another says it."""
    value = values[name]
    match name:
        case "cell":
            return CELLS[value].title
        case "learning_rate":
            return f"rate {setting(value)}"
        case "clipping" if value == "none":
            return "no clipping"
        case "clipping" | "clip_threshold":
            said = "clipping" in differing and (name == "clip_threshold" or values["clipping"] == "none")
            signs = {"none": "", "value": "clip ±", "norm": "each norm to ", "global_norm": "norm to "}[values["clipping"]]
            return "" if said or not signs else f"{signs}{setting(values['clip_threshold'])}"
        case "hidden_size":
            return f"{number(value)} units"
        case "init_scale":
            return f"scale {setting(value)}"
        case "epochs":
            return f"{number(value)} epochs"
        case "bidirectional":
            return "both ways" if value else "one way"
        case "recurrent_gradient":
            return f"{value} rule"
        case "optimizer" | "initialization":
            return setting(value)
        case _:
            return f"{FIELDS[name].lower()} {setting(value)}"
