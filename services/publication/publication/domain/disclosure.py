"""The disclosure and secrecy review, item by item (条例第十三条至第十七条，保密法实施条例第四十二条)."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from gongkai.statute.refusal import Refused

ARTICLE: Final = "《政府信息公开条例》第十七条，《保守国家秘密法实施条例》第四十二条"

ItemName = Literal[
    "scope",
    "state-secret",
    "forbidden-by-law",
    "security",
    "third-party",
    "internal-affairs",
    "process",
    "certainty",
]
Result = Literal["clear", "concern", "referred"]


@dataclass(frozen=True, slots=True)
class Item:
    name: ItemName
    article: str
    question: str
    roles: tuple[str, ...]


_OPENNESS: Final = ("openness_officer",)
_SECRECY: Final = ("secrecy_reviewer",)
ITEMS: Final[tuple[Item, ...]] = (
    Item("scope", "第十三条", "属于应当或者可以公开的政府信息", _OPENNESS),
    Item("state-secret", "第十四条", "不涉及依法确定的国家秘密", _SECRECY),
    Item("forbidden-by-law", "第十四条", "没有法律、行政法规禁止公开的情形", _SECRECY),
    Item("security", "第十四条", "公开后不危及国家安全、公共安全、经济安全、社会稳定", _SECRECY),
    Item("third-party", "第十五条", "不涉及商业秘密、个人隐私，或者已有第三方同意等依据", _OPENNESS),
    Item("internal-affairs", "第十六条第一款", "不属于人事管理、后勤管理、内部工作流程信息", _OPENNESS),
    Item("process", "第十六条第二款", "不属于讨论记录、过程稿、磋商信函、请示报告和行政执法案卷信息", _OPENNESS),
    Item("certainty", "第十七条", "能够确定可以公开，不需要再报有关主管部门或者保密部门确定", _SECRECY),
)
BY_NAME: Final[dict[ItemName, Item]] = {item.name: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reviewer says about one item: clear, a concern, or referred to the competent department."""

    item: ItemName
    result: Result
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict that was given, by whom, about which edition."""

    item: ItemName
    result: Result
    reason: str
    edition: int
    person: UUID
    role: str
    on_behalf_of: UUID | None = None


def must_be_sound(verdicts: tuple[Verdict, ...]) -> None:
    """Refuse an empty review, a concern or a referral without reason, and one item answered twice."""
    if not verdicts:
        raise Refused("公开和保密审查要逐项给出结论", ARTICLE)
    if len({verdict.item for verdict in verdicts}) != len(verdicts):
        raise Refused("同一项给出了两个结论", ARTICLE)
    for verdict in verdicts:
        if verdict.result != "clear" and not verdict.reason.strip():
            raise Refused(f"“{BY_NAME[verdict.item].question}”没有通过，要写明理由", ARTICLE)


def unanswered(answers: tuple[Answer, ...]) -> tuple[Item, ...]:
    given = {answer.item for answer in answers}
    return tuple(item for item in ITEMS if item.name not in given)


def not_clear(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if answer.result != "clear")
