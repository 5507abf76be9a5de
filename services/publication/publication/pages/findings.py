"""Check results as the review page shows them, and what the officer's choices make of the text. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from gongkai.web.forms import Form
from publication.domain.content import Content
from publication.pages.anchoring import Anchored, Place, anchor_body, anchor_line
from publication.pages.inputs import number_of

KEEP: Final = "keep"
_STATES: Final = {
    "must": ("必须处理", "bad", "stop"),
    "judge": ("请判断", "warn", "ask"),
    "note": ("提示", "busy", "info"),
}
_ORDER: Final = {"must": 0, "judge": 1, "note": 2}
_PIECES: Final = {"title": 0, "body": 1}


@dataclass(frozen=True, slots=True)
class ChoiceView:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FindingView:
    number: int
    key: str
    title: str
    why: str
    where: str
    excerpt: str
    state: str
    kind: str
    icon: str
    anchored: bool
    choices: Sequence[ChoiceView]
    may_keep: bool
    waived_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The text with its numbered marks, and the findings in the order in which they are to be dealt with."""

    title: str
    body: str
    findings: Sequence[FindingView]

    @property
    def left(self) -> int:
        return sum(finding.kind == "bad" for finding in self.findings)


def mark_up(
    content: Content, rows: Sequence[Mapping[str, Any]], names: Mapping[UUID, str], *, may_waive: bool, may_edit: bool
) -> Marked:
    """Give each finding its number in reading order, mark the text, and list what must be dealt with first."""
    numbered = list(enumerate(sorted(rows, key=_reading_order), start=1))
    title = _anchored(content.title, "title", numbered, anchor_line)
    body = _anchored(content.body, "body", numbered, anchor_body)
    anchored = title.numbers | body.numbers
    views = [
        _view(number, row, names, anchored=number in anchored, may_waive=may_waive, may_edit=may_edit)
        for number, row in numbered
    ]
    order = {number: (row["waiver"] is not None, _ORDER[row["severity"]]) for number, row in numbered}
    return Marked(title.html, body.html, sorted(views, key=lambda view: (order[view.number], view.number)))


def _reading_order(row: Mapping[str, Any]) -> tuple[int, str, int]:
    return (_PIECES.get(row["piece"], 2), row["where"], row["start"])


def _anchored(text: str, piece: str, numbered: Sequence[tuple[int, Mapping[str, Any]]], render: Any) -> Anchored:
    places = [
        Place(number, row["start"], row["end"], row["severity"] == "must" and row["waiver"] is None)
        for number, row in numbered
        if row["piece"] == piece
    ]
    shown: Anchored = render(text, places)
    return shown


def _view(
    number: int,
    row: Mapping[str, Any],
    names: Mapping[UUID, str],
    *,
    anchored: bool,
    may_waive: bool,
    may_edit: bool,
) -> FindingView:
    waiver = row["waiver"]
    state, kind, icon = ("已保留", "ok", "done") if waiver else _STATES[row["severity"]]
    choices = [
        ChoiceView(f"{index}", choice["label"])
        for index, choice in enumerate(row["choices"])
        if (may_waive if choice["id"] == KEEP else may_edit and row["piece"] in _PIECES)
    ]
    return FindingView(
        number=number,
        key=row["key"],
        title=row["title"],
        why=row["why"],
        where=row["where"],
        excerpt=row["excerpt"],
        state=state,
        kind=kind,
        icon=icon,
        anchored=anchored,
        choices=choices,
        may_keep=may_waive and any(choice["id"] == KEEP for choice in row["choices"]),
        waived_by=names.get(waiver["person"], "") if waiver else "",
        reason=waiver["reason"] if waiver else "",
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """What the form asks for: reasons to keep, and the text with the replacements made."""

    kept: Sequence[tuple[str, str]]
    content: Content | None


def settle(form: Form, content: Content, rows: Sequence[Mapping[str, Any]]) -> Settled:
    """Read the choices of the form; what is missing is noted there."""
    kept: list[tuple[str, str]] = []
    edits: dict[str, list[tuple[int, int, str]]] = {"title": [], "body": []}
    chosen = 0
    for row in rows:
        picked = number_of(form.value(f"f-{row['key']}"), len(row["choices"]))
        if picked >= len(row["choices"]):
            continue
        chosen += 1
        choice = row["choices"][picked]
        if choice["id"] == KEEP:
            reason = form.value(f"why-{row['key']}").strip()
            if not reason:
                form.add(f"why-{row['key']}", "请写明保留的理由", row["title"])
            kept.append((row["key"], reason))
        elif row["piece"] in edits and choice["replacement"] is not None:
            edits[row["piece"]].append((row["start"], row["end"], choice["replacement"]))
    if not chosen:
        form.add("fd", "请先选好怎样处理，再提交", "检查结果")
    title, body = _replaced(content.title, edits["title"]), _replaced(content.body, edits["body"])
    changed = replace(content, title=title, body=body)
    return Settled(kept, changed if changed != content else None)


def _replaced(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Make replacements from the end, so that the places before stay where they are; overlaps are made once."""
    limit = len(text)
    for start, end, instead in sorted(edits, reverse=True):
        if end <= limit:
            text = text[:start] + instead + text[end:]
            limit = start
    return text
