"""The open JSON API: everything a reader can see, for programs, without a key."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from gongkai.contracts.values import DocumentKind, Validity
from gongkai.runtime.problem import Problem
from portal import asked, finding, reading
from portal.finding import Filters, Order
from portal.marking import snippet
from portal.reading import Conditions
from portal.site import Site
from portal.summaries import (
    Columns,
    Document,
    DocumentPage,
    DocumentSummary,
    SearchAnswer,
    SearchHit,
    column_of,
    document_of,
    gone_problem,
    missing_problem,
    problem,
    summary_of,
)

PAGE: Final = 50
OPEN: Final = {"Access-Control-Allow-Origin": "*"}
NOT_YET: Final = Problem(503, "unavailable", "网站还没有开通")
PageNumber = Annotated[int, Query(ge=1, le=10_000, description="从 1 起")]


def router(site: Site) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["公开信息"], route_class=site.shelf.route_class())

    @routes.get("/documents", response_model=DocumentPage, summary="公开的信息，从新到旧")
    async def documents(
        request: Request, column: Annotated[str, Query(max_length=60)] = "",
        kind: Annotated[list[DocumentKind] | None, Query()] = None,
        validity: Annotated[list[Validity] | None, Query()] = None,
        year: Annotated[int | None, Query(ge=1949, le=2200, description="成文年份")] = None,
        theme: Annotated[str, Query(max_length=60)] = "", number: Annotated[str, Query(max_length=60)] = "",
        page: PageNumber = 1,
    ) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return problem(request, NOT_YET)
            column = asked.clean(column)
            if column and column not in moment.catalogue.by_id:
                return missing_problem(request)
            conditions = Conditions(
                moment.organ.organ_id, moment.catalogue.below(column) if column else None,
                tuple(kind) if kind else None, tuple(validity) if validity else None, year,
                asked.clean(theme) or None, asked.clean(number) or None,
            )
            total = await reading.counted(db, moment.now, conditions)
            rows = await reading.listed(db, moment.now, conditions, limit=PAGE, offset=(page - 1) * PAGE)
        pages = -(-total // PAGE)
        answer = DocumentPage(
            total=total, page=page, pages=pages, next=_next(request, moment.base, page, pages),
            documents=[DocumentSummary(**summary_of(row, moment.base)) for row in rows],
        )
        return site.answer(moment, answer.model_dump_json().encode(), "application/json", extra=OPEN)

    @routes.get("/documents/{slug}", response_model=Document, summary="一件信息的全部内容",
                responses={404: {"description": "没有公开"}, 410: {"description": "已撤回，附说明"}})
    async def document(request: Request, slug: str) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return problem(request, NOT_YET)
            edition = await reading.document(db, asked.clean(slug), moment.now)
            if edition is None:
                return missing_problem(request)
            if edition["change"] == "withdraw":
                return gone_problem(request, edition)
            files = await reading.files(db, edition["release_id"])
        content = document_of(edition, files, moment.base).model_dump_json().encode()
        return site.answer(moment, content, "application/json", modified=edition["release_at"], extra=OPEN)

    @routes.get("/columns", response_model=Columns, summary="主动公开基本目录")
    async def columns(request: Request) -> Response:
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return problem(request, NOT_YET)
            counts = await reading.by_column(db, moment.now, moment.organ.organ_id)
        answer = Columns(
            organ=moment.organ.name, revision=moment.catalogue.revision, effective_on=moment.catalogue.effective_on,
            columns=[column_of(entry, counts.get(entry.id), moment.base) for entry in moment.catalogue.columns],
        )
        return site.answer(moment, answer.model_dump_json().encode(), "application/json", extra=OPEN)

    @routes.get("/search", response_model=SearchAnswer, summary="全站搜索")
    async def search(
        request: Request, q: Annotated[str, Query(max_length=100)] = "",
        kind: Annotated[list[DocumentKind] | None, Query()] = None,
        validity: Annotated[list[Validity] | None, Query()] = None,
        year_from: Annotated[int | None, Query(alias="from", ge=1949, le=2200)] = None,
        year_to: Annotated[int | None, Query(alias="to", ge=1949, le=2200)] = None,
        order: Annotated[Order, Query()] = "relevance", page: PageNumber = 1,
    ) -> Response:
        filters = Filters(tuple(kind or ()), tuple(validity or ()), year_from, year_to)
        typed = asked.clean(q, 100)
        async with site.kit.reading() as db:
            moment = await site.moment(db)
            if moment is None:
                return problem(request, NOT_YET)
            found = await finding.find(db, typed, filters, order, moment.now)
            rows = await finding.shown(db, found.hits[(page - 1) * finding.PAGE : page * finding.PAGE])
            unsure = bool(typed) and (found.loose or not found.hits)
            suggestions = await finding.suggest(db, typed, moment.now) if unsure else ()
        pages = -(-len(found.hits) // finding.PAGE)
        answer = SearchAnswer(
            q=typed, total=found.total, more_than=finding.EXACTLY if found.capped else None, exact=not found.loose,
            page=page, pages=pages, next=_next(request, moment.base, page, pages),
            facets={name: {str(value): n for value, n in counts.items()} for name, counts in found.facets.items()},
            suggestions=list(suggestions),
            documents=[
                SearchHit(**summary_of(row, moment.base), text=str(snippet(row["body_text"], found.words)))
                for row in rows
            ],
        )
        return site.answer(moment, answer.model_dump_json().encode(), "application/json", extra=OPEN)

    return routes


def _next(request: Request, base: str, page: int, pages: int) -> str | None:
    if page >= pages:
        return None
    kept = request.query_params.multi_items()
    pairs: list[tuple[str, Any]] = [(name, value) for name, value in kept if name != "page"]
    return f"{base}{request.url.path}?{urlencode([*pairs, ('page', page + 1)])}"
