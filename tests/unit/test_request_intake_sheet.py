"""Earlier years' cases come in with a spreadsheet: all of them right, or none of them and a report line by line."""

import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from tests.support.counting_samples import case_id, folded, imported, report
from tests.support.intake_sheets import GOOD, IMPORTING, as_csv, read, row_of, rows, saved, told, workbook

from request.counting.fees import fees
from request.counting.identities import check_table3
from request.counting.table3 import table3
from request.counting.table4 import table4
from request.domain.values import FeeCharged
from request.intake import columns as c
from request.intake.sheet import Accepted, Rejected, read_sheet
from request.intake.template import template

PUBLISHED = imported(2023, 2024)


def accepted(answer: Accepted | Rejected) -> Accepted:
    assert isinstance(answer, Accepted), answer
    return answer


@pytest.mark.parametrize("make", [
    lambda lines: (template(lines), "登记簿.xlsx"),
    lambda lines: (as_csv(lines), "登记簿.csv"),
    lambda lines: (as_csv(lines, "gb18030"), "登记簿.CSV"),
])  # fmt: skip
def test_two_years_of_cases_come_in_as_they_were_and_make_the_published_tables_again(make):
    content, name = make([row_of(case) for case in PUBLISHED])

    answer = accepted(read_sheet(content, name, IMPORTING))

    assert list(answer.cases) == PUBLISHED
    assert answer.lines == tuple(range(2, len(PUBLISHED) + 2))
    cases = [folded(case_id(case.number), case) for case in answer.cases]
    for year in (2023, 2024):
        counted = table3(cases, year, date(year, 12, 31))
        assert counted.numbers == report(year)["table3"]
        assert check_table3(counted.numbers) == ()
        assert table4(cases, year, date(year, 12, 31)).numbers == report(year)["table4"]
        assert fees(cases, year, date(year, 12, 31)).collected == Decimal(report(year)["fees"]["yuan"])


def test_ten_thousand_lines_are_read_in_less_than_five_seconds():
    lines = [row_of(replace(PUBLISHED[at % len(PUBLISHED)], number=f"T-{at}")) for at in range(10_000)]
    content = template(lines)

    began = time.process_time()
    answer = accepted(read_sheet(content, "x.xlsx", IMPORTING))

    assert time.process_time() - began < 5
    assert len(answer.cases) == 10_000


def test_one_full_line_becomes_one_fact_with_everything_known():
    answer = accepted(
        read({
            c.NUMBER: "济商依申请〔2024〕3号", "行政复议结果": "纠正", "行政复议受理日期": "2024-05-06", "行政复议审结日期": "2024年7月1日",
            "复议后起诉结果": "尚未审结", c.FEE_STANDARD: "按量计收", c.FEE_COUNT: 44, c.FEE_AMOUNT: 140,
            c.FEE_NOTICED: "2024/3/6", c.FEE_PAID: "20240308",
        })
    )  # fmt: skip
    (case,) = answer.cases

    assert (case.number, case.channel, case.applicant_kind, case.row) == ("济商依申请〔2024〕3号", "in-person", "np", "g")
    assert case.remedies == (("reconsideration", "corrected"), ("suit-after", None))
    assert case.remedy_dates == ((date(2024, 5, 6), date(2024, 7, 1)), (None, None))
    assert case.fee == FeeCharged("pages", 44, Decimal(140), "2024-03")
    assert (case.fee_noticed_on, case.fee_paid_on) == (date(2024, 3, 6), date(2024, 3, 8))
    assert (case.source, case.by) == ("登记簿", IMPORTING.by)
    assert answer.notes == ("2024年1件，共1件。",)


@pytest.mark.parametrize("written", ["2024-03-04", "2024/3/4", "2024.3.4", "2024年3月4日", "20240304", "２０２４-０３-０４", datetime.fromisoformat("2024-03-04T15:30")])
def test_a_date_may_be_written_in_every_usual_way(written):
    assert accepted(read({c.RECEIVED: written})).cases[0].received_on == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("written", "row"),
    [
        ("（一）予以公开", "g"), ("予以公开", "g"), ("g", "g"), ("部分公开", "p"), (c.ROW_NAMES[1], "p"),
        ("属于国家秘密", "d1"), ("不予公开：属于国家秘密", "d1"), ("3.危及“三安全一稳定”", "d3"), ("危及三安全一稳定", "d3"),
        ("无法提供-本机关不掌握相关政府信息", "u1"), ("重复申请", "n2"), ("其他处理/其他", "o3"), ("3.其他", "o3"), ("申请人撤回", "o3"),
    ],
)  # fmt: skip
def test_a_result_may_be_written_as_the_form_prints_it_or_by_its_key(written, row):
    assert accepted(read({c.ROW: written})).cases[0].row == row


def test_every_row_of_the_form_is_read_as_printed():
    answer = accepted(read(*({c.ROW: name} for name in c.ROW_NAMES)))

    assert len({case.row for case in answer.cases}) == len(c.ROW_NAMES) == 21


def test_a_case_still_open_has_neither_result_nor_date():
    (case,) = accepted(read({c.ENDED: None, c.ROW: None})).cases

    assert (case.row, case.answered_on) == (None, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({c.YEAR: None}, "第2行A列“年度”：必须填写。"),
        ({c.YEAR: "去年"}, "第2行A列“年度”：应为2008至2026之间的整数。"),
        ({c.YEAR: 2027}, "应为2008至2026之间的整数"),
        ({c.YEAR: 2023}, "收到日期晚于这一年度"),
        ({c.YEAR: 2025}, "在这一年度之前已经办结"),
        ({c.RECEIVED: None}, "第2行C列“收到日期”：必须填写。"),
        ({c.RECEIVED: "2024-02-30"}, "第2行C列“收到日期”：不是日期"),
        ({c.RECEIVED: "三月四日"}, "不是日期"),
        ({c.RECEIVED: 45355}, "不是日期"),
        ({c.RECEIVED: "2027-01-04"}, "日期晚于今天"),
        ({c.RECEIVED: "1998-01-04"}, "日期早于2008年5月1日"),
        ({c.KIND: "外星人"}, "第2行D列“申请人类别”：应为：自然人、商业企业"),
        ({c.CHANNEL: "飞鸽"}, "第2行E列“渠道”：应为：互联网"),
        ({c.ENDED: "2024-03-01"}, "第2行F列“办结日期”：早于收到日期"),
        ({c.ENDED: None}, "有办理结果的，必须填写办结日期"),
        ({c.ROW: None}, "第2行G列“办理结果”：有办结日期的，必须填写办理结果。"),
        ({c.ROW: "属于国家机密"}, "最接近的是“1.属于国家秘密”"),
        ({c.ROW: "乱写一气没有这种"}, "不是年度报告表三的办理结果，见模板“填写说明”。"),
        ({"行政复议结果": "赢了"}, "第2行H列“行政复议结果”：应为：维持、纠正、其他、尚未审结。"),
        ({"行政复议受理日期": "2024-05-06"}, "有受理或者审结日期的，必须填写结果"),
        ({"直接起诉结果": "维持", "直接起诉受理日期": "2024-05-06"}, "已审结的也必须写审结日期"),
        ({"直接起诉结果": "维持", "直接起诉审结日期": "2024-05-06"}, "第2行L列“直接起诉受理日期”：写了审结日期的，必须写受理日期"),
        ({"直接起诉结果": "尚未审结", "直接起诉受理日期": "2024-05-06", "直接起诉审结日期": "2024-06-06"}, "不填审结日期"),
        ({"直接起诉结果": "维持", "直接起诉受理日期": "2024-05-06", "直接起诉审结日期": "2024-05-01"}, "早于受理日期"),
        ({"直接起诉结果": "尚未审结", "直接起诉受理日期": "2024-01-06"}, "早于收到申请的日期"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: 44}, "第2行S列“收费金额”：收费的，标准、数量和金额都要填写"),
        ({c.FEE_STANDARD: "按斤", c.FEE_COUNT: 44, c.FEE_AMOUNT: 140}, "应为：按件、按量"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: 44, c.FEE_AMOUNT: 150}, "按这一数量应为140元"),
        ({c.FEE_STANDARD: "按件", c.FEE_COUNT: 31, c.FEE_AMOUNT: 100}, "按这一数量应为200元"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: "很多", c.FEE_AMOUNT: 140}, "应为1至100000之间的整数"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: 44, c.FEE_AMOUNT: "一百四"}, "应为金额（元）"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: 44, c.FEE_AMOUNT: 140, c.FEE_NOTICED: "2024-01-01"}, "早于收到申请的日期"),
        ({c.FEE_STANDARD: "按量", c.FEE_COUNT: 44, c.FEE_AMOUNT: 140, c.FEE_NOTICED: "2024-03-06", c.FEE_PAID: "2024-03-05"}, "早于收费通知日期"),
        ({c.NUMBER: "张三的申请"}, "第2行B列“申请编号”：只能由字母、数字、括号、短横线和机关简称组成"),
        ({c.NUMBER: "1" * 41}, "只能由字母"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_column_and_sentence(change, sentence):
    sentences = told(change)

    assert len(sentences) == 1
    assert sentence in sentences[0]


def test_one_wrong_line_keeps_all_the_right_ones_out_and_every_problem_is_told_at_once():
    answer = read({}, {c.KIND: "外星人", c.YEAR: "x"}, {}, {c.ENDED: "2024-01-01"})

    assert isinstance(answer, Rejected)
    assert [(problem.line, problem.column) for problem in answer.problems] == [(3, "A"), (3, "D"), (5, "F")]
    assert answer.summary_zh == "共4行，发现3处问题，没有导入任何一行。"


def test_a_report_of_very_many_problems_says_how_many_it_leaves_out():
    answer = read(*({c.KIND: "外星人"} for _ in range(600)))

    assert isinstance(answer, Rejected)
    assert (len(answer.problems), answer.untold) == (500, 100)
    assert "发现600处问题（其中100处未列出）" in answer.summary_zh


def test_a_number_twice_or_known_already_is_refused_with_the_line_it_repeats():
    assert told({c.NUMBER: "2024-1"}, {c.NUMBER: "2024-2"}, {c.NUMBER: " ２０２４-1 "}) == ["第4行B列“申请编号”：与第2行的编号相同。"]

    known = read({c.NUMBER: "2024-0009"}, importing=replace(IMPORTING, numbers={"2024-0009"}))

    assert isinstance(known, Rejected)
    assert known.problems[0].sentence == "这个编号已经登记或者导入过。"


def test_an_open_case_of_an_earlier_sheet_may_get_its_end_from_a_later_one():
    importing = replace(IMPORTING, open_cases={"2023-7": date(2023, 12, 20)})
    ending = {c.NUMBER: "2023-7", c.RECEIVED: "2023-12-20", c.ENDED: "2024-01-09"}

    (case,) = accepted(read(ending, importing=importing)).cases
    still_open = read(ending | {c.ENDED: None, c.ROW: None}, importing=importing)
    another = read(ending | {c.RECEIVED: "2023-12-21"}, importing=importing)

    assert (case.number, case.row) == ("2023-7", "g")
    assert isinstance(still_open, Rejected)
    assert "当时和现在都未办结" in still_open.problems[0].text_zh
    assert isinstance(another, Rejected)
    assert another.problems[0].text_zh == "第2行C列“收到日期”：与先前导入这个编号时的收到日期不同。"


def test_an_application_of_several_matters_pays_for_each_of_them():
    (case,) = accepted(read({c.FEE_STANDARD: "按件", c.FEE_COUNT: 31, c.FEE_AMOUNT: 300})).cases

    assert case.fee == FeeCharged("items", 31, Decimal(300), "2024-03")
    assert "应为200元" in told({c.FEE_STANDARD: "按件", c.FEE_COUNT: 31, c.FEE_AMOUNT: 250})[0]


def test_cases_without_a_number_come_in_with_a_note():
    answer = accepted(read({c.NUMBER: None}, {c.NUMBER: ""}))

    assert [case.number for case in answer.cases] == ["", ""]
    assert answer.notes[-1] == "2件没有申请编号，无法查重，请核对没有重复导入。"


def test_columns_may_come_in_another_order_and_optional_ones_may_be_missing():
    headings = [c.KIND, c.RECEIVED, c.YEAR]

    answer = accepted(read_sheet(as_csv([["商业企业", "2024-03-04", "2024"]], headings=headings), "x.csv", IMPORTING))

    assert (answer.cases[0].applicant_kind, answer.cases[0].row) == ("com", None)


def test_a_title_above_and_empty_lines_between_are_passed_over():
    book = workbook(rows({}, {}))
    book["申请"].insert_rows(1)
    book["申请"]["A1"] = "2024年依申请公开登记簿"
    book["申请"].insert_rows(4)

    assert accepted(read_sheet(saved(book), "x.xlsx", IMPORTING)).lines == (3, 5)


def test_the_empty_template_is_told_to_be_empty_and_a_sheet_of_something_else_to_lack_its_heading():
    empty, other = read_sheet(template(), "x.xlsx", IMPORTING), read_sheet(b"a,b\n1,2\n", "x.csv", IMPORTING)

    assert isinstance(empty, Rejected)
    assert empty.problems[0].text_zh == "表中没有任何一行申请。"
    assert isinstance(other, Rejected)
    assert "没有找到标题行（须有“年度、收到日期、申请人类别”等列）" in other.problems[0].text_zh


@pytest.mark.parametrize("missing", c.REQUIRED)
def test_a_missing_required_column_is_named(missing):
    headings = [heading for heading in c.REQUIRED if heading != missing]

    answer = read_sheet(as_csv([["2024", "2024-03-04"]], headings=headings), "x.csv", IMPORTING)

    assert isinstance(answer, Rejected)
    assert f"标题行缺少“{missing}”列。" in answer.problems[0].text_zh


def test_the_template_has_lists_for_what_is_chosen_and_explains_every_column():
    book = workbook([list(GOOD.values())])
    help_sheet = [str(cell.value) for row in book["填写说明"] for cell in row if cell.value]

    assert [cell.value for cell in book["申请"][1]] == list(c.HEADINGS)
    assert len(book["申请"].data_validations.dataValidation) == 7
    assert all(any(heading in text for text in help_sheet) for heading in c.HEADINGS if "日期" not in heading and "结果" not in heading)
    assert set(c.ROW_NAMES) <= set(help_sheet)
