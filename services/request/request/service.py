"""The one road into a case: load, decide, record, show, set clocks, tell. Every change goes through `Desk.perform`."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime import register
from gongkai.runtime.errors import ChangedMeanwhile, NotFound
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from gongkai.web import officers
from request import afterwards, clocks, codecs, joining, keeping, store, tallies, wire, work
from request.clocks import Counted
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Case, Handling, Joined, Lapsed, Nothing, Submitted, file_of, handling_of
from request.domain.decide import decide
from request.domain.due import due_of
from request.domain.file import CaseFile
from request.domain.ladder import USUAL, Practice
from request.domain.receipt import confirm_by
from request.people import People
from request.store import Standing

NO_CASE = "没有找到这件申请"
#: What is settled when one of these facts is recorded.
SETTLED: dict[type[f.Fact], tuple[str, ...]] = {
    f.Answered: ("request-reply", "request-reply-near", "request-correction-notice", "request-duplicate"),
    f.SimilarConfirmed: ("request-duplicate",),
    f.ReceiptCorrected: ("request-reply", "request-reply-near", "request-correction-notice"),
    f.ReplyExtended: ("request-reply", "request-reply-near"),
    f.CorrectionAsked: ("request-correction-notice", "request-reply-near"),
    f.WithdrawnByApplicant: (
        "request-reply", "request-reply-near", "request-correction-notice", "request-duplicate", "request-confirm",
        "request-notice-missed", "request-notice-unserved",
    ),
    f.JoinedInto: ("request-correction-notice", "request-duplicate", joining.ATTENTION),
    f.ReplyDrafted: (joining.ATTENTION, "request-notice-missed"),
    f.MattersSplit: ("request-reply", "request-reply-near", "request-correction-notice"),
    f.ReceiptFixed: ("request-confirm",),
    f.NoticeReached: ("request-notice-unserved",),
    f.OpinionReceivedByParty: ("request-notice-unserved",),
    f.FeeNoticeReceived: ("request-notice-unserved",),
    f.OpinionGiven: ("request-notice-unserved",),
    f.CorrectionReceived: ("request-notice-unserved",),
    f.FeePaid: ("request-notice-unserved",),
    f.FeeExempted: ("request-notice-unserved",),
    f.RemedyAnswered: ("request-remedy-answer",),
    f.RemedyDecided: ("request-remedy-answer",),
    f.DueMoved: ("request-due-moved",),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case as this transaction found it."""

    id: UUID
    case: Case
    version: int

    @property
    def file(self) -> CaseFile:
        file = file_of(self.case)
        if file is None:
            raise NotFound(NO_CASE)
        return file


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out what people and the system want with cases. Holds no state of its own."""

    people: People
    calendar_in_force: Callable[[], WorkCalendar]
    practice: Practice = USUAL

    @property
    def calendar(self) -> WorkCalendar:
        """Return the calendar of this moment: a holiday notice may be loaded while we run."""
        return self.calendar_in_force()

    async def load(
        self, tx: Tx, case_id: UUID, organ_id: UUID | None = None, seen: int | None = None
    ) -> Loaded:
        """Return a case; another organ's is as good as none. `seen` is the version that the caller looked at."""
        case, version = await tx.load(codecs.CASE, case_id)
        if isinstance(case, Nothing) or (organ_id is not None and organ_of(case) != organ_id):
            raise NotFound(NO_CASE)
        if seen is not None and seen != version:
            raise ChangedMeanwhile("这件申请刚有新的进展，请看过最新情况再办理")
        return Loaded(case_id, case, version)

    async def take(self, tx: Tx, case_id: UUID, organ_id: UUID | None = None, seen: int | None = None) -> Loaded:
        """Hold a case for a change; `seen` is the version that the caller looked at."""
        await store.lock_case(tx, case_id)
        return await self.load(tx, case_id, organ_id, seen)

    def would(self, loaded: Loaded, command: c.Command) -> None:
        """Refuse what would be refused, and do nothing."""
        afterwards.check(loaded.case, command)
        decide(loaded.case, command, self.calendar, self.practice)

    async def perform(
        self, tx: Tx, case_id: UUID, command: c.Command, *, organ_id: UUID | None = None, seen: int | None = None
    ) -> list[f.Fact]:
        """Decide on one command and record what follows; refuses like the domain."""
        loaded = await self.take(tx, case_id, organ_id, seen)
        return await self.decide_on(tx, loaded, command)

    async def begin(self, tx: Tx, case_id: UUID, command: c.Submit | c.ImportCase) -> list[f.Fact]:
        """Start a file. What is submitted has a new id: were it not new, what is recorded would fail at the commit."""
        case, version = codecs.CASE.initial, 0
        if isinstance(command, c.Submit):
            tx.trust(codecs.CASE, case_id, register.Loaded(case, version, register.BEGINNING))
        else:
            case, version = await tx.load(codecs.CASE, case_id)
        return await self.decide_on(tx, Loaded(case_id, case, version), command)

    async def perform_many(self, tx: Tx, commands: Mapping[UUID, tuple[Due, c.Command]]) -> list[UUID]:
        """Carry out on each of these cases what its clock demands; returns those on which it was done.

        What somebody holds, what concerns other cases too and what refuses is left: it is taken alone afterwards.
        """
        free = await store.lock_cases(tx, list(commands))
        held = await tallies.simple(tx, free)
        done = []
        loaded = await tx.load_many(codecs.CASE, list(held))
        async with tx.db.in_bulk():
            for case_id, (case, version, _) in loaded.items():
                clock, command = commands[case_id]
                tx.ring(clock)
                with contextlib.suppress(Refused):
                    await self.decide_on(tx, Loaded(case_id, case, version), command, held)
                    done.append(case_id)
        return done

    async def decide_on(
        self, tx: Tx, loaded: Loaded, command: c.Command, held: tallies.Held | None = None
    ) -> list[f.Fact]:
        """Carry out a command on a case that was loaded in this transaction. It refuses before it writes."""
        afterwards.check(loaded.case, command)
        facts = decide(loaded.case, command, self.calendar, self.practice)
        if not facts:
            return facts
        await tx.record(codecs.CASE, loaded.id, loaded.version, facts)
        today = legal_date(tx.now)
        after = loaded.case
        for fact in facts:
            after = codecs.CASE.evolve(after, fact)
            for event in wire.published(loaded.id, after, fact, today):
                tx.tell(event)
        await self.show(tx, loaded.id, loaded.version, after, facts, tx.actor.person_id, held)
        await self._set_clocks(tx, loaded.id, loaded.case, after)
        await afterwards.follow(tx, loaded.id, loaded.version + len(facts), facts)
        if held is None:  # nothing is joined into a case whose end concerns no other
            await joining.follow(self, tx, loaded.id, facts)
        for fact in facts:
            settled = SETTLED.get(type(fact))
            if settled:
                await store.clear_attention(tx, loaded.id, *settled)
        return facts

    async def show(
        self, tx: Tx, case_id: UUID, before: int, case: Case, facts: Sequence[f.Fact], by: UUID | None,
        held: tallies.Held | None = None,
    ) -> None:  # fmt: skip
        """Write the read models of a case; `before` is its version before these facts."""
        kinds = [(fact.channel, fact.applicant_kind) for fact in facts if isinstance(fact, f.CaseImported)]
        version = before + len(facts)
        kind = kinds[-1] if kinds else ("online", "np")
        await store.keep_case(tx, case_id, version, case, self.standing(case), kind, by)
        await store.keep_details(tx, case_id, before + 1, case, facts)
        await tallies.keep(tx, case_id, facts, is_new=before == 0, held=held)

    def standing(self, case: Case) -> Standing:
        step = work.next_step(case, self.practice)
        handling = handling_of(case)
        due = due_of(handling, self.calendar, self.practice.edges) if handling else None
        if isinstance(case, Submitted):
            return Standing(confirm_by(case.file.application, self.calendar), False, step)
        return Standing(due.on, due.provisional, step) if due else Standing(None, False, step)

    # ── Clocks ─────────────────────────────────────────────────────────────

    async def _set_clocks(self, tx: Tx, case_id: UUID, before: Case, after: Case) -> None:
        """Start, move and stop the clocks between two states."""
        were = {clock.key: clock for clock in clocks.clocks_of(case_id, before, self.calendar, self.practice)}
        are = {clock.key: clock for clock in clocks.clocks_of(case_id, after, self.calendar, self.practice)}
        for kind, subject in were.keys() - are.keys():
            await tx.stop_clock(kind, subject)
        for key, clock in are.items():
            known = were.get(key)
            if known is None or (known.due_on, known.provisional) != (clock.due_on, clock.provisional):
                await tx.set_clock(due(clock, case_id))

    async def recount(self, tx: Tx, case_id: UUID) -> int:
        """Count the open dates of a case with the calendar in force; returns how many moved."""
        loaded = await self.take(tx, case_id)
        facts = await self.decide_on(tx, loaded, c.RecomputeDue(legal_date(tx.now))) if _counts(loaded.case) else []
        moved = [fact for fact in facts if isinstance(fact, f.DueMoved)]
        touched = {fact.clock.partition("/")[0] for fact in moved}
        touched |= {"request-reply-near"} if "request-reply" in touched else set()
        running = await keeping.running_clocks(tx, case_id)
        after = await self.load(tx, case_id)
        for clock in clocks.clocks_of(case_id, after.case, self.calendar, self.practice):
            # A clock that rang already rings again only when its own day moved.
            if clock.key in running or clock.kind in touched:
                await tx.set_clock(due(clock, case_id))
        await keeping.remember_calendar(tx, case_id, self.calendar.version, clocks.OF_CASES)
        for fact in moved:
            await store.raise_attention(tx, case_id, "request-due-moved", moved_zh(fact), fact.after)
        return len(moved)

    # ── Numbers and organs ─────────────────────────────────────────────────

    async def register(self, tx: Tx, case_id: UUID, topic: str, by: UUID | None) -> list[f.Fact]:
        """Give the case the next number of its year. If this transaction fails, so does the number."""
        loaded = await self.load(tx, case_id)
        file = loaded.file
        if file.number is not None:
            raise Refused(f"申请已登记为{file.number.text}号。")
        received_on = file.receipt.received_on if file.receipt else file.application.submitted_on
        serial = await store.next_case_serial(tx, file.application.organ_id, received_on.year)
        return await self.decide_on(tx, loaded, c.Register(received_on.year, serial, topic, by))

    async def organ(self, tx: Tx, organ_id: UUID) -> OrganDescribed:
        found = await officers.organ(tx.db, organ_id)
        if found is None:
            raise Refused("单位信息还没有填写，请系统管理员先填写单位名称和统一社会信用代码")
        return found

    def today(self, tx: Tx) -> date:
        return legal_date(tx.now)


def _counts(case: Case) -> bool:
    """Tell whether a case has dates that another calendar may move."""
    return isinstance(case, Handling | Joined | Lapsed)


def organ_of(case: Case) -> UUID | None:
    file = file_of(case)
    if file is not None:
        return file.application.organ_id
    return getattr(case, "organ_id", None)


def due(clock: Counted, case_id: UUID) -> Due:
    return Due(
        kind=clock.kind,
        subject=clock.subject,
        due_at=clock.fires_at,
        payload={"due_on": clock.due_on.isoformat(), "case_id": str(case_id)},
        rule=clock.rule,
        article=clock.article,
        counted=clock.explanation,
        calendar_version=clock.calendar_version,
        provisional=clock.provisional,
    )


def moved_zh(fact: f.DueMoved) -> str:
    kind = fact.clock.partition("/")[0]
    name = next((zh for key, zh in clocks.KINDS.items() if key == kind), "期限")
    if fact.before == fact.after:
        return f"放假安排更新，{name}仍为{fact.after}"
    return f"放假安排更新，{name}由{fact.before}改为{fact.after}"
