"""Every number moves when the thing happens that it tells of, and says nothing else."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import httpx
import pytest
from tests.integration.test_runtime_host import Shop
from tests.integration.test_runtime_inbox import Shelver, wire
from tests.support.eventually import eventually
from tests.support.hosted import settings_for
from tests.support.kits import NOON, HeldClock, a_kit
from tests.support.numbers import read, spread
from tests.support.shelf import an_event
from tests.support.tasks import running

from gongkai.contracts.publication import ReleaseCancelled, ReleaseHeld
from gongkai.hosting import ops
from gongkai.hosting.host import hosted
from gongkai.local.topics import provision
from gongkai.runtime import calendars
from gongkai.runtime.bus import Bus
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.errors import Unavailable
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.kit import Service
from gongkai.runtime.relay import Relay
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Due
from gongkai.statute.calendar import built_in

TOPIC = "gongkai.publication.v1"


@pytest.fixture
async def dsn(postgres):
    return await postgres.database("numbers")


def loops(kit, timers=None):
    dsn = kit.settings.database_url
    return Relay(kit, dsn=dsn), Ticker(kit, timers or {}, dsn=dsn)


async def say(kit, *titles):
    async with kit.transaction() as tx:
        for title in titles:
            tx.tell(an_event(uuid4(), title))


async def test_what_is_not_sent_is_counted_with_its_age_until_the_relay_has_sent_it(dsn, kafka, tmp_path):
    prefix = f"n{uuid4().hex[:8]}."
    await provision(kafka, [prefix + TOPIC], partitions=1)
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, kafka=kafka, kafka_prefix=prefix, now=clock) as kit:
        relay, ticker = loops(kit)
        await ops.sample(kit, relay, ticker)
        silent = [read(kit.metrics, name) for name in ("relay_lag_events", "outbox_oldest_seconds", "relay_leading")]

        await say(kit, "一", "二", "三")
        clock.advance(seconds=90)
        await ops.sample(kit, relay, ticker)
        waiting = [read(kit.metrics, name) for name in ("relay_lag_events", "outbox_oldest_seconds")]

        async with running(relay.run()):
            await eventually(lambda: read(kit.metrics, "relay_sent_events_total") == 3, timeout=20)
            await ops.sample(kit, relay, ticker)
            sent = [read(kit.metrics, name) for name in ("relay_lag_events", "outbox_oldest_seconds", "relay_leading")]

    assert silent == [0, 0, 0]
    assert waiting == [3, 90]
    assert sent == [0, 0, 1]
    assert read(kit.metrics, "relay_sequence") == 3


async def test_an_outbox_in_which_a_number_is_missing_is_told(dsn, tmp_path):
    async with a_kit(dsn, tmp_path) as kit:
        relay, ticker = loops(kit)
        await say(kit, "一", "二")
        await ops.sample(kit, relay, ticker)
        assert read(kit.metrics, "relay_broken") == 0
        await kit.pool.execute("DELETE FROM outbox WHERE seq = 1")

        async with running(relay.run()):
            await eventually(lambda: relay.broken is not None)
            await ops.sample(kit, relay, ticker)

        assert read(kit.metrics, "relay_broken") == 1


async def test_events_are_counted_by_what_became_of_them_and_parked_ones_by_their_cause(dsn, tmp_path):
    async with a_kit(dsn, tmp_path, name="portal") as kit:
        inbox = Inbox(kit, {ReleaseCancelled: Shelver()})
        poisoned = uuid4()
        good = wire(an_event(uuid4(), "一"), an_event(uuid4(), "二"))
        bad = wire(an_event(poisoned, "有毒"), an_event(poisoned, "其后"), an_event(uuid4(), "拒绝"), start=2)
        [other] = wire(an_event(uuid4(), "别的"), start=5)
        envelope = other.envelope.model_copy(update={"type": "gongkai.publication.nobody-hears.v1"})
        other = replace(other, envelope=envelope)
        rubbish = Unreadable("不是事件", topic=TOPIC, partition=0, offset=9)

        await inbox.take([*good, *bad, other, rubbish])
        await inbox.take(good)
        await inbox.take([other])
        await ops.sample(kit, *loops(kit))

    assert spread(kit.metrics, "inbox_events_total", "outcome") == {
        "handled": 2, "failed": 1, "behind": 1, "refused": 1, "unreadable": 1, "skipped": 2, "known": 2,
    }  # fmt: skip
    assert spread(kit.metrics, "quarantine_events", "cause") == {
        "failed": 1, "behind": 1, "refused": 1, "unreadable": 1,
    }  # fmt: skip


async def test_what_lies_on_the_bus_is_counted_until_it_is_taken_in(postgres, kafka, tmp_path):
    prefix = f"n{uuid4().hex[:8]}."
    await provision(kafka, [prefix + TOPIC], partitions=2)
    how = {"kafka": kafka, "kafka_prefix": prefix, "inbox_look_ms": 50, "inbox_batch": 2}
    may_go_on = asyncio.Event()

    async def slowly(tx, event: ReleaseCancelled) -> None:
        del tx, event
        await may_go_on.wait()

    async with (
        a_kit(await postgres.database("writer"), tmp_path / "w", **how) as writer,
        a_kit(await postgres.database("reader"), tmp_path / "r", name="portal", **how) as kit,
        running(Relay(writer, dsn=writer.settings.database_url).run()),
    ):
        bus = Bus(kit, {ReleaseCancelled: slowly})
        started = [
            read(kit.metrics, name)
            for name in ("inbox_lag_events", "inbox_last_poll_timestamp_seconds", "inbox_readers_replaced_total")
        ]
        await bus.run()
        await say(writer, *(f"第{number}件" for number in range(7)))

        await eventually(lambda: read(kit.metrics, "inbox_lag_events", topic=TOPIC) == 7, timeout=20)
        assert read(kit.metrics, "inbox_batch_seconds_count") == 0
        may_go_on.set()
        await eventually(lambda: read(kit.metrics, "inbox_events_total", outcome="handled") == 7, timeout=20)
        await eventually(lambda: read(kit.metrics, "inbox_lag_events", topic=TOPIC) == 0, timeout=20)
        for both in (False, True):  # read alone, and in one batch with something for us
            async with writer.transaction() as tx:
                tx.tell(ReleaseHeld(document_id=(shelf := uuid4()), release_id=uuid4(), reason="等一等"))
                if both:
                    tx.tell(an_event(shelf, "还有一件"))
            await eventually(
                lambda: read(kit.metrics, "inbox_events_total", topic=TOPIC, outcome="skipped") == 1 + both, timeout=20
            )
        await bus.stop()

    assert started == [0, 0, 0]
    assert (read(kit.metrics, "inbox_batch_seconds_count") or 0) >= 4
    assert (read(kit.metrics, "inbox_last_poll_timestamp_seconds") or 0) > NOON.timestamp()


async def test_clocks_that_are_due_late_or_stuck_are_counted(dsn, tmp_path):
    clock = HeldClock()

    async def ring(tx, due: Due) -> None:
        del tx
        if due.subject == "broken":
            raise RuntimeError("boom")

    async with a_kit(dsn, tmp_path, now=clock) as kit:
        relay, ticker = loops(kit, {"reply-due": ring})
        assert read(kit.metrics, "clocks_fired_total", kind="reply-due") == 0
        async with kit.transaction() as tx:
            for subject in ("fine", "broken"):
                await tx.set_clock(Due("reply-due", subject, clock.at + timedelta(seconds=10)))
        await ops.sample(kit, relay, ticker)
        early = [read(kit.metrics, name) for name in ("clocks_due", "clock_overdue_seconds", "clocks_stuck")]

        clock.advance(seconds=50)
        await ops.sample(kit, relay, ticker)
        late = [read(kit.metrics, name) for name in ("clocks_due", "clock_overdue_seconds", "clocks_stuck")]
        for _ in range(3):
            await ticker.fire_batch()
            clock.advance(seconds=10)
        await ops.sample(kit, relay, ticker)

    assert (early, late) == ([0, 0, 0], [2, 40, 0])
    assert read(kit.metrics, "clocks_stuck") == 1
    assert read(kit.metrics, "clocks_fired_total", kind="reply-due") == 1
    assert read(kit.metrics, "clock_lateness_seconds_sum", kind="reply-due") == 40
    assert read(kit.metrics, "clock_lateness_seconds_bucket", kind="reply-due", le="30.0") == 0
    assert read(kit.metrics, "clock_lateness_seconds_bucket", kind="reply-due", le="300.0") == 1


async def test_whoever_leads_says_so(dsn, tmp_path):
    async with a_kit(dsn, tmp_path) as kit:
        relay, ticker = loops(kit)
        async with running(relay.run(), ticker.run()):
            await eventually(lambda: relay.leading and ticker.leading)
            await ops.sample(kit, relay, ticker)
            leading = (read(kit.metrics, "relay_leading"), read(kit.metrics, "ticker_leading"))
        await ops.sample(kit, relay, ticker)

    assert leading == (1, 1)
    assert (read(kit.metrics, "relay_leading"), read(kit.metrics, "ticker_leading")) == (0, 0)


async def test_connections_in_use_are_counted_beside_those_that_may_be(dsn, tmp_path):
    async with a_kit(dsn, tmp_path) as kit:
        relay, ticker = loops(kit)
        async with kit.pool.acquire(), kit.pool.acquire():
            await ops.sample(kit, relay, ticker)
        busy = read(kit.metrics, "pool_connections_busy")
        await ops.sample(kit, relay, ticker)

    assert (busy, read(kit.metrics, "pool_connections_busy"), read(kit.metrics, "pool_connections_max")) == (2, 0, 12)
    assert (read(kit.metrics, "pool_connections") or 0) >= 2


async def test_the_calendar_in_force_is_named_with_the_day_to_which_it_is_settled(dsn, tmp_path):
    async with a_kit(dsn, tmp_path) as kit:
        last = built_in().last_year
        assert last is not None
        shorter = built_in().without_notice(last)
        calendars.adopt(kit, shorter)
        await ops.sample(kit, *loops(kit))
        before = spread(kit.metrics, "calendar_info", "version"), read(kit.metrics, "calendar_end_timestamp_seconds")

        calendars.adopt(kit, built_in())
        await ops.sample(kit, *loops(kit))

    assert before == ({shorter.version: 1}, jinan(date(last - 1, 12, 29)))
    assert spread(kit.metrics, "calendar_info", "version") == {built_in().version: 1}
    assert read(kit.metrics, "calendar_end_timestamp_seconds") == jinan(date(last, 12, 29))
    assert built_in().is_provisional(date(last, 12, 29))
    assert not built_in().is_provisional(date(last, 12, 28))


def jinan(day: date) -> float:
    return (day - date(1970, 1, 1)).days * 86_400.0 - 8 * 3_600


async def test_numbers_that_grow_old_because_the_database_is_away_say_so(dsn, tmp_path):
    clock = HeldClock()
    async with a_kit(dsn, tmp_path, now=clock) as kit:
        relay, ticker = loops(kit)
        await ops.sample(kit, relay, ticker)
        await kit.pool.close()
        clock.advance(minutes=5)
        with pytest.raises(Unavailable):
            await ops.sample(kit, relay, ticker)

    assert read(kit.metrics, "sampled_timestamp_seconds") == NOON.timestamp()
    assert 0 < (read(kit.metrics, "disk_free_bytes") or 0) < (read(kit.metrics, "disk_size_bytes") or 0)


@pytest.fixture
async def shop(postgres, kafka, tmp_path):
    shop = Shop([])
    services = [
        Service("publication", "/publication", "gongkai.runtime", shop.writer),
        Service("portal", "", "gongkai.runtime", shop.reader),
    ]
    settings = await settings_for(postgres, kafka, tmp_path, ["publication", "portal"])
    async with hosted(services, settings) as host:
        transport = httpx.ASGITransport(app=host.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            yield host, browser


async def test_every_answer_is_counted_by_its_route_accidents_and_refused_bodies_too(shop):
    host, browser = shop

    for _ in range(2):
        await browser.get("/publication/api/outcomes/refused?number=4")
    await browser.get("/publication/api/outcomes/bug")
    await browser.get("/publication/nowhere/310101199001011234")
    await browser.request("BREW", "/publication/nowhere")
    await browser.post("/publication/api/shelves/x", headers={"content-length": str(2**40)}, content=b"x")
    await browser.get("/publication/health/live")

    def counted(**labels):
        return read(host.metrics, "http_requests_total", service="publication", **labels)

    outcomes = "/api/outcomes/{name}"
    assert counted(route=outcomes, method="GET", status="409") == 2
    assert counted(route=outcomes, status="500") == 1
    assert counted(route="unmatched", method="GET", status="404") == 1
    assert counted(route="unmatched", method="other", status="404") == 1
    assert counted(route="unmatched", status="413") == 1
    assert counted() == 6
    assert read(host.metrics, "http_request_seconds_count", service="publication", route=outcomes) == 3
    assert "310101199001011234" not in host.metrics.render().decode()


async def test_the_numbers_of_a_running_service_are_sampled_by_itself(shop):
    host, _ = shop

    for name in ("publication", "portal"):
        await eventually(lambda: read(host.metrics, "relay_leading", service=name) == 1, timeout=20)
        assert read(host.metrics, "ticker_leading", service=name) == 1
        assert read(host.metrics, "calendar_info", service=name) == 1
