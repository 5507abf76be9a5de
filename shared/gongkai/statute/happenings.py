"""What happened to a period, told as a list of dated words: the form in which people and other systems ask about it.

`received=2025-09-26 consult=2025-10-09 answer=2025-10-17` says the same as a `Clock` with an exclusion. Each word
is applied with the clock's own verbs, so that what cannot have happened is refused with its article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, assert_never, cast, get_args

from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.clock import DEFAULT_EDGES, Clock, Edges, Excluded, Excluding, Reading, Restarted, Voided
from gongkai.statute.deadlines import due as due_of
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term

Kind = Literal["received", "correct-asked", "corrected", "consult", "answer", "extend", "fee-noticed", "paid"]
KINDS_ZH: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "received": "收到申请",
        "correct-asked": "告知补正",
        "corrected": "收到补正",
        "consult": "发出征求意见书",
        "answer": "收到意见答复（或者答复期满）",
        "extend": "决定延期",
        "fee-noticed": "发出收费通知",
        "paid": "缴纳信息处理费",
    }
)
_AWAITS_CORRECTION, _AWAITS_PAYMENT, _CONSULTS = "等待申请人补正", "等待申请人缴纳信息处理费", "征求意见"


@dataclass(frozen=True, slots=True)
class Happened:
    """One dated word; `working_days` belongs to an extension, `letter` names one of several consultations."""

    kind: Kind
    on: date
    working_days: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """The period after one word: its clock, and where it stands."""

    happened: Happened
    clock: Clock
    reading: Reading


def kind_of(word: str) -> Kind:
    if word not in get_args(Kind):
        raise Refused(f"没有“{word}”这种事件，可用：{'、'.join(get_args(Kind))}。")
    return cast("Kind", word)


def follow(
    rule: Term, happened: Sequence[Happened], calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES
) -> tuple[Followed, ...]:
    """Apply the words in the order of their days; those of one day in the order told."""
    return tuple(_followed(rule, sorted(happened, key=lambda one: one.on), calendar, edges))


def _followed(
    rule: Term, happened: Sequence[Happened], calendar: WorkCalendar, edges: Edges
) -> Iterator[Followed]:
    if not happened or happened[0].kind != "received":
        raise Refused("第一个事件应当是收到申请（received）。", rule=rule)
    clock = Clock(rule, happened[0].on)
    yield Followed(happened[0], clock, clock.read(calendar, edges))
    for one in happened[1:]:
        clock = _applied(clock, one, calendar, edges)
        yield Followed(one, clock, clock.read(calendar, edges))


def _applied(clock: Clock, one: Happened, calendar: WorkCalendar, edges: Edges) -> Clock:
    match one.kind:
        case "received":
            raise Refused("收到申请只能有一次；收到补正请写 corrected。", rule=clock.rule)
        case "correct-asked":
            _in_time_for_correction(clock, one.on, calendar)
            return clock.void(one.on, _AWAITS_CORRECTION)
        case "corrected":
            if not _awaits(clock, _AWAITS_CORRECTION):
                raise Refused("没有告知补正，不能登记收到补正。", rules.CORRECTION_NOTICE.article)
            return clock.restart(one.on, "收到补正后重新起算")
        case "consult":
            letter = one.letter or f"第{len(_letters(clock)) + 1}份"
            return clock.open_exclusion(letter, one.on, f"{_CONSULTS}（{letter}）", calendar, edges)
        case "answer":
            return clock.close_exclusion(one.letter or _only_open_letter(clock), one.on)
        case "extend":
            return clock.extend(one.working_days, one.on, calendar, head_consents=True, edges=edges)
        case "fee-noticed":
            return clock.void(one.on, _AWAITS_PAYMENT)
        case "paid":
            return clock.restart(one.on, "缴费后重新起算")
        case _:
            assert_never(one.kind)


def _in_time_for_correction(clock: Clock, on: date, calendar: WorkCalendar) -> None:
    if any(isinstance(step, Voided) and step.reason == _AWAITS_CORRECTION for step in clock.steps):
        raise Refused("补正只能一次性告知。", rules.CORRECTION_NOTICE.article)
    last = due_of(rules.CORRECTION_NOTICE, clock.started_on, calendar)
    if on > last.on:
        raise Refused(f"告知补正的期限已于{last.text_zh}届满。", rule=rules.CORRECTION_NOTICE)


def _awaits(clock: Clock, reason: str) -> bool:
    for step in reversed(clock.steps):
        match step:
            case Restarted():
                return False
            case Voided(reason=why) if why == reason:
                return True
    return False


def _letters(clock: Clock) -> list[str]:
    return [step.letter for step in clock.steps if isinstance(step, Excluding | Excluded)]


def _only_open_letter(clock: Clock) -> str:
    waiting = [step.letter for step in clock.steps if isinstance(step, Excluding)]
    if len(waiting) > 1:
        raise Refused(
            f"有{len(waiting)}份征求意见书在等待答复，请写明答复的是哪一份，如 answer=2025-10-17:{waiting[0]}。",
            rules.REPLY.article,
        )
    return waiting[0] if waiting else ""
