"""One source, two ways to run it."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.engine import code_cache, kernel, primitives
from rnn_core.engine.kernel import RunPath
from rnn_core.prepare import STAGES
from rnn_core.training import loop
from tests.core.children import PACKAGE, command_line, python

MATRICES = [(1, 1), (1, 4), (5, 1), (3, 7), (4, 4), (8, 3), (11, 6)]


@pytest.mark.parametrize(("m", "n"), MATRICES)
def test_the_three_primitives_are_the_products_they_are_named_after(m: int, n: int) -> None:
    """The only functions with two bodies: whichever runs here must be what NumPy's own product says."""
    draw = np.random.default_rng(m * 10 + n).standard_normal
    W, x, y = draw((m, n)), draw(n), draw(m)
    np.testing.assert_allclose(primitives.matvec(W, x), W @ x, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(primitives.vecmat(y, W), W.T @ y, rtol=1e-12, atol=1e-15)
    for steps in (0, 1, 2, 3, 6):
        out, X, Y = draw((m, n)), draw((steps, m)), draw((steps, n))
        expected = out + sum((np.outer(X[t], Y[t]) for t in range(steps)), np.zeros((m, n)))
        primitives.add_outer(out, X, Y)
        np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-14)


def random_experiment(seed: int) -> Experiment:
    """One epoch of a few updates: every cell, direction, input, rule, clipping and optimizer, two or three classes, weights of order one.

    The sentences are drawn with words that come twice, and with one-word sentences among them.
    """
    draw = np.random.default_rng(seed)
    labels = ["a", "b", "c"][: 2 + seed % 2]
    texts = [" ".join(draw.choice(["v", "w", "x", "y", "z"], draw.integers(1, 8))) for _ in range(5)]
    known = " ".join(texts[:3]).split()
    cell = ("vanilla", "vanilla", "gru", "lstm")[seed // 2 % 4]
    clippings = ("none", "value", "value", "norm", "global_norm")
    pairs = list(zip(texts[:3], [*labels, "a"], strict=False))
    return Experiment(
        dataset=Dataset.from_pairs(pairs, [(" ".join(draw.choice(known, 3)), "b")] * (seed % 3)),
        model=ModelConfig(
            cell=cell,
            hidden_size=[1, 2, 3, 5, 8, 17][seed % 6],
            bidirectional=seed % 5 == 1,
            embedding_size=(0, 0, 3)[seed % 3],
            init_scale=0.8,
            recurrent_gradient="printed" if cell == "vanilla" and seed % 4 > 1 else "exact",
        ),
        training=TrainingConfig(
            epochs=1,
            seed=seed,
            learning_rate=0.3,
            optimizer=("sgd", "momentum", "adam")[seed // 3 % 3],
            batch_size=1 + seed % 3,
            clipping=clippings[seed % 5],  # type: ignore[arg-type]
            clip_threshold=draw.choice([0.01, 0.2, 9.0]),
        ),
    )


STABLE = {
    "better_start": presets.better_start(0).with_training(epochs=100),
    "better_start, long": presets.better_start(0).with_training(epochs=300),
    "guide_corrected, long": presets.guide_corrected(4).with_training(epochs=350),
}
"""Runs that stay away from the edge of stability, where the last bit of tanh would be amplified."""


def outcome(experiment: Experiment, path: RunPath | None = None) -> dict[str, list[float]]:
    """All that a training leaves behind, and the orders in which it read the sentences."""
    orders: list[float] = []
    run_slice = loop.run_slice

    def spy(*arguments: Any) -> loop.Progress:
        order, progress = arguments[5], arguments[8]
        if progress.work == 0:  # and not in the middle of an epoch
            orders.extend(order.ravel().tolist())
        return run_slice(*arguments)

    loop.run_slice = spy  # type: ignore[assignment]
    try:
        trainer = Trainer(experiment, path)
        while trainer.advance():
            pass
    finally:
        loop.run_slice = run_slice
    columns = trainer.history.columns._asdict()
    return {name: column.ravel().tolist() for name, column in columns.items()} | {
        "weights": trainer.model.vector.tolist(),
        "orders": orders,
    }


@pytest.mark.skipif(not kernel.COMPILED, reason="there is nothing to compare the plain path with")
@pytest.mark.parametrize(
    ("kind", "tolerance"),
    [
        ("random", 1e-10),
        ("better_start", 1e-9),
        pytest.param("better_start, long", 1e-9, marks=pytest.mark.slow),
        pytest.param("guide_corrected, long", 1e-9, marks=pytest.mark.slow),
    ],
)
def test_the_plain_path_trains_as_the_compiled_one(kind: str, tolerance: float) -> None:
    """Every statistic of every epoch, and the weights at the end; the order of the sentences to the bit."""
    experiments = [random_experiment(seed) for seed in range(60)] if kind == "random" else [STABLE[kind]]
    for experiment in experiments:
        here, there = outcome(experiment, "compiled"), outcome(experiment, "plain")
        assert here["orders"] == there["orders"]
        for name, values in here.items():
            np.testing.assert_allclose(values, there[name], rtol=tolerance, atol=tolerance, err_msg=name)


def test_the_machine_is_told_in_one_line() -> None:
    line = kernel.machine()
    assert line.startswith("compiled, numba " if kernel.COMPILED else "plain, ")
    assert f"NumPy {np.__version__}" in line
    assert "\n" not in line
    plain = python(
        "from rnn_core.engine import kernel as compiled; print(compiled.machine(), compiled.CACHE)", RNN_CORE_COMPILED="0"
    )
    assert plain.startswith("plain, NumPy ")
    assert plain.endswith(" None\n")


@pytest.mark.slow
def test_an_edit_in_any_source_of_compiled_code_changes_the_digest_and_no_other_does(tmp_path: Path) -> None:
    """So that no edited rule is ever run from yesterday's cache, and none is compiled twice."""
    copy = tmp_path / "rnn_core"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))

    def digest() -> str:
        program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from rnn_core.engine import code_cache; print(code_cache.source_digest())"
        return python(program, RNN_CORE_COMPILED="0").strip()

    first = digest()
    assert first == code_cache.source_digest()
    seen = {first}
    for source in ("network/cells/vanilla.py", "training/clipping.py", "network/parameters.py", "config.py", "errors.py"):
        with (copy / source).open("a") as file:
            file.write("# edited\n")
        seen.add(digest())
    assert len(seen) == 6
    last = digest()
    for source in ("data/dataset.py", "presets.py"):
        with (copy / source).open("a") as file:
            file.write("# edited\n")
    assert digest() == last
    (copy / "training" / "clipping.py").rename(copy / "training" / "clipped.py")
    (copy / "training" / "trainer.py").write_text("")
    (copy / "__init__.py").write_text("")
    assert digest() not in seen


CACHE = "from rnn_core.engine import kernel as compiled, primitives; print(compiled.CACHE)"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_compiled_code_is_kept_in_a_folder_of_the_users_own_named_after_the_sources(tmp_path: Path) -> None:
    root = tmp_path / "new" / "cache"
    folder = Path(python(CACHE, RNN_CORE_CACHE=str(root)).strip())
    assert folder.parent == root
    assert folder.name.startswith(code_cache.source_digest())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert Path(python(CACHE, RNN_CORE_CACHE=str(root), RNN_CORE_CPU="generic").strip()) != folder


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED or not hasattr(os, "getuid"), reason="the plain path keeps nothing")
def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    """What lies in the cache is unpickled: whoever can write there could run code here."""
    root = tmp_path / "shared"
    root.mkdir()
    root.chmod(0o777)
    assert python(CACHE, RNN_CORE_CACHE=str(root)) == "None\n"
    root.chmod(0o700)
    folder = Path(python(CACHE, RNN_CORE_CACHE=str(root)).strip())
    folder.chmod(0o770)
    assert python(CACHE, RNN_CORE_CACHE=str(root)) == "None\n"


def test_a_folder_that_can_only_be_read_is_used_where_it_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNN_CORE_CACHE", str(tmp_path / "cache"))
    folder = code_cache.cache_folder("any")
    assert folder
    monkeypatch.setattr(code_cache, "_is_writable", lambda folder: False)
    assert code_cache.cache_folder("any") is None
    (folder / code_cache.COMPLETE).touch()
    assert code_cache.cache_folder("any") == folder
    folder.chmod(0o777)
    assert code_cache.cache_folder("any") is None, "others can write there"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_where_nothing_can_be_kept_the_core_runs_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    program = CACHE + "; import numpy as np; print(primitives.matvec(np.ones((2, 3)), np.ones(3)))"
    assert python(program, RNN_CORE_CACHE=str(blocked / "cache")) == "None\n[3. 3.]\n"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_what_older_sources_left_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    """Of folders of our own making the last used stay, and those used today; what others keep there is theirs."""
    root = tmp_path / "cache"
    root.mkdir(mode=0o700)
    for days in range(6):
        folder = root / f"{days:020x}-host"
        folder.mkdir(mode=0o700)
        (folder / "code.nbi").write_text("old")
        used = time.time() - days * 86_400 - 60
        os.utime(folder, (used, used))
    (root / "photos").mkdir()
    os.utime(root / "photos", (0, 0))
    current = Path(python(CACHE, RNN_CORE_CACHE=str(root)).strip())
    left = {place.name for place in root.iterdir()}
    assert {current.name, "photos", f"{0:020x}-host"} <= left
    assert f"{5:020x}-host" not in left
    assert len(left) == code_cache.FOLDERS_KEPT + 1


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_a_cache_cut_short_is_as_good_as_none(tmp_path: Path) -> None:
    root = tmp_path / "cache"
    program = CACHE + "; import numpy as np; print(primitives.matvec(np.ones((2, 3)), np.ones(3)))"
    folder, said = python(program, RNN_CORE_CACHE=str(root)).splitlines()
    assert said == "[3. 3.]"
    kept = [path for path in Path(folder).rglob("*") if path.suffix in {".nbi", ".nbc"}]
    assert {path.suffix for path in kept} == {".nbi", ".nbc"}
    for path in kept:
        path.write_bytes(path.read_bytes()[:100])
    for _ in range(2):
        assert python(program, RNN_CORE_CACHE=str(root)).splitlines() == [folder, said]


def files(folder: Path) -> dict[str, int]:
    """What lies in a folder, and when it was written."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix in {".nbi", ".nbc"}}


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_what_runs_is_what_the_cell_says_however_much_is_kept(tmp_path: Path) -> None:
    """numba's own cache would go on running the old cell: the function that calls it stands in another file, unedited."""
    package, root = tmp_path / "rnn_core", tmp_path / "cache"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import numpy as np; from rnn_core.engine import kernel as compiled\n"
        "from rnn_core.network import passes; from rnn_core.network.cells import CELLS\n"
        "from rnn_core.network.cells.cell import Direction; from rnn_core.network.parameters import Parameters\n"
        "none = np.empty((0, 0)); nothing = np.zeros(0)\n"
        "one = Direction(none, np.eye(1), np.zeros(1), nothing)\n"
        "params = Parameters(none, one, Direction(none, none, nothing, nothing), np.eye(1), np.zeros(1))\n"
        "print(compiled.CACHE, passes.run(CELLS['vanilla'], params, np.full((1, 1), 0.5), none).h[1, 0],"
        " sum(passes.run.jit.stats.cache_hits.values()))"
    )

    def run() -> tuple[Path, float, int]:
        folder, h, hits = python(program, RNN_CORE_CACHE=str(root)).split()
        return Path(folder), float(h), int(hits)

    cell = package / "network" / "cells" / "vanilla.py"
    first = run()
    kept = files(first[0])
    assert list(first[1:]) == pytest.approx([np.tanh(0.5), 0], rel=1e-12)
    assert run() == (*first[:2], 1)
    assert files(first[0]) == kept, "a second start writes nothing"

    as_it_was = cell.read_text(encoding="utf-8")
    cell.write_text(as_it_was.replace(", tanh(", ", np.sin("), encoding="utf-8")
    edited = run()
    assert edited[0] != first[0]
    assert list(edited[1:]) == pytest.approx([np.sin(0.5), 0], rel=1e-12)

    cell.write_text(as_it_was, encoding="utf-8")
    assert run() == (*first[:2], 1), "what was kept of the old source is found again"


OPENED_BY_PREPARING = """
import sys
opened = set()
sys.addaudithook(lambda event, named: event == "open" and opened.add(str(named[0])))
from rnn_core.prepare import prepare
prepare()
print(*(name for name in opened if name.endswith(".nbc")))
"""


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="there is nothing to prepare")
def test_after_preparing_nothing_is_left_to_compile(tmp_path: Path) -> None:
    """With a cache in which there is only what preparing compiles, or loads where it is there: the program adds nothing."""
    done = command_line("prepare")
    assert done.returncode == 0, done.stderr
    *stages, last = done.stdout.splitlines()
    assert stages == [f"Ready: {stage}" for stage in STAGES]
    assert last.startswith("Compiled for this machine in ")
    assert kernel.CACHE
    root, opened = tmp_path / "cache", set(python(OPENED_BY_PREPARING).split())
    shutil.copytree(
        kernel.CACHE,
        root / kernel.CACHE.name,
        ignore=lambda folder, names: {name for name in names if name.endswith(".nbc") and str(Path(folder, name)) not in opened},
    )
    kept = files(root)
    assert len([file for file in kept if file.endswith(".nbc")]) == len(opened) > 0
    program = (
        "from rnn_core import Model, Trainer, gradient_check, presets, read\n"
        "from rnn_core.explanation import explain, trace; from rnn_core.network.cells import CELLS\n"
        "from rnn_core.gradients.spectrum import spectra; from rnn_core.gradients.flow import flow\n"
        "from rnn_core.gradients.update import one_update; from rnn_core.training.replay import worst_update\n"
        "from rnn_core.training.run import Run\n"
        "from rnn_core.prepare import Preparation\n"
        "from tests.core.engine.test_kernel import outcome, random_experiment\n"
        "preparation = Preparation().start()\n"
        "for seed in range(12): outcome(random_experiment(seed))\n"
        "trainer = Trainer(presets.guide_printed().with_training(epochs=3)); start, kept = trainer.model, [trainer.snapshot()]\n"
        "records = list(trainer); kept.append(trainer.snapshot())\n"
        "model, text = trainer.model, 'i am not bad'\n"
        "read(model, text); model.predict_proba([text]); model.hidden_states(text); model.loss(text, 'positive')\n"
        "for cell in CELLS:\n"
        "    other = Model.initial(presets.guide_corrected().with_model(cell=cell)); reading = read(other, text)\n"
        "    explain(other, reading, 'positive'); trace(other, reading); spectra(other); flow(other, text, 'positive')\n"
        "    one_update(other, presets.guide_corrected().with_model(cell=cell), text, 'positive'); other.predict_proba([text])\n"
        "    gradient_check(other, text, 'positive')\n"
        "worst_update(Run(trainer.experiment, start, trainer.history, tuple(kept), trainer.path), 1, 2)\n"
        "for rule in ('exact', 'printed'):\n"
        "    gradient_check(model.with_large_weights(), text, 'negative', recurrent_gradient=rule)\n"
        "preparation.wait(); print(preparation.done)"
    )
    assert python(program, RNN_CORE_CACHE=str(root)) == "True\n"
    assert files(root) == kept


@pytest.mark.slow
def test_preparing_says_where_nothing_can_be_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    plain = command_line("prepare", RNN_CORE_COMPILED="0")
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "Nothing to compile" in plain.stdout
    if kernel.COMPILED:
        nowhere = command_line("prepare", RNN_CORE_CACHE=str(blocked / "cache"))
        assert nowhere.returncode == 1
        assert nowhere.stdout == ""
        assert "set RNN_CORE_CACHE" in nowhere.stderr
        unheard_of = command_line("prepare", "--cpu", "unheard of", RNN_CORE_CACHE=str(tmp_path / "cache"))
        assert unheard_of.returncode != 0
        assert "'unheard of' is not a recognized processor" in unheard_of.stderr


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_a_family_of_processors_is_compiled_for_with_what_the_family_has(tmp_path: Path) -> None:
    """Else code made on one machine would hold instructions that the next may lack, and be refused there anyway."""
    program = (
        "import numba; import numpy as np; from rnn_core.engine.primitives import matvec; matvec(np.ones((2, 3)), np.ones(3))\n"
        "print(numba.core.registry.cpu_target.target_context.codegen().magic_tuple()[1:])"
    )
    assert python(program, RNN_CORE_CACHE=str(tmp_path / "cache"), RNN_CORE_CPU="x86-64-v2") == "('x86-64-v2', '')\n"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED or not hasattr(os, "getuid"), reason="the plain path keeps nothing")
def test_a_folder_that_others_could_put_another_in_the_place_of_is_not_trusted(tmp_path: Path) -> None:
    """Unless, as in /tmp, each may move only what is their own."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert python(CACHE, RNN_CORE_CACHE=str(shared / "mine")) == "None\n"
    shared.chmod(0o1777)
    assert python(CACHE, RNN_CORE_CACHE=str(shared / "mine")) != "None\n"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_a_cache_that_goes_away_while_it_is_used_stops_nothing(tmp_path: Path) -> None:
    program = (
        "from rnn_core.engine import kernel as compiled, primitives; import numpy as np, shutil\n"
        "shutil.rmtree(compiled.CACHE.parent); compiled.CACHE.parent.write_text('no folder')\n"
        "print(primitives.matvec(np.ones((2, 3)), np.ones(3)))"
    )
    assert python(program, RNN_CORE_CACHE=str(tmp_path / "cache")) == "[3. 3.]\n"


@pytest.mark.slow
@pytest.mark.skipif(not kernel.COMPILED, reason="the plain path keeps nothing")
def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    """Each for arrays of another kind: neither may be handed the other's code afterwards."""
    program = (
        "import numpy as np; from rnn_core.engine import primitives; W = np.arange(6.0).reshape(2, 3); W.setflags(write={})\n"
        "print(primitives.matvec(W, np.ones(3)), sum(primitives.matvec.jit.stats.cache_hits.values()))"
    )
    cache = str(tmp_path / "cache")
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(python, program.format(kind), RNN_CORE_CACHE=cache) for kind in (True, False)]
        assert [run.result() for run in runs] == ["[ 3. 12.] 0\n"] * 2
    for kind in (True, False):
        assert python(program.format(kind), RNN_CORE_CACHE=cache) == "[ 3. 12.] 1\n"
