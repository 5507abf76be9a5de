"""What would turn the advice: which one thing, known to be otherwise, would lead to another.

It answers whoever asks *why not?*, and it is what can be prepared
while an application is still being handled: it names the questions that matter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from request.conversion.conditions import All, AnyOf, AtLeast, Condition, Not, evaluate, facts_of
from request.conversion.facts import FactKind, Value, all_facts
from request.conversion.inputs import ADVICE_ZH, Advice, Considered
from request.conversion.review import judged
from request.conversion.rules import Rule, Rulebook

# What somebody could find out, do, or bring about. The answer given and the past are not among these.
_OPEN: Final = (
    "third_party", "opinion", "public_interest", "personal", "redaction", "consent", "secrecy_review", "maker",
    "required_by", "in_force", "stage", "compiled", "about_self", "impact", "applicants", "suggested", "column",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """If this one fact were so, the advice would be another."""

    fact: str
    name_zh: str
    now_zh: str
    instead_zh: str
    advice: Advice
    rules: tuple[str, ...]
    """Rules that would apply then and do not now, or the other way round."""

    @property
    def text_zh(self) -> str:
        return f"{self.name_zh}现为“{self.now_zh}”；如果是“{self.instead_zh}”，则{ADVICE_ZH[self.advice]}"


def turns(considered: Considered, rules: Rulebook, today: date) -> tuple[Turn, ...]:
    """List every single change that would lead to another advice, fact by fact."""
    kinds = all_facts()
    values: dict[str, Value] = {name: kind.read(considered, today).value for name, kind in kinds.items()}
    in_force = rules.on(today)
    holds = {rule.id: evaluate(rule.when, values, rules.lengths).holds for rule in in_force}
    _, advice = _judged(in_force, holds)
    found = []
    for name in _OPEN:
        asking = [rule for rule in in_force if name in facts_of(rule.when)]
        for instead, said in _instead(kinds[name], values[name], asking, rules.lengths):
            supposed = {**values, name: instead}
            then = {rule.id: evaluate(rule.when, supposed, rules.lengths).holds for rule in asking}
            _, other = _judged(in_force, {**holds, **then})
            if other != advice:
                moved = tuple(rule for rule, held in then.items() if held != holds[rule])
                kind = kinds[name]
                found.append(Turn(name, kind.name_zh, kind.shown(values[name]), said, other, moved))
    return tuple(found)


def _judged(rules: tuple[Rule, ...], holds: Mapping[str, bool]) -> tuple[str, Advice]:
    return judged(frozenset(rule.effect for rule in rules if holds[rule.id]))


def _instead(
    kind: FactKind, now: Value, asking: list[Rule], numbers: Mapping[str, int]
) -> Iterator[tuple[Value, str]]:
    """Yield what else a fact could be: every other choice, nothing of what was found, the thresholds of the rules."""
    match kind.type:
        case "choice":
            yield from ((value, said) for value, said in kind.values.items() if value != now)
        case "flag":
            yield not now, kind.shown(not now)
        case "many" if now:
            yield (), "无"
        case "text":
            yield ("", "无") if now else ("有", "有")
        case "number":
            least = {number for rule in asking for number in _thresholds(rule.when, kind.name, numbers)}
            yield from ((number, str(number)) for number in sorted(least) if number != now)


def _thresholds(condition: Condition, fact: str, numbers: Mapping[str, int]) -> Iterator[int]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _thresholds(part, fact, numbers)
        case Not(part):
            yield from _thresholds(part, fact, numbers)
        case AtLeast(name, number) if name == fact:
            yield numbers[number] if isinstance(number, str) else number
