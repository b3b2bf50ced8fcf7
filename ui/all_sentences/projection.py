"""Word vectors and final states in two dimensions."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.arrays import Floats
from rnn_core.data.dataset import SPLITS
from rnn_core.data.sampling import stratified
from rnn_core.errors import shorten
from rnn_core.explanation import Projection, endings, predictions_on_plane, project
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.pauses import pause
from ui.figures import projection as figures
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import projection as messages

MOST_WORDS, MOST_SENTENCES = 400, 600
SHADES = (72, 44)
"""Places across and up at which the sheet's prediction is computed."""
CLEARLY = 2 / 3
"""The share of one label among a word's sentences from which the word is drawn as that label's."""


class _Sentences(NamedTuple):
    texts: list[str]
    labels: list[str]
    predictions: list[tuple[str, float]]
    """what the network predicts for each, with its probability"""
    states: Floats
    """(N, H or 2H): the last ones"""
    projected: Projection
    there: int
    """how many sentences there are to choose from"""


def draw(lens: Lens) -> None:
    """Draw the words or the sentences."""
    names = {"sentences": gettext("Sentences"), "words": gettext("Words")}
    what = st.segmented_control(
        gettext("Map of"), list(names), default="sentences", required=True, key="map", format_func=names.__getitem__
    )
    if what == "words":
        _words(lens)
    else:
        _sentences(lens)


def _words(lens: Lens) -> None:
    model = lens.model
    counts = Counter(word for row in lens.data.rows("train") for word in lens.data.words[row])
    unseen = Counter(word for row in lens.data.rows("test") for word in lens.data.words[row] if word not in counts)
    known = [word for word, _ in (*counts.most_common(), *unseen.most_common()) if word in model.vocabulary][:MOST_WORDS]
    if len(known) < 2:
        st.info(gettext("There are too few words to draw."))
        return
    if model.config.embedding_size:
        rows = model.parameters["E"][model.vocabulary.ids(known)]
        st.caption(gettext("Each word is placed by its row of the embedding E. Words with similar rows are close together."))
    else:
        tables = [name for name in model.layout.names if name in model.layout.tables]
        rows = np.concatenate([model.parameters[name][:, model.vocabulary.ids(known)] for name in tables]).T
        st.caption(gettext("Each word is placed by its column of W_xh. Words with similar columns are close together."))
    projected = project(rows)
    points, labels = projected.place(rows), [_label_of(lens, word) for word in known]
    groups = []
    for label, is_new in product((*model.labels[::-1], figures.MIXED), (False, True)):
        places = [i for i, own in enumerate(labels) if own == label and (known[i] in unseen) == is_new]
        if places:
            groups.append(figures.Group(label, points[places], [known[i] for i in places], is_new=is_new))
    figure = figures.sheet(groups, projected.explained, shell.colors(), labels=lens.model.labels)
    charts.show(lens.view, figure, key="map-words", alt=gettext("The words in two dimensions, by their most frequent label"))
    st.caption(gettext("A word has the color of a label if at least two thirds of its training sentences have that label."))
    if any(group.is_new for group in groups):
        st.caption(
            gettext(
                "Hollow points are words that are in no training sentence. They are known by their vectors, and their color is that of their "
                "test sentences."
            )
        )


def _label_of(lens: Lens, word: str) -> str:
    """Return the label that a word mostly has in training, or in the test if training does not have it; or MIXED."""
    counts = lens.work_out(("labels of words", lens.data.fingerprint), lambda: _counts(lens))[word]
    label, most = counts.most_common(1)[0]
    return label if most >= CLEARLY * counts.total() and label in lens.model.labels else figures.MIXED


def _counts(lens: Lens) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for split in SPLITS[::-1]:  # what training has of a word replaces what the test has
        counts: dict[str, Counter[str]] = {}
        for row in lens.data.rows(split):
            for word in set(lens.data.words[row]):
                counts.setdefault(word, Counter())[lens.data.examples[row].label or ""] += 1
        found |= counts
    return found


def _sentences(lens: Lens) -> None:
    found = lens.work_out(("map", lens.data.fingerprint), lambda: _ends(lens))
    if found is None:
        st.info(gettext("There are no sentences to draw."))
        return
    points = found.projected.place(found.states)
    groups = []
    for label in lens.model.labels[::-1]:
        places = [i for i, own in enumerate(found.labels) if own == label]
        if places:
            notes = [messages.predicted(*found.predictions[i]) for i in places]
            groups.append(figures.Group(label, points[places], [found.texts[i] for i in places], notes))
    text = _chosen(lens, found)
    way = lens.work_out(("endings", text), lambda: endings(lens.model, text))
    path = figures.Path(text, found.projected.place(way), lens.reading(text).words)
    shade = lens.work_out(("shade", lens.data.fingerprint, text), lambda: _shade(lens, found, path))
    if said := messages.drawn(len(found.texts), found.there, MOST_SENTENCES):
        st.caption(said)
    st.markdown(messages.path(lens.label))
    figure = figures.sheet(groups, found.projected.explained, shell.colors(), path=path, shade=shade, labels=lens.model.labels)
    charts.show(
        lens.view,
        figure,
        key="map-sentences",
        alt=gettext("The final hidden states of the sentences in two dimensions, by label"),
    )
    st.caption(
        gettext(
            "The plane has the two directions in which the final hidden states differ most. The states have more dimensions, so the "
            "prediction for a sentence can differ from the shading around it. Point at a sentence to see its prediction."
        )
    )


def _chosen(lens: Lens, found: _Sentences) -> str:
    """Let the visitor choose the sentence whose path is drawn; the one asked on Predictions is the first choice."""
    asked = lens.session.view.sentence or ""
    texts = [text for text in dict.fromkeys((asked, *found.texts)) if text != asked or lens.can_read(asked)]
    chosen = st.selectbox(
        gettext("Sentence to follow"),
        range(len(texts)),
        key=f"followed-{len(texts)}-{lens.data.fingerprint}",
        format_func=lambda place: texts[place][:80] if place < len(texts) else "",
        width=420,
    )
    return texts[chosen or 0]


def _shade(lens: Lens, found: _Sentences, path: figures.Path) -> figures.Shade:
    """Return the predictions on a sheet that holds all sentences and the path, with a margin around them."""
    places = np.concatenate([found.projected.place(found.states), path.points])
    low, high = places.min(axis=0), places.max(axis=0)
    margin = np.maximum(0.08 * (high - low), 1e-3)
    x, y = (np.linspace(low[k] - margin[k], high[k] + margin[k], count) for k, count in enumerate(SHADES))
    return figures.Shade(x, y, predictions_on_plane(lens.model, found.projected, x, y), lens.label)


def _ends(lens: Lens) -> _Sentences | None:
    """Return the final states of as many sentences as can be drawn, and the plane of their projection."""
    texts: list[str] = []
    labels: list[str] = []
    predictions: list[tuple[str, float]] = []
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
        predictions.append((shorten(lens.model.labels[int(np.argmax(p))], 24), float(np.max(p))))
        ends.append(_last(states))
    if not texts:
        return None
    stacked = np.stack(ends)
    return _Sentences(texts, labels, predictions, stacked, project(stacked), len(known))


def _last(states: passes.States) -> Floats:
    return np.concatenate([states.h[-1], states.h_reverse[-1]])
