"""Wiring of the public site."""

from collections.abc import Mapping, Sequence
from typing import Any

from gongkai.runtime.kit import Kit, Service, Wiring
from gongkai.web.templating import environment
from portal import files, http, http_feeds, pages, pages_about, pages_editions, pages_find, pages_organs
from portal.handlers import Ear
from portal.keeping import Shelf
from portal.loops import Fetcher, ReadBack
from portal.rendition import ShownFile
from portal.service import INSTANT, Release
from portal.site import Site, names
from portal.staging import Source


async def build(kit: Kit) -> Wiring:
    env = names(environment("portal"))
    article = env.get_template("article.html")

    def look(edition: Mapping[str, Any], shown: Sequence[ShownFile]) -> str:
        del shown
        return article.render(e=edition)

    shelf = Shelf(kit.now)
    site = Site(kit, env, shelf)

    def refused(code: str) -> None:
        kit.metrics.channel_errors.labels(kit.name, "website", code).inc()

    release = Release(kit.settings.public_url, shelf.clear, refused)
    source = Source(kit.http, f"{kit.settings.url_of('publication')}/publication", kit.blobs, look)
    fetcher = Fetcher(kit, release, source)
    ear = Ear(release, source, fetcher.wake)
    return Wiring(
        routers=[
            http.router(site), pages.router(site), pages_find.router(site), pages_about.router(site),
            pages_editions.router(site), pages_organs.router(site), files.router(site, kit.blobs),
            http_feeds.router(site),
        ],
        handlers=ear.handlers(),
        timers={INSTANT: ear.reach_instant},
        background=[fetcher.run, ReadBack(kit, source).run],
    )


SERVICE = Service(name="portal", prefix="", package="portal", build=build)
