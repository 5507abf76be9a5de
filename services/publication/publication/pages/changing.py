"""Acts on a document that need a reason or a public explanation, each with a page of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from gongkai.runtime.errors import NotFound
from gongkai.runtime.tx import Tx
from gongkai.statute.refusal import Refused
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.permissions import Action
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.domain import commands as c
from publication.domain.people import Officer as Person
from publication.domain.signing import GUIDE
from publication.pages.acts import REASON, Act, Field, show_act
from publication.pages.console import ANSWERED, BASE, Console, note
from publication.pages.dossiers import Sheet, open_sheet
from publication.pages.inputs import (
    CorrectionInput,
    EditionInputOnly,
    ExplanationInput,
    OpennessInput,
    PenaltyInput,
    ReasonInput,
    RepealInput,
)

Reader = Annotated[Officer, Depends(require("document.see"))]
Make = Callable[[Console, Tx, Officer, UUID, int, Any], Awaitable[object]]
EXPLANATION: Final = Field(
    "explanation", "公开说明", rows=4, hint="改了什么或者为什么撤下。会放在网站上给公众看，不要写个人信息。"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of act: its page, its permission, what it reads and what it does."""

    heading: str
    verb: str
    text: str
    action: Action
    model: type[BaseModel]
    done: str
    make: Make
    fields: tuple[Field, ...] = (REASON,)
    article: str = ""
    danger: bool = False


async def _submit(console: Console, tx: Tx, officer: Officer, document_id: UUID, edition: int, _: Any) -> object:
    return await console.desk.submit(tx, officer_of(officer), officer.organ_id, document_id, edition)


def _performs(make: Callable[[Person, int, Any], c.Command]) -> Make:
    async def perform(
        console: Console, tx: Tx, officer: Officer, document_id: UUID, edition: int, typed: Any
    ) -> object:
        command = make(officer_of(officer), edition, typed)
        return await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)

    return perform


async def _repeal(console: Console, tx: Tx, officer: Officer, document_id: UUID, _: int, typed: Any) -> object:
    replaced_by = await _document_of(tx, officer, typed.replaced_by)
    command = c.ProposeRepeal(officer_of(officer), typed.explanation, typed.validity, typed.repealed_on, replaced_by)
    return await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)


async def _correct(console: Console, tx: Tx, officer: Officer, document_id: UUID, _: int, typed: Any) -> object:
    return await console.desk.start_correction(
        tx, officer_of(officer), officer.organ_id, document_id, typed.explanation, typed.changed_on
    )


async def _penalty(console: Console, tx: Tx, officer: Officer, document_id: UUID, _: int, typed: Any) -> object:
    return await console.desk.note_penalty_changed(
        tx, officer_of(officer), officer.organ_id, document_id, typed.changed_on
    )


async def _document_of(tx: Tx, officer: Officer, text: str) -> UUID | None:
    """Find the document that was named by its number, its index number or its address."""
    if not text.strip():
        return None
    wanted = text.strip().rpartition("/documents/")[2] if "/documents/" in text else text.strip()
    try:
        row = await reading.document(tx.db, officer.organ_id, UUID(wanted))
    except (ValueError, NotFound):
        found = await reading.documents(tx.db, officer.organ_id, reading.Wanted(text=wanted, size=2))
        if found.total != 1:
            how = "没有找到" if not found.total else "找到不止一件"
            raise Refused(f"{how}“{wanted}”，请写完整的发文字号或者索引号") from None
        row = found.rows[0]
    document_id: UUID = row["id"]
    return document_id


KINDS: Final[dict[str, Kind]] = {
    "submit": Kind(
        "送审", "送审", "送审以后依次作三审三校。第一次送审时编发索引号和网址，以后不变。", "draft.submit",
        EditionInputOnly, "submitted", _submit, (),
    ),
    "discard": Kind(
        "作废草稿", "作废", "作废以后不能再改，登记簿里留底。", "draft.discard", ReasonInput, "",
        _performs(lambda by, edition, typed: c.DiscardDraft(by, edition, typed.reason)), danger=True,
    ),
    "keep": Kind(
        "按不主动公开归档", "归档", "文件不向社会发布，留底备查；有人申请时可以找到。", "openness.decide",
        ReasonInput, "kept", _performs(lambda by, edition, typed: c.KeepUnpublished(by, edition, typed.reason)),
        (Field("reason", "法律依据和理由", rows=3),), "国办发〔2016〕80号（一）",
    ),
    "openness": Kind(
        "拟不公开的审查", "记下结论", "政策文件拟不公开的，先经信息公开机构审查。", "openness.decide",
        OpennessInput, "reviewed",
        _performs(lambda by, edition, typed: c.ReviewOpenness(by, edition, typed.agreed == "yes", typed.reason)),
        (
            Field("agreed", "结论", "choices", options=(("yes", "同意不公开"), ("no", "不同意，应当公开"))),
            Field("reason", "理由", rows=3, hint="写明依据的条款。"),
        ),
        "国办发〔2016〕80号（一）",
    ),
    "exempt": Kind(
        "同意暂不解读", "同意暂不解读", "政策文件应当与解读同步；暂不解读要有理由，会记在登记簿里。",
        "interpretation.except", ReasonInput, "exempted",
        _performs(lambda by, _, typed: c.ExemptInterpretation(by, typed.reason)), (REASON,),
        "政策解读“三同步”；国办发〔2016〕80号",
    ),
    "reopen": Kind(
        "重新办理", "重新办理", "回到起草，改好后照样走三审三校。", "draft.create", ReasonInput, "reopened",
        _performs(lambda by, _, typed: c.Reopen(by, typed.reason)), (REASON,), "《政府信息公开条例》第十八条",
    ),
    "correct": Kind(
        "更正", "开始更正", "公众看到的内容先不变。改好的新版要重新走三审三校，签发后各渠道一起更正。",
        "document.correct", CorrectionInput, "correcting", _correct,
        (
            EXPLANATION,
            Field("changed_on", "信息变更的日期", short=True, optional=True,
                  hint="内容本身变了的，写从哪天起变的，如 2025年2月27日；从那天起二十个工作日内公开。只改错漏不填。"),
        ),
        f"{GUIDE}；《政府信息公开条例》第二十六条",
    ),
    "drop-correction": Kind(
        "放弃更正", "放弃更正", "公开的内容保持原样。", "document.correct", ReasonInput, "dropped",
        _performs(lambda by, _, typed: c.DropCorrection(by, typed.reason)),
    ),
    "withdraw": Kind(
        "撤回", "提出撤回", "提出后由另一个人批准。批准后网站和新媒体都不再显示正文，只留公开说明。",
        "document.withdraw", ExplanationInput, "proposed",
        _performs(lambda by, _, typed: c.ProposeWithdrawal(by, typed.explanation)), (EXPLANATION,), GUIDE, danger=True,
    ),
    "repeal": Kind(
        "废止", "提出废止", "提出后由另一个人批准。正文留在网站上，标明不再有效，写明由什么替代。",
        "document.repeal", RepealInput, "proposed", _repeal,
        (
            Field("validity", "废止后的效力", "choices", options=(
                ("repealed", "废止", "决定不再执行"), ("void", "失效", "有效期满或者对象消失"),
                ("changed", "已修改", "被新的文件修改"),
            )),
            Field("repealed_on", "从哪天起", hint="如 2025年12月31日", short=True),
            Field("replaced_by", "替代它的文件", hint="写发文字号或者索引号。", optional=True),
            EXPLANATION,
        ),
        GUIDE, danger=True,
    ),
    "decline": Kind(
        "不同意撤回或废止", "不同意", "公开的内容保持原样，提出的人会看到理由。", "document.withdraw", ReasonInput,
        "declined", _performs(lambda by, _, typed: c.DropProposal(by, typed.reason)),
    ),
    "penalty": Kind(
        "登记处罚决定变动", "登记", "处罚决定被变更、撤销、确认违法或者无效的，三个工作日内撤回信息并公开说明理由。",
        "document.withdraw", PenaltyInput, "penalty", _penalty,
        (Field("changed_on", "变动的日期", hint="如 2025年2月27日", short=True),), "行政处罚法第四十八条第二款",
    ),
}  # fmt: skip


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/{kind}")
    async def ask(request: Request, document_id: UUID, kind: str, officer: Reader) -> Response:
        chosen = _kind(kind)
        officer.check(chosen.action)
        return await _page(console, request, officer, document_id, kind, Form())

    @routes.post("/documents/{document_id}/{kind}")
    async def act(request: Request, document_id: UUID, kind: str, officer: Reader) -> Response:
        chosen = _kind(kind)
        officer.check(chosen.action)
        form = await read_form(request)
        edition = form.parse(EditionInputOnly)
        typed = form.parse(chosen.model)
        status = 422
        if edition is not None and typed is not None:
            try:
                async with console.changing(officer) as tx:
                    await chosen.make(console, tx, officer, document_id, edition.edition, typed)
                back = f"{BASE}/documents/{document_id}" + (f"?done={chosen.done}" if chosen.done else "")
                return see_other(back)
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await _page(console, request, officer, document_id, kind, form, status)

    return routes


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("没有这个页面")
    return KINDS[name]


async def _page(
    console: Console, request: Request, officer: Officer, document_id: UUID, name: str, form: Form, status: int = 200
) -> HTMLResponse:
    kind = KINDS[name]
    async with console.looking(officer) as tx:
        sheet = await open_sheet(console, tx, officer, document_id)
    act = Act(
        heading=kind.heading,
        title=sheet.content.title,
        verb=kind.verb,
        action=f"{sheet.base}/{name}",
        back=sheet.base,
        text=kind.text,
        facts=_facts(sheet, name),
        fields=kind.fields,
        hidden={"edition": form.value("edition") or sheet.dossier.edition},
        article=kind.article,
        danger=kind.danger,
    )
    return await show_act(console, request, officer, act, form, status=status)


def _facts(sheet: Sheet, name: str) -> list[str]:
    """Say what the gates would say anyway, so that a text is not sent off before it is whole."""
    if name != "submit":
        return []
    early = [gate.sentence for gate in sheet.gates if not gate.ok and gate.name in {"metadata", "findings", "checks"}]
    return [f"签发前还要补：{sentence}。" for sentence in early]
