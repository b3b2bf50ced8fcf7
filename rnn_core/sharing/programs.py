"""A program with every option, reduced to one network or run, as a person would with an editor.

Settings and sentences are inserted as literals, every branch that these settings never take is removed, and each import from
the package is replaced by the source of the imported function, without decorators and types.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rnn_core.network.cells.cell import Cell
from rnn_core.sharing.sources import decided, plain, renamed, untyped

PACKAGE = Path(__file__).parents[1]
_RULE = "# -----"
"""The beginning of the heading of a section."""
_PART = "_program"
"""The end of the names of modules that are programs to take along, or parts of them."""


def reduced(
    path: Path,
    constants: Mapping[str, Any],
    *,
    changing: Iterable[str] = (),
    settled: Iterable[str] = (),
    cell: Cell | None = None,
) -> str:
    """Return the source of the program in a file of the package, with these constants in place of its own.

    changing: constants that change while the program runs, so that they decide no branch. settled: those that a note in the
    docstring lists if only branches needed them. cell: the one that the program calls by the name "cell".
    """
    known = {name: value for name, value in constants.items() if name not in set(changing)}
    entry = _Module(path, known)
    if cell is not None:
        entry.modules["cell"] = _file_of(cell)
    needed = entry.reached_from(entry.items[-1])
    program = _Program(entry, constants, known)
    for item in entry.items:
        program.enter(item)
        if item in needed:
            program.add(item)
    live = {name for item in needed for name in item.defines}
    decisions = ", ".join(f"{name.lower()} {constants[name]}" for name in settled if name not in live)
    return program.text(f"Settled in what follows: {decisions}.")


def _literal(value: Any) -> str:
    """Return a value as a Python literal, with everything escaped that could end a string or is invisible; lists line by line."""
    if isinstance(value, list) and value:
        return "[\n" + "".join(f"    {item!r},\n" for item in value) + "]"
    if isinstance(value, dict) and any(isinstance(item, list) for item in value.values()):
        return "{\n" + "".join(f"    {key!r}: {item!r},\n" for key, item in value.items()) + "}"
    return repr(value)


# ---------------------------------------------------------------- modules of the package


class _Item(NamedTuple):
    """A definition at the top level of a module."""

    lead: str
    """the comments above it"""
    text: str
    defines: frozenset[str]
    uses: tuple[str, ...]
    """names in their order; a function of another module as "module.function" """


class _Module:
    """A module without types and without the branches that are never taken: its definitions and imports."""

    def __init__(self, path: Path, known: Mapping[str, Any]) -> None:
        self.path = path
        source = untyped(plain(decided(path.read_text(encoding="utf-8"), known)))
        tree = ast.parse(source)
        self.docstring = ast.get_docstring(tree) or ""
        self.modules: dict[str, Path] = {}
        """Name -> file of a module of the package."""
        self.functions: dict[str, tuple[Path, str]] = {}
        """Name -> file of a module of the package, and the name in it."""
        self.libraries: dict[str, str] = {}
        """Name -> the line that imports it from another package."""
        self.items: list[_Item] = []
        lines, end = source.splitlines(), 0
        for node in tree.body:
            lead, end = "\n".join(lines[end : node.lineno - 1]).strip(), node.end_lineno or 0
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif not isinstance(node, ast.Expr):  # docstrings
                self.items.append(_Item(lead, "\n".join(lines[node.lineno - 1 : end]), _defined(node), tuple(self._used(node))))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        path = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
        for alias in node.names:
            name = alias.asname or alias.name
            if path[:1] != [PACKAGE.name]:
                start = f"from {'.'.join(path)} " if path else ""
                self.libraries[name] = f"{start}import {alias.name}" + (f" as {name}" if alias.asname else "")
            elif PACKAGE.joinpath(*path[1:], f"{alias.name}.py").exists():
                self.modules[name] = PACKAGE.joinpath(*path[1:], f"{alias.name}.py")
            else:
                self.functions[name] = (PACKAGE.joinpath(*path[1:]).with_suffix(".py"), alias.name)

    def _used(self, node: ast.stmt) -> Iterable[str]:
        for child in sorted(ast.walk(node), key=lambda child: (getattr(child, "lineno", 0), getattr(child, "col_offset", 0))):
            if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name) and child.value.id in self.modules:
                yield f"{child.value.id}.{child.attr}"
            elif isinstance(child, ast.Name):
                yield child.id

    def item(self, name: str) -> _Item | None:
        return next((item for item in self.items if name in item.defines), None)

    def reached_from(self, start: _Item) -> set[_Item]:
        """Return a definition and all definitions of this module that it needs."""
        reached, waiting = {start}, [start]
        while waiting:
            found = {item for name in waiting.pop().uses if (item := self.item(name))} - reached
            reached |= found
            waiting += found
        return reached


def _defined(node: ast.stmt) -> frozenset[str]:
    """Return the names that a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else []
    return frozenset(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


@cache
def _module(path: Path) -> _Module:
    """Return a module of the package as it runs without compilation."""
    return _Module(path, {"COMPILED": False})


def _file_of(cell: Cell) -> Path:
    """Return the file of a cell."""
    return Path(inspect.getsourcefile(inspect.unwrap(cell.forward)) or "")


# ---------------------------------------------------------------- the program


class _Program:
    """The program so far: pieces in an order in which each comes after everything it needs."""

    def __init__(self, entry: _Module, constants: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        self._entry, self._constants, self._known = entry, constants, known
        self._parts: dict[Path, _Module] = {}
        """Modules that are parts of programs: the constants hold in them too."""
        self._libraries: set[str] = set()
        self._pieces: list[str] = []
        self._brought: set[tuple[Path, str]] = set()
        self._heading = ""

    def enter(self, item: _Item) -> None:
        """Begin a section if the item has a heading above it. The heading is written with the first item that is needed."""
        if item.lead.startswith(_RULE):
            self._heading = item.lead.splitlines()[0]

    def add(self, item: _Item) -> None:
        """Add an item of standalone.py, after everything it needs from the package."""
        if self._heading:
            self._pieces.append(self._heading)
            self._heading = ""
        for name in item.uses:
            self._bring(self._entry, name)
        comments = [line for line in item.lead.splitlines() if line.startswith("#") and not line.startswith(_RULE)]
        (name,) = item.defines if len(item.defines) == 1 else ("",)
        if name in self._constants:
            _, sign, remark = item.text.partition("  # ")
            text = f"{name} = {_literal(self._constants[name])}{sign}{remark}"
        else:
            text = renamed(item.text, self._entry.modules.keys())
        self._pieces.append("\n".join((*comments, text)))

    def _bring(self, module: _Module, name: str) -> None:
        """Add the definition of a name that a module uses: an import, or a definition in a module of the package."""
        alias, _, function = name.partition(".")
        if name in module.libraries:
            self._libraries.add(module.libraries[name])
        elif function:
            self._define(_module(module.modules[alias]), function, f"{alias}_{function}")
        elif name in module.functions:
            path, there = module.functions[name]
            self._define(self._module(path), there)
        elif module is not self._entry and module.item(name):
            self._define(module, name)

    def _module(self, path: Path) -> _Module:
        """Return a module of the package, a part of programs reduced by the constants."""
        if not path.stem.endswith(_PART):
            return _module(path)
        if path not in self._parts:
            self._parts[path] = _Module(path, self._known)
        return self._parts[path]

    def _define(self, module: _Module, name: str, as_name: str | None = None) -> None:
        """Add a definition from the package, after everything it needs."""
        item = module.item(name)
        assert item is not None, f"{module.path} has no {name}"
        if (module.path, item.text) in self._brought:
            return
        first = not any(path == module.path for path, _ in self._brought)
        self._brought.add((module.path, item.text))
        functions = [other for other in module.items if other.text.startswith("def ")]
        for other in functions if as_name and first else [item]:  # everything that a cell needs comes before its equations
            for used in other.uses:
                self._bring(module, used)
        if as_name and first:
            self._pieces.append(_equations(module.docstring))
        if module.path in self._parts and name in self._constants:
            self._pieces.append(f"{name} = {_literal(self._constants[name])}")
        else:
            self._pieces.append(renamed(item.text, module.modules.keys(), as_name))

    def text(self, note: str) -> str:
        """Return the whole program, with a note at the end of its docstring."""
        standard: list[str] = []
        others: list[str] = []
        for line in sorted(self._libraries, key=lambda line: (line.startswith("from "), line.split()[1])):
            (standard if line.split()[1].partition(".")[0] in sys.stdlib_module_names else others).append(line)
        imports = ["\n".join(lines) for lines in (standard, others) if lines]
        whole = [f'"""{self._entry.docstring}\n\n{textwrap.fill(note, 110)}\n"""', *imports]
        for before, piece in zip(("", *self._pieces), self._pieces, strict=False):
            together = not _is_block(before) and not _is_block(piece) and not piece.startswith("#")
            if together and not before.startswith(_RULE):
                whole[-1] += f"\n{piece}"
            else:
                whole.append(f"\n{piece}" if _is_block(before) or _is_block(piece) else piece)
        return "\n\n".join(whole) + "\n"


def _is_block(piece: str) -> bool:
    """Return whether the piece is a definition or a block, which has blank lines around it."""
    return re.search(r"^(def|class|if|with) ", piece, re.MULTILINE) is not None


def _equations(docstring: str) -> str:
    """Return the title and the (indented) equations in the docstring of a cell as a comment."""
    lines = docstring.splitlines()
    end = next((i for i, line in enumerate(lines) if i and line and not line.startswith(" ")), len(lines))
    text = re.sub(r",? [^,(]*\(see \w+\.py\)", "", "\n".join(lines[:end])).rstrip()
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())
