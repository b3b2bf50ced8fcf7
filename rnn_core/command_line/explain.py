"""explain: one text, word by word: the prediction after each word, which words decided, and what would change it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from rnn_core.command_line import files, tables
from rnn_core.errors import ConfigError
from rnn_core.explanation import Flip, Reading, Saliency, explain, find_flips, probability_columns, read

_MEASURES = ("gradient_times_input", "integrated_gradients", "gradient_norm", "leave_one_out")


def explain_text(options: argparse.Namespace) -> int:
    """Print the explanation as a report, or as one JSON object."""
    model = files.model(options.model)
    files.LIMITS.check(characters=len(options.text))
    files.LIMITS.check(words=len(model.rules.words(options.text)))
    reading = read(model, options.text)
    label = reading.verdict if options.label is None else options.label
    if label not in model.labels:
        raise ConfigError("--label", label, f"one of {', '.join(model.labels)}")
    saliency, flips = explain(model, reading, label), find_flips(model, reading)
    changed = (*flips.deletions, *flips.replacements)
    if options.json:
        print(json.dumps(_as_json(reading, saliency, changed), ensure_ascii=False))
        return 0
    print(f"{tables.printable(options.text)}\n{reading.verdict}, {reading.confidence:.4f}")
    if reading.tokens.unknown:
        print(f"unknown words: {tables.printable(', '.join(reading.tokens.unknown))}")
    print("\nThe prediction, if the text ended after this word:")
    rows = [("word", *probability_columns(reading.labels))]
    rows += [(word, *(f"{p:.4f}" for p in after)) for word, after in zip(reading.words, reading.probabilities, strict=True)]
    print(tables.aligned([(*row, "") for row in rows]))
    print(f"\nHow much each word speaks for {label}, by four measures:")
    measured: list[tuple[str, ...]] = [("word", *_MEASURES, "")]
    for i, word in enumerate(saliency.words):
        measured.append((word, *(f"{getattr(saliency, measure)[i]:.4f}" for measure in _MEASURES), ""))
    print(tables.aligned(measured))
    print(
        "\nThe smallest changes that flip the prediction:"
        if changed
        else "\nNo small change that flips the prediction was found."
    )
    for flip in changed:
        print(f"  {tables.printable(flip.text)}: {flip.verdict}, {flip.probability:.4f}")
    return 0


def _as_json(reading: Reading, saliency: Saliency, changed: Sequence[Flip]) -> dict[str, Any]:
    words = []
    for i, word in enumerate(reading.words):
        after = dict(zip(reading.labels, reading.probabilities[i].tolist(), strict=True))
        measures: dict[str, float | None] = {measure: float(getattr(saliency, measure)[i]) for measure in _MEASURES}
        if len(reading.words) == 1:
            measures["leave_one_out"] = None  # nothing is left to read
        words.append({"word": word, "probabilities": after} | measures)
    return {
        "verdict": reading.verdict,
        "confidence": reading.confidence,
        "unknown_words": list(reading.tokens.unknown),
        "label": saliency.label,
        "words": words,
        "flips": [{"text": flip.text, "verdict": flip.verdict, "probability": flip.probability} for flip in changed],
    }
