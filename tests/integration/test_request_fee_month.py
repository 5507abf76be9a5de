"""Which matter of its applicant's month an application is, and what it costs by item (处理费办法 art. 4), across cases."""

from decimal import Decimal

import pytest
from tests.support.request_office import APPLICATION, an_office

PEOPLE = ("计划测试甲", "计划测试乙", "计划测试丙")


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("fee-month")) as running:
        yield running


def known_by(passport):
    return {"proof_kind": "passport", "proof": passport, "name": PEOPLE[0], "way": "post"}


async def handed_in(office, items, **change):
    """A paper that was handed in today with so many matters; its clock runs."""
    body = {
        "application": APPLICATION | change, "channel": "in-person", "submitted_on": office.today, "items": items,
        "receipt": {}, "topic": "展会补贴",
    }  # fmt: skip
    return (await office.do("drafter", "POST", "/cases", body))["id"]


async def split(office, case_id, count, **change):
    parts = [APPLICATION | change | {"description": f"第{number}项"} for number in range(1, count + 1)]
    case = await office.do("drafter", "POST", f"/cases/{case_id}/split", {"parts": parts, "reason": "几个事项"})
    assert case["state"] == "SplitUp"
    found = await office.do("drafter", "GET", "/cases?q=展会补贴（之")
    own = [each for each in found["cases"] if each["number"] > case["number"]]
    return [each["id"] for each in sorted(own, key=lambda each: each["number"])]


async def charged(office, case_id):
    answer = await office.call("drafter", "POST", f"/cases/{case_id}/fee", {"standard": "items"})
    if answer.status_code == 409:
        assert "没有超过免费的数量" in answer.text
        return None
    assert answer.status_code == 200, answer.text
    [decided] = answer.json()["decided"]
    return decided["fee_count"], Decimal(decided["fee_amount"])


async def test_a_paper_that_was_split_counts_by_its_matters_and_not_once_more_itself(office):
    person = known_by("EA0000101")
    await handed_in(office, 9, **person)
    first, second = await split(office, await handed_in(office, 2, **person), 2, **person)
    after = await handed_in(office, 1, **person)

    assert await charged(office, first) is None
    assert await charged(office, second) == (11, Decimal(100))
    assert await charged(office, after) == (12, Decimal(100))


async def test_the_items_of_a_month_cost_tier_by_tier_and_come_to_what_the_rule_says(office):
    person = known_by("EA0000202")
    papers = [await handed_in(office, items, **person) for items in (10, 1, 19, 1, 10)]

    fees = [await charged(office, paper) for paper in papers]

    assert fees[0] is None
    assert [count for count, _ in fees[1:]] == [11, 30, 31, 41]
    total, sums = Decimal(0), []
    for _, amount in fees[1:]:
        total += amount
        sums.append(total)
    assert sums == [Decimal(100), Decimal(2000), Decimal(2200), Decimal(4300)]


async def test_what_was_withdrawn_was_applied_for_and_what_another_asked_was_not(office):
    person, other = known_by("EA0000303"), known_by("EA0000404")
    await office.do("drafter", "POST", f"/cases/{await handed_in(office, 10, **person)}/withdraw")
    await handed_in(office, 10, **other)

    assert await charged(office, await handed_in(office, 1, **person)) == (11, Decimal(100))


async def test_another_month_begins_with_ten_that_are_free(office):
    person = known_by("EA0000505")
    await handed_in(office, 10, **person)
    office.clock.advance(days=10)

    later = await handed_in(office, 10, **person)

    assert await charged(office, later) is None
