"""The states of a case, with what is true only while they last."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from gongkai.statute.clock import Clock
from request.domain.file import CaseFile
from request.domain.values import RemedyKind, RemedyResult, Row

# ── What is awaited ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AwaitingCorrection:
    asked_on: date
    answer_by: date
    reached_on: date | None = None
    """Until the notice has reached the applicant no period runs."""


@dataclass(frozen=True, slots=True)
class AwaitingOpinions:
    letters: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AwaitingReasons:
    asked_on: date
    answer_by: date
    reached_on: date | None = None


@dataclass(frozen=True, slots=True)
class AwaitingPayment:
    noticed_on: date
    pay_by: date | None
    """Known when the applicant has received the notice."""


Awaited = AwaitingCorrection | AwaitingOpinions | AwaitingReasons | AwaitingPayment

AWAITED_NAMES: Final[dict[type[Awaited], str]] = {
    AwaitingCorrection: "等待补正",
    AwaitingOpinions: "等待意见",
    AwaitingReasons: "等待说明理由",
    AwaitingPayment: "等待缴费",
}

# ── The states ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Nothing:
    """No application yet."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Here, but not yet received in the sense of A31: no clock runs."""

    file: CaseFile


@dataclass(frozen=True, slots=True)
class FixedDue:
    """A due day somebody set: the organ after good reasons (A35), or the decision on a remedy."""

    on: date
    since: date
    article: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """The due date last written into a fact, which a new calendar is compared with."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Handling:
    file: CaseFile
    clock: Clock
    told: Told | None = None
    fixed_due: FixedDue | None = None
    awaits: Awaited | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    file: CaseFile


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The applicant let a period pass. What ran before is kept: a late excuse or a payment in time brings it back."""

    handling: Handling
    because: Literal["correction", "fee"]
    on: date

    @property
    def file(self) -> CaseFile:
        return self.handling.file


@dataclass(frozen=True, slots=True)
class Withdrawn:
    file: CaseFile
    on: date


@dataclass(frozen=True, slots=True)
class Joined:
    """Handled in another case. The clock goes on: this applicant, too, is owed an answer in time."""

    handling: Handling
    into: UUID

    @property
    def file(self) -> CaseFile:
        return self.handling.file


@dataclass(frozen=True, slots=True)
class SplitUp:
    file: CaseFile
    into: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Archived:
    file: CaseFile
    on: date


@dataclass(frozen=True, slots=True)
class Imported:
    """A case of an earlier year: only what is counted."""

    organ_id: UUID
    number: str
    year: int
    received_on: date
    answered_on: date | None
    row: Row | None
    remedies: tuple[tuple[RemedyKind, RemedyResult | None], ...] = ()


Filed = Submitted | Handling | Answered | Lapsed | Withdrawn | Joined | SplitUp | Archived
"""The states of a case that came in here."""

Case = Nothing | Filed | Imported

INITIAL: Final = Nothing()

STATE_NAMES: Final[dict[type[Case], str]] = {
    Nothing: "尚无申请",
    Submitted: "待确定收到日",
    Handling: "办理中",
    Answered: "已答复",
    Lapsed: "不再处理",
    Withdrawn: "已撤回",
    Joined: "并案办理",
    SplitUp: "已拆分",
    Archived: "已归档",
    Imported: "往年补录",
}


def file_of(case: Case) -> CaseFile | None:
    """Return the file of a case, if it has one."""
    return None if isinstance(case, Nothing | Imported) else case.file


def handling_of(case: Case) -> Handling | None:
    """Return the part of a case in which a clock runs, if one does."""
    match case:
        case Handling():
            return case
        case Joined(handling=handling):
            return handling
        case _:
            return None
