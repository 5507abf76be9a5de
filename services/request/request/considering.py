"""What a conversion review may look at, gathered from the case: the pure half of converting."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.conversion.inputs import (
    Changed,
    ColumnSeen,
    Considered,
    EarlierReview,
    Known,
    Maker,
    OpinionKnown,
    PersonalData,
    PersonalKind,
    Redaction,
    SecrecyFlag,
    ThirdParty,
)
from request.conversion.kinds import fit, named
from request.conversion.proposal import column_for
from request.domain.file import CaseFile, Reply
from request.domain.outcomes import bases_of
from request.domain.values import Basis
from request.redaction import detect
from request.redaction.reading import read_document

_KINDS: Final[dict[detect.Kind, PersonalKind]] = {
    "identity": "id-number",
    "passport": "id-number",
    "bank-card": "bank-account",
    "account": "bank-account",
    "mobile": "phone",
    "landline": "phone",
    "email": "email",
    "address": "address",
    "birth-date": "birth",
    "plate": "plate",
    "name": "name",
}
_SECRET_GROUNDS: Final[dict[Basis, SecrecyFlag]] = {
    "state-secret": "state-secret", "forbidden": "forbidden", "three-securities": "securities",
}  # fmt: skip
#: A change that takes the ground away, so that what stood on it does not stand any more.
_LIFTED_BY: Final[dict[SecrecyFlag, Changed]] = {"state-secret": "declassified", "forbidden": "law-requires"}
#: How papers are marked: the degree and a star for a state secret, a line of its own for what stays in the house.
_MARKS: Final[tuple[tuple[re.Pattern[str], SecrecyFlag], ...]] = (
    (re.compile(r"(?:绝密|机密|秘密)\s{0,3}[★☆]"), "state-secret"),
    (
        re.compile(
            r"(?m)^\s{0,20}(?:工作秘密\s{0,3}[★☆]?|内部(?:资料|文件)[，,、 　]{0,2}(?:注意保存|(?:不得|请勿|严禁)外传))"
        ),
        "work-secret",
    ),
)
#: What is not in the case's own record and nobody has said.
NOT_SAID: Final = "没有登记"


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer knows besides the record; None and empty: nothing said."""

    kind: str = ""
    formed_on: date | None = None
    due_on: date | None = None
    in_force: str = ""
    stage: str = ""
    third_party: str = ""
    secrecy_unsure: bool = False
    maker: str = ""
    public_interest: bool = False
    suggested: bool = False
    required_by: str = ""
    compiled: bool = False
    about_self: bool = False
    impact: str = ""
    consent: bool = False
    changed: tuple[Changed, ...] = ()
    """What has changed since it was refused (A18)."""


@dataclass(frozen=True, slots=True)
class Again:
    """What earlier reviews of the same information came to, in this case and in others."""

    reviews: tuple[EarlierReview, ...] = ()
    permalink: str = ""
    """Where it is public already, if one of them led there."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look into one given file found: kinds of personal data and numbers of them, never the data."""

    place: str
    readable: bool
    found: tuple[tuple[PersonalKind, int], ...] = ()
    text: str = ""
    marks: tuple[SecrecyFlag, ...] = ()


def look(place: str, name: str, data: bytes, today: date) -> Looked:
    """Read a given file and count personal data in it. Work for a worker process."""
    try:
        text = read_document(name, data).text
    except Refused:
        return Looked(place, readable=False)
    counts: Counter[PersonalKind] = Counter()
    for finding in detect.find(text, today):
        counts[_KINDS[finding.kind]] += 1
        counts["minor"] += finding.minor
    marks = tuple(flag for mark, flag in _MARKS if mark.search(text))
    found = tuple((kind, n) for kind, n in counts.items() if n)
    return Looked(place, readable=True, found=found, text=text, marks=marks)


def considered(
    case_id: UUID,
    file: CaseFile,
    reply: Reply,
    said: Said,
    *,
    looked: Sequence[Looked],
    applicants: int,
    columns: Iterable[ColumnSeen],
    again: Again,
) -> Considered:
    """Say everything that is known, each thing with the place it was learnt."""
    register, officer = "办件登记", "经办人说明"
    about = named(said.kind, officer) if said.kind else fit(file.topic)
    column = column_for(about, columns)
    ends = [one.ends_on for one in reply.decisions if one.ends_on]
    public_at = next((one.public_at for one in reply.decisions if one.basis == "already-public"), "")
    similar = next((one.document for one in file.similar if one.document), "") or again.permalink
    return Considered(
        case=str(case_id),
        round=reply.round,
        title=file.topic,
        answered_on=reply.answered_on,
        row=Known(reply.row, register),
        bases=Known(bases_of(reply.decisions), "答复书"),
        about=about,
        applicants=Known(applicants, register),
        suggested=Known(said.suggested, officer if said.suggested else NOT_SAID),
        third_party=_third_party(file, reply, said),
        opinion=_opinion(file),
        public_interest=Known(said.public_interest, officer if said.public_interest else NOT_SAID),
        formed_on=Known(said.formed_on, officer if said.formed_on else NOT_SAID),
        due_on=Known(said.due_on, officer if said.due_on else NOT_SAID),
        in_force=Known(_one(said.in_force, "not-applicable"), officer if said.in_force else NOT_SAID),
        stage=Known(_one(said.stage, "not-applicable"), officer if said.stage else NOT_SAID),
        closed_until=Known(max(ends) if ends else None, "答复书" if ends else NOT_SAID),
        permalink=Known(public_at or similar, "答复书" if public_at else register),
        column=Known(column[0] if column else None, column[1] if column else "公开目录"),
        personal=Known(_personal(looked), "自动检查"),
        redaction=Known(_redaction(looked), "自动检查"),
        consent=Known("given" if said.consent else "none", officer if said.consent else NOT_SAID),
        secrecy=_secrecy(reply, looked, said),
        secrecy_review=(
            Known("unsure", officer) if said.secrecy_unsure else Known("cleared", "答复审批")
        ),
        maker=_maker(file, said),
        required_by=Known(said.required_by, officer if said.required_by else NOT_SAID),
        compiled=Known(said.compiled, officer if said.compiled else NOT_SAID),
        about_self=Known(said.about_self, officer if said.about_self else NOT_SAID),
        impact=Known(_one(said.impact, "unknown"), officer if said.impact else NOT_SAID),
        changed=Known(said.changed, officer if said.changed else NOT_SAID),
        earlier=Known(again.reviews, "以往审查"),
    )


def _one(said: str, otherwise: str) -> Any:
    return said or otherwise


def _third_party(file: CaseFile, reply: Reply, said: Said) -> Known[ThirdParty]:
    if said.third_party:
        return Known(_one(said.third_party, "none"), "经办人说明")
    if reply.row == "d4" and not file.consultations:
        return Known("privacy", "答复书，未写明种类的按个人隐私")
    if any(asked.whom == "third-party" for asked in file.consultations):
        return Known("privacy", "征求意见登记，未写明种类的按个人隐私")
    return Known("none", "征求意见登记")


def _opinion(file: CaseFile) -> Known[OpinionKnown]:
    opinions = [asked.opinion for asked in file.consultations if asked.whom == "third-party" and asked.opinion]
    for worst in ("objects", "partly", "silent", "consents"):
        if worst in opinions:
            return Known(_one(worst, ""), "征求意见登记")
    return Known("not-asked", "征求意见登记")


def _maker(file: CaseFile, said: Said) -> Known[Maker]:
    if said.maker:
        return Known(_one(said.maker, "ours"), "经办人说明")
    asked = [one for one in file.consultations if one.whom == "co-maker"]
    if asked:
        return Known("joint-agreed" if all(one.consents for one in asked) else "joint", "征求意见登记")
    return Known("ours", "办件登记")


def _personal(looked: Sequence[Looked]) -> tuple[PersonalData, ...]:
    return tuple(PersonalData(kind, one.place, count) for one in looked for kind, count in one.found)


def _redaction(looked: Sequence[Looked]) -> Redaction:
    if any(not one.readable for one in looked):
        return "unknown"
    return "yes" if any(one.found for one in looked) else "not-needed"


def _secrecy(reply: Reply, looked: Sequence[Looked], said: Said) -> Known[tuple[SecrecyFlag, ...]]:
    """Say the marks on what was given; where nothing was given, the grounds on which it was refused."""
    if looked:
        return Known(tuple(dict.fromkeys(mark for one in looked for mark in one.marks)), "文件上的标志")
    if not reply.row.startswith("d"):
        return Known((), "答复审批")
    flags = (_SECRET_GROUNDS[basis] for basis in bases_of(reply.decisions) if basis in _SECRET_GROUNDS)
    return Known(tuple(flag for flag in flags if _LIFTED_BY.get(flag) not in said.changed), "答复书")
