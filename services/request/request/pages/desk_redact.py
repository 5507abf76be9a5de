"""The clean copy of a file: what in it is personal, passages by quotation, a reason and an article for each of them.

Places are counted in the text of the file, which is the same however often it is read; the form carries the places
and never the words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.statute.articles import ARTICLES
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from request import filing, reading
from request.pages.answering import note, seen
from request.pages.desk import ANSWERED, BASE, Bench
from request.redaction.model import GROUNDS, Passage
from request.redaction.reading import read_document
from request.redaction.suggest import still_there

Handler = Annotated[Officer, Depends(require("request.handle"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
FORMS: Final = (("docx", "Word（可以继续编辑）"), ("pdf", "PDF"))
MOST: Final = 500
_PLACE: Final = re.compile(r"(\d{1,7})-(\d{1,7})")
_AROUND: Final = 16


@dataclass(frozen=True, slots=True)
class Marked:
    """One place of the list: its words, what stands around them, and what the form says of it."""

    key: str
    before: str
    words: str
    after: str
    title: str
    why: str


def repeated(name: str, data: bytes, passages: tuple[Passage, ...]) -> list[tuple[int, int, str, str]]:
    """Return where hidden words still stand in the open. A function of values, for a worker process."""
    found = still_there(read_document(name, data), passages)
    return [(one.passage.start, one.passage.end, one.passage.reason, one.passage.article) for one in found]


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def opened(officer: Officer, case_id: UUID, file_id: UUID) -> tuple[Any, Any, str, list[dict[str, Any]]]:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            row = await reading.file(tx.db, case_id, file_id)
            text, found = await filing.proposals(desks.people, desks.workers, tx, loaded, file_id)
        return loaded, row, text, found

    async def page(
        request: Request, officer: Officer, where: tuple[UUID, UUID], form: Form, status: int = 200
    ) -> Response:
        case_id, file_id = where
        loaded, row, text, found = await opened(officer, case_id, file_id)
        known = {f"{one['start']}-{one['end']}": one for one in found}
        places = [key for key in form.values("place") if _span(key, text)]
        if not places:
            places = list(known)
            form.fields["hide"] = [key for key, one in known.items() if one["certain"]]
        form.fields["place"] = places = sorted(dict.fromkeys(places), key=_order)
        for key in places:
            said = known.get(key, {})
            for name in ("reason", "article"):
                if not form.value(f"{name}-{key}"):
                    form.fields[f"{name}-{key}"] = [said.get(name, "")]
        if not form.value("form"):
            form.fields["form"] = ["docx"]
        return await bench.show(
            request, "desk_redact.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            here=f"{BASE}/cases/{case_id}/files/{file_id}/redact", name=row["name"], topic=loaded.file.topic,
            version=loaded.version, marks=[_marked(key, text, known.get(key)) for key in places], forms=FORMS,
            grounds=[(key, f"{ARTICLES[key].citation}：{what}") for key, what in GROUNDS.items()],
            lines=_lines(text, places),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/files/{file_id}/redact")
    async def mark(request: Request, case_id: UUID, file_id: UUID, officer: Handler, looker: Looker) -> Response:
        del looker
        return await page(request, officer, (case_id, file_id), Form())

    @routes.post("/cases/{case_id}/files/{file_id}/redact")
    async def redact(request: Request, case_id: UUID, file_id: UUID, officer: Handler, looker: Looker) -> Response:
        del looker
        form = await read_form(request)
        where = (case_id, file_id)
        loaded, row, text, _ = await opened(officer, case_id, file_id)
        if form.value("do") == "add":
            _quote(form, text)
            return await page(request, officer, where, form, 422 if form.errors else 200)
        passages = _passages(form, text)
        if not passages and not form.errors:
            form.add("", "还没有选择要隐去的内容")
        if form.errors:
            return await page(request, officer, where, form, 422)
        try:
            async with desks.changing(officer) as tx:
                data = await desks.people.read_bytes(tx, row["item_id"], "handling")
            again = await desks.workers.run(repeated, row["name"], data, tuple(passages))
            if again and form.value("leave") != "1":
                _offer(form, again)
                return await page(request, officer, where, form, 422)
            async with desks.changing(officer) as tx:
                loaded = await desks.desk.take(tx, case_id, officer.organ_id, seen(form))
                await filing.redact(
                    desks.desk, desks.people, desks.workers, tx, loaded, file_id, passages,
                    "pdf" if form.value("form") == "pdf" else "docx", officer.person_id,
                )  # fmt: skip
        except ANSWERED as trouble:
            return await page(request, officer, where, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}/files?done=redacted")

    return routes


def _span(key: str, text: str) -> tuple[int, int] | None:
    found = _PLACE.fullmatch(key)
    if found is None:
        return None
    start, end = int(found[1]), int(found[2])
    return (start, end) if start < end <= len(text) else None


def _order(key: str) -> tuple[int, int]:
    start, _, end = key.partition("-")
    return int(start), int(end)


def _passages(form: Form, text: str) -> list[Passage]:
    passages = []
    for key in sorted({key for key in form.values("hide") if _span(key, text)}, key=_order):
        start, end = _order(key)
        passages.append(Passage(start, end, form.value(f"reason-{key}").strip(), form.value(f"article-{key}")))
    return passages


def _quote(form: Form, text: str) -> None:
    """Add every place in which the quoted words stand; the form says the reason and the article of them all."""
    try:
        words = printable(form.value("words").strip())
    except ValueError as wrong:
        form.add("words", str(wrong), "要隐去的文字")
        return
    if not words:
        form.add("words", "请把要隐去的文字照抄在这里", "要隐去的文字")
        return
    places = [f"{found.start()}-{found.end()}" for found in re.finditer(re.escape(words), text)][:MOST]
    if not places:
        form.add("words", "正文里没有这段文字，请照原文抄写", "要隐去的文字")
        return
    for name, label in (("why", "理由"), ("ground", "依据")):
        if not form.value(name).strip():
            form.add(name, f"请填写{label}", label)
    if form.errors:
        return
    _take(form, ((key, form.value("why").strip(), form.value("ground")) for key in places))
    form.fields["words"], form.fields["why"] = [""], [""]


def _offer(form: Form, again: Sequence[tuple[int, int, str, str]]) -> None:
    """Add the places in which hidden words stand in the open, and say so."""
    _take(form, ((f"{start}-{end}", reason, article) for start, end, reason, article in again[:MOST]))
    form.fields["asked"] = ["1"]
    form.add("", f"隐去的文字在别处还有 {len(again)} 处，已经加进清单并选中。不需要隐去的可以取消，再勾选“其余保留”")


def _take(form: Form, places: Iterable[tuple[str, str, str]]) -> None:
    for key, reason, article in places:
        form.fields.setdefault("place", []).append(key)
        form.fields.setdefault("hide", []).append(key)
        form.fields[f"reason-{key}"], form.fields[f"article-{key}"] = [reason], [article]


def _marked(key: str, text: str, known: dict[str, Any] | None) -> Marked:
    start, end = _order(key)
    return Marked(
        key, text[max(0, start - _AROUND) : start].rpartition("\n")[2], text[start:end],
        text[end : end + _AROUND].partition("\n")[0], known["title"] if known else "引文",
        known["why"] if known else "由您指定。",
    )  # fmt: skip


def _lines(text: str, places: Sequence[str]) -> list[list[tuple[str, int]]]:
    """Return the text line by line in pieces; a marked piece bears its number in the list."""
    spans = [(*_order(key), number) for number, key in enumerate(places, 1)]
    lines: list[list[tuple[str, int]]] = []
    at = 0
    for line in text.split("\n"):
        end, pieces, cursor = at + len(line), [], at
        for start, stop, number in spans:
            if stop <= cursor or start >= end:
                continue
            first, last = max(start, cursor), min(stop, end)
            if first > cursor:
                pieces.append((text[cursor:first], 0))
            pieces.append((text[first:last], number))
            cursor = last
        if cursor < end:
            pieces.append((text[cursor:end], 0))
        lines.append(pieces)
        at = end + 1
    return lines
