"""What channels are given: the manifest of an edition, kept as a blob before anyone is told of it."""

import asyncio
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from gongkai.contracts.values import BlobRef, RelatedDocument
from gongkai.runtime.blobs import digest_of
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from publication import markup, store, wire
from publication.catalogue.columns import Column
from publication.domain.content import Content
from publication.domain.dossier import IndexNumber, Proposal, Validity
from publication.service import Case, Desk


@dataclass(frozen=True, slots=True)
class Draft:
    """A manifest on its way to the disk: `kept` must be awaited before the transaction that names it commits."""

    digest: str
    size: int
    kept: "asyncio.Task[BlobRef]"


async def keep_manifest(
    desk: Desk,
    tx: Tx,
    case: Case,
    content: Content,
    number: IndexNumber,
    column: Column | None,
    edition: int,
    proposal: Proposal | None = None,
) -> Draft:
    data = await manifest_bytes(desk, tx, case, content, number, column, edition, proposal)
    # The disk takes longer than all statements of a sign-off together, and its digest is known at once.
    kept = asyncio.ensure_future(desk.blobs.put(data, wire.MANIFEST_TYPE))
    kept.add_done_callback(_look)
    return Draft(digest_of(data), len(data), kept)


def _look(kept: "asyncio.Task[BlobRef]") -> None:
    """Look at the outcome of a manifest whose sign-off was refused: nobody else will."""
    if not kept.cancelled():
        kept.exception()


async def manifest_bytes(
    desk: Desk,
    tx: Tx,
    case: Case,
    content: Content,
    number: IndexNumber,
    column: Column | None,
    edition: int,
    proposal: Proposal | None,
) -> bytes:
    organ = await desk.organ(tx, case.dossier.organ_id)
    validity: Validity = proposal.validity if proposal else "valid"
    render = partial(
        wire.manifest,
        document_id=case.id,
        edition=edition,
        content=content,
        number=number,
        organ=organ,
        column=column or Column(content.column_id, content.column_id),
        related=await _related(tx, case, content, proposal),
        validity=validity,
        explanation=proposal.explanation if proposal else case.dossier.explanation,
    )
    # A long text takes long to render, and releases that are due share this loop.
    value = await asyncio.to_thread(render) if len(content.body) > markup.LONG else render()
    return wire.canonical(value)


async def _related(tx: Tx, case: Case, content: Content, proposal: Proposal | None) -> list[RelatedDocument]:
    """Link what has a permalink: both ways between a document and its interpretations, and to what replaces it."""
    found: list[RelatedDocument] = []
    for link in case.dossier.interpretations:
        card = await store.card(tx, link.document_id)
        if card:
            found.append(
                RelatedDocument(
                    relation="interpreted-by", document_id=link.document_id, title=card[0], permalink=card[1],
                    form=link.form,
                )
            )  # fmt: skip
    for document_id in case.dossier.interprets:
        card = await store.card(tx, document_id)
        if card:
            found.append(
                RelatedDocument(
                    relation="interprets", document_id=document_id, title=card[0], permalink=card[1],
                    form=content.form,
                )
            )  # fmt: skip
    if proposal and proposal.replaced_by:
        card = await store.card(tx, proposal.replaced_by)
        if card:
            found.append(
                RelatedDocument(
                    relation="replaced-by", document_id=proposal.replaced_by, title=card[0], permalink=card[1]
                )
            )
    return found


async def preview(desk: Desk, tx: Tx, organ_id: UUID, document_id: UUID) -> bytes:
    """Return the manifest as channels would be given it now, without keeping it."""
    case = await desk.load(tx, document_id, organ_id)
    content = await desk.content(case.dossier.digest)
    organ = await desk.organ(tx, organ_id)
    year = legal_date(tx.now).year
    unissued = IndexNumber(f"{organ.credit_code}/{year:04d}-00000", f"/d/{organ.slug}-{year:04d}-00000", year, 0)
    column = await desk.column(tx, organ_id, content.column_id)
    return await manifest_bytes(
        desk, tx, case, content, case.dossier.number or unissued, column, case.dossier.edition, None
    )
