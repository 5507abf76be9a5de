"""Styles and automatic numbers of a Word document: Word keeps “（一）” outside the text, and readers must see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from publication.importing.archive import Archive
from publication.importing.safexml import Element, attribute, child, descendants, local, parse
from publication.markup.clauses import chinese


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26) if 0 < number < 200 else str(number)


def _roman(number: int) -> str:
    if not 0 < number < 200:
        return str(number)
    written = ""
    for value, sign in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")):
        written += sign * (number // value)
        number %= value
    return written + "i" * number


def _circled(number: int) -> str:
    return chr(0x245F + number) if 0 < number <= 20 else str(number)


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalFullWidth": lambda n: "".join(chr(ord(c) + 0xFEE0) for c in str(n)),
    "decimalZero": lambda n: f"{n:02d}",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": lambda n: "".join("〇一二三四五六七八九"[int(c)] for c in str(n)),
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
}


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Style:
    name: str
    based_on: str
    outline: int | None
    number: tuple[str, int] | None


@dataclass(slots=True)
class Numbering:
    """Counts as Word counts: a number at one level starts the deeper levels afresh."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def style(self, name: str) -> Style | None:
        """Resolve a style with what it inherits."""
        seen: set[str] = set()
        found: Style | None = None
        while name and name not in seen and (style := self.styles.get(name)):
            seen.add(name)
            found = Style(
                found.name if found else style.name,
                style.based_on,
                found.outline if found and found.outline is not None else style.outline,
                found.number if found and found.number else style.number,
            )
            name = style.based_on
        return found

    def label(self, number: str, depth: int) -> str | None:
        """Count one paragraph and give its label; None means a bullet, an empty string no number at all."""
        abstract = self.abstract_of.get(number)
        levels = self.levels.get(abstract or "", {})
        if depth not in levels or abstract is None:
            return ""
        level = levels[depth]
        if level.format == "bullet":
            return None
        if level.format == "none":
            return ""
        counters = self._counters.setdefault(abstract, {})
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [other for other in counters if other > depth]:
            del counters[deeper]
        label = level.text
        for step in range(depth + 1):
            if f"%{step + 1}" in label and step in levels:
                value = counters.get(step, levels[step].start)
                label = label.replace(f"%{step + 1}", _FORMATS.get(levels[step].format, str)(value))
        return label


def read_numbering(archive: Archive) -> Numbering:
    numbering = Numbering()
    if "word/styles.xml" in archive:
        for style in descendants(parse(archive.read("word/styles.xml")), "style"):
            numbering.styles[attribute(style, "styleId") or ""] = _style(style)
    if "word/numbering.xml" in archive:
        for element in parse(archive.read("word/numbering.xml")):
            if local(element) == "abstractNum":
                levels = {_integer(level, "ilvl"): _level(level) for level in element if local(level) == "lvl"}
                numbering.levels[attribute(element, "abstractNumId") or ""] = levels
            elif local(element) == "num":
                target = child(element, "abstractNumId")
                if target is not None:
                    numbering.abstract_of[attribute(element, "numId") or ""] = attribute(target, "val") or ""
    return numbering


def _integer(element: Element, name: str, otherwise: int = 0) -> int:
    value = attribute(element, name) or ""
    return int(value) if value.isdigit() and len(value) < 9 else otherwise


def _value(element: Element, name: str, otherwise: str) -> str:
    inner = child(element, name)
    found = None if inner is None else attribute(inner, "val")
    return otherwise if found is None else found


def _level(element: Element) -> _Level:
    start = child(element, "start")
    return _Level(
        _value(element, "numFmt", "decimal"),
        _value(element, "lvlText", "")[:20],
        1 if start is None else _integer(start, "val", 1),
    )


def _style(element: Element) -> Style:
    properties = child(element, "pPr")
    outline = None if properties is None else child(properties, "outlineLvl")
    number = None if properties is None else number_of(properties)
    return Style(
        _value(element, "name", "").lower(),
        _value(element, "basedOn", ""),
        None if outline is None else _integer(outline, "val"),
        number,
    )


def number_of(properties: Element) -> tuple[str, int] | None:
    """Return the list and the depth that paragraph properties name."""
    found = child(properties, "numPr")
    if found is None:
        return None
    depth = child(found, "ilvl")
    return _value(found, "numId", "0"), 0 if depth is None else _integer(depth, "val")
