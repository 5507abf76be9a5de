"""Which characters our fonts can draw.

A letter with a character they cannot draw is refused by name, never printed with a hole: it may be somebody's name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

from gongkai.statute.refusal import Refused
from request.letters.data import Letter

FONTS = Path(__file__).parent / "fonts"
SHIPPED = str(FONTS)
_FORMAT_12 = 12


@cache
def covered(folders: tuple[str, ...] = (SHIPPED,)) -> frozenset[str]:
    """Return every character that a font in these folders has a picture for."""
    found: set[int] = set()
    for folder in folders:
        for path in sorted(Path(folder).iterdir()):
            if path.suffix.lower() in {".otf", ".ttf"}:
                found |= characters_of(path.read_bytes())
    return frozenset(map(chr, found)) | {"\n"}


def characters_of(font: bytes) -> set[int]:
    """Read the character map of an OpenType font (its full Unicode subtable, format 12, else format 4)."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">II", font, at + 8)
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    start, _ = tables[b"cmap"]
    best: dict[int, int] = {}
    for at in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * at)
        table_format = struct.unpack_from(">H", font, start + offset)[0]
        if platform in {0, 3} and table_format in {4, _FORMAT_12}:
            best[table_format] = start + offset
    if _FORMAT_12 in best:
        return _groups(font, best[_FORMAT_12])
    return _segments(font, best[4]) if 4 in best else set()


def _groups(font: bytes, at: int) -> set[int]:
    found: set[int] = set()
    for place in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * place)
        found.update(range(first + (not glyph), last + 1))
    return found


def _segments(font: bytes, at: int) -> set[int]:
    found: set[int] = set()
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    for place in range(count):
        last = struct.unpack_from(">H", font, at + 14 + 2 * place)[0]
        first, delta, shift = (
            struct.unpack_from(">H", font, at + 16 + 2 * (count * row + place))[0] for row in (1, 2, 3)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            where = at + 16 + 2 * (count * 3 + place) + shift + 2 * (code - first)
            glyph = struct.unpack_from(">H", font, where)[0] if shift else code
            found.update([code] if glyph and (not shift or (glyph + delta) & 0xFFFF) else [])
    return found


def texts(value: object) -> Iterator[str]:
    """Walk through every string of a letter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def uncovered(letter: Letter, folders: tuple[str, ...] = (SHIPPED,)) -> tuple[str, ...]:
    """Return the characters of a letter that no font has, each once."""
    have = covered(folders)
    return tuple(dict.fromkeys(char for text in texts(letter) for char in text if char not in have))


def refuse_uncovered(letter: Letter, folders: tuple[str, ...] = (SHIPPED,)) -> None:
    """Refuse what no font has, but for the applicant's own words: nobody may change those, and a reply is due."""
    lost = [char for char in uncovered(letter, folders) if char not in letter.quoted]
    if lost:
        named = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in lost)
        raise Refused(
            f"字库中没有{named}，不能出具：请改写，或者在字库目录中加入有这些字的字体。", "《党政机关公文格式》"
        )


def spelt(text: str, folders: tuple[str, ...] = (SHIPPED,)) -> str:
    """Write characters without a picture as their code: only for words that must stand as their author wrote them."""
    have = covered(folders)
    return "".join(char if char in have else f"〔U+{ord(char):04X}〕" for char in text)
