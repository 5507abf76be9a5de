"""Two published yearly reports, counted again from the cases: every cell, the fees and the prose."""

from datetime import date
from decimal import Decimal

import pytest
from tests.support.counting_samples import imported, known, report

from request.counting.fees import fees
from request.counting.identities import check_carried, check_stock, check_table3, check_table4, explain_carried
from request.counting.narrative import Claim, check_claims, check_growth
from request.counting.places import entries, period, place
from request.counting.table3 import COLUMNS, ROWS, table3, table3_of
from request.counting.table4 import BLOCKS, RESULTS, table4

CASES = known(imported(2023, 2024))


@pytest.mark.parametrize("year", [2023, 2024])
def test_every_one_of_the_175_cells_is_that_of_the_report(year):
    counted = table3(CASES, year, date(year, 12, 31))

    printed = report(year)["table3"]
    assert {row: dict(columns) for row, columns in counted.numbers.items()} == printed
    assert sum(len(columns) for columns in counted.numbers.values()) == 175
    assert check_table3(counted.numbers) == ()


@pytest.mark.parametrize("year", [2023, 2024])
def test_every_cell_opens_to_as_many_different_cases_as_it_says(year):
    counted = table3(CASES, year, date(year, 12, 31))

    for row in ROWS:
        for column in COLUMNS:
            opened = counted.opened(row, column)
            assert len(opened) == len(set(opened)) == counted.numbers[row][column]


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_fifteen_numbers_of_table_four_are_those_of_the_report(year):
    counted = table4(CASES, year, date(year, 12, 31))

    assert counted.numbers == report(year)["table4"]
    assert counted.line == tuple(report(year)["table4"][block][result] for block in BLOCKS for result in RESULTS)
    assert check_table4(counted.numbers) == ()
    assert len(counted.opened("reconsideration", "total")) == counted.numbers["reconsideration"]["total"]


def test_what_the_first_report_left_undecided_is_decided_in_the_second():
    open_then = set(table4(CASES, 2023, date(2023, 12, 31)).opened("suit-direct", "pending"))
    later = table4(CASES, 2024, date(2024, 12, 31))

    assert len(open_then) == 6
    assert open_then <= set(later.opened("suit-direct", "total")) - set(later.opened("suit-direct", "pending"))


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_fees_collected_are_those_of_the_report(year):
    counted = fees(CASES, year, date(year, 12, 31))

    assert (counted.paid, counted.collected) == (report(year)["fees"]["cases"], Decimal(report(year)["fees"]["yuan"]))
    assert len(counted.paid_cases) == counted.paid
    assert f"实收{counted.paid}件{counted.collected}元" in counted.sentence_zh


def test_what_one_year_carries_out_the_next_carries_in_case_by_case():
    first, second = table3(CASES, 2023, date(2023, 12, 31)), table3(CASES, 2024, date(2024, 12, 31))

    assert check_carried(second.numbers, first.numbers) == ()
    assert set(first.opened("cout", "tot")) == set(second.opened("cin", "tot"))


def test_a_stores_grouped_counts_give_the_same_table():
    within = period(2024, date(2024, 6, 30))
    grouped: dict = {}
    for one in entries(CASES):
        if placed := place(one, within):
            grouped[one.kind, *placed] = grouped.get((one.kind, *placed), 0) + 1

    assert (
        table3_of(((*key, number) for key, number in grouped.items()), 2024, date(2024, 6, 30)).numbers
        == table3(CASES, 2024, date(2024, 6, 30)).numbers
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_the_sums_hold_at_the_end_of_every_month(month):
    counted = table3(CASES, 2024, date(2024, month, 28))

    assert check_table3(counted.numbers) == ()
    assert counted.numbers["cin"]["tot"] == 121


def test_the_table_is_printed_with_its_headings_in_the_order_of_the_form():
    lines = table3(CASES, 2024, date(2024, 12, 31)).lines()

    assert lines[0][3:] == ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    assert lines[1] == ["new", "", "一、本年新收政府信息公开申请数量", 3440, 75, 0, 1, 6, 3, 3525]
    assert lines[5][:3] == ["d1", "（三）不予公开", "1.属于国家秘密"]
    assert len(lines) == 26
    assert table4(CASES, 2024, date(2024, 12, 31)).lines()[2][:5] == [88, 18, 28, 36, 170]


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_prose_of_the_reports_is_held_against_their_tables(year):
    known_report = report(year)
    claims = [Claim(one["measure"], one["value"], tuple(one.get("parts", ()))) for one in known_report["prose"]]

    found = {
        claim.measure: check_claims([claim], known_report["table3"], known_report["table4"]) for claim in claims
    }

    for one in known_report["prose"]:
        assert (found[one["measure"]] == ()) is one["holds"], found[one["measure"]]


def test_prose_that_counts_only_what_was_decided_is_told_which_measure_it_used():
    claims = [Claim("reconsiderations", 134), Claim("suits", 57)]

    assert check_claims(claims, report(2024)["table3"], report(2024)["table4"]) == (
        "文字称行政复议134件，表中是170件，与已审结的件数相同，请写明口径。",
        "文字称行政诉讼57件，表中是77件，与已审结的件数相同，请写明口径。",
    )


def test_parts_that_do_not_add_up_and_numbers_that_fit_nothing_are_told():
    told = check_claims([Claim("handled", 3600, (3000, 500))], report(2023)["table3"], report(2023)["table4"])

    assert told == ("文字称收到和办理（新收加结转）3600件，所列各项相加是3500件。", "文字称收到和办理（新收加结转）3600件，表中是3607件，相差7件。")


def test_a_growth_rate_is_reckoned_again_to_the_places_it_was_given_in():
    assert check_growth(Decimal("1.05"), 3646, 3607) == "文字称增幅+1.05%，由3607到3646应为+1.08%。"
    assert check_growth(Decimal("1.08"), 3646, 3607) == ""
    assert check_growth(Decimal("1.1"), 3646, 3607) == ""
    assert "不能计算增幅" in check_growth(Decimal(5), 10, 0)


def altered(year: int, row: str, column: str, by: int) -> dict:
    table = {key: dict(columns) for key, columns in report(year)["table3"].items()}
    table[row][column] += by
    return table


def test_one_changed_cell_breaks_the_sums_it_belongs_to_and_each_is_told():
    broken = check_table3(altered(2023, "d4", "com", 1))

    assert [(one.identity, one.where) for one in broken] == [("I2", "com"), ("I3", "d4")]
    assert broken[0].sentence_zh == "“商业企业”列：总计写99件，各办理结果相加是100件，相差1（总计＝各办理结果之和）。"
    assert "“不予公开·保护第三方合法权益”行：总计写38件，各类申请人相加是39件" in broken[1].sentence_zh


def test_a_changed_balance_breaks_the_first_identity_with_both_sides_named():
    (first, second) = check_table3(altered(2024, "cout", "np", -2))

    assert (first.identity, first.where) == ("I1", "np")
    assert "新收3440件加结转118件是3558件，总计3440件加结转下年度116件是3556件，相差2" in first.sentence_zh
    assert second.identity == "I3"


def test_a_changed_result_of_a_remedy_breaks_its_own_block_only():
    numbers = {block: dict(results) for block, results in report(2023)["table4"].items()}
    numbers["suit-after"]["pending"] = 8

    (broken,) = check_table4(numbers)

    assert (broken.identity, broken.where) == ("I4", "suit-after")
    assert "总计写89件，各结果相加是88件，相差1" in broken.sentence_zh


def test_a_report_that_carries_in_something_else_than_was_carried_out_is_explained_case_by_case():
    (broken,) = check_carried(altered(2024, "cin", "np", 1), report(2023)["table3"])
    late, settled = CASES[0].case, CASES[1].case

    sentences = explain_carried([settled], [late], {late: "2023-0009", settled: "2023-0010"})

    assert broken.sentence_zh.startswith("“自然人”列：上年结转119件，上一年度报告的结转下年度是118件，相差1")
    assert sentences == (
        "上一年度报告之后登记或者补录、应当结转而当时没有计入的1件：2023-0009。",
        "上一年度报告计入结转、后来补录为上年办结或者更正的1件：2023-0010。",
    )
    assert explain_carried([late], [late], {}) == ()


def test_the_stock_of_documents_in_force_moves_only_by_what_was_made_and_repealed():
    assert check_stock("行政规范性文件", valid_before=597, made=50, repealed=227, valid=420) is None
    assert check_stock("规章", valid_before=11, made=2, repealed=1, valid=12) is None

    broken = check_stock("规章", valid_before=11, made=2, repealed=1, valid=13)

    assert broken is not None
    assert "现行有效写13件，上年11件加本年制发2件减本年废止1件是12件，相差1" in broken.sentence_zh
