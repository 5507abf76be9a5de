"""What pages and programs read: rows of the read models, joined with what facts and blobs say. Never writes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.runtime import register
from gongkai.runtime.blobs import BlobStore
from gongkai.runtime.errors import NotFound
from gongkai.runtime.sql import Connection, queries
from gongkai.statute.legal_day import legal_date
from publication import audit, codecs, work
from publication.catalogue.columns import Columns, Health, health, leaves
from publication.checking import NOT_READ, REPORT, CheckReport
from publication.checks import CATEGORY_LABELS, SEVERITY_LABELS
from publication.checks import Finding as CheckFinding
from publication.clocks import CLOCK_NAMES
from publication.domain import steps
from publication.domain.content import Content
from publication.domain.dossier import Absent, Dossier, Written
from publication.domain.facts import Fact
from publication.domain.people import Officer

SQL: Final = queries("publication", "reading.sql")
_COLUMNS: Final[TypeAdapter[Columns]] = TypeAdapter(Columns)
PAGE: Final = 20
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list. Every field that is None lists all."""

    states: Sequence[str] | None = None
    kind: str | None = None
    column_id: str | None = None
    started_by: UUID | None = None
    text: str | None = None
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    total: int


async def documents(db: Connection, organ_id: UUID, wanted: Wanted) -> Page:
    pattern = f"%{_escaped(wanted.text)}%" if wanted.text else None
    rows = await db.fetch(
        SQL["documents"],
        organ_id,
        list(wanted.states) if wanted.states else None,
        wanted.kind,
        wanted.column_id,
        wanted.started_by,
        pattern,
        wanted.size,
        (wanted.page - 1) * wanted.size,
    )
    return Page([dict(row) for row in rows], rows[0]["total"] if rows else 0)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def document(db: Connection, organ_id: UUID, document_id: UUID) -> Row:
    row = await db.fetchrow(SQL["document"], document_id, organ_id)
    if row is None:
        raise NotFound("没有找到这份文件")
    return dict(row)


async def written(db: Connection, organ_id: UUID, document_id: UUID) -> tuple[Written, int]:
    """Return the document as its facts leave it, and its version."""
    state, version = await register.load(db, codecs.DOCUMENT, document_id)
    if isinstance(state, Absent) or state.dossier.organ_id != organ_id:
        raise NotFound("没有找到这份文件")
    return state, version


async def content(blobs: BlobStore, digest: str) -> Content:
    return codecs.read_content(await blobs.get(digest))


async def editions(db: Connection, document_id: UUID) -> list[Row]:
    return [dict(row) for row in await db.fetch(SQL["editions"], document_id)]


async def edition(db: Connection, document_id: UUID, number: int) -> Row:
    row = await db.fetchrow(SQL["edition"], document_id, number)
    if row is None:
        raise NotFound("没有这一版")
    return dict(row)


async def marks(db: Connection, document_id: UUID) -> list[Row]:
    """Return everything signed or returned, in order, with the Chinese name of each step."""
    rows = await db.fetch(SQL["marks"], document_id)
    return [dict(row) | {"step_zh": steps.BY_NAME[row["step"]].name_zh} for row in rows]


async def findings(blobs: BlobStore, dossier: Dossier) -> tuple[CheckReport | None, list[Row]]:
    """Return the report of the current edition, and each finding with what became of it."""
    if dossier.report is None:
        return None, []
    report = REPORT.validate_json(await blobs.get(dossier.report.digest))
    waivers = {waiver.key: waiver for waiver in dossier.waivers}
    covered = dossier.assessment.covers if dossier.assessment else ()
    rows = [
        _finding(finding)
        | {
            "assessed": finding.fingerprint in covered,
            "waiver": _waiver(waivers.get(finding.fingerprint)),
        }
        for finding in report.findings
    ]
    for number, sentence in enumerate(report.unread):
        key = f"{NOT_READ}:{number}"
        rows.append(_unread(key, sentence) | {"waiver": _waiver(waivers.get(key))})
    return report, rows


def _finding(finding: CheckFinding) -> Row:
    return {
        "key": finding.fingerprint,
        "rule": finding.rule_id,
        "severity": finding.severity,
        "severity_zh": SEVERITY_LABELS[finding.severity],
        "category": finding.category,
        "category_zh": CATEGORY_LABELS[finding.category],
        "title": finding.title,
        "why": finding.why,
        "piece": finding.piece,
        "origin": finding.origin,
        "where": finding.where,
        "start": finding.start,
        "end": finding.end,
        "excerpt": finding.excerpt,
        "suggestions": finding.suggestions,
        "choices": [
            {
                "id": choice.id,
                "label": choice.label,
                "replacement": choice.replacement,
                "needs_reason": choice.needs_reason,
            }
            for choice in finding.choices
        ],
        "personal": finding.category == "personal",
    }


def _unread(key: str, sentence: str) -> Row:
    return {
        "key": key,
        "rule": NOT_READ,
        "severity": "judge",
        "severity_zh": SEVERITY_LABELS["judge"],
        "category": "context",
        "category_zh": "没有检查的附件",
        "title": "附件没有检查",
        "why": sentence,
        "piece": "",
        "origin": "attachment-text",
        "where": "附件",
        "start": 0,
        "end": 0,
        "excerpt": "",
        "suggestions": (),
        "choices": [{"id": "keep", "label": "已人工核对，说明情况", "replacement": None, "needs_reason": True}],
        "personal": False,
        "assessed": False,
    }


def _waiver(waiver: Any) -> Row | None:
    if waiver is None:
        return None
    return {"person": waiver.person, "role": waiver.role, "reason": waiver.reason}


async def links(db: Connection, document_id: UUID) -> tuple[list[Row], list[Row]]:
    """Return the documents that interpret this one, and those that it interprets."""
    by = [dict(row) for row in await db.fetch(SQL["interpreted_by"], document_id)]
    of = [dict(row) for row in await db.fetch(SQL["interprets"], document_id)]
    return by, of


async def clocks_of(db: Connection, document_id: UUID) -> list[Row]:
    """Return every clock of a document with the sum behind its date."""
    rows = await db.fetch(SQL["clocks_of"], str(document_id))
    return [
        _clock(row) | {"set_at": row["set_at"], "fired_at": row["fired_at"], "stopped_at": row["stopped_at"]}
        for row in rows
    ]


async def running_clocks(db: Connection, document_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """Return the running clocks of several documents at once."""
    rows = await db.fetch(SQL["clocks"], [str(document_id) for document_id in document_ids], list(CLOCK_NAMES))
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(UUID(row["subject"]), []).append(_clock(row))
    return found


def _clock(row: Any) -> Row:
    counted = json.loads(row["counted"]) if row["counted"] else {}
    return {
        "kind": row["kind"],
        "name": CLOCK_NAMES.get(row["kind"], row["kind"]),
        "due_on": date.fromisoformat(counted["due"]) if "due" in counted else legal_date(row["due_at"]),
        "rule": row["rule"],
        "article": row["article"],
        "counted": counted,
        "calendar_version": row["calendar_version"],
        "provisional": row["provisional"],
    }


async def attention(db: Connection, organ_id: UUID, document_id: UUID | None = None) -> list[Row]:
    return [dict(row) for row in await db.fetch(SQL["attention"], organ_id, document_id)]


async def queue(db: Connection, organ_id: UUID, officer: Officer) -> list[Row]:
    """Return what waits for this person: the row, what to do, and the nearest date."""
    rows = [dict(row) for row in await db.fetch(SQL["queue"], organ_id)]
    found = [{"about": "document", **row, "act": act} for row in rows for act in work.acts_on_document(officer, row)]
    held = await releases(db, organ_id, todo=True, size=100)
    found += [
        {"about": "release", **row, "act": act} for row in held.rows for act in work.acts_on_release(officer, row)
    ]
    found += [
        {"about": "attention", "id": row["document_id"], **row, "act": act}
        for row in await attention(db, organ_id)
        for act in work.acts_on_attention(officer, row)
    ]
    running = await running_clocks(db, [row["id"] for row in found if row["about"] == "document"])
    for row in found:
        clocks = running.get(row["id"], [])
        deadline = next((clock for clock in clocks if clock["kind"] != "proactive-warning"), None)
        row["clock"] = deadline
        row["due_on"] = deadline["due_on"] if deadline else row.get("due_on")
    return sorted(found, key=lambda row: (row["due_on"] or date.max, str(row["id"])))


async def releases(
    db: Connection,
    organ_id: UUID,
    *,
    states: Sequence[str] | None = None,
    document_id: UUID | None = None,
    todo: bool = False,
    page: int = 1,
    size: int = PAGE,
) -> Page:
    """Return rows of the matrix; `channels` holds the cells."""
    rows = await db.fetch(
        SQL["releases"], organ_id, list(states) if states else None, document_id, todo, size, (page - 1) * size
    )
    return Page([_release(row) for row in rows], rows[0]["total"] if rows else 0)


async def release(db: Connection, organ_id: UUID, release_id: UUID) -> Row:
    row = await db.fetchrow(SQL["release"], release_id, organ_id)
    if row is None:
        raise NotFound("没有找到这次发布")
    return _release(row)


def _release(row: Any) -> Row:
    return dict(row) | {"channels": json.loads(row["channels"]), "told": json.loads(row["told"])}


async def release_counts(db: Connection, organ_id: UUID, now: datetime) -> dict[str, Row]:
    rows = await db.fetch(SQL["release_counts"], organ_id, now - timedelta(days=30))
    return {row["state"]: {"total": row["total"], "todo": row["todo"]} for row in rows}


async def channels(db: Connection, organ_id: UUID) -> list[Row]:
    """Return the site and every open account."""
    rows = await db.fetch(SQL["open_channels"], organ_id)
    return [
        {"id": "website", "kind": "website", "name": "政府网站", "mode": "automatic"},
        *(dict(row) for row in rows),
    ]


async def catalogue(db: Connection, organ_id: UUID, revision: int | None = None) -> Row:
    """Return one revision of the catalogue, the newest when none is named."""
    if revision is None:
        rows = await revisions(db, organ_id)
        if not rows:
            raise NotFound("本单位还没有公开目录")
        revision = rows[0]["revision"]
    row = await db.fetchrow(SQL["revision"], organ_id, revision)
    if row is None:
        raise NotFound("没有这次修订")
    return dict(row) | {"columns": _COLUMNS.validate_json(row["columns"])}


async def revisions(db: Connection, organ_id: UUID) -> list[Row]:
    return [dict(row) for row in await db.fetch(SQL["revisions"], organ_id)]


async def columns_health(db: Connection, organ_id: UUID, now: datetime) -> list[Health]:
    """Tell of every column that holds documents whether it is alive, idle or blank."""
    columns: Columns = (await catalogue(db, organ_id))["columns"]
    use = {row["column_id"]: row for row in await db.fetch(SQL["column_use"], organ_id)}
    founded_at: datetime | None = await db.fetchval(SQL["catalogue_founded_at"], organ_id)
    founded_on = legal_date(founded_at or now)
    today = legal_date(now)
    found = []
    for column in leaves(columns):
        row = use.get(column.id)
        last_on = legal_date(row["last_at"]) if row else None
        found.append(
            health(
                column, documents=row["documents"] if row else 0, last_on=last_on, founded_on=founded_on, today=today
            )
        )
    return found


async def history(db: Connection, organ_id: UUID, document_id: UUID) -> list[register.Recorded[Fact]]:
    """Return every fact of a document, oldest first."""
    await written(db, organ_id, document_id)
    return await register.history(db, codecs.DOCUMENT, document_id)


async def trail(db: Connection, organ_id: UUID, document_id: UUID) -> list[Row]:
    """Return every fact of a document and of its releases, in the order in which they were recorded."""
    found = [_entry(codecs.DOCUMENT, each) for each in await history(db, organ_id, document_id)]
    mine = await releases(db, organ_id, document_id=document_id, size=1_000)
    for row in mine.rows:
        facts = await register.history(db, codecs.RELEASE, row["id"])
        found += [_entry(codecs.RELEASE, each) for each in facts]
    return sorted(found, key=lambda entry: int(entry["position"]))


def _entry(codec: register.Codec[Any, Any], recorded: register.Recorded[Any]) -> Row:
    kind, data = codec.dump(recorded.fact)
    return {
        "position": recorded.position,
        "version": recorded.version,
        "kind": kind,
        "sentence": audit.sentence(recorded.fact),
        "recorded_at": recorded.recorded_at,
        "actor": recorded.actor,
        "data": json.loads(data),
    }


async def release_history(db: Connection, organ_id: UUID, release_id: UUID) -> list[register.Recorded[Any]]:
    await release(db, organ_id, release_id)
    return await register.history(db, codecs.RELEASE, release_id)


async def word_list(db: Connection, organ_id: UUID) -> Row:
    row = await db.fetchrow(SQL["word_list"], organ_id)
    if row is None:
        return {"revision": 0, "edits": {}, "changed_by": None, "changed_at": None}
    return dict(row) | {"edits": json.loads(row["edits"])}


async def upload(db: Connection, organ_id: UUID, digest: str) -> Row:
    row = await db.fetchrow(SQL["upload"], organ_id, digest)
    if row is None:
        raise NotFound("没有找到这个文件")
    return dict(row)


async def work_everywhere(db: Connection) -> list[Row]:
    """Return the documents of every organ in which somebody has to act."""
    return [dict(row) for row in await db.fetch(SQL["work_everywhere"])]


async def releases_everywhere(db: Connection) -> list[Row]:
    return [dict(row) for row in await db.fetch(SQL["releases_everywhere"])]


async def releases_waiting(db: Connection) -> Row:
    """Return how many releases wait for somebody, and who holds those that are held."""
    return dict(await db.fetchrow(SQL["releases_waiting"]) or {})
