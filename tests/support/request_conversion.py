"""A considered case as the tests see it: nothing special about it, save what a test says."""

import json
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from request.conversion.inputs import ColumnSeen, Considered, EarlierReview, Known, PersonalData
from request.conversion.kinds import fit, named

TODAY = date(2026, 11, 20)
DATA = Path(__file__).parents[1] / "data"
_PLAIN: dict[str, Any] = {
    "row": "g", "bases": ("given",), "applicants": 1, "suggested": False, "third_party": "none",
    "opinion": "not-asked", "public_interest": False, "formed_on": date(2026, 5, 11), "due_on": None,
    "in_force": "not-applicable", "stage": "not-applicable", "closed_until": None, "permalink": "", "column": None,
    "personal": (), "redaction": "not-needed", "consent": "none", "secrecy": (), "secrecy_review": "cleared",
    "maker": "ours", "required_by": "", "compiled": False, "about_self": False, "impact": "unknown", "changed": (),
    "earlier": (),
}  # fmt: skip
_SOURCES = {
    "row": "答复书", "bases": "答复书", "applicants": "相似申请查重", "third_party": "征求意见记录", "personal": "个人信息检查",
    "permalink": "本机关网站", "column": "主动公开基本目录",
}  # fmt: skip


def considered(title: str = "商务沙龙活动方案", *, kind: str = "", case: str = "案1", **facts: Any) -> Considered:
    """Make a case of which everything unsaid is unremarkable."""
    unknown = set(facts) - set(_PLAIN)
    assert not unknown, unknown
    known = {name: Known(facts.get(name, value), _SOURCES.get(name, "案卷")) for name, value in _PLAIN.items()}
    about = named(kind, "经办人确认") if kind else fit(title)
    return Considered(case=case, round=1, title=title, answered_on=date(2026, 11, 18), about=about, **known)


@dataclass(frozen=True)
class Labelled:
    """One case with the advice that the law wants."""

    id: str
    case: Considered
    kind: str | None
    advice: str
    articles: tuple[str, ...]
    why: str
    relook: bool | None


@cache
def labelled_cases() -> tuple[Labelled, ...]:
    entries = json.loads((DATA / "request_conversion_cases.json").read_text("utf-8"))
    return tuple(_labelled(entry) for entry in entries)


def _labelled(entry: dict[str, Any]) -> Labelled:
    facts = {name: _read(name, value) for name, value in entry["facts"].items()}
    label = entry["label"]
    return Labelled(
        entry["id"],
        considered(entry["title"], case=entry["id"], **facts),
        label["kind"],
        label["advice"],
        tuple(label["articles"]),
        label["why"],
        label.get("relook"),
    )


_EARLIER = {
    "overruled": EarlierReview("前次审查", date(2026, 3, 2), "publish", "keep", accepted=False),
    "in-hand": EarlierReview("前次审查", date(2026, 3, 2), "publish", "publish", accepted=True),
}


def _read(name: str, value: Any) -> Any:
    match name:
        case "formed_on" | "due_on" | "closed_until":
            return date.fromisoformat(value)
        case "column":
            return ColumnSeen(**value)
        case "personal":
            return tuple(PersonalData(**item) for item in value)
        case "earlier":
            return (_EARLIER[value],)
    return tuple(value) if isinstance(value, list) else value


assert set(_PLAIN) == {field.name for field in fields(Considered)} - {"case", "round", "title", "answered_on", "about"}
