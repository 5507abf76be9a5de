"""What waits for whom here, as identity's notices: never contents, only what to do and where."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from gongkai.statute.legal_day import start_of
from gongkai.web.noticing import Changes, Notice
from gongkai.web.permissions import Action
from request import keeping, reading
from request.work import LETTERS, STEP_NAMES

#: Who is told of which step; a step that waits for others is told to nobody.
ACTIONS: Final[dict[str, Action]] = {
    "receipt": "request.register",
    "register": "request.register",
    "assign": "request.register",
    **dict.fromkeys(LETTERS.values(), "request.handle"),
    "serve-notice": "request.handle",
    "draft": "request.handle",
    "section-head": "request.approve",
    "legal-review": "request.approve",
    "openness-officer": "request.approve",
    "deputy-head": "request.approve",
    "issue": "request.handle",
    "serve": "request.handle",
    "remedy": "request.remedy",
    "conversion": "request.convert",
}
#: So many changed cases are looked at in one go.
AT_ONCE: Final = 200
#: Steps that are told to the person in charge, when there is one.
_OF_HANDLER: Final = frozenset({*LETTERS.values(), "serve-notice", "draft", "issue", "serve", "remedy"})


def notice_of(row: Mapping[str, Any]) -> Notice | None:
    """Return what a case waits for, as identity's notice; the label holds the office's own words only."""
    step = row["next_step"]
    action = ACTIONS.get(step)
    if action is None:
        return None
    person = (row["handler"],) if step in _OF_HANDLER and row["handler"] else ()
    named = "　".join(part for part in (row["number"], row["topic"]) if part) or "新收申请"
    due_at = start_of(row["due_on"]) if row["due_on"] else None
    href = f"/request/desk/cases/{row['id']}"
    label = f"{STEP_NAMES[step]}：{named}"
    return Notice(f"{row['id']}:{step}", row["organ_id"], action, href, label, person_ids=person, due_at=due_at)


async def changes(db: Any) -> Changes:
    """Return what became of the cases that changed since identity was told: others need not be looked at."""
    rows = await reading.untold(db, AT_ONCE)
    if not rows:
        return Changes()
    notices = {notice.key: notice for row in rows if (notice := notice_of(row)) is not None}
    keys = [f"{row['id']}:{step}" for row in rows for step in ACTIONS]
    known = await reading.told(db, keys)
    seen = [(row["id"], row["seen"]) for row in rows]
    return Changes(
        fresh=[notice for key, notice in notices.items() if known.get(key) != notice.digest],
        settled=sorted(known.keys() - notices.keys()),
        told=partial(keeping.remember_told, seen=seen),
        more=len(rows) == AT_ONCE,
    )
