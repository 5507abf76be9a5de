"""The organ's own words: what it adds to the lists of the checks and takes out of them, revision by revision."""

from uuid import UUID

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.tx import Tx
from publication import store
from publication.checking import EDITS
from publication.checks import ListEdits


async def change(tx: Tx, organ_id: UUID, by: UUID, revision: int, edits: ListEdits) -> None:
    """Put the next revision in force; refused when somebody changed the words in between."""
    current, _ = await store.word_list(tx, organ_id)
    added = current == revision and await store.add_word_list(
        tx, organ_id, revision + 1, EDITS.dump_json(edits).decode(), by
    )
    if not added:
        raise ChangedMeanwhile("词表刚被别人改过，请先看最新的再改")
