"""What an edition that was replaced was: when it stood, why it went, where the text of today differs from it.

The old words are not shown again. A correction may have been made because of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from portal import asked, reading
from portal.pages import gone, missing, not_yet
from portal.showing import href
from portal.site import Site, crumbs

#: A passage is quoted so far; the whole text is a click away.
QUOTED: Final = 120
MOST: Final = 30
#: Beyond this the texts are not compared word by word in a reader's time.
LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Changes:
    """Passages of today that the old edition did not have, how many of its own are gone, what else differs."""

    passages: Sequence[str]
    more: int
    gone: int
    marks: Sequence[str]


def router(site: Site) -> APIRouter:
    routes = APIRouter(include_in_schema=False, route_class=site.shelf.route_class())

    @routes.api_route("/d/{slug}/editions/{number}", methods=["GET", "HEAD"])
    async def edition_page(request: Request, slug: str, number: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return not_yet(site)
            current = await reading.document(db, asked.clean(slug), moment.now)
            wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
            old = await reading.replaced(db, current["document_id"], wanted, moment.now) if current else None
            if current is None or (old is None and wanted != current["edition"]):
                return missing(site, request, moment)
            history = await reading.history(db, current["document_id"], moment.now)
        if current["change"] == "withdraw":
            return gone(site, request, moment, current)
        if old is None or wanted == current["edition"]:
            return RedirectResponse(href(current), 302, headers={"Cache-Control": "no-store"})
        successor = next((row for row in history if row["release_at"] == old["superseded_at"]), None)
        return site.page(
            request, moment, "edition.html", e=current, old=old, why=(successor or {}).get("explanation") or "",
            changes=compared(old, current),
            trail=crumbs((current["column_name"], f"/columns/{current['column_id']}"),
                         (current["title"], href(current)), (f"第{old['edition']}版", "")),
        )  # fmt: skip

    return routes


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """Compare two editions passage by passage."""
    before, after = _passages(old["body_text"]), _passages(new["body_text"])
    passages: list[str] = []
    lost = 0
    if len(before) + len(after) <= LONGEST:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                passages += after[j1:j2]
                lost += max(0, (i2 - i1) - (j2 - j1))
    else:
        known, kept = set(before), set(after)
        passages = [each for each in after if each not in known]
        lost = max(0, sum(each not in kept for each in before) - len(passages))
    names = (
        ("title", "标题"), ("document_number", "发文字号"), ("formed_on", "成文日期"), ("validity", "有效性"),
        ("valid_until", "有效期"), ("summary", "摘要"), ("themes", "主题分类"), ("column_id", "栏目"),
    )  # fmt: skip
    marks = [words for name, words in names if old[name] != new[name]]
    quoted = [each if len(each) <= QUOTED else f"{each[:QUOTED]}……" for each in passages[:MOST]]
    return Changes(quoted, max(0, len(passages) - MOST), lost, marks)


def _passages(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
