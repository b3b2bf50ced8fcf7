"""A visitor without a browser: speaks Streamlit's wire, clicks by label, and measures how long an answer takes.

The wire is Streamlit's own affair and changes with its versions; the one in requirements.txt is meant.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import NamedTuple, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, RunIdentity
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE_SECONDS = 60.0
STORAGE, TABLE = "unrolled_storage", "the table"
APOLOGY = "Something of ours broke"


class Widget(NamedTuple):
    """Something to click or to fill in."""

    id: str
    kind: str
    fragment: str
    """the part of the page that it makes run anew; empty: the page"""
    options: tuple[str, ...] = ()
    """what can be chosen"""


class Visitor:
    """One tab. It draws nothing, but asks for all that a browser would ask for, timers of living parts included."""

    def __init__(self, url: str, query: str = "") -> None:
        """query: what stands behind the question mark of the address."""
        self._query = query
        self._address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.widgets: dict[str, Widget] = {}
        """What the page offers now, by label."""
        self.epochs: list[tuple[float, int]] = []
        """Whenever the page told one: the time, and the epoch."""
        self.errors: list[str] = []
        self.answers: list[float] = []
        """Seconds until each answer stood."""
        self.session = ""
        """What the server calls this visitor's session."""
        self.lost = False
        """Whether the connection broke off."""
        self._pages: dict[str, str] = {}
        self._page = self._tabs = ""
        self._states: dict[str, WidgetState] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._answered = asyncio.Event()
        self._awaited = ""  # the part of the page that was asked to run; empty: all of it
        self._begun: set[str] | None = None  # the runs that have begun since somebody asked; None: nobody waits
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Come to Home, and wait until it stands."""
        self._socket = await connect(self._address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        self._reader = asyncio.create_task(self._read())
        await self._ask(BackMsg())
        await self._settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the tab."""
        self._stop_timers()
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    # ------------------------------------------------------------------ doing

    async def open(self, page: str) -> float:
        """Go to a page by its name in the navigation; seconds until it stands."""
        self._page = self._pages[page]
        return await self._ask(BackMsg())

    async def press(self, label: str) -> float:
        """Press a button; seconds until the answer stands."""
        widget = await self._widget(label)
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=widget.id, trigger_value=True)
        return await self._ask(message, widget.fragment)

    async def toggle(self, label: str) -> float:
        """Turn a switch over; seconds until the answer stands."""
        widget = await self._widget(label)
        before = self._states.get(widget.id)
        self._states[widget.id] = WidgetState(id=widget.id, bool_value=not (before is not None and before.bool_value))
        return await self._ask(BackMsg(), widget.fragment)

    async def fill(self, label: str, value: float) -> float:
        """Enter a number; seconds until the answer stands."""
        widget = await self._widget(label)
        self._states[widget.id] = WidgetState(id=widget.id, double_value=value)
        return await self._ask(BackMsg(), widget.fragment)

    async def choose(self, label: str, option: int) -> float:
        """Choose one of several options, or buttons side by side, by its number from 0; seconds until the answer stands."""
        widget = await self._widget(label)
        chosen = widget.options[option]
        if widget.kind == "radio":
            self._states[widget.id] = WidgetState(id=widget.id, string_value=chosen)
        else:
            self._states[widget.id] = WidgetState(id=widget.id, string_array_value=StringArray(data=[chosen]))
        return await self._ask(BackMsg(), widget.fragment)

    async def write(self, label: str, text: str) -> float:
        """Write a text, choose one, or send the state of the table; seconds until the answer stands."""
        widget = await self._widget(label)
        self._states[widget.id] = WidgetState(id=widget.id, string_value=text)
        return await self._ask(BackMsg(), widget.fragment)

    async def _widget(self, label: str) -> Widget:
        """What is to be used; while the page is being drawn anew it may be gone for a moment."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while label not in self.widgets:
            if self.lost or time.monotonic() > deadline:
                raise TimeoutError(f"no {label} among {sorted(self.widgets)}")
            await asyncio.sleep(0.05)
        return self.widgets[label]

    # ------------------------------------------------------------------ the wire

    async def _ask(self, message: BackMsg, fragment: str = "") -> float:
        self._answered.clear()
        self._awaited, self._begun = fragment, set()
        began = time.perf_counter()
        await self._send(message, fragment)
        try:
            await asyncio.wait_for(self._answered.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            self.errors.append(f"no answer within {PATIENCE_SECONDS:.0f} s")
        self.answers.append(time.perf_counter() - began)
        return self.answers[-1]

    async def _send(self, message: BackMsg, fragment: str, *, by_itself: bool = False) -> None:
        assert self._socket is not None
        state = message.rerun_script
        state.page_script_hash, state.fragment_id, state.is_auto_rerun = self._page, fragment, by_itself
        state.context_info.timezone = "UTC"
        state.query_string = self._query
        state.widget_states.widgets.extend(self._states.values())
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed:
            self._lose()

    async def _settled(self) -> None:
        """Answer as a browser that has kept nothing."""
        component = self.widgets.get(STORAGE)
        if component is not None:
            message = BackMsg()
            answer = '{"found": {"text": "", "stamp": ""}}'
            message.rerun_script.widget_states.widgets.add(id=component.id, json_trigger_value=answer)
            await self._ask(message, component.fragment)

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for raw in self._socket:
                message = ForwardMsg()
                message.ParseFromString(raw)  # type: ignore[arg-type]
                self._take(message)
        except ConnectionClosed:
            pass
        self._lose()

    def _lose(self) -> None:
        self.lost = True
        self._stop_timers()
        self._answered.set()

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id or self.session
                self._begin(message.metadata.run)
            case "navigation":
                self._pages = {page.page_name: page.page_script_hash for page in message.navigation.app_pages}
                self._page = message.navigation.page_script_hash
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._element(message.delta.new_element, message.delta.fragment_id)
            case "delta" if message.delta.WhichOneof("type") == "add_block":
                self._block(message.delta.add_block, message.delta.fragment_id)
            case "auto_rerun":
                part = message.auto_rerun.fragment_id
                self._stop_timers(part)
                self._timers[part] = asyncio.create_task(self._tick(part, message.auto_rerun.interval))
            case "stop_auto_rerun":
                self._stop_timers(*message.stop_auto_rerun.fragment_ids)
            case "script_finished":
                self._finish(message.metadata.run, message.script_finished)
            case _:
                pass

    def _begin(self, run: RunIdentity) -> None:
        """The server begins to run the page, or parts of it."""
        if self._begun is not None:
            self._begun.add(run.script_run_id)
        if not run.fragment_ids:
            self.widgets = {}
            self._stop_timers()

    def _finish(self, run: RunIdentity, status: int) -> None:
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.errors.append("a page did not compile")
        if self._begun is None or run.script_run_id not in self._begun or status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if not run.fragment_ids or self._awaited in run.fragment_ids:
            self._begun = None
            self._answered.set()

    def _block(self, block: Block, fragment: str) -> None:
        """Tabs can be chosen by their own labels."""
        if block.WhichOneof("type") == "tab_container":
            self._tabs = block.tab_container.id
        elif block.WhichOneof("type") == "tab" and self._tabs:
            self.widgets[block.tab.label] = Widget(self._tabs, "tab", fragment)

    def _element(self, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and APOLOGY in element.alert.body:
            self.errors.append(element.alert.body)
        elif kind == "metric" and element.metric.label == "Epoch":
            self.epochs.append((time.perf_counter(), int(re.sub(r"\D", "", element.metric.body) or 0)))
        elif kind == "bidi_component" and element.bidi_component.component_name == STORAGE:
            self.widgets[STORAGE] = Widget(element.bidi_component.id, kind, fragment)
        elif kind == "button_group":
            group = element.button_group
            self.widgets[group.label] = Widget(group.id, kind, fragment, tuple(option.content for option in group.options))
        elif kind == "radio":
            self.widgets[element.radio.label] = Widget(element.radio.id, kind, fragment, tuple(element.radio.options))
        elif kind == "dataframe" and element.dataframe.id:
            self.widgets.setdefault(TABLE, Widget(element.dataframe.id, kind, fragment))
        elif kind in ("button", "checkbox", "number_input", "text_area", "text_input", "selectbox"):
            widget = getattr(element, kind)
            if not widget.disabled:
                self.widgets[widget.label] = Widget(widget.id, kind, fragment)

    async def _tick(self, part: str, seconds: float) -> None:
        """Ask for a living part of the page again and again, as a browser does."""
        while True:
            await asyncio.sleep(seconds)
            await self._send(BackMsg(), part, by_itself=True)

    def _stop_timers(self, *parts: str) -> None:
        """Stop these, or all."""
        for part in parts or tuple(self._timers):
            if (timer := self._timers.pop(part, None)) is not None and timer is not asyncio.current_task():
                timer.cancel()
