"""Out to PyTorch and back, and word vectors in: as somebody does who goes on with the network elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page

from rnn_core import presets
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import ask, drawn, metric, set_epochs, train
from tests.browser.test_sharing_journey import brought, certainty, taken
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.slow
SENTENCE = "i am not at all bad"


def ran(program: Path, *arguments: str) -> str:
    """What the program prints. On one thread: beside busy processes, more are far slower."""
    command, environment = [sys.executable, str(program), *arguments], os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS, env=environment)
    return done.stdout


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is no requirement")
def test_a_network_goes_to_pytorch_trains_on_there_and_answers_the_same_here(
    page: Page, other: Page, server: Server, tmp_path: Path
) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 20)
    train(page, 20)
    with zipfile.ZipFile(taken(page, "The network for PyTorch", tmp_path)) as files:
        files.extractall(tmp_path)
    visit(page, "Predictions")
    ask(page, SENTENCE)
    assert said(ran(tmp_path / "network.py", SENTENCE)) in certainty(page)

    (tmp_path / "sentences.csv").write_text(presets.guide_dataset().to_csv(), encoding="utf-8", newline="")
    ran(tmp_path / "network.py", "--train", str(tmp_path / "sentences.csv"))
    result = tmp_path / "network-trained.safetensors"
    other.goto(server.url)
    settle(other)
    brought(other, result)
    expect(other.get_by_text("The network is open. Ask it on the Predictions page.")).to_be_visible()
    visit(other, "Predictions")
    ask(other, SENTENCE)
    result.replace(tmp_path / "network.safetensors")
    there = ran(tmp_path / "network.py", SENTENCE)
    assert said(there) in certainty(other)
    expect(metric(other, "Prediction")).to_have_text(
        max(there.splitlines(), key=lambda line: float(line.split(": ")[1])).split(":")[0]
    )


def said(printed: str) -> str:
    """The probability of the predicted label, as the page writes it."""
    return f"{max(float(number) for number in re.findall(r': ([0-9.]+)', printed)):.3f}"


def test_vectors_are_uploaded_trained_with_and_seen_on_the_map(page: Page, server: Server, tmp_path: Path) -> None:
    words = presets.guide_dataset().vocabulary
    sides = {"good": 1, "happy": 1, "bad": -1, "sad": -1}
    lines = [f"{word} {sides.get(word, 0)} {i / 18:.2f} {int(word == 'not')}" for i, word in enumerate(words)]
    (tmp_path / "mine.txt").write_text("\n".join([*lines, "another 1 2 3"]), encoding="utf-8")
    page.goto(f"{server.url}/hyperparameters")
    settle(page)
    page.get_by_text("Word vectors", exact=True).last.click()
    page.locator("input[type=file]").last.set_input_files(str(tmp_path / "mine.txt"))
    expect(page.get_by_text("18 of 18 words in the vocabulary have a vector")).to_be_visible()
    settle(page)
    set_epochs(page, 20)
    train(page, 20)
    visit(page, "All sentences")
    page.get_by_role("tab", name="Map").click()
    page.get_by_role("radio", name="Words").click()
    settle(page)
    drawn(page)
    expect(page.get_by_text("Each word is placed by its row of the embedding E.")).to_be_visible()
    expect(page.locator(".js-plotly-plot text", has_text="happy").first).to_be_visible()
