"""Links: what goes in comes out, old links keep their meaning, and strangers' tokens get no further than an error of ours."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rnn_core import (
    Change,
    Dataset,
    Example,
    Experiment,
    LimitError,
    Limits,
    LinkError,
    ModelConfig,
    RnnCoreError,
    TextRules,
    TrainingConfig,
    presets,
)
from rnn_core.sharing import documents, links
from rnn_core.training.run import check_limits
from tests.core.strategies import experiments, json_experiments

NO_LIMITS = Limits(hidden_size=4096, parameters=10**12, epochs=10**6, run_bytes=10**18)
STEERED = presets.better_start(3).with_training(changes=(Change(20, "learning_rate", 0.05), Change(90, "clipping", "norm")))
OWN = Experiment(
    dataset=Dataset.from_pairs(
        [("很 好", True), ("不 好", False)], [("好 [x]", True)], TextRules(unknown="replace", splitting="tweet")
    ),
    model=ModelConfig(cell="gru", embedding_size=5, bidirectional=True, initialization="orthogonal"),
    training=TrainingConfig(optimizer="adam", batch_size=2, stopping="test", rate_every=7, seed=2**53 - 1),
)


def token_of(body: bytes) -> str:
    """Any bytes for a body, under a right checksum."""
    return "1." + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def pack(document: bytes, more: bytes = b"") -> str:
    """Any document, and more behind its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return token_of(packer.compress(document) + packer.flush() + more)


def unfinished(document: bytes) -> str:
    """A token with a right checksum and the whole document, but without the mark of its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return token_of(packer.compress(document) + packer.flush(zlib.Z_SYNC_FLUSH))


def packed(value: object) -> str:
    return pack(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(experiments)
def test_any_experiment_survives_its_link(experiment: Experiment) -> None:
    token = links.encode(experiment)
    assert re.fullmatch(r"1\.[A-Za-z0-9_-]+", token)
    again = links.decode(token, NO_LIMITS)
    assert again == experiment
    assert again.fingerprint == experiment.fingerprint
    assert links.encode(again) == token


GOLDEN: dict[str, tuple[str, Experiment]] = {
    name: (token, experiment)
    for name, token, experiment in (
        ("guide_printed", "1.8ilo4htNQpQnIVgROGITEQA", presets.guide_printed()),
        ("guide_corrected", "1.IE9XGBtNQqNJiMIkBAA", presets.guide_corrected()),
        ("long_memory", "1.roLouiMv4Q1kQoKWRiipyNCMklQEL8sIpSJj8lKRMdY0ZGBKYiKCFqp4UpEJSipCKW_pkZYA", presets.long_memory()),
        ("steered", "1.0rtAMxtNQtiTEJUSkPFwSz_GyOkn2gjDdzpA35kCS1VLA-TyHFIFxALTGwA", STEERED),
        (
            "own",
            "1.UoKt6CMj8cOKEaJSB6wkwZf4n-7rUHi6dC-ufPtkRy9UGmv2BUopRFfEYisjYrGkQ0iRRigNQjyCngRNsSRBlFJxYJOhOaFkCC2W8aRDI7LSITi0SUqGlgYG5oaWlkamJuYmBpaWhmipEgA",
            OWN,
        ),
    )
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_link_made_when_version_1_was_new_still_means_the_same(name: str) -> None:
    """These tokens are out in the world. Whatever changes, in defaults, in order or in the dictionary, they never do."""
    token, experiment = GOLDEN[name]
    assert links.decode(token) == experiment


def test_a_setting_that_a_link_does_not_have_takes_the_value_that_it_had_before_there_was_such_a_setting() -> None:
    value = documents.to_json(presets.guide_corrected())
    del value["training"]["momentum"], value["model"]["forget_bias"], value["dataset"]["rules"]["min_count"]
    assert links.decode(packed(value)) == presets.guide_corrected()


def test_every_setting_is_in_the_link_so_that_no_default_decides() -> None:
    body = base64.urlsafe_b64decode(pack(json.dumps(documents.to_json(presets.guide_corrected())).encode())[2:] + "==")[4:]
    value = json.loads(zlib.decompress(body, -15))
    assert value["training"] == TrainingConfig().to_json()
    assert value["model"] == ModelConfig().to_json()


def test_links_are_short() -> None:
    assert {name: len(links.encode(make(0))) <= 120 for name, make in presets.EXPERIMENTS.items()} == dict.fromkeys(
        presets.EXPERIMENTS, True
    )
    assert len(links.encode(presets.guide_corrected())) <= 24


def test_an_experiment_too_long_for_a_link_is_told_so() -> None:
    def of(rows: int) -> Experiment:
        digits = [f"{zlib.crc32(bytes([n % 256, n // 256])):08x}{n}" for n in range(rows)]
        return Experiment(dataset=Dataset.from_pairs((text, i % 2 == 0) for i, text in enumerate(digits)))

    assert len(links.encode(of(500))) <= links.MOST_CHARACTERS
    with pytest.raises(LinkError) as caught:
        links.encode(of(1500))
    assert caught.value.reason == "too_long"
    with pytest.raises(LinkError) as caught:
        links.encode(Experiment(dataset=Dataset.from_pairs([("good", True), ("bad", False)] * 10_000)))
    assert caught.value.reason == "too_large"


GUIDE = links.encode(presets.guide_corrected())
LONG = links.encode(OWN)

REFUSALS: dict[str, tuple[str, str]] = {
    "nothing": ("", "damaged"),
    "no token": ("hello world", "damaged"),
    "no version": (GUIDE[2:], "damaged"),
    "other characters": (GUIDE + "!", "damaged"),
    "other digits": ("١" + GUIDE[1:], "damaged"),
    "a newer version": ("2" + GUIDE[1:], "newer_version"),
    "a much newer version": ("999999" + GUIDE[1:], "newer_version"),
    "an older version": ("0" + GUIDE[1:], "damaged"),
    "a version without a body": ("1.", "truncated"),
    "cut short": (LONG[: len(LONG) // 2], "truncated"),
    "the last character lost": (LONG[:-1], "truncated"),
    "a character changed": (LONG[:40] + ("A" if LONG[40] != "A" else "B") + LONG[41:], "damaged"),
    "a wrong checksum": ("1." + ("A" if GUIDE[2] != "A" else "B") + GUIDE[3:], "damaged"),
    "too long": ("1." + "A" * 6_000, "too_long"),
    "more behind the end": (pack(json.dumps(documents.to_json(OWN)).encode(), b"x"), "damaged"),
    "no end": (unfinished(json.dumps(documents.to_json(OWN)).encode()), "damaged"),
    "a bomb": (pack(b"0" * 4_000_000), "too_large"),
    "not compressed": (token_of(b"\xff" * 8), "damaged"),
    "no JSON": (pack(b"hello"), "not_an_experiment"),
    "no object": (packed([1, 2]), "not_an_experiment"),
    "a part too few": (packed({"dataset": {}, "model": {}}), "not_an_experiment"),
    "an abyss": (pack(b"[" * 100_000), "not_an_experiment"),
    "a setting of a version to come": (packed(documents.to_json(OWN) | {"model": {"attention": True}}), "not_an_experiment"),
    "sentences that have changed": (
        packed({"dataset": {"preset": "guide", "check": "0", "rules": {}}, "model": {}, "training": {}}),
        "other_sentences",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_damaged_or_hostile_link_is_refused_for_its_reason(case: str) -> None:
    token, reason = REFUSALS[case]
    with pytest.raises(LinkError) as caught:
        links.decode(token)
    assert caught.value.reason == reason
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("what", "limits"), [("epochs", Limits(epochs=999)), ("hidden_size", Limits(hidden_size=63)), ("rows", Limits(rows=77))]
)
def test_a_link_to_more_than_is_allowed_here_says_what_is_too_much(what: str, limits: Limits) -> None:
    with pytest.raises(LimitError) as caught:
        links.decode(GUIDE, limits)
    assert caught.value.what == what


def test_a_bomb_takes_no_memory() -> None:
    """4,500 bytes that would unpack to four and a half million."""
    token = pack(b"\0" * 4_500_000)
    assert len(token) <= links.MOST_CHARACTERS
    tracemalloc.start()
    with pytest.raises(LinkError) as caught:
        links.decode(token)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.reason == "too_large"
    assert peak < 2_000_000


def test_ten_megabytes_of_zeros_are_not_even_unpacked() -> None:
    with pytest.raises(LinkError) as caught:
        links.decode(pack(b"\0" * 10_000_000))
    assert caught.value.reason == "too_long"


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,2}\.[A-Za-z0-9_-]{0,60}", fullmatch=True))
@example("1.AAAAAAA")
def test_arbitrary_tokens_raise_nothing_but_our_own_error(token: str) -> None:
    with pytest.raises(LinkError):
        links.decode(token)


@given(experiments, st.data())
def test_a_mutated_token_is_refused_or_makes_no_difference(experiment: Experiment, data: st.DataObject) -> None:
    """The last character may have bits to spare; all else is under the checksum."""
    token = links.encode(experiment)
    place = data.draw(st.integers(0, len(token) - 1))
    kind = data.draw(st.sampled_from(["replace", "delete", "insert", "swap", "cut"]))
    new = data.draw(st.sampled_from("0123456789abcXYZ-_.=+/ é"))
    mutated = {
        "replace": token[:place] + new + token[place + 1 :],
        "delete": token[:place] + token[place + 1 :],
        "insert": token[:place] + new + token[place:],
        "swap": token[place:] + token[:place],
        "cut": token[:place],
    }[kind]
    assume(mutated != token)
    try:
        assert links.decode(mutated, NO_LIMITS) == experiment
    except LinkError:
        return


@given(st.binary(max_size=200).map(pack) | json_experiments.map(packed))
def test_whatever_is_packed_with_a_right_checksum_is_judged_whole(token: str) -> None:
    try:
        experiment = links.decode(token, Limits.hosted())
    except RnnCoreError:
        return
    check_limits(experiment, Limits.hosted())


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_for_a_body_raise_nothing_but_our_own_error(body: bytes) -> None:
    """The dictionary lets a few bytes unpack to a lot of a document."""
    with pytest.raises(LinkError):
        links.decode(token_of(body))


@pytest.mark.parametrize("piece", ["1", "a.", "\u0315\u0300", "http://("])
def test_no_longer_sentence_of_a_link_is_split_than_is_allowed(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some rules take time as the square of a text's length. These are as long and as hostile as strangers may write them."""
    split: list[int] = []
    words = TextRules.words

    def counted(rules: TextRules, text: str) -> tuple[str, ...]:
        split.append(len(text))
        return words(rules, text)

    monkeypatch.setattr(TextRules, "words", counted)
    text = "a" + (piece * 2_000)[:1_999]
    examples: list[list[Any]] = [[text, ("positive", "negative")[i % 2], "train"] for i in range(3)]
    value = {"dataset": {"rules": {"splitting": "tweet"}, "examples": examples}, "model": {}, "training": {}}
    with contextlib.suppress(LimitError):
        links.decode(packed(value), Limits.hosted())
    assert split == [2_000] * 3
    examples[0][0] += "1"
    with pytest.raises(LimitError, match=r"^characters: 2,001"):
        links.decode(packed(value), Limits.hosted())
    assert len(split) == 3


def test_a_link_to_sentences_that_take_long_to_split_is_refused_before_one_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token of a thousand characters can unpack to hundreds of thousands."""
    rules = TextRules(splitting="tweet")
    examples = [Example(f"{row} " + ".a" * 950, ("positive", "negative")[row % 2], "train") for row in range(150)]
    value = presets.guide_corrected().to_json() | {"dataset": {"rules": rules.to_json(), "examples": [list(e) for e in examples]}}
    token = pack(json.dumps(value).encode())
    assert len(token) < 3_000
    monkeypatch.setattr(TextRules, "words", lambda rules, text: pytest.fail("a sentence was split"))
    with pytest.raises(LimitError) as caught:
        links.decode(token, Limits.hosted())
    assert caught.value.what == "splitting_seconds"
