"""What anybody may do: apply, keep a draft, find what is public, check a letter; and what other platforms hand over."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Path, Request, Response
from pydantic import ValidationError

from gongkai.contracts.inbound import RequestForwarded
from gongkai.runtime.errors import Forbidden, Invalid, NotFound
from gongkai.runtime.inbound import signed_body
from gongkai.runtime.inbound_sources import Source
from gongkai.runtime.sentences import sentence_of
from gongkai.runtime.throttle import address_of, count_try
from gongkai.runtime.tx import Actor
from gongkai.web import csrf, officers
from gongkai.web.cookies import secure
from request import reading, throttle
from request.application import as_json
from request.desks import Desks
from request.following import DRAFT_COOKIE, DRAFT_PATH
from request.http import bodies as b
from request.http import public_views as p
from request.http import views as v
from request.receiving import DRAFT_KEPT, SENDING_HEADER, Sending

Slug = Annotated[str, Path(pattern=r"^[a-z][a-z0-9]{1,19}$")]
SendingKey = Annotated[
    str | None,
    Header(
        alias=SENDING_HEADER,
        pattern=r'^("[!-~]{16,100}"|[!-~]{16,100})$',
        description="one submission of one applicant, best a UUID; nothing personal",
    ),
]
DraftCookie = Annotated[str | None, Cookie(alias=DRAFT_COOKIE, max_length=100)]
FACTOR_ZH: Final = "身份证明号码的后六位"
_LIMIT: Final = 256 * 1024
_FORWARDED: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": b.ForwardedBody.model_json_schema()}},
    }
}


def router(desks: Desks) -> APIRouter:
    routes = APIRouter(tags=["public"])

    async def organ_id(slug: str) -> UUID:
        async with desks.reading() as db:
            found = await officers.organ_by_slug(db, slug)
        if found is None:
            raise NotFound("没有这个机关")
        return found.organ_id

    @routes.post("/organs/{slug}/applications", status_code=201)
    async def apply(
        slug: Slug,
        body: b.ApplicationBody,
        request: Request,
        response: Response,
        draft: DraftCookie = None,
        sending: SendingKey = None,
    ) -> p.Receipt:
        """Apply for information (A29). The answer holds the query code; a saved draft is erased.

        With an `Idempotency-Key` the same application may be sent again, as often as it takes to get the answer: it is
        one case, and the answer is the same. The key holds for this applicant alone.
        """
        organ = await organ_id(slug)
        application = body.value()
        known_by = Sending(application.proof_number, sending.strip('"')) if sending else None
        await count_try(desks.kit, throttle.submit_buckets(desks.following.keyring, address_of(request)))
        async with desks.by_applicant() as tx:
            taken = await desks.reception.submit(tx, organ, application, sending=known_by)
            if draft:
                await desks.reception.drop_draft(tx, draft)
        response.delete_cookie(DRAFT_COOKIE, path=DRAFT_PATH)
        response.headers["Cache-Control"] = "no-store"
        return p.Receipt(id=taken.case_id, code=taken.code, factor=FACTOR_ZH)

    @routes.post("/organs/{slug}/hints")
    async def hints(slug: Slug, body: b.HintBody) -> p.Hints:
        """Return documents that are public already and may answer what is being written; nothing is kept."""
        organ = await organ_id(slug)
        async with desks.reading() as db:
            return p.Hints.model_validate({"documents": await reading.public_hints(db, organ, body.text)})

    @routes.get("/draft")
    async def get_draft(response: Response, draft: DraftCookie = None) -> v.ApplicationView:
        """Return what this browser saved; kept for a day."""
        if not draft:
            raise NotFound("没有保存的草稿，或者已经过了24小时")
        async with desks.by_applicant() as tx:
            found = await desks.reception.draft(tx, draft)
        response.headers["Cache-Control"] = "no-store"
        return v.ApplicationView.model_validate(as_json(found))

    @routes.put("/draft", status_code=204)
    async def keep_draft(body: b.ApplicationBody, request: Request, draft: DraftCookie = None) -> Response:
        """Keep what was typed for a day, encrypted, bound to this browser's cookie."""
        not_from_abroad(request)
        await count_try(desks.kit, throttle.draft_buckets(desks.following.keyring, address_of(request)))
        async with desks.by_applicant() as tx:
            token = await desks.reception.keep_draft(tx, draft, body.value())
        response = Response(status_code=204)
        response.set_cookie(
            DRAFT_COOKIE, token, max_age=int(DRAFT_KEPT.total_seconds()), path=DRAFT_PATH, httponly=True,
            samesite="strict", secure=secure(desks.kit.settings),
        )  # fmt: skip
        return response

    @routes.delete("/draft", status_code=204)
    async def drop_draft(request: Request, draft: DraftCookie = None) -> Response:
        not_from_abroad(request)
        if draft:
            async with desks.by_applicant() as tx:
                await desks.reception.drop_draft(tx, draft)
        response = Response(status_code=204)
        response.delete_cookie(DRAFT_COOKIE, path=DRAFT_PATH)
        return response

    @routes.post("/verify")
    async def verify(body: b.VerifyBody) -> p.VerifiedView:
        """Tell whether a file is a letter of ours, by its digest; what it says is not told."""
        async with desks.reading() as db:
            row = await reading.verify_letter(db, body.digest)
            organ = await officers.organ(db, row["organ_id"]) if row else None
        if row is None:
            return p.VerifiedView(genuine=False)
        return p.VerifiedView(
            genuine=True, number=row["number"], kind=row["kind"], issued_on=row["issued_on"],
            organ=organ.name if organ else "",
        )  # fmt: skip

    @routes.post("/forwarded/{external_id}", status_code=202, openapi_extra=_FORWARDED)
    async def forwarded(
        external_id: Annotated[str, Path(min_length=1, max_length=200)], request: Request
    ) -> p.ForwardedView:
        """Take the application of another platform, signed as Standard Webhooks by the registered source.

        Its event `RequestForwarded` may come before or after; the case is made once, when both are there.
        """
        source, raw = await signed_body(request, _lookup, desks.kit.now(), limit=_LIMIT)
        if RequestForwarded.type_name() not in source.allowed_types:
            raise Forbidden("这个来源没有获准转来公开申请", "source")
        body = _read(raw)
        async with desks.kit.transaction(actor=Actor("event", RequestForwarded.type_name())) as tx:
            case_id = await desks.reception.hand_over(
                tx, source.organ_id, external_id, body.pickup, body.application.value()
            )
        return p.ForwardedView(case_id=case_id, state="taken" if case_id else "waiting-for-event")

    async def _lookup(name: str) -> Source | None:
        async with desks.kit.transaction() as tx:
            return await desks.sources.find(tx.db, name, tx.now)

    return routes


def _read(raw: bytes) -> b.ForwardedBody:
    try:
        return b.ForwardedBody.model_validate_json(raw)
    except ValidationError as wrong:
        raise Invalid(_errors(wrong)) from None


def _errors(wrong: ValidationError) -> Sequence[tuple[str, str]]:
    return [(".".join(map(str, error["loc"])), sentence_of(error)) for error in wrong.errors(include_url=False)]


def not_from_abroad(request: Request) -> None:
    """Refuse what another site made a browser send; a program, which is no browser, says nothing of where it is."""
    browser = request.headers.get("sec-fetch-site") or request.headers.get("origin")
    if browser and not csrf.same_origin(request):
        raise Forbidden("这个请求不是从本系统的页面发出的，没有办理", "csrf")
