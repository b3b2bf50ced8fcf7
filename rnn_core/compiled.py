"""One source, compiled where it can be: the function that a learner reads is the function that runs.

`@compiled` hands array code to numba. Without numba, or with RNN_CORE_COMPILED=0 in the environment, the same source runs
as plain NumPy. Only the three loop primitives at the end have two bodies: a loop to compile (a BLAS call costs more than
such a loop at these sizes) and a NumPy expression to run plain.

Compiled code is kept on disk. numba's own cache does not see an edit in an imported file and would go on running the old
rule, so the folder is named after a digest of all the package's sources, and of the processor it is compiled for.

Environment:
    RNN_CORE_COMPILED   "0": run plain.
    RNN_CORE_CACHE      folder for compiled code (default: the user's own cache folder).
    NUMBA_CPU_NAME      processor family to compile for, such as "x86-64-v3" (default: this machine's).
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_Function = TypeVar("_Function", bound=Callable[..., object])

try:
    if os.environ.get("RNN_CORE_COMPILED", "1") == "0":
        raise ImportError
    import numba
    import numba.core.config
except ImportError:
    COMPILED = False
else:
    COMPILED = True
"""Whether this process compiles, or runs the same source as plain NumPy."""

# Sums may be reordered and multiply-adds fused; NaN and infinity keep their meaning, which the check for divergence needs.
_FASTMATH = {"reassoc", "nsz", "contract"}


def source_digest() -> str:
    """Digest of every source file of the package: a changed rule is a changed digest."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _cache_folder() -> Path | None:
    """A folder of this user's alone for this very source, or None where there is none to be had: then nothing is kept."""
    named = os.environ.get("RNN_CORE_CACHE")
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rnn_core"
    root = Path(named) if named else default
    folder = root / f"{source_digest()}-{os.environ.get('NUMBA_CPU_NAME', 'host')}"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        # What lies there is unpickled: a folder that others can write to would let them run code here.
        for place in (root, folder):
            status = place.stat()
            if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
                return None
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


if COMPILED:
    CACHE: Path | None = _cache_folder()
    if CACHE is not None:
        settings: Any = numba.core.config
        settings.CACHE_DIR = str(CACHE)
else:
    CACHE = None
"""Where compiled code is kept; None: nowhere."""


def compiled(function: _Function) -> _Function:
    """Compile with numba where it is there; else give the function back as it is."""
    if not COMPILED:
        return function
    decorate: Any = numba.njit(cache=CACHE is not None, nogil=True, error_model="numpy", fastmath=_FASTMATH)
    return cast(_Function, decorate(function))


if COMPILED:

    @compiled
    def matvec(W: Floats, x: Floats) -> Floats:
        """W x: (m, n), (n,) -> (m,)."""
        m, n = W.shape
        out = np.empty(m)
        for i in range(m):
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
        for i in range(m):
            factor = x[i]
            for j in range(n):
                out[j] += factor * W[i, j]
        return out

    @compiled
    def add_outer(out: Floats, X: Floats, Y: Floats) -> None:
        """Add the outer products of all steps: out (m, n) += Σ_t X_t Y_tᵀ, with X (T, m) and Y (T, n)."""
        m, n = out.shape
        for i in range(m):
            for t in range(len(X)):
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


def machine() -> str:
    """How the core runs here, in one line for a log or a footer: the path taken and the versions."""
    path = f"compiled, numba {numba.__version__}" if COMPILED else "plain"
    return f"{path}, NumPy {np.__version__}, Python {sys.version.split()[0]}"
