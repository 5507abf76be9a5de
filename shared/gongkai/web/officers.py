"""What every service knows of organs and officers: two small read tables fed by identity's events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OfficerChanged, OrganDescribed
from gongkai.runtime.kit import Handler
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import Tx

#: The organ as a page shows it is the event that described it.
OrganView = OrganDescribed

_KEEP_OFFICER: Final = """
INSERT INTO officer (person_id, organ_id, version, roles, unit, active, epoch, stands_in_for, programs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person_id) DO UPDATE SET
    organ_id = excluded.organ_id, version = excluded.version, roles = excluded.roles, unit = excluded.unit,
    active = excluded.active, epoch = excluded.epoch, stands_in_for = excluded.stands_in_for,
    programs = excluded.programs
WHERE officer.version < excluded.version"""
_KEEP_ORGAN: Final = """
INSERT INTO organ (organ_id, slug, version, data) VALUES ($1, $2, $3, $4)
ON CONFLICT (organ_id) DO UPDATE SET slug = excluded.slug, version = excluded.version, data = excluded.data
WHERE organ.version < excluded.version"""
_OFFICER: Final = """
SELECT o.person_id, o.organ_id, o.roles, o.unit, o.active, o.epoch, o.programs::text AS programs,
       coalesce(array_agg(s.person_id) FILTER (WHERE s.person_id IS NOT NULL), '{}') AS away,
       coalesce(json_agg(s.roles) FILTER (WHERE s.person_id IS NOT NULL), '[]') AS away_roles
FROM officer o LEFT JOIN officer s ON s.person_id = ANY(o.stands_in_for) AND s.active AND s.organ_id = o.organ_id
WHERE o.person_id = $1 GROUP BY o.person_id"""
_HOLDERS: Final = """
SELECT person_id, organ_id, roles, unit, stands_in_for FROM officer
WHERE organ_id = $1 AND active AND ($2::text[] IS NULL OR roles && $2) ORDER BY unit, person_id"""


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A colleague, for choosing whom to send something to."""

    person_id: UUID
    organ_id: UUID
    roles: tuple[str, ...]
    unit: str
    stands_in_for: tuple[UUID, ...]


async def keep_officer(tx: Tx, event: OfficerChanged) -> None:
    await tx.db.execute(
        _KEEP_OFFICER,
        event.person_id,
        event.organ_id,
        event.version,
        list(event.roles),
        event.unit,
        event.active,
        event.epoch,
        list(event.stands_in_for),
        json.dumps([grant.model_dump(mode="json") for grant in event.programs]),
    )


async def keep_organ(tx: Tx, event: OrganDescribed) -> None:
    await tx.db.execute(_KEEP_ORGAN, event.organ_id, event.slug, event.version, event.model_dump_json())


def officer_handlers() -> Mapping[type[Event], Handler]:
    """Give the handlers that every service with officers includes in its wiring."""
    return {OfficerChanged: keep_officer, OrganDescribed: keep_organ}


async def officer_row(db: Connection, person_id: UUID) -> Any:
    """Return one officer with the roles of those for whom they stand in, or None."""
    return await db.fetchrow(_OFFICER, person_id)


async def officers(db: Connection, organ_id: UUID, roles: Sequence[str] | None = None) -> list[OfficerRow]:
    """List the active officers of an organ, or those who hold one of these roles."""
    rows = await db.fetch(_HOLDERS, organ_id, None if roles is None else list(roles))
    return [
        OfficerRow(row["person_id"], row["organ_id"], tuple(row["roles"]), row["unit"], tuple(row["stands_in_for"]))
        for row in rows
    ]


async def organ(db: Connection, organ_id: UUID) -> OrganView | None:
    data = await db.fetchval("SELECT data FROM organ WHERE organ_id = $1", organ_id)
    return None if data is None else OrganView.model_validate_json(data)


async def organ_by_slug(db: Connection, slug: str) -> OrganView | None:
    data = await db.fetchval("SELECT data FROM organ WHERE slug = $1", slug)
    return None if data is None else OrganView.model_validate_json(data)


async def organs(db: Connection) -> list[OrganView]:
    rows = await db.fetch("SELECT data FROM organ ORDER BY slug")
    return [OrganView.model_validate_json(row["data"]) for row in rows]
