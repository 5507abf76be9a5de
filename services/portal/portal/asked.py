"""What a reader asked for in an address: read leniently for pages, so that a mistyped address still shows something."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

MAX_PAGE: Final = 10_000
#: A cell that begins so is read as a formula by a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def text(request: Request, name: str, limit: int = 200) -> str:
    """Return the last value given, without what a database cannot keep."""
    return clean(request.query_params.get(name, ""), limit)


def texts(request: Request, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
    known = set(allowed)
    return tuple(dict.fromkeys(value for value in request.query_params.getlist(name) if value in known))


def clean(value: str, limit: int = 200) -> str:
    kept = value.replace("\0", "").encode("utf-8", "ignore").decode()
    return kept.strip()[:limit]


def whole(request: Request, name: str, lowest: int, highest: int) -> int | None:
    value = request.query_params.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return None
    number = int(value)
    return number if lowest <= number <= highest else None


def page(request: Request) -> int:
    return whole(request, "page", 1, MAX_PAGE) or 1


def address(path: str, query: Sequence[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in query if value]
    return f"{path}?{urlencode(kept)}" if kept else path


def without(query: Sequence[tuple[str, str]], *gone: tuple[str, str | None]) -> list[tuple[str, str]]:
    """Return the query less some pairs; a value of None takes every pair of that name away."""
    return [
        (name, value) for name, value in query
        if not any(name == g and (v is None or v == value) for g, v in gone)
    ]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write CSV that a spreadsheet opens as Chinese text and never as formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: object) -> str:
    words = "" if value is None else str(value)
    return f"'{words}" if words.startswith(_FORMULA) else words
