"""Writes the read models in PostgreSQL, always in the transaction of the facts they show."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from asyncpg import DeadlockDetectedError, LockNotAvailableError

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.gathering import Row
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import SYSTEM, Tx
from request import work
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import Archived, Case, Imported, Joined, Lapsed, Nothing, Withdrawn, file_of
from request.domain.file import CaseFile
from request.domain.values import PersonRole

SQL: Final = queries("request")
#: Which table a statement about a single fact writes; its first value is the key.
_TABLES: Final = {
    "keep_letter": "letter", "keep_service": "letter", "keep_consultation": "consultation",
    "drop_consultation": "consultation",
    "keep_opinion_received": "consultation", "keep_opinion": "consultation", "move_consultation": "consultation",
    "keep_fee": "fee", "keep_fee_received": "fee", "keep_payment": "fee", "keep_exemption": "fee",
    "keep_fee_lapse": "fee", "move_payment": "fee", "keep_remedy": "remedy", "keep_remedy_answer": "remedy",
    "keep_remedy_decision": "remedy", "move_remedy": "remedy", "keep_search": "searched",
    "keep_unit_task": "unit_task", "keep_unit_answer": "unit_task", "keep_conversion": "conversion",
    "keep_answered_with": "answered_with", "keep_conversion_decision": "conversion",
    "keep_conversion_published": "conversion",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the reply clock stands (None while it does not run) and what is to be done next."""

    due_on: date | None
    provisional: bool
    next_step: str = ""


# ── Cases ──────────────────────────────────────────────────────────────────


async def keep_case(
    tx: Tx, case_id: UUID, version: int, case: Case, standing: Standing, kind: tuple[str, str], by: UUID | None
) -> None:
    """Show the case as it is after its last fact; `kind` is channel and applicant kind of a case of earlier years."""
    if isinstance(case, Nothing):
        return
    if isinstance(case, Imported):
        await _keep_imported(tx, case_id, version, case, kind, by)
        return
    file = case.file
    reply = file.replies[-1] if file.replies else None
    application, number = file.application, file.number
    await _write(
        tx, "keep_case", case_id, application.organ_id, type(case).__name__, version, file.round,
        number.year if number else None, number.serial if number else None, number.text if number else "",
        file.topic, application.channel, application.applicant_kind, application.applicant, application.item,
        application.supply_form, application.way, application.items, application.submitted_on,
        file.receipt.received_on if file.receipt else None, work.awaiting(case), standing.due_on,
        standing.provisional, standing.next_step, file.unit, file.handler, row_of(case, file),
        reply.answered_on if reply else None, bool(reply and reply.late), _closed_on(case), False,
        bool(file.typical), work.is_open(case), case.into if isinstance(case, Joined) else None, tx.now, by,
        rows=[("case_row", case_id)],
    )  # fmt: skip
    await _write(tx, "keep_untold", case_id, version, rows=[("case_untold", case_id)], whole=True)


async def _keep_imported(
    tx: Tx, case_id: UUID, version: int, case: Imported, kind: tuple[str, str], by: UUID | None
) -> None:
    channel, applicant_kind = kind
    await _write(
        tx, "keep_case", case_id, case.organ_id, "Imported", version, 1, None, None, case.number, "", channel,
        applicant_kind, None, None, "", "", 1, case.received_on, case.received_on, "", None, False, "", "", None,
        case.row, case.answered_on, False, case.answered_on, True, False, False, None, tx.now, by,
        rows=[("case_row", case_id)],
    )  # fmt: skip


def row_of(case: Case, file: CaseFile) -> str | None:
    """Return the row in which a case is counted, once it is known."""
    if isinstance(case, Lapsed):
        return "o1" if case.because == "correction" else "o2"
    if isinstance(case, Withdrawn):
        return "o3"
    return file.replies[-1].row if file.replies else None


def _closed_on(case: Case) -> date | None:
    return case.on if isinstance(case, Archived | Withdrawn | Lapsed) else None


async def _write(tx: Tx, name: str, *values: Any, rows: Sequence[Row], whole: bool = False) -> None:
    """Put a write aside: it leaves with the others of its change, in one journey to the database."""
    await tx.db.write(SQL[name], *values, rows=rows, whole=whole)


async def keep_details(tx: Tx, case_id: UUID, version: int, case: Case, happened: Sequence[f.Fact]) -> None:
    """Write the rows beside the case that single facts make; `version` is that of the first fact."""
    for at, fact in enumerate(happened):
        statement = _detail(tx, case_id, version + at, case, fact)
        if statement is not None:
            name, *values = statement
            await _write(tx, name, *values, rows=[(_TABLES[name], values[0])])


def _detail(tx: Tx, case_id: UUID, version: int, case: Case, fact: f.Fact) -> tuple[Any, ...] | None:
    match fact:
        case f.LetterIssued():
            return (
                "keep_letter", fact.letter, case_id, fact.kind, fact.number, fact.year, fact.serial, fact.digest,
                fact.issued_on, fact.by, tx.now,
            )  # fmt: skip
        case f.LetterServed():
            return ("keep_service", fact.letter, fact.served, fact.counts_on)
        case d.OpinionDecided():
            return ("keep_consultation", fact.letter, case_id, fact.whom, fact.party, fact.organ, fact.decided_on)
        case f.OpinionAsked():
            return ("keep_consultation", fact.letter, case_id, fact.whom, fact.party, fact.organ, fact.asked_on)
        case f.NoticeDropped(notice="opinion"):
            return ("drop_consultation", fact.letter)
        case f.OpinionReceivedByParty():
            return ("keep_opinion_received", fact.letter, fact.received_on, fact.answer_by)
        case f.OpinionGiven():
            return (
                "keep_opinion", fact.letter, fact.opinion, fact.answered_on, fact.reason_item, fact.reasonable,
            )  # fmt: skip
        case f.Answered(letter=letter, through=through) if letter is not None and through is not None:
            return ("keep_answered_with", case_id, letter, through)
        case f.FeeNoticed(fee=fee):
            return ("keep_fee", case_id, fee.standard, fee.count, fee.amount, fee.month, fact.noticed_on)
        case f.FeeNoticeReceived():
            return ("keep_fee_received", case_id, fact.received_on, fact.pay_by)
        case f.FeePaid():
            return ("keep_payment", case_id, fact.paid_on, fact.receipt)
        case f.FeeExempted():
            return ("keep_exemption", case_id, fact.reason)
        case f.FeeLapsed():
            return ("keep_fee_lapse", case_id, fact.on)
        case f.RemedyFiled():
            return (
                "keep_remedy", fact.remedy, case_id, fact.kind, fact.filed_on, fact.received_on, fact.body,
                fact.number, fact.answer_by,
            )  # fmt: skip
        case f.RemedyAnswered():
            return ("keep_remedy_answer", fact.remedy, fact.on)
        case f.RemedyDecided():
            return ("keep_remedy_decision", fact.remedy, fact.result, fact.on, fact.number)
        case f.SearchRecorded(search=search):
            return (
                "keep_search", case_id, version, list(search.places), list(search.words), search.by, search.on,
                search.found,
            )  # fmt: skip
        case f.UnitAsked():
            return ("keep_unit_task", fact.task, case_id, fact.unit, fact.asked_on, fact.answer_by)
        case f.UnitAnswered():
            return ("keep_unit_answer", fact.task, fact.on, fact.opinion_item)
        case f.ConversionReviewed():
            return (
                "keep_conversion", fact.review, case_id, _organ(case), fact.round, fact.advice, fact.rules_version,
                list(fact.articles), fact.relook_on, fact.at,
            )  # fmt: skip
        case f.ConversionDecided():
            return (
                "keep_conversion_decision", fact.review, fact.accepted, fact.decision, fact.reason, fact.by, tx.now,
            )  # fmt: skip
        case f.DueMoved():
            return _moved(case_id, fact)
        case f.ConversionPublished():
            return ("keep_conversion_published", fact.review, fact.document_id, fact.permalink, fact.on)
        case _:
            return None


def _moved(case_id: UUID, fact: f.DueMoved) -> tuple[Any, ...] | None:
    kind, _, key = fact.clock.partition("/")
    match kind:
        case "request-consultation":
            return ("move_consultation", UUID(key), fact.after)
        case "request-payment":
            return ("move_payment", case_id, fact.after)
        case "request-remedy-answer":
            return ("move_remedy", UUID(key), fact.after)
        case _:
            return None


def _organ(case: Case) -> UUID | None:
    file = file_of(case)
    return file.application.organ_id if file else None


async def hold(
    tx: Tx, ask: Callable[..., Awaitable[Any]], sql: Mapping[str, str], statement: str, case_id: UUID
) -> Any:
    """Ask for rows and hold them. A timer, which holds its clock already, does not wait: it comes again in a moment."""
    if tx.actor != SYSTEM:
        return await ask(sql[statement], case_id)
    try:
        return await ask(sql[f"{statement}_at_once"], case_id)
    except LockNotAvailableError:
        raise ChangedMeanwhile from None


async def lock_case(tx: Tx, case_id: UUID) -> UUID | None:
    organ_id: UUID | None = await hold(tx, tx.db.fetchval, SQL, "lock_case", case_id)
    return organ_id


async def hold_cases(tx: Tx, case_ids: Sequence[UUID]) -> None:
    """Hold several cases, in the one order in which everybody does."""
    try:
        await tx.db.fetch(SQL["hold_cases"], list(case_ids))
    except DeadlockDetectedError:  # somebody holds one of them and answers what is joined into it
        raise ChangedMeanwhile from None


async def lock_cases(tx: Tx, case_ids: Sequence[UUID]) -> list[UUID]:
    """Hold those of these cases that nobody holds."""
    return [row["id"] for row in await tx.db.fetch(SQL["lock_cases"], list(case_ids))]


async def next_case_serial(tx: Tx, organ_id: UUID, year: int) -> int:
    serial: int = await tx.db.fetchval(SQL["next_case_serial"], organ_id, year)
    return serial


async def last_letter_serial(tx: Tx, organ_id: UUID, series: str, year: int) -> int:
    """Return the last number that was given, without holding the counter."""
    last: int | None = await tx.db.fetchval(SQL["last_letter_serial"], organ_id, series, year)
    return last or 0


async def next_letter_serial(tx: Tx, organ_id: UUID, series: str, year: int) -> int:
    serial: int = await tx.db.fetchval(SQL["next_letter_serial"], organ_id, series, year)
    return serial


async def joined_into(tx: Tx, case_id: UUID) -> list[UUID]:
    """Return the cases that are handled in this one."""
    return [row["id"] for row in await tx.db.fetch(SQL["joined_into"], case_id)]


async def organ_setting(tx: Tx, organ_id: UUID) -> tuple[str, str, str]:
    """Return the address for reconsideration on the internet, the court, and how to pay."""
    row = await tx.db.fetchrow(SQL["organ_setting"], organ_id)
    return (row["reconsideration_url"], row["court"], row["how_to_pay"]) if row else ("", "", "")


async def keep_organ_setting(tx: Tx, organ_id: UUID, url: str, court: str, how_to_pay: str, by: UUID) -> None:
    await tx.db.execute(SQL["keep_organ_setting"], organ_id, url, court, how_to_pay, by, tx.now)


async def keep_letter_file(
    tx: Tx, letter: UUID, case_id: UUID, form: str, item: UUID, digest: str, check_code: str
) -> None:
    await tx.db.execute(SQL["keep_letter_file"], letter, case_id, form, item, digest, check_code)


async def keep_chain(tx: Tx, review: UUID, case_id: UUID, inputs: str, chain: str) -> None:
    await tx.db.execute(SQL["keep_chain"], review, case_id, inputs, chain, tx.now)


async def review_of(tx: Tx, review: UUID) -> Any:
    return await tx.db.fetchrow(SQL["review_of_case"], review)


async def keep_file(
    tx: Tx, case_id: UUID, file_id: UUID, *, kind: str, name: str, media_type: str, size: int, digest: str,
    item: UUID, made_from: str | None, by: UUID | None,
) -> None:  # fmt: skip
    await tx.db.execute(
        SQL["keep_file"], file_id, case_id, kind, name, media_type, size, digest, item, made_from, by, tx.now
    )


async def files_of_digests(tx: Tx, case_id: UUID, digests: Sequence[str]) -> frozenset[str]:
    """Return those of these files that belong to the case."""
    rows = await tx.db.fetch(SQL["files_of_digests"], case_id, list(digests))
    return frozenset(row["digest"] for row in rows)


async def file_names(tx: Tx, case_id: UUID) -> dict[str, str]:
    """Return the names of the files of a case by their digest."""
    return {row["digest"]: row["name"] for row in await tx.db.fetch(SQL["file_names"], case_id)}


async def raise_attention(tx: Tx, case_id: UUID, kind: str, sentence: str, due_on: date | None = None) -> None:
    rows = [("attention", case_id, kind)]
    await _write(tx, "raise_attention", case_id, kind, sentence, due_on, tx.now, rows=rows, whole=True)


async def raise_many(tx: Tx, kind: str, sentences: Mapping[UUID, tuple[str, date]]) -> None:
    """Raise one kind of attention for many cases."""
    said, due_on = zip(*sentences.values(), strict=True)
    await tx.db.execute(SQL["raise_many"], list(sentences), kind, list(said), list(due_on), tx.now)


async def clear_attention(tx: Tx, case_id: UUID, *kinds: str) -> None:
    if tx.actor != SYSTEM:
        # Clocks first: a timer that warns holds its clock before the attention that it raises.
        await tx.db.flush()
    rows = [("attention", case_id, kind) for kind in kinds]
    await _write(tx, "clear_attention", case_id, list(kinds), tx.now, rows=rows)


# ── People ─────────────────────────────────────────────────────────────────


async def applicant_of(tx: Tx, organ_id: UUID, proof: bytes) -> UUID | None:
    person: UUID | None = await tx.db.fetchval(SQL["applicant_of"], organ_id, proof)
    return person


async def known_or_new_applicant(tx: Tx, organ_id: UUID, proof: bytes, fresh: UUID) -> UUID | None:
    """Return who shows this proof, `fresh` for a new one; None when another transaction was faster."""
    person: UUID | None = await tx.db.fetchval(SQL["known_or_new_applicant"], organ_id, proof, fresh, tx.now)
    return person


async def forget_person(tx: Tx, person: UUID) -> None:
    for name in ("forget_codes", "forget_messages", "forget_file_names", "forget_applicant"):
        await tx.db.execute(SQL[name], person)


async def keep_person(
    tx: Tx, person: UUID, role: PersonRole, item: UUID | None, *, case_id: UUID | None = None,
    of_person: UUID | None = None, consultation: UUID | None = None,
) -> None:  # fmt: skip
    """Note somebody of a case, or who speaks for an applicant."""
    await tx.db.execute(SQL["keep_third_party"], person, case_id, item, tx.now, role, of_person, consultation)


async def person_of_consultation(tx: Tx, letter: UUID) -> UUID | None:
    person: UUID | None = await tx.db.fetchval(SQL["person_of_consultation"], letter)
    return person


async def agents_of(tx: Tx, person: UUID) -> list[UUID]:
    return [row["person_id"] for row in await tx.db.fetch(SQL["agents_of"], person)]


async def erased(tx: Tx, persons: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these people whose keys were destroyed."""
    rows = await tx.db.fetch(SQL["erased_people"], list(persons))
    return frozenset(row["person_id"] for row in rows)


async def third_party(tx: Tx, person: UUID, case_id: UUID) -> UUID | None:
    item: UUID | None = await tx.db.fetchval(SQL["third_party"], person, case_id)
    return item


async def applied_in_month(tx: Tx, organ_id: UUID, person: UUID, first: date, after: date, case_id: UUID) -> int:
    """Return how many matters this applicant asked for in the month before this case came in."""
    this = await tx.db.fetchrow(SQL["place_in_month"], case_id)
    count: int = await tx.db.fetchval(
        SQL["applied_in_month"], organ_id, person, first, after, case_id, this["received_on"], this["serial"]
    )
    return count


async def keep_code(tx: Tx, code: bytes, factor: bytes, case_id: UUID, content: bytes) -> None:
    await _write(tx, "keep_code", code, factor, case_id, tx.now, content, rows=[("query_code", code)])


async def submission(tx: Tx, code: bytes) -> Any:
    """Hold a submission and return what an earlier sending of it made, if there was one."""
    await tx.db.execute(SQL["queue_for_submission"], code.hex())
    return await tx.db.fetchrow(SQL["submission"], code)


async def code(db: Any, code_digest: bytes) -> tuple[UUID, bytes, bytes | None] | None:
    """Return the case of a code, its second factor, and the one that a correction brought, bound to the case."""
    row = await db.fetchrow(SQL["code"], code_digest)
    return (row["case_id"], row["factor"], row["case_factor"]) if row else None


async def keep_draft(tx: Tx, token: bytes, person: UUID, item: UUID, erase_at: datetime) -> None:
    await tx.db.execute(SQL["keep_draft"], token, person, item, tx.now, erase_at)


async def draft(tx: Tx, token: bytes) -> Any:
    return await tx.db.fetchrow(SQL["draft"], token, tx.now)


async def draft_of_person(tx: Tx, person: UUID) -> bytes | None:
    token: bytes | None = await tx.db.fetchval(SQL["draft_of_person"], person)
    return token


async def drop_draft(tx: Tx, token: bytes) -> UUID | None:
    person: UUID | None = await tx.db.fetchval(SQL["drop_draft"], token)
    return person
