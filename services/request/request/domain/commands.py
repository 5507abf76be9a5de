"""What someone wants with a case. `today` is the legal date (Asia/Shanghai) on which the command is given.

`by` is the officer; it is None where the applicant, another system or a clock acts.
"""

from request.domain.commands_clock import (
    AskCorrection,
    AskOpinion,
    AskReasons,
    Assign,
    CorrectReceipt,
    ExemptFee,
    Extend,
    FixReceipt,
    JudgeReasons,
    LapseCorrection,
    LapseOpinion,
    LapsePayment,
    LapseReasons,
    NameTopic,
    NoteFeeNoticeReceived,
    NoteOpinion,
    NoteOpinionReceived,
    NotePayment,
    NoticeFee,
    ReceiveCorrection,
    RecomputeDue,
    Register,
    Submit,
)
from request.domain.commands_notices import DropMissedNotices, DropNotice, InheritClock, NoteNoticeReceived
from request.domain.commands_work import (
    Answer,
    AnswerJoined,
    AnswerRemedy,
    Archive,
    AskUnit,
    ConfirmSimilar,
    DecideConversion,
    DecideRemedy,
    DraftReply,
    FileRemedy,
    ImportCase,
    IssueLetter,
    JoinInto,
    MarkTypical,
    NoteConversionPublished,
    NoteConversionReview,
    NoteErasure,
    NoteRedaction,
    NoteUnitAnswer,
    OpenRound,
    PassStep,
    RecordSearch,
    ReturnDraft,
    Separate,
    ServeLetter,
    Split,
    Withdraw,
)

Command = (
    Submit
    | FixReceipt
    | CorrectReceipt
    | Register
    | NameTopic
    | Assign
    | AskCorrection
    | DropNotice
    | DropMissedNotices
    | NoteNoticeReceived
    | ReceiveCorrection
    | LapseCorrection
    | Extend
    | AskOpinion
    | NoteOpinionReceived
    | NoteOpinion
    | LapseOpinion
    | AskReasons
    | JudgeReasons
    | LapseReasons
    | NoticeFee
    | NoteFeeNoticeReceived
    | NotePayment
    | ExemptFee
    | LapsePayment
    | RecomputeDue
    | RecordSearch
    | ConfirmSimilar
    | Split
    | InheritClock
    | JoinInto
    | Separate
    | AskUnit
    | NoteUnitAnswer
    | NoteRedaction
    | DraftReply
    | PassStep
    | ReturnDraft
    | IssueLetter
    | ServeLetter
    | Answer
    | AnswerJoined
    | Withdraw
    | Archive
    | NoteErasure
    | FileRemedy
    | AnswerRemedy
    | DecideRemedy
    | OpenRound
    | NoteConversionReview
    | DecideConversion
    | NoteConversionPublished
    | MarkTypical
    | ImportCase
)

__all__ = [
    "Answer",
    "AnswerJoined",
    "AnswerRemedy",
    "Archive",
    "AskCorrection",
    "AskOpinion",
    "AskReasons",
    "AskUnit",
    "Assign",
    "Command",
    "ConfirmSimilar",
    "CorrectReceipt",
    "DecideConversion",
    "DecideRemedy",
    "DraftReply",
    "DropMissedNotices",
    "DropNotice",
    "ExemptFee",
    "Extend",
    "FileRemedy",
    "FixReceipt",
    "ImportCase",
    "InheritClock",
    "IssueLetter",
    "JoinInto",
    "JudgeReasons",
    "LapseCorrection",
    "LapseOpinion",
    "LapsePayment",
    "LapseReasons",
    "MarkTypical",
    "NameTopic",
    "NoteConversionPublished",
    "NoteConversionReview",
    "NoteErasure",
    "NoteFeeNoticeReceived",
    "NoteNoticeReceived",
    "NoteOpinion",
    "NoteOpinionReceived",
    "NotePayment",
    "NoteRedaction",
    "NoteUnitAnswer",
    "NoticeFee",
    "OpenRound",
    "PassStep",
    "ReceiveCorrection",
    "RecomputeDue",
    "RecordSearch",
    "Register",
    "ReturnDraft",
    "Separate",
    "ServeLetter",
    "Split",
    "Submit",
    "Withdraw",
]
