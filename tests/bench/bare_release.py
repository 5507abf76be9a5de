"""The floor of a release: aiokafka, asyncpg and httpx with nothing around them.

It makes the same hops and commits: approve (manifest on disk, row, outbox) → relay → the site and two accounts
(inbox; fetch of the manifest; an account keeps what it will show and writes that down; drafting at the platform; a
commit) → relay → the coordinator counts and orders →
relay → each acts (an account writes down that it begins, calls, writes down how it ended) → relay → the coordinator
closes. Everything else is left out: no register of facts, no rules, no permissions, no read models, no checks.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from tests.bench.ground import Ground
from tests.support.eventually import eventually

from gongkai.local import ports
from newmedia_sync.cover import draw_cover

TABLES = """
CREATE TABLE outbox_head (last_seq bigint NOT NULL, published_seq bigint NOT NULL);
INSERT INTO outbox_head VALUES (0, 0);
CREATE TABLE outbox (
    seq bigint PRIMARY KEY, id uuid NOT NULL, type text NOT NULL, subject text NOT NULL, data text NOT NULL);
CREATE TABLE inbox (source text, id uuid, PRIMARY KEY (source, id));
CREATE TABLE release (
    id text PRIMARY KEY, prepared int NOT NULL DEFAULT 0, released int NOT NULL DEFAULT 0, data text NOT NULL);
CREATE TABLE edition (id text PRIMARY KEY, body text NOT NULL, release_at timestamptz);
CREATE TABLE delivery (
    id text, account text, state text NOT NULL, data text NOT NULL, shown text, stage text NOT NULL DEFAULT '', PRIMARY KEY (id, account));
"""
APPEND = """
WITH head AS (
    UPDATE outbox_head SET last_seq = last_seq + cardinality($1::uuid[])
    RETURNING last_seq - cardinality($1::uuid[]) AS base)
INSERT INTO outbox SELECT base + e.n, e.id, e.type, e.subject, e.data
FROM head, unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS e(id, type, subject, data, n)"""
APPID, UID = "wxbare000000000001", "7100209999"
Saying = tuple[str, dict[str, Any]]


def now() -> datetime:
    return datetime.now(UTC)


def keep(folder: Path, data: bytes) -> str:
    """Write bytes under their digest so that a power cut does not lose them."""
    digest = hashlib.sha256(data).hexdigest()
    place = folder / digest
    if not place.exists():
        coming = folder / f"{uuid4()}.new"
        with coming.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        coming.replace(place)
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)
    return digest


@dataclass(slots=True)
class Part:
    """One participant: a database, an outbox with its relay, a reader of the others' topics."""

    name: str
    dsn: str
    pool: "asyncpg.Pool[Any]"
    topic: str
    kafka: str
    folder: Path
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, db: Any, said: Sequence[Saying]) -> None:
        if said:
            await db.execute(
                APPEND, [uuid4() for _ in said], [kind for kind, _ in said], [body["document_id"] for _, body in said],
                [json.dumps(body) for _, body in said],
            )  # fmt: skip

    async def relay(self) -> None:
        db = await asyncpg.connect(dsn=self.dsn)
        producer = AIOKafkaProducer(
            bootstrap_servers=self.kafka, enable_idempotence=True, acks="all", linger_ms=0, compression_type="lz4"
        )
        await producer.start()
        cursor = 0
        try:
            while True:
                self.wake.clear()
                rows = await db.fetch("SELECT * FROM outbox WHERE seq > $1 ORDER BY seq LIMIT 500", cursor)
                if not rows:
                    await self.wake.wait()
                    continue
                sent = [
                    await producer.send(
                        self.topic, row["data"].encode(), key=row["subject"].encode(), headers=_headers(self.name, row)
                    )
                    for row in rows
                ]
                await asyncio.gather(*sent)
                cursor = rows[-1]["seq"]
                await db.execute("UPDATE outbox_head SET published_seq = $1", cursor)
        finally:
            await producer.stop()
            await db.close()

    async def listen(
        self, topics: Sequence[str], take: Callable[[Any, str, dict[str, Any]], Awaitable[list[Saying]]],
        after: Callable[[str, dict[str, Any]], None] = lambda _kind, _body: None,
    ) -> None:  # fmt: skip
        consumer = AIOKafkaConsumer(
            *topics, bootstrap_servers=self.kafka, group_id=f"{self.topic}-{self.name}", enable_auto_commit=False,
            auto_offset_reset="earliest", fetch_max_wait_ms=100,
        )  # fmt: skip
        await consumer.start()
        try:
            while True:
                found = await consumer.getmany(timeout_ms=1_000, max_records=200)
                records = [record for batch in found.values() for record in batch]
                if not records:
                    continue
                headers = [dict(record.headers) for record in records]
                events = [
                    (head["ce_type"].decode().split(".")[-2], json.loads(record.value))
                    for head, record in zip(headers, records, strict=True)
                ]
                said: list[Saying] = []
                async with self.pool.acquire() as db, db.transaction():
                    fresh = await db.fetch(
                        """INSERT INTO inbox SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING
                           RETURNING id""",
                        [head["ce_source"].decode() for head in headers], [head["ce_id"].decode() for head in headers],
                    )  # fmt: skip
                    assert len(fresh) == len(records)
                    for kind, body in events:
                        said += await take(db, kind, body)
                    await self.tell(db, said)
                if said:
                    self.wake.set()
                for kind, body in events:
                    after(kind, body)
                await consumer.commit()
        finally:
            await consumer.stop()


def _headers(source: str, row: Any) -> list[tuple[str, bytes]]:
    return [
        ("ce_id", str(row["id"]).encode()), ("ce_source", source.encode()), ("ce_type", row["type"].encode()),
        ("ce_subject", row["subject"].encode()), ("ce_time", now().isoformat().encode()), ("ce_specversion", b"1.0"),
        ("ce_sequence", f"{row['seq']:020d}".encode()), ("ce_partitionkey", row["subject"].encode()),
        ("content-type", b"application/json"),
    ]  # fmt: skip


@dataclass(slots=True)
class BareRelease:
    """The three participants and the coordinator, in one process as ours are."""

    coordinator: Part
    site: Part
    media: Part
    http: httpx.AsyncClient
    url: str
    sandbox: str
    token: dict[str, str]
    cover: bytes = field(default_factory=lambda: draw_cover("2026-00001", "bare"))
    work: "dict[str, asyncio.Queue[tuple[str, dict[str, Any]]]]" = field(
        default_factory=lambda: {"wechat": asyncio.Queue(), "weibo": asyncio.Queue()}
    )

    @property
    def topics(self) -> list[str]:
        return [part.topic for part in (self.coordinator, self.site, self.media)]

    # ── The coordinator ─────────────────────────────────────────────────────

    async def approve(self, manifest: dict[str, Any]) -> str:
        release_id, document_id = str(uuid4()), str(uuid4())
        data = json.dumps({**manifest, "document_id": document_id}, ensure_ascii=False).encode()
        digest = await asyncio.to_thread(keep, self.coordinator.folder, data)
        body = {
            "document_id": document_id, "release_id": release_id, "digest": digest, "title": manifest["title"],
            "channels": ["website", "wechat", "weibo"],
        }  # fmt: skip
        async with self.coordinator.pool.acquire() as db, db.transaction():
            await db.execute("INSERT INTO release (id, data) VALUES ($1, $2)", release_id, json.dumps(body))
            await self.coordinator.tell(db, [("bare.DocumentApproved.v1", body)])
        self.coordinator.wake.set()
        return release_id

    async def count(self, db: Any, kind: str, body: dict[str, Any]) -> list[Saying]:
        which = "prepared" if kind == "ChannelPrepared" else "released"
        number = await db.fetchval(
            f"UPDATE release SET {which} = {which} + 1 WHERE id = $1 RETURNING {which}", body["release_id"]
        )
        if number < 3:
            return []
        told = {**body, "release_at": now().isoformat()}
        return [("bare.ReleaseOrdered.v1" if which == "prepared" else "bare.DocumentPublished.v1", told)]

    # ── The site ────────────────────────────────────────────────────────────

    async def fetch(self, digest: str) -> bytes:
        answer = await self.http.get(f"{self.url}/blobs/{digest}")
        assert hashlib.sha256(answer.content).hexdigest() == digest
        return answer.content

    async def on_site(self, db: Any, kind: str, body: dict[str, Any]) -> list[Saying]:
        said = {"document_id": body["document_id"], "release_id": body["release_id"], "channel": "website"}
        if kind == "DocumentApproved":
            content = await self.fetch(body["digest"])
            await db.execute("INSERT INTO edition VALUES ($1, $2)", body["release_id"], content.decode())
            return [("bare.ChannelPrepared.v1", said)]
        if kind == "ReleaseOrdered":
            await db.execute("UPDATE edition SET release_at = $2 WHERE id = $1", body["release_id"], now())
            return [("bare.ChannelReleased.v1", said)]
        return []

    # ── The accounts ────────────────────────────────────────────────────────

    async def on_accounts(self, db: Any, kind: str, body: dict[str, Any]) -> list[Saying]:
        state = {"DocumentApproved": "asked", "ReleaseOrdered": "ordered"}.get(kind)
        if state is not None:
            await db.execute(
                """INSERT INTO delivery SELECT $1, a, $2, $3 FROM unnest(ARRAY['wechat', 'weibo']) a
                   ON CONFLICT (id, account) DO UPDATE SET state = excluded.state""",
                body["release_id"], state, json.dumps(body),
            )  # fmt: skip
        return []

    def hand_out(self, kind: str, body: dict[str, Any]) -> None:
        if kind in {"DocumentApproved", "ReleaseOrdered"}:
            for queue in self.work.values():
                queue.put_nowait((kind, body))

    async def serve(self, account: str) -> None:
        while True:
            kind, body = await self.work[account].get()
            if kind == "DocumentApproved":
                await self._prepare(account, body)
            else:
                await self._act(account, body)

    async def _prepare(self, account: str, body: dict[str, Any]) -> None:
        data = await self.fetch(body["digest"])
        await asyncio.to_thread(keep, self.media.folder, data)
        shown = await asyncio.to_thread(keep, self.media.folder, f"{account} ".encode() + data)
        async with self.media.pool.acquire() as db:
            await db.execute(
                "UPDATE delivery SET state = 'checked', shown = $3 WHERE id = $1 AND account = $2",
                body["release_id"], account, shown,
            )  # fmt: skip
        stage = await self._draft(json.loads(data)) if account == "wechat" else ""
        await self._settle(account, body, "staged", "bare.ChannelPrepared.v1", stage)

    async def _act(self, account: str, body: dict[str, Any]) -> None:
        async with self.media.pool.acquire() as db:
            row = await db.fetchrow(
                "UPDATE delivery SET state = 'begun' WHERE id = $1 AND account = $2 RETURNING stage, data",
                body["release_id"], account,
            )  # fmt: skip
        if account == "wechat":
            await self._wechat("freepublish/submit", {"media_id": row["stage"]})
        else:
            status = f"{json.loads(row['data'])['title']} {self.url}/d/{body['release_id']}"
            answer = await self.http.post(
                f"{self.sandbox}/2/statuses/share.json",
                data={"access_token": self.token["weibo"], "status": status, "rip": "127.0.0.1"},
            )
            assert "idstr" in answer.json(), answer.text
        await self._settle(account, body, "live", "bare.ChannelReleased.v1")

    async def _draft(self, manifest: dict[str, Any]) -> str:
        uploaded = await self._wechat("material/add_material", file=("cover.png", self.cover, "image/png"), type="image")
        article = {
            "article_type": "news", "title": manifest["title"], "author": "商务局", "digest": manifest["summary"],
            "content": manifest["body_html"], "thumb_media_id": uploaded["media_id"],
            "content_source_url": f"{self.url}/d/{manifest['document_id']}",
        }  # fmt: skip
        return str((await self._wechat("draft/add", {"articles": [article]}))["media_id"])

    async def _wechat(self, path: str, body: Any = None, file: Any = None, **query: str) -> dict[str, Any]:
        answer = await self.http.post(
            f"{self.sandbox}/cgi-bin/{path}",
            params={"access_token": self.token["wechat"], **query},
            content=None if file else json.dumps(body, ensure_ascii=False).encode(),
            files={"media": file} if file else None,
            headers=None if file else {"content-type": "application/json"},
        )
        said: dict[str, Any] = answer.json()
        assert not said.get("errcode"), said
        return said

    async def _settle(self, account: str, body: dict[str, Any], state: str, kind: str, stage: str = "") -> None:
        said = {"document_id": body["document_id"], "release_id": body["release_id"], "channel": account}
        async with self.media.pool.acquire() as db, db.transaction():
            await db.execute(
                "UPDATE delivery SET state = $3, stage = $4 WHERE id = $1 AND account = $2",
                body["release_id"], account, state, stage,
            )  # fmt: skip
            await self.media.tell(db, [(kind, said)])
        self.media.wake.set()

    # ── All of it ───────────────────────────────────────────────────────────

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        answers = [self.site.topic, self.media.topic]
        return [
            *(part.relay() for part in (self.coordinator, self.site, self.media)),
            self.coordinator.listen(answers, self.count),
            self.site.listen([self.coordinator.topic], self.on_site),
            self.media.listen([self.coordinator.topic], self.on_accounts, self.hand_out),
            self.serve("wechat"),
            self.serve("weibo"),
        ]


@asynccontextmanager
async def a_bare_release(ground: Ground, folder: Path, sandbox: str) -> AsyncIterator[BareRelease]:
    """Run the floor: three databases, three topics, one process, its blobs behind a bare door."""
    async with AsyncExitStack() as stack:
        parts = []
        for name in ("coordinator", "site", "media"):
            dsn = await ground.databases.database(f"bare_{name}")
            pool = await asyncpg.create_pool(dsn, min_size=1, max_size=6)
            stack.push_async_callback(pool.close)
            await pool.execute(TABLES)
            place = folder / name
            place.mkdir(parents=True)
            parts.append(Part(name, dsn, pool, await ground.topic(name, partitions=2), ground.kafka, place))
        coordinator, site, media = parts

        async def blob(request: Request) -> FileResponse:
            return FileResponse(coordinator.folder / request.path_params["digest"])

        url = await stack.enter_async_context(_served(Starlette(routes=[Route("/blobs/{digest}", blob)])))
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=15))
        token = await _tokens(http, sandbox, url)
        bare = BareRelease(coordinator, site, media, http, url, sandbox, token)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(loop) for loop in bare.loops()]
            try:
                yield bare
            finally:
                for task in tasks:
                    task.cancel()


async def _tokens(http: httpx.AsyncClient, sandbox: str, url: str) -> dict[str, str]:
    """Open two accounts of our own at the platforms and get their tokens."""
    wechat = (await http.put(f"{sandbox}/admin/accounts/wechat/{APPID}", json={"name": "底线"})).json()
    domain = url.removeprefix("http://")
    weibo = (await http.put(f"{sandbox}/admin/accounts/weibo/{UID}", json={"safe_domains": [domain]})).json()
    asked = {"grant_type": "client_credential", "appid": APPID, "secret": wechat["secret"]}
    given = (await http.post(f"{sandbox}/cgi-bin/stable_token", json=asked)).json()
    return {"wechat": given["access_token"], "weibo": weibo["token"]}


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[str]:
    port = ports.free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=ports.LOOPBACK, port=port, log_level="warning", lifespan="off", access_log=False,
            timeout_keep_alive=60,
        )
    )  # fmt: skip
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield f"http://{ports.LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await task
