"""Bytes by their digest: kept once, never changed, checked at every read. Events carry the digest alone.

A folder is one way to keep them; `BlobStore` is what another way (an S3-compatible store) has to offer.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from gongkai.contracts.values import BlobRef
from gongkai.runtime.errors import NotFound, TooLarge, Unavailable

LIMIT: Final = 256 * 1024 * 1024
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_CHUNK: Final = 256 * 1024
#: What is no larger than this goes through memory in one piece; the rest goes piece by piece.
_SMALL: Final = 1024 * 1024
_FORGOTTEN_AFTER: Final = 24 * 3600.0
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_SENTENCE: Final = "存储空间已满,内容没有保存;请联系系统管理员"


class BlobMissing(NotFound):
    def __init__(self, digest: str) -> None:
        super().__init__(f"没有找到内容 {digest[:80]}")


class BlobDamaged(Exception):
    """The bytes are not those the digest names. They are never handed on."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"内容已损坏:{digest}")
        self.digest = digest


class BlobStore(Protocol):
    """Where blobs lie. Every implementation passes the same tests."""

    async def put(self, data: bytes | AsyncIterator[bytes], media_type: str) -> BlobRef:
        """Keep the bytes and return their name. The same bytes are kept once."""
        ...

    async def get(self, digest: str) -> bytes:
        """Return the bytes, checked. Raises `BlobMissing` or `BlobDamaged`."""
        ...

    async def exists(self, digest: str) -> bool: ...

    async def fetch(self, http: httpx.AsyncClient, base_url: str, ref: BlobRef) -> BlobRef:
        """Make sure we hold our own copy of what lies with its owner at `base_url`."""
        ...

    async def pull(self, http: httpx.AsyncClient, base_url: str, ref: BlobRef) -> bytes:
        """Do as `fetch` does and return the bytes."""
        ...


def digest_of(data: bytes | bytearray) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Blobs:
    """Blobs in a folder. A blob is visible whole or not at all, also after a power cut."""

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._limit = limit
        #: Subfolders whose own names are known to be on the disk.
        self._settled: set[Path] = set()
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def path(self, digest: str) -> Path:
        """Return where the blob lies or would lie. A text that is no digest is nothing we could hold."""
        if not _DIGEST.fullmatch(digest):
            raise BlobMissing(digest)
        name = digest.removeprefix("sha256:")
        return self.folder / name[:2] / name

    async def exists(self, digest: str) -> bool:
        return await asyncio.to_thread(self.path(digest).is_file)

    async def put(self, data: bytes | AsyncIterator[bytes], media_type: str) -> BlobRef:
        if isinstance(data, bytes | bytearray | memoryview):
            self._measure(len(data))
            digest = await asyncio.to_thread(self._keep, bytes(data))
            return BlobRef(digest=digest, size=len(data), media_type=media_type)
        return await self._put_stream(data, media_type, None)

    async def get(self, digest: str) -> bytes:
        return await asyncio.to_thread(self._read, digest)

    async def fetch(self, http: httpx.AsyncClient, base_url: str, ref: BlobRef) -> BlobRef:
        """Pull the blob from its owner unless we hold it whole; nothing unchecked is ever kept."""
        with contextlib.suppress(BlobMissing, BlobDamaged):
            await self.get(ref.digest)
            return ref
        self._measure(ref.size)
        await self._pulled(http, base_url, ref)
        return ref

    async def pull(self, http: httpx.AsyncClient, base_url: str, ref: BlobRef) -> bytes:
        """Do as `fetch` does and return the bytes."""
        with contextlib.suppress(BlobMissing, BlobDamaged):
            return await self.get(ref.digest)
        self._measure(ref.size)
        pulled = await self._pulled(http, base_url, ref)
        return await self.get(ref.digest) if pulled is None else pulled

    async def _pulled(self, http: httpx.AsyncClient, base_url: str, ref: BlobRef) -> bytes | None:
        """Pull and keep; return the bytes of what went through memory."""
        url = f"{base_url.rstrip('/')}/blobs/{ref.digest}"
        try:
            async with http.stream("GET", url) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    raise BlobMissing(ref.digest)
                if answer.status_code != httpx.codes.OK:
                    raise Unavailable(f"取不到内容:对方答复 {answer.status_code},请稍后再试")
                if ref.size > _SMALL:
                    await self._put_stream(answer.aiter_bytes(_CHUNK), ref.media_type, ref)
                    return None
                data = await _whole(answer.aiter_bytes(_CHUNK), ref)
        except httpx.TransportError as away:
            raise Unavailable from away
        await asyncio.to_thread(self._keep, data)
        return data

    async def _put_stream(self, chunks: AsyncIterator[bytes], media_type: str, expected: BlobRef | None) -> BlobRef:
        handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=self._incoming)
        incoming, total, size = Path(name), hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    self._measure(size)
                    if expected is not None and size > expected.size:
                        raise BlobDamaged(expected.digest)
                    await asyncio.to_thread(_append, file, total, chunk)
                await asyncio.to_thread(_settle, file)
            ref = BlobRef(digest=f"sha256:{total.hexdigest()}", size=size, media_type=media_type)
            if expected is not None and (ref.digest, ref.size) != (expected.digest, expected.size):
                raise BlobDamaged(expected.digest)
            await asyncio.to_thread(self._adopt, incoming, ref.digest)
        except OSError as trouble:
            if trouble.errno in _FULL:
                raise Unavailable(_FULL_SENTENCE) from trouble
            raise
        finally:
            await asyncio.to_thread(incoming.unlink, missing_ok=True)
        return ref

    def _keep(self, data: bytes) -> str:
        digest = digest_of(data)
        # A damaged copy is worth replacing, so it is read rather than believed.
        with contextlib.suppress(BlobMissing, BlobDamaged):
            self._read(digest)
            return digest
        handle, name = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                _settle(file)
            self._adopt(Path(name), digest)
        except OSError as trouble:
            if trouble.errno in _FULL:
                raise Unavailable(_FULL_SENTENCE) from trouble
            raise
        finally:
            Path(name).unlink(missing_ok=True)
        return digest

    def _adopt(self, incoming: Path, digest: str) -> None:
        place = self.path(digest)
        incoming.chmod(0o640)
        # The name must be as durable as the bytes: the fact that carries the digest is committed after this.
        place.parent.mkdir(exist_ok=True)
        incoming.replace(place)
        _settle_folder(place.parent)
        if place.parent not in self._settled:
            _settle_folder(self.folder)
            self._settled.add(place.parent)

    def _read(self, digest: str) -> bytes:
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(digest) from None
        if digest_of(data) != digest:
            raise BlobDamaged(digest)
        return data

    def look(self, digest: str) -> tuple[bytes, bool]:
        """Return a small blob with True, and nothing with False for a large one, which is sent piece by piece."""
        place = self.path(digest)
        try:
            return (place.read_bytes(), True) if place.stat().st_size <= _SMALL else (b"", False)
        except FileNotFoundError:
            raise BlobMissing(digest) from None

    def _measure(self, size: int) -> None:
        if size > self._limit:
            raise TooLarge(f"内容超过上限 {self._limit // (1024 * 1024)} MB")

    def _sweep(self) -> None:
        """Remove what a killed process left half written."""
        for left in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _FORGOTTEN_AFTER:
                    left.unlink()


async def _whole(chunks: AsyncIterator[bytes], ref: BlobRef) -> bytes:
    """Read a small blob and check that it is the one that was named."""
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > ref.size:
            raise BlobDamaged(ref.digest)
    if (digest_of(data), len(data)) != (ref.digest, ref.size):
        raise BlobDamaged(ref.digest)
    return bytes(data)


def _append(file: Any, total: Any, chunk: bytes) -> None:
    file.write(chunk)
    total.update(chunk)


def _settle(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def blob_router(store: Blobs, authorise: Callable[[Request], Awaitable[object]]) -> APIRouter:
    """`GET /blobs/{digest}` for other services. `authorise` raises when the caller may not read."""
    router = APIRouter()

    @router.api_route("/blobs/{digest}", methods=["GET", "HEAD"], include_in_schema=False)
    async def blob(digest: str, request: Request) -> Response:
        await authorise(request)
        content, whole = await asyncio.to_thread(store.look, digest)
        headers = {
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": f'"{digest}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Disposition": "attachment",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if whole and request.method == "GET" and "range" not in request.headers:
            return Response(content, media_type="application/octet-stream", headers=headers)
        return FileResponse(store.path(digest), media_type="application/octet-stream", headers=headers)

    return router
