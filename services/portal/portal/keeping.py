"""Answers kept inside the process, for exactly as long as a browser may keep them.

An entry ends at the next ordered instant at the latest, so a page still changes at the instant itself; and whatever
this process commits throws all entries away. Conditional requests are answered here, kept or not.
"""

from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gongkai.runtime.edge import Clock
from gongkai.web.cookies import SIZE_COOKIE
from portal.caching import unchanged

ENTRIES: Final = 500
LARGEST: Final = 256 * 1024
LONGEST_ADDRESS: Final = 400
_KEPT_HEADERS: Final = ("etag", "cache-control", "last-modified", "vary", "access-control-allow-origin")


class Lasting(Response):
    """A whole answer that is good until an instant."""

    def __init__(
        self, content: bytes, media_type: str, headers: dict[str, str], *, good_until: datetime,
        modified: datetime | None,
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        self.good_until = good_until
        self.modified = modified

    def to(self, request: Request) -> Response:
        """Answer this request: the page, or that the reader's copy is still good."""
        asked = request.headers
        if unchanged(
            self.headers["etag"], self.modified, asked.get("if-none-match"), asked.get("if-modified-since")
        ):
            kept = {name: self.headers[name] for name in _KEPT_HEADERS if name in self.headers}
            return Response(status_code=304, headers=kept)
        return Response(self.body, headers=dict(self.headers))


@dataclass(slots=True)
class Shelf:
    """The newest answers by what was asked."""

    now: Clock
    entries: "OrderedDict[tuple[str, str, str], Lasting]" = field(default_factory=OrderedDict)

    def clear(self) -> None:
        self.entries.clear()

    def find(self, key: tuple[str, str, str]) -> Lasting | None:
        found = self.entries.get(key)
        if found is None:
            return None
        if self.now() >= found.good_until:
            del self.entries[key]
            return None
        self.entries.move_to_end(key)
        return found

    def keep(self, key: tuple[str, str, str], answer: Lasting) -> None:
        if len(answer.body) > LARGEST or sum(map(len, key)) > LONGEST_ADDRESS:
            return
        self.entries[key] = answer
        while len(self.entries) > ENTRIES:
            self.entries.popitem(last=False)

    def route_class(self) -> type[APIRoute]:
        """Return the kind of route whose answers are kept here."""
        shelf = self

        class KeptRoute(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                build = super().get_route_handler()

                async def answer(request: Request) -> Response:
                    key = (request.url.path, request.url.query, request.cookies.get(SIZE_COOKIE, ""))
                    lasting = shelf.find(key)
                    if lasting is None:
                        built = await build(request)
                        if not isinstance(built, Lasting):
                            return built
                        shelf.keep(key, built)
                        lasting = built
                    return lasting.to(request)

                return answer

        return KeptRoute
