"""Data to go.Figure: pure functions, a file a page, one palette. No title inside a figure: the page's heading is the title."""
