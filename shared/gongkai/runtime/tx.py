"""One database transaction in which a change, its facts, its clocks and its events commit together."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from gongkai.contracts.catalog import topic_of
from gongkai.contracts.envelope import Event
from gongkai.runtime import outbox, register, telemetry
from gongkai.runtime.gathering import Gathering
from gongkai.runtime.outbox import Outgoing
from gongkai.runtime.register import Codec, Loaded, Recorded

S = TypeVar("S")
F = TypeVar("F")

#: A clock that is on its way, and of which it is known who set it.
_RUNS: Final = "clock.correlation IS NOT NULL AND clock.fired_at IS NULL AND clock.stopped_at IS NULL"
_SET_CLOCK: Final = f"""
INSERT INTO clock (kind, subject, due_at, payload, rule, article, counted, calendar_version, provisional, set_at,
                   cause, correlation, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (kind, subject) DO UPDATE SET
    cause = CASE WHEN $14 AND {_RUNS} THEN clock.cause ELSE excluded.cause END,
    correlation = CASE WHEN $14 AND {_RUNS} THEN clock.correlation ELSE excluded.correlation END,
    traceparent = CASE WHEN $14 AND {_RUNS} THEN clock.traceparent ELSE excluded.traceparent END,
    due_at = excluded.due_at, payload = excluded.payload, rule = excluded.rule, article = excluded.article,
    counted = excluded.counted, calendar_version = excluded.calendar_version, provisional = excluded.provisional,
    set_at = excluded.set_at, not_before = NULL, tries = 0, last_error = '', fired_at = NULL, stopped_at = NULL"""  # noqa: S608  a constant of ours
_STOP_CLOCK: Final = """
UPDATE clock SET stopped_at = $3
WHERE kind = ANY($1) AND subject = $2 AND fired_at IS NULL AND stopped_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person, a program in a person's name, the system by itself, or an event that arrived."""

    kind: Literal["person", "program", "system", "event"]
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def person_id(self) -> UUID | None:
        return UUID(self.id) if self.kind in {"person", "program"} else None


SYSTEM: Final = Actor("system")


@dataclass(frozen=True, slots=True)
class Origin:
    """In whose name something happens: what led to it, the matter it belongs to, the trace it is part of."""

    cause: UUID | None
    correlation: UUID
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """A clock: `kind` chooses the timer, `(kind, subject)` is unique, setting it again moves it.

    `origin` is known of a clock that rings; one that is set without rings in the name of the change that sets it.
    """

    kind: str
    subject: str
    due_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    rule: str = ""
    article: str = ""
    counted: Any = None
    calendar_version: str = ""
    provisional: bool = False
    origin: Origin | None = None


@dataclass(slots=True)
class Tx:
    """The one road to the database inside a change. `now` is one instant for the whole transaction."""

    db: Gathering
    now: datetime
    actor: Actor
    service: str
    new_id: Callable[[], UUID]
    correlation: UUID
    cause: UUID | None = None
    traceparent: str | None = None
    _told: list[Outgoing] = field(default_factory=list)
    _clocks: list[datetime] = field(default_factory=list)
    _after: list[Callable[[], None]] = field(default_factory=list)
    #: Aggregate → codec, state, version and the digest of its last fact, to which the next one is chained.
    _read: dict[UUID, tuple[Any, Any, int, bytes]] = field(default_factory=dict)
    _own: dict[UUID, tuple[Any, Any, int, bytes]] = field(default_factory=dict)

    async def load(self, codec: Codec[S, F], aggregate_id: UUID) -> tuple[S, int]:
        """Return state and version. What this transaction has written itself nobody can have changed since."""
        own = self._own.get(aggregate_id)
        if own is not None and own[0] is codec:
            return own[1], own[2]
        if any(row[1] == aggregate_id for row in self.db.facts):
            await self.db.flush()
        state, version, head = await register.load_with_head(self.db.apart(), codec, aggregate_id)
        self._read[aggregate_id] = (codec, state, version, head)
        return state, version

    async def load_many(self, codec: Codec[S, F], ids: Sequence[UUID]) -> dict[UUID, Loaded[S]]:
        """Return those of these aggregates that exist, as `load` returns one."""
        await self.db.flush()
        unread = [aggregate_id for aggregate_id in ids if self.left(codec, aggregate_id) is None]
        found = await register.load_many(self.db, codec, unread) if unread else {}
        for aggregate_id, loaded in found.items():
            self.trust(codec, aggregate_id, loaded)
        own = {aggregate_id: left for aggregate_id in ids if (left := self.left(codec, aggregate_id)) is not None}
        return found | own

    def trust(self, codec: Codec[S, F], aggregate_id: UUID, loaded: Loaded[S]) -> None:
        """Take a state that was read a moment ago. If it is no longer true, recording upon it fails at the commit."""
        self._read[aggregate_id] = (codec, loaded.state, loaded.version, loaded.head)

    def left(self, codec: Codec[S, F], aggregate_id: UUID) -> Loaded[S] | None:
        """Return how this transaction leaves an aggregate, for the one that comes next."""
        own = self._own.get(aggregate_id)
        return Loaded(own[1], own[2], own[3]) if own is not None and own[0] is codec else None

    async def history(self, codec: Codec[S, F], aggregate_id: UUID) -> list[Recorded[F]]:
        return await register.history(self.db, codec, aggregate_id)

    async def record(self, codec: Codec[S, F], aggregate_id: UUID, version: int, facts: Sequence[F]) -> int:
        """Append facts. `ChangedMeanwhile` when somebody else wrote this version first: now, or at the commit."""
        if not facts:
            return version
        known = self._own.pop(aggregate_id, None) or self._read.pop(aggregate_id, None)
        fits = known is not None and known[0] is codec and known[2] == version
        rows, head = await register.rows_of(
            self.db, codec, aggregate_id, version, facts, actor=str(self.actor), cause=self.cause, at=self.now,
            head=known[3] if known and fits else None,
        )  # fmt: skip
        for row in rows:
            self.db.fact(row)
        version += len(rows)
        if known and fits:
            state = known[1]
            for fact in facts:
                state = codec.evolve(state, fact)
            self._own[aggregate_id] = (codec, state, version, head)
        return version

    def tell(self, event: Event, *, id: UUID | None = None) -> None:  # noqa: A002  CloudEvents' own word
        """Let others hear of it: the event leaves if and only if this transaction commits."""
        self._told.append(
            Outgoing(
                id=id or self.new_id(),
                topic=topic_of(self.service),
                type=type(event).type_name(self.service),
                source=self.service,
                event=event,
                occurred_at=self.now,
                correlation=self.correlation,
                causation=self.cause,
                traceparent=self.traceparent or telemetry.current_traceparent(),
            )
        )

    async def set_clock(self, due: Due) -> None:
        """Start a clock, or move it; it fires once at or after `due_at`, also after any restart."""
        origin = due.origin or self.origin
        await self.db.write(
            _SET_CLOCK,
            due.kind,
            due.subject,
            due.due_at,
            json.dumps(due.payload),
            due.rule,
            due.article,
            None if due.counted is None else json.dumps(due.counted, ensure_ascii=False),
            due.calendar_version,
            due.provisional,
            self.now,
            origin.cause,
            origin.correlation,
            origin.traceparent,
            self._by_itself and due.origin is None,
            rows=[("clock", due.kind, due.subject)],
            whole=True,
        )
        self._clocks.append(due.due_at)

    @property
    def origin(self) -> Origin:
        """Tell what leads to what is set going here. A click has no cause; the last that it told is one."""
        told = (one.id for one in reversed(self._told) if one.correlation == self.correlation)
        return Origin(
            self.cause or next(told, None), self.correlation, self.traceparent or telemetry.current_traceparent()
        )

    @property
    def _by_itself(self) -> bool:
        """Whether nothing led here but the system: what it moves goes on in the name in which it was set."""
        return self.actor.kind == "system" and self.cause is None

    async def stop_clock(self, kind: str, subject: str) -> None:
        await self.stop_clocks([kind], subject)

    async def stop_clocks(self, kinds: Sequence[str], subject: str) -> None:
        rows = [("clock", kind, subject) for kind in kinds]
        await self.db.write(_STOP_CLOCK, list(kinds), subject, self.now, rows=rows)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run something harmless once the change is safe (waking a task); never the change itself."""
        self._after.append(act)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo everything inside, events and clocks included, when it raises."""
        told, clocks, after = len(self._told), len(self._clocks), len(self._after)
        db = await self.db.ready()
        try:
            async with db.transaction():
                yield
                await self.db.flush()
        except BaseException:
            self.db.forget()
            del self._told[told:]
            del self._clocks[clocks:]
            del self._after[after:]
            self._read.clear()
            self._own.clear()
            raise

    def speak_for(self, *, cause: UUID | None, correlation: UUID, traceparent: str | None, actor: Actor) -> None:
        """Work in the name of one event of a batch, until the next one."""
        self.cause, self.correlation, self.traceparent, self.actor = cause, correlation, traceparent, actor

    def ring(self, due: Due) -> None:
        """Work in the name of what set a clock, until the next one. An old clock rings in a name of its own."""
        origin = due.origin or Origin(None, self.new_id(), None)
        # Inside its own span the trace goes on from there; a span of many has a trace of its own.
        here = telemetry.current_traceparent()
        known = origin.traceparent is None or telemetry.same_trace(origin.traceparent, here)
        self.speak_for(
            cause=origin.cause, correlation=origin.correlation, actor=SYSTEM,
            traceparent=here if known else origin.traceparent,
        )  # fmt: skip

    @asynccontextmanager
    async def caused_by(
        self, *, cause: UUID | None, correlation: UUID, traceparent: str | None, actor: Actor
    ) -> AsyncIterator[None]:
        """Work in the name of another event for one block, as when a change that waited goes on."""
        kept = (self.cause, self.correlation, self.traceparent, self.actor)
        self.speak_for(cause=cause, correlation=correlation, traceparent=traceparent, actor=actor)
        try:
            yield
        finally:
            self.cause, self.correlation, self.traceparent, self.actor = kept

    async def commit(self) -> None:
        """Make all of it so: what was gathered, then what was told, numbered as the last act before COMMIT."""
        if self._told:
            await self.db.commit(outbox.APPEND, outbox.columns(self._told))
        else:
            await self.db.commit()

    @property
    def told(self) -> tuple[Event, ...]:
        return tuple(outgoing.event for outgoing in self._told)

    @property
    def soonest_clock(self) -> datetime | None:
        return min(self._clocks, default=None)

    def run_after_commit(self) -> None:
        for act in self._after:
            act()
