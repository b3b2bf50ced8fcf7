"""Small words of the Dataset page."""

from __future__ import annotations

from ui.language import Texts, mark

SPLITS = Texts({"train": mark("training set"), "test": mark("test set")})
"""Split -> its name."""

KINDS = Texts(
    {
        "like_guide": mark("Like the guide's"),
        "by_order": mark("Word order decides"),
        "long_memory": mark("Long memory"),
        "emotions": mark("Five emotions"),
    }
)
"""Generator of sentences -> its name."""

ABOUT = Texts(
    {
        "like_guide": mark("Subject, negation, adjective and time. The label follows from the negations."),
        "by_order": mark(
            "“good not bad” and “bad not good” have the same words and different labels, so a bag of words stays at chance level."
        ),
        "long_memory": mark(
            "The first word decides the label. Many neutral words follow, so the network must remember it for a long time."
        ),
        "emotions": mark(
            "Anger, fear, joy, sadness and surprise. “not angry but afraid” is fear: only one of the two emotions counts."
        ),
    }
)
"""Generator of sentences -> what it makes."""
