"""The clock and what moves it: correction, extension, opinions of others, reasons, the fee."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.statute.legal_day import legal_date
from gongkai.web.session import Officer, require
from request import counting_fee, reading
from request.desks import Desks
from request.domain import commands as c
from request.http import bodies as b
from request.http import views as v
from request.http.common import IfMatch, after, do, seen
from request.periods import periods_of
from request.standing import clock_of, said

Reader = Annotated[Officer, Depends(require("request.see"))]
Registrar = Annotated[Officer, Depends(require("request.register"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Cashier = Annotated[Officer, Depends(require("request.fee"))]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["clock"])

    @routes.get("/cases/{case_id}/clock")
    async def clock(case_id: UUID, caller: Reader) -> v.ClockView:
        """Tell where the reply clock stands, every day with why it counts or not, and the other clocks."""
        async with desks.reading() as db:
            await reading.case(db, caller.organ_id, case_id)
            state = await reading.state(db, case_id)
            running = await reading.clocks(db, case_id)
        stands = clock_of(state, desks.desk.calendar, desks.desk.practice)
        periods = said(periods_of(state, desks.desk.calendar, desks.desk.practice))
        return v.ClockView.model_validate(stands | {"periods": periods, "clocks": running})

    @routes.post("/cases/{case_id}/correction")
    async def ask_correction(
        case_id: UUID, body: b.CorrectionBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Ask, once and within seven working days, for what is unclear; the clock is void until it comes (A30)."""
        command = c.AskCorrection(body.what, body.answer_by, caller.person_id, _today(desks))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/notices/dropped")
    async def drop_notice(
        case_id: UUID, body: b.DropBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Give up what was decided and has no letter yet; nothing took effect by it."""
        command = c.DropNotice(body.notice, body.why, caller.person_id, _today(desks), body.letter)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/notices/received")
    async def notice_received(
        case_id: UUID, body: b.NoticeReceivedBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Note the day on which a correction or reasons notice that was posted reached the applicant."""
        return await do(
            desks, caller, case_id, c.NoteNoticeReceived(body.received_on, _today(desks)), response, if_match
        )

    @routes.post("/cases/{case_id}/correction/received")
    async def corrected(
        case_id: UUID, body: b.CorrectedBody, caller: Registrar, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Enter a correction that came on paper; the clock runs anew."""
        async with desks.changing(caller) as tx:
            await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            await desks.reception.correct(tx, case_id, body.received_on, body.application.value(), body.excuse)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/extension")
    async def extend(
        case_id: UUID, body: b.ExtensionBody, response: Response,
        caller: Annotated[Officer, Depends(require("request.extend"))], if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        """Give the reply more time: once, at most twenty working days, by the head of the office, before it is due."""
        command = c.Extend(body.working_days, body.reason, caller.person_id, _today(desks))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/opinions", status_code=201)
    async def ask_opinion(
        case_id: UUID, body: b.ConsultationBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Ask a third party, a co-maker or another organ; the days until they answer do not count."""
        if body.whom == "third-party" and body.party is None:
            raise Invalid([("party", "请填写第三方的名称和联系方式")])
        if body.whom != "third-party" and not body.organ.strip():
            raise Invalid([("organ", "请填写机关名称")])
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            party = None
            if body.whom == "third-party" and body.party is not None:
                party = await desks.people.third_party(tx, case_id, body.party.value())
            organ = "" if party else body.organ
            command = c.AskOpinion(tx.new_id(), body.whom, party, organ, caller.person_id, desks.desk.today(tx))
            await desks.desk.decide_on(tx, loaded, command)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/opinions/{letter_id}/received")
    async def opinion_received(
        case_id: UUID, letter_id: UUID, body: b.ConsultationReceivedBody, caller: Handler, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        """Note the day on which our letter reached them: their fifteen working days run from it."""
        command = c.NoteOpinionReceived(letter_id, body.received_on, _today(desks), body.answer_by)
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/opinions/{letter_id}/answer")
    async def opinion(
        case_id: UUID, letter_id: UUID, body: b.OpinionBody, caller: Handler, response: Response,
        if_match: IfMatch = None,
    ) -> v.CaseView:  # fmt: skip
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            asked = loaded.file.consulted(letter_id)
            item = None
            if body.words.strip():
                if asked is None:
                    raise NotFound("没有这份征求意见书")
                owner = await desks.people.of_consultation(tx, case_id, asked)
                item = await desks.people.keep_words(tx, owner, "opinion", {"words": body.words})
            command = c.NoteOpinion(
                letter_id, body.opinion, body.answered_on, item, desks.desk.today(tx), body.reasonable
            )
            await desks.desk.decide_on(tx, loaded, command)
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/reasons")
    async def ask_reasons(
        case_id: UUID, body: b.ReasonsBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Ask why so many applications are made (A35)."""
        command = c.AskReasons(body.facts, body.answer_by, caller.person_id, _today(desks))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/reasons/judgement")
    async def judge_reasons(
        case_id: UUID, body: b.JudgementBody, caller: Handler, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        command = c.JudgeReasons(body.reasonable, body.why, caller.person_id, _today(desks), body.delayed_until)
        return await do(desks, caller, case_id, command, response, if_match)

    # ── Fee ────────────────────────────────────────────────────────────────

    @routes.post("/cases/{case_id}/fee")
    async def notice_fee(
        case_id: UUID, body: b.FeeBody, caller: Cashier, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Reckon the fee by one standard and notice it; by items the applicant's month counts across cases."""
        async with desks.changing(caller) as tx:
            loaded = await desks.desk.take(tx, case_id, caller.organ_id, seen(if_match))
            fee = await counting_fee.charge(tx, loaded, body.standard, body.pages)
            if body.expected is not None and body.expected != fee.amount:
                raise Invalid([("expected", f"按标准应收{fee.amount:.2f}元")])
            await desks.desk.decide_on(tx, loaded, c.NoticeFee(fee, caller.person_id, desks.desk.today(tx)))
        return await after(desks, caller, case_id, response)

    @routes.post("/cases/{case_id}/fee/received")
    async def fee_received(
        case_id: UUID, body: b.FeeReceivedBody, caller: Cashier, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        command = c.NoteFeeNoticeReceived(body.received_on, _today(desks))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/fee/payment")
    async def payment(
        case_id: UUID, body: b.PaymentBody, caller: Cashier, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        """Note the payment; the reply period is counted anew."""
        command = c.NotePayment(body.paid_on, body.receipt, caller.person_id, _today(desks))
        return await do(desks, caller, case_id, command, response, if_match)

    @routes.post("/cases/{case_id}/fee/exemption")
    async def exempt(
        case_id: UUID, body: b.ReasonBody, caller: Cashier, response: Response, if_match: IfMatch = None
    ) -> v.CaseView:
        return await do(desks, caller, case_id, c.ExemptFee(body.reason, caller.person_id), response, if_match)

    return routes


def _today(desks: Desks) -> date:
    return legal_date(desks.kit.now())
