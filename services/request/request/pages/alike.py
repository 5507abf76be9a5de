"""What is like a case, for the pages on which an officer handles it: earlier applications, closed cases."""

from typing import Any
from uuid import UUID

from request import duplicating, librarying
from request.domain.file import CaseFile

SHOWN = 3


async def alike(db: Any, organ_id: UUID, case_id: UUID, file: CaseFile | None) -> dict[str, Any]:
    """Return what `desk_alike.html` shows."""
    if file is None:
        return {"doubles": [], "alike": []}
    return {
        "doubles": await doubles(db, case_id, file),
        "alike": await librarying.similar(db, organ_id, case_id, file, SHOWN),
    }


async def doubles(db: Any, case_id: UUID, file: CaseFile | None) -> list[dict[str, Any]]:
    """Return what may be the same, while nobody has looked; without a search of the library this costs little."""
    if file is None or file.similar or file.reply:
        return []
    return (await duplicating.found_for(db, case_id))[:SHOWN]
