"""What is personal: the application, third parties, files; each look says why and is recorded. And erasing somebody."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.runtime.errors import NotFound
from gongkai.web.downloads import attachment
from gongkai.web.session import Officer, require
from gongkai.web.uploads import read_upload, the_file, upload_of
from request import filing, reading
from request.application import as_json
from request.desks import Desks
from request.http import bodies as b
from request.http import reply_bodies as r
from request.http import views as v
from request.http.common import IfMatch, after, seen
from request.people import Purpose

Looker = Annotated[Officer, Depends(require("request.personal-data"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Why = Annotated[Purpose, Query(description="why it is looked at; recorded with the name of who looks")]
OfPerson = Annotated[UUID | None, Query(description="a person of this case, of whom the file is")]
FileKind = Annotated[str, Query(pattern="^(application|proof|source|redacted|remedy|other)$")]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["people"])

    @routes.get("/cases/{case_id}/application")
    async def application(
        case_id: UUID, caller: Looker, response: Response, why: Why = "handling"
    ) -> v.ApplicationView:
        """Return the application in its maker's own words; the look is recorded."""
        async with desks.changing(caller) as tx:
            found = await desks.reception.application(tx, case_id, why, caller.organ_id)
        response.headers["Cache-Control"] = "no-store"
        return v.ApplicationView.model_validate(as_json(found))

    @routes.get("/cases/{case_id}/parties/{person_id}")
    async def third_party(case_id: UUID, person_id: UUID, caller: Looker, why: Why = "serving") -> b.ThirdPartyBody:
        async with desks.changing(caller) as tx:
            await desks.desk.load(tx, case_id, caller.organ_id)
            found = await desks.people.read_third_party(tx, case_id, person_id, why)
        return b.ThirdPartyBody.model_construct(
            name=found.name, contact=found.contact, phone=found.phone, address=found.address, email=found.email
        )

    @routes.get("/cases/{case_id}/opinions/{letter_id}/words")
    async def opinion_words(case_id: UUID, letter_id: UUID, caller: Looker, why: Why = "handling") -> b.UnitAnswerBody:
        """Return what a third party wrote."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.load(tx, case_id, caller.organ_id)
            asked = loaded.file.consultation(letter_id)
            if asked is None or asked.reason_item is None:
                raise NotFound("没有登记意见的文字")
            words = await desks.people.words(tx, asked.reason_item, why)
        return b.UnitAnswerBody.model_construct(words=words["words"])

    @routes.get("/cases/{case_id}/reads")
    async def reads(case_id: UUID, caller: Annotated[Officer, Depends(require("audit.see"))]) -> v.Reads:
        """Return who looked at personal data of this case, and why."""
        async with desks.reading() as db:
            await reading.case(db, caller.organ_id, case_id)
            return v.Reads.model_validate({"reads": await reading.reads(db, case_id)})

    @routes.post("/cases/{case_id}/erase")
    async def erase(
        case_id: UUID, body: b.ReasonBody, caller: Annotated[Officer, Depends(require("request.erase"))]
    ) -> v.ErasedView:
        """Destroy what we hold of the applicant of a closed case; facts, numbers and counts stay whole."""
        async with desks.changing(caller) as tx:
            erased = await desks.erasing.erase(tx, case_id, caller.organ_id, None, body.reason, caller.person_id)
        return v.ErasedView(erased=erased)

    @routes.get("/cases/{case_id}/people")
    async def people_of(case_id: UUID, caller: Annotated[Officer, Depends(require("request.see"))]) -> v.PeopleView:
        """Return everybody of a case by id and role, and who was erased; nobody's name is here."""
        async with desks.reading() as db:
            await reading.case(db, caller.organ_id, case_id)
            return v.PeopleView.model_validate({"people": await reading.people(db, case_id)})

    @routes.post("/cases/{case_id}/people/{person_id}/erase")
    async def erase_person(
        case_id: UUID, person_id: UUID, body: b.ReasonBody,
        caller: Annotated[Officer, Depends(require("request.erase"))],
    ) -> v.ErasedView:  # fmt: skip
        """Destroy what we hold of one person of a closed case, by their own key; everybody else's stays."""
        async with desks.changing(caller) as tx:
            erased = await desks.erasing.erase(tx, case_id, caller.organ_id, person_id, body.reason, caller.person_id)
        return v.ErasedView(erased=erased)

    @routes.post("/cases/{case_id}/files", status_code=201, openapi_extra=upload_of())
    async def add_file(
        case_id: UUID, request: Request, caller: Handler, kind: FileKind = "source", person: OfPerson = None
    ) -> v.FileRow:
        """Add a file to the case: it lies in the vault under the key of whom it is about, else the applicant's."""
        form = await read_upload(request, caller)
        name, data = await the_file(form, limit=filing.LIMIT, kinds=filing.KINDS)
        kept = await filing.looked_into(desks.workers, name, data)
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id)
            made = await filing.add(desks.people, tx, loaded, kind, kept, caller.person_id, owner=person)
        async with desks.reading() as db:
            return v.FileRow.model_validate(dict(await reading.file_row(db, case_id, made)))

    @routes.get("/cases/{case_id}/files/{file_id}")
    async def download(case_id: UUID, file_id: UUID, caller: Looker, why: Why = "handling") -> Response:
        """Return a file as a download that no browser runs; the look is recorded."""
        async with desks.changing(caller) as tx:
            await desks.desk.load(tx, case_id, caller.organ_id)
            row = await reading.file(tx.db, case_id, file_id)
            data = await desks.people.read_bytes(tx, row["item_id"], why)
        return attachment(data, row["name"])

    @routes.post("/cases/{case_id}/redactions", status_code=201)
    async def redact(
        case_id: UUID, body: r.RedactionBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Make a clean copy of a file without the passages named; each has its reason and article (A37)."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            await filing.redact(
                desks.desk, desks.people, desks.workers, tx, loaded, body.file, body.passages_value(), body.form,
                caller.person_id,
            )  # fmt: skip
        return await after(desks, caller, case_id, response)

    @routes.get("/cases/{case_id}/files/{file_id}/proposals")
    async def proposals(case_id: UUID, file_id: UUID, caller: Looker) -> r.ProposalsView:
        """Return the text of a file with the personal data found in it, for an officer to decide on."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.load(tx, case_id, caller.organ_id)
            text, found = await filing.proposals(desks.people, desks.workers, tx, loaded, file_id)
        return r.ProposalsView.model_validate({"text": text, "proposals": found})

    return routes
