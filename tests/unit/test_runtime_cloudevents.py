"""The codec: what we write others read, what others write we read, and nothing on the wire can stop us."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cloudevents.core.bindings import kafka as sdk_kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from gongkai.contracts.envelope import Envelope, Received
from gongkai.runtime.cloudevents import (
    FormatError,
    Unreadable,
    _read_record,
    from_kafka,
    to_kafka,
    to_structured,
)

OURS = "gongkai.publication.v1"
OUTSIDE = "gongkai.inbound.v1"
SPAN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ENVELOPE = Envelope(
    id=UUID("0b1f6f0e-0000-4000-8000-000000000001"),
    source="publication",
    type="gongkai.publication.DocumentPublished.v1",
    subject="济商发〔2023〕12号",
    time=datetime(2023, 5, 4, 1, 2, 3, 456, tzinfo=UTC),
    sequence="0" * 18 + "42",
    partitionkey="济商发〔2023〕12号",
    correlationid=UUID("0b1f6f0e-0000-4000-8000-000000000002"),
    causationid=UUID("0b1f6f0e-0000-4000-8000-000000000003"),
    traceparent=SPAN,
)
DATA = '{"title":"关于促进消费的若干措施","n":1}'.encode()


def read(headers, value, topic=OURS):
    return from_kafka(headers, value, topic=topic, partition=3, offset=7)


def without(headers, *names):
    return [(name, value) for name, value in headers if name not in names]


def instead(headers, **changes):
    return [(name, changes.get(name, value)) for name, value in headers]


HEADERS = to_kafka(ENVELOPE, DATA)[0]


def test_an_event_survives_the_road_through_kafka():
    found = read(*to_kafka(ENVELOPE, DATA))

    assert isinstance(found, Received)
    assert found.envelope == ENVELOPE
    assert found.data == json.loads(DATA)
    assert (found.topic, found.partition, found.offset, found.sent_id) == (OURS, 3, 7, "")


def test_a_structured_message_is_read_by_its_content_type_even_beside_other_headers():
    headers = [("content-type", b"application/cloudevents+json; charset=utf-8"), ("ce_id", b"something else")]

    found = read(headers, to_structured(ENVELOPE, DATA))

    assert isinstance(found, Received)
    assert found.envelope == ENVELOPE


def test_data_in_base64_is_read_when_it_is_json():
    event = json.loads(to_structured(ENVELOPE, DATA))
    del event["data"]
    event["data_base64"] = "eyJhIjoxfQ=="

    found = read([("content-type", b"application/cloudevents+json")], json.dumps(event).encode())

    assert isinstance(found, Received)
    assert found.data == {"a": 1}


@pytest.mark.parametrize(
    ("headers", "value", "reason", "path"),
    [
        (without(HEADERS, "ce_id"), DATA, "缺少属性 id", "id"),
        (without(HEADERS, "ce_type"), DATA, "缺少属性 type", "type"),
        (without(HEADERS, "ce_sequence"), DATA, "缺少属性 sequence", "sequence"),
        (without(HEADERS, "ce_specversion"), DATA, "缺少属性 specversion", "specversion"),
        (instead(HEADERS, ce_specversion=b"0.3"), DATA, "只支持 CloudEvents 1.0", "specversion"),
        (instead(HEADERS, ce_id=b"not-a-uuid"), DATA, "属性 id 不合规定", "id"),
        (instead(HEADERS, ce_sequence=b"42"), DATA, "20 位数字", "sequence"),
        (instead(HEADERS, ce_time=b"1700000000"), DATA, "RFC 3339", "time"),
        (instead(HEADERS, ce_time=b"2023-05-04T01:02:03"), DATA, "RFC 3339", "time"),
        (instead(HEADERS, ce_time=b"2023-13-44T01:02:03Z"), DATA, "RFC 3339", "time"),
        (instead(HEADERS, ce_subject=b"\xff\xfe"), DATA, "不是 UTF-8", "subject"),
        (instead(HEADERS, ce_subject=b"a\x00b"), DATA, "空字符", "subject"),
        (instead(HEADERS, ce_subject=b"x" * 5000), DATA, "超过 1024 字节", "subject"),
        ([*HEADERS, ("ce_id", b"0b1f6f0e-0000-4000-8000-00000000000f")], DATA, "出现两次", "id"),
        (HEADERS, None, "消息没有内容", ""),
        (HEADERS, b"", "不是合法的 JSON", ""),
        (HEADERS, b"[1]", "数据应为一个 JSON 对象", "data"),
        (HEADERS, b"null", "数据应为一个 JSON 对象", "data"),
        (HEADERS, b'{"n":NaN}', "不是合法的 JSON", ""),
        (HEADERS, b'{"n":1e999}', "超出可表示的范围", "data"),
        (HEADERS, b'{"n":' + b"9" * 320 + b".0}", "超出可表示的范围", "data"),
        (HEADERS, b'{"n":"a\\u0000"}', "空字符", "data"),
        (HEADERS, b'{"n":"\\ud800"}', "不是合法的 JSON", ""),
        (HEADERS, b'{"n":' + b"[" * 100_000, "不是合法的 JSON", ""),
        (HEADERS, '{"标题":1}'.encode("gb18030"), "不是合法的 JSON", ""),
        (instead(HEADERS, **{"content-type": b"text/plain"}), DATA, "text/plain 不受支持", "datacontenttype"),
        (instead(HEADERS, **{"content-type": b"application/json; charset=gbk"}), DATA, "gbk", "content-type"),
        ([("content-type", b"application/cloudevents-batch+json")], b"[]", "不支持", "content-type"),
        ([("content-type", b"application/cloudevents+json")], b"[]", "JSON 对象", ""),
        ([("content-type", b"application/cloudevents+json")], b'{"specversion":"1.0","id":[1]}', "应为文本", "id"),
        ([], b"hello", "缺少属性 specversion", "specversion"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_and_where_and_keeps_the_bytes(headers, value, reason, path):
    found = read(headers, value)

    assert isinstance(found, Unreadable)
    assert reason in found.reason
    assert found.path == path
    assert found.raw == (value or b"")
    assert found.headers == tuple(headers)
    assert (found.topic, found.partition, found.offset) == (OURS, 3, 7)


def test_what_cannot_be_read_still_names_its_aggregate_so_that_later_events_can_wait():
    found = read(HEADERS, b'{"n":')

    assert isinstance(found, Unreadable)
    assert found.partitionkey == ENVELOPE.partitionkey
    assert found.type == ENVELOPE.type
    assert found.sent_id == str(ENVELOPE.id)


@pytest.mark.parametrize(
    ("topic", "headers", "path"),
    [
        (OUTSIDE, HEADERS, "type"),
        ("gongkai.portal.v1", HEADERS, "type"),
        (OURS, instead(HEADERS, ce_source=b"portal"), "source"),
    ],
)
def test_nobody_speaks_in_the_name_of_another_owner(topic, headers, path):
    found = read(headers, DATA, topic)

    assert isinstance(found, Unreadable)
    assert found.path == path


def test_the_same_header_twice_with_one_meaning_is_harmless():
    assert isinstance(read([*HEADERS, HEADERS[1]], DATA), Received)


def test_a_backslash_before_u0000_is_only_text():
    found = read(HEADERS, rb'{"path":"C:\\u0000"}')

    assert isinstance(found, Received)
    assert found.data == {"path": "C:\\u0000"}


def test_a_broken_trace_never_costs_an_event():
    found = read(instead(HEADERS, ce_traceparent=b"00-zz"), DATA)

    assert isinstance(found, Received)
    assert found.envelope.traceparent is None


def test_attributes_we_do_not_know_are_ignored():
    assert isinstance(read([*HEADERS, ("ce_colour", b"\xff"), ("x", b"\xff")], DATA), Received)


def outside(**extra):
    event = {
        "specversion": "1.0", "id": "OA-17", "source": "https://oa.example", "time": "2023-05-04T09:00:00+08:00",
        "type": "gongkai.inbound.PolicyIssued.v1", "data": {"external_id": "OA-17-文"}, **extra,
    }  # fmt: skip
    body = json.dumps({key: value for key, value in event.items() if value is not None}).encode()
    return read([("content-type", b"application/cloudevents+json")], body, topic=OUTSIDE)


def test_an_outside_system_needs_only_what_cloudevents_asks_of_it():
    found = outside()

    assert isinstance(found, Received)
    assert found.sent_id == "OA-17"
    assert found.envelope.subject == "OA-17-文"
    assert found.envelope.partitionkey == "https://oa.example#OA-17-文"
    assert found.envelope.correlationid == found.envelope.id
    assert found.envelope.time == datetime(2023, 5, 4, 9, tzinfo=timezone(timedelta(hours=8)))


def test_a_retry_from_outside_has_the_same_identity_and_another_source_another_one():
    first, again, elsewhere = outside(), outside(), outside(source="https://other.example")

    assert first.envelope.id == again.envelope.id
    assert first.envelope.id != elsewhere.envelope.id


def test_an_outside_sequence_of_another_form_is_not_held_against_the_sender():
    assert outside(sequence=7).envelope.sequence == "0" * 19 + "7"
    assert outside(sequence="A7").envelope.sequence == "0" * 20
    assert outside(correlationid="x", causationid="y").envelope.causationid is None


def test_our_own_topics_are_not_read_with_that_tolerance():
    body = json.dumps({"specversion": "1.0", "id": "OA-17", "source": "x", "type": "y", "data": {}}).encode()

    assert isinstance(read([("content-type", b"application/cloudevents+json")], body), Unreadable)


def test_the_sdk_reads_our_binary_message_and_we_read_the_sdks():
    headers, value = to_kafka(ENVELOPE, DATA)

    theirs = sdk_kafka.from_binary(
        sdk_kafka.KafkaMessage(headers=dict(headers), key=None, value=value), JSONFormat(), CloudEvent
    )
    back = sdk_kafka.to_binary(theirs, JSONFormat())
    again = read(list(back.headers.items()), back.value)

    assert theirs.get_id() == str(ENVELOPE.id)
    assert theirs.get_subject() == ENVELOPE.subject
    assert theirs.get_time() == ENVELOPE.time
    assert theirs.get_data() == json.loads(DATA)
    assert theirs.get_extension("sequence") == ENVELOPE.sequence
    assert isinstance(again, Received)
    assert again.envelope == ENVELOPE


def test_the_sdk_reads_our_structured_message_and_we_read_the_sdks():
    theirs = JSONFormat().read(CloudEvent, to_structured(ENVELOPE, DATA))
    message = sdk_kafka.to_structured(theirs, JSONFormat())
    again = read(list(message.headers.items()), message.value)

    assert theirs.get_data() == json.loads(DATA)
    assert isinstance(again, Received)
    assert again.envelope == ENVELOPE


header_names = st.one_of(
    st.sampled_from([name for name, _ in HEADERS] + ["CE_ID", "Content-Type", "ce_", "ce_data"]), st.text(max_size=8)
)
header_values = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([value for _, value in HEADERS] + [b"application/cloudevents+json", b"application/json"]),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
events = st.dictionaries(
    st.sampled_from(["id", "source", "type", "specversion", "time", "data", "data_base64", "sequence", "subject"]),
    anything | st.sampled_from(["1.0", str(ENVELOPE.id), "2023-05-04T01:02:03Z", ENVELOPE.sequence]),
)
values = st.one_of(
    st.none(),
    st.binary(max_size=80),
    events.map(lambda value: json.dumps(value).encode()),
    anything.map(lambda value: json.dumps(value).encode()),
)


@given(
    st.lists(st.tuples(header_names, header_values), max_size=14),
    values,
    st.sampled_from([OURS, OUTSIDE, "other"]),
    st.booleans(),
)
def test_no_bytes_make_reading_raise(noise, value, topic, on_top_of_good_headers):
    headers = [*HEADERS, *noise] if on_top_of_good_headers else noise

    found = read(headers, value, topic)

    assert isinstance(found, Received | Unreadable)
    if isinstance(found, Received):
        json.dumps(found.data, allow_nan=False, ensure_ascii=False).encode()
        found.envelope.model_dump_json().encode()


@given(st.lists(st.tuples(header_names, header_values), max_size=14), values, st.sampled_from([OURS, OUTSIDE]))
def test_every_refusal_is_foreseen_and_the_last_net_stays_empty(noise, value, topic):
    with suppress(FormatError):
        assert isinstance(_read_record([*HEADERS, *noise], value, topic, 0, 0), Received)
