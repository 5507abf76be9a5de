"""What the yearly tables need to know of one case, folded fact by fact: one value, so that a store keeps one row.

Four decisions are made here, once:

- **A case counts once, by its first end.** A corrected decision opens a new round of the same case, but the
  application is neither received nor ended again: the correction is a number of table 4. Were the second answer
  counted too, received plus carried in would no longer equal ended plus carried out, and a report already
  published would change behind its readers. `rounds` remembers that there were more, for the explanation.
- **A lapse undone in its own year** (a good excuse, a payment taken all the same) is no end; undone in a later
  year it stays the end, as a second end after a reply would.
- **Joined cases** are applications of their own that end with the reply of the case they were joined into;
  handled by themselves again, they end with their own.
- **A paper split into matters** keeps its place in the tables and ends as its first matter does; that first
  matter does not count beside it, the others do. A split after the turn of a year therefore never changes what
  was reported: the further matters come in on the day of the split.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from request.domain import facts as f
from request.domain.values import ApplicantKind, RemedyKind, RemedyResult, Row


@dataclass(frozen=True, slots=True)
class Remedy:
    """One reconsideration, suit or complaint. `only_year` is set where a sheet gave no dates: it counts there."""

    kind: RemedyKind
    from_on: date | None
    """The day we received it: before, no organ can count it."""
    remedy: UUID | None = None
    decided_on: date | None = None
    result: RemedyResult | None = None
    only_year: int | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee notice of a case; a corrected notice takes the place of the first, for one case pays once."""

    amount: Decimal
    noticed_on: date | None
    paid_on: date | None = None
    exempted: bool = False
    only_year: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    case: UUID
    organ_id: UUID
    kind: ApplicantKind
    number: str = ""
    received_on: date | None = None
    """R as decided; without it an application is not received and stands in no table."""
    row: Row | None = None
    ended_on: date | None = None
    rounds: int = 1
    follows: UUID | None = None
    """The case whose end is this one's: joined into it, or the first matter of a split paper."""
    follows_since: date | None = None
    is_split: bool = False
    made_by_split_on: date | None = None
    remedies: tuple[Remedy, ...] = field(default=())
    fee: Fee | None = None
    imported: bool = False

    @property
    def counts_on(self) -> date | None:
        """The day the case enters the tables: R, or the day of a split made in a later year than R."""
        if self.received_on and self.made_by_split_on and self.made_by_split_on.year > self.received_on.year:
            return self.made_by_split_on
        return self.received_on


def counted(before: Counted | None, case: UUID, fact: f.Fact, recorded_on: date) -> Counted | None:
    """Fold one fact in; `recorded_on` is the legal day it entered the register. Nothing comes of facts before any case.

    Never refuses: what a fact says has happened.
    """
    if before is None:
        return _opened(case, fact, recorded_on)
    match fact:
        case f.ReceiptFixed(received_on=on) | f.ReceiptCorrected(received_on=on):
            return replace(before, received_on=on)
        case f.Registered(year=year, serial=serial):
            return replace(before, number=f"{year}-{serial:04d}")
        case f.Answered(row=row, answered_on=on):
            return _ended(before, row, on)
        case f.CorrectionLapsed(on=on):
            return _ended(before, "o1", on)
        case f.FeeLapsed(on=on):
            return _ended(before, "o2", on)
        case f.WithdrawnByApplicant(on=on):
            return _ended(before, "o3", on)
        case f.CorrectionReceived(received_on=on):
            return _revived(before, "o1", on)
        case f.RoundOpened(round=number):
            return replace(before, rounds=max(before.rounds, number))
        case f.JoinedInto(case=other):
            return replace(before, follows=other, follows_since=recorded_on)
        case f.Separated():
            return replace(before, follows=None, follows_since=None)
        case f.MattersSplit(into=(first, *_)):
            return replace(before, follows=first, follows_since=recorded_on, is_split=True)
        case f.FeeNoticed(fee=fee, noticed_on=on):
            return replace(before, fee=Fee(fee.amount, on))
        case f.FeePaid(paid_on=on):
            paid = replace(before.fee, paid_on=on) if before.fee else None
            return replace(_revived(before, "o2", on), fee=paid)
        case f.FeeExempted() if before.fee:
            return replace(before, fee=replace(before.fee, exempted=True))
        case f.RemedyFiled(remedy=remedy, kind=kind, received_on=on):
            return replace(before, remedies=(*before.remedies, Remedy(kind, on, remedy)))
        case f.RemedyDecided():
            return replace(before, remedies=tuple(_decided(one, fact) for one in before.remedies))
        case f.CaseImported():
            return _imported_again(before, _imported(case, fact), fact.year)
        case _:
            return before


TOUCHING: Final = (
    f.ApplicationSubmitted,
    f.CaseImported,
    f.ReceiptFixed,
    f.ReceiptCorrected,
    f.Registered,
    f.Answered,
    f.CorrectionLapsed,
    f.CorrectionReceived,
    f.FeeLapsed,
    f.WithdrawnByApplicant,
    f.RoundOpened,
    f.JoinedInto,
    f.Separated,
    f.MattersSplit,
    f.FeeNoticed,
    f.FeePaid,
    f.FeeExempted,
    f.RemedyFiled,
    f.RemedyDecided,
)
"""The facts that change a row; a store may leave its row alone after any other."""


def _opened(case: UUID, fact: f.Fact, recorded_on: date) -> Counted | None:
    match fact:
        case f.ApplicationSubmitted(organ_id=organ, applicant_kind=kind, split_from=None):
            return Counted(case, organ, kind)
        case f.ApplicationSubmitted(organ_id=organ, applicant_kind=kind):
            return Counted(case, organ, kind, made_by_split_on=recorded_on)
        case f.CaseImported():
            return _imported(case, fact)
        case _:
            return None


def _ended(before: Counted, row: Row, on: date) -> Counted:
    return before if before.ended_on else replace(before, row=row, ended_on=on)


def _revived(before: Counted, lapsed: Row, on: date) -> Counted:
    """Undo a lapse that an excuse or a late payment undid, within its year; a year that is over keeps it."""
    if before.row == lapsed and before.ended_on and before.ended_on.year == on.year:
        return replace(before, row=None, ended_on=None)
    return before


def _decided(one: Remedy, fact: f.RemedyDecided) -> Remedy:
    return replace(one, decided_on=fact.on, result=fact.result) if one.remedy == fact.remedy else one


def _imported_again(before: Counted, now: Counted, year: int) -> Counted:
    """Take the end a later sheet brings; what the earlier one told of its own year stays told."""
    earlier = tuple(one for one in before.remedies if one.only_year is not None and one.only_year < year)
    return replace(now, remedies=(*earlier, *now.remedies), fee=now.fee or before.fee)


def _imported(case: UUID, fact: f.CaseImported) -> Counted:
    dates = fact.remedy_dates or ((None, None),) * len(fact.remedies)
    remedies = tuple(
        Remedy(kind, from_on, None, decided_on, result, None if from_on else fact.year)
        for (kind, result), (from_on, decided_on) in zip(fact.remedies, dates, strict=True)
    )
    fee = None
    if fact.fee:
        undated = None if fact.fee_noticed_on else fact.year
        fee = Fee(fact.fee.amount, fact.fee_noticed_on, fact.fee_paid_on, only_year=undated)
    return Counted(
        case,
        fact.organ_id,
        fact.applicant_kind,
        fact.number,
        fact.received_on,
        fact.row,
        fact.answered_on,
        remedies=remedies,
        fee=fee,
        imported=True,
    )
