"""How runs learn, wherever they are, that their sweep has been cancelled."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Protocol


class Cancellation(Protocol):
    """Something that can be cancelled once and sent to other processes. Calling it says whether it was."""

    def cancel(self) -> None:
        """Have every run stop at its next slice, and none begin."""

    def __call__(self) -> bool:
        """Return whether it was cancelled. Each run asks before each slice, about thirty times a second."""


class Mark:
    """A cancellation for all processes of one machine: a file that is there as long as the sweep goes on.

    The file goes with its owner, so no run goes on for nobody.
    """

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="sweep-")
        self._path = str(Path(folder) / "going-on")
        Path(self._path).touch()
        self.close = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        """Remove the file and its folder; it counts as cancelled from then on."""

    def __getstate__(self) -> dict[str, object]:
        return {"_path": self._path}  # another process only looks

    def cancel(self) -> None:
        """Have every run stop at its next slice, and none begin."""
        Path(self._path).unlink(missing_ok=True)

    def __call__(self) -> bool:
        return not os.path.exists(self._path)
