"""What one process is set to."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator

import pytest
from streamlit import config

from tests.core.children import python
from ui.server import process


@pytest.fixture
def unsettled() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()


@pytest.mark.slow
def test_what_is_loaded_is_out_of_the_collectors_sight_and_what_comes_after_is_not(unsettled: None) -> None:
    gc.unfreeze()
    gc.collect()
    loaded = len(gc.get_objects())
    process.settle()
    assert gc.get_freeze_count() > 0.9 * loaded
    assert len(gc.get_objects()) < 0.02 * loaded
    circle: list[object] = []
    circle.append(circle)
    assert any(known is circle for known in gc.get_objects())
    del circle
    assert gc.collect() >= 1
    assert sys.getswitchinterval() == pytest.approx(process.SWITCH_SECONDS)


def test_streamlit_leaves_the_collector_to_decide_by_itself() -> None:
    assert config.get_option("runner.postScriptGC") is False


@pytest.mark.slow
def test_linear_algebra_has_one_thread_from_then_on() -> None:
    program = (
        "import numpy as np\n"
        "from threadpoolctl import threadpool_info\n"
        "from ui.server import process\n"
        "process.settle()\n"
        "np.linalg.svd(np.ones((200, 200)))\n"
        "print([pool['num_threads'] for pool in threadpool_info() if pool['user_api'] == 'blas'])\n"
    )
    threads = json.loads(python(program, RNN_CORE_COMPILED="0", OPENBLAS_NUM_THREADS="2").splitlines()[-1])
    assert set(threads) == {1}


@pytest.mark.slow
def test_all_that_the_pages_need_is_loaded_by_then() -> None:
    """Each page imports from ui and from libraries that ui has imported."""
    program = (
        "import ast, importlib.util, pathlib, sys\n"
        "from ui.server import process\n"
        "process.settle()\n"
        "trees = [ast.parse(page.read_text()) for page in pathlib.Path('pages').glob('*.py')]\n"
        "froms = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]\n"
        "inside = [n for n in froms if n.module.startswith('ui')]\n"
        "parts = {f'{n.module}.{a.name}' for n in inside for a in n.names if hasattr(sys.modules.get(n.module), '__path__')}\n"
        "modules = {n.module for n in inside} | {name for name in parts if importlib.util.find_spec(name)}\n"
        "print(sorted(modules - set(sys.modules)), len(modules))\n"
    )
    missing, count = python(program, RNN_CORE_COMPILED="0").splitlines()[-1].split()
    assert missing == "[]"
    assert int(count) > 20
