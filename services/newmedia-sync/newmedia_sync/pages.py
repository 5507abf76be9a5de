"""Officers' pages: the register of accounts, the matrix of deliveries, one delivery with its ways out."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from starlette.responses import Response

from gongkai.runtime.errors import Invalid
from gongkai.runtime.kit import Kit
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.directory import Directory, name_of
from gongkai.web.filters import local_date
from gongkai.web.forms import FieldError, Form, read_form, see_other
from gongkai.web.pages import Pages
from gongkai.web.session import Officer, require
from newmedia_sync import showing, store
from newmedia_sync.connecting import SECRETS
from newmedia_sync.desk_work import WAY_NAMES, WAYS, DeskWork
from newmedia_sync.domain.account import MODE_NAMES, PLATFORM_NAMES
from newmedia_sync.domain.steps import MOVING, TROUBLED, WORDS
from newmedia_sync.inputs import AccountInput, FilingInput, ReasonInput, SecretsInput, Way
from newmedia_sync.rendition import WeChatRendition, WeiboRendition

Sees = Annotated[Officer, Depends(require("delivery.see"))]
Acts = Annotated[Officer, Depends(require("delivery.act"))]
SeesAccounts = Annotated[Officer, Depends(require("account.see"))]
Opens = Annotated[Officer, Depends(require("account.open"))]
Changes = Annotated[Officer, Depends(require("account.change"))]
Files = Annotated[Officer, Depends(require("account.file"))]
Closes = Annotated[Officer, Depends(require("account.close"))]
Keeps = Annotated[Officer, Depends(require("account.credential"))]

M = TypeVar("M", bound=BaseModel)
Failed = Callable[[Form, int], Awaitable[HTMLResponse]]

_REGISTER = "/newmedia/"
_MATRIX = "/newmedia/deliveries"
#: Ways that need words of the officer: field, label, hint.
_ASKS: dict[Way, tuple[str, str, str]] = {
    "post": ("url", "文章地址", "从平台复制完整的链接。我们会打开核对标题。"),
    "give-up": ("reason", "原因", "写进登记簿，并通知文件发布一方。"),
}


def router(work: DeskWork, kit: Kit, pages: Pages, directory: Directory) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def show(
        request: Request, template: str, officer: Officer, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        async with kit.reading() as db:
            states = await store.count_states(db, officer.organ_id)
        troubled = sum(states.get(state, 0) for state in TROUBLED)
        shared = {
            "troubled": troubled,
            "platform_names": PLATFORM_NAMES,
            "mode_names": MODE_NAMES,
            "sections": _sections(request, troubled),
        }
        counts = {"accounts": troubled} if troubled else {}
        return await pages.console(
            request, template, officer, nav="accounts", status=status, counts=counts, **(shared | context)
        )

    # ── The register ────────────────────────────────────────────────────────

    @routes.get("/")
    async def register(request: Request, officer: SeesAccounts) -> HTMLResponse:
        today = local_date(kit.now())
        rows = await work.accounts(officer.organ_id)
        lines = [showing.account_line(row, kit.calendar, today) for row in rows]
        return await show(request, "accounts.html", officer, lines=lines, opens=officer.may("account.open"))

    @routes.get("/accounts/new")
    async def new_form(request: Request, officer: Opens) -> HTMLResponse:
        return await _new(request, officer, Form.of({"mode": "automatic"}))

    async def _new(request: Request, officer: Officer, form: Form, status: int = 200) -> HTMLResponse:
        crumbs = [Link("新媒体账号", _REGISTER), Link("登记账号")]
        return await show(request, "account_new.html", officer, form=form, crumbs=crumbs, status=status)

    @routes.post("/accounts/new")
    async def open_account(request: Request, officer: Opens) -> Response:
        form = await read_form(request)
        typed = form.parse(AccountInput)
        if typed is None:
            return await _new(request, officer, form, 422)
        try:
            account_id = await work.open_account(officer, typed)
        except Refused as no:
            form.add("platform", str(no), "平台")
            return await _new(request, officer, form, 409)
        return see_other(f"/newmedia/accounts/{account_id}")

    @routes.get("/accounts/{account_id}")
    async def account(request: Request, account_id: UUID, officer: SeesAccounts) -> HTMLResponse:
        return await _account(request, officer, account_id, Form())

    async def _account(
        request: Request, officer: Officer, account_id: UUID, form: Form, status: int = 200
    ) -> HTMLResponse:
        row = await work.account(officer, account_id)
        card = store.card_of(row)
        line = showing.account_line(row, kit.calendar, local_date(kit.now()))
        return await show(
            request,
            "account.html",
            officer,
            status=status,
            form=form,
            row=row,
            card=card,
            line=line,
            secrets=list(SECRETS[card.platform].items()) if card.mode == "automatic" else [],
            spent=await work.spent(account_id) if card.mode == "automatic" else [],
            push_address=f"{kit.settings.public_url}/newmedia/push/wechat/{account_id}",
            responsible=await name_of(directory, card.responsible),
            crumbs=[Link("新媒体账号", _REGISTER), Link(card.name)],
        )

    @routes.get("/accounts/{account_id}/{step}")
    async def account_step(request: Request, account_id: UUID, step: str, officer: Changes) -> HTMLResponse:
        return await _step(request, officer, account_id, step, None)

    async def _step(
        request: Request, officer: Officer, account_id: UUID, step: str, form: Form | None, status: int = 200
    ) -> HTMLResponse:
        row = await work.account(officer, account_id)
        card = store.card_of(row)
        crumbs = [
            Link("新媒体账号", _REGISTER),
            Link(card.name, f"/newmedia/accounts/{account_id}"),
            Link("注销账号" if step == "close" else "变更账号"),
        ]
        known = Form.of(
            {
                "platform": card.platform,
                "name": card.name,
                "handle": card.handle,
                "mode": card.mode,
                "host_unit": card.host_unit,
                "operator_unit": card.operator_unit,
                "business": card.business,
            }
        )
        template = "account_close.html" if step == "close" else "account_change.html"
        return await show(
            request, template, officer, status=status, form=form or known, row=row, card=card, crumbs=crumbs
        )

    async def _run(
        request: Request, account_id: UUID, model: type[M], act: Callable[[M], Awaitable[None]], failed: Failed
    ) -> Response:
        """Read a form, do it, and show the page again with the sentence when it cannot be done."""
        form = await read_form(request)
        typed = form.parse(model)
        if typed is None:
            return await failed(form, 422)
        try:
            await act(typed)
        except Invalid as wrong:
            form.errors += [FieldError(path, sentence) for path, sentence in wrong.errors]
            return await failed(form, 422)
        except Refused as no:
            form.add("main", str(no))
            return await failed(form, 409)
        return see_other(f"/newmedia/accounts/{account_id}")

    @routes.post("/accounts/{account_id}/change")
    async def change_account(request: Request, account_id: UUID, officer: Changes) -> Response:
        return await _run(
            request, account_id, AccountInput,
            lambda typed: work.change_account(officer, account_id, typed),
            lambda form, status: _step(request, officer, account_id, "change", form, status),
        )  # fmt: skip

    @routes.post("/accounts/{account_id}/filing")
    async def file_account(request: Request, account_id: UUID, officer: Files) -> Response:
        return await _run(
            request, account_id, FilingInput,
            lambda typed: work.file_account(officer, account_id, typed.number),
            lambda form, status: _account(request, officer, account_id, form, status),
        )  # fmt: skip

    @routes.post("/accounts/{account_id}/credentials")
    async def keep_credentials(request: Request, account_id: UUID, officer: Keeps) -> Response:
        return await _run(
            request, account_id, SecretsInput,
            lambda typed: work.keep_credentials(officer, account_id, typed),
            lambda form, status: _account(request, officer, account_id, _without_secrets(form), status),
        )  # fmt: skip

    @routes.post("/accounts/{account_id}/close")
    async def close_account(request: Request, account_id: UUID, officer: Closes) -> Response:
        return await _run(
            request, account_id, ReasonInput,
            lambda typed: work.close_account(officer, account_id, typed.reason),
            lambda form, status: _step(request, officer, account_id, "close", form, status),
        )  # fmt: skip

    @routes.post("/accounts/{account_id}/check")
    async def check_credentials(request: Request, account_id: UUID, officer: Keeps) -> Response:
        await read_form(request)
        await work.check_credentials(officer, account_id)
        return see_other(f"/newmedia/accounts/{account_id}")

    # ── Deliveries ──────────────────────────────────────────────────────────

    @routes.get("/deliveries")
    async def deliveries(request: Request, officer: Sees, only: str = "", page: int = 1) -> HTMLResponse:
        current, size = max(1, min(page, 10_000)), 100
        async with kit.reading() as db:
            rows = await store.deliveries(
                db,
                officer.organ_id,
                states=TROUBLED if only == "troubled" else None,
                limit=size,
                offset=(current - 1) * size,
            )
        accounts = [(row["account_id"], store.card_of(row).name) for row in await work.accounts(officer.organ_id)]
        shown = {row["account_id"] for row in rows}
        tabs = [
            Link("全部", _MATRIX, "" if only == "troubled" else "page"),
            Link("要处理", f"{_MATRIX}?only=troubled", "page" if only == "troubled" else ""),
        ]
        return await show(
            request,
            "deliveries.html",
            officer,
            lines=showing.matrix(rows),
            columns=[one for one in accounts if one[0] in shown],
            tabs=tabs,
            moving=any(row["state"] in MOVING for row in rows),
            more=f"{_MATRIX}?only={only}&page={current + 1}" if len(rows) == size else "",
        )

    @routes.get("/deliveries/{delivery_id}")
    async def delivery(request: Request, delivery_id: UUID, officer: Sees) -> HTMLResponse:
        return await _delivery(request, officer, delivery_id, Form())

    async def _delivery(
        request: Request, officer: Officer, delivery_id: UUID, form: Form, status: int = 200
    ) -> HTMLResponse:
        row = await work.delivery(officer, delivery_id)
        card = store.card_of(row)
        rendition = await work.shelf.rendition(row["rendition"]) if row["rendition"] else None
        ways = WAYS.get(row["state"], ()) if officer.may("delivery.act") else ()
        return await show(
            request,
            "delivery.html",
            officer,
            status=status,
            form=form,
            row=row,
            card=card,
            state=WORDS[row["state"]],
            change=showing.CHANGE_NAMES[row["change"]],
            step=showing.STEP_NAMES.get(row["step"] or "", ""),
            life=showing.life(await work.history(delivery_id)),
            ways=ways,
            way_names=WAY_NAMES,
            asks=_ASKS,
            article=rendition if isinstance(rendition, WeChatRendition) else None,
            status_text=rendition.text if isinstance(rendition, WeiboRendition) else "",
            crumbs=[Link("新媒体账号", _REGISTER), Link("发布情况", _MATRIX), Link(row["title"])],
        )

    @routes.post("/deliveries/{delivery_id}/{way}")
    async def act(request: Request, delivery_id: UUID, way: Way, officer: Acts) -> Response:
        form = await read_form(request)
        words = form.value(_ASKS[way][0]).strip() if way in _ASKS else ""
        try:
            await work.act(officer, delivery_id, way, words)
        except Invalid as wrong:
            form.errors += [FieldError(path, sentence, _ASKS[way][1]) for path, sentence in wrong.errors]
            return await _delivery(request, officer, delivery_id, form, 422)
        except Refused as no:
            form.add(_ASKS[way][0] if way in _ASKS else "main", str(no))
            return await _delivery(request, officer, delivery_id, form, 409)
        return see_other(f"/newmedia/deliveries/{delivery_id}")

    return routes


def _sections(request: Request, troubled: int) -> list[Link]:
    at_matrix = "/deliveries" in request.url.path
    return [
        Link("账号登记", _REGISTER, "" if at_matrix else "page"),
        Link("发布情况", _MATRIX, "page" if at_matrix else "", troubled or None),
    ]


def _without_secrets(form: Form) -> Form:
    """Give a form back without what was typed: credentials are never sent to a browser."""
    return Form(errors=form.errors)
