"""What programs and forms send us."""

from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from gongkai.contracts.values import EditionManifest, ReleaseChange
from gongkai.web.texts import printable
from newmedia_sync.domain.account import Card, Mode, Platform

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)
]


def _reachable(address: str) -> str:
    """Refuse what looks like an address and cannot be one."""
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or parts.username or parts.query or parts.fragment:
        raise PydanticCustomError("address", "地址不完整，请写成 https://主机名 的样子")
    return address


Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s]*[^/\s]$", max_length=200),
    AfterValidator(_reachable),
]


class AccountInput(BaseModel):
    """The record of an account, as opened or as it should be from now on."""

    model_config = ConfigDict(extra="forbid")

    platform: Platform = Field(title="平台")
    name: Words = Field(title="账号名称")
    handle: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9_-]{4,64}$")] = Field(
        title="平台账号标识"
    )
    mode: Mode = Field(default="automatic", title="发布方式")
    host_unit: Words = Field(title="主办单位")
    operator_unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default="", title="运营单位"
    )
    responsible: UUID | None = Field(default=None, title="责任人")
    business: bool = Field(default=False, title="商业接口")
    api_base: Address | None = Field(default=None, title="接口地址")
    web_base: Address | None = Field(default=None, title="页面地址")

    def card(self, organ_id: UUID, responsible: UUID, bases: tuple[str, str]) -> Card:
        """Make the card; who registers an account answers for it unless somebody else is named."""
        return Card(
            organ_id=organ_id,
            platform=self.platform,
            name=self.name,
            handle=self.handle,
            mode=self.mode,
            host_unit=self.host_unit,
            operator_unit=self.operator_unit,
            responsible=self.responsible or responsible,
            api_base=self.api_base or bases[0],
            web_base=self.web_base or bases[1],
            business=self.business,
        )


class FilingInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: Words = Field(title="备案编号")


class ReasonInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Words = Field(title="原因")


class SecretsInput(BaseModel):
    """Credentials; what a platform does not use is left out. Never given back."""

    model_config = ConfigDict(extra="forbid")

    secret: Annotated[str, StringConstraints(strip_whitespace=True, max_length=512)] = Field("", title="AppSecret")
    callback_token: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = Field(
        "", title="推送Token"
    )
    aes_key: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z0-9]{43})?$")] = Field(
        "", title="EncodingAESKey"
    )
    token: Annotated[str, StringConstraints(strip_whitespace=True, max_length=512)] = Field("", title="access_token")
    operator_ip: Annotated[str, StringConstraints(strip_whitespace=True, max_length=45)] = Field(
        "", title="操作电脑的公网IP"
    )


class PostInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=1000)] = Field(
        title="文章地址"
    )


class PreviewInput(BaseModel):
    """An edition that is not approved yet, to be shown as each account would show it."""

    model_config = ConfigDict(extra="forbid")

    manifest: EditionManifest
    change: ReleaseChange = "publish"
    accounts: list[UUID] | None = Field(default=None, description="leave out for every open account of the organ")


class ProblemView(BaseModel):
    code: str
    sentence: str
    field: str
    refuses: bool


class PreviewView(BaseModel):
    """How one account would show it. `html` is for 公众号, `text` is what a reader sees on either."""

    account_id: UUID
    channel: str
    platform: Platform
    name: str
    mode: Mode
    title: str
    summary: str
    html: str
    text: str
    link: str
    length: str
    ready: bool
    problems: list[ProblemView]


Way = Literal["probe", "retry", "give-up", "post", "retract", "retracted"]
