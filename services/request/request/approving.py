"""Who may stand on which rung of the ladder of approval. The order of the rungs is the domain's."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gongkai.runtime.errors import Forbidden
from gongkai.runtime.tx import Tx
from gongkai.web.permissions import ROLE_NAMES
from gongkai.web.session import Officer
from request.domain import commands as c
from request.domain import facts as f
from request.domain.file import Draft
from request.domain.ladder import ALL_RUNGS
from request.service import Desk

#: Legal review is made by whoever in the house has that duty; nobody may stand on two rungs of one draft.
ROLES: Final[dict[str, frozenset[str]]] = {
    "section-head": frozenset({"section_head"}),
    "legal-review": frozenset({"secrecy_reviewer", "section_head", "openness_officer"}),
    "openness-officer": frozenset({"openness_officer"}),
    "deputy-head": frozenset({"deputy_head", "head"}),
}


@dataclass(frozen=True, slots=True)
class Approving:
    desk: Desk

    async def pass_step(
        self, tx: Tx, officer: Officer, case_id: UUID, draft: int, step: str, opinion: str, seen: int | None = None
    ) -> list[f.Fact]:
        must_stand(officer, step)
        loaded = await self.desk.take(tx, case_id, officer.organ_id, seen)
        command = c.PassStep(draft, step, officer.person_id, opinion, place(officer, step, loaded.file.draft))
        return await self.desk.decide_on(tx, loaded, command)

    async def send_back(
        self, tx: Tx, officer: Officer, case_id: UUID, draft: int, step: str, opinion: str, seen: int | None = None
    ) -> list[f.Fact]:
        must_stand(officer, step)
        loaded = await self.desk.take(tx, case_id, officer.organ_id, seen)
        command = c.ReturnDraft(draft, step, officer.person_id, opinion, place(officer, step, loaded.file.draft))
        return await self.desk.decide_on(tx, loaded, command)


def may_stand(officer: Officer, step: str) -> bool:
    """Tell whether the officer, or a colleague whose duty they do, has a role of this rung."""
    wanted = ROLES.get(step, frozenset())
    return bool(wanted & officer.roles) or any(wanted & away.roles for away in officer.stands_in)


def place(officer: Officer, step: str, draft: Draft | None) -> UUID | None:
    """Return in whose place the officer stands on a rung; None in a role of their own.

    Of several colleagues who are away, one who has nothing to do with this draft yet: the domain refuses the others.
    """
    wanted = ROLES.get(step, frozenset())
    if wanted & officer.roles:
        return None
    away = [one.person_id for one in officer.stands_in if wanted & one.roles]
    bound = draft.drafters | draft.stood if draft else frozenset()
    return next((one for one in away if one not in bound), away[0] if away else None)


def must_stand(officer: Officer, step: str) -> None:
    if step in ALL_RUNGS and not may_stand(officer, step):
        names = "、".join(name for role, name in ROLE_NAMES.items() if role in ROLES.get(step, frozenset()))
        raise Forbidden(f"“{ALL_RUNGS[step].name_zh}”由{names}办理", "request.approve")
