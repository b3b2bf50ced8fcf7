"""An experiment handed on as a link: what it stands for, and what it does not carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rnn_core import Dataset, Example, Experiment, presets
from rnn_core.sharing import documents, links
from tests.ui.frame.links import dialog
from tests.ui.visitor import Visitor, started, unescaped

pytestmark = pytest.mark.usefixtures("unfolded")


def choose(visitor: Visitor, label: str) -> Visitor:
    """Choose what is to be shared, in both tabs."""
    for radio in visitor.app.radio:
        if str(radio.key).startswith("share-which-"):
            radio.set_value(label)
    return dialog(visitor)


def shared(visitor: Visitor) -> Experiment:
    """What the link in the dialog stands for."""
    (code,) = [code.value for code in visitor.app.code if "?e=" in code.value]
    return links.decode(code.split("?e=")[1])


def test_the_link_is_the_experiment_that_is_set(visitor: Visitor) -> None:
    visitor.settings(hidden_size=9, seed=3)
    assert shared(dialog(visitor)) == visitor.session.workspace.experiment()
    assert len(visitor.app.code[0].value) < 60
    assert not visitor.warnings, "a preset's sentences are only named"


@pytest.mark.slow
def test_the_link_of_a_steered_run_carries_its_changes(visitor: Visitor, sent: Experiment) -> None:
    started(visitor, sent).until(lambda: visitor.job.ended)
    visitor.session.workspace.use_settings(sent.model, replace(sent.training, changes=()))
    assert shared(dialog(visitor)) == sent, "the run that the pages show is offered first"
    choose(visitor, "settings")
    assert shared(visitor) == visitor.session.workspace.experiment() != sent


def test_a_link_with_the_visitors_own_sentences_says_that_it_can_be_read(visitor: Visitor, six: Dataset) -> None:
    visitor.session.workspace.replace_dataset(six)
    assert "The link contains your sentences. Everyone who has the link can read them." in dialog(visitor).warnings
    visitor.session.workspace.replace_dataset(presets.guide_dataset())
    assert not dialog(visitor).warnings


def test_what_is_too_long_for_a_link_is_offered_as_a_file(
    visitor: Visitor, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    words = np.random.default_rng(5).integers(0, 10**9, (400, 3))
    rows = [Example(" ".join(f"w{n:x}" for n in row), ("positive", "negative")[i % 2], "train") for i, row in enumerate(words)]
    visitor.session.workspace.replace_dataset(Dataset(tuple(rows)))
    dialog(visitor)
    assert not visitor.app.code
    said = [text for text in visitor.infos if "which has up to 6,000 characters" in text]
    assert len(said) == 1
    assert documents.load(offered_files["experiment.json"]()) == visitor.session.workspace.experiment()


def test_what_cannot_be_trained_is_not_shared_and_says_why(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}})
    dialog(visitor)
    assert not visitor.app.code
    assert "There is nothing to share yet. Row 4 has no label. Add one." in visitor.infos


def test_the_dialog_stays_with_its_page_and_closes_with_another(visitor: Visitor) -> None:
    """A page that is clicked at the moment at which the dialog is closed tells of both, or of the page alone."""

    def there() -> bool:
        return any(tab.label == "Files" for tab in visitor.app.tabs)

    dialog(visitor)
    assert there()
    visitor.app.run()
    assert there()
    visitor.open("dataset")
    assert not there()
    visitor.open("home")
    assert not there()


def test_a_runs_name_is_never_interpreted_in_the_dialog(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.session.runs.rename(visitor.job, "**b** [l](x) $y$ :red[x]")
    visitor.settings(seed=5)
    dialog(visitor)
    (radio, _) = [radio for radio in visitor.app.radio if str(radio.key).startswith("share-which-")]
    assert unescaped(radio.options[0]) == "**b** [l](x) $y$ :red[x], as trained"
    options = [text for kind, text in visitor.interpreted() if kind == "radio"]
    assert any("as trained" in text for text in options)
    assert not [text for text in options for sign in ("**b", "](", "$y", ":red[") if sign in text]
