"""Whether a letter is ours: by the mark beside its code, or by the file itself. What it says is not told."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gongkai.runtime.blobs import digest_of
from gongkai.runtime.errors import NotFound
from gongkai.web.components import Link
from gongkai.web.forms import Form, read_form, see_other
from request import reading
from request.letters.forms import FORMS
from request.pages.site import PublicSite

LIMIT: Final = 20 * 1024 * 1024
HERE: Final = Link("核对文书", "/request/verify")


@dataclass(frozen=True, slots=True)
class Shown:
    id: str
    name: str
    number: str
    on: date
    digest: str
    check: str
    """The code printed on its last page."""


def router(site: PublicSite) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def known(letter: UUID) -> Shown | None:
        async with site.desks.reading() as db:
            row = await reading.letter_by_id(db, letter)
        if row is None:
            return None
        name = FORMS[row["kind"]].name_zh
        return Shown(str(letter), name, row["number"], row["issued_on"], row["digest"], row["check_code"])

    async def page(request: Request, form: Form, status: int = 200, **context: Any) -> Response:
        context.setdefault("letter", None)
        context.setdefault("same", None)
        return await site.show(request, "public_verify.html", HERE, status=status, form=form, **context)

    @routes.get("/verify")
    async def ask(request: Request) -> Response:
        return await page(request, Form())

    @routes.post("/verify")
    async def look(request: Request) -> Response:
        form = await read_form(request)
        try:
            letter = UUID(form.value("letter").strip())
        except ValueError:
            form.add("letter", "文书标识由字母、数字和横线组成，请照文书末页填写", "文书标识")
            return await page(request, form, 422)
        return see_other(f"/request/verify/{letter}")

    @routes.get("/verify/{letter}")
    async def one(request: Request, letter: UUID) -> Response:
        shown = await known(letter)
        if shown is None:
            raise NotFound("没有查到这份文书。请核对文书末页的标识，或者与我们联系")
        return await page(request, Form(), letter=shown)

    @routes.post("/verify/{letter}")
    async def compare(request: Request, letter: UUID) -> Response:
        form = await read_form(request, uploads=True)
        shown = await known(letter)
        if shown is None:
            await form.close()
            raise NotFound("没有查到这份文书。请核对文书末页的标识，或者与我们联系")
        taken = await form.file("file", limit=LIMIT, kinds=("pdf",))
        await form.close()
        if taken is None:
            if not form.errors:
                form.add("file", "请选择要核对的 PDF 文件", "文件")
            return await page(request, form, 422, letter=shown)
        return await page(request, form, letter=shown, same=digest_of(taken[1]) == shown.digest)

    return routes
