import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from gongkai.statute.calendar import built_in
from gongkai.statute.refusal import Refused
from request.domain import facts as f
from request.domain.values import ItemDecision, Searched
from request.library.features import CaseFeatures, as_plain, features, from_plain
from request.library.neutral import neutral, refuse_personal
from request.library.words import TOKENS_VERSION, matter, tokens

CASE, ORGAN, OFFICER, APPLICANT, LETTER, REMEDY = (UUID(int=n) for n in range(1, 7))
NAME, IDENTITY, MOBILE = "赵德明", "11010519491231002X", "13987654321"


@pytest.fixture
def a_closed_case() -> list[f.Fact]:
    """A case with everything that happens, and with personal words wherever a text can hold some."""
    decision = ItemDecision(1, "third-party", "《政府信息公开条例》第十五条", f"{NAME}不同意公开")
    return [
        f.ApplicationSubmitted(ORGAN, APPLICANT, "np", "online", date(2026, 3, 2), UUID(int=9), "paper", "post", items=2),
        f.ReceiptFixed(date(2026, 3, 2), "A31", f"{NAME}当面提交", OFFICER),
        f.Registered(2026, 7, f"{NAME}的预付卡备案", OFFICER),
        f.ClockStarted(date(2026, 3, 2), date(2026, 3, 30), "reply", "A33", "2026-1", provisional=False),
        f.CorrectionAsked(date(2026, 3, 3), (f"请{NAME}补充电话{MOBILE}",), date(2026, 3, 20), OFFICER),
        f.CorrectionReceived(date(2026, 3, 6), UUID(int=10)),
        f.ClockStarted(date(2026, 3, 6), date(2026, 4, 3), "reply", "A33", "2026-1", provisional=False),
        f.SearchRecorded(Searched(("档案室",), (NAME,), OFFICER, date(2026, 3, 9), 3)),
        f.OpinionAsked(LETTER, "third-party", UUID(int=11), "", date(2026, 3, 9), OFFICER),
        f.OpinionGiven(LETTER, "objects", date(2026, 3, 12), UUID(int=12), reasonable=True),
        f.ReplyExtended(10, f"{NAME}出差", date(2026, 3, 16), OFFICER, date(2026, 4, 17)),
        f.LetterIssued(LETTER, "reply-refused", "1号", 2026, 1, "sha256:00", date(2026, 3, 20), OFFICER),
        f.Answered(1, "d4", (decision,), date(2026, 3, 20), date(2026, 4, 17), late=False),
        f.RemedyFiled(REMEDY, "reconsideration", date(2026, 4, 1), date(2026, 4, 2), f"{NAME}代理", "2026-1", None, OFFICER),
        f.RemedyDecided(REMEDY, "upheld", date(2026, 5, 6), "2026-9", OFFICER),
        f.ConversionReviewed(UUID(int=13), 1, "keep", "2026-1", ("A15",), None, datetime(2026, 3, 20, tzinfo=UTC)),
        f.MarkedTypical(OFFICER, f"{NAME}一案有代表性", date(2026, 6, 1)),
        f.Archived(date(2026, 6, 2), OFFICER),
    ]


def description() -> str:
    return f"本人{NAME}（身份证号{IDENTITY}，电话{MOBILE}）申请公开某超市单用途预付卡备案材料。"


def test_features_tell_how_a_case_went(a_closed_case):
    made = features(CASE, a_closed_case, built_in(), description())

    assert (made.year, made.row, made.bases, made.articles) == (2026, "d4", ("third-party",), ("A15",))
    assert (made.letters, made.consulted, made.opinions) == (("reply-refused",), ("third-party",), ("objects",))
    assert (made.items, made.corrected, made.extended_by, made.searches) == (2, True, 10, 1)
    assert made.remedies == (("reconsideration", "upheld"),)
    assert (made.conversion, made.typical, made.sent_up, made.closed) == ("keep", True, True, True)
    assert made.working_days == built_in().working_days_between(date(2026, 3, 6), date(2026, 3, 20)) == 10
    assert {"预付卡", "备案"} <= set(made.tokens)


def test_nothing_personal_and_no_id_of_a_person_can_be_in_features(a_closed_case):
    kept = json.dumps(as_plain(features(CASE, a_closed_case, built_in(), description())), ensure_ascii=False)

    for word in (NAME, "赵德", "德明", IDENTITY, MOBILE, IDENTITY[:8], MOBILE[-8:]):
        assert word not in kept
    for person in (APPLICANT, OFFICER, ORGAN, UUID(int=9), UUID(int=11), UUID(int=12)):
        assert str(person) not in kept


def test_a_name_the_cutter_does_not_know_is_taken_out_when_the_caller_knows_it():
    happened = [f.Registered(2026, 1, "万福生商铺备案", OFFICER)]

    made = features(CASE, happened, built_in(), "万福生请求公开备案", names=["万福生"])

    assert made.topic == "商铺备案"
    assert not any("万福" in token or "福生" in token for token in made.tokens)


def test_every_text_field_of_features_is_one_that_passes_the_guard():
    texts = {name for name, kind in CaseFeatures.__annotations__.items() if kind in {str, "str"}}

    assert texts == {"topic", "tokens_version", "conversion", "permalink"}


def test_an_advice_that_is_none_is_not_taken_over():
    at = datetime(2026, 3, 20, tzinfo=UTC)
    happened = [f.ConversionReviewed(UUID(int=13), 1, f"问{NAME}", "2026-1", (), None, at)]

    assert features(CASE, happened, built_in()).conversion == ""


@pytest.mark.parametrize(
    ("fact", "row"),
    [
        (f.CorrectionLapsed(date(2026, 3, 2)), "o1"),
        (f.FeeLapsed(date(2026, 3, 2)), "o2"),
        (f.WithdrawnByApplicant(date(2026, 3, 2), None), "o3"),
    ],
)
def test_a_case_that_ended_without_an_answer_is_closed_too(fact, row):
    made = features(CASE, [fact], built_in())

    assert (made.closed, made.row) == (True, row)


def test_an_open_case_is_not_closed():
    assert not features(CASE, [f.Registered(2026, 1, "备案", OFFICER)], built_in()).closed


def test_a_case_sent_back_by_a_corrected_decision_is_open_until_it_is_answered_anew(a_closed_case):
    opened = f.RoundOpened(2, REMEDY, date(2026, 5, 6), date(2026, 6, 3))
    answer = f.Answered(2, "g", (ItemDecision(1, "given", "《政府信息公开条例》第三十六条第二项", ""),), date(2026, 5, 8), None, late=False)

    reopened = features(CASE, [*a_closed_case, opened], built_in())
    answered = features(CASE, [*a_closed_case, opened, answer], built_in())

    assert not reopened.closed
    assert (answered.closed, answered.row, answered.articles, answered.rounds, answered.working_days) == (True, "g", ("A36",), 2, 2)


def test_an_imported_case_keeps_what_is_known_of_it():
    happened = [f.CaseImported(ORGAN, "2024.xlsx", 2024, "com", date(2024, 3, 1), date(2024, 3, 8), "g", OFFICER,
                               remedies=(("suit-direct", "corrected"),))]  # fmt: skip

    made = features(CASE, happened, built_in())

    assert (made.year, made.row, made.remedies, made.closed) == (2024, "g", (("suit-direct", "corrected"),), True)


def test_an_article_that_is_not_in_the_register_is_left_out():
    decision = ItemDecision(1, "other", f"{NAME}说的第九条", "其他")

    made = features(CASE, [f.Answered(1, "o3", (decision,), date(2026, 3, 2), None, late=False)], built_in())

    assert made.articles == ()


def test_features_come_back_from_json_as_they_were(a_closed_case):
    made = features(CASE, a_closed_case, built_in(), description())

    assert from_plain(json.loads(json.dumps(as_plain(made)))) == made
    assert from_plain({"case_id": str(CASE), "field_of_another_version": 1}) == CaseFeatures(CASE)


@pytest.mark.parametrize(
    "text",
    [
        "张伟明的经营备案", "王芳反映补贴没有到账", "给周建国的批复", "马晓东、孙玉兰、魏国强三人的材料", "与吴家富签订的合同",
        "局长石磊批示", "李娜和赵铁柱的合同", "电话13900000001", "身份证11010519491231002X", "邮箱abc@example.com",
        "某店开户账号1602001009014400018", "联系人：于海涛，请回复", "孙女士来电",
        "出生日期2001-09-26", "编号2025-09-2613",
    ],
)  # fmt: skip
def test_a_text_about_a_person_is_not_taken_into_the_library(text):
    with pytest.raises(Refused, match=r"评论里疑似含有.*案例库不收个人信息") as refused:
        refuse_personal(text, "评论")

    assert refused.value.article == "《个人信息保护法》第三十四条"
    assert neutral(text).text != text


@pytest.mark.parametrize(
    "text",
    [
        "高新区老字号认定", "张庄路农贸市场改造", "刘长山路、王舍人街道商业网点", "成品油零售经营资格", "招商引资协议中的商业秘密",
        "处理依据与本件相同，可以参照", "先征求第三方意见再决定，值得借鉴", "2023年第5批企业名单", "济商务字〔2023〕5号文件",
        "复议机关认为检索范围不够", "申请人自行撤回", "疫情保供白名单", "大型商超名单", "鲁菜、鲁商推广资金",
        "前一件已于2025-09-26答复",
    ],
)  # fmt: skip
def test_a_text_about_a_matter_passes(text):
    assert refuse_personal(text, "主题") == text


def test_tokens_do_not_depend_on_width_case_or_the_way_years_are_written():
    assert tokens("二〇二三年ＡＢＣ备案") == tokens("2023年abc备案")


def test_what_every_application_says_makes_no_token():
    asked = "根据《中华人民共和国政府信息公开条例》规定，现申请公开济南市商务局夜市备案，请提供纸质版。"

    assert "夜市" in tokens(asked)
    assert not {"申请", "公开", "政府", "提供", "纸质"} & set(tokens(asked))
    assert "夜市备案" in matter(asked)


def test_several_names_of_one_thing_share_a_token():
    assert {t for t in tokens("菜市场") if t.startswith("≈")} == {t for t in tokens("农贸市场") if t.startswith("≈")}
    assert TOKENS_VERSION.startswith("1-")
