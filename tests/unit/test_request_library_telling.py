from datetime import date
from uuid import UUID

import pytest

from gongkai.statute.outcomes import OUTCOMES
from gongkai.statute.refusal import Refused
from request.library.features import CaseFeatures
from request.library.telling import row_name, to_send_up, told

CASE = UUID(int=1)


@pytest.fixture
def a_typical_case() -> CaseFeatures:
    return CaseFeatures(
        CASE, 2026, "某企业预付卡备案材料", ("备案",), row="p", bases=("given", "third-party"), articles=("A36", "A15"),
        consulted=("third-party",), opinions=("objects",), corrected=True, extended_by=10, working_days=24, searches=2,
        passages_redacted=7, rounds=2, remedies=(("reconsideration", "upheld"),), conversion="redact", typical=True,
    )  # fmt: skip


def test_a_case_is_told_line_by_line(a_typical_case):
    assert told(a_typical_case) == (
        ("申请事项", "某企业预付卡备案材料"),
        ("处理结果", "部分公开"),
        ("处理依据", "予以公开、保护第三方合法权益"),
        ("适用条文", "《政府信息公开条例》第三十六条、《政府信息公开条例》第十五条"),
        ("办理经过", "经补正，征求第三方意见（不同意公开），检索2次，区分处理隐去7处，经2轮答复"),
        ("办理用时", "24个工作日，延长10个工作日"),
        ("救济情况", "行政复议，结果维持"),
        ("转主动公开", "建议隐去后转为主动公开"),
    )


def test_what_is_not_known_is_not_told():
    assert told(CaseFeatures(CASE, topic="展会补贴")) == (("申请事项", "展会补贴"),)


def test_every_row_that_ends_a_case_has_a_name_without_its_number():
    names = [row_name(outcome.key) for outcome in OUTCOMES if outcome.is_decision]

    assert len(names) == len(set(names)) == 21
    assert not any(name[0] in "（0123456789" for name in names)


def test_typical_cases_are_sent_up_as_one_paper(a_typical_case):
    paper = to_send_up([a_typical_case], {CASE: "先征求意见再区分处理，值得借鉴。"}, "济南市商务局", date(2026, 11, 25))

    assert paper.startswith("# 济南市商务局政府信息依申请公开典型案例\n\n## 案例1　某企业预付卡备案材料\n\n**处理结果**：部分公开")
    assert "**典型之处**：先征求意见再区分处理，值得借鉴。" in paper
    assert paper.endswith("济南市商务局\n\n2026年11月25日\n")


def test_a_case_without_a_reason_or_a_mark_or_with_a_name_is_not_sent_up(a_typical_case):
    on = date(2026, 11, 25)
    with pytest.raises(Refused, match="没有选定"):
        to_send_up([], {}, "济南市商务局", on)
    with pytest.raises(Refused, match="没有写明典型在哪里"):
        to_send_up([a_typical_case], {}, "济南市商务局", on)
    with pytest.raises(Refused, match="还没有标为典型案例"):
        to_send_up([CaseFeatures(CASE, topic="展会补贴")], {CASE: "值得借鉴"}, "济南市商务局", on)
    with pytest.raises(Refused, match="典型之处里疑似含有姓名"):
        to_send_up([a_typical_case], {CASE: "申请人赵德明反复申请"}, "济南市商务局", on)
