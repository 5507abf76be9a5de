"""Reviews: marks and returns, findings, the disclosure and secrecy review, the impact assessment, gates, the queue."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from gongkai.runtime.register import canonical
from gongkai.statute import rules
from gongkai.statute.deadlines import keep_until
from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, SignedIn, require
from publication import reading
from publication.callers import officer_of
from publication.desks import Desks
from publication.domain import commands as c
from publication.domain.gates import open_gates
from publication.http import bodies as b
from publication.http import views as v
from publication.noticing import MARK_ACTIONS
from publication.work import next_step

Reader = Annotated[Officer, Depends(require("document.see"))]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["reviews"])

    @routes.get("/documents/{document_id}/marks")
    async def get_marks(document_id: UUID, caller: Reader) -> v.ReviewRecord:
        """Return the whole record of 三审三校 and of the disclosure review, with what an edit made void."""
        return await _record(desks, caller, document_id)

    @routes.post("/documents/{document_id}/marks")
    async def put_mark(document_id: UUID, body: b.MarkBody, caller: SignedIn) -> v.ReviewRecord:
        """Sign the step that is due, under the edition that was read."""
        caller.check(MARK_ACTIONS[body.step])
        command = c.PutMark(officer_of(caller), body.edition, body.step, body.opinion, body.errors_found)
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await _record(desks, caller, document_id)

    @routes.post("/documents/{document_id}/return")
    async def return_to_drafter(document_id: UUID, body: b.ReturnBody, caller: Reader) -> v.ReviewRecord:
        """Send the text back with an opinion instead of signing the step that is due."""
        command = c.ReturnToDrafter(officer_of(caller), body.edition, body.opinion, body.errors_found)
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await _record(desks, caller, document_id)

    @routes.get("/documents/{document_id}/findings")
    async def get_findings(document_id: UUID, caller: Reader) -> v.FindingList:
        """Return what the checks found in the current edition, and what became of each."""
        return await _findings(desks, caller, document_id)

    @routes.post("/documents/{document_id}/findings/{key}/waive")
    async def waive(
        document_id: UUID,
        key: b.Key,
        body: b.EditionReasonBody,
        caller: Annotated[Officer, Depends(require("finding.waive"))],
    ) -> v.FindingList:
        """Leave what was found as it is, with the reason."""
        command = c.WaiveFinding(officer_of(caller), body.edition, key, body.reason)
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await _findings(desks, caller, document_id)

    @routes.post("/documents/{document_id}/disclosure")
    async def review_disclosure(document_id: UUID, body: b.DisclosureBody, caller: Reader) -> v.ReviewRecord:
        """Answer items of the disclosure and secrecy review, each with its result and reason."""
        verdicts = tuple(verdict.value() for verdict in body.verdicts)
        command = c.ReviewDisclosure(officer_of(caller), body.edition, verdicts)
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await _record(desks, caller, document_id)

    @routes.post("/documents/{document_id}/openness-review")
    async def review_openness(
        document_id: UUID, body: b.OpennessBody, caller: Annotated[Officer, Depends(require("openness.decide"))]
    ) -> v.ReviewRecord:
        """Look at a policy document that is proposed not to be disclosed."""
        command = c.ReviewOpenness(officer_of(caller), body.edition, body.agreed, body.reason)
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await _record(desks, caller, document_id)

    @routes.post("/documents/{document_id}/assessment")
    async def assess(
        document_id: UUID, body: b.AssessmentBody, caller: Annotated[Officer, Depends(require("impact.assess"))]
    ) -> v.FindingList:
        """Keep the impact assessment that comes before the publication of personal data."""
        await _assess(desks, caller, document_id, body)
        return await _findings(desks, caller, document_id)

    @routes.get("/documents/{document_id}/gates")
    async def get_gates(document_id: UUID, caller: Reader) -> v.GateList:
        """Return what still stands between this edition and the public; sign-off obeys the same list."""
        async with desks.changing(caller) as tx:
            case = await desks.desk.load(tx, document_id, caller.organ_id)
            content = await desks.desk.content(case.dossier.digest)
            found = await desks.desk.gates(tx, case, content)
        return v.GateList(ready=not open_gates(found), gates=[v.GateView.model_validate(gate) for gate in found])

    @routes.get("/queue")
    async def get_queue(caller: Annotated[Officer, Depends(require("work.see"))]) -> v.WorkList:
        """Return what waits for the caller, the nearest date first."""
        async with desks.reading() as db:
            rows = await reading.queue(db, caller.organ_id, officer_of(caller))
        return v.WorkList(work=[_work(row) for row in rows])

    return routes


def _work(row: dict[str, Any]) -> v.WorkView:
    act = row["act"]
    return v.WorkView(
        about=row["about"],
        id=row["id"],
        title=row["title"],
        act=act.name,
        step=act.step,
        sentence=act.sentence,
        on_behalf_of=act.on_behalf_of,
        due_on=row["due_on"],
    )


async def _assess(desks: Desks, caller: Officer, document_id: UUID, body: b.AssessmentBody) -> None:
    report = {
        "document_id": str(document_id),
        "edition": body.edition,
        "by": str(caller.person_id),
        "lawful_and_necessary": body.lawful_and_necessary,
        "effects_and_risks": body.effects_and_risks,
        "measures": body.measures,
        "covers": sorted(body.covers),
    }
    ref = await desks.kit.blobs.put(canonical(report).encode(), "application/json")
    until = keep_until(rules.IMPACT_ASSESSMENT_KEPT, legal_date(desks.kit.now()))
    command = c.RecordAssessment(officer_of(caller), body.edition, ref.digest, body.covers, until)
    async with desks.changing(caller) as tx:
        await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)


async def _record(desks: Desks, caller: Officer, document_id: UUID) -> v.ReviewRecord:
    async with desks.reading() as db:
        state, _ = await reading.written(db, caller.organ_id, document_id)
        marks = await reading.marks(db, document_id)
    dossier = state.dossier
    return v.ReviewRecord(
        edition=dossier.edition,
        digest=dossier.digest,
        next_step=next_step(state),
        marks=[v.MarkView.model_validate(mark) for mark in marks],
        disclosure=[v.AnswerView.model_validate(answer) for answer in dossier.answers],
        owed=list(dossier.owed),
    )


async def _findings(desks: Desks, caller: Officer, document_id: UUID) -> v.FindingList:
    async with desks.reading() as db:
        state, _ = await reading.written(db, caller.organ_id, document_id)
    report, rows = await reading.findings(desks.kit.blobs, state.dossier)
    return v.FindingList(
        edition=state.dossier.edition,
        checked=report is not None,
        findings=[v.FindingView.model_validate(row) for row in rows],
    )
