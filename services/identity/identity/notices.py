"""Waiting work, as other services report it: who it is for is worked out when it is looked at, so roles may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from gongkai.web.permissions import ACTION_NAMES, Action
from gongkai.web.session import Officer
from identity.inputs import NoticesInput
from identity.store import SQL


@dataclass(frozen=True, slots=True)
class Notice:
    service: str
    key: str
    action: Action
    href: str
    label: str
    unit: str
    person_ids: tuple[UUID, ...]
    except_ids: tuple[UUID, ...]
    due_at: datetime | None
    reported_at: datetime

    @property
    def words(self) -> str:
        return f"等您{ACTION_NAMES[self.action]}"

    def concerns(self, officer: Officer) -> bool:
        """Tell whether this officer is one for whom the work waits, in their own role or standing in for another."""
        if officer.person_id in self.except_ids or not officer.may(self.action):
            return False
        if self.person_ids:
            mine = {officer.person_id, *(away.person_id for away in officer.stands_in)}
            return not mine.isdisjoint(self.person_ids)
        return not self.unit or self.unit == officer.unit


def notice_of(row: Any) -> Notice:
    return Notice(
        row["service"], row["key"], row["action"], row["href"], row["label"], row["unit"],
        tuple(row["person_ids"]), tuple(row["except_ids"]), row["due_at"], row["reported_at"],
    )


async def waiting_for(db: Connection, officer: Officer) -> list[Notice]:
    """List what waits for an officer, the nearest deadline first."""
    rows = await db.fetch(SQL["notices_of"], officer.organ_id)
    return [notice for notice in map(notice_of, rows) if notice.concerns(officer)]


async def report(kit: Kit, service: str, told: NoticesInput) -> tuple[int, int]:
    """Keep what a service reports and forget what it calls settled. Reporting the same again changes nothing."""
    async with kit.transaction() as tx:
        for each in sorted(told.notices, key=lambda notice: notice.key):
            await tx.db.execute(
                SQL["keep_notice"], service, each.key, each.organ_id, each.action, each.href, each.label, each.unit,
                list(each.person_ids), list(each.except_ids), each.due_at, tx.now,
            )
        settled = await tx.db.execute(SQL["settle_notices"], service, list(told.settled))
    return len(told.notices), int(settled.rpartition(" ")[2])


def counted(notices: Sequence[Notice]) -> list[tuple[str, int]]:
    """Count by kind: all that an e-mail may say."""
    words = [notice.words for notice in notices]
    return [(each, words.count(each)) for each in dict.fromkeys(words)]


def grouped(notices: Sequence[Notice]) -> list[tuple[str, list[Notice]]]:
    """Put what is of one kind together, the kind with the nearest deadline first."""
    return [(words, [each for each in notices if each.words == words]) for words, _ in counted(notices)]
