"""The names of things: settings, choices, presets, cells."""

from __future__ import annotations

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
    "synonyms": "Words for each emotion",
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
    "chinese": "Chinese words",
    "refuse": "are refused",
    "skip": "are skipped",
    "replace": "are read as <unk>",
}

PRESETS = {
    "guide_corrected": (
        "The guide, corrected",
        "The guide's defaults with the right backward rule. The loss stays at chance for the first epochs, then drops.",
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
    "emotions": (
        "Five emotions",
        "Five labels, and sentences such as “not angry but afraid”. Look at the confusion matrix, where the bag of words fails.",
    ),
}
"""Name in the core -> (label, what to watch)."""

OWN_SETTINGS = "Settings of your own. Each of these buttons brings a known experiment back."

UNKNOWN_WORD = r"\<unk\>"
"""What stands for an unknown word, for a place that reads Markdown."""

RIGHT, WRONG = "✓ right", "✗ wrong"
