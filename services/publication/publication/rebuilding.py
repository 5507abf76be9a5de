"""Makes the read models again from facts and blobs. What cannot be made again (typed text, uploads) is left alone."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.blobs import BlobStore
from gongkai.runtime.register import Recorded
from gongkai.runtime.tx import Tx
from publication import codecs, store
from publication.catalogue import decide as catalogue
from publication.domain import facts as f
from publication.domain.content import Content
from publication.domain.dossier import Absent, Proposal
from publication.release import facts as rf
from publication.release import states as s
from publication.releasing import TOLD
from publication.site_errors import desk as site_errors
from publication.wire import Told


@dataclass(slots=True)
class Rebuilt:
    documents: int = 0
    releases: int = 0
    catalogues: int = 0
    site_errors: int = 0


async def rebuild(tx: Tx, blobs: BlobStore) -> Rebuilt:
    """Empty the read models and fill them from the register, in one transaction: readers see the old or the new."""
    done = Rebuilt()
    now = tx.now
    await store.empty_read_models(tx)
    proposals: dict[UUID, Proposal] = {}
    for document_id in await store.aggregates(tx, "document"):
        await _document(tx, blobs, document_id, proposals)
        done.documents += 1
    for release_id in await store.aggregates(tx, "release"):
        await _release(tx, blobs, release_id, proposals)
        done.releases += 1
    for catalogue_id in await store.aggregates(tx, "catalogue"):
        await _catalogue(tx, catalogue_id)
        done.catalogues += 1
    done.site_errors = await site_errors.rebuild(tx, await store.aggregates(tx, "site-error"))
    tx.now = now
    return done


async def _document(tx: Tx, blobs: BlobStore, document_id: UUID, proposals: dict[UUID, Proposal]) -> None:
    """Replay one document transaction by transaction: facts of one moment were recorded together."""
    state = codecs.DOCUMENT.initial
    history = await register.history(tx.db, codecs.DOCUMENT, document_id)
    for at, recorded in enumerate(history):
        tx.now = recorded.recorded_at
        state = codecs.DOCUMENT.evolve(state, recorded.fact)
        content = await _content(blobs, recorded.fact)
        await store.keep_details(tx, document_id, [recorded.fact], content, checks=False)
        if isinstance(recorded.fact, f.EditionApproved):
            _remember(proposals, recorded.fact, history[:at])
        if isinstance(state, Absent) or state.dossier.edition == 0:
            continue  # a draft is started and its first edition saved in one breath
        await store.keep_document(tx, document_id, recorded.version, state, content, _person(recorded.actor))


def _remember(proposals: dict[UUID, Proposal], approved: f.EditionApproved, before: list[Recorded[f.Fact]]) -> None:
    """Keep what a withdrawal or repeal said: the release of it tells others the same."""
    for recorded in reversed(before):
        match recorded.fact:
            case f.WithdrawalProposed(by=by, explanation=explanation) if approved.change == "withdraw":
                proposals[approved.release_id] = Proposal("withdraw", explanation, by, "withdrawn")
                return
            case f.RepealProposed() as fact if approved.change == "repeal":
                proposals[approved.release_id] = Proposal(
                    "repeal", fact.explanation, fact.by, fact.validity, fact.repealed_on, fact.replaced_by
                )
                return
            case _:
                continue


async def _content(blobs: BlobStore, fact: f.Fact) -> Content | None:
    return codecs.read_content(await blobs.get(fact.digest)) if isinstance(fact, f.EditionSaved) else None


def _person(actor: str) -> UUID | None:
    """Return the person of an actor as the register writes it, such as `person:<id>`; none for the system."""
    kind, _, person = actor.partition(":")
    return UUID(person) if kind in {"person", "program"} else None


async def _release(tx: Tx, blobs: BlobStore, release_id: UUID, proposals: dict[UUID, Proposal]) -> None:
    state = codecs.RELEASE.initial
    organ_id, told = UUID(int=0), ""
    for recorded in await register.history(tx.db, codecs.RELEASE, release_id):
        tx.now = recorded.recorded_at
        state = codecs.RELEASE.evolve(state, recorded.fact)
        if isinstance(recorded.fact, rf.ReleaseOpened):
            about = await _told(blobs, recorded.fact.plan, proposals.get(release_id))
            organ_id, told = about.organ_id, TOLD.dump_json(about).decode()
        if not isinstance(state, s.Absent):
            await store.keep_release(tx, release_id, state, organ_id, told)
            await tx.db.flush()  # every step as it was: the moment of the first is the moment of opening


async def _told(blobs: BlobStore, plan: s.Plan, proposal: Proposal | None) -> Told:
    """Read from the manifest what the events of this release say."""
    manifest = json.loads(await blobs.get(plan.manifest))
    about = Told(
        organ_id=UUID(manifest["organ_id"]),
        title=manifest["title"].strip(),
        kind=manifest["kind"],
        column_id=manifest["column_id"],
        permalink=manifest["permalink"],
        index_number=manifest["index_number"],
        document_number=manifest["document_number"] or "",
        explanation=manifest["explanation"] or "",
        validity=manifest["validity"],
    )
    if proposal is None:
        return about
    return replace(about, repealed_on=proposal.repealed_on, replaced_by=proposal.replaced_by)


async def _catalogue(tx: Tx, catalogue_id: UUID) -> None:
    state: catalogue.Catalogue = catalogue.INITIAL
    for recorded in await register.history(tx.db, codecs.CATALOGUE, catalogue_id):
        tx.now = recorded.recorded_at
        state = catalogue.evolve(state, recorded.fact)
        if not isinstance(state, catalogue.Standing):
            continue
        match recorded.fact:
            case catalogue.CatalogueFounded():
                await store.keep_revision(tx, state, "首次建立", None)
            case catalogue.CatalogueRevised(note=note, by=by):
                await store.keep_revision(tx, state, note, by)
            case _:
                continue
