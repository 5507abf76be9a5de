"""One paper that asks for several things becomes several cases; each gets the words that belong to it."""

from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.statute.refusal import Refused
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from gongkai.web.typed import on_record
from request.domain import commands as c
from request.domain.allowed import allowed
from request.domain.law import cite
from request.pages.answering import note, seen
from request.pages.desk import ANSWERED, BASE, Bench

Registrar = Annotated[Officer, Depends(require("request.register"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
LEAST, MOST = 2, 20
MOST_WORDS: Final = 5_000


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            if c.Split not in allowed(loaded.case, desks.desk.practice):
                raise Refused("这件申请现在不能拆分。", cite("A29"))
            application = await desks.reception.application(tx, case_id, "handling", officer.organ_id)
        count = _count(form) or max(LEAST, min(MOST, loaded.file.application.items))
        if not form.value("part-1") and not form.errors:
            form.fields["part-1"] = [application.description]
        return await bench.show(
            request, "desk_split.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=loaded.file.topic, version=loaded.version, count=count, most=MOST,
            description=application.description,
        )  # fmt: skip

    @routes.get("/cases/{case_id}/split")
    async def ask(request: Request, case_id: UUID, officer: Registrar, looker: Looker) -> Response:
        del looker
        return await page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/split")
    async def split(request: Request, case_id: UUID, officer: Registrar, looker: Looker) -> Response:
        del looker
        form = await read_form(request)
        if form.value("do") == "more":
            form.fields["count"] = [str(min(MOST, (_count(form) or LEAST) + 1))]
            return await page(request, officer, case_id, form)
        words = _words(form, _count(form) or LEAST)
        try:
            reason = on_record(form.value("reason").strip())[:500]
        except ValueError as wrong:
            reason = ""
            form.add("reason", str(wrong), "理由")
        if not reason and not form.errors:
            form.add("reason", "请填写拆分的理由", "理由")
        if form.errors:
            return await page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.desk.take(tx, case_id, officer.organ_id, seen(form))
                whole = await desks.reception.application(tx, case_id, "handling", officer.organ_id)
                parts = [replace(whole, title="", document_number="", description=text) for text in words]
                await desks.reception.split(tx, case_id, parts, reason, officer.person_id, officer.organ_id)
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=split")

    return routes


def _count(form: Form) -> int:
    text = form.value("count")
    return int(text) if text.isascii() and text.isdigit() and LEAST <= int(text[:3]) <= MOST else 0


def _words(form: Form, count: int) -> list[str]:
    words = []
    for number in range(1, count + 1):
        name, label = f"part-{number}", f"第 {number} 项"
        try:
            text = printable(form.value(name).strip())
        except ValueError as wrong:
            form.add(name, str(wrong), label)
            continue
        if not text:
            form.add(name, "请把这一项要的信息照抄在这里", label)
        elif len(text) > MOST_WORDS:
            form.add(name, f"有 {len(text)} 个字，超过 {MOST_WORDS} 个字", label)
        words.append(text)
    return words
