"""Unrolled: see a recurrent network learn."""

from ui.frame import shell

if __name__ == "__main__":  # worker processes import the entry point again
    shell.serve()
