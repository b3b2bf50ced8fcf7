"""The names of things: settings, choices, presets, cells."""

from __future__ import annotations

import math

from rnn_core.domains import Choice, Domain, Real, Switch, Whole
from ui.language import Texts, gettext, mark, ngettext, number

FIELDS = Texts(
    {
        "cell": mark("Cell"),
        "hidden_size": mark("Hidden units"),
        "bidirectional": mark("Bidirectional"),
        "vectors": mark("Use of the word vectors"),
        "embedding_size": mark("Embedding size"),
        "initialization": mark("Initialization"),
        "init_scale": mark("Initial scale"),
        "forget_bias": mark("Forget gate bias"),
        "recurrent_gradient": mark("Gradient formula"),
        "epochs": mark("Epochs"),
        "learning_rate": mark("Learning rate"),
        "rate_every": mark("Decay every (epochs)"),
        "rate_factor": mark("Decay factor"),
        "optimizer": mark("Optimizer"),
        "momentum": mark("Momentum"),
        "batch_size": mark("Batch size"),
        "clipping": mark("Clipping"),
        "clip_threshold": mark("Clip threshold"),
        "stopping": mark("Stop early"),
        "stop_accuracy": mark("Stop at accuracy"),
        "stop_epochs": mark("Epochs at this accuracy"),
        "seed": mark("Seed"),
        "train_sentences": mark("Training sentences"),
        "first_words": mark("Words read of each sentence"),
        "lowercase": mark("Lowercase"),
        "strip_punctuation": mark("Remove punctuation"),
        "splitting": mark("Tokenization"),
        "unknown": mark("Unknown words"),
        "min_count": mark("Minimum count"),
        "share": mark("Test fraction"),
        "count": mark("Sentences"),
        "test_share": mark("Test fraction"),
        "negation_depth": mark("Negation depth"),
        "subjects": mark("Subjects"),
        "times": mark("Time words"),
        "pairs": mark("Two adjectives"),
        "intensifiers": mark("Intensifiers"),
        "synonyms": mark("Words per emotion"),
        "adjectives": mark("Adjectives per label"),
        "shortest": mark("Fewest words after the first"),
        "longest": mark("Most words after the first"),
    }
)
"""Setting -> its name, as a label."""

IN_SENTENCE = Texts(
    {
        "cell": mark("cell"),
        "hidden_size": mark("hidden units"),
        "bidirectional": mark("bidirectional"),
        "embedding_size": mark("embedding size"),
        "vectors": mark("word vectors"),
        "initialization": mark("initialization"),
        "init_scale": mark("initial scale"),
        "forget_bias": mark("forget gate bias"),
        "recurrent_gradient": mark("gradient formula"),
        "epochs": mark("epochs"),
        "learning_rate": mark("learning rate"),
        "rate_every": mark("decay every (epochs)"),
        "rate_factor": mark("decay factor"),
        "optimizer": mark("optimizer"),
        "momentum": mark("momentum"),
        "batch_size": mark("batch size"),
        "clipping": mark("clipping"),
        "clip_threshold": mark("clip threshold"),
        "stopping": mark("stop early"),
        "stop_accuracy": mark("stop at accuracy"),
        "stop_epochs": mark("epochs at this accuracy"),
        "seed": mark("seed"),
        "train_sentences": mark("training sentences"),
        "first_words": mark("words read of each sentence"),
    }
)
"""Setting of an experiment -> its name in the middle of a sentence."""

CHOICES = Texts(
    {
        "vanilla": mark("vanilla RNN"),
        "gru": mark("GRU"),
        "lstm": mark("LSTM"),
        "normal": mark("normal, N(0, 1) × scale"),
        "glorot": mark("Glorot uniform"),
        "orthogonal": mark("orthogonal W_hh"),
        "sgd": mark("gradient descent"),
        "momentum": mark("momentum"),
        "adam": mark("Adam"),
        "unused": mark("not used"),
        "start": mark("first values, trained on"),
        "frozen": mark("frozen"),
        "never": mark("never"),
        "train": mark("by training accuracy"),
        "test": mark("by test accuracy"),
        "exact": mark("exact, W_hhᵀ da"),
        "printed": mark("as printed in the guide, W_hh da"),
        "none": mark("no clipping"),
        "value": mark("by value"),
        "norm": mark("by norm, per parameter"),
        "global_norm": mark("by global norm"),
        "spaces": mark("split at spaces"),
        "tweet": mark("tweets (NLTK)"),
        "wordpunct": mark("words and punctuation (NLTK)"),
        "characters": mark("single characters"),
        "chinese": mark("Chinese words"),
        "refuse": mark("refuse the sentence"),
        "skip": mark("skip the word"),
        "replace": mark("read as <unk>"),
    }
)
"""Option of a setting -> its name, as in the middle of a sentence."""

CELLS = Texts({"vanilla": mark("Vanilla RNN"), "gru": mark("GRU"), "lstm": mark("LSTM")})
"""Cell -> its name, as a label."""

PRESETS = Texts(
    {
        "guide_corrected": mark("The guide, corrected"),
        "guide_printed": mark("The guide, as printed"),
        "better_start": mark("A better start"),
        "gru": mark("GRU"),
        "lstm": mark("LSTM"),
        "bidirectional": mark("Bidirectional"),
        "embedding": mark("Word embedding"),
        "on_the_edge": mark("On the edge"),
        "long_memory": mark("Long memory"),
        "emotions": mark("Five emotions"),
        "word_vectors": mark("Word vectors"),
    }
)
"""Preset of the core -> its name."""

WATCH = Texts(
    {
        "guide_corrected": mark(
            "The guide's settings with the exact gradient formula. The loss stays at chance for the first epochs, then drops."
        ),
        "guide_printed": mark(
            "The guide's settings and its wrong gradient formula. The gradient check fails, and training accuracy reaches 100% about "
            "40 epochs later."
        ),
        "better_start": mark(
            "Initial weights 100 times larger. The plateau disappears. Test accuracy improves less than training accuracy."
        ),
        "gru": mark("A cell with gates that learn what to keep. It needs few epochs."),
        "lstm": mark("A cell with a second memory, the cell state. Its gradient norms stay in a narrow range."),
        "bidirectional": mark(
            "The network also reads each sentence backwards. See the probability after each word on the Predictions page."
        ),
        "embedding": mark(
            "Each word is 8 learned numbers instead of a one-hot vector: 4,946 parameters instead of 5,442. Training accuracy still "
            "reaches 100%."
        ),
        "on_the_edge": mark(
            "At this learning rate only a small clip threshold helps. Set the threshold to 1, or choose no clipping, and training "
            "usually fails."
        ),
        "long_memory": mark(
            "The first word decides, and 40 to 60 other words follow. The LSTM learns it. A vanilla RNN stays near chance on the test set."
        ),
        "emotions": mark(
            "Five labels, and sentences such as “not angry but afraid”. See the confusion matrix: the bag of words fails here."
        ),
        "word_vectors": mark(
            "No adjective of the test set is in training. The network knows them by their word vectors, which we counted from other "
            "sentences of our own. Without the vectors it guesses. See the map of the words on All sentences."
        ),
    }
)
"""Preset of the core -> what to look at."""

UNKNOWN_WORD = r"\<unk\>"
"""What stands for an unknown word, for a place that reads Markdown."""


def correctness(right: bool) -> str:
    """Whether a prediction is the label, for a table."""
    return gettext("✓ right") if right else gettext("✗ wrong")


def own_settings() -> str:
    """That what is set is no preset."""
    return gettext("Custom settings. Choose a preset to replace them.")


def preset_line(preset: str | None, *, own_sentences: bool) -> str:
    """What to look at with a preset that is set, or that none is."""
    if preset is None:
        return own_settings()
    if own_sentences:
        return gettext("The settings of the preset “{preset}” with your own sentences.", preset=PRESETS[preset])
    return WATCH[preset]


def replaces_sentences(preset: str, own: int) -> str:
    """That a preset comes with sentences, and what that means for the visitor's own."""
    return ngettext(
        "The preset “{preset}” comes with its own sentences. They would replace your {count} sentence. Undo on the Dataset page brings "
        "it back.",
        "The preset “{preset}” comes with its own sentences. They would replace your {count} sentences. Undo on the Dataset page "
        "brings them back.",
        own,
        preset=PRESETS[preset],
    )


def too_fast(rate: float, *, breaks: bool) -> str:
    """That a learning rate is far too high. breaks: whether the very first update leads to no finite loss."""
    if breaks:
        return gettext(
            "With a learning rate of {rate} the first update already overflows: training would diverge at once. The guide uses 0.02.",
            rate=f"{rate:g}",
        )
    return gettext(
        "A learning rate of {rate} is far too high: training will almost certainly fail. The guide uses 0.02.", rate=f"{rate:g}"
    )


def allowed(domain: Domain, most: int | None = None) -> str:
    """Return which values a setting may have, in a sentence; empty for one that is chosen from a list. most: this server's limit."""
    match domain:
        case Whole():
            high = domain.high if most is None else most
            return gettext("A whole number from {low} to {high}.", low=number(domain.low), high=number(high))
        case Real(low=low) if math.isinf(low):
            return gettext("Any number.")
        case Real(high=high) if math.isinf(high) and domain.includes_low:
            return gettext("A number of {low} or more.", low=f"{domain.low:g}")
        case Real(high=high) if math.isinf(high):
            return gettext("A number above {low}.", low=f"{domain.low:g}")
        case Real(includes_low=True):
            return gettext("A number from {low} to {high}.", low=f"{domain.low:g}", high=f"{domain.high:g}")
        case Real():
            return gettext("A number above {low}, up to {high}.", low=f"{domain.low:g}", high=f"{domain.high:g}")
        case Choice() | Switch():
            return ""
