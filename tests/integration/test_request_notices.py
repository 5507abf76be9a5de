"""Waiting work of applications reaches identity: told once, changed when it changes, settled when it is done."""

import httpx
import pytest
from tests.support.identity_office import an_office as an_identity
from tests.support.kits import HeldClock, a_kit
from tests.support.publication_bureau import ORGAN, PEOPLE, organ
from tests.support.request_office import APPLICATION, FRIDAY, FULLY

from gongkai.statute.legal_day import legal_date
from gongkai.web.noticing import Noticing
from gongkai.web.officers import keep_organ
from request.app import make_desks
from request.application import Application
from request.domain import commands as c
from request.noticing import changes
from request.receiving import Receipt


@pytest.fixture
async def both(postgres, tmp_path):
    dsn = await postgres.database("requestnotices")
    async with (
        an_identity(postgres, tmp_path / "office") as office,
        a_kit(dsn, tmp_path / "request", name="request", package="request", now=HeldClock(FRIDAY)) as kit,
    ):
        async with kit.transaction() as tx:
            await keep_organ(tx, organ(ORGAN, "jinan").model_copy(update=FULLY))
        token = office.kit.tokens.issue_service("request", office.clock())
        transport = httpx.ASGITransport(app=office.host.app)
        async with httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {token}"}) as line:
            kit.http = line
            yield office, kit, make_desks(kit)


async def known(office):
    rows = await office.kit.pool.fetch("SELECT key, action, href, person_ids, due_at FROM notice ORDER BY key")
    return {row["key"].partition(":")[2]: row for row in rows}


async def test_an_application_is_told_to_the_office_and_then_to_the_person_in_charge(both):
    office, kit, desks = both
    noticing = Noticing(kit, changes)
    async with desks.by_applicant() as tx:
        taken = await desks.reception.submit(tx, ORGAN, Application(**APPLICATION))

    first, again = await noticing.tell_changes(), await noticing.tell_changes()
    fresh = await known(office)
    person = PEOPLE["drafter"]
    async with kit.transaction() as tx:
        receipt = Receipt(confirmed_on=legal_date(tx.now))
        await desks.reception.receive(tx, taken.case_id, receipt, "补贴", person, organ_id=ORGAN)
        await desks.desk.perform(tx, taken.case_id, c.Assign(person, "外贸处", person))
    await noticing.tell_changes()
    drafting = await known(office)
    async with desks.by_applicant() as tx:
        await desks.desk.perform(tx, taken.case_id, c.Withdraw(legal_date(tx.now)))
    await noticing.tell_changes()

    assert (first, again) == (1, 0)
    assert fresh["receipt"]["action"] == "request.register"
    assert set(drafting) == {"draft"}
    assert drafting["draft"]["person_ids"] == [person]
    assert drafting["draft"]["due_at"] is not None
    assert drafting["draft"]["href"] == f"/request/desk/cases/{taken.case_id}"
    assert await known(office) == {}
