"""vectors cut: of a large file of word vectors, those of the words in one's sentences."""

from __future__ import annotations

import argparse

from rnn_core.command_line import files, settings
from rnn_core.data.text import TextRules
from rnn_core.sharing import vector_files


def vectors(options: argparse.Namespace) -> int:
    """Write the vectors of the words in a table, and say what was found."""
    files.check_can_write(options.out)
    data = files.dataset(options.data, settings.rules(TextRules(), settings.assigned(options.set)))
    found = files.vectors(options.file, data.written)
    files.write_bytes(options.out, vector_files.save(found.vectors))
    missing = found.vectors.missing(sorted(data.written))
    print(f"{len(found.vectors.words):,} of {len(data.written):,} words, {found.vectors.size} numbers each")
    if missing:
        print(f"without a vector: {', '.join(missing[:20])}{' …' if len(missing) > 20 else ''}")
    if found.malformed or found.replaced:
        print(f"{found.malformed:,} lines do not fit, {found.replaced:,} words are not UTF-8, of {found.lines:,}")
    print(f"digest {found.vectors.digest[:12]}")
    print(options.out)
    return 0
