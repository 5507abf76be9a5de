"""Officers who take numbers of one series come one after the other, and nobody waits for who has left."""

import asyncio

from request.numbering import Lines


async def test_the_second_of_a_series_guesses_one_more_and_waits_for_the_first():
    lines, took = Lines(), []

    async def take(name, ready):
        async with lines.place("公复") as place:
            guessed = place.ahead
            await ready.wait()
            await place.turn()
            took.append((name, guessed))

    slow, fast = asyncio.Event(), asyncio.Event()
    fast.set()
    async with asyncio.TaskGroup() as desk:
        desk.create_task(take("first", slow))
        desk.create_task(take("second", fast))
        desk.create_task(take("third", fast))
        for _ in range(5):
            await asyncio.sleep(0)
        assert took == []
        slow.set()

    assert took == [("first", 0), ("second", 1), ("third", 2)]


async def test_who_gives_up_lets_the_others_move_up():
    lines = Lines()
    async with lines.place("公复") as first, lines.place("公复") as second, lines.place("公知") as apart:
        assert (first.ahead, second.ahead, apart.ahead) == (0, 1, 0)
        async with lines.place("公复") as third:
            assert third.ahead == 2
        async with lines.place("公复") as third:
            assert third.ahead == 2

    async with lines.place("公复") as later:
        await later.turn()
        assert later.ahead == 0
