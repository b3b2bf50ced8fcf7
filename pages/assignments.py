"""Assignments: do one, make one from what is set, and read what learners handed in."""

from ui.assignments import doing, making, reading, result_link
from ui.frame import shell
from ui.frame.tabs import tabs
from ui.language import gettext

session = shell.enter(gettext("Assignments"))
result_link.receive(session)
tabs(
    session.view,
    "assignments",
    {
        "do": (gettext("Do one"), lambda: doing.part(session)),
        "make": (gettext("Make one"), lambda: making.part(session)),
        "read": (gettext("Read results"), lambda: reading.part(session)),
    },
)
