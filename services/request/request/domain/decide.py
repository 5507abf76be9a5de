"""State + command → facts, or a refusal that says why. Reading this match is reading the procedure."""

from typing import Final

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.refusal import Refused
from request.domain import (
    clock,
    consulting,
    conversion,
    fees,
    handling,
    notices,
    receipt,
    recounting,
    remedies,
    replying,
)
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import (
    STATE_NAMES,
    Answered,
    Archived,
    Case,
    Handling,
    Imported,
    Joined,
    Lapsed,
    Nothing,
    SplitUp,
    Submitted,
    Withdrawn,
)
from request.domain.ladder import USUAL, Practice
from request.domain.law import cite

COMMAND_NAMES: Final[dict[type[c.Command], str]] = {
    c.Submit: "提交申请",
    c.FixReceipt: "确定收到日",
    c.CorrectReceipt: "更正收到日",
    c.Register: "登记编号",
    c.NameTopic: "填写事项简称",
    c.Assign: "指定承办人",
    c.AskCorrection: "告知补正",
    c.DropNotice: "撤销尚未制发的决定",
    c.DropMissedNotices: "登记未按期制发",
    c.NoteNoticeReceived: "登记告知书送达",
    c.ReceiveCorrection: "收到补正",
    c.LapseCorrection: "登记逾期不补正",
    c.Extend: "延期",
    c.AskOpinion: "征求意见",
    c.NoteOpinionReceived: "登记征求意见书送达",
    c.NoteOpinion: "登记意见",
    c.LapseOpinion: "登记逾期未提出意见",
    c.AskReasons: "要求说明理由",
    c.JudgeReasons: "认定理由",
    c.LapseReasons: "登记逾期未说明理由",
    c.NoticeFee: "通知收费",
    c.NoteFeeNoticeReceived: "登记收费通知送达",
    c.NotePayment: "登记缴费",
    c.ExemptFee: "免收信息处理费",
    c.LapsePayment: "登记逾期未缴费",
    c.RecomputeDue: "重算期限",
    c.RecordSearch: "登记检索",
    c.ConfirmSimilar: "确认相同申请",
    c.Split: "拆分",
    c.InheritClock: "承接原件的期限",
    c.JoinInto: "并案",
    c.Separate: "恢复单独办理",
    c.AskUnit: "请单位协办",
    c.NoteUnitAnswer: "登记协办意见",
    c.NoteRedaction: "登记区分处理",
    c.DraftReply: "起草答复",
    c.PassStep: "审批",
    c.ReturnDraft: "退回",
    c.IssueLetter: "印发文书",
    c.ServeLetter: "登记送达",
    c.Answer: "答复",
    c.AnswerJoined: "随主案答复",
    c.Withdraw: "撤回申请",
    c.Archive: "归档",
    c.NoteErasure: "删除个人资料",
    c.FileRemedy: "登记复议、诉讼、投诉",
    c.AnswerRemedy: "登记答复复议、诉讼、投诉",
    c.DecideRemedy: "登记复议、诉讼、投诉结果",
    c.OpenRound: "重新办理",
    c.NoteConversionReview: "记录转主动公开评估",
    c.DecideConversion: "决定是否转主动公开",
    c.NoteConversionPublished: "记录已转主动公开",
    c.MarkTypical: "标为典型案例",
    c.ImportCase: "补录往年申请",
}

ARTICLE_OF_STATE: Final[dict[type[Case], str]] = {
    Nothing: cite("A29"),
    Submitted: cite("A31"),
    Handling: cite("A33"),
    Answered: cite("A33"),
    Lapsed: cite("A30"),
    Withdrawn: cite("A29"),
    Joined: cite("A45"),
    SplitUp: cite("A45"),
    Archived: cite("A45"),
    Imported: cite("A50"),
}
"""What forbids a step that does not fit the state."""


def decide(case: Case, command: c.Command, calendar: WorkCalendar, practice: Practice = USUAL) -> list[f.Fact]:
    """Return what happened, or refuse. No facts means that the command changes nothing."""
    match case, command:
        # Coming in
        case Nothing(), c.Submit():
            return receipt.submit(command)
        case (Nothing() | Imported()), c.ImportCase():
            return receipt.import_case(case, command)
        case Submitted(), c.FixReceipt():
            return receipt.fix(case, command, calendar)
        case (Handling() | Joined()), c.CorrectReceipt():
            return recounting.correct_receipt(case, command, calendar, practice)
        case (Submitted() | Handling() | Joined()), c.Register():
            return receipt.register(case.file, command)
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn()),
            c.NameTopic(),
        ):
            return receipt.name_topic(case.file, command)
        case (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn()), c.Assign():
            return receipt.assign(case.file, command)

        # The clock
        case Handling(), c.AskCorrection():
            return clock.ask_correction(case, command, calendar)
        case Handling(), c.DropNotice():
            return notices.drop(case, command)
        case Handling(), c.DropMissedNotices():
            return notices.drop_missed(case, command, calendar, practice)
        case Handling(), c.NoteNoticeReceived():
            return notices.note_received(case, command)
        case (Handling() | Lapsed()), c.ReceiveCorrection():
            return clock.receive_correction(case, command, calendar)
        case Handling(), c.LapseCorrection():
            return clock.lapse_correction(case, command)
        case Handling(), c.Extend():
            return clock.extend(case, command, calendar, practice)
        case Handling(), c.AskOpinion():
            return consulting.ask(case, command, calendar, practice)
        case Handling(), c.NoteOpinionReceived():
            return consulting.note_received(case, command, calendar)
        case Handling(), c.NoteOpinion():
            return consulting.note(case, command, calendar, practice)
        case Handling(), c.LapseOpinion():
            return consulting.lapse(case, command, calendar, practice)
        case Handling(), c.AskReasons():
            return consulting.ask_reasons(case, command, calendar, practice)
        case Handling(), c.JudgeReasons():
            return consulting.judge_reasons(case, command, calendar, practice)
        case Handling(), c.LapseReasons():
            return consulting.lapse_reasons(case, command)
        case Handling(), c.NoticeFee():
            return fees.notice(case, command, calendar, practice)
        case Handling(), c.NoteFeeNoticeReceived():
            return fees.notice_received(case, command, calendar)
        case (Handling() | Lapsed()), c.NotePayment():
            return fees.pay(case, command, calendar)
        case Handling(), c.ExemptFee():
            return fees.exempt(case, command)
        case Handling(), c.LapsePayment():
            return fees.lapse(case, command)
        # A holiday notice comes to every case alike; where no clock runs it changes nothing.
        case (Nothing() | Imported()), c.RecomputeDue():
            return []
        case _, c.RecomputeDue() if not isinstance(case, Nothing | Imported):
            return clock.recompute(case, calendar, practice)

        # Handling
        case (Submitted() | Handling()), c.RecordSearch():
            return handling.record_search(command)
        case (Submitted() | Handling() | Joined()), c.ConfirmSimilar():
            return handling.confirm_similar(case.file, command)
        case Handling(), c.Split():
            return handling.split(case, command)
        case Submitted(), c.InheritClock():
            return handling.inherit(case, command)
        case Handling(), c.JoinInto():
            return handling.join(case, command)
        case Joined(), c.Separate():
            return handling.separate(case, command)
        case Handling(), c.AskUnit():
            return handling.ask_unit(case.file, command)
        case Handling(), c.NoteUnitAnswer():
            return handling.note_unit_answer(case.file, command)
        case Handling(), c.NoteRedaction():
            return handling.note_redaction(command)
        case Handling(), c.DraftReply():
            return replying.draft(case, command, practice)
        case Handling(), c.PassStep():
            return replying.pass_step(case, command, practice)
        case Handling(), c.ReturnDraft():
            return replying.return_draft(case, command, practice)
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn() | SplitUp()),
            c.IssueLetter(),
        ):
            return replying.issue(case, command, calendar, practice)
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn() | SplitUp()),
            c.ServeLetter(),
        ):
            return replying.serve(case, command, calendar)
        case Handling(), c.Answer():
            return replying.answer(case, command, calendar, practice)
        case Joined(), c.AnswerJoined():
            return replying.answer_joined(case, command, calendar, practice)
        case (Submitted() | Handling() | Joined()), c.Withdraw():
            return handling.withdraw(case, command)
        case (Answered() | Lapsed() | Withdrawn()), c.Archive():
            return handling.archive(case, command)
        case (Answered() | Lapsed() | Withdrawn() | SplitUp() | Archived()), c.NoteErasure():
            return handling.note_erasure(case, command)

        # Remedies
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn() | Archived()),
            c.FileRemedy(),
        ):
            return remedies.file_remedy(case, command, calendar, practice)
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn() | Archived()),
            c.AnswerRemedy(),
        ):
            return remedies.answer(case.file, command)
        case (
            (Submitted() | Handling() | Joined() | Answered() | Lapsed() | Withdrawn() | Archived()),
            c.DecideRemedy(),
        ):
            return remedies.decide_remedy(case.file, command)
        case (Answered() | Lapsed() | Withdrawn() | Archived()), c.OpenRound():
            return remedies.open_round(case, command, calendar)

        # Conversion and library
        case (Answered() | Archived()), c.NoteConversionReview():
            return conversion.note_review(case, command)
        case (Answered() | Archived()), c.DecideConversion():
            return conversion.decide_conversion(case.file, command)
        # Publication may be through when the case is handled again.
        case (Answered() | Archived() | Handling()), c.NoteConversionPublished():
            return conversion.note_published(case.file, command)
        case (Answered() | Archived()), c.MarkTypical():
            return conversion.mark_typical(command)

        case _:
            raise unfit(case, command)


SENTENCES: Final[dict[tuple[type[Case], type[c.Command]], tuple[str, str]]] = {
    (Submitted, c.Answer): ("尚未确定收到申请之日，不能答复。", cite("A31")),
    (Submitted, c.DraftReply): ("尚未确定收到申请之日，不能起草答复。", cite("A31")),
    (Submitted, c.CorrectReceipt): ("尚未确定收到申请之日，直接确定即可，不需要更正。", cite("A31")),
    (Answered, c.Answer): ("本件已经答复，不能再次答复。", cite("A36", "第六项")),
    (Answered, c.Withdraw): ("本件已经答复，不能再撤回；对答复不服的可以申请复议或者起诉。", cite("A51")),
    (Archived, c.IssueLetter): ("本件已经归档，不能再印发文书。", cite("A45")),
    (Lapsed, c.Answer): ("申请人逾期未补正或者未缴费，本件不再处理，只告知申请人。", cite("A30")),
    (Withdrawn, c.Answer): ("申请人已经撤回申请，不再答复。", cite("A29")),
    (Joined, c.Answer): ("本件并入另一件申请办理，随该件答复。", cite("A45")),
    (Handling, c.Separate): ("本件没有并入其他申请，本来就单独办理。", cite("A45")),
    (Joined, c.JoinInto): ("本件已经并入另一件；要并入别的申请，先恢复单独办理。", cite("A45")),
    (Handling, c.OpenRound): ("本件正在办理，不需要重新办理。", cite("A51")),
    (Handling, c.AnswerJoined): ("本件没有并入其他申请，须以本件的答复书答复。", cite("A45")),
    (Handling, c.Archive): ("本件尚未办结，不能归档。", cite("A45")),
    (Submitted, c.NoteErasure): ("申请还在办理，办结之后才能删除个人资料。", cite("A45")),
    (Handling, c.NoteErasure): ("申请还在办理，办结之后才能删除个人资料。", cite("A45")),
    (Joined, c.NoteErasure): ("申请还在办理，办结之后才能删除个人资料。", cite("A45")),
    (Handling, c.NoteConversionReview): ("答复之前不评估是否转为主动公开。", cite("A44")),
}
"""Where the plain sentence would not say enough."""


def unfit(case: Case, command: c.Command) -> Refused:
    """Return the refusal of a step that does not fit the state."""
    said = SENTENCES.get((type(case), type(command)))
    if said:
        return Refused(*said)
    sentence = f"申请现在是“{STATE_NAMES[type(case)]}”，不能{COMMAND_NAMES[type(command)]}。"
    return Refused(sentence, ARTICLE_OF_STATE[type(case)])
