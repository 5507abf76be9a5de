"""What an applicant's page shows, made from the case. Days are counted by the law's own clock; here they are told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from gongkai.runtime.register import Recorded
from gongkai.statute import rules
from gongkai.statute.calendar import Explanation, WorkCalendar
from gongkai.statute.clock import Edges, Running, Waiting
from gongkai.statute.outcomes import BY_KEY
from gongkai.web.components import DayCell, Run, Step
from gongkai.web.days import runs_of, weeks_of
from gongkai.web.filters import date_zh
from request.domain import facts as f
from request.domain.case import (
    Answered,
    Archived,
    AwaitingCorrection,
    AwaitingPayment,
    Case,
    Handling,
    Joined,
    Lapsed,
    SplitUp,
    Submitted,
    Withdrawn,
    file_of,
    handling_of,
)
from request.domain.due import standing
from request.domain.file import CaseFile
from request.domain.ladder import Practice
from request.domain.values import CHANNELS, SUPPLY_FORMS, WAYS, LetterKind
from request.objecting import Told, may_object
from request.periods import periods_of
from request.standing import of_applicant, shown

LETTER_NAMES: Final[dict[LetterKind, str]] = {
    "receipt": "登记回执", "correction": "补正告知书", "reasons": "说明理由告知书", "extension": "延期答复告知书",
    "third-party-applicant": "征求意见告知书", "fee": "收费通知书", "reply-public": "答复书（已主动公开）",
    "reply-given": "答复书（予以公开）", "reply-partial": "答复书（部分公开）", "reply-refused": "答复书（不予公开）",
    "reply-register": "告知书（行政查询事项）", "reply-not-existing": "告知书（信息不存在）",
    "reply-not-ours": "告知书（非本机关信息）", "reply-needs-making": "告知书（需另行制作）",
    "reply-unclear": "告知书（内容仍不明确）", "reply-petition": "告知书（信访、投诉、举报）",
    "reply-repeated": "告知书（重复申请）", "reply-publications": "告知书（公开出版物）",
    "reply-excessive": "告知书（不予处理）", "reply-reissue": "告知书（确认或者重新出具）",
    "lapsed": "不再处理告知书", "withdrawn": "终止办理告知书",
}  # fmt: skip
"""The letters an applicant may read; those to third parties and inside the house are not here."""

HEADLINES: Final[dict[type[Any], str]] = {
    Submitted: "您的申请已经提交",
    Handling: "您的申请正在办理",
    Joined: "您的申请正在办理",
    Answered: "您的申请已经答复",
    Archived: "您的申请已经答复",
    SplitUp: "您的申请分为几件办理",
    Lapsed: "您的申请不再处理",
    Withdrawn: "您的申请已经撤回",
}


@dataclass(frozen=True, slots=True)
class DuePanel:
    on: date
    left: int
    words: str
    how: str
    provisional: str = ""


@dataclass(frozen=True, slots=True)
class Paused:
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class Note:
    kind: str
    title: str
    text: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ShownLetter:
    name: str
    number: str
    on: date
    href: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    label: str
    href: str
    about: str = ""


@dataclass(slots=True)
class Mine:
    headline: str
    number: str
    title: str
    due: DuePanel | None = None
    paused: Paused | None = None
    notices: list[Note] = field(default_factory=list)
    letters: list[ShownLetter] = field(default_factory=list)
    weeks: list[list[DayCell | None]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    skipped: list[Any] = field(default_factory=list)
    calendar: str = ""
    may_change: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    published: list[Act] = field(default_factory=list)
    files: list[Act] = field(default_factory=list)
    parts: list[Act] = field(default_factory=list)
    periods: list[dict[str, Any]] = field(default_factory=list)
    """What ran or runs besides the reply that is laid out as a calendar, each with its days one by one."""
    objections: list[Told] = field(default_factory=list)


def view(
    case: Case,
    title: str,
    letters: Sequence[Mapping[str, Any]],
    history: Iterable[Recorded[f.Fact]],
    *,
    calendar: WorkCalendar,
    practice: Practice,
    today: date,
    short_name: str,
    given: Sequence[Mapping[str, Any]] = (),
    item: str = "",
    asked: str = "",
    how_to_pay: str = "",
) -> Mine:
    """Say a case to its applicant.

    `item` is the end of addresses for a part of a paper that was split, `asked` what they wrote besides the title.
    """
    file = file_of(case)
    if file is None:
        raise ValueError("an imported case has no applicant who could follow it")
    number = f"{short_name}依申请〔{file.number.year}〕{file.number.serial}号" if file.number else ""
    mine = Mine(_headline(case), number, title)
    _say_clock(mine, case, file, calendar, practice.edges, today, item)
    periods = of_applicant(periods_of(case, calendar, practice))
    mine.periods = shown(one for one in periods if not (one.kind == "request-reply" and mine.weeks))
    _say_fee(mine, case, file, how_to_pay)
    mine.letters = [
        ShownLetter(
            LETTER_NAMES[row["kind"]], row["number"], row["issued_on"], f"/request/mine/letters/{row['id']}{item}"
        )
        for row in letters
        if row["kind"] in LETTER_NAMES and "pdf" in row["forms"]
    ]
    mine.steps = _steps(case, file, [each.fact for each in history])
    mine.facts = [("具体说明", asked), *_facts(file)]
    mine.acts = _acts(case, item)
    mine.files = [Act(row["name"], f"/request/mine/files/{row['digest']}{item}") for row in given]
    mine.published = [
        Act("由这件申请转为主动公开的文件", review.permalink) for review in file.reviews if review.permalink
    ]
    return mine


def _headline(case: Case) -> str:
    if isinstance(case, Handling):
        match case.awaits:
            case AwaitingCorrection():
                return "您的申请需要补正"
            case AwaitingPayment():
                return "您的申请需要缴费"
            case _:
                pass
    return HEADLINES.get(type(case), "您的申请")


def _say_clock(
    mine: Mine, case: Case, file: CaseFile, calendar: WorkCalendar, edges: Edges, today: date, item: str
) -> None:
    match case:
        case Submitted():
            mine.notices.append(
                Note(
                    "",
                    "等待双方确认收到",
                    "我们会按您留的联系方式与您确认。确认的那一天是收到之日，答复期限从次日起算（《政府信息公开条例》第三十一条）。",
                )
            )
        case Answered() | Archived() if file.reply is not None:
            reply = file.replies[-1]
            row = BY_KEY[reply.row]
            mine.notices.append(
                Note(
                    "good" if reply.given else "",
                    f"{date_zh(reply.answered_on)}答复：{_plain(row.printed_zh)}",
                    f"依据{row.basis}。不服答复的，可以按答复书末尾写明的机关和期限申请行政复议、提起行政诉讼，逾期不再受理。",
                )
            )
        case Lapsed(because=because, on=on):
            why = "逾期没有补正" if because == "correction" else "逾期没有缴纳信息处理费"
            again = "仍然需要这些信息的，可以重新申请。"
            mine.notices.append(Note("warn", f"{date_zh(on)}起不再处理", f"{why}，又没有说明正当理由。{again}"))
        case _:
            pass
    handling = handling_of(case)
    if handling is None:
        return
    _say_awaited(mine, handling, item)
    match standing(handling, calendar, edges):
        case Waiting(since, reason, used, left):
            mine.paused = Paused(
                f"{reason.replace('申请人', '您')}，从{date_zh(since)}起暂不计算",
                _resumes(handling, used, left),
            )
        case Running(explanation):
            _say_due(mine, handling, explanation, calendar, today)


def _resumes(handling: Handling, used: int, left: int) -> str:
    """Say how it goes on: a correction and a payment start the days anew, everything else takes them up again."""
    anew = f"从次日起重新计算 {rules.REPLY.length} 个工作日"
    match handling.awaits:
        case AwaitingCorrection():
            return f"收到补正后的申请，{anew}。依据《政府信息公开条例》第三十条。"
        case AwaitingPayment():
            return f"缴费以后，{anew}。依据《政府信息公开信息处理费管理办法》。"
        case _:
            return f"此前已经计入 {used} 个工作日，恢复后还有 {left} 个工作日。依据《政府信息公开条例》第三十三条。"


def _say_due(mine: Mine, handling: Handling, explanation: Explanation, calendar: WorkCalendar, today: date) -> None:
    due = explanation.due
    late = today > due.on
    left = 0 if late else calendar.working_days_between(today, due.on)
    how = f"从{date_zh(due.start)}的次日起数 {due.length} 个{due.unit}。依据{rules.REPLY.article}。"
    if handling.fixed_due is not None:
        how = f"{handling.fixed_due.why}。依据{handling.fixed_due.article}。"
    words = "已经超过答复期限" if late else "距离答复期限还有"
    mine.due = DuePanel(due.on, left, words, how, due.provisional_reason if due.provisional else "")
    if explanation.days:
        mine.weeks = weeks_of(explanation, today)
        mine.runs = runs_of(explanation)
        mine.skipped = [day for day in explanation.days if day.state != "counted"]
        mine.calendar = "按国务院公布的放假和调休安排计算" + ("，部分年份尚未公布" if due.provisional else "")
    mine.may_change = [
        "需要征求第三方或者其他机关意见：征求意见的时间不计入，我们会书面告诉您。",
        f"需要延期：经公开工作机构负责人同意，最多延长 {rules.REPLY_EXTENSION.length} 个工作日，并书面告诉您理由。",
        "需要您补正：从收到补正后的申请之日的次日起重新计算。",
        "国务院公布新的放假安排：没有办结的重新计算，并在本页说明。",
    ]


def _say_awaited(mine: Mine, handling: Handling, item: str) -> None:
    match handling.awaits:
        case AwaitingCorrection(answer_by=by):
            correction = handling.file.correction
            asked = "；".join(what.rstrip("。；") for what in correction.what) if correction else ""
            mine.notices.append(
                Note(
                    "warn",
                    "需要您补正",
                    f"{asked}。请在{date_zh(by)}以前补正，逾期又没有正当理由的，视为放弃申请。",
                    f"/request/mine/correction{item}",
                    "现在补正",
                )
            )
        case _:
            pass


def _say_fee(mine: Mine, case: Case, file: CaseFile, how_to_pay: str) -> None:
    """Say what is to be paid, by when, how, and what happens when it is not."""
    if not (isinstance(case, Handling) and isinstance(case.awaits, AwaitingPayment)) or file.fee is None:
        return
    charged, pay_by = file.fee.charged, case.awaits.pay_by
    counted = f"按量计收，{charged.count} 页" if charged.standard == "pages" else f"按件计收，本月第 {charged.count} 件"
    period = f"收到收费通知书的次日起 {rules.FEE_PAYMENT.text_zh}内"
    until = f"请在{date_zh(pay_by)}以前缴纳" if pay_by else f"请在{period}缴纳"
    how = f"缴纳方式：{how_to_pay.rstrip('。')}。" if how_to_pay.strip() else "缴纳方式见收费通知书。"
    mine.notices.append(
        Note(
            "warn",
            f"需要缴纳信息处理费 {charged.amount:.2f} 元",
            f"{counted}，计算过程见收费通知书。{until}，逾期不缴纳的，视为放弃申请，我们不再处理。{how}",
        )
    )


def _steps(case: Case, file: CaseFile, history: Sequence[f.Fact]) -> list[Step]:
    ended = isinstance(case, Answered | Archived | Lapsed | Withdrawn)
    came = f"{_day(file.application.submitted_on)}，{CHANNELS[file.application.channel]}"
    steps = [Step("您提交了申请", came, past=True)]
    if file.receipt is None:
        return [*steps, Step("双方确认收到", "等待确认", current=not ended), Step("检索和办理"), Step("答复")]
    steps.append(Step("确定收到", f"{_day(file.receipt.received_on)}，{file.receipt.reason}", past=True))
    for fact in history:
        match fact:
            case f.ReceiptCorrected(before=before, received_on=on):
                steps.append(Step("更正收到之日", f"由{_day(before)}更正为{_day(on)}，期限相应重新计算", past=True))
            case f.CorrectionAsked(asked_on=on):
                steps.append(Step("请您补正", _day(on), past=True))
            case f.CorrectionReceived(received_on=on):
                steps.append(Step("收到补正后的申请", _day(on), past=True))
            case f.OpinionAsked(asked_on=on, whom=whom):
                asked = "征求第三方意见" if whom == "third-party" else "征求其他机关意见"
                steps.append(Step(asked, _day(on), past=True))
            case f.ReplyExtended(decided_on=on, working_days=days, reason=reason):
                steps.append(Step(f"延期 {days} 个工作日", f"{_day(on)}，{reason}", past=True))
            case f.FeeNoticed(noticed_on=on):
                steps.append(Step("收费通知", _day(on), past=True))
            case f.NoticeReached(received_on=on, answer_by=by):
                steps.append(Step("您收到了告知书", f"{_day(on)}，请在{_day(by)}以前回复", past=True))
            case f.FeePaid(paid_on=on):
                steps.append(Step("收到缴费", _day(on), past=True))
            case f.Answered(answered_on=on):
                steps.append(Step("答复", _day(on), past=True))
            case f.RoundOpened(from_on=on):
                steps.append(Step("重新办理", _day(on), past=True))
            case f.WithdrawnByApplicant(on=on):
                steps.append(Step("您撤回了申请", _day(on), past=True))
            case f.CorrectionLapsed(on=on) | f.FeeLapsed(on=on):
                steps.append(Step("不再处理", _day(on), past=True))
            case _:
                pass
    waiting = isinstance(case, Handling) and case.awaits is not None
    if waiting:
        steps += [Step("等待回复", "收到以后继续办理", current=True), Step("检索和办理"), Step("答复")]
    elif handling_of(case) is not None:
        steps += [Step("检索和办理", f"由{file.unit}办理" if file.unit else "", current=True), Step("答复")]
    elif isinstance(case, Answered) and file.replies and file.replies[-1].given:
        steps.append(Step("审查能否转为主动公开", current=True))
    return steps


def _facts(file: CaseFile) -> list[tuple[str, str]]:
    known = [
        ("提供形式", SUPPLY_FORMS[file.application.supply_form]),
        ("取得方式", WAYS[file.application.way]),
        ("提交方式", CHANNELS[file.application.channel]),
    ]
    if file.receipt:
        known.insert(0, ("收到之日", date_zh(file.receipt.received_on)))
    fee = file.fee
    if fee is not None:
        state = "已缴纳" if fee.paid_on else "免收" if fee.exempted else "待缴纳"
        known.append(("信息处理费", f"{fee.charged.amount:.2f} 元，{state}"))
    else:
        known.append(("费用", "不收费"))
    return known


def _acts(case: Case, item: str) -> list[Act]:
    acts = []
    if isinstance(case, Handling) and isinstance(case.awaits, AwaitingCorrection):
        acts.append(Act("补正申请", f"/request/mine/correction{item}"))
    if may_object(case):
        acts.append(Act("提出异议", f"/request/mine/objection{item}", "对日期、收费、办理过程或者答复有不同意见"))
    if isinstance(case, Submitted | Handling | Joined):
        acts.append(Act("撤回申请", f"/request/mine/withdraw{item}", "撤回后不再办理"))
    return acts


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _plain(printed: str) -> str:
    """予以公开 from （一）予以公开, 属于国家秘密 from 1.属于国家秘密."""
    text = printed.partition("（区分处理")[0]
    return text.partition("）")[2] if text.startswith("（") else text.partition(".")[2] or text
