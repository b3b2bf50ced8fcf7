"""An experiment as one Python program that needs only NumPy.

standalone.py is that program with every option; it uses the functions of the package. This module reduces it to one experiment,
as a person would with an editor: it inserts settings and sentences, removes every branch that these settings never take, and
replaces each import from the package by the source of the imported function, without decorators and types. So the reader of a
script sees the functions that trained the network.

Sentences and labels occur in a script only as literals: no text of a visitor becomes code.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rnn_core.data.dataset import Split
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Cell
from rnn_core.network.parameters import Layout
from rnn_core.sharing.sources import decided, plain, renamed, untyped

_PACKAGE = Path(__file__).parents[1]
_RULE = "# -----"
"""The beginning of the heading of a section."""
_SETTLED = (
    "CELL",
    "BIDIRECTIONAL",
    "EMBEDDING_SIZE",
    "INITIALIZATION",
    "RECURRENT_GRADIENT",
    "OPTIMIZER",
    "CLIPPING",
    "STOPPING",
)
"""Settings that only decide which code is used."""


def write(experiment: Experiment) -> str:
    """Return the source of the program. It prints the log of every 100th epoch and of the last."""
    constants = _constants(experiment)
    changing = {name for _, name, _ in constants["CHANGES"]}
    known = {name: value for name, value in constants.items() if name not in changing}
    entry = _Module(_PACKAGE / "sharing" / "standalone.py", known)
    entry.modules["cell"] = _file_of(CELLS[experiment.model.cell])
    needed = entry.reached_from(entry.items[-1])
    program = _Program(entry, constants)
    for item in entry.items:
        program.enter(item)
        if item in needed:
            program.add(item)
    live = {name for item in needed for name in item.defines}
    settled = ", ".join(f"{name.lower()} {constants[name]}" for name in _SETTLED if name not in live)
    return program.text(f"Settled in what follows: {settled}.")


# ---------------------------------------------------------------- settings and sentences


def _constants(experiment: Experiment) -> dict[str, Any]:
    """Return the constants of standalone.py for this experiment, by name."""
    data, training = experiment.dataset, experiment.training
    constants: dict[str, Any] = {name.upper(): value for name, value in (experiment.model.to_json() | training.to_json()).items()}
    constants["CHANGES"] = [(change.epoch, change.field.upper(), change.value) for change in training.changes]
    constants["SHAPES"] = Layout.of(experiment).stored
    cell = CELLS[experiment.model.cell]
    constants["GATES"] = len(cell.gates)
    constants["FORGET_GATE"] = None if cell.forget_gate is None else cell.gates.index(cell.forget_gate)
    constants["PRINTED_RULE"] = cell.printed_rule
    rows: dict[Split, list[tuple[tuple[str, ...], str]]] = {
        "train": _read(experiment, "train"),
        "test": _read(experiment, "test"),
    }
    words = {word for split in rows.values() for read, _ in split for word in read}
    between = next(mark for mark in map(chr, range(ord(" "), 0x10000)) if not any(mark in word for word in words))
    constants["BETWEEN_WORDS"] = between
    for split, sentences in rows.items():
        constants[split.upper()] = [(between.join(read), label) for read, label in sentences]
    if {word for read, _ in rows["train"] for word in read} != set(data.vocabulary):
        constants["VOCABULARY"] = list(data.vocabulary)
    return constants


def _read(experiment: Experiment, split: Split) -> list[tuple[tuple[str, ...], str]]:
    """Return the sentences of a split as the network reads them, with their labels."""
    data = experiment.dataset
    read = (data.vocabulary.tokens(data.words[i], data.rules.unknown).read for i in data.rows(split))
    return list(zip(read, (data.examples[i].label or "" for i in data.rows(split)), strict=True))


def _literal(value: Any) -> str:
    """Return a value as a Python literal, with everything escaped that could end a string or is invisible; lists line by line."""
    if isinstance(value, list) and value:
        return "[\n" + "".join(f"    {item!r},\n" for item in value) + "]"
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
            if path[:1] != [_PACKAGE.name]:
                start = f"from {'.'.join(path)} " if path else ""
                self.libraries[name] = f"{start}import {alias.name}" + (f" as {name}" if alias.asname else "")
            elif _PACKAGE.joinpath(*path[1:], f"{alias.name}.py").exists():
                self.modules[name] = _PACKAGE.joinpath(*path[1:], f"{alias.name}.py")
            else:
                self.functions[name] = (_PACKAGE.joinpath(*path[1:]).with_suffix(".py"), alias.name)

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

    def __init__(self, entry: _Module, constants: Mapping[str, Any]) -> None:
        self._entry, self._constants = entry, constants
        self._libraries = {"import numpy as np"}
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
            self._define(_module(path), there)
        elif module is not self._entry and module.item(name):
            self._define(module, name)

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
        self._pieces.append(renamed(item.text, module.modules.keys(), as_name))

    def text(self, note: str) -> str:
        """Return the whole program, with a note at the end of its docstring."""
        libraries = sorted((line for line in self._libraries if "numpy" not in line), key=lambda line: line.split()[1])
        whole = [f'"""{self._entry.docstring}\n\n{textwrap.fill(note, 110)}\n"""', "\n".join(libraries), "import numpy as np"]
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
