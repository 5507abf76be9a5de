"""In whose name something is done for a delivery: of what set it going, as one story with it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gongkai.runtime import telemetry
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import SYSTEM, Actor, Origin, Tx


@dataclass(frozen=True, slots=True)
class Errand:
    """A delivery and where it comes from: an event of publication, or an officer who moved it on."""

    delivery_id: UUID
    origin: Origin

    def span(self, name: str, links: Sequence[str] = ()) -> telemetry.span:
        return telemetry.span(name, parent=self.origin.traceparent, links=links, delivery=str(self.delivery_id))

    def transaction(self, kit: Kit, actor: Actor = SYSTEM) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction in this name; it is part of the span around it."""
        return kit.transaction(actor=actor, cause=self.origin.cause, correlation=self.origin.correlation)

    def take_over(self, tx: Tx) -> None:
        """Let a transaction that is open already go on in this name."""
        tx.speak_for(
            cause=self.origin.cause, correlation=self.origin.correlation, actor=tx.actor,
            traceparent=telemetry.current_traceparent(),
        )  # fmt: skip


def errand_of(row: Any) -> Errand:
    """Read it from the row of a delivery. One that an earlier version wrote in passing knows its release alone."""
    origin = Origin(row["cause"], row["correlation"] or row["release_id"], row["traceparent"])
    return Errand(row["delivery_id"], origin)
