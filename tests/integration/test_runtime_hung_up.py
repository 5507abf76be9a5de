"""A sender who hangs up in the middle is no accident of ours: nothing is kept, nobody is called, the next one is served."""

import asyncio
from urllib.parse import urlsplit

import pytest
from tests.support.eventually import eventually
from tests.support.publication_console import proof_in
from tests.support.request_office import APPLICATION, an_office
from tests.support.request_pages import an_applicant

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
#: Every door that reads a body itself, and one whose body the framework reads.
DOORS = [
    ("/request/apply", FORM, b"csrf=abc&name="),
    ("/request/mine/enter", MULTIPART, b'--x\r\ncontent-disposition: form-data; name="code"\r\n\r\n7K4M'),
    ("/request/events", "application/cloudevents+json", b'{"specversion":"1.0",'),
    ("/request/api/forwarded/SD-1", "application/json", b'{"source":'),
    ("/request/api/organs/jinan/applications", "application/json", b'{"name":'),
]


@pytest.fixture(scope="module")
async def office(postgres, kafka, tmp_path_factory):
    async with an_office(postgres, kafka, tmp_path_factory.mktemp("hung-up")) as running:
        yield running


async def hangs_up(office, path: str, media: str, part: bytes) -> None:
    """Say that a long body comes, send the beginning, and close as a telephone in a tunnel does."""
    address = urlsplit(office.system.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {media}\r\nContent-Length: 50000\r\n\r\n"
    writer.write(head.encode() + part)
    await writer.drain()
    writer.transport.abort()


def answered(office) -> dict[str, float]:
    """Return how many requests were answered, by their status."""
    counts: dict[str, float] = {}
    for metric in office.system.host.metrics.http_requests.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                status = sample.labels["status"]
                counts[status] = counts.get(status, 0) + sample.value
    return counts


@pytest.mark.parametrize(("path", "media", "part"), DOORS, ids=[door[0] for door in DOORS])
async def test_who_hangs_up_in_the_middle_of_a_body_is_no_accident(office, capfd, caplog, path, media, part):
    before = answered(office)
    capfd.readouterr()

    await hangs_up(office, path, media, part)
    await eventually(lambda: sum(answered(office).values()) > sum(before.values()))

    after = answered(office)
    written = "".join(capfd.readouterr()) + caplog.text
    assert after.get("400", 0) == before.get("400", 0) + 1, (before, after)
    assert not any(status.startswith("5") for status in after)
    assert "accident" not in written
    assert "Traceback" not in written
    assert await office.kit.pool.fetchval("SELECT count(*) FROM case_row") == 0


async def test_a_real_accident_is_written_down_so_that_the_silence_above_means_something(office, capfd, caplog):
    async with an_applicant(office) as browser:
        page = (await browser.get("/request/apply")).text
        capfd.readouterr()
        await office.kit.pool.execute("ALTER TABLE throttle RENAME TO throttle_away")
        try:
            answer = await browser.post("/request/apply", data={"csrf": proof_in(page), "do": "submit"} | APPLICATION)
        finally:
            await office.kit.pool.execute("ALTER TABLE throttle_away RENAME TO throttle")

    written = "".join(capfd.readouterr()) + caplog.text
    assert answer.status_code == 500
    assert "accident" in written
