"""Table 3 of the annual report: every way an application ends, the row it is counted in and its legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Group(StrEnum):
    INFLOW = "inflow"
    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    NOT_PROCESSED = "not-processed"
    OTHER = "other"
    TOTAL = "total"
    CARRIED_OUT = "carried-out"


class Remedy(StrEnum):
    """What a reply must tell the applicant about remedies."""

    RECONSIDER_FIRST = "reconsider-first"
    RECONSIDER_OR_SUE = "reconsider-or-sue"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the table, printed as the national form prints it."""

    key: str
    printed_zh: str
    group: Group
    basis: str
    articles: tuple[str, ...] = ()
    remedy: Remedy = Remedy.NONE

    @property
    def is_decision(self) -> bool:
        """Tell whether the row is a way to end an application rather than a balance or a sum."""
        return self.group not in {Group.INFLOW, Group.TOTAL, Group.CARRIED_OUT}


_OGI = "《政府信息公开条例》"
_FEES = "《政府信息公开信息处理费管理办法》"
_FIRST, _EITHER = Remedy.RECONSIDER_FIRST, Remedy.RECONSIDER_OR_SUE

OUTCOMES: Final = (
    Outcome("new", "一、本年新收政府信息公开申请数量", Group.INFLOW, f"{_OGI}第三十一条", ("A31",)),
    Outcome("cin", "二、上年结转政府信息公开申请数量", Group.INFLOW, f"{_OGI}第五十条", ("A50",)),
    Outcome("g", "（一）予以公开", Group.GRANTED, f"{_OGI}第三十六条第一项、第二项", ("A36",), _EITHER),
    Outcome(
        "p",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        Group.PARTIAL,
        f"{_OGI}第三十七条",
        ("A37",),
        _FIRST,
    ),
    Outcome("d1", "1.属于国家秘密", Group.REFUSED, f"{_OGI}第十四条", ("A14",), _FIRST),
    Outcome("d2", "2.其他法律行政法规禁止公开", Group.REFUSED, f"{_OGI}第十四条", ("A14",), _FIRST),
    Outcome("d3", "3.危及“三安全一稳定”", Group.REFUSED, f"{_OGI}第十四条", ("A14",), _FIRST),
    Outcome("d4", "4.保护第三方合法权益", Group.REFUSED, f"{_OGI}第十五条", ("A15", "A32"), _FIRST),
    Outcome("d5", "5.属于三类内部事务信息", Group.REFUSED, f"{_OGI}第十六条第一款", ("A16",), _FIRST),
    Outcome("d6", "6.属于四类过程性信息", Group.REFUSED, f"{_OGI}第十六条第二款", ("A16",), _FIRST),
    Outcome("d7", "7.属于行政执法案卷", Group.REFUSED, f"{_OGI}第十六条第二款", ("A16",), _FIRST),
    Outcome("d8", "8.属于行政查询事项", Group.REFUSED, f"{_OGI}第三十六条第七项", ("A36",), _EITHER),
    Outcome(
        "u1", "1.本机关不掌握相关政府信息", Group.UNAVAILABLE, f"{_OGI}第三十六条第四项、第五项", ("A36",), _EITHER
    ),
    Outcome("u2", "2.没有现成信息需要另行制作", Group.UNAVAILABLE, f"{_OGI}第三十八条", ("A38",), _EITHER),
    Outcome("u3", "3.补正后申请内容仍不明确", Group.UNAVAILABLE, f"{_OGI}第三十条", ("A30",), _EITHER),
    Outcome("n1", "1.信访举报投诉类申请", Group.NOT_PROCESSED, f"{_OGI}第三十九条第一款", ("A39",), _EITHER),
    Outcome("n2", "2.重复申请", Group.NOT_PROCESSED, f"{_OGI}第三十六条第六项", ("A36",), _EITHER),
    Outcome("n3", "3.要求提供公开出版物", Group.NOT_PROCESSED, f"{_OGI}第三十九条第二款", ("A39",), _EITHER),
    Outcome("n4", "4.无正当理由大量反复申请", Group.NOT_PROCESSED, f"{_OGI}第三十五条", ("A35",), _EITHER),
    Outcome("n5", "5.要求行政机关确认或重新出具已获取信息", Group.NOT_PROCESSED, "办理实践", (), _EITHER),
    Outcome(
        "o1",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        Group.OTHER,
        f"{_OGI}第三十条",
        ("A30",),
        _EITHER,
    ),
    Outcome(
        "o2",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        Group.OTHER,
        _FEES,
        ("A42",),
        _EITHER,
    ),
    Outcome("o3", "3.其他", Group.OTHER, "办理实践"),
    Outcome("t", "（七）总计", Group.TOTAL, f"{_OGI}第五十条", ("A50",)),
    Outcome("cout", "四、结转下年度继续办理", Group.CARRIED_OUT, f"{_OGI}第五十条", ("A50",)),
)
BY_KEY: Final = {outcome.key: outcome for outcome in OUTCOMES}

GROUPS_ZH: Final = {
    Group.REFUSED: "（三）不予公开",
    Group.UNAVAILABLE: "（四）无法提供",
    Group.NOT_PROCESSED: "（五）不予处理",
    Group.OTHER: "（六）其他处理",
}
"""The headings that stand before a group of rows."""

APPLICANTS: Final = {
    "np": "自然人",
    "com": "商业企业",
    "res": "科研机构",
    "soc": "社会公益组织",
    "law": "法律服务机构",
    "oth": "其他",
    "tot": "总计",
}
"""The seven columns; `com` to `oth` stand under 法人或其他组织."""
