"""The one road into a report of something wrong on the site: load, decide, record, show."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from gongkai.runtime import calendars, register
from gongkai.runtime.errors import NotFound
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.legal_day import legal_date
from gongkai.web import officers
from gongkai.web.officers import OrganView
from publication import clocks
from publication.clocks import SITE_ERROR_CLOCK
from publication.domain.people import Officer
from publication.service import due
from publication.site_errors import decide as d
from publication.site_errors import store
from publication.site_errors.store import SITE_ERROR

#: How long after the answer the reporter's words and contact are kept.
KEPT_FOR: Final = timedelta(days=365)
FORGET: Final = "site-error-forget"
VAULT_KIND: Final = "site-error"
#: Addresses of our own pages in which nothing personal can stand. Whatever else is typed stays in the vault.
_OWN_PAGE: Final = re.compile(
    r"/(?:d/(?P<slug>[a-z][a-z0-9]{1,19})-\d{4}-\d{5}|columns/[a-z][a-z0-9-]{0,59}|[a-z]{0,20})"
)
#: Letters and digits that nobody confuses when reading a number aloud.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RECEIPT: Final = re.compile(r"JC\d{8}[2-9A-Z]{8}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a citizen typed."""

    page: str
    about: d.About
    wrong: str
    suggestion: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class SiteErrors:
    kit: Kit

    # ── In ─────────────────────────────────────────────────────────────────

    async def take(self, tx: Tx, organ_id: UUID, report: Report) -> d.Reported:
        """Take in a report: words and contact go to the vault, the clock starts."""
        error_id, reporter = tx.new_id(), tx.new_id()
        today = legal_date(tx.now)
        counted = clocks.site_error(today, self.kit.calendar)
        words = await self.kit.vault.put(
            tx.db, reporter, VAULT_KIND, json.dumps(_typed(report), ensure_ascii=False).encode(), tx.now, tx.new_id
        )
        reported = d.Reported(
            organ_id, _receipt(today, error_id), own_page(report.page), report.about, reporter, words,
            bool(report.contact), today, counted.due_on,
        )  # fmt: skip
        await self._decide(tx, error_id, d.ReportError(reported))
        await tx.set_clock(due(counted, str(error_id)))
        return reported

    async def answer(
        self, tx: Tx, by: Officer, organ_id: UUID, error_id: UUID, outcome: d.Outcome, reply: str
    ) -> list[d.Fact]:
        """Answer it: the reply is kept beside what it replies to and read by the one who has the receipt."""
        row = await store.one(tx.db, organ_id, error_id)
        if row["answered_at"] is None:
            error, _ = await tx.load(SITE_ERROR, error_id)
            item = await self._keep_reply(tx, error, reply)
        else:
            item = row["reply"]
        return await self._decide(tx, error_id, d.AnswerError(by, outcome, item, legal_date(tx.now)))

    async def _keep_reply(self, tx: Tx, error: d.SiteError, reply: str) -> UUID:
        if isinstance(error, d.Unreported):
            raise NotFound("没有这件纠错")
        reporter = error.reported.reporter
        return await self.kit.vault.put(tx.db, reporter, VAULT_KIND, reply.encode(), tx.now, tx.new_id)

    async def _decide(self, tx: Tx, error_id: UUID, command: d.Command) -> list[d.Fact]:
        await tx.db.fetchrow(store.SQL["lock"], error_id)
        error, version = await tx.load(SITE_ERROR, error_id)
        facts = d.decide(error, command)
        if not facts:
            return facts
        await tx.record(SITE_ERROR, error_id, version, facts)
        for fact in facts:
            error = d.evolve(error, fact)
            if isinstance(fact, d.ErrorAnswered):
                await tx.stop_clock(SITE_ERROR_CLOCK, str(error_id))
                await tx.set_clock(Due(FORGET, str(error_id), tx.now + KEPT_FOR))
            if isinstance(fact, d.ReporterForgotten):
                await self.kit.vault.erase(tx.db, fact.reporter, tx.now)
        await store.keep(tx, error_id, error)
        return facts

    # ── Out ────────────────────────────────────────────────────────────────

    async def words(self, tx: Tx, row: store.Row, who: str) -> dict[str, str]:
        """Return what the citizen typed; who read it and why is recorded. Empty once it was erased."""
        if row["forgotten"]:
            return {}
        kept = await self.kit.vault.get(tx.db, row["words"], who, f"办理网站纠错 {row['receipt']}", tx.now)
        found: dict[str, str] = json.loads(kept)
        return found

    async def reply(self, tx: Tx, row: store.Row, who: str) -> str:
        if row["reply"] is None or row["forgotten"]:
            return ""
        kept = await self.kit.vault.get(tx.db, row["reply"], who, f"查询网站纠错 {row['receipt']}", tx.now)
        return kept.decode()

    async def organ_for(self, db: Connection, page: str, slug: str = "") -> OrganView | None:
        """Find whose page it is: the organ named in its address, or asked for, or the first one."""
        found = _OWN_PAGE.fullmatch(page)
        wanted = (found["slug"] if found and found["slug"] else "") or slug
        known = await officers.organs(db)
        return next((organ for organ in known if organ.slug == wanted), known[0] if known else None)

    # ── Time ───────────────────────────────────────────────────────────────

    async def pass_due(self, tx: Tx, rung: Due) -> None:
        await self._decide(tx, UUID(rung.subject), d.PassDue())

    async def forget(self, tx: Tx, rung: Due) -> None:
        await self._decide(tx, UUID(rung.subject), d.ForgetReporter())

    async def recount(self) -> int:
        """Count running clocks of another calendar again; returns how many dates moved."""
        moved = 0
        while True:
            async with self.kit.transaction() as tx:
                calendar = await calendars.refresh(self.kit, tx.db)
                stale = await tx.db.fetch(store.SQL["clocks_of_other_calendars"], calendar.version, SITE_ERROR_CLOCK)
                for row in stale:
                    moved += await self._recount_one(tx, UUID(row["subject"]))
            if not stale:
                return moved

    async def _recount_one(self, tx: Tx, error_id: UUID) -> bool:
        error, _ = await tx.load(SITE_ERROR, error_id)
        if not isinstance(error, d.Open):
            await tx.stop_clock(SITE_ERROR_CLOCK, str(error_id))
            return False
        counted = clocks.site_error(error.reported.received_on, self.kit.calendar)
        if counted.due_on != error.reported.due_on:
            before = {"before": error.reported.due_on.isoformat(), "moved_on": legal_date(tx.now).isoformat()}
            counted = replace(counted, explanation=counted.explanation | before)
        moved = await self._decide(tx, error_id, d.MoveDue(counted.due_on, counted.calendar_version))
        await tx.set_clock(due(counted, str(error_id)))
        return bool(moved)


async def rebuild(tx: Tx, ids: Sequence[UUID]) -> int:
    """Fill the read model again from facts; the caller puts the clock of the transaction right afterwards."""
    await tx.db.execute(store.SQL["empty"])
    for error_id in ids:
        error: d.SiteError = d.INITIAL
        for recorded in await register.history(tx.db, SITE_ERROR, error_id):
            tx.now = recorded.recorded_at
            error = d.evolve(error, recorded.fact)
            await store.keep(tx, error_id, error)
    return len(ids)


def own_page(typed: str) -> str:
    """Return the address without what was asked for in it, or nothing when it is none of ours."""
    path = re.sub(r"^https?://[^/]+", "", typed.strip()).partition("?")[0].partition("#")[0]
    return path if _OWN_PAGE.fullmatch(path) else ""


def plain_receipt(typed: str) -> str:
    """Read a receipt number as people type it: width, case, spaces and dashes do not matter."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    return f"{plain[:10]}-{plain[10:14]}-{plain[14:]}" if _RECEIPT.fullmatch(plain) else ""


def _receipt(today: date, error_id: UUID) -> str:
    """Make a number that says the day and cannot be guessed from another one."""
    number = int.from_bytes(hashlib.sha256(b"receipt" + error_id.bytes).digest()[:16], "big")
    letters = ""
    for _ in range(8):
        number, at = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[at]
    return f"JC{today:%Y%m%d}-{letters[:4]}-{letters[4:]}"


def _typed(report: Report) -> dict[str, Any]:
    return {"page": report.page, "wrong": report.wrong, "suggestion": report.suggestion, "contact": report.contact}
