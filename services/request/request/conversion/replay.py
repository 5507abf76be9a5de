"""Reviews kept, reviewed again: what other rules would have advised, and which rule makes the difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from request.conversion.inputs import ADVICE_ZH, Advice, Considered
from request.conversion.review import Link, Review, review
from request.conversion.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as it was kept, with everything it looked at."""

    id: str
    considered: Considered
    review: Review


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """One rule whose part in the chain is another than before."""

    rule: str
    before: int | None
    """Version that applied before; None if it did not apply."""
    after: int | None
    sentence: str

    @property
    def text_zh(self) -> str:
        if self.before is None:
            return f"新适用{self.rule}（第{self.after}版）：{self.sentence}"
        if self.after is None:
            return f"不再适用{self.rule}：{self.sentence}"
        return f"{self.rule}由第{self.before}版改为第{self.after}版：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Difference:
    id: str
    case: str
    before: Advice
    after: Advice
    rules: tuple[RuleChanged, ...]
    relook_before: date | None
    relook_after: date | None
    review: Review
    """The review as it would be now."""

    @property
    def changes_advice(self) -> bool:
        return self.before != self.after

    @property
    def text_zh(self) -> str:
        change = f"{ADVICE_ZH[self.before]} → {ADVICE_ZH[self.after]}"
        if not self.changes_advice:
            change = f"{ADVICE_ZH[self.after]}（结论不变）"
            if self.relook_before != self.relook_after:
                change += f"，再次评估由{self.relook_before or '无'}改为{self.relook_after or '无'}"
        return "；".join((change, *(rule.text_zh for rule in self.rules)))


@dataclass(frozen=True, slots=True)
class Replayed:
    rules_version: str
    again: int
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> tuple[Difference, ...]:
        """Those whose advice is another now."""
        return tuple(difference for difference in self.differences if difference.changes_advice)


def replay(kept: Iterable[Kept], rules: Rulebook, today: date | None = None) -> Replayed:
    """Review again by other rules, as of the day of each review, or as of a given day.

    As of the old day only the rules differ; as of a given day time has passed as well (a closed period has ended).
    """
    again, differences = 0, []
    for item in kept:
        again += 1
        now = review(item.considered, rules, today or item.review.on)
        if (difference := compare(item, now)) is not None:
            differences.append(difference)
    return Replayed(rules.version, again, tuple(differences))


def compare(kept: Kept, now: Review) -> Difference | None:
    """Tell how a review differs from the kept one; None if nothing an officer would act on is different."""
    before = kept.review
    rules = _rules_changed(before.chain, now.chain)
    if before.advice == now.advice and before.relook_on == now.relook_on and not rules:
        return None
    return Difference(kept.id, now.case, before.advice, now.advice, rules, before.relook_on, now.relook_on, now)


def _rules_changed(before: tuple[Link, ...], after: tuple[Link, ...]) -> tuple[RuleChanged, ...]:
    """Compare what each rule says and does, not its version alone: rules may be edited without one."""
    old, new = {link.rule: link for link in before}, {link.rule: link for link in after}
    changed = []
    for rule in dict.fromkeys((*new, *old)):
        was, now = old.get(rule), new.get(rule)
        if was and now and _said(was) == _said(now):
            continue
        said = now or was
        if said is not None:
            versions = was.version if was else None, now.version if now else None
            changed.append(RuleChanged(rule, *versions, said.sentence))
    return tuple(changed)


def _said(link: Link) -> tuple[int, str, str, str]:
    return link.version, link.article, link.sentence, link.effect
