"""What the sandbox remembers, as one JSON document; blobs lie beside it."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

Now = Callable[[], datetime]
Platform = Literal["wechat", "weibo"]
#: Quotas of both platforms are counted by the day of Shanghai, which has had no summer time since 1991.
SHANGHAI = timezone(timedelta(hours=8))


def derived(purpose: str, owner: str, length: int = 32) -> str:
    """Give the same sandbox secret for the same id everywhere, so that whoever runs the sandbox knows it."""
    return hashlib.sha256(f"sandbox {purpose} {owner}".encode()).hexdigest()[:length]


def day_of(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


class Fault(BaseModel):
    """One switched-on misbehaviour. `left` None: until it is switched off."""

    id: int
    platform: Platform
    account: str = "*"
    call: str = "*"
    kind: str
    value: float = 0
    left: int | None = 1


class Material(BaseModel):
    media_id: str
    kind: str
    digest: str
    media_type: str
    permanent: bool = True


class Draft(BaseModel):
    media_id: str
    articles: list[dict[str, Any]]
    updated_at: datetime


class Job(BaseModel):
    """A publish task. `verdict` is what it ends with; `told` counts deliveries of the event."""

    publish_id: int
    media_id: str
    msg_data_id: int
    articles: list[dict[str, Any]]
    submitted_at: datetime
    settles_at: datetime
    verdict: int = 0
    fail_idx: list[int] = Field(default_factory=list)
    article_id: str = ""
    settled: bool = False
    push_at: datetime | None = None
    pushes_left: int = 1
    tries: int = 0


class Article(BaseModel):
    article_id: str
    publish_id: int
    items: list[dict[str, Any]]
    published_at: datetime
    visible_at: datetime
    banned: bool = False


class WeChatAccount(BaseModel):
    appid: str
    secret: str
    name: str
    original_id: str
    verified: bool = True
    callback_url: str = ""
    callback_token: str = ""
    aes_key: str = ""
    allowed_ips: list[str] = Field(default_factory=list)
    review_seconds: float = 1.5
    tokens: dict[str, datetime] = Field(default_factory=dict)
    current: str = ""
    forced: list[datetime] = Field(default_factory=list)
    serial: int = 1
    materials: dict[str, Material] = Field(default_factory=dict)
    drafts: dict[str, Draft] = Field(default_factory=dict)
    jobs: dict[str, Job] = Field(default_factory=dict)
    articles: dict[str, Article] = Field(default_factory=dict)
    usage: dict[str, int] = Field(default_factory=dict)


class Post(BaseModel):
    """A status. `text` is what followers see; `visible_at` may lie after `created_at`."""

    id: int
    text: str
    created_at: datetime
    visible_at: datetime
    picture: str = ""
    picture_type: str = ""
    annotations: Any = None
    ip: str = ""


class WeiboAccount(BaseModel):
    uid: str
    name: str
    app_key: str
    token: str
    issued_at: datetime
    expires_at: datetime
    safe_domains: list[str] = Field(default_factory=list)
    business: bool = False
    serial: int = 1
    posts: dict[str, Post] = Field(default_factory=dict)
    last_text: str = ""
    usage: dict[str, int] = Field(default_factory=dict)


class World(BaseModel):
    wechat: dict[str, WeChatAccount] = Field(default_factory=dict)
    weibo: dict[str, WeiboAccount] = Field(default_factory=dict)
    faults: list[Fault] = Field(default_factory=list)
    fault_serial: int = 0
    calls: list[dict[str, Any]] = Field(default_factory=list)
    #: Where we were last reached; links in pushed events are made from it.
    address: str = ""


def new_wechat(appid: str, name: str) -> WeChatAccount:
    return WeChatAccount(
        appid=appid,
        name=name,
        secret=derived("secret", appid),
        original_id=f"gh_{derived('original', appid, 12)}",
        callback_token=derived("callback", appid, 16),
        aes_key=derived("aes", appid, 43),
    )


def new_weibo(uid: str, name: str, now: datetime) -> WeiboAccount:
    return WeiboAccount(
        uid=uid,
        name=name,
        app_key=str(int(derived("key", uid, 8), 16)),
        token=f"2.00{derived('token', uid, 28)}",
        issued_at=now,
        expires_at=now + timedelta(days=30),
    )


class Keeper:
    """Holds the world and writes it down after each change, if there is a folder to write to."""

    def __init__(self, now: Now, folder: Path | None) -> None:
        self.now = now
        self.folder = folder
        self._blobs: dict[str, bytes] = {}
        self.world = self._read() or self._founded()

    def _founded(self) -> World:
        wechat, weibo = new_wechat("wx5a0d2f6c9e31b874", "泉城商务"), new_weibo("7100200301", "济南商务", self.now())
        return World(wechat={wechat.appid: wechat}, weibo={weibo.uid: weibo})

    def _read(self) -> World | None:
        if self.folder is None or not (self.folder / "world.json").exists():
            return None
        return World.model_validate_json((self.folder / "world.json").read_bytes())

    def save(self) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.folder / "world.json.new"
        written.write_text(self.world.model_dump_json(), encoding="utf-8")
        # A rename is whole or not at all: a kill in the middle leaves the world of a moment ago.
        written.replace(self.folder / "world.json")

    def keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._blobs[digest] = content
        if self.folder is not None:
            (self.folder / "blobs").mkdir(parents=True, exist_ok=True)
            (self.folder / "blobs" / digest).write_bytes(content)
        return digest

    def blob(self, digest: str) -> bytes | None:
        if digest in self._blobs:
            return self._blobs[digest]
        if self.folder is None or not digest.isalnum():
            return None
        stored = self.folder / "blobs" / digest
        return stored.read_bytes() if stored.exists() else None

    def reset(self) -> None:
        """Forget everything that was posted and every fault; the accounts stay."""
        now = self.now()
        kept = self.world
        self.world = World(
            wechat={
                key: new_wechat(key, account.name).model_copy(
                    update={"callback_url": account.callback_url, "review_seconds": account.review_seconds}
                )
                for key, account in kept.wechat.items()
            },
            weibo={
                key: new_weibo(key, account.name, now).model_copy(
                    update={"safe_domains": account.safe_domains, "business": account.business}
                )
                for key, account in kept.weibo.items()
            },
        )
        self.save()


def spend(usage: dict[str, int], group: str, limit: int, now: datetime) -> bool:
    """Count one call against the day's limit; False when nothing is left."""
    key = f"{day_of(now)} {group}"
    if usage.get(key, 0) >= limit:
        return False
    for old in [name for name in usage if not name.startswith(day_of(now)[:7])]:
        del usage[old]
    usage[key] = usage.get(key, 0) + 1
    return True
