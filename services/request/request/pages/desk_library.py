"""What came before: applications that may ask for the same, closed cases like this one, and the library of them all."""

import re
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.web.filters import datetime_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from request import duplicating, librarying, reading
from request.domain import commands as c
from request.domain.case import STATE_NAMES, file_of
from request.library.similar import Wanted
from request.pages.answering import note, typed
from request.pages.desk import ANSWERED, BASE, Bench

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Librarian = Annotated[Officer, Depends(require("request.library"))]
LIBRARY: Final = f"{BASE}/library"
SIZE: Final = 20
MOST_WORDS: Final = 1_000
MOST_SENT: Final = 50
STATES: Final = {kind.__name__: name for kind, name in STATE_NAMES.items()}
_LINK: Final = re.compile(r"/d/[A-Za-z0-9._~-]{1,200}")


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    # ── Beside a case ──────────────────────────────────────────────────────

    async def similar_page(
        request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200
    ) -> Response:
        async with desks.reading() as db:
            row = await reading.case(db, officer.organ_id, case_id)
            file = file_of(await reading.state(db, case_id))
            doubles = await duplicating.found_for(db, case_id)
            documents = await reading.public_hints(db, officer.organ_id, row["topic"])
            alike = await librarying.similar(db, officer.organ_id, case_id, file, SIZE) if file else []
        confirmed = {str(one.earlier or one.document) for one in file.similar} if file else set()
        return await bench.show(
            request, "desk_similar.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            topic=row["topic"], alike=alike, library=LIBRARY, cases=f"{BASE}/cases", documents=documents,
            confirmed=confirmed, confirms=officer.may("request.handle") and row["open"],
            doubles=[{**one, "state_zh": STATES.get(one["state"], "")} for one in doubles],
        )  # fmt: skip

    @routes.get("/cases/{case_id}/similar")
    async def similar(request: Request, case_id: UUID, officer: Reader) -> Response:
        return await similar_page(request, officer, case_id, Form())

    @routes.post("/cases/{case_id}/similar")
    async def confirm(request: Request, case_id: UUID, officer: Handler) -> Response:
        """Note that an officer has seen it: the same was asked before, or stands on the website."""
        form = await read_form(request)
        earlier: UUID | None = None
        document = form.value("document")
        try:
            earlier = UUID(form.value("earlier")) if form.value("earlier") else None
        except ValueError:
            form.add("", "没有找到这件申请")
        if document and not _LINK.fullmatch(document):
            form.add("", "没有找到这份文件")
        if form.errors:
            return await similar_page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                if earlier is not None:
                    await desks.desk.load(tx, earlier, officer.organ_id)
                command = c.ConfirmSimilar(earlier, document, form.value("same") == "1", officer.person_id)
                await desks.desk.perform(tx, case_id, command, organ_id=officer.organ_id)
        except ANSWERED as trouble:
            return await similar_page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=similar")

    # ── The library ────────────────────────────────────────────────────────

    async def library_page(
        request: Request, officer: Officer, q: str, page: int, form: Form, status: int = 200
    ) -> Response:
        async with desks.reading() as db:
            if q:
                found = await librarying.search(db, officer.organ_id, Wanted(q), limit=SIZE * page + 1)
                found = found[SIZE * (page - 1) :]
            else:
                found = await librarying.typical(db, officer.organ_id, page, SIZE)
        more = len(found) > SIZE if q else len(found) == SIZE
        return await bench.show(
            request, "desk_library.html", officer, status=status, form=form, q=q, page=page, more=more, here=LIBRARY,
            found=found[:SIZE], sends=officer.may("request.library"),
        )  # fmt: skip

    @routes.get("/library")
    async def library(
        request: Request,
        officer: Reader,
        q: Annotated[str, Query(max_length=200)] = "",
        page: Annotated[int, Query(ge=1, le=1_000)] = 1,
    ) -> Response:
        return await library_page(request, officer, q.replace("\x00", "").strip(), page, Form())

    @routes.post("/library/paper")
    async def paper(request: Request, officer: Librarian) -> Response:
        """Compose the paper that sends typical cases up; `record` writes down that they were sent today."""
        form = await read_form(request)
        chosen = _ids(form.values("case"))
        if not chosen:
            form.add("", "请先勾选要上报的典型案例")
            return await library_page(request, officer, "", 1, form, 422)
        try:
            async with desks.changing(officer) as tx:
                today = desks.desk.today(tx)
                text = await librarying.paper(tx, desks.desk, officer.organ_id, chosen, today)
                if form.value("do") == "record":
                    for case_id in chosen:
                        loaded = await desks.desk.take(tx, case_id, officer.organ_id)
                        sent = c.MarkTypical(officer.person_id, loaded.file.typical, today)
                        await desks.desk.decide_on(tx, loaded, sent)
        except ANSWERED as trouble:
            return await library_page(request, officer, "", 1, form, note(form, trouble))
        return await bench.show(
            request, "desk_paper.html", officer, text=text, chosen=chosen, here=LIBRARY,
            recorded=form.value("do") == "record",
        )  # fmt: skip

    async def one_page(request: Request, officer: Officer, case_id: UUID, form: Form, status: int = 200) -> Response:
        async with desks.reading() as db:
            found = await librarying.one(db, officer.organ_id, case_id)
            comments = await librarying.comments(db, case_id)
        names = await bench.names(one["by"] for one in comments)
        said: list[dict[str, Any]] = [
            {"text": one["text"], "who": names.get(one["by"], ""), "when": datetime_zh(one["made_at"])}
            for one in comments
        ]
        return await bench.show(
            request, "desk_library_case.html", officer, status=status, form=form, found=found, comments=said,
            here=f"{LIBRARY}/{case_id}", library=LIBRARY, case=f"{BASE}/cases/{case_id}",
            comments_it=officer.may("request.handle"), marks=officer.may("request.library") and not found.typical,
        )  # fmt: skip

    @routes.get("/library/{case_id}")
    async def one(request: Request, case_id: UUID, officer: Reader) -> Response:
        return await one_page(request, officer, case_id, Form())

    @routes.post("/library/{case_id}")
    async def comment(request: Request, case_id: UUID, officer: Handler) -> Response:
        form = await read_form(request)
        text = typed(form, "text", "评论", MOST_WORDS)
        if form.errors:
            return await one_page(request, officer, case_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await librarying.comment(tx, officer.organ_id, case_id, text, officer.person_id)
        except ANSWERED as trouble:
            return await one_page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{LIBRARY}/{case_id}")

    return routes


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in dict.fromkeys(texts[:MOST_SENT]):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
