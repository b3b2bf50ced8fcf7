"""The names of things, and numbers and strangers' texts made fit to be read."""

from __future__ import annotations

import math
import re
import string
import unicodedata

FIELDS = {
    "cell": "Cell",
    "hidden_size": "Hidden units",
    "bidirectional": "Read both ways",
    "embedding_size": "Embedding size",
    "initialization": "First weights",
    "init_scale": "Initial scale",
    "forget_bias": "Forget-gate bias",
    "recurrent_gradient": "Backward rule",
    "epochs": "Epochs",
    "learning_rate": "Learning rate",
    "rate_every": "Epochs between rate cuts",
    "rate_factor": "Rate cut to this share",
    "optimizer": "Optimizer",
    "momentum": "Momentum",
    "batch_size": "Batch size",
    "clipping": "Clipping",
    "clip_threshold": "Clip threshold",
    "stopping": "Stop early",
    "stop_accuracy": "Accuracy to stop at",
    "stop_epochs": "Epochs it must hold",
    "seed": "Seed",
    "lowercase": "Lower case",
    "strip_punctuation": "Drop punctuation",
    "splitting": "Words are",
    "unknown": "Unknown words",
    "min_count": "Rare below",
    "share": "Share kept for the test",
    "count": "Sentences",
    "test_share": "Share kept for the test",
    "negation_depth": "Deepest negation",
    "subjects": "Subjects",
    "times": "Times",
    "pairs": "Two adjectives",
    "intensifiers": "Intensifiers",
    "adjectives": "Adjectives of each label",
    "shortest": "Words after the first, at least",
    "longest": "Words after the first, at most",
}

CHOICES = {
    "vanilla": "vanilla RNN",
    "gru": "GRU",
    "lstm": "LSTM",
    "normal": "N(0, 1) times the scale",
    "glorot": "Glorot, uniform",
    "orthogonal": "orthogonal W_hh",
    "sgd": "gradient descent",
    "momentum": "with momentum",
    "adam": "Adam",
    "never": "never",
    "train": "when training is right",
    "test": "when the test is right",
    "exact": "exact, W_hhᵀ da",
    "printed": "as printed in the guide, W_hh da",
    "none": "none",
    "value": "by value",
    "norm": "by each norm",
    "global_norm": "by the global norm",
    "spaces": "split at spaces",
    "tweet": "split as in tweets",
    "wordpunct": "letters apart from signs",
    "characters": "single characters",
    "refuse": "are refused",
    "skip": "are skipped",
    "replace": "are read as <unk>",
}

PRESETS = {
    "guide_corrected": (
        "The guide, corrected",
        "The guide's defaults with the right backward rule. Watch the loss lie at ln 2 at first, and the curve let go of it.",
    ),
    "guide_printed": (
        "The guide, as printed",
        "The guide to the letter. Watch the gradient check fail, and every sentence come right some forty epochs later.",
    ),
    "better_start": (
        "A better start",
        "First weights a hundred times larger. Watch the plateau vanish; the test sentences profit less than the training ones.",
    ),
    "gru": ("GRU", "Gates that learn what to keep. Watch how few epochs it needs."),
    "lstm": ("LSTM", "A memory apart from the hidden state. Watch the norms of its gradients stay together."),
    "bidirectional": (
        "Both ways",
        "Reads each sentence from its end too. Watch the probability after each word on the Predictions page.",
    ),
    "on_the_edge": (
        "On the edge",
        "A rate at which only tight clipping learns. Set the clip threshold to 1, or clipping to none, and watch it get lost.",
    ),
    "long_memory": (
        "Long memory",
        "The first word decides, many words follow. Watch the LSTM learn it; with a vanilla cell the test stays near chance.",
    ),
}
"""Name in the core -> (label, what to watch)."""

OWN_SETTINGS = "Settings of your own. Each of these buttons brings a known experiment back."

UNKNOWN_WORD = r"\<unk\>"
"""What stands for an unknown word, for a place that reads Markdown."""

FAULTS = {
    "no_training_rows": "Nothing to train on",
    "one_class": "One label only",
    "empty_text": "Without a word",
    "no_label": "Without a label",
    "unseen_label": "A label that training never has",
    "unseen_word": "Words that training never has",
    "nothing_known": "Nothing left to read",
    "too_long": "Too long",
    "no_spaces": "No spaces between words",
    "contradiction": "The same with different labels",
    "leak": "In both splits",
    "duplicate": "Repeated",
    "imbalance": "One label outweighs the others",
    "nothing_replaced": "A word for the unknown that is never learned",
    "skipped_word": "Skipped words",
    "replaced_word": "Replaced words",
    "same_words": "Told apart by order alone",
}
"""Kind of fault -> heading for all faults of the kind."""

REPAIRS = {
    "duplicate": "Remove the repetitions",
    "leak": "Remove these sentences from the test",
    "empty_text": "Remove the empty rows",
    "unseen_word": "Train on these sentences",
    "nothing_known": "Train on these sentences",
}
"""Kind of fault -> what its repair does, for a button."""

OTHER_RULES = {
    "unseen_word": ("unknown", "replace", r"Read unknown words as \<unk\>"),
    "no_spaces": ("splitting", "characters", "Read single characters"),
}
"""Kind of fault -> a text rule that is a way out of it, its value, and words for a button."""

CELLS = {"vanilla": "Vanilla RNN", "gru": "GRU", "lstm": "LSTM"}

RIGHT, WRONG = "✓ right", "✗ wrong"

_ESCAPES = str.maketrans({c: "\\" + c for c in string.punctuation} | {":": "\\:\u2060", "@": "\\@\u2060", "\n": " ", "\r": " "})
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WWW = re.compile(r"www(?=\.)", re.IGNORECASE)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of all that follows, ours too."""
_FROM_THE_RIGHT = ("R", "AL", "AN")


def plain(text: str) -> str:
    """A visitor's text for a place that reads Markdown: every mark escaped.

    A joiner stands after a colon against :names:, and where a bare address would become a link, which no escape prevents. What is
    written from the right is set apart, so that it does not draw our words and numbers around it into its order.
    """
    text = _WWW.sub("\\g<0>\u2060", _TURNS.sub("\ufffd", text)).translate(_ESCAPES)
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) in _FROM_THE_RIGHT for c in text) else text


def number(value: float) -> str:
    """A count with thin spaces between thousands, at which no line is broken."""
    return f"{value:,.0f}".replace(",", "\u202f")


def scientific(value: float, digits: int = 2) -> str:
    """A number to so many figures; one far from 1 as a multiple of a power of ten."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("-", "−")
    if 1e-3 <= abs(value) < 1e4:
        text = f"{value:#.{digits}g}".removesuffix(".")
        return (number(value) if "e" in text else text).replace("-", "−")
    factor, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{factor.replace('-', '−')}·10{str(int(exponent)).translate(_RAISED)}"


def setting(value: float | str) -> str:
    """A setting's value as short as it is exact."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return CHOICES.get(value, value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return number(value)
    short = f"{value:.6g}"
    return short if float(short) == value else repr(value)


def duration(seconds: float) -> str:
    """A time as a person would say it."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    hours = f"{seconds / 3600:.1f}"
    return f"{hours.removesuffix('.0')} h"
