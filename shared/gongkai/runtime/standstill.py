"""Knows for how long a reader has stood still though there is something to read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one partition is taken in and told, and where it ends."""

    place: int
    end: int


class Standstill:
    """One reader, looked at now and then. Seconds are those of a monotonic clock."""

    def __init__(self) -> None:
        self._since: dict[Hashable, tuple[int, float]] = {}

    def look(self, marks: Mapping[Hashable, Mark], now: float) -> float:
        """Return for how many seconds the slowest partition has not moved; 0 when all are at their end or move."""
        before, self._since = self._since, {}
        for partition, mark in marks.items():
            if mark.place < mark.end:
                place, since = before.get(partition, (mark.place, now))
                self._since[partition] = (mark.place, since if place == mark.place else now)
        return max((now - since for _, since in self._since.values()), default=0.0)

    def forget(self) -> None:
        """Begin anew: whoever has a batch in hand does not stand still."""
        self._since.clear()
