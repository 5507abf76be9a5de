"""How replies are approved in this organ: the ladder of today, the one that is to come, and what was set before."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.typed import read_date, sensible
from request.domain.ladder import ALL_RUNGS
from request.pages.answering import note, seen, typed
from request.pages.desk import ANSWERED, BASE, Bench

Setter = Annotated[Officer, Depends(require("request.settings"))]
HERE: Final = f"{BASE}/ladder"
PLACES: Final = tuple(range(1, len(ALL_RUNGS) + 1))
NONE: Final = "none"
_LONGEST: Final = 300


def named(rungs: Any) -> str:
    return " → ".join(ALL_RUNGS[key].name_zh if key in ALL_RUNGS else key for key in rungs)


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, form: Form | None, status: int = 200) -> Response:
        async with desks.reading() as db:
            found = await desks.laddering.standing(db, officer.organ_id, bench.today())
        names = await bench.names(row["set_by"] for row in found.settings)
        rungs = [*found.rungs, *[NONE for _ in PLACES]]
        filled = form or Form.of({f"rung-{place}": rungs[place - 1] for place in PLACES})
        return await bench.show(
            request, "desk_ladder.html", officer, status=status, form=filled, here=HERE, version=found.version,
            now=[ALL_RUNGS[key] for key in found.rungs if key in ALL_RUNGS], places=PLACES, base=BASE,
            choices=[(NONE, "不设这一级"), *((key, rung.name_zh) for key, rung in ALL_RUNGS.items())],
            settings=[
                {**row, "rungs_zh": named(row["rungs"]), "who": names.get(row["set_by"], ""),
                 "to_come": row["from_on"] > bench.today()}
                for row in found.settings
            ],
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @routes.get("/ladder")
    async def ladder(request: Request, officer: Setter) -> Response:
        return await page(request, officer, None)

    @routes.post("/ladder")
    async def keep(request: Request, officer: Setter) -> Response:
        form = await read_form(request)
        rungs = tuple(key for place in PLACES if (key := form.value(f"rung-{place}")) not in {"", NONE})
        reason = typed(form, "reason", "理由", _LONGEST)
        try:
            day = sensible(read_date(form.value("from_on").strip() or "无"))
        except ValueError as wrong:
            form.add("from_on", str(wrong), "从哪一天起")
        if form.errors:
            return await page(request, officer, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.laddering.set_to(
                    tx, officer.organ_id, rungs, day, reason, officer.person_id, seen(form)
                )
        except ANSWERED as trouble:
            return await page(request, officer, form, note(form, trouble))
        return see_other(f"{HERE}?done=1")

    return routes
