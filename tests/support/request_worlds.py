"""Cases of the request service in every state, made by the commands that lead there. R is 26 September 2025."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from uuid import UUID

from gongkai.statute.calendar import WorkCalendar, built_in
from request.domain import commands as c
from request.domain.case import Case, Handling, Nothing
from request.domain.decide import decide
from request.domain.evolve import evolve
from request.domain.facts import Fact
from request.domain.ladder import USUAL, Practice, rungs_for
from request.domain.law import cite
from request.domain.outcomes import GROUNDS, combine, letter_of
from request.domain.values import Basis, FeeCharged, ItemDecision, LetterKind, Searched

CALENDAR = built_in()
R = date(2025, 9, 26)
DUE = date(2025, 10, 30)


def an_id(number: int) -> UUID:
    return UUID(int=number)


ORGAN, APPLICANT, FORM, OFFICE, HANDLER, HEAD = (an_id(number) for number in range(1, 7))
APPROVERS = tuple(an_id(number) for number in range(11, 19))
LETTER, REPLY, PARTY, REMEDY, REVIEW, TASK, OTHER_CASE = (an_id(number) for number in range(21, 28))
BLOB, CLEAN = "sha256:" + "a" * 64, "sha256:" + "b" * 64
AT = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)


# ── Commands, ready to give ────────────────────────────────────────────────

SUBMIT = c.Submit(ORGAN, APPLICANT, "np", "online", R, FORM, "electronic", "online", R)
FIX = c.FixReceipt(None, R, confirmed_on=R)
CORRECT_RECEIPT = c.CorrectReceipt(date(2025, 9, 28), "登记时看错了签收单", HEAD, date(2025, 10, 9))
REGISTER = c.Register(2025, 1, "储备肉价格", OFFICE)
ASSIGN = c.Assign(HANDLER, "流通处", OFFICE)
ASK_CORRECTION = c.AskCorrection(("所需信息的年度不明确",), date(2025, 10, 20), HANDLER, date(2025, 10, 9))
RECEIVE_CORRECTION = c.ReceiveCorrection(date(2025, 10, 15), an_id(31), date(2025, 10, 15))
LAPSE_CORRECTION = c.LapseCorrection(date(2025, 10, 21))
EXTEND = c.Extend(20, "需要查阅的档案较多", HEAD, date(2025, 10, 20))
ASK_OPINION = c.AskOpinion(LETTER, "third-party", PARTY, "", HANDLER, date(2025, 10, 9))
OPINION_RECEIVED = c.NoteOpinionReceived(LETTER, date(2025, 10, 10), date(2025, 10, 10))
OBJECTS = c.NoteOpinion(LETTER, "objects", date(2025, 10, 17), an_id(32), date(2025, 10, 17), reasonable=True)
CONSENTS = c.NoteOpinion(LETTER, "consents", date(2025, 10, 17), an_id(32), date(2025, 10, 17))
LAPSE_OPINION = c.LapseOpinion(LETTER, date(2025, 10, 31))
ASK_REASONS = c.AskReasons("本月第36件，内容相近", date(2025, 10, 16), HANDLER, date(2025, 10, 9))
JUDGE_REASONS = c.JudgeReasons(False, "未说明任何用途", OFFICE, date(2025, 10, 15))
LAPSE_REASONS = c.LapseReasons(date(2025, 10, 17))
FEE = FeeCharged("items", 11, Decimal(100), "2025-09")
NOTICE_FEE = c.NoticeFee(FEE, HANDLER, date(2025, 10, 9))
FEE_RECEIVED = c.NoteFeeNoticeReceived(date(2025, 10, 10), date(2025, 10, 10))
PAY = c.NotePayment(date(2025, 10, 14), "鲁财000001", OFFICE, date(2025, 10, 14))
EXEMPT = c.ExemptFee("最低生活保障对象", OFFICE)
LAPSE_PAYMENT = c.LapsePayment(date(2025, 11, 7))
SEARCH = c.RecordSearch(Searched(("档案室",), ("储备肉",), HANDLER, date(2025, 10, 9), 0), date(2025, 10, 9))
SIMILAR = c.ConfirmSimilar(OTHER_CASE, "", True, HANDLER)
SPLIT = c.Split((an_id(41), an_id(42)), "一份申请涉及两件不同的事项", OFFICE)
ASK_UNIT = c.AskUnit(TASK, "市场运行处", date(2025, 10, 15), HANDLER, date(2025, 10, 9))
UNIT_ANSWER = c.NoteUnitAnswer(TASK, an_id(33), HANDLER, date(2025, 10, 14))
REDACT = c.NoteRedaction(BLOB, CLEAN, 2, (cite("A15"),), HANDLER)
WITHDRAW = c.Withdraw(date(2025, 10, 9))
ERASE = c.NoteErasure(PARTY, "third-party", "第三方要求删除", OFFICE, date(2026, 3, 2))
ARCHIVE = c.Archive(OFFICE, date(2026, 3, 2))
FILE_REMEDY = c.FileRemedy(
    REMEDY, "reconsideration", date(2025, 11, 17), date(2025, 11, 20), "济南市人民政府", "济政复〔2025〕9号", OFFICE, date(2025, 11, 20)
)  # fmt: skip
ANSWER_REMEDY = c.AnswerRemedy(REMEDY, OFFICE, date(2025, 11, 25))
CORRECTED = c.DecideRemedy(REMEDY, "corrected", date(2025, 12, 10), "济政复决〔2025〕9号", OFFICE, date(2025, 12, 12))
OPEN_ROUND = c.OpenRound(REMEDY, date(2025, 12, 12), date(2025, 12, 12))
REVIEWED = c.NoteConversionReview(REVIEW, "publish", "2025-01", (cite("A19"), cite("A44")), None, AT)
CONVERT = c.DecideConversion(REVIEW, True, "", "", OFFICE)
CONVERTED = c.NoteConversionPublished(REVIEW, an_id(51), "/d/51", date(2025, 11, 10))
TYPICAL = c.MarkTypical(OFFICE, "第三方意见的处理完整")
IMPORT = c.ImportCase(ORGAN, "2024年台账.xlsx", 2024, "np", date(2024, 12, 20), None, None, OFFICE, R, number="2024-0107")
IMPORT_RESULT = c.ImportCase(
    ORGAN, "2024年台账.xlsx", 2024, "np", date(2024, 12, 20), date(2025, 1, 14), "g", OFFICE, R, number="2024-0107"
)


def a_decision(basis: Basis = "given", item: int = 1, **changes: object) -> ItemDecision:
    """Return a decision that lacks nothing a decision itself can say."""
    whole = {
        "article": GROUNDS[basis].article or cite("A33"),
        "reason": "经审查，情况属实",
        "blobs": (BLOB,) if basis == "given" else (),
        "public_at": "https://example.gov.cn/zc/17.html" if basis in {"already-public", "way-told", "publications"} else "",
    }
    return ItemDecision(item, basis, **{**whole, **changes})  # type: ignore[arg-type]


def a_draft(*decisions: ItemDecision, on: date = date(2025, 10, 22)) -> c.DraftReply:
    return c.DraftReply(decisions or (a_decision(),), an_id(34), HANDLER, on)


def a_letter(kind: LetterKind, on: date, letter: UUID = REPLY, number: str = "济商公复〔2025〕1号") -> c.IssueLetter:
    return c.IssueLetter(letter, kind, number, on.year, 1, "sha256:" + "d" * 64, on, OFFICE)


def steps(draft: int, *decisions: ItemDecision, practice: Practice = USUAL) -> tuple[c.PassStep, ...]:
    """Return all steps a draft needs, each by another person."""
    rungs = rungs_for(combine(decisions or (a_decision(),)), practice)
    return tuple(c.PassStep(draft, rung.key, by, "同意") for rung, by in zip(rungs, APPROVERS, strict=False))


def a_reply(
    *decisions: ItemDecision, on: date = date(2025, 10, 24), draft: int = 1, letter: UUID = REPLY, number: str = "济商公复〔2025〕1号"
) -> tuple[c.Command, ...]:
    """Return the whole way from the draft to the answer, printed and posted on one day."""
    decided = decisions or (a_decision(),)
    return (
        a_draft(*decided, on=on),
        *steps(draft, *decided),
        a_letter(letter_of(decided), on, letter, number),
        c.ServeLetter(letter, "post", on, OFFICE, on),
        c.Answer(letter, on),
    )


# ── Carrying out ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    case: Case
    facts: tuple[Fact, ...]


NOTICES: dict[type[c.Command], LetterKind] = {
    c.AskCorrection: "correction", c.Extend: "extension", c.AskReasons: "reasons", c.NoticeFee: "fee",
}  # fmt: skip


@dataclass(frozen=True)
class Unsent:
    """A decision whose letter has not gone out."""

    command: c.Command


Given = c.Command | Unsent


def letters_of(command: c.Command) -> tuple[c.Command, ...]:
    """Return the letter of a decision, issued on the same day; what only the applicant needs is handed over, too."""
    if isinstance(command, c.AskOpinion):
        return (a_letter(command.whom, command.today, command.letter, f"济商征〔2025〕{command.letter.int}号"),)
    kind = NOTICES.get(type(command))
    if kind is None:
        return ()
    on: date = command.today  # type: ignore[union-attr]
    letter = a_letter(kind, on, an_id(70 + list(NOTICES.values()).index(kind)), f"济商告〔2025〕{kind}号")
    served = c.ServeLetter(letter.letter, "direct", on, OFFICE, on)
    return (letter, served) if kind in {"correction", "reasons"} else (letter,)


def sent(*commands: Given) -> tuple[c.Command, ...]:
    """Return the commands with the letter of each decision, but of those that are unsent."""
    return tuple(
        each
        for one in commands
        for each in ((one.command,) if isinstance(one, Unsent) else (one, *letters_of(one)))
    )


def history(*commands: Given, case: Case | None = None, calendar: WorkCalendar = CALENDAR, practice: Practice = USUAL) -> Told:  # fmt: skip
    """Carry commands out in order and return the case with the facts it consists of; decisions get their letters."""
    now, facts = case or Nothing(), []
    for command in sent(*commands):
        found = decide(now, command, calendar, practice)
        facts += found
        now = reduce(evolve, found, now)
    return Told(now, tuple(facts))


def a_case(*commands: Given, calendar: WorkCalendar = CALENDAR, practice: Practice = USUAL) -> Case:
    """Return an application received, registered and assigned, after these commands."""
    return history(SUBMIT, FIX, REGISTER, ASSIGN, *commands, calendar=calendar, practice=practice).case


JOIN = c.JoinInto(an_id(40), OTHER_CASE, history(SUBMIT, FIX).case, "同一申请人就同一事项提出", OFFICE)
SEPARATE = c.Separate("两件的事项不同", OFFICE, date(2025, 10, 20))


def a_paper() -> Handling:
    """Return the paper of which another is a part."""
    paper = history(SUBMIT, FIX).case
    assert isinstance(paper, Handling)
    return paper


CORRECTION_LETTER = a_letter("correction", date(2025, 10, 9), an_id(70), "济商告〔2025〕70号")
INHERIT = c.InheritClock(OTHER_CASE, a_paper(), OFFICE, date(2025, 10, 9))
DROP = c.DropNotice("correction", "申请人已经电话说明，不需要补正", OFFICE, date(2025, 10, 10))
MISS = c.DropMissedNotices(date(2025, 10, 14))
NOTICE_RECEIVED = c.NoteNoticeReceived(date(2025, 10, 13), date(2025, 10, 13))

WORLDS: dict[str, tuple[Given, ...]] = {
    "尚无申请": (),
    "待确定收到日": (SUBMIT,),
    "办理中": (SUBMIT, FIX),
    "拆分出的一件": (replace(SUBMIT, split_from=OTHER_CASE),),
    "已决定告知补正": (SUBMIT, FIX, Unsent(ASK_CORRECTION)),
    "补正告知书未送达": (SUBMIT, FIX, Unsent(ASK_CORRECTION), CORRECTION_LETTER),
    "等待补正": (SUBMIT, FIX, ASK_CORRECTION),
    "已决定延期": (SUBMIT, FIX, Unsent(EXTEND)),
    "已决定征求意见": (SUBMIT, FIX, Unsent(ASK_OPINION)),
    "已决定收费": (SUBMIT, FIX, Unsent(NOTICE_FEE)),
    "征求意见书已发出": (SUBMIT, FIX, ASK_OPINION),
    "等待意见": (SUBMIT, FIX, ASK_OPINION, OPINION_RECEIVED),
    "等待说明理由": (SUBMIT, FIX, ASK_REASONS),
    "收费通知已发出": (SUBMIT, FIX, NOTICE_FEE),
    "等待缴费": (SUBMIT, FIX, NOTICE_FEE, FEE_RECEIVED),
    "已起草": (SUBMIT, FIX, ASK_UNIT, a_draft()),
    "答复书已印发": (SUBMIT, FIX, *a_reply()[:-2]),
    "答复书已送达": (SUBMIT, FIX, *a_reply()[:-1]),
    "已答复": (SUBMIT, FIX, *a_reply()),
    "已评估是否转公开": (SUBMIT, FIX, *a_reply(), REVIEWED),
    "已决定转公开": (SUBMIT, FIX, *a_reply(), REVIEWED, CONVERT),
    "复议中": (SUBMIT, FIX, *a_reply(), FILE_REMEDY),
    "答复被纠正": (SUBMIT, FIX, *a_reply(), FILE_REMEDY, CORRECTED),
    "不再处理（补正）": (SUBMIT, FIX, ASK_CORRECTION, LAPSE_CORRECTION),
    "不再处理（缴费）": (SUBMIT, FIX, NOTICE_FEE, FEE_RECEIVED, LAPSE_PAYMENT),
    "已撤回": (SUBMIT, FIX, WITHDRAW),
    "并案办理": (SUBMIT, FIX, JOIN),
    "已拆分": (SUBMIT, FIX, SPLIT),
    "已归档": (SUBMIT, FIX, *a_reply(), ARCHIVE),
    "往年补录": (IMPORT,),
}
"""Every state by what is true in it, and how one gets there."""

ACTS: tuple[tuple[c.Command, ...], ...] = (
    (SUBMIT,), (FIX,), (CORRECT_RECEIPT,), (REGISTER,), (c.NameTopic("储备肉采购价格", OFFICE),), (ASSIGN,),
    (ASK_CORRECTION,), (DROP,), (MISS,), (NOTICE_RECEIVED,), (RECEIVE_CORRECTION,), (LAPSE_CORRECTION,), (EXTEND,),
    (c.AskOpinion(an_id(29), "third-party", an_id(28), "", HANDLER, date(2025, 10, 20)),),
    (OPINION_RECEIVED,), (CONSENTS,), (LAPSE_OPINION,),
    (ASK_REASONS,), (JUDGE_REASONS,), (LAPSE_REASONS,),
    (NOTICE_FEE,), (FEE_RECEIVED,), (PAY,), (EXEMPT,), (LAPSE_PAYMENT,), (c.RecomputeDue(date(2025, 11, 20)),),
    (SEARCH,), (SIMILAR,), (SPLIT,), (INHERIT,), (JOIN,), (SEPARATE,), (ASK_UNIT,), (UNIT_ANSWER,), (REDACT,),
    (a_draft(),), (steps(1)[0],), (c.ReturnDraft(1, "section-head", HEAD, "理由不充分"),),
    (
        CORRECTION_LETTER, a_letter("extension", date(2025, 10, 20), an_id(60), "济商公告〔2025〕2号"),
        a_letter("fee", date(2025, 10, 20), an_id(60), "济商公告〔2025〕2号"),
        a_letter("third-party", date(2025, 10, 20), LETTER, "济商公告〔2025〕2号"),
        *(a_letter(kind, date(2025, 11, 10), an_id(60), "济商公告〔2025〕2号") for kind in ("lapsed", "withdrawn", "receipt")),
    ),
    (c.ServeLetter(REPLY, "post", date(2025, 10, 24), OFFICE, date(2025, 10, 24)),),
    (c.Answer(REPLY, date(2025, 10, 24)),),
    (c.AnswerJoined(OTHER_CASE, REPLY, "g", (a_decision(),), date(2025, 10, 24), date(2025, 10, 24)),),
    (WITHDRAW,), (ARCHIVE,), (ERASE,),
    (c.FileRemedy(an_id(61), "complaint", date(2025, 11, 17), date(2025, 11, 20), "市政府办公厅", "", OFFICE, date(2025, 11, 20)),),
    (c.AnswerRemedy(REMEDY, OFFICE, date(2025, 11, 25)),), (CORRECTED,), (OPEN_ROUND,),
    (REVIEWED,), (CONVERT,), (CONVERTED,), (TYPICAL,), (IMPORT, IMPORT_RESULT),
)  # fmt: skip
"""Every command; of some a few kinds, of which the table shows the first that is granted."""
