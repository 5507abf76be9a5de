"""Open clocks follow the calendar in force; what is closed stays as it was."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.publication_bureau import NOTICE, ORGAN, a_bureau
from tests.support.publication_worlds import DRAFTER

from gongkai.statute.calendar import built_in
from publication.http.bodies import ContentBody
from publication.recounting import recount


@pytest.fixture
async def bureau(postgres, tmp_path: Path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


async def test_a_holiday_notice_moves_open_clocks_and_the_change_is_a_fact(bureau):
    bureau.clock.at = datetime(2026, 9, 18, 4, 0, tzinfo=UTC)
    bureau.kit.calendar = built_in().without_notice(2026)
    document_id = uuid4()
    content = ContentBody.model_validate(NOTICE | {"formed_on": "2026-09-18"}).value()
    async with bureau.kit.transaction() as tx:
        await bureau.desks.desk.create(tx, DRAFTER, ORGAN, content, document_id=document_id)
    provisional = next(c for c in (await bureau.document(document_id))["clocks"] if c["kind"] == "proactive")

    moved = await recount(bureau.kit, bureau.desks.desk)
    again = await recount(bureau.kit, bureau.desks.desk)

    settled = next(c for c in (await bureau.document(document_id))["clocks"] if c["kind"] == "proactive")
    trail = await bureau.do("supervisor", "GET", f"/documents/{document_id}/audit")
    assert provisional["provisional"]
    assert (settled["due_on"], settled["provisional"]) == ("2026-10-22", False)
    assert (moved, again) == (2, 0)
    assert [entry["kind"] for entry in trail["entries"]].count("ClockRecounted") == 2


async def test_what_is_public_and_changes_has_twenty_working_days_from_the_change(bureau):
    bureau.clock.at = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    document_id = await bureau.published()
    body = {"explanation": "办公地址变更", "changed_on": "2026-03-09"}

    await bureau.do("deputy_head", "POST", f"/documents/{document_id}/correction", body)
    running = {c["kind"]: c["due_on"] for c in (await bureau.document(document_id))["clocks"]}
    moved = await recount(bureau.kit, bureau.desks.desk)
    await bureau.do("deputy_head", "POST", f"/documents/{document_id}/correction/drop", {"reason": "没有变更"})

    assert running == {"proactive-warning": "2026-03-30", "proactive": "2026-04-07"}
    assert moved == 0
    assert (await bureau.document(document_id))["clocks"] == []


async def test_a_closed_clock_keeps_its_date(bureau):
    document_id = await bureau.published()

    assert await recount(bureau.kit, bureau.desks.desk) == 0
    assert (await bureau.document(document_id))["clocks"] == []
