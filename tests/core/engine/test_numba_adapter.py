"""What the engine takes from inside numba. A failure here names the part that a new version of numba has changed."""

from __future__ import annotations

import inspect
from pathlib import Path

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


def test_compiled_code_is_kept_in_the_folder_and_loaded_from_there(tmp_path: Path) -> None:
    elsewhere = numba.config.CACHE_DIR
    first = numba_adapter.dispatcher(double, tmp_path, set())
    assert first(1.5) == 3.0
    assert elsewhere == numba.config.CACHE_DIR
    assert {path.suffix for path in tmp_path.rglob("*.nb?")} == {".nbi", ".nbc"}
    again = numba_adapter.dispatcher(double, tmp_path, set())
    assert again(1.5) == 3.0
    assert sum(again.stats.cache_hits.values()) == 1
