"""The register: a version is a lock, a digest is a chain, a seal shows what was cut off."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from tests.support.kits import NOON, HeldClock, a_kit
from tests.support.shelf import SHELF, BookShelved, Shelf, an_event, shelve

from gongkai.runtime import seal
from gongkai.runtime.errors import ChangedMeanwhile


@pytest.fixture
async def kit(postgres, tmp_path):
    async with a_kit(await postgres.database("register"), tmp_path, now=HeldClock()) as kit:
        yield kit


async def test_facts_add_up_to_the_state_and_the_version(kit):
    shelf = uuid4()

    async with kit.transaction() as tx:
        await shelve(tx, shelf, "条例")
        await shelve(tx, shelf, "细则")

    async with kit.transaction() as tx:
        assert await tx.load(SHELF, shelf) == (Shelf(("条例", "细则")), 2)


async def test_of_two_writers_at_once_one_wins_and_the_other_leaves_no_trace(kit):
    shelf = uuid4()

    async def write(title: str) -> None:
        async with kit.transaction() as tx:
            _, version = await tx.load(SHELF, shelf)
            await asyncio.sleep(0)
            await tx.record(SHELF, shelf, version, [BookShelved(title)])
            tx.tell(an_event(shelf, title))

    outcomes = await asyncio.gather(*(write(f"第{n}本") for n in range(8)), return_exceptions=True)

    assert [type(o) for o in outcomes].count(ChangedMeanwhile) + [o for o in outcomes].count(None) == 8
    async with kit.pool.acquire() as db:
        facts = await db.fetchval("SELECT count(*) FROM register")
        assert facts == [o for o in outcomes].count(None) >= 1
        assert await db.fetchval("SELECT count(*) FROM outbox") == facts
        assert await db.fetchval("SELECT last_seq FROM outbox_head") == facts


@pytest.mark.parametrize("statement", ["UPDATE register SET actor = 'x'", "DELETE FROM register", "TRUNCATE register"])
async def test_the_register_cannot_be_changed_by_the_service(kit, statement):
    async with kit.transaction() as tx:
        await shelve(tx, uuid4(), "条例")

    async with kit.pool.acquire() as db:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await db.execute(statement)


async def _tamper(kit, statement, *args):
    async with kit.pool.acquire() as db, db.transaction():
        await db.execute("SET LOCAL session_replication_role = replica")
        await db.execute(statement, *args)


@pytest.mark.parametrize(
    "change",
    [
        "data = json_build_object('title', '改过')",
        "actor = 'person:someone-else'",
        "recorded_at = recorded_at + interval '1 second'",
        "kind = 'ShelfNamed'",
        "digest = set_byte(digest, 5, (get_byte(digest, 5) + 1) % 256)",
        "cause = '00000000-0000-0000-0000-000000000001'",
    ],
)
async def test_one_changed_byte_is_found_and_its_row_is_named(kit, change):
    shelves = [uuid4() for _ in range(3)]
    for shelf in shelves:
        for title in ("一", "二", "三"):
            async with kit.transaction() as tx:
                await shelve(tx, shelf, title)
    async with kit.pool.acquire() as db:
        before = await seal.verify(db)

    await _tamper(kit, f"UPDATE register SET {change} WHERE aggregate_id = $1 AND version = 2", shelves[1])

    async with kit.pool.acquire() as db:
        after = await seal.verify(db)
    assert before.whole
    assert before.rows == 9
    assert before.aggregates == 3
    assert (shelves[1], 2) in {(flaw.aggregate_id, flaw.version) for flaw in after.flaws}


async def test_a_row_missing_in_the_middle_is_named(kit):
    shelf = uuid4()
    async with kit.transaction() as tx:
        for title in ("一", "二", "三"):
            await shelve(tx, shelf, title)

    await _tamper(kit, "DELETE FROM register WHERE aggregate_id = $1 AND version = 2", shelf)

    async with kit.pool.acquire() as db:
        verdict = await seal.verify(db)
    assert "缺少第 2 条" in verdict.flaws[0].sentence


async def test_a_tail_that_was_cut_off_after_a_seal_is_named_and_a_whole_aggregate_too(kit):
    kept, cut, gone = uuid4(), uuid4(), uuid4()
    async with kit.transaction() as tx:
        for shelf in (kept, cut, gone):
            await shelve(tx, shelf, "一")
            await shelve(tx, shelf, "二")
    async with kit.pool.acquire() as db:
        assert await seal.seal(db, kit.tokens, NOON) == 1

    await _tamper(kit, "DELETE FROM register WHERE (aggregate_id = $1 AND version = 2) OR aggregate_id = $2", cut, gone)

    async with kit.pool.acquire() as db:
        verdict = await seal.verify(db, kit.tokens)
    assert {(flaw.aggregate_id, flaw.version) for flaw in verdict.flaws} == {(cut, 2), (gone, 2)}


async def test_a_seal_that_was_rewritten_without_the_key_is_found(kit):
    async with kit.transaction() as tx:
        await shelve(tx, uuid4(), "一")
    async with kit.pool.acquire() as db:
        await seal.seal(db, kit.tokens, NOON)

    await _tamper(kit, "UPDATE register_seal SET sealed_at = sealed_at + interval '1 day'")

    async with kit.pool.acquire() as db:
        verdict = await seal.verify(db, kit.tokens)
    assert ["签名不对" in flaw.sentence for flaw in verdict.flaws] == [True]


async def test_seals_follow_one_another_and_nothing_new_needs_no_seal(kit):
    async with kit.pool.acquire() as db:
        for number in (1, 2, 3):
            async with kit.transaction() as tx:
                await shelve(tx, uuid4(), "一")
            assert await seal.seal(db, kit.tokens, NOON + timedelta(hours=number)) == number

        assert await seal.seal(db, kit.tokens, NOON) is None
        verdict = await seal.verify(db, kit.tokens)

    assert verdict.whole
    assert verdict.seals == 3
