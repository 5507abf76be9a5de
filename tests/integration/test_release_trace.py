"""A release is one story: one trace and one matter from the click over Kafka to each channel and back."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.bench.release_world import a_working_bureau, platforms
from tests.support.eventually import eventually

from gongkai.runtime import telemetry

pytestmark = pytest.mark.timeout(300)

SERVICES = ("publication", "newmedia-sync", "portal")
#: What is said of a release on a site and two accounts, and by how many.
SAID = {
    "DocumentApproved": 1, "ChannelPrepared": 3, "ReleaseOrdered": 1, "ChannelReleased": 3, "ChannelConfirmed": 2,
    "DocumentPublished": 1,
}  # fmt: skip
#: What has to have happened before each of them, in the words of the one that led to it.
LED_TO = {
    "ChannelPrepared": {"DocumentApproved"},
    "ReleaseOrdered": {"ChannelPrepared"},
    "ChannelReleased": {"ReleaseOrdered"},
    "ChannelConfirmed": {"ReleaseOrdered"},
    "DocumentPublished": {"ChannelReleased"},
}


@dataclass(frozen=True)
class Said:
    """One event of the release as it left."""

    name: str
    row: Any

    @property
    def trace(self) -> str:
        return str(self.row["traceparent"]).split("-")[1]


async def said_of(bureau, release_id):
    found = []
    for service in SERVICES:
        rows = await bureau.hosted.kit(service).pool.fetch(
            "SELECT id, type, correlation, causation, traceparent FROM outbox WHERE data::json ->> 'release_id' = $1",
            release_id,
        )
        found += [Said(row["type"].split(".")[-2], row) for row in rows]
    return found


async def whole_story(bureau, release_id):
    """Everything is said, and everybody has heard it."""
    assert Counter(one.name for one in await said_of(bureau, release_id)) == SAID
    noted = await bureau.hosted.kit("publication").pool.fetchval(
        "SELECT channels::text FROM release WHERE id::text = $1", release_id
    )
    assert noted.count('"Confirmed"') == 2


async def released(bureau, document_id, **how):
    """Sign off as an officer does, over HTTP, and follow it to the end. Return what was said and every span."""
    head = bureau.road["release"]
    await bureau.office.token(head)
    with telemetry.captured_spans() as spans:
        opened = await bureau.office.ask(
            head, "POST", f"/publication/api/documents/{document_id}/approve", {"edition": 1, **how}
        )
        (release_id,) = opened["release_ids"]
        await eventually(lambda: whole_story(bureau, release_id), timeout=60)
    return await said_of(bureau, release_id), spans.get_finished_spans()


def assert_one_story(said, spans):
    [click] = [span for span in spans if span.name == "POST publication"]
    story = {span.context.span_id: span for span in spans if span.context.trace_id == click.context.trace_id}
    strays = [span.name for span in story.values() if span is not click and span.parent.span_id not in story]
    assert strays == []
    assert {one.trace for one in said} == {f"{click.context.trace_id:032x}"}
    assert len({one.row["correlation"] for one in said}) == 1

    names = {one.row["id"]: one.name for one in said}
    for one in said:
        cause = names.get(one.row["causation"])
        assert {cause} <= LED_TO.get(one.name, {None}), (one.name, cause)
        assert int(one.row["traceparent"].split("-")[2], 16) in story, one.name
    return Counter(span.name for span in story.values())


async def test_from_the_click_to_the_channels_and_back_there_is_one_trace(postgres, kafka, tmp_path):
    async with (
        platforms() as sandbox,
        a_working_bureau(postgres, kafka, tmp_path, sandbox, guard_interval_ms=500) as bureau,
    ):
        at_once, scheduled = await bureau.ready(2)

        now = await released(bureau, at_once)
        later = await released(bureau, scheduled, scheduled_at=(datetime.now(UTC) + timedelta(seconds=4)).isoformat())

    for said, spans in (now, later):
        names = assert_one_story(said, spans)
        # A batch that goes a second time, because a lock was not free, leaves its spans twice.
        assert names["handle DocumentApproved"] >= 2
        assert names["channel prepare"] == 2
        assert names["handle ChannelPrepared"] >= 3
        assert names["handle ReleaseOrdered"] >= 2
        assert names["channel act"] >= 2
        assert names["handle ChannelReleased"] >= 3
        assert names["channel poll"] + names["channel push"] >= 1
        # The site says at the instant that it is visible; publication notes that a scheduled one has come.
        assert names["timer release-instant"] == (1 if said is now[0] else 2)
    assert now[0][0].row["correlation"] != later[0][0].row["correlation"]
