"""Both paths in one process: each call takes the path it was asked for, and a run stays on its own."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from rnn_core import Experiment, Trainer
from rnn_core.engine import kernel, primitives
from rnn_core.engine.kernel import RunPath, compiled, on
from rnn_core.engine.primitives import matvec
from rnn_core.training.run import Run
from tests.core.runs import bits

both = pytest.mark.skipif(not kernel.COMPILED, reason="there is only the plain path")


def run_out(trainer: Trainer) -> Trainer:
    while trainer.advance():
        pass
    return trainer


def same(one: Trainer, other: Trainer) -> bool:
    return one.model.vector.tobytes() == other.model.vector.tobytes() and bits(one.history) == bits(other.history)


def plain_which(x: float) -> float:
    return 1.0


@compiled(plain=plain_which)
def which(x: float) -> float:
    """1 on the plain path, 2 on the compiled one."""
    return 2.0


@compiled
def outer(x: float) -> float:
    return which(x)


@both
def test_a_nested_call_takes_the_path_of_the_call_around_it() -> None:
    with on("plain"):
        assert outer(0.0) == 1.0
        with on("compiled"):
            assert outer(0.0) == 2.0
        assert outer(0.0) == 1.0
    assert outer(0.0) == 2.0
    with on("plain"):
        assert outer.jit(0.0) == 2.0, "compiled code stays in compiled code"


@both
def test_the_path_is_left_where_an_error_comes_out() -> None:
    with pytest.raises(ZeroDivisionError), on("plain"):
        raise ZeroDivisionError
    assert kernel.current_path() == "compiled"


@both
def test_another_thread_has_a_path_of_its_own() -> None:
    seen: list[RunPath] = []
    with on("plain"):
        thread = threading.Thread(target=lambda: seen.append(kernel.current_path()))
        thread.start()
        thread.join()
    assert seen == ["compiled"]


def test_a_path_that_does_not_exist_is_refused(small: Experiment) -> None:
    with pytest.raises(ValueError, match="fast"), on("fast"):  # type: ignore[arg-type]
        pass
    with pytest.raises(ValueError, match="fast"):
        Trainer(small, path="fast")  # type: ignore[arg-type]


@both
def test_a_run_stays_plain_when_the_engine_becomes_ready_in_its_middle(small: Experiment) -> None:
    """Whatever is compiled meanwhile, and whichever thread goes on with it."""
    whole = run_out(Trainer(small, path="plain"))
    trainer = Trainer(small, path="plain")
    for _ in range(10):
        next(trainer)
    ready = run_out(Trainer(small, path="compiled"))
    next(trainer)
    with on("compiled"):
        trainer.advance()
    thread = threading.Thread(target=run_out, args=(trainer,))  # where the default path is the compiled one
    thread.start()
    thread.join()
    assert trainer.path == "plain"
    assert same(trainer, whole)
    assert not same(ready, whole), "else this test could not tell the paths apart"


@both
def test_a_run_that_is_taken_up_again_goes_on_on_its_path(small: Experiment) -> None:
    trainer = Trainer(small, path="plain")
    start, snapshots = trainer.model, [trainer.snapshot()]
    trainer.advance(until=20)
    snapshots.append(trainer.snapshot())
    run = Run(trainer.experiment, start, trainer.history, tuple(snapshots), trainer.path)
    again = run.trainer_at(run.epoch)
    assert again.path == "plain"
    assert same(run_out(again), run_out(Trainer(small, path="plain")))


@both
@pytest.mark.parametrize(("m", "n"), [(1, 1), (5, 1), (3, 7), (8, 3), (11, 6)])
def test_the_primitives_say_the_same_on_both_paths(m: int, n: int) -> None:
    draw = np.random.default_rng(m * 10 + n).standard_normal
    W, x, y = draw((m, n)), draw(n), draw(m)
    said = {}
    for path in ("compiled", "plain"):
        with on(path):
            outer_sum, scaled = np.ones((m, n)), np.ones(n)
            primitives.add_outer(outer_sum, np.array([y, 2 * y]), np.array([x, x]))
            primitives.add_scaled(scaled, -0.3, x)
            said[path] = [matvec(W, x), primitives.vecmat(y, W), outer_sum, scaled, primitives.tanh(x)]
    for fast, plain in zip(said["compiled"], said["plain"], strict=True):
        np.testing.assert_allclose(fast, plain, rtol=1e-12, atol=1e-14)


@both
def test_the_compiled_tanh_is_within_one_and_a_half_units_in_the_last_place() -> None:
    draw = np.random.default_rng(0)
    with on("compiled"):
        for largest in (1e-300, 1e-3, 0.6, 0.63, 1.0, 6.0, 30.0):
            x = draw.uniform(-largest, largest, 20_000)
            exact = np.tanh(x.astype(np.longdouble))
            error = np.abs(primitives.tanh(x) - exact) / np.spacing(np.abs(exact).astype(np.float64))
            assert np.max(error) <= 1.5, largest
        extremes = np.array([0.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 1e308, -1e308, 20.0, -20.0])
        np.testing.assert_array_equal(primitives.tanh(extremes), np.tanh(extremes))


@pytest.mark.parametrize("path", ["compiled", "plain"])
def test_what_is_not_finite_is_seen_on_either_path(path: RunPath) -> None:
    if path == "compiled" and not kernel.COMPILED:
        pytest.skip("there is only the plain path")
    with on(path):
        assert [primitives.is_finite(x) for x in (0.0, -1.5, 1.7976931348623157e308)] == [True] * 3
        assert [primitives.is_finite(x) for x in (np.inf, -np.inf, np.nan)] == [False] * 3
