"""Accounts on the sandbox of this machine are told where it is now; accounts on real platforms never are."""

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.support.newmedia_worlds import a_newsroom

from newmedia_sync import store
from newmedia_sync.domain.account import ChangeAccount
from newmedia_sync.following import follow_the_sandbox


@pytest.fixture
async def room(postgres, tmp_path):
    async with a_newsroom(await postgres.database(f"newmedia_{uuid4().hex[:8]}"), tmp_path, courier=False) as room:
        yield room


async def test_accounts_on_the_sandbox_of_this_machine_follow_it_and_real_ones_stay(room):
    kit = room.kit
    at_home, real = await room.open("wechat"), await room.open("weibo")
    async with kit.transaction() as tx:
        card = store.card_of(await store.account(tx.db, real))
        card = replace(card, api_base="https://api.weibo.com", web_base="https://weibo.com")
        await room.desk.administer(tx, real, ChangeAccount(card, tx.now))
    before = kit.settings.sandbox_url
    kit.settings = kit.settings.model_copy(update={"sandbox_url": "http://127.0.0.1:9"})

    moved, again = await follow_the_sandbox(kit, room.desk), await follow_the_sandbox(kit, room.desk)
    async with kit.reading() as db:
        cards = {one: store.card_of(await store.account(db, one)) for one in (at_home, real)}
    kit.settings = kit.settings.model_copy(update={"sandbox_url": before})
    back = await follow_the_sandbox(kit, room.desk)

    assert (moved, again, back) == (1, 0, 1)
    assert (cards[at_home].api_base, cards[at_home].web_base) == ("http://127.0.0.1:9", "http://127.0.0.1:9")
    assert cards[real].api_base == "https://api.weibo.com"


async def test_without_a_sandbox_no_account_is_moved(room):
    kit = room.kit
    await room.open("wechat")
    kit.settings = kit.settings.model_copy(update={"sandbox_url": None})

    assert await follow_the_sandbox(kit, room.desk) == 0
