"""Feeds, sitemaps and robots over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from fastapi import APIRouter, Request, Response

from gongkai.runtime.register import canonical
from portal import asked, feeds, finding, reading
from portal.caching import NO_STORE
from portal.feeds import MEDIA, Feed, Format
from portal.names import LIBRARY
from portal.pages import missing, not_yet
from portal.pages_find import filters_of, query_of
from portal.reading import Conditions
from portal.site import Moment, Site
from portal.summaries import missing_problem

MAP_PAGE: Final = 10_000
FIXED: Final = (
    "/", "/columns", "/library", "/catalogue", "/openness", "/guide", "/subscribe", "/data", "/sitemap",
    "/accessibility", "/privacy", "/recognise",
)
NEWEST_FOUND: Final = 50


@dataclass(frozen=True, slots=True)
class Channel:
    """What one feed is about: the whole site, a column with all below it, or the kinds of the policy library."""

    path: str
    title: str
    home: str
    columns: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None


def channel_of(moment: Moment, name: str) -> Channel | None:
    if name == "all":
        return Channel("/feeds/all", f"{moment.organ.name}最新公开", "/")
    if name == "library":
        return Channel("/feeds/library", f"政府文件库 - {moment.organ.name}", "/library", kinds=LIBRARY)
    column_id = name.removeprefix("columns/")
    entry = moment.catalogue.by_id.get(column_id)
    if entry is None or column_id == name:
        return None
    title = f"{entry.name} - {moment.organ.name}"
    return Channel(f"/feeds/{name}", title, f"/columns/{column_id}", moment.catalogue.below(column_id))


async def feed_of(db: Any, moment: Moment, channel: Channel, form: Format, archive: int | None) -> Feed | None:
    """Build one page of a feed; None for an archive that does not exist."""
    base, organ = moment.base, moment.organ
    part = (organ.organ_id, channel.columns, channel.kinds)
    total = await reading.feed_total(db, moment.now, *part)
    full = total // feeds.PAGE
    if archive is not None and archive > full:
        return None
    offset, limit, previous = feeds.page_bounds(total, archive)
    rows = await reading.feed(db, moment.now, *part, limit=limit, offset=offset)
    current = f"{base}{channel.path}.{form}"
    updated: datetime = max((row["release_at"] for row in rows), default=moment.now.replace(microsecond=0, second=0))
    return Feed(
        id=f"{base}{channel.path}", title=channel.title, author=organ.name, home=base + channel.home,
        self_url=f"{current}?archive={archive}" if archive else current, current_url=current, updated=updated,
        entries=[feeds.entry_of(row, base) for row in rows],
        previous_url=f"{current}?archive={previous}" if previous else "",
        next_url=f"{current}?archive={archive + 1}" if archive and archive < full else "",
        archive=archive is not None,
    )


def written(feed: Feed, form: Format) -> bytes:
    match form:
        case "atom":
            return feeds.atom(feed)
        case "rss":
            return feeds.rss(feed)
        case "json":
            return canonical(feeds.json_feed(feed)).encode()


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    async def answer(request: Request, name: str, form: str) -> Response:
        archive = asked.whole(request, "archive", 1, 1_000_000)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            channel = channel_of(moment, name) if form in MEDIA else None
            feed = None if channel is None else await feed_of(db, moment, channel, cast("Format", form), archive)
        if feed is None:
            return missing_problem(request)
        return _feed(site, moment, feed, form)

    @routes.api_route("/feeds/all.{form}", methods=["GET", "HEAD"])
    async def everything(request: Request, form: str) -> Response:
        return await answer(request, "all", form)

    @routes.api_route("/feeds/columns/{column_id}.{form}", methods=["GET", "HEAD"])
    async def column(request: Request, column_id: str, form: str) -> Response:
        return await answer(request, f"columns/{column_id}", form)

    @routes.api_route("/feeds/library.{form}", methods=["GET", "HEAD"])
    async def library(request: Request, form: str) -> Response:
        return await answer(request, "library", form)

    @routes.api_route("/feeds/search.{form}", methods=["GET", "HEAD"])
    async def search(request: Request, form: str) -> Response:
        q, filters, page = asked.text(request, "q", 100), filters_of(request), asked.page(request)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            found = await finding.find(db, q, filters, "date", moment.now)
            last = max(1, -(-len(found.hits) // NEWEST_FOUND))
            rows = await finding.shown(db, found.hits[(page - 1) * NEWEST_FOUND : page * NEWEST_FOUND])
        if page > last:
            return missing_problem(request)
        query = query_of(q, filters, "relevance")
        title = f"搜索“{q}” - {moment.organ.name}"
        return _listed(site, request, moment, rows, form, title, query, page=page, last=last)

    @routes.api_route("/sitemap.xml", methods=["GET", "HEAD"])
    async def site_map(request: Request) -> Response:
        page = asked.whole(request, "page", 1, 100_000)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            total = await reading.counted(db, moment.now, Conditions())
            pages = -(-total // MAP_PAGE)
            if page is None and pages > 1:
                urls = [f"{moment.base}/sitemap.xml?page={number}" for number in range(1, pages + 1)]
                return site.answer(moment, feeds.site_map_index(urls), "application/xml; charset=utf-8")
            rows = await reading.site_map(db, moment.now, limit=MAP_PAGE, offset=((page or 1) - 1) * MAP_PAGE)
        entries: list[tuple[str, datetime | None]] = []
        if page in {None, 1}:
            entries += [(moment.base + path, None) for path in FIXED]
            entries += [(f"{moment.base}/columns/{column.id}", None) for column in moment.catalogue.columns]
        entries += [(f"{moment.base}/d/{slug}", changed) for slug, changed in rows]
        return site.answer(moment, feeds.site_map(entries), "application/xml; charset=utf-8")

    @routes.api_route("/robots.txt", methods=["GET", "HEAD"])
    async def robots() -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
        if moment is None:
            nothing = "User-agent: *\nDisallow: /\n"
            return Response(nothing, media_type="text/plain", headers={"Cache-Control": NO_STORE})
        lines = [
            "User-agent: *", "Disallow: /publication/", "Disallow: /newmedia/", "Disallow: /identity/",
            "Disallow: /search", "Disallow: /feeds/search", f"Sitemap: {moment.base}/sitemap.xml", "",
        ]
        return site.answer(moment, "\n".join(lines).encode(), "text/plain; charset=utf-8")

    @routes.get("/{path:path}")
    async def anything_else(request: Request, path: str) -> Response:
        del path
        if "text/html" not in request.headers.get("accept", ""):
            return missing_problem(request)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
        return not_yet(site) if moment is None else missing(site, request, moment)

    return routes


def _feed(site: Site, moment: Moment, feed: Feed, form: str) -> Response:
    content = written(feed, cast("Format", form))
    extra = {"Access-Control-Allow-Origin": "*"}
    return site.answer(moment, content, MEDIA[form], modified=feed.updated, extra=extra)


def _listed(
    site: Site, request: Request, moment: Moment, rows: Sequence[dict[str, Any]], form: str, title: str,
    query: Sequence[tuple[str, str]], *, page: int, last: int,
) -> Response:
    """Answer with a feed of what a question finds now; it has no archives: what it found earlier is not kept."""
    if form not in MEDIA:
        return missing_problem(request)
    def at(number: int) -> str:
        kept = [*query, ("page", str(number))] if number > 1 else query
        return moment.base + asked.address(request.url.path, kept)

    here = at(1)
    entries = [
        feeds.entry_of(
            row | {"now_change": row.get("change", "publish"), "now_release_id": row["release_id"],
                   "explanation": row.get("explanation")},
            moment.base,
        )
        for row in rows
    ]
    updated = max((entry.updated for entry in entries), default=moment.now.replace(microsecond=0, second=0))
    feed = Feed(
        id=here, title=title, author=moment.organ.name, home=moment.base + asked.address("/search", query),
        self_url=at(page), current_url=here, updated=updated, entries=entries,
        earlier_url=at(page + 1) if page < last else "", later_url=at(page - 1) if page > 1 else "",
    )
    return _feed(site, moment, feed, form)
