"""Blobs are kept once, whole or not at all, and every reader checks what it got."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from gongkai.contracts.values import BlobRef
from gongkai.runtime import problem
from gongkai.runtime.blobs import BlobDamaged, BlobMissing, Blobs, blob_router, digest_of
from gongkai.runtime.errors import TooLarge, Unauthenticated, Unavailable

TEXT = "济南市商务局关于促进消费的若干措施".encode()
NOTHING = "sha256:" + "0" * 64


async def pieces(*chunks):
    for chunk in chunks:
        yield chunk


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "blobs", limit=1000)


def everything_in(blobs):
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


async def test_what_was_put_comes_back_under_its_digest(blobs):
    ref = await blobs.put(TEXT, "text/plain")

    assert ref == BlobRef(digest=digest_of(TEXT), size=len(TEXT), media_type="text/plain")
    assert await blobs.get(ref.digest) == TEXT
    assert await blobs.exists(ref.digest)


async def test_a_stream_and_bytes_of_one_content_are_kept_once(blobs):
    whole = await blobs.put(TEXT, "text/plain")

    streamed = await blobs.put(pieces(TEXT[:5], TEXT[5:]), "text/plain")

    assert streamed == whole
    assert everything_in(blobs) == [blobs.path(whole.digest)]


async def test_many_writers_of_one_content_do_not_disturb_each_other(blobs):
    refs = await asyncio.gather(*(blobs.put(TEXT, "text/plain") for _ in range(20)))

    assert len(set(refs)) == 1
    assert everything_in(blobs) == [blobs.path(refs[0].digest)]


async def test_a_flipped_byte_is_never_handed_on_and_a_new_copy_heals_it(blobs):
    ref = await blobs.put(TEXT, "text/plain")
    blobs.path(ref.digest).write_bytes(TEXT[:-1] + b"!")

    with pytest.raises(BlobDamaged):
        await blobs.get(ref.digest)
    await blobs.put(TEXT, "text/plain")

    assert await blobs.get(ref.digest) == TEXT


async def test_what_was_never_put_is_missing(blobs):
    for digest in (NOTHING, "sha256:../../etc/passwd", "", "md5:00"):
        with pytest.raises(BlobMissing):
            await blobs.get(digest)


async def test_too_much_is_refused_and_leaves_nothing_behind(blobs):
    with pytest.raises(TooLarge):
        await blobs.put(b"x" * 1001, "text/plain")
    with pytest.raises(TooLarge):
        await blobs.put(pieces(b"x" * 600, b"x" * 600), "text/plain")

    assert everything_in(blobs) == []


async def test_a_stream_that_breaks_off_leaves_nothing_behind(blobs):
    async def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await blobs.put(broken(), "text/plain")

    assert everything_in(blobs) == []


@pytest.fixture
async def owner(tmp_path):
    """A service that owns blobs, behind the real router."""
    store = Blobs(tmp_path / "owner")

    async def authorise(request):
        if request.headers.get("authorization") != "Bearer good":
            raise Unauthenticated

    app = FastAPI()
    problem.install(app)
    app.include_router(blob_router(store, authorise), prefix="/publication")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://owner", headers={"authorization": "Bearer good"}
    ) as http:
        yield SimpleNamespace(store=store, http=http, url="http://owner/publication")


async def test_a_reader_pulls_its_own_copy_and_needs_the_owner_no_more(blobs, owner):
    ref = await owner.store.put(TEXT, "text/plain")

    await blobs.fetch(owner.http, owner.url, ref)
    owner.store.path(ref.digest).unlink()
    again = await blobs.fetch(owner.http, owner.url, ref)

    assert again == ref
    assert await blobs.get(ref.digest) == TEXT


async def test_a_reader_keeps_nothing_that_is_not_what_was_promised(blobs, owner):
    ref = await owner.store.put(TEXT, "text/plain")
    owner.store.path(ref.digest).write_bytes(TEXT[::-1])
    short = ref.model_copy(update={"size": 3})

    for promised in (ref, short):
        with pytest.raises(BlobDamaged):
            await blobs.fetch(owner.http, owner.url, promised)

    assert everything_in(blobs) == []


async def test_a_reader_hears_what_is_wrong_with_the_owner(blobs, owner):
    ref = BlobRef(digest=NOTHING, size=1, media_type="text/plain")

    with pytest.raises(BlobMissing):
        await blobs.fetch(owner.http, owner.url, ref)
    async with httpx.AsyncClient(transport=owner.http._transport) as stranger:
        with pytest.raises(Unavailable, match="401"):
            await blobs.fetch(stranger, owner.url, ref)
    async with httpx.AsyncClient() as nobody:
        with pytest.raises(Unavailable):
            await blobs.fetch(nobody, "http://127.0.0.1:9", ref)


async def test_the_door_answers_for_ever_cachable_and_inert(owner):
    ref = await owner.store.put(b"<script>alert(1)</script>", "text/html")

    answer = await owner.http.get(f"/publication/blobs/{ref.digest}")
    again = await owner.http.get(
        f"/publication/blobs/{ref.digest}", headers={"if-none-match": answer.headers["etag"]}
    )
    part = await owner.http.get(f"/publication/blobs/{ref.digest}", headers={"range": "bytes=0-6"})

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")
    assert (part.status_code, part.content) == (206, b"<script")


async def test_the_door_knows_no_stranger_and_no_other_path(owner):
    ref = await owner.store.put(TEXT, "text/plain")

    stranger = await owner.http.get(f"/publication/blobs/{ref.digest}", headers={"authorization": "x"})
    missing = await owner.http.get(f"/publication/blobs/{NOTHING}")
    crooked = await owner.http.get("/publication/blobs/..%2f..%2fetc%2fpasswd")

    assert (stranger.status_code, missing.status_code, crooked.status_code) == (401, 404, 404)
