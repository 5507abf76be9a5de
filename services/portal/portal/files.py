"""Attachments and pictures of visible documents. What is not visible, or no longer, is not served."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from gongkai.runtime.blobs import BlobMissing, BlobStore
from portal import asked, reading
from portal.pages import missing, not_yet
from portal.site import Site

#: What a browser may open in place; everything else is handed over as a file.
INLINE: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})


def router(site: Site, blobs: BlobStore) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    @routes.api_route("/files/{digest}/{name}", methods=["GET", "HEAD"])
    async def file(request: Request, digest: str, name: str) -> Response:
        del name
        wanted = digest.replace("sha256-", "sha256:", 1)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            found = await reading.visible_file(db, asked.clean(wanted, 80), moment.now)
        if found is None:
            return missing(site, request, moment)
        try:
            content = await blobs.get(wanted)
        except BlobMissing:
            return missing(site, request, moment)
        inline = found["media_type"] in INLINE
        shown = quote(found["name"].replace("/", "_"), safe="")
        extra = {
            "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{shown}",
            # Bytes that others wrote run nothing here, whatever they claim to be.
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
            "X-Content-Type-Options": "nosniff",
        }
        media_type = found["media_type"] if inline else "application/octet-stream"
        return site.answer(moment, content, media_type, extra=extra)

    return routes
