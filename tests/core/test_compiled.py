"""One source, two ways to run it."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from rnn_core import Experiment, Trainer, compiled, presets

from .children import PACKAGE, python

MATRICES = [(1, 1), (1, 4), (5, 1), (3, 7), (4, 4), (8, 3), (11, 6)]


@pytest.mark.parametrize(("m", "n"), MATRICES)
def test_the_three_primitives_are_the_products_they_are_named_after(m: int, n: int) -> None:
    """The only functions with two bodies: whichever runs here must be what NumPy's own product says."""
    draw = np.random.default_rng(m * 10 + n).standard_normal
    W, x, y = draw((m, n)), draw(n), draw(m)
    np.testing.assert_allclose(compiled.matvec(W, x), W @ x, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(compiled.vecmat(y, W), W.T @ y, rtol=1e-12, atol=1e-15)
    for steps in (0, 1, 2, 3, 6):
        out, X, Y = draw((m, n)), draw((steps, m)), draw((steps, n))
        expected = out + sum((np.outer(X[t], Y[t]) for t in range(steps)), np.zeros((m, n)))
        compiled.add_outer(out, X, Y)
        np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.skipif(not compiled.COMPILED, reason="there is nothing to compare the plain path with")
def test_the_plain_path_trains_as_the_compiled_one() -> None:
    """On a run that stays away from the edge of stability, where the last bit of tanh would be amplified."""
    program = (
        "import json; from rnn_core import Trainer, compiled, presets\n"
        "t = Trainer(presets.better_start(2).with_training(epochs=20).with_model(hidden_size=16))\n"
        "records = [[r.train.loss, r.test.loss, *r.whole_gradient, *r.gradients['W_xh'], r.largest_norm_row] for r in t]\n"
        "print(json.dumps([compiled.COMPILED, records, t.model.vector.tolist()]))"
    )
    path, records, vector = json.loads(python(program, RNN_CORE_COMPILED="0"))
    assert path is False
    here = Trainer(small_start())
    said = [[r.train.loss, r.test.loss, *r.whole_gradient, *r.gradients["W_xh"], r.largest_norm_row] for r in here]
    np.testing.assert_allclose(np.array(said, dtype=float), np.array(records, dtype=float), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(here.model.vector, vector, rtol=1e-9, atol=1e-11)


def small_start() -> Experiment:
    return presets.better_start(2).with_training(epochs=20).with_model(hidden_size=16)


def test_the_machine_is_told_in_one_line() -> None:
    line = compiled.machine()
    assert line.startswith("compiled, numba " if compiled.COMPILED else "plain, ")
    assert f"NumPy {np.__version__}" in line
    assert "\n" not in line
    plain = python("from rnn_core import compiled; print(compiled.machine(), compiled.CACHE)", RNN_CORE_COMPILED="0")
    assert plain.startswith("plain, NumPy ")
    assert plain.endswith(" None\n")


def test_any_edit_in_any_source_changes_the_digest(tmp_path: Path) -> None:
    """So that no edited rule is ever run from yesterday's cache."""
    copy = tmp_path / "rnn_core"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))

    def digest() -> str:
        program = (
            f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from rnn_core import compiled; print(compiled.source_digest())"
        )
        return python(program, RNN_CORE_COMPILED="0").strip()

    first = digest()
    assert first == compiled.source_digest()
    seen = {first}
    for source in ("cells/vanilla.py", "clipping.py"):
        with (copy / source).open("a") as file:
            file.write("# edited\n")
        seen.add(digest())
    (copy / "clipping.py").rename(copy / "clipped.py")
    (copy / "trainer.py").write_text("")
    (copy / "__init__.py").write_text("")
    seen.add(digest())
    assert len(seen) == 4


CACHE = "from rnn_core import compiled; print(compiled.CACHE)"


@pytest.mark.skipif(not compiled.COMPILED, reason="the plain path keeps nothing")
def test_compiled_code_is_kept_in_a_folder_of_the_users_own_named_after_the_sources(tmp_path: Path) -> None:
    root = tmp_path / "new" / "cache"
    folder = Path(python(CACHE, RNN_CORE_CACHE=str(root)).strip())
    assert folder.parent == root
    assert folder.name.startswith(compiled.source_digest())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert Path(python(CACHE, RNN_CORE_CACHE=str(root), RNN_CORE_CPU="generic").strip()) != folder


@pytest.mark.skipif(not compiled.COMPILED or not hasattr(os, "getuid"), reason="the plain path keeps nothing")
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


@pytest.mark.skipif(not compiled.COMPILED, reason="the plain path keeps nothing")
def test_where_nothing_can_be_kept_the_core_runs_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    program = CACHE + "; import numpy as np; print(compiled.matvec(np.ones((2, 3)), np.ones(3)))"
    assert python(program, RNN_CORE_CACHE=str(blocked / "cache")) == "None\n[3. 3.]\n"


@pytest.mark.skipif(not compiled.COMPILED, reason="the plain path keeps nothing")
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
    assert len(left) == compiled.FOLDERS_KEPT + 1


@pytest.mark.skipif(not compiled.COMPILED, reason="the plain path keeps nothing")
def test_a_cache_cut_short_is_as_good_as_none(tmp_path: Path) -> None:
    root = tmp_path / "cache"
    program = CACHE + "; import numpy as np; print(compiled.matvec(np.ones((2, 3)), np.ones(3)))"
    folder, said = python(program, RNN_CORE_CACHE=str(root)).splitlines()
    assert said == "[3. 3.]"
    kept = [path for path in Path(folder).rglob("*") if path.suffix in {".nbi", ".nbc"}]
    assert {path.suffix for path in kept} == {".nbi", ".nbc"}
    for path in kept:
        path.write_bytes(path.read_bytes()[:100])
    for _ in range(2):
        assert python(program, RNN_CORE_CACHE=str(root)).splitlines() == [folder, said]
