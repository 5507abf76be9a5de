"""Documents and columns as programs read them: the shapes of the open API."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gongkai.contracts.values import ColumnEntry
from gongkai.runtime.problem import MEDIA_TYPE, Problem
from portal.caching import NO_STORE
from portal.names import IN_FORCE, KINDS, VALIDITIES
from portal.showing import href


class DocumentSummary(BaseModel):
    """One line of a list."""

    id: str
    slug: str
    url: str
    title: str
    kind: str
    kind_name: str
    column_id: str
    column_name: str
    index_number: str
    document_number: str | None
    organ: str
    formed_on: date | None
    published_at: datetime
    updated_at: datetime
    validity: str
    validity_name: str | None = Field(description="null where validity says nothing, as for news")
    themes: list[str]
    summary: str


class FileSummary(BaseModel):
    name: str
    url: str
    media_type: str
    size: int
    digest: str


class LinkedDocument(BaseModel):
    relation: str
    document_id: str
    title: str
    url: str
    form: str | None = None


class Document(DocumentSummary):
    """A document whole, as it is shown at this instant."""

    openness: str
    valid_until: date | None
    keywords: list[str]
    body_html: str
    body_text: str
    attachments: list[FileSummary]
    related: list[LinkedDocument]
    explanation: str | None
    legal_basis: str | None
    edition: int
    edition_digest: str
    rendition_digest: str


class DocumentPage(BaseModel):
    total: int
    page: int
    pages: int
    next: str | None
    documents: list[DocumentSummary]


class ColumnSummary(BaseModel):
    id: str
    parent_id: str | None
    name: str
    legal_basis: str
    owner_unit: str
    time_limit: str
    update_rule: str
    description: str
    documents: int
    newest: datetime | None
    url: str
    feed: str


class Columns(BaseModel):
    organ: str
    revision: int
    effective_on: date
    columns: list[ColumnSummary]


class SearchHit(DocumentSummary):
    text: str = Field(description="the piece of the text with what was looked for; HTML with <mark>")


class SearchAnswer(BaseModel):
    """`exact` is false when nothing matched as written and the words were looked for anywhere."""

    q: str
    total: int
    more_than: int | None = Field(description="1000 when there are more and the newest were ranked")
    exact: bool
    page: int
    pages: int
    next: str | None
    facets: dict[str, dict[str, int]]
    suggestions: list[str]
    documents: list[SearchHit]


def summary_of(row: Mapping[str, Any], base: str) -> dict[str, Any]:
    return {
        "id": str(row["document_id"]), "slug": row["slug"], "url": base + href(row), "title": row["title"],
        "kind": row["kind"], "kind_name": KINDS[row["kind"]], "column_id": row["column_id"],
        "column_name": row["column_name"], "index_number": row["index_number"],
        "document_number": row["document_number"], "organ": row["organ_name"], "formed_on": row["formed_on"],
        "published_at": row["first_release_at"], "updated_at": row["release_at"], "validity": row["validity"],
        "validity_name": VALIDITIES[row["validity"]] if row["kind"] in IN_FORCE else None,
        "themes": list(row["themes"]), "summary": row["summary"],
    }


def document_of(edition: Mapping[str, Any], files: Sequence[Mapping[str, Any]], base: str) -> Document:
    return Document(
        **summary_of(edition, base), openness=edition["openness"], valid_until=edition["valid_until"],
        keywords=list(edition["keywords"]), body_html=edition["body_html"], body_text=edition["body_text"],
        attachments=[
            FileSummary(
                name=file["name"], url=f"{base}/files/{file['digest'].replace(':', '-')}/attachment",
                media_type=file["media_type"], size=file["size"], digest=file["digest"],
            )
            for file in files if file["role"] == "attachment"
        ],
        related=[
            LinkedDocument(
                relation=link["relation"], document_id=link["document_id"], title=link["title"],
                url=base + link["permalink"], form=link.get("form"),
            )
            for link in edition["related"] or []
        ],
        explanation=edition["explanation"], legal_basis=edition["legal_basis"], edition=edition["edition"],
        edition_digest=edition["edition_digest"], rendition_digest=edition["rendition_digest"],
    )


def column_of(column: ColumnEntry, filled: tuple[int, datetime] | None, base: str) -> ColumnSummary:
    count, newest = filled or (0, None)
    return ColumnSummary(
        id=column.id, parent_id=column.parent_id, name=column.name, legal_basis=column.legal_basis,
        owner_unit=column.owner_unit, time_limit=column.time_limit, update_rule=column.update_rule,
        description=column.description, documents=count, newest=newest, url=f"{base}/columns/{column.id}",
        feed=f"{base}/feeds/columns/{column.id}.atom",
    )


def missing_problem(request: Request) -> Response:
    return problem(request, Problem(404, "not-found", "没有公开这件信息"))


def gone_problem(request: Request, edition: Mapping[str, Any]) -> Response:
    words = edition["explanation"] or "这件信息已经撤回"
    return problem(request, Problem(410, "gone", words, extra={"withdrawn_at": edition["release_at"].isoformat()}))


def problem(request: Request, found: Problem) -> Response:
    headers = {"Cache-Control": NO_STORE, "Access-Control-Allow-Origin": "*"}
    return JSONResponse(found.body(request.url.path), found.status, headers=headers, media_type=MEDIA_TYPE)
