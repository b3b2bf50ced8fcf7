"""Unrolled: see a recurrent network learn."""

from ui import shell

shell.serve()
