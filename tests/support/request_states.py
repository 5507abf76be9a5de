"""An application as a table. `python -m tests.support.request_states` writes docs/states/request.md."""

from dataclasses import replace
from functools import reduce
from pathlib import Path

from tests.support.request_worlds import ACTS, APPLICANT, CALENDAR, FIX, JOIN, PARTY, SUBMIT, WORLDS, history

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain.case import AWAITED_NAMES, STATE_NAMES, Case, Handling
from request.domain.decide import COMMAND_NAMES, decide
from request.domain.evolve import evolve

PAGE = Path(__file__).parents[2] / "docs" / "states" / "request.md"
HEAD = """# 依申请公开的一件申请 · an application for information

Rows are commands, columns are states (the handling of a case is shown by what is awaited and how far the reply is), a
cell is the state after. `—` is a refusal, `=` means that the case stays where it is, with more in its file.
A step that does not fit the state is refused with 申请现在是“…”，不能…, and the article of that state. Every other refusal
that occurs in the table stands below it, with its article.
Printed by `python -m tests.support.request_states` from the code itself; a test fails when this page is stale.

"""
INTO = """
## 并入哪一件 · into what a case may be joined

An open case may be handled in another open case of the same applicant. It comes back to handling by itself when that one
is withdrawn, lapses or is split; it is answered with its letter and files when it is answered. A case that is joined
itself takes no other in, so nobody goes round in a circle; what was joined into it before goes with it.
"""


def name(case: Case) -> str:
    """Return what a state is called, in handling by what is awaited."""
    if isinstance(case, Handling) and case.awaits:
        return AWAITED_NAMES[type(case.awaits)]
    return STATE_NAMES[type(case)]


def tried(world: str, act: tuple[c.Command, ...]) -> tuple[str, str]:
    """Carry one command out in one world; return the cell and, if it is refused, why."""
    before = history(*WORLDS[world]).case
    said = ""
    for command in act:
        try:
            after = reduce(evolve, decide(before, command, CALENDAR), before)
        except Refused as refused:
            said = said or str(refused)
            continue
        return ("=" if name(after) == name(before) else name(after)), ""
    return "—", said


def page() -> str:
    """Return the table and the reasons, found by carrying every command out in every state."""
    lines = ["| | " + " | ".join(WORLDS) + " |", "|---|" + "---|" * len(WORLDS)]
    reasons: list[str] = []
    for act in ACTS:
        kind = type(act[0])
        cells = {world: tried(world, act) for world in WORLDS}
        shown = " | ".join(cell for cell, _ in cells.values())
        lines.append(f"| {COMMAND_NAMES[kind]} `{kind.__name__}` | {shown} |")
        refusals: dict[str, list[str]] = {}
        for world, (_, said) in cells.items():
            if said and not said.startswith("申请现在是"):
                refusals.setdefault(said, []).append(world)
        reasons += [f"\n### {COMMAND_NAMES[kind]}\n"] if refusals else []
        reasons += [f"- {'、'.join(worlds)}：{said}" for said, worlds in refusals.items()]
    return HEAD + "\n".join(lines) + "\n" + joined_into() + "\n## 为什么不能 · the refusals\n" + "\n".join(reasons) + "\n"


def joined_into() -> str:
    """Return what becomes of an open case that shall be handled in another one, by where that one stands."""
    lines = [INTO, "| 并入的那一件 | 同一申请人 | 另一申请人 |", "|---|---|---|"]
    for world, commands in WORLDS.items():
        cells = []
        for applicant in (APPLICANT, PARTY):
            mine = history(replace(SUBMIT, applicant=applicant), FIX).case
            command = replace(JOIN, lead=history(*commands).case)
            try:
                cells.append(name(reduce(evolve, decide(mine, command, CALENDAR), mine)))
            except Refused as refused:
                cells.append(str(refused))
        lines.append(f"| {world} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
