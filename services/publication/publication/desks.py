"""Everything an edge needs to do its work: pages, the JSON API and the composition root share it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from gongkai.runtime.workers import Workers
from gongkai.web.session import Officer
from publication.checking import Checking
from publication.releasing import ReleaseDesk
from publication.service import Desk


@dataclass(frozen=True, slots=True)
class Desks:
    kit: Kit
    desk: Desk
    releases: ReleaseDesk
    checking: Checking
    workers: Workers

    def changing(self, caller: Officer) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction in the name of the caller."""
        return self.kit.transaction(actor=caller.actor)

    def reading(self) -> AbstractAsyncContextManager[Any]:
        return self.kit.reading()
