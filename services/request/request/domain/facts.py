"""What happened to a case. Facts are kept for ever: people are ids of the vault, texts are vault items or digests."""

from request.domain.decided import (
    CorrectionDecided,
    ExtensionDecided,
    FeeDecided,
    OpinionDecided,
    ReasonsDecided,
)
from request.domain.facts_clock import (
    ApplicationSubmitted,
    ClockStarted,
    CorrectionAsked,
    CorrectionLapsed,
    CorrectionReceived,
    DueMoved,
    FeeExempted,
    FeeLapsed,
    FeeNoticed,
    FeeNoticeReceived,
    FeePaid,
    HandlerAssigned,
    OpinionAsked,
    OpinionGiven,
    OpinionReceivedByParty,
    ReasonsAsked,
    ReasonsJudged,
    ReceiptCorrected,
    ReceiptFixed,
    Registered,
    ReplyExtended,
    TopicNamed,
)
from request.domain.facts_notices import ClockInherited, NoticeDropped, NoticeReached
from request.domain.facts_work import (
    Answered,
    Archived,
    CaseImported,
    ConversionDecided,
    ConversionPublished,
    ConversionReviewed,
    DraftReturned,
    JoinedInto,
    LetterIssued,
    LetterServed,
    MarkedTypical,
    MattersSplit,
    PersonErased,
    Redacted,
    RemedyAnswered,
    RemedyDecided,
    RemedyFiled,
    ReplyDrafted,
    RoundOpened,
    SearchRecorded,
    Separated,
    SimilarConfirmed,
    StepPassed,
    UnitAnswered,
    UnitAsked,
    WithdrawnByApplicant,
)

Fact = (
    ApplicationSubmitted
    | ReceiptFixed
    | ReceiptCorrected
    | Registered
    | TopicNamed
    | HandlerAssigned
    | ClockStarted
    | DueMoved
    | CorrectionDecided
    | ExtensionDecided
    | OpinionDecided
    | ReasonsDecided
    | FeeDecided
    | NoticeDropped
    | NoticeReached
    | CorrectionAsked
    | CorrectionReceived
    | CorrectionLapsed
    | ReplyExtended
    | OpinionAsked
    | OpinionReceivedByParty
    | OpinionGiven
    | ReasonsAsked
    | ReasonsJudged
    | FeeNoticed
    | FeeNoticeReceived
    | FeePaid
    | FeeExempted
    | FeeLapsed
    | SearchRecorded
    | SimilarConfirmed
    | MattersSplit
    | ClockInherited
    | JoinedInto
    | Separated
    | UnitAsked
    | UnitAnswered
    | Redacted
    | ReplyDrafted
    | StepPassed
    | DraftReturned
    | LetterIssued
    | LetterServed
    | Answered
    | WithdrawnByApplicant
    | Archived
    | PersonErased
    | RemedyFiled
    | RemedyAnswered
    | RemedyDecided
    | RoundOpened
    | ConversionReviewed
    | ConversionDecided
    | ConversionPublished
    | MarkedTypical
    | CaseImported
)

__all__ = [
    "Answered",
    "ApplicationSubmitted",
    "Archived",
    "CaseImported",
    "ClockInherited",
    "ClockStarted",
    "ConversionDecided",
    "ConversionPublished",
    "ConversionReviewed",
    "CorrectionAsked",
    "CorrectionLapsed",
    "CorrectionReceived",
    "DraftReturned",
    "DueMoved",
    "Fact",
    "FeeExempted",
    "FeeLapsed",
    "FeeNoticeReceived",
    "FeeNoticed",
    "FeePaid",
    "HandlerAssigned",
    "JoinedInto",
    "LetterIssued",
    "LetterServed",
    "MarkedTypical",
    "MattersSplit",
    "NoticeDropped",
    "NoticeReached",
    "OpinionAsked",
    "OpinionGiven",
    "OpinionReceivedByParty",
    "PersonErased",
    "ReasonsAsked",
    "ReasonsJudged",
    "ReceiptCorrected",
    "ReceiptFixed",
    "Redacted",
    "Registered",
    "RemedyAnswered",
    "RemedyDecided",
    "RemedyFiled",
    "ReplyDrafted",
    "ReplyExtended",
    "RoundOpened",
    "SearchRecorded",
    "Separated",
    "SimilarConfirmed",
    "StepPassed",
    "TopicNamed",
    "UnitAnswered",
    "UnitAsked",
    "WithdrawnByApplicant",
]
