"""The Gradients page's pictures, all of them: no word of a stranger's acts in them, and the colors are the theme's."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, GradientComparison, Model
from rnn_core.gradients.flow import by_epoch, flow
from rnn_core.gradients.spectrum import Spectrum
from tests.ui.figures.trained import (
    BOUNDS,
    TEXT,
    check,
    clipping,
    comparison,
    experiment,
    flows,
    model,
    pictured,
    trained,
    update,
)
from ui.figures.palette import DARK, LIGHT


def test_hostile_words_are_spelled_out_in_every_picture() -> None:
    word = "<img/src=x>$a$"
    data = Dataset.from_pairs([(f"{word} good", 1), ("bad", 0)])
    hostile = Model.initial(Experiment(dataset=data)).with_large_weights()
    passage = flow(hostile, f"{word} good", "positive").forward
    for figure in (
        flows.by_word(passage, LIGHT),
        flows.factors(passage, LIGHT),
        flows.heat(by_epoch([(0, hostile)], f"{word} good", "positive"), LIGHT),
    ):
        spec = figure.to_json()
        assert "&lt;img" in spec.replace("\\u0026", "&").replace("\\u003c", "<")
        assert "<img" not in spec.replace("\\u003c", "<")
        assert "$" not in spec


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_picture_follows_the_theme_and_has_no_title(colors) -> None:  # type: ignore[no-untyped-def]
    passage = flow(model(), TEXT, "negative").forward
    compared = GradientComparison(np.ones(3), np.ones(3))
    figures = [
        clipping.cut(trained(), None, experiment().training, (), 60, colors),
        clipping.shares(trained(), None, 60, colors),
        clipping.turn(trained(), None, 60, colors),
        flows.by_word(passage, colors),
        flows.factors(passage, colors),
        flows.heat(by_epoch([(0, model())], TEXT, "negative"), colors),
        flows.spectrum((0,), [{"W_hh": Spectrum(1.0, 1.0)}], "W_hh", colors),
        comparison.accuracy([comparison.Side("one", [(trained(), True)])], 60, BOUNDS, colors),
        comparison.loss([comparison.Side("one", [(trained(), True)])], 60, BOUNDS, colors),
        comparison.sketch(["one"], [[50, 100]], colors),
        check.scatter({"exact": compared, "printed": compared}, colors),
        update.panels(pictured()[1]["W_hh"], colors),
        update.histogram(np.eye(3), np.eye(3), 0.5, colors),
    ]
    for figure in figures:
        assert figure.layout.font.color == colors.ink
        assert figure.layout.title.text is None
        assert figure.layout.height > 0
        assert not figure.layout.dragmode
