"""The register of outside systems that may post events: who they are, what they may say, their shared secret."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from gongkai.runtime.errors import NotFound
from gongkai.runtime.inbound_sources import Source, Sources
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from gongkai.web.session import Officer, require


class NewSource(BaseModel):
    """A system to be registered. `types` are the full CloudEvents types it may post."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=1, max_length=200, description="the CloudEvents source it will use")
    name: str = Field(min_length=1, max_length=200, description="what people call the system")
    types: tuple[str, ...] = Field(min_length=1, max_length=50)


class SourceChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=1, max_length=200)
    types: tuple[str, ...] = Field(min_length=1, max_length=50)
    active: bool


class SourceNamed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=1, max_length=200)


class SecretOnce(BaseModel):
    """The secret is shown once; it lies encrypted and cannot be read again, only renewed."""

    source: str
    secret: str


class SourceView(BaseModel):
    source: str
    name: str
    types: tuple[str, ...]
    active: bool


Manager = Annotated[Officer, Depends(require("source.manage"))]


def router(kit: Kit, sources: Sources) -> APIRouter:
    routes = APIRouter(prefix="/api/sources", tags=["sources"])

    @routes.get("")
    async def listing(officer: Manager) -> list[SourceView]:
        async with kit.reading() as db:
            return [_view(source) for source in await sources.of_organ(db, officer.organ_id)]

    @routes.post("", status_code=201)
    async def register(new: NewSource, officer: Manager) -> SecretOnce:
        async with kit.transaction(actor=officer.actor) as tx:
            secret = await sources.register(
                tx.db, new.source, new.name, officer.organ_id, new.types, tx.now, kit.new_id
            )
        return SecretOnce(source=new.source, secret=secret)

    @routes.post("/renew")
    async def renew(named: SourceNamed, officer: Manager) -> SecretOnce:
        """Give a new secret; the old one holds until the next renewal, so that the other side can change over."""
        async with kit.transaction(actor=officer.actor) as tx:
            await _must_be_own(tx.db, sources, named.source, officer)
            secret = await sources.renew_secret(tx.db, named.source, tx.now, kit.new_id)
        return SecretOnce(source=named.source, secret=secret)

    @routes.post("/change")
    async def change(wanted: SourceChange, officer: Manager) -> SourceView:
        async with kit.transaction(actor=officer.actor) as tx:
            await _must_be_own(tx.db, sources, wanted.source, officer)
            await sources.change(tx.db, wanted.source, wanted.types, wanted.active, tx.now)
            return _view(await _must_be_own(tx.db, sources, wanted.source, officer))

    return routes


async def _must_be_own(db: Connection, sources: Sources, name: str, officer: Officer) -> Source:
    """Another organ's source is as unknown as none."""
    for source in await sources.of_organ(db, officer.organ_id):
        if source.source == name:
            return source
    raise NotFound("没有登记过这个来源")


def _view(source: Source) -> SourceView:
    return SourceView(
        source=source.source, name=source.name, types=tuple(sorted(source.allowed_types)), active=source.active
    )
