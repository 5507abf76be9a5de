"""Work on a case: searching, splitting and joining, asking units, redacting, and how it ends without a reply."""

from uuid import UUID

from gongkai.statute.clock import Excluded, Extended, Restarted
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import (
    STATE_NAMES,
    Answered,
    Archived,
    Case,
    Handling,
    Joined,
    Lapsed,
    SplitUp,
    Submitted,
    Withdrawn,
)
from request.domain.clock import nothing_awaited, nothing_printed
from request.domain.file import CaseFile
from request.domain.law import cite
from request.domain.notices import nothing_decided


def record_search(command: c.RecordSearch) -> list[f.Fact]:
    search = command.search
    if not search.places or not all(place.strip() for place in search.places):
        raise Refused("须写明检索了哪些地方。", cite("A36", "第四项"))
    if not search.words or not all(word.strip() for word in search.words):
        raise Refused("须写明用哪些词语检索。", cite("A36", "第四项"))
    if search.found < 0:
        raise Refused("检索到的件数不能为负数。", cite("A36", "第四项"))
    if search.on > command.today:
        raise Refused("检索日期晚于今天。", cite("A36", "第四项"))
    return [f.SearchRecorded(search)]


def confirm_similar(file: CaseFile, command: c.ConfirmSimilar) -> list[f.Fact]:
    if (command.earlier is None) == (not command.document.strip()):
        raise Refused("须写明一件以前的申请，或者一份已经公开的文件。", cite("A36", "第六项"))
    if any((one.earlier, one.document) == (command.earlier, command.document.strip()) for one in file.similar):
        return []
    return [f.SimilarConfirmed(command.earlier, command.document.strip(), command.same_applicant, command.by)]


def split(case: Handling, command: c.Split) -> list[f.Fact]:
    nothing_awaited(case, "拆分", cite("A29"))
    nothing_decided(case, "拆分", cite("A29"))
    nothing_printed(case, "拆分", cite("A29"))
    if len(set(command.into)) < 2:
        raise Refused("拆分后至少有两件申请。", cite("A29"))
    if not command.reason.strip():
        raise Refused("须写明拆分的理由。", cite("A29"))
    return [f.MattersSplit(command.into, command.by, command.reason.strip())]


def inherit(case: Submitted, command: c.InheritClock) -> list[f.Fact]:
    """Give a part the receipt and the clock of its paper, with what was used up: splitting gives nobody new days."""
    paper = command.paper
    receipt, told, fixed = paper.file.receipt, paper.told, paper.fixed_due
    if case.file.application.split_from != command.of or receipt is None or told is None:
        raise Refused("这件申请不是由那份申请拆分出来的。", cite("A29"))
    steps = paper.clock.steps
    restarts = [at for at, step in enumerate(steps) if isinstance(step, Restarted)]
    run = steps[restarts[-1] :] if restarts else steps
    began = next((step.on for step in run if isinstance(step, Restarted)), None)
    return [
        f.ReceiptFixed(receipt.received_on, receipt.rule, f"{receipt.reason}由一份申请拆分。", command.by),
        f.ClockInherited(
            command.of,
            began,
            tuple(step for step in run if isinstance(step, Excluded)),
            tuple(step for step in run if isinstance(step, Extended)),
            told.on,
            told.provisional,
            fixed.on if fixed else None,
            fixed.since if fixed else None,
            fixed.article if fixed else "",
            fixed.why if fixed else "",
            paper.file.correction,
            paper.file.extensions,
            paper.file.consultations,
            paper.file.inquiry,
            paper.file.fee,
        ),
    ]


def join(case: Handling, command: c.JoinInto) -> list[f.Fact]:
    nothing_awaited(case, "并案", cite("A45"))
    nothing_decided(case, "并案", cite("A45"))
    nothing_printed(case, "并案", cite("A45"))
    if command.case == command.this:
        raise Refused("不能与自身并案。", cite("A45"))
    _may_lead(command.lead, case.file, command.this)
    if not command.reason.strip():
        raise Refused("须写明并案的理由。", cite("A45"))
    return [f.JoinedInto(command.case, command.by, command.reason.strip())]


def _may_lead(lead: Case, file: CaseFile, this: UUID) -> None:
    """Only an open case of the same applicant takes another in: its one letter answers both.

    What others ask is answered to each of them, by a case of their own; `ConfirmSimilar` says that it is the same.
    """
    if isinstance(lead, Joined):
        where = "那一件已经并入本件" if lead.into == this else "那一件自己也并入了其他申请"
        raise Refused(f"{where}，请并入实际办理的那一件。", cite("A45"))
    if not isinstance(lead, Handling):
        raise Refused(f"那一件现在是“{STATE_NAMES[type(lead)]}”，只能并入正在办理的申请。", cite("A45"))
    if lead.file.application.applicant != file.application.applicant:
        raise Refused(
            "两件不是同一申请人提出的，不能并案；不同申请人提出相同问题的，分别答复，办理时可以参考相似的申请。",
            cite("A33"),
        )
    nothing_printed(lead, "把别的申请并入那一件", cite("A45"))


def separate(case: Joined, command: c.Separate) -> list[f.Fact]:
    if not command.reason.strip():
        raise Refused("须写明恢复单独办理的理由。", cite("A45"))
    return [f.Separated(case.into, command.today, command.reason.strip(), command.by)]


def ask_unit(file: CaseFile, command: c.AskUnit) -> list[f.Fact]:
    if any(task.task == command.task for task in file.tasks):
        raise Refused("这项协办已经登记。", cite("A45"))
    if not command.unit.strip():
        raise Refused("须写明协办的处室或者单位。", cite("A45"))
    if command.answer_by and command.answer_by < command.today:
        raise Refused("请协办单位反馈的日期早于今天。", cite("A45"))
    return [f.UnitAsked(command.task, command.unit.strip(), command.today, command.answer_by, command.by)]


def note_unit_answer(file: CaseFile, command: c.NoteUnitAnswer) -> list[f.Fact]:
    task = next((one for one in file.tasks if one.task == command.task), None)
    if task is None:
        raise Refused("没有这项协办。", cite("A45"))
    if task.answered_on:
        raise Refused("协办单位的意见已经登记。", cite("A45"))
    return [f.UnitAnswered(command.task, command.today, command.opinion_item, command.by)]


def note_redaction(command: c.NoteRedaction) -> list[f.Fact]:
    if command.passages < 1:
        raise Refused("没有隐去任何内容，不需要区分处理。", cite("A37"))
    if not command.articles or not all(article.strip() for article in command.articles):
        raise Refused("隐去的每一处都要有依据。", cite("A37"))
    if command.source == command.result:
        raise Refused("区分处理后的文件与原件相同。", cite("A37"))
    return [f.Redacted(command.source, command.result, command.passages, command.articles, command.by)]


def withdraw(case: Submitted | Handling | Joined, command: c.Withdraw) -> list[f.Fact]:
    if command.today < case.file.application.submitted_on:
        raise Refused("撤回日期早于提交申请之日。", cite("A29"))
    printed = case.file.reply_letter
    if printed and printed.service:
        raise Refused(f"答复书已于{printed.service.counts_on:%Y-%m-%d}送达，不能再撤回申请。", cite("A51"))
    return [f.WithdrawnByApplicant(command.today, command.by)]


def archive(case: Answered | Lapsed | Withdrawn, command: c.Archive) -> list[f.Fact]:
    file = case.file
    if any(remedy.result is None for remedy in file.remedies):
        raise Refused("还有没有办结的复议、诉讼或者投诉举报，暂不归档。", cite("A45"))
    if file.to_be_obeyed:
        raise Refused("原答复已被纠正，须先重新办理，暂不归档。", cite("A51"))
    if isinstance(case, Lapsed) and not any(
        letter.kind == "lapsed" and letter.service for letter in file.letters
    ):
        raise Refused("不再处理告知书尚未送达，暂不归档。", cite("A45"))
    ended_on = file.reply.answered_on if file.reply else file.application.submitted_on
    if command.today < ended_on:
        raise Refused("归档日期早于办结之日。", cite("A45"))
    return [f.Archived(command.today, command.by)]


def note_erasure(
    case: Answered | Lapsed | Withdrawn | SplitUp | Archived, command: c.NoteErasure
) -> list[f.Fact]:
    """Only what nobody is still owed and no court still asks for may be destroyed."""
    if any(one.result is None for one in case.file.remedies):
        raise Refused("复议、诉讼或者投诉还没有结果，资料是证据，现在不能删除。", cite("A51"))
    if not command.reason.strip():
        raise Refused("须写明删除的理由。", cite("A45"))
    return [f.PersonErased(command.person, command.role, command.today, command.reason.strip(), command.by)]
