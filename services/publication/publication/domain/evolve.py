"""State + fact → state. It never refuses: facts already happened."""

from dataclasses import replace
from typing import assert_never

from publication.domain import facts as f
from publication.domain.disclosure import Answer
from publication.domain.dossier import (
    Absent,
    Assessment,
    ChangeProposed,
    Discarded,
    Document,
    Dossier,
    Drafting,
    Exemption,
    IndexNumber,
    Kept,
    Link,
    Live,
    OpennessReview,
    PenaltyClock,
    Proposal,
    Published,
    Releasing,
    Repealed,
    Report,
    Returned,
    Reviewing,
    Waiver,
    Withdrawn,
)
from publication.domain.steps import Mark

_NO_DIGEST = ""


def evolve(document: Document, fact: f.Fact) -> Document:
    """Return the document after one more fact."""
    if isinstance(document, Absent):
        return _begun(fact)
    if isinstance(document, Releasing):
        ended = _release_ended(document, fact)
        if ended is not None:
            return ended
    dossier = _dossier(document.dossier, fact)
    match fact:
        case f.EditionApproved():
            return Releasing(dossier, fact.release_id, fact.change, fact.edition, fact.manifest, fact.validity)
        case f.SubmittedForReview():
            return Reviewing(dossier)
        case f.ReturnedToDrafter() | f.Reopened() | f.CorrectionStarted():
            return Drafting(dossier)
        case f.CorrectionDropped() | f.ProposalDropped():
            return Published(dossier)
        case f.WithdrawalProposed():
            return ChangeProposed(dossier, Proposal("withdraw", fact.explanation, fact.by, "withdrawn"))
        case f.RepealProposed():
            return ChangeProposed(
                dossier,
                Proposal("repeal", fact.explanation, fact.by, fact.validity, fact.repealed_on, fact.replaced_by),
            )
        case f.KeptUnpublished():
            return Kept(dossier, fact.reason)
        case f.DraftDiscarded():
            return Discarded(dossier)
        case _:
            return replace(document, dossier=dossier)


def _begun(fact: f.Fact) -> Document:
    if not isinstance(fact, f.DraftStarted):
        return Absent()
    return Drafting(
        Dossier(
            organ_id=fact.organ_id,
            unit=fact.unit,
            started_by=fact.by,
            source=fact.source,
            kind="other",
            column_id="",
            openness="proactive",
            important=False,
            formed_on=None,
            edition=0,
            digest=_NO_DIGEST,
            saved_by=fact.by,
        ),
    )


def _release_ended(document: Releasing, fact: f.Fact) -> Document | None:
    dossier = document.dossier
    match fact:
        case f.ReleaseAbandoned(change="publish" | "correct"):
            return Reviewing(replace(dossier, owed=()))
        case f.ReleaseAbandoned():
            return Published(dossier)
        case f.ReleaseFinished():
            if document.change == "withdraw":
                return Withdrawn(replace(dossier, live=None, penalty=None, changed_on=None))
            if document.change == "repeal" and dossier.live is not None:
                marked = replace(dossier.live, manifest=document.manifest, validity=document.validity)
                return Repealed(replace(dossier, live=marked))
            live = Live(document.edition, dossier.digest, document.manifest, fact.released_at)
            return Published(replace(dossier, live=live, explanation="", changed_on=None))
        case _:
            return None


def _dossier(dossier: Dossier, fact: f.Fact) -> Dossier:
    match fact:
        case f.EditionSaved():
            return replace(
                dossier,
                edition=fact.edition,
                digest=fact.digest,
                saved_by=fact.by,
                kind=fact.kind,
                column_id=fact.column_id,
                openness=fact.openness,
                important=fact.important,
                formed_on=fact.formed_on,
                marks=(),
                answers=(),
                report=None,
                openness_review=None,
            )
        case f.IndexNumberIssued():
            return replace(dossier, number=IndexNumber(fact.index_number, fact.permalink, fact.year, fact.serial))
        case f.SubmittedForReview():
            return replace(dossier, returned=None)
        case f.MarkPut():
            mark = Mark(
                fact.step,
                fact.edition,
                fact.digest,
                fact.by,
                fact.role,
                fact.on_behalf_of,
                fact.opinion,
                fact.errors_found,
            )
            owed = tuple(step for step in dossier.owed if step != fact.step)
            return replace(dossier, marks=(*dossier.marks, mark), owed=owed)
        case f.ReturnedToDrafter():
            return replace(
                dossier,
                returned=Returned(fact.step, fact.edition, fact.by, fact.opinion, fact.errors_found),
            )
        case f.FindingsRecorded():
            return replace(dossier, report=Report(fact.edition, fact.report, fact.findings))
        case f.FindingWaived():
            kept = tuple(waiver for waiver in dossier.waivers if waiver.key != fact.key)
            return replace(dossier, waivers=(*kept, Waiver(fact.key, fact.by, fact.role, fact.reason)))
        case f.DisclosureReviewed():
            others = tuple(answer for answer in dossier.answers if answer.item != fact.item)
            answer = Answer(
                fact.item,
                fact.result,
                fact.reason,
                fact.edition,
                fact.by,
                fact.role,
                fact.on_behalf_of,
            )
            return replace(dossier, answers=(*others, answer))
        case f.OpennessReviewed():
            return replace(dossier, openness_review=OpennessReview(fact.edition, fact.agreed, fact.by, fact.reason))
        case f.ImpactAssessed():
            return replace(dossier, assessment=Assessment(fact.report, fact.covers, fact.by, fact.keep_until))
        case f.InterpretationLinked():
            rest = tuple(link for link in dossier.interpretations if link.document_id != fact.interpretation)
            return replace(dossier, interpretations=(*rest, Link(fact.interpretation, fact.form)))
        case f.InterpretationUnlinked():
            rest = tuple(link for link in dossier.interpretations if link.document_id != fact.interpretation)
            return replace(dossier, interpretations=rest)
        case f.InterpretedLinked():
            known = tuple(document for document in dossier.interprets if document != fact.document)
            return replace(dossier, interprets=(*known, fact.document))
        case f.InterpretedUnlinked():
            return replace(dossier, interprets=tuple(d for d in dossier.interprets if d != fact.document))
        case f.InterpretationExempted():
            return replace(dossier, exemption=Exemption(fact.by, fact.reason))
        case f.EditionApproved(change="publish" | "correct"):
            return replace(dossier, owed=fact.owed)
        case f.CorrectionStarted():
            return replace(dossier, explanation=fact.explanation, owed=(), changed_on=fact.changed_on)
        case f.CorrectionDropped():
            return replace(dossier, changed_on=None)
        case f.PenaltyChanged():
            return replace(dossier, penalty=PenaltyClock(fact.changed_on, fact.due_on))
        case (
            f.DraftStarted()
            | f.MarksVoided()
            | f.DebtSettled()
            | f.EditionApproved()
            | f.KeptUnpublished()
            | f.Reopened()
            | f.DraftDiscarded()
            | f.WithdrawalProposed()
            | f.RepealProposed()
            | f.ProposalDropped()
            | f.ClockRecounted()
            | f.ReleaseFinished()
            | f.ReleaseAbandoned()
        ):
            return dossier
        case _:
            assert_never(fact)
