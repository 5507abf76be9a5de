"""A letter as PDF: the official layout (GB/T 9704), set by Typst in this process with the fonts we carry and no others.

The same letter gives the same bytes, so that its digest stands for it. Work for a worker process: `typeset` is a
top-level function of values.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, time
from functools import cache
from typing import Any

import segno
import typst

from gongkai.statute.legal_day import SHANGHAI
from request.letters.data import Block, Fields, Grid, Letter, Note, Paragraph
from request.letters.glyphs import FONTS, SHIPPED, refuse_uncovered, spelt

_FILLED_BY_OTHERS = {"application-form", "third-party-confirmation"}
_TEMPLATE = FONTS.parent / "letter.typ"


def typeset(letter: Letter, more_fonts: tuple[str, ...] = ()) -> bytes:
    """Return the letter as PDF; a character without a picture is refused by name."""
    folders = (SHIPPED, *more_fonts)
    refuse_uncovered(letter, folders)
    described = _described(letter, folders)
    pictures = {"seal": letter.seal.decode("utf-8")} if letter.seal else {}
    if letter.verify_url:
        pictures["qr"] = qr_svg(letter.verify_url)
    issued_at = datetime.combine(letter.issued_on, time(), SHANGHAI)
    made = _compiler(folders).compile(
        format="pdf",
        sys_inputs={"letter": json.dumps(described, ensure_ascii=False, sort_keys=True), **pictures},
        pdf_standards=["a-2a"],
        timestamp=int(issued_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was asked for")
    return made


def qr_svg(address: str) -> str:
    """Draw the address as a QR code that survives a photocopy (error correction M)."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, svgns=True, scale=4)
    return drawn.getvalue().decode()


@cache
def _compiler(folders: tuple[str, ...]) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts)


def _described(letter: Letter, folders: tuple[str, ...]) -> dict[str, Any]:
    def text(value: str) -> str:
        return spelt(value, folders)

    day = letter.issued_on
    return {
        "organ": letter.organ_name,
        "title-line": f"{letter.organ_name}{letter.title}{letter.number}",
        "heading": list(heading(letter)),
        "number": letter.number,
        "addressee": text(letter.addressee),
        "blocks": [_block(block, text) for block in letter.blocks],
        "annex-title": letter.annex_title,
        "annex": [_block(block, text) for block in letter.annex],
        "enclosures": [text(each) for each in letter.enclosures],
        "date": f"{day.year}年{day.month}月{day.day}日",
        "contact": letter.contact,
        "signed": letter.signed,
        "verify-url": letter.verify_url,
        "code": letter.code,
        "draft": letter.draft,
        "seal": bool(letter.seal),
    }


def heading(letter: Letter) -> tuple[str, ...]:
    """Break the title where its sense breaks; what others fill in and send to us carries no name of ours above it."""
    return (letter.title,) if letter.kind in _FILLED_BY_OTHERS else (letter.organ_name, letter.title)


def _block(block: Block, text: Callable[[str], str]) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"is": "paragraph", "text": text(block.text), "flush": block.flush}
        case Note():
            return {"is": "note", "text": text(block.text)}
        case Fields(rows):
            return {"is": "fields", "rows": [[text(label), text(value)] for label, value in rows]}
        case Grid(head, widths, rows):
            cells = [[text(cell) for cell in row] for row in rows]
            return {"is": "grid", "head": list(head), "widths": list(widths), "rows": cells}
