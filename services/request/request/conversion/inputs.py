"""What is known of an answered case, each thing with the place it was learnt from. No person is named here.

Of personal data only the kind, the place and the number are known: never the data themselves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, Literal, TypeVar

from request.domain.values import Basis, Row

T = TypeVar("T")

Advice = Literal["publish", "redact", "keep", "ask"]
ADVICE_ZH: Final[dict[Advice, str]] = {
    "publish": "转为主动公开",
    "redact": "隐去部分内容后转为主动公开",
    "keep": "不转为主动公开",
    "ask": "请人判断",
}

ThirdParty = Literal["none", "trade-secret", "privacy"]
OpinionKnown = Literal["not-asked", "consents", "objects", "partly", "silent"]
Redaction = Literal["not-needed", "yes", "no", "unknown"]
PersonalKind = Literal[
    "name", "phone", "id-number", "address", "bank-account", "birth", "email", "signature", "photo", "medical",
    "minor", "plate",
]  # fmt: skip
SecrecyFlag = Literal["state-secret", "forbidden", "securities", "work-secret"]
Maker = Literal["ours", "joint", "joint-agreed", "other", "needs-approval"]
Changed = Literal["declassified", "third-party-consents", "procedure-finished", "law-requires"]
PublicTest = Literal["interest", "know", "take-part"]
Nature = Literal["general", "individual", "internal", "process", "enforcement", "register", "unknown"]


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A value and where it was learnt: the register, a letter, an officer, a check, a table of words."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    kind: PersonalKind
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of the basic catalogue, as the catalogue was last revised."""

    id: str
    name: str
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """A review of the same information. `decision` is empty while nobody has decided."""

    review: str
    on: date
    advice: Advice
    decision: Advice | Literal[""] = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What the information is about: read from its words by `kinds.fit`, or named by an officer (`kinds.named`)."""

    kind: Known[str]
    nature: Known[Nature]
    heads: Known[tuple[int, ...]]
    """Heads of article 20 that may fit."""
    local: Known[tuple[str, ...]]
    """Additions of article 21 that may fit."""
    test: Known[tuple[PublicTest, ...]]
    """Tests of article 19 that the kind usually meets."""
    words: Known[tuple[str, ...]]
    """The words that decided it."""


@dataclass(frozen=True, slots=True)
class Considered:
    """Everything one review may look at.

    `third_party`, `personal`, `secrecy` and `redaction` speak of what was given (where nothing was, of what was
    refused); what was cut out of it before is in `bases`.
    """

    case: str
    round: int
    title: str
    """The officers' neutral words for the information."""
    answered_on: date
    row: Known[Row]
    bases: Known[tuple[Basis, ...]]
    about: About
    applicants: Known[int]
    """Different applicants who asked for the same or similar, this one counted."""
    suggested: Known[bool]
    third_party: Known[ThirdParty]
    opinion: Known[OpinionKnown]
    public_interest: Known[bool]
    """Not disclosing would gravely affect the public interest (A15), as somebody has judged."""
    formed_on: Known[date | None]
    due_on: Known[date | None]
    """Last day of proactive disclosure (A26), if the information falls under it."""
    in_force: Known[Literal["yes", "no", "not-applicable"]]
    stage: Known[Literal["finished", "running", "not-applicable"]]
    closed_until: Known[date | None]
    permalink: Known[str]
    column: Known[ColumnSeen | None]
    personal: Known[tuple[PersonalData, ...]]
    redaction: Known[Redaction]
    """Whether redaction would make it publishable."""
    consent: Known[Literal["none", "given"]]
    """Separate consent of the persons concerned (PIPL 25)."""
    secrecy: Known[tuple[SecrecyFlag, ...]]
    secrecy_review: Known[Literal["cleared", "unsure"]]
    maker: Known[Maker]
    required_by: Known[str]
    """The law, regulation or rule that requires disclosure, as cited; empty if none is known."""
    compiled: Known[bool]
    """Made for this applicant: no such item existed before (A38)."""
    about_self: Known[bool]
    """Concerns the applicant's own affairs only."""
    impact: Known[Literal["yes", "no", "unknown"]]
    """Whether a penalty has social impact (A20(6))."""
    changed: Known[tuple[Changed, ...]]
    """What has changed since it was refused (A18)."""
    earlier: Known[tuple[EarlierReview, ...]]
