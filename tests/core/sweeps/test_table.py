"""The table of results: nothing is lost on the way through CSV and Parquet, and what is no such table is refused."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from rnn_core import ResultsFileError, presets
from rnn_core.sweeps import table
from rnn_core.sweeps.axes import SETTINGS, Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.result import Curves, Result, failure
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results

AXES = (
    Axis(({"clipping": "none"}, {"clipping": "value", "clip_threshold": 0.1})),
    Axis.of("bidirectional", (True, False)),
    Axis.of("learning_rate", (0.1 + 0.2, 1e300)),
)


@pytest.fixture(scope="module")
def results() -> Results:
    """Runs that are done, that diverged and one that failed, with curves."""
    base = presets.better_start().with_training(epochs=2).with_model(hidden_size=3)
    sweep = Sweep(base=base, axes=AXES)
    rows = list(run_sweep(sweep, Serial(), with_curves=True))
    trial = next(sweep.trials())
    broken = failure(trial, 'ValueError: a "quoted", long\nreason', "plain")
    return Results(sweep.settings, (*rows, replace(broken, curves=Curves(*[np.zeros(0)] * 4))))


def plain(results: Results) -> list[tuple[object, ...]]:
    """Every cell of every row, and the curves bit for bit."""
    kept = [f.name for f in fields(Result) if f.name not in ("settings", "curves")]
    return [
        (dict(row.settings), *(getattr(row, name) for name in kept), *(curve.tobytes() for curve in row.curves or ()))
        for row in results.rows
    ]


def test_reading_a_csv_gives_every_bit_back(results: Results) -> None:
    again = table.read(table.to_csv(results))
    assert again.settings == results.settings
    assert plain(again) == plain(results)
    assert {row.status for row in again.rows} == {"done", "diverged", "failed"}


def test_reading_a_parquet_gives_every_bit_back(results: Results) -> None:
    pytest.importorskip("pyarrow")
    again = table.read(table.to_parquet(results))
    assert again.settings == results.settings
    assert plain(again) == plain(results)


def test_without_curves_there_are_no_columns_of_them(results: Results) -> None:
    bare = results._replace(rows=tuple(replace(row, curves=None) for row in results.rows))
    for source in (table.to_csv(bare), table.to_parquet(bare)):
        again = table.read(source)
        assert not again.with_curves
        assert plain(again) == plain(bare)
        assert b"curve_train_loss" not in source


def test_no_column_is_named_as_a_setting() -> None:
    assert len(table.columns(tuple(SETTINGS), with_curves=True)) == len({*table.columns(tuple(SETTINGS), with_curves=True)})


def test_a_line_that_was_broken_off_is_left_out(results: Results) -> None:
    source = table.to_csv(results)
    for cut in (1, 5, 100):
        assert plain(table.read(source[:-cut])) == plain(results)[:-1]


def test_of_a_run_that_was_trained_again_the_later_result_counts(results: Results) -> None:
    assert results.latest().rows[0].status == "failed"
    swapped = results._replace(rows=(results.rows[-1], *results.rows[:-1]))
    assert len(swapped.latest().rows) == len(results.rows) - 1
    assert swapped.latest().rows[0].status == "done"
    assert results.rows[-1].fingerprint in results.finished
    assert results._replace(rows=results.rows[-1:]).finished == frozenset()


def changed(results: Results, column: str, value: str) -> bytes:
    names = table.columns(results.settings)
    cells = [
        str(cell) if not isinstance(cell, bool) else str(cell).lower() for cell in table.values(results.rows[0], results.settings)
    ]
    cells = ["" if cell == "None" else cell for cell in cells]
    cells[names.index(column)] = value
    return (",".join(names) + "\n" + ",".join(f'"{cell}"' for cell in cells) + "\n").encode()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("learning_rate", "-1"),
        ("learning_rate", "fast"),
        ("clipping", "sometimes"),
        ("bidirectional", "maybe"),
        ("seed", "1.5"),
        ("seed", ""),
        ("status", "unknown"),
        ("learned", "1"),
        ("train_loss", "low"),
        ("fingerprint", "12"),
        ("epochs_done", ""),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_row(results: Results, column: str, value: str) -> None:
    good = table.values(results.rows[0], results.settings)[table.columns(results.settings).index(column)]
    assert table.read(changed(results, column, str(good).lower() if isinstance(good, bool) else str(good))).rows
    with pytest.raises(ResultsFileError) as caught:
        table.read(changed(results, column, value))
    assert caught.value.reason == "damaged"
    assert "row 1" in caught.value.detail


@pytest.mark.parametrize("source", [b"", b"\n", b"a,b\n1,2\n", b"PAR1", b"\xff\xfe\n", b"number,seed\n"])
def test_what_is_no_table_of_results_is_refused(source: bytes) -> None:
    with pytest.raises(ResultsFileError):
        table.read(source)


def test_a_parquet_that_is_damaged_is_refused(results: Results) -> None:
    source = table.to_parquet(results)
    for broken in (source[:-10], source[: len(source) // 2], source[:100] + b"x" * 50 + source[150:]):
        with pytest.raises(ResultsFileError):
            table.read(broken)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(results: Results) -> None:
    with pytest.raises(ResultsFileError) as caught:
        table.read(table.to_csv(results), most_bytes=100)
    assert caught.value.reason == "too_large"
