"""Names of people, asked of identity and remembered for five minutes. Names are never stored elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import httpx

from gongkai.runtime import telemetry
from gongkai.runtime.edge import Clock
from gongkai.runtime.kit import Kit

log = telemetry.logger(__name__)

KEPT: Final = timedelta(minutes=5)
ASK_AGAIN: Final = timedelta(seconds=10)
AT_ONCE: Final = 200


class Directory(Protocol):
    """Who is this? Always answers: identity being away must not take a page with it."""

    async def names(self, ids: Iterable[UUID]) -> dict[UUID, str]: ...


def nameless(person_id: UUID) -> str:
    """Stand in for a name that cannot be had: identity is away, or the person was erased."""
    return f"工作人员{person_id.hex[:6]}"


async def name_of(directory: Directory, person_id: UUID) -> str:
    return (await directory.names([person_id]))[person_id]


@dataclass(slots=True)
class RemoteDirectory:
    """Asks identity over HTTP with the identity of the service."""

    http: httpx.AsyncClient
    url: str
    now: Clock
    _known: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)
    _silent_until: datetime | None = None

    @classmethod
    def of(cls, kit: Kit) -> "RemoteDirectory":
        return cls(kit.http, f"{kit.settings.url_of('identity')}/identity/api/directory", kit.now)

    async def names(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        wanted = set(ids)
        now = self.now()
        asked = [person_id for person_id in wanted if person_id not in self._known or self._known[person_id][1] <= now]
        if asked and (self._silent_until is None or self._silent_until <= now):
            for start in range(0, len(asked), AT_ONCE):
                await self._ask(asked[start : start + AT_ONCE], now)
        return {
            person_id: self._known[person_id][0] if person_id in self._known else nameless(person_id)
            for person_id in wanted
        }

    async def _ask(self, ids: list[UUID], now: datetime) -> None:
        try:
            answer = await self.http.get(self.url, params={"ids": ",".join(map(str, ids))})
            answer.raise_for_status()
            found = answer.json()["people"]
        except (httpx.HTTPError, ValueError, KeyError) as trouble:
            # A name known before is better than none, so what is stale stays until identity answers.
            self._silent_until = now + ASK_AGAIN
            log.warning("directory-away", trouble=type(trouble).__name__)
            return
        self._silent_until = None
        for person_id in ids:
            entry = found.get(str(person_id))
            name = entry["name"] if entry and entry.get("name") else nameless(person_id)
            self._known[person_id] = (name, now + KEPT)
