"""The place told to Kafka: behind the work, never ahead of it, and in the end always told."""

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from tests.support.eventually import eventually

from gongkai.runtime.places import Places

HERE = TopicPartition("gongkai.portal.v1", 3)
ELSEWHERE = TopicPartition("gongkai.portal.v1", 4)


class Reader:
    """A consumer whose coordinator has troubles first; each is what one commit does."""

    def __init__(self, *troubles):
        self.troubles = list(troubles)
        self.told = {}

    def assignment(self):
        return {HERE}

    async def commit(self, offsets):
        match self.troubles.pop(0) if self.troubles else None:
            case "hangs":
                await asyncio.Event().wait()
            case BaseException() as trouble:
                raise trouble
        self.told |= offsets


def records(*offsets, place=HERE):
    return [SimpleNamespace(topic=place.topic, partition=place.partition, offset=offset) for offset in offsets]


@pytest.mark.parametrize(
    "trouble", ["hangs", CommitFailedError(), ConnectionResetError(), asyncio.CancelledError("its connection"), RuntimeError()], ids=str
)
async def test_a_place_that_could_not_be_told_is_told_later_though_nothing_more_comes(trouble):
    reader, places = Reader(trouble), Places(soon=0.001, patience=0.02)

    places.taken(reader, records(5, 6, 7))

    await eventually(lambda: reader.told == {HERE: 8})


async def test_a_later_place_is_never_taken_back_by_an_earlier_one():
    reader, places = Reader(CommitFailedError()), Places(soon=0.001, patience=1)

    places.taken(reader, records(7))
    places.taken(reader, records(2))

    await eventually(lambda: reader.told == {HERE: 8})


async def test_only_places_that_are_still_ours_are_told():
    reader, places = Reader(), Places(soon=0.001)

    places.taken(reader, [*records(1), *records(9, place=ELSEWHERE)])
    await places.settle()

    assert reader.told == {HERE: 2}


async def test_what_waits_to_be_told_is_known_with_the_place_that_was_told_last():
    reader, places = Reader(None, "hangs"), Places(soon=0.001, patience=60)
    places.taken(reader, records(1))
    await eventually(lambda: reader.told == {HERE: 2})

    places.taken(reader, records(2))

    assert places.untold() == {HERE: 2}
