"""Tells applicants that something waits for them, by e-mail or SMS, without a word of what it is."""

from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.web import officers
from request import keeping
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


class Gateway(Protocol):
    """Sends one message. What it cannot send it raises; the message waits and is tried again."""

    async def send(self, medium: Literal["email", "sms"], address: str, text: str) -> None: ...


class Captured:
    """Sends nothing: messages stay in the table, where operators see that they were made. The local default."""

    async def send(self, medium: Literal["email", "sms"], address: str, text: str) -> None:
        """Take the message; the row is its record."""


@dataclass(frozen=True, slots=True)
class Notifier:
    desk: Desk
    people: People
    gateway: Gateway

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

    async def deliver(self, tx: Tx) -> int:
        """Hand waiting messages to the gateway; returns how many it took."""
        sent = 0
        for row in await keeping.claim_messages(tx):
            trouble = await self._send(tx, row)
            if trouble:
                await keeping.failed_message(tx, row["id"], trouble)
            else:
                await keeping.sent_message(tx, row["id"])
                sent += 1
        return sent

    async def address(self, tx: Tx, item: UUID, why: Purpose) -> tuple[Literal["email", "sms"], str]:
        """Return where an applicant is told; messages of earlier versions have an item of their own."""
        words = await self.people.words(tx, item, why)
        if words.keys() == {"address"}:
            return "email" if "@" in words["address"] else "sms", words["address"]
        application = await self.people.whole(tx, words, why)
        return _address(application.email, application.phone)

    async def _send(self, tx: Tx, row: Any) -> str:
        try:
            async with tx.savepoint():
                _, address = await self.address(tx, row["address_item"], "system")
            await self.gateway.send(row["medium"], address, row["text"])
        except Exception as trouble:  # noqa: BLE001  a gateway may fail in any way; the message waits for the next try
            return type(trouble).__name__
        return ""


def _address(email: str, phone: str) -> tuple[Literal["email", "sms"], str]:
    if email.strip():
        return "email", email.strip()
    digits = "".join(char for char in phone if char.isdigit())
    mobile = digits.removeprefix("86") if len(digits) > 11 else digits
    return "sms", mobile if len(mobile) == 11 and mobile.startswith("1") else ""
