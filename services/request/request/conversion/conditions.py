"""The small language in which a rule says when it applies: nothing but named facts, combined.

`{"all": […]}` `{"any": […]}` `{"not": …}` combine; `{"term": "name"}` stands for a condition defined once;
`{"is": [fact, value]}` `{"in": [fact, values]}` `{"has-any": [fact, values]}` `{"known": fact}`
`{"at-least": [fact, number or id of a number]}` ask one fact.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from request.conversion.facts import FactKind, FactType, Value


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with rules written as data, and where."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


@dataclass(frozen=True, slots=True)
class Among:
    """The fact is one of the values (a choice, a flag), or has one of them (a fact of many values)."""

    fact: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Present:
    fact: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    fact: str
    number: int | str
    """A number, or the id of one of the law's."""


Condition = All | AnyOf | Not | Among | Present | AtLeast


@dataclass(frozen=True, slots=True)
class Used:
    """A fact that a condition looked at, with those of its values that met it."""

    fact: str
    hits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    holds: bool
    used: tuple[Used, ...]


def evaluate(condition: Condition, facts: Mapping[str, Value], numbers: Mapping[str, int]) -> Answer:
    """Tell whether a condition holds, and on which facts that rests."""
    match condition:
        case All(parts):
            answers = [evaluate(part, facts, numbers) for part in parts]
            against = [answer for answer in answers if not answer.holds]
            return Answer(not against, _joined(against or answers))
        case AnyOf(parts):
            answers = [evaluate(part, facts, numbers) for part in parts]
            for_it = [answer for answer in answers if answer.holds]
            return Answer(bool(for_it), _joined(for_it or answers))
        case Not(part):
            answer = evaluate(part, facts, numbers)
            return Answer(not answer.holds, tuple(Used(used.fact) for used in answer.used))
        case Among(fact, values):
            held = facts[fact]
            hits = tuple(item for item in held if item in values) if isinstance(held, tuple) else ()
            holds = bool(hits) if isinstance(held, tuple) else held in values
            return Answer(holds, (Used(fact, hits),))
        case Present(fact):
            held = facts[fact]
            return Answer(bool(held), (Used(fact, held if isinstance(held, tuple) else ()),))
        case AtLeast(fact, number):
            held = facts[fact]
            least = numbers[number] if isinstance(number, str) else number
            return Answer(isinstance(held, int) and held >= least, (Used(fact),))


def _joined(answers: Iterable[Answer]) -> tuple[Used, ...]:
    hits: dict[str, dict[str, None]] = {}
    for answer in answers:
        for used in answer.used:
            hits.setdefault(used.fact, {}).update(dict.fromkeys(used.hits))
    return tuple(Used(fact, tuple(values)) for fact, values in hits.items())


@cache
def facts_of(condition: Condition) -> frozenset[str]:
    """Every fact a condition may look at."""
    match condition:
        case All(parts) | AnyOf(parts):
            return frozenset[str]().union(*(facts_of(part) for part in parts))
        case Not(part):
            return facts_of(part)
        case Among(fact) | Present(fact) | AtLeast(fact):
            return frozenset({fact})


class _Unreadable(Exception):
    """One condition cannot be read; those beside it still are."""


class Reader:
    """Reads conditions from data and keeps every fault it meets, so that all are told at once."""

    def __init__(self, facts: Mapping[str, FactKind], numbers: Iterable[str]) -> None:
        self.faults: list[Fault] = []
        self.terms: dict[str, Condition] = {}
        self._facts = facts
        self._numbers = frozenset(numbers)
        self._operators: dict[str, Callable[[Any, str], Condition]] = {
            "all": lambda data, path: All(self._parts(data, path)),
            "any": lambda data, path: AnyOf(self._parts(data, path, at_least_one=True)),
            "not": lambda data, path: Not(self._inner(data, path)),
            "term": self._term,
            "is": lambda data, _path: self._among(data, ("choice", "flag"), one=True),
            "in": lambda data, _path: self._among(data, ("choice",), one=False),
            "has-any": lambda data, _path: self._among(data, ("many",), one=False),
            "known": lambda data, _path: Present(self._fact(data, ("many", "text")).name),
            "at-least": self._at_least,
        }

    def define(self, name: str, data: Any) -> None:
        """Read a term; it may use those defined before it, hence never itself."""
        if (condition := self.read(data, f"terms.{name}")) is not None:
            self.terms[name] = condition

    def read(self, data: Any, path: str) -> Condition | None:
        try:
            if not isinstance(data, dict) or len(data) != 1:
                raise _Unreadable("条件应当是只有一个运算符的对象")
            [(operator, operand)] = data.items()
            if operator not in self._operators:
                raise _Unreadable(f"没有名为“{operator}”的运算符")
            path = f"{path}.{operator}"
            return self._operators[operator](operand, path)
        except _Unreadable as unreadable:
            if unreadable.args:
                self.faults.append(Fault(path, str(unreadable)))
            return None

    def _inner(self, data: Any, path: str) -> Condition:
        part = self.read(data, path)
        if part is None:
            raise _Unreadable  # told already, nearer to the fault
        return part

    def _parts(self, data: Any, path: str, *, at_least_one: bool = False) -> tuple[Condition, ...]:
        if not isinstance(data, list) or (at_least_one and not data):
            raise _Unreadable("应当列出条件")
        parts = [self.read(part, f"{path}[{place}]") for place, part in enumerate(data)]
        return tuple(part for part in parts if part is not None)

    def _term(self, data: Any, _path: str) -> Condition:
        if not isinstance(data, str) or data not in self.terms:
            raise _Unreadable(f"前面没有定义“{data}”")
        return self.terms[data]

    def _among(self, data: Any, types: tuple[FactType, ...], *, one: bool) -> Condition:
        name, operand = _pair(data)
        fact = self._fact(name, types)
        values = [operand] if one else operand
        if not isinstance(values, list) or not values:
            raise _Unreadable("应当列出至少一个值")
        for value in values:
            if not (isinstance(value, bool) if fact.type == "flag" else value in tuple(fact.values)):
                raise _Unreadable(f"“{fact.name}”（{fact.name_zh}）没有值“{value}”")
        return Among(fact.name, tuple(values))

    def _at_least(self, data: Any, _path: str) -> Condition:
        name, number = _pair(data)
        fact = self._fact(name, ("number",))
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole and not (isinstance(number, str) and number in self._numbers):
            raise _Unreadable(f"“{number}”既不是整数，也不是登记的数字")
        return AtLeast(fact.name, number)

    def _fact(self, name: Any, types: tuple[FactType, ...]) -> FactKind:
        fact = self._facts.get(name) if isinstance(name, str) else None
        if fact is None:
            raise _Unreadable(f"没有名为“{name}”的事实")
        if fact.type not in types:
            raise _Unreadable(f"“{fact.name}”（{fact.name_zh}）不能这样问")
        return fact


def _pair(data: Any) -> tuple[Any, Any]:
    if not isinstance(data, list) or len(data) != 2:
        raise _Unreadable("应当是事实和值两项")
    return data[0], data[1]
