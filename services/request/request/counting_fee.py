"""What an application costs: by item across the cases of the applicant's month, or by page of this one alone."""

from datetime import date

from gongkai.runtime.tx import Tx
from gongkai.statute.fees import item_fee, page_fee
from request import store
from request.domain.values import FeeCharged, FeeStandard
from request.service import Loaded


async def charge(tx: Tx, loaded: Loaded, standard: FeeStandard, pages: int) -> FeeCharged:
    """Reckon the fee of a case; the domain checks it once more."""
    file = loaded.file
    application = file.application
    received_on = file.receipt.received_on if file.receipt else application.submitted_on
    month = f"{received_on:%Y-%m}"
    if standard == "pages":
        return FeeCharged("pages", pages, page_fee(pages), month)
    first = received_on.replace(day=1)
    already = await store.applied_in_month(
        tx, application.organ_id, application.applicant, first, _next_month(first), loaded.id
    )
    return FeeCharged("items", already + application.items, item_fee(application.items, already=already), month)


def _next_month(first: date) -> date:
    return first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
