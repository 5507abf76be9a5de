"""The states of a document. Each knows what is true while it lasts; what all share is its dossier."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from publication.domain.content import Form, Kind, Openness
from publication.domain.disclosure import Answer
from publication.domain.steps import Mark, StepName

Change = Literal["publish", "correct", "withdraw", "repeal"]
Validity = Literal["valid", "changed", "repealed", "void", "withdrawn"]
Source = Literal["written", "imported", "submitted", "forwarded", "requested", "converted"]
Severity = Literal["must", "judge", "note"]


@dataclass(frozen=True, slots=True)
class IndexNumber:
    """索引号 and the permalink that goes with it: issued once, never changed."""

    index_number: str
    permalink: str
    year: int
    serial: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the checks, without the text it found. The key stays while the place is untouched."""

    key: str
    rule: str
    severity: Severity
    personal: bool = False
    may_keep: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """The check report of one edition; the whole report is the blob `digest`."""

    edition: int
    digest: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Waiver:
    key: str
    person: UUID
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A reviewer did not sign, and says why."""

    step: StepName
    edition: int
    person: UUID
    opinion: str
    errors_found: int


@dataclass(frozen=True, slots=True)
class OpennessReview:
    """The openness office looked at a policy document that is proposed not to be disclosed."""

    edition: int
    agreed: bool
    person: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Impact assessment before personal data is published; the report is kept as a blob for three years or more."""

    digest: str
    covers: tuple[str, ...]
    person: UUID
    keep_until: date


@dataclass(frozen=True, slots=True)
class Link:
    document_id: UUID
    form: Form


@dataclass(frozen=True, slots=True)
class Exemption:
    """No interpretation for now, and who says so and why."""

    person: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Live:
    """What the public sees."""

    edition: int
    digest: str
    manifest: str
    published_at: datetime
    validity: Validity = "valid"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A withdrawal or a repeal that waits for another person's signature."""

    change: Literal["withdraw", "repeal"]
    explanation: str
    person: UUID
    validity: Validity
    repealed_on: date | None = None
    replaced_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class PenaltyClock:
    """A published penalty was changed or quashed: it must be withdrawn by this date (行政处罚法第四十八条)."""

    changed_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of a document in every state. Marks, answers and report are those of the current edition."""

    organ_id: UUID
    unit: str
    started_by: UUID
    source: Source
    kind: Kind
    column_id: str
    openness: Openness
    important: bool
    formed_on: date | None
    edition: int
    digest: str
    saved_by: UUID
    number: IndexNumber | None = None
    marks: tuple[Mark, ...] = ()
    returned: Returned | None = None
    report: Report | None = None
    waivers: tuple[Waiver, ...] = ()
    answers: tuple[Answer, ...] = ()
    openness_review: OpennessReview | None = None
    assessment: Assessment | None = None
    interpretations: tuple[Link, ...] = ()
    interprets: tuple[UUID, ...] = ()
    exemption: Exemption | None = None
    explanation: str = ""
    owed: tuple[StepName, ...] = ()
    live: Live | None = None
    penalty: PenaltyClock | None = None
    #: The day from which what is public is no longer what holds; the correction under way brings it up to date.
    changed_on: date | None = None


# ── States ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Absent:
    """Nobody has written it yet."""


@dataclass(frozen=True, slots=True)
class Drafting:
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Reviewing:
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Releasing:
    """Signed off; the release with this id is on its way."""

    dossier: Dossier
    release_id: UUID
    change: Change
    edition: int
    manifest: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class Published:
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class ChangeProposed:
    """A withdrawal or repeal is proposed; the text is still public as it was."""

    dossier: Dossier
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Withdrawn:
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Repealed:
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Kept:
    """Decided not to be disclosed on the organ's own motion; may be looked at again (条例第十八条)."""

    dossier: Dossier
    reason: str


@dataclass(frozen=True, slots=True)
class Discarded:
    dossier: Dossier


Written = Drafting | Reviewing | Releasing | Published | ChangeProposed | Withdrawn | Repealed | Kept | Discarded
Document = Absent | Written
INITIAL: Document = Absent()

STATE_NAMES: dict[type[Document], str] = {
    Absent: "未建立",
    Drafting: "起草",
    Reviewing: "审校",
    Releasing: "发布中",
    Published: "已发布",
    ChangeProposed: "待批准撤回或废止",
    Withdrawn: "已撤回",
    Repealed: "已废止",
    Kept: "不主动公开",
    Discarded: "已作废",
}


@dataclass(frozen=True, slots=True)
class Companion:
    """What the sign-off of one document needs to know of a document linked to it."""

    document_id: UUID
    title: str
    form: Form | None
    ready: bool
    released: bool
    signed: bool = False
    open_gates: tuple[str, ...] = field(default=())
