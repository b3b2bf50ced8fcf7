"""Everything that the engine takes from numba, in one place. No other module imports numba.

Of what is used here, numba documents `njit`, `types.Dispatcher` and its extension interface. The rest is private and may
change with any version: `FunctionCache` of `numba.core.caching` and what it finds its files by, a dispatcher's `_cache`, the
option `no_cpython_wrapper`, and setting `config.CACHE_DIR`, `CPU_NAME` and `CPU_FEATURES` while the program runs.
tests/core/engine/test_numba_adapter.py says which of them broke.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import llvmlite.binding
import numba
import numba.extending
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator
from numba.core.datamodel.models import OpaqueModel
from numba.core.typing.templates import AttributeTemplate

try:
    import fcntl
except ImportError:  # Windows, where numba itself copes with several processes
    fcntl = None  # type: ignore[assignment]

VERSION: str = numba.__version__

_config: Any = numba.config
_extending: Any = numba.extending


def compile_for(processor: str) -> None:
    """Compile for a family of processors, with the instructions that every one of the family has."""
    _config.CPU_NAME, _config.CPU_FEATURES = processor, ""


def processor() -> str:
    """Return the compiler's name for the processor of this machine."""
    name: str = llvmlite.binding.get_host_cpu_name()
    return name


def dispatcher(function: Callable[..., Any], folder: Path | None, fastmath: set[str], entry: bool) -> Any:
    """The function compiled when it is first called with each combination of types; kept in the folder, if there is one.

    entry: whether Python can call it, or compiled code alone.
    """
    njit: Any = numba.njit
    compiled = njit(nogil=True, error_model="numpy", fastmath=fastmath, no_cfunc_wrapper=True, no_cpython_wrapper=not entry)(
        function
    )
    if folder is not None and function.__closure__ is None:  # what it closes over would be part of the key
        elsewhere, _config.CACHE_DIR = _config.CACHE_DIR, str(folder)
        with contextlib.suppress(RuntimeError):  # a function without a source file, as one made at run time, is not kept
            compiled._cache = _Cache(function, folder)  # what cache=True does, with our own folder
        _config.CACHE_DIR = elsewhere
    return compiled


def register(kernel: type, dispatcher_of: Callable[[Any], Any]) -> None:
    """Let compiled code call objects of this class: what runs is the dispatcher that the object has."""
    _extending.typeof_impl.register(kernel)(lambda value, _: numba.types.Dispatcher(dispatcher_of(value)))


class Constant(numba.types.Opaque):
    """The type of an object that is known while the code is compiled, and is nothing at all when the code runs."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"constant {kind} {name}")
        self.kind, self.value = kind, name


class _Attributes(AttributeTemplate):
    """The attributes of constants are dispatchers."""

    key = Constant
    of_kind: ClassVar[dict[str, Callable[[str, str], Any]]] = {}

    def generic_resolve(self, constant: Any, attribute: str) -> Any:  # type: ignore[override]
        return numba.types.Dispatcher(self.of_kind[constant.kind](constant.value, attribute))


_extending.register_model(Constant)(OpaqueModel)
_extending.unbox(Constant)(lambda _type, _value, context: _extending.NativeValue(context.context.get_dummy_value()))
_extending.infer_getattr(_Attributes)
_extending.lower_getattr_generic(Constant)(lambda context, *_: context.get_dummy_value())


def register_constant(kind: type, name_of: Callable[[Any], str], dispatcher_of: Callable[[str, str], Any]) -> None:
    """Let objects of this class be arguments of compiled code, each name a type; dispatcher_of(name, attribute) is called there."""
    _Attributes.of_kind[kind.__qualname__] = dispatcher_of
    _extending.typeof_impl.register(kind)(lambda value, _: Constant(kind.__qualname__, name_of(value)))


class _Locator(UserProvidedCacheLocator):
    """Our folder, also where it can only be read."""

    def ensure_cache_path(self) -> None:
        with contextlib.suppress(OSError):
            super().ensure_cache_path()  # type: ignore[no-untyped-call]


class _Files(CompileResultCacheImpl):
    """The files of one function in our folder, and in no other."""

    _locator_classes = [_Locator]  # noqa: RUF012  # as numba has it


class _Cache(FunctionCache):
    """numba's cache of one function, in our folder. What cannot be read or written there is compiled, and nothing stops."""

    _impl_class = _Files

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        self._folder = folder

    def load_overload(self, signature: Any, target: Any) -> Any:
        try:
            return super().load_overload(signature, target)  # type: ignore[no-untyped-call]
        except Exception:  # cut short by a crash or a full disk
            with contextlib.suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        with contextlib.suppress(OSError), self._alone():
            super().save_overload(signature, result)  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process write meanwhile: two that read the same index would number their files alike."""
        with open(f"{self._folder}/lock", "w") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
