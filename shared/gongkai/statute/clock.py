"""A statutory clock as a value: start, restart, exclude an interval, extend; then read it on a calendar.

A clock keeps what happened to it, not a date: read again on another calendar it gives the other date by itself.
The verbs may refuse; reading never does, because what a clock holds has already happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never

from gongkai.statute import rules
from gongkai.statute.calendar import CountedDay, Due, Explanation, WorkCalendar, next_day
from gongkai.statute.deadlines import due as due_of
from gongkai.statute.refusal import Refused
from gongkai.statute.terms import Term


@dataclass(frozen=True, slots=True)
class Edges:
    """Whether the days a consultation begins and ends on count; the law does not say (`exclusion-edges`)."""

    issue_day_counts: bool = bool(rules.EXCLUSION_COUNTS_ISSUE_DAY.length)
    answer_day_counts: bool = bool(rules.EXCLUSION_COUNTS_ANSWER_DAY.length)


DEFAULT_EDGES = Edges()


@dataclass(frozen=True, slots=True)
class Excluding:
    """A letter is out and its answer is awaited: the clock stands still."""

    letter: str
    issued_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """The answer came, or its time lapsed: the days between do not count."""

    letter: str
    issued_on: date
    ended_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """The head of the openness office agreed to more time."""

    working_days: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class Voided:
    """What ran so far is void; the clock begins again when something arrives."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The clock runs anew from a day, which itself does not count."""

    on: date
    reason: str


Step = Excluding | Excluded | Extended | Voided | Restarted


@dataclass(frozen=True, slots=True)
class Running:
    """The clock has a due date, explained day by day."""

    explanation: Explanation

    @property
    def due(self) -> Due:
        return self.explanation.due

    @property
    def excluded_days(self) -> tuple[date, ...]:
        return tuple(day.on for day in self.explanation.days if day.state == "excluded")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The clock stands still: no due date can be told before something arrives."""

    since: date
    reason: str
    used: int
    left: int


Reading = Running | Waiting


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A due date that another calendar moved or settled."""

    before: Due
    after: Due

    @property
    def reason_zh(self) -> str:
        if self.before.on != self.after.on:
            return f"放假安排更新后重新计算，到期日由{self.before.text_zh}改为{self.after.text_zh}。"
        return f"放假安排更新后重新计算，到期日仍为{self.after.text_zh}。"


@dataclass(frozen=True, slots=True)
class Clock:
    rule: Term
    started_on: date
    steps: tuple[Step, ...] = ()

    def extend(
        self,
        working_days: int,
        decided_on: date,
        calendar: WorkCalendar,
        *,
        head_consents: bool,
        most: Term = rules.REPLY_EXTENSION,
        times: Term = rules.REPLY_EXTENSIONS,
        edges: Edges = DEFAULT_EDGES,
    ) -> Clock:
        """Give the clock more time: once, in time, within the limit and with the head's consent."""
        self._counts_working_days("延长")
        if not head_consents:
            raise Refused("延长答复期限须经政府信息公开工作机构负责人同意。", rule=most)
        if not 1 <= working_days <= most.length:
            raise Refused(f"延长的期限为1至{most.length}个工作日，收到的是{working_days}个。", rule=most)
        if sum(isinstance(step, Extended) for step in self.steps) >= times.length:
            raise Refused(f"同一申请只能延期{times.length}次。", rule=times)
        reading = self.read(calendar, edges)
        if isinstance(reading, Running) and decided_on > reading.due.on:
            raise Refused(f"答复期限已于{reading.due.text_zh}届满，不能再延期。", rule=most)
        return self._with(Extended(working_days, decided_on))

    def open_exclusion(
        self,
        letter: str,
        issued_on: date,
        reason: str,
        calendar: WorkCalendar,
        edges: Edges = DEFAULT_EDGES,
    ) -> Clock:
        """Stop the clock while a consultation is out."""
        self._counts_working_days("扣除")
        if any(isinstance(step, Excluding | Excluded) and step.letter == letter for step in self.steps):
            raise Refused("这份征求意见书已经登记过。", rules.REPLY.article)
        if issued_on < self._begins_on:
            raise Refused("征求意见书的发出日早于期限起算日。", rules.REPLY.article)
        reading = self.read(calendar, edges)
        if isinstance(reading, Running) and issued_on > reading.due.on:
            raise Refused(f"答复期限已于{reading.due.text_zh}届满，其后的征求意见时间不能扣除。", rules.REPLY.article)
        return self._with(Excluding(letter, issued_on, reason))

    def close_exclusion(self, letter: str, ended_on: date) -> Clock:
        """Let the clock run on when the answer arrives or its time lapses."""
        for at, step in enumerate(self.steps):
            if isinstance(step, Excluding) and step.letter == letter:
                if ended_on < step.issued_on:
                    raise Refused("答复日早于征求意见书的发出日。", rules.REPLY.article)
                closed = Excluded(letter, step.issued_on, ended_on, step.reason)
                return replace(self, steps=(*self.steps[:at], closed, *self.steps[at + 1 :]))
        raise Refused("没有正在等待答复的这份征求意见书。", rules.REPLY.article)

    def void(self, on: date, reason: str) -> Clock:
        """Stop the clock for good until it is restarted, as a correction notice does."""
        if on < self._begins_on:
            raise Refused("期限尚未起算，不能中止。", self.rule.article)
        return self._with(Voided(on, reason))

    def restart(self, on: date, reason: str) -> Clock:
        """Run the whole period anew from a day; exclusions and extensions of the old run are gone with it."""
        if on < self._begins_on:
            raise Refused("重新起算日早于原起算日。", self.rule.article)
        return self._with(Restarted(on, reason))

    def read(self, calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES) -> Reading:
        """Tell where the clock stands on this calendar."""
        allowance, exclusions, voided = self._current_run()
        if voided:
            return Waiting(voided.on, voided.reason, 0, self.rule.length)
        if self.rule.unit != "工作日":
            return Running(Explanation(due_of(self.rule, self._begins_on, calendar), ()))
        is_excluded = [_covers(step, edges) for step in exclusions]
        days: list[CountedDay] = []
        unsettled: list[date] = []
        day, running = self._begins_on, 0
        while running < allowance:
            day = next_day(day)
            reason = calendar.why(day)
            covering = [step for step, covers in zip(exclusions, is_excluded, strict=True) if covers(day)]
            standing = next((step for step in covering if isinstance(step, Excluding)), None)
            if standing:
                return Waiting(standing.issued_on, standing.reason, running, allowance - running)
            state: Literal["counted", "skipped", "excluded"] = "skipped"
            why = reason.text_zh
            if reason.is_working_day:
                state = "excluded" if covering else "counted"
                why = f"{why}，{covering[0].reason}，不计入" if covering else why
            running += state == "counted"
            days.append(CountedDay(day, state, why, running))
            if reason.provisional:
                unsettled.append(day)
        sentence = calendar.provisional_reason(unsettled)
        due = Due(day, self._begins_on, allowance, "工作日", calendar.version, bool(sentence), sentence)
        return Running(Explanation(due, tuple(days)))

    def recomputed(self, before: Due, calendar: WorkCalendar, edges: Edges = DEFAULT_EDGES) -> Recomputed | None:
        """Return the change another calendar makes to a due date told earlier, or None when it makes none."""
        match self.read(calendar, edges):
            case Running() as reading if (reading.due.on, reading.due.provisional) != (
                before.on,
                before.provisional,
            ):
                return Recomputed(before, reading.due)
            case _:
                return None

    @property
    def _begins_on(self) -> date:
        starts = [step.on for step in self.steps if isinstance(step, Restarted)]
        return starts[-1] if starts else self.started_on

    def _current_run(self) -> tuple[int, list[Excluding | Excluded], Voided | None]:
        allowance = self.rule.length
        exclusions: list[Excluding | Excluded] = []
        voided: Voided | None = None
        for step in self.steps:
            match step:
                case Excluding() | Excluded():
                    exclusions.append(step)
                case Extended(working_days):
                    allowance += working_days
                case Voided():
                    voided = step
                case Restarted():
                    allowance, exclusions, voided = self.rule.length, [], None
                case _:
                    assert_never(step)
        return allowance, exclusions, voided

    def _counts_working_days(self, verb: str) -> None:
        if self.rule.unit != "工作日":
            raise Refused(f"“{self.rule.name_zh}”不按工作日计算，不能{verb}。", self.rule.article)

    def _with(self, step: Step) -> Clock:
        return replace(self, steps=(*self.steps, step))


def _covers(step: Excluding | Excluded, edges: Edges) -> Callable[[date], bool]:
    def covers(day: date) -> bool:
        begun = day > step.issued_on or (day == step.issued_on and not edges.issue_day_counts)
        match step:
            case Excluding():
                return begun
            case Excluded(ended_on=ended_on):
                return begun and (day < ended_on or (day == ended_on and not edges.answer_day_counts))

    return covers
