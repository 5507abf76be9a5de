"""The transactional outbox: an event is stored with the change that caused it, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.envelope import Envelope, Event

#: Stores and numbers the events. It takes the lock of the head, so it is the last thing before COMMIT.
APPEND: Final = "outbox_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"

#: The advisory lock under which `outbox_append` numbers; whoever holds it sees an outbox that stands still.
NUMBERING: Final = 7310579


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event on its way out; its number is given by the append."""

    id: UUID
    topic: str
    type: str
    source: str
    event: Event
    occurred_at: datetime
    correlation: UUID
    causation: UUID | None
    traceparent: str | None


def columns(events: Sequence[Outgoing]) -> tuple[list[Any], ...]:
    """Return the arguments of `APPEND`."""
    return (
        [e.id for e in events],
        [e.topic for e in events],
        [e.type for e in events],
        [e.source for e in events],
        [e.event.subject for e in events],
        [e.occurred_at for e in events],
        [e.correlation for e in events],
        [e.causation for e in events],
        [e.traceparent for e in events],
        [e.event.model_dump_json() for e in events],
    )


def envelope_of(row: Mapping[str, Any]) -> Envelope:
    """Build the CloudEvents attributes of a stored outbox row."""
    return Envelope.model_construct(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        time=row["occurred_at"],
        sequence=f"{row['seq']:020d}",
        partitionkey=row["subject"],
        correlationid=row["correlation"],
        causationid=row["causation"],
        traceparent=row["traceparent"],
        dataschema=None,
    )
