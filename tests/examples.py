"""A small dataset: large enough to show every behavior, small enough to train in a moment."""

from __future__ import annotations

from rnn_core import Example

SIX = (
    Example("so bad", "negative", "test"),
    Example("good", "positive", "train"),
    Example("bad", "negative", "train"),
    Example("not good at all", "negative", "train"),
    Example("so so good", "positive", "train"),
    Example("not bad", "positive", "test"),
    Example("not bad at all", "positive", "train"),
    Example("so very bad at all", "negative", "train"),
    Example("very good", "positive", "test"),
)
"""Six training and three test sentences, in mixed order, of one to five words; one sentence says a word twice."""
