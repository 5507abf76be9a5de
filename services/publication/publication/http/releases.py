"""Releases: sign-off, the emergency lane, the matrix, what people do about a release; correct, withdraw, repeal."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gongkai.runtime.errors import ChangedMeanwhile
from gongkai.web.session import Officer, require
from publication import reading
from publication.callers import officer_of
from publication.desks import Desks
from publication.domain import commands as c
from publication.http import bodies as b
from publication.http import views as v
from publication.http.documents import PageNumber, PageSize
from publication.release import commands as rc
from publication.releasing import Order

Seer = Annotated[Officer, Depends(require("release.see"))]
Orderer = Annotated[Officer, Depends(require("release.order"))]
Canceller = Annotated[Officer, Depends(require("release.cancel"))]
Proceeder = Annotated[Officer, Depends(require("release.proceed"))]
#: Channels answer while a person decides: the person's decision is taken again on what is new.
ROUNDS = 4


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["releases"])
    _sign_off(routes, desks)
    _after_publication(routes, desks)
    _matrix(routes, desks)
    _interventions(routes, desks)
    return routes


def _sign_off(routes: APIRouter, desks: Desks) -> None:
    @routes.post("/documents/{document_id}/approve")
    async def approve(document_id: UUID, body: b.ApproveBody, caller: Orderer) -> v.Released:
        """Sign off: the release starts. Interpretations that are reviewed to the end are signed with it."""
        async with desks.changing(caller) as tx:
            opened = await desks.releases.approve(
                tx, officer_of(caller), caller.organ_id, document_id, body.edition, order_of(body)
            )
        return v.Released(release_ids=opened)

    @routes.post("/documents/{document_id}/emergency")
    async def emergency(
        document_id: UUID,
        body: b.EmergencyBody,
        caller: Annotated[Officer, Depends(require("release.emergency"))],
    ) -> v.Released:
        """Release at once by the head; missing marks are owed until the next working day."""
        async with desks.changing(caller) as tx:
            opened = await desks.releases.approve_in_emergency(
                tx, officer_of(caller), caller.organ_id, document_id, body.edition, body.reason, order_of(body)
            )
        return v.Released(release_ids=[opened])

    @routes.post("/documents/{document_id}/proposal/approve")
    async def approve_proposal(document_id: UUID, body: b.OrderBody, caller: Orderer) -> v.Released:
        """Sign a withdrawal or a repeal that somebody else proposed."""
        async with desks.changing(caller) as tx:
            opened = await desks.releases.approve_proposal(
                tx, officer_of(caller), caller.organ_id, document_id, order_of(body)
            )
        return v.Released(release_ids=[opened])


def _after_publication(routes: APIRouter, desks: Desks) -> None:
    corrector = Annotated[Officer, Depends(require("document.correct"))]
    withdrawer = Annotated[Officer, Depends(require("document.withdraw"))]
    repealer = Annotated[Officer, Depends(require("document.repeal"))]

    async def row(caller: Officer, document_id: UUID) -> v.DocumentRow:
        async with desks.reading() as db:
            return v.DocumentRow.model_validate(await reading.document(db, caller.organ_id, document_id))

    async def carry_out(caller: Officer, document_id: UUID, command: c.Command) -> v.DocumentRow:
        async with desks.changing(caller) as tx:
            await desks.desk.perform(tx, document_id, command, organ_id=caller.organ_id)
        return await row(caller, document_id)

    @routes.post("/documents/{document_id}/correction")
    async def start_correction(document_id: UUID, body: b.CorrectionBody, caller: corrector) -> v.DocumentRow:
        """Open a published document for correction; the public sees the old text until the new one is signed."""
        async with desks.changing(caller) as tx:
            await desks.desk.start_correction(
                tx, officer_of(caller), caller.organ_id, document_id, body.explanation, body.changed_on
            )
        return await row(caller, document_id)

    @routes.post("/documents/{document_id}/correction/drop")
    async def drop_correction(document_id: UUID, body: b.ReasonBody, caller: corrector) -> v.DocumentRow:
        return await carry_out(caller, document_id, c.DropCorrection(officer_of(caller), body.reason))

    @routes.post("/documents/{document_id}/withdrawal")
    async def propose_withdrawal(document_id: UUID, body: b.ExplanationBody, caller: withdrawer) -> v.DocumentRow:
        """Propose to take a document back; another person signs."""
        return await carry_out(caller, document_id, c.ProposeWithdrawal(officer_of(caller), body.explanation))

    @routes.post("/documents/{document_id}/repeal")
    async def propose_repeal(document_id: UUID, body: b.RepealBody, caller: repealer) -> v.DocumentRow:
        """Propose to mark a document as no longer valid; the text stays."""
        if body.replaced_by is not None:
            async with desks.reading() as db:
                await reading.document(db, caller.organ_id, body.replaced_by)
        command = c.ProposeRepeal(
            officer_of(caller), body.explanation, body.validity, body.repealed_on, body.replaced_by
        )
        return await carry_out(caller, document_id, command)

    @routes.post("/documents/{document_id}/proposal/drop")
    async def drop_proposal(document_id: UUID, body: b.ReasonBody, caller: withdrawer) -> v.DocumentRow:
        return await carry_out(caller, document_id, c.DropProposal(officer_of(caller), body.reason))

    @routes.post("/documents/{document_id}/penalty-change")
    async def note_penalty(document_id: UUID, body: b.PenaltyBody, caller: withdrawer) -> v.DocumentRow:
        """Start the three working days in which a changed or quashed penalty is withdrawn."""
        async with desks.changing(caller) as tx:
            await desks.desk.note_penalty_changed(tx, officer_of(caller), caller.organ_id, document_id, body.changed_on)
        return await row(caller, document_id)


def _matrix(routes: APIRouter, desks: Desks) -> None:
    @routes.get("/releases")
    async def list_releases(
        caller: Seer,
        state: Annotated[list[b.Short] | None, Query(max_length=10)] = None,
        document_id: UUID | None = None,
        todo: bool = False,
        page: PageNumber = 1,
        size: PageSize = reading.PAGE,
    ) -> v.ReleaseList:
        """Return the matrix: releases by channels, those that need a person first."""
        async with desks.reading() as db:
            found = await reading.releases(
                db, caller.organ_id, states=state, document_id=document_id, todo=todo, page=page, size=size
            )
        return v.ReleaseList(
            releases=[v.ReleaseView.model_validate(row) for row in found.rows], total=found.total, page=page
        )

    @routes.get("/releases/{release_id}")
    async def get_release(release_id: UUID, caller: Seer) -> v.ReleaseView:
        async with desks.reading() as db:
            return v.ReleaseView.model_validate(await reading.release(db, caller.organ_id, release_id))

    @routes.get("/channels")
    async def list_channels(caller: Seer) -> v.ChannelList:
        """List the site and every open account."""
        async with desks.reading() as db:
            rows = await reading.channels(db, caller.organ_id)
        return v.ChannelList(channels=[v.ChannelView.model_validate(row) for row in rows])


def _interventions(routes: APIRouter, desks: Desks) -> None:
    @routes.post("/releases/{release_id}/hold")
    async def hold(release_id: UUID, body: b.ReasonBody, caller: Canceller) -> v.ReleaseView:
        """Stop a release that has no order yet, until a person lets it go on."""
        return await intervene(desks, caller, release_id, lambda at: rc.Hold(caller.person_id, body.reason, at))

    @routes.post("/releases/{release_id}/resume")
    async def resume(release_id: UUID, caller: Orderer) -> v.ReleaseView:
        within = desks.releases.timing.prepare_within
        return await intervene(desks, caller, release_id, lambda at: rc.Resume(caller.person_id, at + within, at))

    @routes.post("/releases/{release_id}/reschedule")
    async def reschedule(release_id: UUID, body: b.RescheduleBody, caller: Orderer) -> v.ReleaseView:
        """Give another instant, or none: as soon as all are ready."""
        within = desks.releases.timing.prepare_within
        return await intervene(
            desks,
            caller,
            release_id,
            lambda at: rc.Reschedule(caller.person_id, body.scheduled_at, at + within, at),
        )

    @routes.post("/releases/{release_id}/cancel")
    async def cancel(release_id: UUID, body: b.ReasonBody, caller: Canceller) -> v.ReleaseView:
        """Call a release off before its instant."""
        return await intervene(
            desks, caller, release_id, lambda at: rc.CancelRelease(caller.person_id, body.reason, at)
        )

    @routes.post("/releases/{release_id}/go-without")
    async def go_without(release_id: UUID, body: b.ChannelsBody, caller: Proceeder) -> v.ReleaseView:
        """Let channels go: the release no longer waits for them."""
        return await intervene(desks, caller, release_id, lambda at: rc.GoWithout(body.channels, caller.person_id, at))

    @routes.post("/releases/{release_id}/retry")
    async def retry(
        release_id: UUID, body: b.ChannelBody, caller: Annotated[Officer, Depends(require("delivery.act"))]
    ) -> v.ReleaseView:
        """Ask one channel again; after the order it shows the document as soon as it can."""
        within = desks.releases.timing.prepare_within
        return await intervene(
            desks,
            caller,
            release_id,
            lambda at: rc.RetryChannel(body.channel, caller.person_id, at + within, at),
        )


async def intervene(
    desks: Desks, caller: Officer, release_id: UUID, command: Callable[..., rc.Command]
) -> v.ReleaseView:
    """Carry out a person's decision; when a channel answered meanwhile, decide again on what is new."""
    for round_ in range(1, ROUNDS + 1):
        try:
            async with desks.changing(caller) as tx:
                await desks.releases.perform(tx, release_id, command(tx.now), organ_id=caller.organ_id)
        except ChangedMeanwhile:
            if round_ == ROUNDS:
                raise
        else:
            break
    async with desks.reading() as db:
        return v.ReleaseView.model_validate(await reading.release(db, caller.organ_id, release_id))


def order_of(body: b.OrderBody) -> Order:
    return Order(body.channels, body.scheduled_at, body.policy)
