"""The grounds on which information is not disclosed, and the row of the annual report each is counted in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Force(StrEnum):
    """How strongly a ground binds: forbidden, forbidden unless weighed, or left to the organ."""

    SHALL_NOT = "shall-not"
    SHALL_NOT_UNLESS = "shall-not-unless"
    MAY_REFUSE = "may-refuse"
    OTHER_CHANNEL = "other-channel"

    @property
    def name_zh(self) -> str:
        return {
            Force.SHALL_NOT: "不得公开",
            Force.SHALL_NOT_UNLESS: "不得公开，但可以权衡",
            Force.MAY_REFUSE: "可以不予公开",
            Force.OTHER_CHANNEL: "依照专门规定办理",
        }[self]


@dataclass(frozen=True, slots=True)
class Exemption:
    """One ground. `unless_zh` says when the information is disclosed all the same."""

    row: str
    name_zh: str
    article: str
    article_id: str
    force: Force
    covers_zh: tuple[str, ...]
    unless_zh: str = ""
    asks_third_party: bool = False
    reconsider_first: bool = True


_OGI = "《政府信息公开条例》"

STATE_SECRET: Final = Exemption(
    "d1", "属于国家秘密", f"{_OGI}第十四条", "A14", Force.SHALL_NOT, ("依法确定为国家秘密的政府信息",)
)
FORBIDDEN_BY_LAW: Final = Exemption(
    "d2", "其他法律行政法规禁止公开", f"{_OGI}第十四条", "A14", Force.SHALL_NOT, ("法律、行政法规禁止公开的政府信息",)
)
THREE_SECURITIES: Final = Exemption(
    "d3",
    "危及“三安全一稳定”",
    f"{_OGI}第十四条",
    "A14",
    Force.SHALL_NOT,
    ("可能危及国家安全的", "可能危及公共安全的", "可能危及经济安全的", "可能危及社会稳定的"),
)
THIRD_PARTY: Final = Exemption(
    "d4",
    "保护第三方合法权益",
    f"{_OGI}第十五条",
    "A15",
    Force.SHALL_NOT_UNLESS,
    ("商业秘密", "个人隐私"),
    unless_zh="第三方同意公开，或者不公开会对公共利益造成重大影响",
    asks_third_party=True,
)
INTERNAL_AFFAIRS: Final = Exemption(
    "d5",
    "属于三类内部事务信息",
    f"{_OGI}第十六条第一款",
    "A16",
    Force.MAY_REFUSE,
    ("人事管理", "后勤管理", "内部工作流程"),
)
PROCESS: Final = Exemption(
    "d6",
    "属于四类过程性信息",
    f"{_OGI}第十六条第二款",
    "A16",
    Force.MAY_REFUSE,
    ("讨论记录", "过程稿", "磋商信函", "请示报告"),
    unless_zh="法律、法规、规章规定应当公开",
)
ENFORCEMENT_FILES: Final = Exemption(
    "d7",
    "属于行政执法案卷",
    f"{_OGI}第十六条第二款",
    "A16",
    Force.MAY_REFUSE,
    ("行政执法案卷信息",),
    unless_zh="法律、法规、规章规定应当公开",
)
REGISTER_QUERY: Final = Exemption(
    "d8",
    "属于行政查询事项",
    f"{_OGI}第三十六条第七项",
    "A36",
    Force.OTHER_CHANNEL,
    ("工商登记资料", "不动产登记资料"),
    reconsider_first=False,
)

EXEMPTIONS: Final = (
    STATE_SECRET,
    FORBIDDEN_BY_LAW,
    THREE_SECURITIES,
    THIRD_PARTY,
    INTERNAL_AFFAIRS,
    PROCESS,
    ENFORCEMENT_FILES,
    REGISTER_QUERY,
)
BY_ROW: Final = {exemption.row: exemption for exemption in EXEMPTIONS}
# A document may be kept closed on these; a register query is a way to answer a request, not a ground to close.
CLOSING_GROUNDS: Final = tuple(item for item in EXEMPTIONS if item.force is not Force.OTHER_CHANNEL)
