"""The JSON API, and the door for messages that platforms push."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from gongkai.hosting.access import service_of
from gongkai.runtime import telemetry
from gongkai.runtime.errors import NotFound, TooLarge
from gongkai.runtime.kit import Kit
from gongkai.web.session import Officer, require
from newmedia_sync import push, store
from newmedia_sync.channels.channel import Access
from newmedia_sync.connecting import Switchboard
from newmedia_sync.desk_work import WAYS, DeskWork
from newmedia_sync.domain.account import Mode, Platform
from newmedia_sync.domain.acts import Learn
from newmedia_sync.domain.steps import WORDS
from newmedia_sync.inputs import (
    AccountInput,
    FilingInput,
    PostInput,
    PreviewInput,
    PreviewView,
    ProblemView,
    ReasonInput,
    SecretsInput,
    Way,
)
from newmedia_sync.service import Desk

Sees = Annotated[Officer, Depends(require("delivery.see"))]
Acts = Annotated[Officer, Depends(require("delivery.act"))]
SeesAccounts = Annotated[Officer, Depends(require("account.see"))]


class AccountView(BaseModel):
    """An account as the register has it. Credentials are never shown, only whether they work."""

    account_id: UUID
    organ_id: UUID
    channel: str
    platform: Platform
    name: str
    handle: str
    mode: Mode
    host_unit: str
    operator_unit: str
    responsible: UUID
    business: bool
    api_base: str
    web_base: str
    state: str
    filing_number: str
    opened_at: datetime
    filed_at: datetime | None
    closed_at: datetime | None
    closing_reason: str
    connection: str
    connection_reason: str
    has_credentials: bool


class DeliveryView(BaseModel):
    delivery_id: UUID
    release_id: UUID
    document_id: UUID
    account_id: UUID
    channel: str
    platform: Platform
    account_name: str
    title: str
    change: str
    state: str
    word: str
    code: str
    reason: str
    url: str
    permalink: str
    release_at: datetime | None
    acted_at: datetime | None
    live_at: datetime | None
    next_step: str | None
    next_at: datetime | None
    ways: list[Way]
    notes: list[ProblemView]


class Opened(BaseModel):
    account_id: UUID


class Word(BaseModel):
    word: str


def account_view(row: Any) -> AccountView:
    card = store.card_of(row)
    return AccountView(
        account_id=row["account_id"],
        organ_id=row["organ_id"],
        channel=f"account:{row['account_id']}",
        platform=card.platform,
        name=card.name,
        handle=card.handle,
        mode=card.mode,
        host_unit=card.host_unit,
        operator_unit=card.operator_unit,
        responsible=card.responsible,
        business=card.business,
        api_base=card.api_base,
        web_base=card.web_base,
        state=row["state"],
        filing_number=row["filing_number"],
        opened_at=row["opened_at"],
        filed_at=row["filed_at"],
        closed_at=row["closed_at"],
        closing_reason=row["closing_reason"],
        connection=row["link"],
        connection_reason=row["link_reason"],
        has_credentials=row["credentials"] is not None,
    )


def delivery_view(row: Any) -> DeliveryView:
    return DeliveryView(
        delivery_id=row["delivery_id"],
        release_id=row["release_id"],
        document_id=row["document_id"],
        account_id=row["account_id"],
        channel=f"account:{row['account_id']}",
        platform=row["platform"],
        account_name=store.card_of(row).name,
        title=row["title"],
        change=row["change"],
        state=row["state"],
        word=WORDS[row["state"]][0],
        code=row["code"],
        reason=row["reason"],
        url=row["url"],
        permalink=row["permalink"],
        release_at=row["release_at"],
        acted_at=row["acted_at"],
        live_at=row["live_at"],
        next_step=row["step"],
        next_at=row["next_at"],
        ways=list(WAYS.get(row["state"], ())),
        notes=[ProblemView(**one) for one in json.loads(row["notes"])],
    )


def router(work: DeskWork, kit: Kit) -> APIRouter:
    routes = APIRouter(prefix="/api")

    @routes.get("/accounts")
    async def accounts(officer: SeesAccounts) -> list[AccountView]:
        return [account_view(row) for row in await work.accounts(officer.organ_id)]

    @routes.post("/accounts", status_code=201)
    async def open_account(
        wanted: AccountInput, officer: Annotated[Officer, Depends(require("account.open"))]
    ) -> Opened:
        return Opened(account_id=await work.open_account(officer, wanted))

    @routes.get("/accounts/{account_id}")
    async def account(account_id: UUID, officer: SeesAccounts) -> AccountView:
        return account_view(await work.account(officer, account_id))

    @routes.put("/accounts/{account_id}")
    async def change_account(
        account_id: UUID, wanted: AccountInput, officer: Annotated[Officer, Depends(require("account.change"))]
    ) -> AccountView:
        await work.change_account(officer, account_id, wanted)
        return account_view(await work.account(officer, account_id))

    @routes.post("/accounts/{account_id}/filing")
    async def file_account(
        account_id: UUID, wanted: FilingInput, officer: Annotated[Officer, Depends(require("account.file"))]
    ) -> AccountView:
        await work.file_account(officer, account_id, wanted.number)
        return account_view(await work.account(officer, account_id))

    @routes.post("/accounts/{account_id}/closing")
    async def close_account(
        account_id: UUID, wanted: ReasonInput, officer: Annotated[Officer, Depends(require("account.close"))]
    ) -> AccountView:
        await work.close_account(officer, account_id, wanted.reason)
        return account_view(await work.account(officer, account_id))

    @routes.put("/accounts/{account_id}/credentials", status_code=204)
    async def keep_credentials(
        account_id: UUID, given: SecretsInput, officer: Annotated[Officer, Depends(require("account.credential"))]
    ) -> None:
        await work.keep_credentials(officer, account_id, given)

    @routes.post("/accounts/{account_id}/check", status_code=202)
    async def check_credentials(
        account_id: UUID, officer: Annotated[Officer, Depends(require("account.credential"))]
    ) -> None:
        await work.check_credentials(officer, account_id)

    @routes.get("/deliveries")
    async def deliveries(
        officer: Sees,
        state: Annotated[list[str] | None, Query()] = None,
        document_id: UUID | None = None,
        release_id: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> list[DeliveryView]:
        async with kit.reading() as db:
            rows = await store.deliveries(
                db,
                officer.organ_id,
                states=state,
                document_id=document_id,
                release_id=release_id,
                limit=limit,
                offset=offset,
            )
        return [delivery_view(row) for row in rows]

    @routes.get("/deliveries/{delivery_id}")
    async def delivery(delivery_id: UUID, officer: Sees) -> DeliveryView:
        return delivery_view(await work.delivery(officer, delivery_id))

    @routes.post("/deliveries/{delivery_id}/probe", status_code=202)
    async def probe(delivery_id: UUID, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "probe"))

    @routes.post("/deliveries/{delivery_id}/retry")
    async def retry(delivery_id: UUID, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "retry"))

    @routes.post("/deliveries/{delivery_id}/give-up")
    async def give_up(delivery_id: UUID, wanted: ReasonInput, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "give-up", wanted.reason))

    @routes.post("/deliveries/{delivery_id}/post")
    async def report_post(delivery_id: UUID, wanted: PostInput, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "post", wanted.url))

    @routes.post("/deliveries/{delivery_id}/retract")
    async def retract(delivery_id: UUID, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "retract"))

    @routes.post("/deliveries/{delivery_id}/retracted")
    async def report_retracted(delivery_id: UUID, officer: Acts) -> Word:
        return Word(word=await work.act(officer, delivery_id, "retracted"))

    async def previewer(request: Request) -> Officer | None:
        return None if service_of(kit, request) else await require("document.see")(request)

    @routes.post("/previews")
    async def previews(
        asked: PreviewInput, officer: Annotated[Officer | None, Depends(previewer)]
    ) -> list[PreviewView]:
        """For officers of the organ, and for our own services in their stead."""
        return await work.previews(officer.organ_id if officer else asked.manifest.organ_id, asked)

    return routes


def push_router(kit: Kit, desk: Desk, switchboard: Switchboard) -> APIRouter:
    """`/push/wechat/<account id>`: the address that is written into the platform's console."""
    routes = APIRouter(prefix="/push/wechat")

    async def access_of(account_id: UUID) -> Access:
        async with kit.transaction() as tx:
            found = await switchboard.channel(tx.db, account_id)
        if found is None or found[2].platform != "wechat" or not found[1].secrets.get("callback_token"):
            raise NotFound
        return found[1]

    @routes.get("/{account_id}", response_class=PlainTextResponse)
    async def greet(account_id: UUID, signature: str, timestamp: str, nonce: str, echostr: str) -> Response:
        access = await access_of(account_id)
        try:
            echo = push.greeting(access.secrets["callback_token"], signature, timestamp, nonce, echostr)
        except push.NotFromPlatform:
            raise NotFound from None
        return PlainTextResponse(echo)

    @routes.post("/{account_id}", response_class=PlainTextResponse)
    async def hear(account_id: UUID, msg_signature: str, timestamp: str, nonce: str, request: Request) -> Response:
        access = await access_of(account_id)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > push.LIMIT:
                raise TooLarge("推送的内容太大")
        try:
            message = push.opened(
                body,
                token=access.secrets["callback_token"],
                aes_key=access.secrets.get("aes_key", ""),
                appid=access.handle,
                signature=msg_signature,
                timestamp=timestamp,
                nonce=nonce,
            )
        except push.NotFromPlatform:
            raise NotFound from None
        async with kit.transaction() as tx:
            fresh = await store.see_push(tx.db, account_id, message.key, tx.now)
            if fresh and isinstance(message, push.Finished):
                errand = await store.of_job(tx.db, account_id, message.job)
                if errand is None:
                    # A task we never got a number for: an answer was lost, or a hand posted it.
                    await store.hurry_unknown(tx.db, account_id, tx.now)
                    tx.after_commit(desk.wake)
                else:
                    # The platform's call is a trace of its own; what it says belongs to the release.
                    heard = telemetry.current_traceparent()
                    with errand.span("channel push", links=[heard] if heard else []):
                        errand.take_over(tx)
                        await desk.perform(tx, errand.delivery_id, Learn(message.outcome, tx.now, tx.now))
        return PlainTextResponse("success")

    return routes
