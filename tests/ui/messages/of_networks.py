"""What is said of a network, of a sentence that it reads, and of an update: each claim with a case of which it is true, and the nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from rnn_core import DivergenceError, GradientCheck, Model, presets
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import UnknownWordError
from rnn_core.explanation import Answer, Flip, Flips, Saliency, read, trace
from rnn_core.gradients.check import GradientComparison
from rnn_core.gradients.flow import Passage
from rnn_core.gradients.update import Update, one_update
from rnn_core.training.most_clipped import ClippedUpdate
from tests.ui.messages.of_runs import of_run
from tests.ui.messages.said import Claim
from tests.ui.messages.test_gradient_messages import passage
from tests.ui.messages.test_prediction_messages import judged, reading_of
from ui.messages import (
    ask,
    batch,
    check,
    course,
    evaluation,
    flips,
    home,
    moments,
    parameters,
    projection,
    saliency,
    states,
    through_time,
    update,
)

GUIDE = presets.guide_corrected()

# ---------------------------------------------------------------------- updates, and the gradient through time


@cache
def step() -> Update:
    """One update by a sentence, under the threshold, that lowers its loss."""
    text, label, _ = GUIDE.dataset.examples[8]
    return one_update(Model.initial(GUIDE).with_large_weights(), GUIDE, text, label or "")


def stepped(clipped: float = 0.0, kind: str = "value", **changes: Any) -> Callable[[], str]:
    def words() -> str:
        whole = step().statistics[None]._replace(elements_clipped=clipped, norm_before=2.0, norm_after=1.0)
        values = {"loss_before": 0.7, "loss_after": 0.6, "slope": -1.0, "clipping": kind, **changes}
        return update.update_sentence(replace(step(), statistics={**step().statistics, None: whole}, **values))

    return words


def flow(*norms: float, memory: list[float] | None = None) -> Callable[[], str]:
    """What is said of a gradient of these lengths, the word read first in front."""

    def words() -> str:
        dh, dc = np.array(norms)[:, None], None if memory is None else np.array(memory)[:, None]
        return through_time.flow_sentence(Passage(("w",) * len(norms), dh, dc, None, None))

    return words


def searched(deleted: int = 0, tried: int = 9, cut: bool = False, replaced: int = 0) -> Callable[[], list[str]]:
    """What is said of a search; deleted: words of the smallest set that changes the prediction, 0 for none."""
    one = Flip("a", ("a",), tuple(range(max(1, deleted))), ("b",), None, "negative", 0.9)
    found = Flips((one,) * (deleted > 0), tried, cut, (one,) * replaced, 99, cut)
    return lambda: [flips.deletions_line(found), flips.replacements_line(found)]


def exploding() -> str:
    """What is said where an update leads beyond all numbers, and of the update where it does not."""
    return _attempted(1e308)


def _attempted(rate: float) -> str:
    experiment = GUIDE.with_training(learning_rate=rate, clipping="none")
    text, label, _ = GUIDE.dataset.examples[8]
    try:
        return update.update_sentence(one_update(Model.initial(experiment).with_large_weights(), experiment, text, label or ""))
    except DivergenceError:
        return update.beyond()


def settings_of(steps: int = 1, **training: Any) -> Callable[[], str]:
    chosen = GUIDE.with_training(**training)
    kind = chosen.training.clipping
    return lambda: update.update_settings(replace(step(), clipping=kind, steps=steps), chosen)


def most(rows: tuple[int, ...] = (1,), searched: int = 5) -> Callable[[], str]:
    nothing = np.zeros(0)
    found = ClippedUpdate(7, 3, rows, 2.5, nothing, nothing, 0, searched, 5)
    return lambda: update.clipped_most(found, GUIDE)


# ---------------------------------------------------------------------- gradient checks


def compared(off: float = 0.0, size: float = 1.0, rule: str = "exact", words: int = 2, **others: float) -> GradientCheck:
    """A check in which the gradient of W_hh is off by a share. others: sizes of further gradients, right to the last bit."""

    def pair(size: float, off: float) -> GradientComparison:
        return GradientComparison(np.full(4, size), np.full(4, size * (1 + 2 * off)))

    found = {"W_hh": pair(size, off), **{name: pair(other, 0.0) for name, other in others.items()}}
    return GradientCheck("a b", "positive", ("w",) * words, rule, 1e-5, 0.7, found, pair(size, off), None)  # type: ignore[arg-type]


def verdict(*args: Any, **others: Any) -> Callable[[], object]:
    return lambda: (check.check_result(made := compared(*args, **others)), check.check_table([made]))


# ---------------------------------------------------------------------- a sentence that the network reads


def reading(*positive: float) -> Callable[[], object]:
    made = reading_of([f"w{t}" for t in range(len(positive))], list(positive))
    return lambda: (ask.turns(made), ask.after_each_word(made, "positive"))


def tokens(policy: str, *unknown: str) -> Callable[[], str]:
    return lambda: ask.read_instead(Tokens((*unknown, "good"), ("good",), np.array([0]), unknown), policy)


def explained(points: int = 32, error: float = 0.0, p: float = 0.7, odds: float = 0.85) -> Callable[[], object]:
    zeros = np.zeros(1)
    made = Saliency(("a",), "positive", odds, 0.0, zeros, zeros, np.array([odds + error]), points, p, zeros)
    return lambda: (saliency.explained(made), saliency.completeness(made), saliency.by_gradients(made))


def split(*pairs: tuple[str, str], left_out: tuple[int, ...] = ()) -> Callable[[], str]:
    return lambda: evaluation.split_line(replace(judged(*pairs), left_out=left_out))


RIGHT, WRONG = ("positive", "positive"), ("positive", "negative")


def against(*bag: str) -> Callable[[], str]:
    return lambda: evaluation.against_bag(judged(RIGHT, WRONG).judged, dict(enumerate(bag)))


def answered(*verdicts: str | None) -> Callable[[], str]:
    return lambda: batch.batch_line(
        [Answer("a", verdict, (0.7, 0.3), (), None if verdict else UnknownWordError(["a"])) for verdict in verdicts]
    )


def first_input(**model: Any) -> Callable[[], str]:
    made = Model.initial(GUIDE.with_model(hidden_size=2, **model))
    return lambda: states.input_line(trace(made, read(made, "i am good"))[0], 2, made.vocabulary.words)


def sized(**model: Any) -> Callable[[], str]:
    return lambda: parameters.size_line(GUIDE.with_model(**model))


def home_reads(epoch: int) -> Callable[[], str]:
    return lambda: home.reads(reading_of(["a"], [0.7]), epoch)


# ---------------------------------------------------------------------- the table

OF_NETWORKS: Mapping[str, Claim] = {
    "an update, not clipped": Claim(stepped(0.0), stepped(0.1)),
    "an update, elements cut": Claim(stepped(0.1), stepped(0.1, "norm")),
    "an update, shortened": Claim(stepped(0.1, "norm"), stepped(0.1)),
    "an update too far": Claim(stepped(loss_after=0.8), stepped(loss_after=0.8, slope=1.0)),
    "an update not downhill": Claim(stepped(loss_after=0.8, slope=1.0), stepped(loss_after=0.8)),
    "an update without effect": Claim(stepped(loss_after=0.7001), stepped(loss_after=0.71)),
    "an update downhill": Claim(stepped(), stepped(loss_after=0.8)),
    "the update clipping changed most": Claim(most(), most(rows=(1, 2)), figures=("epoch 7, update 3 of 58, sentence",)),
    "the batch clipping changed most": Claim(most(rows=(1, 2)), most()),
    "of all epochs after a checkpoint": Claim(most(), most(searched=4)),
    "of some epochs after a checkpoint": Claim(most(searched=4), most(), figures=("4 of the 5",)),
    "no clipped update after a checkpoint": Claim(lambda: update.none_clipped(0), lambda: update.none_clipped(1)),
    "too large to search": Claim(lambda: update.none_clipped(1), lambda: update.none_clipped(0)),
    "an update of the run": Claim(
        lambda: update.update_settings(step(), GUIDE, alone=False), lambda: update.update_settings(step(), GUIDE)
    ),
    "tiles": Claim(lambda: update.thinned(4, 1, 0), lambda: update.thinned(1, 1, 3), figures=("4 × 1",)),
    "words left out": Claim(lambda: update.thinned(1, 1, 3), lambda: update.thinned(4, 1, 0), figures=("3 words",)),
    "one word": Claim(flow(1.0), flow(1.0, 1.0)),
    "no number": Claim(flow(np.inf, 1.0), flow(1e300, 1.0)),
    "zero from the start": Claim(flow(0.0, 0.0), flow(0.0, 1.0)),
    "zero on the way": Claim(flow(0.0, 1.0), flow(1e-300, 1.0)),
    "shrinks": Claim(flow(0.79, 1.0), flow(0.81, 1.0)),
    "shrinks, a small part": Claim(flow(0.01, 1.0), flow(0.2, 1.0), figures=("1/100 ",)),
    "shrinks, a tiny part": Claim(flow(1e-9, 1.0), flow(1e-3, 1.0), figures=("10⁻⁹",)),
    "grows": Claim(flow(1.26, 1.0), flow(1.24, 1.0)),
    "keeps": Claim(flow(1.0, 1.0), flow(1.3, 1.0)),
    "several steps": Claim(flow(1.0, 1.0, 1.0), flow(1.0, 1.0), figures=("2 steps",)),
    "one step": Claim(flow(1.0, 1.0), flow(1.0, 1.0, 1.0), figures=("1 step ",)),
    "along the memory": Claim(flow(1.0, 1.0, memory=[1.0, 2.0]), flow(1.0, 1.0, memory=[0.0, 2.0])),
    "one matrix": Claim(lambda: through_time.spectrum_words("vanilla"), lambda: through_time.spectrum_words("gru")),
    "a block a gate": Claim(lambda: through_time.spectrum_words("gru"), lambda: through_time.spectrum_words("vanilla")),
    "found in time": Claim(searched(1, cut=True, replaced=1), searched(1, replaced=1)),
    "not found in time": Claim(searched(0, cut=True), searched(0)),
    "one word alone": Claim(searched(0, tried=0), searched(0, tried=2)),
    "two words": Claim(searched(0, tried=2), searched(0, tried=6)),
    "no deletion": Claim(searched(0, tried=6), searched(0, tried=2)),
    "one deletion": Claim(searched(1), searched(2)),
    "two deletions": Claim(searched(2), searched(1)),
    "no replacement": Claim(searched(), searched(replaced=1)),
    "a replacement": Claim(searched(replaced=1), searched()),
    "what is to be changed": Claim(
        lambda: flips.question("good", None), lambda: flips.question("bad", None), figures=("is good",)
    ),
    "what it is to be changed to": Claim(
        lambda: flips.question("joy", "fear"), lambda: flips.question("joy", None), figures=("it to fear",)
    ),
    "to any other label": Claim(lambda: flips.question("joy", None), lambda: flips.question("joy", "fear")),
    "each label over the epochs": Claim(lambda: course.course_line(None, 2), lambda: course.course_line("a", 2)),
    "the predicted label after each word": Claim(
        lambda: ask.after_each_word(reading_of(["a", "b"], [0.7, 0.4]), None),
        lambda: ask.after_each_word(reading_of(["a", "b"], [0.7, 0.4]), "positive"),
    ),
    "the predicted label after the only word": Claim(
        lambda: ask.after_each_word(reading_of(["a"], [0.7]), None),
        lambda: ask.after_each_word(reading_of(["a"], [0.7]), "positive"),
    ),
    "a moment with a sentence": Claim(
        lambda: moments.moment(369, "so good"), lambda: moments.moment(36, "so bad"), figures=("“so good”", "epoch 369")
    ),
    "a moment without a sentence": Claim(lambda: moments.moment(369, None), lambda: moments.moment(369, "so good")),
    "a moment on its way": Claim(lambda: moments.on_the_way(369), lambda: moments.on_the_way(36), figures=("epoch 369",)),
    "no QR code": Claim(lambda: moments.no_code(1001, 1000), lambda: moments.no_code(1002, 1000), figures=("1,001",)),
    "the network before training reads": Claim(home_reads(0), home_reads(1)),
    "the trained network reads": Claim(home_reads(7), home_reads(0), figures=("epoch 7", "positive (0.700)")),
    "the drawing of a reading": Claim(
        lambda: home.described(reading_of(["a"], [0.7])),
        lambda: home.described(reading_of(["a"], [0.8])),
        figures=("positive 0.700",),
    ),
    "no clipping yet": Claim(lambda: home.broken(None), of_run(home.broken, "paused")),
    "clipping so far": Claim(of_run(home.broken, "paused"), lambda: home.broken(None)),
    "a plane shaded by one label": Claim(lambda: projection.path("joy"), lambda: projection.path("fear"), figures=("of joy",)),
    "a plane shaded by the predicted label": Claim(lambda: projection.path(None), lambda: projection.path("joy")),
    "the prediction at a point": Claim(
        lambda: projection.predicted("joy", 0.7), lambda: projection.predicted("fear", 0.6), figures=("joy", "0.700")
    ),
    "two sentences": Claim(
        lambda: ask.both(reading_of(["a"], [0.7]), reading_of(["b"], [0.4])),
        lambda: ask.both(reading_of(["a"], [0.4]), reading_of(["b"], [0.7])),
        figures=("first sentence, positive (0.700)", "second sentence, negative (0.600)"),
    ),
    "added already": Claim(lambda: flips.added("a", "good", "good"), lambda: flips.added("a", "good", None)),
    "added beside its contradiction": Claim(lambda: flips.added("a", "good", "bad"), lambda: flips.added("a", "good", "good")),
    "added": Claim(lambda: flips.added("a", "good", None), lambda: flips.added("a", "good", "bad")),
    "an update beyond numbers": Claim(exploding, lambda: _attempted(1.0)),
    "without clipping": Claim(settings_of(clipping="none"), settings_of()),
    "with each norm clipped": Claim(settings_of(clipping="norm"), settings_of(clipping="global_norm")),
    "with the global norm clipped": Claim(settings_of(clipping="global_norm"), settings_of(clipping="norm")),
    "with a threshold": Claim(settings_of(), settings_of(clipping="none")),
    "nothing remembered": Claim(settings_of(optimizer="adam"), settings_of(2, optimizer="adam")),
    "updates remembered": Claim(settings_of(2, optimizer="adam"), settings_of(2)),
    "sentences share an update": Claim(settings_of(batch_size=2), settings_of()),
    "never more than there are": Claim(settings_of(batch_size=100), settings_of(batch_size=57), figures=("58",)),
    "the step of gradient descent": Claim(lambda: update.picture_words("sgd", 0.02), lambda: update.picture_words("adam", 0.02)),
    "the step of an optimizer": Claim(lambda: update.picture_words("adam", 0.02), lambda: update.picture_words("sgd", 0.02)),
    "from the right": Claim(lambda: through_time.flow_words(False), lambda: through_time.flow_words(True)),
    "from the left": Claim(lambda: through_time.flow_words(True), lambda: through_time.flow_words(False)),
    "another spectral radius": Claim(
        lambda: through_time.scaled_words(passage([1.0, 2.0]), passage([3.0, 2.0]), 1.5),
        lambda: through_time.scaled_words(passage([2.0, 2.0]), passage([3.0, 2.0]), 0.5),
        figures=("radius of 1.50", "is 1.5 times", "it is 0.50 times"),
    ),
    "another radius, nothing to compare": Claim(
        lambda: through_time.scaled_words(passage([0.0, 0.0]), passage([3.0, 2.0]), 1.5),
        lambda: through_time.scaled_words(passage([0.0, 1.0]), passage([3.0, 2.0]), 1.5),
    ),
    "every epoch kept": Claim(lambda: through_time.map_words(3, 3), lambda: through_time.map_words(3, 4)),
    "some epochs kept": Claim(lambda: through_time.map_words(3, 4), lambda: through_time.map_words(3, 3)),
    "the factor, every epoch": Claim(
        lambda: through_time.map_words(3, 3, factor=True), lambda: through_time.map_words(3, 4, factor=True)
    ),
    "the factor, some epochs": Claim(
        lambda: through_time.map_words(3, 4, factor=True), lambda: through_time.map_words(3, 3, factor=True)
    ),
    "the exact rule is right": Claim(verdict(5e-5), verdict(2e-4)),
    "the exact rule is not confirmed": Claim(verdict(2e-4), verdict(5e-5), figures=("2·10⁻⁴",)),
    "the exact rule is wrong": Claim(verdict(2e-2), verdict(5e-3)),
    "the printed rule is wrong": Claim(verdict(2e-2, rule="printed"), verdict(5e-3, rule="printed")),
    "the slip nearly hides": Claim(verdict(5e-3, rule="printed"), verdict(2e-2, rule="printed")),
    "the slip cannot be seen": Claim(verdict(5e-5, rule="printed"), verdict(5e-3, rule="printed")),
    "one word goes back through nothing": Claim(verdict(5e-5, rule="printed", words=1), verdict(5e-5, rule="printed")),
    "what the printed rule makes is too small": Claim(
        verdict(0.0, 1e-12, rule="printed", b_y=1.0), verdict(0.0, 1e-12, rule="printed", b_h=1.0)
    ),
    "all gradients are too small": Claim(verdict(0.0, 1e-12), verdict(0.0, 1e-3)),
    "some gradients are too small": Claim(verdict(0.0, b_h=1e-12), verdict(0.0, b_h=0.0)),
    "a gradient is no number": Claim(verdict(0.0, np.inf), verdict(0.0, 1e100)),
    "after the only word": Claim(reading(0.9), reading(0.9, 0.8)),
    "not trained in the middle": Claim(reading(0.9, 0.8), reading(0.9)),
    "one word turns nothing": Claim(reading(0.9), reading(0.9, 0.8)),
    "never turns": Claim(reading(0.9, 0.51), reading(0.9, 0.49)),
    "turns, and how sure it is then": Claim(reading(0.9, 0.2), reading(0.9, 0.8), figures=("negative (0.800)", "(0.900)")),
    "turns very often": Claim(reading(*[0.9, 0.1] * 4), reading(*[0.9, 0.1] * 3)),
    "asked while it learns": Claim(of_run(ask.as_of, "running", viewed=7), of_run(ask.as_of, "paused", viewed=7)),
    "unknown words are skipped": Claim(tokens("skip", "gnu"), tokens("replace", "gnu")),
    "unknown words are replaced": Claim(tokens("replace", "gnu"), tokens("skip", "gnu")),
    "from a file": Claim(lambda: course.course_line("a", None), lambda: course.course_line("a", 1)),
    "one epoch kept": Claim(lambda: course.course_line("a", 1), lambda: course.course_line("a", 2)),
    "over the epochs": Claim(lambda: course.course_line("a", 2), lambda: course.course_line("a", 1), figures=("2",)),
    "what is explained": Claim(explained(), explained(p=0.5, odds=0.0), figures=("0.700", "+0.85")),
    "they add up": Claim(explained(error=9e-4), explained(error=1.1e-3)),
    "too rough to add up": Claim(explained(error=1.1e-3), explained(error=9e-4)),
    "some bars are shown": Claim(lambda: saliency.shown(31, 30), lambda: saliency.shown(30, 30)),
    "nothing to predict": Claim(split(), split(RIGHT)),
    "all right": Claim(split(RIGHT), split(RIGHT, WRONG)),
    "some wrong": Claim(split(RIGHT, WRONG), split(RIGHT), figures=("1 of 2",)),
    "some cannot be read": Claim(split(RIGHT, left_out=(3,)), split(RIGHT)),
    "a bag of words beside it": Claim(
        against("negative", "positive"),
        against("positive", "negative"),
        figures=("on 1 of 2", "network is right: 1", "words is right: 1"),
    ),
    "all answered": Claim(answered("a", "b"), answered("a", None)),
    "some not answered": Claim(answered("a", None), answered("a", "b"), figures=("1 of 2",)),
    "one-hot": Claim(first_input(), first_input(embedding_size=18), figures=("place 7",)),
    "an embedding": Claim(first_input(embedding_size=18), first_input()),
    "a long embedding": Claim(first_input(embedding_size=13), first_input(embedding_size=12), figures=(", …",)),
    "so many numbers": Claim(sized(), sized(hidden_size=63), figures=("5,442", "18", "2")),
    "some sentences are drawn": Claim(lambda: projection.drawn(600, 601, 600), lambda: projection.drawn(600, 600, 600)),
}
