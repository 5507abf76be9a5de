"""Finds applications that ask for the same again: A36(6) for the same applicant, A44 for others. Pure.

The caller gives the applications it knows of (the store's candidates by token, as for `similar`, plus everything of
the same applicant) with the keyed digest that recognises an applicant; this module never sees who that is. Nothing is
decided here: an officer confirms a match, which becomes the fact `SimilarConfirmed`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from rapidfuzz import fuzz

from gongkai.statute.articles import ARTICLES
from request.library.words import CONCEPT, matter, tokens

Verdict = Literal["repeated", "running", "asked-by-others", "similar"]
VERDICTS: Final[dict[Verdict, str]] = {
    "repeated": "同一申请人就同一内容已经得到答复，可以告知不予重复处理",
    "running": "同一申请人就同一内容的申请正在办理，可以并案",
    "asked-by-others": "其他申请人申请过同一内容，可以参照办理，并考虑转为主动公开",
    "similar": "内容相近，请核对是否同一内容",
}
_ARTICLE: Final[dict[Verdict, str]] = {"repeated": "A36", "running": "", "asked-by-others": "A44", "similar": ""}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How alike two descriptions must be. Settings of the organ: `same` to be the same, `similar` to be shown."""

    same: float = 0.80
    similar: float = 0.55

    def __post_init__(self) -> None:
        if not 0 < self.similar <= self.same <= 1:
            raise ValueError("thresholds must satisfy 0 < similar <= same <= 1")


@dataclass(frozen=True, slots=True)
class Application:
    """One application as far as it matters here. `applicant` is a keyed digest, `text` its own description."""

    case_id: UUID
    applicant: str
    text: str
    received_on: date
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    case_id: UUID
    verdict: Verdict
    score: float
    same_applicant: bool
    why: tuple[str, ...]
    citation: str
    """The article that speaks of this verdict, empty where none does."""


_YEAR_SPAN: Final = re.compile(r"((?:19|20)\d{2})年?(?:度)?(?:-|—|–|~|至|到)((?:19|20)\d{2})年?")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?=年|度|\W|$)")
_SHORT_YEAR: Final = re.compile(r"(?<!\d)(\d{2})年(?!前|内|来|间)")
_NUMBER: Final = re.compile(r"[\u4e00-\u9fff]{2,10}[〔\[(]\d{4}[〕\])]\d{1,5}号")
_QUOTED: Final = re.compile(r"《([^》]{3,60})》|[“\"]([^”\"]{3,40})[”\"]")
_PLACE: Final = re.compile(
    "历下|市中区|槐荫|天桥|历城|长清|章丘|济阳|莱芜|钢城|平阴|商河|高新区|起步区|南部山区|[\u4e00-\u9fff]{2,4}(?:街道|镇)"
)
_LATE_YEARS: Final = 60
#: How many of the reasons are ours (score, applicant, date); whatever comes after them quotes the texts.
OURS: Final = 3


def duplicates(
    new: Application, earlier: Sequence[Application], thresholds: Thresholds | None = None, limit: int = 10
) -> list[Duplicate]:
    """Compare with what came before; the most serious and most alike first."""
    at = thresholds or Thresholds()
    order: tuple[Verdict, ...] = ("repeated", "running", "asked-by-others", "similar")
    found = [match for one in earlier if one.case_id != new.case_id and (match := _compared(new, one, at))]
    return sorted(found, key=lambda match: (order.index(match.verdict), -match.score, str(match.case_id)))[:limit]


def likeness(first: str, second: str) -> float:
    """From 0 to 1: the order of the characters and the tokens in common, both without what every application says."""
    one, other = _core(first), _core(second)
    if not one or not other:
        return 0.0
    letters = fuzz.ratio(one, other) / 100
    ours, theirs = set(tokens(first)), set(tokens(second))
    together = sum(_weight(token) for token in ours & theirs)
    apart = sum(_weight(token) for token in ours | theirs)
    in_common = together / apart if apart else letters
    return round(0.5 * letters + 0.5 * max(in_common, letters**2), 4)


def _compared(new: Application, one: Application, at: Thresholds) -> Duplicate | None:
    score = likeness(new.text, one.text)
    if score < at.similar:
        return None
    same_applicant = bool(new.applicant) and new.applicant == one.applicant
    different = list(_differences(new.text, one.text))
    if score < at.same or different:
        verdict: Verdict = "similar"
    elif not same_applicant:
        verdict = "asked-by-others"
    else:
        verdict = "repeated" if one.answered_on is not None and one.answered_on <= new.received_on else "running"
    why = [f"描述相似度{score:.0%}", "同一申请人" if same_applicant else "不同申请人"]
    why.append(f"前一件已于{_day(one.answered_on)}答复" if one.answered_on else "前一件尚未答复")
    why.extend(different)
    article = _ARTICLE[verdict]
    citation = f"{ARTICLES[article].citation}{'第六项' if verdict == 'repeated' else ''}" if article else ""
    return Duplicate(one.case_id, verdict, score, same_applicant, tuple(why), citation)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _differences(first: str, second: str) -> Iterable[str]:
    """Name what makes two descriptions of the same words two matters: another year, place, document or firm."""
    one, other = matter(first), matter(second)
    for what, ours, theirs in (
        ("年份", _years(one), _years(other)),
        ("文号", set(_NUMBER.findall(one)), set(_NUMBER.findall(other))),
        ("地点", set(_PLACE.findall(one)), set(_PLACE.findall(other))),
        ("文件或者名称", _quoted(one), _quoted(other)),
    ):
        if ours != theirs:
            yield f"{what}不同（本件{_listed(ours)}，前件{_listed(theirs)}）"


def _years(text: str) -> set[str]:
    years = set(_YEAR.findall(text)) | {f"20{year}" for year in _SHORT_YEAR.findall(text) if int(year) < _LATE_YEARS}
    for first, last in _YEAR_SPAN.findall(text):
        years.update(str(year) for year in range(int(first), min(int(last), int(first) + 50) + 1))
    return years


def _quoted(text: str) -> set[str]:
    return {first or second for first, second in _QUOTED.findall(text)}


def _listed(values: set[str]) -> str:
    return "、".join(sorted(values)[:4]) if values else "未写明"


def _core(text: str) -> str:
    return re.sub(r"[\W_]+", "", matter(text))


def _weight(token: str) -> float:
    return 1.5 if token.startswith(CONCEPT) or len(token) > 2 else 1.0
