"""What identity tells: organs, and which person holds which role. Never a name of a person."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from gongkai.contracts.envelope import Event, Named, Part

Role = Literal[
    "drafter",
    "section_head",
    "deputy_head",
    "head",
    "proofreader",
    "openness_officer",
    "secrecy_reviewer",
    "newmedia_operator",
    "supervisor",
    "administrator",
]


class OrganDescribed(Event):
    """The organ's identity as it stands; told when founded and after each change."""

    OWNER: ClassVar[str] = "identity"
    SUBJECT: ClassVar[str] = "organ_id"

    organ_id: UUID
    version: int = Field(ge=1)
    name: Named
    short_name: Named = Field(description="机关代字 of the document number, e.g. 济商")
    slug: str = Field(pattern=r"^[a-z][a-z0-9]{1,19}$")
    credit_code: str = Field(description="统一社会信用代码")
    openness_office: str = Field(default="", description="政府信息公开工作机构")
    address: str = ""
    hours: str = ""
    phones: tuple[str, ...] = ()
    fax: str = ""
    email: str = ""
    site_code: str = Field(default="", description="网站标识码")
    icp: str = Field(default="", description="备案号")
    government: str = Field(default="", description="同级人民政府, the body for reconsideration")
    seal: str = Field(
        default="",
        pattern=r"^(sha256:[0-9a-f]{64})?$",
        description="digest of the picture of the seal, shown at /identity/seals/<hex>.png; empty when there is none",
    )


class ProgramGrant(Part):
    """A program that may act in a person's name: only with these of the person's roles, and only while listed."""

    token_id: UUID
    roles: tuple[Role, ...] = Field(description="roles the program may use; it never has more than the person")


class OfficerChanged(Event):
    """A person's permissions as they stand. `epoch` grows when sessions must end."""

    OWNER: ClassVar[str] = "identity"
    SUBJECT: ClassVar[str] = "person_id"

    person_id: UUID
    organ_id: UUID
    version: int = Field(ge=1)
    roles: tuple[Role, ...]
    unit: str = Field(default="", description="处室")
    active: bool
    epoch: int = Field(ge=0)
    stands_in_for: tuple[UUID, ...] = Field(
        default=(), description="people whose duty this person does while they are away"
    )
    programs: tuple[ProgramGrant, ...] = Field(default=(), description="program tokens that are good")


class DaysOff(Part):
    """Days off in a row, first and last included."""

    name: Named
    first: date
    last: date


class WorkedDay(Part):
    """A Saturday or Sunday on which people work in exchange (调休上班)."""

    name: Named
    on: date


class HolidayNoticeLoaded(Event):
    """The State Council's arrangement of a year is known, or was changed: open clocks are counted again."""

    OWNER: ClassVar[str] = "identity"
    SUBJECT: ClassVar[str] = "year"

    year: int = Field(ge=1949, le=9998)
    version: int = Field(ge=1, description="a later notice of the same year replaces the earlier one")
    number: Named = Field(description="发文字号 of the notice")
    issued_on: date
    off: tuple[DaysOff, ...]
    make_up: tuple[WorkedDay, ...] = ()
