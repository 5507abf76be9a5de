"""A release from sign-off to closing, beside the floor; and how far apart our channels act while others work.

Both run in one process on one loop, as the local system does, and in alternation, one release at a time. The wait
between the order and its instant (the guard interval) is set to nothing, because a wait is not work.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.bench.bare_release import a_bare_release
from tests.bench.ground import Ground
from tests.bench.release_world import PARAGRAPH, Bureau, Observer, a_working_bureau, platforms
from tests.bench.report import Measured, percentile
from tests.support.eventually import eventually

from gongkai.contracts.catalog import topic_of
from publication.releasing import Order

BLOCK = 5
WARM_UP = 5
#: A platform takes a hundred submissions a day, and each round has a day of its own.
RELEASES = 50
SKEWED = 24
PACE = 0.05
#: How far apart the instants of scheduled releases lie.
APART = timedelta(milliseconds=500)
LONG_TEXT = 20_000
#: Who tells what the eye waits for: as many topics as the floor has, or the eye itself would cost ours more.
TELLING = ("publication", "portal", "newmedia-sync")


@dataclass(slots=True)
class Spans:
    """Milliseconds of every release of one round."""

    prepare: list[float] = field(default_factory=list)
    close: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Rounds:
    ours: list[Spans] = field(default_factory=list)
    floor: list[Spans] = field(default_factory=list)
    skews: list[list[float]] = field(default_factory=list)

    def measured(self) -> list[Measured]:
        def each(spans: list[Spans], what: str, share: float) -> tuple[float, ...]:
            return tuple(percentile(getattr(one, what), share) for one in spans)

        def all_of(spans: list[Spans], what: str) -> tuple[float, ...]:
            # One in a hundred is a matter of all rounds together: of one round it would be its worst.
            return (percentile([value for one in spans for value in getattr(one, what)], 0.99),)

        lines = []
        for what, name in (("prepare", "approve → last ChannelPrepared"), ("close", "order → DocumentPublished")):
            half, floor = each(self.ours, what, 0.5), each(self.floor, what, 0.5)
            lines.append(Measured(f"{name}, p50", "ms", "lower", half, floor, 1.25))
            rare, floor = all_of(self.ours, what), all_of(self.floor, what)
            note = f"of {sum(len(getattr(one, what)) for one in self.ours)} releases in all rounds"
            lines.append(Measured(f"{name}, p99", "ms", "lower", rare, floor, 1.5, note=note))
        skew = tuple(percentile(one, 0.99) for one in self.skews)
        note = "site, WeChat and Weibo; while people read, edit and 20,000-character texts are checked"
        return [*lines, Measured("skew between channels, p99", "ms", "lower", skew, limit=50, limit_is="value", note=note)]


async def run(ground: Ground) -> list[Measured]:
    rounds = Rounds()
    for number in range(ground.rounds):
        ours, floor = await race(ground, number, 20 if ground.quick else RELEASES)
        rounds.ours.append(ours)
        rounds.floor.append(floor)
    rounds.skews.append(await skew(ground, 0, 15 if ground.quick else SKEWED))
    return rounds.measured()


# ── Beside the floor ────────────────────────────────────────────────────────────


async def race(ground: Ground, number: int, count: int) -> tuple[Spans, Spans]:
    """Release `count` documents by ours and by the floor, a few of each in turn."""
    ours, floor = Spans(), Spans()
    async with (
        platforms() as sandbox,
        a_bare_release(ground, ground.folder / f"bare-{number}", sandbox) as bare,
        a_working_bureau(
            ground.databases, ground.kafka, ground.folder / f"ours-{number}", sandbox, guard_interval_ms=0
        ) as bureau,
    ):
        documents = iter(await bureau.ready(count + WARM_UP))
        manifest = await manifest_of(bureau)
        topics = [bureau.hosted.settings.kafka_prefix + topic_of(owner) for owner in TELLING]
        async with Observer(ground.kafka, topics).watching() as eye, Observer(ground.kafka, bare.topics).watching() as bare_eye:

            async def one_of_ours() -> str:
                return await bureau.approve(next(documents))

            async def one_bare() -> str:
                return await bare.approve(manifest)

            for _ in range(WARM_UP):
                await once(eye, one_of_ours, Spans())
                await once(bare_eye, one_bare, Spans())
            turns = [(eye, one_of_ours, ours), (bare_eye, one_bare, floor)]
            for block in range(0, count, BLOCK):
                for watcher, act, spans in turns if (block // BLOCK) % 2 else reversed(turns):
                    for _ in range(min(BLOCK, count - block)):
                        await once(watcher, act, spans)
    return ours, floor


async def once(eye: Observer, act: Callable[[], Awaitable[str]], spans: Spans) -> None:
    """Sign one document off and note when the world heard what became of it."""
    began = time.perf_counter()
    told = eye.expect(await act())
    async with asyncio.timeout(30):
        await told.done.wait()
    assert len(told.prepared) == 3
    spans.prepare.append(1000 * (max(told.prepared) - began))
    spans.close.append(1000 * (told.published - told.ordered))
    await asyncio.sleep(PACE)


async def manifest_of(bureau: Bureau) -> dict[str, str]:
    """Return what the floor carries: as many bytes as ours."""
    del bureau
    body = "".join(f"<p>（{line + 1}）{PARAGRAPH}</p>" for line in range(40))
    return {
        "title": "关于做好第1批促消费工作的通知", "summary": "工作安排、时间节点和报送要求。", "body_html": body,
        "body_text": body.replace("<p>", "").replace("</p>", "\n"),
    }  # fmt: skip


# ── While others work ───────────────────────────────────────────────────────────


async def skew(ground: Ground, number: int, count: int) -> list[float]:
    """Release at instants close to each other while people read, edit and have long texts checked."""
    async with (
        platforms() as sandbox,
        a_working_bureau(ground.databases, ground.kafka, ground.folder / f"busy-{number}", sandbox) as bureau,
    ):
        documents = await bureau.ready(count)
        topics = [bureau.hosted.settings.kafka_prefix + topic_of(owner) for owner in TELLING]
        async with Observer(ground.kafka, topics).watching() as eye:
            first = datetime.now(UTC) + timedelta(seconds=15 + count / 2)
            told = [
                eye.expect(await bureau.approve(document, Order(scheduled_at=first + turn * APART)))
                for turn, document in enumerate(documents)
            ]
            await eventually(lambda: all(one.ordered for one in told), timeout=120, poll=0.1)
            async with others_at_work(bureau):
                async with asyncio.timeout(60 + count * APART.total_seconds() + 60):
                    for one in told:
                        await one.done.wait()
            return [one.skew_ms for one in told]


@asynccontextmanager
async def others_at_work(bureau: Bureau) -> AsyncIterator[None]:
    """Let readers read and officers write for as long as this lasts."""
    drafts = [await a_draft(bureau, number) for number in range(2)]
    tasks = [asyncio.create_task(read(bureau)) for _ in range(3)]
    tasks += [asyncio.create_task(edit(bureau, draft)) for draft in drafts]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def a_draft(bureau: Bureau, number: int) -> UUID:
    content = long_content(number, 0)
    made = await bureau.office.ask(bureau.road["draft"], "POST", "/publication/api/documents", content)
    return UUID(made["id"])


async def read(bureau: Bureau) -> None:
    """Read the site as its visitors do: first page, a column, a search."""
    for path in itertools.cycle(("/", "/columns/tzgg", "/search?q=促消费", "/policies")):
        answer = await bureau.office.look(path)
        assert answer.status_code in {200, 404}, path
        await asyncio.sleep(0.05)


async def edit(bureau: Bureau, document_id: UUID) -> None:
    """Save a long text again and again; each edition is checked anew."""
    path = f"/publication/api/documents/{document_id}"
    for edition in itertools.count(1):
        body = {"edition": edition, "content": long_content(0, edition)}
        await bureau.office.ask(bureau.road["draft"], "PUT", path, body)
        await asyncio.sleep(0.5)


def long_content(number: int, edition: int) -> dict[str, str]:
    body = f"第{edition}稿。\n\n" + f"{PARAGRAPH}\n\n" * (LONG_TEXT // len(PARAGRAPH))
    return {"title": f"第{number + 1}份长文的征求意见稿", "kind": "notice", "column_id": "tzgg", "body": body}


