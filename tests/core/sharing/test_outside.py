"""A network from outside: PyTorch's layers become ours, and what does not fit is refused with the tensor and the reason."""

from __future__ import annotations

import io
import json
import runpy
import tracemalloc
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors.numpy import save as as_safetensors

from rnn_core import Dataset, Experiment, Limits, Model, TextRules, Trainer, gradient_check, model_file
from rnn_core.errors import TensorFileError, TensorFileReason
from rnn_core.explanation import explain, read
from rnn_core.sharing import outside, pytorch, word_list
from tests.core.reference import NETWORKS, large_model
from tests.examples import SIX

WORDS = ["very", "bad", "good", "not", "so", "at", "all"]
LABELS = {2: ["yes", "no"], 5: ["e", "a", "d", "b", "c"]}
TEXTS = ["good", "not at good", "so so very bad at all so so"]
CELLS = {"RNN": 1, "GRU": 3, "LSTM": 4}
H, D = 4, 3


def tensors(
    cell: str = "GRU", *, both: bool = False, embedded: bool = True, rows: int = 2, prefix: str = "net.rnn."
) -> dict[str, Any]:
    """The tensors of a module as PyTorch names them, every number of order one, both biases with them."""
    draw, G = np.random.default_rng(3).standard_normal, CELLS[cell]
    found = {"net.words.weight": draw((len(WORDS), D))} if embedded else {}
    for way in ("", "_reverse")[: 1 + both]:
        found[f"{prefix}weight_ih_l0{way}"] = draw((G * H, D if embedded else len(WORDS)))
        found[f"{prefix}weight_hh_l0{way}"] = draw((G * H, H))
        found[f"{prefix}bias_ih_l0{way}"] = draw(G * H)
        found[f"{prefix}bias_hh_l0{way}"] = draw(G * H)
    return found | {"net.out.weight": draw((rows, H * (1 + both))), "net.out.bias": draw(rows)}


def npz(arrays: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def loaded(arrays: Mapping[str, Any], **options: Any) -> Model:
    return outside.load(as_safetensors(dict(arrays)), **({"vocabulary": WORDS, "labels": LABELS[2]} | options))


# ---------------------------------------------------------------------- what fits


@pytest.mark.parametrize("count", LABELS)
@pytest.mark.parametrize("embedded", [False, True], ids=["one-hot", "embedding"])
@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_module_of_pytorch_gives_the_same_probabilities_here(cell: str, both: bool, embedded: bool, count: int) -> None:
    """Words and labels come in no order, and both biases are full: they add up, except inside the GRU's reset gate."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
    arrays = tensors(cell, both=both, embedded=embedded, rows=count, prefix="")
    rnn = getattr(torch.nn, cell)(D if embedded else len(WORDS), H, bidirectional=both, dtype=torch.float64)
    rnn.load_state_dict({name: torch.tensor(array) for name, array in arrays.items() if not name.startswith("net")})
    W, b = arrays["net.out.weight"], arrays["net.out.bias"]
    for source in (as_safetensors(arrays), npz(arrays)):
        model = outside.load(source, vocabulary=WORDS, labels=LABELS[count])
        assert model.labels == tuple(sorted(LABELS[count]))
        for text in TEXTS:
            ids = [WORDS.index(word) for word in text.split()]
            x = arrays["net.words.weight"][ids] if embedded else np.eye(len(WORDS))[ids]
            last = rnn(torch.tensor(x))[1]
            h = (last[0] if cell == "LSTM" else last).reshape(-1).detach().numpy()
            p = dict(zip(LABELS[count], torch.softmax(torch.tensor(W @ h + b), 0).tolist(), strict=True))
            np.testing.assert_allclose(model.predict_proba([text])[0], [p[label] for label in model.labels], rtol=0, atol=1e-12)


@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("kind", NETWORKS)
def test_a_network_taken_out_comes_back_bit_for_bit_and_needs_no_vocabulary(kind: str, count: int) -> None:
    model = large_model(WORDS, 4, tuple(sorted(LABELS[count])), **NETWORKS[kind])
    back = outside.load(pytorch.save(model))
    assert back.vector.tobytes() == model.vector.tobytes()
    assert (back.config, back.rules, back.vocabulary, back.labels) == (model.config, model.rules, model.vocabulary, model.labels)


@pytest.mark.parametrize("kind", NETWORKS)
def test_ours_to_pytorch_one_epoch_on_and_back_is_one_epoch_here(kind: str, small: Experiment, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
    experiment = small.with_model(**NETWORKS[kind]).with_training(epochs=1)
    trainer = Trainer(experiment)
    (tmp_path / "network.safetensors").write_bytes(pytorch.save(trainer.model))
    (tmp_path / "network.py").write_text(pytorch.program(trainer.model, experiment.training), encoding="utf-8")
    (tmp_path / "six.csv").write_text(experiment.dataset.to_csv(), encoding="utf-8", newline="")
    program = runpy.run_path(str(tmp_path / "network.py"), run_name="network")
    network = program["load"]()
    program["train"](network, program["read_table"](str(tmp_path / "six.csv")))
    back = outside.load(program["save"](network).read_bytes())
    before = trainer.model.vector
    assert trainer.advance(until=1)
    np.testing.assert_allclose(back.vector, trainer.model.vector, rtol=0, atol=1e-9)
    assert np.abs(back.vector - before).max() > 1e-3


def test_a_network_from_outside_can_be_asked_explained_checked_and_saved() -> None:
    model = loaded(tensors("LSTM", both=True))
    reading = read(model, TEXTS[2])
    assert explain(model, reading, "yes").completeness_error < 1e-4
    assert reading.states.cache.shape == (8, 5 * H)
    assert gradient_check(model, TEXTS[1], "no")["W_hh"].relative_error < 1e-6
    assert model_file.load(model_file.save(model)).vector.tobytes() == model.vector.tobytes()


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_numbers_of_less_precision_are_read_exactly(kind: Any) -> None:
    arrays = {name: array.astype(kind) for name, array in tensors().items()}
    for source in (as_safetensors(arrays), npz({name: np.asfortranarray(array) for name, array in arrays.items()})):
        model = outside.load(source, vocabulary=WORDS, labels=LABELS[2])
        np.testing.assert_array_equal(model.parameters["W_hh"], arrays["net.rnn.weight_hh_l0"].astype(np.float64))


def test_a_bfloat16_is_the_upper_half_of_a_float32() -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
    from safetensors.torch import save

    arrays = {name: torch.tensor(array).to(torch.bfloat16) for name, array in tensors().items()}
    model = outside.load(save(arrays), vocabulary=WORDS, labels=LABELS[2])
    np.testing.assert_array_equal(model.parameters["W_hh"], arrays["net.rnn.weight_hh_l0"].to(torch.float64).numpy())


def test_layers_without_biases_have_zeros() -> None:
    model = loaded({name: array for name, array in tensors().items() if "bias" not in name})
    assert not any(model.parameters[name].any() for name in ("b_h", "b_hn", "b_y"))
    np.testing.assert_array_equal(model.parameters["E"], tensors()["net.words.weight"][np.argsort(WORDS)])


def test_a_head_for_a_sigmoid_becomes_one_with_two_outputs() -> None:
    """The single output is the log-odds of the second label."""
    one, labels = tensors(rows=1), ["no", "yes"]
    model = loaded(one, labels=labels)
    states = model.states("so bad").h[-1]
    odds = float(one["net.out.weight"][0] @ states + one["net.out.bias"][0])
    assert model.predict_proba(["so bad"])[0, labels.index("yes")] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-12)


def test_a_trained_network_of_the_page_opens_under_rules_of_its_own() -> None:
    model = Model.initial(Experiment(dataset=Dataset(SIX, TextRules(unknown="skip", lowercase=False))))
    assert outside.load(pytorch.save(model)).rules == model.rules
    assert outside.load(pytorch.save(model), rules=TextRules()).rules == TextRules()


# ---------------------------------------------------------------------- vocabularies


@pytest.mark.parametrize(
    "source",
    [
        b"so\nnot\n[\n",
        b"so\r\nnot\r\n[\r\n",
        b'["so", "not", "["]',
        b'\xef\xbb\xbf{"[": 2, "so": 0, "not": 1}',
        b"so\nnot\n[",
    ],
)
def test_a_vocabulary_is_json_or_lines(source: bytes) -> None:
    assert word_list.read(source) == ("so", "not", "[")


def test_lines_that_begin_with_a_bracket_are_lines() -> None:
    assert word_list.read(b"[PAD]\n[UNK]\nso\n") == ("[PAD]", "[UNK]", "so")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"so\n\nnot", "entry 1"),
        (b"so\nso", "a word occurs twice: so"),
        (b"[1, 2]", "entry 0"),
        (b'{"a": 0, "b": 2}', "its ids are not 0, 1, 2"),
        (b'{"a": 0, "b": true}', "its ids"),
        (b'{"a": 0, "b": "x"}', "its ids"),
        (b"[" * 100_000, "neither JSON nor"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "entry 0"),
        (b"[]", "not a list"),
        (b"x" * 20_000_001, "at most"),
        (b"a line of twenty million " * 700_000, "entry 0"),
    ],
    ids=range(12),
)
def test_a_vocabulary_that_is_none_is_refused(source: bytes, said: str) -> None:
    with pytest.raises(TensorFileError) as caught:
        word_list.read(source)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("words", "text", "split"),
    [
        (["so", "good"], "So GOOD!", ("so", "good")),
        (["So", "good", "<unk>"], "So good", ("So", "good")),
        (["so", "good", "!"], "so good!", ("so", "good", "!")),
        (["a", "b", "<PAD>"], "ab", ("a", "b")),
    ],
)
def test_rules_that_fit_the_vocabulary_are_guessed(words: list[str], text: str, split: tuple[str, ...]) -> None:
    rules = word_list.guessed_rules(words)
    assert rules.words(text) == split
    assert (rules.unknown == "replace") == ("<unk>" in words)


# ---------------------------------------------------------------------- what does not fit


def without(*names: str, **changed: Any) -> dict[str, Any]:
    """The tensors of a GRU without some, and with others in place of some (points written as __)."""
    kept = {name: array for name, array in tensors().items() if name not in names}
    return kept | {name.replace("__", "."): np.asarray(array) for name, array in changed.items()}


Z = np.zeros
MISFITS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "no recurrent layer": (without("net.rnn.weight_ih_l0"), {}, "no_recurrent_layer", ""),
    "two of them": (without(second__weight_ih_l0=Z((3, 3))), {}, "several_recurrent_layers", "second.weight_ih_l0"),
    "two layers": (without(net__rnn__weight_ih_l1=Z((12, 4))), {}, "several_layers", "net.rnn.weight_ih_l1"),
    "a projection": (without(net__rnn__weight_hr_l0=Z((2, 4))), {}, "projection", "net.rnn.weight_hr_l0"),
    "no recurrent matrix": (without("net.rnn.weight_hh_l0"), {}, "missing_tensor", "net.rnn.weight_hh_l0"),
    "two gates": (without(net__rnn__weight_hh_l0=Z((8, 4))), {}, "wrong_shape", "net.rnn.weight_hh_l0"),
    "a vector for a matrix": (without(net__rnn__weight_hh_l0=Z(8)), {}, "wrong_shape", "net.rnn.weight_hh_l0"),
    "no numbers": (without(net__rnn__weight_hh_l0=Z((0, 0))), {}, "wrong_shape", "net.rnn.weight_hh_l0"),
    "a short bias": (without(net__rnn__bias_hh_l0=Z(11)), {}, "wrong_shape", "net.rnn.bias_hh_l0"),
    "another input": (without(net__rnn__weight_ih_l0=Z((12, 5))), {}, "wrong_shape", "net.words.weight"),
    "half a direction": (without(net__rnn__weight_ih_l0_reverse=Z((12, 3))), {}, "missing_tensor", "net.rnn.weight_hh_l0_reverse"),
    "no head": (without("net.out.weight", "net.out.bias"), {}, "missing_tensor", ""),
    "a head of both directions": (without(net__out__weight=Z((2, 8))), {}, "wrong_shape", "net.out.weight"),
    "two heads": (without(net__zero__weight=Z((2, 4)), net__zero__bias=Z(2)), {}, "unexpected_tensor", "net.zero.weight"),
    "a layer norm": (without(net__norm__weight=Z(4)), {}, "unexpected_tensor", "net.norm.weight"),
    "a convolution": (without(net__conv__weight=Z((2, 2, 2))), {}, "unexpected_tensor", "net.conv.weight"),
    "integers": (without(net__out__bias=Z(2, dtype=np.int64)), {}, "wrong_type", "net.out.bias"),
    "not a number": (without(net__out__bias=np.array([np.nan, 0.0])), {}, "not_finite", "net.out.bias"),
    "a sum beyond all bounds": (
        without(net__rnn__bias_ih_l0=np.full(12, 1e308), net__rnn__bias_hh_l0=np.full(12, 1e308)), {}, "not_finite", ""
    ),
    "fifty tensors": (without(**{f"t{i}": Z(1) for i in range(50)}), {}, "too_many_tensors", ""),
    "other words": (without(), {"vocabulary": WORDS[1:]}, "wrong_shape", "net.words.weight"),
    "no words": (without(), {"vocabulary": None}, "no_vocabulary", ""),
    "other labels": (without(), {"labels": ["a", "b", "c"]}, "wrong_number_of_labels", "net.out.weight"),
    "one label": (without(), {"labels": ["a"]}, "bad_labels", ""),
    "a label twice": (without(), {"labels": ["a", "a"]}, "bad_labels", ""),
    "no labels": (without(), {"labels": None}, "no_labels", ""),
    "many units": (
        without("net.rnn.bias_ih_l0", "net.rnn.bias_hh_l0", net__rnn__weight_hh_l0=Z((600, 600)), net__rnn__weight_ih_l0=Z((600, 3))),
        {}, "over_limits", "net.rnn.weight_hh_l0",
    ),
    "relu, as the caller says": (tensors("RNN"), {"activation": "relu"}, "activation", "net.rnn.weight_hh_l0"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_says_which_tensor_and_why(case: str) -> None:
    arrays, options, reason, tensor = MISFITS[case]
    for source in (as_safetensors(arrays), npz(arrays)):
        with pytest.raises(TensorFileError) as caught:
            outside.load(source, **({"vocabulary": WORDS, "labels": LABELS[2]} | options))
        assert (caught.value.reason, caught.value.tensor) == (reason, tensor)
        assert len(str(caught.value).splitlines()) == 1


def test_a_wrong_shape_is_told_beside_the_right_one() -> None:
    with pytest.raises(TensorFileError) as caught:
        loaded(without(net__rnn__bias_hh_l0=Z(11)))
    assert (caught.value.found, caught.value.expected) == ((11,), (12,))
    assert str(caught.value) == "network from outside: wrong shape: net.rnn.bias_hh_l0 is (11,), not (12,)"


def test_relu_is_refused_where_the_metadata_say_so() -> None:
    source = as_safetensors(tensors("RNN"), {"nonlinearity": "relu"})
    with pytest.raises(TensorFileError, match="tanh, not relu"):
        outside.load(source, vocabulary=WORDS, labels=LABELS[2])


def test_a_description_that_is_none_is_refused() -> None:
    for text in ("", "[]", '{"version": 1}', "{" * 10_000):
        with pytest.raises(TensorFileError) as caught:
            outside.load(as_safetensors(tensors(), {"unrolled": text}))
        assert caught.value.reason == "bad_description"


def as_pickle(name: str = "archive/data.pkl") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"\x80\x02cos\nsystem\n.")
    return out.getvalue()


def with_header(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def bomb(shape: str) -> bytes:
    """An archive of a few thousand bytes with an array that claims this shape, and zeros for it."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "rnn.weight_ih_l0.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(50_000_000)
        )
    return out.getvalue()


def entry(*shape: int, end: int | None = None, dtype: str = "F64") -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [0, 8 * int(np.prod(shape)) if end is None else end]}


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "other_kind"),
    "text": (b"so good\n", "other_kind"),
    "a .pt file": (as_pickle(), "pickle"),
    "a .pt file of old": (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "pickle"),
    "an array of objects": (npz({"a": np.array([{}], dtype=object)}), "pickle"),
    "Keras's HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "other_kind"),
    "a .keras file": (as_pickle("model.weights.h5"), "other_kind"),
    "an archive of texts": (as_pickle("readme.txt"), "other_kind"),
    "our own": (model_file.save(large_model(WORDS, 2)), "own_file"),
    "a header that claims 100 MB": (with_header({}, length=100_000_000), "damaged"),
    "a header of 5 MB": (with_header(b'{"a": "' + b"x" * 5_000_000 + b'"}'), "too_large"),
    "a header of brackets": (with_header(b'{"a":' + b"[" * 500_000), "damaged"),
    "a header that is no JSON": (with_header(b"{no}"), "damaged"),
    "a header with a huge number": (with_header(b'{"a": {"shape": [' + b"9" * 5000 + b"]}}"), "damaged"),
    "no shape": (with_header({"a": {}}), "damaged"),
    "a shape that is none": (with_header({"a": {"shape": [1.5]}}), "damaged"),
    "metadata that are none": (with_header({"__metadata__": {"a": 1}}), "damaged"),
    "a dimension of a billion": (with_header({"a": entry(10**9, 1, end=8)}, bytes(8)), "over_limits"),
    "dimensions that multiply beyond 64 bits": (with_header({"a": entry(2**40, 2**40, end=8)}, bytes(8)), "over_limits"),
    "less than nothing": (with_header({"a": entry(-1, -1, end=8)}, bytes(8)), "unexpected_tensor"),
    "a place beyond the end": (with_header({"a": entry(2)}, bytes(8)), "damaged"),
    "a hole": (with_header({"a": entry(1)}, bytes(80)), "damaged"),
    "a type nobody knows": (with_header({"a": entry(1, dtype="X7")}, bytes(8)), "damaged"),
    "a zip bomb": (bomb("(9999999,)"), "damaged"),
    "an array of a billion rows": (bomb("(1000000000, 1)"), "over_limits"),
    "a shape for which there is no room": (bomb(f"({2**62}, {2**62})"), "over_limits"),
    "too long": (bytes(20_000_001), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_for_its_reason_and_in_little_memory(case: str) -> None:
    source, reason = HOSTILE[case]
    tracemalloc.start()
    with pytest.raises(TensorFileError) as caught:
        outside.load(source, vocabulary=WORDS, labels=LABELS[2])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == reason
    assert peak < 200_000_000


def test_a_pickle_is_refused_with_how_to_convert_it() -> None:
    with pytest.raises(TensorFileError, match="weights_only=True"):
        outside.load(as_pickle())


def test_every_reason_has_a_case() -> None:
    told = {reason for _, _, reason, _ in MISFITS.values()} | {reason for _, reason in HOSTILE.values()}
    assert set(get_args(TensorFileReason)) == told | {"bad_description", "bad_vocabulary"}


SOUND = (as_safetensors(tensors()), pytorch.save(large_model(WORDS, 2, cell="gru")), npz(tensors()))


@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6), st.integers(0, 3)), min_size=1, max_size=4),
)
@example(SOUND[0], [(8, b"{" * 6, 0)])
def test_whatever_is_changed_in_a_file_nothing_but_our_own_errors_gets_out(
    source: bytes, faults: list[tuple[int, bytes, int]]
) -> None:
    damaged = bytearray(source)
    for at, piece, cut in faults:
        at %= len(damaged) + 1
        damaged[at : at + cut] = piece
    with suppress(TensorFileError):
        outside.load(bytes(damaged), vocabulary=WORDS, labels=LABELS[2], limits=Limits.hosted())


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\x08\0\0\0\0\0\0\0{", b"\x80\x02"]))
def test_whatever_bytes_there_are_nothing_but_our_own_errors_gets_out(rest: bytes, start: bytes) -> None:
    for read_bytes in (outside.load, word_list.read):
        with suppress(TensorFileError):
            read_bytes(start + rest)
