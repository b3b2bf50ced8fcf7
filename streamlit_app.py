"""Unrolled: see a recurrent network learn."""

from ui.frame import shell

shell.serve()
