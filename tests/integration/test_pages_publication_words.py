"""The organ's own words in pages: by class, added with suggestion and date, taken out again, left in peace."""

from pathlib import Path

import pytest
from tests.support.publication_bureau import NOTICE, a_bureau
from tests.support.publication_console import browsing, send, value_of, words

from gongkai.runtime.workers import Workers

WORD = {
    "revision": "0", "sort": "word", "text": "泉城够", "rights": "泉城购", "category": "common", "severity": "must",
    "since": "2025年3月1日", "source": "活动方案",
}  # fmt: skip
HOME = "/publication/words"


@pytest.fixture(scope="module")
async def workers():
    shared = Workers(1)
    yield shared
    await shared.close()


@pytest.fixture
async def bureau(postgres, workers, tmp_path: Path):
    async with a_bureau(postgres, tmp_path, workers) as opened:
        yield opened


@pytest.fixture
async def proofreader(bureau):
    async with browsing(bureau, "proofreader") as browser:
        yield browser


async def suggestions(bureau, body):
    document_id = await bureau.draft(NOTICE | {"body": body})
    await bureau.check_all()
    found = await bureau.do("drafter", "GET", f"/documents/{document_id}/findings")
    return [finding["suggestions"] for finding in found["findings"]]


async def test_a_word_is_added_in_a_page_and_found_from_the_next_check_on(bureau, proofreader):
    added = await send(proofreader, f"{HOME}/new", WORD)
    page = words((await proofreader.get(added.headers["location"])).text)

    assert added.status_code == 303
    assert "已加入词表" in page
    assert "改过 1 次" in page
    assert "泉城够 泉城购 常见错别字 错误写法 必须处理 2025年3月1日 活动方案" in page
    assert ["泉城购"] in await suggestions(bureau, "参加泉城够活动。")


async def test_a_word_that_is_taken_out_is_not_found_any_more(bureau, proofreader):
    await send(proofreader, f"{HOME}/new", WORD)

    removed = await send(proofreader, f"{HOME}/remove", {"sort": "word", "text": "泉城够", "revision": "1"}, seen=HOME)

    assert removed.headers["location"].startswith(f"{HOME}?done=removed")
    assert "还没有本单位的词条" in words((await proofreader.get(HOME)).text)
    assert ["泉城购"] not in await suggestions(bureau, "参加泉城够活动。")


async def test_a_word_of_the_system_is_looked_up_and_left_in_peace(bureau, proofreader):
    looked_up = (await proofreader.get(f"{HOME}?q=国土资源部")).text
    before = await suggestions(bureau, "由国土资源部负责。")
    allowed = await send(proofreader, f"{HOME}/allow", {"revision": "0", "text": "国土资源部"})
    page = words((await proofreader.get(allowed.headers["location"])).text)

    assert "/publication/words/allow?text=" in looked_up
    assert "自然资源部" in words(looked_up)
    assert ["自然资源部"] in before
    assert "不再提示的词 1 个 词语 处理 国土资源部" in page
    assert ["自然资源部"] not in await suggestions(bureau, "由国土资源部负责。")


async def test_a_renamed_organ_is_told_from_its_day_on(bureau, proofreader):
    renamed = WORD | {"sort": "organ", "text": "泉城促进中心", "rights": "泉城发展中心", "since": "2025-03-01"}

    await send(proofreader, f"{HOME}/new", renamed)

    assert ["泉城发展中心"] in await suggestions(bureau, "由泉城促进中心负责。")


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"text": ""}, 422, "请填写词语"),
        ({"text": "够"}, 422, "至少"),
        ({"rights": ""}, 422, "请填写正确写法"),
        ({"rights": "泉城够"}, 422, "和正确写法相同"),
        ({"sort": "organ", "since": ""}, 422, "请填写从哪天起变更"),
        ({"sort": "phrase", "text": "泉城购", "rights": ""}, 422, "至少写4个字"),
        ({"since": "下月"}, 422, "日期写作"),
        ({"category": "none"}, 422, "请从给出的选项里选择"),
        ({"revision": "7"}, 412, "词表刚被别人改过"),
    ],
)
async def test_a_word_that_cannot_stand_is_sent_back_with_what_was_typed(proofreader, wrong, status, sentence):
    answer = await send(proofreader, f"{HOME}/new", WORD | wrong)

    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert value_of(answer.text, "source") == "活动方案"


async def test_a_word_is_listed_once_and_never_both_ways(proofreader):
    await send(proofreader, f"{HOME}/new", WORD)

    twice = await send(proofreader, f"{HOME}/new", WORD | {"revision": "1"})
    both = await send(proofreader, f"{HOME}/allow", {"revision": "1", "text": "泉城够"})

    assert "写了两次" in words(twice.text)
    assert "请先恢复提示" in words(both.text)


@pytest.mark.parametrize("name", ["drafter", "deputy_head", "secrecy_reviewer"])
async def test_who_may_not_change_the_words_neither_sees_the_entry_nor_the_page(bureau, name):
    async with browsing(bureau, name) as browser:
        first = (await browser.get("/publication/")).text
        page = await browser.get(HOME)

    assert HOME not in first
    assert page.status_code == 403


@pytest.mark.parametrize("name", ["proofreader", "openness_officer"])
async def test_who_may_change_the_words_finds_them_in_the_navigation(bureau, name):
    async with browsing(bureau, name) as browser:
        assert f'href="{HOME}"' in (await browser.get("/publication/")).text


@pytest.mark.parametrize(
    "edits",
    [
        {"words": [{"wrong": "", "rights": ["对"], "category": "common", "severity": "must"}]},
        {"words": [{"wrong": "泉城够", "rights": [], "category": "common", "severity": "must"}]},
        {"phrases": [{"text": "购", "category": "common", "severity": "must"}]},
        {"allowed": [" "]},
        {"organs": [{"name": "某局", "now": "某局", "since": "2025-01-01"}]},
        {"organs": [{"name": "某某局", "now": "某某委", "since": "2025-01-01", "unless": [""]}]},
    ],
)
async def test_a_program_cannot_break_the_checks_with_words_that_match_everywhere(bureau, edits):
    answer = await bureau.do("proofreader", "PUT", "/word-list", {"revision": 0, "edits": edits}, status=422)

    assert answer["errors"]
