"""The yearly notice: read from its own words, refused when it cannot be right, loaded once."""

from datetime import date

import pytest

from gongkai.statute.calendar import built_in
from gongkai.statute.notice_text import read_notice_text
from gongkai.statute.notices import Notice
from gongkai.statute.refusal import Refused
from identity import wire
from identity.holidays import INITIAL, LoadNotice, decide, evolve, id_of

TODAY = date(2025, 11, 5)
#: In the wording of the State Council's notices, with all their ways of leaving a month out.
TEXT = """
    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
    二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
    三、清明节：4月4日（周六）至6日（周一）放假，共3天。
    四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
    五、端午节：6月19日（周五）至21日（周日）放假，共3天。
    六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
    七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""


def a_notice(text=TEXT, year=2026, number="国办发明电〔2025〕7号", issued_on=date(2025, 11, 4)):
    blocks, make_up = read_notice_text(year, text)
    return Notice(year, blocks, make_up, number, issued_on)


def test_the_text_of_a_notice_gives_the_days_that_the_product_knows():
    known = next(each for each in built_in().notices if each.year == 2026)
    read = a_notice()

    assert {day for block in read.blocks for day in block.days()} == {d for b in known.blocks for d in b.days()}
    assert {each.on for each in read.make_up} == {each.on for each in known.make_up}


@pytest.mark.parametrize(
    ("year", "text", "first", "last"),
    [
        (2023, "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", date(2022, 12, 31), date(2023, 1, 2)),
        (2025, "一、元旦：1月1日（周三）放假1天，不调休。", date(2025, 1, 1), date(2025, 1, 1)),
        (2024, "一、元旦：1月1日放假，与周末连休。", date(2024, 1, 1), date(2024, 1, 1)),
        (2025, "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。", date(2025, 10, 1), date(2025, 10, 8)),
        (2018, "七、国庆节：１０月１日 至 ７日 放假调休，共７天。", date(2018, 10, 1), date(2018, 10, 7)),
    ],
)
def test_every_wording_of_past_years_is_read(year, text, first, last):
    (block,), _ = read_notice_text(year, text)

    assert (block.first, block.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("各地区、各部门：", "没有读到放假安排"),
        ("一、元旦：1月1日（周五）至3日放假，共3天。", "2026-01-01是星期四，通知里写的是星期五"),
        ("一、元旦：1月1日至3日放假，共4天。", "写着4天，2026-01-01至2026-01-03是3天"),
        ("一、元旦：1月1日至3日休息。", "没有读到哪几天放假"),
        ("一、元旦：1月32日放假。", "没有1月32日这一天"),
        ("一、元旦：放假，共3天。", "起止日期读不懂"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_festival(text, said):
    with pytest.raises(Refused, match=said):
        read_notice_text(2026, text)


def test_a_notice_is_loaded_and_loading_it_again_changes_nothing():
    facts = decide(INITIAL, LoadNotice(a_notice(), TODAY))
    state = evolve(INITIAL, facts[0])

    assert [fact.number for fact in facts] == ["国办发明电〔2025〕7号"]
    assert decide(state, LoadNotice(a_notice(), TODAY)) == []
    assert wire.holiday_notice_loaded(facts[0], 1).subject == "2026"
    assert id_of(2026) != id_of(2027)


def test_a_changed_notice_of_the_same_year_replaces_the_first():
    state = evolve(INITIAL, decide(INITIAL, LoadNotice(a_notice(), TODAY))[0])
    longer = TEXT.replace("6月19日（周五）至21日（周日）放假，共3天", "6月19日（周五）至22日（周一）放假，共4天")

    (fact,) = decide(state, LoadNotice(a_notice(longer), TODAY))

    assert evolve(state, fact) != state


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": " "}, "文号和印发日期"),
        ({"issued_on": None}, "文号和印发日期"),
        ({"issued_on": date(2025, 11, 6)}, "还没有到"),
        ({"issued_on": date(2023, 11, 4)}, "不会在2023年印发"),
        ({"text": TEXT.replace("七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。", "七、国庆节：10月3日至7日放假。")}, "10月1日国庆节"),
    ],
)
def test_an_arrangement_that_cannot_be_right_is_refused_with_its_article(change, said):
    with pytest.raises(Refused, match=said) as refused:
        decide(INITIAL, LoadNotice(a_notice(**change), TODAY))

    assert refused.value.article
