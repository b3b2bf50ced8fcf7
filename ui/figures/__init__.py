"""Data to charts: pure functions with one palette, one file for each part of a page. The page's heading is a figure's title."""
