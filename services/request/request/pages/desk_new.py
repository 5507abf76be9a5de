"""An application that came on paper, by fax, in person or orally, entered by an officer."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.filters import local_date
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.typed import read_date, sensible
from request.application import APPLICANT_KINDS, PROOF_KINDS
from request.domain.values import CHANNELS, SUPPLY_FORMS, WAYS
from request.pages.answering import note
from request.pages.desk import ANSWERED, BASE, Bench
from request.pages.public import application_of

Registrar = Annotated[Officer, Depends(require("request.register"))]
#: What an officer enters; the website and other platforms come in by themselves.
ENTERED: Final = ("in-person", "post-signed", "post-ordinary", "fax", "email", "oral")
MOST_ITEMS: Final = 100


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def page(request: Request, officer: Officer, form: Form, status: int = 200) -> Response:
        for name, first in (("applicant_kind", "np"), ("supply_form", "paper"), ("way", "post"), ("items", "1")):
            if not form.value(name):
                form.fields[name] = [first]
        return await bench.show(
            request, "desk_new.html", officer, status=status, form=form,
            channels=[(key, CHANNELS[key]) for key in ENTERED],
            applicant_kinds=list(APPLICANT_KINDS.items()), proof_kinds=list(PROOF_KINDS.items()),
            supply_forms=list(SUPPLY_FORMS.items()), ways=list(WAYS.items()),
        )  # fmt: skip

    @routes.get("/new")
    async def new(request: Request, officer: Registrar) -> Response:
        form = Form()
        form.fields["submitted_on"] = [bench.today().isoformat()]
        return await page(request, officer, form)

    @routes.post("/new")
    async def take(request: Request, officer: Registrar) -> Response:
        form = await read_form(request)
        application = application_of(form)
        channel = next((key for key in ENTERED if key == form.value("channel")), None)
        if channel is None:
            form.add("channel", "请选择收到的方式", "收到的方式")
        day = None
        try:
            day = sensible(read_date(form.value("submitted_on") or "无"))
        except ValueError as wrong:
            form.add("submitted_on", str(wrong), "送达的日期")
        items = form.value("items")
        if not (items.isascii() and items.isdigit() and 1 <= int(items[:6]) <= MOST_ITEMS):
            form.add("items", f"请填写 1 至 {MOST_ITEMS} 的整数", "事项数")
        if application is None or channel is None or day is None or form.errors:
            return await page(request, officer, form, 422)
        try:
            async with bench.desks.changing(officer) as tx:
                taken = await bench.desks.reception.submit(
                    tx, officer.organ_id, application, channel=channel, submitted_on=local_date(day),
                    items=int(items), by=officer.person_id,
                )  # fmt: skip
        except ANSWERED as trouble:
            return await page(request, officer, form, note(form, trouble))
        if not application.proof_number:
            return see_other(f"{BASE}/cases/{taken.case_id}?done=taken")
        return await bench.show(
            request, "desk_taken.html", officer, code=taken.code, href=f"{BASE}/cases/{taken.case_id}"
        )

    return routes
