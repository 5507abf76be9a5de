"""The figures follow what officers do: a paper split into matters, a case joined to another, a withdrawal, an answer."""

import pytest
from tests.support.request_office import APPLICATION, an_office


@pytest.fixture
async def office(postgres, kafka, tmp_path):
    async with an_office(postgres, kafka, tmp_path) as running:
        yield running


async def figures(office) -> dict[str, int]:
    told = await office.do("drafter", "GET", f"/counting?year={office.today[:4]}")
    assert (told["broken"], told["disordered"]) == ([], [])
    return {row: columns["tot"] for row, columns in told["table3"].items() if columns["tot"]}


async def test_an_application_counts_once_its_receipt_is_decided_and_ends_under_its_row(office):
    unconfirmed = (await office.apply())["id"]
    assert await figures(office) == {}
    case_id = await office.received()
    assert await figures(office) == {"new": 1, "cout": 1}

    digest = await office.give(case_id)
    decision = {"item": 1, "basis": "given", "article": "《政府信息公开条例》第三十六条第二项", "blobs": [digest]}
    await office.drafted(case_id, [decision])
    await office.do("drafter", "POST", f"/cases/{case_id}/letters", {"kind": "reply-given"})

    assert await figures(office) == {"new": 1, "g": 1, "t": 1}
    opened = await office.do("drafter", "GET", f"/counting/cases?year={office.today[:4]}&row=g")
    assert [case["case_id"] for case in opened["cases"]] == [case_id] != [unconfirmed]


async def test_a_split_paper_counts_by_its_matters_and_a_joined_case_beside_the_other(office):
    paper, other, joined = [await office.received() for _ in range(3)]
    parts = [APPLICATION | {"description": f"第{number}项：2024年外贸展会补贴"} for number in (1, 2, 3)]
    await office.do("drafter", "POST", f"/cases/{paper}/split", {"parts": parts, "reason": "一事一申请"})
    await office.do("drafter", "POST", f"/cases/{joined}/join", {"case": other, "reason": "同一事项"})

    assert await figures(office) == {"new": 5, "cout": 5}

    opened = await office.do("drafter", "GET", f"/counting/cases?year={office.today[:4]}&row=cout")
    numbers = {case["number"] for case in opened["cases"]}
    assert {paper, other, joined} <= {case["case_id"] for case in opened["cases"]}
    assert len(numbers) == 5
