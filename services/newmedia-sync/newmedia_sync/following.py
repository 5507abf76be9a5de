"""Accounts on the platform sandbox of this machine follow it when it starts on another port."""

import contextlib
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from gongkai.runtime import telemetry
from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.runtime.kit import Kit
from newmedia_sync import store
from newmedia_sync.connecting import bases
from newmedia_sync.domain.account import ChangeAccount
from newmedia_sync.service import Desk

log = telemetry.logger(__name__)

_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


async def follow_the_sandbox(kit: Kit, desk: Desk) -> int:
    """Point such accounts at where the sandbox is now; returns how many moved. Real platforms are never touched."""
    sandbox = kit.settings.sandbox_url
    if sandbox is None:
        return 0
    async with kit.reading() as db:
        rows = [row for row in await store.open_accounts(db) if _strayed(store.card_of(row).api_base, sandbox)]
    moved = 0
    for row in rows:
        # Another instance that starts at the same moment may have told it already.
        with contextlib.suppress(ChangedMeanwhile):
            await _move(kit, desk, row["account_id"], sandbox)
            moved += 1
    if moved:
        log.info("accounts-follow-the-sandbox", accounts=moved)
    return moved


def _strayed(api_base: str, sandbox: str) -> bool:
    return urlsplit(api_base).hostname in _HERE and api_base != sandbox


async def _move(kit: Kit, desk: Desk, account_id: UUID, sandbox: str) -> None:
    async with kit.transaction() as tx:
        row = await store.account(tx.db, account_id)
        card = store.card_of(row)
        api_base, web_base = bases(card.platform, sandbox)
        moved = replace(card, api_base=api_base, web_base=web_base)
        await desk.administer(tx, account_id, ChangeAccount(moved, tx.now))
        await store.check_later(tx.db, account_id, tx.now)
