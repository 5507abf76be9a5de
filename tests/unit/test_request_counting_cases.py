"""What the yearly tables know of a case: received once, ended once, in the right year, whatever happens after."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.counting_samples import ORGAN, folded

from gongkai.statute.refusal import Refused
from request.counting.counted import TOUCHING, Counted, counted
from request.counting.fees import Filed, fees, ordinal_of_month
from request.counting.identities import check_table3, check_table4
from request.counting.places import disordered
from request.counting.table3 import ENDINGS, KINDS, table3
from request.counting.table4 import table4, table4_of
from request.domain import facts as f
from request.domain.values import FeeCharged, ItemDecision, Searched

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))
OFFICER, PERSON, ITEM = UUID(int=91), UUID(int=92), UUID(int=93)
YEAR_END = date(2025, 12, 31)


def submitted(kind="np", split_from=None) -> f.ApplicationSubmitted:
    return f.ApplicationSubmitted(
        ORGAN, PERSON, kind, "online", date(2025, 1, 2), ITEM, "electronic", "online", split_from=split_from
    )


def received(on: date) -> f.ReceiptFixed:
    return f.ReceiptFixed(on, "A31-3", "双方确认", OFFICER)


def answered(row, on: date, number: int = 1) -> f.Answered:
    return f.Answered(number, row, (), on, None, late=False)


def a_case(case: UUID, on: date, *more: f.Fact, kind="np", recorded_on: date = date(2025, 6, 1)) -> Counted:
    return folded(case, submitted(kind), received(on), f.Registered(2025, case.int, "补贴", OFFICER), *more, on=recorded_on)


def cells(cases, year: int, as_of: date | None = None) -> dict[str, int]:
    """Return the total column without its zeros."""
    numbers = table3(cases, year, as_of or date(year, 12, 31)).numbers
    return {row: columns["tot"] for row, columns in numbers.items() if columns["tot"]}


def test_an_application_whose_receipt_is_not_decided_stands_in_no_table():
    assert cells([folded(ONE, submitted())], 2025) == {}


def test_a_case_answered_in_its_year_is_new_and_ended_under_its_row_and_column():
    case = a_case(ONE, date(2025, 3, 3), answered("d4", date(2025, 3, 20)), kind="com")

    assert cells([case], 2025) == {"new": 1, "d4": 1, "t": 1}
    assert table3([case], 2025, YEAR_END).opened("d4", "com") == (ONE,)
    assert case.number == "2025-0001"


def test_a_case_over_two_turns_of_the_year_is_carried_twice_and_ended_once():
    case = a_case(ONE, date(2023, 12, 20), answered("g", date(2025, 1, 10)))

    assert cells([case], 2023) == {"new": 1, "cout": 1}
    assert cells([case], 2024) == {"cin": 1, "cout": 1}
    assert cells([case], 2025) == {"cin": 1, "g": 1, "t": 1}
    assert cells([case], 2026) == {}


def test_the_last_day_of_a_year_belongs_to_it_for_receiving_and_for_answering():
    case = a_case(ONE, date(2024, 12, 31), answered("g", date(2025, 12, 31)))

    assert cells([case], 2024) == {"new": 1, "cout": 1}
    assert cells([case], 2025) == {"cin": 1, "g": 1, "t": 1}


def test_in_the_middle_of_the_year_what_is_not_yet_answered_is_open():
    case = a_case(ONE, date(2025, 3, 3), answered("g", date(2025, 4, 1)))

    assert cells([case], 2025, date(2025, 3, 2)) == {}
    assert cells([case], 2025, date(2025, 3, 31)) == {"new": 1, "cout": 1}
    assert cells([case], 2025, date(2025, 4, 1)) == {"new": 1, "g": 1, "t": 1}


def test_a_year_that_has_not_begun_is_refused():
    with pytest.raises(Refused, match="早于2027年1月1日"):
        table3([], 2027, date(2026, 12, 31))


def test_a_correction_does_not_move_the_day_an_application_was_received():
    case = a_case(
        ONE,
        date(2024, 12, 27),
        f.CorrectionAsked(date(2024, 12, 30), ("名称",), date(2025, 1, 20), OFFICER),
        f.CorrectionReceived(date(2025, 1, 8), ITEM),
        answered("p", date(2025, 1, 20)),
    )

    assert cells([case], 2024) == {"new": 1, "cout": 1}
    assert cells([case], 2025) == {"cin": 1, "p": 1, "t": 1}


def test_a_partial_answer_with_refused_matters_counts_once_and_only_as_partial():
    matters = (ItemDecision(1, "given", "A36", ""), ItemDecision(2, "process", "A16", "讨论记录"))
    case = a_case(ONE, date(2025, 3, 3), f.Answered(1, "p", matters, date(2025, 3, 9), None, late=False))

    assert cells([case], 2025) == {"new": 1, "p": 1, "t": 1}


@pytest.mark.parametrize(
    ("ending", "row"),
    [
        (f.CorrectionLapsed(date(2025, 5, 5)), "o1"),
        (f.FeeLapsed(date(2025, 5, 5)), "o2"),
        (f.WithdrawnByApplicant(date(2025, 5, 5), None), "o3"),
    ],
)
def test_what_lapsed_or_was_withdrawn_is_ended_under_other(ending, row):
    assert cells([a_case(ONE, date(2025, 3, 3), ending)], 2025) == {"new": 1, row: 1, "t": 1}


def test_a_new_round_after_a_corrected_decision_is_no_second_case_and_no_second_end():
    remedy = UUID(int=50)
    case = a_case(
        ONE,
        date(2024, 11, 4),
        answered("d6", date(2024, 11, 29)),
        f.RemedyFiled(remedy, "reconsideration", date(2024, 12, 10), date(2024, 12, 16), "济南市人民政府", "", None, OFFICER),
        f.RemedyDecided(remedy, "corrected", date(2025, 1, 20), "济政复决〔2025〕1号", OFFICER),
        f.RoundOpened(2, remedy, date(2025, 1, 22), date(2025, 2, 20)),
        answered("g", date(2025, 2, 14), 2),
    )

    assert cells([case], 2024) == {"new": 1, "d6": 1, "t": 1}
    assert cells([case], 2025) == {}
    assert case.rounds == 2
    assert table4([case], 2024, date(2024, 12, 31)).numbers["reconsideration"] == {
        "upheld": 0, "corrected": 0, "other": 0, "pending": 1, "total": 1,
    }  # fmt: skip
    assert table4([case], 2025, YEAR_END).numbers["reconsideration"]["corrected"] == 1


def test_a_remedy_counts_from_the_day_its_papers_reached_us_and_never_after_the_year_of_its_decision():
    remedy = UUID(int=51)
    case = a_case(
        ONE,
        date(2024, 11, 4),
        f.RemedyFiled(remedy, "suit-direct", date(2024, 12, 28), date(2025, 1, 6), "法院", "", None, OFFICER),
        f.RemedyDecided(remedy, "upheld", date(2026, 2, 2), "", OFFICER),
    )
    by_year = {year: table4([case], year, date(year, 12, 31)).numbers["suit-direct"] for year in (2024, 2025, 2026, 2027)}

    assert [(year["pending"], year["upheld"], year["total"]) for year in by_year.values()] == [
        (0, 0, 0), (1, 0, 1), (0, 1, 1), (0, 0, 0),
    ]  # fmt: skip
    assert table4([case], 2025, YEAR_END).opened("suit-direct", "pending") == (ONE,)
    assert table4_of([("suit-direct", "upheld", 1)], 2026, date(2026, 12, 31)).line == table4([case], 2026, date(2026, 12, 31)).line


def test_a_complaint_is_a_remedy_but_has_no_place_in_table_four():
    case = a_case(
        ONE, date(2025, 2, 3), f.RemedyFiled(UUID(int=5), "complaint", YEAR_END, YEAR_END, "", "", None, OFFICER)
    )

    assert sum(table4([case], 2025, YEAR_END).line) == 0


def test_a_joined_case_is_an_application_of_its_own_that_ends_with_the_other():
    joined = a_case(ONE, date(2025, 12, 1), f.JoinedInto(TWO, OFFICER, "同一事项"), recorded_on=date(2025, 12, 9))
    other = a_case(TWO, date(2025, 11, 20), answered("u1", date(2026, 1, 5)), kind="com")

    assert cells([joined, other], 2025) == {"new": 2, "cout": 2}
    assert cells([joined, other], 2026) == {"cin": 2, "u1": 2, "t": 2}
    assert table3([joined, other], 2026, date(2026, 2, 1)).opened("u1", "np") == (ONE,)


def test_a_chain_of_joined_cases_ends_where_the_chain_ends_and_a_circle_stays_open():
    first = a_case(ONE, date(2025, 2, 3), f.JoinedInto(TWO, OFFICER, ""))
    second = a_case(TWO, date(2025, 2, 4), f.JoinedInto(THREE, OFFICER, ""))
    third = a_case(THREE, date(2025, 2, 5), answered("n2", date(2025, 7, 1)))
    circle = [first, a_case(TWO, date(2025, 2, 4), f.JoinedInto(ONE, OFFICER, ""))]

    assert cells([first, second, third], 2025) == {"new": 3, "n2": 3, "t": 3}
    assert cells(circle, 2025) == {"new": 2, "cout": 2}


def split(original_received: date, on: date) -> list[Counted]:
    """One paper split on a day into three matters, answered differently."""
    paper = a_case(ONE, original_received, f.MattersSplit((TWO, THREE, FOUR), OFFICER, "一事一申请"), recorded_on=on)
    parts = [
        folded(case, submitted(split_from=ONE), received(original_received), answered(row, on + timedelta(days=9)), on=on)
        for case, row in ((TWO, "g"), (THREE, "d5"), (FOUR, "u1"))
    ]
    return [paper, *parts]


def test_a_paper_split_into_three_matters_counts_as_three_and_not_as_four():
    assert cells(split(date(2025, 3, 3), date(2025, 3, 10)), 2025) == {"new": 3, "g": 1, "d5": 1, "u1": 1, "t": 3}


def test_a_split_after_the_turn_of_the_year_leaves_last_years_report_as_it_was():
    cases = split(date(2024, 12, 30), date(2025, 1, 8))

    assert cells(cases, 2024) == {"new": 1, "cout": 1}
    assert cells(cases, 2025) == {"cin": 1, "new": 2, "g": 1, "d5": 1, "u1": 1, "t": 3}


def test_a_paper_split_before_its_receipt_was_decided_is_counted_by_its_matters_alone():
    (paper, *parts) = split(date(2025, 3, 3), date(2025, 3, 10))
    paper = folded(ONE, submitted(), f.MattersSplit((TWO, THREE, FOUR), OFFICER, "一事一申请"))

    counted_now = table3([paper, *parts], 2025, YEAR_END)

    assert counted_now.numbers["new"]["tot"] == 3
    assert ONE not in counted_now.opened("t", "tot")


@pytest.mark.parametrize(
    ("lapse", "undone_by", "row"),
    [
        (f.CorrectionLapsed(date(2025, 5, 5)), lambda on: f.CorrectionReceived(on, ITEM, "住院"), "o1"),
        (f.FeeLapsed(date(2025, 5, 5)), lambda on: f.FeePaid(on, "票据", OFFICER), "o2"),
    ],
)
def test_a_lapse_undone_in_its_year_is_no_end_but_a_year_that_is_over_keeps_it(lapse, undone_by, row):
    noticed = f.FeeNoticed(charged(140), date(2025, 4, 1), OFFICER)
    soon = a_case(ONE, date(2025, 3, 3), noticed, lapse, undone_by(date(2025, 5, 9)), answered("g", date(2025, 6, 3)))
    late = a_case(ONE, date(2025, 3, 3), noticed, lapse, undone_by(date(2026, 1, 9)), answered("g", date(2026, 2, 3)))

    assert cells([soon], 2025) == {"new": 1, "g": 1, "t": 1}
    assert cells([late], 2025) == {"new": 1, row: 1, "t": 1}
    assert cells([late], 2026) == {}


def charged(amount: int) -> FeeCharged:
    return FeeCharged("pages", 44, Decimal(amount), "2025-03")


def test_a_fee_counts_on_its_notice_and_again_on_its_payment_in_their_own_years():
    case = a_case(
        ONE, date(2024, 12, 9), f.FeeNoticed(charged(140), date(2024, 12, 20), OFFICER), f.FeePaid(date(2025, 1, 6), "票据", OFFICER)
    )

    old, new = (fees([case], year, date(year, 12, 31)) for year in (2024, 2025))

    assert (old.notices, old.amount, old.paid, old.collected) == (1, 140, 0, 0)
    assert (new.notices, new.amount, new.paid, new.collected) == (0, 0, 1, 140)
    assert (old.noticed_cases, new.paid_cases) == ((ONE,), (ONE,))


def test_a_corrected_fee_notice_takes_the_place_of_the_first_and_an_exemption_is_told():
    first, second = f.FeeNoticed(charged(150), date(2025, 3, 6), OFFICER), f.FeeNoticed(charged(140), date(2025, 3, 7), OFFICER)
    case = a_case(ONE, date(2025, 3, 3), first, second, f.FeeExempted("低保", OFFICER))

    counted_fees = fees([case], 2025, YEAR_END)

    assert (counted_fees.notices, counted_fees.amount, counted_fees.exempted) == (1, 140, 1)
    assert counted_fees.sentence_zh == "2025年共发出收费通知1件，应收140元，实收0件0元，减免1件。"


def test_payments_and_exemptions_without_a_notice_count_nothing():
    case = a_case(ONE, date(2025, 3, 3), f.FeePaid(date(2025, 3, 9), "", OFFICER), f.FeeExempted("", OFFICER))

    assert fees([case], 2025, YEAR_END).notices == 0
    assert case.fee is None


def test_a_case_that_ends_before_it_came_is_named_and_not_lost_in_silence():
    odd = a_case(ONE, date(2025, 3, 3), answered("g", date(2025, 3, 1)))

    assert disordered([odd]) == ("案件2025-0001的办结日期2025-03-01早于收到日期2025-03-03，请更正。",)
    assert disordered([a_case(TWO, date(2025, 3, 3))]) == ()


def test_facts_that_touch_no_table_leave_the_row_as_it_is_and_nothing_begins_with_them():
    case = a_case(ONE, date(2025, 3, 3))
    searched = f.SearchRecorded(Searched(("档案室",), ("补贴",), OFFICER, date(2025, 3, 4), 0))

    assert counted(case, ONE, searched, YEAR_END) is case
    assert counted(None, ONE, searched, YEAR_END) is None
    assert f.SearchRecorded not in TOUCHING


@pytest.mark.parametrize("touching", TOUCHING)
def test_the_list_of_touching_facts_names_only_facts(touching):
    assert touching in f.Fact.__args__


def test_the_ordinal_of_the_month_follows_receipt_then_registration():
    filed = [
        Filed(ONE, date(2026, 11, 3), 1),
        Filed(TWO, date(2026, 11, 3), 2, items=3),
        Filed(THREE, date(2026, 11, 20), 3),
        Filed(FOUR, date(2026, 10, 31), 4),
    ]

    assert [(place.first, place.last) for place in (ordinal_of_month(one.case, filed) for one in filed)] == [
        (1, 1), (2, 4), (5, 5), (1, 1),
    ]  # fmt: skip
    assert ordinal_of_month(THREE, filed).month == "2026-11"
    assert ordinal_of_month(THREE, filed).already == 4
    with pytest.raises(Refused, match="无法确定它是当月第几件"):
        ordinal_of_month(UUID(int=99), filed)


def test_a_later_sheet_brings_the_end_of_a_case_and_leaves_what_the_earlier_one_told_of_its_year():
    first = f.CaseImported(ORGAN, "", 2023, "np", date(2023, 12, 20), None, None, OFFICER, "2023-7", remedies=(("suit-direct", None),))
    second = f.CaseImported(
        ORGAN, "", 2024, "np", date(2023, 12, 20), date(2024, 1, 9), "g", OFFICER, "2023-7", remedies=(("suit-direct", "upheld"),)
    )

    case = folded(ONE, first, second)

    assert cells([case], 2023) == {"new": 1, "cout": 1}
    assert cells([case], 2024) == {"cin": 1, "g": 1, "t": 1}
    assert table4([case], 2023, date(2023, 12, 31)).numbers["suit-direct"]["pending"] == 1
    assert table4([case], 2024, date(2024, 12, 31)).numbers["suit-direct"]["upheld"] == 1


DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


@st.composite
def any_cases(draw) -> list[Counted]:
    cases = []
    for number in range(draw(st.integers(0, 12))):
        on = draw(DAYS)
        ends = draw(st.none() | st.tuples(st.sampled_from(ENDINGS), st.integers(0, 500)))
        more: list[f.Fact] = [answered(ends[0], on + timedelta(days=ends[1]))] if ends else []
        if draw(st.booleans()):
            remedy = UUID(int=1000 + number)
            more.append(f.RemedyFiled(remedy, draw(st.sampled_from(["reconsideration", "suit-after"])), on, on, "", "", None, OFFICER))
            if draw(st.booleans()):
                more.append(f.RemedyDecided(remedy, draw(st.sampled_from(["upheld", "other"])), on + timedelta(days=90), "", OFFICER))
        if not ends and number and draw(st.booleans()):
            more.append(f.JoinedInto(UUID(int=draw(st.integers(1, number))), OFFICER, ""))
        cases.append(a_case(UUID(int=number + 1), on, *more, kind=draw(st.sampled_from(KINDS))))
    return cases


@settings(max_examples=40)
@given(any_cases(), st.integers(2023, 2027), st.integers(0, 364))
def test_the_sums_hold_whatever_happened_and_every_year_hands_its_open_cases_to_the_next(cases, year, day):
    to_date = table3(cases, year, date(year, 1, 1) + timedelta(days=day))
    whole, following = table3(cases, year, date(year, 12, 31)), table3(cases, year + 1, date(year + 1, 1, 1))

    assert check_table3(to_date.numbers) == ()
    assert check_table4(table4(cases, year, date(year, 12, 31)).numbers) == ()
    assert set(whole.opened("cout", "tot")) == set(following.opened("cin", "tot"))


@settings(max_examples=40)
@given(any_cases())
def test_over_all_years_every_case_is_new_once_and_ended_at_most_once(cases):
    tables = [table3(cases, year, date(year, 12, 31)) for year in range(2023, 2030)]
    came = [case for table in tables for case in table.opened("new", "tot")]
    went = [case for table in tables for case in table.opened("t", "tot")]

    assert sorted(came) == sorted(one.case for one in cases)
    assert len(went) == len(set(went))
