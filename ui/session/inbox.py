"""What comes to a visitor from outside: files and texts, links, and what their own browser had kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rnn_core import Dataset, Example, Experiment, RnnCoreError
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

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Forget a file or text that is not shown on the page that is drawn in this block."""
        self._shown = False
        yield
        if not self._shown:
            self.incoming = self.preview = None

    def take(self, source: bytes | str, name: str | None) -> Incoming:
        """What somebody brings, on its way in; the same as before if it is the same."""
        self._shown = True
        if self.incoming is None or not self.incoming.is_of(source):
            self.incoming = Incoming(source, name)
        return self.incoming

    def previewed(self, before: Dataset, examples: tuple[Example, ...]) -> Dataset:
        """Return the dataset of these examples under the rules of the present one: made once, with its words and faults."""
        if self.preview is None or (self.preview.examples, self.preview.rules) != (examples, before.rules):
            self.preview = before.with_examples(examples)
        return self.preview
