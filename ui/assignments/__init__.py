"""Parts of the Assignments page."""
