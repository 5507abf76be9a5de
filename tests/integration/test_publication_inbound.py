"""What other organs hand over to be passed on: through the signed door and through Kafka, once, and seen by who acts."""

import pytest
from tests.support.eventually import eventually
from tests.support.publication_hosted import OA, House, a_house, an_inbound

POLICY = {
    "title": "关于促进[服务]消费的*若干*措施",
    "issuer": "国务院办公厅",
    "document_number": "国办发〔2025〕3号",
    "url": "https://www.gov.example/zhengce/2025-03/07/content.htm",
    "issued_on": "2025-03-07",
}
REPOST = {"title": "全市消费维权宣传", "url": "https://scjg.jinan.example/1", "requested_by": "济南市市场监督管理局"}
TYPES = ["gongkai.inbound.PolicyIssued.v1", "gongkai.inbound.RepostRequested.v1"]


@pytest.fixture(scope="module")
async def house(postgres, kafka, tmp_path_factory):
    async with a_house(postgres, kafka, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
async def secret(house: House) -> str:
    made = await house.do("administrator", "POST", "/sources", json={"source": OA, "name": "市级 OA", "types": TYPES})
    assert made.status_code == 201, made.text
    return made.json()["secret"]


async def drafts(house: House, source: str, words: str) -> list[dict]:
    listed = (await house.do("drafter", "GET", "/documents", params={"q": words})).json()
    return [each for each in listed["documents"] if each["source"] == source]


async def queue(house: House, name: str) -> list[tuple[str, str]]:
    work = (await house.do(name, "GET", "/queue")).json()["work"]
    return [(each["title"], each["sentence"]) for each in work]


async def test_a_policy_of_a_higher_organ_becomes_one_draft_that_names_it_and_waits_for_every_writer(house, secret):
    event = an_inbound("PolicyIssued", "ZC-1", **POLICY)

    first = await house.post_event(event, secret)
    again = await house.post_event(event, secret)
    renumbered = await house.post_event(event | {"id": "another-id"}, secret)
    found = await drafts(house, "forwarded", "服务")
    body = (await house.do("drafter", "GET", f"/documents/{found[0]['id']}")).json()["content"]

    assert [answer.status_code for answer in (first, again, renumbered)] == [202, 200, 202], first.text
    assert len(found) == 1
    assert "国务院办公厅于2025年3月7日印发" in body["body"]
    assert POLICY["url"] in body["body"]
    assert (body["document_number"], body["formed_on"]) == ("国办发〔2025〕3号", "2025-03-07")
    for name in ("drafter", "openness_officer", "section_head"):
        assert (POLICY["title"], "上级政策，请及时转载：核对原文后送审") in await queue(house, name)
    assert POLICY["title"] not in [title for title, _ in await queue(house, "proofreader")]


async def test_a_forwarded_policy_goes_to_review_without_an_interpretation_of_ours(house, secret):
    await house.post_event(an_inbound("PolicyIssued", "ZC-2", **POLICY | {"title": "关于会展业的意见"}), secret)
    (draft,) = await drafts(house, "forwarded", "会展业")

    sent = await house.do("drafter", "POST", f"/documents/{draft['id']}/submit", json={"edition": 1})
    sheet = (await house.do("drafter", "GET", f"/documents/{draft['id']}")).json()
    gates = (await house.do("drafter", "GET", f"/documents/{draft['id']}/gates")).json()["gates"]
    shut = {gate["name"] for gate in gates if not gate["ok"]}

    assert sent.status_code == 200, sent.text
    assert sheet["state"] == "Reviewing"
    assert not shut & {"metadata", "interpretation"}


async def test_a_repost_request_from_kafka_becomes_one_draft_however_often_it_is_sent(house):
    event = an_inbound("RepostRequested", "ZZ-1", **REPOST)
    await house.produce(event)
    await house.produce(event)
    await house.produce(an_inbound("RepostRequested", "ZZ-1", **REPOST))
    await house.produce(an_inbound("RepostRequested", "ZZ-2", **REPOST | {"title": "全市消费维权宣传之二"}))

    async def both() -> None:
        assert len(await drafts(house, "requested", "维权宣传")) == 2

    await eventually(both, timeout=60)
    (one,) = [each for each in await drafts(house, "requested", "维权宣传") if each["title"] == REPOST["title"]]
    body = (await house.do("drafter", "GET", f"/documents/{one['id']}")).json()["content"]["body"]
    async with house.browse_as("drafter") as browser:
        page = await browser.get("/publication/")

    assert "来源：济南市市场监督管理局" in body
    assert REPOST["url"] in body
    assert "其他机关请求转载：核对原文后送审" in page.text


async def test_words_from_outside_stay_words(house, secret):
    hostile = POLICY | {
        "title": "<script>x</script>[点这里](http://evil.example)",
        "issuer": "某部](http://evil.example)\n# 大标题",
        "url": "https://www.gov.example/a)[坏](http://evil.example) ",
    }
    answer = await house.post_event(an_inbound("PolicyIssued", "ZC-3", **hostile), secret)
    (draft,) = await drafts(house, "forwarded", "script")
    async with house.browse_as("drafter") as browser:
        page = await browser.get(f"/publication/documents/{draft['id']}")

    assert answer.status_code == 202
    assert page.status_code == 200
    assert "<script>x" not in page.text
    assert 'href="http://evil.example' not in page.text
