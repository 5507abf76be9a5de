"""Fees: what the annual report says of them, and which application of the month one is for the standard by items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from gongkai.statute.refusal import Refused
from request.counting.counted import Counted
from request.counting.places import Period, period


@dataclass(frozen=True, slots=True)
class Fees:
    """What was noticed counts on the day of the notice, what was collected on the day of payment."""

    period: Period
    notices: int
    amount: Decimal
    paid: int
    collected: Decimal
    exempted: int
    noticed_cases: tuple[UUID, ...] = ()
    paid_cases: tuple[UUID, ...] = ()

    @property
    def sentence_zh(self) -> str:
        return (
            f"{self.period.year}年共发出收费通知{self.notices}件，应收{self.amount}元，"
            f"实收{self.paid}件{self.collected}元，减免{self.exempted}件。"
        )


def fees(cases: Iterable[Counted], year: int, as_of: date) -> Fees:
    within = period(year, as_of)
    noticed, paid = [], []
    for one in cases:
        if not one.fee:
            continue
        if within.holds(one.fee.noticed_on, one.fee.only_year):
            noticed.append((one.case, one.fee))
        if one.fee.paid_on and within.holds(one.fee.paid_on):
            paid.append((one.case, one.fee.amount))
    return Fees(
        within,
        len(noticed),
        sum((fee.amount for _, fee in noticed), Decimal(0)),
        len(paid),
        sum((amount for _, amount in paid), Decimal(0)),
        sum(fee.exempted for _, fee in noticed),
        tuple(case for case, _ in noticed),
        tuple(case for case, _ in paid),
    )


@dataclass(frozen=True, slots=True)
class Filed:
    """One application of one applicant; `order` tells those of one day apart (the serial of registration)."""

    case: UUID
    received_on: date
    order: int = 0
    items: int = 1


@dataclass(frozen=True, slots=True)
class OrdinalOfMonth:
    """An application holds the places `first` to `last` of its applicant's calendar month."""

    month: str
    first: int
    last: int

    @property
    def already(self) -> int:
        return self.first - 1


def ordinal_of_month(case: UUID, filed: Iterable[Filed]) -> OrdinalOfMonth:
    """Say which application of the month a case is, among all its applicant filed with the organ.

    A split paper is counted by its matters: leave out the paper itself. What was withdrawn was filed all the same.
    """
    known = {one.case: one for one in filed}
    if case not in known:
        raise Refused("没有这件申请的收到日期，无法确定它是当月第几件。", "《政府信息公开信息处理费管理办法》第四条")
    own = known[case]
    month = (own.received_on.year, own.received_on.month)
    earlier = sum(
        one.items
        for one in known.values()
        if (one.received_on.year, one.received_on.month) == month
        and (one.received_on, one.order, str(one.case)) < (own.received_on, own.order, str(own.case))
    )
    return OrdinalOfMonth(f"{own.received_on:%Y-%m}", earlier + 1, earlier + own.items)
