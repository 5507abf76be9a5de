"""微博 over HTTP: token information, ordinary and business statuses, `/2/<group>/<verb>.json`."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from sandbox.faults import FaultBox, serve
from sandbox.weibo_rules import MAX_ANNOTATIONS, MAX_LONG, bid_of, error, length, picture_fault, share_fault, shortened
from sandbox.world import SHANGHAI, Keeper, Post, WeiboAccount, spend

_FAULT_CODES: Final = {
    "token_expired": 21327, "busy": 10009, "duplicate": 20019, "captcha": 20031, "too_often": 10023,
    "no_permission": 10014, "illegal": 20021,
}  # fmt: skip
_HOURLY: Final = 1000
_FIRST_ID: Final = 9_100_000_000_000_000
_LATE: Final = timedelta(seconds=90)

Body = dict[str, Any]
Verb = Callable[[Request, WeiboAccount, FormData], Awaitable[Body]]


class Weibo:
    def __init__(self, keeper: Keeper, box: FaultBox) -> None:
        self._keeper, self._box = keeper, box

    async def call(self, request: Request, name: str, verb: Verb, method: str) -> Response:
        # GET parameters and form fields are one thing to this platform.
        form = await request.form() if request.method == "POST" else FormData(dict(request.query_params))
        token = str(form.get("access_token") or request.query_params.get("access_token") or "")
        owner = next((account for account in self._keeper.world.weibo.values() if account.token == token), None)
        path = request.url.path

        async def work() -> Body:
            if request.method != method:
                return error(10021, path)
            if owner is None:
                return error(21332, path)
            if owner.expires_at <= self._keeper.now():
                return error(21327, path)
            if fault := self._box.take("weibo", owner.uid, name, *_FAULT_CODES):
                return error(_FAULT_CODES[fault.kind], path)
            if name.endswith("/biz") and not owner.business:
                return error(10014, path)
            if not spend(owner.usage, "calls", _HOURLY * 24, self._keeper.now()):
                return error(10023, path)
            return await verb(request, owner, form)

        try:
            return await serve(self._keeper, self._box, request, "weibo", owner.uid if owner else "?", name, work)
        finally:
            await request.close()

    async def token_info(self, _: Request, account: WeiboAccount, __: FormData) -> Body:
        left = int((account.expires_at - self._keeper.now()).total_seconds())
        return {
            "uid": int(account.uid),
            "appkey": account.app_key,
            "scope": None,
            "create_at": int(account.issued_at.timestamp()),
            "expire_in": left,
        }

    async def share(self, request: Request, account: WeiboAccount, form: FormData) -> Body:
        path = request.url.path
        text, picture = str(form.get("status") or ""), form.get("pic")
        if not form.get("rip"):
            return error(10017, path)
        domains = account.safe_domains or [request.url.netloc]
        if code := share_fault(text, domains):
            return error(code, path)
        return await self._post(request, account, text, picture, None)

    async def share_business(self, request: Request, account: WeiboAccount, form: FormData) -> Body:
        path = request.url.path
        text, raw = str(form.get("status") or ""), str(form.get("annotations") or "")
        long = form.get("is_longtext") == "1"
        if not text.strip():
            return error(20008, path)
        if length(text) > (MAX_LONG if long else 140):
            return error(20012, path)
        if len(raw) > MAX_ANNOTATIONS:
            return error(10017, path)
        try:
            annotations = json.loads(raw) if raw else None
        except ValueError:
            return error(10017, path)
        return await self._post(request, account, text, form.get("pic"), annotations)

    async def _post(self, request: Request, account: WeiboAccount, text: str, picture: Any, annotations: Any) -> Body:
        path = request.url.path
        if text == account.last_text:
            return error(20019, path)
        digest = kind = ""
        if isinstance(picture, UploadFile):
            content = await picture.read()
            if code := picture_fault(content):
                return error(code, path)
            digest, kind = self._keeper.keep(content), picture.content_type or "image/png"
        now = self._keeper.now()
        late = self._box.take("weibo", account.uid, "statuses/share", "late_visible")
        account.serial += 1
        post = Post(
            id=_FIRST_ID + int(account.uid) * 1000 + account.serial,
            text=text,
            created_at=now,
            visible_at=now + timedelta(seconds=late.value or _LATE.total_seconds()) if late else now,
            picture=digest,
            picture_type=kind,
            annotations=annotations,
            ip=str((await request.form()).get("rip") or ""),
        )
        account.posts[str(post.id)] = post
        account.last_text = text
        return error(20032, path) if late else self._told(account, post)

    def _told(self, account: WeiboAccount, post: Post) -> Body:
        told: Body = {
            "created_at": post.created_at.astimezone(SHANGHAI).strftime("%a %b %d %H:%M:%S +0800 %Y"),
            "id": post.id,
            "idstr": str(post.id),
            "mid": str(post.id),
            "bid": bid_of(post.id),
            "text": shortened(post.text),
            "favorited": False,
            "reposts_count": 0,
            "comments_count": 0,
            "user": {"id": int(account.uid), "idstr": account.uid, "screen_name": account.name},
        }
        if post.annotations is not None:
            told["annotations"] = post.annotations if isinstance(post.annotations, list) else [post.annotations]
        return told

    def _find(self, account: WeiboAccount, form: FormData) -> Post | int:
        asked = str(form.get("id") or "")
        post = account.posts.get(asked)
        if post is not None and post.visible_at <= self._keeper.now():
            return post
        others = (other for other in self._keeper.world.weibo.values() if other.uid != account.uid)
        return 20102 if any(asked in other.posts for other in others) else 20101

    async def show(self, request: Request, account: WeiboAccount, form: FormData) -> Body:
        found = self._find(account, form)
        return error(found, request.url.path) if isinstance(found, int) else self._told(account, found)

    async def timeline(self, _: Request, account: WeiboAccount, form: FormData) -> Body:
        count, page = int(str(form.get("count") or 20)), int(str(form.get("page") or 1))
        seen = [post for post in account.posts.values() if post.visible_at <= self._keeper.now()]
        seen.sort(key=lambda post: post.id, reverse=True)
        chosen = seen[(page - 1) * count : page * count]
        return {"statuses": [self._told(account, post) for post in chosen], "total_number": len(seen), "next_cursor": 0}

    async def destroy(self, request: Request, account: WeiboAccount, form: FormData) -> Body:
        found = self._find(account, form)
        if isinstance(found, int):
            return error(found, request.url.path)
        del account.posts[str(found.id)]
        account.last_text = ""
        return self._told(account, found)


def router(weibo: Weibo) -> APIRouter:
    routes = APIRouter()
    table: dict[str, tuple[str, Verb, str]] = {
        "/oauth2/get_token_info": ("get_token_info", weibo.token_info, "POST"),
        "/2/statuses/share.json": ("statuses/share", weibo.share, "POST"),
        "/2/statuses/update/biz.json": ("statuses/update/biz", weibo.share_business, "POST"),
        "/2/statuses/upload/biz.json": ("statuses/upload/biz", weibo.share_business, "POST"),
        "/2/statuses/show.json": ("statuses/show", weibo.show, "GET"),
        "/2/statuses/show/biz.json": ("statuses/show/biz", weibo.show, "GET"),
        "/2/statuses/user_timeline.json": ("statuses/user_timeline", weibo.timeline, "GET"),
        "/2/statuses/user_timeline/biz.json": ("statuses/user_timeline/biz", weibo.timeline, "GET"),
        "/2/statuses/destroy.json": ("statuses/destroy", weibo.destroy, "POST"),
    }
    for path, (name, verb, method) in table.items():
        routes.add_api_route(path, _endpoint(weibo, name, verb, method), methods=["GET", "POST"])
    return routes


def _endpoint(weibo: Weibo, name: str, verb: Verb, method: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await weibo.call(request, name, verb, method)

    return endpoint
