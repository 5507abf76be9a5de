"""An applicant's own case: where it stands, every date with its sum, the letters, and what they may do themselves."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gongkai.runtime.errors import NotFound, Unauthenticated
from gongkai.runtime.throttle import address_of
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.cookies import secure
from gongkai.web.downloads import attachment, shown_pdf
from gongkai.web.forms import Form, read_form, see_other
from request import reading, store
from request.application import PROOF_KINDS, Application
from request.domain import commands as c
from request.domain.case import (
    STATE_NAMES,
    AwaitingCorrection,
    Case,
    Handling,
    Joined,
    SplitUp,
    Submitted,
    file_of,
)
from request.domain.values import SUPPLY_FORMS, WAYS
from request.following import COOKIE, COOKIE_PATH, LASTS
from request.pages.answering import note
from request.pages.mine_view import LETTER_NAMES, Act, view
from request.pages.opened import MINE, Opened, opened
from request.pages.public import LIMITS, application_of
from request.pages.site import ANSWERED, PublicSite
from request.service import organ_of

NOT_THERE: Final = 404
TOO_OFTEN: Final = 429
HERE: Final = Link("办理进度")
DONE: Final = {
    "corrected": "补正已经收到，答复期限从今天的次日起重新计算。",
    "identified": "补正已经收到，答复期限从今天的次日起重新计算。今后查询进度，请用查询码和证件号码最后六位。",
    "withdrawn": "申请已经撤回，不再办理。",
    "objected": "异议已经收到，我们核对后答复，答复显示在本页。",
}
CHANGEABLE: Final = (
    "name", "title", "document_number", "description", "supply_form", "way", "phone", "email", "address",
)  # fmt: skip
PROOF: Final = ("proof_kind", "proof")
WHO: Final = ("name", *PROOF)


def changeable(application: Application) -> tuple[str, ...]:
    """Return what an applicant may correct; a proof of identity that we have is changed with the proof in hand only."""
    return CHANGEABLE if application.proof_number else PROOF + CHANGEABLE


def router(site: PublicSite) -> APIRouter:
    routes = APIRouter(include_in_schema=False, prefix="/mine")
    desks = site.desks

    async def parts_of(case: Case) -> list[Act]:
        """Return the parts of a paper that was split, each with where it stands."""
        if not isinstance(case, SplitUp):
            return []
        found = []
        async with desks.by_applicant() as tx:
            for number, part in enumerate(case.into, 1):
                loaded = await desks.desk.load(tx, part)
                words = (await desks.people.application(tx, loaded.file.application.item, "follow")).description
                found.append(Act(words, f"{MINE}?item={number}", STATE_NAMES[type(loaded.case)]))
        return found

    async def enter_page(request: Request, form: Form, status: int = 200) -> Response:
        trouble = "没有查到" if status == NOT_THERE else "请再等一等" if status == TOO_OFTEN else "需要补填"
        return await site.show(request, "public_enter.html", HERE, status=status, form=form, trouble=trouble)

    @routes.get("")
    async def mine(request: Request) -> Response:
        try:
            found = await opened(desks, request)
        except (Unauthenticated, NotFound):
            return await enter_page(request, Form())
        organ = await site.organ()
        async with desks.by_applicant() as tx:
            said = await desks.objecting.told(tx, found.id, "follow")
            _, _, how_to_pay = await store.organ_setting(tx, organ_of(found.case) or organ.organ_id)
        async with desks.reading() as db:
            letters = await reading.letters(db, found.id)
            history = await reading.timeline(db, found.id)
            given = await reading.given_files(db, found.id, given_in(found.case))
        shown = view(
            found.case, found.application.title or found.application.description, letters, history,
            calendar=desks.desk.calendar, practice=desks.desk.practice, today=legal_date(desks.kit.now()),
            short_name=organ.short_name, given=given, item=found.item,
            asked=found.application.description if found.application.title else "", how_to_pay=how_to_pay,
        )  # fmt: skip
        shown.parts = await parts_of(found.case)
        shown.objections = said
        done = DONE.get(request.query_params.get("done", ""), "")
        whole = MINE if found.item else ""
        return await site.show(request, "public_case.html", HERE, mine=shown, done=done, whole=whole)

    @routes.post("/enter")
    async def enter(request: Request) -> Response:
        form = await read_form(request)
        code, factor = form.value("code").strip(), form.value("factor").strip()
        if not code:
            form.add("code", "请填写查询码")
        if not factor:
            form.add("factor", "请填写证件号码最后六位")
        if form.errors:
            return await enter_page(request, Form(errors=form.errors), 422)
        try:
            value = await desks.following.open(code, factor, address_of(request))
        except ANSWERED as trouble:
            again = Form()
            return await enter_page(request, again, note(again, trouble))
        answer = see_other(MINE)
        answer.set_cookie(
            COOKIE, value, max_age=int(LASTS.total_seconds()), path=COOKIE_PATH, httponly=True, samesite="strict",
            secure=secure(desks.kit.settings),
        )  # fmt: skip
        return answer

    @routes.post("/leave")
    async def leave(request: Request) -> Response:
        await read_form(request)
        answer = see_other("/request/")
        answer.delete_cookie(COOKIE, path=COOKIE_PATH)
        return answer

    @routes.get("/correction")
    async def correction(request: Request) -> Response:
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        form = Form.of({name: getattr(found.application, name) for name in changeable(found.application)})
        return await correction_page(request, found, form)

    async def correction_page(request: Request, found: Opened, form: Form, status: int = 200) -> Response:
        case = found.case
        if not (isinstance(case, Handling) and isinstance(case.awaits, AwaitingCorrection) and case.file.correction):
            raise Refused("这件申请现在没有需要补正的内容", "《政府信息公开条例》第三十条")
        return await site.show(
            request,
            "public_correction.html",
            Link("办理进度", MINE),
            Link("补正申请"),
            status=status,
            form=form,
            asked=case.file.correction.what,
            answer_by=case.awaits.answer_by,
            item=found.item,
            unproved=not found.application.proof_number,
            proof_kinds=list(PROOF_KINDS.items()),
            limits=LIMITS,
            supply_forms=list(SUPPLY_FORMS.items()),
            ways=list(WAYS.items()),
        )

    @routes.post("/correction")
    async def correct(request: Request) -> Response:
        form = await read_form(request)
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        typed = application_of(form)
        if typed is not None and not typed.description.strip():
            form.add("description", "请写明想要的信息：名称、文号，或者便于查找的其他特征", "具体说明")
        if typed is None or form.errors:
            return await correction_page(request, found, form, 422)
        # Who applies stays as they are where the form did not ask, a page that was open since yesterday say.
        names = [name for name in changeable(found.application) if name not in WHO or name in form.fields]
        change: dict[str, Any] = {name: getattr(typed, name) for name in names}
        whole = replace(found.application, **change)
        try:
            async with desks.by_applicant() as tx:
                await desks.reception.correct(tx, found.id, legal_date(tx.now), whole, by_applicant=True)
        except ANSWERED as trouble:
            return await correction_page(request, found, form, note(form, trouble))
        done = "corrected" if whole.factor == found.application.factor else "identified"
        return see_other(found.after(done))

    @routes.get("/withdraw")
    async def ask_withdraw(request: Request) -> Response:
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        return await site.show(
            request, "public_withdraw.html", Link("办理进度", MINE), Link("撤回申请"), item=found.item
        )

    @routes.post("/withdraw")
    async def withdraw(request: Request) -> Response:
        form = await read_form(request)
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        if form.value("confirm") != "1" or not isinstance(found.case, Handling | Submitted | Joined):
            return see_other(f"{MINE}{found.item}")
        async with desks.by_applicant() as tx:
            await desks.desk.perform(tx, found.id, c.Withdraw(legal_date(tx.now)))
        return see_other(found.after("withdrawn"))

    @routes.get("/letters/{letter}")
    async def letter(request: Request, letter: UUID) -> Response:
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        async with desks.by_applicant() as tx:
            mine = await reading.letters(tx.db, found.id)
            wanted = next((row for row in mine if row["id"] == letter and row["kind"] in LETTER_NAMES), None)
            if wanted is None:
                raise NotFound("没有找到这份文书")
            where = await reading.letter_file(tx.db, found.id, letter, "pdf")
            content = await desks.people.read_bytes(tx, where["item_id"], "follow")
        return shown_pdf(content, LETTER_NAMES[wanted["kind"]])

    @routes.get("/files/{digest}")
    async def given_file(request: Request, digest: str) -> Response:
        """Give a file that the reply gives, as a download that no browser runs."""
        try:
            found = await opened(desks, request)
        except Unauthenticated:
            return see_other(MINE)
        async with desks.by_applicant() as tx:
            rows = await reading.given_files(tx.db, found.id, [one for one in given_in(found.case) if one == digest])
            if not rows:
                raise NotFound("没有找到这个文件")
            data = await desks.people.read_bytes(tx, rows[0]["item_id"], "follow")
        return attachment(data, rows[0]["name"])

    return routes


def given_in(case: Case) -> list[str]:
    """Return the digests of what the replies give."""
    file = file_of(case)
    return sorted({blob for reply in file.replies for blob in reply.given}) if file else []
