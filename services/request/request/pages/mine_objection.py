"""An applicant disagrees: the form, what was said before, and what we answered."""

from typing import Final, cast

from fastapi import APIRouter, Request, Response

from gongkai.runtime.errors import Unauthenticated
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.texts import printable
from request.domain.case import file_of
from request.domain.law import cite
from request.domain.objection import ABOUT, About, subjects
from request.objecting import MOST_WORDS, may_object
from request.pages.answering import note, typed
from request.pages.opened import MINE, Opened, opened
from request.pages.site import ANSWERED, PublicSite

HINTS: Final[dict[About, str]] = {
    "dates": "哪一天算收到、期限怎么数。",
    "fee": "收费的标准、数量和金额。",
    "handling": "例如要求补正、征求意见、延期是否必要。",
    "reply": "也可以直接申请行政复议或者提起行政诉讼，提出异议不影响这些期限。",
}


def router(site: PublicSite) -> APIRouter:
    routes = APIRouter(include_in_schema=False, prefix="/mine")
    desks = site.desks

    async def page(request: Request, found: Opened, form: Form, status: int = 200) -> Response:
        file = file_of(found.case)
        if file is None or not may_object(found.case):
            raise Refused("请在分开办理的各件申请里提出异议。", cite("A51"))
        async with desks.by_applicant() as tx:
            said = await desks.objecting.told(tx, found.id, "follow")
        if not form.value("about"):
            form.fields["about"] = [subjects(file)[-1]]
        return await site.show(
            request, "public_objection.html", Link("办理进度", MINE), Link("提出异议"), status=status, form=form,
            item=found.item, said=said, most=MOST_WORDS,
            abouts=[(about, f"{ABOUT[about]}（{HINTS[about].rstrip('。')}）") for about in subjects(file)],
        )  # fmt: skip

    @routes.get("/objection")
    async def ask(request: Request) -> Response:
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        return await page(request, found, Form())

    @routes.post("/objection")
    async def send(request: Request) -> Response:
        form = await read_form(request)
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        about = form.value("about")
        if about not in ABOUT:
            form.add("about", "请选择对什么有异议", "对什么有异议")
        words = typed(form, "words", "您的意见", MOST_WORDS, printable)
        if form.errors:
            return await page(request, found, form, 422)
        try:
            async with desks.by_applicant() as tx:
                await desks.objecting.raise_one(tx, found.id, cast("About", about), words)
        except ANSWERED as trouble:
            return await page(request, found, form, note(form, trouble))
        return see_other(found.after("objected"))

    return routes
