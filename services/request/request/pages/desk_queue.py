"""The officers' lists: what is due first, and every case with filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.statute.outcomes import BY_KEY
from gongkai.web.components import ClockChip, Link, PageLinks
from gongkai.web.session import Officer, require
from request import listing, reading
from request.application import APPLICANT_KINDS
from request.domain.case import STATE_NAMES
from request.domain.values import CHANNELS
from request.pages.desk import BASE, Bench
from request.work import STEP_NAMES

Reader = Annotated[Officer, Depends(require("request.see"))]
MOST: Final = 200
SIZE: Final = 30
STATES: Final = {kind.__name__: name for kind, name in STATE_NAMES.items() if kind.__name__ != "Nothing"}
GROUPS: Final = {
    "late": "已超期", "fresh": "新收到，等待确认", "soon": "三个工作日内", "later": "以后", "paused": "等他人答复",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    href: str
    about: str
    word: str
    chip: ClockChip
    look: list[str]
    """What somebody must look at."""


@dataclass(frozen=True, slots=True)
class Group:
    anchor: str
    title: str
    rows: list[Line]


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    def line(
        row: Mapping[str, Any], names: Mapping[UUID, str], attention: Sequence[Mapping[str, Any]] = ()
    ) -> Line:
        facts = [CHANNELS[row["channel"]], APPLICANT_KINDS[row["applicant_kind"]]]
        who = names.get(row["handler"], "") if row["handler"] else ""
        facts += [part for part in (row["unit"], who) if part]
        title = row["topic"] or "还没有登记的申请"
        number = f"{row['number']}　" if row["number"] else ""
        return Line(
            title, f"{BASE}/cases/{row['id']}", number + "　".join(facts), STEP_NAMES.get(row["next_step"], ""),
            bench.chip(row), [each["sentence"] for each in attention],
        )  # fmt: skip

    @routes.get("")
    async def queue(request: Request, officer: Reader, mine: Annotated[str, Query(max_length=8)] = "") -> Response:
        handler = officer.person_id if mine == "1" else None
        async with bench.desks.reading() as db:
            page = await listing.queue(db, officer.organ_id, handler=handler, size=MOST)
            attention = await reading.attention(db, [row["id"] for row in page.rows])
        names = await bench.names(row["handler"] for row in page.rows)
        groups: dict[str, list[Line]] = {key: [] for key in GROUPS}
        for row in page.rows:
            shown = line(row, names, attention.get(row["id"], ()))
            # Whether and when it was received is confirmed on the day itself: nothing is more urgent but what is late.
            fresh = row["next_step"] == "receipt"
            groups["fresh" if fresh else shown.chip.state if shown.chip.state in GROUPS else "later"].append(shown)
        return await bench.show(
            request, "desk_queue.html", officer, nav_current="page", total=page.total,
            groups=[Group(key, GROUPS[key], rows) for key, rows in groups.items() if rows],
            counts_shown=[(key, GROUPS[key], len(rows)) for key, rows in groups.items()],
            tabs=[
                Link(f"全部 {page.total}" if not mine else "全部", BASE, "" if mine else "page"),
                Link("我承办的", f"{BASE}?mine=1", "page" if mine else ""),
            ],
            may_register=officer.may("request.register"), more=page.total > MOST,
        )  # fmt: skip

    @routes.get("/cases")
    async def cases(
        request: Request,
        officer: Reader,
        q: Annotated[str, Query(max_length=100)] = "",
        state: Annotated[str, Query(max_length=20)] = "",
        year: Annotated[str, Query(max_length=4)] = "",
        row: Annotated[str, Query(max_length=4)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        wanted = listing.Wanted(
            states=[state] if state in STATES else None,
            year=int(year) if year.isascii() and year.isdigit() else None,
            row=row if row in BY_KEY else None,
            text=q.replace("\x00", "") or None,
            page=page,
            size=SIZE,
        )
        async with bench.desks.reading() as db:
            found = await listing.cases(db, officer.organ_id, wanted)
        names = await bench.names(each["handler"] for each in found.rows)
        asked = "&".join(f"{name}={value}" for name, value in (("state", state), ("year", year), ("row", row)) if value)

        def href(number: int) -> str:
            text = request.url.include_query_params(page=number)
            return f"{text.path}?{text.query}"

        last = max(1, -(-min(found.total, listing.COUNTED) // SIZE))
        return await bench.show(
            request, "desk_cases.html", officer, q=q, state=state, year=year, row=row, asked=asked, states=STATES,
            outcomes=[one for one in BY_KEY.values() if one.is_decision], total=found.total_zh,
            lines=[(line(each, names), _ended(each)) for each in found.rows],
            pages=PageLinks(min(page, last), last, href), may_register=officer.may("request.register"),
        )  # fmt: skip

    return routes


def _ended(row: Mapping[str, Any]) -> str:
    state = STATES.get(row["state"], row["state"])
    return f"{state}，{BY_KEY[row['row']].printed_zh}" if row["row"] in BY_KEY else state
