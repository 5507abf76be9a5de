"""What all routes share: the version a caller saw, a change, and the case after it."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Path, Query, Response

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.web.session import Officer
from request import reading
from request.desks import Desks
from request.domain import commands as c
from request.domain.case import Case, Handling, file_of
from request.domain.decided import (
    CorrectionDecided,
    ExtensionDecided,
    FeeDecided,
    OpinionDecided,
    ReasonsDecided,
    notice_of,
)
from request.domain.ladder import climbing, next_rung
from request.domain.notices import last_day_of
from request.http import views as v

IfMatch = Annotated[str | None, Header(max_length=40, description='the ETag of the case, such as "7"')]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
PageSize = Annotated[int, Query(ge=1, le=100)]
Day = Annotated[str, Path(max_length=10)]
_TAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


def seen(if_match: str | None) -> int | None:
    """Return the version that the caller saw; a tag that is none of ours cannot be the newest."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.match(if_match.strip())
    if found is None:
        raise ChangedMeanwhile
    return int(found[1])


def tag(version: int) -> str:
    return f'"{version}"'


async def do(
    desks: Desks, caller: Officer, case_id: UUID, command: c.Command, response: Response, if_match: str | None
) -> v.CaseView:
    """Carry out one command of an officer and return the case after it."""
    async with desks.changing(caller) as tx:
        await desks.desk.perform(tx, case_id, command, organ_id=caller.organ_id, seen=seen(if_match))
    return await after(desks, caller, case_id, response)


async def after(desks: Desks, caller: Officer, case_id: UUID, response: Response) -> v.CaseView:
    async with desks.reading() as db:
        whole = await view(desks, db, caller.organ_id, case_id)
    response.headers["ETag"] = tag(whole.version)
    return whole


async def view(desks: Desks, db: Any, organ_id: UUID, case_id: UUID) -> v.CaseView:
    row = await reading.case(db, organ_id, case_id)
    state = await reading.state(db, case_id)
    found: dict[str, Any] = row | {
        "attention": (await reading.attention(db, [case_id])).get(case_id, []),
        "letters": await reading.letters(db, case_id),
        "consultations": await reading.consultations(db, case_id),
        "fee": await reading.fee(db, case_id),
        "remedies": await reading.remedies(db, case_id),
        "searches": await reading.searches(db, case_id),
        "unit_tasks": await reading.unit_tasks(db, case_id),
        "files": await reading.files(db, case_id),
        "conversions": await reading.conversions(db, case_id),
        "draft": draft_of(state, desks),
        "decided": decided_of(state, desks),
    }
    return v.CaseView.model_validate(found)


def decided_of(state: Case, desks: Desks) -> list[v.DecidedRow]:
    """Return what waits for its letter, with the last day on which that may go out."""
    if not isinstance(state, Handling):
        return []
    return [
        v.DecidedRow(
            notice=notice_of(one),
            decided_on=one.decided_on,
            last_day=last_day_of(state, one, desks.desk.calendar, desks.desk.practice),
            letter=one.letter if isinstance(one, OpinionDecided) else None,
            working_days=one.working_days if isinstance(one, ExtensionDecided) else None,
            answer_by=one.answer_by if isinstance(one, CorrectionDecided | ReasonsDecided) else None,
            fee_count=one.fee.count if isinstance(one, FeeDecided) else None,
            fee_amount=one.fee.amount if isinstance(one, FeeDecided) else None,
        )
        for one in state.file.decided
    ]


def draft_of(state: Case, desks: Desks) -> v.DraftView | None:
    file = file_of(state)
    draft = file.draft if file else None
    if draft is None:
        return None
    practice = climbing(desks.desk.practice, draft.ladder)
    rung = next_rung(draft.row, [passed.step for passed in draft.passed], practice)
    return v.DraftView(
        number=draft.number,
        row=draft.row,
        passed=[passed.step for passed in draft.passed],
        waiting_at=rung.key if rung and draft.returned is None else "",
        returned=draft.returned is not None,
    )
