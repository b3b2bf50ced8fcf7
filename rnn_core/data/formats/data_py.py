"""The guide's own data.py: two dict literals, train_data and test_data, from a sentence to True (positive) or False.

It is Python, and is never run. Before Python's parser sees it, every token is judged: only names, texts, brackets and a few
signs may stand there, nested little, so nothing is left that could exhaust the parser.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from rnn_core.data.formats.table import COLUMNS, Part, Rows, Table
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

MOST_BYTES = 65_536
SPLIT_NAMES = {"train_data": "train", "test_data": "test"}

_MOST_DEPTH = 20
_TOKEN = re.compile(
    r"""(?P<space>[ \t\f\n]+ | \\\n | \#[^\n]*)
    | (?P<text>(?P<raw>[rR]?)(?:
          '''(?: [^'\\] | \\. | '(?!'') )*+'''  |  '(?!'')(?: [^'\\\n] | \\. )*+'
        | \"""(?: [^"\\] | \\. | "(?!"") )*+\"""  |  "(?!"")(?: [^"\\\n] | \\. )*+"
      ))
    | (?P<name>(?:train_data|test_data|True|False|[01])\b)
    | (?P<open>[({]) | (?P<close>[)}]) | [=:,]
    """,
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = frozenset("\n\\'\"abfnrtv01234567xNuU")


def parse(text: str, limits: Limits, part: Part | None = None) -> Table:
    """The pairs of both dicts in the file's order. A sentence that stands twice is kept twice: Python would keep the last.

    Raises DatasetError: too_large, bad_data_py, not_text and what Rows.add refuses.
    """
    size = len(text.encode())
    if size > MOST_BYTES:
        raise DatasetError("too_large", detail=f"{size:,} bytes, at most {MOST_BYTES:,} for a data.py")
    rows = Rows(limits, part)
    read: set[str] = set()
    for statement in _parsed(text):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a text that stands for itself, as a docstring does
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as pairs) if name in SPLIT_NAMES and name not in read:
                read.add(name)
                _add(pairs, SPLIT_NAMES[name], rows)
            case _:
                raise DatasetError(
                    "bad_data_py", line=statement.lineno, detail="neither train_data = {…} nor test_data = {…}, once"
                )
    if not read:
        raise DatasetError("bad_data_py", detail="neither train_data = {…} nor test_data = {…} in it")
    return rows.table("data_py", COLUMNS)


def write(rows: Iterable[tuple[str, bool, str]]) -> str:
    """(text, positive, split) rows in the guide's form, training first. Raises DatasetError (too_large) over 64 KB."""
    texts: dict[str, list[str]] = {name: [] for name in SPLIT_NAMES}
    pairs: dict[str, list[str]] = {name: [] for name in SPLIT_NAMES}
    for text, positive, split in rows:
        name = f"{split}_data"
        texts[name].append(text)
        pairs[name].append(f"    {text!r}: {positive},\n")
    lines = ["# True is positive, False is negative.\n"]
    if any(len(set(same)) < len(same) for same in texts.values()):
        lines.append("# Some sentences stand here more than once: Python itself keeps only the last of equal keys.\n")
    for name in SPLIT_NAMES:
        lines += [f"\n{name} = {{\n", *pairs[name], "}\n"]
    written = "".join(lines)
    size = len(written.encode())
    if size > MOST_BYTES:
        raise DatasetError("too_large", detail=f"{size:,} bytes, at most {MOST_BYTES:,} for a data.py")
    return written


def _parsed(text: str) -> list[ast.stmt]:
    """The file's statements. Whatever Python's parser throws becomes a DatasetError."""
    try:
        return ast.parse(_judged(text.replace("\r\n", "\n").replace("\r", "\n"))).body
    except SyntaxError as error:
        raise DatasetError("bad_data_py", line=error.lineno, detail=error.msg) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise DatasetError("bad_data_py", detail="it cannot be read") from error


def _judged(text: str) -> str:
    """The text, if it is made of the tokens that are allowed. A backslash that begins no escape is doubled, which is how
    Python reads it, though with a warning.
    """
    place, depth, line = 0, 0, 1
    pieces: list[str] = []
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise DatasetError("bad_data_py", line=line, detail=text[place : place + 20])
        depth += (token["open"] is not None) - (token["close"] is not None)
        if depth > _MOST_DEPTH:
            raise DatasetError("bad_data_py", line=line, detail="nested too deeply")
        piece = token[0]
        pieces.append(_ESCAPE.sub(_escape, piece) if token["text"] and not token["raw"] else piece)
        line += piece.count("\n")
        place = token.end()
    return "".join(pieces)


def _escape(match: re.Match[str]) -> str:
    return match[0] if match[1] in _ESCAPES else "\\" + match[0]


def _add(pairs: ast.Dict, split: str, rows: Rows) -> None:
    for key, value in zip(pairs.keys, pairs.values, strict=True):
        match key, value:
            case ast.Constant(value=str() as text), ast.Constant(value=(bool() | int()) as positive):
                rows.check_text((text,), key.lineno)
                rows.add((text, "true" if positive else "false", split), key.lineno)
            case _:
                raise DatasetError("bad_data_py", row=rows.next, line=value.lineno, detail="not 'a sentence': True or False")
