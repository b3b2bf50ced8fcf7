"""A visitor before the app: what they do, and what the page then says.

AppTest runs the script as a browser would have it run, but it has no browser: no timer of a fragment ever fires, so a
running page is run again by hand; and no JavaScript answers, so nothing ever comes back from a browser's storage.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import pandas as pd
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Selectbox

from rnn_core import Experiment, ModelConfig
from tests.patience import PATIENCE_SECONDS
from ui.messages.home import guide
from ui.server.jobs import Job
from ui.session.session import Session

ROOT = Path(__file__).parents[2]
PAGES = (
    *("home", "guide", "challenges", "assignments"),
    *("dataset", "hyperparameters", "training", "gradients", "predictions", "all_sentences", "step_by_step", "sweeps"),
)

# What a browser shows letter by letter, without reading Markdown or HTML in it.
_VERBATIM = {
    ("image", "alt"),
    ("text_input", "value"),
    ("text_input", "default"),
    ("text_area", "value"),
    ("text_area", "default"),
    ("multiselect", "options"),
    ("multiselect", "raw_values"),
    ("selectbox", "options"),
    ("selectbox", "raw_value"),
    ("code", "code_text"),
}
_NAMES = {"id", "element_id", "form_id"}


def _array(value: dict[str, Any]) -> Any:
    """Numbers that Plotly sends packed, as a list; None where there is none."""
    if value.keys() - {"shape"} != {"dtype", "bdata"}:
        return value
    array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
    shape = [int(size) for size in value.get("shape", str(len(array))).split(",")]
    return np.where(np.isnan(array), np.array(None), array.astype(object)).reshape(shape).tolist()


class Visitor:
    """One browser tab, on Home to begin with."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS).run()

    @property
    def session(self) -> Session:
        session: Session = self.app.session_state["session"]
        return session

    @property
    def job(self) -> Job:
        assert self.session.runs.job is not None, "nothing has been started"
        return self.session.runs.job

    # ------------------------------------------------------------------ doing

    def open(self, page: str) -> Self:
        """Click a page in the navigation."""
        self.app.switch_page(f"pages/{page}.py").run()
        return self

    def press(self, label: str, typed: Mapping[str, str] = MappingProxyType({})) -> Self:
        """Click the page's button with this label. typed: what was typed into select boxes, by key; AppTest has only their options."""
        found = [element for element in self.app.main if isinstance(element, Button) and element.label == label]
        assert len(found) == 1, f"{len(found)} buttons {label!r} among {self.buttons}"
        found[0].click()
        states = self.app._tree.get_widget_states()
        for key, text in typed.items():
            (box,) = [box for box in self.app.selectbox if box.key == key]
            (state,) = [state for state in states.widgets if state.id == box.id] or [states.widgets.add(id=box.id)]
            state.string_value = text
        self.app._run(states)
        return self

    def enter(self, field: str, value: Any) -> Self:
        """Fill in a field of the settings."""
        assert field in self.fields, f"no field {field!r} among {list(self.fields)}"
        self.fields[field].set_value(value).run()
        return self

    def edit(
        self,
        *,
        cells: dict[int, dict[str, str | None]] | None = None,
        added: list[dict[str, str | None]] | None = None,
        deleted: list[int] | None = None,
    ) -> Self:
        """All that has been done in the table since the page was entered, rows counted from 0 as the table's wire counts them."""
        edits = {"edited_rows": cells or {}, "added_rows": added or [], "deleted_rows": deleted or []}
        self.app.session_state[f"editor-{self.session.workspace.revision}"] = edits
        self.app.run()
        return self

    def room(self, name: str) -> Self:
        """Turn to one of the data room's tabs."""
        self.app.session_state["data-rooms"] = name
        self.app.run()
        return self

    def upload(self, content: bytes, name: str = "sentences.csv") -> Self:
        self.app.file_uploader[0].upload(name, content, "application/octet-stream").run()
        return self

    def paste(self, text: str) -> Self:
        """Paste lines into the data room's Import."""
        self.app.button_group(key="bring-from").set_value("pasted").run()
        (area,) = self.app.text_area
        area.set_value(text).run()
        return self

    def choose(self, label: str, value: Any) -> Self:
        """Choose an option, put a switch or enter a number, in the page's widget with this label."""
        groups = (self.app.selectbox, self.app.button_group, self.app.toggle, self.app.number_input, self.app.slider)
        found = [widget for group in groups for widget in group if unescaped(widget.label) == label]
        assert len(found) == 1, f"{len(found)} widgets {label!r}"
        (widget,) = found
        widget.set_value(value).run()
        return self

    def ask(self, text: str) -> Self:
        """Write a sentence on Predictions."""
        self.app.text_input(key="sentence").set_value(text).run()
        return self

    def menu(self, key: str, choice: Any) -> Self:
        """Choose from a menu."""
        self.app.menu_button(key=key).click(choice).run()
        return self

    def click_cell(self, key: str, row: int, column: str) -> Self:
        """Click a cell of a table that only shows, as a browser tells of it; AppTest has no words for it."""
        (table,) = [frame for frame in self.app.dataframe if frame.proto.id.endswith(key)]
        states = self.app._tree.get_widget_states()
        selection = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
        states.widgets.append(WidgetState(id=table.proto.id, string_value=json.dumps(selection)))
        self.app._run(states)
        return self

    def tick(self, key: str, rows: list[int]) -> Self:
        """Tick rows (from 0) of a table that only shows, as a browser tells of it; what else was set goes along."""
        (table,) = [frame for frame in self.app.dataframe if key in frame.proto.id]
        states = self.app._tree.get_widget_states()
        selection = {"selection": {"rows": rows, "columns": [], "cells": []}}
        states.widgets.append(WidgetState(id=table.proto.id, string_value=json.dumps(selection)))
        self.app._run(states)
        return self

    def turn_to(self, tab: str, rooms: str = "sentence-rooms") -> Self:
        """Open a tab of a row of tabs, by its id."""
        self.session.view.tabs[rooms] = tab
        self.app.session_state[rooms] = tab  # no tab's label, so that the id decides
        self.app.run()
        return self

    def part(self, name: str) -> Self:
        """Turn to a part of the laboratory."""
        return self.tab("laboratory", name)

    def tab(self, key: str, part: str) -> Self:
        """Open a tab of the row of tabs with this key, by the tab's id."""
        self.session.view.tabs[key] = part
        self.app.session_state[key] = None
        self.app.run()
        return self

    def settings(self, *, hidden_size: int = 8, init_scale: float = 0.3, **others: Any) -> Self:
        """Settings for a run of a moment, as if they had been entered."""
        session = self.session
        chosen = {"hidden_size": hidden_size, "init_scale": init_scale} | others
        model = {name: chosen.pop(name) for name in list(chosen) if name in ModelConfig.domains()}
        session.workspace.use_settings(replace(session.workspace.model, **model), replace(session.workspace.training, **chosen))
        return self

    def train(self) -> Self:
        """Start what is set, on the training page, and wait for its end."""
        self.open("training").press("Start")
        return self.until(lambda: self.job.ended)

    def until(self, come: Callable[[], bool]) -> Self:
        """Wait, then draw the page anew, as its timer would."""
        wait_until(come)
        self.app.run()
        return self

    # ------------------------------------------------------------------ seeing

    @property
    def title(self) -> str:
        return str(self.app.title[0].value)

    @property
    def buttons(self) -> list[str]:
        """Labels of the page's own buttons."""
        return [element.label for element in self.app.main if isinstance(element, Button)]

    @property
    def links(self) -> dict[str, str]:
        """The page's own links: label -> address."""
        return {element.proto.label: element.proto.page for element in self.app.page_link}

    @property
    def fields(self) -> dict[str, Any]:
        """The widgets of the settings that the page has, by the name of the setting."""
        revision = f"-{self.session.workspace.settings_revision}"
        widgets = (*self.app.number_input, *self.app.selectbox, *self.app.toggle)
        return {widget.key.removesuffix(revision): widget for widget in widgets if widget.key and widget.key.endswith(revision)}

    @property
    def metrics(self) -> dict[str, str]:
        return {metric.label: metric.value for metric in self.app.metric}

    @property
    def epoch(self) -> int:
        """The epoch that the training page shows."""
        return int(self.metrics["Epoch"].split(" of ")[0].replace(",", ""))

    @property
    def errors(self) -> list[str]:
        return [unescaped(box.value) for box in self.app.error]

    @property
    def infos(self) -> list[str]:
        return [unescaped(box.value) for box in self.app.info]

    @property
    def warnings(self) -> list[str]:
        return [unescaped(box.value) for box in self.app.warning]

    @property
    def captions(self) -> list[str]:
        return [unescaped(text.value) for text in self.app.main.caption]

    @property
    def choices(self) -> dict[str, str]:
        """What every selectbox of the page shows, by its label."""
        boxes = [element for element in self.app.main if isinstance(element, Selectbox)]
        return {unescaped(box.label): chosen(box) or "" for box in boxes}

    @property
    def markdown(self) -> list[str]:
        return [unescaped(text.value) for text in self.app.main.markdown]

    @property
    def card(self) -> list[str]:
        """What the run's card in the sidebar says."""
        return [unescaped(text.value) for text in self.app.sidebar.caption] + [
            str(bar.proto.text) for bar in self.app.sidebar.get("progress")
        ]

    @property
    def charts(self) -> dict[str, dict[str, Any]]:
        """Every chart by its key."""
        return {str(chart.key): json.loads(chart.proto.spec, object_hook=_array) for chart in self.app.get("plotly_chart")}

    def chart(self, key: str) -> dict[str, dict[str, Any]]:
        """The traces of one chart by name."""
        return {trace.get("name", ""): trace for trace in self.charts[key]["data"]}

    def tables(self, first_column: str) -> list[pd.DataFrame]:
        """The tables, but for the editor, that begin with this column."""
        frames = [frame.value for frame in self.app.dataframe if frame.editing_mode == "read_only"]
        return [frame for frame in frames if frame.columns[0] == first_column]

    def interpreted(self) -> Iterator[tuple[str, str]]:
        """Every string that the browser reads as Markdown, HTML or an icon's name, with the kind of element it stands in.

        What was escaped with a backslash is cut out: what is left is what would act.
        """
        for area in self.app._tree.children.values():  # the page, the sidebar and an open dialog
            for element in area:
                proto = getattr(element, "proto", None)
                if proto is None:
                    continue
                kind = str(element.type)
                for name, text in _strings(proto):
                    if kind == "plotly_chart":
                        if name == "spec":
                            yield from (("chart", inner) for inner in _texts(json.loads(text)))
                    elif kind not in ("dataframe", "bidi_component") and name not in _NAMES and (kind, name) not in _VERBATIM:
                        yield kind, re.sub(r"\\[!-/:-@\[-`{-~]", "", text.replace(guide(), ""))


def serve(session: Session, **changes: Any) -> None:
    """Let another server serve a visitor: other limits, other slots."""
    session.server = session.runs.server = replace(session.server, **changes)
    session.workspace.limits = session.limits


def started(visitor: Visitor, experiment: Experiment) -> Visitor:
    """A run of this experiment, under way, seen from the training page."""
    session = visitor.session
    session.workspace.dataset = experiment.dataset
    session.workspace.use_settings(experiment.model, experiment.training)
    visitor.open("training").press("Start")
    wait_until(lambda: visitor.job.ended or len(visitor.job.status().history) > 0)
    visitor.app.run()
    return visitor


def chosen(box: Selectbox[Any]) -> str | None:
    """The option that a selectbox shows, which may well stand for None."""
    try:
        option = str(box.format_func(box.value))
    except KeyError:
        return None
    return option if option in box.options else None


def told(box: Selectbox[Any]) -> WidgetState:
    """What a browser tells of a selectbox. To AppTest an option that stands for None is no choice at all."""
    return WidgetState(id=box.id, string_value=chosen(box) or "")


def wait_until(come: Callable[[], bool]) -> None:
    """Return once this is so; fail where it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not come():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def unescaped(text: str) -> str:
    """Markdown as it is read, as far as escapes go."""
    return re.sub("[\u2060\u2068\u2069]", "", re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _strings(message: Any) -> Iterator[tuple[str, str]]:
    """Every string in a message to the browser, with the name of its field."""
    for field, value in message.ListFields():
        values = value.values() if hasattr(value, "values") else [value] if isinstance(value, str) else value
        if hasattr(value, "ListFields"):
            yield from _strings(value)
        elif hasattr(values, "__len__") and not isinstance(values, bytes):  # protobuf's own lists have no __iter__
            for inner in values:
                if isinstance(inner, str):
                    yield field.name, inner
                elif hasattr(inner, "ListFields"):
                    yield from _strings(inner)


def _texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
