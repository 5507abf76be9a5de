"""Numbers of releases for those who watch the system."""

from typing import Final

from gongkai.runtime.kit import Kit, Samples
from publication import reading
from publication.releasing import Measures

_HOLDERS: Final = ("channel", "person")


def measures(kit: Kit) -> Measures:
    """Count in the metrics of this process, from zero."""
    for holder in _HOLDERS:
        kit.metrics.release_holds.labels(kit.name, holder)

    def held(by: str) -> None:
        kit.metrics.release_holds.labels(kit.name, by).inc()

    return Measures(skew=kit.metrics.release_skew.labels(kit.name).observe, held=held)


def releases_now(kit: Kit) -> Samples:
    """Return what shows, every time it is called, how many releases wait for somebody."""

    async def sample() -> None:
        async with kit.reading() as db:
            row = await reading.releases_waiting(db)
        for holder in _HOLDERS:
            kit.metrics.releases_held.labels(kit.name, holder).set(row[f"held_by_{holder}"])
        kit.metrics.releases_waiting.labels(kit.name).set(row["waiting"])

    return sample
