"""The drawing of a reading: it plays by itself, says what the network says, and holds no more than words."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from rnn_core import Dataset, Experiment, Model, read
from ui.figures import drawing
from ui.figures.palette import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("both", [False, True])
def test_each_word_has_its_step_with_the_networks_own_prediction(small: Experiment, both: bool) -> None:
    reading = read(Model.initial(small.with_model(bidirectional=both)).with_large_weights(), "so very good at all")
    steps = ElementTree.fromstring(drawing.reading(reading, LIGHT)).findall(f"{SVG}g")
    assert len(steps) == 5
    assert [("".join(step.itertext())).count("Whh") for step in steps] == [0, 1, 1, 1, 1]
    for word, p, step in zip(reading.words, reading.probabilities, steps, strict=True):
        texts = [text.text for text in step.iter(f"{SVG}text")]
        assert {word, f"{p.max():.3f}", reading.labels[int(p.argmax())]} <= set(texts)


def test_each_step_comes_after_the_one_before_and_stands_still_for_a_reader_who_wants_less_motion(small: Experiment) -> None:
    svg = drawing.reading(read(Model.initial(small), "so very good"), DARK)
    comes = [float(share) for share in re.findall(r"@keyframes k\d \{ 0%, ([\d.]+)%", svg)]
    assert comes == sorted(set(comes))
    assert len(comes) == 3
    assert "infinite" in svg
    assert "@media (prefers-reduced-motion: reduce) { .s { animation: none } }" in svg


def test_a_strangers_word_and_label_are_only_text_in_it() -> None:
    data = Dataset.from_pairs([("<b>&x good", "<i>1</i>"), ("bad", "so")])
    reading = read(Model.initial(Experiment(dataset=data)), "<b>&x bad")
    svg = drawing.reading(reading, LIGHT)
    assert {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()} == {
        *("svg", "style", "defs", "marker", "path", "g", "line", "rect", "text", "tspan")
    }
