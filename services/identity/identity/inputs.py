"""What people and programs send us, checked the same way whether it came as a form or as JSON."""

import re
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from gongkai.contracts.identity import Role
from gongkai.statute.identifiers import check_document_number
from gongkai.statute.notice_text import read_notice_text
from gongkai.statute.notices import Notice, notice_from_json
from gongkai.statute.terms import Source
from gongkai.web.permissions import Action
from gongkai.web.texts import printable
from identity.cards import Card
from identity.organ import Profile

_SEPARATORS: Final = re.compile(r"[、,，;；\n]+")


def _split(value: Any) -> Any:
    """Take "0531-1、0531-2" typed in one line as two telephone numbers."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    return tuple(piece.strip() for part in parts for piece in _SEPARATORS.split(str(part)) if piece.strip())


Phones = Annotated[tuple[Annotated[str, Field(max_length=40)], ...], BeforeValidator(_split)]
Unit = Annotated[str, Field(title="处室", max_length=40)]
Roles = Annotated[frozenset[Role], Field(title="角色", max_length=10)]


class Input(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)


class OrganInput(Input):
    name: str = Field(title="单位名称", min_length=1, max_length=60)
    short_name: str = Field(title="机关代字", min_length=1, max_length=12)
    slug: str = Field(title="网址简称", min_length=2, max_length=20)
    credit_code: str = Field(title="统一社会信用代码", min_length=1, max_length=30)
    openness_office: str = Field(default="", title="政府信息公开工作机构", max_length=60)
    government: str = Field(default="", title="同级人民政府", max_length=60)
    phones: Phones = Field(default=(), title="联系电话", max_length=6)
    hours: str = Field(default="", title="办公时间", max_length=80)
    address: str = Field(default="", title="办公地址", max_length=120)
    fax: str = Field(default="", title="传真", max_length=40)
    email: str = Field(default="", title="电子邮箱", max_length=120)
    site_code: str = Field(default="", title="网站标识码", max_length=20)
    icp: str = Field(default="", title="备案号", max_length=60)
    _readable = field_validator(
        "name", "short_name", "openness_office", "government", "hours", "address", "fax", "icp", mode="after"
    )(printable)

    def profile(self) -> Profile:
        return Profile(
            name=self.name,
            short_name=self.short_name,
            slug=self.slug,
            credit_code=self.credit_code.upper(),
            openness_office=self.openness_office,
            address=self.address,
            hours=self.hours,
            phones=self.phones,
            fax=self.fax,
            email=self.email,
            site_code=self.site_code,
            icp=self.icp,
            government=self.government,
        )


class AccountInput(Card):
    password: str = Field(title="密码", min_length=1, max_length=256)


class FirstStartInput(Input):
    setup_code: str = Field(title="设置口令", min_length=1, max_length=40)
    organ: OrganInput
    administrator: AccountInput


class NewOrganInput(Input):
    organ: OrganInput
    administrator: AccountInput


class OrganChange(OrganInput):
    version: int | None = Field(default=None, description="the version that was looked at")


class SignInInput(Input):
    login: str = Field(title="登录名", min_length=1, max_length=80)
    password: str = Field(title="密码", min_length=1, max_length=256)


class SetPasswordInput(Input):
    login: str = Field(title="登录名", min_length=1, max_length=80)
    code: str = Field(title="一次性口令", min_length=1, max_length=40)
    password: str = Field(title="新密码", min_length=1, max_length=256)


class ChangePasswordInput(Input):
    old_password: str = Field(title="现在的密码", min_length=1, max_length=256)
    password: str = Field(title="新密码", min_length=1, max_length=256)


class NewPersonInput(Card):
    unit: Unit = ""
    roles: Roles = Field(default=frozenset(), title="角色")
    password: str = Field(default="", title="初始密码", max_length=256, description="absent: a one-time code is made")
    must_change: bool = Field(default=True, description="ask for a new password at the first sign-in")


class PersonChange(Input):
    """Every part is optional; what is absent stays."""

    card: Card | None = None
    unit: Unit | None = None
    roles: Roles | None = None
    version: int | None = None


class ReturnInput(Input):
    unit: Unit = ""
    roles: Roles = Field(default=frozenset(), title="角色")


class StandInInput(Input):
    """`person_id` does the duty of `away_id`."""

    person_id: UUID = Field(title="代理人")
    away_id: UUID = Field(title="离岗人员")
    from_on: date = Field(title="开始日期")
    to_on: date = Field(title="结束日期")


class ProgramInput(Input):
    """A program in one's own name, with some of one's own roles."""

    purpose: str = Field(title="用途", min_length=1, max_length=60)
    roles: Roles = Field(title="可用的角色", min_length=1)
    days: int = Field(default=365, title="有效天数", ge=1, le=1100)


def _number(text: str) -> str:
    """Set brackets and digits right as the notice prints them; what is no document number is an error."""
    found = check_document_number(text)
    if not check_document_number(found.value_normalised).ok:
        raise ValueError("；".join(found.problems))
    return found.value_normalised


Year = Annotated[int, Field(title="年份", ge=2004, le=2100)]
NoticeNumber = Annotated[str, AfterValidator(_number), Field(title="通知的文号", min_length=1, max_length=40)]


class NoticeText(Input):
    """A holiday notice as an officer has it: the text is pasted, and read."""

    year: Year
    number: NoticeNumber
    issued_on: date = Field(title="印发日期")
    text: str = Field(title="通知正文", min_length=1, max_length=10_000)

    def notice(self) -> Notice:
        blocks, make_up = read_notice_text(self.year, self.text)
        return Notice(self.year, blocks, make_up, self.number, self.issued_on, Source.TEXT)


class HolidayInput(Input):
    """A holiday notice as data: `{"off": {"元旦": ["2027-01-01/2027-01-03"]}, "make_up": {"2027-01-30": "春节"}}`."""

    year: Year
    number: NoticeNumber
    issued_on: date = Field(title="印发日期")
    off: dict[Annotated[str, Field(max_length=12)], tuple[Annotated[str, Field(max_length=21)], ...]] = Field(
        title="放假", min_length=1, max_length=20, description="per festival: days, or first/last"
    )
    make_up: dict[date, Annotated[str, Field(max_length=12)]] = Field(
        default={}, title="调休上班", max_length=40, description="the worked weekend day, and for which festival"
    )

    def notice(self) -> Notice:
        return notice_from_json(self.model_dump(mode="json"))


class MailChoice(Input):
    mail_notices: bool = False


class WaitingWork(Input):
    """One thing that waits for somebody. `label` is shown on the page and never mailed."""

    key: str = Field(min_length=1, max_length=200, description="the reporting service's own name for it")
    organ_id: UUID
    action: Action
    href: str = Field(pattern=r"^/[^/\\\x00-\x1f][^\\\x00-\x1f]*$", max_length=400)
    label: str = Field(default="", max_length=120)
    unit: str = Field(default="", max_length=40, description="only officers of this unit")
    person_ids: tuple[UUID, ...] = Field(default=(), max_length=100, description="empty: all who may do the action")
    except_ids: tuple[UUID, ...] = Field(default=(), max_length=100, description="people who may not do this one")
    due_at: AwareDatetime | None = None


class NoticesInput(Input):
    notices: tuple[WaitingWork, ...] = Field(default=(), max_length=500)
    settled: tuple[str, ...] = Field(default=(), max_length=500, description="keys of what no longer waits")
