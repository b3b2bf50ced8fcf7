"""The dashboard in a process of its own, for visitors without browsers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Self

from benchmarks.__main__ import ROOT


class Server:
    """The dashboard in a process of its own."""

    def __init__(self, profile: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 (closed at the exit)
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "asgi.py",
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ]
        variables = os.environ | {"UNROLLED_PROFILE": profile, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "2"} | environment
        self._process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=self._log, stderr=self._log)

    def __enter__(self) -> Self:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise TimeoutError("the server did not come up")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    @property
    def megabytes(self) -> float:
        """What the process holds in memory; not a number where the system does not say."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        except OSError:
            return float("nan")
        return next(float(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    @property
    def processor_seconds(self) -> float:
        """What the process has used of the processors; not a number where the system does not say."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def complaints(self) -> list[str]:
        """Errors of the app in its log; that a browser has left in the middle of something is none."""
        self._log.seek(0)
        return [line.strip()[:200] for line in self._log if '"level": "error"' in line or "Uncaught app" in line]
