"""`POST /events`: outside systems hand over CloudEvents, signed as Standard Webhooks.

The answer says what became of each event, in order. Accepted means once, whatever the retries. An unknown source,
a closed one and a wrong signature get one and the same answer.

Answers for one event: 202 accepted, 200 duplicate, 409 refused, 422 invalid. For a batch: 202 when all were taken
(now or before), else 207 with the outcome of each.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, ValidationError
from standardwebhooks import Webhook

from gongkai.contracts.catalog import BY_TYPE
from gongkai.contracts.envelope import Received
from gongkai.contracts.inbound import InboundEvent
from gongkai.runtime import telemetry
from gongkai.runtime.cloudevents import BATCH, JSON, STRUCTURED, Unreadable
from gongkai.runtime.cloudevents_http import from_http
from gongkai.runtime.errors import Forbidden, Invalid, NotFound, TooLarge, Unauthenticated
from gongkai.runtime.inbound_sources import Source, may_be_posted
from gongkai.runtime.sentences import sentence_of
from gongkai.statute.refusal import Refused

log = telemetry.logger(__name__)

BODY_LIMIT: Final = 8 * 1024 * 1024
WINDOW: Final = timedelta(minutes=5)
_NOBODY: Final = "whsec_" + base64.b64encode(bytes(32)).decode()

LookupSource = Callable[[str], Awaitable[Source | None]]
#: Takes one event in, in one transaction of its own: True when it was new, False when it was known.
#: Raises `Refused`, `Invalid`, `NotFound` or `Forbidden` for what is not taken, anything else for an accident.
Accept = Callable[[Received], Awaitable[bool]]


class FieldError(BaseModel):
    path: str
    sentence: str


class EventAnswer(BaseModel):
    """What became of one event."""

    index: int
    id: str = Field(description="the id as it was sent; empty when none could be read")
    outcome: Literal["accepted", "duplicate", "refused", "invalid"]
    reason: str = ""
    article: str = Field(default="", description="the article on which a refusal rests")
    errors: list[FieldError] = []


class EventAnswers(BaseModel):
    results: list[EventAnswer]


def inbound_router(
    lookup_source: LookupSource,
    accept: Accept,
    now: Callable[[], datetime],
    *,
    types: Callable[[], frozenset[str]],
    limit: int = BODY_LIMIT,
) -> APIRouter:
    """`types` are the event types this service takes in."""
    router = APIRouter()
    event = {"type": "object", "description": "a CloudEvents 1.0 event; see docs/integration.md"}

    @router.post(
        "/events",
        response_model=EventAnswers,
        status_code=202,
        summary="提交事件",
        responses={200: {"model": EventAnswers}, 207: {"model": EventAnswers}, 409: {"model": EventAnswers}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    STRUCTURED: {"schema": event},
                    BATCH: {"schema": {"type": "array", "items": event}},
                    JSON: {"schema": {"type": "object", "description": "data, with ce-* headers"}},
                },
            }
        },
    )
    async def events(request: Request) -> Response:
        body = await _body(request, limit)
        at = now()
        if not _is_fresh(request.headers.get("webhook-timestamp", ""), at):
            raise Unauthenticated("缺少签名,或签名时间与服务器相差超过 5 分钟")
        found = from_http(list(request.headers.items()), body, read_at=at)
        name = next((name for each in found if (name := _source_of(each))), "")
        if found and not name:
            # Nothing could be read, so there is nobody to ask for: only the form is answered.
            return _answered([_unread(index, each) for index, each in enumerate(found)], batch=len(found) > 1)
        source = await _authenticated(request, body, name, lookup_source)
        media = request.headers.get("content-type", "").lower()
        batch = media.startswith(BATCH)
        binary = not media.startswith("application/cloudevents")
        if binary and request.headers.get("webhook-id") != request.headers.get("ce-id"):
            # In binary mode the signature does not cover the headers, except through its own id.
            raise Unauthenticated("二进制模式下 webhook-id 必须与 ce-id 相同")
        answers = []
        for index, each in enumerate(found):
            place = f"[{index}]" if batch else ""
            answers.append(await _answer(index, place, each, source, types(), accept))
        return _answered(answers, batch=batch)

    return router


async def signed_body(
    request: Request, lookup_source: LookupSource, at: datetime, *, limit: int = BODY_LIMIT
) -> tuple[Source, bytes]:
    """Return the body of a signed call that is no event, and who sent it; its JSON names the source.

    For what may not travel as an event because it holds personal data. Signed as `POST /events` is.
    """
    body = await _body(request, limit)
    if not _is_fresh(request.headers.get("webhook-timestamp", ""), at):
        raise Unauthenticated("缺少签名,或签名时间与服务器相差超过 5 分钟")
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    name = read.get("source") if isinstance(read, dict) else None
    source = await _authenticated(request, body, name if isinstance(name, str) else "", lookup_source)
    return source, body


async def _body(request: Request, limit: int) -> bytes:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Invalid([("content-encoding", "请不要压缩请求内容")])
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"一次提交最多 {limit // 1024} KB")
    return bytes(body)


def _is_fresh(stamp: str, at: datetime) -> bool:
    try:
        sent_at = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(at - sent_at) <= WINDOW


def _source_of(each: Received | Unreadable) -> str:
    return each.envelope.source if isinstance(each, Received) else each.source


async def _authenticated(request: Request, body: bytes, name: str, lookup_source: LookupSource) -> Source:
    source = await lookup_source(name) if name else None
    secrets = source.secrets if source is not None and source.active else ()
    valid = _signed(request, body, secrets or (_NOBODY,))
    if source is None or not secrets or not valid:
        log.warning("events-not-authenticated", registered=source is not None)
        raise Unauthenticated("来源未登记,或签名不对")
    return source


def _signed(request: Request, body: bytes, secrets: Sequence[str]) -> bool:
    message_id = request.headers.get("webhook-id", "")
    sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    given = [_mark(each) for each in request.headers.get("webhook-signature", "").split(" ")[:8]]
    # Every secret and signature is compared, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(_mark(Webhook(secret).sign(message_id, sent_at, text)), mark)
        for secret in secrets
        for mark in given
        if mark
    ]
    return bool(message_id) and any(matches)


def _mark(signature: str) -> bytes:
    version, _, encoded = signature.partition(",")
    try:
        return base64.b64decode(encoded, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _unread(index: int, each: Received | Unreadable) -> EventAnswer:
    if isinstance(each, Received):
        return EventAnswer(index=index, id=_id_of(each), outcome="invalid")
    return EventAnswer(
        index=index,
        id=each.sent_id,
        outcome="invalid",
        reason=each.reason,
        errors=[FieldError(path=each.path, sentence=each.reason)],
    )


def _id_of(received: Received) -> str:
    return received.sent_id or str(received.envelope.id)


async def _answer(
    index: int,
    place: str,
    each: Received | Unreadable,
    source: Source,
    types: frozenset[str],
    accept: Accept,
) -> EventAnswer:
    if isinstance(each, Unreadable):
        return _unread(index, each)

    def answer(outcome: Any, reason: str = "", article: str = "", errors: Any = ()) -> EventAnswer:
        listed = [FieldError(path=f"{place}.{path}" if place else path, sentence=sentence) for path, sentence in errors]
        return EventAnswer(index=index, id=_id_of(each), outcome=outcome, reason=reason, article=article, errors=listed)

    envelope = each.envelope
    if envelope.source != source.source:
        return answer("invalid", "来源与签名不一致", errors=[("source", f"应为 {source.source}")])
    if envelope.type not in source.allowed_types or not may_be_posted(envelope.type):
        return answer("refused", f"来源未获准提交 {envelope.type}")
    if envelope.type not in types:
        return answer("refused", f"这里不接收 {envelope.type}")
    errors = _errors_in(each, source)
    if errors:
        return answer("invalid", f"有 {len(errors)} 处需要修改", errors=errors)
    try:
        with telemetry.span("inbound event", parent=envelope.traceparent, type=envelope.type):
            new = await accept(each)
    except Refused as no:
        return answer("refused", no.reason, no.article)
    except Invalid as no:
        return answer(
            "invalid",
            f"有 {len(no.errors)} 处需要修改",
            errors=[(f"data.{path}".rstrip("."), sentence) for path, sentence in no.errors],
        )
    except (NotFound, Forbidden) as no:
        return answer("refused", no.sentence)
    return answer("accepted" if new else "duplicate")


def _errors_in(each: Received, source: Source) -> list[tuple[str, str]]:
    try:
        event = BY_TYPE[each.envelope.type].event.model_validate(each.data)
    except ValidationError as wrong:
        return [
            (".".join(["data", *map(str, error["loc"])]), sentence_of(error))
            for error in wrong.errors(include_url=False)
        ]
    errors = []
    if each.envelope.subject != event.subject:
        errors.append(("subject", f"应与 data.{event.SUBJECT} 相同"))
    if isinstance(event, InboundEvent) and event.organ_id != source.organ_id:
        errors.append(("data.organ_id", "这个来源不是为该机关登记的"))
    return errors


def _answered(answers: list[EventAnswer], *, batch: bool) -> Response:
    outcomes = {answer.outcome for answer in answers}
    if batch or len(answers) != 1:
        status = 202 if outcomes <= {"accepted", "duplicate"} else 207
    else:
        status = {"accepted": 202, "duplicate": 200, "refused": 409, "invalid": 422}[answers[0].outcome]
    body = EventAnswers(results=answers).model_dump(mode="json")
    return JSONResponse(body, status, headers={"Cache-Control": "no-store"})
