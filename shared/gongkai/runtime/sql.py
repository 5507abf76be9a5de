"""SQL lives in .sql files; this reads them."""

import re
from importlib import resources
from typing import Any, Final

_HEADER: Final = re.compile(r"^-- (\w+) --[ \t]*\n", re.MULTILINE)

#: What `pool.acquire()` and `asyncpg.connect()` give; the stubs spell them differently.
Connection = Any


def queries(package: str, file: str = "queries.sql") -> dict[str, str]:
    """Read the statements of a package: one under each `-- name --` line, comments kept for the server log."""
    text = (resources.files(package) / file).read_text("utf-8")
    _, *parts = _HEADER.split(text)
    names = parts[::2]
    if len(names) != len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        msg = f"{package}/{file} names a statement twice: {twice}"
        raise ValueError(msg)
    return dict(zip(names, (body.strip().rstrip(";") for body in parts[1::2]), strict=True))
