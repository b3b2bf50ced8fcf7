"""The cells' equations, and what each cell does, in a sentence or two."""

from __future__ import annotations

CELLS = {
    "vanilla": "One state, rewritten at every word. What it should keep for long must survive every rewriting.",
    "gru": "Two gates: the reset gate says how much of the old state the new proposal sees, the update gate how much of the old state stays.",
    "lstm": (
        "A memory c beside the state: gates say what is written to it, what is forgotten and what is shown. "
        "Along c a gradient passes many words unhurt."
    ),
}

EQUATIONS = {
    "vanilla": (r"h_t = \tanh(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h)",),
    "gru": (
        r"r_t = \sigma(W_{xr}\,x_t + W_{hr}\,h_{t-1} + b_r)",
        r"u_t = \sigma(W_{xu}\,x_t + W_{hu}\,h_{t-1} + b_u)",
        r"n_t = \tanh(W_{xn}\,x_t + r_t \odot (W_{hn}\,h_{t-1} + b_{hn}) + b_n)",
        r"h_t = (1 - u_t) \odot n_t + u_t \odot h_{t-1}",
    ),
    "lstm": (
        r"i_t = \sigma(W_{xi}\,x_t + W_{hi}\,h_{t-1} + b_i)",
        r"f_t = \sigma(W_{xf}\,x_t + W_{hf}\,h_{t-1} + b_f)",
        r"g_t = \tanh(W_{xg}\,x_t + W_{hg}\,h_{t-1} + b_g)",
        r"o_t = \sigma(W_{xo}\,x_t + W_{ho}\,h_{t-1} + b_o)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)",
    ),
}
