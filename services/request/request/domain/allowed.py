"""Which acts a page may offer now. `decide` has the last word; what it would grant is never missing here."""

from typing import Final

from request.domain import commands as c
from request.domain.case import (
    Answered,
    Archived,
    AwaitingCorrection,
    AwaitingOpinions,
    AwaitingPayment,
    AwaitingReasons,
    Case,
    Handling,
    Imported,
    Joined,
    Lapsed,
    Nothing,
    SplitUp,
    Submitted,
    Withdrawn,
)
from request.domain.ladder import USUAL, Practice, stands_at

Act = type[c.Command]

BY_ITSELF: Final[frozenset[Act]] = frozenset(
    {
        c.DropMissedNotices,
        c.InheritClock,
        c.LapseCorrection,
        c.LapseOpinion,
        c.LapseReasons,
        c.LapsePayment,
        c.RecomputeDue,
        c.AnswerJoined,
        c.NoteConversionReview,
        c.NoteConversionPublished,
    }
)
"""Acts of clocks, of other cases and of the review: nobody presses a button for them."""

_NAMING: Final[frozenset[Act]] = frozenset({c.NameTopic, c.Assign})
_LETTERS: Final[frozenset[Act]] = frozenset({c.IssueLetter, c.ServeLetter})
_REMEDIES: Final[frozenset[Act]] = frozenset({c.FileRemedy, c.AnswerRemedy, c.DecideRemedy})
_BEFORE_PRINTING: Final[frozenset[Act]] = frozenset(
    {c.Extend, c.AskOpinion, c.AskReasons, c.NoticeFee, c.AskCorrection, c.Split, c.JoinInto}
)
_CONVERSION: Final[frozenset[Act]] = frozenset({c.DecideConversion, c.MarkTypical})

FITS: Final[dict[type[Case], frozenset[Act]]] = {
    Nothing: frozenset({c.Submit, c.ImportCase}),
    Submitted: _NAMING
    | _LETTERS
    | _REMEDIES
    | {c.FixReceipt, c.Register, c.RecordSearch, c.ConfirmSimilar, c.Withdraw},
    Handling: _NAMING
    | _LETTERS
    | _REMEDIES
    | _BEFORE_PRINTING
    | {
        c.Register,
        c.CorrectReceipt,
        c.DropNotice,
        c.NoteNoticeReceived,
        c.ReceiveCorrection,
        c.NoteOpinionReceived,
        c.NoteOpinion,
        c.JudgeReasons,
        c.NoteFeeNoticeReceived,
        c.NotePayment,
        c.ExemptFee,
        c.RecordSearch,
        c.ConfirmSimilar,
        c.AskUnit,
        c.NoteUnitAnswer,
        c.NoteRedaction,
        c.DraftReply,
        c.PassStep,
        c.ReturnDraft,
        c.Answer,
        c.Withdraw,
    },
    Answered: _NAMING | _LETTERS | _REMEDIES | _CONVERSION | {c.OpenRound, c.Archive, c.NoteErasure},
    Lapsed: _NAMING
    | _LETTERS
    | _REMEDIES
    | {c.ReceiveCorrection, c.NotePayment, c.OpenRound, c.Archive, c.NoteErasure},
    Withdrawn: _NAMING | _LETTERS | _REMEDIES | {c.OpenRound, c.Archive, c.NoteErasure},
    Joined: _NAMING | _LETTERS | _REMEDIES | {c.Register, c.CorrectReceipt, c.ConfirmSimilar, c.Withdraw, c.Separate},
    SplitUp: _LETTERS | {c.NoteErasure},
    Archived: _REMEDIES | _CONVERSION | {c.OpenRound, c.NoteErasure},
    Imported: frozenset({c.ImportCase}),
}


def allowed(case: Case, practice: Practice = USUAL) -> frozenset[Act]:
    """Return the acts that this state, what is awaited and what is in the file leave open."""
    acts = set(FITS[type(case)])
    match case:
        case Nothing():
            pass
        case Imported():
            if case.answered_on is not None:
                acts.discard(c.ImportCase)
        case Handling():
            acts -= _closed_in_handling(case, practice)
            acts -= _closed_by_file(case)
        case _:
            acts -= _closed_by_file(case)
            if isinstance(case, Lapsed):
                acts.discard(c.NotePayment if case.because == "correction" else c.ReceiveCorrection)
    return frozenset(acts)


def _closed_by_file(case: Case) -> set[Act]:
    """Name what the file closes in any state: nothing to serve, nothing to answer, numbered already."""
    closed: set[Act] = set()
    if isinstance(case, Nothing | Imported):
        return closed
    file = case.file
    if file.number:
        closed.add(c.Register)
    if file.reply_letter or file.round > 1:
        closed.add(c.CorrectReceipt)
    if all(letter.service for letter in file.letters):
        closed.add(c.ServeLetter)
    if all(one.answered_on or one.result for one in file.remedies):
        closed.add(c.AnswerRemedy)
    if all(one.result for one in file.remedies):
        closed.add(c.DecideRemedy)
    else:
        closed |= {c.Archive, c.NoteErasure}
    closed.add(c.Archive if file.to_be_obeyed else c.OpenRound)
    if all(review.accepted is not None for review in file.reviews):
        closed.add(c.DecideConversion)
    return closed


def _closed_in_handling(case: Handling, practice: Practice) -> set[Act]:
    file, closed = case.file, set[Act]()
    if not isinstance(case.awaits, AwaitingCorrection):
        closed.add(c.ReceiveCorrection)
    if not isinstance(case.awaits, AwaitingReasons):
        closed.add(c.JudgeReasons)
    if not isinstance(case.awaits, AwaitingCorrection | AwaitingReasons) or case.awaits.reached_on:
        closed.add(c.NoteNoticeReceived)
    if file.decided:
        closed |= {c.Split, c.JoinInto}
    else:
        closed.add(c.DropNotice)
    if not isinstance(case.awaits, AwaitingPayment):
        closed |= {c.NoteFeeNoticeReceived, c.NotePayment} | (set() if file.waiting("fee") else {c.ExemptFee})
    elif file.fee and file.fee.received_on:
        closed.add(c.NoteFeeNoticeReceived)
    if all(one.received_on or one.opinion for one in file.consultations):
        closed.add(c.NoteOpinionReceived)
    if all(one.opinion not in {None, "silent"} for one in file.consultations):
        closed.add(c.NoteOpinion)
    if case.awaits is not None:
        closed |= {c.AskCorrection, c.AskReasons, c.NoticeFee, c.Split, c.JoinInto}
    if case.awaits is not None and not isinstance(case.awaits, AwaitingReasons):
        closed.add(c.Extend)  # the clock stands still
    if case.awaits is not None and not isinstance(case.awaits, AwaitingOpinions):
        closed.add(c.AskOpinion)
    if isinstance(case.awaits, AwaitingCorrection | AwaitingPayment):
        closed.add(c.DraftReply)
    if file.correction or file.round > 1:
        closed.add(c.AskCorrection)
    if file.inquiry:
        closed.add(c.AskReasons)
    if file.fee:
        closed.add(c.NoticeFee)
    if case.fixed_due or len(file.extensions) >= practice.extensions.length:
        closed.add(c.Extend)
    if all(task.answered_on for task in file.tasks):
        closed.add(c.NoteUnitAnswer)
    return closed | _closed_by_draft(case, practice)


def _closed_by_draft(case: Handling, practice: Practice) -> set[Act]:
    closed: set[Act] = set()
    draft, printed = case.file.draft, case.file.reply_letter
    if printed:
        closed |= _BEFORE_PRINTING | {c.DraftReply, c.ReturnDraft}
    closed.add(c.Withdraw if printed and printed.service else c.Answer)
    if draft is None or draft.returned:
        return closed | {c.PassStep, c.ReturnDraft}
    if stands_at(draft, practice) is None:
        closed.add(c.PassStep)
    return closed
