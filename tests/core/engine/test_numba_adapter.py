"""What the engine takes from inside numba. A failure here names the part that a new version of numba has changed."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

numba = pytest.importorskip("numba")

from rnn_core.engine import numba_adapter  # noqa: E402  # after the skip


def double(x: float) -> float:
    return 2.0 * x


def test_function_cache_can_be_subclassed_and_has_the_methods_that_are_overridden() -> None:
    from numba.core.caching import FunctionCache

    assert list(inspect.signature(FunctionCache.__init__).parameters) == ["self", "py_func"]
    assert list(inspect.signature(FunctionCache.load_overload).parameters) == ["self", "sig", "target_context"]
    assert list(inspect.signature(FunctionCache.save_overload).parameters) == ["self", "sig", "data"]
    assert callable(FunctionCache.flush)


def test_a_dispatcher_has_the_attribute_that_holds_its_cache() -> None:
    assert hasattr(numba.njit(double), "_cache")


def test_config_has_the_settings_that_are_changed_while_the_program_runs() -> None:
    assert {"CACHE_DIR", "CPU_NAME", "CPU_FEATURES"} <= set(vars(numba.config))


class Sign:
    """A constant argument: plus or minus."""

    def __init__(self, name: str) -> None:
        self.name = name


def test_a_constant_is_a_type_of_its_own_and_its_attributes_are_what_is_called() -> None:
    """The low-level extension interface: typeof, a model, unboxing, attributes and their lowering."""
    kernels = {"plus": numba.njit(lambda x: x + 1.0), "minus": numba.njit(lambda x: x - 1.0)}
    numba_adapter.register_constant(Sign, lambda sign: sign.name, lambda name, attribute: kernels[name])

    @numba.njit  # type: ignore[untyped-decorator]
    def apply(sign: Sign, x: float) -> Any:
        return sign.step(x)  # type: ignore[attr-defined]

    assert (apply(Sign("plus"), 5.0), apply(Sign("minus"), 5.0), apply(Sign("plus"), 7.0)) == (6.0, 4.0, 8.0)
    assert len(apply.signatures) == 2


def test_without_an_entry_compiled_code_alone_can_call_it(tmp_path: Path) -> None:
    inner = numba_adapter.dispatcher(double, tmp_path, set(), entry=False)
    outer = numba.njit(lambda x: inner(x))
    assert outer(1.5) == 3.0
    (made,) = inner.overloads.values()
    assert made.fndesc.llvm_func_name in made.library.get_llvm_str()
    assert made.fndesc.llvm_cpython_wrapper_name not in made.library.get_llvm_str()


def test_compiled_code_is_kept_in_the_folder_and_loaded_from_there(tmp_path: Path) -> None:
    elsewhere = numba.config.CACHE_DIR
    first = numba_adapter.dispatcher(double, tmp_path, set(), entry=True)
    assert first(1.5) == 3.0
    assert elsewhere == numba.config.CACHE_DIR
    assert {path.suffix for path in tmp_path.rglob("*.nb?")} == {".nbi", ".nbc"}
    again = numba_adapter.dispatcher(double, tmp_path, set(), entry=True)
    assert again(1.5) == 3.0
    assert sum(again.stats.cache_hits.values()) == 1


def test_compiled_code_is_loaded_from_a_folder_that_can_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an image whose files are the system's. The system lets its own user write everywhere, so numba is refused here."""
    assert numba_adapter.dispatcher(double, tmp_path, set(), entry=True)(1.5) == 3.0

    def refuse(*_: object, **__: object) -> Any:
        raise PermissionError

    monkeypatch.setattr("numba.core.caching.tempfile.TemporaryFile", refuse)
    again = numba_adapter.dispatcher(double, tmp_path, set(), entry=True)
    assert again(1.5) == 3.0
    assert sum(again.stats.cache_hits.values()) == 1
    assert again(2) == 4.0, "what is not there is compiled"
