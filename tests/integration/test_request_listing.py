"""Lists of cases: words are found wherever they stand, numbers exactly, filters narrow down, pages follow each other."""

import pytest
from tests.support.publication_bureau import ORGAN
from tests.support.request_office import an_office

from request import listing

TOPICS = ("外贸展会补贴名单", "储备肉采购价格", "会展业ABC指标 100%", "补贴标准")


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        for topic in TOPICS:
            await running.received(topic=topic)
        await running.apply()
        yield running


async def found(office, text="", **wanted):
    page = await listing.cases(office.kit.pool, ORGAN, listing.Wanted(text=text, **wanted))
    assert page.total == len(page.rows)
    return {row["topic"] for row in page.rows}


async def test_words_numbers_and_filters_find_what_they_name_and_nothing_else(office):
    assert await found(office) == {*TOPICS, ""}
    assert await found(office, "补贴") == {TOPICS[0], TOPICS[3]}
    assert await found(office, "展会") == {TOPICS[0]}
    assert await found(office, "abc指标") == {TOPICS[2]}
    assert await found(office, "肉") == {TOPICS[1]}
    assert await found(office, "0%") == {TOPICS[2]}
    assert await found(office, "补%名") == set()
    assert await found(office, "2025-0002") == {TOPICS[1]}
    assert await found(office, "会补展") == set()
    assert await found(office, states=["Submitted"]) == {""}
    assert await found(office, states=["Submitted", "Handling"], year=2025, channel="online") == set(TOPICS)
    assert await found(office, row="d1") == set()


async def test_pages_follow_each_other_and_another_organ_has_none(office):
    pages = [await listing.cases(office.kit.pool, ORGAN, listing.Wanted(page=number, size=2)) for number in (1, 2, 3)]
    urgent = await listing.queue(office.kit.pool, ORGAN, size=10)

    assert [(len(page.rows), page.total) for page in pages] == [(2, 5), (2, 5), (1, 5)]
    assert len({row["id"] for page in pages for row in page.rows}) == 5
    assert urgent.total == 5
    # What is to be confirmed with the applicant on its day comes before every reply.
    assert [urgent.rows[0]["next_step"], urgent.rows[0]["due_on"]] == ["receipt", urgent.rows[0]["submitted_on"]]
    assert all(row["due_on"] > urgent.rows[0]["due_on"] for row in urgent.rows[1:])
    assert (await listing.queue(office.kit.pool, ORGAN, step="receipt")).total == 1
