"""Every form holds what the law asks of it, and none can be issued without."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import get_args

import pytest
from tests.support.request_letters import REFUSALS, SPECIMENS, basic, decided, due

from gongkai.statute.articles import ARTICLES
from gongkai.statute.outcomes import BY_KEY
from gongkai.statute.refusal import Refused
from request.domain.values import Basis, LetterKind
from request.letters.compose import compose
from request.letters.data import Consultation, Fields, Grid, Letter, LetterData, Note, Paragraph, Received, Withheld
from request.letters.elements import checks, missing, required
from request.letters.forms import FORMS, NEEDED, REPLY_TITLE
from request.letters.grounds import GROUNDS

KINDS: list[LetterKind] = list(FORMS)

PRINTED: dict[LetterKind, tuple[str, ...]] = {
    "application-form": ("赵晓禾", "999999198001010011", "13900000000", "分区县、分项目", "电子文件", "网上获取"),
    "receipt": (
        "济商依申请〔2026〕37号", "2026年9月18日（双方确认之日）", "互联网（本机关网站）", "2026年10月22日（星期四）以前",
        "10月19日至22日（累计20个）", "10月1日至7日（国庆节放假）不计入", "第三十三条", "0531-00000000",
    ),
    "correction": (
        "1．写明所需信息的名称、文号", "2．写明获取信息的方式、途径", "在2026年10月15日以前补正",
        "视为放弃申请", "重新计算", "第二十九条第二款和第三十条", "一次性告知", "龙鼎大道1号",
    ),
    "reasons": ("申请46件", "第三十五条", "2026年11月6日以前", "本机关不予处理"),
    "extension": (
        "因需要核对八个区县的拨付数据", "第三十三条第二款", "负责人同意", "延长20个工作日", "2026年12月31日届满",
        "2027年1月29日（星期五，暂定）以前答复", "2027年1月29日为暂定日期", "2027年放假安排", "（元旦放假）不计入",
    ),
    "third-party": (
        "投资明细和供货合同", "第十五条和第三十二条", "自收到本意见书之日起15个工作日内", "逾期未提出意见的，由本机关依照《条例》的规定决定",
        "0531-00000000",
    ),
    "third-party-confirmation": ("济商公询〔2026〕3号收悉", "□ 同意公开", "□ 不同意公开", "理由", "签名或者盖章", "15个工作日内寄回"),
    "third-party-applicant": ("2026年10月9日书面征求意见", "第三十三条第三款", "不计算在答复期限内"),
    "third-party-decision": ("补助项目的名称、承担单位和拨付金额", "公共利益", "于2026年10月30日公开", "第三十二条"),
    "co-maker": ("第三十四条", "15个工作日内", "逾期未提出意见的，视为同意公开"),
    "other-organ": ("第十一条", "协商、确认", "以前书面函复"),
    "co-handling": ("流通业发展处：", "2026年10月28日以前", "检索、整理有关信息"),
    "fee": (
        "第四十二条", "《政府信息公开信息处理费管理办法》第三条和第四条", "按件计收", "2026年10月第41件", "4300.00元",
        "人民币肆仟叁佰元整", "收到本通知书次日起20个工作日内", "视为放弃申请", "重新计算", "统一收缴平台",
    ),
    "reply-public": ("第三十六条第一项", "栏目", "https://gongkai.example.cn/d/0193", "济商字〔2025〕21号"),
    "reply-given": ("第三十六条第二项", "补助资金拨付表", "网上取件"),
    "reply-partial": (
        "一、关于“补助资金分区县、分项目的拨付金额”", "第三十六条第二项和第三十七条",
        "其中，处室之间的资金审核流转单属于行政机关的内部事务信息", "第十六条第一款、第三十六条第三项和第三十七条",
        "三、关于“供货合同”", "第三方不同意公开", "经衡量，不公开不会对公共利益造成重大影响",
    ),
    "reply-refused": ("第十六条第一款和第三十六条第三项", "考勤和值班安排", "决定不予公开"),
    "reply-register": ("《不动产登记暂行条例》有特别规定", "第三十六条第七项"),
    "reply-not-existing": (
        "第三十六条第四项", "机关档案室电子档案系统和流通业发展处业务台账", "“便民生活圈”、“补助资金”为关键词",
        "本机关流通业发展处", "2026年10月9日", "不存在",
    ),
    "reply-not-ours": ("第三十六条第五项", "由财政部门制作", "建议您向济南市财政局", "0531-11111111"),
    "reply-needs-making": ("第三十八条", "没有现成的载体", "没有按街道汇总的数据"),
    "reply-unclear": ("第三十条", "补正后的申请于2026年9月30日收到", "仍未写明所需信息的年度"),
    "reply-petition": ("第三十九条第一款", "12345", "不作为政府信息公开申请处理"),
    "reply-repeated": ("第三十六条第六项", "2026年4月20日以济商公复〔2026〕5号", "不予重复处理"),
    "reply-publications": ("第三十九条第二款", "济南市图书馆"),
    "reply-excessive": ("第三十五条", "说明的理由不合理", "不予处理"),
    "reply-reissue": ("确认或者重新出具", "2025年3月6日", "不予处理"),
    "lapsed": ("济商公知〔2026〕8号", "2026年9月24日", "2026年9月28日收到", "2026年10月15日届满", "第三十条", "不再处理"),
    "withdrawn": ("2026年10月12日通过互联网撤回", "终止办理"),
    "approval-slip": ("拟同意部分公开", "合法性审查", "签发", "2026年10月22日", "第三十七条"),
    "transfer-list": ("送达回证", "济商公复〔2026〕12号", "共3件6页", "机关档案室"),
}  # fmt: skip


def texts(letter: Letter) -> str:
    def found() -> Iterator[str]:
        for block in letter.blocks:
            match block:
                case Paragraph(text) | Note(text):
                    yield text
                case Fields(rows):
                    for label, value in rows:
                        yield f"{label}：{value}"
                case Grid(head, _, rows):
                    yield " ".join(head)
                    yield from (" ".join(row) for row in rows)

    return "\n".join([f"{letter.addressee}：", *found()])


def written(data: LetterData) -> str:
    return texts(compose(data))


def test_every_kind_of_letter_has_a_form_and_a_specimen():
    assert set(get_args(LetterKind)) == set(FORMS) == set(SPECIMENS) == set(PRINTED)


def test_every_basis_has_its_ground_its_needs_and_a_row_of_the_annual_report():
    assert set(get_args(Basis)) == set(GROUNDS) == set(NEEDED)
    assert all(ground.row in BY_KEY for ground in GROUNDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_rests_on_articles_of_the_register(kind: LetterKind):
    assert FORMS[kind].articles or kind == "reply-reissue"
    assert all(article in ARTICLES for article in FORMS[kind].articles)
    assert all(row in BY_KEY for row in FORMS[kind].rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_letter_prints_every_element_of_its_form(kind: LetterKind):
    data = SPECIMENS[kind]
    text = written(data)

    assert all(check.ok for check in checks(data))
    assert [words for words in PRINTED[kind] if words not in text] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if FORMS[kind].signed and FORMS[kind].series])
def test_a_numbered_letter_says_to_whom_of_which_case_from_whom_and_when(kind: LetterKind):
    letter = compose(SPECIMENS[kind])

    assert letter.addressee
    assert letter.number.startswith("济商公")
    assert letter.organ_name == "济南市商务局"
    assert "济商依申请〔2026〕37号" in texts(letter)
    assert letter.code
    assert letter.verify_url.startswith("https://gongkai.example.cn/request/verify/")


WORDS_OF_OURS = {"kind", "basis", "channel", "addressee_is", "standard", "supply_form", "way", "applicant_kind", "days"}


def hollowed(value: object) -> Iterator[object]:
    """Every way to leave one text, list or part of a value empty."""
    if not is_dataclass(value) or isinstance(value, type):
        return
    for field in fields(value):
        held = getattr(value, field.name)
        if field.name in WORDS_OF_OURS:
            continue
        if isinstance(held, str) and held:
            yield replace(value, **{field.name: ""})
        elif isinstance(held, date) and "None" in str(field.type):
            yield replace(value, **{field.name: None})
        elif isinstance(held, tuple) and held:
            yield replace(value, **{field.name: ()})
            for at, each in enumerate(held):
                for less in hollowed(each):
                    yield replace(value, **{field.name: (*held[:at], less, *held[at + 1 :])})
        elif is_dataclass(held):
            if type(held).__name__ not in {"Organ", "LetterData"} and field.name not in {"before", "after"}:
                yield replace(value, **{field.name: None})
            for less in hollowed(held):
                yield replace(value, **{field.name: less})


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_left_out_the_letter_is_refused_by_name_or_prints_all_its_elements(kind: LetterKind):
    whole = SPECIMENS[kind]
    refusals = 0
    for less in hollowed(whole):
        assert isinstance(less, LetterData)
        if lacking := missing(less):
            refusals += 1
            with pytest.raises(Refused) as refused:
                compose(less)
            assert all(name in refused.value.reason for name in lacking)
            assert "不能出具" in refused.value.reason
        else:
            assert texts(compose(less))

    assert refusals >= len(FORMS[kind].elements) - 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_of_a_form_can_be_found_missing(kind: LetterKind):
    whole = SPECIMENS[kind]
    found = {
        element.key for less in hollowed(whole) if isinstance(less, LetterData)
        for element in required(less) if element.missing(less)
    }  # fmt: skip

    elsewhere = {key for basis in FORMS[kind].bases for key in NEEDED[basis]} - set(NEEDED[basis_of(whole)])
    on_paper = set() if whole.served_online else {"reconsideration-link"}
    both_parts = {"open-part", "closed-part"}  # emptying one text leaves the other matters of the reply as they are

    assert {element.key for element in required(whole)} - found - elsewhere - on_paper - both_parts == set()


def basis_of(data: LetterData) -> Basis:
    return data.decisions[0].basis if data.decisions else "given"


def test_a_partial_reply_needs_an_open_and_a_closed_part():
    opened, _, closed = SPECIMENS["reply-partial"].decisions

    with pytest.raises(Refused, match="不予公开或者无法提供的部分"):
        compose(basic("reply-partial", decisions=(opened,)))
    with pytest.raises(Refused, match="公开的部分"):
        compose(basic("reply-partial", decisions=(replace(closed, item=1),)))


def test_a_missing_element_names_the_matter_it_belongs_to():
    whole = SPECIMENS["reply-partial"]
    third = replace(whole.decisions[2], public_interest="")

    with pytest.raises(Refused, match="第三项的第三方意见"):
        compose(replace(whole, decisions=(*whole.decisions[:2], third)))


def test_a_draft_needs_no_number_and_no_address_to_verify_but_everything_else():
    draft = replace(SPECIMENS["reply-given"], draft=True, number="", verification=None)

    letter = compose(draft)

    assert (letter.number, letter.code, letter.verify_url, letter.draft) == ("", "", "", True)
    with pytest.raises(Refused, match="提供的信息"):
        compose(replace(draft, decisions=decided("given")))


@pytest.mark.parametrize("basis", list(REFUSALS))
def test_a_refusal_cites_the_exact_head_and_gives_its_reason(basis: Basis):
    data = REFUSALS[basis]
    text = written(data)

    article = ARTICLES[GROUNDS[basis].articles[0].split(" ")[0]].numeral
    assert article in text
    assert "第三十六条第三项" in text
    assert data.decisions[0].reason in text


def test_the_regulations_are_named_in_full_once_and_shortly_after():
    text = written(SPECIMENS["reply-partial"])

    assert text.count("《中华人民共和国政府信息公开条例》（以下简称《条例》）") == 1
    assert "《政府信息公开条例》" not in text


def test_a_name_used_once_needs_no_short_form():
    text = written(SPECIMENS["reply-given"])

    assert "《中华人民共和国政府信息公开条例》第三十六条" in text
    assert "以下简称" not in text


def test_a_late_reply_says_that_it_is_late():
    late = replace(SPECIMENS["reply-given"], due=due(date(2026, 9, 1), 20))

    assert "答复期限于2026年9月29日届满，本机关未在期限内答复" in written(late)


def test_a_receipt_says_that_a_date_after_the_last_holiday_notice_is_provisional():
    text = written(replace(SPECIMENS["receipt"], due=due(date(2026, 12, 15), 20)))

    assert "（星期三，暂定）以前" in text
    assert "为暂定日期：2027年放假安排尚未载入" in text


def test_a_provisional_date_says_so_even_without_its_days():
    bare = replace(due(date(2026, 12, 15), 20), days=())

    assert "为暂定日期" in written(replace(SPECIMENS["receipt"], due=bare))


def test_a_reply_on_its_last_day_is_not_late():
    data = SPECIMENS["reply-given"]
    on_time = replace(data, due=replace(due(date(2026, 9, 1), 20), on=data.issued_on))

    assert "届满" not in written(on_time)


@pytest.mark.parametrize("kind", ["correction", "fee"])
def test_a_notice_after_its_last_day_is_refused(kind: LetterKind):
    with pytest.raises(Refused, match="现已逾期"):
        compose(replace(SPECIMENS[kind], due=due(date(2026, 8, 3), 7)))


def test_an_extension_after_the_due_date_or_beyond_twenty_days_is_refused():
    whole = SPECIMENS["extension"]
    assert whole.extension

    with pytest.raises(Refused, match="不能再延期"):
        compose(replace(whole, issued_on=date(2027, 1, 4)))
    with pytest.raises(Refused, match="不超过20个工作日"):
        compose(replace(whole, extension=replace(whole.extension, working_days=21)))
    with pytest.raises(Refused, match="须晚于原期限"):
        compose(replace(whole, extension=replace(whole.extension, after=whole.extension.before)))


def test_a_letter_before_the_application_came_is_refused():
    with pytest.raises(Refused, match="早于收到申请之日"):
        compose(replace(SPECIMENS["reply-given"], received=Received(date(2026, 10, 17), "fax")))


@pytest.mark.parametrize(
    ("kind", "part"),
    [("correction", "correction"), ("reasons", "reasons"), ("co-handling", "consultation")],
)
def test_a_period_that_ends_before_the_letter_is_refused(kind: LetterKind, part: str):
    whole = SPECIMENS[kind]
    ended = replace(getattr(whole, part), answer_by=whole.issued_on)

    with pytest.raises(Refused, match="须晚于"):
        compose(replace(whole, **{part: ended}))


def test_a_lapse_whose_dates_contradict_each_other_is_refused():
    whole = SPECIMENS["lapsed"]
    assert whole.lapse

    with pytest.raises(Refused, match="依次在后"):
        compose(replace(whole, lapse=replace(whole.lapse, ended_on=date(2026, 10, 16))))


def test_a_decision_on_another_basis_cannot_stand_in_a_letter_alone():
    with pytest.raises(Refused, match="依据与《告知书·重复申请》不符"):
        compose(basic("reply-repeated", decisions=decided("needs-making", reason="没有汇总")))


def test_a_letter_that_gives_nothing_cannot_give():
    refusal = REFUSALS["process"].decisions[0]
    given = replace(SPECIMENS["reply-given"].decisions[0], item=2)

    with pytest.raises(Refused, match="第二项提供了信息"):
        compose(basic("reply-refused", decisions=(refusal, given)))
    with pytest.raises(Refused, match="没有提供信息"):
        compose(basic("reply-given", decisions=(replace(given, item=1), replace(refusal, item=2))))


def test_a_part_withheld_makes_the_reply_a_partial_one():
    given = replace(
        SPECIMENS["reply-given"].decisions[0], withheld=(Withheld("审批栏", "internal-affairs", "内部工作流程"),)
    )

    with pytest.raises(Refused, match="部分公开"):
        compose(basic("reply-given", decisions=(given,)))


def test_a_third_party_who_consents_is_no_reason_to_refuse():
    decision = replace(REFUSALS["third-party"].decisions[0], opinion="consents")

    with pytest.raises(Refused, match="第三方同意公开的"):
        compose(basic("reply-refused", decisions=(decision,)))


def test_a_third_party_who_was_not_asked_needs_a_reason_for_it():
    decision = replace(REFUSALS["third-party"].decisions[0], opinion=None)

    with pytest.raises(Refused, match="未征求的缘由"):
        compose(basic("reply-refused", decisions=(decision,)))
    excused = replace(decision, not_asked="第三方无法取得联系，经公告仍无回应")
    assert "第三方无法取得联系" in written(basic("reply-refused", decisions=(excused,)))


def test_matters_are_numbered_from_one_without_a_gap():
    decision = replace(SPECIMENS["reply-given"].decisions[0], item=2)

    with pytest.raises(Refused, match="依次编号"):
        compose(basic("reply-given", decisions=(decision,)))


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\x07", "\ue000"])
def test_a_character_that_turns_or_hides_words_is_refused(char: str):
    with pytest.raises(Refused, match=f"U\\+{ord(char):04X}"):
        compose(replace(SPECIMENS["reply-given"], own_words=(f"拨付{char}情况",)))


def test_an_applicants_own_words_are_printed_with_the_code_of_what_cannot_be():
    whole = SPECIMENS["application-form"]
    assert whole.application

    letter = compose(replace(whole, application=replace(whole.application, description="拨付\u202e情况")))

    assert "拨付〔U+202E〕情况" in texts(letter)


def test_an_organisation_and_an_organ_are_addressed_as_such():
    firm = replace(SPECIMENS["reply-given"], addressee="泉城公司", addressee_is="organisation")

    assert "收到你单位通过互联网提出" in written(firm)
    assert "你单位申请公开的信息可以公开" in written(firm)
    assert "与贵单位共同制作" in written(SPECIMENS["co-maker"])


def test_an_officers_own_words_stand_between_the_facts_and_the_decision():
    text = written(replace(SPECIMENS["reply-given"], own_words=("经核对，拨付表共8页。",)))

    assert text.index("申请公开的内容为") < text.index("经核对，拨付表共8页。") < text.index("现答复如下")


def test_quotation_marks_inside_a_quotation_become_single():
    assert "“建设‘生活圈’的情况”" in written(replace(SPECIMENS["reply-given"], subject="建设“生活圈”的情况"))


def test_an_officers_own_article_is_cited_before_ours_and_not_twice():
    process = REFUSALS["process"].decisions[0]
    other = replace(process, article="《行政许可法》第五条")
    same = replace(process, article="《政府信息公开条例》第十六条第二款")

    assert "根据《行政许可法》第五条，《中华人民共和国政府信息公开条例》第十六条第二款" in written(
        basic("reply-refused", decisions=(other,))
    )
    assert written(basic("reply-refused", decisions=(same,))).count("第十六条第二款") == 1


def test_an_officers_longer_article_is_not_followed_by_its_own_beginning():
    process = replace(REFUSALS["process"].decisions[0], article="《政府信息公开条例》第十六条第二款第一种情形")
    reissue = replace(SPECIMENS["reply-reissue"].decisions[0], article="《山东省政府信息公开办法》")

    assert written(basic("reply-refused", decisions=(process,))).count("第十六条第二款") == 1
    assert "根据《山东省政府信息公开办法》的规定，本机关不予处理" in written(basic("reply-reissue", decisions=(reissue,)))


def test_a_fee_that_was_not_paid_names_its_notice_and_the_fee_rules():
    whole = SPECIMENS["lapsed"]
    assert whole.lapse

    text = written(replace(whole, lapse=replace(whole.lapse, of="fee", notice="济商公费〔2026〕2号")))

    assert "《政府信息公开信息处理费收费通知书》（济商公费〔2026〕2号）" in text
    assert "逾期未缴纳信息处理费" in text
    assert "第四十二条和《政府信息公开信息处理费管理办法》" in text


def test_what_is_public_needs_an_address_and_not_a_column():
    decision = replace(SPECIMENS["reply-public"].decisions[0], column="")

    assert "现告知获取途径：https://gongkai.example.cn/d/0193" in written(basic("reply-public", decisions=(decision,)))


def test_a_consultation_without_a_day_asks_for_an_early_answer():
    asked = Consultation("补助资金文件", "该文件由贵单位制发")

    assert "请尽快书面函复" in written(replace(SPECIMENS["other-organ"], consultation=asked))


@pytest.mark.parametrize("kind", ["third-party", "co-maker"])
def test_who_is_consulted_gets_a_slip_to_fill_in_and_send_back(kind: LetterKind):
    letter = compose(SPECIMENS[kind])

    assert letter.enclosures == ("政府信息公开征求意见确认函",)
    assert letter.annex == compose(replace(SPECIMENS["third-party-confirmation"],
                                           number=letter.number,
                                           consultation=SPECIMENS[kind].consultation)).blocks


def test_replies_and_notices_have_the_titles_the_sample_gives_them():
    given = {kind for kind in KINDS if FORMS[kind].title == REPLY_TITLE}

    assert given == {"reply-public", "reply-given", "reply-partial", "reply-refused"}
