"""What is typed and not saved lies encrypted, and is gone when it is saved or given up."""

from datetime import timedelta

import pytest
from tests.support.publication_bureau import NOTICE, PEOPLE, a_bureau
from tests.support.publication_console import browsing, send, value_of

from publication import autosaving

SECRET = "张三丰的手机号是13905310000"


@pytest.fixture
async def bureau(postgres, tmp_path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


async def stored(bureau) -> str:
    async with bureau.kit.pool.acquire() as db:
        tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await db.fetch(f'SELECT * FROM "{each["tablename"]}"') for each in tables]
    return "".join(str([dict(row) for row in table]) for table in rows)


async def items(bureau) -> list[bytes]:
    async with bureau.kit.pool.acquire() as db:
        return [bytes(row["ciphertext"]) for row in await db.fetch("SELECT ciphertext FROM vault_item WHERE kind = 'autosave'")]


async def typed(bureau, document_id, body: str, edition: int = 1) -> None:
    await bureau.do("drafter", "PUT", f"/documents/{document_id}/autosave", {"edition": edition, "content": NOTICE | {"body": body}}, status=204)


async def test_no_table_holds_what_was_typed_and_only_its_author_gets_it_back(bureau):
    document_id = await bureau.draft()
    await typed(bureau, document_id, SECRET)

    assert SECRET not in await stored(bureau)
    mine = await bureau.do("drafter", "GET", f"/documents/{document_id}/autosave")
    assert mine["content"]["body"] == SECRET
    await bureau.do("openness_officer", "GET", f"/documents/{document_id}/autosave", status=404)


async def test_typing_on_leaves_nothing_behind(bureau):
    document_id = await bureau.draft()
    for number in range(5):
        bureau.clock.at += timedelta(seconds=3)
        await typed(bureau, document_id, f"{SECRET}{number}")
    kept = await items(bureau)
    await bureau.do("drafter", "GET", f"/documents/{document_id}/autosave")
    await typed(bureau, document_id, "再写")

    assert len(kept) == 1
    assert min(await items(bureau)) == b"", "whose reading is on record is blanked"
    assert len(await items(bureau)) == 2


@pytest.mark.parametrize("read_first", [False, True])
async def test_saving_and_giving_up_take_it_away(bureau, read_first):
    document_id = await bureau.draft()
    await typed(bureau, document_id, SECRET)
    if read_first:
        await bureau.do("drafter", "GET", f"/documents/{document_id}/autosave")
    await bureau.do("drafter", "PUT", f"/documents/{document_id}", {"edition": 1, "content": NOTICE | {"body": "定稿"}})
    saved = [each for each in await items(bureau) if each]
    await typed(bureau, document_id, SECRET, edition=2)
    await bureau.do("drafter", "DELETE", f"/documents/{document_id}/autosave", status=204)

    assert saved == []
    assert [each for each in await items(bureau) if each] == []
    await bureau.do("drafter", "GET", f"/documents/{document_id}/autosave", status=404)


async def test_the_page_offers_it_without_reading_it(bureau):
    document_id = await bureau.draft()
    edit = f"/publication/documents/{document_id}/edit"
    async with browsing(bureau, "drafter") as browser:
        await send(browser, f"/publication/documents/{document_id}/autosave", {"edition": "1", "title": "题", "body": SECRET}, seen=edit)
        offered = await browser.get(edit)
        async with bureau.kit.pool.acquire() as db:
            reads = await db.fetchval("SELECT count(*) FROM vault_read")
        taken = await browser.get(f"{edit}?autosave=1")

    assert "有没保存完的内容" in offered.text
    assert reads == 0
    assert value_of(taken.text, "body") == SECRET


async def test_a_document_that_is_not_there_yet_is_kept_too_until_it_is_saved(bureau):
    async with browsing(bureau, "drafter") as browser:
        await send(browser, "/publication/documents/new/autosave", {"title": "新通知", "body": SECRET, "kind": "news"}, seen="/publication/documents/new")
        offered = (await browser.get("/publication/documents/new")).text
        back = await browser.get("/publication/documents/new?autosave=1")
        form = {"title": "新通知", "body": value_of(back.text, "body"), "kind": "notice", "column_id": "tzgg", "openness": "proactive"}
        made = await send(browser, "/publication/documents/new", form, seen="/publication/documents/new?autosave=1")
        after = (await browser.get("/publication/documents/new")).text

    assert "接着上次的写" in offered
    assert SECRET not in offered
    assert value_of(back.text, "body") == SECRET
    assert made.status_code == 303
    assert "接着上次的写" not in after


async def test_what_an_older_version_left_in_clear_is_moved_at_the_next_start(bureau):
    document_id = await bureau.draft()
    async with bureau.kit.pool.acquire() as db:
        await db.execute(
            "INSERT INTO autosave (document_id, person, edition, content, saved_at) VALUES ($1, $2, 1, $3, $4)",
            document_id, PEOPLE["drafter"], f'{{"title": "题", "body": "{SECRET}"}}', bureau.clock.at,
        )  # fmt: skip

    assert await autosaving.move_into_vault(bureau.kit) == 1
    assert await autosaving.move_into_vault(bureau.kit) == 0
    assert SECRET not in await stored(bureau)
    async with bureau.kit.transaction() as tx:
        kept = await autosaving.fetch(bureau.kit, tx.db, document_id, PEOPLE["drafter"])
    assert kept is not None
    assert kept.content["body"] == SECRET
