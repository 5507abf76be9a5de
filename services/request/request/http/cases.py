"""Cases: queue, list, taking in, receipt, number, people in charge, searches, splitting, joining."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, require
from request import joining, listing, reading
from request.clocks import NEAR
from request.desks import Desks
from request.domain import commands as c
from request.domain.values import ApplicantKind, Channel, Row, Searched
from request.http import bodies as b
from request.http import views as v
from request.http.common import IfMatch, PageNumber, PageSize, after, do, seen, tag, view

Reader = Annotated[Officer, Depends(require("request.see"))]
Registrar = Annotated[Officer, Depends(require("request.register"))]
Corrector = Annotated[Officer, Depends(require("request.receipt"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["cases"])

    @routes.get("/queue")
    async def queue(
        caller: Reader,
        mine: bool = False,
        unit: b.Unit | None = None,
        step: b.Short | None = None,
        page: PageNumber = 1,
        size: PageSize = listing.PAGE,
    ) -> v.QueueView:
        """List what is owed an answer, by urgency."""
        today = legal_date(desks.kit.now())
        near = desks.desk.calendar.add_working_days(today, NEAR).on
        async with desks.reading() as db:
            found = await listing.queue(
                db, caller.organ_id, handler=caller.person_id if mine else None, unit=unit, step=step, page=page,
                size=size,
            )  # fmt: skip
            counts = await reading.counts(db, caller.organ_id, today, near)
            attention = await reading.attention(db, [row["id"] for row in found.rows])
        rows = [row | {"attention": attention.get(row["id"], [])} for row in found.rows]
        return v.QueueView.model_validate({"cases": rows, "total": found.total, "page": page, "counts": counts})

    @routes.get("/cases")
    async def list_cases(
        caller: Reader,
        state: Annotated[list[b.Short] | None, Query(max_length=20)] = None,
        year: Annotated[int | None, Query(ge=1949, le=2100)] = None,
        row: Row | None = None,
        channel: Channel | None = None,
        applicant_kind: ApplicantKind | None = None,
        handler: UUID | None = None,
        q: b.Short | None = None,
        page: PageNumber = 1,
        size: PageSize = listing.PAGE,
    ) -> v.CaseList:
        """List the organ's cases, the newest change first; `q` is a number or words of the topic."""
        wanted = listing.Wanted(state, year, row, channel, applicant_kind, handler, q, page, size)
        async with desks.reading() as db:
            found = await listing.cases(db, caller.organ_id, wanted)
        return v.CaseList.model_validate({"cases": found.rows, "total": found.total, "page": page})

    @routes.post("/cases", status_code=201)
    async def take_in(body: b.TakeInBody, caller: Registrar, response: Response) -> v.TakenView:
        """Enter an application that came on paper or orally; with `receipt` and `topic` it is registered at once."""
        number = ""
        async with desks.changing(caller) as tx:
            taken = await desks.reception.submit(
                tx, caller.organ_id, body.application.value(), channel=body.channel, submitted_on=body.submitted_on,
                items=body.items, by=caller.person_id,
            )  # fmt: skip
            if body.receipt is not None:
                await desks.reception.receive(
                    tx, taken.case_id, body.receipt.value(), body.topic, caller.person_id, organ_id=caller.organ_id
                )
                file = (await desks.desk.load(tx, taken.case_id)).file
                number = file.number.text if file.number else ""
        response.headers["Location"] = f"/request/api/cases/{taken.case_id}"
        return v.TakenView(id=taken.case_id, code=taken.code, number=number)

    @routes.get("/cases/{case_id}")
    async def get_case(case_id: UUID, caller: Reader, response: Response) -> v.CaseView:
        """Return a case; who applied and in which words is asked for apart, with a purpose."""
        async with desks.reading() as db:
            whole = await view(desks, db, caller.organ_id, case_id)
        response.headers["ETag"] = tag(whole.version)
        return whole

    @routes.get("/cases/{case_id}/timeline")
    async def timeline(case_id: UUID, caller: Reader) -> v.Timeline:
        """Return every fact of a case, in the order in which they were recorded."""
        async with desks.reading() as db:
            await reading.case(db, caller.organ_id, case_id)
            return v.Timeline.model_validate({"facts": await reading.facts(db, case_id)})

    @routes.post("/cases/{case_id}/receipt")
    async def receive(
        case_id: UUID, body: b.ReceiveBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Decide the day of receipt by the rule of its channel and give the number: the clock runs."""
        async with desks.changing(caller) as tx:
            await desks.reception.receive(
                tx, case_id, body.receipt.value(), body.topic, caller.person_id, organ_id=caller.organ_id,
                seen=seen(if_match),
            )  # fmt: skip
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/receipt/correct")
    async def correct_receipt(
        case_id: UUID, body: b.ReceiptCorrectedBody, caller: Corrector, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Put a day of receipt right that was written down wrongly; the open clocks are counted anew."""
        command = c.CorrectReceipt(
            body.received_on, body.reason, caller.person_id, legal_date(desks.kit.now())
        )
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/number")
    async def register(
        case_id: UUID, body: b.TopicBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Register a case whose receipt cannot be confirmed yet."""
        async with desks.changing(caller) as tx:
            await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            await desks.desk.register(tx, case_id, body.topic, caller.person_id)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/topic")
    async def name_topic(
        case_id: UUID, body: b.TopicBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        return await do(desks, caller, case_id, c.NameTopic(body.topic, caller.person_id), response, if_match)

    @routes.post("/cases/{case_id}/assign")
    async def assign(
        case_id: UUID, body: b.AssignBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        command = c.Assign(body.handler, body.unit, caller.person_id)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/searches")
    async def record_search(
        case_id: UUID, body: b.SearchBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Record where and with which words it was looked for: without it nobody may say that it does not exist."""
        today = legal_date(desks.kit.now())
        searched = Searched(body.places, body.words, caller.person_id, today, body.found)
        return await do(desks, caller, case_id, c.RecordSearch(searched, today), response, if_match)

    @routes.post("/cases/{case_id}/split")
    async def split(
        case_id: UUID, body: b.SplitBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Make a file for each matter of one paper."""
        async with desks.changing(caller) as tx:
            await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            parts = [part.value() for part in body.parts]
            await desks.reception.split(tx, case_id, parts, body.reason, caller.person_id, caller.organ_id)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/join")
    async def join(
        case_id: UUID, body: b.JoinBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Handle this case in another open one of the same applicant; its own clock goes on."""
        async with desks.changing(caller) as tx:
            await joining.join(
                desks.desk, tx, case_id, body.case, body.reason, caller.person_id, caller.organ_id, seen(if_match)
            )
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/separate")
    async def separate(
        case_id: UUID, body: b.SeparateBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Handle a joined case by itself again; its own clock went on all the time."""
        command = c.Separate(body.reason, caller.person_id, legal_date(desks.kit.now()))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/units")
    async def ask_unit(
        case_id: UUID, body: b.UnitBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        today = legal_date(desks.kit.now())
        command = c.AskUnit(desks.kit.new_id(), body.unit, body.answer_by, caller.person_id, today)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/units/{task_id}/answer")
    async def answer_unit(
        case_id: UUID, task_id: UUID, body: b.UnitAnswerBody, caller: Handler, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            item = None
            if body.words.strip():
                person = loaded.file.application.applicant
                item = await desks.people.keep_words(tx, person, "unit-opinion", {"words": body.words})
            command = c.NoteUnitAnswer(task_id, item, caller.person_id, desks.desk.today(tx))
            await desks.desk.decide_on(tx, loaded, command)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/withdraw")
    async def withdraw(case_id: UUID, caller: Registrar, response: Response, if_match: IfMatch = None) -> v.CaseView:
        """Record that the applicant withdrew the application."""
        command = c.Withdraw(legal_date(desks.kit.now()), caller.person_id)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/archive")
    async def archive(case_id: UUID, caller: Registrar, response: Response, if_match: IfMatch = None) -> v.CaseView:
        command = c.Archive(caller.person_id, legal_date(desks.kit.now()))
        return await do(desks, caller, case_id, command, response, if_match)

    return routes
