"""Documents: list, write, submit, keep, link, and the record of what happened to them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from gongkai.runtime.errors import ChangedMeanwhile, NotFound
from gongkai.web.session import Officer, require
from publication import autosaving, reading
from publication.callers import officer_of
from publication.desks import Desks
from publication.domain import commands as c
from publication.domain.content import Kind
from publication.http import bodies as b
from publication.http import views as v
from publication.manifests import preview

Reader = Annotated[Officer, Depends(require("document.see"))]
Writer = Annotated[Officer, Depends(require("draft.edit"))]
Creator = Annotated[Officer, Depends(require("draft.create"))]
Auditor = Annotated[Officer, Depends(require("document.see"))]
EditionNumber = Annotated[int, Path(ge=1, le=1_000_000)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
PageSize = Annotated[int, Query(ge=1, le=100)]
IfMatch = Annotated[str | None, Header(max_length=200)]


def tag(edition: int, digest: str) -> str:
    """Return the ETag of an edition: a write with an older one in `If-Match` is refused."""
    return f'"{edition}-{digest[7:23]}"'


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["documents"])

    @routes.get("/documents")
    async def list_documents(
        caller: Reader,
        state: Annotated[list[b.Short] | None, Query(max_length=20)] = None,
        kind: Kind | None = None,
        column_id: b.Short | None = None,
        mine: bool = False,
        q: b.Short | None = None,
        page: PageNumber = 1,
        size: PageSize = reading.PAGE,
    ) -> v.DocumentList:
        """List the organ's documents, the newest change first."""
        wanted = reading.Wanted(state, kind, column_id, caller.person_id if mine else None, q, page, size)
        async with desks.reading() as db:
            found = await reading.documents(db, caller.organ_id, wanted)
        return v.DocumentList(
            documents=[v.DocumentRow.model_validate(row) for row in found.rows], total=found.total, page=page
        )

    @routes.post("/documents", status_code=201)
    async def create_document(body: b.ContentBody, caller: Creator, response: Response) -> v.Created:
        """Start a draft."""
        document_id = desks.kit.new_id()
        async with desks.changing(caller) as tx:
            await desks.desk.create(tx, officer_of(caller), caller.organ_id, body.value(), document_id=document_id)
        response.headers["Location"] = f"/publication/api/documents/{document_id}"
        return v.Created(id=document_id)

    @routes.get("/documents/{document_id}")
    async def get_document(document_id: UUID, caller: Reader, response: Response) -> v.DocumentView:
        """Return a document with the text of its current edition."""
        async with desks.reading() as db:
            whole = await _whole(desks, db, caller.organ_id, document_id)
        response.headers["ETag"] = tag(whole.edition, whole.digest)
        return whole

    @routes.put("/documents/{document_id}")
    async def save_document(
        document_id: UUID, body: b.SaveBody, caller: Writer, response: Response, if_match: IfMatch = None
    ) -> v.Created:
        """Save a new edition on top of the one that is named; 412 when somebody saved in between."""
        async with desks.changing(caller) as tx:
            if if_match and if_match != "*":
                case = await desks.desk.load(tx, document_id, caller.organ_id)
                if if_match != tag(case.dossier.edition, case.dossier.digest):
                    raise ChangedMeanwhile
            await desks.desk.save(
                tx, officer_of(caller), caller.organ_id, document_id, body.edition, body.content.value()
            )
            case = await desks.desk.load(tx, document_id, caller.organ_id)
        response.headers["ETag"] = tag(case.dossier.edition, case.dossier.digest)
        return v.Created(id=document_id, edition=case.dossier.edition)

    @routes.get("/documents/{document_id}/autosave")
    async def get_autosave(document_id: UUID, caller: Writer) -> v.AutosaveView:
        """Return what the caller typed and did not save."""
        async with desks.changing(caller) as tx:
            await reading.document(tx.db, caller.organ_id, document_id)
            kept = await autosaving.fetch(desks.kit, tx.db, document_id, caller.person_id)
        if kept is None:
            raise NotFound("没有自动保存的内容")
        return v.AutosaveView.model_validate(kept)

    @routes.put("/documents/{document_id}/autosave", status_code=204)
    async def keep_autosave(document_id: UUID, body: b.SaveBody, caller: Writer) -> None:
        """Keep what the caller typed: private, overwritten, never an edition."""
        async with desks.changing(caller) as tx:
            typed = body.content.model_dump_json()
            await desks.desk.load(tx, document_id, caller.organ_id)
            await autosaving.keep(desks.kit, tx, document_id, caller.person_id, body.edition, typed)

    @routes.delete("/documents/{document_id}/autosave", status_code=204)
    async def drop_autosave(document_id: UUID, caller: Writer) -> None:
        async with desks.changing(caller) as tx:
            await desks.desk.load(tx, document_id, caller.organ_id)
            await autosaving.drop(tx, document_id, caller.person_id)

    @routes.get("/documents/{document_id}/editions")
    async def list_editions(document_id: UUID, caller: Reader) -> v.EditionList:
        async with desks.reading() as db:
            await reading.document(db, caller.organ_id, document_id)
            rows = await reading.editions(db, document_id)
        return v.EditionList(editions=[v.EditionRow.model_validate(row) for row in rows])

    @routes.get("/documents/{document_id}/editions/{edition}")
    async def get_edition(document_id: UUID, edition: EditionNumber, caller: Reader) -> v.EditionView:
        async with desks.reading() as db:
            await reading.document(db, caller.organ_id, document_id)
            row = await reading.edition(db, document_id, edition)
        content = await reading.content(desks.kit.blobs, row["digest"])
        return v.EditionView.model_validate(row | {"content": content_view(content)})

    @routes.post("/documents/{document_id}/submit")
    async def submit(
        document_id: UUID, body: b.EditionBody, caller: Annotated[Officer, Depends(require("draft.submit"))]
    ) -> v.DocumentView:
        """Send to review. The first time, the index number and the permalink are issued."""
        async with desks.changing(caller) as tx:
            await desks.desk.submit(tx, officer_of(caller), caller.organ_id, document_id, body.edition)
        return await _after(desks, caller, document_id)

    @routes.post("/documents/{document_id}/discard")
    async def discard(
        document_id: UUID, body: b.EditionReasonBody, caller: Annotated[Officer, Depends(require("draft.discard"))]
    ) -> v.DocumentView:
        return await _do(desks, caller, document_id, c.DiscardDraft(officer_of(caller), body.edition, body.reason))

    @routes.post("/documents/{document_id}/keep")
    async def keep_unpublished(
        document_id: UUID, body: b.EditionReasonBody, caller: Annotated[Officer, Depends(require("openness.decide"))]
    ) -> v.DocumentView:
        """File a document that is not disclosed on the organ's own motion."""
        return await _do(desks, caller, document_id, c.KeepUnpublished(officer_of(caller), body.edition, body.reason))

    @routes.post("/documents/{document_id}/reopen")
    async def reopen(document_id: UUID, body: b.ReasonBody, caller: Writer) -> v.DocumentView:
        """Take up again what was kept or withdrawn."""
        return await _do(desks, caller, document_id, c.Reopen(officer_of(caller), body.reason))

    @routes.post("/documents/{document_id}/interpretations")
    async def link_interpretation(document_id: UUID, body: b.InterpretationBody, caller: Writer) -> v.DocumentView:
        """Say that another document interprets this one; both sides are linked."""
        async with desks.changing(caller) as tx:
            await desks.desk.link_interpretation(
                tx, officer_of(caller), caller.organ_id, document_id, body.interpretation_id
            )
        return await _after(desks, caller, document_id)

    @routes.delete("/documents/{document_id}/interpretations/{interpretation_id}")
    async def unlink_interpretation(document_id: UUID, interpretation_id: UUID, caller: Writer) -> v.DocumentView:
        async with desks.changing(caller) as tx:
            await desks.desk.unlink_interpretation(
                tx, officer_of(caller), caller.organ_id, document_id, interpretation_id
            )
        return await _after(desks, caller, document_id)

    @routes.post("/documents/{document_id}/interpretation-exemption")
    async def exempt(
        document_id: UUID, body: b.ReasonBody, caller: Annotated[Officer, Depends(require("interpretation.except"))]
    ) -> v.DocumentView:
        """Let a policy document go without interpretation, with the reason."""
        return await _do(desks, caller, document_id, c.ExemptInterpretation(officer_of(caller), body.reason))

    @routes.get("/documents/{document_id}/preview")
    async def get_preview(document_id: UUID, caller: Reader) -> Response:
        """Return the manifest as channels would be given it now."""
        async with desks.changing(caller) as tx:
            data = await preview(desks.desk, tx, caller.organ_id, document_id)
        return Response(data, media_type="application/json")

    @routes.get("/documents/{document_id}/audit")
    async def get_audit(document_id: UUID, caller: Auditor) -> v.AuditTrail:
        """Return every fact of a document and of its releases, in the order in which they were recorded."""
        async with desks.reading() as db:
            entries = await reading.trail(db, caller.organ_id, document_id)
        return v.AuditTrail(entries=[v.AuditEntry.model_validate(entry) for entry in entries])

    return routes


async def _do(desks: Desks, caller: Officer, document_id: UUID, command: c.Command) -> v.DocumentView:
    async with desks.changing(caller) as tx:
        await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
    return await _after(desks, caller, document_id)


async def _after(desks: Desks, caller: Officer, document_id: UUID) -> v.DocumentView:
    async with desks.reading() as db:
        return await _whole(desks, db, caller.organ_id, document_id)


async def _whole(desks: Desks, db: Any, organ_id: UUID, document_id: UUID) -> v.DocumentView:
    row = await reading.document(db, organ_id, document_id)
    state, _ = await reading.written(db, organ_id, document_id)
    by, of = await reading.links(db, document_id)
    clocks = (await reading.running_clocks(db, [document_id])).get(document_id, [])
    content = await reading.content(desks.kit.blobs, row["digest"])
    return v.DocumentView.model_validate(
        row
        | {
            "content": content_view(content),
            "explanation": state.dossier.explanation,
            "interpreted_by": by,
            "interprets": of,
            "clocks": clocks,
        }
    )


def content_view(content: Any) -> b.ContentBody:
    """Return the text as a program may send it back."""
    return b.ContentBody.model_construct(
        **{name: getattr(content, name) for name in b.ContentBody.model_fields if name not in {"cover", "attachments"}},
        cover=_file(content.cover) if content.cover else None,
        attachments=tuple(_file(file) for file in content.attachments),
    )


def _file(file: Any) -> b.FileBody:
    return b.FileBody.model_construct(name=file.name, digest=file.digest, size=file.size, media_type=file.media_type)
