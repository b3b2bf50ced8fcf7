"""Work that the browser had kept: from another tab, of another version, or of a server that has restarted."""

from __future__ import annotations

from rnn_core import Experiment
from ui.language import Texts, gettext, mark, number
from ui.messages import experiment as messages

NOTES = Texts(
    {
        "theirs": mark(
            "**Another tab has changed your sentences or settings.** The browser keeps one copy of your work for all tabs. "
            "Use the other tab's work here, or keep the work of this tab. You can undo a change of the sentences."
        ),
        "theirs_unreadable": mark("The work of the other tab could not be read. The work of this tab is unchanged."),
        "assignment_unreadable": mark(
            "The assignment that you had begun could not be read. Open its link or file again, or the file that you handed in. Your own "
            "work is unchanged."
        ),
        "unreadable": mark(
            "**Your work from an earlier visit could not be read**, so you start with the guide's sentences. "
            "The browser still has it. Download it to keep it."
        ),
    }
)
"""Id -> what is said about work that the browser had kept."""


def lost_run(epoch: int, experiment: Experiment) -> str:
    """That a run is gone, where it was, and that it can be trained again."""
    return gettext(
        "**The server no longer has your run**, which was at epoch {epoch} of {epochs}: {network}. "
        "You can train the same experiment again up to that epoch, in the background.",
        epoch=number(epoch),
        epochs=number(experiment.training.epochs),
        network=messages.network(experiment.model),
    )
