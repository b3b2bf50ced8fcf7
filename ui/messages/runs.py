"""A run in words: how it stands, how it ended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rnn_core import Change, Experiment, Limits
from ui.language import gettext, ngettext, number, paragraph, percent
from ui.messages.experiment import LISTED, clip, set_to, units
from ui.messages.formatting import duration, plain, setting
from ui.messages.names import CELLS, FIELDS
from ui.server.job_status import JobStatus

NOTHING = "–"
"""In a table, for what there is not."""
_UNNAMED = re.compile(r"Run (\d+)(?: from (\d+))?(?: \((\d+)\))?")
"""The names that runs get when they are made."""
MOST_CHANGES_TOLD = 4
MOST_PHRASES = 3
"""Settings that the name of a run beside others has."""
MOST_PLANNED = 8
WAIT_SECONDS = 1.0
"""From so long a wait for a turn on it is told."""
LONG = 0.2
"""The share of the time allowed for a run from which on it is told."""


def standing(run: JobStatus) -> str:
    """How a run stands, in a few words without a full stop."""
    at, total = number(run.epoch), number(run.experiment.training.epochs)
    match run.state:
        case "running" if run.wait >= WAIT_SECONDS:
            return gettext("Waiting for its turn, about {time}", time=duration(run.wait))
        case "running":
            return gettext("Epoch {epoch} of {total}", epoch=at, total=total)
        case "paused":
            return gettext("Paused at epoch {epoch} of {total}", epoch=at, total=total)
        case "stopped":
            return gettext("Stopped at epoch {epoch} of {total}", epoch=at, total=total)
        case "done" if run.epoch < run.experiment.training.epochs:
            return gettext("Stopped early at epoch {epoch} of {total}: the target accuracy has held", epoch=at, total=total)
        case "done":
            return ngettext("Done: {count} epoch", "Done: {count} epochs", run.epoch)
        case "diverged":
            return gettext("Diverged in epoch {epoch}", epoch=number(run.diverged_epoch or 0))
        case "time_limit":
            return gettext("Out of time at epoch {epoch} of {total}", epoch=at, total=total)
        case _:
            return gettext("Failed at epoch {epoch} of {total}", epoch=at, total=total)


def time_line(seconds: float, epochs: int, limits: Limits, stretch: float = 1.0) -> str:
    """An estimate of a run's length, where it comes from, and what the time allowed for one leaves of it.

    stretch: how many times as long it takes beside the runs that share the machine now.
    """
    allowed = duration(limits.seconds)
    if seconds < 1:
        lines = [gettext("Training takes under 1 s (estimated on this machine).")]
    else:
        lines = [gettext("Training takes about {time} (estimated on this machine).", time=duration(seconds))]
    if stretch > 1:
        lines.append(
            gettext("Other runs share the machine now: with them it takes about {time}.", time=duration(seconds * stretch))
        )
    if seconds > limits.seconds:
        cut = number(float(f"{max(1.0, epochs * limits.seconds / seconds):.2g}"))
        lines.append(
            gettext(
                "A run may take {allowed} here, so this one stops near epoch {epoch}. Use fewer epochs or a smaller network.",
                allowed=allowed,
                epoch=cut,
            )
        )
    elif seconds > LONG * limits.seconds:
        lines.append(gettext("A run may take {allowed} here. Then it is stopped.", allowed=allowed))
    return paragraph(lines)


def ending(run: JobStatus) -> tuple[str, str] | None:
    """What ended a run badly and what to do, as (kind of box, sentence)."""
    match run.state:
        case "diverged":
            return "error", gettext(
                "**Training diverged** in epoch {epoch}: a number became too large. The charts show the epochs before it. Try a "
                "smaller learning rate.",
                epoch=number(run.diverged_epoch or 0),
            )
        case "time_limit":
            return "warning", gettext(
                "The time limit for one run was reached at epoch {epoch}. What the network has learned is kept. A new run can continue "
                "from there.",
                epoch=number(run.epoch),
            )
        case "failed":
            return "error", gettext(
                "Training stopped because of a bug in this app. What the network had learned is kept. Start over to try again."
            )
        case _:
            return None


def change(item: Change) -> str:
    """A setting that changes on the way."""
    return gettext("{setting} from epoch {epoch}", setting=set_to(item.field, item.value), epoch=number(item.epoch))


def planned(changes: Sequence[Change]) -> str:
    """The settings that an experiment changes on the way; of many, the first few and how many more."""
    told = LISTED.join(change(item) for item in changes[:MOST_PLANNED])
    if len(changes) > MOST_PLANNED:
        return gettext("Planned changes: {changes}, and {count} more.", changes=told, count=number(len(changes) - MOST_PLANNED))
    return gettext("Planned changes: {changes}.", changes=told)


def too_short(epochs: object, last: Change, kept: int) -> str:
    """That a run cannot end before the last change that is planned for it."""
    return gettext(
        "Epochs cannot be {epochs}: a setting changes in epoch {last}. The value stays {kept}.",
        epochs=plain(str(epochs)),
        last=number(last.epoch),
        kept=number(kept),
    )


def plain_path(run: JobStatus) -> str | None:
    """That a run takes the slow path; None where it takes the fast one."""
    if run.run.path != "plain":
        return None
    return gettext(
        "This run uses plain NumPy, which is several times slower than the compiled code. It cannot change while the run goes on."
    )


def room_taken(forgetful: bool) -> str | None:
    """That a run's snapshots had to make room; None where they did not."""
    if not forgetful:
        return None
    return gettext("Later runs needed the memory: only the first and the last checkpoint of this run are left.")


def by_hand() -> str:
    """That a run cannot be repeated from its settings."""
    return gettext(
        "This run began with weights from a file or changed by hand, so a link or a script cannot repeat it. Take the network as a file."
    )


def viewing(run: JobStatus) -> str | None:
    """Which epoch's network is looked at, where it is not the latest."""
    if run.viewed == run.epoch:
        return None
    if run.viewed == 0:
        return ngettext(
            "Showing the network before training. {count} epoch is done.",
            "Showing the network before training. {count} epochs are done.",
            run.epoch,
        )
    return gettext("Showing the network after epoch {viewed} of {done}.", viewed=number(run.viewed), done=number(run.epoch))


def changes(experiment: Experiment, epoch: int) -> tuple[tuple[int, str], ...]:
    """What was changed on the way up to an epoch, as marks on a curve."""
    return tuple(
        (change.epoch, set_to(change.field, change.value)) for change in experiment.training.changes if change.epoch <= epoch
    )


def _changes_line(run: JobStatus) -> str:
    """What was changed on the way and from which epoch on; of many changes the first few and how many more."""
    made = [change(item) for item in run.experiment.training.changes if item.epoch <= run.epoch]
    if not made:
        return NOTHING
    told = LISTED.join(made[:MOST_CHANGES_TOLD])
    if len(made) > MOST_CHANGES_TOLD:
        return gettext("{changes}, and {count} more", changes=told, count=number(len(made) - MOST_CHANGES_TOLD))
    return told


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
        row: dict[str, object] = {"run": run_name(run.name)}
        row |= {name: setting(values[name]) for name in differing}
        if steered:
            row["changes"] = _changes_line(run)
        if len({other.run.path for other in runs}) > 1:
            row["path"] = gettext("plain NumPy") if run.run.path == "plain" else gettext("compiled")
        if several_datasets:
            row["sentences"] = run.experiment.dataset.fingerprint[:8]
        row |= {
            "train_accuracy": _share(last.train.accuracy if last else None),
            "test_accuracy": _share(last.test.accuracy if last else None),
            "first_perfect": number(perfect) if perfect else NOTHING,
            "standing": standing(run),
        }
        rows.append(row)
    return rows


def heads() -> dict[str, str]:
    """The heads of the table of runs, by column."""
    return {
        **FIELDS,
        "run": gettext("Run"),
        "changes": gettext("Changes"),
        "path": gettext("Code"),
        "sentences": gettext("Dataset"),
        "train_accuracy": gettext("Train accuracy"),
        "test_accuracy": gettext("Test accuracy"),
        "first_perfect": gettext("First epoch at 100%"),
        "standing": gettext("Status"),
    }


def _share(accuracy: float | None) -> str:
    return NOTHING if accuracy is None else percent(accuracy)


# ---------------------------------------------------------------------- names


def run_name(name: str) -> str:
    """A run's name, in the visitor's language if the visitor has not renamed it."""
    own = _UNNAMED.fullmatch(name)
    if own is None:
        return name
    run, epoch, again = own.groups()
    said = gettext("Run {number} from epoch {epoch}", number=run, epoch=epoch) if epoch else gettext("Run {number}", number=run)
    return f"{said} ({again})" if again else said


def names_beside(runs: Sequence[JobStatus]) -> dict[int, str]:
    """What each run is called where several are drawn, by its number: what sets it apart, or the name that it was given."""
    differing, names = _differing(runs), dict[int, str]()
    for run in runs:
        values = _settings(run)
        phrases = [phrase for name in differing if (phrase := _phrase(name, values, differing))]
        given = not _UNNAMED.fullmatch(run.name)
        names[run.number] = run_name(run.name) if given or not phrases else LISTED.join(phrases[:MOST_PHRASES])
    often = Counter(names.values())
    return {run.number: name if often[(name := names[run.number])] == 1 else f"{name} ({run_name(run.name)})" for run in runs}


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
            return CELLS[value]
        case "learning_rate":
            return gettext("rate {rate}", rate=setting(value))
        case "clipping" if value == "none":
            return gettext("no clipping")
        case "clipping" | "clip_threshold":
            if "clipping" in differing and (name == "clip_threshold" or values["clipping"] == "none"):
                return ""
            return clip(values["clipping"], values["clip_threshold"]) if values["clipping"] != "none" else ""
        case "hidden_size":
            return units(value)
        case "init_scale":
            return gettext("scale {scale}", scale=setting(value))
        case "epochs":
            return ngettext("{count} epoch", "{count} epochs", value)
        case "bidirectional":
            return gettext("bidirectional") if value else gettext("one direction")
        case "recurrent_gradient":
            return gettext("printed formula") if value == "printed" else gettext("exact formula")
        case "optimizer" | "initialization":
            return setting(value)
        case _:
            return set_to(name, value)
