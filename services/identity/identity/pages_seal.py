"""The picture of the organ's seal: put up and taken down by who describes the organ, and shown to everybody."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from gongkai.contracts.identity import OrganDescribed
from gongkai.runtime.errors import Invalid, NotFound
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.officers import organs
from gongkai.web.session import Officer, require
from gongkai.web.uploads import upload_of
from identity.desk import Desk
from identity.seal import LARGEST_FILE, WrongPicture, cleaned

Describer = Annotated[Officer, Depends(require("organ.describe"))]
PAGE: Final = "/identity/organ"
#: The name says which bytes they are, so they never change under it.
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
_NAME: Final = re.compile(r"([0-9a-f]{64})\.png")


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()
    kit = desk.kit

    async def show(officer: Officer, picture: bytes | None) -> OrganDescribed:
        """Show this picture from now on, or none."""
        seal = "" if picture is None else (await kit.blobs.put(picture, "image/png")).digest
        async with kit.transaction(actor=officer.actor) as tx:
            return await desk.organs.show_seal(tx, officer.organ_id, seal)

    @routes.get("/seals/{name}", include_in_schema=False)
    async def picture(name: str) -> Response:
        """Show the seal that an organ shows now; any other blob of ours is nobody's business."""
        found = _NAME.fullmatch(name)
        digest = f"sha256:{found[1]}" if found else ""
        async with kit.reading() as db:
            known = {organ.seal for organ in await organs(db)}
        if not digest or digest not in known:
            raise NotFound("没有这个图片")
        return Response(await kit.blobs.get(digest), media_type="image/png", headers={"Cache-Control": FOR_A_YEAR})

    @routes.post("/organ/seal", include_in_schema=False)
    async def put_up(request: Request, officer: Describer) -> Response:
        form = await read_form(request, uploads=True)
        taken = None
        if form.value("act") == "remove":
            await form.close()
        else:
            taken = await _picture(form)
        if form.errors:
            async with kit.transaction() as tx:
                profile, _ = await desk.organs.profile(tx, officer.organ_id)
            return await desk.pages.console(
                request, "organ_seal.html", officer, nav="organ", nav_current="true", status=422, form=form,
                profile=profile,
            )
        await show(officer, taken)
        return see_other(f"{PAGE}?saved=1#seal", PAGE)

    @routes.put("/api/organs/{organ_id}/seal", openapi_extra=upload_of("seal"))
    async def put_seal(request: Request, organ_id: UUID, officer: Describer) -> OrganDescribed:
        """Show this PNG as the seal of the organ; what is not its pixels is left out."""
        _must_be_own(organ_id, officer)
        form = await read_form(request, uploads=True, checked=False)
        taken = await _picture(form)
        if form.errors:
            raise Invalid([(error.path, error.sentence) for error in form.errors])
        return await show(officer, taken)

    @routes.delete("/api/organs/{organ_id}/seal")
    async def drop_seal(organ_id: UUID, officer: Describer) -> OrganDescribed:
        """Show no seal any more."""
        _must_be_own(organ_id, officer)
        return await show(officer, None)

    return routes


async def _picture(form: Form) -> bytes | None:
    found = await form.file("seal", limit=LARGEST_FILE, kinds=("png",))
    await form.close()
    if found is None:
        if not form.errors:
            form.add("seal", "请选择印章图片", "印章图片")
        return None
    try:
        return cleaned(found[1])
    except WrongPicture as wrong:
        form.add("seal", str(wrong), "印章图片")
        return None


def _must_be_own(organ_id: UUID, officer: Officer) -> None:
    if organ_id != officer.organ_id:
        raise NotFound("没有登记过这个单位")
