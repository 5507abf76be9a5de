"""The numbers Word writes by itself before paragraphs (一、 第一条 1.2), which stand in no text of the file."""

import re
from collections import defaultdict
from typing import Any, Final

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS: Final = "零一二三四五六七八九"
_DEPTH: Final = re.compile("[0-9]")
_COUNT: Final = re.compile("[0-9]{1,5}")
_CHINESE: Final = frozenset({
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographTraditional",
})  # fmt: skip


def _value(element: Any | None) -> str:
    return str(element.get(f"{_W}val") or "") if element is not None else ""


class Numbering:
    """Counts along while paragraphs are described in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._outlines: dict[str, int] = {}
        self._style_numbers: dict[str, tuple[str, int]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, root: Any) -> None:
        abstract = {}
        for found in root.iterchildren(f"{_W}abstractNum"):
            levels = {}
            for level in found.iterchildren(f"{_W}lvl"):
                depth = level.get(f"{_W}ilvl") or "0"
                start = _value(level.find(f"{_W}start"))
                form, text = _value(level.find(f"{_W}numFmt")), _value(level.find(f"{_W}lvlText"))
                if _DEPTH.fullmatch(depth):
                    levels[int(depth)] = (form, text, int(start) if _COUNT.fullmatch(start) else 1)
            abstract[found.get(f"{_W}abstractNumId")] = levels
        for number in root.iterchildren(f"{_W}num"):
            target = _value(number.find(f"{_W}abstractNumId"))
            self._levels[str(number.get(f"{_W}numId"))] = abstract.get(target, {})

    def _read_styles(self, root: Any) -> None:
        for style in root.iterchildren(f"{_W}style"):
            key = str(style.get(f"{_W}styleId"))
            name = _value(style.find(f"{_W}name")).lower()
            properties = style.find(f"{_W}pPr")
            outline = _value(properties.find(f"{_W}outlineLvl")) if properties is not None else ""
            if found := re.fullmatch(r"(?:heading|标题) ?([1-9])", name):
                self._outlines[key] = int(found[1])
            elif name in {"title", "标题"}:
                self._outlines[key] = 1
            elif _DEPTH.fullmatch(outline) and outline != "9":
                self._outlines[key] = int(outline) + 1
            if (number := _number_of(properties)) is not None:
                self._style_numbers[key] = number

    def describe(self, properties: Any | None) -> tuple[int, str]:
        """Return the heading level (0 for none, at most 3) and the number that stands before the text."""
        if properties is None:
            return 0, ""
        style = _value(properties.find(f"{_W}pStyle"))
        outline = _value(properties.find(f"{_W}outlineLvl"))
        level = int(outline) + 1 if _DEPTH.fullmatch(outline) and outline != "9" else self._outlines.get(style, 0)
        number = _number_of(properties) or self._style_numbers.get(style)
        return min(level, 3), self._label(*number) if number else ""

    def _label(self, number: str, depth: int) -> str:
        levels = self._levels.get(number, {})
        if depth not in levels:
            return ""
        counts = self._counts[number]
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        form, text, _ = levels[depth]
        if form in {"bullet", "none"}:
            return ""

        def written(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            return _written(levels.get(at, ("", "", 1))[0], counts.get(at, levels.get(at, ("", "", 1))[2]))

        label = re.sub(r"%([1-9])", written, text)
        return f"{label} " if label.startswith("第") or label[-1:].isdigit() else label


def _number_of(properties: Any | None) -> tuple[str, int] | None:
    found = properties.find(f"{_W}numPr") if properties is not None else None
    if found is None:
        return None
    depth = _value(found.find(f"{_W}ilvl"))
    number = _value(found.find(f"{_W}numId"))
    return (number, int(depth) if _DEPTH.fullmatch(depth) else 0) if number not in {"", "0"} else None


def _written(form: str, count: int) -> str:
    if form in _CHINESE:
        return _chinese(count)
    if form == "decimalEnclosedCircleChinese" and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if form in {"lowerLetter", "upperLetter"} and 1 <= count <= 26:
        return chr((97 if form == "lowerLetter" else 65) + count - 1)
    return str(count)


def _chinese(count: int) -> str:
    if not 0 < count < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    tens, ones = divmod(count, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
