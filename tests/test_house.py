"""Rules of the house that import contracts cannot say: each is one test over all sources, and names the places that break it."""

from __future__ import annotations

import ast
import inspect
import sys
from types import ModuleType

import rnn_core
from tests.core.children import python
from tests.sources import ROOT, found, packages, tree
from tests.ui.visitor import PAGES

CORE = sorted((ROOT / "rnn_core").rglob("*.py"))
SCRIPTS = sorted((ROOT / "pages").glob("*.py"))
PROGRAMS = {f"rnn_core/sharing/{name}.py" for name in ("standalone", "pytorch_program", "keras_program")}
"""Written out for other people's machines, and never imported."""
INTERFACE = [ROOT / "streamlit_app.py", *SCRIPTS, *sorted((ROOT / "ui").rglob("*.py"))]


def named(node: ast.AST) -> str:
    """The name that an expression ends in: "b" of a.b, of b and of an import of b."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") or getattr(node, "name", "")


def test_a_page_is_a_short_script_of_the_interface_and_ends_by_the_shell() -> None:
    """st.stop would end the router's run too, before the browser is given what it should keep."""
    assert {path.stem for path in SCRIPTS} == set(PAGES), "the tests visit every page"
    assert [path.name for path in SCRIPTS if len(path.read_text(encoding="utf-8").splitlines()) > 80] == []
    assert [path.name for path in SCRIPTS if not {*packages(path)} <= {"functools", "streamlit", "ui", "rnn_core"}] == []
    assert found(SCRIPTS, lambda node: isinstance(node, ast.Attribute) and ast.unparse(node) == "st.stop") == []


def test_the_session_state_is_read_in_one_file() -> None:
    places = found(INTERFACE, lambda node: named(node) == "session_state")
    assert {place.split(":")[0] for place in places} == {"ui/session/session.py"}


def test_nothing_is_handed_to_the_browser_as_html() -> None:
    def html(node: ast.AST) -> bool:
        if isinstance(node, ast.keyword):
            return node.arg == "unsafe_allow_html"
        return isinstance(node, ast.Attribute) and node.attr in {"html", "iframe", "write_stream"}

    assert found(INTERFACE, html) == []


def test_only_the_command_line_and_the_programs_to_take_along_print() -> None:
    places = found(CORE, lambda node: isinstance(node, ast.Call) and named(node.func) in {"print", "input", "breakpoint"})
    files = {place.split(":")[0] for place in places}
    assert {file for file in files if not file.startswith("rnn_core/command_line/")} == PROGRAMS


def test_random_numbers_come_from_named_streams() -> None:
    """Python's own random and NumPy's global state would break what a seed promises."""

    def drawn(node: ast.AST) -> bool:
        numpy = isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"np.random", "numpy.random"}
        return numpy and named(node) != "Generator"

    assert {place.split(":")[0] for place in found(CORE, drawn)} == {"rnn_core/streams.py"}
    assert [path.name for path in CORE if "random" in packages(path)] == []


def test_the_core_needs_little_but_numpy() -> None:
    allowed = {
        "rnn_core",
        "numpy",
        "numba",
        "nltk",
        "rjieba",
        "charset_normalizer",
        "safetensors",
        "onnx",
        "llvmlite",
        "pyarrow",
        "distributed",
        *sys.stdlib_module_names,
    }
    others = {str(path.relative_to(ROOT)): {*packages(path)} - allowed for path in CORE}
    assert {place: packages for place, packages in others.items() if packages and place not in PROGRAMS} == {}
    heavy = {"streamlit", "plotly", "pandas", "nltk", "scipy", "charset_normalizer", "onnx", "pyarrow", "distributed"}
    program = f"import sys, rnn_core; print(*sorted({heavy} & set(sys.modules)))"
    assert python(program, RNN_CORE_COMPILED="0") == "\n", "nor does it load more than it imports"


def test_the_public_names_are_sorted_complete_and_explained() -> None:
    public = {name for name, value in vars(rnn_core).items() if not name.startswith("_") and not isinstance(value, ModuleType)}
    modules = {name for name in rnn_core.__all__ if isinstance(getattr(rnn_core, name), ModuleType)}
    assert list(rnn_core.__all__) == sorted(public | modules)
    for name in rnn_core.__all__:
        thing = getattr(rnn_core, name)
        assert inspect.getdoc(thing), name
        assert not inspect.isclass(thing) or not (thing.__doc__ or "").startswith(f"{name}("), f"{name}: a docstring made up"


def test_a_public_method_is_short_or_explained() -> None:
    unexplained = []
    for thing in (getattr(rnn_core, name) for name in rnn_core.__all__):
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            ours = inspect.isfunction(function) and function.__module__.startswith("rnn_core") and not member.startswith("_")
            if ours and not inspect.getdoc(getattr(thing, member)) and inspect.getsource(function).count("\n") > 4:
                unexplained.append(f"{thing.__name__}.{member}")
    assert unexplained == []


def test_every_file_says_why_it_is_there_and_none_outgrows_three_hundred_lines() -> None:
    files = CORE + INTERFACE
    assert [
        str(path.relative_to(ROOT)) for path in files if not ast.get_docstring(tree(path)) and path.name != "streamlit_app.py"
    ] == []
    lengths = {"/".join(path.parts[-2:]): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
