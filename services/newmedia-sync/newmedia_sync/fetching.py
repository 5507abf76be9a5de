"""Content by claim check: manifests and pictures are pulled from publication once, checked, and kept as our own."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import httpx

from gongkai.contracts.values import BlobRef, EditionManifest
from gongkai.runtime.blobs import BlobDamaged, BlobMissing, digest_of
from gongkai.runtime.errors import TooLarge, Unavailable
from gongkai.runtime.kit import Kit
from newmedia_sync.domain.delivery import Change, Mission
from newmedia_sync.domain.outcome import Hitch
from newmedia_sync.rendition import Edition, Rendition, WeChatRendition, WeiboRendition, canonical, read

OWNER: Final = "publication"
_PICTURE: Final = 20 * 1024 * 1024
#: How many contents are held in memory, and how large each may be.
_NEAR: Final = 64
_NEAR_SIZE: Final = 256 * 1024


@dataclass(slots=True)
class Shelf:
    """`_near` holds small contents for a while: they are named by their digest, so they never change."""

    kit: Kit
    _near: "OrderedDict[str, bytes]" = field(default_factory=OrderedDict)
    _coming: "dict[str, asyncio.Lock]" = field(default_factory=dict)

    @property
    def _owner(self) -> str:
        return f"{self.kit.settings.url_of(OWNER)}/{OWNER}"

    async def manifest(self, mission: Mission) -> EditionManifest | Hitch:
        ref = BlobRef(digest=mission.manifest, size=mission.manifest_size, media_type="application/json")
        found = await self._bytes(ref)
        return found if isinstance(found, Hitch) else EditionManifest.model_validate_json(found)

    async def pictures(self, rendition: Rendition) -> dict[str, bytes] | Hitch:
        """Return the bytes of every picture that the rendition names."""
        match rendition:
            case WeChatRendition(images=images, cover=cover):
                wanted = {*images, cover} - {""}
            case WeiboRendition(picture=picture):
                wanted = {picture} - {""}
        pictures: dict[str, bytes] = {}
        for digest in sorted(wanted):
            found = await self._picture(digest)
            if isinstance(found, Hitch):
                return found
            pictures[digest] = found
        return pictures

    async def _picture(self, digest: str) -> bytes | Hitch:
        """Fetch a picture named by its digest only: its owner is asked for the size first."""
        if await self.kit.blobs.exists(digest):
            return await self.kit.blobs.get(digest)
        try:
            head = await self.kit.http.head(f"{self._owner}/blobs/{digest}")
        except httpx.HTTPError as away:
            return Hitch("fetch", f"取不到正文图片，稍后再取（{type(away).__name__}）")
        size = int(head.headers.get("content-length") or 0)
        if head.status_code != httpx.codes.OK or not 0 < size <= _PICTURE:
            return Hitch("fetch", f"取不到正文图片，稍后再取（HTTP {head.status_code}）")
        return await self._bytes(BlobRef(digest=digest, size=size, media_type="image/*"))

    async def _bytes(self, ref: BlobRef) -> bytes | Hitch:
        """Pull once, however many accounts ask for the same at the same moment."""
        lock = self._coming.setdefault(ref.digest, asyncio.Lock())
        try:
            async with lock:
                if (near := self._near.get(ref.digest)) is not None:
                    return near
                return self._put_near(ref.digest, await self.kit.blobs.pull(self.kit.http, self._owner, ref))
        except (Unavailable, BlobMissing, BlobDamaged, TooLarge, httpx.HTTPError) as trouble:
            return Hitch("fetch", f"取不到要发布的内容，稍后再取（{type(trouble).__name__}）")
        finally:
            if not lock.locked():
                self._coming.pop(ref.digest, None)

    def _put_near(self, digest: str, content: bytes) -> bytes:
        if len(content) <= _NEAR_SIZE:
            self._near[digest] = content
            if len(self._near) > _NEAR:
                self._near.popitem(last=False)
        return content

    def keep(self, rendition: Rendition) -> "Keeping":
        """Start to keep the rendition under the digest that is told as the digest of what will be shown."""
        content = canonical(rendition).encode()
        digest = digest_of(content)
        self._put_near(digest, content)
        kept = asyncio.ensure_future(self.kit.blobs.put(content, "application/json"))
        kept.add_done_callback(_look)
        return Keeping(digest, kept)

    async def rendition(self, digest: str) -> Rendition:
        content = self._near.get(digest) or self._put_near(digest, await self.kit.blobs.get(digest))
        return read(content.decode())


@dataclass(frozen=True, slots=True)
class Keeping:
    """A rendition on its way to the disk: `kept` must be awaited before a transaction that names it commits."""

    digest: str
    kept: "asyncio.Future[BlobRef]"


def _look(kept: "asyncio.Future[BlobRef]") -> None:
    """Look at the outcome of what nobody waits for any more."""
    if not kept.cancelled():
        kept.exception()


def edition_of(manifest: EditionManifest, change: Change) -> Edition:
    """Take from a manifest what a channel needs."""
    return Edition(
        title=manifest.title,
        short_title=manifest.short_title or "",
        organ_name=manifest.organ_name,
        summary=manifest.summary,
        body_html=manifest.body_html,
        body_text=manifest.body_text,
        permalink=manifest.permalink,
        document_number=manifest.document_number or "",
        index_number=manifest.index_number,
        explanation=manifest.explanation or "",
        cover=manifest.cover.digest if manifest.cover else "",
        attachments=tuple(attachment.name for attachment in manifest.attachments),
        change=change,
    )
