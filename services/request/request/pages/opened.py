"""The case that an applicant's cookie opens, for every page that is theirs."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import Request

from request.application import Application
from request.desks import Desks
from request.domain.case import Case, SplitUp
from request.following import COOKIE

MINE: Final = "/request/mine"


@dataclass(frozen=True, slots=True)
class Opened:
    id: UUID
    case: Case
    application: Application
    item: str = ""
    """The end of addresses, for one part of a paper that was split."""

    def after(self, done: str) -> str:
        """Return the address of the case's own page, which then says what was done."""
        return f"{MINE}{self.item}{'&' if self.item else '?'}done={done}"


async def opened(desks: Desks, request: Request) -> Opened:
    """Return the case that the cookie opens. The look at the application is recorded like any other."""
    case_id = desks.following.case_of(request.cookies.get(COOKIE))
    wanted = request.query_params.get("item", "")
    item = ""
    async with desks.by_applicant() as tx:
        loaded = await desks.desk.load(tx, case_id)
        if isinstance(loaded.case, SplitUp) and wanted in _numbers(loaded.case):
            loaded = await desks.desk.load(tx, loaded.case.into[int(wanted) - 1])
            item = f"?item={wanted}"
        application = await desks.people.application(tx, loaded.file.application.item, "follow")
    return Opened(loaded.id, loaded.case, application, item)


def _numbers(case: SplitUp) -> set[str]:
    return {str(number) for number in range(1, len(case.into) + 1)}
