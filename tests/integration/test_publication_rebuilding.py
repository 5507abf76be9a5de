"""Read models are made again from facts and blobs, to the row."""

from pathlib import Path
from uuid import UUID

import pytest
from tests.support.publication_bureau import NOTICE, POLICY, WECHAT, a_bureau

from publication.rebuilding import rebuild

TABLES = {
    "document": "id",
    "edition": "document_id, edition",
    "mark": "document_id, put_at, step",
    "interpretation": "document_id, interpretation_id",
    "release": "id",
    "catalogue_revision": "organ_id, revision",
}


@pytest.fixture
async def bureau(postgres, tmp_path: Path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


async def rows(bureau):
    return {
        table: [dict(row) for row in await bureau.kit.pool.fetch(f"SELECT * FROM {table} ORDER BY {order}")]
        for table, order in TABLES.items()
    }


async def a_year_of_work(bureau):
    """Publish, hold, return, correct in part, withdraw, repeal, interpret."""
    await bureau.open_account(WECHAT, "wechat", "济南商务")
    published = await bureau.published()
    withdrawn = await bureau.published()
    await bureau.do("openness_officer", "POST", f"/documents/{withdrawn}/withdrawal", {"explanation": "内容有误"})
    answer = await bureau.do(
        "deputy_head", "POST", f"/documents/{withdrawn}/proposal/approve", {"channels": ["website"]}
    )
    await bureau.play(UUID(answer["release_ids"][0]), ["website"])
    await bureau.do(
        "openness_officer", "POST", f"/documents/{published}/repeal",
        {"explanation": "取代", "repealed_on": "2025-03-10", "replaced_by": str(withdrawn)},
    )  # fmt: skip
    await bureau.do("deputy_head", "POST", f"/documents/{published}/proposal/approve", {})
    policy = await bureau.draft(POLICY)
    chart = await bureau.draft(NOTICE | {"kind": "interpretation", "column_id": "zcjd", "form": "chart"})
    await bureau.do("drafter", "POST", f"/documents/{policy}/submit", {"edition": 1})
    await bureau.do("drafter", "POST", f"/documents/{policy}/interpretations", {"interpretation_id": str(chart)})
    await bureau.do("drafter", "POST", f"/documents/{policy}/marks", {"edition": 1, "step": "first-review"})
    await bureau.do("proofreader", "POST", f"/documents/{policy}/return", {"edition": 1, "opinion": "有错字"})
    await bureau.do("drafter", "PUT", f"/documents/{policy}", {"edition": 1, "content": POLICY | {"body": "改"}})
    await bureau.check_all()
    catalogue = await bureau.do("drafter", "GET", "/catalogue")
    await bureau.do(
        "openness_officer", "PUT", "/catalogue",
        {"revision": 1, "effective_on": "2025-03-10", "note": "停用", "columns": catalogue["columns"][:-1]},
    )  # fmt: skip


async def test_every_row_comes_back_as_it_was(bureau):
    await a_year_of_work(bureau)
    before = await rows(bureau)

    async with bureau.kit.transaction() as tx:
        done = await rebuild(tx, bureau.kit.blobs)

    after = await rows(bureau)
    assert (done.documents, done.releases) == (len(before["document"]), len(before["release"]))
    for table in TABLES:
        assert after[table] == before[table], table


async def test_lost_rows_are_made_again(bureau):
    document_id = await bureau.published()
    seen = await bureau.document(document_id)
    await bureau.kit.pool.execute("DELETE FROM release; DELETE FROM mark; DELETE FROM edition")
    await bureau.kit.pool.execute("UPDATE document SET title = '', state = 'Drafting', next_step = 'first-review'")

    await bureau.do("drafter", "POST", "/operating/rebuild", status=403)
    await bureau.do("administrator", "POST", "/operating/rebuild")

    assert await bureau.document(document_id) == seen
    assert (await bureau.do("head", "GET", "/releases"))["total"] == 1
