"""What is true after the fire: read from registers, outboxes, inboxes, topics, pages and platforms, by none of our code that wrote them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.support.eventually import eventually
from tests.support.fire import PREFIXES, Fire, databases

from gongkai.contracts.catalog import PARTITIONS, TOPICS
from gongkai.contracts.docs import ROOT, readers_in
from gongkai.local.demo.road import View


@dataclass(frozen=True, slots=True)
class Said:
    """One event as it lies on the bus."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    id: str
    source: str
    type: str
    sequence: int

    @property
    def name(self) -> str:
        return self.type.split(".")[2]


class Burning(Protocol):
    """What the ledger asks a system for: where its databases and its bus are."""

    @property
    def about(self) -> dict[str, Any]: ...


async def rows(fire: Burning, service: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(databases(fire)[service], timeout=10)
    try:
        return list(await connection.fetch(query, *arguments))
    finally:
        await connection.close()


async def bus(fire: Burning) -> list[Said]:
    """Read every topic from its first event to its last, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=fire.about["settings"]["GONGKAI_KAFKA"], enable_auto_commit=False)
    await consumer.start()
    found: list[Said] = []
    try:
        parts = [TopicPartition(topic, number) for topic in TOPICS for number in range(PARTITIONS)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += [_said(record) for record in batch]
    finally:
        await consumer.stop()
    return found


def _said(record: Any) -> Said:
    told = {name: value.decode() for name, value in record.headers}
    return Said(
        record.topic, record.key or b"", record.value, tuple(record.headers), told["ce_id"], told["ce_source"],
        told["ce_type"], int(told["ce_sequence"]),
    )  # fmt: skip


# ── The state of everything, to be compared with itself ─────────────────────────


async def snapshot(fire: Fire) -> dict[str, Any]:
    """Return what must not change when the same is said again."""
    found = {service: await recorded(fire, service) for service in PREFIXES}
    return found | {"platforms": await platforms(fire)}


async def recorded(fire: Burning, service: str) -> dict[str, Any]:
    """Return how much a service recorded, told, took in and parked, and the sum over its register."""
    (row,) = await rows(
        fire, service,
        """SELECT (SELECT count(*) FROM register) AS facts,
                  (SELECT encode(sha256(string_agg(digest, ''::bytea ORDER BY position)), 'hex') FROM register)
                      AS digest,
                  (SELECT count(*) FROM inbox) AS inbox, (SELECT last_seq FROM outbox_head) AS told,
                  (SELECT count(*) FROM quarantine) AS parked""",
    )  # fmt: skip
    return dict(row)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the platforms kept: statuses that followers see, articles they see, and every article ever published."""

    statuses: list[str]
    articles: list[str]
    published: list[str]


async def platforms(fire: Fire) -> Shown:
    """Let every task of the platforms end and read what they wrote down."""
    async with httpx.AsyncClient(base_url=fire.sandbox_url, timeout=30, trust_env=False) as client:
        (await client.post("/admin/tick")).raise_for_status()
        (await client.delete("/admin/faults")).raise_for_status()  # and with it everything is written down
    world = json.loads((fire.system.home / "sandbox" / "world.json").read_text())
    wechat = list(world["wechat"].values())
    return Shown(
        [post["text"] for one in world["weibo"].values() for post in one["posts"].values()],
        [
            item["title"]
            for one in wechat
            for article in one["articles"].values()
            for item in article["items"]
            if not item["is_deleted"]
        ],
        [
            article["title"]
            for one in wechat
            for job in one["jobs"].values()
            if job["verdict"] == 0
            for article in job["articles"]
        ],
    )


async def still(fire: Burning, within: float = 60, services: Iterable[str] = PREFIXES) -> None:
    """Wait until every event is sent and every reader has read to the end."""
    from gongkai.upkeep import wire

    async def quiet() -> None:
        for service in services:
            (row,) = await rows(fire, service, "SELECT last_seq - published_seq AS unsent FROM outbox_head")
            assert row["unsent"] == 0, f"{service} has {row['unsent']} events to send"
        seen = await wire.look(fire.about["settings"]["GONGKAI_KAFKA"], services=services)
        assert seen, "Kafka is away"
        assert not any(seen.unread.values()), seen.unread

    await eventually(quiet, timeout=within, poll=0.2)


# ── Flaws ───────────────────────────────────────────────────────────────────────


async def flaws(fire: Fire, documents: list[View]) -> list[str]:
    """Say in a sentence each what was lost, doubled, out of order or left half done. Nothing is the right answer."""
    said = await bus(fire)
    found = [*await lost(fire, said), *disorder(said), *await unread(fire, said)]
    found += await _records(fire)
    shown = await platforms(fire)
    for view in documents:
        found += await _effects(fire, view, shown)
    return found


async def lost(fire: Burning, said: list[Said], services: Iterable[str] = PREFIXES) -> list[str]:
    """Everything committed left, in one piece, and nothing left that was not committed."""
    found = []
    for service in services:
        stored = await rows(fire, service, "SELECT seq, id::text, data FROM outbox ORDER BY seq")
        if [row["seq"] for row in stored] != list(range(1, len(stored) + 1)):
            found.append(f"{service}: the outbox has a gap")
        sent = {one.id: one for one in said if one.source == service}
        for row in stored:
            one = sent.pop(row["id"], None)
            if one is None:
                found.append(f"{service}: event {row['seq']} never reached the bus")
            elif one.sequence != row["seq"] or one.value.decode() != row["data"]:
                found.append(f"{service}: event {row['seq']} is another one on the bus")
        found += [f"{service}: {one.type} {one.id} on the bus was never committed" for one in sent.values()]
    return found


def disorder(said: list[Said]) -> list[str]:
    """Of each aggregate, whoever meets an event for the first time has met all earlier ones."""
    highest: dict[tuple[str, bytes], int] = defaultdict(int)
    met: set[str] = set()
    found = []
    for one in said:
        if one.id in met:
            continue
        met.add(one.id)
        place = (one.topic, one.key)
        if one.sequence <= highest[place]:
            found.append(f"{one.topic}: {one.type} {one.sequence} came after {highest[place]} of the same aggregate")
        highest[place] = one.sequence
    return found


async def unread(fire: Burning, said: list[Said], services: Iterable[str] = PREFIXES) -> list[str]:
    """Every reader has taken in every event it handles, once."""
    readers = readers_in(ROOT)
    found = []
    for service in services:
        taken = {row["id"] for row in await rows(fire, service, "SELECT id::text FROM inbox")}
        wanted = {
            one.id: one
            for one in said
            if one.source != service and {service, "every service"} & set(readers.get(one.name, ()))
        }
        found += [f"{service} never took in {one.type} {one.id}" for key, one in wanted.items() if key not in taken]
    return found


async def _records(fire: Fire) -> list[str]:
    found = []
    login = fire.road.seed.road["audit"]
    for service, prefix in PREFIXES.items():
        verdict = await fire.steadily(
            lambda prefix=prefix: fire.office.ask(login, "POST", f"{prefix}/api/ops/register/verify")
        )
        found += [f"{service}: {flaw['sentence']}" for flaw in verdict["flaws"]]
        if not verdict["whole"]:
            found.append(f"{service}: the register is not whole")
        parked = await rows(fire, service, "SELECT type, cause, reason FROM quarantine")
        found += [f"{service} parked {row['type']}: {row['cause']} {row['reason']}" for row in parked]
        late = await rows(
            fire, service,
            """SELECT kind, tries, last_error FROM clock WHERE fired_at IS NULL AND stopped_at IS NULL
               AND due_at < now() - interval '5 seconds'""",
        )  # fmt: skip
        found += [
            f"{service}: clock {row['kind']} is overdue ({row['tries']} tries, {row['last_error']})" for row in late
        ]
    return found


#: fate → events of the document (each once), status of the page, times it is seen on a platform, times it was sent there
FATES: dict[str, tuple[tuple[str, ...], int, int, int]] = {
    "published": (("DocumentPublished",), 200, 1, 1),
    "corrected": (("DocumentPublished", "DocumentCorrected"), 200, 1, 2),
    "withdrawn": (("DocumentPublished", "DocumentWithdrawn"), 410, 0, 1),
}


async def _effects(fire: Fire, view: View, shown: Shown) -> list[str]:
    """Each release closed once, its outcome told once, what it shows shown once and visible to everybody."""
    title, link = view["title"], view["permalink"]
    told, page_says, seen_times, sent_times = FATES.get(view.get("fate", ""), FATES["published"])
    found = []
    stored = await rows(
        fire, "publication",
        """SELECT type, count(*) AS n FROM outbox WHERE subject = $1 AND type LIKE 'gongkai.publication.Document%'
           GROUP BY type""",
        view["id"],
    )  # fmt: skip
    times = {row["type"].split(".")[2]: row["n"] for row in stored}
    expected = {"DocumentApproved": len(told)} | dict.fromkeys(told, 1)
    if times != expected:
        found.append(f"{title}: told {times} and not {expected}")
    for what, count, right in (
        ("statuses", sum(link in text for text in shown.statuses), seen_times),
        # A correction says so before its title.
        ("articles", sum(one.endswith(title) for one in shown.articles), seen_times),
        ("publications of the article", sum(one.endswith(title) for one in shown.published), sent_times),
    ):
        if count != right:
            found.append(f"{title}: {count} {what} and not {right}")
    releases = await fire.steadily(lambda: fire.releases(view))
    for number, release in enumerate(releases, start=1):
        if release["state"] != "Closed":
            found.append(f"{title}: release {number} is {release['state']} ({release['reason']})")
        fine = ("Released", "Confirmed") if number == len(releases) else ("Released", "Confirmed", "Retracted")
        found += [
            f"{title}: release {number} on {channel['kind']} is {channel['state']} {channel.get('reason', '')}"
            for channel in release["channels"]
            if channel["state"] not in fine
        ]
    page = await fire.look(link)
    if page is None or page.status_code != page_says:
        found.append(f"{title}: the page answers {page and page.status_code} and not {page_says}")
    if found:
        deliveries = await rows(
            fire, "newmedia-sync",
            "SELECT d.change, a.platform, d.state, d.code FROM delivery d "
            "JOIN account a USING (account_id) WHERE d.document_id = $1::uuid ORDER BY 1, 2",
            view["id"],
        )  # fmt: skip
        found += [f"{title}: delivery {' '.join(row.values())}" for row in deliveries]
    return found


async def doubled_on_the_wire(fire: Fire) -> int:
    """Count what was sent twice: allowed on the wire, and proof that the deaths were real."""
    said = await bus(fire)
    return len(said) - len({one.id for one in said})


async def say_again(fire: Burning, said: list[Said]) -> None:
    """Produce these events once more, with the same ids, in this order."""
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=fire.about["settings"]["GONGKAI_KAFKA"], enable_idempotence=True)
    await producer.start()
    try:
        waiting = [await producer.send(one.topic, one.value, key=one.key, headers=list(one.headers)) for one in said]
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()
