"""Lays out columns for a terminal, where a Chinese character is two cells wide."""

import unicodedata
from collections.abc import Sequence
from typing import Any


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [[str(head) for head in heads], *([str(cell) for cell in row] for row in rows)]
    widths = [max(cells(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
