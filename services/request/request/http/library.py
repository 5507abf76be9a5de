"""Similar cases while one is handled, the library of closed cases, comments on them, the paper that sends them up."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from gongkai.web.session import Officer, require
from request import duplicating, librarying, reading
from request.desks import Desks
from request.domain import commands as c
from request.domain.case import file_of
from request.http import bodies as b
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, PageNumber, PageSize, do
from request.library.similar import Wanted

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Librarian = Annotated[Officer, Depends(require("request.library"))]


class LibraryCase(v.View):
    """A closed case without anything personal; `why` says why it was found, the strongest first."""

    id: UUID
    number: str
    topic: str
    typical: bool
    permalink: str
    lines: list[tuple[str, str]]
    score: float
    why: list[str]


class DuplicateRow(v.View):
    """An earlier application that may ask for the same. Nothing is decided until an officer confirms it."""

    id: UUID
    number: str
    topic: str
    state: str
    verdict: str
    verdict_zh: str
    score: float
    same_applicant: bool
    why: list[str]
    citation: str


class SimilarView(v.View):
    """Earlier cases of the applicant, public documents that may answer, what may be the same, closed cases alike."""

    same_applicant: list[v.SimilarCase]
    documents: list[v.HintRow]
    duplicates: list[DuplicateRow]
    cases: list[LibraryCase]


class LibraryView(v.View):
    cases: list[LibraryCase]


class CommentRow(v.View):
    id: UUID
    text: str
    by: UUID
    made_at: datetime


class LibraryCaseView(LibraryCase):
    comments: list[CommentRow]


class CommentBody(b.Body):
    text: Annotated[b.OnRecord, Field(min_length=1, max_length=1_000)]


class PaperBody(b.Body):
    """`record` writes down that the cases were sent up today."""

    cases: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]
    record: bool = False


class PaperView(v.View):
    markdown: str


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["library"])

    @routes.get("/cases/{case_id}/similar")
    async def similar(case_id: UUID, caller: Reader) -> SimilarView:
        """Return what may be the same or answer this case, and closed cases like it, ranked, each with why."""
        async with desks.reading() as db:
            row = await reading.case(db, caller.organ_id, case_id)
            file = file_of(await reading.state(db, case_id))
            same = (
                await reading.same_applicant(db, caller.organ_id, row["applicant"], case_id) if row["applicant"] else []
            )
            documents = await reading.public_hints(db, caller.organ_id, row["topic"])
            doubles = await duplicating.found_for(db, case_id)
            cases = await librarying.similar(db, caller.organ_id, case_id, file) if file else []
        return SimilarView.model_validate(
            {"same_applicant": same, "documents": documents, "duplicates": doubles, "cases": cases}
        )

    @routes.post("/cases/{case_id}/similar")
    async def confirm_similar(
        case_id: UUID, body: b.SimilarBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        command = c.ConfirmSimilar(body.earlier, body.document, body.same_applicant, caller.person_id)
        if body.earlier is not None:
            async with desks.reading() as db:
                await reading.case(db, caller.organ_id, body.earlier)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/typical")
    async def typical(
        case_id: UUID, body: r.TypicalBody, caller: Librarian, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Mark a case as typical, with what it teaches; nothing personal may stand in topic and reason."""
        command = c.MarkTypical(caller.person_id, body.why, body.sent_up_on)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.get("/library")
    async def search(
        caller: Reader,
        q: Annotated[str, Query(max_length=200)] = "",
        page: PageNumber = 1,
        size: PageSize = reading.PAGE,
    ) -> LibraryView:
        """Search closed cases by words, the most alike first; without words the typical ones, the newest first."""
        async with desks.reading() as db:
            if q.strip():
                found = await librarying.search(db, caller.organ_id, Wanted(q.strip()), limit=size * page)
                found = found[size * (page - 1) :]
            else:
                found = await librarying.typical(db, caller.organ_id, page, size)
        return LibraryView.model_validate({"cases": found})

    @routes.get("/library/{case_id}")
    async def case(case_id: UUID, caller: Reader) -> LibraryCaseView:
        async with desks.reading() as db:
            found = await librarying.one(db, caller.organ_id, case_id)
            comments = await librarying.comments(db, case_id)
        return LibraryCaseView.model_validate(
            {**{name: getattr(found, name) for name in LibraryCase.model_fields}, "comments": comments}
        )

    @routes.post("/library/{case_id}/comments", status_code=201)
    async def comment(case_id: UUID, body: CommentBody, caller: Handler) -> v.IdView:
        """Say something about a case for colleagues; nothing personal may stand in it."""
        async with desks.changing(caller) as tx:
            made = await librarying.comment(tx, caller.organ_id, case_id, body.text, caller.person_id)
        return v.IdView(id=made)

    @routes.post("/library/papers")
    async def paper(body: PaperBody, caller: Librarian) -> PaperView:
        """Compose the paper that sends typical cases to the superior organ."""
        async with desks.changing(caller) as tx:
            today = desks.desk.today(tx)
            text = await librarying.paper(tx, desks.desk, caller.organ_id, body.cases, today)
            for case_id in dict.fromkeys(body.cases) if body.record else ():
                loaded = await desks.desk.take(tx, case_id, caller.organ_id)
                sent = c.MarkTypical(caller.person_id, loaded.file.typical, today)
                await desks.desk.decide_on(tx, loaded, sent)
        return PaperView(markdown=text)

    return routes
