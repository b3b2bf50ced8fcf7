"""Work that the browser had kept: from another tab, of another version, or of a server that has restarted."""

from __future__ import annotations

from rnn_core import Experiment
from ui.messages import experiment as messages
from ui.messages.formatting import number

THEIRS = (
    "**Another tab has changed your sentences or settings.** This browser keeps one state of your work for all tabs. "
    "Take the other tab's work into this one, or keep this one's; undo brings back the sentences."
)
THEIRS_UNREADABLE = "What the other tab had kept could not be read. This tab's work stays."
UNREADABLE = (
    "**What this browser had kept from an earlier visit could not be read**, so you begin with the guide's sentences. "
    "It is set aside in this browser. Download it to keep it."
)


def lost_run(epoch: int, experiment: Experiment) -> str:
    """That a run is gone, where it was, and that it can be trained again."""
    return (
        f"**The server no longer has your run**, which was at epoch {number(epoch)} of {number(experiment.training.epochs)}: "
        f"{messages.network(experiment.model)}. The same experiment can be trained again to there, in the background."
    )
