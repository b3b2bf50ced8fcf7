"""What each cell does, in a sentence or two."""

from __future__ import annotations

MEANING = {
    "vanilla": "One state, rewritten at every word. What it should keep for long must survive every rewriting.",
    "gru": "Two gates: the reset gate says how much of the old state the new proposal sees, the update gate how much of the old state stays.",
    "lstm": (
        "A memory c beside the state: gates say what is written to it, what is forgotten and what is shown. "
        "Back along c a gradient is multiplied by the forget gate alone, so it lasts where that gate stays near 1."
    ),
}
