"""What is gathered in a case's file, whatever state the case is in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongkai.statute.clock import Clock
from request.domain.decided import Decided, OpinionDecided, same_notice
from request.domain.values import (
    ApplicantKind,
    Channel,
    Consulted,
    FeeCharged,
    ItemDecision,
    LetterKind,
    Notice,
    Opinion,
    RemedyKind,
    RemedyResult,
    Row,
    Searched,
    Served,
    SupplyForm,
    Way,
)


@dataclass(frozen=True, slots=True)
class Application:
    organ_id: UUID
    applicant: UUID
    applicant_kind: ApplicantKind
    channel: Channel
    submitted_on: date
    item: UUID
    """Vault item of the application as it stands, corrected where it was."""
    supply_form: SupplyForm
    way: Way
    items: int
    external_id: str
    split_from: UUID | None
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    received_on: date
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseNumber:
    year: int
    serial: int

    @property
    def text(self) -> str:
        return f"{self.year}-{self.serial:04d}"


@dataclass(frozen=True, slots=True)
class Correction:
    asked_on: date
    """The day its notice was issued."""
    what: tuple[str, ...]
    answer_by: date
    received_on: date | None = None
    lapsed_on: date | None = None
    reached_on: date | None = None
    """The day the notice reached the applicant: before, no period runs against them."""


@dataclass(frozen=True, slots=True)
class Extension:
    working_days: int
    reason: str
    decided_on: date
    due_on: date
    round: int
    consent_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    letter: UUID
    whom: Consulted
    party: UUID | None
    organ: str
    asked_on: date
    received_on: date | None = None
    answer_by: date | None = None
    opinion: Opinion | None = None
    answered_on: date | None = None
    reason_item: UUID | None = None
    reasonable: bool | None = None
    wanted_by: date | None = None
    """The day we asked another organ for, which the law does not set."""

    @property
    def consents(self) -> bool:
        """Tell whether disclosure is agreed to; silence agrees for a co-maker (A34), never for a third party (A32)."""
        return self.opinion == "consents" or (self.whom == "co-maker" and self.opinion == "silent")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Reasons asked for a number or frequency beyond reason (A35)."""

    asked_on: date
    facts: str
    answer_by: date
    reasonable: bool | None = None
    judged_on: date | None = None
    why: str = ""
    delayed_until: date | None = None
    reached_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    charged: FeeCharged
    noticed_on: date
    received_on: date | None = None
    pay_by: date | None = None
    paid_on: date | None = None
    receipt: str = ""
    exempted: str = ""
    lapsed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    earlier: UUID | None
    document: str
    same_applicant: bool


@dataclass(frozen=True, slots=True)
class UnitTask:
    task: UUID
    unit: str
    asked_on: date
    answer_by: date | None
    answered_on: date | None = None
    opinion_item: UUID | None = None


@dataclass(frozen=True, slots=True)
class CleanCopy:
    source: str
    result: str
    passages: int
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    step: str
    by: UUID
    opinion: str
    instead_of: UUID | None = None
    """Whose place was taken, when it was a colleague's who was away."""

    @property
    def stood(self) -> frozenset[UUID]:
        """Return everybody who thereby stood on the rung: whoever acted, and in whose place."""
        return frozenset({self.by} | ({self.instead_of} if self.instead_of else set()))


@dataclass(frozen=True, slots=True)
class Draft:
    number: int
    round: int
    decisions: tuple[ItemDecision, ...]
    row: Row
    text_item: UUID
    by: UUID
    ladder: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    returned: Passed | None = None
    instead_of: UUID | None = None

    @property
    def drafters(self) -> frozenset[UUID]:
        """Return whose text it is: who wrote it, and in whose place."""
        return frozenset({self.by} | ({self.instead_of} if self.instead_of else set()))

    @property
    def stood(self) -> frozenset[UUID]:
        """Return everybody who stood on a rung of this draft."""
        return frozenset().union(*(one.stood for one in self.passed))


@dataclass(frozen=True, slots=True)
class Service:
    served: Served
    counts_on: date
    rule: str


@dataclass(frozen=True, slots=True)
class Letter:
    letter: UUID
    kind: LetterKind
    number: str
    digest: str
    issued_on: date
    round: int
    draft: int | None
    service: Service | None = None

    @property
    def is_reply(self) -> bool:
        return self.kind.startswith("reply-")


@dataclass(frozen=True, slots=True)
class Reply:
    round: int
    row: Row
    decisions: tuple[ItemDecision, ...]
    answered_on: date
    due_on: date | None
    late: bool
    given: tuple[str, ...]
    letter: UUID | None = None
    through: UUID | None = None
    """The case whose letter and files answer this one, when it was joined."""


@dataclass(frozen=True, slots=True)
class RemedyTaken:
    remedy: UUID
    kind: RemedyKind
    filed_on: date
    received_on: date
    body: str
    number: str
    answer_by: date | None
    warnings: tuple[str, ...] = ()
    by_law: bool = False
    answered_on: date | None = None
    result: RemedyResult | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One conversion review and what became of it."""

    review: UUID
    round: int
    advice: str
    relook_on: date | None
    accepted: bool | None = None
    decision: str = ""
    reason: str = ""
    document_id: UUID | None = None
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """The reply clock as it stood when the case ended: everybody may still add up its days."""

    clock: Clock
    due_on: date | None
    fixed_why: str
    """Why its last day was set by somebody, if it was."""
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What is known of a case whatever state it is in."""

    application: Application
    receipt: Receipt | None = None
    number: CaseNumber | None = None
    topic: str = ""
    handler: UUID | None = None
    unit: str = ""
    correction: Correction | None = None
    extensions: tuple[Extension, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    inquiry: Inquiry | None = None
    fee: Fee | None = None
    searches: tuple[Searched, ...] = ()
    similar: tuple[Similar, ...] = ()
    tasks: tuple[UnitTask, ...] = ()
    clean_copies: tuple[CleanCopy, ...] = ()
    round: int = 1
    reopened_by: tuple[UUID, ...] = ()
    """Remedies whose decisions opened a round."""
    drafts: tuple[Draft, ...] = ()
    letters: tuple[Letter, ...] = ()
    replies: tuple[Reply, ...] = ()
    remedies: tuple[RemedyTaken, ...] = ()
    reviews: tuple[Review, ...] = ()
    typical: str = ""
    decided: tuple[Decided, ...] = ()
    """What waits for its letter."""
    ran: Ran | None = None

    @property
    def draft(self) -> Draft | None:
        """The newest draft of this round."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].round == self.round else None

    @property
    def reply_letter(self) -> Letter | None:
        """The reply printed in this round."""
        return next((one for one in self.letters if one.is_reply and one.round == self.round), None)

    @property
    def reply(self) -> Reply | None:
        """The reply of this round."""
        return self.replies[-1] if self.replies and self.replies[-1].round == self.round else None

    @property
    def to_be_obeyed(self) -> tuple[RemedyTaken, ...]:
        """Return the remedies that corrected how the case ended and that no round or later reply has obeyed yet."""
        answered_on = self.reply.answered_on if self.reply else None
        return tuple(
            one
            for one in self.remedies
            if one.result == "corrected"
            and one.remedy not in self.reopened_by
            and not (answered_on and one.decided_on and answered_on >= one.decided_on)
        )

    def letter(self, letter: UUID) -> Letter | None:
        return next((one for one in self.letters if one.letter == letter), None)

    def consultation(self, letter: UUID) -> Consultation | None:
        return next((one for one in self.consultations if one.letter == letter), None)

    def waiting(self, notice: Notice, letter: UUID | None = None) -> Decided | None:
        """Return the decision that waits for this letter."""
        return next((one for one in self.decided if same_notice(one, notice, letter)), None)

    def consulted(self, letter: UUID) -> Consultation | None:
        """Return a consultation, also one whose letter has still to go out."""
        found = self.consultation(letter)
        if found is None and isinstance(one := self.waiting("opinion", letter), OpinionDecided):
            return Consultation(one.letter, one.whom, one.party, one.organ, one.decided_on)
        return found

    def remedy(self, remedy: UUID) -> RemedyTaken | None:
        return next((one for one in self.remedies if one.remedy == remedy), None)

    def review(self, review: UUID) -> Review | None:
        return next((one for one in self.reviews if one.review == review), None)
