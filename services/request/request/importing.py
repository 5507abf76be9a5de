"""Brings in the cases of a spreadsheet: read by a worker, recorded in one transaction, all of them or none."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID, uuid5

from gongkai.runtime.errors import Invalid
from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer
from request import tallies
from request.desks import Desks
from request.domain import commands as c
from request.domain.facts import CaseImported
from request.intake.grid import LARGEST_FILE
from request.intake.sheet import Importing, Rejected, read_sheet

LIMIT = LARGEST_FILE
KINDS = ("xlsx", "csv")
_FACT_FIELDS = tuple(field.name for field in fields(CaseImported))


@dataclass(frozen=True, slots=True)
class BroughtIn:
    cases: int
    ids: tuple[UUID, ...]
    notes: tuple[str, ...]


async def bring_in(desks: Desks, caller: Officer, name: str, content: bytes) -> BroughtIn:
    """Import a spreadsheet for the caller's organ; what is wrong is raised line by line and nothing is kept."""
    async with desks.changing(caller) as tx:
        taken, still_open = await tallies.numbers(tx.db, caller.organ_id)
        organ = await desks.desk.organ(tx, caller.organ_id)
        today = legal_date(tx.now)
    source = f"sha256:{hashlib.sha256(content).hexdigest()}"
    importing = Importing(caller.organ_id, caller.person_id, source, today, taken, still_open, organ.short_name)
    found = await desks.workers.run(read_sheet, content, name, importing)
    if isinstance(found, Rejected):
        summary = [("file", found.summary_zh)] if found.lines else []
        raise Invalid([*summary, *((_path(one.line, one.column), one.text_zh) for one in found.problems)])
    ids = tuple(_id_of(case, desks) for case in found.cases)
    async with desks.changing(caller) as tx:
        for case_id, case in zip(ids, found.cases, strict=True):
            await desks.desk.begin(tx, case_id, c.ImportCase(today=today, **_told(case)))
    return BroughtIn(len(ids), ids, found.notes)


def _told(case: CaseImported) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _FACT_FIELDS}


def _id_of(case: CaseImported, desks: Desks) -> UUID:
    """Lead a number to its case again, so that a later sheet finds it and the same line never makes a second one."""
    return uuid5(case.organ_id, f"imported/{case.number}") if case.number else desks.kit.new_id()


def _path(line: int, column: str) -> str:
    return f"line.{line}.{column}" if line else "file"
