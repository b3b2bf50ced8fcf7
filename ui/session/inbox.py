"""What comes to a visitor from outside: files and texts, links, and what their own browser had kept."""

from __future__ import annotations

from rnn_core import Dataset, Experiment, RnnCoreError
from ui.session.incoming import Incoming


class Inbox:
    """What has come and is not accepted yet. Nothing in it replaces anything without a yes."""

    def __init__(self) -> None:
        self.incoming: Incoming | None = None
        """The file or text that is being previewed."""
        self.preview: Dataset | None = None
        """The sentences as they will be after the import."""
        self._shown = False
        """Whether the present drawing has shown the file or text."""
        self.token: str | None = None
        """The token of the link that was read last."""
        self.offered: Experiment | None = None
        """An experiment from a link or a file that is not accepted yet."""
        self.offer_problem: RnnCoreError | None = None
        """Why a link or a file could not be read."""
        self.restored = False
        """Whether the browser has said what it had kept; until then nothing is stored over it."""
        self.asked = 0
        """How often it has been asked."""
        self.storage_lost = False
        """Whether the browser has said that it cannot store anything."""

    def new_drawing(self) -> None:
        """Begin the next drawing of a page: a file that the last one did not show is forgotten."""
        if not self._shown:
            self.incoming = self.preview = None
        self._shown = False

    def take(self, source: bytes | str, name: str | None) -> Incoming:
        """What somebody brings, on its way in; the same as before if it is the same."""
        self._shown = True
        if self.incoming is None or not self.incoming.is_of(source):
            self.incoming = Incoming(source, name)
        return self.incoming

    def previewed(self, data: Dataset) -> Dataset:
        """Return an equal dataset that has computed its faults already, if there is one."""
        if self.preview != data:
            self.preview = data
        return self.preview or data
