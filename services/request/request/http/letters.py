"""Letters: preview, issue, serve, download; and what letters need besides the organ's description."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.downloads import attachment
from gongkai.web.session import Officer, require
from request import reading, store
from request.desks import Desks
from request.domain import commands as c
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, after, seen

Handler = Annotated[Officer, Depends(require("request.handle"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
Setter = Annotated[Officer, Depends(require("request.settings"))]
PDF = "application/pdf"
MEDIA = {"pdf": PDF, "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["letters"])

    @routes.post("/cases/{case_id}/letters/preview")
    async def preview(case_id: UUID, body: r.LetterBody, caller: Handler) -> Response:
        """Return the letter as it would be printed now, marked as a draft."""
        made = await desks.lettering.preview(
            desks.opening(caller), case_id, caller.organ_id, body.kind, body.consultation, body.words()
        )
        return attachment(made, f"{body.kind}.pdf", PDF)

    @routes.post("/cases/{case_id}/letters", status_code=201)
    async def issue(
        case_id: UUID, body: r.LetterBody, caller: Handler, if_match: IfMatch = None
    ) -> v.IssuedView:
        """Issue a letter: numbered and frozen. To an applicant who reads online it is served at once."""
        issued = await desks.lettering.issue(
            desks.opening(caller), case_id, caller.organ_id, body.kind, body.consultation, body.words(),
            caller.person_id, seen(if_match),
        )  # fmt: skip
        return v.IssuedView.model_validate(issued)

    @routes.post("/cases/{case_id}/letters/{letter_id}/service")
    async def serve(
        case_id: UUID, letter_id: UUID, body: r.ServiceBody, caller: Handler, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        """Note how and when a letter was served; a reply that was served answers the case."""
        async with desks.changing(caller) as tx:
            command = c.ServeLetter(
                letter_id, body.served, body.on, caller.person_id, desks.desk.today(tx), body.received_on
            )
            await desks.lettering.serve(
                tx, case_id, caller.organ_id, letter_id, body.served, caller.person_id, command=command,
                seen=seen(if_match),
            )  # fmt: skip
        return await after(desks, caller, case_id, response)

    @routes.get("/cases/{case_id}/letters/{letter_id}/{form}")
    async def download(case_id: UUID, letter_id: UUID, form: Literal["pdf", "docx"], caller: Looker) -> Response:
        """Return a letter as it was frozen; the look is recorded."""
        async with desks.changing(caller) as tx:
            await desks.desk.load(tx, case_id, caller.organ_id)
            row = await reading.letter_file(tx.db, case_id, letter_id, form)
            data = await desks.people.read_bytes(tx, row["item_id"], "serving")
        return attachment(data, f"{row['number']}.{form}", MEDIA[form])

    @routes.get("/settings")
    async def settings(caller: Annotated[Officer, Depends(require("request.see"))]) -> v.SettingView:
        async with desks.changing(caller) as tx:
            url, court, how = await store.organ_setting(tx, caller.organ_id)
        return v.SettingView(reconsideration_url=url, court=court, how_to_pay=how)

    @routes.get("/settings/ladder")
    async def ladder(caller: Annotated[Officer, Depends(require("request.see"))]) -> v.LadderView:
        """Return the rungs that a reply drafted today climbs, and everything that was set so far."""
        async with desks.reading() as db:
            found = await desks.laddering.standing(db, caller.organ_id, legal_date(desks.kit.now()))
        return v.LadderView.model_validate(found)

    @routes.post("/settings/ladder", status_code=201)
    async def set_ladder(body: r.LadderBody, caller: Setter, if_match: IfMatch = None) -> v.LadderView:
        """Set the rungs that replies climb which are drafted from a day on; drafts made before keep theirs."""
        async with desks.changing(caller) as tx:
            await desks.laddering.set_to(
                tx, caller.organ_id, tuple(body.rungs), body.from_on, body.reason, caller.person_id, seen(if_match)
            )
        return await ladder(caller)

    @routes.put("/settings")
    async def set_settings(body: r.SettingBody, caller: Setter) -> v.SettingView:
        """Set where reconsideration is filed on the internet, which court hears suits, and how fees are paid."""
        async with desks.changing(caller) as tx:
            await store.keep_organ_setting(
                tx, caller.organ_id, body.reconsideration_url, body.court, body.how_to_pay, caller.person_id
            )
        return v.SettingView.model_validate(body.model_dump())

    return routes


