"""How messages leave the house: a mail server, an SMS service of the organ's choice, or nowhere (captured).

What goes wrong is told in a sentence with the code of the other side, never its words: servers repeat addresses.
"""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Literal, Protocol
from uuid import UUID

import httpx
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from gongkai.runtime.mailing import SMTP_URL, deliver
from gongkai.runtime.settings import PREFIX, EnvironmentSettings, WrongSettings

Medium = Literal["email", "sms"]
SUBJECT: Final = "政府信息公开申请有新的进展"
#: Answers of a web service that say "later" although they begin with 4.
_LATER: Final = frozenset({408, 425, 429})


class GatewaySettings(EnvironmentSettings):
    """Secrets come as files: `GONGKAI_SMTP_URL_FILE`, `GONGKAI_SMS_TOKEN_FILE`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    smtp_url: str | None = Field(default=None, pattern=SMTP_URL)
    smtp_timeout: float = Field(default=20, gt=0, le=120)
    smtp_trusted: Path | None = Field(default=None, description="certificates of authorities besides the system's")
    mail_from: str = Field(default="gongkai@localhost", max_length=120)
    sms_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    sms_token: str | None = Field(default=None, max_length=500)


def gateways_set() -> GatewaySettings:
    """Read the settings; a wrong one is named and never shown, for it may hold a password."""
    try:
        return GatewaySettings()
    except ValidationError as wrong:
        names = "、".join(PREFIX + str(error["loc"][0]).upper() for error in wrong.errors())
        raise WrongSettings(f"设置 {names} 不对，写法见 docs/operations.md（现在的值不显示）") from None


class UndeliveredError(Exception):
    """A message did not leave. `lasting` tells that trying again would not help."""

    def __init__(self, sentence: str, *, lasting: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting


class Gateway(Protocol):
    """Sends one message; `name` is kept with it. What it cannot send it raises as `UndeliveredError`."""

    @property
    def name(self) -> str: ...

    async def send(self, message: UUID, address: str, text: str) -> None: ...


class Captured:
    """Sends nothing: messages stay in the table, where officers see that they were made. The local default."""

    name = "captured"

    async def send(self, message: UUID, address: str, text: str) -> None:
        """Take the message; the row is its record."""


@dataclass(frozen=True, slots=True)
class Mail:
    settings: GatewaySettings
    name: str = "smtp"

    async def send(self, message: UUID, address: str, text: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["Subject"] = self.settings.mail_from, SUBJECT
        # The same message sent twice, because nobody heard that it arrived, is one message to mail servers.
        letter["Message-ID"] = f"<{message}@{self.settings.mail_from.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        try:
            letter["To"] = address
            await asyncio.to_thread(
                deliver, self.settings.smtp_url or "", letter, timeout=self.settings.smtp_timeout,
                trusted=self.settings.smtp_trusted,
            )  # fmt: skip
        except Exception as trouble:  # noqa: BLE001  whatever it is, it is told in a sentence without the address
            raise undelivered(trouble) from None


def undelivered(trouble: Exception) -> UndeliveredError:
    """Say in a sentence what a mail server did, and whether trying again may help."""
    match trouble:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code = next(iter(refused.values()))[0]
            return _refused("邮件服务器拒收这个收件地址", "邮件服务器暂时不收这个收件地址", code)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return UndeliveredError(f"邮件服务器不认可用户名或者口令（{code}）")
        case smtplib.SMTPSenderRefused(smtp_code=code):
            return UndeliveredError(f"邮件服务器不接受发件地址（{code}）")
        case smtplib.SMTPConnectError(smtp_code=code) | smtplib.SMTPHeloError(smtp_code=code):
            return UndeliveredError(f"邮件服务器暂停服务（{code}）")
        case smtplib.SMTPResponseException(smtp_code=code):
            return _refused("邮件服务器拒收这封邮件", "邮件服务器暂时不收邮件", code)
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return UndeliveredError("邮件服务器没有按时应答")
        case smtplib.SMTPServerDisconnected():
            return UndeliveredError("邮件服务器中断了连接")
        case smtplib.SMTPNotSupportedError():
            return UndeliveredError("邮件服务器不支持所设的加密连接或者登录方式")
        case ssl.SSLCertVerificationError():
            return UndeliveredError("邮件服务器的证书没有通过校验")
        case ssl.SSLError():
            return UndeliveredError("与邮件服务器建立加密连接没有成功")
        case TimeoutError():
            return UndeliveredError("邮件服务器没有按时应答")
        case OSError():
            return UndeliveredError("连接不上邮件服务器")
        case ValueError() | LookupError():
            return UndeliveredError("收件地址的格式不能用来发信", lasting=True)
        case _:
            return UndeliveredError(f"发信没有成功（{type(trouble).__name__}）")


def _refused(for_good: str, for_now: str, code: int) -> UndeliveredError:
    lasting = code >= 500
    return UndeliveredError(f"{for_good if lasting else for_now}（{code}）", lasting=lasting)


@dataclass(frozen=True, slots=True)
class Sms:
    """Posts a message to the SMS service that the organ named; what it must answer stands in docs/integration.md."""

    http: httpx.AsyncClient
    url: str
    token: str
    name: str = "sms"

    async def send(self, message: UUID, address: str, text: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"id": str(message), "mobile": address, "text": text}
        try:
            answer = await self.http.post(self.url, json=body, headers=headers, auth=httpx.Auth())
        except httpx.TimeoutException:
            raise UndeliveredError("短信网关没有按时应答") from None
        except httpx.HTTPError:
            raise UndeliveredError("连接不上短信网关") from None
        code = answer.status_code
        if answer.is_success:
            return
        if code in {401, 403}:
            raise UndeliveredError(f"短信网关不认可令牌（{code}）")
        if 400 <= code < 500 and code not in _LATER:
            raise UndeliveredError(f"短信网关拒收这条短信（{code}）", lasting=True)
        raise UndeliveredError(f"短信网关暂时不能发送（{code}）")


def chosen(settings: GatewaySettings, http: httpx.AsyncClient) -> dict[Medium, Gateway]:
    """Return the gateways of this installation; a medium without one is captured."""
    return {
        "email": Mail(settings) if settings.smtp_url else Captured(),
        "sms": Sms(http, settings.sms_url, settings.sms_token or "") if settings.sms_url else Captured(),
    }
