"""Who acts, in which role, and for whom when somebody is away. Never a name: a person is an id."""

from dataclasses import dataclass
from uuid import UUID

from gongkai.statute.refusal import Refused

ROLE_NAMES = {
    "drafter": "拟稿人",
    "section_head": "处室负责人",
    "deputy_head": "分管负责人",
    "head": "主要负责人",
    "proofreader": "校对人",
    "openness_officer": "信息公开机构负责人",
    "secrecy_reviewer": "保密审查人",
    "newmedia_operator": "新媒体运维",
    "supervisor": "督查人员",
    "administrator": "系统管理员",
}
#: Stands for a system that hands over documents: no person, and no person may take its place.
NOBODY = UUID(int=0)
WRITERS = ("drafter", "section_head", "openness_officer")
DECIDERS = ("openness_officer", "deputy_head", "head")
WAIVERS = ("section_head", "openness_officer", "deputy_head", "head")


@dataclass(frozen=True, slots=True)
class Principal:
    """A person who is away and whose duty somebody else does."""

    person: UUID
    roles: frozenset[str]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    person: UUID
    roles: frozenset[str]
    unit: str = ""
    stands_in_for: tuple[Principal, ...] = ()

    def role_names(self) -> str:
        return "、".join(ROLE_NAMES.get(role, role) for role in sorted(self.roles)) or "没有角色"


@dataclass(frozen=True, slots=True)
class Acting:
    """One act of one person: the role it was done in, and the absent person it was done for, if any."""

    person: UUID
    role: str
    unit: str
    on_behalf_of: UUID | None = None


def acting(officer: Officer, roles: tuple[str, ...], unit: str = "") -> Acting | None:
    """Find the role in which this person may act; a section, when given, must be the person's own."""

    def fits(own: str) -> bool:
        return not unit or not own or own == unit

    for role in roles:
        if role in officer.roles and fits(officer.unit):
            return Acting(officer.person, role, officer.unit)
    for away in officer.stands_in_for:
        for role in roles:
            if role in away.roles and fits(away.unit):
                return Acting(officer.person, role, away.unit, away.person)
    return None


def must_act(officer: Officer, roles: tuple[str, ...], what: str, *, unit: str = "", article: str = "") -> Acting:
    """Return the role in which this person acts, or refuse with the roles that could."""
    found = acting(officer, roles, unit)
    if found is None:
        needed = "、".join(ROLE_NAMES[role] for role in roles)
        where = f"（{unit}）" if unit else ""
        raise Refused(f"{what}由{needed}{where}办理，您现在是{officer.role_names()}", article)
    return found
