"""What a child process measures: python -m benchmarks.measures NAME prints one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from benchmarks import race, rates, waits
from benchmarks.race import Numbers

MEASURES: dict[str, Callable[[], Numbers]] = {
    measure.__name__: measure
    for measure in (
        race.ours,
        race.guide_loop,
        race.pytorch,
        rates.small_vocabulary,
        rates.large_vocabulary,
        rates.threads,
        rates.busy_python,
        rates.guide_epochs,
        rates.first_epoch,
        rates.stop,
        rates.big_epoch,
        rates.sweep_throughput,
        waits.served_cold,
        waits.served_cold_busy,
        waits.edit,
        waits.many_sentences,
        waits.long_sentences,
        waits.explained_sentence,
        waits.drawn_step,
    )
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]]()))
