"""What letters need of the house, and the page on which an applicant's data are destroyed for good."""

from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from request import reading, store
from request.pages.answering import note, typed
from request.pages.desk import ANSWERED, BASE, Bench
from request.work import is_open

Setter = Annotated[Officer, Depends(require("request.settings"))]
Eraser = Annotated[Officer, Depends(require("request.erase"))]
FIELDS: Final = ("reconsideration_url", "court", "how_to_pay")
ADDRESS: Final = "网上申请行政复议的网址"


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    @routes.get("/settings")
    async def settings(request: Request, officer: Setter) -> Response:
        async with desks.changing(officer) as tx:
            known = await store.organ_setting(tx, officer.organ_id)
        return await bench.show(
            request, "desk_settings.html", officer, form=Form.of(dict(zip(FIELDS, known, strict=True))),
            done=request.query_params.get("done", ""),
        )  # fmt: skip

    @routes.post("/settings")
    async def keep(request: Request, officer: Setter) -> Response:
        form = await read_form(request)
        url = typed(form, "reconsideration_url", ADDRESS, 300, printable)
        if url and not _is_address(url):
            form.add("reconsideration_url", "网址应当以 https:// 开头，例如 https://fuyi.example.cn", ADDRESS)
        court = typed(form, "court", "管辖的人民法院", 100)
        how_to_pay = typed(form, "how_to_pay", "缴费方式", 500)
        if not form.errors:
            async with desks.changing(officer) as tx:
                await store.keep_organ_setting(tx, officer.organ_id, url, court, how_to_pay, officer.person_id)
            return see_other(f"{BASE}/settings?done=1")
        return await bench.show(request, "desk_settings.html", officer, form=form, status=422, done="")

    async def erase_page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            application = loaded.file.application
            others = await reading.same_applicant(tx.db, officer.organ_id, application.applicant, case_id)
        return await bench.show(
            request, "desk_erase.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=loaded.file.topic, open=is_open(loaded.case), others=len(others),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/erase")
    async def ask_erase(request: Request, case_id: UUID, officer: Eraser) -> Response:
        return await erase_page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/erase")
    async def erase(request: Request, case_id: UUID, officer: Eraser) -> Response:
        form = await read_form(request)
        reason = typed(form, "reason", "理由", 500)
        if not reason and not form.errors:
            form.add("reason", "请写明删除的理由", "理由")
        if form.value("confirm") != "1":
            return see_other(f"{BASE}/cases/{case_id}/erase")
        if form.errors:
            return await erase_page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.erasing.erase(tx, case_id, officer.organ_id, None, reason, officer.person_id)
        except ANSWERED as trouble:
            return await erase_page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=erased")

    return routes


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(char.isspace() for char in text)
