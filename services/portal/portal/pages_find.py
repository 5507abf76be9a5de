"""Looking for something: the search page and the policy library. The address is the whole state."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gongkai.web.components import Link, PageLinks
from portal import asked, finding, reading, showing
from portal.finding import Filters, Found, Order
from portal.marking import marked, snippet
from portal.names import IN_FORCE, KIND_ORDER, KINDS, LIBRARY, SHELVES, VALIDITIES
from portal.pages import PAGE, missing, not_yet
from portal.reading import Conditions
from portal.site import Moment, Site, crumbs

YEARS: Final = 8
ABOUT: Final = {
    "": "本局制定和发布的政策文件，标明效力，附解读和下载。",
    "normative": "本局制定的、涉及公众权利义务并在一定期限内反复适用的文件。",
    "other": "本局发布的其他政策文件和重大行政决策。",
    "plan": "发展规划、专项规划和年度计划。",
    "ended": "已经失效或者废止的文件，原文留作查考，不再执行。",
}
ENDED: Final = ("void", "repealed")


def filters_of(request: Request) -> Filters:
    return Filters(
        kinds=asked.texts(request, "kind", KINDS), validities=asked.texts(request, "validity", VALIDITIES),
        year_from=asked.whole(request, "from", 1949, 2200), year_to=asked.whole(request, "to", 1949, 2200),
    )


def order_of(request: Request) -> Order:
    return "date" if request.query_params.get("order") == "date" else "relevance"


def query_of(q: str, filters: Filters, order: Order) -> list[tuple[str, str]]:
    """Write the state of a search as the pairs of its address."""
    pairs = [("q", q), *(("kind", kind) for kind in filters.kinds), *(("validity", v) for v in filters.validities)]
    if filters.year_from:
        pairs.append(("from", str(filters.year_from)))
    if filters.year_to:
        pairs.append(("to", str(filters.year_to)))
    if order == "date":
        pairs.append(("order", "date"))
    return pairs


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    @routes.api_route("/search", methods=["GET", "HEAD"])
    async def search(request: Request) -> Response:
        q, filters, order = asked.text(request, "q", 100), filters_of(request), order_of(request)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            context = await search_of(db, moment, q, filters, order, asked.page(request))
        return site.page(request, moment, "search.html", **context)

    @routes.api_route("/search.csv", methods=["GET", "HEAD"])
    async def search_csv(request: Request) -> Response:
        q = asked.text(request, "q", 100)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            found = await finding.find(db, q, filters_of(request), order_of(request), moment.now)
            rows = await finding.shown(db, found.hits)
        content = asked.table(showing.CSV_HEADER, (showing.csv_row(row, moment.base) for row in rows))
        extra = {"Content-Disposition": 'attachment; filename="search.csv"'}
        return site.answer(moment, content, "text/csv; charset=utf-8", extra=extra)

    @routes.api_route("/library.csv", methods=["GET", "HEAD"])
    async def library_csv(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            conditions = Asked.of(request).conditions(moment.organ.organ_id)
            rows = await reading.listed(db, moment.now, conditions, limit=10_000)
        content = asked.table(showing.CSV_HEADER, (showing.csv_row(row, moment.base) for row in rows))
        extra = {"Content-Disposition": 'attachment; filename="library.csv"'}
        return site.answer(moment, content, "text/csv; charset=utf-8", extra=extra)

    @routes.api_route("/library", methods=["GET", "HEAD"])
    async def library(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            wanted = Asked.of(request)
            if wanted.shelf not in ABOUT:
                return missing(site, request, moment)
            context = await library_of(db, moment, wanted, asked.page(request))
        return site.page(request, moment, "library.html", section="/library", **context)

    return routes


async def search_of(db: Any, moment: Moment, q: str, filters: Filters, order: Order, page: int) -> dict[str, Any]:
    found = await finding.find(db, q, filters, order, moment.now)
    page = min(page, max(1, -(-len(found.hits) // finding.PAGE)))
    rows = await finding.shown(db, found.hits[(page - 1) * finding.PAGE : page * finding.PAGE])
    query = query_of(q, filters, order)
    suggestions = await finding.suggest(db, q, moment.now) if q and (found.loose or not found.hits) else ()
    interpreted = await reading.visible_by_id(db, _interpreted(rows), moment.now)
    listed = min(found.total, finding.EXACTLY)
    return {
        "q": q, "order": order, "count_words": count_words(found), "status_words": _status(found, filters),
        "order_href": asked.address("/search", query_of(q, filters, "relevance" if order == "date" else "date")),
        "chosen": _chosen(query, filters), "facets": _facets(found, filters), "years": _years(found, filters),
        "suggestions": [Link(word, asked.address("/search", [("q", word)])) for word in suggestions],
        "hits": [_hit(row, found.words, interpreted) for row in rows],
        "pages": PageLinks.over("/search", query, current=page, size=finding.PAGE, total=listed),
        "csv": asked.address("/search.csv", query), "json": asked.address("/api/search", query),
        "atom": asked.address("/feeds/search.atom", query_of(q, filters, "relevance")),
    }


def count_words(found: Found) -> str:
    return f"超过 {finding.EXACTLY:,} 件" if found.capped else f"{found.total:,} 条结果"


def _status(found: Found, filters: Filters) -> str:
    words = []
    if found.capped:
        words.append("只对其中最新的 1,000 件排序，可以用条件缩小范围")
    if found.loose and found.hits:
        words.append("没有与所写完全一致的，下面是包含其中各词的")
    if filters.any and not found.capped and found.unfiltered != found.total:
        total = f"超过 {finding.EXACTLY:,}" if found.unfiltered > finding.EXACTLY else f"{found.unfiltered:,}"
        words.append(f"共 {total} 条中符合所选条件的")
    return "，" + "；".join(words) if words else ""


def _interpreted(rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
    return [UUID(link["document_id"]) for row in rows for link in row["related"] if link["relation"] == "interprets"]


def _hit(row: Mapping[str, Any], words: Sequence[str], visible: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    about = None
    for link in row["related"]:
        other = visible.get(UUID(link["document_id"])) if link["relation"] == "interprets" else None
        if other is not None:
            title = other["document_number"] or other["title"]
            about = {"label": "解读的是", "href": showing.href(other), "title": title}
            break
    return {
        "href": showing.href(row), "title": marked(row["title"], words), "text": snippet(row["body_text"], words),
        "kind": KINDS[row["kind"]], "number": row["document_number"], "about": about, "on": row["first_release_at"],
        "validity": row["validity"] if row["kind"] in IN_FORCE or row["validity"] != "valid" else "",
    }


def _chosen(query: Sequence[tuple[str, str]], filters: Filters) -> list[Link]:
    pills = [(("kind", kind), KINDS[kind]) for kind in filters.kinds]
    pills += [(("validity", value), VALIDITIES[value]) for value in filters.validities]
    if filters.year_from:
        pills.append((("from", str(filters.year_from)), f"{filters.year_from}年以后"))
    if filters.year_to:
        pills.append((("to", str(filters.year_to)), f"{filters.year_to}年以前"))
    return [Link(label, asked.address("/search", asked.without(query, pair))) for pair, label in pills]


def _facets(found: Found, filters: Filters) -> list[dict[str, Any]]:
    out = []
    for name, label, words, chosen, order in (
        ("kind", "类型", KINDS, filters.kinds, list(KIND_ORDER)),
        ("validity", "有效性", VALIDITIES, filters.validities, list(VALIDITIES)),
    ):
        counts = found.facets.get(name, {})
        options = [
            {"value": value, "label": words[value], "count": counts.get(value, 0), "checked": value in chosen}
            for value in sorted({*counts, *chosen}, key=order.index)
        ]
        if len(options) > 1 or chosen:
            out.append({"name": name, "label": label, "options": options})
    return out


def _years(found: Found, filters: Filters) -> list[dict[str, Any]]:
    years = sorted(found.facets.get("year", {}), reverse=True)
    if len(years) < 2 and not filters.year_from:
        return []
    values = sorted({*years[:YEARS], *([filters.year_from] if filters.year_from else [])}, reverse=True)
    return [{"value": year, "label": f"{year}年以后", "checked": year == filters.year_from} for year in values]


class Asked:
    """What a reader of the library asked for."""

    def __init__(self, shelf: str, theme: str, number: str, year: int | None, validity: str) -> None:
        self.shelf = shelf
        self.theme = theme
        self.number = number
        self.year = year
        self.validity = validity

    @classmethod
    def of(cls, request: Request) -> "Asked":
        validity = asked.text(request, "validity")
        return cls(
            asked.text(request, "shelf", 20), asked.text(request, "theme", 60), asked.text(request, "number", 60),
            asked.whole(request, "year", 1949, 2200), validity if validity in VALIDITIES else "",
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        return SHELVES[self.shelf][1] if self.shelf in SHELVES else LIBRARY

    def conditions(self, organ_id: UUID) -> Conditions:
        validities = (self.validity,) if self.validity else ENDED if self.shelf == "ended" else None
        return Conditions(
            organ_id, kinds=self.kinds, validities=validities, year=self.year, theme=self.theme or None,
            number=self.number or None,
        )

    @property
    def query(self) -> list[tuple[str, str]]:
        return [
            ("shelf", self.shelf), ("number", self.number), ("theme", self.theme),
            ("year", str(self.year or "")), ("validity", self.validity),
        ]


async def library_of(db: Any, moment: Moment, wanted: Asked, page: int) -> dict[str, Any]:
    organ_id = moment.organ.organ_id
    conditions = wanted.conditions(organ_id)
    total = await reading.counted(db, moment.now, conditions)
    page = min(page, max(1, -(-total // PAGE)))
    rows = await reading.listed(db, moment.now, conditions, limit=PAGE, offset=(page - 1) * PAGE)
    every = await reading.breakdown(db, moment.now, Conditions(organ_id, kinds=LIBRARY))
    here = await reading.breakdown(db, moment.now, Conditions(organ_id, kinds=wanted.kinds))
    ended = sum(every.validities.get(value, 0) for value in ENDED)
    shelves = [("", "全部文件", sum(every.kinds.values()))]
    shelves += [(key, name, sum(every.kinds.get(k, 0) for k in kinds)) for key, (name, kinds) in SHELVES.items()]
    shelves.append(("ended", "已失效和废止", ended))
    heading = next(label for key, label, _ in shelves if key == wanted.shelf)
    query = [pair for pair in wanted.query if pair[1]]
    return {
        "shelves": [
            Link(label, asked.address("/library", [("shelf", key)]), "page" if key == wanted.shelf else "", number)
            for key, label, number in shelves
        ],
        "heading": "政府文件库" if not wanted.shelf else heading, "about": ABOUT[wanted.shelf], "shelf": wanted.shelf,
        "number": wanted.number, "narrowed": bool(wanted.number or wanted.theme or wanted.year or wanted.validity),
        "clear": asked.address("/library", [("shelf", wanted.shelf)]),
        "themes": _options(here.themes, wanted.theme, {}),
        "years": _options(dict(sorted(here.years.items(), reverse=True)), wanted.year, {}),
        "validities": _options(here.validities, wanted.validity, VALIDITIES),
        "items": [showing.item(row, kind=not wanted.shelf) for row in rows], "total": total,
        "pages": PageLinks.over("/library", query, current=page, size=PAGE, total=total),
        "trail": crumbs(("政府文件库", "/library"), *([(heading, "")] if wanted.shelf else [])),
        "csv_href": asked.address("/library.csv", query),
        "json_href": asked.address("/api/documents", [("kind", kind) for kind in wanted.kinds]),
    }


def _options(counts: Mapping[Any, int], chosen: Any, labels: Mapping[Any, str]) -> list[dict[str, Any]]:
    """Return the choices of a select; one that was asked for stays even when nothing has it."""
    values = list(counts) + ([chosen] if chosen and chosen not in counts else [])
    return [
        {"value": value, "label": labels.get(value, value), "count": counts.get(value, 0), "checked": value == chosen}
        for value in values
    ]
