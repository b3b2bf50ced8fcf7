"""One update in words."""

from __future__ import annotations

import math

from rnn_core import Experiment
from rnn_core.gradients.update import Update
from rnn_core.training.most_clipped import ClippedUpdate
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.ask import quoted
from ui.messages.formatting import joined, scientific
from ui.messages.names import CHOICES

VIEWS = Texts({"most": mark("The update clipping changed most"), "sentence": mark("Update by one sentence")})
"""Which update is looked at."""
COLUMNS = Texts(
    {
        "parameter": mark("gradient of"),
        "before": mark("norm before"),
        "after": mark("norm after"),
        "changed": mark("changed"),
        "turned": mark("turned by"),
    }
)
"""Column of the table of an update -> its heading."""


def loss(value: float) -> str:
    return f"{value:.3f}" if 0.01 <= value < 1000 or value == 0 else scientific(value, 3)


def norm(value: float) -> str:
    return scientific(value, 3)


def beyond() -> str:
    """That an update leads to no network."""
    return gettext("After this step the numbers are too large: the network could not be read.")


def clipped_most(found: ClippedUpdate, experiment: Experiment) -> str:
    """Which update clipping changed most, and among which."""
    sentence = quoted(experiment.dataset.examples[found.rows[0] - 1].text, 60)
    updates = number(-(-len(experiment.dataset.rows("train")) // experiment.training.batch_size))
    if len(found.rows) == 1:
        line = gettext(
            "**Clipping changed the gradient most in epoch {epoch}, update {update} of {updates}, sentence {sentence}.**",
            epoch=number(found.epoch),
            update=number(found.update),
            updates=updates,
            sentence=sentence,
        )
    else:
        line = gettext(
            "**Clipping changed the gradient most in epoch {epoch}, update {update} of {updates}: a batch of {size} sentences, the first "
            "is {sentence}.**",
            epoch=number(found.epoch),
            update=number(found.update),
            updates=updates,
            size=number(len(found.rows)),
            sentence=sentence,
        )
    if found.searched < found.epochs:
        scope = gettext(
            "Compared: the updates in {searched} of the {epochs} epochs that follow a checkpoint and were clipped.",
            searched=number(found.searched),
            epochs=number(found.epochs),
        )
    else:
        scope = gettext("Compared: the updates in all epochs that follow a checkpoint.")
    return paragraph([line, scope])


def none_clipped(clipped: int) -> str:
    """Why no update is offered that clipping changed most. clipped: epochs after a checkpoint that have a clipped update."""
    if clipped:
        return gettext("This network is too large to search for the update that clipping changed most.")
    return gettext("Clipping changed no update in the epochs that follow a checkpoint.")


def update_settings(update: Update, experiment: Experiment, *, alone: bool = True) -> str:
    """Whose settings the update takes, and what is left aside. alone: whether one sentence was chosen for it."""
    training, sentences = experiment.training, len(experiment.dataset.rows("train"))
    words = [gettext("rate {rate}", rate=f"{update.rate:g}"), _clipping(update)]
    if training.optimizer != "sgd":
        words.append(CHOICES[training.optimizer])
    settings, epoch = joined(words), number(update.epoch)
    if alone:
        lines = [
            gettext(
                "An update by this sentence alone, with the settings of epoch {epoch}: *{settings}*.",
                epoch=epoch,
                settings=settings,
            )
        ]
    else:
        lines = [gettext("Settings of epoch {epoch}: *{settings}*.", epoch=epoch, settings=settings)]
    if training.optimizer != "sgd" and update.steps == 1:
        lines.append(gettext("The optimizer has no memory yet."))
    elif training.optimizer != "sgd":
        lines.append(
            ngettext("The optimizer remembers {count} update.", "The optimizer remembers {count} updates.", update.steps - 1)
        )
    if alone and (shared := min(training.batch_size, sentences)) > 1:
        lines.append(gettext("In training, {count} sentences share an update.", count=number(shared)))
    return paragraph(lines)


def _clipping(update: Update) -> str:
    threshold = f"{update.threshold:g}"
    match update.clipping:
        case "none":
            return gettext("no clipping")
        case "value":
            return gettext("clip ±{threshold}", threshold=threshold)
        case "norm":
            return gettext("clip by norm to {threshold}", threshold=threshold)
        case _:
            return gettext("clip by global norm to {threshold}", threshold=threshold)


def update_sentence(update: Update) -> str:
    """What clipping did, and what the step did."""
    return paragraph([_cut(update), _step(update)])


def _cut(update: Update) -> str:
    whole = update.statistics[None]
    if whole.elements_clipped == 0:
        return gettext("Clipping changed nothing.")
    if update.clipping == "value":
        return gettext(
            "Clipping changed {share} of the elements that these words touch.", share=percent(whole.elements_clipped, 1, 3)
        )
    return gettext("Clipping reduced the gradient norm to {share}.", share=percent(whole.norm_after / whole.norm_before))


def _step(update: Update) -> str:
    before, after = loss(update.loss_before), loss(update.loss_after)
    if before == after:
        return gettext("The loss stays at {loss} to these digits.", loss=before)
    if update.loss_after < update.loss_before:
        return gettext("The step lowers the loss from {before} to {after}.", before=before, after=after)
    if update.slope < 0:
        return gettext(
            "The step raises the loss from {before} to {after}: the direction is right, but the step is too long.",
            before=before,
            after=after,
        )
    return gettext(
        "The step raises the loss from {before} to {after}. Its direction is not downhill, because it does not follow the true gradient "
        "alone.",
        before=before,
        after=after,
    )


def picture_words(optimizer: str, rate: float) -> str:
    """How to read the pictures of the matrices."""
    colors = gettext("Each square is one element. Blue: above zero. Orange-red: below.")
    if optimizer == "sgd":
        step = gettext("The step is the clipped gradient times the rate {rate}, with the opposite sign.", rate=f"{rate:g}")
    else:
        step = gettext("The optimizer makes the step from the clipped gradient and from earlier updates.")
    return paragraph([colors, step])


def only_words() -> str:
    """That a table of words is shown for the words of the update alone."""
    return gettext("Only the words of this update are shown: all other words have gradient zero and no step.")


def thinned(rows: int, columns: int, words_left_out: int) -> str | None:
    """What a picture leaves out; rows, columns: of each tile. None where it shows everything."""
    lines = []
    if rows > 1 or columns > 1:
        lines.append(
            gettext(
                "Each square is the largest of {rows} × {columns} elements.",
                rows=number(rows),
                columns=number(columns),
            )
        )
    if words_left_out:
        lines.append(
            ngettext(
                "{count} word with smaller elements is left out.",
                "{count} words with smaller elements are left out.",
                words_left_out,
            )
        )
    return paragraph(lines) or None


def update_table(update: Update) -> list[dict[str, str]]:
    """Norms, share cut and angle by parameter, the whole gradient last, under the keys of COLUMNS."""
    rows = []
    for name, statistics in update.statistics.items():
        angle = math.degrees(math.acos(min(1.0, max(-1.0, statistics.cosine))))
        rows.append(
            {
                "parameter": name or gettext("all together"),
                "before": norm(statistics.norm_before),
                "after": norm(statistics.norm_after),
                "changed": percent(statistics.elements_clipped, 1),
                "turned": f"{angle:.1f}°",
            }
        )
    return rows
