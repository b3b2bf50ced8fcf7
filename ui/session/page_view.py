"""What a visitor looks at and how: what was chosen on the pages, and what they computed lately."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from rnn_core.walk.edits import Edit
from ui.server.polling import Polling
from ui.session.memo import Memo

SENTENCE = "sentence"
"""Key of the field with the sentence that the network is asked."""


class PageView:
    """Choices that are no part of an experiment. They stay while pages are left and come back to."""

    def __init__(self, memo_bytes: int) -> None:
        self.charts_as_tables = False
        self.log_axis = False
        self.smoothing = 0.0
        """Weight of the past in the smoothed curves."""
        self.sample = "This was not at all BAD, earlier!"
        """The sentence on which the text rules are shown."""
        self.sentence: str | None = None
        """The sentence that the network is asked; None while the visitor has written none."""
        self.other_sentence: str | None = None
        """The sentence it is compared with; None for one made from the sentence itself."""
        self.studied: int | None = None
        """The row of the sentence chosen on the Gradients page."""
        self.step_place = 0
        """The place, from 0, at which the walk step by step stands."""
        self.step_playing = False
        """Whether that walk goes on by itself."""
        self.step_unit = 1
        """The hidden unit, from 1, whose numbers it shows."""
        self.step_edits: tuple[Edit, ...] = ()
        """Changes by hand to the network that is walked."""
        self.step_edited: Hashable = None
        """Which network they belong to."""
        self.draft: dict[str, Any] = {}
        """What a teacher has entered of an assignment, by field."""
        self.tabs: dict[str, str] = {}
        """The open tab of each row of tabs, by the row's key and the tab's id."""
        self.lessons: dict[str, str] = {}
        """The lesson of each kind that was read last, by its id; none before the first."""
        self.lesson_sentence = ""
        """The sentence that challenges are about."""
        self.sharing: str | None = None
        """The page, by its address, over which the dialog to share or open is open."""
        self.notice: Callable[[], str] | None = None
        """Words a message that is shown once, at the top of the next page."""
        self.language: str | None = None
        """The language that the visitor reads, a key of LANGUAGES; None before their first page is drawn."""
        self.language_chosen = False
        """Whether the visitor has chosen it; the browser keeps it then."""
        self.language_asked: str | None = None
        """What the address asked for last; a later choice counts more."""
        self.polling = Polling()
        """How often living parts of a page are redrawn."""
        self.memo = Memo(memo_bytes)
        """What the pages computed lately."""
