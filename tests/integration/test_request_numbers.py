"""Numbers of letters: nobody holds the counter while a letter is set, and yet there is no gap and none twice."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader
from tests.support.request_fire import RequestFire, a_request_fire
from tests.support.request_office import Office, an_office
from tests.support.stack import scratch_folder

from gongkai.runtime.workers import Workers
from request.app import make_desks
from request.replytext import NoticeText

pytestmark = pytest.mark.timeout(300)
WITHDRAWN = "withdrawn"


class Observed(Workers):
    """The real workers; a test looks at the world while they work."""

    def __init__(self, look: Callable[[], Any]) -> None:
        super().__init__()
        self.look = look
        self.seen: list[Any] = []

    async def run(self, work, *args, **kwargs):  # type: ignore[no-untyped-def]
        made = await super().run(work, *args, **kwargs)
        self.seen.append(await self.look())
        return made


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("numbers")) as running:
        yield running


async def withdrawn(office: Office, count: int) -> list[str]:
    """Cases whose last letter may be issued: one series, whatever was decided."""
    cases = [await office.received() for _ in range(count)]
    for case_id in cases:
        await office.do("drafter", "POST", f"/cases/{case_id}/withdraw")
    return cases


async def serials(office: Office) -> list[int]:
    return [row["serial"] for row in await office.kit.pool.fetch("SELECT serial FROM letter WHERE kind = $1 ORDER BY 1", WITHDRAWN)]


async def printed(office: Office, case_id: str, letter: str) -> str:
    got = await office.call("drafter", "GET", f"/cases/{case_id}/letters/{letter}/pdf")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(got.content)).pages)


async def test_officers_who_issue_at_once_get_numbers_in_a_row_and_each_letter_shows_its_own(office):
    cases = await withdrawn(office, 5)
    before = await serials(office)

    answers = await asyncio.gather(
        *(office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": WITHDRAWN}) for case_id in cases)
    )

    assert [answer.status_code for answer in answers] == [201] * 5, [answer.text for answer in answers]
    assert await serials(office) == list(range(1, len(before) + 6))
    for case_id, answer in zip(cases, answers, strict=True):
        number = answer.json()["number"].replace(" ", "")
        assert number in (await printed(office, case_id, answer.json()["letter"])).replace(" ", "").replace("\n", "")


async def test_who_issues_for_one_case_twice_at_once_uses_one_number(office):
    (case_id,) = await withdrawn(office, 1)
    before = await serials(office)
    tag = {"If-Match": f'"{(await office.case(case_id))["version"]}"'}

    answers = await asyncio.gather(
        *(office.call("drafter", "POST", f"/cases/{case_id}/letters", {"kind": WITHDRAWN}, headers=tag) for _ in range(2))
    )

    won, lost = sorted(answer.status_code for answer in answers)
    assert won == 201
    assert lost in (409, 412)
    assert len(await serials(office)) == len(before) + 1


async def test_nobody_holds_the_counter_or_the_case_while_a_letter_is_set(office):
    """Another process issues a whole letter of the same series in the middle: the first is set again with the next."""
    first, between = await withdrawn(office, 2)
    before = len(await serials(office))
    helped: list[int] = []

    async def meanwhile() -> Any:
        held = []
        for table in ("letter_counter", "case_row"):
            every = await office.kit.pool.fetchval(f"SELECT count(*) FROM {table}")
            free = await office.kit.pool.fetch(f"SELECT 1 FROM {table} FOR UPDATE SKIP LOCKED")
            held.append(every - len(free))
        if not helped:
            made = await office.call("drafter", "POST", f"/cases/{between}/letters", {"kind": WITHDRAWN})
            helped.append(made.status_code)
        return held

    workers = Observed(meanwhile)
    desks = make_desks(office.kit, workers)
    try:
        issued = await desks.lettering.issue(
            desks.by_itself, first, (await office.kit.pool.fetchval("SELECT organ_id FROM case_row WHERE id = $1", first)),
            WITHDRAWN, None, NoticeText(), office.kit.new_id(),
        )  # fmt: skip
    finally:
        await workers.close()

    assert helped == [201]
    assert workers.seen == [[0, 0], [0, 0]]
    assert await serials(office) == list(range(1, before + 3))
    assert issued.number.endswith(f"{before + 2}号")
    assert f"{before + 2}号" in await printed(office, first, str(issued.letter))


async def test_a_letter_that_lacks_something_uses_no_number_even_while_others_issue(office):
    ready, lacking = await withdrawn(office, 2)
    before = await serials(office)

    refused, made = await asyncio.gather(
        office.call("drafter", "POST", f"/cases/{lacking}/letters", {"kind": "reply-given"}),
        office.call("drafter", "POST", f"/cases/{ready}/letters", {"kind": WITHDRAWN}),
    )

    assert (refused.status_code, made.status_code) == (409, 201)
    assert await serials(office) == [*before, len(before) + 1]


async def test_a_letter_whose_office_dies_between_setting_and_numbering_leaves_no_gap() -> None:
    async with a_request_fire(scratch_folder()) as fire:
        await fire.prepare(3)
        fire.die_at("request:typeset", "request:typeset", "request:typeset")

        await asyncio.gather(*(fire.print_letter(case_id) for case_id in fire.drafted))

        await told(fire)


async def told(fire: RequestFire) -> None:
    numbers = []
    for case_id in fire.drafted:
        letters = (await fire.case(case_id))["letters"]
        assert len(letters) == 1, "one letter each, however often its office died"
        numbers.append(letters[0]["number"])
    assert fire.deaths == 3
    assert fire.unreached == []
    assert sorted(numbers) == [f"济商公复〔2025〕{serial}号" for serial in (1, 2, 3)]
