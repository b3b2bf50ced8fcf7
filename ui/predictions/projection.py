"""Word vectors and final states in two dimensions."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.arrays import Floats
from rnn_core.data.sampling import stratified
from rnn_core.explanation import Projection, joined, project
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.pauses import pause
from ui.figures import projection as figures
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.messages import projection as messages

MOST_WORDS, MOST_SENTENCES = 400, 600
CLEARLY = 2 / 3
"""The share of one label among a word's sentences from which the word is drawn as that label's."""


class _Sentences(NamedTuple):
    texts: list[str]
    labels: list[str]
    predictions: list[str]
    """what the network says of each, with its probability"""
    states: Floats
    """(N, H or 2H): the last ones"""
    projected: Projection
    there: int
    """how many sentences there are to choose from"""


def draw(lens: Lens, text: str | None) -> None:
    """Draw the words or the sentences."""
    what = st.segmented_control("Map of", ["Sentences", "Words"], default="Sentences", required=True, key="map")
    if what == "Words":
        _words(lens)
    else:
        _sentences(lens, text)


def _words(lens: Lens) -> None:
    model = lens.model
    counts = Counter(word for row in lens.data.rows("train") for word in lens.data.words[row])
    known = [word for word, _ in counts.most_common() if word in model.vocabulary][:MOST_WORDS]
    if len(known) < 2:
        st.info("There are no words to draw.")
        return
    if model.config.embedding_size:
        rows = model.parameters["E"][model.vocabulary.ids(known)]
        st.caption("Each word at its row of the embedding, E. Words that the network takes for alike lie close together.")
    else:
        tables = [name for name in model.layout.names if name in model.layout.tables]
        rows = np.concatenate([model.parameters[name][:, model.vocabulary.ids(known)] for name in tables]).T
        st.caption(
            "Each word at its column of W_xh, what it sends into the cell. Words that it takes for alike lie close together."
        )
    projected = project(rows)
    points, labels = projected.place(rows), [_label_of(lens, word) for word in known]
    groups = []
    for label in (*model.labels[::-1], figures.MIXED):
        places = [i for i, own in enumerate(labels) if own == label]
        if places:
            groups.append(figures.Group(label, points[places], [known[i] for i in places]))
    figure = figures.sheet(groups, projected.explained, shell.colors(), labels=lens.model.labels)
    charts.show(lens.view, figure, key="map-words", alt="The words in two dimensions, by the label they mostly stand under")
    st.caption("A word has the color and the shape of the label under which two thirds of its training sentences stand, if any.")


def _label_of(lens: Lens, word: str) -> str:
    """Return the label that a word mostly has in training, or MIXED."""
    counts = lens.work_out(("labels of words", lens.data.fingerprint), lambda: _counts(lens))[word]
    label, most = counts.most_common(1)[0]
    return label if most >= CLEARLY * counts.total() and label in lens.model.labels else figures.MIXED


def _counts(lens: Lens) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for row in lens.data.rows("train"):
        for word in set(lens.data.words[row]):
            counts.setdefault(word, Counter())[lens.data.examples[row].label or ""] += 1
    return counts


def _sentences(lens: Lens, text: str | None) -> None:
    found = lens.work_out(("map", lens.data.fingerprint), lambda: _ends(lens))
    if found is None:
        st.info("There are no sentences to draw.")
        return
    points = found.projected.place(found.states)
    groups = []
    for label in lens.model.labels[::-1]:
        places = [i for i, own in enumerate(found.labels) if own == label]
        if places:
            names, notes = ([kept[i] for i in places] for kept in (found.texts, found.predictions))
            groups.append(figures.Group(label, points[places], names, notes))
    word = _word(lens, found)
    arrows = [] if word is None else _moved(lens, found, word)
    star = None
    if text is not None:
        x, y = found.projected.place(_end(lens, text)[None])[0]
        star = ((float(x), float(y)), "the sentence above")
    if said := messages.drawn(len(found.texts), found.there, MOST_SENTENCES):
        st.caption(said)
    st.caption(
        "Each sentence at the state in which the network answers, colored and shaped by its label; point at it to see the prediction. "
        "An arrow leads from where a sentence would end without the word to where it ends with it, for the first "
        f"{figures.MOST_ARROWS} that have it."
    )
    figure = figures.sheet(groups, found.projected.explained, shell.colors(), arrows=arrows, star=star, labels=lens.model.labels)
    charts.show(lens.view, figure, key="map-sentences", alt="The sentences' last states in two dimensions, by label")


def _word(lens: Lens, found: _Sentences) -> str | None:
    """Let the visitor choose the word whose effect the arrows show; "not" is the first choice."""
    counts = Counter(word for text in found.texts for word in set(lens.model.rules.words(text)))
    known = [word for word, _ in counts.most_common(MOST_WORDS) if word in lens.model.vocabulary]
    if not known:
        return None
    return st.selectbox(
        "Where does this word move a sentence",
        known,
        known.index("not") if "not" in known else 0,
        format_func=lambda word: word[:40],
        width=260,
    )


def _moved(lens: Lens, found: _Sentences, word: str) -> list[figures.Arrow]:
    """Return arrows from the final state without the word to the one with it, for the first few sentences that can be read without it."""
    arrows: list[figures.Arrow] = []
    for text, state in zip(found.texts, found.states, strict=True):
        written = lens.model.rules.words(text)
        shorter = [other for other in written if other != word]
        if len(shorter) == len(written) or len(arrows) == figures.MOST_ARROWS:
            continue
        try:
            without = _end(lens, joined(lens.model.rules, shorter))
        except RnnCoreError:
            continue
        (x0, y0), (x1, y1) = found.projected.place(np.stack([without, state])).tolist()
        arrows.append(figures.Arrow((x0, y0), (x1, y1)))
    return arrows


def _ends(lens: Lens) -> _Sentences | None:
    """Return the final states of as many sentences as can be drawn, and the plane of their projection."""
    texts: list[str] = []
    labels: list[str] = []
    predictions: list[str] = []
    ends: list[Floats] = []
    params = lens.model.arrays()
    # Not those without a label, or with one that an opened network was not trained on.
    known = [row for row, (_, label, _) in enumerate(lens.data.examples) if label in lens.model.labels]
    for row in stratified(lens.data, known, MOST_SENTENCES):
        pause()
        text, label, _ = lens.data.examples[row]
        try:
            states = lens.model.states(text)
        except RnnCoreError:
            continue
        p = softmax(passes.output(params, states.h[-1], states.h_reverse[-1]))
        texts.append(text)
        labels.append(label or "")
        predictions.append(messages.predicted(lens.model.labels[int(np.argmax(p))], float(np.max(p))))
        ends.append(_last(states))
    if not texts:
        return None
    stacked = np.stack(ends)
    return _Sentences(texts, labels, predictions, stacked, project(stacked), len(known))


def _end(lens: Lens, text: str) -> Floats:
    """Return the final state (H,), or (2H,) with both directions: what the output layer sees. Raises as Model.ids does."""
    return _last(lens.model.states(text))


def _last(states: passes.States) -> Floats:
    return np.concatenate([states.h[-1], states.h_reverse[-1]])
