"""Issues letters: gathered, composed and typeset while nothing is held; numbered, frozen and recorded in one change."""

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

from pypdf import PdfReader

from gongkai.runtime import fault
from gongkai.runtime.blobs import digest_of
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError
from gongkai.runtime.workers import Workers
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from request import drawing, joining, reading, replytext, store
from request.application import Application
from request.converting import Converting
from request.domain import commands as c
from request.domain import facts as f
from request.domain.values import LetterKind, Served
from request.letters import data as d
from request.letters.compose import compose
from request.letters.forms import FORMS
from request.letters.numbers import number_of
from request.letters.typeset import typeset
from request.letters.verification import verify_url
from request.letters.word import to_word
from request.notifying import Kind, Notifier
from request.numbering import Lines
from request.people import People, ThirdParty
from request.replytext import NoticeText
from request.service import Desk, Loaded

Form = Literal["pdf", "docx"]
#: What the applicant hears when a letter to them is ready.
HEARD: Final[dict[LetterKind, Kind]] = {"correction": "correction", "extension": "notice", "fee": "notice",
                                        "reasons": "notice", "third-party-applicant": "third-party",
                                        "lapsed": "notice", "withdrawn": "notice"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    letter: UUID
    number: str
    digest: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """Both forms of one letter."""

    pdf: bytes
    docx: bytes


Opening = Callable[[], AbstractAsyncContextManager[Tx]]
#: How often a letter is set again because somebody of another process took its number.
_ROUNDS: Final = 8


class _Overtaken(Exception):
    """The letter was set for a number, a day or a case that is no longer the one. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter as it will be, if nobody is faster."""

    case_id: UUID
    version: int
    letter: d.Letter
    command: c.IssueLetter


def printed(letter: d.Letter, fonts: tuple[str, ...]) -> Printed:
    """Set a letter in both forms. A top-level function of values, for a worker process."""
    return Printed(typeset(letter, fonts), to_word(letter))


def pages_of(pdf: bytes) -> int:
    """Count the pages of one of our letters. Work for a worker process."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


@dataclass(frozen=True, slots=True)
class Lettering:
    desk: Desk
    people: People
    workers: Workers
    notifier: Notifier
    converting: Converting
    public_url: str
    lines: Lines = field(default_factory=Lines)
    fonts: tuple[str, ...] = ()
    """Folders with fonts besides those we carry."""

    async def preview(
        self, opening: Opening, case_id: UUID, organ_id: UUID, kind: LetterKind, consulted: UUID | None,
        words: NoticeText,
    ) -> bytes:  # fmt: skip
        """Return the letter as it would be printed now, marked as a draft and without a number."""
        async with opening() as tx:
            loaded = await self.desk.load(tx, case_id, organ_id)
            data = await self._gather(tx, loaded, kind, consulted or tx.new_id(), words)
        return await self.workers.run(typeset, compose(replace(data, draft=True)), self.fonts)

    async def issue(
        self,
        opening: Opening,
        case_id: UUID,
        organ_id: UUID,
        kind: LetterKind,
        consulted: UUID | None,
        words: NoticeText,
        by: UUID,
        seen: int | None = None,
    ) -> Issued:
        """Give a letter its number, freeze and record it. If anything is missing, no number is used.

        It is typeset with the number it will probably get, while nothing is held. Only then the number is taken, with
        everything that goes with it, in one transaction; if somebody was faster, that is undone and it is set again.
        """
        letter_id = consulted if kind in {"third-party", "co-maker", "other-organ"} else None
        async with self.lines.place((organ_id, FORMS[kind].series or kind)) as place:
            for _ in range(_ROUNDS):
                async with opening() as tx:
                    loaded = await self.desk.load(tx, case_id, organ_id, seen)
                    letter_id = letter_id or tx.new_id()
                    ready = await self._prepare(tx, loaded, kind, letter_id, words, by, place.ahead)
                made = await self.workers.run(printed, ready.letter, self.fonts)
                await place.turn()
                fault.point("request:typeset")
                try:
                    async with opening() as tx:
                        return await self._freeze(tx, organ_id, ready, made)
                except _Overtaken:
                    continue
        raise ChangedMeanwhile("正有多人制发同一系列的文书，这一份没有制发，请再试一次")

    async def _prepare(
        self, tx: Tx, loaded: Loaded, kind: LetterKind, letter_id: UUID, words: NoticeText, by: UUID, ahead: int
    ) -> _Ready:
        """Compose the letter with the number that will be the next when everybody ahead has taken theirs."""
        data = await self._gather(tx, loaded, kind, letter_id, words)
        series, year = FORMS[kind].series, data.issued_on.year
        organ_id = loaded.file.application.organ_id
        serial = await store.last_letter_serial(tx, organ_id, series or kind, year) + 1 + ahead
        number = number_of(data.organ.short_name, series, year, serial) if series else f"{year}-{serial:04d}"
        letter = compose(replace(data, number=number if series else data.number))
        command = c.IssueLetter(
            letter_id, kind, number, year, serial, "稿", data.issued_on, by, answer_by=words.answer_by
        )
        self.desk.would(loaded, command)
        return _Ready(loaded.id, loaded.version, letter, command)

    async def _freeze(self, tx: Tx, organ_id: UUID, ready: _Ready, made: Printed) -> Issued:
        """Take the number and record the letter under it, unless the case, the day or the number is another by now."""
        command, case_id = ready.command, ready.case_id
        letter_id, kind = command.letter, command.kind
        loaded = await self.desk.take(tx, case_id, organ_id)
        if loaded.version != ready.version or legal_date(tx.now) != command.today:
            raise _Overtaken
        owner = await self._owner(tx, loaded, kind, letter_id)
        for form, content in (("pdf", made.pdf), ("docx", made.docx)):
            item = await self.people.keep_bytes(tx, owner, "letter", content)
            await store.keep_letter_file(tx, letter_id, case_id, form, item, digest_of(content), ready.letter.code)
        # From here to the commit, which is not far, nobody else gets a number of this series.
        if await store.next_letter_serial(tx, organ_id, FORMS[kind].series or kind, command.year) != command.serial:
            raise _Overtaken
        command = replace(command, digest=digest_of(made.pdf))
        await self.desk.decide_on(tx, loaded, command)
        answered = False
        if kind not in drawing.TO_OTHERS and loaded.file.application.way == "online":
            # What waits on the applicant's own page has arrived there.
            answered = await self.serve(tx, case_id, organ_id, letter_id, "online", command.by, tell=False)
        if kind in HEARD or kind.startswith("reply-"):
            await self.notifier.tell(tx, case_id, HEARD.get(kind, "reply"))
        return Issued(letter_id, command.number, command.digest, answered)

    async def serve(
        self,
        tx: Tx,
        case_id: UUID,
        organ_id: UUID,
        letter: UUID,
        served: Served,
        by: UUID | None,
        *,
        command: c.ServeLetter | None = None,
        tell: bool = True,
        seen: int | None = None,
    ) -> bool:
        """Record the service; a reply that was served answers the case, and the cases handled in it."""
        today = legal_date(tx.now)
        loaded = await self.desk.take(tx, case_id, organ_id, seen)
        await self.desk.decide_on(tx, loaded, command or c.ServeLetter(letter, served, today, by, today))
        found = (await self.desk.load(tx, case_id)).file.letter(letter)
        if found is None or not found.is_reply:
            return False
        facts = await self.desk.perform(tx, case_id, c.Answer(letter, today))
        answered = next(fact for fact in facts if isinstance(fact, f.Answered))
        for joined in await joining.answer(self.desk, tx, case_id, letter, answered):
            await self.notifier.tell(tx, joined, "reply")
        await self.converting.answered(tx, case_id, answered)
        if tell:
            await self.notifier.tell(tx, case_id, "reply")
        return True

    # ── Gathering ──────────────────────────────────────────────────────────

    async def _gather(
        self, tx: Tx, loaded: Loaded, kind: LetterKind, letter_id: UUID, words: NoticeText
    ) -> d.LetterData:
        """Collect what this letter says; what a form does not need stays empty."""
        file, calendar, practice = loaded.file, self.desk.calendar, self.desk.practice
        organ_id = file.application.organ_id
        setting = await store.organ_setting(tx, organ_id)
        organ = drawing.organ(await self.desk.organ(tx, organ_id), setting)
        application = await self.people.application(tx, file.application.item, "serving")
        asked = drawing.subject(application)
        data = d.LetterData(
            kind=kind,
            organ=organ,
            issued_on=legal_date(tx.now),
            addressee=application.name,
            addressee_is="person" if application.applicant_kind == "np" else "organisation",
            case_number=file.number.text if file.number else "",
            received=drawing.received(file),
            subject=asked,
            due=drawing.due(loaded.case, kind, calendar, practice),
            searches=drawing.searches(file, organ.office),
            own_words=words.paragraphs,
            served_online=file.application.way == "online" and kind not in drawing.TO_OTHERS,
            verification=d.Verification(verify_url(self.public_url, letter_id)),
        )
        if kind.startswith("reply-") or (kind == "withdrawn" and drawing.withdrawal(loaded.case) is None):
            return await self._reply(tx, loaded, data, asked)
        if kind == "transfer-list":
            return await self._transfer(tx, loaded, data, words)
        if kind in drawing.TO_OTHERS:
            data = await self._to_others(tx, loaded, data, letter_id)
        return self._notice(loaded, data, letter_id, words, application, setting[2])

    async def _reply(self, tx: Tx, loaded: Loaded, data: d.LetterData, asked: str) -> d.LetterData:
        draft = loaded.file.draft
        if draft is None:
            raise Refused("还没有起草答复")
        text = replytext.from_json(await self.people.words(tx, draft.text_item, "serving"))
        names = await store.file_names(tx, loaded.id)
        decided = drawing.decisions(loaded.file, draft.decisions, text, asked, names)
        enclosures = tuple(dict.fromkeys(name for one in decided for name in one.given))
        return replace(data, decisions=decided, own_words=text.paragraphs, enclosures=enclosures)

    async def _transfer(self, tx: Tx, loaded: Loaded, data: d.LetterData, words: NoticeText) -> d.LetterData:
        """List every letter of the case with its pages; who takes them over and why stands in the words."""
        rows = []
        for row in await reading.letters(tx.db, loaded.id):
            file = await reading.letter_file(tx.db, loaded.id, row["id"], "pdf")
            pages = await self._pages(tx, file["item_id"])
            rows.append(d.Moved(FORMS[row["kind"]].title, row["number"], pages))
        giver = loaded.file.unit or data.organ.office
        return replace(data, transfer=d.Transfer(giver, words.content, words.why, tuple(rows)))

    async def _pages(self, tx: Tx, item: UUID) -> int | None:
        """Count the pages of a letter; of one whose addressee was erased nobody knows them any more."""
        try:
            pdf = await self.people.read_bytes(tx, item, "printing")
        except ErasedError:
            return None
        return await self.workers.run(pages_of, pdf)

    async def _to_others(self, tx: Tx, loaded: Loaded, data: d.LetterData, letter_id: UUID) -> d.LetterData:
        asked = drawing.asked_in(loaded.file, data.kind, letter_id)
        party: ThirdParty | None = None
        if asked is not None and asked.party is not None:
            party = await self.people.read_third_party(tx, loaded.id, asked.party, "serving")
        unit = loaded.file.tasks[-1].unit if loaded.file.tasks and data.kind == "co-handling" else ""
        organ = "" if data.kind == "co-handling" else (asked.organ if asked else "")
        name = drawing.addressee_of(None if unit else party, organ, unit)
        return replace(data, addressee=name, addressee_is="organ" if organ or unit else "person")

    def _notice(
        self, loaded: Loaded, data: d.LetterData, letter_id: UUID, words: NoticeText, application: Application,
        how_to_pay: str,
    ) -> d.LetterData:  # fmt: skip
        file = loaded.file
        content = words.content or file.topic
        match data.kind:
            case "correction":
                return replace(data, correction=drawing.correction(file))
            case "reasons":
                return replace(data, reasons=drawing.reasons(file))
            case "extension":
                more = drawing.extension(loaded.case, data.issued_on, self.desk.calendar, self.desk.practice)
                return replace(data, extension=more)
            case "fee":
                return replace(data, fee=drawing.fee(file, how_to_pay))
            case "lapsed":
                return replace(data, lapse=drawing.lapse(file, data.issued_on))
            case "withdrawn":
                return replace(data, withdrawal=drawing.withdrawal(loaded.case))
            case "application-form":
                return replace(data, application=drawing.application_form(application))
            case "approval-slip":
                return replace(data, approval=drawing.approval(file, content))
            case "third-party-decision" if words.release_on is not None:
                return replace(data, override=d.Override(content, words.public_interest, words.release_on))
            case "third-party-applicant" | "third-party-confirmation":
                last = next((one.letter for one in reversed(file.consultations) if one.whom == "third-party"), None)
                number = next((one.number for one in file.letters if one.letter == last), "")
                asked = drawing.consultation(file, last, replace(words, content=content))
                return replace(data, consultation=asked, number=number)
            case kind if kind in drawing.TO_OTHERS:
                return replace(
                    data, consultation=drawing.consultation(file, letter_id, replace(words, content=content))
                )
            case _:
                return data

    async def _owner(self, tx: Tx, loaded: Loaded, kind: LetterKind, letter_id: UUID) -> UUID:
        """Return under whose key a letter lies: that of whoever it goes to, else the applicant's."""
        asked = drawing.asked_in(loaded.file, kind, letter_id)
        if asked is None:
            return loaded.file.application.applicant
        return await self.people.of_consultation(tx, loaded.id, asked)
