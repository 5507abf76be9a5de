"""Who is about to take a number of a series: each guesses theirs, prepares with it, and takes it when it is their turn.

Nothing here gives a number: the counter in the database does, in the transaction that freezes the letter. This only
makes guesses come true, so that a letter is typeset before its number is taken and nobody waits while it is.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final


@dataclass(slots=True, eq=False)
class Place:
    """One who waits in a line."""

    line: list["Place"]
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ahead(self) -> int:
        """Return how many will take a number before this one."""
        return self.line.index(self)

    async def turn(self) -> None:
        """Wait until everybody before this one has taken a number or given up."""
        while self.ahead:
            await self.line[self.ahead - 1].left.wait()


class Lines:
    """One line for each series, in this process; other processes are met at the counter."""

    def __init__(self) -> None:
        self._lines: Final[dict[Hashable, list[Place]]] = {}

    @asynccontextmanager
    async def place(self, series: Hashable) -> AsyncIterator[Place]:
        line = self._lines.setdefault(series, [])
        place = Place(line)
        line.append(place)
        try:
            yield place
        finally:
            line.remove(place)
            place.left.set()
            if not line:
                self._lines.pop(series, None)
