"""Connects `POST /events` of one service to its register of sources and to its inbox."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter

from gongkai.contracts.catalog import ENTRIES
from gongkai.contracts.envelope import Received
from gongkai.runtime import quarantine
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, Unavailable
from gongkai.runtime.inbound import inbound_router
from gongkai.runtime.inbound_sources import Source, Sources
from gongkai.runtime.inbox import Inbox
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Actor
from gongkai.statute.refusal import Refused

_ENTER: Final = """
INSERT INTO inbox (source, id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id"""


def event_door(kit: Kit, inbox: Inbox, sources: Sources) -> APIRouter:
    """Make the router. The sender hears at once what the bus would have parked; then no trace of it is kept."""

    async def lookup(name: str) -> Source | None:
        async with kit.pool.acquire() as db:
            return await sources.find(db, name, kit.now())

    async def accept(received: Received) -> bool:
        try:
            return await _taken(kit, inbox, received, kit.now())
        except ChangedMeanwhile as busy:
            raise Unavailable from busy

    def types() -> frozenset[str]:
        return inbox.types & frozenset(entry.type for entry in ENTRIES if entry.owner == "inbound")

    return inbound_router(lookup, accept, kit.now, types=types)


async def _taken(kit: Kit, inbox: Inbox, received: Received, at: datetime) -> bool:
    envelope = received.envelope
    actor = Actor("event", envelope.type)
    async with kit.transaction(actor=actor, cause=envelope.id, correlation=envelope.correlationid, at=at) as tx:
        if await tx.db.fetchval(_ENTER, envelope.source, envelope.id, at) is None:
            return False
        subject = (envelope.source, envelope.subject)
        if subject in await quarantine.waiting(tx.db, {subject}):
            raise Refused("同一事项的前一个事件还在隔离区等待处理,请稍后重试")
        parked = await inbox.handle(tx, received)
        match parked and parked.cause:
            case None:
                return True
            case "invalid":
                raise Invalid([("", parked.reason if parked else "")])
            case "failed":
                raise Unavailable
            case _:
                raise Refused(parked.reason if parked else "", parked.article if parked else "")
