"""Experiment files: what goes in comes out, a preset's name never means other sentences, and nothing else is let in."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_core import Dataset, Experiment, ExperimentFileError, LimitError, Limits, RnnCoreError, TextRules, presets
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import AbsentVectorsError, VectorFileError
from rnn_core.sharing import documents, links
from rnn_core.training.run import check_limits
from tests.core.strategies import anything, experiments, json_experiments

FILE = documents.save(presets.guide_corrected())
NO_LIMITS = Limits(hidden_size=4096, parameters=10**12, epochs=10**6, run_bytes=10**18)


def file_of(**changes: Any) -> bytes:
    """The guide's file with some of its parts replaced."""
    return json.dumps(json.loads(FILE) | changes).encode()


def named(**changes: Any) -> dict[str, Any]:
    """The guide's dataset by its name, with some fields replaced."""
    dataset: dict[str, Any] = documents.to_json(presets.guide_corrected())["dataset"]
    return dataset | changes


@given(experiments)
def test_any_experiment_survives_its_file(experiment: Experiment) -> None:
    again = documents.load(documents.save(experiment), NO_LIMITS)
    assert again == experiment
    assert again.fingerprint == experiment.fingerprint


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_preset_survives_file_and_document_at_the_hosted_limits(name: str) -> None:
    experiment = presets.EXPERIMENTS[name](7)
    assert documents.load(documents.save(experiment), Limits.hosted()) == experiment
    assert documents.from_json(documents.to_json(experiment), Limits.hosted()) == experiment


def test_a_file_says_what_it_is_and_holds_every_setting_and_every_sentence_for_a_person_to_read() -> None:
    value = json.loads(FILE)
    assert (value["format"], value["version"]) == ("unrolled experiment", 1)
    assert value["model"] == presets.guide_corrected().model.to_json()
    assert len(value["dataset"]["examples"]) == 78
    assert FILE.count(b"\n") > 78
    assert "很好".encode() in documents.save(Experiment(dataset=Dataset.from_pairs([("很好", True), ("不好", False)])))


def test_a_preset_is_named_with_its_own_rules_and_other_sentences_are_spelled_out() -> None:
    guide = presets.guide_corrected()
    assert "examples" not in documents.to_json(guide)["dataset"]
    cased = replace(guide, dataset=Dataset(guide.dataset.examples, TextRules(lowercase=False)))
    assert documents.to_json(cased)["dataset"]["preset"] == "guide"
    assert documents.from_json(documents.to_json(cased), Limits()) == cased
    turned = replace(guide, dataset=Dataset(guide.dataset.examples[::-1]))
    assert len(documents.to_json(turned)["dataset"]["examples"]) == 78
    assert documents.from_json(documents.to_json(turned), Limits()) == turned


def test_the_presets_sentences_are_those_that_old_links_name() -> None:
    """Whoever changes a preset's sentences gives the new ones another name, and keeps the old."""
    checks = {name: documents.checksum(make().examples) for name, make in presets.DATASETS.items()}
    assert checks | {"guide": "ab0406bd", "long_memory": "07970c98"} == checks


@pytest.mark.parametrize("part", ["text", "label", "split", "order"])
def test_the_checksum_of_sentences_sees_every_part_of_them(part: str) -> None:
    examples = list(presets.guide_dataset().examples)
    match part:
        case "order":
            examples[0], examples[1] = examples[1], examples[0]
        case "split":
            examples[0] = examples[0]._replace(split="test")
        case "label":
            examples[0] = examples[0]._replace(label="negative")
        case _:
            examples[0] = examples[0]._replace(text="great")
    assert documents.checksum(examples) != "ab0406bd"


REFUSALS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_an_experiment"),
    "no UTF-8": (b"\xff\xfe{}", "not_an_experiment"),
    "no JSON": (FILE[:-1], "not_an_experiment"),
    "two values": (FILE + b"{}", "not_an_experiment"),
    "no object": (b"[1]", "not_an_experiment"),
    "another format": (file_of(format="a model"), "not_an_experiment"),
    "an experiment alone": (json.dumps(presets.guide_corrected().to_json()).encode(), "not_an_experiment"),
    "a newer version": (file_of(version=2), "newer_version"),
    "an older version": (file_of(version=0), "not_an_experiment"),
    "a version that is none": (file_of(version=True), "not_an_experiment"),
    "a version of many digits": (file_of(version=10**4000), "newer_version"),
    "a number of too many digits": (FILE[:-2] + b',"x":1' + b"0" * 5000 + b"}", "not_an_experiment"),
    "a part too many": (file_of(notes="mine"), "not_an_experiment"),
    "a part too few": (file_of(model=None), "not_an_experiment"),
    "a setting that cannot be": (file_of(model={"cell": "transformer"}), "not_an_experiment"),
    "a setting that is no number": (FILE.replace(b'"learning_rate": 0.02', b'"learning_rate": NaN'), "not_an_experiment"),
    "an infinite setting": (FILE.replace(b'"learning_rate": 0.02', b'"learning_rate": 1e999'), "not_an_experiment"),
    "a fault that blocks": (file_of(dataset={"examples": [["good", "positive", "train"]]}), "not_an_experiment"),
    "a lone surrogate": (file_of(dataset={"examples": [["\ud800", "positive", "train"]] * 2}), "not_an_experiment"),
    "sentences that are none": (file_of(dataset={"examples": [[], None, [[]]]}), "not_an_experiment"),
    "an unknown preset": (file_of(dataset=named(preset="haiku")), "other_sentences"),
    "a preset that has changed": (file_of(dataset=named(check="00000000")), "other_sentences"),
    "a preset without its checksum": (file_of(dataset={"preset": "guide", "rules": {}}), "not_an_experiment"),
    "a preset that is no name": (file_of(dataset=named(preset=["guide"])), "not_an_experiment"),
    "a preset and sentences": (file_of(dataset=named(examples=[])), "not_an_experiment"),
    "rules that are none": (file_of(dataset=named(rules={"lowercase": 1})), "not_an_experiment"),
    "too deep": (b'{"a":' * 9 + b"1" + b"}" * 9, "not_an_experiment"),
    "an abyss": (b"[" * 1_000_000, "not_an_experiment"),
    "an abyss behind a setting": (FILE[:-1] + b',"x":' + b"[" * 900 + b"]" * 900 + b"}", "not_an_experiment"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_damaged_or_hostile_file_is_refused_for_its_reason(case: str) -> None:
    source, reason = REFUSALS[case]
    with pytest.raises(ExperimentFileError) as caught:
        documents.load(source)
    assert caught.value.reason == reason
    assert len(str(caught.value)) < 120


def test_a_file_may_begin_with_a_byte_order_mark_and_be_laid_out_otherwise() -> None:
    other = json.dumps(json.loads(FILE), ensure_ascii=True, sort_keys=True).encode()
    assert documents.load(b"\xef\xbb\xbf" + other) == presets.guide_corrected()


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    assert documents.load(FILE, Limits(upload_bytes=len(FILE)))
    with pytest.raises(ExperimentFileError, match="too large"):
        documents.load(FILE, Limits(upload_bytes=len(FILE) - 1))


@pytest.mark.parametrize(
    ("what", "value"),
    [("rows", 78), ("words", 10), ("characters", 41), ("hidden_size", 64), ("parameters", 5442), ("epochs", 1000)],
)
def test_a_file_keeps_to_the_limits(what: str, value: int) -> None:
    documents.load(FILE, Limits(**{what: value}))
    with pytest.raises(LimitError) as caught:
        documents.load(FILE, Limits(**{what: value - 1}))
    assert (caught.value.what, caught.value.value, caught.value.allowed) == (what, value, value - 1)


def test_brackets_in_a_sentence_are_no_depth() -> None:
    data = Dataset.from_pairs([('[[[[[[[[[ a " \\ ]', True), ('{{{{{{{{{{ b \\" [', False)])
    experiment = Experiment(dataset=data)
    assert documents.load(documents.save(experiment)) == experiment


@pytest.mark.parametrize(
    "hostile",
    [
        '"' + '\\"' * 500_000,
        '"\\' * 500_000,
        '["' * 500_000,
        '"]"[' * 250_000,
        "{}" * 500_000,
    ],
)
def test_a_text_of_nothing_but_marks_is_refused(hostile: str) -> None:
    with pytest.raises(ExperimentFileError):
        documents.load(hostile.encode())


def loaded(source: bytes) -> None:
    """Load it, or be refused with one of our own errors; what is loaded keeps to the limits."""
    try:
        check_limits(documents.load(source, Limits.hosted()), Limits.hosted())
    except RnnCoreError:
        return


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_our_own_errors(source: bytes) -> None:
    loaded(source)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_flipped_byte_raises_nothing_but_our_own_errors(place: int, flip: int) -> None:
    damaged = bytearray(FILE)
    damaged[place] ^= flip
    loaded(bytes(damaged))


_datasets = st.fixed_dictionaries(
    {}, optional={name: anything() for name in ("preset", "check", "rules", "examples")}
) | st.builds(named, check=anything(), rules=anything())


@given(json_experiments | st.fixed_dictionaries({"dataset": _datasets, "model": st.just({}), "training": st.just({})}))
@example({"dataset": {"preset": "guide", "check": [], "rules": {}}, "model": {}, "training": {}})
def test_arbitrary_documents_raise_nothing_but_our_own_errors(value: object) -> None:
    for head in ({"format": "unrolled experiment", "version": 1}, {}):
        whole = head | value if isinstance(value, dict) else value
        loaded(json.dumps(whole).encode())


def test_a_text_whose_splitting_would_take_for_ever_is_refused_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unicode's normal form takes time as the square of a run of accents, and NLTK's patterns have bad cases of their own."""

    def never(_: TextRules, text: str) -> tuple[str, ...]:
        raise AssertionError(f"{len(text)} characters are split")

    monkeypatch.setattr(TextRules, "words", never)
    for text in ("a" + "\u0315\u0300" * 400_000, "1" * 800_000):
        examples = [[text, "positive", "train"], ["b", "negative", "train"]]
        loaded(file_of(dataset={"examples": examples, "rules": {"splitting": "tweet"}}))


# ---------------------------------------------------------------------- word vectors


def with_vectors(small: Experiment) -> Experiment:
    rows = {word: np.array([i, -i, 0.1], dtype=np.float32) for i, word in enumerate(("bad", "good", "unheard"))}
    data = replace(small.dataset, vectors=WordVectors.of("mine.txt", rows))
    return replace(small, dataset=data).with_model(embedding_size=3, vectors="frozen")


def test_a_file_has_the_vectors_in_it(small: Experiment) -> None:
    experiment = with_vectors(small)
    back = documents.load(documents.save(experiment))
    assert back == experiment
    assert back.dataset.vectors is not None
    assert back.dataset.vectors.name == "mine.txt"


def test_a_link_only_names_them_and_is_never_opened_without(small: Experiment) -> None:
    experiment = with_vectors(small)
    token, vectors = links.encode(experiment), experiment.dataset.vectors
    assert vectors is not None
    with pytest.raises(AbsentVectorsError) as raised:
        links.decode(token)
    assert (raised.value.name, raised.value.digest) == ("mine.txt", vectors.digest)
    assert raised.value.words == experiment.dataset.written
    assert links.decode(token, vectors=replace(vectors, name="called otherwise")) == experiment
    with pytest.raises(VectorFileError) as refused:
        links.decode(token, vectors=vectors.only({"good"}))
    assert refused.value.reason == "other_vectors"


def test_a_preset_with_vectors_is_named_and_comes_with_them() -> None:
    experiment = presets.word_vectors()
    token = links.encode(experiment)
    assert len(token) < 250
    assert links.decode(token) == experiment


def test_the_sentences_of_a_preset_with_other_vectors_keep_those() -> None:
    preset = presets.word_vectors()
    assert preset.dataset.vectors is not None
    doubled = replace(preset.dataset.vectors, array=2 * preset.dataset.vectors.array)
    experiment = replace(preset, dataset=replace(preset.dataset, vectors=doubled))
    assert documents.load(documents.save(experiment)) == experiment
    value = json.loads(json.dumps(documents.to_json(experiment)))
    assert documents.from_json(value, Limits()) == experiment
    with pytest.raises(AbsentVectorsError):
        links.decode(links.encode(experiment))
