"""The disclosure and secrecy review item by item, and the impact assessment before personal data is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from gongkai.runtime.register import canonical
from gongkai.statute import rules
from gongkai.statute.deadlines import keep_until
from gongkai.statute.legal_day import legal_date
from gongkai.web.filters import date_plain
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.sentences import sentence_of
from gongkai.web.session import Officer, require
from publication.callers import officer_of
from publication.domain import commands as c
from publication.domain import disclosure
from publication.domain.disclosure import Item, Verdict
from publication.domain.gates import ASSESSMENT_ARTICLE
from publication.domain.people import ROLE_NAMES, acting
from publication.pages.console import ANSWERED, BASE, Console, document_tabs, note
from publication.pages.dossiers import Sheet, open_sheet
from publication.pages.inputs import Line, OnRecord, number_of
from publication.pages.story import RESULTS

Reader = Annotated[Officer, Depends(require("document.see"))]
Assessor = Annotated[Officer, Depends(require("impact.assess"))]
_REASON: Final[TypeAdapter[str]] = TypeAdapter(OnRecord)
_STATES: Final = {"clear": ("ok", "done"), "concern": ("bad", "stop"), "referred": ("warn", "ask")}


class AssessmentInput(BaseModel):
    """个人信息保护影响评估 (个人信息保护法第五十六条)."""

    edition: int = Field(ge=1, le=1_000_000, title="版次")
    covers: tuple[Line, ...] = Field(min_length=1, max_length=2_000, title="评估覆盖的内容")
    purpose: Line = Field(min_length=1, max_length=5_000, title="目的、方式和必要性")
    risks: Line = Field(min_length=1, max_length=5_000, title="对个人权益的影响和风险")
    measures: Line = Field(min_length=1, max_length=5_000, title="保护措施")


@dataclass(frozen=True, slots=True)
class Answered:
    words: str
    kind: str
    icon: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemView:
    name: str
    article: str
    question: str
    roles: str
    mine: bool
    answered: Answered | None


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/disclosure")
    async def disclosure_form(request: Request, document_id: UUID, officer: Reader) -> Response:
        return await _disclosure_page(console, request, officer, document_id, Form())

    @routes.post("/documents/{document_id}/disclosure")
    async def review(request: Request, document_id: UUID, officer: Reader) -> Response:
        form = await read_form(request)
        verdicts = _verdicts(form)
        status = 422
        if not form.errors:
            edition = number_of(form.value("edition"))
            command = c.ReviewDisclosure(officer_of(officer), edition, verdicts)
            try:
                async with console.changing(officer) as tx:
                    await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)
                return see_other(f"{BASE}/documents/{document_id}?done=reviewed")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _disclosure_page(console, request, officer, document_id, form, status)

    @routes.get("/documents/{document_id}/assessment")
    async def assessment_form(request: Request, document_id: UUID, officer: Reader) -> Response:
        return await _assessment_page(console, request, officer, document_id, Form())

    @routes.post("/documents/{document_id}/assessment")
    async def assess(request: Request, document_id: UUID, officer: Assessor) -> Response:
        form = await read_form(request)
        typed = form.parse(AssessmentInput)
        status = 422
        if typed is not None:
            try:
                await _assess(console, officer, document_id, typed)
                return see_other(f"{BASE}/documents/{document_id}?done=assessed")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _assessment_page(console, request, officer, document_id, form, status)

    return routes


def _verdicts(form: Form) -> tuple[Verdict, ...]:
    """Read the answers that were given; what is left open is left for later."""
    found: list[Verdict] = []
    for item in disclosure.ITEMS:
        result = form.value(f"v-{item.name}")
        if result not in RESULTS:
            continue
        reason = form.value(f"r-{item.name}").strip()
        try:
            _REASON.validate_python(reason)
        except ValidationError as wrong:
            form.add(f"r-{item.name}", sentence_of(wrong.errors()[0], "理由"), item.question)
        if result != "clear" and not reason:
            form.add(f"r-{item.name}", "没有通过的，请写明理由", item.question)
        found.append(Verdict(item.name, cast("Any", result), reason))
    if not found and not form.errors:
        form.add(f"v-{disclosure.ITEMS[0].name}", "请至少给出一项结论")
    return tuple(found)


async def _assess(console: Console, officer: Officer, document_id: UUID, typed: AssessmentInput) -> None:
    """Keep the report as a blob and bind it to the edition, as the API does."""
    report = {
        "document_id": str(document_id),
        "edition": typed.edition,
        "by": str(officer.person_id),
        "lawful_and_necessary": typed.purpose,
        "effects_and_risks": typed.risks,
        "measures": typed.measures,
        "covers": sorted(typed.covers),
    }
    ref = await console.kit.blobs.put(canonical(report).encode(), "application/json")
    until = keep_until(rules.IMPACT_ASSESSMENT_KEPT, legal_date(console.kit.now()))
    command = c.RecordAssessment(officer_of(officer), typed.edition, ref.digest, typed.covers, until)
    async with console.changing(officer) as tx:
        await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)


async def _disclosure_page(
    console: Console, request: Request, officer: Officer, document_id: UUID, form: Form, status: int = 200
) -> HTMLResponse:
    async with console.looking(officer) as tx:
        sheet = await open_sheet(console, tx, officer, document_id)
    names = await console.names(sheet.people())
    items = [_item(item, sheet, officer, names) for item in disclosure.ITEMS]
    return await console.show(
        request,
        "disclosure.html",
        officer,
        status=status,
        form=form,
        document_id=document_id,
        edition=sheet.dossier.edition,
        title=sheet.content.title,
        tabs=document_tabs(document_id, "", officer, editable=sheet.editable),
        article=disclosure.ARTICLE,
        items=items,
        any_mine=any(item.mine for item in items),
        results=list(RESULTS.items()),
    )


def _item(item: Item, sheet: Sheet, officer: Officer, names: Mapping[UUID, str]) -> ItemView:
    answer = next((answer for answer in sheet.dossier.answers if answer.item == item.name), None)
    answered = None
    if answer is not None:
        kind, icon = _STATES[answer.result]
        who = names.get(answer.person, "")
        if answer.on_behalf_of:
            who += f"（代{names.get(answer.on_behalf_of, '')}）"
        answered = Answered(RESULTS[answer.result], kind, icon, who, answer.reason)
    mine = sheet.editable and acting(officer_of(officer), item.roles) is not None
    roles = "、".join(ROLE_NAMES[role] for role in item.roles)
    return ItemView(item.name, item.article, item.question, roles, mine, answered)


async def _assessment_page(
    console: Console, request: Request, officer: Officer, document_id: UUID, form: Form, status: int = 200
) -> HTMLResponse:
    async with console.looking(officer) as tx:
        sheet = await open_sheet(console, tx, officer, document_id)
    kept = ""
    if sheet.dossier.assessment is not None:
        until = date_plain(sheet.dossier.assessment.keep_until)
        kept = f"覆盖 {len(sheet.dossier.assessment.covers)} 处，保存到{until}。再次评估会另存一份。"
    return await console.show(
        request,
        "assessment.html",
        officer,
        status=status,
        form=form,
        document_id=document_id,
        edition=sheet.dossier.edition,
        title=sheet.content.title,
        tabs=document_tabs(document_id, "", officer, editable=sheet.editable),
        article=ASSESSMENT_ARTICLE,
        kept=kept,
        found=[
            (row["key"], row["title"], f"{row['where']}：{row['excerpt']}") for row in sheet.findings if row["personal"]
        ],
        may=officer.may("impact.assess") and sheet.editable,
    )
