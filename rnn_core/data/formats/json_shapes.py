"""Rows in the shapes in which other tools write JSON: pandas, Label Studio, files with a list for each split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rnn_core.data import spellings

_ENVELOPES = ("data", "rows", "examples", "items", "records")
"""Keys under which a file may have its list of objects."""


def rows(whole: object) -> list[object] | None:
    """Return the rows of one object that holds a whole table; None where it is in no shape that is known.

    pandas writes a table by column {"text": {"0": …}}, by row {"0": {"text": …}}, or split into columns, index and data.
    Others write a list of objects for each split, or one list under a key such as "data".
    """
    if not isinstance(whole, dict):
        return None
    match whole:
        case {"columns": list(names), "data": list(lists)} if all(isinstance(name, str) for name in names):
            return [dict(zip(names, cells, strict=False)) if isinstance(cells, list) else cells for cells in lists]
    for key in _ENVELOPES:
        if key in whole and _is_objects(whole[key]):
            return list(whole[key])
    if whole and all(spellings.split(key) and _is_objects(items) for key, items in whole.items()):
        return [{**item, "split": key} for key, items in whole.items() for item in items]
    if whole and all(isinstance(inner, dict) and inner for inner in whole.values()):
        return _of_columns(whole) if _is_by_column(whole) else list(whole.values())
    return None


def flat(value: object) -> object:
    """Return a row as an object of cells: a task of Label Studio by its data and its choices, a list by the places in it."""
    if isinstance(value, list) and all(cell is None or isinstance(cell, str | bool) for cell in value):
        return {f"column {place}": cell for place, cell in enumerate(value, start=1)}
    match value:
        case {"data": dict(data), "annotations": list(annotations)} | {"data": dict(data), "completions": list(annotations)}:
            return {**data, **_choices(annotations)}
    if isinstance(value, dict):
        return {name: _chosen(cell) for name, cell in value.items()}
    return value


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_by_column(whole: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether the outer keys name columns, and the inner ones rows: rows are numbered, or columns have names that are known."""
    inner = next(iter(whole.values()))
    if any(spellings.is_name(key) for key in whole):
        return True
    return all(key.isdecimal() for key in inner) and not all(key.isdecimal() for key in whole)


def _of_columns(columns: Mapping[str, Mapping[str, object]]) -> list[object]:
    places = dict.fromkeys(place for cells in columns.values() for place in cells)
    return [{name: cells[place] for name, cells in columns.items() if place in cells} for place in places]


def _choices(annotations: Iterable[object]) -> dict[str, object]:
    """Return what the first annotation that counts says, by the name of its question."""
    for annotation in annotations:
        if not isinstance(annotation, dict) or annotation.get("was_cancelled") is True:
            continue
        found: dict[str, object] = {}
        for result in annotation.get("result") or []:
            match result:
                case {"from_name": str(name), "value": {"choices": list(said)}}:
                    found[name] = said
                case {"from_name": str(name), "value": {"rating": said}}:
                    found[name] = said
        if found:
            return found
    return {}


def _chosen(cell: object) -> object:
    """Return the choices of a cell, as the short form of Label Studio writes several."""
    match cell:
        case {"choices": list(said), **others} if not others:
            return said
    return cell
