"""The gradient through time on the page is that of the weights that are looked at."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model, Trainer
from rnn_core.gradients.flow import by_epoch, flow
from rnn_core.gradients.spectrum import spectra, with_radius
from rnn_core.network.cells import CELLS
from tests.ui.gradients.laboratory import LONGEST, TIME, array, choose, looking_at, set_up, trained
from tests.ui.visitor import Visitor
from ui.gradients import through_time
from ui.messages import through_time as through_time_messages

pytestmark = pytest.mark.usefixtures("unfolded")


@pytest.mark.slow
def test_the_gradient_through_time_is_that_of_the_runs_weights(visitor: Visitor, small: Experiment) -> None:
    choose(trained(visitor, small, TIME), small, "not good at all")
    passage = flow(visitor.job.status().model, "not good at all", "negative").forward
    bars, scaled = visitor.charts["flow"]["data"]
    model = visitor.job.status().model
    other = flow(with_radius(model, 1.0, spectra(model)), "not good at all", "negative").forward
    assert scaled["y"] == other.norms.tolist()
    assert bars["y"] == passage.norms.tolist()
    assert bars["customdata"] == ["not", "good", "at", "all"]
    assert passage.by_weights is not None
    assert passage.by_tanh is not None
    assert visitor.chart("factors")["by W_hhᵀ"]["y"] == [*passage.by_weights, None]
    assert visitor.chart("factors")["by tanh′"]["y"] == [*passage.by_tanh, None]
    assert through_time_messages.flow_sentence(passage) in visitor.markdown


def test_it_follows_the_epoch_that_is_looked_at(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    epoch = visitor.job.status().kept[2]
    looking_at(visitor, epoch)
    trainer = Trainer(small)
    while trainer.advance(until=epoch):
        pass
    assert visitor.charts["flow"]["data"][0]["y"] == flow(trainer.model, *LONGEST).forward.norms.tolist()


def test_the_map_has_a_column_for_every_kept_epoch(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST)
    (trace,) = visitor.charts["flow-map"]["data"]
    z = array(trace["z"])
    assert z.shape == (5, len(run.kept))
    np.testing.assert_allclose(z, np.clip(np.log10(chart.norms / chart.norms[:, :1]), trace["zmin"], trace["zmax"]).T)


@pytest.mark.slow
def test_the_map_can_be_of_either_factor_of_each_step(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST)
    for shown, factors in (("weights", chart.by_weights), ("tanh", chart.by_tanh)):
        visitor.app.segmented_control(key="flow-map-of").set_value(shown).run()
        (trace,) = visitor.charts["flow-map"]["data"]
        assert factors is not None
        np.testing.assert_allclose(array(trace["z"]), np.clip(np.log10(factors), trace["zmin"], trace["zmax"]).T)
    assert any(text.startswith("The factor of each step back") for text in visitor.markdown)
    trained(visitor, small.with_model(cell="lstm"), TIME)
    assert not [control for control in visitor.app.segmented_control if control.key == "flow-map-of"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["vanilla", "gru", "lstm"])
def test_the_spectra_are_those_of_the_kept_epochs(visitor: Visitor, small: Experiment, cell: str) -> None:
    trained(visitor, small.with_model(cell=cell), TIME)
    run = visitor.job.status()
    for block in CELLS[cell].blocks:
        traces = visitor.chart(f"spectrum-{block}")
        expected = [spectra(run.model_at(epoch))[block] for epoch in run.kept]
        assert traces["largest singular value"]["x"] == list(run.kept)
        assert traces["largest singular value"]["y"] == [each.singular for each in expected]
        assert traces["spectral radius"]["y"] == [each.radius for each in expected]


def test_before_training_the_spectrum_is_two_figures(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(TIME)
    (spectrum,) = spectra(Model.initial(small)).values()
    assert visitor.metrics == {
        "Largest singular value": f"{spectrum.singular:.3g}",
        "Spectral radius": f"{spectrum.radius:.3g}",
    }


def test_of_a_large_network_only_as_many_spectra_as_time_allows_are_worked_out(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(through_time, "MOST_SECONDS", 0.008)
    trained(visitor, small, TIME)
    kept = visitor.job.status().kept
    shown = visitor.chart("spectrum-W_hh")["spectral radius"]["x"]
    assert len(shown) == 5 < len(kept)
    assert (shown[0], shown[-1]) == (kept[0], kept[-1])
    assert set(shown) < set(kept)


def test_of_a_large_network_the_map_has_only_as_many_epochs_as_time_allows(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(through_time, "MOST_SECONDS", 0.0005)
    trained(visitor, small, TIME)
    kept = visitor.job.status().kept
    shown = visitor.charts["flow-map"]["data"][0]["x"]
    assert (shown[0], shown[-1]) == (str(kept[0]), str(kept[-1]))
    assert 2 <= len(shown) < len(kept)
    assert f"at {len(shown)} of {len(kept)} checkpoints" in "".join(visitor.markdown)


def test_both_directions_can_be_followed(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_model(bidirectional=True), TIME)
    whole = flow(visitor.job.status().model, *LONGEST)
    assert whole.reverse is not None
    assert visitor.charts["flow"]["data"][0]["y"] == whole.forward.norms.tolist()
    assert "spectrum-W_hh" in visitor.charts
    visitor.app.segmented_control(key="flow-direction").set_value("reverse").run()
    assert visitor.charts["flow"]["data"][0]["y"] == whole.reverse.norms[::-1].tolist()
    assert "spectrum-W_hh_reverse" in visitor.charts
    (trace,) = visitor.charts["flow-map"]["data"]
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST, reverse=True)
    np.testing.assert_allclose(
        array(trace["z"]), np.clip(np.log10(chart.norms / chart.norms[:, :1]), -trace["zmax"], trace["zmax"]).T
    )
    assert trace["y"][0] == "so  0"
    assert array(trace["z"])[0].tolist() == [0.0] * len(visitor.job.status().kept)


@pytest.mark.slow
def test_an_lstm_shows_its_memory_and_no_factors(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_model(cell="lstm"), TIME)
    passage = flow(visitor.job.status().model, *LONGEST).forward
    assert passage.memory_norms is not None
    assert visitor.chart("flow")["of the cell state, ‖∂L/∂c‖"]["y"] == passage.memory_norms.tolist()
    assert "factors" not in visitor.charts


def test_the_printed_rules_gradient_is_said_to_be_none(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_model(recurrent_gradient="printed")
    set_up(visitor, experiment).open("gradients").part(TIME)
    assert visitor.charts["flow"]["data"][0]["y"] == flow(Model.initial(experiment), *LONGEST).forward.norms.tolist()
    assert any("not the derivative" in text for text in visitor.markdown)


def test_a_sentence_of_one_word_has_nothing_to_go_back_through(visitor: Visitor, small: Experiment) -> None:
    choose(set_up(visitor, small).open("gradients").part(TIME), small, "good")
    assert any(text.startswith("With one word nothing goes back") for text in visitor.markdown)
    assert "flow-map" not in visitor.charts
    assert "factors" not in visitor.charts
