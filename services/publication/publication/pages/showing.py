"""What the public will see: the page as the site will show it, and each account as newmedia-sync would make it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.session import Officer, require
from publication import manifests, reading
from publication.pages.console import Console, document_tabs
from publication.pages.dossiers import files_of, meta_of, open_sheet, with_own_blobs
from publication.release.channels import WEBSITE

Reader = Annotated[Officer, Depends(require("document.see"))]
PATIENCE: Final = 4.0


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    sentence: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChannelPreview:
    """How one account would show it, and what stands against that."""

    name: str
    title: str
    summary: str
    text: str
    length: str
    problems: Sequence[Problem]


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/documents/{document_id}/preview")
    async def preview(request: Request, document_id: UUID, officer: Reader) -> Response:
        async with console.looking(officer) as tx:
            sheet = await open_sheet(console, tx, officer, document_id)
            channels = [each for each in await reading.channels(tx.db, officer.organ_id) if each["id"] != WEBSITE]
            manifest = json.loads(await manifests.preview(console.desk, tx, officer.organ_id, document_id))
        accounts = await _ask(console, manifest)
        return await console.show(
            request,
            "preview.html",
            officer,
            document_id=document_id,
            content=sheet.content,
            tabs=document_tabs(document_id, "preview", officer, editable=sheet.editable),
            body=with_own_blobs(manifest["body_html"]),
            meta=[pair for pair in meta_of(sheet) if pair[0] not in {"重要文件", "理由"}],
            files=files_of(sheet),
            accounts=accounts or [],
            away=accounts is None,
            known=[each["name"] for each in channels],
        )

    return routes


async def _ask(console: Console, manifest: Mapping[str, Any]) -> list[ChannelPreview] | None:
    """Ask newmedia-sync how its accounts would show it; None when it is away, which must not take the page with it."""
    url = f"{console.kit.settings.url_of('newmedia-sync')}/newmedia/api/previews"
    try:
        answer = await console.kit.http.post(url, json={"manifest": manifest}, timeout=PATIENCE)
        answer.raise_for_status()
        return [read_preview(each) for each in answer.json()]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


def read_preview(told: Mapping[str, Any]) -> ChannelPreview:
    return ChannelPreview(
        name=str(told["name"]),
        title=str(told["title"]),
        summary=str(told["summary"]),
        text=str(told["text"]),
        length=str(told["length"]),
        problems=[
            Problem("这样发不出去", str(each["sentence"]), "bad")
            if each["refuses"]
            else Problem("发得出去，但是请看", str(each["sentence"]), "warn")
            for each in told["problems"]
        ],
    )
