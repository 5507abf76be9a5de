"""The basic catalogue, how alive its columns are, and the organ's own word lists."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from gongkai.web.session import Officer, require
from publication import cataloguing, reading, wording
from publication.callers import officer_of
from publication.catalogue.columns import Health
from publication.desks import Desks
from publication.domain import themes
from publication.http import bodies as b
from publication.http import views as v

Seer = Annotated[Officer, Depends(require("catalogue.see"))]
Revision = Annotated[int, Path(ge=1, le=1_000_000)]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["catalogue"])

    @routes.get("/catalogue")
    async def get_catalogue(caller: Seer) -> v.CatalogueView:
        """Return the newest revision of the catalogue."""
        return await _catalogue(desks, caller.organ_id)

    @routes.put("/catalogue")
    async def revise_catalogue(
        body: b.CatalogueBody, caller: Annotated[Officer, Depends(require("catalogue.revise"))]
    ) -> v.CatalogueView:
        """Put a whole new tree in the place of the revision it was made from; 412 when that is no longer the newest."""
        async with desks.changing(caller) as tx:
            await cataloguing.revise(
                tx,
                officer_of(caller),
                caller.organ_id,
                revision=body.revision,
                columns=tuple(column.value() for column in body.columns),
                effective_on=body.effective_on,
                note=body.note,
            )
        return await _catalogue(desks, caller.organ_id)

    @routes.get("/catalogue/revisions")
    async def list_revisions(caller: Seer) -> v.RevisionList:
        async with desks.reading() as db:
            rows = await reading.revisions(db, caller.organ_id)
        return v.RevisionList(revisions=[v.RevisionView.model_validate(row) for row in rows])

    @routes.get("/catalogue/revisions/{revision}")
    async def get_revision(revision: Revision, caller: Seer) -> v.CatalogueView:
        return await _catalogue(desks, caller.organ_id, revision)

    @routes.get("/columns/health")
    async def columns_health(caller: Seer) -> v.HealthList:
        """Tell of every column that holds documents whether it is alive, idle or blank."""
        async with desks.reading() as db:
            found = await reading.columns_health(db, caller.organ_id, desks.kit.now())
        return v.HealthList(columns=[_health(each) for each in found])

    @routes.get("/themes")
    async def list_themes(_: Seer) -> list[str]:
        """List the classes of 主题分类 that a document may carry."""
        return list(themes.THEMES)

    @routes.get("/word-list")
    async def get_word_list(caller: Annotated[Officer, Depends(require("document.see"))]) -> v.WordListView:
        """Return what the organ added to the word lists and took out of them."""
        async with desks.reading() as db:
            return v.WordListView.model_validate(await reading.word_list(db, caller.organ_id))

    @routes.put("/word-list")
    async def change_word_list(
        body: b.WordListBody, caller: Annotated[Officer, Depends(require("wordlist.edit"))]
    ) -> v.WordListView:
        async with desks.changing(caller) as tx:
            await wording.change(tx, caller.organ_id, caller.person_id, body.revision, body.edits)
        async with desks.reading() as db:
            return v.WordListView.model_validate(await reading.word_list(db, caller.organ_id))

    return routes


async def _catalogue(desks: Desks, organ_id: UUID, revision: int | None = None) -> v.CatalogueView:
    async with desks.reading() as db:
        return v.CatalogueView.model_validate(await reading.catalogue(db, organ_id, revision))


def _health(each: Health) -> v.ColumnHealth:
    return v.ColumnHealth(
        column_id=each.column.id,
        name=each.column.name,
        state=each.state,
        documents=each.documents,
        last_on=each.last_on,
        idle_since=each.idle_since,
        sentence=each.sentence,
    )
