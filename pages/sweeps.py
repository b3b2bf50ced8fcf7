"""Sweeps: how a run depends on its settings, counted over seeds."""

from ui.frame import shell
from ui.language import gettext
from ui.sweeps import files, plan, progress

session = shell.enter(gettext("Sweeps"))
files.receive(session)
experiment, refusal = session.workspace.ready()

plan.part(session, experiment)
progress.part(session)
files.opening(session)
shell.refuse(refusal)
