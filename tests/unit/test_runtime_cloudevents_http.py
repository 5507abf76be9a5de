"""CloudEvents over HTTP in its three modes, with the path of what is wrong."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cloudevents.core.bindings import http as sdk_http
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from gongkai.contracts.envelope import Envelope, Received
from gongkai.runtime.cloudevents import Unreadable
from gongkai.runtime.cloudevents_http import BATCH_LIMIT, from_http, to_http, to_http_batch

READ_AT = datetime(2023, 5, 4, 2, tzinfo=UTC)
ENVELOPE = Envelope(
    id=UUID("0b1f6f0e-0000-4000-8000-000000000001"),
    source="https://oa.example/办公 系统",
    type="gongkai.inbound.PolicyIssued.v1",
    subject='济商发〔2023〕12号 100% "试行"',
    time=datetime(2023, 5, 4, 1, 2, 3, tzinfo=UTC),
    sequence="0" * 20,
    partitionkey="oa",
    correlationid=UUID("0b1f6f0e-0000-4000-8000-000000000002"),
)
DATA = '{"title":"关于促进消费的若干措施"}'.encode()


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_an_event_survives_the_road_through_http(mode):
    (found,) = from_http(*to_http(ENVELOPE, DATA, mode))

    assert isinstance(found, Received)
    assert found.envelope == ENVELOPE
    assert found.data == json.loads(DATA)


def test_a_batch_keeps_its_order():
    other = ENVELOPE.model_copy(update={"id": UUID(int=7)})

    found = from_http(*to_http_batch([(ENVELOPE, DATA), (other, DATA)]))

    assert [each.envelope.id for each in found] == [ENVELOPE.id, other.id]


def test_an_empty_batch_is_no_event_and_no_error():
    assert from_http([("Content-Type", "application/cloudevents-batch+json")], b"[]") == []


def test_a_bad_event_in_a_batch_is_named_and_its_neighbours_are_read():
    good = json.loads(to_http(ENVELOPE, DATA)[1])
    bad = {**good, "time": "yesterday"}

    found = from_http(
        [("content-type", "application/cloudevents-batch+json")], json.dumps([good, bad, 3, good]).encode()
    )

    assert [type(each) for each in found] == [Received, Unreadable, Unreadable, Received]
    assert found[1].path == "[1].time"
    assert found[1].sent_id == str(ENVELOPE.id)
    assert json.loads(found[1].raw) == bad
    assert found[2].path == "[2]"


def test_a_missing_time_is_the_time_of_reading():
    event = json.loads(to_http(ENVELOPE, DATA)[1])
    del event["time"]

    (found,) = from_http(
        [("content-type", "application/cloudevents+json")], json.dumps(event).encode(), read_at=READ_AT
    )

    assert found.envelope.time == READ_AT
    assert found.read_at == READ_AT


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ([], b"{}", "缺少属性 specversion"),
        ([("content-type", "application/cloudevents+xml")], b"<x/>", "不支持 application/cloudevents+xml"),
        ([("content-type", "application/cloudevents-batch+json")], b"{}", "应为一个 JSON 数组"),
        ([("content-type", "application/cloudevents+json; charset=GBK")], b"{}", "请使用 UTF-8"),
        ([("content-type", "application/cloudevents+json")], b"{", "不是合法的 JSON"),
        ([("ce-specversion", "1.0"), ("ce-id", "%ff")], b"{}", "不是 UTF-8"),
        ([("ce-specversion", "1.0"), ("ce-id", "a"), ("CE-ID", "b")], b"{}", "出现两次"),
        ([("content-type", "application/cloudevents-batch+json")], json.dumps([0] * (BATCH_LIMIT + 1)).encode(), "最多"),
    ],
)
def test_a_request_that_is_no_event_says_why(headers, body, reason):
    (found,) = from_http(headers, body)

    assert isinstance(found, Unreadable)
    assert reason in found.reason
    assert found.raw == body


def test_the_sdk_reads_our_binary_request_and_we_read_the_sdks():
    headers, body = to_http(ENVELOPE, DATA, "binary")

    theirs = sdk_http.from_binary(sdk_http.HTTPMessage(headers=dict(headers), body=body), JSONFormat(), CloudEvent)
    message = sdk_http.to_binary(theirs, JSONFormat())
    (again,) = from_http(list(message.headers.items()), message.body)

    assert theirs.get_subject() == ENVELOPE.subject
    assert theirs.get_source() == ENVELOPE.source
    assert again.envelope == ENVELOPE


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["content-type", "ce-id", "ce-specversion", "ce-time", "ce-x", "CE-type", "ce-source"]),
            st.text(max_size=12)
            | st.sampled_from(
                ["1.0", "application/json", "application/cloudevents+json", "application/cloudevents-batch+json"]
            ),
        )
    ),
    st.binary(max_size=40)
    | st.sampled_from([b"{}", b"[{}]", b"[[]]", b'{"specversion":"1.0","id":"1","type":"t","source":"s","data":{}}']),
)
def test_no_request_makes_reading_raise(headers, body):
    assert all(isinstance(each, Received | Unreadable) for each in from_http(headers, body))
