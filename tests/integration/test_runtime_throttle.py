"""Tries are counted in the database: a bucket that is counted alone is closed as long as one that is counted with others."""

import asyncio
from datetime import timedelta

import pytest
from tests.support.kits import HeldClock, a_kit

from gongkai.runtime.errors import TooMany
from gongkai.runtime.throttle import WINDOW, Bucket, count_try

ALLOWED = 3


@pytest.fixture
async def kit(postgres, tmp_path):
    clock = HeldClock()
    dsn = await postgres.database("throttle")
    async with a_kit(dsn, tmp_path, name="request", package="request", now=clock) as running:
        yield running


def buckets(name: str, others: int) -> list[Bucket]:
    return [Bucket(f"{name}{number}".encode() * 8, ALLOWED, forgiven=False) for number in range(others + 1)]


async def waits(kit, name, others):
    """How long the door stays closed after each of many tries, in minutes."""
    found = []
    for _ in range(12):
        try:
            await count_try(kit, buckets(name, others))
        except TooMany as closed:
            found.append(closed.retry_after // 60)
            kit.now.advance(seconds=closed.retry_after)
        else:
            found.append(0)
    return found


async def test_a_bucket_alone_is_closed_as_long_as_one_among_others(kit):
    assert await waits(kit, "alone", 0) == await waits(kit, "among", 1) == [0, 0, 0, 1, 0, 2, 0, 4, 0, 8, 0, 0]


async def test_of_many_tries_at_once_no_more_pass_than_are_allowed(kit):
    answers = await asyncio.gather(*(count_try(kit, buckets("x", 0)) for _ in range(10)), return_exceptions=True)

    assert sum(answer is None for answer in answers) == ALLOWED
    assert sum(isinstance(answer, TooMany) for answer in answers) == 10 - ALLOWED

    kit.now.advance(seconds=WINDOW.total_seconds() + timedelta(minutes=1).total_seconds())
    await count_try(kit, buckets("x", 0))
