"""公众号 over HTTP: tokens, materials, drafts and publishing, `/cgi-bin/<group>/<verb>?access_token=`."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from sandbox import wechat_jobs as jobs
from sandbox.faults import FaultBox, RawJson, serve
from sandbox.wechat_push import Pusher
from sandbox.wechat_rules import error, fault_of, first_words, image_fault, normalised
from sandbox.world import Draft, Keeper, Material, WeChatAccount, day_of, derived, spend

TOKEN_LIFE: Final = timedelta(seconds=7200)
_OVERLAP: Final = timedelta(minutes=5)
_QUOTA: Final = {"draft-write": 1000, "draft-get": 500, "submit": 100, "poll": 100, "publish-delete": 10, "read": 100}
_IMAGE_LIMIT: Final = 1_000_000
_MATERIAL_LIMITS: Final = {"image": 10_000_000, "thumb": 64_000}
_FAULT_CODES: Final = {
    "token_expired": 42001, "busy": -1, "quota": 45009, "too_fast": 45011, "ip": 40164, "lapsed": 48001,
    "draft_check": 53503, "draft_console": 53505,
}  # fmt: skip

Body = dict[str, Any]
Verb = Callable[[Request, WeChatAccount, Body], Awaitable[Body]]


class WeChat:
    def __init__(self, keeper: Keeper, box: FaultBox, pusher: Pusher) -> None:
        self._keeper, self._box, self._pusher = keeper, box, pusher

    # ── Tokens ──────────────────────────────────────────────────────────────

    async def stable_token(self, request: Request) -> Response:
        asked = _read(await request.body())
        account = self._keeper.world.wechat.get(str((asked or {}).get("appid", "")))

        async def work() -> Body:
            if asked is None or asked.get("grant_type") != "client_credential":
                return error(47001)
            if account is None:
                return error(40013)
            if asked.get("secret") != account.secret:
                return error(40125)
            if (blocked := self._address_fault(request, account, "stable_token")) is not None:
                return blocked
            return self._token(account, forced=asked.get("force_refresh") is True)

        name = account.appid if account else "?"
        return await serve(self._keeper, self._box, request, "wechat", name, "stable_token", work)

    def _token(self, account: WeChatAccount, *, forced: bool) -> Body:
        now = self._keeper.now()
        account.tokens = {token: end for token, end in account.tokens.items() if end > now}
        left = account.tokens.get(account.current, now) - now
        if forced:
            today = [moment for moment in account.forced if day_of(moment) == day_of(now)]
            if len(today) >= 20:
                return error(45009)
            if today and now - today[-1] < timedelta(seconds=30):
                return error(45011)
            account.forced = [*today, now]
            account.tokens.clear()
        if forced or left <= _OVERLAP:
            account.serial += 1
            account.current = f"{account.serial}_" + derived("token", f"{account.appid} {account.serial}", 60) * 2
            account.tokens[account.current] = now + TOKEN_LIFE
            left = TOKEN_LIFE
        return {"access_token": account.current, "expires_in": int(left.total_seconds())}

    def _address_fault(self, request: Request, account: WeChatAccount, call: str) -> Body | None:
        caller = request.client.host if request.client else ""
        switched = self._box.take("wechat", account.appid, call, "ip")
        if switched or (account.allowed_ips and caller not in account.allowed_ips):
            return error(40164, f"{caller} ipv6 ::ffff:{caller}")
        return None

    # ── The road of every other call ────────────────────────────────────────

    async def call(self, request: Request, name: str, verb: Verb, group: str | None) -> Response:
        token = request.query_params.get("access_token", "")
        owner = next((a for a in self._keeper.world.wechat.values() if token in a.tokens or token == a.current), None)
        files = request.headers.get("content-type", "").startswith("multipart/")
        raw = b"" if files else await request.body()
        self._keeper.world.address = _base(request)

        async def work() -> Body:
            if not token:
                return error(41001)
            if owner is None:
                return error(40001)
            if owner.tokens.get(token, self._keeper.now()) <= self._keeper.now():
                return error(42001)
            if (blocked := self._address_fault(request, owner, name)) is not None:
                return blocked
            if fault := self._box.take("wechat", owner.appid, name, *_FAULT_CODES):
                return error(_FAULT_CODES[fault.kind])
            if not owner.verified and group is not None:
                return error(48001)
            if group is not None and not spend(owner.usage, group, _QUOTA[group], self._keeper.now()):
                return error(45009)
            body: Body | None = {} if files or request.method == "GET" else _read(raw)
            if body is None:
                return error(47001)
            if b"\\u" in raw:
                return error(40033)
            return await verb(request, owner, body)

        name_of = owner.appid if owner else "?"
        try:
            return await serve(self._keeper, self._box, request, "wechat", name_of, name, work)
        finally:
            await request.close()

    # ── Materials ───────────────────────────────────────────────────────────

    async def upload_image(self, request: Request, account: WeChatAccount, _: Body) -> Body:
        del account
        found = await _file(request)
        if found is None:
            return error(47001)
        content, name, _type = found
        if code := image_fault(content, name, _IMAGE_LIMIT):
            return error(code)
        return {"url": f"{_base(request)}/mmbiz/{self._keeper.keep(content)}", "errcode": 0, "errmsg": "ok"}

    async def add_material(self, request: Request, account: WeChatAccount, _: Body) -> Body:
        kind = request.query_params.get("type", "")
        found = await _file(request)
        if kind not in _MATERIAL_LIMITS or found is None:
            return error(47001)
        content, name, media_type = found
        if code := image_fault(content, name, _MATERIAL_LIMITS[kind]):
            return error(code)
        account.serial += 1
        media_id = "M" + derived("material", f"{account.appid} {account.serial}", 63)
        account.materials[media_id] = Material(
            media_id=media_id, kind=kind, digest=self._keeper.keep(content), media_type=media_type
        )
        return {"media_id": media_id, "url": f"{_base(request)}/mmbiz/{account.materials[media_id].digest}"}

    # ── Drafts ──────────────────────────────────────────────────────────────

    def _articles(self, request: Request, account: WeChatAccount, articles: list[Body]) -> list[Body] | int:
        covers = {key: found.permanent and found.kind in {"image", "thumb"} for key, found in account.materials.items()}
        if code := fault_of(articles, covers):
            return code
        return [
            {
                "article_type": article.get("article_type", "news"),
                "title": article["title"],
                "author": article.get("author", ""),
                "digest": article.get("digest") or first_words(article["content"]),
                "content": normalised(article["content"], f"{_base(request)}/mmbiz/"),
                "content_source_url": article.get("content_source_url", ""),
                "thumb_media_id": article.get("thumb_media_id", ""),
                "need_open_comment": article.get("need_open_comment", 0),
                "only_fans_can_comment": article.get("only_fans_can_comment", 0),
            }
            for article in articles
        ]

    async def draft_add(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        articles = body.get("articles")
        kept = self._articles(request, account, articles) if isinstance(articles, list) else 47001
        if isinstance(kept, int):
            return error(kept)
        account.serial += 1
        media_id = "D" + derived("draft", f"{account.appid} {account.serial}", 63)
        account.drafts[media_id] = Draft(media_id=media_id, articles=kept, updated_at=self._keeper.now())
        return {"media_id": media_id}

    async def draft_update(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        draft, index, article = (
            account.drafts.get(str(body.get("media_id"))),
            body.get("index", 0),
            body.get("articles"),
        )
        if draft is None:
            return error(40007)
        if not isinstance(index, int) or not 0 <= index < len(draft.articles):
            return error(40060)
        kept = self._articles(request, account, [article]) if isinstance(article, dict) else 47001
        if isinstance(kept, int):
            return error(kept)
        draft.articles[index] = kept[0]
        draft.updated_at = self._keeper.now()
        return {"errcode": 0, "errmsg": "ok"}

    async def draft_get(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        draft = account.drafts.get(str(body.get("media_id")))
        if draft is None:
            return error(40007)
        moment = int(draft.updated_at.timestamp())
        items = [article | {"url": f"{_base(request)}/draft/{draft.media_id}"} for article in draft.articles]
        return {"news_item": items, "create_time": moment, "update_time": moment}

    async def draft_delete(self, _: Request, account: WeChatAccount, body: Body) -> Body:
        gone = account.drafts.pop(str(body.get("media_id")), None)
        return {"errcode": 0, "errmsg": "ok"} if gone else error(40007)

    async def draft_count(self, _: Request, account: WeChatAccount, __: Body) -> Body:
        return {"total_count": len(account.drafts)}

    async def draft_batchget(self, _: Request, account: WeChatAccount, body: Body) -> Body:
        found = sorted(account.drafts.values(), key=lambda draft: draft.updated_at, reverse=True)
        rows = [
            {
                "media_id": draft.media_id,
                "content": {"news_item": draft.articles},
                "update_time": int(draft.updated_at.timestamp()),
            }
            for draft in found
        ]
        return jobs.page_of(rows, body)

    # ── Publishing ──────────────────────────────────────────────────────────

    async def submit(self, _: Request, account: WeChatAccount, body: Body) -> Body:
        job = jobs.submit(self._keeper, self._box, account, str(body.get("media_id")))
        if job is None:
            return error(40007)
        if job.push_at is not None and job.settled:
            await self._pusher.deliver(account, job)
        return {"errcode": 0, "errmsg": "ok", "publish_id": job.publish_id, "msg_data_id": job.msg_data_id}

    async def publish_get(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        return jobs.report(self._keeper, account, str(body.get("publish_id")), _base(request))

    async def publish_article(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        article = account.articles.get(str(body.get("article_id")))
        if article is None:
            return error(53600)
        return {"news_item": [jobs.shown(item, _base(request)) for item in article.items]}

    async def publish_batchget(self, request: Request, account: WeChatAccount, body: Body) -> Body:
        return jobs.page_of(jobs.listed(self._keeper, self._box, account, _base(request)), body)

    async def publish_delete(self, _: Request, account: WeChatAccount, body: Body) -> Body:
        article = account.articles.get(str(body.get("article_id")))
        if article is None:
            return error(53600)
        index = int(body.get("index") or 0)
        if not 0 <= index <= len(article.items):
            return error(40060)
        for position, item in enumerate(article.items, start=1):
            if index in {0, position}:
                item["is_deleted"] = True
        return {"errcode": 0, "errmsg": "ok"}

    async def clear_quota(self, _: Request, account: WeChatAccount, __: Body) -> Body:
        month = day_of(self._keeper.now())[:7]
        used = account.usage.get(f"{month} clear", 0)
        if used >= 10:
            return error(48006)
        account.usage = {f"{month} clear": used + 1}
        return {"errcode": 0, "errmsg": "ok"}


def router(wechat: WeChat, keeper: Keeper) -> APIRouter:
    routes = APIRouter()
    routes.add_api_route("/cgi-bin/stable_token", wechat.stable_token, methods=["POST"])
    table: dict[str, tuple[Verb, str | None]] = {
        "media/uploadimg": (wechat.upload_image, None),
        "material/add_material": (wechat.add_material, None),
        "draft/add": (wechat.draft_add, "draft-write"),
        "draft/update": (wechat.draft_update, "draft-write"),
        "draft/delete": (wechat.draft_delete, "draft-write"),
        "draft/get": (wechat.draft_get, "draft-get"),
        "draft/batchget": (wechat.draft_batchget, "draft-get"),
        "draft/count": (wechat.draft_count, "draft-get"),
        "freepublish/submit": (wechat.submit, "submit"),
        "freepublish/get": (wechat.publish_get, "poll"),
        "freepublish/getarticle": (wechat.publish_article, "read"),
        "freepublish/batchget": (wechat.publish_batchget, "read"),
        "freepublish/delete": (wechat.publish_delete, "publish-delete"),
        "clear_quota": (wechat.clear_quota, None),
    }
    for name, (verb, group) in table.items():
        routes.add_api_route(f"/cgi-bin/{name}", _endpoint(wechat, name, verb, group), methods=["GET", "POST"])

    @routes.get("/mmbiz/{digest}")
    async def image(digest: str) -> Response:
        content = keeper.blob(digest)
        return Response(content, media_type="image/png") if content else RawJson(error(40007), 404)

    return routes


def _endpoint(wechat: WeChat, name: str, verb: Verb, group: str | None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await wechat.call(request, name, verb, group)

    return endpoint


def _read(raw: bytes) -> Body | None:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


async def _file(request: Request) -> tuple[bytes, str, str] | None:
    form = await request.form()
    found = form.get("media")
    if not isinstance(found, UploadFile):
        return None
    return await found.read(), found.filename or "", found.content_type or ""


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
