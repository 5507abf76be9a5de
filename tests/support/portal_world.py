"""A public site for a test: real database, a real origin of blobs behind HTTP, a clock the test holds."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI, Request
from tests.support.kits import NOON, HeldClock, a_kit

from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OrganDescribed
from gongkai.contracts.publication import CatalogueRevised, DocumentApproved, ReleaseOrdered
from gongkai.contracts.values import Attachment, BlobRef, ChannelRef, ColumnEntry, EditionManifest, RelatedDocument
from gongkai.runtime import problem
from gongkai.runtime.blobs import Blobs, blob_router
from gongkai.runtime.kit import Kit, Wiring
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Actor
from gongkai.web.frame import install, renderer, root_router
from portal.app import build

WEBSITE = ChannelRef(id="website", kind="website", name="济南市商务局网站")
ORGAN = UUID(int=1)
SECOND = timedelta(seconds=1)


async def _anyone(request: Request) -> None:
    """Let the test's own site in."""
    del request


@dataclass(slots=True)
class Origin:
    """Publication, as far as the site can see it: blobs at an address. It can go away."""

    blobs: Blobs
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        app = FastAPI()
        app.include_router(blob_router(self.blobs, _anyone), prefix="/publication")
        problem.install(app)
        inner = httpx.ASGITransport(app)
        origin = self

        class Line(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                origin.asked.append(request.url.path)
                if origin.away:
                    raise httpx.ConnectError("nobody answers", request=request)
                return await inner.handle_async_request(request)

        return httpx.AsyncClient(transport=Line())


@dataclass(slots=True)
class Site:
    """The service under test and everything a test does to it."""

    kit: Kit
    wiring: Wiring
    clock: HeldClock
    origin: Origin
    reader: httpx.AsyncClient
    app: FastAPI
    serial: int = 0

    def forget(self) -> None:
        """Throw away kept answers, as any commit does."""
        ear: Any = next(iter(self.wiring.handlers.values())).__self__  # type: ignore[attr-defined]
        ear.release.changed()

    @property
    def now(self) -> datetime:
        return self.clock.at

    async def hear(self, event: Event) -> tuple[Event, ...]:
        """Deliver one event as the bus would; returns what the site said."""
        async with self.kit.transaction(actor=Actor("event"), cause=uuid4()) as tx:
            await self.wiring.handlers[type(event)](tx, event)
            return tx.told

    async def tick(self) -> int:
        """Fire the clocks that are due at the held instant."""
        ticker = Ticker(self.kit, self.wiring.timers, dsn="")
        return await ticker.fire_batch()

    async def said(self, name: str) -> list[dict[str, Any]]:
        rows = await self.kit.pool.fetch("SELECT data FROM outbox WHERE type LIKE $1 ORDER BY seq", f"%.{name}.v1")
        return [json.loads(row["data"]) for row in rows]

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.reader.get(path, headers={"accept": "text/html", **headers})

    async def approve(self, **values: Any) -> DocumentApproved:
        """Store a manifest with the origin and return the approval that names it."""
        self.serial += 1
        return await an_approval(self.origin.blobs, self.now, self.serial, **values)

    async def publish(self, **values: Any) -> DocumentApproved:
        """Take one document the whole road; it is visible from now on."""
        approval = await self.approve(**values)
        await self.hear(approval)
        await self.hear(an_order(approval, self.now))
        return approval


async def an_approval(
    blobs: Blobs, now: datetime, serial: int, *, change: str = "publish", attachments: Sequence[tuple[str, bytes, str]] = (),
    document_id: UUID | None = None, release_id: UUID | None = None, channels: Sequence[ChannelRef] = (WEBSITE,),
    scheduled_at: datetime | None = None, permalink: str | None = None, **values: Any,
) -> DocumentApproved:
    document_id = document_id or uuid4()
    kept = [
        Attachment(name=name, blob=await blobs.put(content, media_type)) for name, content, media_type in attachments
    ]
    body = values.pop("body_html", "<p>各区县商务主管部门：</p><p>现将有关事项通知如下。</p>")
    described: dict[str, Any] = {
        "document_id": document_id, "edition": 1, "organ_id": ORGAN, "organ_name": "济南市商务局", "organ_slug": "jnsw",
        "title": f"关于做好第{serial}号工作的通知", "kind": "notice", "column_id": "notices", "column_name": "通知公告",
        "permalink": permalink or f"/d/jnsw-2026-{serial:05d}",
        "index_number": f"11370100MB2866908X/2026-{serial:05d}",
        "body_html": body, "body_text": values.pop("body_text", plain(body)), "attachments": tuple(kept),
    }
    manifest = EditionManifest(**(described | values))
    content = manifest.model_dump_json().encode()
    ref = await blobs.put(content, "application/json")
    return DocumentApproved(
        document_id=document_id, organ_id=manifest.organ_id, release_id=release_id or uuid4(), edition=manifest.edition,
        edition_digest=ref.digest, manifest=ref, change=change, title=manifest.title, kind=manifest.kind,
        column_id=manifest.column_id, permalink=manifest.permalink, channels=tuple(channels), policy="all-or-hold",
        prepare_by=now + timedelta(minutes=10), scheduled_at=scheduled_at,
    )


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", "\n", html).strip()


def an_order(approval: DocumentApproved, release_at: datetime, **values: Any) -> ReleaseOrdered:
    return ReleaseOrdered(
        document_id=approval.document_id, release_id=approval.release_id, edition=approval.edition,
        edition_digest=approval.edition_digest, change=approval.change, release_at=release_at,
        channels=values.get("channels", approval.channels), laggards=values.get("laggards", ()),
    )


def an_organ(version: int = 1, **values: Any) -> OrganDescribed:
    return OrganDescribed(**{
        "organ_id": ORGAN, "version": version, "name": "济南市商务局", "short_name": "济商", "slug": "jnsw",
        "credit_code": "11370100MB2866908X", "openness_office": "局办公室（政务公开办公室）",
        "address": "济南市历下区龙鼎大道1号", "hours": "工作日 8:30—12:00，13:30—17:30", "phones": ("0531-00000000",),
        "government": "济南市人民政府", **values,
    })


def columns() -> tuple[ColumnEntry, ...]:
    return (
        ColumnEntry(id="policy", name="政策文件", position=1, in_navigation=True, owner_unit="办公室",
                    legal_basis="《政府信息公开条例》第二十条第一项", time_limit="形成之日起20个工作日内",
                    description="本局制定的政策文件，印发之日公布。"),
        ColumnEntry(id="normative", parent_id="policy", name="行政规范性文件", position=1),
        ColumnEntry(id="other-policy", parent_id="policy", name="其他文件", position=2),
        ColumnEntry(id="explained", name="政策解读", position=2, in_navigation=True),
        ColumnEntry(id="notices", name="通知公告", position=3, in_navigation=True, update_rule="news"),
        ColumnEntry(id="statistics", name="统计信息", position=4, update_rule="monthly"),
        ColumnEntry(id="reports", name="公开年报", position=5, update_rule="yearly"),
    )  # fmt: skip


def a_catalogue(revision: int = 1, effective_on: date = date(2026, 1, 1), **values: Any) -> CatalogueRevised:
    return CatalogueRevised(**{
        "organ_id": ORGAN, "revision": revision, "effective_on": effective_on, "columns": columns(), **values,
    })


def sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def ref_of(content: bytes, media_type: str = "application/json") -> BlobRef:
    return BlobRef(digest=sha256(content), size=len(content), media_type=media_type)


@asynccontextmanager
async def a_site(dsn: str, folder: Path, *, described: bool = True, at: datetime = NOON) -> AsyncIterator[Site]:
    """Give a migrated site of one organ with its columns, and a reader in front of it."""
    clock = HeldClock(at)
    origin = Origin(Blobs(folder / "origin"))
    async with a_kit(dsn, folder / "site", name="portal", package="portal", now=clock) as kit:
        kit.http = origin.client()
        wiring = await build(kit)
        app = FastAPI()
        problem.install(app, renderer(public=True))
        install(app, kit)
        app.include_router(root_router(secure=False))
        for router in wiring.routers:
            app.include_router(router)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site.test") as reader:
            site = Site(kit, wiring, clock, origin, reader, app)
            if described:
                await site.hear(an_organ())
                await site.hear(a_catalogue())
            yield site
        await kit.http.aclose()


async def a_policy(site: Site) -> str:
    """Publish a normative document with an interpretation and return its address."""
    policy, explained = uuid4(), uuid4()
    address = "/d/jnsw-2026-90001"
    link = RelatedDocument(
        relation="interprets", document_id=policy, title="跨境电商认定管理办法", permalink=address, form="qa"
    )
    await site.publish(
        document_id=policy, title="济南市跨境电子商务认定管理办法", kind="normative", column_id="normative",
        column_name="行政规范性文件", document_number="济商发〔2026〕4号", formed_on=date(2026, 3, 9), permalink=address,
        themes=("商贸、海关、旅游\\对外经贸合作",), keywords=("海外仓",), valid_until=date(2031, 3, 9),
        body_html="<p>各有关单位：</p><p>为规范认定，制定本办法。</p><table><tr><td>园区</td></tr></table>",
        attachments=[("申报表.docx", b"form", "application/msword")],
    )
    await site.publish(
        document_id=explained, title="十个问题看懂办法", kind="interpretation", column_id="explained",
        column_name="政策解读", related=(link,), body_html="<p>问：租用的海外仓能不能申报？</p>",
    )
    return address
