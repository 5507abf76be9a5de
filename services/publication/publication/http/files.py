"""Uploads: attachments and files that become drafts; and the bytes of what was uploaded, for officers."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter, ValidationError

from gongkai.runtime.errors import Invalid
from gongkai.web.session import Officer, require
from gongkai.web.uploads import read_upload, the_file, upload_of
from publication import files, reading
from publication.callers import officer_of
from publication.desks import Desks
from publication.domain.content import Kind
from publication.http import bodies as b
from publication.http import views as v

_KIND: Final[TypeAdapter[Kind]] = TypeAdapter(Kind)


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["files"])

    @routes.post("/attachments", status_code=201, openapi_extra=upload_of())
    async def attach(request: Request, caller: Annotated[Officer, Depends(require("attachment.add"))]) -> v.FileView:
        """Upload one file; the answer is what an edition's `attachments` or `cover` takes."""
        form = await read_upload(request, caller)
        name, data = await the_file(form, limit=files.ATTACHMENT_LIMIT, kinds=files.ATTACHMENT_KINDS)
        return v.FileView.model_validate(await files.attach(desks, caller, name, data))

    @routes.post("/import", status_code=201, openapi_extra=upload_of("file", "column_id", "kind"))
    async def import_file(
        request: Request, caller: Annotated[Officer, Depends(require("draft.import"))]
    ) -> v.ImportView:
        """Make a draft of a .docx, .pdf, .html, .txt, .md or .xlsx file; `notes` say what did not come along."""
        form = await read_upload(request, caller)
        column_id = form.value("column_id").strip()
        try:
            kind = _KIND.validate_python(form.value("kind").strip() or "other")
        except ValidationError as wrong:
            await form.close()
            raise Invalid([("kind", "没有这种文件类型，请从列表里选")]) from wrong
        name, data = await the_file(form, limit=files.IMPORT_LIMIT, kinds=files.IMPORT_KINDS)
        if not column_id or len(column_id) > 60:
            raise Invalid([("column_id", "请选择栏目")])
        found = await files.read_draft(desks, name, data)
        async with desks.changing(caller) as tx:
            made = await files.import_draft(
                desks,
                tx,
                officer_of(caller),
                caller.organ_id,
                found,
                column_id=column_id,
                kind=kind,
                document_id=desks.kit.new_id(),
            )
        return v.ImportView(id=made.id, edition=1, title=made.title, notes=list(made.notes))

    @routes.get("/files/{digest}")
    async def download(digest: b.Digest, caller: Annotated[Officer, Depends(require("document.see"))]) -> Response:
        """Return an uploaded file, as a download that no browser runs."""
        async with desks.reading() as db:
            file = await reading.upload(db, caller.organ_id, digest)
        data = await desks.kit.blobs.get(digest)
        name = quote(file["name"], safe="")
        picture = file["media_type"].startswith("image/")
        return Response(
            data,
            media_type=file["media_type"] if picture else "application/octet-stream",
            headers={
                "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{name}",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, max-age=3600",
            },
        )

    return routes
