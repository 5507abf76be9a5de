"""The officers' first page: what waits for this person, by how near its date is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.components import ClockChip, Link
from gongkai.web.filters import date_zh
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.domain import steps
from publication.domain.content import KIND_NAMES
from publication.pages.console import BASE, Console
from publication.pages.deadlines import chip, group_of
from publication.pages.dossiers import chip_of
from publication.pages.lists import STATES
from publication.pages.progress import Progress
from publication.site_errors import store as site_errors
from publication.site_errors.decide import ABOUT_NAMES

GROUPS: Final = (
    ("late", "已超期", "bad"),
    ("soon", "三个工作日内", "warn"),
    ("later", "以后", ""),
    ("open", "没有期限", ""),
)
TABS: Final = (
    ("", "全部"),
    ("review", "审校"),
    ("write", "起草"),
    ("sign", "签发"),
    ("release", "同步发布"),
    ("error", "网站纠错"),
)
_TAB_OF: Final = {
    "write": "write",
    "rewrite": "write",
    "mark": "review",
    "make-up": "review",
    "disclosure": "review",
    "openness": "review",
    "sign-off": "sign",
    "proposal": "sign",
    "release": "release",
    "attention": "write",
}
#: What the button of a row says, and where it leads below the document.
_GO: Final[dict[str, tuple[str, str]]] = {
    "write": ("继续写", "/edit"),
    "rewrite": ("修改", "/edit"),
    "disclosure": ("审查", "/disclosure"),
    "openness": ("审查", ""),
    "sign-off": ("签发", "/sign"),
    "proposal": ("批准", "/proposal"),
    "attention": ("查看", ""),
}
#: Reports of errors on the site that the queue lists; the rest is on their own page.
ERRORS: Final = 50
Worker = Annotated[Officer, Depends(require("work.see"))]


@dataclass(frozen=True, slots=True)
class QueueRow:
    title: str
    href: str
    about: str
    act: str
    act_href: str
    word: str
    progress: Progress | None
    chip: ClockChip | None
    group: int
    tab: str


@dataclass(frozen=True, slots=True)
class Group:
    anchor: str
    title: str
    note: str
    rows: list[QueueRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Count:
    label: str
    number: int
    kind: str
    anchor: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def queue(request: Request, officer: Worker) -> Response:
        rows: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        async with console.desks.reading() as db:
            if officer.may("document.see"):
                rows = await reading.queue(db, officer.organ_id, officer_of(officer))
            if officer.may("site-error.answer"):
                errors = await site_errors.of_organ(db, officer.organ_id, waiting=True, limit=ERRORS)
        away = await console.names(each.person_id for each in officer.stands_in)
        mine = [row_of(console, row, console.today(), away) for row in rows]
        mine += [error_row(console, row, console.today()) for row in errors]
        wanted = request.query_params.get("tab", "")
        shown = [row for row in mine if not wanted or row.tab == wanted]
        groups = grouped(shown)
        counts = [
            Count(title, sum(row.group == number for row in shown), kind, anchor)
            for number, (anchor, title, kind) in enumerate(GROUPS)
        ]
        return await console.show(
            request,
            "queue.html",
            officer,
            nav="work",
            nav_current="page",
            figures=counts,
            counts={"work": len(mine)},
            groups=groups,
            total=len(mine),
            tabs=[
                Link(label, f"{BASE}/?tab={key}" if key else f"{BASE}/", "page" if key == wanted else "", number)
                for key, label in TABS
                if (number := sum(not key or row.tab == key for row in mine)) or not key
            ],
            may_see=officer.may("document.see"),
            may_create=officer.may("draft.create"),
            away="、".join(away.values()),
        )

    return routes


def grouped(rows: Sequence[QueueRow]) -> list[Group]:
    """Put rows under the headings of their dates; empty headings are left out."""
    groups = [Group(anchor, title, "期限已过，请先办这些" if anchor == "late" else "") for anchor, title, _ in GROUPS]
    for row in rows:
        groups[row.group].rows.append(row)
    return [group for group in groups if group.rows]


def row_of(console: Console, row: Mapping[str, Any], today: date, away: Mapping[UUID, str]) -> QueueRow:
    act = row["act"]
    clock, due_on = row["clock"], row["due_on"]
    shown: ClockChip | None = None
    if clock is not None:
        shown = chip_of(console, row["id"], clock, today)
    elif due_on is not None:
        why = f"{row.get('sentence') or act.sentence}，到{date_zh(due_on)}。"
        shown = chip(due_on, today, console.kit.calendar, why=why, href="", provisional=False)
    href, label, act_href = _where(row)
    behalf = away.get(act.on_behalf_of, "") if act.on_behalf_of else ""
    return QueueRow(
        title=row["title"],
        href=href,
        about=_about(row, behalf),
        act=label,
        act_href=act_href,
        word=_word(row),
        progress=_progress(row),
        chip=shown,
        group=group_of(due_on, today, console.kit.calendar),
        tab=_TAB_OF[act.name],
    )


def error_row(console: Console, row: Mapping[str, Any], today: date) -> QueueRow:
    """Show what a citizen found wrong on the site among the other work, by kind and number only."""
    due_on = row["due_on"]
    href = f"{BASE}/site-errors/{row['id']}"
    why = f"网站纠错应当答复，到{date_zh(due_on)}。"
    return QueueRow(
        title=f"网站纠错：{ABOUT_NAMES[row['about']]}",
        href=href,
        about=f"{row['receipt']}　{row['page']}".strip(),
        act="答复",
        act_href=href,
        word="网站纠错",
        progress=None,
        chip=chip(due_on, today, console.kit.calendar, why=why, href="", provisional=False),
        group=group_of(due_on, today, console.kit.calendar),
        tab="error",
    )


def _where(row: Mapping[str, Any]) -> tuple[str, str, str]:
    act = row["act"]
    if row["about"] == "release":
        href = f"{BASE}/releases/{row['id']}"
        return href, "处理", href
    base = f"{BASE}/documents/{row['id']}"
    if act.name in {"mark", "make-up"}:
        return base, steps.BY_NAME[act.step].name_zh, f"{base}#decide"
    label, below = _GO[act.name]
    return base, label, base + below


def _about(row: Mapping[str, Any], behalf: str) -> str:
    kind = KIND_NAMES.get(row["kind"], "") if "kind" in row else "提醒"
    words = [kind, row.get("unit", ""), row["act"].sentence]
    if row.get("important"):
        words.insert(1, "重要")
    if behalf:
        words.append(f"代{behalf}办理")
    return "　".join(word for word in words if word)


def _word(row: Mapping[str, Any]) -> str:
    if row["about"] == "release":
        return "同步发布"
    return "提醒" if row["about"] == "attention" else STATES[row["state"]]


def _progress(row: Mapping[str, Any]) -> Progress | None:
    if row["about"] != "document" or row["state"] != "Reviewing":
        return None
    whole = [step.name for step in steps.steps_for(important=row["important"])]
    due = row["next_step"]
    if due == "sign-off" or due not in whole:
        return Progress(len(whole), len(whole), "待签发")
    return Progress(whole.index(due), len(whole), f"待{steps.BY_NAME[due].name_zh}")
