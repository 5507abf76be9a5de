"""An applicant's own case: opened with the query code and a second factor, then with a cookie for half an hour."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Cookie, Request, Response

from gongkai.runtime.errors import Forbidden, Invalid
from gongkai.runtime.throttle import address_of
from gongkai.statute.legal_day import legal_date
from gongkai.web import csrf
from gongkai.web.cookies import secure
from gongkai.web.downloads import attachment
from request import reading
from request.desks import Desks
from request.domain import commands as c
from request.domain.case import AwaitingCorrection, Case, Handling, Joined, Submitted, file_of
from request.following import COOKIE, COOKIE_PATH, LASTS
from request.http import bodies as b
from request.http import public_views as p
from request.http import views as v
from request.http.letters import MEDIA
from request.http.public import not_from_abroad
from request.periods import periods_of
from request.standing import clock_of, of_applicant, said

MineCookie = Annotated[str | None, Cookie(alias=COOKIE, max_length=200)]


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(prefix="/mine/api", tags=["mine"])

    @routes.post("/open", status_code=204)
    async def open_case(body: b.FollowBody, request: Request) -> Response:
        """Open a case with its code and the second factor. A wrong code and a wrong factor get the same answer."""
        value = await desks.following.open(body.code, body.factor, address_of(request))
        response = Response(status_code=204)
        response.set_cookie(
            COOKIE, value, max_age=int(LASTS.total_seconds()), path=COOKIE_PATH, httponly=True, samesite="strict",
            secure=secure(desks.kit.settings),
        )  # fmt: skip
        return response

    @routes.post("/close", status_code=204)
    async def close_case(request: Request) -> Response:
        not_from_abroad(request)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response

    @routes.get("/case")
    async def mine(response: Response, opened: MineCookie = None) -> p.MineView:
        """Return the case: every date with the days counted one by one, the letters, and what may be done."""
        case_id = desks.following.case_of(opened)
        async with desks.reading() as db:
            state = await reading.state(db, case_id)
            letters = await reading.letters(db, case_id)
            fee = await reading.fee(db, case_id)
        response.headers["Cache-Control"] = "no-store"
        return p.MineView.model_validate(
            shown(state) | {
                "clock": clock_of(state, desks.desk.calendar, desks.desk.practice) | {
                    "periods": said(of_applicant(periods_of(state, desks.desk.calendar, desks.desk.practice)))
                },
                "letters": [letter for letter in letters if letter["kind"] in TO_APPLICANTS],
                "fee": fee,
            }
        )  # fmt: skip

    @routes.get("/application")
    async def application(response: Response, opened: MineCookie = None) -> v.ApplicationView:
        """Return what the applicant wrote, for a correction; the look is recorded like every other."""
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            found = await desks.reception.application(tx, case_id, "follow")
        response.headers["Cache-Control"] = "no-store"
        return v.ApplicationView.model_validate(found)

    @routes.post("/correction", status_code=204)
    async def correct(body: b.ApplicationBody, request: Request, opened: MineCookie = None) -> None:
        """Answer a correction notice; the reply period runs anew from today (A30)."""
        from_our_page(request)
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            await desks.reception.correct(tx, case_id, legal_date(tx.now), body.value(), by_applicant=True)

    @routes.post("/withdraw", status_code=204)
    async def withdraw(body: b.WithdrawBody, request: Request, opened: MineCookie = None) -> None:
        from_our_page(request)
        if not body.confirm:
            raise Invalid([("confirm", "请确认撤回申请")])
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            await desks.desk.perform(tx, case_id, c.Withdraw(legal_date(tx.now)))

    @routes.get("/letters/{letter_id}/{form}")
    async def letter(letter_id: UUID, form: Literal["pdf", "docx"], opened: MineCookie = None) -> Response:
        """Return one of the applicant's letters as it was frozen."""
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            row = await reading.letter_file(tx.db, case_id, letter_id, form)
            if row["kind"] not in TO_APPLICANTS:
                raise Forbidden("这份文书不是给您的", "letter")
            data = await desks.people.read_bytes(tx, row["item_id"], "follow")
        return attachment(data, f"{row['number']}.{form}", MEDIA[form])

    @routes.get("/files/{digest}")
    async def given_file(digest: b.Digest, opened: MineCookie = None) -> Response:
        """Return a file that the reply gives."""
        case_id = desks.following.case_of(opened)
        async with desks.by_applicant() as tx:
            loaded = await desks.desk.load(tx, case_id)
            given = {blob for reply in loaded.file.replies for blob in reply.given}
            rows = await reading.given_files(tx.db, case_id, sorted(given & {digest}))
            if not rows:
                raise Forbidden("答复没有提供这个文件", "file")
            data = await desks.people.read_bytes(tx, rows[0]["item_id"], "follow")
        return attachment(data, rows[0]["name"])

    return routes


TO_APPLICANTS = frozenset(
    {
        "receipt", "correction", "reasons", "extension", "third-party-applicant", "fee", "reply-public", "reply-given",
        "reply-partial", "reply-refused", "reply-register", "reply-not-existing", "reply-not-ours",
        "reply-needs-making", "reply-unclear", "reply-petition", "reply-repeated", "reply-publications",
        "reply-excessive", "reply-reissue", "lapsed", "withdrawn", "application-form",
    }
)  # fmt: skip
"""Letters that an applicant may read; those to others are not theirs."""


def shown(case: Case) -> dict[str, object]:
    """Return what an applicant sees of their case besides dates and letters."""
    file = file_of(case)
    if file is None:
        raise Forbidden("这件申请不能在网上查询", "case")
    reply = file.replies[-1] if file.replies else None
    review = next((one for one in reversed(file.reviews) if one.permalink), None)
    may = []
    correction = None
    if isinstance(case, Handling) and isinstance(case.awaits, AwaitingCorrection):
        may.append("correct")
        if file.correction is not None:
            correction = {"what": list(file.correction.what), "answer_by": file.correction.answer_by.isoformat()}
    if isinstance(case, Submitted | Handling | Joined):
        may.append("withdraw")
    return {
        "state": type(case).__name__,
        "number": file.number.text if file.number else "",
        "submitted_on": file.application.submitted_on,
        "received_on": file.receipt.received_on if file.receipt else None,
        "row": reply.row if reply else None,
        "answered_on": reply.answered_on if reply else None,
        "awaiting": type(case.awaits).__name__ if isinstance(case, Handling) and case.awaits else "",
        "may": may,
        "correction": correction,
        "public_at": review.permalink if review else "",
    }


def from_our_page(request: Request) -> None:
    """Refuse what another site made the browser send."""
    if not csrf.same_origin(request):
        raise Forbidden("这个请求不是从本系统的页面发出的，没有办理", "csrf")
