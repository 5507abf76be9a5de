"""Identity's read models are made again from the register, to the row, and nobody is signed out by it."""

import pytest
from tests.support.identity_office import ORGAN, an_office

TABLES = {
    "person": "person_id",
    "stand_in": "id",
    "program": "token_id",
    "officer": "person_id",
    "organ": "organ_id",
    "holiday_notice": "year",
    "account": "person_id",
}
NOTICE = {
    "year": 2025,
    "number": "国办发明电〔2024〕12号",
    "issued_on": "2024-11-12",
    "off": {
        "元旦": ["2025-01-01"], "春节": ["2025-01-28/2025-02-04"], "清明节": ["2025-04-04/2025-04-06"],
        "劳动节": ["2025-05-01/2025-05-05"], "端午节": ["2025-05-31/2025-06-02"], "国庆节": ["2025-10-01/2025-10-08"],
    },
    "make_up": {"2025-01-26": "春节"},
}  # fmt: skip


@pytest.fixture
async def office(postgres, tmp_path):
    async with an_office(postgres, tmp_path) as office:
        await a_year_of_people(office)
        yield office


async def a_year_of_people(office):
    """Hire, stand in, grant, move, leave, return, erase; describe the organ anew; load a notice."""
    first = await office.hire("nigao", "drafter")
    second = await office.hire("chuzhang", "section_head")
    gone = await office.hire("tuixiu", "proofreader")
    erased = await office.hire("shanchu", "drafter")
    steps = [
        ("POST", "/stand-ins", "guanli", {
            "person_id": str(first), "away_id": str(second), "from_on": "2026-03-10", "to_on": "2026-03-20",
        }),
        ("POST", "/tokens", "nigao", {"purpose": "OA 送稿", "roles": ["drafter"], "days": 30}),
        ("POST", "/tokens", "nigao", {"purpose": "脚本", "roles": ["drafter"], "days": 30}),
        ("PATCH", f"/people/{second}", "guanli", {"unit": "外贸处", "roles": ["section_head", "proofreader"]}),
        ("POST", f"/people/{gone}/leave", "guanli", None),
        ("POST", f"/people/{gone}/return", "guanli", {"unit": "档案室", "roles": ["proofreader"]}),
        ("POST", f"/people/{erased}/leave", "guanli", None),
        ("DELETE", f"/people/{erased}/card", "guanli", None),
        ("PUT", f"/organs/{office.ids['organ']}", "guanli", ORGAN | {"hours": "工作日 9:00—17:00"}),
        ("POST", "/calendar", "guanli", NOTICE),
    ]  # fmt: skip
    for method, path, by, body in steps:
        office.clock.advance(minutes=1)
        answer = await office.api(method, path, by=by, json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
    tokens = (await office.api("GET", "/tokens", by="nigao")).json()
    office.clock.advance(minutes=1)
    await office.api("DELETE", f"/tokens/{tokens[0]['token_id']}", by="nigao")
    await office.sign_in("nigao")


async def rows(office):
    return {
        table: [dict(row) for row in await office.kit.pool.fetch(f"SELECT * FROM {table} ORDER BY {order}")]
        for table, order in TABLES.items()
    }


async def test_every_row_comes_back_as_it_was_and_sessions_go_on(office):
    before = await rows(office)
    assert all(before.values()), "every table has something to lose"

    refused = await office.api("POST", "/operating/rebuild", by="nigao")
    done = await office.api("POST", "/operating/rebuild", by="guanli")

    after = await rows(office)
    assert refused.status_code == 403
    assert done.json() == {"people": 5, "organs": 1, "holiday_notices": 1}
    for table in TABLES:
        assert after[table] == before[table], table
    assert (await office.api("GET", "/sessions/current", by="nigao")).status_code == 200


async def test_rows_that_were_lost_or_forged_follow_the_register_again(office):
    before = await rows(office)
    forged = office.ids["nigao"]
    await office.kit.pool.execute("DELETE FROM stand_in; DELETE FROM organ; DELETE FROM holiday_notice")
    await office.kit.pool.execute("UPDATE person SET roles = '{administrator}', joined_at = now() WHERE person_id = $1", forged)
    await office.kit.pool.execute("UPDATE officer SET roles = '{administrator}', version = 900 WHERE person_id = $1", forged)
    await office.kit.pool.execute("UPDATE program SET withdrawn_at = NULL, roles = '{head}'")

    done = await office.as_service("POST", "/operating/rebuild", name="operator")

    assert done.status_code == 200, done.text
    assert await rows(office) == before


async def test_somebody_the_register_does_not_know_may_do_nothing(office):
    await office.kit.pool.execute(
        """INSERT INTO person (person_id, organ_id, roles, state, epoch, version, joined_at)
           VALUES ($1, $2, '{administrator}', 'serving', 0, 1, now())""",
        office.kit.new_id(), office.ids["organ"],
    )  # fmt: skip

    await office.as_service("POST", "/operating/rebuild", name="operator")

    left = await office.kit.pool.fetchval("SELECT count(*) FROM person WHERE state = 'serving' AND roles = '{administrator}'")
    assert left == 1
