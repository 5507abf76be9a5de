"""The release matrix, one release whole, and every way out of its states: each a confirm page and a command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from gongkai.runtime.errors import ChangedMeanwhile, NotFound
from gongkai.runtime.register import Recorded
from gongkai.statute.legal_day import legal_date, start_of
from gongkai.web.components import Link, PageLinks
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.permissions import Action
from gongkai.web.session import Officer, require
from publication import reading
from publication.pages import matrix
from publication.pages.acts import REASON, Act, Field, show_act
from publication.pages.console import ANSWERED, BASE, Console, done, note
from publication.pages.inputs import ChannelInput, NothingInput, ReasonInput, WhenInput, scheduled_at
from publication.pages.lists import page_of
from publication.pages.story import names_in, release_fact
from publication.release import commands as rc
from publication.release import states as s

Seer = Annotated[Officer, Depends(require("release.see"))]
STATES: Final = {state.__name__: name for state, name in s.STATE_NAMES.items()}
LIVE: Final = ("Preparing", "Held", "Ordered", "Releasing")
DONE: Final = {
    "signed": "已签发，各渠道的进展在下面。",
    "emergency": "已紧急发布。欠补的审校到期前会提醒。",
    "retry": "已请这个渠道再试一次。",
    "go-without": "已不发这个渠道。",
    "hold": "已暂缓。",
    "resume": "已继续。",
    "reschedule": "时间已改。",
    "cancel": "已取消，文件回到签发以前。",
}
#: Channels answer while a person decides: the person's decision is taken again on what is new.
ROUNDS: Final = 4
MEASURED: Final = 200


@dataclass(frozen=True, slots=True)
class Count:
    number: str | int
    label: str
    href: str
    kind: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class StoryRow:
    what: str
    detail: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One way out: its words, its permission, what it reads, and the command it gives."""

    heading: str
    verb: str
    text: str
    action: Action
    model: type[BaseModel]
    make: Callable[[Any, UUID, datetime, timedelta], rc.Command]
    fields: tuple[Field, ...] = ()
    danger: bool = False


KINDS: Final[dict[str, Kind]] = {
    "retry": Kind(
        "重试", "再试一次", "只请这个渠道再试。放出以后重试的算补发；结果不明的先查再定，不会重发。", "delivery.act",
        ChannelInput, lambda typed, by, at, within: rc.RetryChannel(typed.channel, by, at + within, at),
    ),
    "go-without": Kind(
        "不发这个渠道", "不发这个渠道", "这次发布不再等它，以后可以单独补发。", "release.proceed", ChannelInput,
        lambda typed, by, at, _: rc.GoWithout((typed.channel,), by, at), danger=True,
    ),
    "hold": Kind(
        "暂缓发布", "暂缓", "各渠道保持准备好的样子，等您让它继续。", "release.cancel", ReasonInput,
        lambda typed, by, at, _: rc.Hold(by, typed.reason, at), (REASON,),
    ),
    "resume": Kind(
        "继续发布", "继续", "没有就绪的渠道重新得到准备的时间，全部就绪就放出。", "release.order", NothingInput,
        lambda _, by, at, within: rc.Resume(by, at + within, at),
    ),
    "reschedule": Kind(
        "改放出时间", "改时间", "放出指令下达以后不能再改。", "release.order", WhenInput,
        lambda typed, by, at, within: rc.Reschedule(by, typed, at + within, at),
        (
            Field("when", "放出时间", "choices", options=(("now", "全部就绪就放出"), ("at", "定时放出"))),
            Field("on", "日期", hint="如 2025年2月27日", short=True, optional=True),
            Field("at", "时间", hint="如 09:00", short=True, optional=True),
        ),
    ),
    "cancel": Kind(
        "取消发布", "取消发布", "各渠道丢掉准备好的内容，文件回到签发以前。放出时刻前两秒以内就来不及了，只能撤回。",
        "release.cancel", ReasonInput, lambda typed, by, at, _: rc.CancelRelease(by, typed.reason, at), (REASON,),
        danger=True,
    ),
}  # fmt: skip


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/releases")
    async def releases(request: Request, officer: Seer) -> Response:
        scope = request.query_params.get("scope", "today")
        page = page_of(request)
        now = console.kit.now()
        async with console.desks.reading() as db:
            everything = await reading.releases(db, officer.organ_id, size=MEASURED)
            wanted = await _wanted(db, officer.organ_id, scope, everything.rows, page, now)
        columns = matrix.columns_of(wanted.rows)
        closed = next((row for row in wanted.rows if row["state"] == "Closed" and matrix.skew_chart(row)), None)
        kept = [(name, value) for name, value in request.query_params.multi_items() if name == "scope"]
        return await console.show(
            request,
            "releases.html",
            officer,
            nav="releases",
            nav_current="page",
            rows=[matrix.row_of(row, columns, now) for row in wanted.rows],
            columns=columns,
            todo=sum(bool(row["needs_person"]) for row in everything.rows),
            figures=_counts(everything.rows, now),
            tabs=_tabs(everything.rows, scope, now),
            pages=PageLinks.over(f"{BASE}/releases", kept, current=page, size=reading.PAGE, total=wanted.total),
            moving=any(row["state"] in LIVE for row in wanted.rows),
            may_act=_may_act(officer),
            chart=matrix.skew_chart(closed) if closed else None,
            chart_title=closed["title"] if closed else "",
        )

    @routes.get("/releases/{release_id}")
    async def release(request: Request, release_id: UUID, officer: Seer) -> Response:
        async with console.desks.reading() as db:
            row = await reading.release(db, officer.organ_id, release_id)
            history = await reading.release_history(db, officer.organ_id, release_id)
        columns = [matrix.Column(channel["id"], channel["name"]) for channel in row["channels"]]
        shown = matrix.row_of(row, columns, console.kit.now())
        moving = row["state"] in LIVE
        return await console.show(
            request,
            "release.html",
            officer,
            nav="releases",
            row=shown,
            cell_ids=[column.id for column in columns],
            stage=STATES[row["state"]],
            moving=moving,
            said=done(request, DONE),
            may_act=_may_act(officer),
            general=[way for way in shown.ways if not way.channel],
            chart=matrix.skew_chart(row),
            story=await _story(console, row, history),
        )

    @routes.get("/releases/{release_id}/{kind}")
    async def ask(request: Request, release_id: UUID, kind: str, officer: Seer) -> Response:
        officer.check(_kind(kind).action)
        form = Form.of({"channel": request.query_params.get("channel", ""), "when": "now"})
        return await _page(console, request, officer, release_id, kind, form)

    @routes.post("/releases/{release_id}/{kind}")
    async def act(request: Request, release_id: UUID, kind: str, officer: Seer) -> Response:
        chosen = _kind(kind)
        officer.check(chosen.action)
        form = await read_form(request)
        typed: Any = form.parse(chosen.model)
        status = 422
        if isinstance(typed, WhenInput):
            typed = scheduled_at(form, typed)
        if not form.errors:
            try:
                await _intervene(console, officer, release_id, chosen, typed)
                return see_other(f"{BASE}/releases/{release_id}?done={kind}")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, release_id, kind, form, status)

    return routes


async def _intervene(console: Console, officer: Officer, release_id: UUID, kind: Kind, typed: Any) -> None:
    """Carry out a person's decision; when a channel answered meanwhile, decide again on what is new."""
    within = console.desks.releases.timing.prepare_within
    for round_ in range(1, ROUNDS + 1):
        try:
            async with console.changing(officer) as tx:
                command = kind.make(typed, officer.person_id, tx.now, within)
                await console.desks.releases.perform(tx, release_id, command, organ_id=officer.organ_id)
        except ChangedMeanwhile:
            if round_ == ROUNDS:
                raise
        else:
            return


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("没有这个页面")
    return KINDS[name]


def _may_act(officer: Officer) -> bool:
    return any(officer.may(kind.action) for kind in KINDS.values())


async def _page(
    console: Console, request: Request, officer: Officer, release_id: UUID, name: str, form: Form, status: int = 200
) -> HTMLResponse:
    kind = KINDS[name]
    async with console.desks.reading() as db:
        row = await reading.release(db, officer.organ_id, release_id)
    channel = next((each for each in row["channels"] if each["id"] == form.value("channel")), None)
    if kind.model is ChannelInput and channel is None:
        raise NotFound("这次发布没有这个渠道")
    column = matrix.Column(channel["id"], channel["name"]) if channel else None
    cell = matrix.row_of(row, [column], console.kit.now()).cells[0] if column else None
    heading = kind.heading if channel is None else f"{kind.heading}：{channel['name']}"
    act = Act(
        heading=heading,
        title=row["title"],
        verb=kind.verb,
        action=f"{BASE}/releases/{release_id}/{name}",
        back=f"{BASE}/releases/{release_id}",
        text=kind.text,
        facts=[f"现在：{STATES[row['state']]}。"] + ([f"这个渠道说：{cell.small}"] if cell and cell.small else []),
        fields=kind.fields,
        hidden={"channel": channel["id"]} if channel else {},
        danger=kind.danger,
    )
    return await show_act(console, request, officer, act, form, nav="releases", status=status)


async def _wanted(
    db: Any, organ_id: UUID, scope: str, rows: Sequence[Mapping[str, Any]], page: int, now: datetime
) -> reading.Page:
    match scope:
        case "todo":
            return await reading.releases(db, organ_id, todo=True, page=page)
        case "all":
            return await reading.releases(db, organ_id, page=page)
        case _:
            mine = [dict(row) for row in rows if _in_scope(row, scope, now)]
            start = (page - 1) * reading.PAGE
            return reading.Page(mine[start : start + reading.PAGE], len(mine))


def _in_scope(row: Mapping[str, Any], scope: str, now: datetime) -> bool:
    """Today is what moves now, what waits for a person, and what happened or will happen today."""
    if scope == "week":
        return bool(row["opened_at"] >= now - timedelta(days=7) or row["state"] in LIVE)
    today = start_of(legal_date(now))
    moved = row["release_at"] or row["scheduled_at"] or row["opened_at"]
    return bool(row["state"] in LIVE or row["needs_person"] or today <= moved < today + timedelta(days=1))


def _tabs(rows: Sequence[Mapping[str, Any]], scope: str, now: datetime) -> list[Link]:
    known = {"today", "todo", "week", "all"}
    current = scope if scope in known else "today"
    counts = {
        "today": sum(_in_scope(row, "today", now) for row in rows),
        "todo": sum(bool(row["needs_person"]) for row in rows),
        "week": sum(_in_scope(row, "week", now) for row in rows),
    }
    names = (("today", "今天"), ("todo", "要处理"), ("week", "本周"), ("all", "全部"))
    return [
        Link(name, f"{BASE}/releases?scope={key}", "page" if key == current else "", counts.get(key))
        for key, name in names
    ]


def _counts(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Count]:
    month = start_of(legal_date(now).replace(day=1))
    closed = [row for row in rows if row["state"] == "Closed" and row["opened_at"] >= month]
    skews = [row["skew_ms"] for row in closed if row["skew_ms"] is not None and matrix.measured(row)]
    counts = [
        Count(sum(bool(row["needs_person"]) for row in rows), "要处理", f"{BASE}/releases?scope=todo", "bad"),
        Count(sum(row["state"] in LIVE for row in rows), "在途", f"{BASE}/releases?scope=today"),
        Count(len(closed), "本月已完成", f"{BASE}/releases?scope=all"),
    ]
    if skews:
        middle = median(skews)
        number, unit = (f"{middle:.0f}", "毫秒") if middle < 1000 else (f"{middle / 1000:.1f}", "秒")
        counts.append(Count(number, "时间差中位数", f"{BASE}/releases?scope=all", unit=unit))
    return counts


async def _story(console: Console, row: Mapping[str, Any], history: Sequence[Recorded[Any]]) -> list[StoryRow]:
    channel = names_in({each["id"]: each["name"] for each in row["channels"]})
    told = [(entry, release_fact(entry.fact, channel)) for entry in history]
    names = await console.names(each.person for _, each in told)
    return [
        StoryRow(each.what, each.detail, entry.recorded_at, names.get(each.person, "") if each.person else "")
        for entry, each in reversed(told)
    ]
