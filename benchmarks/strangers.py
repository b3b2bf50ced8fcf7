"""Measure what one visitor can cost the others, and print a table: python -m benchmarks.strangers

A client that is not bound by our widgets comes to a server of our own, on this machine's loopback address alone. Cost is in
processor seconds and megabytes of the server's process, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from websockets.asyncio.client import connect

from benchmarks.__main__ import ROOT, machine
from benchmarks.server import Server
from benchmarks.visitor import PATIENCE_SECONDS, TABLE, Visitor
from benchmarks.visits import start
from rnn_core import Experiment, TextRules, presets
from rnn_core.sharing import links

FILES = 300
FILE_BYTES = 1_900_000
CLASS = 150
SLOW_RUNS = 16
HEAVY_EPOCHS = 5_000
GUIDE_EPOCHS = 300
CLICKS = 3
PAUSE_SECONDS = 0.5
SLOW = ".a"
"""What NLTK's tweet tokenizer takes long to split."""
TWEETS = TextRules(splitting="tweet")


class Cost(NamedTuple):
    """What one act cost, and what was seen."""

    act: str
    seconds: float
    megabytes: float
    seen: str
    late: float | None = None
    """seconds that 95 of 100 clicks of somebody else took at most meanwhile, if somebody clicked"""

    @property
    def line(self) -> str:
        late = "" if self.late is None else f"{self.late:.2f}"
        return f"| {self.act} | {self.seconds:.1f} | {self.megabytes:.0f} | {late} | {self.seen} |"


async def cost(server: Server, act: str, work: Callable[[], Awaitable[str]], *, others: bool) -> Cost:
    """Processor seconds and megabytes of the server for one act. others: somebody else clicks meanwhile, which costs as well."""
    over = asyncio.Event()
    clicking = asyncio.create_task(_click(server, over)) if others else None
    seconds, megabytes = server.processor_seconds, server.megabytes
    seen = await work()
    used, grown = server.processor_seconds - seconds, server.megabytes - megabytes
    over.set()
    clicks = sorted(await clicking) if clicking is not None else []
    return Cost(act, used, grown, seen, clicks[int(0.95 * len(clicks))] if clicks else None)


async def _click(server: Server, over: asyncio.Event) -> list[float]:
    """Go from room to room until it is over; the seconds that each click took."""
    clicks: list[float] = []
    async with Visitor(server.url) as visitor:
        while not over.is_set() or not clicks:
            clicks.append(await visitor.open(("Hyperparameters", "Home")[len(clicks) % 2]))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), PAUSE_SECONDS)
    return clicks


async def classes(server: Server) -> str:
    """A class leaves and another comes at once: how many of it are refused."""
    first = [await Visitor(server.url).__aenter__() for _ in range(CLASS)]
    for visitor in first:
        await visitor.__aexit__()
    began, refused = time.monotonic(), 0
    second = [await Visitor(server.url).__aenter__() for _ in range(CLASS)]
    refused = sum("Share or open" not in visitor.widgets for visitor in second)
    for visitor in second:
        await visitor.__aexit__()
    return f"{CLASS} left, {CLASS} came within {time.monotonic() - began:.0f} s, {refused} refused"


async def uploads(server: Server) -> str:
    """One session puts file after file."""
    address = urllib.parse.urlsplit(server.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    token = (answer.getheader("Set-Cookie") or "").partition("=")[2].partition(";")[0]
    async with Visitor(server.url) as visitor:
        head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
        body = head + b"x" * FILE_BYTES + b"\r\n--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token}
        taken = 0
        for i in range(FILES):
            taken += await asyncio.to_thread(_put, address.netloc, f"/_stcore/upload_file/{visitor.session}/{i}", body, headers)
        connection.close()
    return f"{taken} of {FILES} files of {FILE_BYTES / 1e6:.1f} MB taken"


def _put(host: str, path: str, body: bytes, headers: dict[str, str]) -> bool:
    """Whether an upload was taken; one that is refused may find its connection closed."""
    with contextlib.closing(http.client.HTTPConnection(host, timeout=PATIENCE_SECONDS)) as connection:
        try:
            connection.request("PUT", path, body, headers)
            return connection.getresponse().status == 204
        except OSError:
            return False


async def slow_runs(server: Server) -> str:
    """Visitors who hold their runs to one epoch a second, and one more who trains at full speed."""
    slow = [await Visitor(server.url).__aenter__() for _ in range(SLOW_RUNS)]
    for visitor in slow:
        await start(visitor, HEAVY_EPOCHS)
        await visitor.choose("Pace", 3)
    seen = await _guide(server)
    for visitor in slow:
        await visitor.__aexit__()
    return f"beside {SLOW_RUNS} at one epoch a second: {seen}"


async def heavy_runs(server: Server) -> str:
    """A run of the guide beside two long ones."""
    heavy = [await Visitor(server.url).__aenter__() for _ in range(2)]
    for visitor in heavy:
        await start(visitor, HEAVY_EPOCHS)
    seen = await _guide(server)
    for visitor in heavy:
        await visitor.__aexit__()
    return f"beside two of {HEAVY_EPOCHS:,} epochs: {seen}"


async def _guide(server: Server) -> str:
    async with Visitor(server.url) as visitor:
        await start(visitor, GUIDE_EPOCHS)
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS and not (visitor.epochs and visitor.epochs[-1][1] >= GUIDE_EPOCHS):
            await asyncio.sleep(0.1)
        return f"epoch {visitor.epochs[-1][1] if visitor.epochs else 0} of {GUIDE_EPOCHS} after {time.monotonic() - began:.0f} s"


async def costly_link(server: Server) -> str:
    """A link of a thousand characters, to sentences that take long to split into words."""
    document = presets.guide_corrected().to_json()
    examples = [[f"{row} {SLOW * 950}", ("positive", "negative")[row % 2], "train"] for row in range(150)]
    document["dataset"] = {"rules": TWEETS.to_json(), "examples": examples}
    token = links.pack(json.dumps(document, separators=(",", ":")).encode())
    async with Visitor(server.url, f"e={token}") as visitor:
        return f"{len(token):,} characters, {_said(visitor)}"


async def costly_import(server: Server) -> str:
    """Lines that take long to split into words, previewed and then looked at again and again."""
    async with Visitor(server.url, f"e={links.encode(_tweets())}") as visitor:
        await _pasted(visitor, "\n".join(f"{SLOW * 950} {row}\tpositive" for row in range(1_000)))
        return _said(visitor)


async def large_import(server: Server) -> str:
    """As many honest lines as fit a file, previewed and then looked at again."""
    async with Visitor(server.url) as visitor:
        line = "i was not at all sure that this was any good but it was very good indeed and i am glad of it now"
        await _pasted(visitor, "\n".join(f"{line} {row}\t{('positive', 'negative')[row % 2]}" for row in range(5_000)))
        return _said(visitor)


def _tweets() -> Experiment:
    """The guide's experiment, with sentences split as tweets."""
    guide = presets.guide_corrected()
    return replace(guide, dataset=replace(guide.dataset, rules=TWEETS))


async def _pasted(visitor: Visitor, text: str) -> None:
    await visitor.open("Dataset")
    await visitor.choose("From", 1)
    await visitor.write("One sentence a line; a label after a tab if you have one", text)
    for _ in range(CLICKS):
        await visitor.toggle("Charts as tables too")


async def many_rows(server: Server) -> str:
    """Rows pasted into the table in one message, and then clicks."""
    async with Visitor(server.url) as visitor:
        await visitor.open("Dataset")
        rows = [{"text": f"fine {row}", "label": "positive", "split": "train"} for row in range(2_000)]
        await visitor.write(TABLE, json.dumps({"edited_rows": {}, "added_rows": rows, "deleted_rows": []}))
        for _ in range(CLICKS):
            await visitor.toggle("Charts as tables too")
        return _said(visitor)


async def left_comparison(server: Server) -> str:
    """The longest comparison, whose visitor leaves at once."""
    async with Visitor(server.url) as visitor:
        await visitor.open("Hyperparameters")
        await visitor.fill("Epochs", HEAVY_EPOCHS)
        await visitor.open("Gradients")
        await visitor.write("Compare", "Compare")
        await visitor.write("One change", "Clipping: none, by value, by norm")
        await visitor.press("Train them")
    left = server.processor_seconds
    await asyncio.sleep(60)
    before = server.processor_seconds
    await asyncio.sleep(10)
    return f"{server.processor_seconds - left:.0f} s after the visitor had left, {server.processor_seconds - before:.1f} s of it after a minute"


def _said(visitor: Visitor) -> str:
    errors = f", {len(visitor.errors)} errors: {visitor.errors[0][:80]}" if visitor.errors else ""
    return f"answered after at most {max(visitor.answers):.1f} s{errors}"


async def large_message(server: Server) -> str:
    """A message from a browser that is larger than any that the pages send."""
    address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        await socket.send(b"\x00" * 9_000_000)
        try:
            await asyncio.wait_for(socket.wait_closed(), 10)
        except TimeoutError:
            return "9 MB, ignored"
    return "9 MB, the connection was closed"


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__.splitlines()[0])
    parser.add_argument("acts", nargs="*", help="names of functions here (default: all)")
    parser.add_argument("--others", action="store_true", help="let somebody else click meanwhile")
    options = parser.parse_args()
    subprocess.run([sys.executable, "-m", "rnn_core", "prepare"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    print(f"{machine()}\n\n| what | processor seconds | MB | others' clicks, 95th percentile | seen |\n|---|--:|--:|--:|---|")
    limits = {"STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "2", "STREAMLIT_SERVER_MAX_WIDGET_STATE_SIZE": "8"}
    with Server("hosted", STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="60", **limits) as server:
        async with Visitor(server.url, f"e={links.encode(_tweets())}") as first:  # loads NLTK, as any visitor may
            await first.open("Dataset")
        scenes = {
            "a link to sentences that take long to split": costly_link,
            "an import of sentences that take long to split": costly_import,
            "an import of 5,000 sentences": large_import,
            "2,000 rows pasted into the table": many_rows,
            "a comparison that is left": left_comparison,
            "files without end": uploads,
            "a message that is too large": large_message,
            "slow runs": slow_runs,
            "long runs": heavy_runs,
            "one class after another": classes,
        }
        for act, scene in scenes.items():
            if options.acts and scene.__name__ not in options.acts:
                continue
            work: Callable[[], Awaitable[str]] = partial(scene, server)
            others = options.others and scene is not classes  # which fill the server to its last place
            print((await cost(server, act, work, others=others)).line, flush=True)
        before = server.megabytes
        await asyncio.sleep(100)
        print(f"| the same, 100 s later | | {server.megabytes - before:.0f} | | {server.megabytes:.0f} MB in all |")
        print(*server.complaints, sep="\n")


if __name__ == "__main__":
    asyncio.run(main())
