"""The results of a sweep on disk, run by run, so that a sweep that was broken off goes on where it stood."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from rnn_core.engine.kernel import RunPath
from rnn_core.errors import ResultsFileError
from rnn_core.sweeps import table
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results


class Journal:
    """A CSV to which each result is appended as it comes. Opening one keeps what is in it.

    A sweep that has more values or more seeds than the one before can go on in its file. Raises ResultsFileError for a file with
    runs that are not of this sweep, or that took another path, whose last bits may differ; and OSError.
    """

    def __init__(self, path: Path, sweep: Sweep, run_path: RunPath, with_curves: bool = False) -> None:
        self._settings, self.with_curves = sweep.settings, with_curves
        source = path.read_bytes() if path.exists() else b""
        rows: tuple[Result, ...] = ()
        whole = source.rfind(b"\n") + 1
        if whole:
            found = table.read(source, max(len(source), 1))
            expected = table.header(self._settings, with_curves)
            if source[: source.index(b"\n") + 1].decode("utf-8", "replace") != expected:
                raise ResultsFileError("other_settings", ", ".join(found.settings))
            if others := {row.path for row in found.rows} - {run_path}:
                raise ResultsFileError("other_path", f"{others.pop()}, not {run_path}")
            if foreign := {row.fingerprint for row in found.rows} - {trial.fingerprint for trial in sweep.trials()}:
                raise ResultsFileError("other_runs", f"{len(foreign):,} of {len(found.rows):,} runs")
            rows = found.rows
        self._rows = list(rows)
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(whole)  # a line that was broken off
        self._file.seek(whole)
        if not whole:
            self._write(table.header(self._settings, with_curves))

    @property
    def results(self) -> Results:
        """Everything in the file, of runs that were trained twice the later ones."""
        return Results(self._settings, tuple(self._rows)).latest()

    def add(self, result: Result) -> None:
        """Append a result. It is on the disk when this returns."""
        self._write(table.line(result, self._settings, self.with_curves))
        self._rows.append(result)

    def _write(self, text: str) -> None:
        self._file.write(text.encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
