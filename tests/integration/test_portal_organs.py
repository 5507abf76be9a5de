"""Several organs in one installation: the front page is one organ's, the others are a link away."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.portal_world import Site, a_catalogue, a_site, an_organ

OTHER = UUID(int=2)


@pytest.fixture
async def site(postgres, tmp_path: Path) -> AsyncIterator[Site]:
    dsn = await postgres.database("portal_organs")
    async with a_site(dsn, tmp_path) as world:
        yield world
    await postgres.drop(dsn)


async def two_organs(site: Site) -> str:
    """Let a second organ publish two documents beside the first; returns the address of one."""
    await site.hear(an_organ(organ_id=OTHER, slug="zbsw", name="淄博市商务局", openness_office="淄博市商务局办公室"))
    site.clock.at += timedelta(minutes=1)
    await site.hear(a_catalogue(organ_id=OTHER))
    await site.publish(title="济南的通知")
    theirs = {"organ_id": OTHER, "organ_name": "淄博市商务局", "organ_slug": "zbsw"}
    await site.publish(title="淄博的通知", permalink="/d/zbsw-2026-00001", **theirs)
    await site.publish(title="淄博的规划", kind="plan", permalink="/d/zbsw-2026-00002", **theirs)
    return "/d/zbsw-2026-00001"


async def test_the_front_page_is_one_organs_and_links_to_the_others(site: Site) -> None:
    await two_organs(site)
    home = (await site.get("/")).text
    page = (await site.get("/o/zbsw")).text
    plans = (await site.get("/o/zbsw?kind=plan")).text

    assert "济南的通知" in home
    assert "淄博的通知" not in home
    assert '<a href="/o/zbsw">淄博市商务局</a><small>2 件</small>' in home
    assert "淄博的通知" in page
    assert "济南的通知" not in page
    assert "淄博市商务局办公室" in page
    assert "淄博的规划" in plans
    assert "淄博的通知" not in plans


async def test_a_document_of_another_organ_leads_to_its_own_page(site: Site) -> None:
    page = (await site.get(await two_organs(site))).text

    assert '<a href="/o/zbsw">淄博市商务局</a>' in page


async def test_with_one_organ_nothing_is_said_of_others(site: Site) -> None:
    await site.publish()

    assert "其他单位" not in (await site.get("/")).text
    assert (await site.get("/o/jnsw")).status_code == 200
    assert (await site.get("/o/nobody")).status_code == 404
    assert (await site.get("/o/%00")).status_code == 404


async def test_what_is_not_released_yet_names_no_organ(site: Site) -> None:
    await site.hear(an_organ(organ_id=OTHER, slug="zbsw", name="淄博市商务局"))
    await site.hear(await site.approve(organ_id=OTHER, organ_name="淄博市商务局", organ_slug="zbsw", permalink="/d/zbsw-2026-00001"))

    assert "淄博市商务局" not in (await site.get("/")).text
    assert "还没有公开的内容" in (await site.get("/o/zbsw")).text
