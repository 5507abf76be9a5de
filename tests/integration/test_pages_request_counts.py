"""The officers' figures: every number of the form, opened to its cases; and the page that takes in earlier years."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from tests.support.counting_samples import imported, known
from tests.support.intake_sheets import row_of
from tests.support.publication_console import proof_in, words
from tests.support.request_office import an_office
from tests.support.request_pages import an_officer_of

from request.counting.table3 import table3
from request.counting.table4 import table4
from request.intake.template import template

DESK = "/request/desk"
CASES = imported(2023)[::24]


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("counts")) as running:
        yield running


async def post_sheet(browser, content: bytes, name: str = "登记簿.xlsx"):
    page = await browser.get(f"{DESK}/import")
    assert page.status_code == 200, page.text
    return await browser.post(
        f"{DESK}/import", data={"csrf": proof_in(page.text)}, files={"file": (name, content, "application/octet-stream")},
        headers={"Origin": str(browser.base_url).rstrip("/")},
    )  # fmt: skip


async def test_a_sheet_is_taken_in_on_the_page_and_its_figures_are_shown_opened_and_downloaded(office):
    async with an_officer_of(office, "openness_officer") as browser:
        taken = await post_sheet(browser, template([row_of(case) for case in CASES]))
        assert taken.status_code == 303, words(taken.text)
        assert f"已导入 {len(CASES)} 件" in words((await browser.get(taken.headers["location"])).text)

        page = await browser.get(f"{DESK}/counts?year=2023&as_of=2023-12-31")

        pure = known(CASES)
        expected = table3(pure, 2023, date(2023, 12, 31))
        assert page.status_code == 200
        shown = words(page.text)
        assert "各项勾稽关系成立" in shown
        assert "（二）部分公开（区分处理的，只计这一情形，不计其他情形）" in shown
        assert "（三）不予公开" in shown
        links = re.findall(r'href="(/request/desk/counts/cases\?[^"]*row=g&amp;column=np)"', page.text)
        opened = await browser.get(links[0].replace("&amp;", "&"))
        assert f"{expected.numbers['g']['np']} 件" in words(opened.text)
        assert opened.text.count('<th scope="row"') == min(50, expected.numbers["g"]["np"])
        assert "往年补录" in opened.text
        fourth = table4(pure, 2023, date(2023, 12, 31)).numbers["reconsideration"]["total"]
        remedies = await browser.get(f"{DESK}/counts/cases?year=2023&as_of=2023-12-31&block=reconsideration&result=total")
        assert f"行政复议，总计 2023年，统计至2023年12月31日（星期日），{fourth} 件" in words(remedies.text)
        download = await browser.get(f"{DESK}/counts/table.csv?year=2023&as_of=2023-12-31")
        lines = list(csv.reader(io.StringIO(download.content.decode("utf-8-sig"))))
        assert lines[:26] == [[str(cell) for cell in line] for line in expected.lines()]


async def test_a_new_application_stands_in_this_years_figures_and_leads_to_its_page(office):
    case_id = await office.received()
    async with an_officer_of(office, "head") as browser:
        year = office.today[:4]
        page = await browser.get(f"{DESK}/counts")
        opened = await browser.get(f"{DESK}/counts/cases?year={year}&row=cout")

    assert f"{year}年依申请公开统计" in words(page.text)
    assert f'href="{DESK}/cases/{case_id}"' in opened.text
    assert "尚未办结" in words(opened.text)


async def test_a_wrong_sheet_is_answered_with_a_report_and_nothing_comes_in(office):
    wrong = replace(CASES[1], number="2023-x-1", answered_on=date(2020, 1, 1))
    async with an_officer_of(office, "openness_officer") as browser:
        answer = await post_sheet(browser, template([row_of(wrong)]))
        nothing = await browser.post(f"{DESK}/import", data={"csrf": proof_in(answer.text)}, headers={"Origin": str(browser.base_url).rstrip("/")})

    assert answer.status_code == 422
    assert "共1行，发现" in words(answer.text)
    assert "第2行F列“办结日期”：早于收到日期。" in words(answer.text)
    assert nothing.status_code == 422
    assert "请选择一个文件" in words(nothing.text)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("year=1800", 200), ("year=x&as_of=", 200), ("as_of=昨天", 422), ("year=2025&as_of=2024-01-01", 422), ("year=2999", 200)],
)
async def test_strange_questions_are_answered_with_the_figures_that_can_be_given(office, asked, status):
    async with an_officer_of(office, "supervisor") as browser:
        assert (await browser.get(f"{DESK}/counts?{asked}")).status_code == status
        for path in ("counts/cases", "counts/table.csv"):
            assert (await browser.get(f"{DESK}/{path}?{asked}&row=zzz&column=zzz")).status_code == 200


async def test_who_may_not_count_or_import_sees_neither(office):
    async with an_officer_of(office, "secrecy_reviewer") as browser:
        assert (await browser.get(f"{DESK}/counts")).status_code == 403
    async with an_officer_of(office, "drafter") as browser:
        page = await browser.get(f"{DESK}/counts")
        assert f"{DESK}/import" not in page.text
        assert (await browser.get(f"{DESK}/import")).status_code == 403
        assert (await browser.get(f"{DESK}/import/template.xlsx")).status_code == 403
    async with an_officer_of(office, "openness_officer") as browser:
        assert (await browser.get(f"{DESK}/import/template.xlsx")).content.startswith(b"PK")
