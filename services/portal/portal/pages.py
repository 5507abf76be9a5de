"""The pages a reader opens most: home, columns, a document and its files."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from gongkai.contracts.values import ColumnEntry
from gongkai.web.components import Link, PageLinks
from gongkai.web.filters import SHANGHAI, datetime_zh
from portal import asked, reading, showing
from portal.caching import NO_STORE
from portal.names import IN_FORCE, LIBRARY, UPDATE_RULES
from portal.reading import Conditions
from portal.site import Moment, Site, crumbs
from portal.summaries import document_of, gone_problem, missing_problem

PAGE: Final = 20
NEWEST: Final = 8
BESIDE: Final = 4


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    @routes.api_route("/", methods=["GET", "HEAD"])
    async def home(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            context = await home_of(db, moment)
        return site.page(request, moment, "home.html", **context)

    @routes.api_route("/columns/{column_id}.csv", methods=["GET", "HEAD"])
    async def column_csv(request: Request, column_id: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            if column_id not in moment.catalogue.by_id:
                return missing(site, request, moment)
            within = Conditions(moment.organ.organ_id, moment.catalogue.below(column_id))
            rows = await reading.listed(db, moment.now, within, limit=10_000)
        content = asked.table(showing.CSV_HEADER, (showing.csv_row(row, moment.base) for row in rows))
        extra = {"Content-Disposition": f'attachment; filename="{column_id}.csv"'}
        return site.answer(moment, content, "text/csv; charset=utf-8", extra=extra)

    @routes.api_route("/columns/{column_id}", methods=["GET", "HEAD"])
    async def column(request: Request, column_id: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            entry = moment.catalogue.by_id.get(column_id)
            if entry is None:
                return missing(site, request, moment)
            context = await column_of(db, moment, entry, asked.whole(request, "year", 1949, 2200), asked.page(request))
        top = moment.catalogue.path(column_id)[0]
        return site.page(request, moment, "column.html", section=f"/columns/{top.id}", **context)

    @routes.api_route("/d/{slug}.json", methods=["GET", "HEAD"])
    @routes.api_route("/documents/{slug}.json", methods=["GET", "HEAD"])
    async def document_json(request: Request, slug: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            edition = await reading.document(db, asked.clean(slug), moment.now)
            if edition is None:
                return missing_problem(request)
            if edition["change"] == "withdraw":
                return gone_problem(request, edition)
            files = await reading.files(db, edition["release_id"])
        content = document_of(edition, files, moment.base).model_dump_json().encode()
        return site.answer(
            moment, content, "application/json", modified=edition["release_at"],
            extra={"Access-Control-Allow-Origin": "*"},
        )

    @routes.api_route("/d/{slug}", methods=["GET", "HEAD"])
    async def document(request: Request, slug: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            edition = await reading.document(db, asked.clean(slug), moment.now)
            if edition is None:
                # A permalink reserved for what is not public yet looks like any address that does not exist.
                return missing(site, request, moment)
            if edition["change"] == "withdraw":
                return gone(site, request, moment, edition)
            context = await document_context(db, moment, edition)
        path = moment.catalogue.path(edition["column_id"])
        section = f"/columns/{path[0].id}" if path else ""
        return site.page(request, moment, "document.html", section=section, **context)

    return routes


def not_yet(site: Site) -> Response:
    html = site.env.get_template("notyet.html").render()
    return HTMLResponse(html, 503, headers={"Cache-Control": NO_STORE, "Retry-After": "60"})


def missing(site: Site, request: Request, moment: Moment) -> Response:
    return site.page(request, moment, "missing.html", status=404)


def gone(site: Site, request: Request, moment: Moment, edition: dict[str, Any]) -> Response:
    """Answer 410 with the public explanation; the text is not shown again."""
    facts = [
        ("索引号", edition["index_number"]), ("发文字号", edition["document_number"]),
        ("撤回时间", datetime_zh(edition["release_at"])),
        ("撤回机关", edition["organ_name"]),
    ]
    trail = crumbs((edition["column_name"], f"/columns/{edition['column_id']}"), ("已撤回", ""))
    return site.page(request, moment, "gone.html", status=410, e=edition, facts=facts, trail=trail)


async def home_of(db: Any, moment: Moment) -> dict[str, Any]:
    now, organ_id = moment.now, moment.organ.organ_id
    mine = Conditions(organ_id)
    newest = await reading.listed(db, now, mine, limit=NEWEST)
    explained = await reading.listed(db, now, Conditions(organ_id, kinds=("interpretation",)), limit=BESIDE)
    told = await reading.listed(db, now, Conditions(organ_id, kinds=("announcement",)), limit=BESIDE)
    every = await reading.breakdown(db, now, mine)
    policies = await reading.breakdown(db, now, Conditions(organ_id, kinds=LIBRARY))
    counts = await reading.by_column(db, now, organ_id)
    return {
        "newest": [showing.item(row, kind=True) for row in newest],
        "interpretations": [showing.item(row) for row in explained],
        "announcements": [showing.item(row) for row in told],
        "topics": [
            Link(theme, asked.address("/library", [("theme", theme)]))
            for theme, _ in sorted(policies.themes.items(), key=lambda pair: -pair[1])[:4]
        ],
        "blocks": await blocks(db, moment),
        "columns": [block for block in top_columns(moment, counts) if block["count"]],
        "organs": [
            Link(organ.name, f"/o/{organ.slug}", "", number)
            for organ, number in await reading.other_organs(db, organ_id, now)
        ],
        "figures": await figures(db, moment, every, policies),
    }


async def blocks(db: Any, moment: Moment) -> list[dict[str, str]]:
    """Return the four statutory blocks; each says only what is there."""
    reports = await reading.listed(
        db, moment.now, Conditions(moment.organ.organ_id, kinds=("annual-report",)), limit=1
    )
    report = f"{reports[0]['title']}已公布" if reports else "每年1月31日前公布上一年度报告"
    tops = "、".join(column.name for column in moment.catalogue.children(None)[:4])
    return [
        {"label": "公开指南", "href": "/guide", "about": "公开什么，在哪里看，怎样获取，找谁问"},
        {"label": "公开制度", "href": "/openness#o2", "about": "条例、省市规定和本局的工作制度"},
        {"label": "法定主动公开内容", "href": "/openness#o3", "about": f"{tops}等" if tops else "按基本目录逐项公开"},
        {"label": "公开年报", "href": "/openness#o4", "about": report},
    ]


def top_columns(moment: Moment, counts: dict[str, tuple[int, Any]]) -> list[dict[str, Any]]:
    """Return the first-level columns with what is in them and below them."""
    out = []
    for column in moment.catalogue.children(None):
        ids = [column_id for column_id in moment.catalogue.below(column.id) if column_id in counts]
        number = sum(counts[column_id][0] for column_id in ids)
        newest = max((counts[column_id][1] for column_id in ids), default=None)
        words = [column.description.rstrip("。；，"), f"{number} 件" if number else "还没有公开的内容"]
        if newest:
            day = newest.astimezone(SHANGHAI)
            words.append(f"{day.year}年{day.month}月{day.day}日更新")
        out.append({
            "label": column.name, "href": f"/columns/{column.id}", "about": "，".join(word for word in words if word),
            "count": number,
        })
    return out


async def figures(
    db: Any, moment: Moment, every: reading.Breakdown, policies: reading.Breakdown
) -> list[dict[str, Any]]:
    """Return numbers counted from what is public now; a number nobody measured is not shown."""
    total = sum(every.kinds.values())
    if not total:
        return []
    out = [{"label": "已公开的信息", "number": f"{total:,}", "unit": "件"}]
    in_force = policies.validities.get("valid", 0)
    if in_force:
        out.append({"label": "现行有效的政策文件", "number": f"{in_force:,}", "unit": "件"})
    explained = every.kinds.get("interpretation", 0)
    if explained:
        out.append({"label": "政策解读", "number": f"{explained:,}", "unit": "篇"})
    since = moment.now.replace(year=moment.now.year - 1, day=min(moment.now.day, 28))
    measured = await reading.skew(db, since, moment.now)
    if measured:
        out.append({"label": "网站与新媒体发布时间差（中位数）", **_spread(measured[0])})
    return out


async def column_of(db: Any, moment: Moment, entry: ColumnEntry, year: int | None, page: int) -> dict[str, Any]:
    catalogue, organ_id = moment.catalogue, moment.organ.organ_id
    below = catalogue.below(entry.id)
    within = Conditions(organ_id, below, year=year)
    total = await reading.counted(db, moment.now, within)
    page = min(page, max(1, -(-total // PAGE)))
    rows = await reading.listed(db, moment.now, within, limit=PAGE, offset=(page - 1) * PAGE)
    years = (await reading.breakdown(db, moment.now, Conditions(organ_id, below))).years
    counts = await reading.by_column(db, moment.now, organ_id)
    path = catalogue.path(entry.id)
    here = f"/columns/{entry.id}"
    beside = catalogue.children(path[0].id)
    tree = [
        Link(
            inner.name, f"/columns/{inner.id}", "page" if inner.id == entry.id else "",
            count_of(moment, counts, inner),
        )
        for inner in (path[0], *beside)
    ] if beside else []
    tabs = [Link("全部", here, "" if year else "true")] + [
        Link(f"{number}年", f"{here}?year={number}", "true" if number == year else "")
        for number in sorted(years, reverse=True)[:6]
    ]
    query = [("year", str(year))] if year else []
    return {
        "column": entry, "tree": tree, "tree_title": path[0].name, "tabs": tabs,
        "trail": crumbs(*((column.name, f"/columns/{column.id}") for column in path)),
        "items": [showing.item(row) for row in rows],
        "pages": PageLinks.over(here, query, current=page, size=PAGE, total=total),
        "facts": [
            ("公开依据", entry.legal_basis), ("公开主体", entry.owner_unit), ("公开时限", entry.time_limit),
            ("更新", UPDATE_RULES[entry.update_rule]),
        ],
    }


def count_of(moment: Moment, counts: dict[str, tuple[int, Any]], column: ColumnEntry) -> int:
    return sum(counts[inner][0] for inner in moment.catalogue.below(column.id) if inner in counts)


async def document_context(db: Any, moment: Moment, edition: dict[str, Any]) -> dict[str, Any]:
    document_id: UUID = edition["document_id"]
    told = edition["related"] or []
    replaced_by = (edition["repealed"] or {}).get("replaced_by")
    if replaced_by:
        told = [*told, {"relation": "replaced-by", "document_id": replaced_by, "form": None}]
    visible = await reading.visible_by_id(db, [UUID(link["document_id"]) for link in told], moment.now)
    back = await reading.pointing_at(db, document_id, moment.now)
    groups = showing.groups(told, back, visible)
    replaced = next((link for group in groups if group.name == "替代它的文件" for link in group.links), None)
    files = await reading.files(db, edition["release_id"])
    attachments = [
        {**file, "href": f"/files/{file['digest'].replace(':', '-')}/{file_name(file['name'])}"}
        for file in files if file["role"] == "attachment"
    ]
    path = moment.catalogue.path(edition["column_id"])
    trail = [(column.name, f"/columns/{column.id}") for column in path] or [(edition["column_name"], "")]
    if edition["organ_id"] != moment.organ.organ_id:
        # The columns of the frame are those of the organ whose site this is; another organ has its own page.
        slug = edition["slug"].partition("-")[0]
        trail = [(edition["organ_name"], f"/o/{slug}"), (edition["column_name"], "")]
    return {
        "e": edition, "attachments": attachments, "related": groups,
        "elsewhere": showing.elsewhere(edition["published"], edition["confirmed"]),
        "history": showing.history(await reading.history(db, document_id, moment.now), edition["slug"]),
        "mark": showing.mark(edition, replaced), "trail": crumbs(*trail, ("正文", "")),
        "published": edition["first_release_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "validity": edition["validity"],
        "shows_validity": edition["kind"] in IN_FORCE or edition["validity"] != "valid",
    }


def file_name(name: str) -> str:
    """Return the name as the last part of an address."""
    return quote(name.replace("/", "_"), safe="")


def _spread(milliseconds: float) -> dict[str, str]:
    """Say a spread in the unit in which it can be read."""
    if milliseconds < 1000:
        return {"number": f"{milliseconds:.1f}", "unit": "毫秒"}
    return {"number": f"{milliseconds / 1000:.1f}", "unit": "秒"}
