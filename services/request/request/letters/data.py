"""What a letter is made of. Pure values; a part that a form does not need stays empty, one it needs is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gongkai.statute.calendar import CountedDay, Explanation
from request.domain.values import ApplicantKind, Basis, Channel, FeeStandard, LetterKind, Opinion, SupplyForm, Way


@dataclass(frozen=True, slots=True)
class Organ:
    """Who writes. `government` and `court` hear the remedies: settings of the bureau, not rules of ours."""

    name: str
    short_name: str
    """机关代字: the first characters of every number, as 济商."""
    office: str
    address: str
    phone: str
    hours: str
    government: str
    court: str = "有管辖权的人民法院"
    postcode: str = ""
    reconsideration_url: str = ""
    """Where reconsideration can be filed through the internet; must be told when the letter is served there."""
    seal: bytes = b""
    """SVG of a seal that the organ may print; without it the place of the seal stays free."""


@dataclass(frozen=True, slots=True)
class Received:
    """R, and what it rests on (A31)."""

    on: date
    channel: Channel
    rule_zh: str = ""
    corrected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A last day as the letter tells it, with the days anybody can add up."""

    on: date
    from_on: date
    working_days: int
    days: tuple[CountedDay, ...] = ()
    provisional_zh: str = ""

    @classmethod
    def of(cls, explanation: Explanation) -> Stated:
        due = explanation.due
        return cls(due.on, due.start, due.length, explanation.days, due.provisional_reason if due.provisional else "")


@dataclass(frozen=True, slots=True)
class Search:
    """Where and with what words somebody looked: without it nobody may say that something does not exist."""

    places: tuple[str, ...]
    words: tuple[str, ...]
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part that is not disclosed of something that otherwise is (A37)."""

    what: str
    basis: Basis
    reason: str
    law: str = ""
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of one matter. Which of the later fields are needed depends on the basis."""

    item: int
    words: str
    basis: Basis
    reason: str = ""
    article: str = ""
    given: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    public_at: str = ""
    column: str = ""
    document_number: str = ""
    obtain: str = ""
    """Way, channel and time at which it can be obtained."""
    law: str = ""
    """The law that forbids, or that gives special access."""
    opinion: Opinion | None = None
    """What the third party answered."""
    not_asked: str = ""
    """Why the third party was not asked."""
    public_interest: str = ""
    """How the public interest was weighed."""
    other_organ: str = ""
    other_contact: str = ""
    earlier_number: str = ""
    earlier_on: date | None = None
    channel_told: str = ""
    """The right door for a petition, or where a publication is to be had."""


@dataclass(frozen=True, slots=True)
class Correction:
    what: tuple[str, ...]
    answer_by: date


@dataclass(frozen=True, slots=True)
class Extension:
    working_days: int
    reason: str
    consented_by: str
    """Name or post of the head of the openness office: kept on file, not printed."""
    before: Stated
    after: Stated


@dataclass(frozen=True, slots=True)
class Consultation:
    """A question to a third party, a co-maker, another organ or a unit that helps."""

    content: str
    why: str
    answer_by: date | None = None
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """The objection of a third party is not followed (A32): what will be released, when, and why."""

    content: str
    public_interest: str
    release_on: date


@dataclass(frozen=True, slots=True)
class Reasons:
    facts: str
    answer_by: date


@dataclass(frozen=True, slots=True)
class Fee:
    standard: FeeStandard
    count: int
    amount: Decimal
    reckoning: str
    how_to_pay: str
    month: str = ""


@dataclass(frozen=True, slots=True)
class Lapse:
    """The days that prove an application abandoned."""

    notice: str
    """Number of the notice that was not followed."""
    noticed_on: date
    noticed_received_on: date
    ended_on: date
    of: Literal["correction", "fee"] = "correction"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    on: date
    how: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application on paper (A29): the applicant's own words, printed as they are."""

    applicant_kind: ApplicantKind
    name: str
    proof: str
    contact: str
    description: str
    supply_form: SupplyForm
    way: Way
    representative: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder on the approval slip."""

    name: str
    person: str
    on: date | None
    opinion: str


@dataclass(frozen=True, slots=True)
class Approval:
    proposal: str
    grounds: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    title: str
    number: str
    pages: int | None
    """None when the letter was destroyed with its addressee."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    giver: str
    taker: str
    reason: str
    rows: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """Where anyone who holds the letter can check it."""

    url: str


@dataclass(frozen=True, slots=True)
class LetterData:
    kind: LetterKind
    organ: Organ
    issued_on: date
    addressee: str = ""
    addressee_is: Literal["person", "organisation", "organ"] = "person"
    number: str = ""
    case_number: str = ""
    received: Received | None = None
    subject: str = ""
    due: Stated | None = None
    decisions: tuple[Decision, ...] = ()
    searches: tuple[Search, ...] = ()
    correction: Correction | None = None
    extension: Extension | None = None
    consultation: Consultation | None = None
    override: Override | None = None
    reasons: Reasons | None = None
    fee: Fee | None = None
    lapse: Lapse | None = None
    withdrawal: Withdrawal | None = None
    application: Application | None = None
    approval: Approval | None = None
    transfer: Transfer | None = None
    own_words: tuple[str, ...] = ()
    """Paragraphs in the officer's own words, after the facts and before the decision."""
    enclosures: tuple[str, ...] = ()
    served_online: bool = False
    verification: Verification | None = None
    draft: bool = False
    """A preview: no number is needed, and it says on its face that it is none."""


Remedy = Literal["reconsider-first", "either", "none", "fee"]


# ── The letter ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Smaller words that explain: how a period was counted."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """A form's own table: what is asked on the left, what is answered on the right."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Note | Fields | Grid


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that may be issued: nothing is missing. What is typeset and nothing else."""

    kind: LetterKind
    organ_name: str
    title: str
    number: str
    addressee: str
    blocks: tuple[Block, ...]
    enclosures: tuple[str, ...]
    issued_on: date
    contact: str
    signed: bool
    annex_title: str = ""
    annex: tuple[Block, ...] = ()
    """A sheet that goes with the letter, on a page of its own: to be filled in and sent back."""
    verify_url: str = ""
    code: str = ""
    seal: bytes = b""
    draft: bool = False
    quoted: str = ""
    """What the applicant wrote: it may hold characters that no font of ours has, which are printed as their code."""
