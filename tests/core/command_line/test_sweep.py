"""sweep: what is asked for is what is trained, what was trained stays, and wrong arguments are refused in one line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rnn_core import Experiment, presets
from rnn_core.command_line.sweep import axis, concluded
from rnn_core.sweeps import cluster, table
from rnn_core.sweeps.axes import SENTENCES, Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.summary import Conclusion, Reach
from rnn_core.sweeps.sweep import Sweep
from tests.core.children import command_line, python
from tests.core.command_line.terminal import assert_refused, here
from tests.core.sweeps.test_execution import bits

GUIDE = ("--data", "guide", "--hidden", "3", "--epochs", "2", "--init-scale", "0.5")
AXES = ("--axis", "learning_rate=log:0.01:1:3", "--axis", "clipping=none,value", "--seeds", "2")


def sweep(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return here("sweep", *arguments, "--workers", "1", "--out", str(folder))


def expected() -> Sweep:
    base = presets.guide_corrected().with_model(hidden_size=3, init_scale=0.5).with_training(epochs=2)
    axes = (Axis.logarithmic("learning_rate", 0.01, 1, 3), Axis.of("clipping", ("none", "value")))
    return Sweep(base=base, axes=axes, seeds=2)


@pytest.mark.slow
def test_it_trains_every_run_and_writes_the_table_the_sweep_and_a_summary(tmp_path: Path) -> None:
    done = sweep(tmp_path / "new" / "results", *GUIDE, *AXES, "--parquet")
    assert done.returncode == 0
    made = expected()
    folder = tmp_path / "new" / "results"
    assert Sweep.load((folder / "sweep.json").read_bytes()) == made
    found = table.read((folder / "runs.csv").read_bytes())
    assert bits(list(found.rows)) == bits(list(run_sweep(made, Serial())))
    assert bits(list(table.read((folder / "runs.parquet").read_bytes()).rows)) == bits(list(found.rows))
    lines = done.stdout.splitlines()
    assert lines[0].split()[:4] == ["learning_rate", "clipping", "runs", "learned"]
    assert [line.split()[:3] for line in lines[1:7]] == [[r, c, "2"] for r in ("0.01", "0.1", "1") for c in ("none", "value")]
    assert lines[-1] == str(folder / "runs.parquet")
    assert "12 of 12 runs" in done.stderr


@pytest.mark.slow
def test_the_same_line_again_goes_on_where_it_stood_and_a_file_describes_the_same_sweep(tmp_path: Path) -> None:
    first = sweep(tmp_path, *GUIDE, *AXES)
    rows = (tmp_path / "runs.csv").read_bytes()
    (tmp_path / "runs.csv").write_bytes(b"".join(rows.splitlines(keepends=True)[:6]))
    second = sweep(tmp_path, str(tmp_path / "sweep.json"))
    assert "5 of 12 runs are in the table already" in second.stderr
    assert second.stdout == first.stdout
    assert len((tmp_path / "runs.csv").read_bytes().splitlines()) == 13


@pytest.mark.slow
def test_another_sweep_does_not_go_into_the_same_table(tmp_path: Path) -> None:
    sweep(tmp_path, *GUIDE, *AXES)
    before = [(path, path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    assert_refused(sweep(tmp_path, *GUIDE, "--axis", "epochs=1,2"), 2, "results of a sweep", "other settings")
    assert_refused(sweep(tmp_path, *GUIDE, *AXES, "--set", "cell=gru"), 2, "other runs")
    assert [(path, path.read_bytes()) for path in sorted(tmp_path.iterdir())] == before


def test_a_failed_run_is_in_the_table_and_in_the_exit_status(tmp_path: Path) -> None:
    done = sweep(tmp_path, *GUIDE, "--axis", "train_sentences=1,58")
    assert done.returncode == 1
    assert "1 failed" in done.stderr
    assert sorted(row.status for row in table.read((tmp_path / "runs.csv").read_bytes()).rows) == ["done", "failed"]


def test_curves_and_a_sample_are_kept_on_request(tmp_path: Path) -> None:
    assert sweep(tmp_path, *GUIDE, *AXES, "--sample", "2", "--curves").returncode == 0
    rows = table.read((tmp_path / "runs.csv").read_bytes()).rows
    assert len(rows) == 4
    assert [len(row.curves.train_loss) for row in rows if row.curves is not None] == [2] * 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*GUIDE,), "axes"),
        ((*GUIDE, "--axis", "learning_rate"), "--axis"),
        ((*GUIDE, "--axis", "speed=1,2"), "one of the settings"),
        ((*GUIDE, "--axis", "learning_rate=log:1:2"), "learning_rate=log:low:high:count"),
        ((*GUIDE, "--axis", "learning_rate=fast,slow"), "learning_rate"),
        ((*GUIDE, "--axis", "cell=vanilla,gru", "--axis", "recurrent_gradient=exact,printed"), "recurrent_gradient"),
        ((*GUIDE, *AXES, "--seeds", "101"), "seeds"),
        ((*GUIDE, *AXES, "--seeds", "many"), "--seeds"),
        ((*GUIDE, *AXES, "--sample", "7"), "sample"),
        ((*GUIDE, "--axis", "hidden_size=8,4000"), "limit"),
        ((*GUIDE, "--axis", "train_sentences=10,59"), "train_sentences"),
        (("no-such-file.json",), "cannot be read"),
        (("no-such-file.json", "--seeds", "3"), "left out"),
        ((), "required"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    assert_refused(sweep(tmp_path, *arguments), 2, said)
    assert not (tmp_path / "runs.csv").exists()


def test_a_file_that_is_no_sweep_is_refused_by_its_name(tmp_path: Path, small: Experiment) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert_refused(sweep(tmp_path / "out", str(tmp_path / "other.json")), 2, "other.json", "sweep")


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    for which in (("--dask", "tcp://scheduler:8786"), ("--dask-local", "2")):
        assert_refused(sweep(tmp_path, *GUIDE, *AXES, *which), 2, "distributed", "requirements-cluster.txt")


def test_axes_are_lists_and_ranges() -> None:
    assert axis("clipping=none, value") == Axis.of("clipping", ("none", "value"))
    assert axis("bidirectional=true,false") == Axis.of("bidirectional", (True, False))
    assert axis("learning_rate=log:0.005:0.5:12") == Axis.logarithmic("learning_rate", 0.005, 0.5, 12)
    assert axis("hidden_size=linear:2:10:5") == Axis.of("hidden_size", (2, 4, 6, 8, 10))
    assert axis(f"{SENTENCES}=10,20") == Axis.of(SENTENCES, (10, 20))


def test_a_conclusion_is_a_line() -> None:
    reaches = (Reach("every_to", 0.2), Reach("none_above", 0.5))
    said = concluded(Conclusion({"clip_threshold": 0.1}, "learning_rate", reaches, 14, 20))
    assert said == (
        "clip_threshold=0.1: every run learned at each learning_rate up to 0.2; none above learning_rate 0.5; 14 of 20 runs learned"
    )
    assert concluded(Conclusion({}, None, (), 0, 3)) == "0 of 3 runs learned"
    assert concluded(Conclusion({}, "epochs", (Reach("none"),), 0, 3)) == "none of the 3 runs learned"


@pytest.mark.slow
def test_two_processes_write_the_table_of_a_serial_run(tmp_path: Path) -> None:
    arguments = ("sweep", *GUIDE, *AXES, "--out")
    for count in ("1", "2"):
        done = command_line(*arguments, str(tmp_path / count), "--workers", count, RNN_CORE_COMPILED="0")
        assert done.returncode == 0, done.stderr
    serial, processes = (table.read((tmp_path / count / "runs.csv").read_bytes()) for count in ("1", "2"))
    assert bits(list(serial.rows)) == bits(list(processes.rows))


@pytest.mark.slow
def test_a_local_dask_cluster_writes_the_table_of_a_serial_run(tmp_path: Path) -> None:
    if "False" in python("from importlib.util import find_spec; print(find_spec('distributed') is not None)"):
        pytest.skip("distributed is not installed")
    arguments = ("sweep", *GUIDE, *AXES, "--out")
    for where, how in (("serial", ("--workers", "1")), ("dask", ("--dask-local", "2"))):
        done = command_line(*arguments, str(tmp_path / where), *how, RNN_CORE_COMPILED="0")
        assert done.returncode == 0, done.stderr
    serial, dask = (table.read((tmp_path / where / "runs.csv").read_bytes()) for where in ("serial", "dask"))
    assert bits(list(serial.rows)) == bits(list(dask.rows))
