"""Whatever bytes come from outside, a reader answers with a result or with an error of ours."""

from __future__ import annotations

import pytest

from tests.core.fuzz import escapes, readers


@pytest.mark.slow
def test_no_error_of_a_library_escapes_from_a_reader_of_damaged_bytes() -> None:
    escaped = [(name, source, repr(error)) for name, source, error in escapes(4_000, seed=1)]
    assert not escaped


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 4))
def test_no_error_of_a_library_escapes_from_a_reader_of_many_damaged_bytes(seed: int) -> None:
    escaped = [(name, source, repr(error)) for name, source, error in escapes(20_000, seed)]
    assert not escaped


def test_every_reader_reads_what_is_sound() -> None:
    for reader in readers():
        assert reader.read(reader.sound) is not None, reader.name
