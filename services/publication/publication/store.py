"""Writes the read models in PostgreSQL, always in the transaction of the facts they show."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx
from publication.catalogue.columns import Column, Columns
from publication.catalogue.decide import Standing
from publication.domain import disclosure, facts
from publication.domain.content import Content
from publication.domain.dossier import Dossier, Releasing, Written
from publication.domain.gates import unsettled
from publication.release import channels as ch
from publication.release import states as s
from publication.work import next_step

SQL: Final = queries("publication")
_COLUMNS: Final[TypeAdapter[Columns]] = TypeAdapter(Columns)
_COLUMN: Final[TypeAdapter[Column]] = TypeAdapter(Column)


async def keep_document(
    tx: Tx, document_id: UUID, version: int, document: Written, content: Content | None, by: UUID | None
) -> None:
    """Show the document as it is after its last fact."""
    dossier = document.dossier
    live = dossier.live
    await tx.db.write(
        SQL["keep_document"],
        document_id,
        dossier.organ_id,
        type(document).__name__,
        version,
        dossier.unit,
        dossier.started_by,
        dossier.source,
        dossier.kind,
        dossier.column_id,
        dossier.openness,
        dossier.important,
        content.title.strip() if content else None,
        content.document_number if content else None,
        dossier.formed_on,
        dossier.edition,
        dossier.digest,
        dossier.number.index_number if dossier.number else None,
        dossier.number.permalink if dossier.number else None,
        next_step(document),
        dossier.returned is not None,
        dossier.report is not None,
        len(unsettled(dossier)),
        disclosure_left(dossier),
        list(dossier.owed),
        document.release_id if isinstance(document, Releasing) else None,
        live.edition if live else None,
        live.validity if live else None,
        live.published_at if live else None,
        tx.now,
        by,
        rows=[("document", document_id)],
    )


def disclosure_left(dossier: Dossier) -> list[str]:
    return [item.name for item in disclosure.unanswered(dossier.answers)]


async def keep_details(
    tx: Tx, document_id: UUID, happened: Sequence[facts.Fact], content: Content | None, *, checks: bool = True
) -> None:
    """Write the rows beside the document that single facts make; `checks` asks for the checks of a new edition."""
    for fact in happened:
        match fact:
            case facts.EditionSaved() if content is not None:
                await tx.db.execute(
                    SQL["keep_edition"], document_id, fact.edition, fact.digest, content.title.strip(), fact.by, tx.now
                )
                if checks:
                    await tx.db.execute(SQL["ask_check"], document_id, fact.edition, fact.digest, tx.now)
            case facts.MarksVoided():
                await tx.db.execute(SQL["void_marks"], document_id, fact.edition, tx.now)
            case facts.MarkPut():
                await _add_mark(tx, document_id, fact, "passed", fact.digest)
            case facts.ReturnedToDrafter():
                await _add_mark(tx, document_id, fact, "returned", "")
            case facts.FindingsRecorded():
                await tx.db.execute(SQL["keep_report"], document_id, fact.edition, fact.report)
                await tx.db.execute(SQL["finish_check"], document_id, fact.edition)
            case facts.InterpretationLinked():
                await tx.db.execute(SQL["link_interpretation"], document_id, fact.interpretation, fact.form)
            case facts.InterpretationUnlinked():
                await tx.db.execute(SQL["unlink_interpretation"], document_id, fact.interpretation)
            case _:
                continue


async def _add_mark(
    tx: Tx, document_id: UUID, fact: facts.MarkPut | facts.ReturnedToDrafter, result: str, digest: str
) -> None:
    await tx.db.execute(
        SQL["add_mark"], document_id, fact.edition, fact.step, result, digest, fact.by, fact.role, fact.on_behalf_of,
        fact.opinion, fact.errors_found, tx.now,
    )  # fmt: skip


async def keep_release(tx: Tx, release_id: UUID, release: s.Open, organ_id: UUID, told: str) -> None:
    """Show the release and its channels as they stand."""
    plan = release.plan
    await tx.db.write(
        SQL["keep_release"],
        release_id,
        plan.document_id,
        organ_id,
        type(release).__name__,
        plan.change,
        plan.edition,
        plan.policy,
        plan.emergency,
        told,
        json.dumps(channel_rows(release), ensure_ascii=False),
        release.reason if isinstance(release, s.Held | s.Cancelled) else "",
        release.by if isinstance(release, s.Held) else None,
        needs_person(release),
        plan.prepare_by,
        plan.scheduled_at,
        release.release_at if isinstance(release, s.Ordered | s.Releasing | s.Closed) else None,
        release.published_at if isinstance(release, s.Closed) else None,
        release.skew_ms if isinstance(release, s.Closed) else None,
        tx.now,
        rows=[("release", release_id)],
        whole=True,
    )


def channel_rows(release: s.Open) -> list[dict[str, Any]]:
    """Return the cells of one row of the matrix."""
    ordered = release.ordered if isinstance(release, s.Ordered | s.Releasing | s.Closed) else None
    rows = []
    for channel_id, standing in release.standings:
        channel = release.plan.channel(channel_id)
        if channel is None:
            continue
        row: dict[str, Any] = {
            "id": channel.id,
            "kind": channel.kind,
            "name": channel.name,
            "state": type(standing).__name__,
            "state_zh": state_zh(standing),
            "laggard": ordered is not None and channel_id not in ordered and not isinstance(standing, ch.Skipped),
            "acted_at": _iso(ch.acted_at(standing)),
            "url": ch.url_of(standing),
        }
        rows.append(row | _detail(standing))
    return rows


def state_zh(standing: ch.Standing) -> str:
    if isinstance(standing, ch.Failed) and standing.outcome == "unknown":
        return "结果待核"
    return ch.STANDING_NAMES[type(standing)]


def _detail(standing: ch.Standing) -> dict[str, Any]:
    match standing:
        case ch.Prepared():
            return {"rendition": standing.rendition}
        case ch.Refused():
            return {"code": standing.code, "reason": standing.reason, "retry": standing.retry}
        case ch.Confirmed():
            return {"confirmed_at": _iso(standing.confirmed_at)}
        case ch.Failed():
            return {"outcome": standing.outcome, "code": standing.code, "reason": standing.reason}
        case ch.Drifted():
            return {"drift": standing.kind, "seen_at": _iso(standing.seen_at), "reason": standing.difference}
        case ch.Retracted():
            return {"retracted_at": _iso(standing.retracted_at), "by": standing.by}
        case _:
            return {}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def needs_person(release: s.Open) -> bool:
    """Tell whether somebody must act: a hold, or a channel that did not do as it was told."""
    if isinstance(release, s.Held):
        return True
    troubled = (ch.Refused, ch.Failed, ch.Drifted)
    if isinstance(release, s.Releasing | s.Closed):
        return any(
            # What we took back ourselves (a correction took its place, or an officer decided so) asks nobody anything.
            isinstance(standing, troubled) or (isinstance(standing, ch.Retracted) and standing.by != "us")
            for _, standing in release.standings
        )
    if isinstance(release, s.Cancelled):
        return any(ch.acted_at(standing) for _, standing in release.standings)
    return False


async def told_of(tx: Tx, release_id: UUID) -> tuple[UUID, str]:
    row = await tx.db.apart(("release", release_id)).fetchrow(SQL["told_of"], release_id)
    return row["organ_id"], row["told"]


async def next_serial(tx: Tx, organ_id: UUID, year: int) -> int:
    serial: int = await tx.db.fetchval(SQL["next_serial"], organ_id, year)
    return serial


async def lock_document(tx: Tx, document_id: UUID) -> UUID | None:
    organ_id: UUID | None = await tx.db.fetchval(SQL["lock_document"], document_id)
    return organ_id


async def release_of(tx: Tx, release_id: UUID) -> tuple[UUID, UUID] | None:
    row = await tx.db.apart(("release", release_id)).fetchrow(SQL["release_of"], release_id)
    return (row["organ_id"], row["document_id"]) if row else None


async def card(tx: Tx, document_id: UUID) -> tuple[str, str] | None:
    """Return title and permalink of a document that has one."""
    row = await tx.db.apart(("document", document_id)).fetchrow(SQL["card"], document_id)
    return (row["title"], row["permalink"]) if row else None


async def raise_attention(tx: Tx, document_id: UUID, kind: str, sentence: str, due_on: date | None = None) -> None:
    rows = [("attention", document_id, kind)]
    await tx.db.write(SQL["raise_attention"], document_id, kind, sentence, due_on, tx.now, rows=rows)


async def clear_attention(tx: Tx, document_id: UUID, *kinds: str) -> None:
    rows = [("attention", document_id, kind) for kind in kinds]
    await tx.db.write(SQL["clear_attention"], document_id, list(kinds), tx.now, rows=rows)


async def keep_upload(tx: Tx, organ_id: UUID, *, digest: str, name: str, size: int, media_type: str, by: UUID) -> None:
    await tx.db.execute(SQL["keep_upload"], organ_id, digest, name, size, media_type, by, tx.now)


async def uploads(tx: Tx, organ_id: UUID, digests: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return size and media type of those of these files that the organ has uploaded."""
    rows = await tx.db.fetch(SQL["uploads"], organ_id, list(digests))
    return {row["digest"]: (row["size"], row["media_type"]) for row in rows}


async def open_channel(
    tx: Tx, channel_id: str, organ_id: UUID, kind: str, name: str, mode: str, opened_at: datetime
) -> None:
    await tx.db.execute(SQL["open_channel"], channel_id, organ_id, kind, name, mode, opened_at)


async def change_channel(tx: Tx, channel_id: str, name: str, mode: str) -> None:
    await tx.db.execute(SQL["change_channel"], channel_id, name, mode)


async def close_channel(tx: Tx, channel_id: str) -> None:
    await tx.db.execute(SQL["close_channel"], channel_id)


async def accounts(tx: Tx, organ_id: UUID) -> list[ch.Channel]:
    """Return the open accounts of an organ."""
    rows = await tx.db.apart().fetch(SQL["channels"], organ_id)
    return [ch.Channel(row["id"], row["kind"], row["name"]) for row in rows]


async def keep_revision(tx: Tx, catalogue: Standing, note: str, by: UUID | None) -> None:
    columns = _COLUMNS.dump_json(catalogue.columns).decode()
    await tx.db.execute(
        SQL["keep_revision"], catalogue.organ_id, catalogue.revision, catalogue.effective_on, note, columns, by, tx.now
    )


async def columns_on(tx: Tx, organ_id: UUID, day: date) -> Columns:
    """Return the tree of columns that holds on a day; empty before the catalogue is founded."""
    data = await tx.db.fetchval(SQL["columns_on"], organ_id, day)
    return _COLUMNS.validate_json(data) if data else ()


async def column_on(tx: Tx, organ_id: UUID, column_id: str, day: date) -> Column | None:
    """Return a column of the tree that holds on a day; none before the catalogue is founded."""
    data = await tx.db.apart().fetchval(SQL["column_on"], organ_id, day, column_id)
    return _COLUMN.validate_json(data) if data else None


async def used_columns(tx: Tx, organ_id: UUID) -> frozenset[str]:
    return frozenset(row["column_id"] for row in await tx.db.fetch(SQL["used_columns"], organ_id))


async def clocks_of_other_calendars(tx: Tx, version: str, kinds: Sequence[str]) -> list[Any]:
    """Return running clocks that were counted with another calendar."""
    rows: list[Any] = await tx.db.fetch(SQL["clocks_of_other_calendars"], version, list(kinds))
    return rows


async def take_submission(tx: Tx, organ_id: UUID, external_id: str, document_id: UUID) -> bool:
    """Tell whether this is the first time that the sender hands over this number."""
    return await tx.db.fetchval(SQL["take_submission"], organ_id, external_id, document_id, tx.now) is not None


async def claim_check(tx: Tx) -> Any:
    return await tx.db.fetchrow(SQL["claim_check"], tx.now)


async def fail_check(tx: Tx, document_id: UUID, edition: int, again_at: datetime, trouble: str) -> None:
    await tx.db.execute(SQL["fail_check"], document_id, edition, again_at, trouble[:500])


async def finish_check(tx: Tx, document_id: UUID, edition: int) -> None:
    await tx.db.execute(SQL["finish_check"], document_id, edition)


async def word_list(tx: Tx, organ_id: UUID) -> tuple[int, str]:
    """Return revision and edits of the organ's own word lists; revision 0 when it has none."""
    row = await tx.db.fetchrow(SQL["word_list"], organ_id)
    return (row["revision"], row["edits"]) if row else (0, "{}")


async def add_word_list(tx: Tx, organ_id: UUID, revision: int, edits: str, by: UUID) -> bool:
    added = await tx.db.fetchval(SQL["add_word_list"], organ_id, revision, edits, by, tx.now)
    return added is not None


async def no_longer_valid(tx: Tx, organ_id: UUID) -> list[Any]:
    rows: list[Any] = await tx.db.fetch(SQL["no_longer_valid"], organ_id)
    return rows


async def live_permalinks(tx: Tx, permalinks: Sequence[str]) -> frozenset[str]:
    rows = await tx.db.fetch(SQL["permalinks"], list(permalinks))
    return frozenset(row["permalink"] for row in rows)


async def empty_read_models(tx: Tx) -> None:
    """Take away every row that facts can make again."""
    await tx.db.execute(SQL["empty_read_models"])


async def aggregates(tx: Tx, kind: str) -> list[UUID]:
    """Return the ids of one kind of aggregate, in the order in which they began."""
    return [row["aggregate_id"] for row in await tx.db.fetch(SQL["aggregates"], kind)]
