"""State + fact → state. It never refuses: facts already happened."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from gongkai.statute import rules
from gongkai.statute.clock import Clock, Excluded, Excluding, Extended, Restarted, Step, Voided
from request.domain import decided as d
from request.domain import facts as f
from request.domain.case import (
    Answered,
    Archived,
    Awaited,
    AwaitingCorrection,
    AwaitingOpinions,
    AwaitingPayment,
    AwaitingReasons,
    Case,
    FixedDue,
    Handling,
    Imported,
    Joined,
    Lapsed,
    Nothing,
    SplitUp,
    Submitted,
    Told,
    Withdrawn,
)
from request.domain.file import Application, CaseFile, Ran
from request.domain.gather import gather
from request.domain.law import cite

CONSULTED_WHY = {"third-party": "征求第三方意见", "co-maker": "征求共同制作机关意见", "other-organ": "征求其他机关意见"}


def evolve(case: Case, fact: f.Fact) -> Case:
    match case, fact:
        case _, f.ApplicationSubmitted():
            return Submitted(CaseFile(_application(fact)))
        case _, f.CaseImported():
            return Imported(
                fact.organ_id,
                fact.number,
                fact.year,
                fact.received_on,
                fact.answered_on,
                fact.row,
                fact.remedies,
            )
        case ((Nothing() | Imported()), _):
            return case
        case _:
            return _filed(_with_file(case, gather(case.file, fact)), fact)


def _application(fact: f.ApplicationSubmitted) -> Application:
    return Application(
        fact.organ_id,
        fact.applicant,
        fact.applicant_kind,
        fact.channel,
        fact.submitted_on,
        fact.application_item,
        fact.supply_form,
        fact.way,
        fact.items,
        fact.external_id,
        fact.split_from,
        fact.taken_on,
    )


def _with_file(case: Case, file: CaseFile) -> Case:
    match case:
        case Nothing() | Imported():
            return case
        case Lapsed() | Joined():
            return replace(case, handling=replace(case.handling, file=file))
        case _:
            return replace(case, file=file)


def _filed(case: Case, fact: f.Fact) -> Case:
    """Move a case that has a file; the file is up to date already."""
    match case, fact:
        case Submitted(file), f.ReceiptFixed():
            return Handling(file, Clock(rules.REPLY, fact.received_on))
        case Joined(), f.DueMoved() | f.ReceiptCorrected():
            return replace(case, handling=_clocked(case.handling, fact))
        case Lapsed(handling), f.CorrectionReceived() | f.FeePaid():
            return replace(handling, awaits=None)
        case Handling(), f.CorrectionLapsed(on=on):
            return Lapsed(replace(case, awaits=None), "correction", on)
        case Handling(), f.FeeLapsed(on=on):
            return Lapsed(replace(case, awaits=None), "fee", on)
        case Handling(), f.MattersSplit(into=into):
            return SplitUp(_ran(case, None), into)
        case Submitted(file), f.MattersSplit(into=into):
            return SplitUp(file, into)
        case Handling(), f.JoinedInto(case=into):
            return Joined(case, into)
        case Joined(handling), f.Separated():
            return handling
        case ((Handling() as handling) | Joined(handling)), f.Answered(answered_on=on):
            return Answered(_ran(handling, on))
        case Submitted(file), f.WithdrawnByApplicant(on=on):
            return Withdrawn(file, on)
        case ((Handling() as handling) | Joined(handling)), f.WithdrawnByApplicant(on=on):
            return Withdrawn(_ran(handling, on), on)
        case Lapsed(handling), f.Archived(on=on):
            return Archived(_ran(handling, case.on), on)
        case _, f.Archived(on=on) if not isinstance(case, Nothing | Imported):
            return Archived(case.file, on)
        case _, f.RoundOpened() if not isinstance(case, Nothing | Imported):
            ordered = FixedDue(fact.due_on, fact.from_on, cite("A51"), "复议决定、判决确定的期限")
            fixed = ordered if fact.ordered else None
            return Handling(case.file, Clock(rules.REPLY, fact.from_on), Told(fact.due_on, fact.provisional), fixed)
        case Handling(), _:
            return _clocked(case, fact)
        case _:
            return case


def _ran(handling: Handling, on: date | None) -> CaseFile:
    """Keep the clock with what ended: its days are still to be shown."""
    told, fixed = handling.told, handling.fixed_due
    due_on = fixed.on if fixed else told.on if told else None
    return replace(handling.file, ran=Ran(handling.clock, due_on, fixed.why if fixed else "", on))


def _inherited(handling: Handling, fact: f.ClockInherited) -> Handling:
    """Let the clock of a part stand where that of the paper stood."""
    restarted = (Restarted(fact.restarted_on, "重新起算"),) if fact.restarted_on else ()
    fixed = None
    if fact.fixed_on and fact.fixed_since:
        fixed = FixedDue(fact.fixed_on, fact.fixed_since, fact.fixed_article, fact.fixed_why)
    clock = replace(handling.clock, steps=(*restarted, *fact.excluded, *fact.extended))
    return replace(handling, clock=clock, told=Told(fact.due_on, fact.provisional), fixed_due=fixed)


def _clocked(handling: Handling, fact: f.Fact) -> Handling:
    """Let the fact work on the clock and on what is awaited."""
    match fact:
        case f.ClockStarted():
            told = Told(fact.due_on, fact.provisional)
            if not handling.clock.steps and handling.clock.started_on == fact.from_on:
                return replace(handling, told=told)
            return replace(_step(handling, Restarted(fact.from_on, "重新起算")), told=told, fixed_due=None)
        case f.ReceiptCorrected(received_on=on, due_on=due_on):
            told_anew = Told(due_on, fact.provisional) if due_on and handling.fixed_due is None else handling.told
            return replace(handling, clock=replace(handling.clock, started_on=on), told=told_anew)
        case f.DueMoved(clock="request-reply"):
            return replace(handling, told=Told(fact.after, fact.provisional))
        case f.CorrectionAsked():
            voided = _step(handling, Voided(fact.asked_on, "等待申请人补正"))
            return replace(voided, awaits=AwaitingCorrection(fact.asked_on, fact.answer_by))
        case f.NoticeReached():
            return _reached(handling, fact)
        case f.ClockInherited():
            return _inherited(handling, fact)
        case f.CorrectionReceived():
            return replace(handling, awaits=None)
        case f.ReplyExtended():
            extended = _step(handling, Extended(fact.working_days, fact.decided_on))
            return replace(extended, told=Told(fact.due_on, fact.provisional))
        case f.OpinionAsked():
            open_letters = handling.awaits.letters if isinstance(handling.awaits, AwaitingOpinions) else ()
            standing = _step(handling, Excluding(str(fact.letter), fact.asked_on, CONSULTED_WHY[fact.whom]))
            return replace(standing, awaits=AwaitingOpinions((*open_letters, fact.letter)))
        case f.OpinionGiven():
            return _answered_to(handling, fact)
        case f.ReasonsAsked():
            return replace(handling, awaits=AwaitingReasons(fact.asked_on, fact.answer_by))
        case f.ReasonsJudged():
            fixed = handling.fixed_due
            if fact.delayed_until:
                fixed = FixedDue(fact.delayed_until, fact.on, cite("A35"), "申请理由合理，本机关确定的延迟答复期限")
            delayed = Told(fact.delayed_until, False) if fact.delayed_until else handling.told
            return replace(handling, awaits=None, fixed_due=fixed, told=delayed)
        case f.FeeNoticed():
            voided = _step(handling, Voided(fact.noticed_on, "等待申请人缴纳信息处理费"))
            return replace(voided, awaits=AwaitingPayment(fact.noticed_on, None))
        case f.FeeNoticeReceived():
            return replace(handling, awaits=AwaitingPayment(_noticed_on(handling, fact.received_on), fact.pay_by))
        case f.DueMoved(clock="request-payment", after=after):
            return replace(handling, awaits=AwaitingPayment(_noticed_on(handling, after), after))
        case f.FeePaid():
            return replace(handling, awaits=None)
        case f.FeeExempted():
            return _unvoided(handling)
        case (
            f.ApplicationSubmitted()
            | f.ReceiptFixed()
            | f.Registered()
            | f.TopicNamed()
            | f.HandlerAssigned()
            | f.DueMoved()
            | d.CorrectionDecided()
            | d.ExtensionDecided()
            | d.OpinionDecided()
            | d.ReasonsDecided()
            | d.FeeDecided()
            | f.NoticeDropped()
            | f.CorrectionLapsed()
            | f.OpinionReceivedByParty()
            | f.FeeLapsed()
            | f.SearchRecorded()
            | f.SimilarConfirmed()
            | f.MattersSplit()
            | f.JoinedInto()
            | f.Separated()
            | f.UnitAsked()
            | f.UnitAnswered()
            | f.Redacted()
            | f.ReplyDrafted()
            | f.StepPassed()
            | f.DraftReturned()
            | f.LetterIssued()
            | f.LetterServed()
            | f.Answered()
            | f.WithdrawnByApplicant()
            | f.Archived()
            | f.PersonErased()
            | f.RemedyFiled()
            | f.RemedyAnswered()
            | f.RemedyDecided()
            | f.RoundOpened()
            | f.ConversionReviewed()
            | f.ConversionDecided()
            | f.ConversionPublished()
            | f.MarkedTypical()
            | f.CaseImported()
        ):
            return handling
        case _:
            assert_never(fact)


def _step(handling: Handling, step: Step) -> Handling:
    clock = handling.clock
    return replace(handling, clock=replace(clock, steps=(*clock.steps, step)))


def _reached(handling: Handling, fact: f.NoticeReached) -> Handling:
    if isinstance(handling.awaits, AwaitingCorrection | AwaitingReasons):
        awaits = replace(handling.awaits, reached_on=fact.received_on, answer_by=fact.answer_by)
        return replace(handling, awaits=awaits)
    return handling


def _noticed_on(handling: Handling, otherwise: date) -> date:
    return handling.awaits.noticed_on if isinstance(handling.awaits, AwaitingPayment) else otherwise


def _answered_to(handling: Handling, fact: f.OpinionGiven) -> Handling:
    """Close the exclusion, at the latest on the last day the law gave; a later answer never lengthens it."""
    letter = str(fact.letter)
    asked = handling.file.consultation(fact.letter)
    ended = min(fact.answered_on, asked.answer_by) if asked and asked.answer_by else fact.answered_on
    steps = tuple(
        Excluded(letter, step.issued_on, max(ended, step.issued_on), step.reason)
        if isinstance(step, Excluding | Excluded) and step.letter == letter
        else step
        for step in handling.clock.steps
    )
    awaits: Awaited | None = handling.awaits
    if isinstance(awaits, AwaitingOpinions):
        still = tuple(one for one in awaits.letters if one != fact.letter)
        awaits = AwaitingOpinions(still) if still else None
    return replace(handling, clock=replace(handling.clock, steps=steps), awaits=awaits)


def _unvoided(handling: Handling) -> Handling:
    """Take a fee notice back: the law gives no days for it, so the clock runs as if it had never been sent."""
    steps = handling.clock.steps
    if isinstance(handling.awaits, AwaitingPayment) and steps and isinstance(steps[-1], Voided):
        steps = steps[:-1]
    awaits = None if isinstance(handling.awaits, AwaitingPayment) else handling.awaits
    return replace(handling, clock=replace(handling.clock, steps=steps), awaits=awaits)
