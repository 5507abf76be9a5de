"""Every adapter passes the one suite; what only one platform does follows it."""

from datetime import timedelta

import httpx
import pytest
from tests.contract.channel_suite import ChannelSuite, ChannelWorld, EveryChannelSuite, a_house

from newmedia_sync.channels.assisted import AssistedChannel, WrongPage, look
from newmedia_sync.channels.channel import Access, Parcel
from newmedia_sync.channels.wechat import WeChatChannel
from newmedia_sync.channels.weibo import WeiboChannel
from newmedia_sync.cover import draw_cover
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    NeedsPerson,
    PartDone,
    Post,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
)

APPID, UID = "wx5a0d2f6c9e31b874", "7100200301"


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house


async def a_wechat(house) -> ChannelWorld:
    known = await house.account("wechat", APPID, review_seconds=1.5)
    access = Access(APPID, "泉城商务", house.url, house.url, False, {"secret": known["secret"]})
    return ChannelWorld(house, WeChatChannel(access, house.http, house.clock), "wechat", APPID)


async def a_weibo(house, *, business: bool = False) -> ChannelWorld:
    known = await house.account("weibo", UID, safe_domains=["www.example.gov.cn"], business=business)
    secrets = {"token": known["token"], "operator_ip": "10.1.2.3"}
    access = Access(UID, "济南商务", house.url, f"{house.url}/weibo", business, secrets)
    return ChannelWorld(house, WeiboChannel(access, house.http, house.clock), "weibo", UID)


class TestWeChatKeepsTheContract(ChannelSuite):
    @pytest.fixture
    async def world(self, house):
        return await a_wechat(house)


class TestWeiboKeepsTheContract(ChannelSuite):
    @pytest.fixture
    async def world(self, house):
        return await a_weibo(house)


class APersonsWorld(ChannelWorld):
    """The adapter of an account on which a person posts; the person sits at the platform's own desk."""

    async def shown(self, rendition):
        person = await a_wechat(self.house)
        return await person.shown(rendition)


class TestAPersonPostingKeepsTheContract(EveryChannelSuite):
    @pytest.fixture
    async def world(self, house):
        await house.account("wechat", APPID, review_seconds=1.5)
        access = Access(APPID, "人工", house.url, house.url, False, {})
        return APersonsWorld(house, AssistedChannel(access, house.http, house.clock), "wechat", APPID)

    async def test_nothing_is_sent_or_taken_back_by_a_program(self, world):
        rendition = world.rendition()
        post = await world.shown(rendition)

        assert isinstance(await world.channel.send("", world.parcel(rendition)), NeedsPerson)
        assert isinstance(await world.channel.retract(post), NeedsPerson)
        assert await world.seen_posts() == 1

    async def test_what_is_asked_of_the_platform_is_never_answered_with_a_guess(self, world):
        rendition = world.rendition()

        assert isinstance(await world.channel.confirm("", rendition, world.acted_at), Running)
        assert isinstance(await world.channel.probe("", rendition, world.acted_at), Running)


class TestWeiboBusinessKeepsTheContract(ChannelSuite):
    @pytest.fixture
    async def world(self, house):
        return await a_weibo(house, business=True)


# ── 公众号 ──────────────────────────────────────────────────────────────────


@pytest.fixture
async def wechat(house):
    return await a_wechat(house)


@pytest.fixture
async def weibo(house):
    return await a_weibo(house)


async def test_an_expired_token_is_renewed_and_the_call_repeated_once(wechat):
    await wechat.channel.health()
    wechat.house.clock.advance(hours=3)

    assert isinstance(await wechat.channel.health(), Done)


async def test_a_token_that_the_platform_suddenly_refuses_is_renewed_by_force(wechat):
    await wechat.channel.health()
    await wechat.fault("token_expired", times=1)

    assert isinstance(await wechat.channel.health(), Done)


async def test_a_token_refused_twice_needs_a_person(wechat):
    await wechat.fault("token_expired", times=2)

    assert isinstance(await wechat.channel.health(), NeedsPerson)


async def test_a_task_under_review_is_running_until_it_is_live(wechat):
    rendition = wechat.rendition()
    sent = await wechat.channel.send(await wechat.staged(rendition), wechat.parcel(rendition))

    assert isinstance(sent, Taken)
    assert isinstance(await wechat.channel.confirm(sent.job, rendition, wechat.acted_at), Running)
    wechat.house.clock.advance(seconds=2)
    assert isinstance(await wechat.channel.confirm(sent.job, rendition, wechat.acted_at), Shown)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("review_original", "status-2"), ("review_failed", "status-3"), ("review_refused", "status-4")],
)
async def test_what_the_platform_refuses_after_review_is_turned_down_with_a_sentence(wechat, fault, code):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.fault(fault)
    sent = await wechat.channel.send(stage, wechat.parcel(rendition))
    wechat.house.clock.advance(seconds=2)

    outcome = await wechat.channel.confirm(sent.job, rendition, wechat.acted_at)

    assert isinstance(outcome, TurnedDown)
    assert outcome.code == code
    assert outcome.reason


async def test_a_partly_failed_task_is_not_taken_for_a_success(wechat):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.fault("partial")
    sent = await wechat.channel.send(stage, wechat.parcel(rendition))
    wechat.house.clock.advance(seconds=2)

    outcome = await wechat.channel.confirm(sent.job, rendition, wechat.acted_at)

    assert isinstance(outcome, PartDone | TurnedDown)


async def test_submitting_a_consumed_draft_again_is_unclear_and_shows_nothing_twice(wechat):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.channel.send(stage, wechat.parcel(rendition))

    again = await wechat.channel.send(stage, wechat.parcel(rendition))
    wechat.house.clock.advance(seconds=2)

    assert isinstance(again, Unclear)
    assert await wechat.seen_posts() == 1


async def test_a_probe_waits_while_the_published_list_lags_behind(wechat):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.fault("lost_answer", call="freepublish/submit")
    await wechat.channel.send(stage, wechat.parcel(rendition))
    wechat.house.clock.advance(seconds=3)
    await wechat.fault("lagging_list")

    lagging = await wechat.channel.probe(stage, rendition, wechat.acted_at)
    later = await wechat.channel.probe(stage, rendition, wechat.acted_at)

    assert isinstance(lagging, Running)
    assert isinstance(later, Shown)


async def test_a_draft_that_somebody_deleted_is_noticed_before_the_instant(wechat):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.channel.discard(stage)

    assert isinstance(await wechat.channel.verify(stage, rendition), Absent)


async def test_a_draft_that_says_something_else_is_not_the_approved_one(wechat):
    stage = await wechat.staged(wechat.rendition())

    other = wechat.rendition(body_html="<p>另一段话</p>")

    assert isinstance(await wechat.channel.verify(stage, other), Absent)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("ip", NeedsPerson, "白名单"),
        ("lapsed", NeedsPerson, "认证"),
        ("quota", QuotaGone, "用完"),
        ("too_fast", QuotaGone, "太快"),
        ("draft_check", TurnedDown, "检查"),
        ("draft_console", NeedsPerson, "后台"),
    ],
)
async def test_an_error_code_becomes_what_the_officer_can_do(wechat, fault, kind, words):
    rendition = wechat.rendition()
    stage = await wechat.staged(rendition)
    await wechat.fault(fault)

    outcome = await wechat.channel.send(stage, wechat.parcel(rendition))

    assert isinstance(outcome, kind)
    assert words in outcome.reason


async def test_the_hundred_and_first_submission_of_a_day_waits_for_tomorrow(wechat):
    rendition = wechat.rendition()
    wechat.house.keeper.world.wechat[APPID].usage["2026-03-10 submit"] = 100

    stage = await wechat.staged(rendition)
    today = await wechat.channel.send(stage, wechat.parcel(rendition))
    wechat.house.clock.advance(days=1)
    tomorrow = await wechat.channel.send(stage, wechat.parcel(rendition))

    assert isinstance(today, QuotaGone)
    assert today.window == "day"
    assert isinstance(tomorrow, Taken)


async def test_pictures_of_the_body_are_uploaded_and_none_from_elsewhere_is_shown(wechat):
    digest = "sha256:" + "a" * 64
    rendition = wechat.rendition(
        body_html=f'<p>图一</p><img src="/publication/blobs/{digest}" alt="流程图"><img src="http://elsewhere/x.png">'
    )
    drawn = draw_cover("2026-00012", "x")

    staged = await wechat.channel.stage(Parcel(rendition, wechat.parcel(rendition).release_id, {digest: drawn}, None))
    sent = await wechat.channel.send(staged.ref, wechat.parcel(rendition))
    wechat.house.clock.advance(seconds=2)
    shown = await wechat.channel.confirm(sent.job, rendition, wechat.acted_at)
    page = (await wechat.house.http.get(shown.post.url)).text

    assert f"{wechat.house.url}/mmbiz/" in page
    assert "elsewhere" not in page
    assert 'alt="流程图"' in page


# ── 微博 ────────────────────────────────────────────────────────────────────


async def test_a_post_without_a_link_of_the_safe_domain_is_turned_down(weibo):
    weibo.site = "http://other.example"
    rendition = weibo.rendition()

    outcome = await weibo.channel.send("", weibo.parcel(rendition))

    assert isinstance(outcome, TurnedDown)
    assert "安全域名" in outcome.reason


async def test_a_post_that_becomes_visible_late_is_taken_and_found_afterwards(weibo):
    rendition = weibo.rendition()
    await weibo.fault("late_visible")

    sent = await weibo.channel.send("", weibo.parcel(rendition))
    early = await weibo.channel.confirm(sent.job, rendition, weibo.acted_at)
    weibo.house.clock.advance(seconds=91)
    late = await weibo.channel.confirm(sent.job, rendition, weibo.acted_at)

    assert sent == Taken("")
    assert isinstance(early, Running)
    assert isinstance(late, Shown)


async def test_a_duplicate_after_a_lost_answer_means_that_the_first_one_landed(weibo):
    rendition = weibo.rendition()
    await weibo.fault("lost_answer", call="statuses/share")
    await weibo.channel.send("", weibo.parcel(rendition))

    again = await weibo.channel.send("", weibo.parcel(rendition))
    probed = await weibo.channel.probe("", rendition, weibo.acted_at)

    assert isinstance(again, Unclear)
    assert again.code == "20019"
    assert isinstance(probed, Shown)
    assert await weibo.seen_posts() == 1


async def test_an_authorisation_that_ended_needs_a_person(weibo):
    weibo.house.clock.advance(days=31)

    outcome = await weibo.channel.send("", weibo.parcel(weibo.rendition()))

    assert isinstance(outcome, NeedsPerson)
    assert "重新授权" in outcome.reason


async def test_an_authorisation_about_to_end_is_told_beforehand(weibo):
    weibo.house.clock.advance(days=29, hours=23, minutes=30)

    assert isinstance(await weibo.channel.health(), NeedsPerson)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("captcha", NeedsPerson),
        ("too_often", QuotaGone),
        ("no_permission", NeedsPerson),
        ("illegal", TurnedDown),
    ],
)
async def test_an_error_with_its_own_http_status_is_read_by_its_code(weibo, fault, kind):
    await weibo.fault(fault)
    await weibo.fault("http_status")

    assert isinstance(await weibo.channel.send("", weibo.parcel(weibo.rendition())), kind)


async def test_a_post_of_somebody_else_is_not_ours_to_delete(weibo):
    await weibo.house.account("weibo", "7100200302", name="别的单位", safe_domains=["www.example.gov.cn"])
    other = weibo.house.keeper.world.weibo["7100200302"]
    access = Access("7100200302", "别的单位", weibo.house.url, "http://x", False, {"token": other.token, "operator_ip": "1"})
    post = await weibo.shown(weibo.rendition())

    outcome = await WeiboChannel(access, weibo.house.http, weibo.house.clock).retract(post)

    assert isinstance(outcome, NeedsPerson)


async def test_an_older_post_with_the_same_words_is_not_taken_for_this_attempt(weibo):
    rendition = weibo.rendition()
    await weibo.shown(rendition)
    weibo.house.clock.advance(hours=1)

    probed = await weibo.channel.probe("", rendition, weibo.acted_at + timedelta(hours=1))

    assert isinstance(probed, Absent)


# ── A person posts ──────────────────────────────────────────────────────────


async def test_a_pasted_address_is_taken_when_the_page_shows_our_title(wechat):
    rendition = wechat.rendition()
    post = await wechat.shown(rendition)

    found = await look(wechat.house.http, post.url, "wechat", wechat.house.url, rendition)

    assert isinstance(found, Post)
    assert found.url == post.url


async def test_a_pasted_address_of_another_article_or_another_site_is_refused(wechat):
    post = await wechat.shown(wechat.rendition())
    other = wechat.rendition(title="另一份文件的标题")

    wrong_page = await look(wechat.house.http, post.url, "wechat", wechat.house.url, other)
    wrong_site = await look(wechat.house.http, "http://localhost:1/s/1", "wechat", wechat.house.url, other)
    no_page = await look(wechat.house.http, f"{wechat.house.url}/s/none-1", "wechat", wechat.house.url, other)

    assert isinstance(wrong_page, WrongPage)
    assert isinstance(wrong_site, WrongPage)
    assert isinstance(no_page, WrongPage)
    assert len({wrong_page.sentence, wrong_site.sentence, no_page.sentence}) == 3


async def test_an_assisted_account_never_sends_by_itself(house):
    async with httpx.AsyncClient() as http:
        channel = AssistedChannel(Access(APPID, "人工", house.url, house.url, False, {}), http, house.clock)
        world = ChannelWorld(house, channel, "wechat", APPID)

        assert isinstance(await channel.send("", world.parcel(world.rendition())), NeedsPerson)
        assert await world.seen_posts() == 0
