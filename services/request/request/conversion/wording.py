"""Conditions in Chinese, for the printed table of rules and for the page that explains them."""

from typing import Final

from request.conversion.conditions import All, Among, AnyOf, AtLeast, Condition, Not, Present
from request.conversion.facts import all_facts
from request.conversion.rules import Rulebook

ALWAYS: Final = "总是适用"


def said(condition: Condition, rules: Rulebook) -> str:
    """Say a condition as a person would read it aloud."""
    return _said(condition, rules) or ALWAYS


def _said(condition: Condition, rules: Rulebook) -> str:
    match condition:
        case All(parts):
            return "，并且".join(_nested(part, rules) for part in parts)
        case AnyOf(parts):
            return "，或者".join(_nested(part, rules) for part in parts)
        case Not(part):
            return f"不是：{_nested(part, rules)}"
        case Among(name, values):
            fact = all_facts()[name]
            if fact.type == "flag":
                return fact.name_zh if values[0] else f"并非{fact.name_zh}"
            verb = "含有" if fact.type == "many" else "为"
            listed = "、".join(f"“{fact.shown(value)}”" for value in values)
            return f"{fact.name_zh}{verb}{listed}{'之一' if len(values) > 1 else ''}"
        case Present(name):
            return f"有{all_facts()[name].name_zh}"
        case AtLeast(name, number):
            least = rules.numbers[number].text_zh if isinstance(number, str) else str(number)
            return f"{all_facts()[name].name_zh}达到{least}"


def _nested(part: Condition, rules: Rulebook) -> str:
    text = _said(part, rules)
    return f"（{text}）" if isinstance(part, All | AnyOf) and len(part.parts) > 1 else text
