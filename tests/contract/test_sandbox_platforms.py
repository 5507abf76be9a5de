"""The sandbox keeps the platforms' own limits and codes, so that what passes here passes there."""

import httpx
import pytest
from tests.contract.channel_suite import a_house

from sandbox.weibo_rules import bid_of, length
from sandbox.world import derived

APPID, UID = "wx5a0d2f6c9e31b874", "7100200301"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house


async def token(house, *, force: bool = False) -> dict:
    asked = {
        "grant_type": "client_credential", "appid": APPID, "secret": derived("secret", APPID), "force_refresh": force,
    }  # fmt: skip
    return (await house.http.post(f"{house.url}/cgi-bin/stable_token", json=asked)).json()


async def ask(house, path: str, body: dict | None = None, **how) -> dict:
    known = (await token(house))["access_token"]
    content = None if "files" in how else httpx.Request("POST", house.url, json=body or {}).content
    query = {"access_token": known, **how.pop("params", {})}
    return (await house.http.post(f"{house.url}/cgi-bin/{path}", params=query, content=content, **how)).json()


async def cover(house) -> str:
    added = await ask(house, "material/add_material", params={"type": "image"}, files={"media": ("a.png", PNG)})
    return added["media_id"]


async def draft(house, **changed) -> dict:
    article = {"title": "标题", "content": "<p>正文</p>", "thumb_media_id": await cover(house)} | changed
    return await ask(house, "draft/add", {"articles": [article]})


# ── 公众号 ──


async def test_the_same_token_is_repeated_until_its_last_minutes_and_then_both_work(house):
    first = await token(house)
    house.clock.advance(minutes=60)
    same = await token(house)
    house.clock.advance(minutes=56)
    fresh = await token(house)

    old = await house.http.post(f"{house.url}/cgi-bin/draft/count", params={"access_token": first["access_token"]})

    assert same["access_token"] == first["access_token"]
    assert fresh["access_token"] != first["access_token"]
    assert "total_count" in old.json()


async def test_force_kills_the_old_token_and_is_limited(house):
    first = await token(house)
    house.clock.advance(seconds=31)
    await token(house, force=True)
    too_soon = await token(house, force=True)

    dead = await house.http.post(f"{house.url}/cgi-bin/draft/count", params={"access_token": first["access_token"]})

    assert dead.json()["errcode"] == 40001
    assert too_soon["errcode"] == 45011
    for _ in range(19):
        house.clock.advance(seconds=31)
        assert "access_token" in await token(house, force=True)
    house.clock.advance(seconds=31)
    assert (await token(house, force=True))["errcode"] == 45009


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": "字" * 33}, 45003),
        ({"digest": "字" * 129}, 45004),
        ({"content": "字" * 20_001}, 45002),
        ({"author": "字" * 17}, 45110),
        ({"content_source_url": "http://x/" + "a" * 1024}, 45005),
        ({"content": ""}, 44003),
        ({"content": "<p>甲</p><script>1</script>"}, 45166),
        ({"thumb_media_id": "temporary"}, 40007),
        ({"pic_crop_235_1": "0_0_2_2"}, 53402),
    ],
)
async def test_a_draft_over_a_limit_earns_its_own_code(house, changed, code):
    assert (await draft(house, **changed))["errcode"] == code


async def test_escaped_unicode_is_refused(house):
    known = (await token(house))["access_token"]

    answer = await house.http.post(
        f"{house.url}/cgi-bin/draft/add", params={"access_token": known}, content=b'{"articles":[{"title":"\\u6807"}]}'
    )

    assert answer.json()["errcode"] == 40033


async def test_pictures_of_other_sites_are_dropped_from_a_draft(house):
    made = await draft(house, content='<p>甲</p><img src="http://elsewhere/x.png">')

    kept = await ask(house, "draft/get", {"media_id": made["media_id"]})

    assert "<img" not in kept["news_item"][0]["content"]


async def test_a_draft_leaves_the_box_when_it_is_submitted_and_cannot_be_submitted_twice(house):
    made = await draft(house)
    first = await ask(house, "freepublish/submit", {"media_id": made["media_id"]})
    second = await ask(house, "freepublish/submit", {"media_id": made["media_id"]})

    assert first["errcode"] == 0
    assert first["publish_id"] > 2**53
    assert second["errcode"] == 40007
    assert (await ask(house, "draft/count"))["total_count"] == 0


async def test_a_task_runs_and_is_then_live_with_its_address(house):
    made = await draft(house)
    task = await ask(house, "freepublish/submit", {"media_id": made["media_id"]})
    running = await ask(house, "freepublish/get", {"publish_id": task["publish_id"]})
    house.clock.advance(seconds=2)
    live = await ask(house, "freepublish/get", {"publish_id": task["publish_id"]})

    assert running["publish_status"] == 1
    assert live["publish_status"] == 0
    assert (await house.http.get(live["article_detail"]["item"][0]["article_url"])).status_code == 200


async def test_the_eleventh_deletion_and_the_hundred_and_first_poll_of_a_day_are_refused(house):
    polls = [await ask(house, "freepublish/get", {"publish_id": 1}) for _ in range(101)]
    deletions = [await ask(house, "freepublish/delete", {"article_id": "x"}) for _ in range(11)]

    assert polls[-2]["errcode"] == 53600
    assert polls[-1]["errcode"] == 45009
    assert deletions[-1]["errcode"] == 45009
    await ask(house, "clear_quota", {"appid": APPID})
    assert (await ask(house, "freepublish/get", {"publish_id": 1}))["errcode"] == 53600


async def test_an_address_that_is_not_on_the_list_is_named_in_the_refusal(house):
    await house.account("wechat", APPID, allowed_ips=["203.0.113.9"])

    refused = await token(house)

    assert refused["errcode"] == 40164
    assert "127.0.0.1" in refused["errmsg"]


async def test_what_is_posted_survives_a_restart(tmp_path):
    async with a_house(tmp_path) as house:
        made = await draft(house)
        await ask(house, "freepublish/submit", {"media_id": made["media_id"]})
    async with a_house(tmp_path) as house:
        house.clock.advance(seconds=5)

        page = await house.http.get(f"{house.url}/accounts/wechat/{APPID}")

        assert "标题" in page.text


# ── 微博 ──


async def share(house, text: str, **more) -> dict:
    known = await house.account("weibo", UID, safe_domains=["example.gov.cn"])
    fields = {"access_token": known["token"], "status": text, "rip": "10.0.0.1"} | more
    return (await house.http.post(f"{house.url}/2/statuses/share.json", data=fields)).json()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有链接", 10017),
        ("别处的链接 http://example.com/1", 10017),
        ("#话题# http://www.example.gov.cn/1", 10017),
        ("", 20008),
        ("字" * 131 + " http://www.example.gov.cn/1", 20012),
    ],
)
async def test_a_status_over_a_limit_earns_its_own_code(house, text, code):
    assert (await share(house, text))["error_code"] == code


async def test_a_post_without_the_operators_address_or_said_twice_is_refused(house):
    text = "通知 http://www.example.gov.cn/1"

    assert (await share(house, text, rip=""))["error_code"] == 10017
    assert (await share(house, text))["idstr"]
    assert (await share(house, text))["error_code"] == 20019


async def test_followers_get_short_links_and_a_number_that_floats_would_spoil(house):
    posted = await share(house, "通知 http://www.example.gov.cn/1")

    assert "http://t.cn/" in posted["text"]
    assert posted["id"] > 2**53
    assert posted["idstr"] == str(posted["id"])
    assert posted["created_at"] == "Tue Mar 10 12:00:00 +0800 2026"


async def test_the_name_of_a_post_in_its_address_is_the_platforms_base_62():
    assert bid_of(3501756485200075) == "z0JH2lOMb"


def test_a_status_counts_han_whole_and_ascii_half():
    assert (length("中文"), length("abc"), length("看 http://a.b/c")) == (2, 2, 12)


# ── The pages ──


async def test_a_fault_is_switched_on_and_off_on_its_page(house):
    on = await house.http.post(
        f"{house.url}/faults", data={"platform": "weibo", "kind": "captcha", "account": UID, "lasting": "until-reset"}
    )
    page = await house.http.get(f"{house.url}/faults")
    refused = await share(house, "通知 http://www.example.gov.cn/2")
    await house.http.post(f"{house.url}/faults/off")
    accepted = await share(house, "通知 http://www.example.gov.cn/2")

    assert on.status_code == 303
    assert "需要验证码" in page.text
    assert refused["error_code"] == 20031
    assert "idstr" in accepted


async def test_a_fault_that_does_not_exist_is_refused(house):
    answer = await house.http.post(f"{house.url}/admin/faults", json={"platform": "weibo", "kind": "partial"})

    assert answer.status_code == 422


async def test_what_followers_see_is_escaped(house):
    await share(house, "<script>alert(1)</script> http://www.example.gov.cn/3")

    page = await house.http.get(f"{house.url}/accounts/weibo/{UID}")

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
