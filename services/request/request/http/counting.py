"""Figures for the annual report: table 3, table 4 and fees at any date, each number opened; earlier years' cases."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from gongkai.statute.legal_day import legal_date
from gongkai.statute.outcomes import APPLICANTS
from gongkai.web.downloads import attachment
from gongkai.web.session import Officer, require
from gongkai.web.uploads import read_upload, the_file, upload_of
from request import importing, tallies
from request.counting.places import Period, period
from request.counting.table3 import ROWS, row_name
from request.counting.table4 import BLOCKS, RESULTS
from request.desks import Desks
from request.http.common import PageNumber, PageSize
from request.http.views import View
from request.intake.template import template

Counter = Annotated[Officer, Depends(require("request.count"))]
Importer = Annotated[Officer, Depends(require("request.import"))]
Year = Annotated[int, Query(ge=2008, le=2100)]
AsOf = Annotated[date | None, Query(description="the last day counted; today when left out")]
Line = Annotated[str, Query(pattern=f"^({'|'.join(ROWS)})$", description="a row of table 3 by its key")]
Column = Annotated[str, Query(pattern=f"^({'|'.join(APPLICANTS)})$", description="a column of table 3 by its key")]
Block = Literal["reconsideration", "suit-direct", "suit-after"]
Standing = Literal["upheld", "corrected", "other", "pending", "total"]
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FeesView(View):
    notices: int
    amount: str
    paid: int
    collected: str
    exempted: int


class BrokenView(View):
    identity: str
    where: str
    sentence: str


class CountingView(View):
    year: int
    as_of: date
    table3: dict[str, dict[str, int]]
    table4: dict[str, dict[str, int]]
    fees: FeesView
    broken: list[BrokenView] = Field(description="sums that do not hold; empty when all do")
    disordered: list[str] = Field(description="cases that ended before they came and stand in no table")


class CountedCase(View):
    case_id: UUID
    number: str
    kind: str
    counts_on: date | None
    row: str | None
    ended_on: date | None


class CellView(View):
    name: str
    cases: list[CountedCase]
    page: int


class BroughtInView(View):
    cases: int
    ids: list[UUID]
    notes: list[str]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["counting"])

    def within(year: int, as_of: date | None) -> Period:
        return period(year, as_of or legal_date(desks.kit.now()))

    @routes.get("/counting/years")
    async def years(caller: Counter) -> list[int]:
        """List the years in which anything was received."""
        async with desks.reading() as db:
            return await tallies.years(db, caller.organ_id)

    @routes.get("/counting")
    async def counting(caller: Counter, year: Year, as_of: AsOf = None) -> CountingView:
        """Count a year as far as a date reaches into it; every sum is checked."""
        until = within(year, as_of).until
        async with desks.reading() as db:
            found = await tallies.statistics(db, caller.organ_id, year, until)
        return view_of(found, year, until)

    @routes.get("/counting/cases")
    async def cell(
        caller: Counter, year: Year, row: Line, column: Column = "tot", as_of: AsOf = None, page: PageNumber = 1,
        size: PageSize = 100,
    ) -> CellView:  # fmt: skip
        """Open a cell of table 3: the cases it counts, the oldest first."""
        async with desks.reading() as db:
            cases = await tallies.cell(
                db, caller.organ_id, within(year, as_of), row, column, limit=size, offset=(page - 1) * size
            )
        name = f"{row_name(row)}·{APPLICANTS[column]}"
        return CellView.model_validate({"name": name, "cases": cases, "page": page})

    @routes.get("/counting/remedies")
    async def remedies(
        caller: Counter, year: Year, block: Block, result: Standing = "total", as_of: AsOf = None,
        page: PageNumber = 1, size: PageSize = 100,
    ) -> CellView:  # fmt: skip
        """Open a number of table 4."""
        async with desks.reading() as db:
            cases = await tallies.remedy_cell(
                db, caller.organ_id, within(year, as_of), block, result, limit=size, offset=(page - 1) * size
            )
        name = f"{BLOCKS[block]}·{RESULTS[result]}"
        return CellView.model_validate({"name": name, "cases": cases, "page": page})

    @routes.get("/imports/template", response_class=Response, responses={200: {"content": {XLSX: {}}}})
    async def sheet_template(caller: Importer) -> Response:  # noqa: ARG001  only who may import needs it
        """Return the spreadsheet to fill in with the cases of earlier years."""
        return attachment(template(), "earlier-cases.xlsx", XLSX)

    @routes.post("/imports", status_code=201, openapi_extra=upload_of())
    async def bring_in(request: Request, caller: Importer) -> BroughtInView:
        """Bring in the cases of a spreadsheet: all of them, or none and every line that is wrong is told."""
        form = await read_upload(request, caller)
        name, data = await the_file(form, limit=importing.LIMIT, kinds=importing.KINDS)
        done = await importing.bring_in(desks, caller, name, data)
        return BroughtInView.model_validate(done)

    return routes


def view_of(found: tallies.Statistics, year: int, until: date) -> CountingView:
    fees: dict[str, Any] = {name: getattr(found.fees, name) for name in ("notices", "paid", "exempted")}
    fees |= {"amount": str(found.fees.amount), "collected": str(found.fees.collected)}
    broken = [{"identity": one.identity, "where": one.where, "sentence": one.sentence_zh} for one in found.broken]
    return CountingView.model_validate(
        {
            "year": year,
            "as_of": until,
            "table3": found.table3.numbers,
            "table4": found.table4.numbers,
            "fees": fees,
            "broken": broken,
            "disordered": list(found.disordered),
        }
    )
