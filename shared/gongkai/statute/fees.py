"""The information-processing fee: two standards, progressive, and for one application only one of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gongkai.statute import rules
from gongkai.statute.refusal import Refused

Standard = Literal["by-item", "by-page"]


@dataclass(frozen=True, slots=True)
class Charge:
    """What one application costs and how it was reckoned."""

    standard: Standard
    amount: Decimal
    reckoning_zh: str


def item_price(ordinal: int) -> Decimal:
    """Return the price of an applicant's n-th item in one calendar month."""
    if ordinal < 1:
        raise Refused("件数序号从1起。", rule=rules.FEE_ITEMS_FREE)
    if ordinal <= rules.FEE_ITEMS_FREE.length:
        return Decimal(0)
    if ordinal <= rules.FEE_ITEMS_FIRST_TIER.length:
        return Decimal(rules.FEE_ITEM_PRICE.length)
    tier = (ordinal - rules.FEE_ITEMS_FIRST_TIER.length - 1) // rules.FEE_ITEMS_STEP.length
    return Decimal(rules.FEE_ITEM_PRICE.length * (tier + 2))


def item_fee(count: int, *, already: int = 0) -> Decimal:
    """Return the fee of `count` items by an applicant who has `already` sent so many this month."""
    if count < 0 or already < 0:
        raise Refused("件数不能为负数。", rule=rules.FEE_ITEMS_FREE)
    return sum((item_price(ordinal) for ordinal in range(already + 1, already + count + 1)), Decimal(0))


def page_fee(pages: int) -> Decimal:
    """Return the fee of one application's pages; pages are never added across applications."""
    if pages < 0:
        raise Refused("页数不能为负数。", rule=rules.FEE_PAGES_FREE)
    free, first, second = (
        rules.FEE_PAGES_FREE.length,
        rules.FEE_PAGES_FIRST_TIER.length,
        rules.FEE_PAGES_SECOND_TIER.length,
    )
    return Decimal(
        rules.FEE_PAGE_PRICE_FIRST.length * max(0, min(pages, first) - free)
        + rules.FEE_PAGE_PRICE_SECOND.length * max(0, min(pages, second) - first)
        + rules.FEE_PAGE_PRICE_THIRD.length * max(0, pages - second)
    )


def charge_by_item(count: int, *, already: int = 0) -> Charge:
    """Reckon one application by item."""
    last = already + count
    return Charge(
        "by-item",
        item_fee(count, already=already),
        f"按件计收：本月第{already + 1}件至第{last}件" if count > 1 else f"按件计收：本月第{last}件",
    )


def charge_by_page(pages: int) -> Charge:
    """Reckon one application by page."""
    return Charge("by-page", page_fee(pages), f"按量计收：共{pages}页")


def only_one_standard(charges: tuple[Charge, ...]) -> Charge:
    """Refuse an application charged by both standards, or not at all."""
    match charges:
        case (charge,):
            return charge
        case _:
            raise Refused("每件申请只能选用按件、按量中的一种计收标准。", "《政府信息公开信息处理费管理办法》第三条")
