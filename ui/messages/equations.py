"""What each cell does, in a sentence or two."""

from __future__ import annotations

from ui.language import Texts, mark

MEANING = Texts(
    {
        "vanilla": mark("One hidden state, overwritten at every word. To be remembered, something must survive every step."),
        "gru": mark(
            "Two gates. The reset gate decides how much of the old state the new proposal sees. The update gate decides how much of the "
            "old state is kept."
        ),
        "lstm": mark(
            "A cell state c beside the hidden state. Gates decide what is written to it, what is forgotten and what is shown. Going back "
            "along c, the gradient is multiplied only by the forget gate. It survives while that gate is near 1."
        ),
    }
)
"""Cell -> what it does."""
