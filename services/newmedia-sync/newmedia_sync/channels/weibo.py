"""微博: nothing is drafted; one call shows it, and the account's own timeline answers what was lost."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from newmedia_sync.channels.calling import TIMEOUT, Code, NoAnswer, NotSent, call, judged, number_in, unanswered
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
from newmedia_sync.cover import UnreadablePicture, fitted
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    Post,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
)
from newmedia_sync.rendition import WEIBO_LENGTH, Problem, Rendition, WeiboRendition, plain_status, weibo_length

Body = dict[str, Any]
_PICTURE_LIMIT: Final = 5_000_000
_SETTLE: Final = timedelta(seconds=120)
_TIMELINE: Final = 50
#: An authorisation that ends sooner than this is renewed by a person before it is needed.
_TOO_SHORT: Final = 3600
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DONE_LATE: Final = 20032
_GONE: Final = 20101

CODES: Final[dict[int, Code]] = (
    dict.fromkeys((10001, 10002, 10003, 10009, 10010, 10011), Code("U", "微博系统繁忙"))
    | dict.fromkeys((10004, 10022, 10023, 10024, 20016, 11001), Code("Wh", "微博调用过于频繁"))
    | dict.fromkeys((10005, 10006, 10014), Code("H", "微博应用没有这个接口的权限，请到开放平台申请"))
    | dict.fromkeys((10008, 10012, 10016, 10018, 10021), Code("B", "请求参数不对，请把这条记录交给系统管理员"))
    | {
        10017: Code("X", "微博要求正文带有安全域名下的链接，且不能有#话题#；请核对开放平台登记的安全域名"),
        20005: Code("X", "图片格式微博不接受，请改用JPG或PNG"),
        20006: Code("X", "图片超过5MB，请压缩"),
        20007: Code("B", "图片上传格式不对，请把这条记录交给系统管理员"),
        20008: Code("X", "内容是空的，请补充"),
        20012: Code("X", "内容超过140字，请缩短"),
        20013: Code("X", "内容超过140字，请缩短"),
        20021: Code("X", "微博认为内容违规，请修改"),
        20031: Code("H", "微博要求输入验证码，请到微博登录处理"),
        20033: Code("H", "微博认为登录异常，请到微博登录处理"),
        20102: Code("H", "这条微博不是本账号发的"),
    }
    # Usually our own first try: find it before saying that it failed.
    | dict.fromkeys((20017, 20019, 20111), Code("U", "微博说内容重复，可能上一次已经发出"))
    | dict.fromkeys((21314, 21315, 21316, 21317, 21318, 21319, 21327, 21332), Code("H", "微博授权到期，请重新授权"))
)


@dataclass(frozen=True, slots=True)
class _Failed:
    outcome: Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear
    code: int = 0


class WeiboChannel:
    capabilities = Capabilities(
        update=False,
        retract=True,
        stages=False,
        automatic=True,
        quotas={step: Quota("calls", 3000) for step in ("verify", "act", "poll", "probe", "read-back", "retract")},
    )

    def __init__(self, access: Access, http: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        del now
        self._access, self._http = access, http

    async def _ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str],
        *,
        picture: tuple[str, bytes, str] | None = None,
        write: bool = False,
    ) -> Body | _Failed:
        known = {"access_token": self._access.secrets.get("token", ""), **fields}
        request = self._http.build_request(
            method,
            f"{self._access.api_base}/{path}",
            params=known if method == "GET" else None,
            data=known if method == "POST" else None,
            files={"pic": picture} if picture else None,
            timeout=TIMEOUT,
        )
        answer = await call(self._http, request)
        if isinstance(answer, NotSent | NoAnswer):
            return _Failed(unanswered(answer, write=write))
        code = number_in(answer.body, "error_code")
        if not code:
            return answer.body
        return _Failed(judged(code, str(answer.body.get("error", "")), CODES, write=write), code)

    def _kind(self, path: str) -> str:
        return f"2/{path}/biz.json" if self._access.business else f"2/{path}.json"

    # ── Prepare ─────────────────────────────────────────────────────────────

    def check(self, rendition: Rendition) -> tuple[Problem, ...]:
        found = _own(rendition)
        limits = (
            (
                weibo_length(found.text) > WEIBO_LENGTH,
                "weibo-length",
                f"内容超过{WEIBO_LENGTH}字，请填写短标题",
                "title",
            ),
            (found.link not in found.text, "weibo-link", "微博正文必须带网站原文的链接", "permalink"),
            ("#" in found.text.replace(found.link, ""), "weibo-topic", "微博接口不接受#话题#，请去掉#号", "title"),
        )
        return tuple(Problem(code, sentence, field) for wrong, code, sentence, field in limits if wrong)

    async def stage(self, parcel: Parcel) -> StageOutcome:
        del parcel
        return Done()

    async def verify(self, stage: str, rendition: Rendition) -> VerifyOutcome:
        del stage, rendition
        return await self.health()

    async def discard(self, stage: str) -> RetractOutcome:
        del stage
        return Done()

    # ── Release ─────────────────────────────────────────────────────────────

    async def send(self, stage: str, parcel: Parcel) -> SendOutcome:
        del stage
        rendition = _own(parcel.rendition)
        picture: tuple[str, bytes, str] | None = None
        if parcel.cover is not None:
            try:
                content, media_type = await asyncio.to_thread(fitted, parcel.cover, _PICTURE_LIMIT)
            except UnreadablePicture as trouble:
                return TurnedDown("picture", f"图片打不开或太大，请更换后再试（{trouble}）")
            picture = ("picture.png" if media_type == "image/png" else "picture.jpg", content, media_type)
        fields = {"status": rendition.text, "rip": self._access.secrets.get("operator_ip", "")}
        if self._access.business:
            fields["annotations"] = json.dumps([{"release": str(parcel.release_id)}])
            path = "2/statuses/upload/biz.json" if picture else "2/statuses/update/biz.json"
        else:
            path = "2/statuses/share.json"
        answer = await self._ask("POST", path, fields, picture=picture, write=True)
        if isinstance(answer, _Failed):
            # Done, visible in a minute or two, without an id: the timeline will tell it.
            return Taken("") if answer.code == _DONE_LATE else answer.outcome
        found = self._post_of(answer)
        return Shown(found) if found else Unclear("no-id", "微博说已发出，但没有给编号")

    async def confirm(self, job: str, rendition: Rendition, acted_at: datetime) -> ConfirmOutcome:
        del job
        found = await self._find(rendition, acted_at)
        if isinstance(found, _Failed):
            return _certain(found.outcome)
        return Shown(found) if found else Running()

    async def probe(self, stage: str, rendition: Rendition, acted_at: datetime) -> Outcome:
        del stage
        found = await self._find(rendition, acted_at)
        if isinstance(found, _Failed):
            return _certain(found.outcome)
        return Shown(found) if found else Absent(_SETTLE)

    async def _find(self, rendition: Rendition, acted_at: datetime) -> Post | _Failed | None:
        """Look for our own words in the timeline, not older than the attempt."""
        fields = {"count": str(_TIMELINE), "uid": self._access.handle}
        answer = await self._ask("GET", self._kind("statuses/user_timeline"), fields)
        if isinstance(answer, _Failed):
            return answer
        expected = plain_status(_own(rendition).text)
        for status in answer.get("statuses") or ():
            written = _written_at(status)
            # Their clock and ours may differ by a little.
            recent = written is None or written >= acted_at - timedelta(seconds=30)
            if recent and plain_status(str(status.get("text", ""))) == expected:
                return self._post_of(status)
        return None

    def _post_of(self, status: Mapping[str, Any]) -> Post | None:
        mid = str(status.get("idstr") or status.get("mid") or status.get("id") or "")
        if not mid.isdecimal():
            return None
        return Post(mid, f"{self._access.web_base}/{self._access.handle}/{bid_of(mid)}")

    # ── Afterwards ──────────────────────────────────────────────────────────

    async def retract(self, post: Post) -> RetractOutcome:
        answer = await self._ask("POST", "2/statuses/destroy.json", {"id": post.id}, write=True)
        if isinstance(answer, _Failed):
            return Absent() if answer.code == _GONE else answer.outcome
        return Done()

    async def read_back(self, post: Post) -> Seen | Absent | Setback:
        answer = await self._ask("GET", self._kind("statuses/show"), {"id": post.id})
        if isinstance(answer, _Failed):
            return Absent() if answer.code == _GONE else _certain(answer.outcome)
        return Absent() if answer.get("deleted") else Seen(plain_status(str(answer.get("text", ""))))

    async def health(self) -> Done | Setback:
        answer = await self._ask("POST", "oauth2/get_token_info", {})
        if isinstance(answer, _Failed):
            return _certain(answer.outcome)
        left = number_in(answer, "expire_in")
        if left < _TOO_SHORT:
            return NeedsPerson("expiring", f"微博授权还剩{max(left, 0) // 60}分钟，请重新授权")
        return Done()


def bid_of(mid: str) -> str:
    """Return the short name of a status in its page address: base 62 over groups of seven digits from the right."""
    parts: list[str] = []
    while mid:
        mid, group = mid[:-7], mid[-7:]
        value, text = int(group), ""
        while value:
            value, rest = divmod(value, 62)
            text = _DIGITS[rest] + text
        parts.append(text.rjust(4, "0") if mid else text)
    return "".join(reversed(parts))


def _written_at(status: Mapping[str, Any]) -> datetime | None:
    """`Tue May 31 17:46:55 +0800 2011`: a mail date with its parts in another order."""
    parts = str(status.get("created_at", "")).split()
    if len(parts) != 6:
        return None
    weekday, month, day, clock, zone, year = parts
    try:
        return parsedate_to_datetime(f"{weekday}, {day} {month} {year} {clock} {zone}")
    except ValueError:
        return None


def _own(rendition: Rendition) -> WeiboRendition:
    if not isinstance(rendition, WeiboRendition):
        msg = "a rendition of another platform came to 微博"
        raise TypeError(msg)
    return rendition


def _certain(outcome: Hitch | QuotaGone | NeedsPerson | TurnedDown | Unclear) -> Setback:
    return Hitch(outcome.code, outcome.reason) if isinstance(outcome, Unclear) else outcome
