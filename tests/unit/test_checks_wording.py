"""Wording: the errors that cost a site its assessment are found, and ordinary official prose is left in peace."""

from datetime import date
from itertools import chain

import pytest

from publication.checks import (
    CheckInput,
    Leader,
    ListEdits,
    Phrase,
    Post,
    RepealedDocument,
    Word,
    check,
    load_lists,
    with_edits,
)

TODAY = date(2026, 11, 24)
LISTS = load_lists()


def found(body: str, lists=LISTS, today=TODAY, **given):
    given.setdefault("organ_name", "济南市商务局")
    return check(CheckInput("关于公开信息的公告", body, **given), lists, today)


@pytest.mark.parametrize(
    ("wrong", "right", "category", "severity"),
    [
        ("中华人民共合国", "中华人民共和国", "state-name", "must"),
        ("中共人民共和国", "中华人民共和国", "state-name", "must"),
        ("中华人民大和国", "中华人民共和国", "state-name", "must"),
        ("攻府", "政府", "organ-name", "must"),
        ("杜家豪", "杜家毫", "leader", "must"),
        ("领导小姐", "领导小组", "organ-name", "must"),
        ("扫黑险恶", "扫黑除恶", "formula", "must"),
        ("齐齐哈市", "齐齐哈尔市", "place-name", "must"),
        ("秸杆", "秸秆", "common", "judge"),
        ("秸桿", "秸秆", "common", "judge"),
    ],
)
def test_the_errors_that_really_happened_are_found_with_the_right_form(wrong, right, category, severity):
    body = f"会议指出，要充分认识{wrong}有关工作。"

    (finding,) = found(body)

    assert body[finding.start : finding.end] == wrong
    assert (finding.category, finding.severity, finding.suggestions) == (category, severity, (right,))
    assert [choice.id for choice in finding.choices] == ["replace", "keep"]
    assert finding.choices[0].replacement == right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("中华人名共和国", "中华人民共和国"),
        ("中国特社会主义", "中国特色社会主义"),
        ("全国人大民代表大会", "全国人民代表大会"),
        ("新疆维吾尔族自治区", "新疆维吾尔自治区"),
        ("人类命远共同体", "人类命运共同体"),
        ("供给侧结构改革性", "供给侧结构性改革"),
        ("政府信息公示条例", "政府信息公开条例"),
        ("济南市商物局", "济南市商务局"),
    ],
)
def test_a_fixed_name_with_one_wrong_character_is_found_without_being_listed(wrong, right):
    suggestions = [finding.suggestions for finding in found(f"按照{wrong}的要求")]

    assert suggestions == [(right,)]


@pytest.mark.parametrize("hidden", ["中华人民**共**合国", "中华人民\u200b共合国", "中华**人民**共合国"])
def test_marks_and_invisible_characters_do_not_hide_an_error(hidden):
    (finding,) = found(f"庆祝{hidden}成立。")

    assert finding.suggestions == ("中华人民共和国",)
    assert f"庆祝{hidden}成立。"[finding.start : finding.end] == hidden


@pytest.mark.parametrize(
    "text",
    [
        "他去世记录在案，地方按规定办理，人群重视，通过自己经济能力解决。",
        "济南市税务局、济南市财政局和济南市政务服务局会同办理。",
        "党的十八大和十八届三中、四中全会精神；邓小平理论、“三个代表”重要思想、科学发展观。",
        "农业部门、文化部门和环境保护部门；原农业部；《劳动合同法》和《中华人民共和国劳动合同法》。",
        "截至2026年6月底，认真做好账户登录、部署安装和图像归档。",
        "港澳台投资企业；香港、澳门和台湾同胞；向日本、香港等国家和地区出口。",
        "时任国务院总理李克强作出批示。国务院总理李强主持会议。习近平、李强出席。",
        "齐齐哈尔的同志来济考察；机制作用明显；工作风貌；办公圆桌；乡镇兴办企业；预防犯罪。",
    ],
)
def test_ordinary_prose_is_left_in_peace(text):
    assert [(finding.rule_id, finding.excerpt) for finding in found(text)] == []


def test_no_right_form_of_the_lists_is_itself_reported():
    rights = sorted(set(chain.from_iterable(word.rights for word in LISTS.words)))

    reported = [
        finding.title for finding in found("。\n".join(rights)) if finding.rule_id.startswith(("wording", "phrase"))
    ]

    assert reported == []


def test_old_organs_places_and_laws_are_told_with_what_replaced_them():
    titles = {finding.rule_id: finding for finding in found("报农业部。依据《中华人民共和国合同法》办理。莱芜市试点。")}

    assert titles["obsolete.organ"].suggestions == ("农业农村部",)
    assert titles["obsolete.law"].suggestions == ("中华人民共和国民法典",)
    assert "2018年12月26日" in titles["obsolete.place"].why


def test_a_change_that_has_not_happened_yet_is_not_told():
    assert found("依据《中华人民共和国增值税暂行条例》办理。", today=date(2025, 12, 31)) == []
    assert [f.rule_id for f in found("依据《中华人民共和国增值税暂行条例》办理。")] == ["obsolete.law"]


def test_posts_and_order_of_leaders_follow_the_dated_table():
    assert [f.rule_id for f in found("国务院总理李克强主持会议。")] == ["wording.leader-post"]
    assert found("国务院总理李克强主持会议。", today=date(2020, 5, 1)) == []
    assert [f.rule_id for f in found("李强、习近平出席。")] == ["wording.leader-order"]


@pytest.mark.parametrize("text", ["赴台湾等国家考察", "中国和台湾签署", "台湾政府表示", "出口美国、台湾、日本"])
def test_territory_is_never_listed_as_a_state(text):
    assert [finding.category for finding in found(text)] == ["territory"]


def test_a_repealed_document_of_ours_is_found_by_title_and_by_number():
    repealed = RepealedDocument("济南市商业网点管理办法", "济商字〔2015〕3号", date(2022, 1, 1), "济南市商业网点条例")
    lists = with_edits(LISTS, ListEdits(repealed_documents=(repealed,)))

    findings = found("按照《济南市商业网点管理办法》执行，参见济商字〔2015〕3号。", lists)

    assert [finding.rule_id for finding in findings] == ["obsolete.document", "obsolete.document"]
    assert "2022年1月1日" in findings[0].why
    assert found("《济南市商业网点管理办法》已废止。", lists) == []


def test_an_organ_adds_allows_and_dates_its_own_words():
    word = Word("泉城够", ("泉城购",), "common", "must", "本单位", date(2026, 12, 1))
    edits = ListEdits(
        words=(word,),
        allowed=("秸杆",),
        phrases=(Phrase("济南消费季活动", "organ-name", "judge"),),
        leaders=(Leader("李克强", (Post("国务院总理", date(2013, 3, 15)),)),),
    )
    lists = with_edits(LISTS, edits)

    assert lists.digest != LISTS.digest
    assert found("“泉城够”和秸杆", lists) == []
    assert [f.suggestions for f in found("“泉城够”", lists, today=date(2026, 12, 1))] == [("泉城购",)]
    assert [f.suggestions for f in found("济南消废季活动", lists)] == [("济南消费季活动",)]
    assert found("国务院总理李克强", lists) == []


def test_traditional_characters_are_judged_by_the_language_law():
    (finding,) = found("按國家机关要求办理。")

    assert finding.suggestions == ("国",)
    assert "国家通用语言文字法" in finding.why


def test_the_same_edition_gives_the_same_findings():
    body = "攻府中华人民大和国，報告。"

    assert found(body) == found(body)
