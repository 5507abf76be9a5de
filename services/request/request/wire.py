"""Which facts others may hear of, and in which words. Nothing here can name a person: facts do not."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, assert_never
from uuid import UUID

from gongkai.contracts import request as told
from gongkai.contracts.envelope import Event
from gongkai.statute.articles import ARTICLES
from gongkai.statute.clock import Restarted
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import Case, Handling, file_of, handling_of
from request.domain.file import CaseFile
from request.domain.outcomes import articles_of


def published(case_id: UUID, case: Case, fact: f.Fact, today: date) -> list[Event]:
    """Return the events of one fact; `case` is the state after it."""
    file = file_of(case)
    if file is None:
        return []  # a case of an earlier year: nothing happened today
    about: dict[str, Any] = {"case_id": case_id, "organ_id": file.application.organ_id}
    match fact:
        case f.Registered():
            return _received(about, case, file)
        case f.ClockStarted():
            handling = handling_of(case)
            if handling is not None and not _restarted(handling):
                return _received(about, case, file)
            return [
                told.ClockRestarted(
                    **about, from_on=fact.from_on, due_on=fact.due_on, reason=_why_restarted(file, fact.from_on),
                    article=fact.article, provisional=fact.provisional,
                )
            ]  # fmt: skip
        case f.ReceiptCorrected(received_on=on, due_on=due_on) if due_on is not None:
            return [
                told.ClockRestarted(
                    **about, from_on=on, due_on=due_on, reason="更正收到申请之日，答复期限重新计算",
                    article=ARTICLES["A31"].citation, provisional=fact.provisional,
                )
            ]  # fmt: skip
        case f.ReceiptCorrected():
            return []
        case f.RoundOpened():
            return [
                told.ClockRestarted(
                    **about, from_on=fact.from_on, due_on=fact.due_on, reason="复议、诉讼结果纠正，重新办理",
                    provisional=fact.provisional,
                )
            ]  # fmt: skip
        case f.CorrectionAsked():
            return [
                told.CorrectionRequested(
                    **about, asked_on=fact.asked_on, answer_by=fact.answer_by, points=len(fact.what)
                )
            ]
        case f.OpinionAsked():
            return [
                told.ThirdPartyConsulted(**about, letter_id=fact.letter, whom=fact.whom, asked_on=fact.asked_on)
            ]
        case f.ReplyExtended():
            return [
                told.DeadlineExtended(
                    **about, working_days=fact.working_days, decided_on=fact.decided_on, due_on=fact.due_on,
                    consent_by=fact.consent_by,
                )
            ]  # fmt: skip
        case f.Answered():
            return [_answered(about, file, fact)]
        case f.CorrectionLapsed():
            return [_closed(about, "lapsed", fact.on, row="o1")]
        case f.FeeLapsed():
            return [_closed(about, "lapsed", fact.on, row="o2")]
        case f.WithdrawnByApplicant():
            return [_closed(about, "withdrawn", fact.on, row="o3")]
        case f.JoinedInto():
            return [_closed(about, "joined", today, into=(fact.case,))]
        case f.Separated():
            return _open_again(about, case, fact)
        case f.MattersSplit():
            return [_closed(about, "split", today, into=fact.into)]
        case f.Archived():
            row = file.replies[-1].row if file.replies else None
            return [_closed(about, "archived", fact.on, row=row)]
        case f.RemedyFiled():
            return [
                told.RemedyFiled(
                    **about, remedy_id=fact.remedy, kind=fact.kind, filed_on=fact.filed_on,
                    received_on=fact.received_on, authority=fact.body, answer_by=fact.answer_by,
                )
            ]  # fmt: skip
        case f.RemedyDecided():
            remedy = file.remedy(fact.remedy)
            kind = remedy.kind if remedy else "reconsideration"
            return [
                told.RemedyDecided(
                    **about, remedy_id=fact.remedy, kind=kind, result=fact.result, decided_on=fact.on
                )
            ]
        case f.ConversionReviewed():
            return [_reviewed(about, fact)]
        case (
            f.ApplicationSubmitted()
            | f.ReceiptFixed()
            | f.TopicNamed()
            | f.HandlerAssigned()
            | f.DueMoved()
            | d.CorrectionDecided()
            | d.ExtensionDecided()
            | d.OpinionDecided()
            | d.ReasonsDecided()
            | d.FeeDecided()
            | f.NoticeDropped()
            | f.NoticeReached()
            | f.ClockInherited()
            | f.CorrectionReceived()
            | f.OpinionReceivedByParty()
            | f.OpinionGiven()
            | f.ReasonsAsked()
            | f.ReasonsJudged()
            | f.FeeNoticed()
            | f.FeeNoticeReceived()
            | f.FeePaid()
            | f.FeeExempted()
            | f.SearchRecorded()
            | f.SimilarConfirmed()
            | f.UnitAsked()
            | f.UnitAnswered()
            | f.Redacted()
            | f.ReplyDrafted()
            | f.StepPassed()
            | f.DraftReturned()
            | f.LetterIssued()
            | f.LetterServed()
            | f.RemedyAnswered()
            | f.ConversionDecided()
            | f.ConversionPublished()
            | f.MarkedTypical()
            | f.PersonErased()
            | f.CaseImported()
        ):
            return []
        case _:
            assert_never(fact)


def _open_again(about: dict[str, Any], case: Case, fact: f.Separated) -> list[Event]:
    """Say that an answer is owed by the case itself again; its days went on all the time."""
    handling = handling_of(case)
    if handling is None or handling.told is None:
        return []
    return [
        told.ClockRestarted(
            **about, from_on=fact.on, due_on=handling.told.on, reason="解除并案，恢复单独办理，期限不变",
            provisional=handling.told.provisional,
        )
    ]  # fmt: skip


def _restarted(handling: Handling) -> bool:
    return any(isinstance(step, Restarted) for step in handling.clock.steps)


def _why_restarted(file: CaseFile, on: date) -> str:
    if file.fee is not None and file.fee.paid_on == on:
        return "缴费后，答复期限重新起算"
    if file.correction is not None and file.correction.received_on == on:
        return "收到补正材料，答复期限重新起算"
    return "答复期限重新起算"


def _received(about: dict[str, Any], case: Case, file: CaseFile) -> list[Event]:
    """Tell of the receipt when both are known: the day and the number."""
    handling = handling_of(case)
    if file.receipt is None or file.number is None or handling is None:
        return []
    application = file.application
    standing = handling.told
    return [
        told.RequestReceived(
            **about,
            number=file.number.text,
            channel=application.channel,
            applicant_kind=application.applicant_kind,
            submitted_on=application.submitted_on,
            received_on=file.receipt.received_on,
            due_on=standing.on if standing else None,
            provisional=bool(standing and standing.provisional),
            topic=file.topic,
            items=application.items,
        )
    ]


def _answered(about: dict[str, Any], file: CaseFile, fact: f.Answered) -> Event:
    return told.RequestAnswered(
        **about,
        round=fact.round,
        row=fact.row,
        articles=articles_of(fact.decisions),
        answered_on=fact.answered_on,
        due_on=fact.due_on,
        late=fact.late,
        applicant_kind=file.application.applicant_kind,
        items=file.application.items,
        given=len(fact.given),
    )


def _closed(
    about: dict[str, Any],
    how: Literal["archived", "withdrawn", "lapsed", "joined", "split"],
    on: date,
    *,
    row: Any = None,
    into: Sequence[UUID] = (),
) -> Event:
    return told.RequestClosed(**about, how=how, row=row, closed_on=on, into=tuple(into))


def _reviewed(about: dict[str, Any], fact: f.ConversionReviewed) -> Event:
    return told.ConversionReviewed(
        **about,
        review_id=fact.review,
        round=fact.round,
        advice=fact.advice,
        articles=fact.articles,
        rules_version=fact.rules_version,
        relook_on=fact.relook_on,
    )
