"""The load script's visitor: a server, and somebody without a browser who goes through it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import urllib.parse
from collections.abc import Iterator

import pytest

from benchmarks.__main__ import ROOT
from benchmarks.server import Server
from benchmarks.visitor import Visitor
from benchmarks.visits import ROOMS, start, trained


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("hosted") as running:
        yield running


@pytest.mark.slow
def test_a_visitor_trains_goes_round_and_meets_no_error(server: Server) -> None:
    async def visit() -> Visitor:
        async with Visitor(server.url) as visitor:
            await start(visitor, 7)
            await trained(visitor, 7)
            for room in ROOMS:
                assert await visitor.open(room) > 0
            await visitor.toggle("Charts as tables too")
            assert not visitor.lost
        return visitor

    visitor = asyncio.run(visit())
    assert visitor.errors == []
    assert visitor.epochs[-1][1] == 7
    assert server.complaints == []
    assert 50 < server.megabytes < 2_000


@pytest.mark.slow
def test_every_page_is_there_and_what_the_app_has_not_is_not_found(server: Server) -> None:
    def status(path: str) -> int:
        host = urllib.parse.urlsplit(server.url).netloc
        connection = http.client.HTTPConnection(host, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.getheader("Content-Security-Policy")
            return answer.status

    pages = [page.stem for page in (ROOT / "pages").glob("*.py") if page.stem != "home"]
    assert len(pages) >= 5
    assert {status(f"/{page}") for page in ("", *pages)} == {200}
    assert {status(path) for path in ("/_stcore/metrics", "/nowhere", "/home")} == {404}


@pytest.mark.slow
def test_what_the_page_lacks_is_told_and_a_server_that_goes_away_too() -> None:
    async def visit(server: Server) -> Visitor:
        async with Visitor(server.url) as visitor:
            with pytest.raises(TimeoutError, match="no Fly among"):
                await visitor.press("Fly")
            server.__exit__()
            while not visitor.lost:
                await asyncio.sleep(0)
        return visitor

    with pytest.MonkeyPatch.context() as patch, Server("hosted") as server:
        patch.setattr("benchmarks.visitor.PATIENCE_SECONDS", 0.3)
        patch.setattr("benchmarks.visitor.Visitor._settled", lambda _: asyncio.sleep(0))
        visitor = asyncio.run(visit(server))
    assert visitor.lost
