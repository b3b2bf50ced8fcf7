"""Python sources cut down, their comments kept: what is known is decided, plain bodies are chosen, types are taken off.

Edits are made in the text at the places that the syntax tree names, so that what remains reads as it was written.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """Bytes to put in the place of source[start:end]."""

    start: int
    end: int
    new: bytes = b""


def decided(source: str, known: Mapping[str, Any]) -> str:
    """The source without the branches that are never taken when these names have these values.

    Of what is known, "if", "elif", "else", the conditional expression, "and", "or" and "not" make use; what comes behind a
    "return" that is now always reached is dropped too.
    """
    text = source.encode()
    while edits := list(_decisions(_Text(text), known)):
        text = _edited(text, edits)
    return text.decode()


def plain(source: str) -> str:
    """The source in which a function decorated with compiled(plain=other) has the body of the other, which is dropped."""
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
    """The source without annotations, decorators and remarks to a type checker."""
    text = _Text(source.encode())
    return re.sub(r" *# type: ignore(\[[^\]\n]*\])?", "", _edited(text.source, list(_types(text))).decode())


def renamed(source: str, modules: Collection[str], name: str | None = None) -> str:
    """The source with module.function of these modules written as module_function; the function it defines called name."""
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
    """A source, its tree, and where its nodes lie in it."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def line(self, number: int) -> int:
        """Where a line begins, counted from 1."""
        return self._lines[min(number, len(self._lines)) - 1]

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        """Where a node begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.line(node.lineno) + node.col_offset, self.line(node.end_lineno) + node.end_col_offset

    def piece(self, node: ast.expr) -> bytes:
        start, end = self.span(node)
        return self.source[start:end]

    def lines(self, first: int, last: int) -> str:
        """Whole lines, both with them."""
        return self.source[self.line(first) : self.line(last + 1)].decode()


def _edited(text: bytes, edits: list[Edit]) -> bytes:
    """The text with all edits made, of which no two overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


# ---------------------------------------------------------------- what is known


def _decisions(text: _Text, known: Mapping[str, Any]) -> Iterator[Edit]:
    """The outermost places at which something is decided."""
    waiting: list[ast.AST] = [text.tree]
    while waiting:
        node = waiting.pop()
        gone: set[ast.AST] = set()
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and (found := _decided_if(block, known)):
                statement, verdict = found
                ends = verdict and isinstance(statement.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))
                last = block[-1] if ends else statement
                gone.update(block[block.index(statement) : block.index(last) + 1])
                taken = _branch(text, statement, verdict).encode()
                yield Edit(text.line(statement.lineno), text.line((last.end_lineno or 0) + 1), taken)
        if isinstance(node, ast.IfExp) and (chosen := _verdict(node.test, known)) is not None:
            yield Edit(*text.span(node), text.piece(node.body if chosen else node.orelse))
        elif isinstance(node, ast.BoolOp) and (left := _undecided(node, known)):
            yield Edit(*text.span(node), (b" and " if isinstance(node.op, ast.And) else b" or ").join(map(text.piece, left)))
        else:
            waiting += [child for child in ast.iter_child_nodes(node) if child not in gone]


def _decided_if(block: list[ast.stmt], known: Mapping[str, Any]) -> tuple[ast.If, bool] | None:
    """The first "if" of a block that is decided, and how."""
    for statement in block:
        if isinstance(statement, ast.If) and (verdict := _verdict(statement.test, known)) is not None:
            return statement, verdict
    return None


def _undecided(condition: ast.BoolOp, known: Mapping[str, Any]) -> list[ast.expr]:
    """What is left of a condition with "and" or "or" of which a part, but not all, is decided; else nothing."""
    left = [value for value in condition.values if _verdict(value, known) is None]
    return left if len(left) < len(condition.values) else []


def _verdict(test: ast.expr, known: Mapping[str, Any]) -> bool | None:
    """What a condition comes to, or None where that is not known."""
    if isinstance(test, ast.BoolOp):
        verdicts = [_verdict(value, known) for value in test.values]
        settling = isinstance(test.op, ast.Or)  # one such operand settles it
        return settling if settling in verdicts else None if None in verdicts else not settling
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        verdict = _verdict(test.operand, known)
        return None if verdict is None else not verdict
    nodes = list(ast.walk(test))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    simple = (ast.Name, ast.Constant, ast.Compare, ast.cmpop, ast.expr_context)
    if not names or not names <= known.keys() or not all(isinstance(node, simple) for node in nodes):
        return None
    return bool(eval(compile(ast.Expression(test), "known", "eval"), {"__builtins__": {}}, dict(known)))


def _branch(text: _Text, statement: ast.If, verdict: bool) -> str:
    """The lines of the branch that is taken, as far to the left as the "if" stood."""
    indent = " " * statement.col_offset
    if verdict:
        first, block = (statement.test.end_lineno or 0) + 1, statement.body
    elif not statement.orelse:
        return ""
    else:
        block = statement.orelse
        first = block[0].lineno
        if text.lines(first, first).lstrip().startswith("elif "):
            return indent + text.lines(first, block[-1].end_lineno or 0).lstrip().removeprefix("el")
        while text.lines(first - 1, first - 1).strip() != "else:":  # comments before the first statement are the branch's
            first -= 1
    return textwrap.indent(textwrap.dedent(text.lines(first, block[-1].end_lineno or 0)), indent)


# ---------------------------------------------------------------- types


def _types(text: _Text) -> Iterator[Edit]:
    """Everything that is there for a type checker or a compiler alone."""
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
