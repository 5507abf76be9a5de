"""What the API answers where nobody signs in: to applicants, to whoever holds a letter, to platforms that hand over."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from request.http.views import ClockView, FeeView, HintRow, LetterRow, View


class Hints(View):
    documents: list[HintRow]


class Receipt(View):
    """What an applicant is given: the code follows the case with the second factor of their own."""

    id: UUID
    code: str
    factor: str = Field(description="which of their own data is the second factor, in words")


class MineView(View):
    """A case as its applicant sees it."""

    state: str
    number: str
    submitted_on: date
    received_on: date | None
    row: str | None
    answered_on: date | None
    awaiting: str
    may: list[str]
    clock: ClockView
    letters: list[LetterRow]
    fee: FeeView | None
    correction: dict[str, Any] | None
    public_at: str


class VerifiedView(View):
    genuine: bool
    number: str = ""
    kind: str = ""
    issued_on: date | None = None
    organ: str = ""


class ForwardedView(View):
    """What became of a forwarded application: a case, or it waits for its event."""

    case_id: UUID | None
    state: str
