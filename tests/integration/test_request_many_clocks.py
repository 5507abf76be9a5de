"""Many clocks that ring at once: together they leave what each of them alone would have left, and wait for nobody."""

from datetime import date
from uuid import UUID

import pytest
from tests.support.eventually import eventually
from tests.support.request_office import an_office, desks_of

from gongkai.runtime.tx import Due
from request import codecs, rebuilding, store
from request.domain import commands as c

PARTY = {"whom": "third-party", "party": {"name": "测试公司"}}


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def corrected(office):
    case_id = await office.received()
    asked = {"what": ["请写明文号"], "answer_by": "2025-10-13"}
    await office.do("drafter", "POST", f"/cases/{case_id}/correction", asked)
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "correction"})
    return case_id


async def consulted(office):
    case_id = await office.received()
    letters = []
    for _ in range(2):
        case = await office.do("drafter", "POST", f"/cases/{case_id}/opinions", PARTY)
        letters.append(next(one["letter"] for one in case["consultations"] if one["letter"] not in letters))
    for letter in letters:
        words = {"kind": "third-party", "consultation": letter, "content": "合同", "why": "可能涉及商业秘密"}
        await office.do("drafter", "POST", f"/cases/{case_id}/letters", words)
        await office.do("drafter", "POST", f"/cases/{case_id}/opinions/{letter}/received", {"received_on": office.today})
    return case_id


async def charged(office):
    case_id = await office.received()
    await office.do("drafter", "POST", f"/cases/{case_id}/fee", {"standard": "pages", "pages": 41})
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "fee"})
    return case_id


async def running(office):
    """Clocks of cases that are due and have not rung."""
    return await office.kit.pool.fetchval(
        "SELECT count(*) FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL AND due_at <= $1", office.clock.at
    )


async def all_rang(office):
    assert await running(office) == 0


async def snapshot(office):
    tables = {
        "case_row": "id", "consultation": "letter", "fee": "case_id", "counted": "case_id",
        "attention": "case_id, kind", "clock": "kind, subject",
    }  # fmt: skip
    return {
        table: [dict(row) for row in await office.kit.pool.fetch(f"SELECT * FROM {table} ORDER BY {key}")]
        for table, key in tables.items()
    }


async def test_cases_that_lapse_together_are_as_their_facts_make_them(office):
    lapsing = [*[await corrected(office) for _ in range(3)], *[await charged(office) for _ in range(3)]]
    silent = [await consulted(office) for _ in range(2)]
    fresh = [await office.received() for _ in range(3)]

    office.clock.advance(days=60)
    await eventually(lambda: all_rang(office), timeout=60)

    for case_id in lapsing:
        kinds = await office.kinds(case_id)
        assert kinds.count("CorrectionLapsed") + kinds.count("FeeLapsed") == 1
        assert (await office.case(case_id))["state"] == "Lapsed"
    for case_id in silent:
        assert (await office.kinds(case_id)).count("OpinionGiven") == 2
        case = await office.case(case_id)
        assert ({one["opinion"] for one in case["consultations"]}, case["awaiting"]) == ({"silent"}, "")
        assert case["due_on"] is not None
    for case_id in fresh:
        raised = {each["kind"] for each in (await office.case(case_id))["attention"]}
        assert raised - {"request-duplicate"} == {"request-correction-notice", "request-reply-near", "request-reply"}
    closed = [event["case_id"] for event in await office.events("RequestClosed")]
    assert sorted(closed) == sorted(lapsing)

    before = await snapshot(office)
    async with office.kit.transaction() as tx:
        await rebuilding.rebuild(tx, desks_of(office).desk)
    after = await snapshot(office)
    for table in ("case_row", "consultation", "fee", "counted", "attention"):
        assert after[table] == before[table], table


async def test_a_case_that_an_officer_holds_lapses_a_moment_later_and_keeps_no_other_waiting(office):
    held, *others = [await corrected(office) for _ in range(4)]

    async def lapsed(case_id):
        return (await office.case(case_id))["state"] == "Lapsed"

    async with desks_of(office).by_applicant() as somebody:
        await store.lock_case(somebody, UUID(held))
        office.clock.advance(days=18)
        for case_id in others:
            await eventually(lambda case_id=case_id: lapsed(case_id))
        assert not await lapsed(held)
    office.clock.advance(minutes=10)
    await eventually(lambda: lapsed(held))

    for case_id in (held, *others):
        assert (await office.kinds(case_id)).count("CorrectionLapsed") == 1


async def test_a_batch_leaves_what_refuses_and_what_was_read_together_is_what_was_read_alone(office):
    lapsing, other = await corrected(office), await office.received()
    desks = desks_of(office)
    ids = [UUID(lapsing), UUID(other)]
    async with desks.by_itself() as tx:
        many = await tx.load_many(codecs.CASE, [*ids, UUID(int=1)])
        alone = {case_id: await tx.load(codecs.CASE, case_id) for case_id in ids}
    assert {case_id: (one.state, one.version) for case_id, one in many.items()} == alone

    async with desks.by_itself() as tx:
        lapse = c.LapseCorrection(date(2025, 10, 14))
        commands = {case_id: (Due("request-correction", str(case_id), tx.now), lapse) for case_id in ids}
        done = await desks.desk.perform_many(tx, commands)

    assert done == ids[:1]
    assert (await office.kinds(lapsing)).count("CorrectionLapsed") == 1
    assert "CorrectionLapsed" not in await office.kinds(other)
