"""Runs the checks of every new edition, off the event loop. What waits lies in the database: a crash loses nothing."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime import telemetry
from gongkai.runtime.kit import Kit
from gongkai.runtime.register import canonical
from gongkai.runtime.tx import Tx
from gongkai.runtime.workers import Workers
from gongkai.statute.legal_day import legal_date
from publication import checks, markup, store
from publication.checks import CheckInput, ListEdits, RepealedDocument
from publication.checks import Finding as CheckFinding
from publication.domain import commands as c
from publication.domain.content import Content
from publication.domain.dossier import Finding
from publication.examining import Examined, examine
from publication.link_asking import Asker
from publication.service import Case, Desk

log = telemetry.logger(__name__)

REPORT_TYPE: Final = "application/json"
NOT_READ: Final = "attachment.not-read"
STUCK_AFTER: Final = 4
EDITS: Final[TypeAdapter[ListEdits]] = TypeAdapter(ListEdits)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that the checks said of one edition. Kept as a blob; excerpts have personal data masked."""

    document_id: UUID
    edition: int
    digest: str
    lists: str
    findings: tuple[CheckFinding, ...]
    unread: tuple[str, ...] = field(default=())


REPORT: Final[TypeAdapter[CheckReport]] = TypeAdapter(CheckReport)


def facts_of(examined: Examined) -> tuple[Finding, ...]:
    """Return the findings as facts carry them: keys and rules, never the text that was found."""
    found = [
        Finding(
            key=finding.fingerprint,
            rule=finding.rule_id,
            severity=finding.severity,
            personal=finding.category == "personal",
            may_keep=any(choice.id == "keep" for choice in finding.choices),
        )
        for finding in examined.findings
    ]
    found += [
        Finding(key=f"{NOT_READ}:{number}", rule=NOT_READ, severity="judge") for number, _ in enumerate(examined.unread)
    ]
    return tuple(found)


@dataclass(slots=True)
class Checking:
    """The background loop: takes what waits, one edition at a time."""

    kit: Kit
    desk: Desk
    workers: Workers
    #: Asks other sites whether they still answer; none where nothing leads out.
    asker: Asker | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while True:
            self.wake.clear()
            if await self.check_next():
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.wake.wait()

    async def check_next(self) -> bool:
        """Check the edition that waits longest; tells whether there was one."""
        async with self.kit.transaction() as tx:
            job = await store.claim_check(tx)
        if job is None:
            return False
        document_id, edition, tries = job["document_id"], job["edition"], job["tries"]
        try:
            await self._check(document_id, edition)
        except asyncio.CancelledError:
            raise
        except Exception as trouble:
            log.exception("check-failed", document_id=str(document_id), edition=edition, tries=tries)
            await self._put_off(document_id, edition, tries, trouble)
        return True

    async def _check(self, document_id: UUID, edition: int) -> None:
        async with self.kit.transaction() as tx:
            case = await self.desk.load(tx, document_id)
            if case.dossier.edition != edition:
                await store.finish_check(tx, document_id, edition)
                return
            content = await self.desk.content(case.dossier.digest)
            given = await self._input(tx, case, content)
            edits = await list_edits(tx, case.dossier.organ_id)
            today = legal_date(tx.now)
        files = [(file.name, await self.kit.blobs.get(file.digest)) for file in content.attachments]
        examined = await self.workers.run(examine, given, files, edits, today)
        if self.asker is not None and examined.links:
            answers = await self.asker.ask(examined.links)
            gone = frozenset(url for url, answer in answers.items() if answer == "gone")
            silent = frozenset(url for url, answer in answers.items() if answer == "silent")
            if gone or silent:
                given = replace(
                    given, dead_links=given.dead_links | gone, silent_links=silent, pieces=examined.pieces
                )
                again = await self.workers.run(examine, given, (), edits, today)
                examined = replace(examined, findings=again.findings)
        report = CheckReport(
            document_id, edition, case.dossier.digest, examined.lists, examined.findings, examined.unread
        )
        data = canonical(REPORT.dump_python(report, mode="json")).encode()
        ref = await self.kit.blobs.put(data, REPORT_TYPE)
        async with self.kit.transaction() as tx:
            await self.desk.perform(tx, document_id, c.RecordFindings(edition, ref.digest, facts_of(examined)))
            await store.finish_check(tx, document_id, edition)
            await store.clear_attention(tx, document_id, "checks-stuck")
        if len(content.body) <= markup.LONG:
            markup.shown(content.body)  # so that it is made when it is signed off

    async def _input(self, tx: Tx, case: Case, content: Content) -> CheckInput:
        organ = await self.desk.organ_or_none(tx, case.dossier.organ_id)
        links = [link.url for link in checks.find_links(content.body) if link.url.startswith("/d/")]
        alive = await store.live_permalinks(tx, links) if links else frozenset()
        number = case.dossier.number
        return check_input(content, organ, number.index_number if number else None, frozenset(links) - alive)

    async def _put_off(self, document_id: UUID, edition: int, tries: int, trouble: Exception) -> None:
        async with self.kit.transaction() as tx:
            again_at = tx.now + timedelta(seconds=min(2**tries, 300))
            await store.fail_check(tx, document_id, edition, again_at, f"{type(trouble).__name__}: {trouble}")
            if tries >= STUCK_AFTER:
                sentence = f"第{edition}版的内容检查没有完成，系统还会再试；附件有问题的，请换一个文件"
                await store.raise_attention(tx, document_id, "checks-stuck", sentence)


def check_input(
    content: Content, organ: OrganDescribed | None, index_number: str | None, dead_links: frozenset[str]
) -> CheckInput:
    return CheckInput(
        title=content.title,
        body=content.body,
        kind=content.kind,
        document_number=content.document_number or None,
        index_number=index_number,
        formed_on=content.formed_on,
        organ_name=organ.name if organ else "",
        organ_uscc=organ.credit_code if organ else None,
        organ_phones=(*organ.phones, organ.fax) if organ and organ.fax else organ.phones if organ else (),
        organ_emails=(organ.email,) if organ and organ.email else (),
        organ_addresses=(organ.address,) if organ and organ.address else (),
        summary=content.summary,
        keywords=content.keywords,
        short_title=content.short_title,
        dead_links=dead_links,
    )


async def list_edits(tx: Tx, organ_id: UUID) -> ListEdits:
    """Return the organ's own words, and its documents that no longer hold."""
    _, edits = await store.word_list(tx, organ_id)
    own = EDITS.validate_json(edits)
    repealed = tuple(
        RepealedDocument(
            title=row["title"],
            number=row["document_number"] or None,
            since=legal_date(row["changed_at"]),
            validity=row["live_validity"] if row["live_validity"] in {"repealed", "void", "changed"} else "withdrawn",
        )
        for row in await store.no_longer_valid(tx, organ_id)
    )
    return ListEdits(
        words=own.words,
        allowed=own.allowed,
        phrases=own.phrases,
        leaders=own.leaders,
        organs=own.organs,
        laws=own.laws,
        repealed_documents=(*own.repealed_documents, *repealed),
        known_hosts=own.known_hosts,
    )
