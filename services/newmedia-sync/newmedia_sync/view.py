"""A state as the row that pages and the courier read. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newmedia_sync.domain.account import Account, Broken, Closed, Connected, Filed, Opened, Unopened
from newmedia_sync.domain.delivery import (
    Accepted,
    Asked,
    Blocked,
    Checked,
    Declined,
    Delivery,
    Drifted,
    Dropped,
    HandedOver,
    Live,
    Ordered,
    Partial,
    Retiring,
    Retracted,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class Row:
    code: str = ""
    reason: str = ""
    rendition: str = ""
    job: str = ""
    post_id: str = ""
    url: str = ""
    release_at: datetime | None = None
    acted_at: datetime | None = None
    live_at: datetime | None = None


def row_of(delivery: Delivery) -> Row:
    """Return what the state knows; what it does not know stays as it was."""
    match delivery:
        case Checked(made=made) | Staged(made=made):
            return Row(rendition=made.rendition)
        case Asked(order=order):
            return Row(release_at=order.release_at if order else None)
        case Ordered(made=made, order=order) | Sending(made=made, order=order) | HandedOver(made=made, order=order):
            return Row(rendition=made.rendition, release_at=order.release_at)
        case Accepted(made=made, order=order, job=job, acted_at=acted_at):
            return Row(rendition=made.rendition, job=job, release_at=order.release_at, acted_at=acted_at)
        case Live(made=made, post=post, acted_at=acted_at, live_at=live_at):
            return Row(rendition=made.rendition, post_id=post.id, url=post.url, acted_at=acted_at, live_at=live_at)
        case Partial(made=made, post=post, reason=reason, acted_at=acted_at):
            return Row(reason=reason, rendition=made.rendition, post_id=post.id, url=post.url, acted_at=acted_at)
        case Retiring(live=live):
            return row_of(live)
        case Drifted(live=live, kind=kind, difference=difference):
            return _with(row_of(live), kind, difference or "内容不见了")
        case Waiting(before=before, code=code, reason=reason) | Blocked(before=before, code=code, reason=reason):
            return _with(row_of(before), code, reason)
        case Unknown(before=before, code=code, reason=reason, acted_at=acted_at):
            known = row_of(before)
            return Row(code, reason, known.rendition, known.job, known.post_id, known.url, known.release_at, acted_at)
        case Retracting(before=before):
            return row_of(before)
        case Declined(order=order, code=code, reason=reason):
            return Row(code, reason, release_at=order.release_at if order else None)
        case Dropped(reason=reason):
            return Row(reason=reason)
        case Retracted():
            return Row()
        case _:
            return Row()


def _with(row: Row, code: str, reason: str) -> Row:
    return Row(code, reason, row.rendition, row.job, row.post_id, row.url, row.release_at, row.acted_at, row.live_at)


@dataclass(frozen=True, slots=True)
class AccountRow:
    state: str
    filing_number: str
    opened_at: datetime
    filed_at: datetime | None
    closed_at: datetime | None
    closing_reason: str
    link: str
    link_code: str
    link_reason: str
    link_since: datetime | None


def account_row(account: Account, opened_at: datetime) -> AccountRow:
    match account:
        case Opened(link=link):
            return AccountRow("opened", "", account.opened_at, None, None, "", *_link(link))
        case Filed(number=number, filed_at=filed_at, link=link):
            return AccountRow("filed", number, account.opened_at, filed_at, None, "", *_link(link))
        case Closed(reason=reason, closed_at=closed_at):
            return AccountRow("closed", "", opened_at, None, closed_at, reason, "never", "", "", None)
        case Unopened():
            msg = "an account that was never opened has no row"
            raise AssertionError(msg)


def _link(link: Any) -> tuple[str, str, str, datetime | None]:
    match link:
        case Connected(since):
            return "connected", "", "", since
        case Broken(code, reason, since):
            return "broken", code, reason, since
        case _:
            return "never", "", "", None
