"""The words of a case: who asks, how it came, what was decided, which letter says so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

ApplicantKind = Literal["np", "com", "res", "soc", "law", "oth"]
"""The columns of the annual report's table 3: natural person; company, research, charity, legal services, other."""

Channel = Literal["online", "in-person", "post-signed", "post-ordinary", "fax", "email", "oral", "platform"]
CHANNELS: Final[dict[Channel, str]] = {
    "online": "互联网（本机关网站）",
    "in-person": "当面提交",
    "post-signed": "邮寄（签收）",
    "post-ordinary": "平常信函（无需签收）",
    "fax": "传真",
    "email": "电子邮件",
    "oral": "口头（工作机构代为填写）",
    "platform": "其他平台转来",
}

SupplyForm = Literal["paper", "electronic", "inspect", "other"]
SUPPLY_FORMS: Final[dict[SupplyForm, str]] = {
    "paper": "纸质",
    "electronic": "电子文件",
    "inspect": "现场查阅、抄录",
    "other": "其他",
}

Way = Literal["post", "email", "online", "pick-up", "fax"]
WAYS: Final[dict[Way, str]] = {
    "post": "邮寄",
    "email": "电子邮件",
    "online": "网上获取",
    "pick-up": "自行领取",
    "fax": "传真",
}

Row = Literal[
    "g", "p", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8",
    "u1", "u2", "u3", "n1", "n2", "n3", "n4", "n5", "o1", "o2", "o3",
]  # fmt: skip
"""How a case ended: the rows of table 3 (`gongkai.statute.outcomes`)."""

Basis = Literal[
    "already-public", "given", "way-told", "state-secret", "forbidden", "three-securities", "third-party",
    "internal-affairs", "process", "enforcement-files", "register-query", "not-existing", "not-ours",
    "needs-making", "still-unclear", "petition", "repeated", "publications", "excessive", "reissue",
    "correction-lapsed", "fee-lapsed", "withdrawn", "other",
]  # fmt: skip
"""Why an item was decided as it was; each belongs to exactly one row (`outcomes.ROW_OF`), one article, one letter."""

Consulted = Literal["third-party", "co-maker", "other-organ"]
Opinion = Literal["consents", "objects", "partly", "silent"]

PersonRole = Literal["applicant", "agent", "third-party", "co-maker", "other-organ"]
"""Of whom the vault holds something under a key of their own; of organs it is what their people wrote."""
PERSON_ROLES: Final[dict[PersonRole, str]] = {
    "applicant": "申请人",
    "agent": "代表人、联系人",
    "third-party": "第三方",
    "co-maker": "共同制作机关",
    "other-organ": "其他机关",
}

LetterKind = Literal[
    "application-form", "receipt", "correction", "reasons", "extension", "third-party", "third-party-confirmation",
    "third-party-applicant", "third-party-decision", "co-maker", "other-organ", "co-handling", "fee",
    "reply-public", "reply-given", "reply-partial", "reply-refused", "reply-register", "reply-not-existing",
    "reply-not-ours", "reply-needs-making", "reply-unclear", "reply-petition", "reply-repeated",
    "reply-publications", "reply-excessive", "reply-reissue", "lapsed", "withdrawn", "approval-slip",
    "transfer-list",
]  # fmt: skip

Notice = Literal["correction", "extension", "opinion", "reasons", "fee"]
"""What takes effect with a letter of its own."""

Served = Literal["direct", "post", "organ", "online", "email", "fax", "pick-up"]
FeeStandard = Literal["items", "pages"]
RemedyKind = Literal["reconsideration", "suit-direct", "suit-after", "complaint"]
RemedyResult = Literal["upheld", "corrected", "other"]
ClockKind = Literal[
    "request-correction-notice", "request-reply", "request-reply-near", "request-correction", "request-consultation",
    "request-payment", "request-reasons", "request-remedy-answer", "request-draft-erase", "request-conversion-relook",
    "request-confirm", "request-notice-missed", "request-notice-unserved",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What was decided of one matter asked for. Words lie in the vault or in blobs; only ids and reasons are here."""

    item: int
    basis: Basis
    article: str
    reason: str
    """The officer's reason, free of personal data (checked before the fact is made)."""
    blobs: tuple[str, ...] = ()
    """Digests of what is given, redacted where it had to be."""
    public_at: str = ""
    """Path or address of what is already public."""
    other_organ: str = ""
    ends_on: date | None = None
    third_party_waived: str = ""
    """Why no third party was asked before their interest was protected (A15), e.g. the trade secret is certified."""
    withheld: tuple[Basis, ...] = ()
    """Why parts of what is otherwise given stay closed (A37); their words are in the letter."""


@dataclass(frozen=True, slots=True)
class Searched:
    """One search for the information: needed before anybody may say that it does not exist."""

    places: tuple[str, ...]
    words: tuple[str, ...]
    by: UUID
    on: date
    found: int


@dataclass(frozen=True, slots=True)
class FeeCharged:
    standard: FeeStandard
    count: int
    """Which application of the month this is, or how many pages."""
    amount: Decimal
    month: str
    """`2026-11` for the standard by items."""
