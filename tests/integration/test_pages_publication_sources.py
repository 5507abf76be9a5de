"""The page of outside systems: an administrator registers one, gives it its secret once, changes and closes it."""

import re
from urllib.parse import quote

import pytest
from tests.support.publication_console import proof_in
from tests.support.publication_hosted import OA, House, a_house, an_inbound

ONE = f"/publication/sources/one?source={quote(OA, safe='')}"
SUBMITTED, POLICY = "gongkai.inbound.DocumentSubmitted.v1", "gongkai.inbound.PolicyIssued.v1"


@pytest.fixture(scope="module")
async def house(postgres, kafka, tmp_path_factory):
    async with a_house(postgres, kafka, tmp_path_factory.mktemp("house")) as house:
        yield house


async def send(house: House, path: str, seen: str, by: str = "administrator", **fields):
    async with house.browse_as(by) as browser:
        page = await browser.get(seen)
        assert page.status_code == 200, page.text[:500]
        return await browser.post(path, data={"csrf": proof_in(page.text), **fields})


def secret_in(page: str) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page)
    assert found, page[:800]
    return found[0]


def a_document(number: str):
    return an_inbound(
        "DocumentSubmitted", number, title=f"来件{number}", kind="notice", column_id="tzgg", body_markdown="正文"
    )


@pytest.fixture(scope="module")
async def registered(house: House) -> str:
    """The system as the page registers it; gives its first secret."""
    fields = {"name": "市级 OA", "source": OA, "types": [SUBMITTED]}
    answer = await send(house, "/publication/sources", "/publication/sources", **fields)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "/publication/events" in answer.text
    return secret_in(answer.text)


async def test_the_secret_of_the_page_opens_the_door_and_is_never_shown_again(house, registered):
    taken = await house.post_event(a_document("P-1"), registered)
    async with house.browse_as("administrator") as browser:
        pages = [await browser.get("/publication/sources"), await browser.get(ONE)]

    assert taken.status_code == 202
    assert all("市级 OA" in page.text and "whsec_" not in page.text for page in pages)
    assert "报送文件" in pages[0].text


async def test_only_administrators_find_the_page_and_another_organ_finds_no_such_source(house, registered):
    async with house.browse_as("openness_officer") as browser:
        refused = await browser.get("/publication/sources")
        home = await browser.get("/publication/")
    async with house.browse_as("stranger") as browser:
        theirs = await browser.get("/publication/sources")
        other = await browser.get(ONE)
    taken = await send(
        house, "/publication/sources/one/renew", "/publication/sources", by="stranger", source=OA
    )

    assert refused.status_code == 403
    assert 'href="/publication/sources"' not in home.text
    assert 'href="/publication/sources"' in theirs.text
    assert OA not in theirs.text.replace("https://oa.example.gov.cn", "")
    assert (other.status_code, taken.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"types": []}, "可以提交的事件"),
        ({"types": ["gongkai.publication.DocumentPublished.v1"]}, "请从列出的几种里选"),
        ({"source": "有 空格"}, "不含空格"),
        ({"source": OA}, "已经登记过"),
        ({"name": ""}, "系统名称"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(house, registered, change, said):
    fields = {"name": "另一个系统", "source": "https://hotline.example", "types": [SUBMITTED]} | change

    answer = await send(house, "/publication/sources", "/publication/sources", **fields)

    assert answer.status_code in {412, 422}
    assert said in answer.text
    assert fields["source"] in answer.text
    assert "whsec_" not in answer.text


async def test_types_are_changed_the_secret_renewed_and_the_source_closed_at_once(house, registered):
    changed = await send(house, "/publication/sources/one/change", ONE, source=OA, types=[SUBMITTED, POLICY])
    renewed = await send(house, "/publication/sources/one/renew", ONE, source=OA)
    fresh = secret_in(renewed.text)
    both = [await house.post_event(a_document(f"P-{n}"), key) for n, key in enumerate((registered, fresh), start=2)]
    closed = await send(house, "/publication/sources/one/close", ONE, source=OA)
    shut = await house.post_event(a_document("P-9"), fresh)
    async with house.browse_as("administrator") as browser:
        page = await browser.get(closed.headers["location"])
    await send(house, "/publication/sources/one/open", ONE, source=OA)
    again = await house.post_event(a_document("P-9"), fresh)
    told = (await house.do("administrator", "GET", "/sources")).json()

    assert (changed.status_code, renewed.status_code, closed.status_code) == (303, 201, 303)
    assert [answer.status_code for answer in both] == [202, 202]
    assert fresh != registered
    assert shut.status_code == 401
    assert "已停用" in page.text
    assert again.status_code == 202
    assert told[0]["types"] == [SUBMITTED, POLICY]
