"""What somebody else sent, and what is given out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from rnn_core import Change, Experiment


@pytest.fixture
def sent(small: Experiment) -> Experiment:
    """Somebody else's: own sentences, a steered run."""
    return small.with_training(changes=(Change(9, "learning_rate", 0.05), Change(20, "clipping", "norm")))


@pytest.fixture
def offered_files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the download buttons drawn would give, by file name."""
    found: dict[str, Callable[[], bytes]] = {}
    whole = st.download_button

    def recorded(label: str, data: Callable[[], bytes], **others: Any) -> bool:
        found[others["file_name"]] = data
        return whole(label, data=data, **others)

    monkeypatch.setattr(st, "download_button", recorded)
    return found
