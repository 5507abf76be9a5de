"""Outside systems that may hand us events: who they are, what they may send, their secret shown once."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel, Field
from starlette.datastructures import QueryParams

from gongkai.contracts.catalog import ENTRIES
from gongkai.runtime.errors import NotFound
from gongkai.runtime.inbound_sources import Source, Sources
from gongkai.web.components import Link
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from publication.pages.console import ANSWERED, BASE, Console, done, note

Manager = Annotated[Officer, Depends(require("source.manage"))]
#: What this service takes in, in the words of people.
TYPES: Final = {
    "DocumentSubmitted": ("报送文件", "OA 等系统送来要公开的文件，成为草稿"),
    "PolicyIssued": ("告知上级政策", "上级机关发布了政策，成为转载的草稿"),
    "RepostRequested": ("请求转载", "其他机关请我们转载，成为草稿"),
}
CHOICES: Final = tuple(
    (entry.type, *TYPES[entry.event.event_name()])
    for entry in ENTRIES
    if entry.owner == "inbound" and entry.event.event_name() in TYPES
)
DONE: Final = {"changed": "已保存，马上生效。", "closed": "已停用，再送来的一律不收。", "opened": "已重新启用。"}


def _known(types: tuple[str, ...]) -> tuple[str, ...]:
    if not set(types) <= {name for name, _, _ in CHOICES}:
        raise ValueError("请从列出的几种里选")
    return types


Types = Annotated[
    tuple[str, ...], AfterValidator(_known), Field(min_length=1, max_length=len(CHOICES), title="可以提交的事件")
]


class NewSource(BaseModel):
    name: str = Field(min_length=1, max_length=60, title="系统名称")
    source: str = Field(min_length=1, max_length=200, title="来源标识")
    types: Types


class SourceTypes(BaseModel):
    types: Types


def router(console: Console) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    sources = Sources(console.kit.vault)

    @routes.get("/sources")
    async def listing(request: Request, officer: Manager) -> HTMLResponse:
        return await _list(request, officer, Form())

    @routes.post("/sources")
    async def register(request: Request, officer: Manager) -> HTMLResponse:
        form = await read_form(request)
        typed = form.parse(NewSource)
        if typed is None:
            return await _list(request, officer, form, 422)
        try:
            async with console.changing(officer) as tx:
                secret = await sources.register(
                    tx.db, typed.source, typed.name, officer.organ_id, typed.types, tx.now, tx.new_id
                )
        except ANSWERED as trouble:
            return await _list(request, officer, form, note(form, trouble))
        return await _list(request, officer, Form(), 201, secret=secret, of=typed.source)

    @routes.get("/sources/one")
    async def one(request: Request, officer: Manager, source: str = "") -> HTMLResponse:
        found = await _own(officer, source)
        return await _one(request, officer, found, Form.of({"types": sorted(found.allowed_types)}))

    @routes.post("/sources/one/change")
    async def change(request: Request, officer: Manager) -> Response:
        form = await read_form(request)
        found = await _own(officer, form.value("source"))
        typed = form.parse(SourceTypes)
        if typed is None:
            return await _one(request, officer, found, form, 422)
        await _change(officer, found, typed.types, active=found.active)
        return see_other(_href(found, "changed"))

    @routes.post("/sources/one/renew")
    async def renew(request: Request, officer: Manager) -> HTMLResponse:
        """Give a new secret. The one before holds on, so that the other side can change over."""
        form = await read_form(request)
        found = await _own(officer, form.value("source"))
        async with console.changing(officer) as tx:
            secret = await sources.renew_secret(tx.db, found.source, tx.now, tx.new_id)
        form = Form.of({"types": sorted(found.allowed_types)})
        return await _one(request, officer, found, form, 201, secret=secret)

    @routes.post("/sources/one/close")
    async def close(request: Request, officer: Manager) -> Response:
        form = await read_form(request)
        found = await _own(officer, form.value("source"))
        await _change(officer, found, found.allowed_types, active=False)
        return see_other(_href(found, "closed"))

    @routes.post("/sources/one/open")
    async def reopen(request: Request, officer: Manager) -> Response:
        form = await read_form(request)
        found = await _own(officer, form.value("source"))
        await _change(officer, found, found.allowed_types, active=True)
        return see_other(_href(found, "opened"))

    async def _own(officer: Officer, name: str) -> Source:
        """Return a source of this organ; another organ's is as unknown as none."""
        async with console.desks.reading() as db:
            for each in await sources.of_organ(db, officer.organ_id):
                if each.source == name:
                    return each
        raise NotFound("没有登记过这个来源")

    async def _change(officer: Officer, found: Source, types: Any, *, active: bool) -> None:
        async with console.changing(officer) as tx:
            await sources.change(tx.db, found.source, types, active, tx.now)

    async def _list(
        request: Request, officer: Officer, form: Form, status: int = 200, *, secret: str = "", of: str = ""
    ) -> HTMLResponse:
        async with console.desks.reading() as db:
            known = await sources.of_organ(db, officer.organ_id)
        answer = await console.show(
            request, "sources.html", officer, nav="sources", nav_current="page", status=status, form=form,
            rows=[(each, _href(each), _words(each)) for each in known], choices=CHOICES, secret=secret, of=of,
            address=_address(), organ_id=officer.organ_id,
        )  # fmt: skip
        return _private(answer)

    async def _one(
        request: Request, officer: Officer, found: Source, form: Form, status: int = 200, *, secret: str = ""
    ) -> HTMLResponse:
        answer = await console.show(
            request, "source.html", officer, nav="sources", status=status, form=form, row=found, choices=CHOICES,
            secret=secret, said=done(request, DONE), address=_address(), organ_id=officer.organ_id,
            crumbs=[Link("来源系统", f"{BASE}/sources"), Link(found.name)],
        )  # fmt: skip
        return _private(answer)

    def _address() -> str:
        return f"{console.kit.settings.public_url}{BASE}/events"

    return routes


def _href(source: Source, became: str = "") -> str:
    query = str(QueryParams({"source": source.source} | ({"done": became} if became else {})))
    return f"{BASE}/sources/one?{query}"


def _words(source: Source) -> str:
    names = {name: words for name, words, _ in CHOICES}
    return "、".join(names.get(each, each) for each in sorted(source.allowed_types))


def _private(answer: HTMLResponse) -> HTMLResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer
