"""How many reviews there were, how fast they were decided and published, how often overruled and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import get_args

from request.conversion.inputs import Advice


@dataclass(frozen=True, slots=True)
class Decided:
    on: date
    accepted: bool
    decision: Advice
    reason: str = ""
    """Why it was overruled, free of personal data."""


@dataclass(frozen=True, slots=True)
class Course:
    """One review from the answer to the publication, as far as it came, or several that went the same way."""

    answered_on: date
    reviewed_on: date
    advice: Advice
    rules: tuple[str, ...]
    """The rules that decided the advice."""
    decided: Decided | None = None
    published_on: date | None = None
    relook_on: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Overruling:
    """A way in which advice was overruled, with the reasons given and how often each."""

    advice: Advice
    decision: Advice
    count: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RuleOverruled:
    rule: str
    decided: int
    overruled: int


@dataclass(frozen=True, slots=True)
class Figures:
    reviewed: int
    by_advice: Mapping[Advice, int]
    open: int
    """Advised and not decided yet."""
    accepted: int
    overruled: int
    judged: int
    """Decided by a person who had been asked: nothing was accepted or overruled."""
    published: int
    days_to_review: float | None
    """Median days from the answer; None where nothing happened."""
    days_to_decide: float | None
    """Median days from the review."""
    days_to_publish: float | None
    """Median days from the answer."""
    relooks_due: int
    overrulings: tuple[Overruling, ...]
    by_rule: tuple[RuleOverruled, ...]
    """Rules whose advice was overruled, the most often overruled first: these want rewriting."""

    @property
    def overruled_share(self) -> float | None:
        """Of a hundred pieces of advice that somebody decided on, how many were overruled."""
        decided = self.accepted + self.overruled
        return round(100 * self.overruled / decided, 1) if decided else None


def figures(courses: Iterable[Course], first: date, last: date) -> Figures:
    """Count the reviews of a period, both days included; what came of them is counted until the last day."""
    within = [course for course in courses if first <= course.reviewed_on <= last]
    decided = [
        (course, course.decided) for course in within if course.decided is not None and course.decided.on <= last
    ]
    published = [
        (course, course.published_on) for course in within if course.published_on and course.published_on <= last
    ]
    judged = sum(course.times for course, _ in decided if course.advice == "ask")
    advising = [(course, decision) for course, decision in decided if course.advice != "ask"]
    overruled = [(course, decision) for course, decision in advising if not decision.accepted]
    advised: Counter[Advice] = Counter()
    for course in within:
        advised[course.advice] += course.times
    return Figures(
        reviewed=advised.total(),
        by_advice={advice: advised[advice] for advice in get_args(Advice)},
        open=advised.total() - _times(decided),
        accepted=_times(advising) - _times(overruled),
        overruled=_times(overruled),
        judged=judged,
        published=_times(published),
        days_to_review=_median(((course.reviewed_on - course.answered_on).days, course.times) for course in within),
        days_to_decide=_median(((decision.on - course.reviewed_on).days, course.times) for course, decision in decided),
        days_to_publish=_median(((on - course.answered_on).days, course.times) for course, on in published),
        relooks_due=sum(course.times for course in within if course.relook_on is not None and course.relook_on <= last),
        overrulings=_overrulings(overruled),
        by_rule=_by_rule(advising),
    )


def _times(courses: Iterable[tuple[Course, object]]) -> int:
    return sum(course.times for course, _ in courses)


def _median(days: Iterable[tuple[int, int]]) -> float | None:
    """Return the median of numbers that each come so many times."""
    counted = [number for number, times in days for _ in range(times)]
    return float(median(counted)) if counted else None


def _overrulings(overruled: list[tuple[Course, Decided]]) -> tuple[Overruling, ...]:
    ways: dict[tuple[Advice, Advice], Counter[str]] = {}
    for course, decision in overruled:
        ways.setdefault((course.advice, decision.decision), Counter())[decision.reason.strip()] += course.times
    found = []
    for (advice, decided), reasons in ways.items():
        often_first = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        found.append(Overruling(advice, decided, reasons.total(), tuple(often_first)))
    return tuple(sorted(found, key=lambda way: (-way.count, way.advice, way.decision)))


def _by_rule(decided: list[tuple[Course, Decided]]) -> tuple[RuleOverruled, ...]:
    applied: Counter[str] = Counter()
    against: Counter[str] = Counter()
    for course, decision in decided:
        often = dict.fromkeys(course.rules, course.times)
        applied.update(often)
        if not decision.accepted:
            against.update(often)
    found = [RuleOverruled(rule, applied[rule], count) for rule, count in against.items()]
    return tuple(sorted(found, key=lambda item: (-item.overruled, item.rule)))
