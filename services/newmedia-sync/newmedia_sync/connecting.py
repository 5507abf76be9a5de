"""Accounts → living adapters. Credentials are read from the vault once and stay in memory only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import httpx

from gongkai.runtime.edge import Clock, NewId
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from newmedia_sync import store
from newmedia_sync.channels.assisted import AssistedChannel
from newmedia_sync.channels.channel import Access, Channel
from newmedia_sync.channels.counted import Counted
from newmedia_sync.channels.wechat import WeChatChannel
from newmedia_sync.channels.weibo import WeiboChannel
from newmedia_sync.domain.account import Card, Platform

ADAPTERS: Final[dict[Platform, type[WeChatChannel] | type[WeiboChannel]]] = {
    "wechat": WeChatChannel,
    "weibo": WeiboChannel,
}
API_BASES: Final[dict[Platform, str]] = {
    "wechat": "https://api.weixin.qq.com",
    "weibo": "https://api.weibo.com",
}
WEB_BASES: Final[dict[Platform, str]] = {
    "wechat": "https://mp.weixin.qq.com",
    "weibo": "https://weibo.com",
}
#: What each platform's credentials consist of: field → its Chinese name.
SECRETS: Final[dict[Platform, dict[str, str]]] = {
    "wechat": {"secret": "AppSecret", "callback_token": "推送Token", "aes_key": "EncodingAESKey"},
    "weibo": {"token": "access_token", "operator_ip": "操作电脑的公网IP"},
}
_VAULT_KIND: Final = "channel-credentials"


def bases(platform: Platform, sandbox: str | None) -> tuple[str, str]:
    """Return the addresses of a platform: its own, or the sandbox's where one is set."""
    if sandbox is None:
        return API_BASES[platform], WEB_BASES[platform]
    return sandbox, f"{sandbox}/weibo" if platform == "weibo" else sandbox


async def keep_secrets(
    db: Connection, kit: Kit, account_id: UUID, secrets: Mapping[str, str], at: datetime, new_id: NewId
) -> UUID:
    """Put the credentials into the vault and return their number."""
    return await kit.vault.put(db, account_id, _VAULT_KIND, json.dumps(dict(secrets)).encode(), at, new_id)


@dataclass(slots=True)
class Switchboard:
    """Gives the adapter of an account; one per account and set of credentials, so one holder per token."""

    kit: Kit
    http: httpx.AsyncClient
    now: Clock
    _known: dict[UUID, tuple[object, Channel, Access]] = field(default_factory=dict)

    def at_hand(self, row: Any) -> tuple[Channel, Access, Card] | None:
        """Return the adapter of an account if it stands ready for the credentials and the card of this row."""
        card = store.card_of(row)
        known = self._known.get(row["account_id"])
        return (known[1], known[2], card) if known is not None and known[0] == (row["credentials"], card) else None

    async def channel(self, db: Connection, account_id: UUID) -> tuple[Channel, Access, Card] | None:
        """Return None for an automatic account whose credentials were never given."""
        row = await store.account(db, account_id)
        if row is None:
            return None
        card = store.card_of(row)
        key = (row["credentials"], card)
        known = self._known.get(account_id)
        if known is None or known[0] != key:
            access = await self._access(db, row, card)
            if access is None:
                return None
            adapter = ADAPTERS[card.platform] if card.mode == "automatic" else AssistedChannel
            channel = Counted(adapter(access, self.http, self.now), partial(self._count, card.platform))
            known = (key, channel, access)
            self._known[account_id] = known
        return known[1], known[2], card

    def _count(self, platform: Platform, code: str) -> None:
        self.kit.metrics.channel_errors.labels(self.kit.name, platform, code).inc()

    async def _access(self, db: Connection, row: Any, card: Card) -> Access | None:
        secrets: Mapping[str, str] = {}
        if row["credentials"] is not None:
            kept = await self.kit.vault.get(db, row["credentials"], "system", "connect to the platform", self.now())
            secrets = json.loads(kept)
        elif card.mode == "automatic":
            return None
        return Access(card.handle, card.name, card.api_base, card.web_base, card.business, secrets)
