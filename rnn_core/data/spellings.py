"""How common files name their columns and spell labels and splits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Literal

Role = Literal["text", "label", "split"]

_NAMES: Mapping[Role, tuple[str, ...]] = {
    "text": (
        *("text", "sentence", "tweet", "review", "comment", "content", "message", "phrase", "post", "body", "document"),
        *("texts", "sentences", "tweets", "reviews", "comments", "文本", "句子", "内容", "评论", "正文", "评价", "微博"),
        *("review text", "review body", "reviewtext", "tweet text", "comment text", "comment body", "full text", "selftext"),
        *("utterance", "question", "description", "summary", "headline", "title", "标题"),
    ),
    "label": (
        *("label", "标签", "sentiment", "polarity", "target", "class", "category", "labels", "positive?", "emotion", "tag"),
        *("情感", "情感倾向", "极性", "类别", "分类", "rating", "stars", "score", "overall"),
        *("choice", "choices", "ratings", "star rating", "review rating", "grade", "intent", "mood"),
    ),
    "split": ("split", "set", "subset", "partition", "dataset", "数据集", "划分"),
}
"""Column names by role, the clearest first."""

_POSITIVE = {"positive", "pos", "正面", "积极", "正向", "正", "好评"}
_NEGATIVE = {"negative", "neg", "负面", "消极", "负向", "负", "差评"}
_NEITHER = {"neutral", "neu", "mixed", "中性", "中立"}
_YES = {"true", "yes", "✓", "✔", "✅"}
_NO = {"false", "no", "❌", "✗", "✘"}
_MARKS = (_YES | _NO) - {"yes", "no"}

_SCALES: tuple[tuple[set[int], Mapping[int, bool]], ...] = (
    ({0, 1}, {0: False, 1: True}),
    ({0, 2, 4}, {0: False, 4: True}),  # Sentiment140, where 2 is neutral
    ({-1, 0, 1}, {-1: False, 1: True}),
    ({1, 2}, {1: False, 2: True}),  # the polarity sets of Yelp and Amazon
)
"""Scales of numeric labels, and whether each end is positive. The first scale that contains all labels of a file applies."""

_SPLITS: Mapping[str, Literal["train", "test"]] = {
    **dict.fromkeys(("train", "training", "训练", "训练集"), "train"),
    **dict.fromkeys(("test", "testing", "测试", "测试集"), "test"),
    **dict.fromkeys(("dev", "val", "valid", "validation", "eval", "验证", "验证集"), "test"),
}


def key(cell: str) -> str:
    """Return the key of a cell: without case and outer spaces."""
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def rank(name: str, role: Role) -> int | None:
    """Return how clearly a column name stands for a role: 0 is clearest, None is not at all.

    A name that is known as a whole ranks before one that contains a known word: "label" before "airline_sentiment".
    """
    names = _NAMES[role]
    whole = " ".join(re.split(r"[\s_\-]+", key(name)))
    if whole in names:
        return names.index(whole)
    words = set(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()))
    return next((len(names) + place for place, known in enumerate(names) if known in words), None)


def is_name(cell: str) -> bool:
    """Return whether the cell is a known column name."""
    return any((place := rank(cell, role)) is not None and place < len(names) for role, names in _NAMES.items())


def is_value(cell: str) -> bool:
    """Return whether the cell is a known label or split, or a number. "yes" and "no" are too common in sentences to count."""
    known = key(cell)
    return known in _POSITIVE | _NEGATIVE | _NEITHER | _MARKS or known in _SPLITS or is_number(known)


def is_number(cell: str) -> bool:
    """Return whether it is a number, with a decimal point or comma or without."""
    return re.fullmatch(r"[+-]?\d+([.,]\d+)?", key(cell)) is not None


def is_sentiment(cell: str) -> bool:
    """Return whether the cell is a word for positive or negative. Truth values and numbers could mean anything and do not count."""
    return key(cell) in _POSITIVE | _NEGATIVE


def polarities(keys: Collection[str]) -> dict[str, bool]:
    """Return which labels of a column, given as keys, are positive (True) or negative (False). Other labels are left out.

    The meaning of a number depends on the other labels: 1 is positive beside 0 or -1, negative beside 2, unclear among 1 to 5.
    """
    numbers = {key: number for key in keys if (number := _number(key)) is not None}
    present = set(numbers.values())
    scale = next((ends for scale, ends in _SCALES if present <= scale), {})
    known = {key: scale[number] for key, number in numbers.items() if number in scale}
    for key in keys:
        if key in _POSITIVE | _YES:
            known[key] = True
        elif key in _NEGATIVE | _NO:
            known[key] = False
    return known


def split(cell: str) -> Literal["train", "test"] | None:
    """Return the split that a cell names, or None. A validation split counts as test, since it is never trained on."""
    return _SPLITS.get(key(cell))


def _number(key: str) -> int | None:
    """Return the integer of a label such as 1, -1, +1 or 1.0, or None. Longer numbers are not labels."""
    return int(float(key)) if re.fullmatch(r"[+-]?[0-9]{1,3}(\.0{0,9})?", key) else None
