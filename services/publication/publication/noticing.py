"""What waits for whom here, as identity's notices: never contents, only what to do and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gongkai.statute.legal_day import start_of
from gongkai.web.noticing import Notice
from gongkai.web.permissions import Action
from publication import reading
from publication.domain import disclosure, steps
from publication.domain.people import NOBODY
from publication.domain.steps import StepName
from publication.site_errors import store as site_errors

MARK_ACTIONS: Final[dict[StepName, Action]] = {
    "first-review": "mark.first-review",
    "first-proof": "mark.first-proof",
    "second-review": "mark.second-review",
    "second-proof": "mark.second-proof",
    "final-review": "mark.third-review",
    "final-proof": "mark.third-proof",
    "head-review": "mark.third-review-important",
}


def notices_of(row: Mapping[str, Any], due_at: datetime | None) -> list[Notice]:
    """Return what a document waits for, as identity's notices: who it is for is worked out there."""

    def notice(what: str, action: Action, **who: Any) -> Notice:
        href = f"/publication/documents/{row['id']}"
        return Notice(f"{row['id']}:{what}", row["organ_id"], action, href, row["title"], due_at=due_at, **who)

    def mark(name: StepName) -> Notice:
        step = steps.BY_NAME[name]
        return notice(
            name,
            MARK_ACTIONS[name],
            unit=row["unit"] if step.own_section else "",
            except_ids=tuple(row["reviewers"] or ()) if step.review else (),
        )

    found: list[Notice] = []
    if row["state"] == "Drafting":
        by = () if row["started_by"] == NOBODY else (row["started_by"],)
        found.append(notice("write", "draft.edit", person_ids=by, unit="" if by else row["unit"]))
    if row["state"] == "ChangeProposed":
        found.append(notice("proposal", "document.withdraw"))
    if row["state"] == "Reviewing" and row["next_step"] in MARK_ACTIONS:
        found.append(mark(row["next_step"]))
    if row["state"] == "Reviewing" and row["next_step"] == "sign-off" and _is_clear(row):
        found.append(notice("sign-off", "release.order"))
    if row["state"] == "Reviewing":
        left = {role for name in row["disclosure_left"] for role in disclosure.BY_NAME[name].roles}
        if "secrecy_reviewer" in left:
            found.append(notice("secrecy", "secrecy.review"))
        if "openness_officer" in left or row["openness"] != "proactive":
            found.append(notice("openness", "openness.decide"))
    if row["owed"]:
        found.append(mark(row["owed"][0]))
    return found


def _is_clear(row: Mapping[str, Any]) -> bool:
    return (
        bool(row["checked"]) and not row["unsettled"] and not row["disclosure_left"] and row["openness"] == "proactive"
    )


def release_notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        f"{row['id']}:release", row["organ_id"], "release.proceed", f"/publication/releases/{row['id']}", row["title"]
    )


def error_notice(row: Mapping[str, Any]) -> Notice:
    """Say that a citizen waits for an answer: by the number, never by what was written."""
    return Notice(
        f"{row['id']}:site-error", row["organ_id"], "site-error.answer", f"/publication/site-errors/{row['id']}",
        f"网站纠错 {row['receipt']}", due_at=start_of(row["due_on"]),
    )  # fmt: skip


async def waiting(db: Any) -> list[Notice]:
    """Return everything that waits for somebody in this service."""
    rows = await reading.work_everywhere(db)
    clocks = await reading.running_clocks(db, [row["id"] for row in rows])
    found: list[Notice] = []
    for row in rows:
        deadline = next((clock for clock in clocks.get(row["id"], []) if clock["kind"] != "proactive-warning"), None)
        found += notices_of(row, start_of(deadline["due_on"]) if deadline else None)
    found += [release_notice(row) for row in await reading.releases_everywhere(db)]
    return found + [error_notice(row) for row in await site_errors.waiting(db)]
