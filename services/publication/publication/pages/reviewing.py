"""The page of one document: its text with the findings in place, its marks and gates, and what this person may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.web.filters import date_short
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.domain import commands as c
from publication.domain import steps
from publication.domain.dossier import ChangeProposed, Drafting, Kept, Published, Releasing, Reviewing, Withdrawn
from publication.domain.people import DECIDERS, ROLE_NAMES, WAIVERS, acting
from publication.domain.steps import StepName
from publication.pages import findings
from publication.pages.comparing import compare
from publication.pages.console import ANSWERED, BASE, Console, document_tabs, done, note
from publication.pages.dossiers import Sheet, files_of, meta_of, nearest, open_sheet, with_own_blobs
from publication.pages.inputs import DecisionInput, number_of
from publication.pages.progress import gate_views, six
from publication.pages.tasks import Notice, tasks_of

STEPS: Final[tuple[str, ...]] = get_args(StepName)
DONE: Final = {
    "saved": "已保存成新的一版。",
    "submitted": "已送审。",
    "marked": "已签署。",
    "returned": "已退回拟稿人。",
    "settled": "选中的几项已处理。",
    "reviewed": "审查结论已记下。",
    "assessed": "评估报告已保存。",
    "kept": "已按不主动公开归档。",
    "reopened": "已重新办理。",
    "correcting": "已开始更正，改好后照样走三审三校。",
    "dropped": "已放弃更正，公开的内容没有变。",
    "proposed": "已提出，等另一个人批准。",
    "declined": "没有同意，公开的内容没有变。",
    "penalty": "已登记，三个工作日内撤回的期限开始计算。",
    "exempted": "已同意暂不解读。",
}


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The form of one step: what is decided, and what happens next."""

    step: str
    name: str
    pass_label: str
    allowed: str
    note: str
    may_return: bool


Reader = Annotated[Officer, Depends(require("document.see"))]


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}")
    async def read(request: Request, document_id: UUID, officer: Reader) -> Response:
        async with console.looking(officer) as tx:
            sheet = await open_sheet(console, tx, officer, document_id)
        return await page(console, request, officer, sheet, Form())

    @routes.post("/documents/{document_id}/mark")
    async def mark(request: Request, document_id: UUID, officer: Reader) -> Response:
        form = await read_form(request)
        wanted = form.parse(DecisionInput)
        status = 422
        if wanted is not None and wanted.step in STEPS:
            command: c.Command
            if wanted.decision == "pass":
                step: Any = wanted.step
                command = c.PutMark(officer_of(officer), wanted.edition, step, wanted.opinion, wanted.errors_found)
            else:
                command = c.ReturnToDrafter(officer_of(officer), wanted.edition, wanted.opinion, wanted.errors_found)
            try:
                async with console.changing(officer) as tx:
                    await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)
                what = "marked" if wanted.decision == "pass" else "returned"
                return see_other(f"{BASE}/documents/{document_id}?done={what}")
            except ANSWERED as trouble:
                status = note(form, trouble)
        return await again(request, document_id, officer, form, status)

    @routes.post("/documents/{document_id}/findings")
    async def settle(request: Request, document_id: UUID, officer: Reader) -> Response:
        form = await read_form(request)
        seen = number_of(form.value("edition"))
        async with console.looking(officer) as tx:
            sheet = await open_sheet(console, tx, officer, document_id)
        settled = findings.settle(form, sheet.content, sheet.findings)
        if form.errors:
            return await page(console, request, officer, sheet, form, 422)
        by = officer_of(officer)
        try:
            async with console.changing(officer) as tx:
                for key, reason in settled.kept:
                    command = c.WaiveFinding(by, seen, key, reason)
                    await console.desk.perform(tx, document_id, command, organ_id=officer.organ_id)
                if settled.content is not None:
                    await console.desk.save(tx, by, officer.organ_id, document_id, seen, settled.content)
            return see_other(f"{BASE}/documents/{document_id}?done=settled")
        except ANSWERED as trouble:
            return await again(request, document_id, officer, form, note(form, trouble))

    async def again(request: Request, document_id: UUID, officer: Officer, form: Form, status: int) -> HTMLResponse:
        async with console.looking(officer) as tx:
            sheet = await open_sheet(console, tx, officer, document_id)
        return await page(console, request, officer, sheet, form, status)

    return routes


async def page(
    console: Console, request: Request, officer: Officer, sheet: Sheet, form: Form, status: int = 200
) -> HTMLResponse:
    names = await console.names(sheet.people())
    by = officer_of(officer)
    open_now = sheet.editable
    may_waive = open_now and acting(by, WAIVERS) is not None
    may_edit = open_now and officer.may("draft.edit")
    marked = findings.mark_up(sheet.content, sheet.findings, names, may_waive=may_waive, may_edit=may_edit)
    previous = await _previous(console, sheet) if isinstance(sheet.document, Reviewing) else None
    decision = _decision(sheet)
    actions, main = _actions(sheet, officer)
    return await console.show(
        request,
        "review.html",
        officer,
        status=status,
        form=form,
        document_id=sheet.id,
        edition=sheet.dossier.edition,
        stage=decision.name if decision else sheet.state,
        content=sheet.content,
        title_html=marked.title,
        body=with_own_blobs(marked.body),
        about=_about(sheet, names),
        chip=nearest(console, sheet),
        tabs=document_tabs(sheet.id, "read", officer, editable=open_now),
        actions=actions,
        main_action=main,
        said=done(request, DONE),
        notices=_notices(sheet, names),
        six=six(sheet.document, sheet.signed_at(), names, officer.person_id),
        gates=gate_views(sheet.gates) if open_now else [],
        findings=marked.findings,
        left=marked.left,
        checked=sheet.checked,
        may_settle=(may_waive or may_edit) and bool(marked.findings),
        settle_note=_settle_note(sheet, may_edit=may_edit),
        files=files_of(sheet),
        meta=meta_of(sheet),
        comparison=previous,
        decision=decision,
        waiting_for=_waiting_for(sheet) if decision is None else "",
        decision_note=_why_not(sheet, officer),
        tasks=tasks_of(sheet, officer),
    )


async def _previous(console: Console, sheet: Sheet) -> Any:
    """Compare with the edition before, so that a reviewer sees at once what an edit changed."""
    if len(sheet.editions) < 2:  # a first edition has nothing before it
        return None
    before = await reading.content(console.kit.blobs, sheet.editions[1]["digest"])
    found = compare(before, sheet.content)
    return found if found.changed else None


def _about(sheet: Sheet, names: Mapping[UUID, str]) -> str:
    dossier = sheet.dossier
    words = [sheet.state, f"{dossier.unit}{names.get(dossier.started_by, '')}起草", f"第 {dossier.edition} 版"]
    if sheet.editions:
        words.append(f"{date_short(sheet.editions[0]['saved_at'])}保存")
    return "　".join(words)


def _decision(sheet: Sheet) -> Decision | None:
    act = next((act for act in sheet.acts if act.name in {"mark", "make-up"}), None)
    if act is None:
        return None
    step = steps.BY_NAME[act.step]  # type: ignore[index]
    whole = steps.steps_for(important=sheet.dossier.important)
    following = next((each for each in whole[whole.index(step) + 1 :]), None)
    label = f"通过，送{following.name_zh}" if following else "通过，送签发"
    if act.name == "make-up":
        label = f"补签{step.name_zh}"
    allowed = (
        f"{step.name_zh}发现差错超过 {step.errors_allowed} 处应当退回。" if step.errors_allowed is not None else ""
    )
    said = f"签署会绑定第 {sheet.dossier.edition} 版的摘要，正文改动后自动失效。"
    if step.review:
        said += f"{step.name_zh}以后，同一件不能再由您作其他审次。"
    if act.on_behalf_of is not None:
        said += "您是代行职责，会一并记下。"
    return Decision(step.name, step.name_zh, label, allowed, said, may_return=act.name == "mark")


def _waiting_for(sheet: Sheet) -> str:
    if not isinstance(sheet.document, Reviewing):
        return ""
    due = steps.next_step(sheet.dossier.marks, important=sheet.dossier.important)
    if due is None:
        return f"{'或'.join(ROLE_NAMES[role] for role in DECIDERS)}签发"
    return f"{'或'.join(ROLE_NAMES[role] for role in due.roles)}作{due.name_zh}"


def _why_not(sheet: Sheet, officer: Officer) -> str:
    """Say why a person with the right role cannot take this review."""
    due = steps.next_step(sheet.dossier.marks, important=sheet.dossier.important)
    if due is None or not due.review or not isinstance(sheet.document, Reviewing):
        return ""
    held = next((mark for mark in sheet.dossier.marks if mark.person == officer.person_id), None)
    if held is not None and steps.BY_NAME[held.step].review and acting(officer_of(officer), due.roles):
        return f"您已经作过{steps.BY_NAME[held.step].name_zh}，{due.name_zh}要由另一个人办理。"
    return ""


def _settle_note(sheet: Sheet, *, may_edit: bool) -> str:
    if not may_edit:
        return "改正文由起草人办理；您可以保留并说明理由，或者退回。"
    if sheet.dossier.marks or sheet.dossier.answers:
        return "改动正文会生成新的一版，已有的签署失效。"
    return "改动正文会生成新的一版。"


def _notices(sheet: Sheet, names: Mapping[UUID, str]) -> list[Notice]:
    found: list[Notice] = []
    dossier = sheet.dossier
    if dossier.returned is not None and isinstance(sheet.document, Drafting):
        step = steps.BY_NAME[dossier.returned.step].name_zh
        who = names.get(dossier.returned.person, "审核人")
        found.append(Notice("warn", f"{step}退回修改", f"{who}：{dossier.returned.opinion}"))
    if dossier.live is not None and isinstance(sheet.document, Drafting | Reviewing):
        found.append(
            Notice("", "正在更正", f"公众现在看到的是第 {dossier.live.edition} 版。公开说明：{dossier.explanation}")
        )
    if isinstance(sheet.document, ChangeProposed):
        proposal = sheet.document.proposal
        what = "撤回" if proposal.change == "withdraw" else "废止"
        who = names.get(proposal.person, "")
        found.append(Notice("warn", f"{who}提出{what}，等另一个人批准", f"公开说明：{proposal.explanation}"))
    if dossier.owed:
        found.append(Notice("bad", "紧急发布，还欠审校", f"要补：{steps.named(dossier.owed)}"))
    if dossier.penalty is not None:
        found.append(
            Notice("bad", "处罚决定已变动", f"{dossier.penalty.due_on.isoformat()} 前撤回。依据行政处罚法第四十八条。")
        )
    if isinstance(sheet.document, Kept):
        found.append(Notice("", "按不主动公开归档", sheet.document.reason))
    return found


def _actions(sheet: Sheet, officer: Officer) -> tuple[list[Link], bool]:
    """Give the links at the top; the first is the one thing to do next, if there is one."""
    links: list[Link] = []
    document = sheet.document
    names = {act.name for act in sheet.acts}
    if isinstance(document, Drafting) and officer.may("draft.submit"):
        links.append(Link("送审", f"{sheet.base}/submit"))
    if "mark" in names or "make-up" in names:
        links.append(Link("作出决定", "#decide"))
    if isinstance(document, Reviewing) and officer.may("release.order"):
        links.append(Link("签发", f"{sheet.base}/sign"))
    if isinstance(document, ChangeProposed) and officer.may("document.withdraw"):
        links.append(Link("批准或不同意", f"{sheet.base}/proposal"))
    if isinstance(document, Releasing):
        links.append(Link("看发布进度", f"{BASE}/releases/{document.release_id}"))
    main = bool(links)
    if sheet.editable and officer.may("draft.edit"):
        links.append(Link("修改", f"{sheet.base}/edit"))
    if isinstance(document, Published) and officer.may("document.correct"):
        links.append(Link("更正", f"{sheet.base}/correct"))
    if isinstance(document, Published) and officer.may("document.repeal"):
        links.append(Link("废止", f"{sheet.base}/repeal"))
    withdrawable = sheet.dossier.live is not None and (sheet.editable or isinstance(document, Published))
    if withdrawable and officer.may("document.withdraw"):
        links.append(Link("撤回", f"{sheet.base}/withdraw"))
    if isinstance(document, Kept | Withdrawn) and officer.may("draft.create"):
        links.append(Link("重新办理", f"{sheet.base}/reopen"))
    return links, main
