"""Search over 100,000 documents: p99 for rare and for common words. `python -m tests.bench search`."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from tests.bench.ground import Ground
from tests.bench.report import Measured, percentile

from gongkai.runtime import migrate
from portal import finding, terms

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
DOCUMENTS = 100_000
#: Questions asked of each word in one round; the first round warms the caches and is not kept.
ASKED = 200
LIMITS = {"rare": 20.0, "common": 100.0}

PLACES = ["历下", "市中", "槐荫", "天桥", "历城", "长清", "章丘", "济阳", "莱芜", "钢城", "平阴", "商河"]
OBJECTS = ["跨境电子商务", "海外仓", "会展名城", "预付卡", "一刻钟便民生活圈", "以旧换新", "家政服务", "再生资源", "成品油", "生活必需品", "应急储备", "标准化菜市场", "首店经济", "服务外包", "数字贸易", "对外投资", "展会", "消费季", "绿色饭店", "电子商务示范基地", "外资项目", "综合保税区", "加工贸易", "商贸流通"]
ACTS = ["认定管理", "资金扶持", "监督检查", "统计监测", "年度评价", "申报", "备案", "试点", "培训", "公示", "验收", "宣传推广"]
FORMS = ["办法", "通知", "公告", "方案", "细则", "意见", "名单", "报告", "解读", "问答"]
PHRASES = ["各区县商务主管部门要高度重视，结合实际认真组织实施。", "为贯彻落实国家和省有关决策部署，根据有关法律法规，结合本市实际制定。", "申报单位应当对材料的真实性负责。", "认定条件、程序、结果和退出名单一律公开。", "市商务局负责全市工作的组织实施。", "自发布之日起施行，有效期五年。", "企业应当在规定期限内提交书面材料。", "逾期不受理。", "依照有关规定给予一次性资金补助。", "专项资金实行总额控制、专款专用。", "请于本月底前将工作情况书面报送。", "本通知由市商务局负责解释。", "加强部门协同，推动政策落地见效。", "鼓励社会力量参与建设和运营。", "建立统计监测制度，定期通报进展情况。"]


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    title: str
    body: str
    document_number: str
    at: datetime
    kind: str
    validity: str


def documents(count: int, chance: random.Random) -> Sequence[Row]:
    """Make documents with common words in most, and each rare word in few."""
    kinds = ["notice", "news", "normative", "policy", "interpretation", "statistics"]
    rows = []
    for number in range(count):
        place, thing, act, form = (chance.choice(words) for words in (PLACES, OBJECTS, ACTS, FORMS))
        at = NOW - timedelta(minutes=17 * (count - number))
        company = f"{place}{_name(chance)}商贸有限公司"
        body = "".join(chance.choices(PHRASES, k=chance.randint(6, 18))) + f"本次涉及{company}的{thing}项目{act}。"
        if number % 400 == 0:
            body += "涉及氢燃料冷链运输车辆的，另行通知。"
        if number % 5000 == 0:
            body += "钻级酒家评审另行组织。"
        rows.append(
            Row(
                number, f"关于做好{at.year}年{place}区{thing}{act}工作的{form}", body,
                f"济商发〔{at.year}〕{number % 900 + 1}号", at, chance.choice(kinds),
                chance.choices(["valid", "changed", "repealed"], [90, 5, 5])[0],
            )
        )
    return rows


def _name(chance: random.Random) -> str:
    return "".join(chance.choices("嘉恒润泰鑫源华瑞安和信诚德广博远宏达永昌", k=3))


async def fill(db: asyncpg.Connection, rows: Sequence[Row]) -> float:
    """Store and index the documents; returns the seconds spent on tokens alone."""
    spent = 0.0
    organ = UUID(int=1)
    for start in range(0, len(rows), 2_000):
        editions, searches = [], []
        for row in rows[start : start + 2_000]:
            began = time.perf_counter()
            indexed = terms.index(row.title, [row.document_number], row.body)
            spent += time.perf_counter() - began
            release, document = UUID(int=row.number + 10), UUID(int=row.number + 10_000_000)
            editions.append((
                release, document, organ, "济南市商务局", 1, "publish", f"jn-{row.at.year}-{row.number:05d}", row.title,
                row.kind, "policy", "政策文件", f"11370100MB2866908X/{row.at.year}-{row.number:05d}",
                row.document_number, date(row.at.year, 1, 1), "proactive", [], [], row.validity, "",
                f"<p>{row.body}</p>", row.body, "[]", False, "sha256:" + "0" * 64, "sha256:" + "0" * 64, row.at,
                row.at, row.at,
            ))  # fmt: skip
            searches.append((
                release, document, row.at, row.at, row.kind, row.validity, row.at.year, indexed.long, indexed.grams,
                indexed.words, indexed.plain,
            ))  # fmt: skip
        await db.copy_records_to_table(
            "edition", records=editions,
            columns=["release_id", "document_id", "organ_id", "organ_name", "edition", "change", "slug", "title", "kind", "column_id", "column_name", "index_number", "document_number", "formed_on", "openness", "themes", "keywords", "validity", "summary", "body_html", "body_text", "related", "important", "edition_digest", "rendition_digest", "prepared_at", "release_at", "first_release_at"],
        )
        await db.executemany(
            "INSERT INTO search (release_id, document_id, release_at, first_release_at, kind, validity, year, long,"
            " grams, words, plain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::tsvector, $10::text::tsvector, $11)",
            searches,
        )
    await db.execute("VACUUM ANALYZE")
    return spent


QUESTIONS: Sequence[tuple[str, str, finding.Filters]] = (
    ("rare", "钻级酒家", finding.Filters()),
    ("rare", "氢燃料冷链运输", finding.Filters()),
    ("rare", "济商发〔2026〕77号", finding.Filters()),
    ("rare", "嘉恒润商贸", finding.Filters()),
    ("rare", "瑞安", finding.Filters(kinds=("normative",))),
    ("rare", "跨境电子商务认定管理 章丘", finding.Filters()),
    ("common", "商务", finding.Filters()),
    ("common", "管理", finding.Filters()),
    ("common", "商务主管部门", finding.Filters()),
    ("common", "跨境电子商务", finding.Filters()),
    ("common", "资金补助 企业", finding.Filters()),
    ("common", "一刻钟便民生活圈", finding.Filters(kinds=("policy",), validities=("valid",))),
)


async def ask(pool: Any, question: str, filters: finding.Filters, times: int) -> tuple[list[float], finding.Found]:
    """Ask one question again and again as the page does, the first ten hits included."""
    found = None
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        async with pool.acquire() as db:
            found = await finding.find(db, question, filters, "relevance", NOW)
            await finding.shown(db, found.hits[: finding.PAGE])
        spent.append((time.perf_counter() - began) * 1000)
    assert found is not None
    assert found.hits, f"nothing found for {question}"
    return spent, found


async def run(ground: Ground) -> list[Measured]:
    count = DOCUMENTS // 5 if ground.quick else DOCUMENTS
    dsn = await ground.databases.database("search")
    connection = await asyncpg.connect(dsn)
    await migrate.migrate(connection, "portal")
    tokens = await fill(connection, documents(count, random.Random(2026)))
    await connection.close()
    results = []
    async with asyncpg.create_pool(dsn, min_size=2, max_size=4) as pool:
        for kind, question, filters in QUESTIONS:
            await ask(pool, question, filters, ASKED // 4)
            rounds = [await ask(pool, question, filters, ASKED) for _ in range(ground.rounds)]
            found = rounds[-1][1]
            words = f"超过 {finding.EXACTLY:,} 件" if found.capped else f"{found.total:,} 件"
            results.append(
                Measured(
                    f"search, {kind}: {question}", "ms p99", "lower",
                    tuple(percentile(times, 0.99) for times, _ in rounds), limit=LIMITS[kind], limit_is="value",
                    note=f"{words} of {count:,}" + ("，有筛选" if filters.any else ""),
                    extra={"p50": percentile(rounds[-1][0], 0.5)},
                )
            )
    results.append(Measured("tokens of one document", "ms", "lower", (tokens / count * 1000,), note="in the app, at prepare"))
    return results
