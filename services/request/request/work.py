"""What a case waits for next, as a queue shows it. Pure."""

from typing import Final

from request.domain.case import (
    Answered,
    Archived,
    AwaitingCorrection,
    AwaitingOpinions,
    AwaitingPayment,
    AwaitingReasons,
    Case,
    Handling,
    Joined,
    SplitUp,
    Submitted,
    file_of,
)
from request.domain.decided import NOTICES_ZH, notice_of
from request.domain.ladder import ALL_RUNGS, USUAL, Practice, stands_at
from request.domain.notices import on_their_way
from request.domain.values import Notice

AWAITING: Final = {
    AwaitingCorrection: "correction",
    AwaitingOpinions: "opinions",
    AwaitingReasons: "reasons",
    AwaitingPayment: "payment",
}
#: The letter that somebody here must issue before a decision takes effect.
LETTERS: Final[dict[Notice, str]] = {notice: f"issue-{notice}" for notice in NOTICES_ZH}
STEP_NAMES: Final[dict[str, str]] = {
    "receipt": "确定收到日",
    "register": "登记编号",
    "assign": "分办",
    "correction": "等待补正",
    "opinions": "等待意见",
    "reasons": "等待说明理由",
    "payment": "等待缴费",
    **{f"issue-{notice}": f"制发{name}" for notice, name in NOTICES_ZH.items()},
    "serve-notice": "送达告知书",
    "joined": "并案办理",
    "draft": "起草答复",
    **{key: rung.name_zh for key, rung in ALL_RUNGS.items()},
    "issue": "制发答复",
    "serve": "送达",
    "remedy": "复议、诉讼、举报",
    "conversion": "审查转为主动公开",
    "archive": "归档",
    "": "",
}


def awaiting(case: Case) -> str:
    """Return what the clock or the file stands still for, or an empty text."""
    return AWAITING[type(case.awaits)] if isinstance(case, Handling) and case.awaits is not None else ""


def next_step(case: Case, practice: Practice = USUAL) -> str:
    """Return the next thing that somebody here must do, or that others are waited for."""
    file = file_of(case)
    if file is None:
        return ""
    undecided = any(remedy.decided_on is None for remedy in file.remedies)
    if (undecided and not isinstance(case, Submitted | Handling)) or (file.to_be_obeyed and not is_open(case)):
        return "remedy"
    match case:
        case Submitted():
            return "receipt"
        case Joined():
            return "joined"
        case Handling():
            return _handling(case, practice)
        case Archived() | SplitUp():
            return ""
        case Answered():
            unreviewed = any(review.accepted is None and review.advice != "keep" for review in file.reviews)
            return "conversion" if unreviewed else "archive"
        case _:
            return "archive"


def _handling(case: Handling, practice: Practice) -> str:
    file = case.file
    if file.number is None:
        return "register"
    if file.decided:
        return LETTERS[notice_of(file.decided[0])]
    if case.awaits is not None:
        return "serve-notice" if on_their_way(case) else AWAITING[type(case.awaits)]
    if file.handler is None:
        return "assign"
    draft = file.draft
    if draft is None or draft.returned is not None:
        return "draft"
    rung = stands_at(draft, practice)
    if rung is not None:
        return rung.key
    return "serve" if file.reply_letter is not None else "issue"


def is_open(case: Case) -> bool:
    """Tell whether an answer is still owed."""
    return isinstance(case, Submitted | Handling | Joined)
