"""Everything an edge needs to do its work: pages, the JSON API and the composition root share it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from gongkai.runtime.inbound_sources import Sources
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import SYSTEM, Actor, Tx
from gongkai.runtime.workers import Workers
from gongkai.web.session import Officer
from request.approving import Approving
from request.converting import Converting
from request.duplicating import Duplicating
from request.erasing import Erasing
from request.following import Following
from request.laddering import Laddering
from request.lettering import Lettering
from request.notifying import Notifier
from request.objecting import Objecting
from request.people import People
from request.receiving import Reception
from request.service import Desk

#: Who acts when an applicant does: nobody's name stands in the register.
APPLICANT = Actor("system", "applicant")


@dataclass(frozen=True, slots=True)
class Desks:
    kit: Kit
    desk: Desk
    people: People
    reception: Reception
    approving: Approving
    laddering: Laddering
    lettering: Lettering
    converting: Converting
    duplicating: Duplicating
    erasing: Erasing
    following: Following
    notifier: Notifier
    objecting: Objecting
    sources: Sources
    workers: Workers

    def changing(self, caller: Officer) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction in the name of the caller."""
        return self.kit.transaction(actor=caller.actor)

    def opening(self, caller: Officer) -> Callable[[], AbstractAsyncContextManager[Tx]]:
        """Return what opens a transaction in the name of the caller, for work that needs more than one."""
        return partial(self.changing, caller)

    def by_applicant(self) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction for what an applicant does."""
        return self.kit.transaction(actor=APPLICANT)

    def by_itself(self) -> AbstractAsyncContextManager[Tx]:
        return self.kit.transaction(actor=SYSTEM)

    def reading(self) -> AbstractAsyncContextManager[Any]:
        return self.kit.reading()
