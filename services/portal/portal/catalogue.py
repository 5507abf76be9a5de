"""The tree of columns, which is the basic catalogue (主动公开基本目录). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from gongkai.contracts.values import ColumnEntry


@dataclass(frozen=True, slots=True)
class Revision:
    organ_id: UUID
    number: int
    effective_on: date
    heard_at: datetime
    note: str
    columns: tuple[ColumnEntry, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One revision as a tree. A column whose parent is missing stands at the top rather than nowhere."""

    revision: int
    effective_on: date
    columns: tuple[ColumnEntry, ...]
    by_id: dict[str, ColumnEntry] = field(default_factory=dict)

    @classmethod
    def of(cls, revision: Revision) -> "Catalogue":
        ordered = tuple(sorted(revision.columns, key=lambda column: (column.position, column.name, column.id)))
        return cls(revision.number, revision.effective_on, ordered, {column.id: column for column in ordered})

    def children(self, column_id: str | None) -> tuple[ColumnEntry, ...]:
        return tuple(c for c in self.columns if self._parent(c) == column_id and c.id != column_id)

    def _parent(self, column: ColumnEntry) -> str | None:
        parent = column.parent_id
        if parent is None or parent not in self.by_id or parent == column.id:
            return None
        # A ring of parents has no top: its columns are put there.
        seen = {column.id}
        at: str | None = parent
        while at is not None and at in self.by_id:
            if at in seen:
                return None
            seen.add(at)
            at = self.by_id[at].parent_id
        return parent

    def path(self, column_id: str) -> tuple[ColumnEntry, ...]:
        """Return the column and what it lies in, from the top."""
        path: list[ColumnEntry] = []
        at: ColumnEntry | None = self.by_id.get(column_id)
        while at is not None and at not in path:
            path.append(at)
            parent = self._parent(at)
            at = self.by_id.get(parent) if parent else None
        return tuple(reversed(path))

    def below(self, column_id: str) -> tuple[str, ...]:
        """Return the ids of the column and of everything in it."""
        found: list[str] = []
        waiting = [column_id]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.append(at)
                waiting.extend(child.id for child in self.children(at))
        return tuple(found)

    def walk(self, column_id: str | None = None, depth: int = 0) -> Iterator[tuple[int, ColumnEntry]]:
        for child in self.children(column_id):
            yield depth, child
            yield from self.walk(child.id, depth + 1)

    @property
    def navigation(self) -> tuple[ColumnEntry, ...]:
        return tuple(column for _, column in self.walk() if column.in_navigation)


def in_force(revisions: Sequence[Revision], today: date) -> Catalogue | None:
    """Return the tree as it stands today: the newest revision in effect, else the first that was ever told."""
    effective = [revision for revision in revisions if revision.effective_on <= today]
    if effective:
        return Catalogue.of(max(effective, key=lambda revision: (revision.effective_on, revision.number)))
    return Catalogue.of(min(revisions, key=lambda revision: revision.number)) if revisions else None
