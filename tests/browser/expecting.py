"""What is expected of a page that may be being drawn anew at this moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from playwright.sync_api import Locator, LocatorAssertions  # type: ignore[attr-defined]
from playwright.sync_api import expect as expect_at_once

from tests.patience import PATIENCE_SECONDS

TWO_STAND_THERE = "strict mode violation"


def expect(locator: Locator) -> LocatorAssertions:
    """Expect something of one element, as Playwright does, but wait until it is one.

    While a page is drawn anew, what stood there before may stand beside what is new for a moment. Playwright waits for
    everything else that is expected, but fails at once where it finds two.
    """
    return cast(LocatorAssertions, _Patient(expect_at_once(locator)))


class _Patient:
    def __init__(self, assertions: LocatorAssertions) -> None:
        self._assertions = assertions

    def __getattr__(self, name: str) -> Any:
        return _until_it_is_one(getattr(self._assertions, name))


def _until_it_is_one(ask: Callable[..., None]) -> Callable[..., None]:
    @wraps(ask)
    def asked(*arguments: Any, **options: Any) -> None:
        deadline = time.monotonic() + options.get("timeout", PATIENCE_SECONDS * 1000) / 1000
        while True:
            try:
                return ask(*arguments, **options)
            except AssertionError as error:
                if TWO_STAND_THERE not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    return asked
