"""Sign-off: the gates in full, the channels, the time; the emergency lane; and the second signature of a withdrawal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from gongkai.runtime.errors import NotFound
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import clocks, reading
from publication.callers import officer_of
from publication.domain import steps
from publication.domain.dossier import ChangeProposed, Companion, Reviewing
from publication.domain.gates import NEVER_OWED
from publication.domain.people import DECIDERS, ROLE_NAMES
from publication.pages.console import ANSWERED, BASE, Console, document_tabs, note
from publication.pages.dossiers import Sheet, open_sheet
from publication.pages.inputs import OnRecord, ReasonInput, WhenInput, scheduled_at
from publication.pages.matrix import POLICY_NAMES
from publication.pages.progress import GateView, gate_views
from publication.release.channels import WEBSITE
from publication.releasing import Order

Reader = Annotated[Officer, Depends(require("document.see"))]
Signer = Annotated[Officer, Depends(require("release.order"))]
Head = Annotated[Officer, Depends(require("release.emergency"))]
Withdrawer = Annotated[Officer, Depends(require("document.withdraw"))]
_POLICY_HINTS: Final = {
    "all-or-hold": "有一个渠道没有就绪就暂缓，等人处理",
    "site-first": "到准备截止，网站先放出，其余补发",
}


class OrderInput(WhenInput):
    """What every sign-off says beside its edition."""

    edition: int = Field(ge=1, title="版次")
    channels: tuple[str, ...] = Field(min_length=1, max_length=100, title="发布渠道")
    policy: str = Field(pattern="^(all-or-hold|site-first)$", title="渠道没有就绪时")


class DeclineInput(BaseModel):
    decision: str = Field(pattern="^(approve|decline)$", title="决定")
    decline_reason: OnRecord = Field(default="", title="不同意的理由")


@dataclass(frozen=True, slots=True)
class Second:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Together:
    title: str
    words: str


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/sign")
    async def sign_form(request: Request, document_id: UUID, officer: Reader) -> Response:
        async with console.looking(officer) as tx:
            waiting = (await open_sheet(console, tx, officer, document_id)).document
        if isinstance(waiting, ChangeProposed):
            return see_other(f"{BASE}/documents/{document_id}/proposal")
        return await _page(console, request, officer, document_id, None, "sign")

    @routes.post("/documents/{document_id}/sign")
    async def sign(request: Request, document_id: UUID, officer: Signer) -> Response:
        form = await read_form(request)
        order, edition = _order(form)
        status = 422
        if order is not None and not form.errors:
            try:
                async with console.changing(officer) as tx:
                    [release_id, *_] = await console.desks.releases.approve(
                        tx, officer_of(officer), officer.organ_id, document_id, edition, order
                    )
                return see_other(f"{BASE}/releases/{release_id}?done=signed")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, document_id, form, "sign", status)

    @routes.get("/documents/{document_id}/emergency")
    async def emergency_form(request: Request, document_id: UUID, officer: Head) -> Response:
        return await _page(console, request, officer, document_id, None, "emergency")

    @routes.post("/documents/{document_id}/emergency")
    async def emergency(request: Request, document_id: UUID, officer: Head) -> Response:
        form = await read_form(request)
        order, edition = _order(form)
        why = form.parse(ReasonInput)
        status = 422
        if order is not None and why is not None and not form.errors:
            try:
                async with console.changing(officer) as tx:
                    release_id = await console.desks.releases.approve_in_emergency(
                        tx, officer_of(officer), officer.organ_id, document_id, edition, why.reason, order
                    )
                return see_other(f"{BASE}/releases/{release_id}?done=emergency")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, document_id, form, "emergency", status)

    @routes.get("/documents/{document_id}/proposal")
    async def proposal_form(request: Request, document_id: UUID, officer: Withdrawer) -> Response:
        return await _page(console, request, officer, document_id, None, "proposal")

    @routes.post("/documents/{document_id}/proposal")
    async def proposal(request: Request, document_id: UUID, officer: Withdrawer) -> Response:
        form = await read_form(request)
        order, _ = _order(form)
        status = 422
        if order is not None and not form.errors:
            try:
                async with console.changing(officer) as tx:
                    release_id = await console.desks.releases.approve_proposal(
                        tx, officer_of(officer), officer.organ_id, document_id, order
                    )
                return see_other(f"{BASE}/releases/{release_id}?done=signed")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, document_id, form, "proposal", status)

    return routes


def _order(form: Form) -> tuple[Order | None, int]:
    wanted = form.parse(OrderInput)
    if wanted is None:
        return None, 0
    at = scheduled_at(form, wanted)
    channels = tuple(dict.fromkeys((WEBSITE, *wanted.channels)))
    return Order(channels, at, cast("Any", wanted.policy)), wanted.edition


@dataclass(frozen=True, slots=True)
class _Lane:
    heading: str
    verb: str
    blocked_title: str


_LANES: Final = {
    "sign": _Lane("签发", "签发，开始发布", "还不能签发"),
    "emergency": _Lane("紧急发布", "紧急发布", "这几项紧急时也不能跳过"),
    "proposal": _Lane("批准撤回或废止", "批准，通知各渠道", ""),
}


async def _page(
    console: Console,
    request: Request,
    officer: Officer,
    document_id: UUID,
    form: Form | None,
    lane: str,
    status: int = 200,
) -> HTMLResponse:
    async with console.looking(officer) as tx:
        sheet = await open_sheet(console, tx, officer, document_id)
        if lane == "proposal" and not isinstance(sheet.document, ChangeProposed):
            raise NotFound("没有等待批准的撤回或者废止")
        channels = await reading.channels(tx.db, officer.organ_id)
        companions = await console.desk.companions(tx, sheet.case)
    form = form or Form.of(_initial(sheet, channels))
    gates = [] if lane == "proposal" else _shown(gate_views(sheet.gates), lane)
    words = _LANES[lane]
    owed = steps.missing(sheet.dossier.marks, important=sheet.dossier.important)
    decline = Second("不同意", f"{sheet.base}/decline") if lane == "proposal" else None
    return await console.show(
        request,
        "sign.html",
        officer,
        status=status,
        form=form,
        document_id=document_id,
        edition=sheet.dossier.edition,
        heading=_heading(sheet, lane),
        verb=words.verb,
        title=sheet.content.title,
        tabs=document_tabs(document_id, "", officer, editable=sheet.editable),
        action=f"{sheet.base}/{lane}",
        gates=gates,
        blocked_title=words.blocked_title,
        blocked=_blocked(sheet, gates, lane),
        explanation=_explanation(sheet),
        together=_together(companions) if lane == "sign" else [],
        emergency=lane == "emergency",
        owed=steps.named(owed),
        make_up_by=_make_up_by(console, sheet.today),
        channels=[(each["id"], each["name"]) for each in channels],
        policies=[(key, name, _POLICY_HINTS[key]) for key, name in POLICY_NAMES.items()],
        may=officer.may("release.order") or lane != "sign",
        who="、".join(ROLE_NAMES[role] for role in DECIDERS),
        second=decline,
    )


def _initial(sheet: Sheet, channels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    column = next((each for each in sheet.columns if each.id == sheet.dossier.column_id), None)
    first = column.release_policy if column and sheet.dossier.live is None else "site-first"
    return {"channels": [each["id"] for each in channels], "policy": first, "when": "now"}


def _shown(views: list[GateView], lane: str) -> list[GateView]:
    return [view for view in views if view.name in NEVER_OWED] if lane == "emergency" else views


def _heading(sheet: Sheet, lane: str) -> str:
    if isinstance(sheet.document, ChangeProposed):
        return "批准撤回" if sheet.document.proposal.change == "withdraw" else "批准废止"
    return "签发更正" if lane == "sign" and sheet.dossier.live is not None else _LANES[lane].heading


def _blocked(sheet: Sheet, gates: list[GateView], lane: str) -> str:
    if lane == "sign" and not isinstance(sheet.document, Reviewing):
        return f"文件现在是“{sheet.state}”，还不能签发。"
    left = [gate.short for gate in gates if not gate.ok]
    return f"还差：{'、'.join(left)}。" if left else ""


def _explanation(sheet: Sheet) -> str:
    if isinstance(sheet.document, ChangeProposed):
        return sheet.document.proposal.explanation
    return sheet.dossier.explanation if sheet.dossier.live is not None else ""


def _together(companions: tuple[Companion, ...]) -> list[Together]:
    """Name the interpretations that this signature signs too, and those that keep it waiting."""
    return [
        Together(each.title, "，审校已完成，一起发布" if each.ready else "，已经签发" if each.signed else "，已经发布")
        for each in companions
        if each.form and (each.ready or each.signed or each.released)
    ]


def _make_up_by(console: Console, today: date) -> date:
    return clocks.debt_due_on(today, console.kit.calendar)
