"""The home page's parts: the four ways on."""
