"""A command from its arguments to its exit status."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rnn_core.command_line import arguments
from rnn_core.errors import DatasetError, DivergenceError, RnnCoreError


def main(given: Sequence[str] | None = None) -> int:
    """Run a command. Return the exit status.

    0 done, 1 training diverged, a run of a sweep failed or no cache folder, 2 bad arguments or bad data.
    """
    options = arguments.parser().parse_args(given)
    try:
        status: int = options.run(options)
    except DivergenceError as error:
        sys.stdout.flush()
        print(f"rnn_core: {error}", file=sys.stderr)
        return 1
    except RnnCoreError as error:
        data = getattr(options, "data", None)
        place = f"{' '.join(data.split())}, " if data is not None and isinstance(error, DatasetError) else ""
        print(f"rnn_core: {place}{error}", file=sys.stderr)
        return 2
    return status
