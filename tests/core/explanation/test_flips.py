"""What would change its mind: held against every possible change, tried one by one on texts."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from rnn_core import Model, TextRules, read
from rnn_core.explanation import Flips, find_flips
from rnn_core.explanation.flips import KEPT, MOST_WORK
from tests.core.reference import NETWORKS, large_model

WORDS = ["all", "at", "bad", "good", "not"]
LABELS = ("negative", "neutral", "positive")


def undecided(seed: int, kind: str = "vanilla-one way-one-hot", classes: int = 2, size: int = 3) -> Model:
    """A network of any kind, with no liking for one label before it has read anything."""
    model = large_model(WORDS, size, LABELS[:classes], seed=seed, **NETWORKS[kind])
    vector = model.vector.copy()
    model.layout.named(vector)["b_y"][:] = 0.0
    return model.with_vector(vector)


def flips_of(model: Model, text: str, most_work: float = MOST_WORK) -> Flips:
    return find_flips(model, read(model, text), most_work=most_work)


def deletions_that_flip(model: Model, words: list[str], size: int) -> dict[tuple[int, ...], float]:
    """Every set of this many places whose deletion flips the verdict, with the probability of the new one."""
    (verdict,) = model.predict([" ".join(words)])
    found = {}
    for places in combinations(range(len(words)), size):
        shorter = " ".join(word for t, word in enumerate(words) if t not in places)
        if shorter and model.predict([shorter]) != [verdict]:
            found[places] = float(model.predict_proba([shorter]).max())
    return found


def replacements_that_flip(model: Model, words: list[str]) -> dict[tuple[int, str], float]:
    (verdict,) = model.predict([" ".join(words)])
    found = {}
    for t in range(len(words)):
        for new in model.vocabulary:
            text = " ".join([*words[:t], new, *words[t + 1 :]])
            if model.predict([text]) != [verdict]:
                found[t, new] = float(model.predict_proba([text]).max())
    return found


def sentences(seed: int, count: int, longest: int) -> list[str]:
    draw = np.random.default_rng(seed)
    return [" ".join(draw.choice(WORDS, draw.integers(1, longest + 1))) for _ in range(count)]


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_flip_is_found_where_there_is_one_and_none_is_smaller(kind: str) -> None:
    """Every set of up to two words and every replacement, tried apart: no flip is missed, and of two words none where one does."""
    sizes = []
    for seed, text in enumerate(sentences(7, 24, 6)):
        model = undecided(seed, kind, 2 + seed % 2)
        words = text.split()
        found, n = flips_of(model, text), len(words)
        one, two = (deletions_that_flip(model, words, size) for size in (1, 2))
        smallest = one or two
        assert len(found.deletions) == min(KEPT, len(smallest))
        assert found.deletions_tried == (n > 1) * n + (not one and n > 2) * n * (n - 1) // 2
        for flip in found.deletions:
            assert smallest[flip.places] == pytest.approx(flip.probability, rel=1e-12)
            assert flip.new is None
        swaps = replacements_that_flip(model, words)
        assert len(found.replacements) == min(KEPT, len(swaps))
        assert found.replacements_tried == n * (len(WORDS) - 1)
        for flip in found.replacements:
            assert flip.new is not None
            assert swaps[flip.places[0], flip.new] == pytest.approx(flip.probability, rel=1e-12)
        assert not found.deletions_cut_short
        assert not found.replacements_cut_short
        sizes.append(len(found.deletions[0].places) if found.deletions else 0)
    assert {0, 1} <= set(sizes), "some sentences have a flip and some have none"


@pytest.mark.parametrize("kind", list(NETWORKS)[:4])
def test_a_flip_to_a_given_label_is_found_where_there_is_one(kind: str) -> None:
    """Of all replacements, tried one by one, exactly those that get this label."""
    counts = set()
    for seed, text in enumerate(sentences(11, 12, 4)):
        model = undecided(seed, kind, 3)
        reading, words = read(model, text), text.split()
        for to in {*LABELS} - {reading.verdict}:
            swaps = {
                (t, new): model.predict_proba([changed])[0].max()
                for (t, new) in replacements_that_flip(model, words)
                if model.predict([changed := " ".join([*words[:t], new, *words[t + 1 :]])]) == [to]
            }
            found = find_flips(model, reading, to=to)
            assert len(found.replacements) == min(KEPT, len(swaps))
            for flip in found.replacements:
                assert flip.verdict == to
                assert swaps[flip.places[0], flip.new or ""] == pytest.approx(flip.probability, rel=1e-12)
            assert all(flip.verdict == to == model.predict([flip.text])[0] for flip in found.deletions)
            counts.add(len(found.replacements))
    assert {0, KEPT} <= counts


def test_a_flip_to_the_present_label_or_to_none_of_the_models_is_a_callers_bug() -> None:
    model = undecided(0)
    reading = read(model, "not bad")
    for to in (reading.verdict, "boredom"):
        with pytest.raises(ValueError):
            find_flips(model, reading, to=to)


def test_two_words_are_deleted_only_where_one_does_not_do() -> None:
    seen = set()
    for seed, text in enumerate(sentences(3, 60, 7)):
        model = undecided(seed)
        found = flips_of(model, text)
        words = text.split()
        for flip in found.deletions:
            seen.add(len(flip.places))
            if len(flip.places) == 2:
                assert not deletions_that_flip(model, words, 1)
    assert seen == {1, 2}


@pytest.mark.parametrize("text", ["not at all bad", "good good not bad at all"])
def test_a_flip_says_what_was_changed_and_what_comes_of_it(text: str) -> None:
    words = text.split()
    model = next(m for m in map(undecided, range(50)) if _both_kinds(m, text))
    found, (verdict,) = flips_of(model, text), model.predict([text])
    for flip in (*found.deletions, *found.replacements):
        assert flip.old == tuple(words[t] for t in flip.places)
        assert model.predict([flip.text]) == [flip.verdict] != [verdict]
        assert model.predict_proba([flip.text]).max() == pytest.approx(flip.probability, rel=1e-12)
        if flip.new is None:
            assert list(flip.words) == [word for t, word in enumerate(words) if t not in flip.places]
        else:
            assert list(flip.words) == [flip.new if t in flip.places else word for t, word in enumerate(words)]


def _both_kinds(model: Model, text: str) -> bool:
    found = flips_of(model, text)
    return len(found.deletions) > 1 and len(found.replacements) > 1


def test_the_surest_flip_comes_first_of_all_that_there_are() -> None:
    ranked = 0
    for seed in range(40):
        model, text = undecided(seed, classes=3), "not good at all bad"
        found, swaps = flips_of(model, text), replacements_that_flip(model, text.split())
        for flips in (found.deletions, found.replacements):
            probabilities = [flip.probability for flip in flips]
            assert probabilities == sorted(probabilities, reverse=True)
        if len(swaps) > KEPT:
            ranked += 1
            assert found.replacements[0].probability == pytest.approx(max(swaps.values()), rel=1e-12)
    assert ranked > 5


def test_all_words_are_never_deleted() -> None:
    for text, tried in (("bad", 0), ("not bad", 2)):
        for seed in range(10):
            found = flips_of(undecided(seed), text)
            assert found.deletions_tried == tried
            assert all(flip.words for flip in found.deletions)


def test_where_nothing_flips_it_is_said_how_much_was_tried() -> None:
    model = large_model(WORDS, 3, seed=1)
    vector = model.vector.copy()
    model.layout.named(vector)["b_y"][:] = [50.0, -50.0]
    found = flips_of(model.with_vector(vector), "not good at all bad")
    assert found == Flips((), 5 + 10, False, (), 5 * 4, False)


@pytest.mark.parametrize("kind", ["vanilla-one way-one-hot", "lstm-both ways-embedding"])
def test_a_long_search_is_cut_short_says_so_and_begins_with_what_matters_most(kind: str) -> None:
    model = undecided(6, kind)
    text = " ".join(sentences(9, 10, 4))
    words = text.split()
    whole = flips_of(model, text)
    for work in (1e5, 1e6, 5e6, 2e7):
        part = flips_of(model, text, most_work=work)
        assert part == flips_of(model, text, most_work=work)
        assert part.replacements_tried <= whole.replacements_tried
        assert part.replacements_cut_short == (part.replacements_tried < len(words) * 4)
        assert part.deletions_cut_short == (part.deletions_tried < whole.deletions_tried)
        for flip in (*part.deletions, *part.replacements):
            assert model.predict([flip.text]) == [flip.verdict]
    assert flips_of(model, text, most_work=1e5).replacements_cut_short


def test_in_a_search_cut_short_the_place_that_matters_most_comes_first() -> None:
    """Sixty words to try in each place, and time for some fifty readings: enough for the first place alone."""
    words, tried = [f"w{i}" for i in range(6)], 0
    for seed in range(20):
        model = large_model([f"w{i}" for i in range(60)], 3, seed=seed)
        text = " ".join(words)
        k = model.labels.index(model.predict([text])[0])
        without = [model.predict_proba([" ".join(words[:t] + words[t + 1 :])])[0, k] for t in range(6)]
        found = flips_of(model, text, most_work=2_150_000)
        assert 40 < found.replacements_tried < 59
        assert found.deletions_tried >= 6
        assert {flip.places for flip in found.replacements} <= {(int(np.argmin(without)),)}
        tried += bool(found.replacements)
    assert tried > 5


def under(model: Model, **rules: object) -> Model:
    """The same network under other text rules."""
    return Model(TextRules(**rules), model.vocabulary, model.labels, model.config, model.vector)  # type: ignore[arg-type]


def test_what_the_network_did_not_read_stays_in_the_sentence() -> None:
    model = next(m for m in map(undecided, range(50)) if _both_kinds(m, "not at all bad"))
    found = flips_of(under(model, unknown="skip"), "A not zebra at all, bad GNU")
    assert found.replacements_tried == 4 * 4
    for flip in (*found.deletions, *found.replacements):
        assert under(model, unknown="skip").tokens(flip.text).read == flip.words
        assert [word for word in flip.text.split() if word in ("a", "zebra", "gnu")] == ["a", "zebra", "gnu"]
        assert flip.old == tuple(("not", "at", "all", "bad")[t] for t in flip.places)


def test_a_word_read_as_unknown_is_changed_like_any_other_and_never_put_in() -> None:
    kinds = set()
    for seed in range(40):
        model = under(large_model([*WORDS, "<unk>"], 3, seed=seed), unknown="replace")
        found = flips_of(model, "not zebra bad")
        assert found.replacements_tried == 2 * 4 + 5
        for flip in (*found.deletions, *found.replacements):
            assert model.tokens(flip.text).read == flip.words
            assert "<unk>" not in flip.text
            assert ("zebra" in flip.text) == (1 not in flip.places)
            kinds.add((flip.new is None, 1 in flip.places))
    assert len(kinds) == 4


def test_letters_are_put_together_again() -> None:
    model = under(large_model(["a", "b", "d", "g"], 3, seed=3), splitting="characters")
    found = flips_of(model, "bad gab")
    flips = (*found.deletions, *found.replacements)
    assert flips
    for flip in flips:
        assert flip.text == "".join(flip.words)
        assert model.tokens(flip.text).read == flip.words
