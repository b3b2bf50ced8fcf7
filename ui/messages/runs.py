"""A run in words: how it stands, how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Change, Experiment, Limits, ModelConfig
from rnn_core.errors import shorten
from rnn_core.network.cells import CELLS
from rnn_core.training.remarks import Remark
from rnn_core.training.remarks import remarks as all_remarks
from ui.messages.formatting import duration, number, plain, setting
from ui.messages.names import FIELDS
from ui.server.jobs import ENDED, JobStatus

MOST_REMARKS = 2
MOST_CHANGES_TOLD = 4
MOST_PLANNED = 8
PLAIN_PATH = "This run takes the plain path, about nine times slower: the engine was not ready when it began."
WAIT_SECONDS = 1.0
"""From so long a wait for a turn on it is told."""
LONG = 0.2
"""The share of the time allowed for a run from which on it is told."""
SMALL_SCALE = 0.01
"""First weights of this scale or less leave every state near zero."""


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


def time_line(seconds: float, epochs: int, limits: Limits) -> str:
    """An estimate of a run's length, where it comes from, and what the time allowed for one leaves of it."""
    allowed, wait = duration(limits.seconds), duration(seconds)
    about = "Under" + wait.removeprefix("under") if wait.startswith("under") else f"About {wait}"
    line = f"{about} of training, by a trial of a few sentences on this machine."
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
                "A smaller learning rate or tighter clipping holds it."
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


def remarks(run: JobStatus) -> list[str]:
    """What the curves say now, the most telling first."""
    experiment = run.experiment
    found = all_remarks(run.history, len(experiment.dataset.labels), over=run.state in ENDED)
    return [_remark(remark, experiment) for remark in found[:MOST_REMARKS]]


def _remark(remark: Remark, experiment: Experiment) -> str:
    epoch = number(remark.epoch)
    match remark.kind:
        case "plateau" if not _small(experiment.model):
            return (
                f"The plateau: for {epoch} epochs the loss has lain near a coin flip's, ln 2: nothing has been learned yet. "
                "A higher learning rate ends it sooner."
            )
        case "plateau":
            return (
                f"The plateau: for {epoch} epochs the loss has lain near a coin flip's, ln 2. The first weights are small, so every "
                "state is near zero and so is every gradient; nothing has been learned yet. A larger initial scale ends it soonest, "
                "a higher learning rate sooner."
            )
        case "lost":
            return (
                f"Lost: over the last 20 epochs {100 * remark.value:.0f} % of the training sentences were right, under the 75 % that "
                "count as learning. A smaller learning rate or tighter clipping may save it; the twins on the Gradients page try."
            )
        case "overfitting":
            return (
                f"Overfitting: the test loss was lowest near epoch {epoch} and has risen to {remark.value:.3f} since, while the train "
                "loss still falls. From there on it learns the training sentences by heart."
            )
        case "spike":
            text = experiment.dataset.examples[(remark.row or 1) - 1].text
            return (
                f"A spike in epoch {epoch}: the loss jumped to {remark.value:.3f}. The largest gradient came with row {remark.row}, "
                f"“{plain(shorten(text))}”. Tighter clipping shortens such a step."
            )
        case _:
            times = "once" if remark.value == 1 else f"{number(remark.value)} times"
            return (
                f"Reached is not stable: since every training sentence was right, fewer than 98 % were right again {times}, last in "
                f"epoch {epoch}. Each update serves one sentence and may cost another."
            )


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


def _small(model: ModelConfig) -> bool:
    return model.initialization == "normal" and model.init_scale <= SMALL_SCALE


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
    """A row a run: its result, every setting in which the runs differ, and what was changed on the way."""
    settings = [run.experiment.model.to_json() | run.experiment.training.to_json() for run in runs]
    differing = [name for name in settings[0] if name != "changes" and len({values[name] for values in settings}) > 1]
    several_datasets = len({run.experiment.dataset.fingerprint for run in runs}) > 1
    steered = any(changes(run.experiment, run.epoch) for run in runs)
    rows: list[dict[str, object]] = []
    for run, values in zip(runs, settings, strict=True):
        last = run.history[-1] if run.epoch else None
        perfect = run.history.first_perfect_epoch()
        row: dict[str, object] = {
            "run": run.name,
            "stands": standing(run),
            "network": CELLS[run.experiment.model.cell].title,
            "train accuracy": f"{last.train.accuracy:.3f}" if last else "–",
            "test accuracy": f"{last.test.accuracy:.3f}" if last and last.test.accuracy is not None else "–",
            "all right first": number(perfect) if perfect else "–",
        }
        row |= {FIELDS[name].lower(): setting(values[name]) for name in differing if name != "cell"}
        if steered:
            row["changes"] = _changes_line(run)
        if len({other.run.path for other in runs}) > 1:
            row["path"] = run.run.path
        if several_datasets:
            row["sentences"] = run.experiment.dataset.fingerprint[:8]
        rows.append(row)
    return rows
