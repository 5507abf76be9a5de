"""Events of publication → commands of ours."""

from gongkai.contracts.publication import DocumentApproved, ReleaseCancelled, ReleaseOrdered
from gongkai.runtime.tx import Tx
from newmedia_sync.domain.acts import CancelRelease, OrderRelease
from newmedia_sync.domain.delivery import Order
from newmedia_sync.service import Desk


class Handlers:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def prepare_on_accounts(self, tx: Tx, event: DocumentApproved) -> None:
        await self._desk.ask(tx, event)

    async def release_at_the_instant(self, tx: Tx, event: ReleaseOrdered) -> None:
        """Laggards get the same order: they act as soon as they are ready."""
        order = Order(event.release_at, event.human_order_by)
        await self._desk.to_release(tx, event.release_id, OrderRelease(order), (*event.channels, *event.laggards))

    async def discard_what_was_prepared(self, tx: Tx, event: ReleaseCancelled) -> None:
        await self._desk.to_release(tx, event.release_id, CancelRelease(event.reason))
