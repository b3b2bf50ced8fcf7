"""A network taken to PyTorch: the same tensors, the same words, the same probabilities, and the same learning."""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as read_tensors

from rnn_core import Change, Dataset, Example, Experiment, Model, ModelConfig, TextRules, Trainer, TrainingConfig, presets
from rnn_core.sharing import pytorch
from tests.core.children import environment
from tests.core.reference import NETWORKS, large_model
from tests.examples import SIX
from tests.patience import PATIENCE_SECONDS

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
LABELS = {2: ("no", "yes"), 5: ("a", "b", "c", "d", "e")}
TEXTS = ["good", "not at good", "So, so very bad at all so so!"]
KINDS = [(kind, count) for kind in NETWORKS for count in LABELS]


def written(model: Model, folder: Path, training: TrainingConfig | None = None) -> dict[str, Any]:
    """What the program defines, run beside its file but not as the main program."""
    pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
    (folder / "network.safetensors").write_bytes(pytorch.save(model))
    (folder / "network.py").write_text(pytorch.program(model, training), encoding="utf-8")
    return runpy.run_path(str(folder / "network.py"), run_name="network")


def ours(weights: dict[str, Any], model: Model) -> dict[str, Any]:
    """PyTorch's weights under the names of the equations."""
    H = model.config.hidden_size
    found = {"W_hy": weights["head.weight"], "b_y": weights["head.bias"]}
    if model.config.embedding_size:
        found["E"] = weights["embedding.weight"]
    for suffix in ("", "_reverse")[: 1 + model.config.bidirectional]:
        for name, theirs in (("W_xh", "weight_ih"), ("W_hh", "weight_hh"), ("b_h", "bias_ih")):
            found[name + suffix] = weights[f"rnn.{theirs}_l0{suffix}"]
        if model.config.cell == "gru":
            found["b_hn" + suffix] = weights[f"rnn.bias_hh_l0{suffix}"][2 * H :]
    return found


# ---------------------------------------------------------------------- the file


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_file_has_every_weight_bit_for_bit_and_a_second_bias_only_inside_the_reset_gate(kind: str) -> None:
    model = large_model(WORDS, 4, **NETWORKS[kind])
    tensors = read_tensors(pytorch.save(model))
    found = ours(tensors, model)
    assert set(found) == set(model.parameters)
    for name, array in model.parameters.items():
        assert found[name].tobytes() == np.ascontiguousarray(array).tobytes(), name
    for name, array in tensors.items():
        if "bias_hh" in name:
            assert not array[: 8 if model.config.cell == "gru" else None].any()


def test_the_metadata_describe_the_network_and_no_sentence_is_in_them() -> None:
    model = Model.initial(Experiment(dataset=Dataset(SIX, TextRules(unknown="skip"))))
    source = pytorch.save(model)
    header = json.loads(source[8 : 8 + int.from_bytes(source[:8], "little")])
    about = json.loads(header["__metadata__"]["unrolled"])
    assert (about["vocabulary"], about["labels"]) == (WORDS, ["negative", "positive"])
    assert about["rules"] == model.rules.to_json()
    assert about["config"] == model.config.to_json()
    assert b"not good at all" not in source


def test_the_same_model_gives_the_same_bytes() -> None:
    model = large_model(WORDS, 4, cell="gru")
    assert pytorch.save(model) == pytorch.save(model.with_vector(model.vector))


# ---------------------------------------------------------------------- the program


@pytest.mark.parametrize(("kind", "count"), KINDS)
def test_probabilities_in_pytorch_are_ours(kind: str, count: int, tmp_path: Path) -> None:
    model = large_model(WORDS, 4, LABELS[count], **NETWORKS[kind])
    program = written(model, tmp_path)
    network = program["load"]()
    for text in TEXTS:
        found = program["predict"](network, text)
        assert list(found) == list(model.labels)
        np.testing.assert_allclose(list(found.values()), model.predict_proba([text])[0], rtol=0, atol=1e-12)


TRAININGS = [
    (clipping, optimizer, batch_size, list(NETWORKS)[(5 * i + j + 4 * k) % len(NETWORKS)])
    for i, clipping in enumerate(("none", "value", "norm", "global_norm"))
    for j, optimizer in enumerate(("sgd", "momentum", "adam"))
    for k, batch_size in enumerate((1, 4))
]


@pytest.mark.parametrize(("clipping", "optimizer", "batch_size", "kind"), TRAININGS)
def test_epochs_of_training_on_in_pytorch_are_ours(
    clipping: str, optimizer: str, batch_size: int, kind: str, small: Experiment, tmp_path: Path
) -> None:
    """Two epochs, so that in the second the optimizer remembers rows of words that an update does not read."""
    rare = Dataset((*SIX, Example("never so good", "positive", "train")))
    experiment = replace(small.with_model(**NETWORKS[kind], initialization="glorot"), dataset=rare).with_training(
        epochs=2, clipping=clipping, optimizer=optimizer, batch_size=batch_size, momentum=0.7, learning_rate=0.05
    )
    trainer = Trainer(experiment)
    program = written(trainer.model, tmp_path, experiment.training)
    (tmp_path / "sentences.csv").write_text(rare.to_csv(), encoding="utf-8", newline="")
    sentences = program["read_table"](str(tmp_path / "sentences.csv"))
    network = program["load"]()
    program["train"](network, sentences)
    losses = [record.train.loss for record in trainer]
    assert len(losses) == 2
    found = ours({name: array.detach().numpy() for name, array in network.state_dict().items()}, trainer.model)
    for name, array in trainer.model.parameters.items():
        np.testing.assert_allclose(found[name], array, rtol=0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_frozen_word_vectors_stay_frozen_in_pytorch(optimizer: str, tmp_path: Path) -> None:
    experiment = presets.word_vectors().with_training(epochs=1, optimizer=optimizer)
    trainer = Trainer(experiment)
    program = written(trainer.model, tmp_path, experiment.training)
    (tmp_path / "sentences.csv").write_text(experiment.dataset.to_csv(), encoding="utf-8", newline="")
    network = program["load"]()
    program["train"](network, program["read_table"](str(tmp_path / "sentences.csv")))
    trainer.advance()
    found = ours({name: array.detach().numpy() for name, array in network.state_dict().items()}, trainer.model)
    for name, array in trainer.model.parameters.items():
        np.testing.assert_allclose(found[name], array, rtol=0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
@pytest.mark.parametrize(("lowercase", "strip_punctuation"), [(True, True), (False, False), (True, False)])
def test_texts_are_split_as_here(splitting: Any, lowercase: bool, strip_punctuation: bool, tmp_path: Path) -> None:
    rules = TextRules(splitting=splitting, lowercase=lowercase, strip_punctuation=strip_punctuation, unknown="skip")
    texts = ("I'm SO glad :-) — “really”!!", "café Ｇood­", "我今天很高兴！", "👍🏽👩‍👩‍👧 a")
    data = Dataset(tuple(Example(text, "yes" if i % 2 else "no", "train") for i, text in enumerate(texts)), rules)
    model = Model.initial(Experiment(dataset=data, model=ModelConfig(hidden_size=2)))
    program = written(model, tmp_path)
    for text in texts:
        assert tuple(program["words_of"](text)) == rules.words(text)
        assert program["encode"](f"{text} zebra", program["IDS"]) == model.ids(f"{text} zebra").tolist()


def test_an_unknown_word_is_refused_skipped_or_replaced_as_here(tmp_path: Path) -> None:
    for unknown in ("refuse", "skip", "replace"):
        data = Dataset((*SIX, Example("zebra good", "positive", "train")), TextRules(unknown=unknown))
        model = Model.initial(Experiment(dataset=data, model=ModelConfig(hidden_size=2)))
        program = written(model, tmp_path)
        if unknown == "refuse":
            with pytest.raises(ValueError, match="unknown words: lion"):
                program["encode"]("good lion", program["IDS"])
        else:
            assert program["encode"]("good lion", program["IDS"]) == model.ids("good lion").tolist()
        with pytest.raises(ValueError, match="no word to read"):
            program["encode"]("...", program["IDS"])


def test_the_settings_are_those_of_the_last_epoch() -> None:
    training = TrainingConfig(
        epochs=30, learning_rate=0.2, rate_every=10, rate_factor=0.5, changes=(Change(7, "clip_threshold", 0.25),)
    )
    source = pytorch.program(large_model(WORDS, 2), training)
    assert "\nLEARNING_RATE = 0.05\n" in source
    assert "\nCLIP_THRESHOLD = 0.25\n" in source


@pytest.mark.parametrize(
    ("kind", "rules"), list(product(("vanilla-one way-one-hot", "lstm-both ways-embedding"), ("spaces", "tweet")))
)
def test_the_program_is_of_this_network_alone(kind: str, rules: Any) -> None:
    """No option is left to decide, nothing of the package is imported, and no text of a visitor becomes code."""
    model = large_model(["'''", '"""', "so"], 2, ("\\", "{x}"), **NETWORKS[kind])
    model = Model(TextRules(splitting=rules), model.vocabulary, model.labels, model.config, model.vector)
    source = pytorch.program(model, name="a'b\n.safetensors")
    tree = ast.parse(source)
    assert "rnn_core" not in source
    assert "\"\"\"'''" not in source
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"CELL", "BIDIRECTIONAL", "SPLITTING", "STRIP_PUNCTUATION", "OPTIMIZER", "CLIPPING"} - {"BIDIRECTIONAL"}
    assert ("nltk" in source.partition("\n# ---")[0].partition('"""\n\nimport')[2]) == (rules == "tweet")
    assert 'FILE = "a\'b\\n.safetensors"' in source


@pytest.mark.slow
def test_the_program_runs_by_itself(small: Experiment, tmp_path: Path) -> None:
    model = Trainer(small).model
    written(model, tmp_path, replace(small.training, epochs=3))
    (tmp_path / "sentences.csv").write_text(small.dataset.to_csv(), encoding="utf-8", newline="")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(tmp_path / "network.py"), *arguments]
        return subprocess.run(
            command, env=environment(), capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS, check=False
        )

    p = model.predict_proba(["so good"])[0]
    assert run("so good").stdout == f"negative: {p[0]:.6f}\npositive: {p[1]:.6f}\n"
    assert run("so zebra").stderr == "unknown words: zebra\n"
    assert run("--train", str(tmp_path / "sentences.csv")).stdout.count("epoch ") == 3
    assert (tmp_path / "network-trained.safetensors").exists()
