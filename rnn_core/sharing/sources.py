"""Reduce Python source: decide known conditions, choose plain bodies, remove types. Comments and formatting stay.

The syntax tree gives the places; the edits are made in the text, so everything else stays as it was written.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """Bytes that replace source[start:end]."""

    start: int
    end: int
    new: bytes = b""


def decided(source: str, known: Mapping[str, Any]) -> str:
    """Return the source without the branches that are never taken when these names have these values.

    This applies to "if", "elif", "else", conditional expressions, "and", "or" and "not". Code after a "return" that is now
    always reached is removed too.
    """
    text = source.encode()
    while edits := list(_decisions(_Text(text), known)):
        text = _edited(text, edits)
    return text.decode()


def plain(source: str) -> str:
    """Return the source with the plain body in place of every function decorated with compiled(plain=…)."""
    text = _Text(source.encode())
    functions = {node.name: node for node in text.tree.body if isinstance(node, ast.FunctionDef)}
    edits = []
    for function in functions.values():
        for decorator in function.decorator_list:
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                if keyword.arg == "plain" and isinstance(keyword.value, ast.Name):
                    other = functions[keyword.value.id]
                    start, end = text.span(other)
                    edits.append(Edit(start, end))
                    body = text.source[start:end].replace(other.name.encode(), function.name.encode(), 1)
                    edits.append(Edit(text.line(decorator.lineno), text.span(function)[1], body))
    return _edited(text.source, edits).decode()


def untyped(source: str) -> str:
    """Return the source without annotations, decorators and comments for a type checker."""
    text = _Text(source.encode())
    return re.sub(r" *# type: ignore(\[[^\]\n]*\])?", "", _edited(text.source, list(_types(text))).decode())


def renamed(source: str, modules: Collection[str], name: str | None = None) -> str:
    """Return the source with module.function written as module_function for these modules, and the defined function renamed."""
    text = _Text(source.encode())
    edits = [
        Edit(*text.span(node), f"{node.value.id}_{node.attr}".encode())
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
    ]
    if name is not None and isinstance(function := text.tree.body[0], ast.FunctionDef):
        start = text.span(function)[0] + len(b"def ")
        edits.append(Edit(start, start + len(function.name.encode()), name.encode()))
    return _edited(text.source, edits).decode()


class _Text:
    """A source, its syntax tree, and the places of the nodes in it."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def line(self, number: int) -> int:
        """Return where a line (from 1) begins."""
        return self._lines[min(number, len(self._lines)) - 1]

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Return where a node begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.line(node.lineno) + node.col_offset, self.line(node.end_lineno) + node.end_col_offset

    def piece(self, node: ast.expr) -> bytes:
        start, end = self.span(node)
        return self.source[start:end]

    def lines(self, first: int, last: int) -> str:
        """Return whole lines, first and last included."""
        return self.source[self.line(first) : self.line(last + 1)].decode()


def _edited(text: bytes, edits: list[Edit]) -> bytes:
    """Return the text with all edits made. They must not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


# ---------------------------------------------------------------- conditions


def _decisions(text: _Text, known: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield edits for the outermost places where a condition is decided."""
    waiting: list[ast.AST] = [text.tree]
    while waiting:
        node = waiting.pop()
        gone: set[ast.AST] = set()
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and (found := _decided_if(block, known)):
                statement, value = found
                ends = value and isinstance(statement.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))
                last = block[-1] if ends else statement
                gone.update(block[block.index(statement) : block.index(last) + 1])
                taken = _branch(text, statement, value).encode()
                yield Edit(text.line(statement.lineno), text.line((last.end_lineno or 0) + 1), taken)
        if isinstance(node, ast.IfExp) and (chosen := _value(node.test, known)) is not None:
            yield Edit(*text.span(node), text.piece(node.body if chosen else node.orelse))
        elif isinstance(node, ast.BoolOp) and (left := _undecided(node, known)):
            yield Edit(*text.span(node), (b" and " if isinstance(node.op, ast.And) else b" or ").join(map(text.piece, left)))
        else:
            waiting += [child for child in ast.iter_child_nodes(node) if child not in gone]


def _decided_if(block: list[ast.stmt], known: Mapping[str, Any]) -> tuple[ast.If, bool] | None:
    """Return the first decided "if" of a block and its value, or None."""
    for statement in block:
        if isinstance(statement, ast.If) and (value := _value(statement.test, known)) is not None:
            return statement, value
    return None


def _undecided(condition: ast.BoolOp, known: Mapping[str, Any]) -> list[ast.expr]:
    """Return the undecided operands of an "and" or "or" that is partly decided, else nothing."""
    left = [value for value in condition.values if _value(value, known) is None]
    return left if len(left) < len(condition.values) else []


def _value(test: ast.expr, known: Mapping[str, Any]) -> bool | None:
    """Return the value of a condition, or None if it is not known."""
    if isinstance(test, ast.BoolOp):
        values = [_value(value, known) for value in test.values]
        settling = isinstance(test.op, ast.Or)  # one operand with this value decides
        return settling if settling in values else None if None in values else not settling
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        value = _value(test.operand, known)
        return None if value is None else not value
    nodes = list(ast.walk(test))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    simple = (ast.Name, ast.Constant, ast.Compare, ast.cmpop, ast.expr_context)
    if not names or not names <= known.keys() or not all(isinstance(node, simple) for node in nodes):
        return None
    return bool(eval(compile(ast.Expression(test), "known", "eval"), {"__builtins__": {}}, dict(known)))


def _branch(text: _Text, statement: ast.If, value: bool) -> str:
    """Return the lines of the branch that is taken, indented as the "if" was."""
    indent = " " * statement.col_offset
    if value:
        first, block = (statement.test.end_lineno or 0) + 1, statement.body
    elif not statement.orelse:
        return ""
    else:
        block = statement.orelse
        first = block[0].lineno
        if text.lines(first, first).lstrip().startswith("elif "):
            return indent + text.lines(first, block[-1].end_lineno or 0).lstrip().removeprefix("el")
        while text.lines(first - 1, first - 1).strip() != "else:":  # comments before the first statement belong to the branch
            first -= 1
    return textwrap.indent(textwrap.dedent(text.lines(first, block[-1].end_lineno or 0)), indent)


# ---------------------------------------------------------------- types


def _types(text: _Text) -> Iterator[Edit]:
    """Yield edits that remove what only a type checker or a compiler needs."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.FunctionDef):
            if node.decorator_list:
                yield Edit(text.line(node.decorator_list[0].lineno), text.line(node.lineno))
            if node.returns is not None:
                start, end = text.span(node.returns)
                yield Edit(text.source.rindex(b" ->", 0, start), end)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield Edit(text.span(node)[0] + len(node.arg.encode()), text.span(node.annotation)[1])
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield Edit(text.span(node.target)[1], text.span(node.annotation)[1])
