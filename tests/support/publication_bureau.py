"""A bureau at work for a test: real database, real API, seven officers, a clock the test holds, channels it plays."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from tests.support.kits import HeldClock, a_kit
from tests.support.stack import Databases

from gongkai.contracts import channels as answers
from gongkai.contracts.catalog import BY_TYPE
from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OfficerChanged, OrganDescribed
from gongkai.contracts.newmedia_sync import AccountOpened
from gongkai.contracts.publication import DocumentApproved, ReleaseOrdered
from gongkai.contracts.values import ChannelRef
from gongkai.runtime import problem
from gongkai.runtime.kit import Kit, Wiring
from gongkai.runtime.ticker import Ticker
from gongkai.runtime.tx import Actor
from gongkai.runtime.workers import Workers
from gongkai.web import frame
from gongkai.web.officers import keep_officer, officer_handlers
from publication.app import build, make_desks
from publication.desks import Desks
from publication.domain import disclosure, steps

#: Monday, 10 March 2025, noon in Jinan.
NOON = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)
ORGAN, OTHER_ORGAN = UUID(int=100), UUID(int=101)
WECHAT, WEIBO = UUID(int=11), UUID(int=12)
CREDIT_CODE = "11370100MB2866908X"
ROLES: dict[str, tuple[str, str]] = {
    "drafter": ("drafter", "外贸处"),
    "section_head": ("section_head", "外贸处"),
    "deputy_head": ("deputy_head", "局领导"),
    "head": ("head", "局领导"),
    "proofreader": ("proofreader", "办公室"),
    "openness_officer": ("openness_officer", "办公室"),
    "secrecy_reviewer": ("secrecy_reviewer", "办公室"),
    "newmedia_operator": ("newmedia_operator", "办公室"),
    "supervisor": ("supervisor", "机关纪委"),
    "administrator": ("administrator", "信息中心"),
}
PEOPLE = {name: UUID(int=200 + number) for number, name in enumerate(ROLES)}
STRANGER = UUID(int=300)
REVIEWERS = {
    "first-review": "drafter",
    "first-proof": "proofreader",
    "second-review": "section_head",
    "second-proof": "proofreader",
    "final-review": "deputy_head",
    "final-proof": "proofreader",
    "head-review": "head",
}
NOTICE = {
    "title": "关于组织参加北方消费品博览会的通知",
    "kind": "notice",
    "column_id": "tzgg",
    "body": "各有关企业：\n\n请于3月20日前报名。",
    "formed_on": "2025-03-03",
}
POLICY = NOTICE | {
    "title": "济南市跨境电商园区认定办法",
    "kind": "normative",
    "column_id": "gfxwj",
    "document_number": "济商字〔2025〕4号",
    "themes": ["商贸、海关、旅游\\对外经贸合作"],
    "body": "第一条 为了规范认定工作，制定本办法。\n\n第二条 本办法自印发之日起施行。",
}


def organ(organ_id: UUID = ORGAN, slug: str = "jinan") -> OrganDescribed:
    return OrganDescribed(
        organ_id=organ_id, version=1, name="济南市商务局", short_name="济商", slug=slug, credit_code=CREDIT_CODE,
        phones=("0531-66605310",), address="济南市历下区龙鼎大道1号",
    )  # fmt: skip


@dataclass(slots=True)
class Bureau:
    kit: Kit
    wiring: Wiring
    desks: Desks
    clock: HeldClock
    app: FastAPI
    ticker: Ticker
    clients: dict[UUID, httpx.AsyncClient] = field(default_factory=dict)

    # ── People ─────────────────────────────────────────────────────────────

    def by(self, name: str | UUID) -> httpx.AsyncClient:
        """Return the programs of one officer: what a page can do they can do."""
        person = PEOPLE[name] if isinstance(name, str) else name
        if person not in self.clients:
            organ_id = OTHER_ORGAN if person == STRANGER else ORGAN
            token = self.kit.tokens.issue_session(person, organ_id, 0, timedelta(days=3650), NOON)
            self.clients[person] = httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
                base_url="http://bureau/publication/api",
                headers={"Authorization": f"Bearer {token}"},
            )
        return self.clients[person]

    async def do(self, name: str | UUID, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Call the API and return the answer; another status is shown whole."""
        answer = await self.by(name).request(method, path, json=body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json() if answer.content else None

    # ── Documents ──────────────────────────────────────────────────────────

    async def draft(self, content: dict[str, Any] | None = None) -> UUID:
        made = await self.do("drafter", "POST", "/documents", content or NOTICE, status=201)
        return UUID(made["id"])

    async def check_all(self) -> None:
        """Let the background checks run until nothing waits."""
        while await self.desks.checking.check_next():
            pass

    async def review(self, document_id: UUID, *, edition: int = 1, important: bool = False) -> None:
        """Take an edition through disclosure review, checks and all marks."""
        for name, role in (("openness_officer", "openness_officer"), ("secrecy_reviewer", "secrecy_reviewer")):
            verdicts = [{"item": i.name, "result": "clear"} for i in disclosure.ITEMS if role in i.roles]
            await self.do(
                name, "POST", f"/documents/{document_id}/disclosure", {"edition": edition, "verdicts": verdicts}
            )
        await self.check_all()
        for step in steps.steps_for(important=important):
            await self.do(
                REVIEWERS[step.name], "POST", f"/documents/{document_id}/marks",
                {"edition": edition, "step": step.name, "opinion": "同意"},
            )  # fmt: skip

    async def ready(self, content: dict[str, Any] | None = None, *, important: bool = False) -> UUID:
        """Return a document that lacks nothing but the sign-off."""
        document_id = await self.draft(content)
        await self.do("drafter", "POST", f"/documents/{document_id}/submit", {"edition": 1})
        await self.review(document_id, important=important)
        return document_id

    async def approve(self, document_id: UUID, **order: Any) -> UUID:
        body = {"edition": 1} | order
        answer = await self.do("deputy_head", "POST", f"/documents/{document_id}/approve", body)
        return UUID(answer["release_ids"][0])

    async def published(self, content: dict[str, Any] | None = None) -> UUID:
        document_id = await self.ready(content)
        release_id = await self.approve(document_id, channels=["website"])
        await self.play(release_id, ["website"])
        return document_id

    async def document(self, document_id: UUID) -> Any:
        return await self.do("drafter", "GET", f"/documents/{document_id}")

    async def release(self, release_id: UUID) -> Any:
        return await self.do("openness_officer", "GET", f"/releases/{release_id}")

    # ── Events ─────────────────────────────────────────────────────────────

    async def hear(self, event: Event) -> None:
        """Let one event in, as the bus would."""
        handlers = dict(self.wiring.handlers)
        async with self.kit.transaction(actor=Actor("event", type(event).type_name())) as tx:
            for known in (officer_handlers().get(type(event)), handlers.get(type(event))):
                if known is not None:
                    await known(tx, event)

    async def told(self) -> list[Event]:
        """Return every event in the outbox, in order."""
        rows = await self.kit.pool.fetch("SELECT type, data FROM outbox ORDER BY seq")

        return [BY_TYPE[row["type"]].event.model_validate_json(row["data"]) for row in rows]

    async def told_of(self, kind: type[Any]) -> list[Any]:
        return [event for event in await self.told() if isinstance(event, kind)]

    async def open_account(self, account_id: UUID, platform: str, name: str) -> None:
        await self.hear(
            AccountOpened(
                account_id=account_id, organ_id=ORGAN, platform=platform, name=name, mode="automatic", opened_at=NOON
            )
        )

    # ── Channels ───────────────────────────────────────────────────────────

    async def approval(self, release_id: UUID) -> DocumentApproved:
        return next(e for e in await self.told_of(DocumentApproved) if e.release_id == release_id)

    async def prepared(self, release_id: UUID, channel_id: str) -> answers.ChannelPrepared:
        approval = await self.approval(release_id)
        return answers.ChannelPrepared(
            document_id=approval.document_id, release_id=release_id, channel=_ref(approval.channels, channel_id),
            edition_digest=approval.edition_digest, rendition_digest="sha256:" + "d" * 64, change=approval.change,
        )  # fmt: skip

    async def acted(self, release_id: UUID, channel_id: str, after_ms: float = 0) -> answers.ChannelReleased:
        approval = await self.approval(release_id)
        order = next(e for e in await self.told_of(ReleaseOrdered) if e.release_id == release_id)
        return answers.ChannelReleased(
            document_id=approval.document_id, release_id=release_id, channel=_ref(approval.channels, channel_id),
            acted_at=order.release_at + timedelta(milliseconds=after_ms), url=f"https://example.test/{channel_id}",
            change=approval.change,
        )  # fmt: skip

    async def play(self, release_id: UUID, channel_ids: Sequence[str]) -> None:
        """Let these channels prepare and act."""
        for channel_id in channel_ids:
            await self.hear(await self.prepared(release_id, channel_id))
        for number, channel_id in enumerate(channel_ids):
            await self.hear(await self.acted(release_id, channel_id, after_ms=10 * number))

    async def tick(self) -> int:
        """Fire what is due now."""
        fired = 0
        while taken := await self.ticker.fire_batch():
            fired += taken
        return fired


def _ref(channels: Sequence[ChannelRef], channel_id: str) -> ChannelRef:
    return next(channel for channel in channels if channel.id == channel_id)


@asynccontextmanager
async def a_bureau(
    postgres: Databases, folder: Path, workers: Workers | None = None, **settings: Any
) -> AsyncIterator[Bureau]:
    """Open a bureau with its catalogue and its officers. Workers that several bureaus share are closed by their maker."""
    dsn = await postgres.database("publication")
    clock = HeldClock(NOON)
    async with a_kit(dsn, folder / uuid4().hex, package="publication", now=clock, **settings) as kit:
        wiring = await build(kit)
        app = FastAPI()
        frame.install(app, kit)
        problem.install(app)
        for router in wiring.routers:
            app.include_router(router, prefix="/publication")
        bureau = Bureau(kit, wiring, make_desks(kit, workers), clock, app, Ticker(kit, wiring.timers, dsn=dsn))
        await bureau.hear(organ())
        await bureau.hear(organ(OTHER_ORGAN, "zibo"))
        async with kit.transaction() as tx:
            for name, (role, unit) in ROLES.items():
                await keep_officer(tx, an_officer(PEOPLE[name], role, unit=unit))
            await keep_officer(tx, an_officer(STRANGER, "drafter", organ_id=OTHER_ORGAN))
        try:
            yield bureau
        finally:
            for client in bureau.clients.values():
                await client.aclose()
            if workers is None:
                await bureau.desks.workers.close()
            if wiring.close:
                await wiring.close()


def an_officer(person: UUID, *roles: str, unit: str = "外贸处", organ_id: UUID = ORGAN) -> OfficerChanged:
    return OfficerChanged(person_id=person, organ_id=organ_id, version=1, roles=roles, unit=unit, active=True, epoch=0)  # type: ignore[arg-type]
