"""Who may import whom, and who may say what."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

import rnn_core
from tests.core.children import PACKAGE, ROOT, python

SOURCES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in SOURCES]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere in it, "a.b" for both "import a.b" and "from a import b"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def folder(name: str) -> list[Path]:
    """The sources of a folder of the repository; skips where there is none yet."""
    found = sorted((ROOT / name).rglob("*.py"))
    if not found:
        pytest.skip(f"{name}/ has no files yet")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_the_core_knows_of_no_browser_and_no_chart(path: Path) -> None:
    assert not packages(path) & {"streamlit", "plotly", "pandas", "ui", "pages"}


def test_importing_the_core_loads_no_browser_and_no_chart() -> None:
    program = "import sys, rnn_core; print(*sorted({'streamlit', 'plotly', 'pandas', 'nltk', 'scipy'} & set(sys.modules)))"
    assert python(program, RNN_CORE_COMPILED="0") == "\n"


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_numba_appears_in_one_file(path: Path) -> None:
    assert ("numba" in packages(path)) == (path.name == "compiled.py")


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_the_core_needs_nothing_but_numpy_and_the_standard_library(path: Path) -> None:
    allowed = {"rnn_core", "numpy", *sys.stdlib_module_names}
    if path.name == "compiled.py":
        allowed.add("numba")
    if path.name in {"text.py", "baseline.py"}:
        allowed.add("nltk")
    assert packages(path) <= allowed


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"__main__.py", "standalone.py"}))
def test_only_the_command_line_and_the_stand_alone_program_print(name: str) -> None:
    path = PACKAGE / name
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    assert not [n.lineno for n in calls if isinstance(n.func, ast.Name) and n.func.id in {"print", "input", "breakpoint"}]


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_no_random_draw_but_from_a_named_stream(path: Path) -> None:
    """np.random's globals and Python's own random would break what a seed promises."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert "random" not in packages(path)
    drawn = {
        n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and ast.unparse(n.value) in {"np.random", "numpy.random"}
    }
    assert drawn <= ({"Generator", "PCG64", "SeedSequence"} if path.name == "streams.py" else {"Generator"})


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_imports_within_the_core_run_in_no_circle() -> None:
    modules = {module_of(path): path for path in SOURCES}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        if name == "rnn_core":  # the public names: imports everything, and nothing in the core imports from it but modules
            continue
        graph[name] = set()
        for imported in imports(path):
            target = imported if imported in modules else imported.rsplit(".", 1)[0]
            if target.startswith("rnn_core"):
                assert target != "rnn_core", f"{name} imports a public name and not a module: {imported}"
                graph[name].add(target)
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("rnn_core.errors") < order.index("rnn_core.data.dataset") < order.index("rnn_core.training.trainer")
    assert (
        order.index("rnn_core.network.passes.cells.vanilla")
        < order.index("rnn_core.network.passes")
        < order.index("rnn_core.network.model")
    )


@pytest.mark.parametrize("name", rnn_core.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    thing = getattr(rnn_core, name)
    assert inspect.getdoc(thing)
    if not inspect.isclass(thing) or thing.__doc__ is None:
        return
    assert not thing.__doc__.startswith(f"{name}("), "a docstring that a dataclass or tuple made up is none"
    for member, value in vars(thing).items():
        function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        if inspect.isfunction(function) and not member.startswith("_") and function.__module__.startswith("rnn_core"):
            body = inspect.getsource(function).count("\n")
            assert inspect.getdoc(getattr(thing, member)) or body <= 4, f"{name}.{member} is neither short nor explained"


def test_the_public_names_are_sorted_and_complete() -> None:
    public = {name for name, value in vars(rnn_core).items() if not name.startswith("_") and not isinstance(value, ModuleType)}
    assert list(rnn_core.__all__) == sorted(rnn_core.__all__)
    assert public | {"documents", "links", "presets", "script", "storage"} == set(rnn_core.__all__)


def test_every_module_says_why_it_is_there() -> None:
    for path in SOURCES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.name


def test_no_file_of_the_core_outgrows_three_hundred_lines() -> None:
    """Nor would the stand-alone program, did it not begin with every setting there is."""
    program, *_ = (p for p in SOURCES if p.name == "standalone.py")
    assert program.read_text(encoding="utf-8").count("\n") < 320
    assert {p.name: n for p in SOURCES if p != program and (n := len(p.read_text(encoding="utf-8").splitlines())) > 300} == {}


def test_pages_import_the_browser_the_interface_and_the_core_and_nothing_else() -> None:
    for path in folder("pages"):
        assert packages(path) <= {"__future__", "streamlit", "ui", "rnn_core"}, path.name


def test_the_interface_never_imports_a_page() -> None:
    for path in folder("ui"):
        assert "pages" not in packages(path), path.name


def test_only_the_session_module_reads_the_session_state() -> None:
    sources = [*folder("ui"), *(ROOT / "pages").rglob("*.py"), *ROOT.glob("streamlit_app.py")]
    for path in sources:
        if path.name == "session.py" and path.parent.name == "ui":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "session_state"]
        assert not named, f"{path.relative_to(ROOT)} reads st.session_state"
        assert not [name for name in imports(path) if name.endswith(".session_state")], path.name
