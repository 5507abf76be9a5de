"""Dates that do not exist, weekdays that do not fit, counts that do not add up."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from publication.checks.model import CheckInput, Severity
from publication.checks.report import Hit
from publication.checks.scan import Scan
from publication.markup.clauses import numeral

_WEEK: Final = "一二三四五六日"
_DATE = re.compile(
    r"(?<![0-9])(?:(?P<y>[0-9]{4})年)?(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]"
    r"(?:\s?[（(]?\s?(?P<w>(?:星期|周|礼拜)(?P<wd>[一二三四五六日天末]))\s?[）)]?)?",
    re.ASCII,
)
_RANGE = re.compile(
    r"(?:自|从)?(?P<y1>[0-9]{4})年(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日(?:起)?(?:至|到|—|-|－|～|~)"
    r"(?:(?P<y2>[0-9]{4})年)?(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日",
    re.ASCII,
)
_COUNT = re.compile(r"(?:以下|下列|如下|共|分为|包括|有)(?:以下)?(?P<n>[0-9]{1,2}|[两二三四五六七八九十]{1,3})"
                    r"(?:个|项|种|条|类|点|方面|部分){1,2}(?:[\u4e00-\u9fa5]{0,12})[:：]")  # fmt: skip
_SUM = re.compile(
    r"(?:共|合计|总计|共计)[\u4e00-\u9fa5]{0,6}(?P<total>[0-9]+(?:\.[0-9]+)?)(?P<unit>家|项|件|人|个|万元|亿元|元|户|处|所|次|场|份)"
    r"[，,；;（(]其中[:：，,]?(?P<parts>[^。；;\n]{4,160})",
    re.ASCII,
)
_ITEM = re.compile(
    r"(?m)^[ \t\u3000]*(?:[（(](?P<a>[一二三四五六七八九十]{1,3})[）)]|(?P<b>[0-9]{1,2})[.．、](?![0-9]))"
)


def detect(scanned: Scan, edition: CheckInput) -> Iterator[Hit]:
    text = scanned.text
    yield from _dates(text, edition)
    yield from _ranges(text)
    yield from _counts(text)
    yield from _sums(text)


def _dates(text: str, edition: CheckInput) -> Iterator[Hit]:
    year: int | None = None
    for found in _DATE.finditer(text):
        if found["y"]:
            year = int(found["y"])
        month, day = int(found["m"]), int(found["d"])
        shown = year or (edition.formed_on.year if edition.formed_on else None)
        try:
            # Without a year a leap year is assumed: 2月29日 may be right.
            moment = date(shown if shown and 1 <= shown <= 9999 else 2000, month, day)
        except ValueError:
            why = f"{month}月没有{day}日。" if 1 <= month <= 12 else f"没有{month}月。"
            if found["y"] or (month, day) != (2, 29):
                yield Hit("date.impossible", "must", "date-number", "日期不存在", why, *found.span())
            continue
        if found["y"] and (found["m"].startswith("0") or found["d"].startswith("0")):
            right = re.sub(r"(?<=[年月])0(?=[0-9])", "", found[0])
            why = "公文中的日期不编虚位，月、日前面不加0（GB/T 9704—2012）。"
            yield Hit("date.zero", "note", "date-number", "日期编了虚位", why, *found.span(), (right,))
        if found["wd"] and found["wd"] != "末" and shown:
            yield from _weekday(found, moment)


def _weekday(found: re.Match[str], moment: date) -> Iterator[Hit]:
    right = _WEEK[moment.weekday()]
    written = found["wd"].replace("天", "日")
    if written == right:
        return
    prefix = found["w"][:-1]
    known = f"{moment.year}年{moment.month}月{moment.day}日是星期{right}"
    severity: Severity = "must" if found["y"] else "judge"
    doubt = "" if found["y"] else "（年份按上文推定）"
    why = f"{known}{doubt}，日期或星期有一个写错了。"
    title = "日期与星期不符"
    suggestion = found[0].replace(found["w"], prefix + right)
    yield Hit("date.weekday", severity, "date-number", title, why, *found.span(),
              (suggestion,))  # fmt: skip


def _ranges(text: str) -> Iterator[Hit]:
    for found in _RANGE.finditer(text):
        try:
            first = date(int(found["y1"]), int(found["m1"]), int(found["d1"]))
            last = date(int(found["y2"] or found["y1"]), int(found["m2"]), int(found["d2"]))
        except ValueError:
            continue
        if last < first:
            why = f"结束日期{last}早于开始日期{first}。"
            yield Hit("date.range", "judge", "date-number", "起止日期颠倒", why, *found.span())


def _counts(text: str) -> Iterator[Hit]:
    """Compare “有以下三种情形：” with the numbered lines after it, when their numbers run unbroken from one."""
    for found in _COUNT.finditer(text):
        stated = int(found["n"]) if found["n"].isdigit() else numeral(found["n"].replace("两", "二"))
        after = text[found.end() : found.end() + 4000]
        if not after.startswith("\n") or stated < 2:
            continue
        counted, style = 0, ""
        for item in _ITEM.finditer(after):
            kind = "a" if item["a"] else "b"
            number = numeral(item["a"]) if item["a"] else int(item["b"])
            if not style:
                if after[: item.start()].strip():
                    break
                style = kind
            if kind == style:
                if number != counted + 1:
                    break
                counted = number
        if counted >= 2 and counted != stated:
            why = f"写的是{found['n']}，下面列出{counted}条，请核对。"
            yield Hit("number.count", "judge", "date-number", "数目与所列条数不符", why, *found.span())


def _sums(text: str) -> Iterator[Hit]:
    for found in _SUM.finditer(text):
        parts = re.findall(rf"([0-9]+(?:\.[0-9]+)?){found['unit']}", found["parts"])
        if len(parts) < 2:
            continue
        total, added = float(found["total"]), sum(float(part) for part in parts)
        if added > total * 1.0001 + 0.011:
            shown = f"{added:.4f}".rstrip("0").rstrip(".")
            why = f"“其中”各项相加为{shown}{found['unit']}，大于总数{found['total']}{found['unit']}，请核对。"
            yield Hit("number.sum", "judge", "date-number", "分项之和大于总数", why, *found.span())
