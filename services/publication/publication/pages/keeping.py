"""What is kept while somebody types, in documents that are there and in one that is not there yet."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.tx import Tx
from gongkai.web.forms import Form, read_form
from gongkai.web.session import Officer, require
from publication import autosaving
from publication.autosaving import Autosave
from publication.domain.content import Content
from publication.pages.console import Console
from publication.pages.inputs import initial_of, number_of

_FIELDS: Final = (*initial_of(Content("", "other", "")), "edition")


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.post("/documents/new/autosave", status_code=204)
    async def keep_new(request: Request, officer: Annotated[Officer, Depends(require("draft.create"))]) -> Response:
        """Keep what is typed into a document that is not there yet: one per person, under the person's own id."""
        form = await read_form(request)
        async with console.changing(officer) as tx:
            await autosaving.keep(console.kit, tx, officer.person_id, officer.person_id, 0, _typing(form))
        return Response(status_code=204)

    @routes.post("/documents/{document_id}/autosave", status_code=204)
    async def keep(
        request: Request, document_id: UUID, officer: Annotated[Officer, Depends(require("draft.edit"))]
    ) -> Response:
        form = await read_form(request)
        edition = number_of(form.value("edition"), 1)
        async with console.changing(officer) as tx:
            await console.desk.load(tx, document_id, officer.organ_id)
            await autosaving.keep(console.kit, tx, document_id, officer.person_id, edition, _typing(form))
        return Response(status_code=204)

    return routes


async def left(console: Console, tx: Tx, request: Request, officer: Officer, document_id: UUID) -> Autosave | None:
    """Return that something was typed and not saved; what it was, as `Typed`, only to who asks to go on with it."""
    if request.query_params.get("autosave") == "1":
        return await autosaving.fetch(console.kit, tx.db, document_id, officer.person_id)
    return await autosaving.waiting(tx.db, document_id, officer.person_id)


def _typing(form: Form) -> str:
    content = {name: form.values(name) if name == "theme" else form.value(name) for name in _FIELDS}
    return json.dumps(content, ensure_ascii=False)


def form_values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Read an autosave of a page or of a program: both keep the same names, a program keeps lists and values."""
    typed = {name: kept.get(name) for name in _FIELDS if name in kept}
    if "themes" in kept:
        typed["theme"] = kept["themes"]
    keywords = typed.get("keywords")
    if isinstance(keywords, list):
        typed["keywords"] = "、".join(keywords)
    return typed
