"""The catalogue of one organ: founded once, then revised as a whole, each change a fact with its effective date."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from gongkai.statute.refusal import Refused
from publication.catalogue.columns import ARTICLE, Column, Columns, Fault, faults
from publication.domain.people import Officer, must_act

# ── States ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unfounded:
    """The organ has no catalogue yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    organ_id: UUID
    revision: int
    effective_on: date
    columns: Columns


Catalogue = Unfounded | Standing
INITIAL: Catalogue = Unfounded()

# ── Commands ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FoundCatalogue:
    organ_id: UUID
    columns: Columns
    effective_on: date


@dataclass(frozen=True, slots=True)
class ReviseCatalogue:
    """The whole tree as it shall be. `revision` is the one it was made from; `used` are columns with documents."""

    by: Officer
    revision: int
    columns: Columns
    effective_on: date
    today: date
    note: str
    used: frozenset[str] = frozenset()


Command = FoundCatalogue | ReviseCatalogue

# ── Facts ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CatalogueFounded:
    organ_id: UUID
    columns: Columns
    effective_on: date


@dataclass(frozen=True, slots=True)
class ColumnAdded:
    column: Column


@dataclass(frozen=True, slots=True)
class ColumnChanged:
    column: Column


@dataclass(frozen=True, slots=True)
class ColumnRetired:
    id: str


@dataclass(frozen=True, slots=True)
class CatalogueRevised:
    """Closes the changes before it; the tree so made holds from `effective_on`."""

    revision: int
    effective_on: date
    note: str
    by: UUID


Fact = CatalogueFounded | ColumnAdded | ColumnChanged | ColumnRetired | CatalogueRevised


class Unsound(Refused):
    """The tree cannot stand; every fault has its path."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        self.faults = found
        super().__init__("；".join(fault.sentence for fault in found), ARTICLE)


class StaleCatalogue(Refused):
    """Somebody revised the catalogue first."""


# ── Decide ─────────────────────────────────────────────────────────────────


def decide(catalogue: Catalogue, command: Command) -> list[Fact]:
    match catalogue, command:
        case Unfounded(), FoundCatalogue():
            if found := faults(command.columns):
                raise Unsound(found)
            return [CatalogueFounded(command.organ_id, command.columns, command.effective_on)]
        case Standing(), FoundCatalogue():
            return []
        case Standing(), ReviseCatalogue():
            return _revise(catalogue, command)
        case _:
            raise Refused("本单位还没有公开目录", ARTICLE)


def _revise(catalogue: Standing, command: ReviseCatalogue) -> list[Fact]:
    reviser = must_act(command.by, ("openness_officer",), "修订公开目录", article=ARTICLE)
    if command.revision != catalogue.revision:
        raise StaleCatalogue(
            f"您看的是第{command.revision}次修订，目录现在是第{catalogue.revision}次修订，请先看最新的再改"
        )
    if command.effective_on < command.today:
        raise Refused("生效日期不能早于今天", ARTICLE)
    if found := faults(command.columns):
        raise Unsound(found)
    changes = _changes(catalogue.columns, command.columns)
    retired = {fact.id for fact in changes if isinstance(fact, ColumnRetired)}
    if held := sorted(retired & command.used):
        names = "、".join(column.name for column in catalogue.columns if column.id in held)
        raise Refused(f"栏目里还有公开的内容，不能停用：{names}；请先把内容移到别的栏目", ARTICLE)
    if not changes:
        return []
    return [
        *changes,
        CatalogueRevised(catalogue.revision + 1, command.effective_on, command.note.strip(), reviser.person),
    ]


def _changes(before: Columns, after: Columns) -> list[Fact]:
    known = {column.id: column for column in before}
    kept = {column.id for column in after}
    return [
        *(ColumnAdded(column) for column in after if column.id not in known),
        *(ColumnChanged(column) for column in after if column.id in known and known[column.id] != column),
        *(ColumnRetired(column.id) for column in before if column.id not in kept),
    ]


# ── Evolve ─────────────────────────────────────────────────────────────────


def evolve(catalogue: Catalogue, fact: Fact) -> Catalogue:
    """Return the catalogue after one more fact."""
    if isinstance(fact, CatalogueFounded):
        return Standing(fact.organ_id, 1, fact.effective_on, fact.columns)
    if isinstance(catalogue, Unfounded):
        return catalogue
    organ, revision, effective_on, columns = (
        catalogue.organ_id,
        catalogue.revision,
        catalogue.effective_on,
        catalogue.columns,
    )
    match fact:
        case ColumnAdded(column):
            return Standing(organ, revision, effective_on, (*columns, column))
        case ColumnChanged(column):
            changed = tuple(column if known.id == column.id else known for known in columns)
            return Standing(organ, revision, effective_on, changed)
        case ColumnRetired(id=gone):
            return Standing(organ, revision, effective_on, tuple(known for known in columns if known.id != gone))
        case CatalogueRevised():
            return Standing(organ, fact.revision, fact.effective_on, columns)
        case _:
            assert_never(fact)
