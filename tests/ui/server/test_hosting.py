"""The files for hosting: they name what there is, and hold nothing that does not run."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from streamlit import config

from tests.sources import ROOT, packages
from ui import language

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
OPTIONS = {option.env_var: key for key, option in config.get_config_options().items()}


def test_every_streamlit_variable_of_the_image_is_an_option_of_streamlit() -> None:
    variables = set(re.findall(r"\b(STREAMLIT_[A-Z_]+)=", DOCKERFILE))
    assert len(variables) >= 4
    assert variables <= OPTIONS.keys()


def test_every_line_of_the_config_is_an_option_of_streamlit() -> None:
    def keys(table: dict[str, object], path: str = "") -> set[str]:
        return {
            key
            for name, value in table.items()
            for key in (keys(value, f"{path}{name}.") if isinstance(value, dict) else {path + name})
        }

    assert keys(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))) <= set(OPTIONS.values())


def test_the_image_holds_what_runs_and_that_alone() -> None:
    let_in = {line[1:].split("/")[0] for line in IGNORED if line.startswith("!")}
    assert IGNORED[1] == "*"
    assert all((ROOT / name).exists() for name in let_in)
    ours = {path.stem if path.suffix else path.name for path in ROOT.iterdir()} - {"tests", "benchmarks"}
    needed = {"asgi.py", "requirements.lock", "pages", str(language.FOLDER.relative_to(ROOT))}
    for path in (ROOT / "asgi.py", ROOT / "streamlit_app.py", *(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")):
        needed |= {name for name in {*packages(path)} & ours if (ROOT / name).is_dir()}
    assert needed | {"streamlit_app.py"} <= let_in
    assert not let_in & {"tests", "benchmarks", "docs", ".git", ".venv"}


@pytest.mark.parametrize("line", ["USER unrolled", "UNROLLED_PROFILE=hosted", "/_stcore/health", "-m rnn_core prepare"])
def test_the_image_runs_without_root_under_the_tight_limits_with_a_health_check_and_compiled_ahead(line: str) -> None:
    assert line in DOCKERFILE


def test_code_is_compiled_and_run_for_the_same_processor_from_the_same_folder() -> None:
    build, _, final = DOCKERFILE.partition("FROM python:${PYTHON}-slim\n")
    for pattern in (r"ARG CPU=(\S+)", r"RNN_CORE_CPU=(\S+)", r"RNN_CORE_CACHE=(\S+)"):
        assert re.findall(pattern, build) == re.findall(pattern, final)
    assert "asgi.py" in final.splitlines()[-1]


def test_the_image_installs_only_what_the_lock_names_with_digests_and_within_the_ranges_of_requirements() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", lock, re.MULTILINE)
    locked = {name: version for name, version, _ in entries}
    assert len(entries) == len(re.findall("==", lock))
    wanted = [Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(wanted) >= 6
    assert [str(one) for one in wanted if not one.specifier.contains(locked[one.name])] == []
    assert "--require-hashes" in DOCKERFILE
    assert "requirements.txt" not in DOCKERFILE
