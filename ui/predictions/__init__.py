"""The prediction room's parts, a file each: whom the page asks, one sentence looked into, and all of them."""
