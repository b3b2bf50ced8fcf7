"""The drawings of a walk hold the walk's own numbers, and no more of a stranger's words than text."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from rnn_core import Model, presets
from rnn_core.walk.places import Place, places
from rnn_core.walk.steps import Walk, walk
from tests.core.reference import NETWORKS, large_model
from ui.figures import connections, matrices, pixels, symbols, unrolled
from ui.figures.matrices import Heat, Strip
from ui.figures.palette import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"
WORDS = ["am", "bad", "i", "not"]


def walked(size: int = 4, **settings: Any) -> Walk:
    return walk(large_model(WORDS, size, seed=3, **settings), "i am not bad", "positive")


def groups(svg: str) -> dict[int, ElementTree.Element]:
    return {
        int(found.attrib["data-place"]): found
        for found in ElementTree.fromstring(svg).iter(f"{SVG}g")
        if "data-place" in found.attrib
    }


def texts(element: ElementTree.Element) -> str:
    return " ".join("".join(text.itertext()) for text in element.iter(f"{SVG}text"))


@pytest.mark.parametrize("network", NETWORKS)
def test_a_box_fills_when_its_step_is_walked_and_is_pale_before(network: str) -> None:
    found = walked(**NETWORKS[network])
    every = places(found)
    for at in (0, 2, len(found.words) - 1):
        drawn = groups(unrolled.draw(found, every, at, LIGHT, alt="").svg)
        for k, place in enumerate(every):
            if place.part != "forward":
                continue
            box, state = drawn[k], found.steps[place.direction].h[place.t]
            said = texts(box)
            assert ("opacity" in box.attrib) == (k > at)
            assert all(symbols.short(value) in said for value in state.tolist()) == (k <= at)


def test_on_the_way_back_the_gradient_stands_beside_the_state_as_soon_as_it_is_known() -> None:
    found = walked()
    every, steps = places(found), found.steps[0]
    at = every.index(Place("backward", 0, 3))
    drawn = groups(unrolled.draw(found, every, at, DARK, alt="").svg)
    for t in (1, 2, 3, 4):
        said = texts(drawn[every.index(Place("backward", 0, t))])
        assert ("dh" in said) == (t >= 2)
        assert (symbols.short(float(steps.back["exact"].dh[t - 1, 0])) in said) or t < 2


def test_a_click_leads_to_the_step_of_the_part_that_is_walked() -> None:
    found = walked(bidirectional=True)
    every = places(found)
    there = groups(unrolled.draw(found, every, 1, LIGHT, alt="").svg)
    back = groups(unrolled.draw(found, every, len(every) - 1, LIGHT, alt="").svg)
    assert {every[k].part for k in there} == {"forward", "output"}
    assert {every[k].part for k in back} == {"backward", "loss"}
    assert len(there) == len(back) == 2 * len(found.words) + 1


def test_of_a_long_sentence_the_steps_around_the_lit_one_are_drawn() -> None:
    long = walk(large_model(WORDS, 3), "i am not bad " * 30, "positive")
    every = places(long)
    for at in (0, 60, 119, 120, len(every) - 1):
        drawn = unrolled.draw(long, every, at, LIGHT, alt="")
        assert len(groups(drawn.svg)) == unrolled.MOST_BOXES + 1
        if every[at].part == "forward":
            assert at in groups(drawn.svg)
        assert 0 <= drawn.lit <= drawn.width


def test_the_output_shows_the_right_label_among_many() -> None:
    labels = tuple(f"label {k:02}" for k in range(12))
    found = walk(large_model(WORDS, 4, labels, seed=1), "i am not bad", labels[7])
    every = places(found)
    said = texts(
        groups(unrolled.draw(found, every, every.index(Place("output")), LIGHT, alt="").svg)[every.index(Place("output"))]
    )
    assert sum(label in said for label in labels) == unrolled.MOST_LABELS
    assert labels[7] in said
    assert f"{found.probabilities.max():.3f}" in said


def test_up_to_eight_units_every_number_is_written_and_above_that_the_chosen_one() -> None:
    small, large = np.linspace(-1, 1, 8), np.linspace(-1, 1, 9)
    written = matrices.draw([Strip("h_t", small)], LIGHT, t=3, unit=0).svg
    assert all(symbols.short(value) in written for value in small.tolist())
    written = matrices.draw([Strip("h_t", large)], LIGHT, t=3, unit=5).svg
    assert [value for value in large.tolist() if f">{symbols.short(value)}<" in written] == [large[5]]
    assert ">9<" in written  # its shape


def test_every_shape_stands_below() -> None:
    drawn = matrices.draw([Heat("W_hh", np.ones((4, 4))), Strip("h_{t-1}", np.ones(4)), "=", Strip("y", np.ones(2))], LIGHT, t=2)
    said = texts(ElementTree.fromstring(drawn.svg))
    assert "4×4" in said
    assert "Whh" in said
    assert "h1" in said


def test_a_cell_that_stands_for_several_shows_the_largest_of_them() -> None:
    values = np.zeros((130, 130))
    values[127, 3], values[126, 4] = -5.0, 2.0
    drawn = matrices._largest(values, matrices.tile(130), matrices.tile(130))
    assert matrices.tile(64) == 1
    assert matrices.tile(130) == 3
    assert drawn.shape == (44, 44)
    assert drawn[42, 1] == -5.0
    assert np.count_nonzero(drawn) == 1


def test_a_picture_of_many_cells_has_a_pixel_for_each_in_the_colors_of_the_palette() -> None:
    address = pixels.heat(np.array([[1.0, 0.0, -1.0], [np.nan, 0.5, 7.0]]), LIGHT)
    file = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    assert file.startswith(b"\x89PNG")
    assert struct.unpack(">II", file[16:24]) == (3, 2)
    start = file.index(b"IDAT") + 4
    rows = zlib.decompress(file[start:])
    assert rows[1:4].hex() == LIGHT.positive.removeprefix("#").lower()
    assert rows[4:7].hex() == LIGHT.paper.removeprefix("#").lower()
    assert rows[7:10].hex() == LIGHT.negative.removeprefix("#").lower()
    assert rows[11:14].hex() == LIGHT.paper.removeprefix("#").lower()


def test_the_chosen_unit_gathers_over_its_row_there_and_over_its_column_back() -> None:
    W = np.array([[0.11, 0.12, 0.13], [0.21, 0.22, 0.23], [0.31, 0.32, 0.33]])
    for back, expected in ((False, W[1]), (True, W[:, 1])):
        svg = connections.draw(W, 1, LIGHT, t=2, back=back, alt="").svg
        numbers = re.findall(r">(0\.\d\d)<", svg)
        assert numbers == [f"{value:.2f}" for value in expected]


def test_a_strangers_word_and_label_are_only_text() -> None:
    made = large_model(["<b>&x", "good"], 3, ("<i>1</i>", "so"), cell="gru")
    found = walk(made, "<b>&x good", "<i>1</i>")
    for at in range(len(places(found))):
        svg = unrolled.draw(found, places(found), at, LIGHT, alt="<script>").svg
        assert {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()} <= {
            *("svg", "defs", "marker", "path", "g", "line", "rect", "text", "tspan", "image")
        }


def test_a_symbol_has_the_steps_number_and_its_index_set_lower() -> None:
    assert "".join(ElementTree.fromstring(f"<t>{symbols.tspans('W_hh h_{t-1}', 14, 3)}</t>").itertext()) == "Whh h2"
    assert symbols.latex_at(r"h_t = \tanh(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h)", 3) == (
        r"h_{3} = \tanh(W_{xh}\,x_{3} + W_{hh}\,h_{2} + b_h)"
    )
    assert symbols.latex_at(r"f_{t+1} \odot dc_{t+1} + da_t^2", 1) == r"f_{2} \odot dc_{2} + da_{1}^2"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (-0.987, "−0.99"), (0.0123, "0.012"), (-2e-5, "−2.0e−5"), (1234.5, "1234"), (3e7, "3.0e7")]
)
def test_a_number_of_a_cell_is_short(value: float, shown: str) -> None:
    assert symbols.short(value) == shown


def test_the_guides_network_is_drawn_with_64_units() -> None:
    found = walk(Model.initial(presets.guide_corrected()).with_large_weights(), "i am not bad", "positive")
    drawn = unrolled.draw(found, places(found), 3, LIGHT, alt="here")
    assert drawn.svg.count("<image") == 4
    assert 'aria-label="here"' in drawn.svg
