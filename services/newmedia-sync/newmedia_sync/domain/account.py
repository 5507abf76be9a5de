"""An account on a platform: opened, filed with the competent department, changed, closed. Pure.

国办发〔2018〕123号: one account per unit and platform, each with a host and a person responsible.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID

from gongkai.statute.refusal import Refused

ARTICLE = "国办发〔2018〕123号"
Platform = Literal["wechat", "weibo"]
Mode = Literal["automatic", "assisted"]
PLATFORM_NAMES: dict[Platform, str] = {"wechat": "微信公众号", "weibo": "微博"}
MODE_NAMES: dict[Mode, str] = {"automatic": "自动发布", "assisted": "人工发布"}

# ── What an account is ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Card:
    """The record of NM-7. `handle` is the platform's own id (AppID, UID); credentials are never here."""

    organ_id: UUID
    platform: Platform
    name: str
    handle: str
    mode: Mode
    host_unit: str
    operator_unit: str
    responsible: UUID
    api_base: str
    web_base: str
    business: bool = False


@dataclass(frozen=True, slots=True)
class NeverConnected:
    """No credentials were kept, or none were tried yet."""


@dataclass(frozen=True, slots=True)
class Connected:
    since: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    code: str
    reason: str
    since: datetime


Link = NeverConnected | Connected | Broken

# ── States ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unopened:
    pass


@dataclass(frozen=True, slots=True)
class Opened:
    card: Card
    opened_at: datetime
    link: Link = NeverConnected()


@dataclass(frozen=True, slots=True)
class Filed:
    card: Card
    opened_at: datetime
    number: str
    filed_at: datetime
    link: Link = NeverConnected()


@dataclass(frozen=True, slots=True)
class Closed:
    card: Card
    reason: str
    closed_at: datetime


Account = Unopened | Opened | Filed | Closed
INITIAL: Account = Unopened()

# ── Commands ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OpenAccount:
    card: Card
    at: datetime


@dataclass(frozen=True, slots=True)
class FileAccount:
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    card: Card
    at: datetime


@dataclass(frozen=True, slots=True)
class CloseAccount:
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepCredentials:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteHealth:
    """What the last check of the credentials said; an empty code means they work."""

    code: str
    reason: str
    at: datetime


Command = OpenAccount | FileAccount | ChangeAccount | CloseAccount | KeepCredentials | NoteHealth

# ── Facts ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AccountWasOpened:
    card: Card
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountWasFiled:
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountWasChanged:
    card: Card
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountWasClosed:
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialsKept:
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialsWork:
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialsFail:
    code: str
    reason: str
    at: datetime


Fact = (
    AccountWasOpened
    | AccountWasFiled
    | AccountWasChanged
    | AccountWasClosed
    | CredentialsKept
    | CredentialsWork
    | CredentialsFail
)

# ── Decide ──────────────────────────────────────────────────────────────────


def decide(account: Account, command: Command) -> list[Fact]:
    match account, command:
        case Unopened(), OpenAccount(card, at):
            return [AccountWasOpened(_sound(card), at)]
        case Unopened(), _:
            raise Refused("这个账号还没有登记", ARTICLE)
        case _, OpenAccount():
            raise Refused("这个账号已经登记过", ARTICLE)
        case Closed(), _:
            raise Refused("这个账号已经注销，不能再办理", ARTICLE)
        case ((Opened() | Filed()), FileAccount(number, at)):
            if not number.strip():
                raise Refused("请填写备案编号", ARTICLE)
            return [] if isinstance(account, Filed) and account.number == number else [AccountWasFiled(number, at)]
        case ((Opened(card=known) | Filed(card=known)), ChangeAccount(card, at)):
            if (card.organ_id, card.platform) != (known.organ_id, known.platform):
                raise Refused("主办单位和平台不能变更，请注销后另行登记", ARTICLE)
            return [] if card == known else [AccountWasChanged(_sound(card), at)]
        case ((Opened() | Filed()), CloseAccount(reason, at)):
            if not reason.strip():
                raise Refused("请写明注销原因", ARTICLE)
            return [AccountWasClosed(reason, at)]
        case ((Opened() | Filed()), KeepCredentials(at)):
            return [CredentialsKept(at)]
        case ((Opened(link=link) | Filed(link=link)), NoteHealth(code, reason, at)):
            return _health(link, code, reason, at)
        case _:
            raise Refused("现在不能这样办理", ARTICLE)


def _health(link: Link, code: str, reason: str, at: datetime) -> list[Fact]:
    match link:
        case Connected() if not code:
            return []
        case Broken(code=known) if known == code:
            return []
        case _:
            return [CredentialsFail(code, reason, at)] if code else [CredentialsWork(at)]


def _sound(card: Card) -> Card:
    for value, label in ((card.name, "账号名称"), (card.handle, "平台账号标识"), (card.host_unit, "主办单位")):
        if not value.strip():
            raise Refused(f"请填写{label}", ARTICLE)
    return card


# ── Evolve ──────────────────────────────────────────────────────────────────


def evolve(account: Account, fact: Fact) -> Account:
    match fact:
        case AccountWasOpened(card, at):
            return Opened(card, at)
        case AccountWasFiled(number, at):
            return _filed(account, number, at)
        case AccountWasChanged(card, _):
            return _with(account, card=card)
        case AccountWasClosed(reason, at):
            return account if isinstance(account, Unopened) else Closed(account.card, reason, at)
        case CredentialsKept(_):
            return _with(account, link=NeverConnected())
        case CredentialsWork(at):
            return _with(account, link=Connected(at))
        case CredentialsFail(code, reason, at):
            return _with(account, link=Broken(code, reason, at))
        case _:
            assert_never(fact)


def _filed(account: Account, number: str, at: datetime) -> Account:
    match account:
        case Opened(card, opened_at, link) | Filed(card, opened_at, _, _, link):
            return Filed(card, opened_at, number, at, link)
        case _:
            return account


def _with(account: Account, *, card: Card | None = None, link: Link | None = None) -> Account:
    match account:
        case Opened(known, opened_at, held):
            return Opened(card or known, opened_at, link or held)
        case Filed(known, opened_at, number, filed_at, held):
            return Filed(card or known, opened_at, number, filed_at, link or held)
        case _:
            return account
