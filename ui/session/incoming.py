"""A file or a pasted text on its way in: parsed once, however often the page is drawn."""

from __future__ import annotations

import hashlib

from rnn_core import DatasetError, Limits
from rnn_core.data.formats import Table, read_table
from rnn_core.data.formats.decoding import decode

_Asked = tuple[str | None, str | None, bool | None]


class Incoming:
    """What somebody brings, and the tables that have been read from it."""

    def __init__(self, source: bytes | str, name: str | None) -> None:
        self.source, self.name = source, name
        self.digest = _digest(source)
        self.encoding: str | None = None
        """As somebody says that it is; None: as it is found out."""
        self._is_plain: bool | None = None
        self._tables: dict[_Asked, Table] = {}

    def is_of(self, source: bytes | str) -> bool:
        """Whether this is what was brought before."""
        return self.digest == _digest(source)

    def is_plain(self, limits: Limits) -> bool:
        """Whether its encoding is found out; where it is not, somebody may know it."""
        if self._is_plain is None:
            try:
                decode(self.source, limits)
                self._is_plain = True
            except DatasetError as problem:
                self._is_plain = problem.reason != "not_text" or isinstance(self.source, str)
        return self._is_plain

    def table(self, limits: Limits, delimiter: str | None = None, has_header: bool | None = None) -> Table:
        """The table in it; delimiter and header as found out where they are not given. Raises DatasetError as formats.read_table does."""
        asked = (self.encoding, delimiter, has_header)
        if asked not in self._tables:
            table = read_table(self.source, self.name, limits, encoding=self.encoding, delimiter=delimiter, has_header=has_header)
            kept = list(self._tables.items())
            self._tables = {**dict([*kept[:1], *kept[-1:]]), asked: table}  # as found out first, and as asked for last
        return self._tables[asked]


def _digest(source: bytes | str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source).hexdigest()[:16]
