"""How a sentence becomes words, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.data.markup import has_markup, without_markup
from rnn_core.data.text import TextRules, folded
from rnn_core.errors import shorten
from ui.language import gettext, number, paragraph
from ui.messages.formatting import plain

MOST_WORDS = 60


def word_list(words: Sequence[str]) -> str:
    """Words one by one, in Markdown; of many, the first few and how many more."""
    shown = " · ".join(plain(shorten(word, 24)) for word in words[:MOST_WORDS])
    if len(words) <= MOST_WORDS:
        return shown
    return gettext("{words} · … and {count} more", words=shown, count=number(len(words) - MOST_WORDS))


def changed(text: str, rules: TextRules) -> str:
    """What is done to a text before it is split; empty where nothing is."""
    apostrophes, wide, unseen = folded(text)
    done = []
    if apostrophes:
        done.append(gettext("curly apostrophes become ' ({count})", count=number(apostrophes)))
    if wide:
        done.append(gettext("full-width letters and digits become normal ones ({count})", count=number(wide)))
    if unseen:
        done.append(gettext("invisible characters are removed ({count})", count=number(unseen)))
    if rules.lowercase and text != text.lower():
        done.append(gettext("capital letters become lowercase"))
    lines = []
    if done:
        lines.append(gettext("Before words are separated: {changes}.", changes=" · ".join(done)))
    if has_markup(text):
        bare = plain(shorten(without_markup(text), 200))
        lines.append(gettext("The text has HTML tags, which are read as words. Without them: “{text}”.", text=bare))
    return paragraph(lines)
