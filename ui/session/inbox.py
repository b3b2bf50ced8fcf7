"""What comes to a visitor from outside: files and texts, links, and what their own browser had kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rnn_core import Dataset, Example, Experiment, RnnCoreError
from rnn_core.errors import AbsentVectorsError
from rnn_core.lessons.assignment import Assignment
from ui.session.incoming import Incoming


class Kept(NamedTuple):
    """Work as a browser keeps it."""

    text: str
    """sentences and settings as JSON; empty for none"""
    stamp: str
    """says who wrote it and when"""


class Moment(NamedTuple):
    """A place in an experiment that somebody shares: a sentence, and the network of an epoch."""

    epoch: int
    sentence: str | None


class LostRun(NamedTuple):
    """A run of a session that there is no longer."""

    experiment: Experiment
    epoch: int
    """how far it was"""


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
        """The token of the link that was read last, with its moment."""
        self.offered: Experiment | None = None
        """An experiment from a link or a file that is not accepted yet."""
        self.absent: tuple[str, AbsentVectorsError] | None = None
        """The token of a link that names word vectors, until their file is there."""
        self.moment: Moment | None = None
        """What the link shows of the experiment, if it is a link to a moment."""
        self.assignment: Assignment | None = None
        """An assignment from a link that is not begun yet."""
        self.assignment_token: str | None = None
        """The token of the assignment's link that was read last."""
        self.assignment_problem: RnnCoreError | None = None
        """Why that link could not be read."""
        self.result_links = ""
        """Links to what learners handed in, one on each line."""
        self.result_token: str | None = None
        """The token of such a link by which the visitor came last."""
        self.offer_problem: RnnCoreError | None = None
        """Why a link or a file could not be read."""
        self.owner = f"{secrets.token_hex(8)}:"
        """How the stamps of what this session keeps in the browser begin."""
        self.restored = False
        """Whether the browser has said what it had kept; until then nothing is stored over it."""
        self.asked = 0
        """How often it has been asked."""
        self.taken = ""
        """The stamp of the kept work that was taken over, or that may be written over."""
        self.theirs: Kept | None = None
        """Work that another tab has kept since, until the visitor decides."""
        self.unreadable: str | None = None
        """Kept work that could not be read: broken, or of a later version."""
        self.lost_run: LostRun | None = None
        """The run that the visitor had on a server that has forgotten it, until they decide."""
        self.storage_lost = False
        """Whether the browser has said that it cannot store anything."""

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Forget a file or text that is not shown on the page that is drawn in this block."""
        self._shown = False
        yield
        if not self._shown:
            self.incoming = self.preview = None

    def settle(self, theirs: Kept) -> None:
        """The visitor has decided about another tab's work: it may be written over."""
        self.taken, self.theirs = theirs.stamp, None

    def forget_unreadable(self) -> None:
        """The visitor has seen to the work that could not be read."""
        self.unreadable = None

    def forget_run(self) -> None:
        """The visitor does not want the lost run."""
        self.lost_run = None

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
