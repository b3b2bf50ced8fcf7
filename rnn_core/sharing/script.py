"""An experiment as one Python program that needs NumPy alone.

standalone.py is that program with every option, made of the package's own functions. Here it is cut down to one experiment,
as a person would do it with an editor: settings and sentences are put in, every branch that these settings never take is
dropped, and in the place of each import from the package stands the source of what is imported, without decorators and types.
So whoever reads the script reads the functions that trained the network.

Sentences and labels stand in it as literals and nowhere else: no text of a visitor is ever code.
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
"""How the heading of a section begins."""
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
"""Settings that decide which code there is, and mostly leave no other trace."""


def write(experiment: Experiment) -> str:
    """The program's source. Run, it prints the log of every 100th epoch and of the one at which the run ends."""
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


# ---------------------------------------------------------------- what is put in


def _constants(experiment: Experiment) -> dict[str, Any]:
    """The constants of standalone.py for this experiment, by name."""
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
    """The sentences of a split as the network reads them, each with its label."""
    data = experiment.dataset
    read = (data.vocabulary.tokens(data.words[i], data.rules.unknown).read for i in data.rows(split))
    return list(zip(read, (data.examples[i].label or "" for i in data.rows(split)), strict=True))


def _literal(value: Any) -> str:
    """A value as Python writes it, with everything escaped that might end a string or cannot be seen; a list line by line."""
    if isinstance(value, list) and value:
        return "[\n" + "".join(f"    {item!r},\n" for item in value) + "]"
    return repr(value)


# ---------------------------------------------------------------- where it is taken from


class _Item(NamedTuple):
    """A definition at the top level of a module."""

    lead: str
    """the comments over it"""
    text: str
    defines: frozenset[str]
    uses: tuple[str, ...]
    """names, in the order in which they stand; of another module's function as "module.function" """


class _Module:
    """A source in which all is decided that is known, without types: its definitions, and what its imports mean."""

    def __init__(self, path: Path, known: Mapping[str, Any]) -> None:
        self.path = path
        source = untyped(plain(decided(path.read_text(encoding="utf-8"), known)))
        tree = ast.parse(source)
        self.docstring = ast.get_docstring(tree) or ""
        self.modules: dict[str, Path] = {}
        """Name -> file of a module of the package."""
        self.functions: dict[str, tuple[Path, str]] = {}
        """Name -> file of a module of the package, and the name there."""
        self.libraries: dict[str, str] = {}
        """Name -> the line that imports it from elsewhere."""
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
        """A definition and all of this module's that it needs."""
        reached, waiting = {start}, [start]
        while waiting:
            found = {item for name in waiting.pop().uses if (item := self.item(name))} - reached
            reached |= found
            waiting += found
        return reached


def _defined(node: ast.stmt) -> frozenset[str]:
    """The names to which a statement gives a meaning."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else []
    return frozenset(name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


@cache
def _module(path: Path) -> _Module:
    """A module of the package as it runs without a compiler."""
    return _Module(path, {"COMPILED": False})


def _file_of(cell: Cell) -> Path:
    """The file that a cell's functions stand in."""
    return Path(inspect.getsourcefile(inspect.unwrap(cell.forward)) or "")


# ---------------------------------------------------------------- how it is put together


class _Program:
    """What is there of the program so far: pieces, in an order in which each stands behind what it needs."""

    def __init__(self, entry: _Module, constants: Mapping[str, Any]) -> None:
        self._entry, self._constants = entry, constants
        self._libraries = {"import numpy as np"}
        self._pieces: list[str] = []
        self._brought: set[tuple[Path, str]] = set()
        self._heading = ""

    def enter(self, item: _Item) -> None:
        """A section begins where an item has a heading over it; the heading waits for the first item that is needed."""
        if item.lead.startswith(_RULE):
            self._heading = item.lead.splitlines()[0]

    def add(self, item: _Item) -> None:
        """An item of standalone.py, behind what it needs of the package."""
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
        """What a name of a module stands for, where that lies elsewhere or, in a module of the package, beside it."""
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
        """A definition of the package, behind what it needs itself."""
        item = module.item(name)
        assert item is not None, f"{module.path} has no {name}"
        if (module.path, item.text) in self._brought:
            return
        first = not any(path == module.path for path, _ in self._brought)
        self._brought.add((module.path, item.text))
        functions = [other for other in module.items if other.text.startswith("def ")]
        for other in functions if as_name and first else [item]:  # of a cell whatever it needs comes before its equations
            for used in other.uses:
                self._bring(module, used)
        if as_name and first:
            self._pieces.append(_equations(module.docstring))
        self._pieces.append(renamed(item.text, module.modules.keys(), as_name))

    def text(self, note: str) -> str:
        """The whole program, with a note at the end of its docstring."""
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
    """Whether it is a function or the like, with blank lines around it."""
    return re.search(r"^(def|class|if|with) ", piece, re.MULTILINE) is not None


def _equations(docstring: str) -> str:
    """The title of a cell's file and its equations, which stand indented, as a comment."""
    lines = docstring.splitlines()
    end = next((i for i, line in enumerate(lines) if i and line and not line.startswith(" ")), len(lines))
    text = re.sub(r",? [^,(]*\(see \w+\.py\)", "", "\n".join(lines[:end])).rstrip()
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())
