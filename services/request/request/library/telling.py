"""A case of the library in words: what was asked, how it went, how it ended. For pages, lists and the superiors.

Everything comes from `CaseFeatures`, so nothing personal can be told. Why a case is typical is an officer's sentence;
it is checked again here before it leaves the house.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.statute.articles import ARTICLES
from gongkai.statute.outcomes import BY_KEY
from gongkai.statute.refusal import Refused
from request.domain.outcomes import GROUNDS
from request.domain.values import PERSON_ROLES, Opinion, RemedyKind, RemedyResult, Row
from request.library.features import CaseFeatures
from request.library.neutral import refuse_personal

_OPINIONS: Final[dict[Opinion, str]] = {
    "consents": "同意公开", "objects": "不同意公开", "partly": "同意部分公开", "silent": "逾期未答复",
}  # fmt: skip
_REMEDIES: Final[dict[RemedyKind, str]] = {
    "reconsideration": "行政复议",
    "suit-direct": "行政诉讼（直接起诉）",
    "suit-after": "行政诉讼（复议后起诉）",
    "complaint": "投诉举报",
}
_RESULTS: Final[dict[RemedyResult | None, str]] = {
    "upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", None: "尚未审结",
}  # fmt: skip
_CONVERSIONS: Final = {
    "publish": "建议转为主动公开", "redact": "建议隐去后转为主动公开", "keep": "暂不转为主动公开", "ask": "由人工判断",
}  # fmt: skip


def row_name(row: Row) -> str:
    """Name a row of table 3 without the number it has on the form."""
    return BY_KEY[row].printed_zh.lstrip("（一二三四五六七）0123456789.").split("（")[0]


def told(case: CaseFeatures) -> tuple[tuple[str, str], ...]:
    """Return label and text, line by line; a line that has nothing to say is left out."""
    return tuple((label, text) for label, text in _lines(case) if text)


def _lines(case: CaseFeatures) -> Iterator[tuple[str, str]]:
    yield "申请事项", case.topic
    yield "处理结果", row_name(case.row) if case.row else ""
    yield "处理依据", "、".join(GROUNDS[basis].name_zh for basis in case.bases)
    yield "适用条文", "、".join(ARTICLES[article].citation for article in case.articles if article in ARTICLES)
    yield "办理经过", "，".join(_course(case))
    yield "办理用时", _time(case)
    yield "救济情况", "、".join(f"{_REMEDIES[kind]}，{_RESULTS[result]}" for kind, result in case.remedies)
    yield "转主动公开", "已经主动公开" if case.permalink else _CONVERSIONS.get(case.conversion, "")


def _course(case: CaseFeatures) -> Iterator[str]:
    if case.corrected:
        yield "经补正"
    if case.consulted:
        opinions = "、".join(_OPINIONS[opinion] for opinion in case.opinions)
        asked = "、".join(PERSON_ROLES[whom] for whom in case.consulted)
        yield f"征求{asked}意见{f'（{opinions}）' if opinions else ''}"
    if case.searches:
        yield f"检索{case.searches}次"
    if case.passages_redacted:
        yield f"区分处理隐去{case.passages_redacted}处"
    if case.rounds > 1:
        yield f"经{case.rounds}轮答复"


def _time(case: CaseFeatures) -> str:
    if case.working_days is None:
        return ""
    extended = f"，延长{case.extended_by}个工作日" if case.extended_by else ""
    return f"{case.working_days}个工作日{extended}{'，超过期限' if case.late else ''}"


def to_send_up(cases: Sequence[CaseFeatures], why: Mapping[UUID, str], organ: str, on: date) -> str:
    """Compose the paper by which typical cases are sent to the superior organ, as Markdown."""
    if not cases:
        raise Refused("没有选定要上报的典型案例。")
    if missing := [case.topic for case in cases if not why.get(case.case_id, "").strip()]:
        raise Refused(f"“{missing[0]}”没有写明典型在哪里，请先补写。")
    if unmarked := [case.topic for case in cases if not case.typical]:
        raise Refused(f"“{unmarked[0]}”还没有标为典型案例，不能上报。")
    parts = [f"# {organ}政府信息依申请公开典型案例"]
    for number, case in enumerate(cases, 1):
        parts.append(f"## 案例{number}　{case.topic}")
        parts.extend(f"**{label}**：{text}" for label, text in told(case)[1:])
        parts.append(f"**典型之处**：{refuse_personal(why[case.case_id], '典型之处')}")
    parts.append(f"{organ}\n\n{on.year}年{on.month}月{on.day}日")
    return "\n\n".join(parts) + "\n"
