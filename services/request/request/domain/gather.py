"""File + fact → file: what is gathered whatever the state. It never refuses."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from request.domain import decided as d
from request.domain import facts as f
from request.domain.file import (
    CaseFile,
    CaseNumber,
    CleanCopy,
    Consultation,
    Correction,
    Draft,
    Extension,
    Fee,
    Inquiry,
    Letter,
    Passed,
    Receipt,
    RemedyTaken,
    Reply,
    Review,
    Service,
    Similar,
    UnitTask,
)
from request.domain.values import Notice


def gather(file: CaseFile, fact: f.Fact) -> CaseFile:
    """Return the file with what the fact adds; a fact that only moves the case adds nothing."""
    match fact:
        case f.ReceiptFixed():
            return replace(file, receipt=Receipt(fact.received_on, fact.rule, fact.reason))
        case f.ReceiptCorrected():
            return _received_on(file, fact)
        case f.Registered():
            return replace(file, number=CaseNumber(fact.year, fact.serial), topic=fact.topic)
        case f.TopicNamed():
            return replace(file, topic=fact.topic)
        case f.HandlerAssigned():
            return replace(file, handler=fact.handler, unit=fact.unit)
        case f.CorrectionAsked():
            file = _settled(file, "correction")
            return replace(file, correction=Correction(fact.asked_on, fact.what, fact.answer_by))
        case f.CorrectionReceived():
            asked = file.correction or Correction(fact.received_on, (), fact.received_on)
            known = file.application
            application = replace(
                known,
                item=fact.application_item,
                applicant=fact.applicant or known.applicant,
                supply_form=fact.supply_form or known.supply_form,
                way=fact.way or known.way,
            )
            corrected = replace(asked, received_on=fact.received_on, lapsed_on=None)
            return replace(file, application=application, correction=corrected)
        case f.CorrectionLapsed():
            return replace(file, correction=replace(file.correction, lapsed_on=fact.on)) if file.correction else file
        case f.ReplyExtended():
            file = _settled(file, "extension")
            extension = Extension(
                fact.working_days, fact.reason, fact.decided_on, fact.due_on, file.round, fact.consent_by
            )
            return replace(file, extensions=(*file.extensions, extension))
        case f.ReasonsAsked():
            file = _settled(file, "reasons")
            return replace(file, inquiry=Inquiry(fact.asked_on, fact.facts, fact.answer_by))
        case f.ReasonsJudged():
            asked_for = file.inquiry or Inquiry(fact.on, "", fact.on)
            judged = replace(
                asked_for,
                reasonable=fact.reasonable,
                judged_on=fact.on,
                why=fact.why,
                delayed_until=fact.delayed_until,
            )
            return replace(file, inquiry=judged)
        case f.RoundOpened():
            return replace(file, round=fact.round, reopened_by=(*file.reopened_by, fact.because), decided=(), ran=None)
        case f.MarkedTypical():
            return replace(file, typical=fact.why)
        case f.OpinionAsked() | f.OpinionReceivedByParty() | f.OpinionGiven():
            return _consult(file, fact)
        case f.FeeNoticed() | f.FeeNoticeReceived() | f.FeePaid() | f.FeeExempted() | f.FeeLapsed():
            return _charge(file, fact)
        case f.DueMoved():
            return _move(file, fact)
        case f.RemedyFiled() | f.RemedyAnswered() | f.RemedyDecided():
            return _remedy(file, fact)
        case f.ConversionReviewed() | f.ConversionDecided() | f.ConversionPublished():
            return _convert(file, fact)
        case (
            d.CorrectionDecided()
            | d.ExtensionDecided()
            | d.OpinionDecided()
            | d.ReasonsDecided()
            | d.FeeDecided()
            | f.NoticeDropped()
            | f.NoticeReached()
            | f.ClockInherited()
        ):
            return _await_letter(file, fact)
        case _:
            return _handle(file, fact)


def _received_on(file: CaseFile, fact: f.ReceiptCorrected) -> CaseFile:
    """Put the day right; what was handed in came on the day on which it counts."""
    if file.receipt is None:
        return file
    application = file.application
    if file.receipt.rule == "handed-in":
        application = replace(application, submitted_on=fact.received_on)
    return replace(file, application=application, receipt=replace(file.receipt, received_on=fact.received_on))


def _await_letter(file: CaseFile, fact: d.Decided | f.NoticeDropped | f.NoticeReached | f.ClockInherited) -> CaseFile:
    match fact:
        case f.NoticeDropped():
            return _settled(file, fact.notice, fact.letter)
        case f.NoticeReached(notice="correction") if file.correction:
            reached = replace(file.correction, reached_on=fact.received_on, answer_by=fact.answer_by)
            return replace(file, correction=reached)
        case f.NoticeReached(notice="reasons") if file.inquiry:
            asked = replace(file.inquiry, reached_on=fact.received_on, answer_by=fact.answer_by)
            return replace(file, inquiry=asked)
        case f.NoticeReached():
            return file
        case f.ClockInherited():
            return replace(
                file,
                correction=fact.correction,
                extensions=fact.extensions,
                consultations=fact.consultations,
                inquiry=fact.inquiry,
                fee=fact.fee,
            )
        case _:
            # A later decision of the same kind takes the place of the one that still waits.
            letter = fact.letter if isinstance(fact, d.OpinionDecided) else None
            file = _settled(file, d.notice_of(fact), letter)
            return replace(file, decided=(*file.decided, fact))


def _settled(file: CaseFile, notice: Notice, letter: UUID | None = None) -> CaseFile:
    return replace(file, decided=tuple(one for one in file.decided if not d.same_notice(one, notice, letter)))


def _handle(file: CaseFile, fact: f.Fact) -> CaseFile:
    match fact:
        case f.SearchRecorded():
            return replace(file, searches=(*file.searches, fact.search))
        case f.SimilarConfirmed():
            similar = Similar(fact.earlier, fact.document, fact.same_applicant)
            return replace(file, similar=(*file.similar, similar))
        case f.UnitAsked():
            task = UnitTask(fact.task, fact.unit, fact.asked_on, fact.answer_by)
            return replace(file, tasks=(*file.tasks, task))
        case f.UnitAnswered():
            tasks = tuple(
                replace(task, answered_on=fact.on, opinion_item=fact.opinion_item) if task.task == fact.task else task
                for task in file.tasks
            )
            return replace(file, tasks=tasks)
        case f.Redacted():
            copy = CleanCopy(fact.source, fact.result, fact.passages, fact.articles)
            return replace(file, clean_copies=(*file.clean_copies, copy))
        case f.ReplyDrafted():
            draft = Draft(
                fact.draft, fact.round, fact.decisions, fact.row, fact.text_item, fact.by, fact.ladder,
                instead_of=fact.instead_of,
            )  # fmt: skip
            return replace(file, drafts=(*file.drafts, draft))
        case f.StepPassed():
            passed = Passed(fact.step, fact.by, fact.opinion, fact.instead_of)
            return _with_draft(file, fact.draft, lambda draft: replace(draft, passed=(*draft.passed, passed)))
        case f.DraftReturned():
            returned = Passed(fact.step, fact.by, fact.opinion, fact.instead_of)
            return _with_draft(file, fact.draft, lambda draft: replace(draft, returned=returned))
        case f.LetterIssued():
            is_reply = fact.kind.startswith("reply-")
            of_draft = file.draft.number if is_reply and file.draft else None
            letter = Letter(fact.letter, fact.kind, fact.number, fact.digest, fact.issued_on, file.round, of_draft)
            return replace(file, letters=(*file.letters, letter))
        case f.LetterServed():
            service = Service(fact.served, fact.counts_on, fact.rule)
            letters = tuple(
                replace(letter, service=service) if letter.letter == fact.letter else letter for letter in file.letters
            )
            return replace(file, letters=letters)
        case f.Answered():
            reply = Reply(
                fact.round, fact.row, fact.decisions, fact.answered_on, fact.due_on, fact.late, fact.given, fact.letter,
                fact.through,
            )  # fmt: skip
            return replace(file, replies=(*file.replies, reply))
        case _:
            return file


def _with_draft(file: CaseFile, number: int, change: Callable[[Draft], Draft]) -> CaseFile:
    drafts = tuple(change(draft) if draft.number == number else draft for draft in file.drafts)
    return replace(file, drafts=drafts)


def _consult(file: CaseFile, fact: f.OpinionAsked | f.OpinionReceivedByParty | f.OpinionGiven) -> CaseFile:
    match fact:
        case f.OpinionAsked():
            file = _settled(file, "opinion", fact.letter)
            asked = Consultation(
                fact.letter, fact.whom, fact.party, fact.organ, fact.asked_on, wanted_by=fact.answer_by
            )
            return replace(file, consultations=(*file.consultations, asked))
        case f.OpinionReceivedByParty():
            return _with_consultation(
                file,
                fact.letter,
                lambda one: replace(one, received_on=fact.received_on, answer_by=fact.answer_by),
            )
        case f.OpinionGiven():
            return _with_consultation(
                file,
                fact.letter,
                lambda one: replace(
                    one,
                    opinion=fact.opinion,
                    answered_on=fact.answered_on,
                    reason_item=fact.reason_item,
                    reasonable=fact.reasonable,
                ),
            )


def _with_consultation(file: CaseFile, letter: UUID, change: Callable[[Consultation], Consultation]) -> CaseFile:
    consultations = tuple(change(one) if one.letter == letter else one for one in file.consultations)
    return replace(file, consultations=consultations)


def _charge(
    file: CaseFile, fact: f.FeeNoticed | f.FeeNoticeReceived | f.FeePaid | f.FeeExempted | f.FeeLapsed
) -> CaseFile:
    if isinstance(fact, f.FeeNoticed):
        return replace(_settled(file, "fee"), fee=Fee(fact.fee, fact.noticed_on))
    if file.fee is None:
        return _settled(file, "fee") if isinstance(fact, f.FeeExempted) else file
    match fact:
        case f.FeeNoticeReceived():
            return replace(file, fee=replace(file.fee, received_on=fact.received_on, pay_by=fact.pay_by))
        case f.FeePaid():
            return replace(file, fee=replace(file.fee, paid_on=fact.paid_on, receipt=fact.receipt, lapsed_on=None))
        case f.FeeExempted():
            return replace(file, fee=replace(file.fee, exempted=fact.reason))
        case f.FeeLapsed():
            return replace(file, fee=replace(file.fee, lapsed_on=fact.on))


def _move(file: CaseFile, fact: f.DueMoved) -> CaseFile:
    """Move the day of a consultation, a payment or a remedy; the reply clock is the state's own."""
    kind, _, key = fact.clock.partition("/")
    match kind:
        case "request-consultation":
            return _with_consultation(file, UUID(key), lambda one: replace(one, answer_by=fact.after))
        case "request-payment" if file.fee:
            return replace(file, fee=replace(file.fee, pay_by=fact.after))
        case "request-remedy-answer":
            return _with_remedy(file, UUID(key), lambda one: replace(one, answer_by=fact.after))
        case _:
            return file


def _remedy(file: CaseFile, fact: f.RemedyFiled | f.RemedyAnswered | f.RemedyDecided) -> CaseFile:
    match fact:
        case f.RemedyFiled():
            taken = RemedyTaken(
                fact.remedy,
                fact.kind,
                fact.filed_on,
                fact.received_on,
                fact.body,
                fact.number,
                fact.answer_by,
                fact.warnings,
                fact.by_law,
            )
            return replace(file, remedies=(*file.remedies, taken))
        case f.RemedyAnswered():
            return _with_remedy(file, fact.remedy, lambda one: replace(one, answered_on=fact.on))
        case f.RemedyDecided():
            return _with_remedy(file, fact.remedy, lambda one: replace(one, result=fact.result, decided_on=fact.on))


def _with_remedy(file: CaseFile, remedy: UUID, change: Callable[[RemedyTaken], RemedyTaken]) -> CaseFile:
    remedies = tuple(change(one) if one.remedy == remedy else one for one in file.remedies)
    return replace(file, remedies=remedies)


def _convert(
    file: CaseFile, fact: f.ConversionReviewed | f.ConversionDecided | f.ConversionPublished
) -> CaseFile:
    match fact:
        case f.ConversionReviewed():
            review = Review(fact.review, fact.round, fact.advice, fact.relook_on)
            return replace(file, reviews=(*file.reviews, review))
        case f.ConversionDecided():
            return _with_review(
                file,
                fact.review,
                lambda one: replace(one, accepted=fact.accepted, decision=fact.decision, reason=fact.reason),
            )
        case f.ConversionPublished():
            return _with_review(
                file,
                fact.review,
                lambda one: replace(one, document_id=fact.document_id, permalink=fact.permalink),
            )


def _with_review(file: CaseFile, review: UUID, change: Callable[[Review], Review]) -> CaseFile:
    return replace(file, reviews=tuple(change(one) if one.review == review else one for one in file.reviews))
