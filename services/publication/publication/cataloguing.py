"""The one road into the catalogue: found it for a new organ, revise it as a whole, tell others of each revision."""

from datetime import date
from uuid import UUID

from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from publication import codecs, store, wire
from publication.catalogue import decide as catalogue
from publication.catalogue.columns import Columns
from publication.domain.people import Officer
from publication.founding import first_columns


async def found(tx: Tx, organ_id: UUID, columns: Columns | None = None) -> list[catalogue.Fact]:
    """Give a new organ its first tree; an organ that has one keeps it."""
    command = catalogue.FoundCatalogue(organ_id, columns or first_columns(), legal_date(tx.now))
    return await _perform(tx, organ_id, command, "首次建立")


async def revise(
    tx: Tx, by: Officer, organ_id: UUID, *, revision: int, columns: Columns, effective_on: date, note: str
) -> list[catalogue.Fact]:
    """Put a whole new tree in the place of the one with this revision number."""
    command = catalogue.ReviseCatalogue(
        by, revision, columns, effective_on, legal_date(tx.now), note, await store.used_columns(tx, organ_id)
    )
    return await _perform(tx, organ_id, command, note.strip())


async def standing(tx: Tx, organ_id: UUID) -> catalogue.Standing:
    """Return the newest tree, also when it takes effect later."""
    state, _ = await tx.load(codecs.CATALOGUE, codecs.catalogue_id(organ_id))
    if isinstance(state, catalogue.Unfounded):
        raise NotFound("本单位还没有公开目录")
    return state


async def _perform(tx: Tx, organ_id: UUID, command: catalogue.Command, note: str) -> list[catalogue.Fact]:
    aggregate_id = codecs.catalogue_id(organ_id)
    state, version = await tx.load(codecs.CATALOGUE, aggregate_id)
    try:
        facts = catalogue.decide(state, command)
    except catalogue.StaleCatalogue as stale:
        raise ChangedMeanwhile(stale.reason) from stale
    except catalogue.Unsound as unsound:
        raise Invalid([(fault.path, fault.sentence) for fault in unsound.faults]) from unsound
    if not facts:
        return facts
    await tx.record(codecs.CATALOGUE, aggregate_id, version, facts)
    after = state
    for fact in facts:
        after = catalogue.evolve(after, fact)
    if isinstance(after, catalogue.Standing):
        by = command.by.person if isinstance(command, catalogue.ReviseCatalogue) else None
        await store.keep_revision(tx, after, note, by)
        founded = isinstance(command, catalogue.FoundCatalogue)
        tx.tell(wire.catalogue_revised(after, note, founded=founded))
    return facts
