"""Tells applicants that something waits for them, by e-mail or SMS, without a word of what it is; and tries again."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError
from gongkai.statute.refusal import Refused
from gongkai.web import officers
from request import keeping
from request.gateways import Gateway, Medium, UndeliveredError
from request.people import People, Purpose, read_or_none
from request.service import Desk

Kind = Literal["received", "correction", "notice", "reply", "third-party"]
SENTENCES: Final[dict[Kind, str]] = {
    "received": "您的政府信息公开申请已经登记",
    "correction": "您的政府信息公开申请有一份补正通知，请在期限内办理",
    "notice": "您的政府信息公开申请有一份通知",
    "reply": "您的政府信息公开申请已经答复",
    "third-party": "您的政府信息公开申请有新的进展",
}
Opening = Callable[[], AbstractAsyncContextManager[Tx]]
#: How long a message that is being sent is nobody else's.
LEASE: Final = timedelta(minutes=5)
#: How many are sent side by side. Each may take as long as a server lets us wait, and all of them less than the lease.
AT_ONCE: Final = 5
#: How long to wait after each try that failed; after the last one nobody tries any more.
BACKOFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1_440))


@dataclass(frozen=True, slots=True)
class _Due:
    """A message on its way; `tries` counts this one."""

    id: UUID
    medium: Medium
    address: str
    text: str
    tries: int


@dataclass(frozen=True, slots=True)
class Notifier:
    desk: Desk
    people: People
    gateways: Mapping[Medium, Gateway]

    async def tell(self, tx: Tx, case_id: UUID, kind: Kind) -> None:
        """Put a message on its way; an applicant without e-mail and mobile number reads it when they look."""
        file = (await self.desk.load(tx, case_id)).file
        application = await read_or_none(self.people, tx, file.application.item, "system")
        if application is None:
            return
        medium, address = _address(application.email, application.phone)
        if not address:
            return
        organ = await officers.organ(tx.db, file.application.organ_id)
        number = f"（{file.number.text}号）" if file.number else ""
        text = f"【{organ.name if organ else '信息公开'}】{SENTENCES[kind]}{number}，请凭查询码登录网站查看。"
        # The address is read again when it is needed: a second copy would outlive whoever is erased meanwhile.
        await keeping.keep_message(
            tx, organ_id=file.application.organ_id, case_id=case_id, medium=medium, kind=kind, text=text,
            address=file.application.item,
        )  # fmt: skip

    async def deliver(self, opening: Opening) -> int:
        """Hand a few messages that are due to their gateways, while nothing is held; returns how many were tried.

        Whoever dies in between has not noted what became of them: they are sent again when their lease is over.
        """
        async with opening() as tx:
            due = [await self._ready(tx, row) for row in await keeping.claim_messages(tx, tx.now + LEASE, AT_ONCE)]

        async def one(message: _Due) -> None:
            trouble = await self._send(message)
            async with opening() as tx:
                await self._note(tx, message, trouble)

        async with asyncio.TaskGroup() as post:
            for message in due:
                post.create_task(one(message))
        return len(due)

    async def _ready(self, tx: Tx, row: Any) -> _Due:
        try:
            medium, address = await self.address(tx, row["address_item"], "system")
        except ErasedError:
            medium, address = row["medium"], ""
        address = address if medium == row["medium"] else ""
        return _Due(row["id"], row["medium"], address, row["text"], row["tries"])

    async def _send(self, message: _Due) -> UndeliveredError | None:
        if not message.address:
            return UndeliveredError("收件人的资料已经删除", lasting=True)
        try:
            await self.gateways[message.medium].send(message.id, message.address, message.text)
        except UndeliveredError as trouble:
            return trouble
        return None

    async def _note(self, tx: Tx, message: _Due, trouble: UndeliveredError | None) -> None:
        if trouble is None:
            await keeping.sent_message(tx, message.id, self.gateways[message.medium].name)
            return
        wait = None if trouble.lasting or message.tries > len(BACKOFF) else BACKOFF[message.tries - 1]
        await keeping.failed_message(tx, message.id, trouble.sentence, tx.now + wait if wait else None)

    async def retry(self, tx: Tx, organ_id: UUID, message: UUID, by: UUID) -> None:
        """Have a message tried again at once, as often as a new one; what left already is left alone."""
        if not await keeping.retry_message(tx, organ_id, message, by):
            raise Refused("这条通知已经发出，或者没有找到，不用重发")

    async def address(self, tx: Tx, item: UUID, why: Purpose) -> tuple[Medium, str]:
        """Return where an applicant is told; messages of earlier versions have an item of their own."""
        words = await self.people.words(tx, item, why)
        if words.keys() == {"address"}:
            return "email" if "@" in words["address"] else "sms", words["address"]
        application = await self.people.whole(tx, words, why)
        return _address(application.email, application.phone)


def masked(address: str) -> str:
    """Return as much of an address as tells it from another one."""
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 11 else "****"


def _address(email: str, phone: str) -> tuple[Medium, str]:
    if email.strip():
        return "email", email.strip()
    digits = "".join(char for char in phone if char.isdigit())
    mobile = digits.removeprefix("86") if len(digits) > 11 else digits
    return "sms", mobile if len(mobile) == 11 and mobile.startswith("1") else ""
