"""The catalogue a commerce bureau starts with, as data; the organ revises it from there."""

import json
from functools import cache
from importlib import resources

from publication.catalogue.columns import Column, Columns


@cache
def first_columns() -> Columns:
    """Read the first tree of columns."""
    text = (resources.files("publication.founding") / "columns.json").read_text("utf-8")
    return tuple(
        Column(**{**entry, "kinds": tuple(entry.get("kinds", ())), "position": position})
        for position, entry in enumerate(json.loads(text))
    )
