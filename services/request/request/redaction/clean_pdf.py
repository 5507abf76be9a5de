"""A PDF set anew from clean lines. It takes the processor for tens of milliseconds: call it from a worker process.

`clean_pdf` and its argument can be pickled, so an executor can run it as it is.
"""

import json
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import typst

from request.redaction.clean import TITLE, Clean, typeset_lines, words
from request.redaction.fonts import fonts_folder

MEDIA_TYPE: Final = "application/pdf"
_TEMPLATE: Final = Path(str(files("request.redaction").joinpath("clean.typ")))


def clean_pdf(clean: Clean) -> bytes:
    folder = fonts_folder()
    return typst.compile(
        _TEMPLATE,
        font_paths=[folder] if folder else [],
        ignore_system_fonts=folder is not None,
        sys_inputs={"lines": json.dumps(list(_lines(clean)), ensure_ascii=False), "title": TITLE},
        format="pdf",
    )


def _lines(clean: Clean) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for is_row, lines in groupby(typeset_lines(clean), key=lambda line: line.kind == "row"):
        if is_row:
            rows = [[words(cell, clean.style) for cell in line.cells] for line in lines]
            columns = max(len(row) for row in rows)
            cells = [cell for row in rows for cell in (*row, *([""] * (columns - len(row))))]
            found.append({"kind": "table", "columns": columns, "cells": cells})
            continue
        for line in lines:
            text = words(line.cells[0], clean.style).strip()
            if text:
                level = min(max(line.level, 1), 3)
                found.append({"kind": line.kind, "text": text, "level": level})
    found.extend({"kind": "paragraph", "text": remark, "level": 0} for remark in clean.remarks)
    return found
