"""The reply: drafts climb the ladder, the letter is printed, served, and the clock ends."""

from collections.abc import Callable
from typing import Final

from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain import notices
from request.domain.case import (
    AWAITED_NAMES,
    AwaitingCorrection,
    AwaitingPayment,
    Filed,
    Handling,
    Joined,
    Lapsed,
    Withdrawn,
)
from request.domain.clock import not_before_receipt, nothing_printed
from request.domain.decided import NOTICE_OF
from request.domain.due import due_on
from request.domain.file import CaseFile, Draft, Passed
from request.domain.ladder import Practice, climbing, may_pass, rungs_for, stands_at
from request.domain.law import FEE_RULES, cite
from request.domain.outcomes import combine, given_blobs, letter_of, missing, overridden
from request.domain.values import ItemDecision, LetterKind, Served

# ── Drafts ─────────────────────────────────────────────────────────────────


def draft(case: Handling, command: c.DraftReply, practice: Practice) -> list[f.Fact]:
    nothing_printed(case, "起草答复", cite("A36"))
    not_before_receipt(case, command.today, "起草答复")
    if isinstance(case.awaits, AwaitingCorrection | AwaitingPayment):
        raise Refused(f"本件正在{AWAITED_NAMES[type(case.awaits)]}，暂不起草答复。", cite("A33"))
    decisions = tuple(sorted(command.decisions, key=lambda decision: decision.item))
    row = combine(decisions)
    _nothing_missing(case.file, decisions)
    number = case.file.drafts[-1].number + 1 if case.file.drafts else 1
    ladder = tuple(rung.key for rung in climbing(practice, command.ladder).ladder)
    return [
        f.ReplyDrafted(
            case.file.round, number, decisions, row, command.text_item, command.by, ladder, command.instead_of
        )
    ]


def _nothing_missing(file: CaseFile, decisions: tuple[ItemDecision, ...]) -> None:
    lacking = missing(file, decisions)
    if lacking:
        sentences = "；".join(f"第{one.item}项{one.sentence}" for one in lacking)
        raise Refused(f"{sentences}。", lacking[0].article)


def pass_step(case: Handling, command: c.PassStep, practice: Practice) -> list[f.Fact]:
    current = _current(case, command.draft)
    waiting_at = stands_at(current, practice)
    standing = Passed(command.step, command.by, command.opinion.strip(), command.instead_of)
    may_pass(
        command.step, standing.stood, current.drafters, current.stood, waiting_at, practice.one_person_one_rung
    )
    return [f.StepPassed(command.draft, command.step, command.by, standing.opinion, command.instead_of)]


def return_draft(case: Handling, command: c.ReturnDraft, practice: Practice) -> list[f.Fact]:
    current = _current(case, command.draft)
    nothing_printed(case, "退回", cite("A45"))
    if command.step not in {rung.key for rung in rungs_for(current.row, climbing(practice, current.ladder))}:
        raise Refused("这一稿的审批没有这个环节。", cite("A45"))
    if not command.opinion.strip():
        raise Refused("退回须写明意见。", cite("A45"))
    return [f.DraftReturned(command.draft, command.step, command.by, command.opinion.strip(), command.instead_of)]


def _current(case: Handling, number: int) -> Draft:
    current = case.file.draft
    if current is None:
        raise Refused("还没有起草答复。", cite("A45"))
    if current.number != number:
        raise Refused(f"已经有新的一稿（第{current.number}稿），请在新稿上办理。", cite("A45"))
    if current.returned:
        raise Refused("这一稿已经退回，请重新起草。", cite("A45"))
    return current


# ── Letters ────────────────────────────────────────────────────────────────


def issue(case: Filed, command: c.IssueLetter, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    """Freeze a numbered letter; its kind says what must have happened before, and what it brings about."""
    file = case.file
    if file.letter(command.letter):
        raise Refused("这份文书已经印发。", cite("A45"))
    if not command.number.strip() or command.serial < 1:
        raise Refused("文书须有文号。", cite("A45"))
    if any((letter.kind, letter.number) == (command.kind, command.number) for letter in file.letters):
        raise Refused(f"文号{command.number}已经使用。", cite("A45"))
    if command.year != command.today.year:
        raise Refused(f"文号的年度应当是印发的{command.today.year}年。", cite("A45"))
    if not command.digest.strip():
        raise Refused("文书须有内容摘要，供持有人核验。", cite("A45"))
    effects: list[f.Fact] = []
    if command.kind.startswith("reply-"):
        _may_print_reply(case, command, practice)
    else:
        lacking, article = _LETTERS[command.kind]
        sentence = lacking(case, command)
        if sentence:
            raise Refused(sentence, article)
        if command.kind in NOTICE_OF and isinstance(case, Handling):
            effects = notices.take_effect(case, command, calendar, practice)
    return [
        f.LetterIssued(
            command.letter,
            command.kind,
            command.number.strip(),
            command.year,
            command.serial,
            command.digest,
            command.today,
            command.by,
        ),
        *effects,
    ]


def _may_print_reply(case: Filed, command: c.IssueLetter, practice: Practice) -> None:
    if not isinstance(case, Handling):
        raise Refused("答复书只能在办理中印发；已经办结的申请不再制发答复书。", cite("A33"))
    nothing_printed(case, "印发另一份答复书", cite("A36"))
    not_before_receipt(case, command.today, "印发答复书")
    if case.awaits is not None:
        raise Refused(f"本件正在{AWAITED_NAMES[type(case.awaits)]}，还不能印发答复书。", cite("A33"))
    notices.nothing_decided(case, "印发答复书", cite("A33"))
    current = case.file.draft
    if current is None:
        raise Refused("还没有起草答复。", cite("A45"))
    if current.returned:
        raise Refused("这一稿已经退回，请重新起草。", cite("A45"))
    waiting_at = stands_at(current, practice)
    if waiting_at:
        raise Refused(f"答复还没有经过“{waiting_at.name_zh}”，不能印发。", cite("A45"))
    wanted = letter_of(current.decisions)
    if command.kind != wanted:
        raise Refused("文书种类与办理意见不符。", cite("A36"))
    _nothing_missing(case.file, current.decisions)
    if overridden(case.file, current.decisions) and not _has_letter(case.file, "third-party-decision"):
        raise Refused("第三方有合理理由不同意，决定公开的须先将公开的内容和理由书面告知第三方。", cite("A32"))


def _has_letter(file: CaseFile, kind: LetterKind) -> bool:
    return any(letter.kind == kind and letter.round == file.round for letter in file.letters)


Lacking = Callable[[Filed, c.IssueLetter], str]


def _always(_case: Filed, _command: c.IssueLetter) -> str:
    return ""


def _received(case: Filed, _command: c.IssueLetter) -> str:
    return "" if case.file.receipt else "尚未确定收到申请之日，不能出具登记回执。"


def _third_party(case: Filed, _command: c.IssueLetter) -> str:
    asked = any(one.whom == "third-party" for one in case.file.consultations)
    return "" if asked else "本件没有征求第三方意见。"


def _third_party_decision(case: Filed, _command: c.IssueLetter) -> str:
    against = any(one.whom == "third-party" and one.opinion and not one.consents for one in case.file.consultations)
    return "" if against else "没有第三方不同意公开，不需要向其告知决定公开。"


def _co_handling(case: Filed, _command: c.IssueLetter) -> str:
    return "" if case.file.tasks else "没有请其他单位协办。"


def _lapsed(case: Filed, _command: c.IssueLetter) -> str:
    if not isinstance(case, Lapsed):
        return "补正、缴费的期限没有届满，不能告知不再处理。"
    return "不再处理告知书已经印发。" if _has_letter(case.file, "lapsed") else ""


def _withdrawn(case: Filed, _command: c.IssueLetter) -> str:
    return "" if isinstance(case, Withdrawn) else "申请人没有撤回申请。"


_LETTERS: Final[dict[LetterKind, tuple[Lacking, str]]] = {
    "application-form": (_always, cite("A29")),
    "receipt": (_received, cite("A31")),
    "correction": (notices.lacking, cite("A30")),
    "reasons": (notices.lacking, cite("A35")),
    "extension": (notices.lacking, cite("A33")),
    "third-party": (notices.lacking, cite("A32")),
    "third-party-confirmation": (_third_party, cite("A32")),
    "third-party-applicant": (_third_party, cite("A33")),
    "third-party-decision": (_third_party_decision, cite("A32")),
    "co-maker": (notices.lacking, cite("A34")),
    "other-organ": (notices.lacking, cite("A33")),
    "co-handling": (_co_handling, cite("A45")),
    "fee": (notices.lacking, FEE_RULES),
    "lapsed": (_lapsed, cite("A30")),
    "withdrawn": (_withdrawn, cite("A45")),
    "approval-slip": (_always, cite("A45")),
    "transfer-list": (_always, cite("A45")),
}

SERVICE_RULES: Final[dict[Served, str]] = {
    "direct": "直接送达，以受送达人签收之日为准。",
    "post": "通过邮政企业邮寄送达，以交邮之日为准。",
    "organ": "委托其他行政机关转交，以受送达人签收之日为准。",
    "online": "申请人选择网上获取，以文书到达其查询页面之日为准。",
    "email": "申请人选择电子邮件，以邮件到达其邮箱之日为准。",
    "fax": "申请人选择传真，以传真发送成功之日为准。",
    "pick-up": "自行领取，以签收之日为准。",
}
"""Which day counts (国办公开办函〔2016〕235号 for direct service and mail)."""


def serve(case: Filed, command: c.ServeLetter, calendar: WorkCalendar) -> list[f.Fact]:
    """Note the service, and start what runs from it: nobody enters the same day twice."""
    letter = case.file.letter(command.letter)
    if letter is None:
        raise Refused("没有这份文书，或者尚未印发。", cite("A45"))
    if letter.service:
        raise Refused(f"文书已于{letter.service.counts_on:%Y-%m-%d}送达。", cite("A45"))
    if command.on > command.today:
        raise Refused("送达日期晚于今天。", cite("A45"))
    if command.on < letter.issued_on:
        raise Refused("送达日期早于印发日期。", cite("A45"))
    return [
        f.LetterServed(command.letter, command.served, command.on, SERVICE_RULES[command.served], command.by),
        *notices.reached(case, command, calendar),
    ]


# ── The answer ─────────────────────────────────────────────────────────────


def answer(case: Handling, command: c.Answer, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    printed = case.file.letter(command.letter)
    if printed is None or not printed.is_reply or printed.round != case.file.round:
        raise Refused("须先印发答复书。", cite("A33"))
    if printed.service is None:
        raise Refused("答复书尚未送达。", cite("A33"))
    decided = next(draft for draft in case.file.drafts if draft.number == printed.draft)
    due = due_on(case, calendar, practice.edges)
    answered_on = printed.service.counts_on
    return [
        f.Answered(
            case.file.round,
            decided.row,
            decided.decisions,
            answered_on,
            due,
            due is not None and answered_on > due,
            given_blobs(decided.decisions),
            command.letter,
        )
    ]


def answer_joined(case: Joined, command: c.AnswerJoined, calendar: WorkCalendar, practice: Practice) -> list[f.Fact]:
    if combine(command.decisions) != command.row:
        raise Refused("办理结果与办理意见不符。", cite("A36"))
    if command.answered_on > command.today:
        raise Refused("答复日期晚于今天。", cite("A33"))
    received = case.file.receipt
    if received and command.answered_on < received.received_on:
        raise Refused("答复日期早于收到申请之日。", cite("A33"))
    due = due_on(case.handling, calendar, practice.edges)
    return [
        f.Answered(
            case.file.round,
            command.row,
            command.decisions,
            command.answered_on,
            due,
            due is not None and command.answered_on > due,
            given_blobs(command.decisions),
            command.letter,
            command.through,
        )
    ]
