"""Limits that the owner of a machine sets: one profile for a person's own machine, one for a public server."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_core.errors import LimitError


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds, each inclusive. Limits() is the local profile."""

    rows: int = 50_000
    """Sentences in a dataset, both splits together."""
    words: int = 512
    """Words in one sentence."""
    characters: int = 10_000
    """Characters in one sentence, before it is split into words: the time of some rules grows with their square."""
    splitting_seconds: float = 60.0
    """Processor time to split all sentences of a dataset into words, as TextRules.seconds estimates it."""
    upload_bytes: int = 20_000_000
    """Size of a file, checked before it is read."""
    labels: int = 20
    """Different labels in a dataset."""
    hidden_size: int = 512
    parameters: int = 5_000_000
    epochs: int = 100_000
    seconds: int = 24 * 3600
    """Training time of one run."""
    runs: int = 20
    """Runs kept for one visitor."""
    run_bytes: int = 256_000_000
    """History and snapshots of one run."""
    visitors: int = 1_000
    """People served at the same time by one process."""
    visitor_bytes: int = 1_000_000_000
    """History and snapshots of all runs kept for one visitor."""

    sweep_runs: int = 5_000
    """Runs of all sweeps of one visitor together."""
    sweep_seconds: int = 24 * 3600
    """Training time of all of them together, added up over the runs."""

    @classmethod
    def local(cls) -> Limits:
        """Return the profile for a person's own machine: far more than the guide needs, less than would exhaust the machine."""
        return cls()

    @classmethod
    def hosted(cls) -> Limits:
        """Return the profile for a public server, where all visitors share the machine."""
        return cls(
            rows=5_000,
            words=64,
            characters=2_000,
            splitting_seconds=1.5,
            upload_bytes=2_000_000,
            hidden_size=128,
            parameters=200_000,
            epochs=5_000,
            seconds=300,
            runs=8,
            run_bytes=6_000_000,
            visitors=150,
            visitor_bytes=8_000_000,
            sweep_runs=500,
            sweep_seconds=900,
        )

    def check(self, **amounts: float) -> None:
        """Raise LimitError for the first amount that exceeds its limit. The names are those of the fields."""
        for what, value in amounts.items():
            allowed = getattr(self, what)
            if value > allowed:
                raise LimitError(what, value, allowed)
