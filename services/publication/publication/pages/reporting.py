"""The public door: anybody reports what is wrong on the site and asks later what became of it, without an account."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from gongkai.runtime.errors import TooMany
from gongkai.runtime.throttle import address_of
from gongkai.runtime.tx import Actor
from gongkai.statute.legal_day import legal_date
from gongkai.web.components import Link, SiteFrame
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.officers import OrganView
from publication import store
from publication.pages.console import BASE, Console
from publication.site_errors import store as kept
from publication.site_errors.decide import ABOUT_NAMES, OUTCOME_NAMES
from publication.site_errors.desk import SiteErrors, plain_receipt
from publication.site_errors.inputs import ReportInput
from publication.site_errors.throttle import Throttle

DOOR: Final = f"{BASE}/find-errors"
NAVIGATION: Final = 5
_UNKNOWN: Final = "没有找到这个编号，请对照提交后显示的编号再输入一遍"
_CITIZEN: Final = Actor("system", "citizen")
FOOTER: Final = (
    Link("公开指南", "/guide"),
    Link("站点地图", "/sitemap"),
    Link("隐私说明", "/privacy"),
    Link("我为政府网站找错", DOOR),
)


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    kit = console.kit
    errors, throttle = SiteErrors(kit), Throttle.of(kit)

    @routes.get("/find-errors")
    async def ask(request: Request) -> Response:
        asked = request.query_params
        form = Form.of({"page": asked.get("page", "")[:300], "organ": asked.get("organ", "")[:20]})
        return await _form(request, form)

    @routes.post("/find-errors")
    async def take(request: Request) -> Response:
        form = await read_form(request)
        typed = form.parse(ReportInput)
        if typed is None:
            return await _form(request, form, 422)
        try:
            await throttle.allow_report(address_of(request))
        except TooMany as enough:
            form.add("", enough.sentence)
            answer = await _form(request, form, 429)
            answer.headers["Retry-After"] = str(enough.retry_after)
            return answer
        async with kit.transaction(actor=_CITIZEN) as tx:
            organ = await errors.organ_for(tx.db, typed.page, form.value("organ"))
            reported = await errors.take(tx, organ.organ_id, typed.report()) if organ else None
        if reported is None:
            return await _form(request, form, 503)
        return see_other(f"{DOOR}/status?receipt={reported.receipt}&done=1", DOOR)

    @routes.get("/find-errors/status")
    async def status(request: Request) -> Response:
        typed = request.query_params.get("receipt", "")[:60]
        form = Form.of({"receipt": typed})
        if not typed:
            return await _page(request, "find_error_status.html", 200, form=form, row=None)
        await throttle.allow_look_up(address_of(request))
        async with kit.transaction(actor=_CITIZEN) as tx:
            row = await kept.by_receipt(tx.db, plain_receipt(typed))
            reply = await errors.reply(tx, row, "citizen") if row else ""
        if row is None:
            form.add("receipt", _UNKNOWN, "编号")
            return await _page(request, "find_error_status.html", 404, form=form, row=None)
        return await _page(
            request, "find_error_status.html", 200, form=form, row=row, reply=reply,
            about=ABOUT_NAMES[row["about"]], outcome=OUTCOME_NAMES.get(row["outcome"], ""),
            fresh=request.query_params.get("done") == "1" and row["outcome"] is None,
        )  # fmt: skip

    async def _form(request: Request, form: Form, status: int = 200) -> Response:
        return await _page(request, "find_error.html", status, form=form, abouts=list(ABOUT_NAMES.items()))

    async def _page(request: Request, template: str, status: int, **context: Any) -> Response:
        form = context["form"]
        async with kit.transaction() as tx:
            organ = await errors.organ_for(tx.db, form.value("page"), form.value("organ"))
            columns = await store.columns_on(tx, organ.organ_id, legal_date(tx.now)) if organ else ()
        if organ is None:
            return console.pages.page(request, "find_error_closed.html", 503, public=True)
        frame = _frame(organ, [column for column in columns if column.in_navigation])
        answer = console.pages.page(request, template, status, site=frame, organ=organ, door=DOOR, **context)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def _frame(organ: OrganView, columns: Any) -> SiteFrame:
    """Make the site's own frame from what this service knows of the organ and its main columns."""
    shown = sorted((column for column in columns if column.parent_id is None), key=lambda column: column.position)
    places = [("首页", "/"), *((column.name, f"/columns/{column.id}") for column in shown[:NAVIGATION])]
    places += [("政府文件库", "/library"), ("公开目录", "/catalogue")]
    return SiteFrame(
        organ=organ,
        navigation=[Link(label, href) for label, href in places],
        strip=(Link("无障碍说明", "/accessibility"), Link("订阅", "/subscribe")),
        footer=FOOTER,
    )
