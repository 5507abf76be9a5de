"""What every channel adapter must do, told once and run against the sandbox over real HTTP.

A test module subclasses `ChannelSuite` and gives the fixture `world`.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from tests.support.eventually import eventually

from newmedia_sync.channels.channel import Access, Channel, Parcel, Seen
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Post,
    Shown,
    Taken,
    Unclear,
)
from newmedia_sync.rendition import Edition, Rendition, render, shown_text
from sandbox.app import create_app

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
RELEASE = UUID(int=7)


class SandboxClock:
    """The sandbox's time: the test moves it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **how: float) -> None:
        self.at += timedelta(**how)


@dataclass
class House:
    """A sandbox on a free port, and a client to its side doors."""

    url: str
    clock: SandboxClock
    http: httpx.AsyncClient
    keeper: object = None

    async def fault(self, platform: str, kind: str, **how: object) -> None:
        answer = await self.http.post(f"{self.url}/admin/faults", json={"platform": platform, "kind": kind, **how})
        answer.raise_for_status()

    async def account(self, platform: str, account_id: str, **settings: object) -> dict[str, str]:
        answer = await self.http.put(f"{self.url}/admin/accounts/{platform}/{account_id}", json=settings)
        answer.raise_for_status()
        return answer.json()

    async def tick(self) -> int:
        return (await self.http.post(f"{self.url}/admin/tick")).json()["delivered"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an app on a free port of this process, and close its socket whatever happens."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started, because="the server listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def a_house(folder: Path | None = None) -> AsyncIterator[House]:
    """Serve one sandbox in which only the test's clock moves."""
    clock = SandboxClock()
    app = create_app(clock, folder, ticking=False)
    async with served(app) as url, httpx.AsyncClient(timeout=10) as http:
        yield House(url, clock, http, app.state.keeper)


def an_edition(**changed: object) -> Edition:
    known: dict[str, object] = {
        "title": "济南市商务局关于做好2026年家电以旧换新补贴申领工作的通知",
        "short_title": "家电以旧换新补贴今天起申领",
        "organ_name": "济南市商务局",
        "summary": "补贴标准、申领条件和办理时限。",
        "body_html": "<h2>一、补贴标准</h2><p>每件不超过2000元。</p><h2>二、怎么申领</h2><p>在网上填写申请表。</p>",
        "body_text": "一、补贴标准 每件不超过2000元。二、怎么申领 在网上填写申请表。",
        "permalink": "/d/jnsw-2026-00012",
        "document_number": "济商务字〔2026〕12号",
        "index_number": "11370100004222241N/2026-00012",
        "explanation": "",
        "cover": "",
        "attachments": (),
        "change": "publish",
    }
    return Edition(**(known | changed))  # type: ignore[arg-type]


@dataclass
class ChannelWorld:
    """One adapter, one account in the sandbox, and how the platform is told apart."""

    house: House
    channel: Channel
    platform: str
    account: str
    site: str = "http://www.example.gov.cn"
    acted_at: datetime = field(default=START)

    def rendition(self, **changed: object) -> Rendition:
        return render(an_edition(**changed), self.platform, self.site).rendition  # type: ignore[arg-type]

    def parcel(self, rendition: Rendition) -> Parcel:
        return Parcel(rendition, RELEASE, {}, None)

    async def staged(self, rendition: Rendition) -> str:
        outcome = await self.channel.stage(self.parcel(rendition))
        assert isinstance(outcome, Done)
        return outcome.ref

    async def shown(self, rendition: Rendition) -> Post:
        """Send and wait for the platform's last word."""
        sent = await self.channel.send(await self.staged(rendition), self.parcel(rendition))
        if isinstance(sent, Shown):
            return sent.post
        assert isinstance(sent, Taken)
        self.house.clock.advance(seconds=5)
        confirmed = await self.channel.confirm(sent.job, rendition, self.acted_at)
        assert isinstance(confirmed, Shown)
        return confirmed.post

    async def follower_sees(self) -> str:
        page = await self.house.http.get(f"{self.house.url}/accounts/{self.platform}/{self.account}")
        return page.text

    async def seen_posts(self, words: str = "以旧换新") -> int:
        marker = 'class="item"' if self.platform == "wechat" else 'class="text"'
        page = await self.follower_sees()
        return sum(words in piece for piece in page.split(marker)[1:])

    async def fault(self, kind: str, **how: object) -> None:
        await self.house.fault(self.platform, kind, account=self.account, **how)

    def unreachable(self) -> Channel:
        return type(self.channel)(  # type: ignore[call-arg]
            Access(self.account, "断网", f"http://127.0.0.1:{free_port()}", "http://x", False, {"secret": "s", "token": "t"}),
            self.house.http,
            self.house.clock,
        )


class EveryChannelSuite:
    """What holds for every account, whether a program or a person posts on it."""

    async def test_what_is_prepared_is_not_visible(self, world: ChannelWorld) -> None:
        rendition = world.rendition()

        stage = await world.staged(rendition)

        assert await world.seen_posts() == 0
        assert isinstance(await world.channel.verify(stage, rendition), Done)

    async def test_our_own_check_agrees_with_what_was_rendered(self, world: ChannelWorld) -> None:
        assert world.channel.check(world.rendition()) == ()

    async def test_a_change_made_by_hand_is_seen_on_reading_back(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        post = await world.shown(rendition)
        await world.house.http.post(
            f"{world.house.url}/accounts/{world.platform}/{world.account}/{post.id}", data={"act": "edit"}
        )

        seen = await world.channel.read_back(post)

        assert isinstance(seen, Seen)
        assert seen.text != shown_text(rendition)
        assert "改过" in seen.text

    async def test_a_draft_that_is_not_wanted_can_be_discarded_twice(self, world: ChannelWorld) -> None:
        stage = await world.staged(world.rendition())

        assert isinstance(await world.channel.discard(stage), Done)
        assert isinstance(await world.channel.discard(stage), Done | Absent)

    async def test_what_is_gone_reads_back_as_gone(self, world: ChannelWorld) -> None:
        post = await world.shown(world.rendition())
        there = await world.channel.read_back(post)
        await world.house.http.post(
            f"{world.house.url}/accounts/{world.platform}/{world.account}/{post.id}", data={"act": "remove"}
        )

        assert isinstance(there, Seen)
        assert "以旧换新" in there.text
        assert isinstance(await world.channel.read_back(post), Absent)

    async def test_a_place_that_cannot_be_reached_is_a_hitch_on_reading(self, world: ChannelWorld) -> None:
        post = Post("1", f"http://127.0.0.1:{free_port()}/1")

        assert isinstance(await world.unreachable().read_back(post), Hitch)

    async def test_an_account_that_works_says_so(self, world: ChannelWorld) -> None:
        assert isinstance(await world.channel.health(), Done)


class ChannelSuite(EveryChannelSuite):
    """Each test is one promise of the contract in `newmedia_sync.channels.channel`."""

    async def test_what_is_sent_is_shown_once_with_its_address(self, world: ChannelWorld) -> None:
        post = await world.shown(world.rendition())

        assert await world.seen_posts() == 1
        page = await world.house.http.get(post.url)
        assert page.status_code == 200
        assert "以旧换新" in page.text

    async def test_what_is_shown_reads_back_as_approved(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        post = await world.shown(rendition)

        seen = await world.channel.read_back(post)

        assert seen == Seen(shown_text(rendition))

    async def test_a_lost_answer_is_unclear_and_the_probe_finds_the_post(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("lost_answer")

        sent = await world.channel.send(stage, world.parcel(rendition))
        world.house.clock.advance(seconds=5)
        probed = await world.channel.probe(stage, rendition, world.acted_at)

        assert isinstance(sent, Unclear)
        assert isinstance(probed, Shown)
        assert await world.seen_posts() == 1

    async def test_garbage_after_the_work_is_unclear_and_the_probe_finds_the_post(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("garbage")

        sent = await world.channel.send(stage, world.parcel(rendition))
        world.house.clock.advance(seconds=5)

        assert isinstance(sent, Unclear)
        assert isinstance(await world.channel.probe(stage, rendition, world.acted_at), Shown)

    async def test_busy_on_a_write_is_unclear_even_when_nothing_was_done(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("busy")

        sent = await world.channel.send(stage, world.parcel(rendition))

        assert isinstance(sent, Unclear)
        assert isinstance(await world.channel.probe(stage, rendition, world.acted_at), Absent)

    async def test_busy_although_it_was_done_is_found_by_the_probe(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("busy_but_done")

        sent = await world.channel.send(stage, world.parcel(rendition))
        world.house.clock.advance(seconds=5)

        assert isinstance(sent, Unclear)
        assert isinstance(await world.channel.probe(stage, rendition, world.acted_at), Shown)

    async def test_a_connection_cut_before_the_work_is_unclear_and_the_probe_finds_nothing(
        self, world: ChannelWorld
    ) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("cut_before")

        sent = await world.channel.send(stage, world.parcel(rendition))
        probed = await world.channel.probe(stage, rendition, world.acted_at)

        assert isinstance(sent, Unclear)
        assert isinstance(probed, Absent)
        assert probed.settle > timedelta(0)

    async def test_a_gateway_page_on_a_write_is_unclear(self, world: ChannelWorld) -> None:
        rendition = world.rendition()
        stage = await world.staged(rendition)
        await world.fault("http_502")

        sent = await world.channel.send(stage, world.parcel(rendition))

        assert isinstance(sent, Unclear)
        assert "502" in sent.reason

    async def test_a_gateway_page_on_reading_is_a_hitch(self, world: ChannelWorld) -> None:
        post = await world.shown(world.rendition())
        await world.fault("http_502")

        assert isinstance(await world.channel.read_back(post), Hitch)

    async def test_a_platform_that_cannot_be_reached_is_a_hitch_because_nothing_was_sent(
        self, world: ChannelWorld
    ) -> None:
        rendition = world.rendition()

        sent = await world.unreachable().send("some-draft", world.parcel(rendition))

        assert isinstance(sent, Hitch)

    async def test_the_platform_is_asked_slowly_and_still_answers(self, world: ChannelWorld) -> None:
        await world.fault("slow", value=0.2)

        assert isinstance(await world.channel.health(), Done)

    async def test_ids_that_come_as_text_are_read_like_numbers(self, world: ChannelWorld) -> None:
        await world.fault("strings", times=None)

        post = await world.shown(world.rendition())

        assert post.id
        assert "e+" not in post.id

    async def test_what_is_retracted_is_gone_and_retracting_it_again_says_so(self, world: ChannelWorld) -> None:
        post = await world.shown(world.rendition())

        first, second = await world.channel.retract(post), await world.channel.retract(post)

        assert isinstance(first, Done)
        assert isinstance(second, Absent | Done)
        assert await world.seen_posts() == 0
        assert isinstance(await world.channel.read_back(post), Absent)

    async def test_a_lost_answer_to_a_retraction_is_unclear_and_reading_back_settles_it(
        self, world: ChannelWorld
    ) -> None:
        post = await world.shown(world.rendition())
        await world.fault("lost_answer")

        assert isinstance(await world.channel.retract(post), Unclear)
        assert isinstance(await world.channel.read_back(post), Absent)

    async def test_wrong_credentials_need_a_person(self, world: ChannelWorld) -> None:
        stranger = type(world.channel)(  # type: ignore[call-arg]
            Access(world.account, "错", world.house.url, world.house.url, False, {"secret": "no", "token": "no"}),
            world.house.http,
            world.house.clock,
        )

        outcome = await stranger.health()

        assert isinstance(outcome, NeedsPerson)
        assert outcome.reason
