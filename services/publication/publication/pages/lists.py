"""The list of all documents of the organ: the address is the whole state of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.components import Link, PageLinks
from gongkai.web.session import Officer, require
from publication import reading, store
from publication.catalogue.columns import Columns
from publication.domain import dossier as d
from publication.domain import steps
from publication.domain.content import KIND_NAMES
from publication.pages.console import BASE, Console, column_groups, column_name
from publication.reading import Wanted

STATES: Final[dict[str, str]] = {state.__name__: name for state, name in d.STATE_NAMES.items() if state is not d.Absent}
TABS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("", "全部", ()),
    ("drafting", "起草", ("Drafting",)),
    ("reviewing", "审校", ("Reviewing",)),
    ("releasing", "发布中", ("Releasing",)),
    ("published", "已发布", ("Published", "ChangeProposed")),
    ("ended", "撤回和废止", ("Withdrawn", "Repealed")),
    ("kept", "不公开和作废", ("Kept", "Discarded")),
)
Reader = Annotated[Officer, Depends(require("document.see"))]


@dataclass(frozen=True, slots=True)
class ListRow:
    title: str
    href: str
    state: str
    facts: tuple[str, ...]
    validity: str
    changed_at: datetime


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents")
    async def documents(request: Request, officer: Reader) -> Response:
        query = request.query_params
        tab = next((each for each in TABS if each[0] == query.get("state", "")), TABS[0])
        kind = query.get("kind", "") if query.get("kind", "") in KIND_NAMES else ""
        text = query.get("q", "").replace("\x00", "").strip()[:100]
        column, mine, page = (
            query.get("column", "")[:60].replace("\x00", ""),
            query.get("mine") == "1",
            page_of(request),
        )
        wanted = Wanted(
            tab[2] or None, kind or None, column or None, officer.person_id if mine else None, text or None, page
        )
        async with console.looking(officer) as tx:
            found = await reading.documents(tx.db, officer.organ_id, wanted)
            columns = await store.columns_on(tx, officer.organ_id, legal_date(tx.now))
        kept = [(name, value) for name, value in query.multi_items() if name != "page" and value]
        return await console.show(
            request,
            "documents.html",
            officer,
            nav_current="page",
            rows=[row_of(row, columns) for row in found.rows],
            total=found.total,
            pages=PageLinks.over(f"{BASE}/documents", kept, current=page, size=wanted.size, total=found.total),
            tabs=[Link(name, _tab_href(key), "page" if key == tab[0] else "") for key, name, _ in TABS],
            state=tab[0],
            q=text,
            kind=kind,
            column=column,
            mine=mine,
            kinds=list(KIND_NAMES.items()),
            columns=column_groups(columns),
            may_create=officer.may("draft.create"),
        )

    return routes


def page_of(request: Request) -> int:
    """Read the number of the page; what is no number is the first page."""
    text = request.query_params.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _tab_href(key: str) -> str:
    return f"{BASE}/documents?state={key}" if key else f"{BASE}/documents"


def row_of(row: Mapping[str, Any], columns: Columns) -> ListRow:
    facts = [row["document_number"], KIND_NAMES[row["kind"]], column_name(columns, row["column_id"])]
    if row["important"]:
        facts.append("重要")
    if row["state"] == "Reviewing":
        due = row["next_step"]
        facts.append("待签发" if due == "sign-off" else f"待{steps.BY_NAME[due].name_zh}")
    if row["state"] == "Drafting" and row["returned"]:
        facts.append("已退回")
    if row["unsettled"] and row["state"] in {"Drafting", "Reviewing"}:
        facts.append(f"{row['unsettled']} 项必须处理")
    if row["owed"]:
        facts.append("欠补审校")
    return ListRow(
        title=row["title"],
        href=f"{BASE}/documents/{row['id']}",
        state=STATES[row["state"]],
        facts=tuple(fact for fact in facts if fact),
        validity=row["live_validity"] or "",
        changed_at=row["changed_at"],
    )
