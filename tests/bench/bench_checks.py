"""One text of 100,000 characters against 20,000 words, in one process."""

import asyncio
import random
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from tests.bench.ground import Ground
from tests.bench.report import Measured

from publication.checks import CheckInput, ListEdits, Lists, Word, check, load_lists, with_edits

CHARACTERS = 100_000
WORDS = 20_000
TODAY = date(2026, 11, 24)

SENTENCES = (
    "为贯彻落实国家和省有关决策部署，根据有关法律法规，结合本市实际，制定本办法。",
    "各区县商务主管部门要高度重视，加强组织领导，明确责任分工，确保各项任务落到实处。",
    "申报单位应当对材料的真实性负责，认定条件、程序、结果和退出名单一律公开。",
    "咨询电话：0531-12345678，热线12345，通信地址为龙鼎大道1号，邮编250099。",
    "自2026年5月6日至2026年6月30日，企业可通过https://www.jinan.gov.cn/col/col1.html在线申报，共30家，其中大型企业10家。",
    "统一社会信用代码113701020041953192的单位不需要重复提交营业执照。",
)
#: Something to find about every two thousand characters, as in a bad draft.
FAULTS = (
    "当事人证件11010519491231002X已核实。", "联系人电话13912345678。", "各级人民攻府要做好工作。", "定于2023年5月6日（星期五）召开。",
    "依据《中华人民共和国合同法》办理。", "申请人：张三丰，男，住济南市历下区泉城路12号2单元501室。", "详见http://192.168.1.8/a.doc。",
)  # fmt: skip


def a_long_draft(chance: random.Random) -> str:
    lines: list[str] = []
    length = 0
    while length < CHARACTERS:
        line = "".join(chance.choices(SENTENCES, k=4)) + (chance.choice(FAULTS) if chance.random() < 0.08 else "")
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)[:CHARACTERS]


def a_long_list(chance: random.Random) -> Lists:
    """Our list filled up to 20,000 with made-up wrong words, most of which share beginnings with real ones."""
    ours = load_lists()
    characters = sorted({char for sentence in SENTENCES for char in sentence if "\u4e00" <= char <= "\u9fff"})
    known = {word.wrong for word in ours.words}
    made: list[Word] = []
    while len(ours.words) + len(made) < WORDS:
        wrong = "".join(chance.choices(characters, k=chance.randint(3, 6)))
        if wrong not in known:
            known.add(wrong)
            made.append(Word(wrong, ("正",), "common", "judge"))
    return with_edits(ours, ListEdits(words=tuple(made)))


def rounds(count: int) -> tuple[float, list[float], int]:
    """Milliseconds of the first check, which compiles the list, of those after it, and how much they found."""
    chance = random.Random(20_260_101)
    lists, edition = (
        a_long_list(chance),
        CheckInput("关于公开信息的公告", a_long_draft(chance), organ_name="济南市商务局"),
    )
    taken, found = [], 0
    for _ in range(count + 1):
        began = time.perf_counter()
        found = len(check(edition, lists, TODAY))
        taken.append((time.perf_counter() - began) * 1_000)
    return taken[0], taken[1:], found


async def run(ground: Ground) -> list[Measured]:
    """Run in a fresh process, as the service does, so that the first round pays for compiling the lists."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        first, others, found = await loop.run_in_executor(pool, rounds, ground.rounds * 3)
    note = f"{CHARACTERS:,} characters, {WORDS:,} words, {found} findings"
    return [
        Measured("checks: first in a process", "ms", "lower", (first,), limit=1_000, limit_is="value", note=note),
        Measured("checks: every one after it", "ms", "lower", tuple(others), limit=1_000, limit_is="value", note=note),
    ]
