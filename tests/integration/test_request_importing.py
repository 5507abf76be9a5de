"""Earlier years' cases come in through the API and stand in the tables, or a report says why none did."""

import time
from dataclasses import replace
from datetime import date

import pytest
from tests.support.counting_samples import imported, known
from tests.support.intake_sheets import row_of
from tests.support.request_office import an_office

from request.counting.table3 import table3
from request.counting.table4 import table4
from request.intake.template import template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CASES = imported(2023)[::20]


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def bring_in(office, cases, name="openness_officer"):
    content = template([row_of(case) for case in cases])
    return await office.call(name, "POST", "/imports", files={"file": ("登记簿.xlsx", content, XLSX)})


async def test_a_sheet_comes_in_whole_and_every_number_opens(office):
    began = time.perf_counter()
    answer = await bring_in(office, CASES)
    assert (answer.status_code, answer.json()["cases"]) == (201, len(CASES)), answer.text
    assert time.perf_counter() - began < 30

    told = await office.do("supervisor", "GET", "/counting?year=2023&as_of=2023-12-31")

    pure = known(CASES)
    assert told["table3"] == table3(pure, 2023, date(2023, 12, 31)).numbers
    assert told["table4"] == table4(pure, 2023, date(2023, 12, 31)).numbers
    assert (told["broken"], told["disordered"]) == ([], [])
    opened = await office.do("drafter", "GET", "/counting/cases?year=2023&row=g&column=np&as_of=2023-12-31&size=100")
    assert len(opened["cases"]) == min(100, told["table3"]["g"]["np"])
    assert opened["name"] == "予以公开·自然人"
    upheld = await office.do("drafter", "GET", "/counting/remedies?year=2023&block=reconsideration&result=upheld&as_of=2023-12-31")
    assert len(upheld["cases"]) == told["table4"]["reconsideration"]["upheld"]
    assert 2023 in await office.do("drafter", "GET", "/counting/years")
    listed = await office.do("drafter", "GET", "/cases?year=2023")
    assert "cases" in listed


async def test_one_wrong_line_keeps_everything_out_and_is_told_with_its_place(office):
    wrong = replace(CASES[3], answered_on=date(2020, 1, 1))

    answer = await bring_in(office, [*CASES[:3], wrong])

    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert errors[0]["sentence"].startswith("共4行，发现")
    assert {"path": "line.5.F", "sentence": "第5行F列“办结日期”：早于收到日期。"} in errors
    assert await office.do("drafter", "GET", "/counting/years") == []


async def test_the_same_sheet_twice_is_refused_and_a_later_one_may_end_what_was_open(office):
    still_open = next(one for one in imported(2023) if one.row is None)
    closed = next(one for one in CASES if one.row)
    assert (await bring_in(office, [closed, still_open])).status_code == 201

    again = await bring_in(office, [closed, still_open])
    ended = await bring_in(office, [replace(still_open, year=2024, row="g", answered_on=date(2024, 1, 9))])

    assert "这个编号已经登记或者导入过" in again.text
    assert ended.status_code == 201, ended.text
    told = await office.do("drafter", "GET", "/counting?year=2024&as_of=2024-12-31")
    assert (told["table3"]["cin"]["tot"], told["table3"]["g"]["tot"]) == (1, 1)


async def test_personal_data_in_a_sheet_is_refused_and_never_repeated(office):
    secret = "999999198001010011"

    answer = await bring_in(office, [replace(CASES[0], number=secret)])

    assert answer.status_code == 422
    assert "第2行B列“申请编号”：含有身份证号" in answer.text
    assert secret not in answer.text


async def test_only_the_openness_office_imports_and_only_those_who_count_see_the_figures(office):
    assert (await bring_in(office, CASES[:1], "drafter")).status_code == 403
    assert (await office.call("secrecy_reviewer", "GET", "/counting?year=2023")).status_code == 403
    assert (await office.call("openness_officer", "GET", "/counting?year=2099")).status_code in {409, 422}


async def test_the_template_is_a_workbook_and_without_a_file_nothing_happens(office):
    answer = await office.call("openness_officer", "GET", "/imports/template")
    assert answer.content.startswith(b"PK")
    assert answer.headers["content-type"] == XLSX

    missing = await office.call("openness_officer", "POST", "/imports", files={"other": ("x.csv", b"x", "text/csv")})

    assert missing.status_code == 422
