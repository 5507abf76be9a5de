"""E-mail, when the operator set a server: that work waits, or a one-time code. Never what the work is about."""

import asyncio
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, Final
from uuid import UUID

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from gongkai.runtime import telemetry
from gongkai.runtime.kit import Kit
from gongkai.runtime.mailing import SMTP_URL, deliver
from gongkai.runtime.settings import PREFIX, EnvironmentSettings
from gongkai.web.officers import officer_row
from gongkai.web.session import officer_of
from identity.accounts import Accounts
from identity.cards import Cards
from identity.notices import counted, notice_of
from identity.store import SQL

log = telemetry.logger(__name__)

EVERY: Final = 60.0


class MailSettings(EnvironmentSettings):
    """`GONGKAI_SMTP_URL` is smtp://user:password@host:port, smtps:// or smtp+starttls://."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    smtp_url: str | None = Field(default=None, pattern=SMTP_URL)
    mail_from: str = Field(default="gongkai@localhost", max_length=120)
    mail_after: int = Field(default=600, ge=0, le=86_400, description="seconds that work waits before we write")


@dataclass(frozen=True, slots=True)
class Post:
    """Sends letters. Without a server it sends none and says so."""

    settings: MailSettings

    @property
    def open(self) -> bool:
        return self.settings.smtp_url is not None

    async def send(self, to: str, subject: str, text: str) -> None:
        if self.settings.smtp_url is None:
            return
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.settings.mail_from, to, subject
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        await asyncio.to_thread(deliver, self.settings.smtp_url, letter)


@dataclass(frozen=True, slots=True)
class Postman:
    """Writes to officers who asked for it about work that has waited a while, once per piece of work."""

    kit: Kit
    cards: Cards
    post: Post

    async def run(self) -> None:
        while self.post.open:
            try:
                await self.round()
            except (smtplib.SMTPException, OSError) as trouble:
                log.warning("mail-waits", trouble=type(trouble).__name__)
            await asyncio.sleep(EVERY)

    async def round(self) -> int:
        """Write every letter that is due; returns how many. A letter that fails is written again next time."""
        before = self.kit.now() - timedelta(seconds=self.post.settings.mail_after)
        async with self.kit.reading() as db:
            rows = await db.fetch(SQL["mail_due"], before)
            waiting: dict[UUID, list[Any]] = {}
            for row in rows:
                waiting.setdefault(row["person_id"], []).append(row)
        written = 0
        for person_id, theirs in waiting.items():
            written += await self._write(person_id, theirs)
        return written

    async def _write(self, person_id: UUID, rows: list[Any]) -> bool:
        async with self.kit.reading() as db:
            officer = officer_of(await officer_row(db, person_id))
            notices = [notice for notice in map(notice_of, rows) if notice.concerns(officer)]
            if notices:
                card = await self.cards.read(db, person_id, who=self.kit.name, why="write about waiting work")
        if notices:
            lines = [f"{words}：{number} 件" for words, number in counted(notices)]
            text = "\n".join([*lines, "", f"请登录办理：{self.kit.settings.public_url}/identity/notices"])
            await self.post.send(card.email, f"公开工作台：您有 {len(notices)} 件待办", text)
        async with self.kit.transaction() as tx:
            # Also what does not concern the person, or it would be looked at again every minute.
            for row in rows:
                await tx.db.execute(SQL["mailed"], row["service"], row["key"], person_id, tx.now)
        return bool(notices)


async def send_code(kit: Kit, accounts: Accounts, post: Post, login: str) -> None:
    """Send a one-time code to the address on file, if there is such an account and such an address."""
    made = await accounts.code_for_mail(login)
    if made is None:
        return
    email, code = made
    text = (
        f"您的一次性口令是 {code}，24 小时内有效，只能用一次。\n"
        f"请打开 {kit.settings.public_url}/identity/set-password 设置新密码。\n"
        "如果不是您本人要的，可以不管它，密码没有改变。"
    )
    await post.send(email, "公开工作台：重设密码", text)
