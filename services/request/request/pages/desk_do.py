"""The page of one act: what it does, its fields, one verb, a way back. Every act of `acts.py` is done here."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.errors import NotFound
from gongkai.web import officers
from gongkai.web.filters import date_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.permissions import ROLE_NAMES
from gongkai.web.session import Officer, require
from request import reading
from request.domain.case import STATE_NAMES, file_of
from request.pages.act import Act, Doing, OtherCase, fields_of, initial_of, options_of, read
from request.pages.acts import ACTS
from request.pages.answering import note, seen
from request.pages.desk import ANSWERED, BASE, Bench

Reader = Annotated[Officer, Depends(require("request.see"))]
BY_KEY: Final = {act.key: act for act in ACTS}


async def doing(bench: Bench, officer: Officer, case_id: UUID) -> Doing:
    """Load the case and the colleagues who may be chosen."""
    async with bench.desks.changing(officer) as tx:
        loaded = await bench.desks.desk.load(tx, case_id, officer.organ_id)
        rows = await officers.officers(tx.db, officer.organ_id)
    names = await bench.names(row.person_id for row in rows)
    colleagues = [
        (str(row.person_id), f"{names[row.person_id]}（{row.unit or '未分配处室'}，{_roles(row.roles)}）")
        for row in rows
    ]
    return Doing(bench, officer, case_id, loaded.case, loaded.version, colleagues)


async def with_others(here: Doing) -> Doing:
    """Add what else the applicant has asked for."""
    file = file_of(here.case)
    if file is None:
        return here
    application = file.application
    async with here.bench.desks.reading() as db:
        rows = await reading.same_applicant(db, application.organ_id, application.applicant, here.case_id)
    others = [OtherCase(str(row["id"]), row["state"], _described(row)) for row in rows]
    return replace(here, others=others)


def _described(row: Mapping[str, Any]) -> str:
    state = next((zh for kind, zh in STATE_NAMES.items() if kind.__name__ == row["state"]), row["state"])
    named = " ".join(part for part in (row["number"] or "未编号", row["topic"]) if part)
    return f"{named}（{date_zh(row['submitted_on'])}提交，{state}）"


def _roles(roles: Any) -> str:
    return "、".join(ROLE_NAMES[role] for role in roles if role in ROLE_NAMES)


def possible(here: Doing) -> list[Act]:
    """Return what this officer may do with the case as it stands."""
    practice = here.bench.desks.desk.practice
    return [act for act in ACTS if here.officer.may(act.action) and act.possible(here.case, practice)]


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def page(request: Request, here: Doing, act: Act, form: Form, status: int = 200) -> Response:
        file = here.case.file if hasattr(here.case, "file") else None
        return await bench.show(
            request, "desk_act.html", here.officer, status=status, form=form, act=act, version=here.version,
            title=file.topic if file and file.topic else "申请",
            fields=[
                (each, options)
                for each in fields_of(act, here.case)
                # A choice of nothing that may be left out is no question.
                if (options := list(options_of(each, here))) or each.kind != "choice" or not each.optional
            ],
            action=f"{BASE}/cases/{here.case_id}/do/{act.key}", back=f"{BASE}/cases/{here.case_id}",
        )  # fmt: skip

    async def found(officer: Officer, case_id: UUID, key: str) -> tuple[Doing, Act]:
        act = BY_KEY.get(key)
        if act is None:
            raise NotFound("没有这项操作")
        officer.check(act.action)
        return await with_others(await doing(bench, officer, case_id)), act

    @routes.get("/cases/{case_id}/do/{key}")
    async def ask(request: Request, case_id: UUID, key: str, officer: Reader) -> Response:
        here, act = await found(officer, case_id, key)
        if not act.possible(here.case, bench.desks.desk.practice):
            return see_other(f"{BASE}/cases/{case_id}")
        return await page(request, here, act, initial_of(act, here.case))

    @routes.post("/cases/{case_id}/do/{key}")
    async def do(request: Request, case_id: UUID, key: str, officer: Reader) -> Response:
        form = await read_form(request)
        here, act = await found(officer, case_id, key)
        typed = read(act, here, form)
        if form.errors:
            return await page(request, here, act, form, 422)
        try:
            async with bench.desks.changing(officer) as tx:
                await bench.desks.desk.take(tx, case_id, officer.organ_id, seen(form))
                await act.perform(here, tx, typed)
        except ANSWERED as trouble:
            return await page(request, here, act, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done={act.key}")

    return routes
