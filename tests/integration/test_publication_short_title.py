"""An officer writes a short title, by page or by program, and the channels are shown it."""

from pathlib import Path

import pytest
from tests.support.publication_bureau import NOTICE, a_bureau
from tests.support.publication_console import browsing, send


@pytest.fixture
async def bureau(postgres, tmp_path: Path):
    async with a_bureau(postgres, tmp_path) as opened:
        yield opened


async def test_a_short_title_written_by_program_or_page_reaches_the_channels(bureau):
    document_id = await bureau.draft(NOTICE | {"short_title": "消博会参展通知"})
    first = await bureau.do("drafter", "GET", f"/documents/{document_id}/preview")
    typed = NOTICE | {"openness": "proactive", "edition": "1", "short_title": "消博会报名", "then": "stay"}
    page = f"/publication/documents/{document_id}/edit"
    async with browsing(bureau, "drafter") as browser:
        editor = await browser.get(page)
        saved = await send(browser, page, typed)
        long = await send(browser, page, typed | {"edition": "2", "short_title": "长" * 33})
    second = await bureau.do("drafter", "GET", f"/documents/{document_id}/preview")

    assert first["short_title"] == "消博会参展通知"
    assert 'value="消博会参展通知"' in editor.text
    assert saved.status_code == 303
    assert second["short_title"] == "消博会报名"
    assert second["title"] == NOTICE["title"]
    assert long.status_code == 422
    assert 'href="#short_title"' in long.text


async def test_a_draft_of_a_program_whose_short_title_is_too_long_is_kept_and_shut_at_the_gate(bureau):
    document_id = await bureau.draft(NOTICE | {"short_title": "长" * 33})

    gates = (await bureau.do("drafter", "GET", f"/documents/{document_id}/gates"))["gates"]

    metadata = next(gate for gate in gates if gate["name"] == "metadata")
    assert not metadata["ok"]
    assert "短标题有33个字" in metadata["sentence"]
