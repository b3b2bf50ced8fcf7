"""Results as a table: the columns, the text of each cell, and CSV and Parquet both ways.

A CSV has a line for each run and can be appended to; floats are written so that reading gives the same bits back. Files that
are read are untrusted: their size is checked before, and every value is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib.util import find_spec
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np

from rnn_core.domains import Domain, Real, Switch, Whole
from rnn_core.errors import MissingPackageError, ResultsFileError
from rnn_core.sweeps.axes import SETTINGS
from rnn_core.sweeps.result import Curves, Result, Status
from rnn_core.sweeps.sweep import MOST_RUNS

_HINTS = get_type_hints(Result)
FIGURES: Mapping[str, type] = {
    f.name: next(kind for kind in (*get_args(_HINTS[f.name]), _HINTS[f.name]) if kind in (bool, int, float, str))
    for f in fields(Result)
    if f.name not in ("settings", "status", "curves")
}
"""Every column but the settings, the status and the curves, and what its cells are."""
OPTIONAL = frozenset(name for name in FIGURES if type(None) in get_args(_HINTS[name]))
"""The columns whose cells may be empty."""
STATUSES: tuple[str, ...] = get_args(Status)
CURVES = tuple(f"curve_{name}" for name in Curves._fields)
MOST_UNPACKED_BYTES = 200_000_000
MOST_CELL = 10_000_000
"""Characters in one cell, which may be a curve."""
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class Results(NamedTuple):
    """The runs of a sweep that have ended, and the settings in which they differ."""

    settings: tuple[str, ...]
    rows: tuple[Result, ...]

    @property
    def finished(self) -> frozenset[str]:
        """The fingerprints of all runs that were trained to their end."""
        return frozenset(row.fingerprint for row in self.rows if row.over)

    @property
    def with_curves(self) -> bool:
        return any(row.curves is not None for row in self.rows)

    def latest(self) -> Results:
        """Return the results without those of a run that was trained again later, by number."""
        kept = {row.fingerprint: row for row in self.rows}
        return self._replace(rows=tuple(sorted(kept.values(), key=lambda row: row.number)))


def columns(settings: Sequence[str], with_curves: bool = False) -> tuple[str, ...]:
    """Return the names of the columns in order."""
    figures = [name for name in FIGURES if name not in ("number", "fingerprint", "seed")]
    return ("number", *settings, "seed", "status", *figures, "fingerprint", *(CURVES if with_curves else ()))


def values(result: Result, settings: Sequence[str], with_curves: bool = False) -> tuple[Any, ...]:
    """Return the cells of one row as plain values, a curve as a list in which None stands for no figure."""
    row: dict[str, Any] = {name: getattr(result, name) for name in (*FIGURES, "status")}
    row |= {name: result.settings.get(name) for name in settings}
    if with_curves:
        for name, curve in zip(CURVES, result.curves or Curves(*[np.zeros(0)] * 4), strict=True):
            row[name] = [None if np.isnan(value) else float(value) for value in curve]
    return tuple(row[name] for name in columns(settings, with_curves))


# ---------------------------------------------------------------------- CSV


def header(settings: Sequence[str], with_curves: bool = False) -> str:
    """Return the first line of a CSV."""
    return _line(columns(settings, with_curves))


def line(result: Result, settings: Sequence[str], with_curves: bool = False) -> str:
    """Return the line of one run."""
    return _line([_text(value) for value in values(result, settings, with_curves)])


def to_csv(results: Results) -> bytes:
    """Return the whole table as CSV."""
    parts = [header(results.settings, results.with_curves)]
    parts += [line(row, results.settings, results.with_curves) for row in results.rows]
    return "".join(parts).encode()


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"))
    if value is None or isinstance(value, str):
        return value or ""
    return str(value).lower() if isinstance(value, bool) else repr(value)


# ---------------------------------------------------------------------- Parquet


def to_parquet(results: Results) -> bytes:
    """Return the whole table as Parquet. Raise MissingPackageError without pyarrow, which comes with the dashboard."""
    pyarrow, parquet = _pyarrow()
    kinds = {bool: pyarrow.bool_(), int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
    with_curves = results.with_curves
    names = columns(results.settings, with_curves)
    schema = []
    for name in names:
        curve = pyarrow.list_(pyarrow.float64()) if name in CURVES else None
        kind = str if name == "status" else _kind(SETTINGS[name]) if name in results.settings else FIGURES.get(name, str)
        schema.append((name, curve or kinds[kind]))
    rows = [dict(zip(names, values(row, results.settings, with_curves), strict=True)) for row in results.rows]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(schema)), out)
    return out.getvalue()


def _pyarrow() -> tuple[Any, Any]:
    if find_spec("pyarrow") is None:
        raise MissingPackageError("pyarrow", "requirements.txt")
    import pyarrow
    import pyarrow.parquet

    return pyarrow, pyarrow.parquet


def _kind(domain: Domain) -> type:
    return {Whole: int, Real: float, Switch: bool}.get(type(domain), str)


# ---------------------------------------------------------------------- reading


def read(source: bytes, most_bytes: int = MOST_UNPACKED_BYTES) -> Results:
    """Return the results in a CSV or Parquet file; a line of CSV that was not written to its end is left out.

    Raises ResultsFileError (too_large, not_results, damaged), MissingPackageError for Parquet without pyarrow.
    """
    if len(source) > most_bytes:
        raise ResultsFileError("too_large", f"{len(source):,} bytes, at most {most_bytes:,}")
    names, rows = _from_parquet(source) if source[:4] == b"PAR1" else _from_csv(source)
    if len(rows) > MOST_RUNS:
        raise ResultsFileError("too_large", f"{len(rows):,} runs, at most {MOST_RUNS:,}")
    settings = tuple(name for name in names if name in SETTINGS)
    with_curves = set(CURVES) <= set(names)
    if not settings or sorted(names) != sorted(columns(settings, with_curves)):
        raise ResultsFileError("not_results", ", ".join(map(str, names)))
    return Results(settings, tuple(_result(dict(zip(names, row, strict=True)), settings, i) for i, row in enumerate(rows, 1)))


def _from_csv(source: bytes) -> tuple[list[str], list[list[Any]]]:
    whole, end, _ = source.rpartition(b"\n")
    before = csv.field_size_limit(MOST_CELL)
    try:
        names, *rows = list(csv.reader(io.StringIO((whole + end).decode("utf-8-sig"), newline="")))
    except (ValueError, csv.Error) as error:  # no line at all is a ValueError too
        raise ResultsFileError("not_results", str(error)) from error
    finally:
        csv.field_size_limit(before)
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise ResultsFileError("damaged", f"row {number:,} has {len(row):,} cells, not {len(names):,}")
    return names, [[_value(name, cell) for name, cell in zip(names, row, strict=True)] for row in rows]


def _value(name: str, cell: str) -> Any:
    """Return what a cell of CSV says, as Parquet would give it; the text where it says nothing sensible."""
    domain = SETTINGS.get(name)
    kind = _kind(domain) if domain is not None else FIGURES.get(name, str)
    try:
        if name in CURVES:
            return json.loads(cell)
        if cell == "":
            return "" if kind is str and domain is None else None
        if kind is bool:
            return {"true": True, "false": False}.get(cell, cell)
        return kind(cell)
    except (ValueError, RecursionError):
        return cell


def _from_parquet(source: bytes) -> tuple[list[str], list[list[Any]]]:
    pyarrow, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(io.BytesIO(source))
        about = file.metadata
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        if about.num_rows > MOST_RUNS or unpacked > MOST_UNPACKED_BYTES:
            raise ResultsFileError("too_large", f"{about.num_rows:,} runs, {unpacked:,} bytes unpacked")
        names = list(file.schema_arrow.names)
        return names, [list(row.values()) for row in file.read().to_pylist()] if len(set(names)) == len(names) else []
    except (pyarrow.ArrowException, OSError, ValueError, KeyError) as error:
        raise ResultsFileError("damaged", str(error)) from error


def _result(row: dict[str, Any], settings: Sequence[str], number: int) -> Result:
    """Return the result in a row. Raise ResultsFileError for a value that cannot be."""
    swept = {}
    for name in settings:
        value = row[name]
        swept[name] = None if value is None else SETTINGS[name].coerce(value)
        if value is not None and swept[name] is None:
            raise ResultsFileError("damaged", f"row {number:,}, {name}: {value!r}"[:200])
    figures: dict[str, Any] = {}
    for name, kind in FIGURES.items():
        value = row[name]
        if kind is float and type(value) is int:
            value = float(value)
        if not (type(value) is kind or (value is None and name in OPTIONAL)):
            raise ResultsFileError("damaged", f"row {number:,}, {name}: {value!r}"[:200])
        figures[name] = value
    if row["status"] not in STATUSES or not _FINGERPRINT.fullmatch(figures["fingerprint"]):
        raise ResultsFileError("damaged", f"row {number:,}: {row['status']!r}, {figures['fingerprint']!r}"[:200])
    swept = {name: value for name, value in swept.items() if value is not None}
    return Result(settings=swept, status=row["status"], curves=_curves(row, number), **figures)


def _curves(row: dict[str, Any], number: int) -> Curves | None:
    if CURVES[0] not in row:
        return None
    try:
        return Curves(*(np.array([np.nan if v is None else float(v) for v in row[name]], dtype=np.float64) for name in CURVES))
    except (TypeError, ValueError) as error:
        raise ResultsFileError("damaged", f"row {number:,}: {error}") from error
