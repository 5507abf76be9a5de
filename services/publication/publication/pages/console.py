"""What the officers' pages work with, made once in `app.py`, and the few things every page does."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse

from gongkai.runtime import problem
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, Unavailable
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Tx
from gongkai.statute.refusal import Refused
from gongkai.web.components import Link
from gongkai.web.directory import Directory
from gongkai.web.filters import local_date
from gongkai.web.forms import Form
from gongkai.web.pages import Pages
from gongkai.web.session import Officer
from publication.catalogue.columns import Columns
from publication.desks import Desks
from publication.service import Desk

#: Outcomes that a form answers itself: the page comes back with what was typed and with the reason.
ANSWERED: Final = (Refused, ChangedMeanwhile, Invalid, Unavailable)
BASE: Final = "/publication"


@dataclass(frozen=True, slots=True)
class Console:
    desks: Desks
    pages: Pages
    directory: Directory

    @property
    def kit(self) -> Kit:
        return self.desks.kit

    @property
    def desk(self) -> Desk:
        return self.desks.desk

    def today(self) -> date:
        return local_date(self.kit.now())

    async def names(self, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        """Give the names of people, also while identity is away."""
        wanted = {person for person in ids if person is not None}
        return await self.directory.names(wanted) if wanted else {}

    def looking(self, officer: Officer) -> AbstractAsyncContextManager[Tx]:
        """Open a transaction in which a page only reads: what it shows together was true together."""
        return self.desks.changing(officer)

    def changing(self, officer: Officer) -> AbstractAsyncContextManager[Tx]:
        return self.desks.changing(officer)

    async def show(
        self,
        request: Request,
        template: str,
        officer: Officer,
        *,
        nav: str = "documents",
        status: int = 200,
        **context: Any,
    ) -> HTMLResponse:
        # A page below an entry of the navigation belongs to its section, it is not the section's own page.
        context.setdefault("nav_current", "true")
        context.setdefault("form", Form())
        return await self.pages.console(request, template, officer, nav=nav, status=status, **context)


def note(form: Form, trouble: Exception) -> int:
    """Put the outcome of a command into its form, and return the status of the answer."""
    match trouble:
        case Refused():
            form.add("", trouble.reason + (f"（{trouble.article}）" if trouble.article else ""))
        case Invalid():
            for path, sentence in trouble.errors:
                form.add(path.partition(".")[0], sentence)
        case ChangedMeanwhile() | Unavailable():
            form.add("", trouble.sentence)
    return problem.of(trouble).status


def document_tabs(document_id: UUID, current: str, officer: Officer, *, editable: bool) -> list[Link]:
    """Give the pages of one document; what this officer may not open is left out."""
    base = f"{BASE}/documents/{document_id}"
    entries = [
        ("read", "审校", base, True),
        ("edit", "修改", f"{base}/edit", editable and officer.may("draft.edit")),
        ("compare", "版本比较", f"{base}/compare", True),
        ("links", "解读", f"{base}/interpretations", True),
        ("preview", "预览", f"{base}/preview", True),
        ("record", "送审单", f"{base}/record", True),
        ("audit", "登记簿", f"{BASE}/audit/{document_id}", officer.may("audit.see")),
    ]
    return [Link(label, href, "page" if key == current else "") for key, label, href, there in entries if there]


def column_groups(columns: Columns) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give columns for a select: each top column is a group of the columns below it that hold documents."""
    below: dict[str | None, list[Any]] = {}
    for column in sorted(columns, key=lambda column: column.position):
        below.setdefault(column.parent_id, []).append(column)

    def holding(column: Any) -> list[tuple[str, str]]:
        inner = below.get(column.id, [])
        return [choice for each in inner for choice in holding(each)] if inner else [(column.id, column.name)]

    return [(column.name if column.id in below else "", holding(column)) for column in below.get(None, [])]


def column_name(columns: Columns, column_id: str) -> str:
    return next((column.name for column in columns if column.id == column_id), column_id)


def done(request: Request, sentences: Mapping[str, str]) -> str:
    """Say what was just done, after a redirect; only what we could have said ourselves."""
    return sentences.get(request.query_params.get("done", ""), "")
