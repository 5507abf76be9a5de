"""An account on which a person posts: we make the pack, wait for the address, and look whether it is ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from newmedia_sync.channels.channel import (
    Access,
    Capabilities,
    ConfirmOutcome,
    Parcel,
    RetractOutcome,
    Seen,
    SendOutcome,
    Setback,
    StageOutcome,
    VerifyOutcome,
)
from newmedia_sync.domain.outcome import Absent, Done, Hitch, NeedsPerson, Outcome, Post, Running
from newmedia_sync.rendition import Problem, Rendition, WeChatRendition, shown_text
from newmedia_sync.wechat_html import squeezed, text_of

_PAGE_LIMIT: Final = 4_000_000
_OK: Final = 200
_GONE: Final = (404, 410)
#: Where followers read: an address elsewhere is not this account's.
HOSTS: Final = {
    "wechat": ("mp.weixin.qq.com",),
    "weibo": ("weibo.com", "www.weibo.com", "m.weibo.cn", "weibo.cn"),
}
_BY_HAND: Final = NeedsPerson("assisted", "这个账号由人工发布，请到平台后台操作，再回来登记")


@dataclass(frozen=True, slots=True)
class WrongPage:
    """Why a pasted address is not taken: one sentence for the person who pasted it."""

    sentence: str


async def look(
    http: httpx.AsyncClient, url: str, platform: str, web_base: str, rendition: Rendition
) -> Post | WrongPage:
    """Open the pasted address and compare: it must lie at the platform and show our title."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return WrongPage("这不是完整的网页地址，请从平台复制链接")
    allowed = {*HOSTS.get(platform, ()), urlsplit(web_base).netloc}
    if parts.scheme not in {"http", "https"} or parts.netloc not in allowed:
        return WrongPage("这个地址不是该平台的文章地址，请从平台复制完整的链接")
    page = await _page(http, url.strip())
    match page:
        case Absent():
            return WrongPage("这个地址打不开，页面不存在或已删除，请核对链接")
        case Hitch(reason=reason):
            return WrongPage(f"暂时打不开这个页面，请稍后再试（{reason}）")
        case str():
            if _words(rendition) not in text_of(page):
                return WrongPage("页面上没有这份文件的标题，请核对是不是这一篇")
            return Post(parts.path.rstrip("/").rpartition("/")[2], url.strip())


def _words(rendition: Rendition) -> str:
    """Return the words that must stand on the page: the title, or a status up to its link."""
    if isinstance(rendition, WeChatRendition):
        return squeezed(rendition.title)
    return shown_text(rendition)


async def _page(http: httpx.AsyncClient, url: str) -> str | Absent | Hitch:
    try:
        async with http.stream("GET", url, timeout=10, follow_redirects=False) as response:
            if response.status_code in _GONE:
                return Absent()
            if response.status_code != _OK:
                return Hitch("page", f"HTTP {response.status_code}")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _PAGE_LIMIT:
                    break
            return bytes(content).decode(response.encoding or "utf-8", "replace")
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        return Hitch("page", type(trouble).__name__)


class AssistedChannel:
    capabilities = Capabilities(update=False, retract=False, stages=False, automatic=False, quotas={})

    def __init__(self, access: Access, http: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        del now
        self._access, self._http = access, http

    def check(self, rendition: Rendition) -> tuple[Problem, ...]:
        del rendition
        return ()

    async def stage(self, parcel: Parcel) -> StageOutcome:
        del parcel
        return Done()

    async def verify(self, stage: str, rendition: Rendition) -> VerifyOutcome:
        del stage, rendition
        return Done()

    async def send(self, stage: str, parcel: Parcel) -> SendOutcome:
        del stage, parcel
        return _BY_HAND

    async def confirm(self, job: str, rendition: Rendition, acted_at: datetime) -> ConfirmOutcome:
        del job, rendition, acted_at
        return Running()

    async def probe(self, stage: str, rendition: Rendition, acted_at: datetime) -> Outcome:
        del stage, rendition, acted_at
        return Running()

    async def retract(self, post: Post) -> RetractOutcome:
        del post
        return _BY_HAND

    async def discard(self, stage: str) -> RetractOutcome:
        del stage
        return Done()

    async def read_back(self, post: Post) -> Seen | Absent | Setback:
        page = await _page(self._http, post.url)
        return Seen(text_of(page)) if isinstance(page, str) else page

    async def health(self) -> Done | Setback:
        return Done()
