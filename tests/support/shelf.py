"""A small aggregate for tests of the runtime: a shelf that only grows."""

from dataclasses import dataclass
from uuid import UUID

from gongkai.contracts.publication import ReleaseCancelled
from gongkai.runtime.register import Codec
from gongkai.runtime.tx import Tx


@dataclass(frozen=True, slots=True)
class BookShelved:
    title: str


@dataclass(frozen=True, slots=True)
class ShelfNamed:
    name: str


ShelfFact = BookShelved | ShelfNamed


@dataclass(frozen=True, slots=True)
class Shelf:
    books: tuple[str, ...] = ()


def evolve(shelf: Shelf, fact: ShelfFact) -> Shelf:
    match fact:
        case BookShelved(title):
            return Shelf((*shelf.books, title))
        case ShelfNamed():
            return shelf


SHELF: Codec[Shelf, ShelfFact] = Codec("shelf", ShelfFact, Shelf(), evolve)


def an_event(shelf_id: UUID, reason: str, release_id: UUID | None = None) -> ReleaseCancelled:
    """Return a small real event about the shelf."""
    return ReleaseCancelled(document_id=shelf_id, release_id=release_id or shelf_id, reason=reason)


async def shelve(tx: Tx, shelf_id: UUID, title: str, *, tell: bool = True) -> None:
    _, version = await tx.load(SHELF, shelf_id)
    await tx.record(SHELF, shelf_id, version, [BookShelved(title)])
    if tell:
        tx.tell(an_event(shelf_id, title))
