"""What a validator says: whether a value holds, how it should be written, what is wrong and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FactValue = str | int | bool

# Digits and letters of the full-width block, and the signs people type for X and for a hyphen.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = {"×": "X", "✕": "X", "Х": "X", "х": "X", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_TABLE = str.maketrans({**{chr(a): chr(b) for a, b in _WIDE.items()}, **_SIGNS, **dict.fromkeys(_INVISIBLE, "")})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problems` forbid, `notes` only inform; both are Chinese sentences for people."""

    ok: bool
    value_normalised: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)


def verdict(
    value: str,
    problems: list[str],
    facts: Mapping[str, FactValue] | None = None,
    notes: tuple[str, ...] = (),
) -> Verdict:
    """Make a verdict: what has a problem does not hold."""
    return Verdict(not problems, value, tuple(problems), notes, facts or {})


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and look-alike signs as plain ASCII."""
    return text.translate(_TABLE)


def squeezed(text: str) -> str:
    """Return the half-width text without any white space."""
    return "".join(half_width(text).split())


def is_digits(text: str) -> bool:
    """Tell whether the text is ASCII digits only; `str.isdigit` also takes ² and ٣."""
    return text.isascii() and text.isdigit()
