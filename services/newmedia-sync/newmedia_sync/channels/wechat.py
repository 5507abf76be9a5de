"""公众号: drafts ahead, one submit at the instant, the result by event or by asking."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from newmedia_sync.channels.calling import TIMEOUT, Answer, NoAnswer, NotSent, call, judged, number_in, unanswered
from newmedia_sync.channels.channel import (
    Access,
    Capabilities,
    ConfirmOutcome,
    Parcel,
    Quota,
    RetractOutcome,
    Seen,
    SendOutcome,
    Setback,
    StageOutcome,
    VerifyOutcome,
)
from newmedia_sync.channels.wechat_codes import (
    CODES,
    NO_SUCH_ARTICLE,
    NO_SUCH_MEDIA,
    REFUSED_STATUS,
    TOKEN_CODES,
)
from newmedia_sync.cover import UnreadablePicture, draw_cover, fits, fitted
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    PartDone,
    Post,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
)
from newmedia_sync.rendition import (
    WECHAT_AUTHOR,
    WECHAT_CONTENT,
    WECHAT_DIGEST,
    WECHAT_TITLE,
    Problem,
    Rendition,
    WeChatRendition,
    shown_text,
)
from newmedia_sync.wechat_html import squeezed, text_of, with_images

Body = dict[str, Any]
_PICTURE_LIMIT: Final = 1_000_000
_COVER_LIMIT: Final = 10_000_000
#: The published list may lag behind the task.
_SETTLE: Final = timedelta(seconds=60)
_EARLY: Final = timedelta(minutes=5)
_LIST: Final = 20


@dataclass(frozen=True, slots=True)
class _Failed:
    outcome: Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear
    code: int = 0


class TokenHolder:
    """The one holder of an account's token. Others wait while it asks; nobody mixes two kinds of token."""

    def __init__(self, access: Access, http: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        self._access, self._http, self._now = access, http, now
        self._token = ""
        self._until: datetime | None = None
        self._lock = asyncio.Lock()

    async def token(self, *, spoiled: str = "") -> str | _Failed:
        """Return a token that is not `spoiled`; a spoiled one is replaced by force, once."""
        async with self._lock:
            fresh = self._until is not None and self._now() < self._until
            if self._token and fresh and self._token != spoiled:
                return self._token
            got = await self._request(forced=False)
            if got == spoiled:
                # The ordinary call repeats the token that was refused; only force brings another.
                got = await self._request(forced=True)
            return got

    async def _request(self, *, forced: bool) -> str | _Failed:
        asked = {
            "grant_type": "client_credential",
            "appid": self._access.handle,
            "secret": self._access.secrets.get("secret", ""),
            "force_refresh": forced,
        }
        address = f"{self._access.api_base}/cgi-bin/stable_token"
        answer = await call(self._http, self._http.build_request("POST", address, json=asked, timeout=TIMEOUT))
        if not isinstance(answer, Answer):
            return _Failed(unanswered(answer, write=False))
        if code := number_in(answer.body, "errcode"):
            return _Failed(judged(code, str(answer.body.get("errmsg", "")), CODES, write=False), code)
        self._token = str(answer.body.get("access_token", ""))
        life = timedelta(seconds=number_in(answer.body, "expires_in"))
        self._until = self._now() + life - min(_EARLY, life / 2)
        return self._token


class WeChatChannel:
    capabilities = Capabilities(
        update=False,
        retract=True,
        stages=True,
        automatic=True,
        quotas={
            "stage": Quota("draft-write", 1000),
            "verify": Quota("draft-get", 500),
            "act": Quota("submit", 100),
            "poll": Quota("poll", 100),
            "probe": Quota("read", 100),
            "read-back": Quota("read", 100),
            "retract": Quota("publish-delete", 10),
            "discard": Quota("draft-write", 1000),
        },
    )

    def __init__(self, access: Access, http: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        self._access, self._http = access, http
        self._tokens = TokenHolder(access, http, now)

    # ── Calls ───────────────────────────────────────────────────────────────

    async def _ask(
        self,
        path: str,
        asked: Mapping[str, Any] | None = None,
        *,
        file: tuple[str, bytes, str] | None = None,
        query: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> Body | _Failed:
        """Call with the token; renew it once and repeat once when the platform says that it is no good."""
        token = await self._tokens.token()
        for last in (False, True):
            if isinstance(token, _Failed):
                return token
            request = self._http.build_request(
                "POST",
                f"{self._access.api_base}/cgi-bin/{path}",
                params={"access_token": token, **(query or {})},
                # Raw UTF-8: the platform refuses \u escapes.
                content=None if file else json.dumps(asked or {}, ensure_ascii=False).encode(),
                files={"media": file} if file else None,
                headers=None if file else {"content-type": "application/json"},
                timeout=TIMEOUT,
            )
            answer = await call(self._http, request)
            if isinstance(answer, NotSent | NoAnswer):
                return _Failed(unanswered(answer, write=write))
            code = number_in(answer.body, "errcode")
            if not code:
                return answer.body
            if code in TOKEN_CODES and not last:
                token = await self._tokens.token(spoiled=token)
                continue
            return _Failed(judged(code, str(answer.body.get("errmsg", "")), CODES, write=write), code)
        msg = "the loop returns in its second round"
        raise AssertionError(msg)

    # ── Prepare ─────────────────────────────────────────────────────────────

    def check(self, rendition: Rendition) -> tuple[Problem, ...]:
        found = _own(rendition)
        limits = (
            (len(found.title) > WECHAT_TITLE, "wechat-title", f"标题超过{WECHAT_TITLE}字，请填写短标题", "title"),
            (len(found.author) > WECHAT_AUTHOR, "wechat-author", f"作者超过{WECHAT_AUTHOR}字", "author"),
            (len(found.digest) > WECHAT_DIGEST, "wechat-digest", f"摘要超过{WECHAT_DIGEST}字", "summary"),
            (len(found.content) >= WECHAT_CONTENT, "wechat-content", f"正文超过{WECHAT_CONTENT:,}字符", "body_html"),
            (not found.title.strip(), "empty", "标题是空的", "title"),
        )
        return tuple(Problem(code, sentence, field) for wrong, code, sentence, field in limits if wrong)

    async def stage(self, parcel: Parcel) -> StageOutcome:
        rendition = _own(parcel.rendition)
        urls: dict[str, str] = {}
        for digest in rendition.images:
            uploaded = await self._upload("media/uploadimg", parcel.pictures[digest], _PICTURE_LIMIT, {}, "url")
            if isinstance(uploaded, _Failed):
                return _settled(uploaded.outcome)
            urls[digest] = uploaded
        cover = parcel.cover
        if cover is None:
            cover = await asyncio.to_thread(draw_cover, rendition.cover_label, rendition.title)
        thumb = await self._upload("material/add_material", cover, _COVER_LIMIT, {"type": "image"}, "media_id")
        if isinstance(thumb, _Failed):
            return _settled(thumb.outcome)
        article = {
            "article_type": "news",
            "title": rendition.title,
            "author": rendition.author,
            "digest": rendition.digest,
            "content": with_images(rendition.content, urls),
            "content_source_url": rendition.source_url,
            "thumb_media_id": thumb,
            "need_open_comment": 0,
            "only_fans_can_comment": 0,
        }
        made = await self._ask("draft/add", {"articles": [article]})
        if isinstance(made, _Failed):
            return _settled(made.outcome)
        media_id = str(made.get("media_id") or "")
        return Done(media_id) if media_id else Hitch("no-media-id", "微信没有返回草稿编号")

    async def _upload(
        self, path: str, content: bytes, limit: int, query: Mapping[str, str], wanted: str
    ) -> str | _Failed:
        try:
            ready = fits(content, limit)
            if ready is None:
                ready = await asyncio.to_thread(fitted, content, limit)
        except UnreadablePicture as trouble:
            return _Failed(TurnedDown("picture", f"图片打不开或太大，请更换后再试（{trouble}）"))
        fit, media_type = ready
        name = "picture.png" if media_type == "image/png" else "picture.jpg"
        answer = await self._ask(path, file=(name, fit, media_type), query=query)
        if isinstance(answer, _Failed):
            return answer
        found = str(answer.get(wanted) or "")
        return found or _Failed(Hitch("no-upload", "微信没有返回图片地址"))

    async def verify(self, stage: str, rendition: Rendition) -> VerifyOutcome:
        answer = await self._ask("draft/get", {"media_id": stage})
        if isinstance(answer, _Failed):
            return Absent() if answer.code == NO_SUCH_MEDIA else _certain(answer.outcome)
        return Done(stage) if _text_of(answer) == shown_text(rendition) else Absent()

    async def discard(self, stage: str) -> RetractOutcome:
        answer = await self._ask("draft/delete", {"media_id": stage})
        if isinstance(answer, _Failed):
            return Absent() if answer.code == NO_SUCH_MEDIA else answer.outcome
        return Done()

    # ── Release ─────────────────────────────────────────────────────────────

    async def send(self, stage: str, parcel: Parcel) -> SendOutcome:
        del parcel
        answer = await self._ask("freepublish/submit", {"media_id": stage}, write=True)
        if isinstance(answer, _Failed):
            return answer.outcome
        job = str(answer.get("publish_id") or "")
        return Taken(job) if job else Unclear("no-publish-id", "微信说已受理，但没有给任务编号")

    async def confirm(self, job: str, rendition: Rendition, acted_at: datetime) -> ConfirmOutcome:
        del rendition, acted_at
        answer = await self._ask("freepublish/get", {"publish_id": job})
        if isinstance(answer, _Failed):
            return _certain(answer.outcome)
        return finished(answer)

    async def probe(self, stage: str, rendition: Rendition, acted_at: datetime) -> Outcome:
        draft = await self._ask("draft/get", {"media_id": stage})
        if not isinstance(draft, _Failed):
            # A published draft leaves the box, so one that lies there was not taken.
            return Absent(_SETTLE)
        if draft.code != NO_SUCH_MEDIA:
            return _certain(draft.outcome)
        listed = await self._ask("freepublish/batchget", {"offset": 0, "count": _LIST, "no_content": 0})
        if isinstance(listed, _Failed):
            return _certain(listed.outcome)
        expected = shown_text(rendition)
        earliest = acted_at.timestamp() - _SETTLE.total_seconds()
        for row in listed.get("item") or ():
            content = row.get("content") or {}
            if number_in(row, "update_time") >= earliest and _text_of(content) == expected:
                return Shown(Post(str(row.get("article_id", "")), _first_url(content)))
        return Running()

    # ── Afterwards ──────────────────────────────────────────────────────────

    async def retract(self, post: Post) -> RetractOutcome:
        answer = await self._ask("freepublish/delete", {"article_id": post.id, "index": 1}, write=True)
        if isinstance(answer, _Failed):
            return Absent() if answer.code == NO_SUCH_ARTICLE else answer.outcome
        return Done()

    async def read_back(self, post: Post) -> Seen | Absent | Setback:
        answer = await self._ask("freepublish/getarticle", {"article_id": post.id})
        if isinstance(answer, _Failed):
            return Absent() if answer.code == NO_SUCH_ARTICLE else _certain(answer.outcome)
        items = answer.get("news_item") or [{}]
        return Absent() if items[0].get("is_deleted") else Seen(_text_of(answer))

    async def health(self) -> Done | Setback:
        answer = await self._ask("draft/count")
        return _certain(answer.outcome) if isinstance(answer, _Failed) else Done()


def finished(body: Mapping[str, Any]) -> Shown | Running | PartDone | TurnedDown:
    """Read the state of a publish task, as told by freepublish/get or by the event."""
    status = number_in(body, "publish_status")
    if status == 1:
        return Running()
    if status in REFUSED_STATUS:
        return TurnedDown(f"status-{status}", REFUSED_STATUS[status])
    detail = body.get("article_detail") or {}
    items = detail.get("item") or []
    url = str(items[0].get("article_url", "")) if items else ""
    post = Post(str(body.get("article_id", "")), url)
    if body.get("fail_idx"):
        return PartDone(post, "部分文章没有发布成功，请到公众平台后台查看")
    return Shown(post) if post.id else Running()


def _own(rendition: Rendition) -> WeChatRendition:
    if not isinstance(rendition, WeChatRendition):
        msg = "a rendition of another platform came to 公众号"
        raise TypeError(msg)
    return rendition


def _text_of(body: Mapping[str, Any]) -> str:
    items = body.get("news_item") or [{}]
    return squeezed(str(items[0].get("title", ""))) + "\n" + text_of(str(items[0].get("content", "")))


def _first_url(content: Mapping[str, Any]) -> str:
    items = content.get("news_item") or [{}]
    return str(items[0].get("url", ""))


def _certain(outcome: Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear) -> Setback:
    """Ask again what was unclear: reading leaves nothing behind."""
    return Hitch(outcome.code, outcome.reason) if isinstance(outcome, Unclear) else outcome


def _settled(outcome: Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear) -> StageOutcome:
    """While drafting, a media id that is not known is one to make again."""
    return Hitch(outcome.code, outcome.reason) if outcome.code == str(NO_SUCH_MEDIA) else outcome
