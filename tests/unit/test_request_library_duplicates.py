from datetime import date
from uuid import UUID

import pytest

from request.library.duplicates import Application, Thresholds, duplicates, likeness

MARKETS = "请公开2023年农贸市场改造项目清单及补助金额。"


def an_application(number: int, text: str, applicant: str = "k1", answered: bool = True) -> Application:
    return Application(UUID(int=number), applicant, text, date(2026, 1, 5), date(2026, 1, 30) if answered else None)


def a_new_one(text: str = MARKETS, applicant: str = "k1") -> Application:
    return Application(UUID(int=99), applicant, text, date(2026, 3, 2))


def verdict(new: str, before: str, applicant: str = "k1", answered: bool = True) -> str | None:
    found = duplicates(a_new_one(new), [an_application(1, before, applicant, answered)])
    return found[0].verdict if found else None


@pytest.mark.parametrize(
    ("new", "before"),
    [
        (MARKETS, MARKETS),
        (MARKETS, "申请公开2023年农贸市场改造的项目清单和补助金额"),
        (MARKETS, "现依法申请公开贵局2023年度农贸市场改造项目的清单，以及补助的金额，请以纸质形式提供。"),
        (MARKETS, "请公开二〇二三年农贸市场改造项目清单及补助金额"),
        ("请公开单用途预付卡备案企业名单", "根据《政府信息公开条例》，申请获取单用途预付卡备案企业的名单，电子版即可。"),
    ],
)
def test_the_same_matter_asked_again_by_the_same_applicant_is_a_repeated_application(new, before):
    assert verdict(new, before) == "repeated"


@pytest.mark.parametrize(
    ("new", "before"),
    [
        (MARKETS, "请公开2022年农贸市场改造项目清单及补助金额。"),
        (MARKETS, "请公开2021年至2023年农贸市场改造项目清单及补助金额。"),
        ("请公开济商务字〔2023〕5号文件", "请公开济商务字〔2023〕6号文件"),
        ("请公开天桥区加油站规划布点情况", "请公开历城区加油站规划布点情况"),
        ("请公开《夜间经济发展规划》全文", "请公开《会展经济发展规划》全文"),
        ("申请公开对我投诉某超市一案的调查材料", "申请公开对我投诉某超市一案的处理结果"),
        ("请公开某加油站的成品油零售经营批准证书", "请公开某加油站成品油零售经营批准证书的审批材料"),
    ],
)
def test_almost_the_same_words_about_another_matter_are_only_shown_for_a_person_to_judge(new, before):
    assert verdict(new, before) == "similar"


def test_another_matter_is_not_shown():
    assert verdict("请公开消费券核销率", "请公开预付卡投诉数量") is None


def test_a_second_application_while_the_first_is_running_can_be_joined():
    assert verdict(MARKETS, MARKETS, answered=False) == "running"


def test_an_earlier_case_answered_after_this_one_came_was_still_running_then():
    new = Application(UUID(int=99), "k1", MARKETS, date(2026, 1, 10))

    (found,) = duplicates(new, [an_application(1, MARKETS)])

    assert found.verdict == "running"


def test_the_same_matter_asked_by_somebody_else_points_to_conversion():
    (found,) = duplicates(a_new_one(), [an_application(1, MARKETS, "k2")])

    assert (found.verdict, found.same_applicant) == ("asked-by-others", False)
    assert found.citation == "《政府信息公开条例》第四十四条"


def test_an_applicant_nobody_recognises_is_never_taken_for_the_same():
    (found,) = duplicates(a_new_one(applicant=""), [an_application(1, MARKETS, "")])

    assert found.verdict == "asked-by-others"


def test_a_match_is_explained_with_article_likeness_and_what_differs():
    (found,) = duplicates(a_new_one(), [an_application(1, MARKETS)])
    (other,) = duplicates(a_new_one(), [an_application(1, MARKETS.replace("2023", "2022"))])

    assert found.why == ("描述相似度100%", "同一申请人", "前一件已于2026年1月30日答复")
    assert found.citation == "《政府信息公开条例》第三十六条第六项"
    assert "年份不同（本件2023，前件2022）" in other.why
    assert other.citation == ""


def test_matches_are_ordered_by_what_they_mean_and_a_case_is_no_duplicate_of_itself():
    new = a_new_one()
    earlier = [
        an_application(1, MARKETS.replace("2023", "2022")), an_application(2, MARKETS, "k2"),
        an_application(3, MARKETS, answered=False), an_application(4, MARKETS), new,
    ]  # fmt: skip

    assert [match.case_id.int for match in duplicates(new, earlier)] == [4, 3, 2, 1]
    assert len(duplicates(new, earlier, limit=2)) == 2


def test_thresholds_are_settings_of_the_organ():
    strict, lax = Thresholds(same=0.999, similar=0.9), Thresholds(same=0.6, similar=0.3)
    new, before = "我要老字号评审专家的打分表", an_application(1, "请公开老字号评审会的专家打分表")

    assert duplicates(a_new_one(new), [before], strict) == []
    assert duplicates(a_new_one(new), [before], lax)[0].verdict == "repeated"
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(same=0.5, similar=0.6)


def test_likeness_is_the_same_in_both_directions_and_nothing_is_like_nothing():
    assert likeness(MARKETS, "菜市场") == likeness("菜市场", MARKETS)
    assert likeness("", "") == 0.0
    assert likeness("申请公开", "申请公开") == 0.0
