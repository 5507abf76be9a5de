"""Kill anything at any moment of a release: nothing is lost, nothing is done twice, nothing stays half done.

One system for all tests, in their order. Each leaves documents behind; the last ones count what all of them did.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.support.eventually import eventually
from tests.support.fire import Fire, a_moment_apart, a_second_process, on_fire
from tests.support.fire_ledger import (
    bus,
    doubled_on_the_wire,
    flaws,
    platforms,
    say_again,
    snapshot,
    still,
)
from tests.support.stack import scratch_folder

pytestmark = pytest.mark.timeout(600)

PREPARE_WITHIN = 10
#: Where a release can be cut off, in the order in which it passes: the moment after a commit, between send and mark,
#: before the acknowledgement, around the calls to a platform.
PLACES = (
    "publication:DocumentApproved",
    "publication:sent",
    "portal:ChannelPrepared",
    "newmedia-sync:taken",
    "newmedia-sync:drafted-wechat",
    "newmedia-sync:sent",
    "publication:ReleaseOrdered",
    "newmedia-sync:called-wechat",
    "newmedia-sync:called-weibo",
    "portal:ticked",
    "newmedia-sync:ChannelReleased",
    "publication:DocumentPublished",
)
DOCUMENTS = len(PLACES) + 7


@pytest.fixture(scope="module")
async def fire() -> AsyncIterator[Fire]:
    async with on_fire(
        scratch_folder(), GONGKAI_PREPARE_WITHIN=str(PREPARE_WITHIN), GONGKAI_GUARD_INTERVAL_MS="1000"
    ) as burning:
        gate = asyncio.Semaphore(4)

        async def write(number: int) -> None:
            async with gate:
                await burning.ready_to_sign(f"泉城购物季第{number}场促消费活动启动")

        async with asyncio.TaskGroup() as desk:
            for number in range(DOCUMENTS):
                desk.create_task(write(number))
        yield burning


@pytest.fixture
def view(fire: Fire):
    """Return a document that waits for its signature; it is signed in this test and by nobody else."""
    return fire.unsigned.pop(0)


async def test_a_death_between_the_written_attempt_and_the_call_leaves_a_question_and_not_two_posts(
    fire: Fire, view
) -> None:
    fire.die_at("newmedia-sync:begun-weibo")

    await fire.sign(view)
    await eventually(lambda: not fire.unreached, timeout=30)
    release = await fire.in_state(view, "Closed", "Releasing")

    assert {one["kind"] for one in release["channels"]} == {"website", "wechat", "weibo"}
    # What became of it is asked at the platform, twice, two minutes apart: the last test of this file looks.
    assert sum(view["permalink"] in text for text in (await platforms(fire)).statuses) == 0


@pytest.mark.parametrize("place", PLACES)
async def test_a_release_that_is_cut_off_anywhere_is_finished_after_the_restart(fire: Fire, view, place: str) -> None:
    killed = await fire.pid("services")
    fire.die_at(place)

    async with fire.watching(view["permalink"]) as seen:
        await fire.sign(view)
        release = await fire.published(view)
        await fire.green()

    assert fire.unreached == []
    assert await fire.pid("services") != killed
    a_moment_apart(seen, release)


async def test_of_two_processes_one_approval_wins_one_relay_leads_and_one_goes_on_when_the_other_dies(
    fire: Fire, view
) -> None:
    async with a_second_process(fire) as other:
        login = fire.road.seed.road["release"]
        path, body = f"/publication/api/documents/{view['id']}/approve", {"edition": view["edition"]}
        headers = {"Authorization": f"Bearer {await fire.office.token(login)}"}
        async with httpx.AsyncClient(base_url=fire.about["internal_url"], timeout=30, trust_env=False) as one:
            answers = await asyncio.gather(*(at.post(path, json=body, headers=headers) for at in (one, other, one)))
        statuses = sorted(answer.status_code for answer in answers)
        await fire.published(view)

        next_one = fire.unsigned.pop(0)
        fire.die_at("publication:sent")
        await fire.sign(next_one)
        await fire.published(next_one)
        await still(fire)

    assert statuses[0] == 200
    assert all(status in (409, 412, 422) for status in statuses[1:]), statuses
    assert fire.unreached == []
    await fire.green()


async def test_while_the_bus_is_deaf_a_release_is_held_and_goes_on_by_itself_when_it_hears_again(
    fire: Fire, view
) -> None:
    pid = await fire.kill("kafka", signal.SIGSTOP)
    try:
        await fire.sign(view)
        held = await fire.in_state(view, "Held", within=PREPARE_WITHIN + 20)
    finally:
        os.kill(pid, signal.SIGCONT)

    assert held["needs_person"]
    assert held["reason"]
    assert view["title"] not in (await platforms(fire)).articles
    await fire.published(view)


async def test_a_kafka_that_is_killed_in_the_middle_loses_nothing(fire: Fire, view) -> None:
    await fire.sign(view)
    killed = await fire.kill("kafka")

    await fire.another("kafka", killed)
    await fire.published(view)


async def test_a_postgresql_that_is_killed_in_the_middle_loses_nothing(fire: Fire, view) -> None:
    await fire.sign(view)
    killed = await fire.kill("postgres")

    await fire.another("postgres", killed)
    await fire.published(view)
    await fire.green()


async def test_services_that_were_frozen_longer_than_every_lease_go_on(fire: Fire, view) -> None:
    await fire.sign(view)
    pid = await fire.kill("services", signal.SIGSTOP)
    await asyncio.sleep(12)  # longer than a member's session with Kafka: this is what is tested
    os.kill(pid, signal.SIGCONT)

    await fire.published(view)
    await fire.green()


async def test_after_all_of_it_every_document_is_out_once_and_every_record_is_whole(fire: Fire) -> None:
    assert fire.unsigned == []
    for view in fire.documents:
        await fire.published(view, within=400)  # a platform is asked twice, minutes apart, before a post is sent again
    await still(fire)

    async def nothing_is_wrong() -> None:
        assert await flaws(fire, fire.documents) == []

    await eventually(nothing_is_wrong, timeout=30, poll=1)
    assert await doubled_on_the_wire(fire) > 0
    assert fire.accidents == []


async def test_every_event_said_a_second_time_changes_nothing(fire: Fire) -> None:
    await still(fire)
    before, said = await snapshot(fire), await bus(fire)

    await say_again(fire, said)
    await still(fire)

    assert await snapshot(fire) == before


async def test_every_event_said_again_in_another_order_changes_nothing(fire: Fire) -> None:
    before, said = await snapshot(fire), list({one.id: one for one in await bus(fire)}.values())
    keys = sorted({one.key for one in said})
    random.Random(20230718).shuffle(keys)
    shuffled = [one for key in keys for one in said if one.key == key]
    assert [one.id for one in shuffled] != [one.id for one in said]

    await say_again(fire, shuffled)
    await still(fire)

    assert await snapshot(fire) == before
    assert await flaws(fire, fire.documents) == []
