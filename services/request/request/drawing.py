"""What a letter is made of, gathered from the case: the pure half of lettering."""

from dataclasses import replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from gongkai.contracts.identity import OrganDescribed
from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.clock import Extended, Running
from gongkai.statute.fees import charge_by_item, charge_by_page
from gongkai.statute.refusal import Refused
from request.application import PROOF_KINDS, Application
from request.domain import decided
from request.domain.case import Case, Withdrawn, file_of, handling_of
from request.domain.due import standing
from request.domain.file import CaseFile, Consultation
from request.domain.ladder import ALL_RUNGS, Practice
from request.domain.values import Channel, ItemDecision, LetterKind
from request.letters import data as d
from request.people import ThirdParty
from request.replytext import ItemText, NoticeText, ReplyText

CONSENT: Final = "政府信息公开工作机构负责人"
#: Letters that go to somebody else than the applicant.
TO_OTHERS: Final[frozenset[LetterKind]] = frozenset(
    {"third-party", "third-party-confirmation", "third-party-decision", "co-maker", "other-organ", "co-handling"}
)


def organ(described: OrganDescribed, setting: tuple[str, str, str]) -> d.Organ:
    url, court, _ = setting
    return d.Organ(
        name=described.name,
        short_name=described.short_name,
        office=described.openness_office or f"{described.name}政府信息公开工作机构",
        address=described.address,
        phone=described.phones[0] if described.phones else "",
        hours=described.hours,
        government=described.government,
        court=court or "有管辖权的人民法院",
        reconsideration_url=url,
    )


def received(file: CaseFile) -> d.Received | None:
    if file.receipt is None:
        return None
    corrected = file.correction.received_on if file.correction else None
    channel: Channel = file.application.channel
    return d.Received(file.receipt.received_on, channel, "", corrected)


def subject(application: Application) -> str:
    return (application.title.strip() or application.description.strip()).replace("\n", " ")


def decisions(
    file: CaseFile, made: tuple[ItemDecision, ...], text: ReplyText, asked: str, names: dict[str, str]
) -> tuple[d.Decision, ...]:
    """Return the decisions as a letter says them; `names` are the names of the files that are given."""
    return tuple(_decision(file, one, text.of(one.item), asked, names) for one in made)


def _decision(file: CaseFile, one: ItemDecision, text: ItemText, asked: str, names: dict[str, str]) -> d.Decision:
    earlier = next((similar for similar in file.similar if similar.same_applicant and similar.earlier), None)
    opinion = next((asked.opinion for asked in file.consultations if asked.whom == "third-party"), None)
    return d.Decision(
        item=one.item,
        words=text.words or asked,
        basis=one.basis,
        reason=one.reason,
        article=one.article,
        given=tuple(names.get(blob, "") or f"附件{at}" for at, blob in enumerate(one.blobs, 1)),
        withheld=tuple(
            d.Withheld(part.what, part.basis, part.reason, part.law, part.opinion or opinion) for part in text.withheld
        ),
        public_at=one.public_at,
        column=text.column,
        document_number=text.document_number,
        obtain=text.obtain or one.public_at,
        law=text.law,
        opinion=opinion if one.basis == "third-party" else None,
        not_asked=one.third_party_waived,
        public_interest=text.public_interest,
        other_organ=one.other_organ,
        other_contact=text.other_contact,
        earlier_number=text.earlier_number if earlier or text.earlier_number else "",
        earlier_on=text.earlier_on,
        channel_told=text.channel_told or one.public_at,
    )


def searches(file: CaseFile, office: str) -> tuple[d.Search, ...]:
    """Return the searches; the letter names the office that made them, not the person."""
    return tuple(d.Search(search.places, search.words, office, search.on) for search in file.searches)


def due(case: Case, kind: LetterKind, calendar: WorkCalendar, practice: Practice) -> d.Stated | None:
    """Return the last day that this letter tells: of the notice itself for a correction, of the reply for others."""
    file = file_of(case)
    if kind == "correction" and file is not None and file.receipt is not None:
        return d.Stated.of(calendar.explain(file.receipt.received_on, rules.CORRECTION_NOTICE.length))
    handling = handling_of(case)
    if handling is None:
        return None
    reading = standing(handling, calendar, practice.edges)
    return d.Stated.of(reading.explanation) if isinstance(reading, Running) else None


def correction(file: CaseFile) -> d.Correction | None:
    """Return what is to be corrected: the letter is written before the decision takes effect with it."""
    waiting = file.waiting("correction")
    if isinstance(waiting, decided.CorrectionDecided):
        return d.Correction(waiting.what, waiting.answer_by)
    return None


def reasons(file: CaseFile) -> d.Reasons | None:
    waiting = file.waiting("reasons")
    return d.Reasons(waiting.facts, waiting.answer_by) if isinstance(waiting, decided.ReasonsDecided) else None


def extension(case: Case, issued_on: date, calendar: WorkCalendar, practice: Practice) -> d.Extension | None:
    handling, file = handling_of(case), file_of(case)
    waiting = file.waiting("extension") if file else None
    if handling is None or not isinstance(waiting, decided.ExtensionDecided):
        return None
    clock = handling.clock
    longer = replace(clock, steps=(*clock.steps, Extended(waiting.working_days, issued_on)))
    before, after = clock.read(calendar, practice.edges), longer.read(calendar, practice.edges)
    if not isinstance(before, Running) or not isinstance(after, Running):
        return None
    return d.Extension(
        waiting.working_days, waiting.reason, CONSENT, d.Stated.of(before.explanation), d.Stated.of(after.explanation)
    )


def consultation(file: CaseFile, letter: UUID | None, words: NoticeText) -> d.Consultation:
    asked = file.consulted(letter) if letter else None
    return d.Consultation(
        content=words.content,
        why=words.why,
        answer_by=words.answer_by or (asked.answer_by if asked else None),
        asked_on=asked.asked_on if asked else None,
    )


def fee(file: CaseFile, how_to_pay: str) -> d.Fee | None:
    waiting = file.waiting("fee")
    if not isinstance(waiting, decided.FeeDecided):
        return None
    charged, items = waiting.fee, file.application.items
    if charged.standard == "items":
        reckoning = charge_by_item(items, already=max(charged.count - items, 0)).reckoning_zh
    else:
        reckoning = charge_by_page(charged.count).reckoning_zh
    return d.Fee(charged.standard, charged.count, charged.amount, reckoning, how_to_pay, charged.month)


def lapse(file: CaseFile, issued_on: date) -> d.Lapse | None:
    """Return the days that prove an application abandoned: from the letter that asked for something."""
    asked: Literal["fee", "correction"]
    if file.fee is not None and file.fee.lapsed_on:
        asked, arrived_on, ended_on = "fee", file.fee.received_on, file.fee.pay_by
    elif file.correction is not None:
        asked, arrived_on, ended_on = "correction", file.correction.reached_on, file.correction.answer_by
    else:
        return None
    letter = next((one for one in reversed(file.letters) if one.kind == asked), None)
    if letter is None or ended_on is None:
        return None
    arrived_on = arrived_on or (letter.service.counts_on if letter.service else letter.issued_on)
    return d.Lapse(letter.number, letter.issued_on, arrived_on, min(ended_on, issued_on), asked)


def withdrawal(case: Case) -> d.Withdrawal | None:
    return d.Withdrawal(case.on, "书面或者在网上") if isinstance(case, Withdrawn) else None


def application_form(application: Application) -> d.Application:
    proof = f"{PROOF_KINDS[application.proof_kind]} {application.proof}".strip() if application.proof.strip() else ""
    contact = "；".join(
        text.strip()
        for text in (application.contact_person, application.phone, application.email, application.address)
        if text.strip()
    )
    return d.Application(
        applicant_kind=application.applicant_kind,
        name=application.name,
        proof=proof,
        contact=contact,
        description="\n".join(text for text in (application.title, application.description) if text.strip()),
        supply_form=application.supply_form,
        way=application.way,
        representative=application.representative,
    )


def approval(file: CaseFile, proposal: str) -> d.Approval | None:
    if not file.drafts:
        return None
    draft = file.drafts[-1]
    grounds = "；".join(dict.fromkeys(one.article for one in draft.decisions if one.article))
    steps = tuple(
        d.Step(ALL_RUNGS[passed.step].name_zh if passed.step in ALL_RUNGS else passed.step, "", None, passed.opinion)
        for passed in draft.passed
    )
    return d.Approval(proposal, grounds, steps)


def asked_in(file: CaseFile, kind: LetterKind, letter: UUID) -> Consultation | None:
    """Return the consultation to which a letter belongs; later letters to a third party belong to the last of them."""
    if kind not in TO_OTHERS or kind == "co-handling":
        return None
    last = next((one for one in reversed(file.consultations) if one.whom == "third-party"), None)
    return file.consulted(letter) or last


def addressee_of(party: ThirdParty | None, asked_organ: str, unit: str) -> str:
    name = party.name if party else asked_organ or unit
    if not name.strip():
        raise Refused("不知道这份文书发给谁，请先登记征求意见的对象")
    return name
