"""Waiting work reaches identity: told once, changed when it changes, settled when it is done, never lost."""

from pathlib import Path

import httpx
import pytest
from tests.support.identity_office import an_office
from tests.support.publication_bureau import PEOPLE, a_bureau

from gongkai.web.noticing import Noticing, compared
from publication.noticing import waiting


@pytest.fixture
async def both(postgres, tmp_path: Path):
    async with an_office(postgres, tmp_path / "office") as office, a_bureau(postgres, tmp_path / "bureau") as bureau:
        token = office.kit.tokens.issue_service("publication", office.clock())
        transport = httpx.ASGITransport(app=office.host.app)
        async with httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {token}"}) as line:
            bureau.kit.http = line
            yield office, bureau


async def known(office):
    rows = await office.kit.pool.fetch("SELECT key, action, person_ids, except_ids FROM notice ORDER BY key")
    return {row["key"].partition(":")[2]: row for row in rows}


async def test_work_is_told_once_and_settled_when_the_document_moves_on(both):
    office, bureau = both
    noticing = Noticing(bureau.kit, compared(waiting))
    document_id = await bureau.draft()

    first = await noticing.tell_changes()
    again = await noticing.tell_changes()
    drafting = await known(office)
    await bureau.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
    await bureau.do("drafter", "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": "first-review"})
    await bureau.do("proofreader", "POST", f"/documents/{document_id}/marks", {"edition": 1, "step": "first-proof"})
    await noticing.tell_changes()
    reviewing = await known(office)

    assert (first, again) == (1, 0)
    assert drafting["write"]["person_ids"] == [PEOPLE["drafter"]]
    assert {row["action"] for row in reviewing.values()} == {"mark.second-review", "secrecy.review", "openness.decide"}
    assert reviewing["second-review"]["except_ids"] == [PEOPLE["drafter"]]


async def test_while_identity_is_away_nothing_is_forgotten(both):
    office, bureau = both
    noticing = Noticing(bureau.kit, compared(waiting))
    line = bureau.kit.http
    await bureau.draft()

    async with httpx.AsyncClient(transport=httpx.MockTransport(_nobody)) as dead:
        bureau.kit.http = dead
        with pytest.raises(httpx.ConnectError):
            await noticing.tell_changes()
    bureau.kit.http = line
    await noticing.tell_changes()

    assert set(await known(office)) == {"write"}


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody answers", request=request)
