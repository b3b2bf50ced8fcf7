"""Slices: wherever training is cut, between two sentences or two epochs, it is the same run bit for bit."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Change, ConfigError, DivergenceError, EpochRecord, Experiment, Model, Snapshot, Trainer, presets
from rnn_core.data.dataset import Dataset
from rnn_core.streams import stream
from rnn_core.training import loop
from rnn_core.training import trainer as trainer_module
from rnn_core.training.clipping import KINDS as CLIPPINGS
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.history import Columns
from rnn_core.training.optimizers import KINDS as OPTIMIZERS
from rnn_core.training.weights import Weights, views
from tests.core.reference import NETWORKS
from tests.core.runs import bits, finished, straight

EPOCHS = 2
ENDLESS = 10**9


class Run:
    """Two epochs of an experiment in the loop itself, to be cut anywhere."""

    def __init__(self, experiment: Experiment) -> None:
        model = Model.initial(experiment)
        self.train, self.test = (encode(experiment.dataset, split, model) for split in ("train", "test"))
        self.weights, self.rule = weights_of(model, experiment), rule_of(experiment, 1)
        order, sentences = stream(experiment.training.seed, "order"), len(self.train.targets)
        self.orders = np.stack([order.permutation(sentences) for _ in range(EPOCHS)])
        self.rates = np.array([experiment.training.rate_at(epoch) for epoch in range(1, EPOCHS + 1)])
        self.layout = model.layout
        self.columns = Columns.empty(EPOCHS, len(model.layout.names))
        self.progress = loop.Progress.at_first(len(model.layout.names), len(model.vocabulary))
        self.epoch_work = loop.epoch_work(self.train, self.test, experiment.training.batch_size)

    def go_on(self, work: int) -> int:
        """Run a slice; return the work done since the start."""
        self.progress = loop.run_slice(
            self.weights,
            *views(self.weights, self.layout),
            self.train,
            self.test,
            self.orders,
            self.rates,
            self.rule,
            self.progress,
            work,
            self.columns,
        )
        return int(self.progress.work)

    def result(self) -> tuple[bytes, ...]:
        """Return everything that a run leaves behind."""
        weights = self.weights
        kept = (weights.vector, weights.gradient, weights.memory, weights.steps, *self.columns)
        return (*(array.tobytes() for array in kept), repr(self.progress.epochs).encode())


SETTINGS = [
    {"optimizer": optimizer, "clipping": clipping, "batch_size": 1 + k % 4}
    for k, (optimizer, clipping) in enumerate(itertools.product(OPTIMIZERS, CLIPPINGS))
]


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_cut_gives_the_run_in_one_piece_bit_for_bit(kind: str, small: Experiment) -> None:
    """After every training sentence, also inside a batch, and after every test sentence: the records, weights and memory."""
    network = small.with_model(**NETWORKS[kind] | {"hidden_size": 3, "init_scale": 0.8})
    shift = list(NETWORKS).index(kind)
    for training in [SETTINGS[(shift + k) % len(SETTINGS)] for k in range(0, len(SETTINGS), 3)]:
        experiment = network.with_training(clip_threshold=0.05, **training)
        whole, stepwise = Run(experiment), Run(experiment)
        assert whole.go_on(ENDLESS) == EPOCHS * whole.epoch_work
        cuts = [stepwise.go_on(1) for _ in range(EPOCHS * (6 + 3))]
        assert cuts == sorted(set(cuts))
        assert cuts[-1] == EPOCHS * whole.epoch_work
        assert stepwise.result() == whole.result(), training
        for cut in cuts:
            run = Run(experiment)
            assert run.go_on(cut) == cut
            run.go_on(ENDLESS)
            assert run.result() == whole.result(), (training, cut)


def test_a_slice_ends_with_the_sentence_that_completes_its_work(small: Experiment) -> None:
    run = Run(small.with_training(batch_size=4))
    before = 0
    for work in (1, 10, 40, 1, 25):
        after = run.go_on(work)
        assert after >= before + work
        assert after - before < work + loop.TRAIN_WORK * 5 + loop.UPDATE_WORK
        before = after


# ---------------------------------------------------------------------- the trainer


@pytest.fixture
def one_sentence_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slice is a part of an epoch, as in a network that takes long."""
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", 0.0)


def long_epochs(optimizer: str = "adam") -> Experiment:
    data = Dataset.from_pairs(
        [("good", True), ("bad", False), ("not good at all", False), ("not bad at all", True), ("so so good", True)],
        [("not bad", True), ("so bad", False)],
    )
    experiment = presets.guide_corrected(3).with_model(hidden_size=3, init_scale=0.8, cell="gru", embedding_size=2)
    experiment = Experiment(dataset=data, model=experiment.model, training=experiment.training)
    return experiment.with_training(epochs=6, learning_rate=0.05, batch_size=2, optimizer=optimizer, clip_threshold=0.1)


SLICES = 5 + 2
"""Of an epoch, where each is one sentence."""


@cache
def records_and_weights(optimizer: str = "adam") -> tuple[list[EpochRecord], list[bytes]]:
    return straight(long_epochs(optimizer))


def same(a: Snapshot, b: Snapshot) -> bool:
    return (a.epoch, a.steps, a.order) == (b.epoch, b.steps, b.order) and all(
        x.tobytes() == y.tobytes() for x, y in ((a.vector, b.vector), (a.memory, b.memory))
    )


@pytest.mark.usefixtures("one_sentence_a_slice")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_in_the_middle_of_an_epoch_everything_is_as_of_the_last_one_finished(optimizer: str) -> None:
    records, weights = records_and_weights(optimizer)
    trainer = Trainer(long_epochs(optimizer))
    progress = [trainer.progress]
    for n in range(1, 6 * SLICES + 1):
        assert trainer.run_slice() == (n % SLICES == 0)
        assert trainer.epoch == n // SLICES
        assert list(trainer.history) == records[: trainer.epoch]
        assert trainer.model.vector.tobytes() == weights[trainer.epoch]
        snapshot = trainer.snapshot()
        assert (snapshot.epoch, snapshot.vector.tobytes()) == (trainer.epoch, weights[trainer.epoch])
        progress.append(trainer.progress)
    assert trainer.done
    assert trainer.run_slice() == 0
    assert progress == sorted(set(progress))
    assert progress[::SLICES] == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("one_sentence_a_slice")
def test_to_ask_in_the_middle_of_an_epoch_does_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = records_and_weights()[1]
    trainer = Trainer(long_epochs())
    for _ in range(SLICES + 3):
        trainer.run_slice()
    monkeypatch.setattr(loop, "run_slice", None)
    snapshot = trainer.snapshot()
    assert trainer.model.vector.tobytes() == snapshot.vector.tobytes() == weights[1]
    trainer.change("learning_rate", 0.1)
    trainer.restore(snapshot)


@pytest.mark.usefixtures("one_sentence_a_slice")
def test_slices_end_where_they_are_told_to() -> None:
    trainer = Trainer(long_epochs())
    assert sum(trainer.run_slice(until=2) for _ in range(3 * SLICES)) == 2
    assert trainer.progress == 2
    assert trainer.advance() == 1
    assert next(trainer).epoch == 4


ACTIONS = st.lists(
    st.tuples(st.just("slice"), st.integers(1, 9))
    | st.tuples(st.sampled_from(["iterate", "advance"]), st.integers(1, 2))
    | st.tuples(st.sampled_from(["ask", "snapshot"]), st.just(0))
    | st.tuples(st.just("restore"), st.integers(0, 5)),
    max_size=12,
)


@pytest.mark.slow
@given(ACTIONS, st.sampled_from([0.0, 2e-4, 100.0]), st.sampled_from(sorted(OPTIMIZERS)))
@settings(max_examples=40)
def test_however_slices_and_epochs_and_going_back_are_mixed_each_epoch_is_itself(
    actions: list[tuple[str, int]], seconds: float, optimizer: str
) -> None:
    records, weights = records_and_weights(optimizer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer_module, "SLICE_SECONDS", seconds)
        trainer = Trainer(long_epochs(optimizer))
        snapshots = [trainer.snapshot()]
        for action, n in [*actions, ("iterate", 6)]:
            if action == "slice":
                for _ in range(n):
                    trainer.run_slice()
            elif action == "iterate":
                for _ in range(min(n, 6 - trainer.epoch)):
                    assert next(trainer) == records[trainer.epoch - 1]
            elif action == "advance":
                assert trainer.advance(until=trainer.epoch + n) <= n
            elif action == "ask":
                assert trainer.model.vector.tobytes() == weights[trainer.epoch]
            elif action == "snapshot":
                snapshots.append(trainer.snapshot())
            else:
                done = [snapshot for snapshot in snapshots if snapshot.epoch <= trainer.epoch]
                trainer.restore(done[n % len(done)])
            assert list(trainer.history) == records[: trainer.epoch]
        assert trainer.model.vector.tobytes() == weights[6]
        assert same(trainer.snapshot(), finished(long_epochs(optimizer)).snapshot())
        assert all(snapshot.vector.tobytes() == weights[snapshot.epoch] for snapshot in snapshots)


@pytest.mark.usefixtures("one_sentence_a_slice")
@pytest.mark.parametrize("into", [0, 1, 4, SLICES - 1])
def test_a_change_in_the_middle_of_an_epoch_holds_from_the_next_one_on(into: int) -> None:
    """The one that has begun is finished as it began; the experiment says so, and replays it."""
    trainer = Trainer(long_epochs())
    next(trainer)
    for _ in range(into):
        trainer.run_slice()
    trainer.change("learning_rate", 0.3)
    assert trainer.experiment.training.changes == (Change(3 if into else 2, "learning_rate", 0.3),)
    list(trainer)
    again = finished(trainer.experiment)
    assert bits(trainer.history) == bits(again.history)
    assert same(trainer.snapshot(), again.snapshot())


@pytest.mark.usefixtures("one_sentence_a_slice")
def test_nothing_can_be_changed_once_the_last_epoch_has_begun() -> None:
    trainer = Trainer(long_epochs())
    trainer.change("learning_rate", 0.1)
    while trainer.epoch < 5:
        trainer.advance()
    trainer.run_slice()
    with pytest.raises(ConfigError):
        trainer.change("learning_rate", 0.3)
    assert trainer.experiment.training.changes == (Change(1, "learning_rate", 0.1),)
    list(trainer)
    assert bits(trainer.history) == bits(finished(trainer.experiment).history)


@pytest.mark.usefixtures("one_sentence_a_slice")
def test_a_divergence_in_the_middle_of_an_epoch_leaves_the_epochs_before() -> None:
    records, weights = records_and_weights("sgd")
    fatal = ((4, "learning_rate", 1e308), (4, "clipping", "none"))
    trainer = Trainer(long_epochs("sgd").with_training(changes=fatal))

    def run(step: Callable[[], object]) -> None:
        for _ in range(100):
            step()

    for step in (trainer.run_slice, trainer.advance, lambda: next(trainer)):
        with pytest.raises(DivergenceError) as caught:
            run(step)
        assert caught.value.epoch == 4
        assert list(trainer.history) == records[:3]
        assert trainer.model.vector.tobytes() == weights[3]
        assert trainer.progress == 3


@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_an_interrupt_in_the_middle_of_a_slice_leaves_a_run_that_goes_on_as_if_it_had_not_been(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the plain path, Ctrl-C can come between any two operations."""
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", seconds)
    records, weights = records_and_weights()
    trainer = Trainer(long_epochs())
    next(trainer)
    trainer.model  # noqa: B018
    trainer.run_slice(until=2)
    epoch, real = trainer.epoch, loop.run_slice

    def interrupted(weights: Weights, *others: object) -> loop.Progress:
        real(weights, *others)  # type: ignore[arg-type]
        weights.vector[:] += 1.0
        weights.gradient[:] = 1.0
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(loop, "run_slice", interrupted)
        with pytest.raises(KeyboardInterrupt):
            trainer.run_slice()
    assert trainer.epoch == epoch
    assert trainer.model.vector.tobytes() == weights[epoch]
    list(trainer)
    assert list(trainer.history) == records
    assert trainer.model.vector.tobytes() == weights[6]
