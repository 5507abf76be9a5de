"""The figures of the annual report at any date, each number opened; and the sheet that brings in earlier years."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.statute.outcomes import APPLICANTS, BY_KEY, GROUPS_ZH, OUTCOMES, Group
from gongkai.web.components import Link, PageLinks
from gongkai.web.downloads import attachment
from gongkai.web.filters import date_plain
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.typed import read_date
from request import importing, tallies
from request.counting.places import Period, period
from request.counting.table3 import ROWS, row_name
from request.counting.table4 import BLOCKS, RESULTS
from request.intake.template import template
from request.pages.answering import note
from request.pages.desk import ANSWERED, BASE, Bench

Counter = Annotated[Officer, Depends(require("request.count"))]
Importer = Annotated[Officer, Depends(require("request.import"))]
Asked = Annotated[str, Query(max_length=40)]
PAGE: Final = 50
COUNTS, IMPORT = f"{BASE}/counts", f"{BASE}/import"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_YEAR: Final = 2008


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    def asked_period(year: str, as_of: str) -> Period:
        today = bench.today()
        chosen = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today.year
        chosen = min(max(chosen, _FIRST_YEAR), today.year)
        until = read_date(as_of) if as_of.strip() else today
        if until < date(chosen, 1, 1):
            raise ValueError(f"统计截止日早于{chosen}年1月1日")
        return period(chosen, min(until, today))

    def any_period(year: str, as_of: str) -> Period:
        try:
            return asked_period(year, as_of)
        except ValueError:
            return asked_period(year, "")

    @routes.get("/counts")
    async def counts(request: Request, officer: Counter, year: Asked = "", as_of: Asked = "") -> Response:
        form = Form.of({"as_of": as_of})
        try:
            within = asked_period(year, as_of)
        except ValueError as wrong:
            form.add("as_of", str(wrong), "统计截止日")
            within = any_period(year, "")
        async with desks.reading() as db:
            found = await tallies.statistics(db, officer.organ_id, within.year, within.until)
            years = sorted({*(await tallies.years(db, officer.organ_id)), bench.today().year}, reverse=True)
        return await bench.show(
            request, "desk_counts.html", officer, form=form, status=422 if form.errors else 200, found=found,
            within=within, blocks=BLOCKS, results=RESULTS, applicants=APPLICANTS, rows=_rows(),
            tabs=[Link(f"{one}年", f"{COUNTS}?year={one}", "page" if one == within.year else "") for one in years[:8]],
            opens=lambda **where: f"{COUNTS}/cases?{_query(within, **where)}",
            download=f"{COUNTS}/table.csv?{_query(within)}", imports=IMPORT if officer.may("request.import") else "",
        )  # fmt: skip

    @routes.get("/counts/table.csv")
    async def table(officer: Counter, year: Asked = "", as_of: Asked = "") -> Response:
        within = any_period(year, as_of)
        async with desks.reading() as db:
            found = await tallies.statistics(db, officer.organ_id, within.year, within.until)
        lines: list[list[str | int]] = [*found.table3.lines(), [], *found.table4.lines(), [], [found.fees.sentence_zh]]
        return attachment(_as_csv(lines), f"counts-{within.year}.csv", "text/csv; charset=utf-8")

    @routes.get("/counts/cases")
    async def cases(
        request: Request, officer: Counter, year: Asked = "", as_of: Asked = "", row: Asked = "", column: Asked = "tot",
        block: Asked = "", result: Asked = "total", page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:  # fmt: skip
        within, offset = any_period(year, as_of), (page - 1) * PAGE
        async with desks.reading() as db:
            counted = await tallies.statistics(db, officer.organ_id, within.year, within.until)
            if block in BLOCKS and result in RESULTS:
                title, total = f"{BLOCKS[block]}，{RESULTS[result]}", counted.table4.numbers[block][result]
                where = {"block": block, "result": result}
                found = await tallies.remedy_cell(
                    db, officer.organ_id, within, block, result, limit=PAGE, offset=offset
                )
            else:
                row, column = (row if row in ROWS else "new"), (column if column in APPLICANTS else "tot")
                title, total = f"{row_name(row)}，{APPLICANTS[column]}", counted.table3.numbers[row][column]
                where = {"row": row, "column": column}
                found = await tallies.cell(db, officer.organ_id, within, row, column, limit=PAGE, offset=offset)
        back = f"{COUNTS}?{_query(within)}"
        pages = PageLinks(
            min(page, -(-total // PAGE) or 1), max(1, -(-total // PAGE)),
            lambda number: f"{COUNTS}/cases?{_query(within, **where, page=str(number))}",
        )  # fmt: skip
        return await bench.show(
            request, "desk_counted.html", officer, title=title, total=total, within=within, back=back, pages=pages,
            lines=[_line(one) for one in found],
        )  # fmt: skip

    # ── Earlier years ──────────────────────────────────────────────────────

    @routes.get("/import")
    async def sheet(request: Request, officer: Importer, done: Asked = "") -> Response:
        count = int(done) if done.isascii() and done.isdigit() else 0
        return await bench.show(request, "desk_import.html", officer, done=count, figures=COUNTS, report=[])

    @routes.get("/import/template.xlsx")
    async def sheet_template(officer: Importer) -> Response:  # noqa: ARG001  only who may import needs it
        return attachment(template(), "earlier-cases.xlsx", XLSX)

    @routes.post("/import")
    async def bring_in(request: Request, officer: Importer) -> Response:
        form = await read_form(request, uploads=True)
        taken = await form.file("file", limit=importing.LIMIT, kinds=importing.KINDS)
        status, report = 422, []
        if taken is None and not form.errors:
            form.add("file", "请选择一个文件", "表格文件")
        if taken is not None:
            try:
                brought = await importing.bring_in(desks, officer, *taken)
            except ANSWERED as trouble:
                status = note(form, trouble)
                # The report belongs to the one file that was chosen: its head stands there, its lines below.
                head, *report = [one.sentence for one in form.errors]
                form.errors.clear()
                form.add("file", head, "表格文件")
            else:
                return see_other(f"{IMPORT}?done={brought.cases}")
        return await bench.show(
            request, "desk_import.html", officer, form=form, status=status, done=0, figures=COUNTS, report=report
        )

    return routes


def _rows() -> list[tuple[str, str, str]]:
    """Return key, name and heading of each row; a heading only where its group begins."""
    rows, before = [], Group.INFLOW
    for outcome in OUTCOMES:
        heading = GROUPS_ZH.get(outcome.group, "") if outcome.group != before else ""
        rows.append((outcome.key, outcome.printed_zh, heading))
        before = outcome.group
    return rows


def _query(within: Period, **more: str) -> str:
    return urlencode({"year": within.year, "as_of": within.until.isoformat(), **more})


def _line(one: Mapping[str, Any]) -> dict[str, str]:
    ended = f"{date_plain(one['ended_on'])}，{BY_KEY[one['row']].printed_zh}" if one["row"] else "尚未办结"
    return {
        "number": one["number"] or "没有编号",
        "href": "" if one["imported"] else f"{BASE}/cases/{one['case_id']}",
        "about": APPLICANTS[one["kind"]] + ("，往年补录" if one["imported"] else ""),
        "received": date_plain(one["counts_on"]) if one["counts_on"] else "",
        "ended": ended,
    }


def _as_csv(lines: Sequence[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")
