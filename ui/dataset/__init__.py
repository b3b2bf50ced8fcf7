"""The Dataset page's parts: the table, faults, text rules, import, generation, charts and export."""
