"""Erases people of a closed case, each by their own key; what was done and why is a fact, whom it concerned is not."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.tx import Tx
from gongkai.statute.refusal import Refused
from request import reading
from request.domain import commands as c
from request.domain.values import PERSON_ROLES, PersonRole
from request.library.neutral import neutral
from request.people import People
from request.service import Desk, Loaded
from request.work import is_open

#: States in which an answer is owed, as rows name them: nobody is erased from such a case.
OPEN: Final = frozenset({"Submitted", "Handling", "Joined"})


@dataclass(frozen=True, slots=True)
class Erasing:
    desk: Desk
    people: People

    async def erase(
        self, tx: Tx, case_id: UUID, organ_id: UUID, person: UUID | None, reason: str, by: UUID
    ) -> bool:
        """Destroy what we hold of somebody of this case, the applicant if nobody is named; False when done before."""
        loaded = await self.desk.take(tx, case_id, organ_id)
        _reason(reason)
        found = await somebody(tx.db, case_id, person or loaded.file.application.applicant)
        role: PersonRole = found["role"]
        if is_open(loaded.case):
            raise Refused(f"申请还在办理，办结之后才能删除{PERSON_ROLES[role]}资料")
        if role in {"applicant", "agent"}:
            await self._nothing_owed(tx, loaded, organ_id)
        if not await self.people.erase(tx, found["person_id"]):
            return False
        await self.desk.decide_on(tx, loaded, c.NoteErasure(found["person_id"], role, reason, by, self.desk.today(tx)))
        return True

    async def _nothing_owed(self, tx: Tx, loaded: Loaded, organ_id: UUID) -> None:
        """Refuse while another case of the same applicant still needs their address."""
        others = await reading.same_applicant(tx.db, organ_id, loaded.file.application.applicant, loaded.id)
        still_open = [row["number"] or "尚未登记的一件" for row in others if row["state"] in OPEN]
        if still_open:
            raise Refused(f"同一申请人还有申请在办理（{'、'.join(still_open)}），全部办结之后才能删除申请人资料")


async def somebody(db: Any, case_id: UUID, person: UUID) -> dict[str, Any]:
    """Return one person of a case with their role and whether they were erased; whoever is of another is nobody."""
    found = next((row for row in await reading.people(db, case_id) if row["person_id"] == person), None)
    if found is None:
        raise NotFound("本案里没有这个人")
    return found


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid([("reason", "请写明删除的理由")])
    found = neutral(reason)
    if found.removed:
        raise Invalid([("reason", f"理由会永久留存，里面疑似含有{'、'.join(found.removed)}，请改写")])
