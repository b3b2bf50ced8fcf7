"""A file or a pasted text being imported, parsed once however often the page is drawn."""

from __future__ import annotations

import hashlib
from functools import cached_property

from rnn_core import DatasetError, Limits
from rnn_core.data.formats import ReadAs, Table, read_table, samples


class Incoming:
    """A file or text, and the tables read from it."""

    KEPT = 3

    def __init__(self, source: bytes | str, name: str | None) -> None:
        self.source, self.name = source, name
        self.digest = _digest(source)
        self._tables: dict[ReadAs, Table | DatasetError] = {}

    def is_of(self, source: bytes | str) -> bool:
        """Whether this is the same file or text."""
        return self.digest == _digest(source)

    @cached_property
    def samples(self) -> dict[str, str]:
        """A line of the file in each encoding; empty for pasted text."""
        return samples(self.source) if isinstance(self.source, bytes) else {}

    def table(self, limits: Limits, how: ReadAs = ReadAs()) -> Table | DatasetError:  # noqa: B008  # a tuple never changes
        """Return the table in it, or why it cannot be read so."""
        if how not in self._tables:
            found: Table | DatasetError
            try:
                found = read_table(self.source, self.name, limits, **how._asdict())
            except DatasetError as problem:
                found = problem
            kept = list(self._tables.items())
            self._tables = {**dict([*kept[:1], *kept[1:][-self.KEPT :]]), how: found}  # as found out first, and as asked for last
        return self._tables[how]


def _digest(source: bytes | str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source).hexdigest()[:16]
