"""What an applicant objects to, for the officers who answer: each look at the words is recorded."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from request.objecting import MOST_WORDS
from request.pages.answering import note, typed
from request.pages.desk import ANSWERED, BASE, Bench

Looker = Annotated[Officer, Depends(require("request.personal-data"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
DONE: Final = "已经答复，申请人会得到通知。"


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            said = await desks.objecting.told(tx, case_id, "handling")
        waiting = [(str(one.id), f"{one.name}，{one.raised_on}") for one in said if one.answered_on is None]
        if len(waiting) == 1:
            form.fields.setdefault("objection", [waiting[0][0]])
        return await bench.show(
            request, "desk_objections.html", officer, status=status, form=form, said=said, waiting=waiting,
            topic=loaded.file.topic, base=f"{BASE}/cases/{case_id}", answers=officer.may("request.handle"),
            done=DONE if request.query_params.get("done") == "1" else "",
        )  # fmt: skip

    @routes.get("/cases/{case_id}/objections")
    async def objections(request: Request, case_id: UUID, officer: Looker) -> Response:
        return await page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/objections")
    async def answer(request: Request, case_id: UUID, officer: Handler, looker: Looker) -> Response:
        del looker
        form = await read_form(request)
        words = typed(form, "words", "答复", MOST_WORDS, printable)
        try:
            objection = UUID(form.value("objection"))
        except ValueError:
            form.add("objection", "请选择答复哪一项")
            return await page(request, officer, case_id, form, 422)
        if form.errors:
            return await page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.objecting.answer(
                    tx, case_id, objection, words, officer.person_id, officer.organ_id
                )
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}/objections?done=1")

    return routes
