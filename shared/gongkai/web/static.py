"""The files every service serves by itself: stylesheet and scripts, named by their content, cached for a year.

One folder, `gongkai/web/static`, for all services: a page of one service may be answered while another
serves the file, and a name that holds the digest of the bytes cannot be stale anywhere.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "xsl": "text/xsl; charset=utf-8",
}
YEAR: Final = "public, max-age=31536000, immutable"

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND: Final = re.compile(r"\s*([{};,>])\s*")


@dataclass(frozen=True, slots=True)
class StaticFile:
    name: str
    content: bytes
    digest: str

    @property
    def url(self) -> str:
        return f"/static/{self.digest}/{self.name}"


def minify_css(source: str) -> str:
    """Drop comments and the spaces that mean nothing. Spaces inside `calc()` and before `:` keep their meaning."""
    text = _COMMENT.sub("", source)
    text = re.sub(r"\s+", " ", text)
    text = _AROUND.sub(r"\1", text)
    text = re.sub(r"([a-z-]): ", r"\1:", text)
    text = text.replace(" !important", "!important").replace(") {", "){")
    return text.replace(";}", "}").strip()


@cache
def static_file(name: str) -> StaticFile | None:
    """Return the file of this name, or None. Names are flat: what has a slash is not ours."""
    if "/" in name or "\\" in name or name.startswith(".") or name.rpartition(".")[2] not in MEDIA_TYPES:
        return None
    found = files("gongkai.web").joinpath("static", name)
    if not found.is_file():
        return None
    content = found.read_bytes()
    if name.endswith(".css"):
        content = minify_css(content.decode()).encode()
    return StaticFile(name, content, hashlib.sha256(content).hexdigest()[:16])


def url_for_static(name: str) -> str:
    """Return the address that holds the digest, for templates. A name that does not exist is our mistake."""
    found = static_file(name)
    if found is None:
        raise LookupError(f"no static file {name!r}")
    return found.url


def router() -> APIRouter:
    """Serve `/static/<digest>/<name>` at the root of the address, whatever prefix the service has."""
    routes = APIRouter()

    @routes.get("/static/{digest}/{name}", include_in_schema=False)
    async def file(request: Request, digest: str, name: str) -> Response:
        found = static_file(name)
        if found is None:
            return Response(status_code=404, headers={"Cache-Control": "no-store"})
        # An old digest (a page cached across an upgrade) still gets today's file, but not for a year.
        caching = YEAR if digest == found.digest else "no-cache"
        headers = {"Cache-Control": caching, "ETag": f'"{found.digest}"', "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)

    return routes
