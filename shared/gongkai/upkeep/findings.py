"""What an examination found: a state with a shape and a word, what was seen, what that means, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

State = Literal["fine", "mind", "wrong", "unseen"]

#: A shape and a word for each, so that nobody needs a colour.
SHAPES: Final[dict[State, str]] = {"fine": "✓ 正常", "mind": "△ 留意", "wrong": "✗ 有问题", "unseen": "? 看不到"}
_ORDER: Final[tuple[State, ...]] = ("wrong", "unseen", "mind", "fine")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. Never holds personal data: numbers, names of parts, nothing anybody wrote."""

    check: str
    state: State
    seen: str
    about: str = ""
    means: str = ""
    todo: str = ""


def fine(check: str, seen: str, about: str = "") -> Finding:
    return Finding(check, "fine", seen, about)


def graded(
    check: str,
    value: float,
    *,
    mind: float,
    wrong: float,
    seen: str,
    means: str,
    todo: str,
    about: str = "",
) -> Finding:
    """Grade a number that should be small."""
    state: State = "wrong" if value >= wrong else "mind" if value >= mind else "fine"
    return fine(check, seen, about) if state == "fine" else Finding(check, state, seen, about, means, todo)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: _ORDER.index(one.state))


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 when all is fine, 1 when something wants a look, 2 when something is wrong."""
    states = {one.state for one in findings}
    return 2 if "wrong" in states else 1 if states - {"fine"} else 0


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [asdict(one) for one in findings]
