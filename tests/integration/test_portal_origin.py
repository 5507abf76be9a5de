"""The site reaches an instant in the name of the order that set it, also when an earlier version heard the order."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from tests.support.portal_world import SECOND, Site, a_site, an_order

from gongkai.runtime import migrate, telemetry
from gongkai.runtime.tx import Actor

INSTANT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
async def dsn(postgres) -> AsyncIterator[str]:
    made = await postgres.database("portal_origin")
    yield made
    await postgres.drop(made)


async def test_what_is_said_at_the_instant_goes_on_with_the_order(dsn: str, tmp_path: Path) -> None:
    async with a_site(dsn, tmp_path) as site:
        approval = await site.approve()
        await site.hear(approval)
        order, matter = await ordered(site, approval)
        site.clock.advance(seconds=2)

        await site.tick()

        said = await site.kit.pool.fetchrow("SELECT * FROM outbox WHERE type LIKE '%.ChannelReleased.v1'")
        fact = await site.kit.pool.fetchrow("SELECT * FROM register ORDER BY recorded_at DESC, version DESC LIMIT 1")
    assert (said["causation"], said["correlation"]) == (order, matter.correlation)
    assert telemetry.same_trace(said["traceparent"], matter.traceparent)
    assert (fact["cause"], fact["actor"]) == (order, "system")


async def ordered(site: Site, approval):
    """Hear the order as the bus would hand it over; return its id and in whose name it was heard."""
    order = an_order(approval, site.now + 2 * SECOND)
    with telemetry.span("handle ReleaseOrdered"):
        async with site.kit.transaction(actor=Actor("event"), cause=uuid4(), correlation=uuid4()) as tx:
            await site.wiring.handlers[type(order)](tx, order)
            return tx.cause, tx.origin


async def test_bringing_the_database_up_to_date_keeps_in_whose_name_instants_were_set(dsn: str) -> None:
    before = {(step.package, step.name) for package in (migrate.RUNTIME, "portal")
              for step in migrate.steps_of(package)} - {("portal", "0004_pre_instant_origin.sql")}  # fmt: skip
    cause, correlation = uuid4(), uuid4()
    trace = f"00-{uuid4().hex}-{uuid4().hex[:16]}-01"
    name = {"correlation": str(correlation), "traceparent": trace}
    db = await asyncpg.connect(dsn)
    try:
        await migrate.migrate(db, "portal", only=before)
        for subject, payload in (("caused", name | {"cause": str(cause)}), ("by itself", name | {"cause": ""})):
            await db.execute(
                "INSERT INTO clock (kind, subject, due_at, payload, set_at) VALUES ('release-instant', $1, $2, $3, $2)",
                subject, INSTANT, json.dumps(payload),
            )  # fmt: skip
        ran = await migrate.migrate(db, "portal")
        rows = await db.fetch("SELECT cause, correlation, traceparent FROM clock ORDER BY subject DESC")
    finally:
        await db.close()

    assert ran == ["portal/0004_pre_instant_origin.sql"]
    assert [tuple(row) for row in rows] == [(cause, correlation, trace), (None, correlation, trace)]
