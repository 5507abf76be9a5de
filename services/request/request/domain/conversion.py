"""From one applicant to everyone: the review is noted, an officer decides, its publication closes the loop."""

from typing import Final
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Answered, Archived
from request.domain.file import CaseFile, Review
from request.domain.law import cite

ADVICE: Final = {"publish": "主动公开", "redact": "隐去后主动公开", "keep": "暂不主动公开", "ask": "请工作人员判断"}
DECISIONS: Final = frozenset({"publish", "redact", "keep"})
#: What was given may be for everyone (A44); what was refused is looked at again from time to time (A18).
REVIEWED_ROWS: Final = frozenset({"g", "p", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"})


def note_review(case: Answered | Archived, command: c.NoteConversionReview) -> list[f.Fact]:
    file = case.file
    if file.reply is None or file.reply.row not in REVIEWED_ROWS:
        raise Refused("没有公开也没有拒绝公开任何信息，不需要评估是否转为主动公开。", cite("A44"))
    if command.advice not in ADVICE:
        raise Refused("评估的建议不在规定的几种之中。", cite("A44"))
    if file.review(command.review):
        return []
    return [
        f.ConversionReviewed(
            command.review,
            file.round,
            command.advice,
            command.rules_version,
            command.articles,
            command.relook_on,
            command.at,
        )
    ]


def decide_conversion(file: CaseFile, command: c.DecideConversion) -> list[f.Fact]:
    review = _review(file, command.review)
    if review.accepted is not None:
        raise Refused("这次评估已经有了决定。", cite("A44"))
    decision = review.advice if command.accepted and review.advice != "ask" else command.decision
    if decision not in DECISIONS:
        raise Refused("须决定主动公开、隐去后主动公开，或者暂不主动公开。", cite("A44"))
    if not command.accepted and decision == review.advice:
        raise Refused("决定与建议相同，应当采纳建议。", cite("A44"))
    if (not command.accepted or review.advice == "ask" or decision == "keep") and not command.reason.strip():
        raise Refused("不采纳建议、自行判断或者暂不公开的，须写明理由。", cite("A44"))
    return [f.ConversionDecided(command.review, command.accepted, decision, command.reason.strip(), command.by)]


def note_published(file: CaseFile, command: c.NoteConversionPublished) -> list[f.Fact]:
    review = _review(file, command.review)
    if review.decision not in {"publish", "redact"}:
        raise Refused("本件没有决定转为主动公开。", cite("A44"))
    if review.document_id == command.document_id:
        return []
    if review.document_id:
        raise Refused("本件已经转为另一份主动公开的文件。", cite("A44"))
    return [f.ConversionPublished(command.review, command.document_id, command.permalink, command.on)]


def mark_typical(command: c.MarkTypical) -> list[f.Fact]:
    if not command.why.strip():
        raise Refused("须写明作为典型案例的理由。", cite("A46"))
    return [f.MarkedTypical(command.by, command.why.strip(), command.sent_up_on)]


def _review(file: CaseFile, review: UUID) -> Review:
    found = file.review(review)
    if found is None:
        raise Refused("没有这次评估。", cite("A44"))
    return found
