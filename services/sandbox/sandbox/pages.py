"""What people see of the sandbox (accounts as a follower sees them, faults), and the same as JSON under `/admin`."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup
from pydantic import BaseModel

from sandbox.faults import KINDS, FaultBox, kinds_of
from sandbox.wechat_jobs import settle_all
from sandbox.weibo_rules import LINK, bid_of
from sandbox.world import (
    SHANGHAI,
    Article,
    Fault,
    Keeper,
    Platform,
    Post,
    WeChatAccount,
    WeiboAccount,
    new_wechat,
    new_weibo,
)

_HERE = Path(str(files("sandbox")))
_SEE_OTHER = 303


class WeChatSettings(BaseModel):
    name: str | None = None
    callback_url: str | None = None
    verified: bool | None = None
    allowed_ips: list[str] | None = None
    review_seconds: float | None = None


class WeiboSettings(BaseModel):
    name: str | None = None
    safe_domains: list[str] | None = None
    business: bool | None = None
    expires_in: float | None = None


class NewFault(BaseModel):
    platform: Platform
    kind: str
    account: str = "*"
    call: str = "*"
    value: float = 0
    times: int | None = 1


def api(keeper: Keeper, box: FaultBox, tick: Callable[[], Awaitable[int]]) -> APIRouter:
    routes = APIRouter(prefix="/admin")

    @routes.get("/accounts")
    async def accounts() -> dict[str, Any]:
        """Everything a test or an officer needs to connect, secrets of the sandbox included."""
        shown = {"appid", "secret", "name", "original_id", "callback_url", "callback_token", "aes_key", "verified"}
        return {
            "wechat": [account.model_dump(include=shown) for account in keeper.world.wechat.values()],
            "weibo": [
                account.model_dump(mode="json", include={"uid", "name", "app_key", "token", "expires_at", "business"})
                for account in keeper.world.weibo.values()
            ],
        }

    @routes.put("/accounts/wechat/{appid}")
    async def put_wechat(appid: str, wanted: WeChatSettings) -> dict[str, Any]:
        account = keeper.world.wechat.setdefault(appid, new_wechat(appid, wanted.name or appid))
        for name, value in wanted.model_dump(exclude_none=True).items():
            setattr(account, name, value)
        keeper.save()
        return {
            "appid": appid,
            "secret": account.secret,
            "callback_token": account.callback_token,
            "aes_key": account.aes_key,
        }

    @routes.put("/accounts/weibo/{uid}")
    async def put_weibo(uid: str, wanted: WeiboSettings) -> dict[str, Any]:
        if not uid.isdigit():
            raise HTTPException(422, "uid 只能是数字")
        account = keeper.world.weibo.setdefault(uid, new_weibo(uid, wanted.name or uid, keeper.now()))
        for name, value in wanted.model_dump(exclude_none=True, exclude={"expires_in"}).items():
            setattr(account, name, value)
        if wanted.expires_in is not None:
            account.expires_at = keeper.now() + timedelta(seconds=wanted.expires_in)
        keeper.save()
        return {"uid": uid, "token": account.token, "app_key": account.app_key}

    @routes.get("/faults")
    async def list_faults() -> list[Fault]:
        return keeper.world.faults

    @routes.post("/faults", status_code=201)
    async def add_fault(wanted: NewFault) -> Fault:
        if wanted.kind not in kinds_of(wanted.platform):
            raise HTTPException(422, f"没有这种故障：{wanted.kind}")
        return box.switch_on(
            wanted.platform,
            wanted.kind,
            account=wanted.account,
            call=wanted.call,
            value=wanted.value,
            times=wanted.times,
        )

    @routes.delete("/faults", status_code=204)
    async def clear_faults() -> None:
        box.switch_off()

    @routes.get("/calls")
    async def calls() -> list[dict[str, Any]]:
        return keeper.world.calls

    @routes.post("/tick")
    async def run_tick() -> dict[str, int]:
        return {"delivered": await tick()}

    @routes.post("/reset", status_code=204)
    async def reset() -> None:
        keeper.reset()

    return routes


def router(keeper: Keeper, box: FaultBox) -> APIRouter:
    routes = APIRouter(default_response_class=HTMLResponse)
    templates = Jinja2Templates(_HERE / "templates")
    templates.env.filters["local"] = lambda moment: moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")
    templates.env.filters["noted"] = lambda text: f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%H:%M:%S.%f}"[
        :12
    ]

    def page(request: Request, name: str, **context: Any) -> Response:
        return templates.TemplateResponse(request, name, {"world": keeper.world, "now": keeper.now(), **context})

    @routes.get("/")
    async def index(request: Request) -> Response:
        settle_all(keeper)
        return page(request, "index.html")

    @routes.get("/sandbox.css")
    async def stylesheet() -> Response:
        return Response((_HERE / "static" / "sandbox.css").read_bytes(), media_type="text/css")

    @routes.get("/faults")
    async def faults(request: Request) -> Response:
        return page(
            request, "faults.html", kinds={"wechat": kinds_of("wechat"), "weibo": kinds_of("weibo")}, all_kinds=KINDS
        )

    @routes.post("/faults")
    async def switch_on(
        platform: Annotated[Platform, Form()],
        kind: Annotated[str, Form()],
        account: Annotated[str, Form()] = "*",
        value: Annotated[float, Form()] = 0,
        lasting: Annotated[Literal["once", "until-reset"], Form()] = "once",
    ) -> Response:
        if kind not in kinds_of(platform):
            raise HTTPException(422, f"没有这种故障：{kind}")
        box.switch_on(platform, kind, account=account, value=value, times=1 if lasting == "once" else None)
        return RedirectResponse("/faults", _SEE_OTHER)

    @routes.post("/faults/off")
    async def switch_off(fault_id: Annotated[int | None, Form()] = None) -> Response:
        box.switch_off(fault_id)
        return RedirectResponse("/faults", _SEE_OTHER)

    @routes.get("/accounts/wechat/{appid}")
    async def wechat_account(request: Request, appid: str) -> Response:
        settle_all(keeper)
        account = _wechat(keeper, appid)
        articles = sorted(account.articles.values(), key=lambda article: article.published_at, reverse=True)
        return page(request, "wechat.html", account=account, articles=articles, covers=_covers(account))

    @routes.get("/s/{name}")
    async def article_page(request: Request, name: str) -> Response:
        settle_all(keeper)
        article_id, _, index = name.rpartition("-")
        for account in keeper.world.wechat.values():
            article = account.articles.get(article_id)
            if article is None or not index.isdigit() or not 1 <= int(index) <= len(article.items):
                continue
            item = article.items[int(index) - 1]
            gone = item["is_deleted"] or article.banned
            # The content was cleaned when the draft came in.
            body = Markup(item["content"])  # noqa: S704
            answer = page(request, "article.html", account=account, article=article, item=item, gone=gone, body=body)
            answer.status_code = 404 if gone else 200
            return answer
        raise HTTPException(404, "没有这篇文章")

    @routes.post("/accounts/wechat/{appid}/{article_id}")
    async def touch_article(
        appid: str, article_id: str, act: Annotated[Literal["edit", "ban", "remove"], Form()]
    ) -> Response:
        article = _wechat(keeper, appid).articles.get(article_id)
        if article is None:
            raise HTTPException(404, "没有这篇文章")
        _touch(article, act)
        keeper.save()
        return RedirectResponse(f"/accounts/wechat/{appid}", _SEE_OTHER)

    @routes.get("/accounts/weibo/{uid}")
    async def weibo_account(request: Request, uid: str) -> Response:
        account = _weibo(keeper, uid)
        seen = [post for post in account.posts.values() if post.visible_at <= keeper.now()]
        seen.sort(key=lambda post: post.id, reverse=True)
        rows = [{"post": post, "bid": bid_of(post.id), "html": _linked(post)} for post in seen]
        return page(request, "weibo.html", account=account, rows=rows)

    @routes.get("/weibo/{uid}/{bid}")
    async def weibo_post(request: Request, uid: str, bid: str) -> Response:
        account = _weibo(keeper, uid)
        for post in account.posts.values():
            if bid in {bid_of(post.id), str(post.id)} and post.visible_at <= keeper.now():
                row = {"post": post, "bid": bid, "html": _linked(post)}
                return page(request, "weibo.html", account=account, rows=[row], alone=True)
        raise HTTPException(404, "抱歉，这条微博不存在或已被删除")

    @routes.post("/accounts/weibo/{uid}/{post_id}")
    async def touch_post(uid: str, post_id: str, act: Annotated[Literal["edit", "remove"], Form()]) -> Response:
        account = _weibo(keeper, uid)
        post = account.posts.get(post_id)
        if post is None:
            raise HTTPException(404, "没有这条微博")
        if act == "edit":
            post.text = f"（账号管理员改过）{post.text}"
        else:
            del account.posts[post_id]
        keeper.save()
        return RedirectResponse(f"/accounts/weibo/{uid}", _SEE_OTHER)

    @routes.get("/pictures/{digest}")
    async def picture(digest: str) -> Response:
        content = keeper.blob(digest)
        if content is None:
            raise HTTPException(404, "没有这张图片")
        return Response(content, media_type="image/png" if content[:4] == b"\x89PNG" else "image/jpeg")

    return routes


def _touch(article: Article, act: str) -> None:
    if act == "ban":
        article.banned = True
        return
    for item in article.items:
        if act == "remove":
            item["is_deleted"] = True
        else:
            item["content"] = f"<p>（账号管理员在后台改过这一段）</p>{item['content']}"


def _covers(account: WeChatAccount) -> dict[str, str]:
    return {media_id: material.digest for media_id, material in account.materials.items()}


def _linked(post: Post) -> Markup:
    """Show each link as followers see it: a short address that leads to the real one."""
    parts, last = [], 0
    for match in LINK.finditer(post.text):
        link = Markup('<a href="{}">{}</a>').format(match.group(), "网页链接")
        parts += [Markup.escape(post.text[last : match.start()]), link]
        last = match.end()
    parts.append(Markup.escape(post.text[last:]))
    return Markup("").join(parts)


def _wechat(keeper: Keeper, appid: str) -> WeChatAccount:
    account = keeper.world.wechat.get(appid)
    if account is None:
        raise HTTPException(404, "没有这个公众号")
    return account


def _weibo(keeper: Keeper, uid: str) -> WeiboAccount:
    account = keeper.world.weibo.get(uid)
    if account is None:
        raise HTTPException(404, "没有这个微博账号")
    return account
