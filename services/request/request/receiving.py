"""How applications come in: from the form, from an officer's desk, from another platform; and what follows at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from gongkai.contracts.inbound import RequestForwarded
from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from request import keeping, store
from request.application import Application, as_json, from_json, problems, problems_of_change
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Handling
from request.domain.values import Channel
from request.keyring import Keyring, new_code, new_token, same
from request.notifying import Notifier
from request.people import People, Purpose, read_or_none
from request.service import Desk, Loaded

DRAFT_KEPT: Final = timedelta(hours=24)
ERASE_DRAFT: Final = "request-draft-erase"
#: Where a program says which submission this is.
SENDING_HEADER: Final = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that was made, and the code with which its maker follows it; the code is shown in this answer alone."""

    case_id: UUID
    code: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class Sending:
    """By what a submission is known when it comes again, because its answer was lost or somebody clicked twice."""

    holder: str
    """To whom the key is bound: it opens nothing for anybody else."""
    key: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an officer knows of the day of receipt; which of it counts is the law's matter (A31)."""

    signed_on: date | None = None
    confirmed_on: date | None = None
    reached_elsewhere: bool = False
    contact_was_lost: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    desk: Desk
    people: People
    keyring: Keyring
    notifier: Notifier

    # ── Applications ───────────────────────────────────────────────────────

    async def submit(
        self,
        tx: Tx,
        organ_id: UUID,
        application: Application,
        *,
        channel: Channel = "online",
        submitted_on: date | None = None,
        items: int = 1,
        by: UUID | None = None,
        external_id: str = "",
        sending: Sending | None = None,
    ) -> Taken:
        """Take an application in. One on paper may lack something: then the applicant is asked to correct it.

        The same sending makes one case and always gives the same answer.
        """
        today = legal_date(tx.now)
        wrong = problems(application, today)
        if by is not None:
            wrong = [(path, sentence) for path, sentence in wrong if _stops_an_officer(path, application)]
        if wrong:
            raise Invalid(wrong)
        if by is not None:  # who applies for themselves came by the address of the organ
            await self.desk.organ(tx, organ_id)
        code = self.keyring.submission_code(str(organ_id), sending.holder, sending.key) if sending else new_code()
        before = await self._sent_before(tx, code, application) if sending else None
        if before:
            return before
        person = await self._person(tx, organ_id, application)
        case_id = tx.new_id()
        item = await self.people.keep_application(tx, person, application)
        await self.desk.begin(
            tx,
            case_id,
            c.Submit(
                organ_id=organ_id,
                applicant=person,
                applicant_kind=application.applicant_kind,
                channel=channel,
                submitted_on=submitted_on or today,
                application_item=item,
                supply_form=application.supply_form,
                way=application.way,
                today=today,
                items=items,
                external_id=external_id,
                by=by,
            ),
        )
        await self._keep_code(tx, code, case_id, application)
        return Taken(case_id, code, today)

    async def _sent_before(self, tx: Tx, code: str, application: Application) -> Taken | None:
        row = await store.submission(tx, self.keyring.code(code))
        if row is None:
            return None
        if not same(row["content"], self.keyring.content(code, fingerprint(application))):
            raise Invalid([(SENDING_HEADER, "这个标识已经用来提交过另一份内容，另一份申请请换一个标识")])
        return Taken(row["case_id"], code, legal_date(row["made_at"]))

    async def _person(self, tx: Tx, organ_id: UUID, application: Application) -> UUID:
        """Return the applicant; who shows no proof cannot be recognised and is a new person each time."""
        if not application.proof_number:
            return tx.new_id()
        return await self.people.applicant(tx, organ_id, application)

    async def _keep_code(self, tx: Tx, code: str, case_id: UUID, application: Application) -> None:
        await store.keep_code(
            tx,
            self.keyring.code(code),
            self.keyring.factor(code, application.factor),
            case_id,
            self.keyring.content(code, fingerprint(application)),
        )

    async def receive(
        self, tx: Tx, case_id: UUID, receipt: Receipt, topic: str, by: UUID, *, organ_id: UUID, seen: int | None = None
    ) -> list[f.Fact]:
        """Decide the day of receipt and give the number, in one step."""
        command = c.FixReceipt(
            by=by,
            today=legal_date(tx.now),
            signed_on=receipt.signed_on,
            confirmed_on=receipt.confirmed_on,
            reached_elsewhere=receipt.reached_elsewhere,
            contact_was_lost=receipt.contact_was_lost,
            note=receipt.note,
        )
        facts = await self.desk.perform(tx, case_id, command, organ_id=organ_id, seen=seen)
        loaded = await self.desk.load(tx, case_id)
        if loaded.file.number is None:
            facts += await self.desk.register(tx, case_id, topic, by)
        await self.notifier.tell(tx, case_id, "received")
        return facts

    async def correct(
        self,
        tx: Tx,
        case_id: UUID,
        received_on: date,
        change: Application,
        excuse: str = "",
        *,
        by_applicant: bool = False,
    ) -> None:
        """Take the corrected application; the clock runs anew from its receipt (A30).

        A proof of identity that comes with it says who applied: the case is theirs from now on, with all that follows.
        """
        loaded = await self.desk.take(tx, case_id)
        before = await read_or_none(self.people, tx, loaded.file.application.item, "system")
        wrong = problems_of_change(before, change, legal_date(tx.now)) if before else []
        if by_applicant and before and before.proof_number and before.proof_number != change.proof_number:
            wrong.append(("proof", "已经登记的证件号码不能在网上更改，请带上证件联系我们"))
        if wrong:
            raise Invalid(wrong)
        person = await self._corrected_person(tx, loaded, before, change)
        item = await self.people.keep_application(tx, person, change)
        applicant = person if person != loaded.file.application.applicant else None
        command = c.ReceiveCorrection(
            received_on, item, legal_date(tx.now), excuse, applicant, change.supply_form, change.way
        )
        await self.desk.decide_on(tx, loaded, command)
        if before is None or before.factor != change.factor:
            opened_by = loaded.file.application.split_from or case_id
            await keeping.keep_case_factor(tx, opened_by, self.keyring.case_factor(opened_by, change.factor))

    async def _corrected_person(
        self, tx: Tx, loaded: Loaded, before: Application | None, change: Application
    ) -> UUID:
        """Return whose case it is after a correction; whoever shows another proof than before is somebody else."""
        application = loaded.file.application
        shown = before.proof_number if before else ""
        if not change.proof_number or change.proof_number == shown:
            return application.applicant
        if shown:
            return await self.people.applicant(tx, application.organ_id, change)
        # The other parts of a paper stay with whom it came from, so a part alone does not become somebody else's.
        moves = application.split_from is None
        return await self.people.identified(tx, application.organ_id, application.applicant, change, moves=moves)

    async def split(
        self, tx: Tx, case_id: UUID, parts: Sequence[Application], reason: str, by: UUID, organ_id: UUID
    ) -> list[UUID]:
        """Make a file for each matter of one paper; its receipt and its clock as it stands hold for all of them."""
        loaded = await self.desk.take(tx, case_id, organ_id)
        file, paper = loaded.file, loaded.case
        today = legal_date(tx.now)
        into = [tx.new_id() for _ in parts]
        await self.desk.decide_on(tx, loaded, c.Split(tuple(into), reason, by))
        for number, (part, part_id) in enumerate(zip(parts, into, strict=True), 1):
            item = await self.people.keep_application(tx, file.application.applicant, part)
            submit = c.Submit(
                organ_id=organ_id,
                applicant=file.application.applicant,
                applicant_kind=file.application.applicant_kind,
                channel=file.application.channel,
                submitted_on=file.application.submitted_on,
                application_item=item,
                supply_form=part.supply_form,
                way=part.way,
                today=today,
                by=by,
                split_from=case_id,
            )
            await self.desk.begin(tx, part_id, submit)
            if isinstance(paper, Handling):
                # What happened to the paper happened to its parts: no days begin anew, nothing may be asked twice.
                await self.desk.perform(tx, part_id, c.InheritClock(case_id, paper, by, today))
                topic = f"{file.topic or '申请事项'}（之{number}）"
                await self.desk.register(tx, part_id, topic, by)
        return into

    # ── Other platforms ────────────────────────────────────────────────────

    async def announce(self, tx: Tx, event: RequestForwarded) -> None:
        """Note what the event says; the case is made when the application itself is there too."""
        await keeping.queue_for_forwarded(tx, event.organ_id, event.external_id)
        await keeping.announce_forwarded(
            tx, event.organ_id, event.external_id, platform=event.platform, pickup=event.pickup,
            submitted_on=event.submitted_on, kind=event.applicant_kind,
        )  # fmt: skip
        await self._meet(tx, event.organ_id, event.external_id, event.pickup)

    async def hand_over(
        self, tx: Tx, organ_id: UUID, external_id: str, pickup: str, application: Application
    ) -> UUID | None:
        """Take the application of another platform; returns the case once its event came too."""
        wrong = problems(application, legal_date(tx.now))
        if wrong:
            raise Invalid(wrong)
        await keeping.queue_for_forwarded(tx, organ_id, external_id)
        known = await keeping.lock_forwarded(tx, organ_id, external_id)
        if known is None or known["handed_over_at"] is None:
            person = await self._person(tx, organ_id, application)
            item = await self.people.keep_application(tx, person, application)
            await keeping.hand_over_forwarded(tx, organ_id, external_id, pickup=pickup, person=person, item=item)
        return await self._meet(tx, organ_id, external_id, pickup)

    async def _meet(self, tx: Tx, organ_id: UUID, external_id: str, pickup: str) -> UUID | None:
        row = await keeping.lock_forwarded(tx, organ_id, external_id)
        if row["pickup"] != pickup:
            raise Refused("同一编号的两份报文不是一对：取件标识不同，请转来的平台核对后重新发送")
        if row["case_id"] is not None or row["announced_at"] is None or row["handed_over_at"] is None:
            made: UUID | None = row["case_id"]
            return made
        application = await self.people.application(tx, row["application_item"], "system")
        if application.applicant_kind != row["applicant_kind"]:
            raise Refused("两份报文写明的申请人类别不同，请转来的平台核对后重新发送")
        case_id = tx.new_id()
        await self.desk.begin(
            tx,
            case_id,
            c.Submit(
                organ_id=organ_id,
                applicant=row["person_id"],
                applicant_kind=application.applicant_kind,
                channel="platform",
                submitted_on=row["submitted_on"],
                application_item=row["application_item"],
                supply_form=application.supply_form,
                way=application.way,
                today=legal_date(tx.now),
                external_id=external_id,
            ),
        )
        await keeping.take_forwarded(tx, organ_id, external_id, case_id)
        return case_id

    # ── Drafts of applicants ───────────────────────────────────────────────

    async def keep_draft(self, tx: Tx, token: str | None, application: Application) -> str:
        """Keep what was typed under a value that only this browser holds; an earlier draft is erased."""
        if token:
            await self.drop_draft(tx, token)
        fresh = token or new_token()
        person, erase_at = tx.new_id(), tx.now + DRAFT_KEPT
        item = await self.people.keep_words(tx, person, "draft", as_json(application))
        await store.keep_draft(tx, self.keyring.draft(fresh), person, item, erase_at)
        await tx.set_clock(Due(ERASE_DRAFT, str(person), erase_at))
        return fresh

    async def draft(self, tx: Tx, token: str) -> Application:
        row = await store.draft(tx, self.keyring.draft(token))
        if row is None:
            raise NotFound("没有保存的草稿，或者已经过了24小时")
        return from_json(await self.people.words(tx, row["item_id"], "follow"))

    async def drop_draft(self, tx: Tx, token: str) -> None:
        """Erase a draft that was sent or given up."""
        person = await store.drop_draft(tx, self.keyring.draft(token))
        if person is not None:
            await self.people.vault.erase(tx.db, person, tx.now)
            await tx.stop_clock(ERASE_DRAFT, str(person))

    async def erase_draft(self, tx: Tx, clock: Due) -> None:
        """Erase a draft whose day is over."""
        person = UUID(clock.subject)
        token = await store.draft_of_person(tx, person)
        if token is not None:
            await store.drop_draft(tx, token)
        await self.people.vault.erase(tx.db, person, tx.now)

    # ── Reading ────────────────────────────────────────────────────────────

    async def application(self, tx: Tx, case_id: UUID, why: Purpose, organ_id: UUID | None = None) -> Application:
        """Return the application as it stands; the look is recorded."""
        loaded = await self.desk.load(tx, case_id, organ_id)
        return await self.people.application(tx, loaded.file.application.item, why)


def fingerprint(application: Application) -> str:
    """Return the same text for the same application, in whatever order it was sent."""
    return json.dumps(as_json(application), ensure_ascii=False, sort_keys=True)


def _stops_an_officer(path: str, application: Application) -> bool:
    """Tell what even a paper application must have: a name, and numbers that are right where there are any."""
    given = {"proof": bool(application.proof_number), "phone": bool(application.phone.strip()),
             "email": bool(application.email.strip())}  # fmt: skip
    return path == "name" or given.get(path, False)
