"""What newmedia-sync tells of its accounts (政务新媒体备案: open, change, close)."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from gongkai.contracts.envelope import Event, Named
from gongkai.contracts.values import ChannelKind


class AccountEvent(Event):
    OWNER: ClassVar[str] = "newmedia-sync"
    SUBJECT: ClassVar[str] = "account_id"

    account_id: UUID
    organ_id: UUID


class AccountOpened(AccountEvent):
    platform: ChannelKind
    name: Named
    mode: Literal["automatic", "assisted"]
    opened_at: AwareDatetime


class AccountFiled(AccountEvent):
    """The account is registered with the competent department."""

    filing_number: Named
    filed_at: AwareDatetime


class AccountChanged(AccountEvent):
    name: Named
    mode: Literal["automatic", "assisted"]
    changed_at: AwareDatetime


class AccountClosed(AccountEvent):
    reason: Named
    closed_at: AwareDatetime
