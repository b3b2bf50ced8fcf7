"""One source, compiled where it can be: the function that a learner reads is the function that runs.

`@compiled` hands array code to numba. Without numba, or with RNN_CORE_COMPILED=0 in the environment, the same source runs
as plain NumPy. Only the three loop primitives have two bodies: a loop to compile (a BLAS call costs more than such a loop at
these sizes) and a NumPy expression to run plain.

Compiled code is kept on disk. numba's own cache does not see an edit in an imported file and would go on running the old
rule, so the folder is named after a digest of every source that compiled code is made from; folders of older sources are
cleared away.

Environment:
    RNN_CORE_COMPILED   "0": run plain.
    RNN_CORE_CACHE      folder for compiled code (default: rnn_core in the user's own cache folder).
    RNN_CORE_CPU        processor family to compile for, such as "x86-64-v3" (default: this very machine). Code made for a
                        family on one machine is found and run on another only where this is set to the same there.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from rnn_core.arrays import Floats

try:
    import fcntl
except ImportError:  # Windows, where numba itself copes with several processes
    fcntl = None  # type: ignore[assignment]

_Function = TypeVar("_Function", bound=Callable[..., object])

try:
    if os.environ.get("RNN_CORE_COMPILED", "1") == "0":
        raise ImportError
    import numba
    from numba.core.caching import FunctionCache
except ImportError:
    COMPILED = False
else:
    COMPILED = True
    _settings: Any = numba.config
"""Whether this process compiles, or runs the same source as plain NumPy."""

_CPU = os.environ.get("RNN_CORE_CPU", "")
if COMPILED and _CPU:
    _settings.CPU_NAME, _settings.CPU_FEATURES = _CPU, ""  # "": what the family has, not what this machine has on top

# Sums may be reordered and multiply-adds fused. NaN and infinity stay, but see `is_finite`.
_FASTMATH = {"reassoc", "nsz", "contract"}

LARGEST = 1.7976931348623157e308
"""The largest finite number."""


def source_digest() -> str:
    """Digest of every file with compiled code and of all that these import here: a changed rule is a changed digest."""
    package = Path(__file__).parents[1]
    texts = {path: path.read_bytes() for path in package.rglob("*.py")}
    reached = sorted(path for path, text in texts.items() if b"@compiled\n" in text)
    for path in reached:  # which grows on the way
        reached += sorted(_imported(texts[path], package) & texts.keys() - set(reached))
    digest = hashlib.sha256()
    for path in sorted(reached):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + texts[path] + b"\0")
    return digest.hexdigest()[:20]


def _imported(source: bytes, package: Path) -> set[Path]:
    """The files that a source may import from the package; what it takes from the package itself are modules."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == package.name:
            place = package.joinpath(*(node.module or "").split(".")[1:])
            found |= {place.with_suffix(".py")} if place != package else set()
            for alias in node.names:
                found |= {(place / alias.name).with_suffix(".py"), place / alias.name / "__init__.py"}
            found |= {place / "__init__.py"} if place != package else set()
    return found


def _cache_folder() -> Path | None:
    """A folder of this user's alone for this very source, or None where there is none to be had: then nothing is kept."""
    try:
        named = os.environ.get("RNN_CORE_CACHE")
        root = Path(named or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rnn_core").resolve()
        folder = root / f"{source_digest()}-{_CPU or 'host'}"
        for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        if not _is_ours(folder):
            return None
        with tempfile.TemporaryFile(dir=folder):
            os.utime(folder)
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None
    _clear_away(root, folder)
    return folder


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can put a file there: what lies in the folder is unpickled, so whoever can could run code here.

    The folder and the one it stands in must be this user's and writable for no other; what they stand in, too, or the
    system's, or, as /tmp, such that nobody can replace what is another's.
    """
    if not hasattr(os, "getuid"):
        return True
    places = [place.stat() for place in (folder, *folder.parents)]
    open_to_others = [status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for status in places]
    return (
        all(status.st_uid == os.getuid() for status in places[:2])
        and not any(open_to_others[:2])
        and all(status.st_uid in (os.getuid(), 0) for status in places)
        and all(not others or status.st_mode & stat.S_ISVTX for status, others in zip(places, open_to_others, strict=True))
    )


def _clear_away(root: Path, current: Path) -> None:
    """Remove what older sources left, but for the folders used last and those used today, which may be in use now."""
    try:
        named_as_ours = [place for place in root.iterdir() if re.fullmatch(r"[0-9a-f]{20}-[\w.-]+", place.name)]
        by_age = sorted((place for place in named_as_ours if place != current), key=lambda place: -place.lstat().st_mtime)
        for place in by_age[FOLDERS_KEPT - 1 :]:
            if time.time() - place.lstat().st_mtime > 24 * 3600:
                shutil.rmtree(place, ignore_errors=True)
    except OSError:  # another process is clearing away as well
        return


FOLDERS_KEPT = 3
CACHE = _cache_folder() if COMPILED else None
"""Where compiled code is kept; None: nowhere."""

if COMPILED:

    class _Cache(FunctionCache):
        """numba's cache of one function, in our folder, and never a reason to stop: at worst nothing is kept."""

        def load_overload(self, signature: Any, target: Any) -> Any:
            try:
                return super().load_overload(signature, target)  # type: ignore[no-untyped-call]
            except Exception:  # cut short by a crash or a full disk: as good as none
                with contextlib.suppress(OSError):
                    self.flush()  # type: ignore[no-untyped-call]
                return None

        def save_overload(self, signature: Any, result: Any) -> None:
            with contextlib.suppress(OSError), _one_at_a_time():
                super().save_overload(signature, result)  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def _one_at_a_time() -> Iterator[None]:
        """Let no other process write meanwhile: two that read the same index would number their files alike."""
        with open(f"{CACHE}/lock", "w") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def compiled(function: _Function) -> _Function:
    """Compile with numba where it is there; else give the function back as it is."""
    if not COMPILED:
        return function
    njit: Any = numba.njit
    dispatcher = njit(nogil=True, error_model="numpy", fastmath=_FASTMATH, no_cfunc_wrapper=True)(function)
    if CACHE is not None:
        elsewhere, _settings.CACHE_DIR = _settings.CACHE_DIR, str(CACHE)
        dispatcher._cache = _Cache(function)  # type: ignore[no-untyped-call]  # as cache=True, with a cache of our own
        _settings.CACHE_DIR = elsewhere
    return cast(_Function, dispatcher)


if COMPILED:

    @compiled
    def matvec(W: Floats, x: Floats) -> Floats:
        """W x: (m, n), (n,) -> (m,)."""
        m, n = W.shape
        out = np.empty(m)
        for i in range(0, m - 3, 4):  # four rows at a time: x is read a quarter as often
            a = b = c = d = 0.0
            for j in range(n):
                a += W[i, j] * x[j]
                b += W[i + 1, j] * x[j]
                c += W[i + 2, j] * x[j]
                d += W[i + 3, j] * x[j]
            out[i], out[i + 1], out[i + 2], out[i + 3] = a, b, c, d
        for i in range(m - m % 4, m):
            total = 0.0
            for j in range(n):
                total += W[i, j] * x[j]
            out[i] = total
        return out

    @compiled
    def vecmat(x: Floats, W: Floats) -> Floats:
        """Wᵀ x: (m,), (m, n) -> (n,)."""
        m, n = W.shape
        out = np.zeros(n)
        for i in range(0, m - 3, 4):  # four rows at a time: out is read and written a quarter as often
            a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
            for j in range(n):
                out[j] += a * W[i, j] + b * W[i + 1, j] + c * W[i + 2, j] + d * W[i + 3, j]
        for i in range(m - m % 4, m):
            factor = x[i]
            for j in range(n):
                out[j] += factor * W[i, j]
        return out

    @compiled
    def add_outer(out: Floats, X: Floats, Y: Floats) -> None:
        """Add the outer products of all steps: out (m, n) += Σ_t X_t Y_tᵀ, with X (T, m) and Y (T, n)."""
        m, n = out.shape
        T = len(X)
        for t in range(0, T - 1, 2):  # two steps at a time: out is read and written half as often
            for i in range(m):
                a, b = X[t, i], X[t + 1, i]
                for j in range(n):
                    out[i, j] += a * Y[t, j] + b * Y[t + 1, j]
        for t in range(T - T % 2, T):
            for i in range(m):
                factor = X[t, i]
                for j in range(n):
                    out[i, j] += factor * Y[t, j]

else:

    def matvec(W: Floats, x: Floats) -> Floats:
        """W x: (m, n), (n,) -> (m,)."""
        return W @ x

    def vecmat(x: Floats, W: Floats) -> Floats:
        """Wᵀ x: (m,), (m, n) -> (n,)."""
        return x @ W

    def add_outer(out: Floats, X: Floats, Y: Floats) -> None:
        """Add the outer products of all steps: out (m, n) += Σ_t X_t Y_tᵀ, with X (T, m) and Y (T, n)."""
        out += X.T @ Y


@compiled
def dot(x: Floats, y: Floats) -> float:
    """The product x · y of two vectors (n,), with no array in between."""
    return matvec(x.reshape(1, -1), y)[0]  # type: ignore[no-any-return]


@compiled
def is_finite(x: float) -> bool:
    """Whether x is neither infinite nor NaN. np.isfinite is always true in compiled code: sums may be reordered there."""
    return bool(abs(x) <= LARGEST)


def machine() -> str:
    """How the core runs here, in one line for a log or a footer: the path taken and the versions."""
    path = f"compiled, numba {numba.__version__}" if COMPILED else "plain"
    return f"{path}, NumPy {np.__version__}, Python {sys.version.split()[0]}"
