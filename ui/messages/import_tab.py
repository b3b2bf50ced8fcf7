"""Sentences on their way in, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.errors import shorten
from ui.messages.formatting import number, plain


def label_counts(counts: Mapping[str, int]) -> str:
    """Labels that are not understood yet, and how many rows have each."""
    shown = ", ".join(f"“{plain(shorten(label, 24))}” ({number(count)})" for label, count in list(counts.items())[:12])
    return shown if len(counts) <= 12 else f"{shown} and {number(len(counts) - 12)} more"
