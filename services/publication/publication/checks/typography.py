"""Punctuation, brackets, units, and places where someone meant to fill something in later."""

import re
from collections.abc import Iterator
from typing import Final

from publication.checks.model import Piece, Severity
from publication.checks.report import Hit
from publication.checks.scan import Scan

_HAN: Final = "\u4e00-\u9fff"
_PUNCTUATION_RULE: Final = "《标点符号用法》（GB/T 15834—2011）"
_UNIT_RULE: Final = "《国务院关于在我国统一实行法定计量单位的命令》"
_PAIRS: Final = {"（": "）", "《": "》", "“": "”", "〔": "〕", "【": "】", "「": "」", "‘": "’"}
_PLACEHOLDERS = re.compile(
    r"(?P<hard>[\[［【（(]\s?(?:此处|这里|待填|待补|待定|填写|插入|请填|xx|XX)[^\]］】）)\n]{0,20}[\]］】）)]"
    r"|(?:×{2,}|[Xx]{2,}|ｘ{2,}|Ｘ{2,}|○{2,}|\*{3,})(?=年|月|日|号|万元|亿元|元|家|个|项|人|%|有限公司|公司|局|办公室)"
    r"|待补充|待完善后|待核实后填|此处省略|（略）待|TODO|TBD|Lorem ipsum)"
    r"|(?P<soft>(?<![\u4e00-\u9fa5])[Xx×]{3,}(?![A-Za-z0-9])|时间待定|地点待定|待定(?=[。，；）\s]|$))"
)
_UNITS: Final = {
    "公分": "厘米", "英寸": "厘米", "英尺": "米", "英里": "千米", "市斤": "千克", "市尺": "米", "华氏度": "摄氏度",
    "马力": "千瓦", "平方公尺": "平方米", "公升": "升", "KM": "km", "Km": "km", "KG": "kg", "Kg": "kg", "KW": "kW",
}  # fmt: skip
_UNIT = re.compile(r"(?<=[0-9万亿千百十])\s?(?P<u>" + "|".join(_UNITS) + r")(?![A-Za-z])")
_REDUNDANT = re.compile(
    r"(?:约|大约|近)[0-9]+(?:\.[0-9]+)?[%万亿千百]?[\u4e00-\u9fa5]{0,3}(?:左右|上下)|(?:超过|近|不到)[0-9]+(?:\.[0-9]+)?[万亿]?余"
)
_DOUBLED = re.compile(r"[，、；：]{2,}|。{2}(?!。)|，。|。，|、，|；。|？。")
_HALF = re.compile(rf"(?<=[{_HAN}”》）])[,;:?!](?=[{_HAN}“《（])")


def detect(scanned: Scan, piece: Piece) -> Iterator[Hit]:
    text = scanned.text
    for found in _PLACEHOLDERS.finditer(text):
        why = "像是没有填完的占位内容，发布前应当补齐或删除。"
        severity: Severity = "must" if found["hard"] else "judge"
        yield Hit("context.placeholder", severity, "context", "占位或待补内容", why,
                  *found.span())  # fmt: skip
    if piece.origin not in {"title", "body", "attachment-text"}:
        return
    yield from _punctuation(text)
    yield from _brackets(text)
    for found in _UNIT.finditer(text):
        right = _UNITS[found["u"]]
        why = f"应使用法定计量单位。{_UNIT_RULE}"
        yield Hit("unit.legal", "note", "punctuation-unit", f"“{found['u']}”应换算为“{right}”", why, *found.span("u"))
    for found in _REDUNDANT.finditer(text):
        why = "概数词前后重复，保留一个即可。"
        yield Hit("number.redundant", "note", "date-number", "概数表述重复", why, *found.span())


def _punctuation(text: str) -> Iterator[Hit]:
    for found in _DOUBLED.finditer(text):
        first = found[0][0] if found[0][0] != "，" or "。" not in found[0] else "。"
        why = f"标点重复或连用。{_PUNCTUATION_RULE}"
        yield Hit("punctuation.doubled", "judge", "punctuation-unit", "标点重复", why, *found.span(), (first,))
    full = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
    for count, found in enumerate(_HALF.finditer(text)):
        if count == 50:
            return
        why = f"汉字之间应使用全角标点。{_PUNCTUATION_RULE}"
        yield Hit("punctuation.half", "note", "punctuation-unit", "半角标点", why, *found.span(), (full[found[0]],))


def _brackets(text: str) -> Iterator[Hit]:
    """Pairs are matched within a paragraph; a paragraph gives at most three findings."""
    closing = {close: opened for opened, close in _PAIRS.items()} | {")": "(", "]": "["}
    opening = {*_PAIRS, "(", "["}
    at = 0
    for line in text.split("\n"):
        waiting: list[tuple[str, int]] = []
        told = 0
        for found in re.finditer(r"[（）《》“”〔〕【】「」‘’()\[\]]", line):
            char, place = found[0], at + found.start()
            if char in opening:
                waiting.append((char, place))
            elif waiting and waiting[-1][0] == closing[char]:
                waiting.pop()
            elif told < 3 and not _harmless(line, found.start()):
                told += 1
                waiting, hit = _wrong_pair(char, place, waiting)
                yield hit
        for char, place in waiting[: max(0, 3 - told)]:
            if char in _PAIRS:
                why = f"这一段里“{char}”没有对应的“{_PAIRS[char]}”。{_PUNCTUATION_RULE}"
                yield Hit(
                    "punctuation.unpaired", "judge", "punctuation-unit", "括号或引号不成对", why, place, place + 1
                )
        at += len(line) + 1


def _harmless(line: str, at: int) -> bool:
    """List numbers like 1) and apostrophes stand alone rightly."""
    return line[at] == "’" or (
        line[at] in ")）"
        and bool(re.search(r"(?:^|[\s，。；：、])[0-9a-zA-Z一二三四五六七八九十]{1,3}$", line[max(0, at - 5) : at]))
    )


def _wrong_pair(char: str, place: int, waiting: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], Hit]:
    mixed = {("（", ")"), ("(", "）"), ("[", "】"), ("【", "]"), ("〔", "]"), ("[", "〕"), ("“", '"')}
    if waiting and (waiting[-1][0], char) in mixed:
        opened, start = waiting[-1]
        why = f"“{opened}”与“{char}”全角半角混用或不配对。{_PUNCTUATION_RULE}"
        right = _PAIRS.get(opened, char)
        suggestions = (right,) if opened in _PAIRS else ()
        del start
        return waiting[:-1], Hit(
            "punctuation.mixed", "note", "punctuation-unit", "括号混用", why, place, place + 1, suggestions
        )
    why = f"这一段里“{char}”没有与它成对的符号。{_PUNCTUATION_RULE}"
    return waiting, Hit("punctuation.unpaired", "judge", "punctuation-unit", "括号或引号不成对", why, place, place + 1)
