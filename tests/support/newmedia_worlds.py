"""newmedia-sync at work: real database, the sandbox over HTTP, and publication's blobs behind their real door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from tests.contract.channel_suite import House, served
from tests.support.eventually import eventually
from tests.support.kits import a_kit, wall_clock
from tests.support.tasks import running

from gongkai.contracts.channels import ChannelEvent
from gongkai.contracts.publication import DocumentApproved, ReleaseCancelled, ReleaseOrdered
from gongkai.contracts.values import ChannelRef, EditionManifest
from gongkai.runtime.blobs import Blobs, blob_router
from gongkai.runtime.kit import Kit
from newmedia_sync import store
from newmedia_sync.connecting import Switchboard, bases, keep_secrets
from newmedia_sync.courier import Courier
from newmedia_sync.domain.account import Card, KeepCredentials, OpenAccount, Platform
from newmedia_sync.fetching import Shelf
from newmedia_sync.handlers import Handlers
from newmedia_sync.recording import persistently
from newmedia_sync.service import Desk, delivery_id_of
from sandbox.app import create_app
from sandbox.world import derived

ORGAN = UUID("00000000-0000-4000-8000-000000000001")
APPID, UID = "wx5a0d2f6c9e31b874", "7100200301"


@dataclass
class Newsroom:
    """One service with its courier, its sandbox, and publication's side of the conversation."""

    kit: Kit
    house: House
    shelf_of_publication: Blobs
    desk: Desk
    courier: Courier
    handlers: Handlers
    switchboard: Switchboard
    accounts: dict[str, UUID] = field(default_factory=dict)

    # ── Accounts ──

    async def open(self, platform: Platform, *, mode: str = "automatic", organ: UUID = ORGAN, handle: str = "") -> UUID:
        account_id = uuid4()
        handle = handle or (APPID if platform == "wechat" else UID)
        api, web = bases(platform, self.house.url)
        card = Card(organ, platform, f"济南商务{platform}", handle, mode, "济南市商务局", "", uuid4(), api, web)  # type: ignore[arg-type]
        async with self.kit.transaction() as tx:
            await self.desk.administer(tx, account_id, OpenAccount(card, tx.now))
        self.accounts[platform] = account_id
        return account_id

    async def connect(self, platform: Platform, handle: str = "") -> None:
        account_id = self.accounts[platform]
        secrets = (
            {"secret": derived("secret", handle or APPID), "callback_token": derived("callback", APPID, 16),
             "aes_key": derived("aes", APPID, 43)}
            if platform == "wechat"
            else {"token": f"2.00{derived('token', handle or UID, 28)}", "operator_ip": "10.1.2.3"}
        )  # fmt: skip
        async with self.kit.transaction() as tx:
            item = await keep_secrets(tx.db, self.kit, account_id, secrets, tx.now, tx.new_id)
            await self.desk.administer(tx, account_id, KeepCredentials(tx.now))
            await store.name_credentials(tx.db, account_id, item, tx.now)
            tx.after_commit(self.desk.wake)

    def channel(self, platform: str) -> ChannelRef:
        return ChannelRef(id=f"account:{self.accounts[platform]}", kind=platform, name=f"济南商务{platform}")  # type: ignore[arg-type]

    # ── What publication says ──

    async def approve(
        self, *, document: UUID, release: UUID, change: str = "publish", platforms: tuple[str, ...] = ("wechat", "weibo"),
        **manifest: Any,
    ) -> DocumentApproved:
        made = a_manifest(document, **manifest)
        blob = await self.shelf_of_publication.put(made.model_dump_json().encode(), "application/json")
        event = DocumentApproved(
            document_id=document, organ_id=ORGAN, release_id=release, edition=made.edition,
            edition_digest=blob.digest, manifest=blob, change=change, title=made.title, kind=made.kind,  # type: ignore[arg-type]
            column_id=made.column_id, permalink=made.permalink,
            channels=(ChannelRef(id="website", kind="website", name="网站"), *(self.channel(one) for one in platforms)),
            policy="all-or-hold", prepare_by=self.kit.now() + timedelta(minutes=10),
        )  # fmt: skip
        await self.heard(self.handlers.prepare_on_accounts, event)
        return event

    async def order(self, approved: DocumentApproved, at: datetime, *, laggards: tuple[ChannelRef, ...] = ()) -> None:
        event = ReleaseOrdered(
            document_id=approved.document_id, release_id=approved.release_id, edition=approved.edition,
            edition_digest=approved.edition_digest, change=approved.change, release_at=at,
            channels=tuple(one for one in approved.channels if one not in laggards), laggards=laggards,
        )  # fmt: skip
        await self.heard(self.handlers.release_at_the_instant, event)

    async def cancel(self, approved: DocumentApproved) -> None:
        event = ReleaseCancelled(
            document_id=approved.document_id, release_id=approved.release_id, reason="内容有误，不发了"
        )
        await self.heard(self.handlers.discard_what_was_prepared, event)

    async def heard(self, handler: Any, event: Any) -> None:
        """Deliver one event as the bus does: again, when somebody else wrote at the same moment."""

        async def once() -> None:
            async with self.kit.transaction() as tx:
                await handler(tx, event)

        await persistently(once)

    # ── What can be seen ──

    async def told(self, kind: type[ChannelEvent], release: UUID, platform: str | None = None) -> list[Any]:
        """Return the events of one class that left for one release, oldest first."""
        async with self.kit.reading() as db:
            rows = await db.fetch(
                "SELECT data FROM outbox WHERE type = $1 ORDER BY seq", kind.type_name("newmedia-sync")
            )
        found = [kind.model_validate_json(row["data"]) for row in rows]
        wanted = None if platform is None else f"account:{self.accounts[platform]}"
        return [one for one in found if one.release_id == release and wanted in {None, one.channel.id}]

    async def row(self, release: UUID, platform: str) -> Any:
        async with self.kit.reading() as db:
            return await store.delivery(db, delivery_id_of(release, self.accounts[platform]))

    async def reaches(self, state: str, release: UUID, platform: str, timeout: float = 15) -> Any:
        async def there() -> Any:
            row = await self.row(release, platform)
            assert row is not None
            assert row["state"] == state, (row["state"], row["code"], row["reason"])
            return row

        await eventually(there, timeout=timeout)
        return await self.row(release, platform)

    async def fault(self, platform: str, kind: str, **how: Any) -> None:
        account = APPID if platform == "wechat" else UID
        await self.house.fault(platform, kind, account=account, **how)

    async def seen(self, platform: str, words: str) -> int:
        account = APPID if platform == "wechat" else UID
        page = (await self.house.http.get(f"{self.house.url}/accounts/{platform}/{account}")).text
        marker = 'class="item"' if platform == "wechat" else 'class="text"'
        return sum(words in piece for piece in page.split(marker)[1:])


def a_manifest(document: UUID, **changed: Any) -> EditionManifest:
    known: dict[str, Any] = {
        "document_id": document, "edition": 1, "organ_id": ORGAN, "organ_name": "济南市商务局", "organ_slug": "jnsw",
        "title": "关于家电以旧换新补贴申领的通知", "kind": "notice", "column_id": "notices", "column_name": "通知公告",
        "permalink": "/d/jnsw-2026-00012", "index_number": "11370100004222241N/2026-00012",
        "formed_on": date(2026, 3, 9), "summary": "补贴标准、申领条件和办理时限。",
        "body_html": "<h2>一、补贴标准</h2><p>每件不超过2000元。</p>", "body_text": "一、补贴标准 每件不超过2000元。",
    }  # fmt: skip
    return EditionManifest(**(known | changed))


async def anybody(_: object) -> None:
    """Let the test's publication hand out its blobs to whoever asks."""


@asynccontextmanager
async def a_newsroom(dsn: str, folder: Path, *, courier: bool = True) -> AsyncIterator[Newsroom]:
    """Run the service on the wall clock against a sandbox that ticks by itself."""
    blobs = Blobs(folder / "publication")
    publication = FastAPI()
    publication.include_router(blob_router(blobs, anybody), prefix="/publication")
    sandbox = create_app(wall_clock, ticking=True)
    sandbox.state.keeper.world.weibo[UID].safe_domains = ["www.example.gov.cn"]
    sandbox.state.keeper.world.wechat[APPID].review_seconds = 0.3
    async with (
        served(sandbox) as sandbox_url,
        served(publication) as publication_url,
        httpx.AsyncClient() as outside,
        a_kit(
            dsn, folder / "newmedia", name="newmedia-sync", package="newmedia_sync",
            public_url="http://www.example.gov.cn", service_urls={"publication": publication_url},
            sandbox_url=sandbox_url,
        ) as kit,
    ):  # fmt: skip
        awake = asyncio.Event()
        desk = Desk(wake=awake.set)
        switchboard = Switchboard(kit, outside, kit.now)
        worker = Courier(kit, desk, switchboard, Shelf(kit), dsn=dsn, awake=awake)
        house = House(sandbox_url, None, outside, sandbox.state.keeper)  # type: ignore[arg-type]
        room = Newsroom(kit, house, blobs, desk, worker, Handlers(desk), switchboard)
        if courier:
            async with running(worker.run()):
                yield room
        else:
            yield room


