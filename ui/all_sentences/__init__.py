"""The All sentences page's parts: a whole split and its metrics, a map, and many texts from a file."""
