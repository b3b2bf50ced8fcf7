"""A visitor of the Dataset page."""

from __future__ import annotations

import pytest

from tests.ui.visitor import Visitor


@pytest.fixture
def editor(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")
