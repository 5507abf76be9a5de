"""One uploaded file of a program or a page: how it is described in OpenAPI, and how it is read."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from gongkai.runtime.errors import Forbidden, Invalid
from gongkai.web import csrf
from gongkai.web.forms import Form, read_form
from gongkai.web.session import Officer


def upload_of(file: str = "file", *texts: str) -> dict[str, Any]:
    """Describe a form with one file and these texts beside it, for `openapi_extra`."""
    properties: dict[str, Any] = {file: {"type": "string", "format": "binary"}}
    properties |= {text: {"type": "string"} for text in texts}
    schema = {"type": "object", "required": [file, *texts], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


async def read_upload(request: Request, caller: Officer) -> Form:
    """Read an upload. A browser's session has to prove that our own page sent it."""
    form = await read_form(request, uploads=True, checked=False)
    if caller.via == "session" and not (csrf.same_origin(request) or csrf.proves(request, form.value(csrf.FIELD))):
        await form.close()
        raise Forbidden("这个请求不是从本系统的页面发出的，没有办理", "csrf")
    return form


async def the_file(form: Form, *, limit: int, kinds: Sequence[str]) -> tuple[str, bytes]:
    """Return the name and bytes of the one file, or say what is wrong with it."""
    try:
        taken = await form.file("file", limit=limit, kinds=kinds)
    finally:
        await form.close()
    if form.errors:
        raise Invalid([(error.path, error.sentence) for error in form.errors])
    if taken is None:
        raise Invalid([("file", "请选择一个文件")])
    return taken
