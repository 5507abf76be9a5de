"""Lists of cases: what is owed an answer, and every case with filters.

A question's text holds only the conditions that were asked for, so that PostgreSQL plans each one for its own index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

PAGE: Final = 20
#: The list of all cases is counted and leafed through so far; whoever looks for more narrows it down.
COUNTED: Final = 10_000
_COLUMNS: Final = """id, state, number, topic, channel, applicant_kind, submitted_on, received_on, awaiting, due_on,
    provisional, next_step, unit, handler, row, answered_on, late, round, items, version, changed_at"""
_URGENT: Final = "due_on NULLS LAST, received_on, id"
_NEWEST: Final = "changed_at DESC, id"
#: Fewer characters make no pair, by which words are found.
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of the list."""

    states: Sequence[str] | None = None
    year: int | None = None
    row: str | None = None
    channel: str | None = None
    applicant_kind: str | None = None
    handler: UUID | None = None
    text: str | None = None
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[dict[str, Any]]
    total: int

    @property
    def total_zh(self) -> str:
        return str(self.total) if self.total <= COUNTED else f"{COUNTED} 多"


class _Where:
    """Conditions and their parameters."""

    def __init__(self, organ_id: UUID) -> None:
        self.values: list[Any] = [organ_id]
        self.conditions = ["organ_id = $1"]

    def also(self, equal: Mapping[str, Any]) -> None:
        for column, value in equal.items():
            if value is not None:
                self.conditions.append(f"{column} = {self.value(value)}")

    def value(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    @property
    def text(self) -> str:
        return " AND ".join(self.conditions)


async def queue(
    db: Any, organ_id: UUID, *, handler: UUID | None = None, unit: str | None = None, step: str | None = None,
    page: int = 1, size: int = PAGE,
) -> Page:  # fmt: skip
    """Return the open cases by urgency: what is due first comes first, what stands still last."""
    where = _Where(organ_id)
    where.conditions.append("open")
    where.also({"handler": handler, "unit": unit, "next_step": step})
    total: int = await db.fetchval(f"SELECT count(*) FROM case_row WHERE {where.text}", *where.values)  # noqa: S608
    return Page(await _rows(db, where, _URGENT, page, size), total)


async def cases(db: Any, organ_id: UUID, wanted: Wanted) -> Page:
    """Return the cases of an organ, the newest change first."""
    where = _Where(organ_id)
    if wanted.states and len(wanted.states) > 1:
        where.conditions.append(f"state = ANY({where.value(list(wanted.states))}::text[])")
    where.also({
        "state": wanted.states[0] if wanted.states and len(wanted.states) == 1 else None, "year": wanted.year,
        "row": wanted.row, "channel": wanted.channel, "applicant_kind": wanted.applicant_kind,
        "handler": wanted.handler,
    })  # fmt: skip
    text = (wanted.text or "").strip()
    if text:
        where.conditions.append(_named(where, text))
    counted = f"SELECT FROM case_row WHERE {where.text} LIMIT {COUNTED + 1}"
    total: int = await db.fetchval(f"SELECT count(*) FROM ({counted}) AS found", *where.values)  # noqa: S608
    page = min(wanted.page, COUNTED // wanted.size)
    return Page(await _rows(db, where, _NEWEST, page, wanted.size), total)


def _named(where: _Where, text: str) -> str:
    """Return the condition for a number or words of a topic; words are found by the pairs of their characters."""
    exact, like = where.value(text), where.value(f"%{_escaped(text)}%")
    topic = f"topic ILIKE {like}"
    if len(text) >= _PAIR:
        # Cut here: in a plan made for any words, PostgreSQL would cut them anew for every row.
        topic += f" AND topic_pairs @> {where.value(_pairs(text))}::text[]"
    return f"((number <> '' AND number = {exact}) OR ({topic}))"


def _pairs(text: str) -> list[str]:
    low = text.lower()
    return sorted({low[at : at + _PAIR] for at in range(len(low) - _PAIR + 1)})


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _rows(db: Any, where: _Where, order: str, page: int, size: int) -> list[dict[str, Any]]:
    # Every part of this text is written in this file; what anybody typed is a parameter.
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM case_row WHERE {where.text} ORDER BY {order} "  # noqa: S608
        f"LIMIT {where.value(size)} OFFSET {where.value((page - 1) * size)}",
        *where.values,
    )
    return [dict(row) for row in rows]
