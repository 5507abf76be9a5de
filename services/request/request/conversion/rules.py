"""The rules of the review as data: read, checked as a whole, numbered so that a changed rule never passes as the same.

A rule says when it applies (`conditions`), what follows, and by which article. When the law changes, the old version
gets its last day and a new version is added, so that a review of any day uses the rules of that day.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

from gongkai.statute import articles, heads
from gongkai.statute import rules as statute
from gongkai.statute.terms import Setting, Term
from request.conversion.conditions import Condition, Fault, Reader
from request.conversion.facts import all_facts

Effect = Literal["exclude", "until", "ask", "redact", "must", "support", "note", "fallback"]
EFFECTS_ZH: Final[dict[Effect, str]] = {
    "exclude": "不转为主动公开",
    "until": "期间届满前不公开",
    "ask": "请人判断",
    "redact": "须先隐去",
    "must": "应当主动公开",
    "support": "支持主动公开",
    "note": "记录在案，不改变结论",
    "fallback": "没有公开的理由时，不转为主动公开",
}
_KEEPS: Final = frozenset({"exclude", "until", "fallback"})
_FIELDS: Final = frozenset(
    {"id", "version", "article", "head", "sentence", "when", "effect", "relook", "priority", "in_force_from",
     "in_force_until"}
)  # fmt: skip
_REQUIRED: Final = _FIELDS - {"head", "relook", "in_force_until"}
# A number of the law that rules may ask or count a next look by.
NUMBERS: Final[Mapping[str, Term]] = {
    term.id: term
    for term in (statute.CONVERSION_APPLICANTS, statute.CONVERSION_OLD, statute.CONVERSION_RELOOK)
}


class BrokenRules(ValueError):
    """Rules that cannot be used, with every fault found in them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    version: int
    article: str
    """Short id in the register of articles."""
    sentence: str
    when: Condition = field(repr=False)
    effect: Effect = "note"
    priority: int = 0
    in_force_from: date = date.min
    in_force_until: date | None = None
    head: int = 0
    relook: str = ""
    """Id of the number by which the next look is counted; empty where there is nothing to look at again."""

    @property
    def citation(self) -> str:
        """The article as a letter would cite it."""
        if self.head:
            return heads.head(self.head).article
        return articles.find(self.article).citation

    @property
    def article_id(self) -> str:
        return f"{self.article}-{self.head}" if self.head else self.article

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, with the numbers they count by. `version` changes with any letter of either."""

    version: str
    rules: tuple[Rule, ...]
    numbers: Mapping[str, Term]
    source: Mapping[str, Any] = field(repr=False)

    @property
    def lengths(self) -> Mapping[str, int]:
        return {key: term.length for key, term in self.numbers.items()}

    def on(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on a day, the weightiest first."""
        return tuple(rule for rule in self.rules if rule.in_force_on(day))

    def set_number(self, key: str, length: int, basis: str) -> "Rulebook":
        """Return the rules with the organ's own number; the basis is kept with it."""
        term = self.numbers.get(key)
        if not isinstance(term, Setting):
            raise BrokenRules([Fault(f"numbers.{key}", "不是可以调整的数字")])
        numbers = {**self.numbers, key: term.set_to(length, basis)}
        return replace(self, version=_version(self.source, numbers), numbers=numbers)


def _version(source: Mapping[str, Any], numbers: Mapping[str, Term]) -> str:
    counted = {key: [term.length, term.unit, term.note] for key, term in numbers.items()}
    canonical = json.dumps([source, counted], ensure_ascii=False, sort_keys=True)
    return f"{source['edition']}+{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def read_rulebook(text: str, numbers: Mapping[str, Term] = NUMBERS) -> Rulebook:
    """Read rules from JSON; every fault is told, and rules with any fault are not used at all."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenRules([Fault("rules", f"不是JSON：第{error.lineno}行第{error.colno}列")]) from error
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list) or not isinstance(data.get("terms"), dict):
        raise BrokenRules([Fault("rules", "应当有edition、terms和rules三项")])
    reader = Reader(all_facts(), numbers)
    if not isinstance(data.get("edition"), str) or not data["edition"]:
        reader.faults.append(Fault("edition", "应当写明版次"))
    for name, term in data["terms"].items():
        reader.define(name, term)
    rules = [_rule(entry, place, reader, numbers) for place, entry in enumerate(data["rules"])]
    read = tuple(sorted((rule for rule in rules if rule), key=lambda rule: (-rule.priority, rule.id, rule.version)))
    faults = [*reader.faults, *_together(read)]
    if faults:
        raise BrokenRules(faults)
    return Rulebook(_version(data, numbers), read, dict(numbers), data)


def _rule(entry: Any, place: int, reader: Reader, numbers: Mapping[str, Term]) -> Rule | None:
    if not isinstance(entry, dict):
        reader.faults.append(Fault(f"rules[{place}]", "应当是对象"))
        return None
    path = f"规则{entry.get('id', f'[{place}]')}"
    before = len(reader.faults)
    if unknown := set(entry) - _FIELDS:
        reader.faults.append(Fault(path, f"没有这些项：{'、'.join(sorted(unknown))}"))
    if missing := _REQUIRED - set(entry):
        reader.faults.append(Fault(path, f"缺少：{'、'.join(sorted(missing))}"))
        return None
    reader.faults.extend(_field_faults(entry, path, numbers))
    condition = reader.read(entry["when"], f"{path}.when")
    since, until = (_day(entry.get(key), f"{path}.{key}", reader) for key in ("in_force_from", "in_force_until"))
    if since and until and until < since:
        reader.faults.append(Fault(f"{path}.in_force_until", "早于生效日期"))
    if condition is None or since is None or len(reader.faults) > before:
        return None
    return Rule(
        entry["id"], entry["version"], entry["article"], entry["sentence"], condition, entry["effect"],
        entry["priority"], since, until, entry.get("head", 0), entry.get("relook", ""),
    )  # fmt: skip


def _field_faults(entry: Mapping[str, Any], path: str, numbers: Mapping[str, Term]) -> list[Fault]:
    head, relook, effect = entry.get("head", 0), entry.get("relook", ""), entry["effect"]
    found = (
        ("id", "应当写明编号", isinstance(entry["id"], str) and bool(entry["id"])),
        ("version", "应当是1以上的整数", _whole(entry["version"]) and entry["version"] >= 1),
        ("priority", "应当是整数", _whole(entry["priority"])),
        ("article", f"没有登记条文“{entry['article']}”", entry["article"] in articles.ARTICLES),
        ("sentence", "应当是以句号结尾的一句话", str(entry["sentence"]).endswith("。")),
        ("effect", f"没有效果“{effect}”", effect in get_args(Effect)),
        ("head", "第二十条只有十五项，并且须与条文A20同用",
         head == 0 or (_whole(head) and head in range(1, len(heads.HEADS) + 1) and entry["article"] == "A20")),
        ("relook", f"没有登记数字“{relook}”", relook == "" or relook in numbers),
        ("relook", "只有不公开的规则才有再次评估的时间", not relook or effect in _KEEPS),
    )  # fmt: skip
    return [Fault(f"{path}.{name}", sentence) for name, sentence, holds in found if not holds]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(value: Any, path: str, reader: Reader) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        reader.faults.append(Fault(path, f"“{value}”不是日期"))
        return None


def _together(rules: tuple[Rule, ...]) -> list[Fault]:
    """Find versions of one rule that are in force at once, and what no set of rules may be without."""
    faults = []
    for rule in rules:
        for other in rules:
            if rule.id != other.id or rule.version >= other.version:
                continue
            if rule.in_force_until is None or rule.in_force_until >= other.in_force_from:
                sentence = f"第{rule.version}版与第{other.version}版同时有效，先写明前一版的截止日期"
                faults.append(Fault(f"规则{rule.id}", sentence))
    keys = [(rule.id, rule.version) for rule in rules]
    faults += [Fault(f"规则{key[0]}", f"第{key[1]}版写了两次") for key in sorted(set(keys)) if keys.count(key) > 1]
    lasting = [rule for rule in rules if rule.in_force_until is None]
    if not any(rule.effect == "fallback" for rule in lasting):
        faults.append(Fault("rules", "缺少没有其他规则适用时的规则（fallback）"))
    # Whoever edits rules may get much wrong; that secrets stay closed is not theirs to leave out.
    if not any(rule.effect == "exclude" and rule.article == "A14" for rule in lasting):
        faults.append(Fault("rules", "缺少依照第十四条不得公开的规则（exclude）"))
    return faults


@cache
def built_in() -> Rulebook:
    """Return the rules this software comes with."""
    return read_rulebook((resources.files("request.conversion") / "rules.json").read_text("utf-8"))
