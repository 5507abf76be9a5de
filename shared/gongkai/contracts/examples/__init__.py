"""Golden examples: one whole CloudEvent per type and version, as it travels. Append-only, as a promise is."""

import json
from importlib import resources
from typing import Any


def example(type_name: str) -> dict[str, Any]:
    """Return the example of a type; every type of the catalogue has one."""
    text = (resources.files(__name__) / f"{type_name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
