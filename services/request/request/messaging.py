"""What applicants were told, as officers see it: addresses are read from the vault one by one, recorded, and masked."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError
from request import reading
from request.notifying import Notifier, masked
from request.people import ERASED

SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Told:
    rows: list[dict[str, Any]]
    more: bool


async def told(
    tx: Tx, notifier: Notifier, organ_id: UUID, *, case_id: UUID | None = None, state: str = "", page: int = 1
) -> Told:
    rows = await reading.messages(tx.db, organ_id, case_id=case_id, state=state, page=page, size=SIZE)
    shown = [row | {"address": await _address(tx, notifier, row["address_item"])} for row in rows[:SIZE]]
    return Told(shown, len(rows) > SIZE)


async def _address(tx: Tx, notifier: Notifier, item: UUID) -> str:
    try:
        _, address = await notifier.address(tx, item, "messages")
    except ErasedError:
        return ERASED
    return masked(address) if address else ERASED
