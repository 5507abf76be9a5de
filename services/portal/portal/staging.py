"""Makes one edition ready to be shown: pulls it, checks every digest, sanitises, indexes. Writes nothing but blobs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import httpx
from pydantic import ValidationError

from gongkai.contracts.publication import DocumentApproved
from gongkai.contracts.values import BlobRef, EditionManifest
from gongkai.runtime.blobs import LIMIT, BlobDamaged, BlobMissing, BlobStore
from gongkai.runtime.errors import TooLarge, Unavailable
from portal.rendition import ShownFile, digest_of, rendition
from portal.sanitise import clean, text_of
from portal.store import Staged, slug_of
from portal.terms import index

#: A body longer than this is cleaned and indexed beside the event loop.
LONG_BODY: Final = 20_000
MAX_MANIFEST: Final = 16 * 1024 * 1024
MAX_PICTURE: Final = 16 * 1024 * 1024
MEDIA: Final[Mapping[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif",
}


class Unfit(Exception):
    """The edition cannot be shown here; the sentence is for the officer."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Away(Exception):
    """The owner of the bytes does not answer; the same pull may work later."""


#: Renders the article of a stored edition as the page will, for the last look before we say "prepared".
Look = Callable[[Mapping[str, Any], Sequence[ShownFile]], str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the bytes of publication lie, what we keep them in, and how a page will look."""

    http: httpx.AsyncClient
    base_url: str
    blobs: BlobStore
    look: Look

    async def read(self, digest: str, limit: int) -> bytes:
        """Fetch one small blob and check that it is the one that was named."""
        content = bytearray()
        try:
            async with self.http.stream("GET", f"{self.base_url}/blobs/{digest}") as answer:
                if answer.status_code in {404, 410}:
                    raise _missing(digest)
                if answer.status_code != httpx.codes.OK:
                    raise Away(f"answered {answer.status_code}")
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > limit:
                        raise _too_large(limit)
        except httpx.TransportError as trouble:
            raise Away(f"{type(trouble).__name__}: {trouble}") from trouble
        if digest_of(bytes(content)) != digest:
            raise _wrong()
        return bytes(content)

    async def hold(self, ref: BlobRef) -> None:
        """Make sure we have our own copy; large files go to the store piece by piece."""
        try:
            await self.blobs.fetch(self.http, self.base_url, ref)
        except BlobMissing as trouble:
            raise _missing(ref.digest) from trouble
        except BlobDamaged as trouble:
            raise _wrong() from trouble
        except TooLarge as trouble:
            raise _too_large(LIMIT) from trouble
        except Unavailable as trouble:
            raise Away(trouble.sentence) from trouble


def _missing(digest: str) -> Unfit:
    return Unfit("missing", f"发布系统里没有这个文件（{digest[7:19]}…），请重新上传附件后再送")


def _wrong() -> Unfit:
    return Unfit("digest", "取到的内容与批准的摘要不一致，没有采用。请重新送发布；再次出现请告诉系统管理员")


def _too_large(limit: int) -> Unfit:
    return Unfit("too-large", f"文件超过 {limit // 1024 // 1024} MB，网站不能展示，请压缩或拆分后再送")


async def manifest_of(source: Source, approval: DocumentApproved) -> EditionManifest:
    """Pull and read the manifest, and check that it is about what was approved."""
    if approval.manifest.digest != approval.edition_digest:
        raise Unfit("digest", "批准的版本与送来的清单不是同一个，没有采用，请重新送发布")
    content = await source.read(approval.manifest.digest, MAX_MANIFEST)
    try:
        manifest = EditionManifest.model_validate_json(content)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Unfit("manifest", f"文件清单的“{where}”填写不合要求，请检查元数据后再送") from wrong
    said = (approval.document_id, approval.organ_id, approval.edition, approval.permalink)
    if said != (manifest.document_id, manifest.organ_id, manifest.edition, manifest.permalink):
        raise Unfit("manifest", "文件清单与批准的不是同一份文件，没有采用，请重新送发布")
    return manifest


def weight_of(manifest: EditionManifest) -> int:
    """Return how many bytes must be pulled besides the manifest."""
    return sum(attachment.blob.size for attachment in manifest.attachments) + (
        manifest.cover.size if manifest.cover else 0
    )


async def stage(source: Source, approval: DocumentApproved, manifest: EditionManifest) -> Staged:
    """Return the edition as it will be stored. Raises `Unfit` or `Away`."""
    beside = len(manifest.body_html) > LONG_BODY
    cleaned = await asyncio.to_thread(clean, manifest.body_html) if beside else clean(manifest.body_html)
    withdrawing = approval.change == "withdraw"
    if not withdrawing:
        # Nothing of a withdrawn text is shown, and a withdrawal is never refused.
        if cleaned.lost:
            raise Unfit("content", cleaned.lost)
        if not text_of(cleaned.html) and not cleaned.images and not manifest.attachments:
            raise Unfit("blank", "这份文件没有正文也没有附件，网站上会是空白页，请补充内容后再送")
    files = [] if withdrawing else await _files(source, manifest, cleaned.images)
    shown = as_stored(approval, manifest, cleaned.html)
    if not withdrawing and not await whole(source, shown, files):
        raise Unfit("render", "网站页面没有完整显示标题或正文，请在编辑页检查格式后再送")
    fields = [
        manifest.document_number or "", manifest.index_number, " ".join(manifest.keywords),
        *(file.name for file in files if file.role == "attachment"),
    ]
    if beside:
        indexed = await asyncio.to_thread(index, manifest.title, fields, manifest.body_text)
    else:
        indexed = index(manifest.title, fields, manifest.body_text)
    return Staged(
        approval=approval, manifest=manifest, body_html=cleaned.html, files=tuple(files),
        rendition_digest=digest_of(rendition(shown, files)), indexed=indexed,
    )


def as_stored(approval: DocumentApproved, manifest: EditionManifest, body_html: str) -> dict[str, Any]:
    """Return the edition under the names of its stored row."""
    values: dict[str, Any] = {
        name: getattr(manifest, name) for name in EditionManifest.model_fields if name not in {"attachments", "cover"}
    }
    values |= {"body_html": body_html, "change": approval.change, "slug": slug_of(approval.permalink)}
    values["themes"] = list(manifest.themes)
    return values


async def whole(source: Source, edition: Mapping[str, Any], files: Sequence[ShownFile]) -> bool:
    """Render the article as the page will and tell whether nothing of it is missing."""
    if len(edition["body_html"]) > LONG_BODY:
        return await asyncio.to_thread(lambda: shows_all(source.look(edition, files), edition))
    return shows_all(source.look(edition, files), edition)


def shows_all(page: str, edition: Mapping[str, Any]) -> bool:
    """Tell whether a reader of the rendered page sees the whole title and body."""
    seen = text_of(page)
    return text_of(escape(edition["title"])) in seen and text_of(edition["body_html"]) in seen


async def _files(source: Source, manifest: EditionManifest, images: tuple[str, ...]) -> list[ShownFile]:
    files: list[ShownFile] = []
    for attachment in manifest.attachments:
        await source.hold(attachment.blob)
        files.append(ShownFile("attachment", attachment.name, **_told(attachment.blob)))
    if manifest.cover:
        await source.hold(manifest.cover)
        files.append(ShownFile("cover", "封面", **_told(manifest.cover)))
    for number, digest in enumerate(images, start=1):
        content = await source.read(digest, MAX_PICTURE)
        media_type = image_type(content)
        if media_type is None:
            raise Unfit("picture", f"正文第 {number} 张图片不是 PNG、JPEG、GIF 或 WebP，请换成这几种格式后再送")
        await source.blobs.put(content, media_type)
        files.append(ShownFile("image", f"图{number}", digest, media_type, len(content)))
    return files


def _told(blob: BlobRef) -> dict[str, Any]:
    return {"digest": blob.digest, "media_type": blob.media_type, "size": blob.size}


def image_type(content: bytes) -> str | None:
    """Tell a picture by its first bytes, never by what it is called."""
    for magic, media_type in MEDIA.items():
        if content.startswith(magic):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
