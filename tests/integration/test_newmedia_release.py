"""A release on two accounts: prepared unseen, shown at the instant, asked when unknown, and taken away again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.eventually import eventually
from tests.support.newmedia_worlds import APPID, a_newsroom
from tests.support.tasks import running

from gongkai.contracts.channels import (
    ChannelConfirmed,
    ChannelDrifted,
    ChannelFailed,
    ChannelPrepared,
    ChannelRefused,
    ChannelReleased,
    ChannelRetracted,
)
from newmedia_sync import store
from newmedia_sync.courier import Courier
from newmedia_sync.domain.acts import Begin
from newmedia_sync.domain.delivery import Sending
from newmedia_sync.service import delivery_id_of

WORDS = "以旧换新"


@pytest.fixture
async def room(postgres, tmp_path):
    async with a_newsroom(await postgres.database(f"newmedia_{uuid4().hex[:8]}"), tmp_path) as room:
        await room.open("wechat")
        await room.open("weibo")
        await room.connect("wechat")
        await room.connect("weibo")
        yield room


async def prepared(room, **how):
    approved = await room.approve(document=how.pop("document", uuid4()), release=uuid4(), **how)
    for platform in how.get("platforms", ("wechat", "weibo")):
        await room.reaches("Staged", approved.release_id, platform)
    return approved


async def test_an_approved_edition_is_prepared_everywhere_and_seen_nowhere(room):
    approved = await prepared(room)

    told = await room.told(ChannelPrepared, approved.release_id)

    assert {one.channel.kind for one in told} == {"wechat", "weibo"}
    assert all(one.edition_digest == approved.edition_digest for one in told)
    assert all(await_.startswith("sha256:") for await_ in (one.rendition_digest for one in told))
    assert await room.seen("wechat", WORDS) == 0
    assert await room.seen("weibo", WORDS) == 0


async def test_at_the_instant_every_account_acts_within_fifty_milliseconds(room):
    approved = await prepared(room)
    instant = room.kit.now() + timedelta(seconds=1.5)

    await room.order(approved, instant)
    for platform in ("wechat", "weibo"):
        await room.reaches("Live", approved.release_id, platform)

    released = await room.told(ChannelReleased, approved.release_id)
    assert len(released) == 2
    late = [(one.acted_at - instant).total_seconds() for one in released]
    assert min(late) >= 0
    assert max(late) < 0.05
    confirmed = await room.told(ChannelConfirmed, approved.release_id)
    assert {one.channel.kind for one in confirmed} == {"wechat", "weibo"}
    assert all(one.url.startswith(room.house.url) for one in confirmed)
    assert await room.seen("wechat", WORDS) == 1
    assert await room.seen("weibo", WORDS) == 1


async def test_the_same_events_twice_change_nothing(room):
    document, release = uuid4(), uuid4()
    approved = await room.approve(document=document, release=release)
    await room.approve(document=document, release=release)
    instant = room.kit.now() + timedelta(seconds=0.5)
    await room.order(approved, instant)
    await room.order(approved, instant)

    for platform in ("wechat", "weibo"):
        await room.reaches("Live", release, platform)

    assert len(await room.told(ChannelPrepared, release)) == 2
    assert len(await room.told(ChannelReleased, release)) == 2
    assert await room.seen("wechat", WORDS) == 1


async def test_an_order_that_comes_before_we_are_ready_is_carried_out_as_soon_as_we_are(room):
    approved = await room.approve(document=uuid4(), release=uuid4())
    await room.order(approved, room.kit.now() - timedelta(seconds=5), laggards=(room.channel("wechat"),))

    row = await room.reaches("Live", approved.release_id, "wechat")

    assert row["acted_at"] > row["release_at"]


async def test_a_limit_is_told_in_a_sentence_before_the_release(room):
    title = "关于印发《济南市商务局推动消费品以旧换新和商贸流通高质量发展行动方案（2026—2028年）》的通知"
    approved = await room.approve(document=uuid4(), release=uuid4(), title=title)

    await room.reaches("Declined", approved.release_id, "wechat")
    await room.reaches("Staged", approved.release_id, "weibo")

    [refused] = await room.told(ChannelRefused, approved.release_id)
    assert refused.channel.kind == "wechat"
    assert not refused.retry
    assert "32字" in refused.reason


async def test_an_account_that_is_not_registered_refuses_at_once(room):
    room.accounts["weibo"] = uuid4()
    approved = await room.approve(document=uuid4(), release=uuid4())

    [refused] = await room.told(ChannelRefused, approved.release_id, "weibo")

    assert refused.code == "no-account"


async def test_a_lost_answer_is_unknown_until_it_is_asked_and_is_never_sent_twice(room):
    approved = await prepared(room)
    await room.fault("weibo", "lost_answer", call="statuses/share")
    await room.fault("wechat", "lost_answer", call="freepublish/submit")
    await room.order(approved, room.kit.now() + timedelta(seconds=0.5))

    for platform in ("wechat", "weibo"):
        await room.reaches("Unknown", approved.release_id, platform)
    for platform in ("wechat", "weibo"):
        await room.reaches("Live", approved.release_id, platform, timeout=30)

    unknown = await room.told(ChannelFailed, approved.release_id)
    assert {one.outcome for one in unknown} == {"unknown"}
    released = await room.told(ChannelReleased, approved.release_id)
    assert all((one.acted_at - approved.prepare_by).total_seconds() < 0 for one in released)
    assert await room.seen("wechat", WORDS) == 1
    assert await room.seen("weibo", WORDS) == 1


async def test_what_platform_review_refuses_is_told_after_the_release(room):
    approved = await prepared(room, platforms=("wechat",))
    await room.fault("wechat", "review_refused")
    await room.order(approved, room.kit.now() + timedelta(seconds=0.5))

    row = await room.reaches("Declined", approved.release_id, "wechat", timeout=30)

    [failed] = await room.told(ChannelFailed, approved.release_id)
    assert failed.outcome == "rejected"
    assert "审核" in row["reason"]


async def test_a_draft_that_vanished_before_the_instant_is_made_again_in_time(room):
    approved = await prepared(room, platforms=("wechat",))
    room.house.keeper.world.wechat[APPID].drafts.clear()

    await room.order(approved, room.kit.now() + timedelta(seconds=2))
    await room.reaches("Live", approved.release_id, "wechat")

    assert len(await room.told(ChannelPrepared, approved.release_id)) == 1
    assert await room.seen("wechat", WORDS) == 1


async def test_a_cancelled_release_shows_nothing_and_its_draft_is_taken_back(room):
    approved = await prepared(room, platforms=("wechat",))
    assert len(room.house.keeper.world.wechat[APPID].drafts) == 1

    await room.cancel(approved)
    await room.reaches("Dropped", approved.release_id, "wechat")

    await eventually(lambda: not room.house.keeper.world.wechat[APPID].drafts)
    assert await room.seen("wechat", WORDS) == 0


async def shown(room, document, **how):
    approved = await room.approve(document=document, release=uuid4(), **how)
    await room.order(approved, room.kit.now() + timedelta(seconds=0.3))
    for platform in how.get("platforms", ("wechat", "weibo")):
        await room.reaches("Live", approved.release_id, platform, timeout=30)
    return approved


async def test_a_withdrawal_takes_the_posts_away_on_every_account(room):
    document = uuid4()
    first = await shown(room, document)
    approved = await room.approve(
        document=document, release=uuid4(), change="withdraw", explanation="数据有误，撤回。"
    )
    for platform in ("wechat", "weibo"):
        await room.reaches("Staged", approved.release_id, platform)
    assert await room.seen("wechat", WORDS) == 1

    await room.order(approved, room.kit.now() + timedelta(seconds=0.5))
    for platform in ("wechat", "weibo"):
        await room.reaches("Retracted", approved.release_id, platform)
        await room.reaches("Retracted", first.release_id, platform)

    assert {one.change for one in await room.told(ChannelReleased, approved.release_id)} == {"withdraw"}
    assert len(await room.told(ChannelRetracted, approved.release_id)) == 2
    assert await room.seen("wechat", WORDS) == 0
    assert await room.seen("weibo", WORDS) == 0


async def test_a_post_that_was_still_unknown_when_its_withdrawal_was_prepared_is_taken_away_too(room):
    document = uuid4()
    await room.fault("weibo", "lost_answer", call="statuses/share")
    first = await room.approve(document=document, release=uuid4(), platforms=("weibo",))
    await room.order(first, room.kit.now() + timedelta(seconds=0.3))
    row = await room.reaches("Unknown", first.release_id, "weibo")
    withdrawal = await room.approve(
        document=document, release=uuid4(), change="withdraw", explanation="数据有误，撤回。", platforms=("weibo",)
    )
    await room.reaches("Staged", withdrawal.release_id, "weibo")
    await look_now(room, row["delivery_id"])
    await room.reaches("Live", first.release_id, "weibo", timeout=30)

    await room.order(withdrawal, room.kit.now() + timedelta(seconds=0.3))
    await room.reaches("Retracted", withdrawal.release_id, "weibo")
    await room.reaches("Retracted", first.release_id, "weibo")

    assert await room.seen("weibo", WORDS) == 0


async def test_a_correction_shows_the_new_text_and_takes_the_old_one_away(room):
    document = uuid4()
    first = await shown(room, document)

    await shown(
        room, document, change="correct", edition=2, explanation="更正补贴上限。",
        body_html="<p>每件不超过3000元。</p>", body_text="每件不超过3000元。",
    )  # fmt: skip
    for platform in ("wechat", "weibo"):
        await room.reaches("Retracted", first.release_id, platform)

    assert await room.seen("wechat", f"更正：关于家电{WORDS}") == 1
    assert await room.seen("wechat", WORDS) == 1
    assert await room.seen("weibo", WORDS) == 1


async def test_a_change_made_by_hand_is_noticed_and_its_repair_too(room):
    approved = await shown(room, uuid4(), platforms=("weibo",))
    row = await room.row(approved.release_id, "weibo")
    post = room.house.keeper.world.weibo["7100200301"].posts[row["post_id"]]
    whole = post.text
    post.text = whole.replace("以旧换新", "换新")
    await look_now(room, row["delivery_id"])

    drifted = await room.reaches("Drifted", approved.release_id, "weibo")
    [told] = await room.told(ChannelDrifted, approved.release_id)
    post.text = whole
    await look_now(room, row["delivery_id"])
    await room.reaches("Live", approved.release_id, "weibo")

    assert told.kind == "changed"
    assert "以旧换新" in told.difference
    assert drifted["reason"]


async def look_now(room, delivery_id):
    async with room.kit.transaction() as tx:
        await store.hurry(tx.db, delivery_id, tx.now)
        tx.after_commit(room.desk.wake)


async def test_a_post_that_is_gone_is_noticed(room):
    approved = await shown(room, uuid4(), platforms=("weibo",))
    row = await room.row(approved.release_id, "weibo")
    room.house.keeper.world.weibo["7100200301"].posts.clear()

    await look_now(room, row["delivery_id"])
    await room.reaches("Drifted", approved.release_id, "weibo")

    [told] = await room.told(ChannelDrifted, approved.release_id)
    assert told.kind == "removed"


async def test_missing_credentials_are_told_and_giving_them_lets_the_work_go_on(postgres, tmp_path):
    async with a_newsroom(await postgres.database(f"newmedia_{uuid4().hex[:8]}"), tmp_path) as room:
        await room.open("wechat")
        approved = await room.approve(document=uuid4(), release=uuid4(), platforms=("wechat",))
        await room.reaches("Blocked", approved.release_id, "wechat")

        [refused] = await room.told(ChannelRefused, approved.release_id)

        assert refused.retry
        assert "凭据" in refused.reason


async def test_a_used_up_quota_of_ours_waits_for_tomorrow_instead_of_being_tried(room):
    approved = await prepared(room, platforms=("wechat",))
    async with room.kit.transaction() as tx:
        for _ in range(100):
            await store.spend(tx.db, room.accounts["wechat"], "submit", 100, tx.now)

    await room.order(approved, room.kit.now())
    row = await room.reaches("Waiting", approved.release_id, "wechat")

    assert row["next_at"] > room.kit.now() + timedelta(seconds=1)
    assert not any(call["call"] == "freepublish/submit" for call in room.house.keeper.world.calls)


async def test_a_courier_that_was_killed_after_writing_the_attempt_down_leaves_a_question(postgres, tmp_path):
    dsn = await postgres.database(f"newmedia_{uuid4().hex[:8]}")
    async with a_newsroom(dsn, tmp_path, courier=False) as room:
        await room.open("weibo")
        await room.connect("weibo")
        async with running(room.courier.run()):
            approved = await prepared(room, platforms=("weibo",))
        await room.order(approved, room.kit.now())
        delivery_id = delivery_id_of(approved.release_id, room.accounts["weibo"])
        async with room.kit.transaction() as tx:
            state, _ = await room.desk.perform(tx, delivery_id, Begin(uuid4(), tx.now))
        assert isinstance(state, Sending)

        another = Courier(room.kit, room.desk, room.switchboard, room.courier.shelf, dsn=dsn)
        async with running(another.run()):
            row = await room.reaches("Unknown", approved.release_id, "weibo")

        assert row["code"] == "interrupted"
        assert await room.seen("weibo", WORDS) == 0
