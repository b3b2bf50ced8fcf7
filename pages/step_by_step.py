"""Step by step: one sentence through the unrolled network, forward, backward, and one update."""

from ui.frame import shell
from ui.language import gettext
from ui.step_by_step import subject, walking

session = shell.enter(gettext("Step by step"))

found = subject.choose(session)
if found is None:
    shell.stop()

walking.show(found)
