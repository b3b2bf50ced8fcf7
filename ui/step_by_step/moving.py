"""Going from place to place: buttons, keys, a click on a box, and by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from rnn_core.walk.places import Place
from ui.frame.living import kindly
from ui.language import gettext
from ui.messages import step_by_step as messages
from ui.session import session as sessions
from ui.session.page_view import PageView

SECONDS = 1.6
"""How long a place is shown when the walk goes on by itself."""
FIRST_PLACES = {"forward": "forward", "backward": "loss", "update": "update"}
"""Part of a walk -> the kind of place that it begins with."""


def controls(view: PageView, places: Sequence[Place]) -> int:
    """Draw the part of the walk and the buttons; return the number of the place that is lit."""
    last = len(places) - 1
    view.step_place = at = min(max(0, view.step_place), last)
    part = _part(places[at])
    sessions.put("step-part", part)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            gettext("Part of the walk"),
            tuple(messages.PARTS),
            key="step-part",
            format_func=messages.PARTS.__getitem__,
            required=True,
            label_visibility="collapsed",
            on_change=partial(_turn, view, tuple(places)),
        )
        _button(view, gettext("First"), "first_page", "home", 0, at == 0)
        _button(view, gettext("Back"), "chevron_left", "left", at - 1, at == 0)
        playing = view.step_playing and at < last
        st.button(
            gettext("Stop") if playing else gettext("Play"),
            icon=":material/pause:" if playing else ":material/play_arrow:",
            key="step-play",
            shortcut="space",
            on_click=partial(_play, view, not playing),
            disabled=at == last,
        )
        _button(view, gettext("Next"), "chevron_right", "right", at + 1, at == last, main=True)
        _button(view, gettext("Last"), "last_page", "end", last, at == last)
    if playing:
        _go_on(view, at)
    return at


def go(view: PageView, at: int) -> None:
    """Light another place; a walk that goes on by itself stops."""
    view.step_place, view.step_playing = at, False


def _button(view: PageView, label: str, icon: str, key: str, to: int, disabled: bool, *, main: bool = False) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"step-{icon}",
        shortcut=key,
        on_click=partial(go, view, to),
        disabled=disabled,
        type="primary" if main else "secondary",
    )


def _part(place: Place) -> str:
    return {"forward": "forward", "output": "forward", "update": "update"}.get(place.part, "backward")


def _turn(view: PageView, places: tuple[Place, ...]) -> None:
    """Go to the beginning of the part that was chosen."""
    chosen = sessions.widget("step-part")
    for part, first in FIRST_PLACES.items():
        if chosen == part:
            go(view, next(i for i, place in enumerate(places) if place.part == first))


def _play(view: PageView, playing: bool) -> None:
    view.step_playing = playing


def _go_on(view: PageView, at: int) -> None:
    """Light the next place after a while."""
    drawn = False

    @st.fragment(run_every=SECONDS)
    @kindly
    def tick() -> None:
        nonlocal drawn
        if drawn and view.step_playing and view.step_place == at:
            view.step_place = at + 1
            st.rerun()
        drawn = True

    tick()
