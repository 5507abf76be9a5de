"""The one road into a document: load, decide, record, show. Every change of a document goes through `Desk.perform`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime.blobs import BlobStore
from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.document_numbers import issue_index_number
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from gongkai.web import officers
from publication import autosaving, clocks, codecs, store
from publication.catalogue.columns import Column
from publication.domain import commands as c
from publication.domain import facts as f
from publication.domain.content import POLICY_KINDS, Content, File
from publication.domain.decide import decide
from publication.domain.dossier import Absent, Companion, Document, Dossier, IndexNumber, Releasing, Source, Written
from publication.domain.gates import Gate, gates, open_gates
from publication.domain.people import Officer
from publication.domain.writing import Stale
from publication.naming import is_name_of

NO_DOCUMENT = "没有找到这份文件"
CONTENT_LIMIT = 3_000_000
PROACTIVE = ("proactive", "proactive-warning")


@dataclass(frozen=True, slots=True)
class Case:
    """A document with everything a decision about it needs."""

    id: UUID
    document: Written
    version: int

    @property
    def dossier(self) -> Dossier:
        return self.document.dossier


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out what people and the system want with documents. Holds no state of its own."""

    blobs: BlobStore
    calendar_in_force: Callable[[], WorkCalendar]
    wake_checks: Callable[[], None]

    @property
    def calendar(self) -> WorkCalendar:
        """Return the calendar of this moment: a holiday notice may be loaded while we run."""
        return self.calendar_in_force()

    # ── Loading ────────────────────────────────────────────────────────────

    async def load(self, tx: Tx, document_id: UUID, organ_id: UUID | None = None) -> Case:
        """Return a document; another organ's is as good as none."""
        document, version = await tx.load(codecs.DOCUMENT, document_id)
        if isinstance(document, Absent) or (organ_id is not None and document.dossier.organ_id != organ_id):
            raise NotFound(NO_DOCUMENT)
        return Case(document_id, document, version)

    async def content(self, digest: str) -> Content:
        return codecs.read_content(await self.blobs.get(digest))

    async def organ_or_none(self, tx: Tx, organ_id: UUID) -> OrganDescribed | None:
        return await officers.organ(tx.db.apart(), organ_id)

    async def organ(self, tx: Tx, organ_id: UUID) -> OrganDescribed:
        found = await self.organ_or_none(tx, organ_id)
        if found is None:
            raise Refused("单位信息还没有填写，请系统管理员先填写单位名称和统一社会信用代码")
        return found

    async def column(self, tx: Tx, organ_id: UUID, column_id: str) -> Column | None:
        return await store.column_on(tx, organ_id, column_id, legal_date(tx.now))

    # ── Changing ───────────────────────────────────────────────────────────

    async def perform(
        self, tx: Tx, document_id: UUID, command: c.Command, *, organ_id: UUID | None = None
    ) -> list[f.Fact]:
        """Decide on one command and record what follows; refuses like the domain, `ChangedMeanwhile` when stale.

        A mark given while the checks of the same edition are being recorded waits for them: an officer's act
        is stale when the text changed, not when the machine noted something.
        """
        await store.lock_document(tx, document_id)
        document, version = await tx.load(codecs.DOCUMENT, document_id)
        if isinstance(document, Absent) is not isinstance(command, c.StartDraft) or (
            organ_id is not None and not isinstance(document, Absent) and document.dossier.organ_id != organ_id
        ):
            raise NotFound(NO_DOCUMENT)
        return await self.decide_on(tx, document_id, document, version, command)

    async def decide_on(
        self, tx: Tx, document_id: UUID, document: Document, version: int, command: c.Command
    ) -> list[f.Fact]:
        """Carry out a command on a document that was loaded in this transaction."""
        try:
            facts = decide(document, command)
        except Stale as stale:
            raise ChangedMeanwhile(stale.reason) from stale
        if not facts:
            return facts
        await tx.record(codecs.DOCUMENT, document_id, version, facts)
        after = document
        for fact in facts:
            after = codecs.DOCUMENT.evolve(after, fact)
        if isinstance(after, Absent):
            return facts
        content = command.content if isinstance(command, c.StartDraft | c.SaveEdition) else None
        await store.keep_document(tx, document_id, version + len(facts), after, content, tx.actor.person_id)
        await store.keep_details(tx, document_id, facts, content)
        await self._set_clocks(tx, document_id, document, after, facts)
        return facts

    async def create(
        self, tx: Tx, by: Officer, organ_id: UUID, content: Content, *, document_id: UUID, source: Source = "written"
    ) -> UUID:
        """Start a draft and return its id."""
        await self.must_own(tx, organ_id, content)
        digest = await self._keep(content)
        await self.perform(tx, document_id, c.StartDraft(by, organ_id, content, digest, source))
        return document_id

    async def save(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, edition: int, content: Content
    ) -> list[f.Fact]:
        """Save an edition made on `edition`; the person's autosave is done with."""
        await self.must_own(tx, organ_id, content)
        digest = await self._keep(content)
        command = c.SaveEdition(by, edition, content, digest)
        facts = await self.perform(tx, document_id, command, organ_id=organ_id)
        await autosaving.drop(tx, document_id, by.person)
        return facts

    async def submit(self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, edition: int) -> list[f.Fact]:
        """Send to review; the first time, the index number and the permalink are issued."""
        await store.lock_document(tx, document_id)
        case = await self.load(tx, document_id, organ_id)
        number = case.dossier.number or await self.issue_number(tx, organ_id)
        command = c.SubmitForReview(by, edition, number)
        return await self.decide_on(tx, document_id, case.document, case.version, command)

    async def issue_number(self, tx: Tx, organ_id: UUID) -> IndexNumber:
        """Take the next number of the organ and year. If this transaction fails, so does the number."""
        organ = await self.organ(tx, organ_id)
        year = legal_date(tx.now).year
        serial = await store.next_serial(tx, organ_id, year)
        try:
            index_number = issue_index_number(organ.credit_code, year, serial)
        except ValueError as wrong:
            raise Refused(f"编不出索引号：{wrong}请系统管理员核对单位的统一社会信用代码") from wrong
        return IndexNumber(index_number, f"/d/{organ.slug}-{year:04d}-{serial:05d}", year, serial)

    async def link_interpretation(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, interpretation_id: UUID
    ) -> None:
        """Link both ways in one transaction."""
        first, second = sorted((document_id, interpretation_id))
        await store.lock_document(tx, first)
        await store.lock_document(tx, second)
        interpretation = await self.load(tx, interpretation_id, organ_id)
        content = await self.content(interpretation.dossier.digest)
        if content.kind != "interpretation" or content.form is None:
            raise Refused("只有类型是“政策解读”、写明解读形式的稿件可以作为解读")
        await self.perform(
            tx, document_id, c.LinkInterpretation(by, interpretation_id, content.form), organ_id=organ_id
        )
        await self.decide_on(
            tx, interpretation_id, interpretation.document, interpretation.version, c.LinkInterpreted(by, document_id)
        )

    async def unlink_interpretation(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, interpretation_id: UUID
    ) -> None:
        for one in sorted((document_id, interpretation_id)):
            await store.lock_document(tx, one)
        await self.perform(tx, document_id, c.UnlinkInterpretation(by, interpretation_id), organ_id=organ_id)
        await self.perform(tx, interpretation_id, c.UnlinkInterpreted(by, document_id), organ_id=organ_id)

    async def start_correction(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, explanation: str, changed_on: date | None
    ) -> list[f.Fact]:
        """Open a published document; what changed itself has the same twenty working days as what was formed."""
        command = c.StartCorrection(by, explanation, changed_on, legal_date(tx.now))
        return await self.perform(tx, document_id, command, organ_id=organ_id)

    async def note_penalty_changed(
        self, tx: Tx, by: Officer, organ_id: UUID, document_id: UUID, changed_on: date
    ) -> list[f.Fact]:
        """Start the three-day clock of the Penalty Law."""
        due_on = clocks.penalty_withdrawal(changed_on, self.calendar).due_on
        command = c.NotePenaltyChanged(by, changed_on, due_on)
        return await self.perform(tx, document_id, command, organ_id=organ_id)

    async def keep_upload(self, tx: Tx, organ_id: UUID, by: UUID, file: File) -> None:
        """Remember a file that lies in the blob store, so that editions of this organ may refer to it."""
        await store.keep_upload(
            tx, organ_id, digest=file.digest, name=file.name, size=file.size, media_type=file.media_type, by=by
        )

    # ── Gates ──────────────────────────────────────────────────────────────

    async def gates(self, tx: Tx, case: Case, content: Content) -> list[Gate]:
        """Return the gates of the current edition: what the page shows and the sign-off obeys."""
        column = await self.column(tx, case.dossier.organ_id, content.column_id)
        companions = await self.companions(tx, case)
        return gates(
            case.dossier,
            content,
            today=legal_date(tx.now),
            column_known=column is not None,
            companions=companions,
        )

    async def companions(self, tx: Tx, case: Case) -> tuple[Companion, ...]:
        """Return what sign-off needs to know of every document linked to this one."""
        found = [await self._interpretation(tx, link.document_id) for link in case.dossier.interpretations]
        found += [await self._interpreted(tx, document_id) for document_id in case.dossier.interprets]
        return tuple(found)

    async def _interpretation(self, tx: Tx, document_id: UUID) -> Companion:
        case = await self.load(tx, document_id)
        content = await self.content(case.dossier.digest)
        signed = isinstance(case.document, Releasing)
        released = case.dossier.live is not None
        left: tuple[Gate, ...] = ()
        if not (signed or released):
            column = await self.column(tx, case.dossier.organ_id, content.column_id)
            all_gates = gates(
                case.dossier, content, today=legal_date(tx.now), column_known=column is not None, companions=()
            )
            # Whether what it interprets is signed is not asked here: both are signed together.
            left = tuple(gate for gate in open_gates(all_gates) if gate.name != "interpreted")
        return Companion(
            document_id,
            content.title,
            content.form,
            ready=not left and not signed and not released and type(case.document).__name__ == "Reviewing",
            released=released,
            signed=signed,
            open_gates=tuple(gate.name for gate in left),
        )

    async def _interpreted(self, tx: Tx, document_id: UUID) -> Companion:
        case = await self.load(tx, document_id)
        content = await self.content(case.dossier.digest)
        return Companion(
            document_id,
            content.title,
            None,
            ready=False,
            released=case.dossier.live is not None,
            signed=isinstance(case.document, Releasing),
        )

    # ── Parts ──────────────────────────────────────────────────────────────

    async def _keep(self, content: Content) -> str:
        data = codecs.content_bytes(content)
        if len(data) > CONTENT_LIMIT:
            raise Invalid(
                [("body", f"正文太长，有{len(data) // 1000}千字节，请控制在{CONTENT_LIMIT // 1000}千字节以内")]
            )
        return (await self.blobs.put(data, codecs.CONTENT_TYPE)).digest

    async def must_own(self, tx: Tx, organ_id: UUID, content: Content) -> None:
        """Refuse an edition that refers to files this organ never uploaded."""
        files: list[tuple[str, File]] = [
            (f"attachments.{index}", file) for index, file in enumerate(content.attachments)
        ]
        if content.cover is not None:
            files.append(("cover", content.cover))
        if not files:
            return
        known = await store.uploads(tx, organ_id, [file.digest for _, file in files])
        wrong = [
            (f"{path}.digest", f"没有找到文件“{file.name}”，请重新上传")
            for path, file in files
            if known.get(file.digest) != (file.size, file.media_type)
        ]
        wrong += [
            (f"{path}.name", f"文件不能叫“{file.name[:60]}”：请保留原来的扩展名，不带路径和隐藏字符，不超过120个字")
            for path, file in files
            if known.get(file.digest) == (file.size, file.media_type) and not is_name_of(file)
        ]
        if wrong:
            raise Invalid(wrong)

    async def _set_clocks(
        self, tx: Tx, document_id: UUID, before: Document, after: Written, facts: Sequence[f.Fact]
    ) -> None:
        """Start, move and stop the clocks that these facts touch."""
        subject = str(document_id)
        dossier = after.dossier
        was = None if isinstance(before, Absent) else before.dossier
        for fact in facts:
            match fact:
                case f.EditionSaved():
                    tx.after_commit(self.wake_checks)
                    if dossier.live is not None:
                        continue
                    if was is None or (was.formed_on, was.openness) != (dossier.formed_on, dossier.openness):
                        await self._start_proactive(tx, document_id, dossier)
                case f.EditionApproved() if fact.emergency_reason:
                    if fact.make_up_by is not None:
                        await tx.set_clock(due(clocks.debt(fact.make_up_by, self.calendar), subject))
                    if dossier.kind in POLICY_KINDS and not (dossier.interpretations or dossier.exemption):
                        sentence = "紧急发布的政策文件还没有解读，请尽快补上"
                        await store.raise_attention(tx, document_id, "interpretation-owed", sentence)
                case f.InterpretationLinked():
                    await store.clear_attention(tx, document_id, "interpretation-owed")
                case f.DebtSettled():
                    await self._end(tx, document_id, "emergency-debt")
                case f.PenaltyChanged():
                    counted = clocks.penalty_withdrawal(fact.changed_on, self.calendar)
                    await tx.set_clock(due(counted, subject))
                case f.CorrectionStarted() if fact.changed_on is not None:
                    await self._start_proactive(tx, document_id, dossier)
                case f.CorrectionDropped():
                    await self._stop_proactive(tx, document_id)
                case f.ReleaseFinished():
                    await self._stop(tx, document_id, after, fact)
                case f.KeptUnpublished() | f.DraftDiscarded():
                    await self._stop_proactive(tx, document_id)
                case _:
                    continue

    async def _start_proactive(self, tx: Tx, document_id: UUID, dossier: Dossier) -> None:
        began = clocks.begins(dossier)
        if began is None:
            await self._stop_proactive(tx, document_id)
            return
        for counted in clocks.proactive(began, self.calendar):
            await tx.set_clock(due(counted, str(document_id)))

    async def _stop_proactive(self, tx: Tx, document_id: UUID) -> None:
        await self._end(tx, document_id, *PROACTIVE)

    async def _stop(self, tx: Tx, document_id: UUID, after: Written, fact: f.ReleaseFinished) -> None:
        withdrawn = ("penalty-withdrawal",) if fact.change == "withdraw" else ()
        paid_up = () if after.dossier.owed else ("emergency-debt",)
        await self._end(tx, document_id, *PROACTIVE, *withdrawn, *paid_up)

    async def _end(self, tx: Tx, document_id: UUID, *kinds: str) -> None:
        """Stop these clocks of a document; what they warned of is settled."""
        await tx.stop_clocks(kinds, str(document_id))
        await store.clear_attention(tx, document_id, *kinds)


def due(counted: clocks.Counted, subject: str) -> Due:
    return Due(
        kind=counted.kind,
        subject=subject,
        due_at=counted.fires_at,
        payload={"due_on": counted.due_on.isoformat()},
        rule=counted.rule,
        article=counted.article,
        counted=counted.explanation,
        calendar_version=counted.calendar_version,
        provisional=counted.provisional,
    )
