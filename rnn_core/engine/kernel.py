"""One source, two paths: the function that a learner reads is the function that runs, compiled or as plain NumPy.

`@compiled` turns a function of arrays into a Kernel, which has two bodies and can be called on either path in the same
process. `with on("plain"):` chooses the path of every call inside it, in this thread; a kernel that calls another kernel
stays on its own path.

Environment:
    RNN_CORE_COMPILED   "0": never compile; the plain path is the only one.
    RNN_CORE_CPU        processor family to compile for, such as "x86-64-v3" (default: this very machine). Code made for a
                        family on one machine is found and run on another only where this is set to the same there.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, Literal, ParamSpec, TypeVar, overload

import numpy as np

from rnn_core.engine import code_cache

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
RunPath = Literal["compiled", "plain"]

try:
    if os.environ.get("RNN_CORE_COMPILED", "1") == "0":
        raise ImportError
    from rnn_core.engine import numba_adapter
except ImportError:
    COMPILED = False
else:
    COMPILED = True
"""Whether this process can compile."""

_PROCESSOR = os.environ.get("RNN_CORE_CPU", "")
if COMPILED and _PROCESSOR:
    numba_adapter.compile_for(_PROCESSOR)

CACHE: Path | None = code_cache.cache_folder(_PROCESSOR or "host") if COMPILED else None
"""Where compiled code is kept; None: nowhere."""

_FASTMATH = {"reassoc", "nsz", "contract"}
"""Sums may be reordered and multiply-adds fused. NaN and infinity stay, but see `primitives.is_finite`."""

DEFAULT_PATH: RunPath = "compiled" if COMPILED else "plain"

_path: ContextVar[RunPath] = ContextVar("path", default=DEFAULT_PATH)


def current_path() -> RunPath:
    """The path on which a kernel called here runs. A new thread starts on the default path."""
    return _path.get()


@contextlib.contextmanager
def on(path: RunPath) -> Iterator[None]:
    """Run every kernel called inside, in this thread, on this path. Raises ValueError where nothing can be compiled."""
    check_path(path)
    token = _path.set(path)
    try:
        yield
    finally:
        _path.reset(token)


def check_path(path: str) -> None:
    """Raise ValueError for a path that does not exist here."""
    if path not in ("compiled", "plain"):
        raise ValueError(f'a path is "compiled" or "plain", not {path!r}')
    if path == "compiled" and not COMPILED:
        raise ValueError("nothing can be compiled here: numba is missing, or RNN_CORE_COMPILED is 0")


class Kernel(Generic[P, R]):
    """A function with two bodies. Calling it runs the one of the current path.

    source: the function to compile. plain: the body for the plain path; the source itself but for primitives.
    """

    def __init__(self, source: Callable[P, R], plain: Callable[P, R] | None, fastmath: set[str]) -> None:
        functools.update_wrapper(self, source)
        self.source, self.plain, self._fastmath = source, plain or source, fastmath

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if _path.get() == "plain":
            return self.plain(*args, **kwargs)
        result: R = self.jit(*args, **kwargs)
        return result

    @functools.cached_property
    def inner(self) -> Any:
        """The compiled body as compiled code calls it: numba's dispatcher, without the entry that takes in Python's objects."""
        return numba_adapter.dispatcher(self.source, CACHE, self._fastmath, entry=False)

    @functools.cached_property
    def jit(self) -> Any:
        """The compiled body as Python calls it. To take in many arrays is a large part of a function, so inner goes without."""
        return numba_adapter.dispatcher(self.source, CACHE and CACHE / "entries", self._fastmath, entry=True)


if COMPILED:
    numba_adapter.register(Kernel, lambda kernel: kernel.inner)


def constant(kind: type[T], name_of: Callable[[T], str], kernel_of: Callable[[str, str], Any]) -> None:
    """Let compiled code take objects of a class as arguments. To the compiler each object is a type: code is made for each apart.

    name_of: the name that tells an object from the others. kernel_of: (name, attribute) -> the kernel that this attribute of
    the object is; compiled code can use no other attributes.
    """
    if COMPILED:
        numba_adapter.register_constant(kind, name_of, lambda name, attribute: kernel_of(name, attribute).inner)


@overload
def compiled(source: Callable[P, R]) -> Kernel[P, R]: ...
@overload
def compiled(
    *, plain: Callable[P, R] | None = None, fastmath: set[str] = _FASTMATH
) -> Callable[[Callable[P, R]], Kernel[P, R]]: ...
def compiled(source: Any = None, *, plain: Any = None, fastmath: set[str] = _FASTMATH) -> Any:
    """Make a kernel of a function; plain: another body for the plain path."""
    if source is None:
        return lambda source: Kernel(source, plain, fastmath)
    return Kernel(source, plain, fastmath)


def machine() -> str:
    """How the core runs here, in one line for a log or a footer: the default path and the versions."""
    return f"{DEFAULT_PATH}, {versions()}"


def versions() -> str:
    """The versions that the last bit of a result depends on."""
    compiler = f"numba {numba_adapter.VERSION}, " if COMPILED else ""
    return f"{compiler}NumPy {np.__version__}, Python {sys.version.split()[0]}"


def processor() -> str:
    """The family of processors that code is compiled for, or else the name of this machine's own."""
    return _PROCESSOR or (numba_adapter.processor() if COMPILED else platform.machine())
