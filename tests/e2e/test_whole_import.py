"""Any file a person has becomes a draft with one command, and what it cannot be is said in a sentence."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support import import_samples
from tests.support.demonstrated import Demonstrated
from tests.support.system import gongkai

from gongkai.local.demo import seed

PLAN = seed.folder() / "documents" / "work-plan-2023.md"


async def imported(system: Demonstrated, file: Path, *arguments: str) -> Any:
    return await asyncio.to_thread(gongkai, system.home, "import", str(file), "--login", "nigao", *arguments)


async def whole(system: Demonstrated, document_id: str) -> dict[str, Any]:
    async with system.program("nigao") as client:
        return dict((await client.get(f"documents/{document_id}")).json())


async def test_the_work_plan_becomes_a_draft_with_its_parts(demonstrated: Demonstrated) -> None:
    done = await imported(demonstrated, PLAN, "--column", "工作计划", "--kind", "plan", "--json")

    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    document = await whole(demonstrated, made["id"])
    assert document["title"] == "济南市商务局2023年政务公开工作要点"
    assert document["state"] == "Drafting"
    assert document["source"] == "imported"
    assert "五、强化工作保障，推动高水平政务公开" in document["content"]["body"]


async def test_the_same_plan_as_plain_text_keeps_its_clauses(demonstrated: Demonstrated, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN.read_text("utf-8").removeprefix("# "), "gb18030")

    done = await imported(demonstrated, file, "--column", "jhzj", "--kind", "plan", "--title", "另取的标题", "--json")

    assert done.returncode == 0, done.stderr
    document = await whole(demonstrated, json.loads(done.stdout)["id"])
    assert document["title"] == "另取的标题"
    assert "（二）围绕推动高水平对外开放，做好政府信息公开工作" in document["content"]["body"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("通知.docx", import_samples.an_official_notice(), "某某市商务局关于组织开展消费促进活动的通知"),
        ("公示.xlsx", import_samples.a_workbook(), "2024年补贴公示"),
        (
            "通知.pdf",
            import_samples.a_pdf([["关于开展培训的通知", "各单位：", "请按时参加培训。"]]),
            "关于开展培训的通知",
        ),
    ],
    ids=["docx", "xlsx", "pdf"],
)
async def test_word_excel_and_pdf_files_become_drafts(
    demonstrated: Demonstrated, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    done = await imported(demonstrated, file, "--column", "tzgg", "--kind", "notice")

    assert done.returncode == 0, done.stderr
    assert f"已导入《{words}》" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--column", "没有的栏目", "--kind", "notice"], "没有栏目“没有的栏目”"),
        (["--column", "tzgg", "--kind", "没有的类型"], "没有文件类型“没有的类型”"),
        (["--column", "tzgg", "--kind", "notice", "--url", "http://127.0.0.1:9", "--token", "x"], "联系不上服务"),
    ],
    ids=["column", "kind", "address"],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    demonstrated: Demonstrated, arguments: list[str], sentence: str
) -> None:
    done = await imported(demonstrated, PLAN, *arguments)

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_broken_file_is_refused_and_leaves_no_draft(demonstrated: Demonstrated, tmp_path: Path) -> None:
    file = tmp_path / "坏文件.docx"
    file.write_bytes(b"PK\x03\x04 not a zip at all")
    async with demonstrated.program("nigao") as client:
        before = (await client.get("documents")).json()["total"]

        done = await imported(demonstrated, file, "--column", "tzgg", "--kind", "notice")

        after = (await client.get("documents")).json()["total"]
    assert done.returncode == 1
    assert "错误：" in done.stderr
    assert after == before
