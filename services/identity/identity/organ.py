"""The organ: founded once, then described anew. Pure. What an organ says of itself is public and no personal data."""

import re
from dataclasses import dataclass, replace
from typing import Final, assert_never

from gongkai.statute.person_numbers import check_uscc
from gongkai.statute.refusal import Refused

_SLUG: Final = re.compile(r"^[a-z][a-z0-9]{1,19}$")
_SITE_CODE: Final = re.compile(r"^[0-9]{10}$|^[a-z]{2}[0-9]{8}$")
_RESERVED_SLUGS: Final = frozenset({"api", "static", "identity", "publication", "newmedia", "portal", "www", "admin"})


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the site and the documents need to know of the organ."""

    name: str
    short_name: str
    slug: str
    credit_code: str
    openness_office: str = ""
    address: str = ""
    hours: str = ""
    phones: tuple[str, ...] = ()
    fax: str = ""
    email: str = ""
    site_code: str = ""
    icp: str = ""
    government: str = ""
    #: Digest of the picture of the seal; empty where none was uploaded.
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Unfounded:
    pass


@dataclass(frozen=True, slots=True)
class Founded:
    profile: Profile


Organ = Unfounded | Founded
INITIAL: Organ = Unfounded()


@dataclass(frozen=True, slots=True)
class FoundOrgan:
    profile: Profile


@dataclass(frozen=True, slots=True)
class DescribeOrgan:
    profile: Profile


@dataclass(frozen=True, slots=True)
class ShowSeal:
    """Show this picture of the seal, or none when it is empty."""

    seal: str


OrganCommand = FoundOrgan | DescribeOrgan | ShowSeal


@dataclass(frozen=True, slots=True)
class OrganFounded:
    profile: Profile


@dataclass(frozen=True, slots=True)
class OrganRedescribed:
    profile: Profile


OrganFact = OrganFounded | OrganRedescribed


def faults(profile: Profile) -> list[tuple[str, str]]:
    """Say what is wrong with a profile: the field and a sentence that tells how to mend it."""
    found: list[tuple[str, str]] = []
    for path, value, label in (
        ("name", profile.name, "单位名称"), ("short_name", profile.short_name, "机关代字"),
    ):
        if not value.strip():
            found.append((path, f"请填写{label}"))
    if not _SLUG.match(profile.slug):
        found.append(("slug", "请用 2 至 20 个小写字母和数字，以字母开头，例如 jnsw"))
    elif profile.slug in _RESERVED_SLUGS:
        found.append(("slug", f"“{profile.slug}”是系统自己用的，请换一个"))
    found.extend(("credit_code", problem) for problem in check_uscc(profile.credit_code).problems)
    if profile.site_code and not _SITE_CODE.match(profile.site_code):
        found.append(("site_code", "网站标识码是 10 位数字，或者 2 个小写字母加 8 位数字"))
    if re.search(r"[〔〕\[\]（）()0-9\s]", profile.short_name):
        found.append(("short_name", "机关代字只写字，不带年份和括号，例如 济商"))
    return found


def decide(organ: Organ, command: OrganCommand) -> list[OrganFact]:
    match organ, command:
        case Unfounded(), FoundOrgan(profile):
            return [OrganFounded(profile)]
        case Founded(before), DescribeOrgan(profile):
            if profile.slug != before.slug:
                raise Refused(
                    f"网址简称“{before.slug}”用在每份文件的固定网址里，不能改；固定网址要长期有效",
                    "国办发〔2017〕47号",
                )
            # The seal has its own act: who describes the organ anew leaves it as it is.
            profile = replace(profile, seal=before.seal)
            return [] if profile == before else [OrganRedescribed(profile)]
        case Founded(before), ShowSeal(seal):
            return [] if seal == before.seal else [OrganRedescribed(replace(before, seal=seal))]
        case Founded(), FoundOrgan():
            raise Refused("这个单位已经登记过了，可以直接修改单位信息")
        case Unfounded(), (DescribeOrgan() | ShowSeal()):
            raise Refused("这个单位还没有登记")
        case _:
            raise Refused(f"{type(command).__name__} 在 {type(organ).__name__} 时不能办理")


def evolve(_organ: Organ, fact: OrganFact) -> Organ:
    match fact:
        case OrganFounded(profile) | OrganRedescribed(profile):
            return Founded(profile)
        case _:
            assert_never(fact)
