"""CloudEvents 1.0 between the wire and `Envelope`: Kafka binary and structured; reading never raises.

What cannot be read comes back as `Unreadable` with a sentence for the operator, so that a reader can park it
beside its neighbours. Our own topics are read strictly. What outside systems send is read with the gaps that
CloudEvents allows filled in from the event itself, so that a retry yields the same identity.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import Any, Final
from uuid import UUID, uuid5

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from gongkai.contracts.catalog import BY_TYPE, TOPICS, topic_of
from gongkai.contracts.envelope import SPEC_VERSION, Envelope, Received

JSON: Final = "application/json"
STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"

#: A key of a btree index must stay under 2,704 bytes; nothing we index may be longer than this.
ATTRIBUTE_LIMIT: Final = 1024

_OUTSIDE: Final = topic_of("inbound")
_STRICT_TOPICS: Final = frozenset(TOPICS) - {_OUTSIDE}
_IDS: Final = UUID("6f1d2b2e-5a0b-5c3f-9a57-0f6f5c1f7a10")
_ATTRIBUTES: Final = (
    "id", "source", "type", "subject", "time", "sequence", "partitionkey", "correlationid", "causationid",
    "traceparent", "dataschema", "datacontenttype", "specversion",
)  # fmt: skip
_BY_HEADER: Final = {f"ce_{name}": name for name in _ATTRIBUTES}
_MANY_CHARACTERS: Final = ATTRIBUTE_LIMIT // 4
_MEANING: Final = {
    "id": "应为 UUID",
    "time": "应为带时区的 RFC 3339 时间",
    "sequence": "应为 20 位数字",
    "correlationid": "应为 UUID",
    "causationid": "应为 UUID",
}
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_TRACE: Final = r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
_TRACEPARENT: Final = re.compile(_TRACE)
#: What our own relay writes.
_ORDINARY: Final = frozenset({*_BY_HEADER, "content-type"}) - {"ce_datacontenttype"}
_ORDINARY_TIME: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_ORDINARY_TRACE: Final = re.compile(_TRACE.encode())
_ORDINARY_IDS: Final = ("ce_id", "ce_correlationid", "ce_causationid")
_NO_ID: Final = b"0" * 36


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was found where an event should be, and why it is none; `path` names the field if there is one."""

    reason: str
    topic: str = ""
    partition: int = 0
    offset: int = 0
    raw: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()
    path: str = ""
    #: As far as they could be read: to park later events of the same aggregate, and to answer a sender.
    sent_id: str = ""
    type: str = ""
    partitionkey: str = ""
    source: str = ""


class FormatError(Exception):
    """Inside this codec only: the reason and the field, before they become an `Unreadable`."""

    def __init__(self, reason: str, path: str = "", seen: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.seen = dict(seen or {})


def to_kafka(envelope: Envelope, data: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Binary mode: the attributes are headers, the value is the data and nothing else."""
    headers = [("content-type", envelope.datacontenttype.encode())]
    headers += [
        (f"ce_{name}", value.encode()) for name, value in attributes_of(envelope).items() if name != "datacontenttype"
    ]
    return headers, data


def to_structured(envelope: Envelope, data: bytes) -> bytes:
    """One JSON object that holds attributes and data, for HTTP and for files."""
    head = to_json(attributes_of(envelope))
    return head[:-1] + b',"data":' + data + b"}"


def attributes_of(envelope: Envelope) -> dict[str, str]:
    """Return the attributes that are present, as the text that travels."""
    present: dict[str, str] = {}
    for name in _ATTRIBUTES:
        value = getattr(envelope, name)
        if value is None:
            continue
        present[name] = rfc3339(value) if isinstance(value, datetime) else str(value)
    return present


def rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def from_kafka(
    headers: Sequence[tuple[str, bytes]], value: bytes | None, *, topic: str, partition: int, offset: int
) -> Received | Unreadable:
    """Read one record. Whatever the bytes are, this returns."""
    try:
        ordinary = _read_ordinary(headers, value, topic, partition, offset)
        return ordinary if ordinary is not None else _read_record(headers, value, topic, partition, offset)
    except FormatError as error:
        reason, path, seen = error.reason, error.path, error.seen
    except Exception as error:  # noqa: BLE001  an exception here would stop the partition for ever
        reason, path, seen = f"读取事件时出错:{type(error).__name__}", "", {}
    return Unreadable(
        reason, topic, partition, offset, value or b"",
        tuple((key, content or b"") for key, content in headers), path,
        seen.get("id", ""), seen.get("type", ""), seen.get("partitionkey", ""), seen.get("source", ""),
    )  # fmt: skip


def _read_ordinary(
    headers: Sequence[tuple[str, bytes]], value: bytes | None, topic: str, partition: int, offset: int
) -> Received | None:
    """Read an event as our own relay writes it in one step. What is unusual goes the long way, which says why."""
    found = dict(headers)
    if topic not in _STRICT_TOPICS or value is None or len(found) != len(headers) or not found.keys() <= _ORDINARY:
        return None
    together = b"".join(found.values())
    at, traceparent = found.get("ce_time", b""), found.get("ce_traceparent")
    if (
        len(together) > ATTRIBUTE_LIMIT
        or b"\0" in together
        or found.get("content-type") != JSON.encode()
        or found.get("ce_specversion") != SPEC_VERSION.encode()
        or not _ORDINARY_TIME.fullmatch(at)
        or (traceparent is not None and not _ORDINARY_TRACE.fullmatch(traceparent))
        # Sixteen bytes would be taken for the bytes of an id, and no text of an id is that short.
        or any(len(found.get(name, _NO_ID)) != len(_NO_ID) for name in _ORDINARY_IDS)
    ):
        return None
    attributes: dict[str, Any] = {_BY_HEADER[key]: content for key, content in found.items() if key in _BY_HEADER}
    attributes["datacontenttype"] = JSON
    try:
        data = from_json(value, allow_inf_nan=False)
        envelope = Envelope.model_validate(attributes)
    except ValueError:
        return None
    if type(data) is not dict or b"\\u0000" in value or not _all_finite(data):
        return None
    entry = BY_TYPE.get(envelope.type)
    if topic != topic_of(envelope.source) or (entry is not None and entry.topic != topic):
        return None
    return Received(envelope=envelope, data=data, topic=topic, partition=partition, offset=offset)


def _read_record(
    headers: Sequence[tuple[str, bytes]], value: bytes | None, topic: str, partition: int, offset: int
) -> Received:
    seen: dict[str, str] = {}
    content_type = ""
    for key, content in headers:
        attribute = _BY_HEADER.get(key) or _BY_HEADER.get(key.lower())
        if attribute is not None:
            text = _text(content, key)
            if seen.setdefault(attribute, text) != text:
                raise FormatError(f"消息头 {key} 出现两次且内容不同", attribute, seen)
        elif key.lower() == "content-type":
            content_type = _text(content, "content-type")
    media = media_type(content_type)
    if value is None:
        raise FormatError("消息没有内容", "", seen)
    if media == STRUCTURED:
        attributes, data = split_structured(parse_json(value))
    elif media.startswith("application/cloudevents"):
        raise FormatError(f"Kafka 消息不支持 {media}", "content-type", seen)
    else:
        attributes, data = seen, None
        attributes.setdefault("datacontenttype", content_type or JSON)
        require_specversion(attributes)
        data = parse_json(value, attributes)
    found = received(attributes, data, strict=topic in _STRICT_TOPICS, topic=topic, partition=partition, offset=offset)
    _refuse_foreign(found.envelope, attributes, topic)
    return found


def _refuse_foreign(envelope: Envelope, seen: Mapping[str, str], topic: str) -> None:
    """Whoever may write to one topic must not be able to speak there in the name of another owner."""
    entry = BY_TYPE.get(envelope.type)
    if entry is not None and topic in TOPICS and entry.topic != topic:
        raise FormatError(f"类型 {envelope.type} 不属于主题 {topic}", "type", seen)
    if topic in _STRICT_TOPICS and topic != topic_of(envelope.source):
        raise FormatError(f"来源 {envelope.source[:80]} 不是主题 {topic} 的所有者", "source", seen)


def _text(content: bytes | None, key: str) -> str:
    try:
        return (content or b"").decode()
    except UnicodeDecodeError:
        raise FormatError(f"消息头 {key} 不是 UTF-8 文本", key.lower().removeprefix("ce_")) from None


@lru_cache(maxsize=64)
def media_type(content_type: str) -> str:
    """`application/json; charset=utf-8` is `application/json`. Any other character set is refused."""
    media, _, parameters = content_type.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]+)", parameters, re.IGNORECASE)
    if charset and charset.group(1).lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise FormatError(f"字符集 {charset.group(1)[:40]} 不受支持,请使用 UTF-8", "content-type")
    return media.strip().lower()


def parse_json(raw: bytes, seen: Mapping[str, str] | None = None) -> Any:
    """JSON as RFC 8259 has it, in UTF-8, finite, without NUL, not nested more than 200 deep."""
    parsed = parse_unchecked(raw, seen)
    if b"\\u0000" in raw or not _all_finite(parsed):
        refuse_what_cannot_be_kept(parsed, seen)
    return parsed


def parse_unchecked(raw: bytes, seen: Mapping[str, str] | None = None) -> Any:
    """JSON of several events, each of which is still to be looked at by `refuse_what_cannot_be_kept`."""
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise FormatError(f"内容不是合法的 JSON:{str(error)[:200]}", "", seen) from None


def _all_finite(value: Any) -> bool:
    """Tell whether every number can be kept: `1e999` is good JSON and no number. Runs for every event read."""
    inside = value.values() if type(value) is dict else value if type(value) is list else (value,)
    for each in inside:
        kind = type(each)
        if (kind is float and not isfinite(each)) or ((kind is dict or kind is list) and not _all_finite(each)):
            return False
    return True


def refuse_what_cannot_be_kept(parsed: Any, seen: Mapping[str, str] | None) -> None:
    pending = [parsed]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.keys()
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, str) and "\0" in value:
            raise FormatError("文本中含有空字符(NUL)", "data", seen)
        elif isinstance(value, float) and not isfinite(value):
            raise FormatError("数值超出可表示的范围", "data", seen)


def split_structured(parsed: Any) -> tuple[dict[str, str], Any]:
    """Divide a structured event into its attributes, as text, and its data."""
    if not isinstance(parsed, dict):
        raise FormatError("事件应为一个 JSON 对象")
    seen: dict[str, str] = {}
    for name in _ATTRIBUTES:
        match parsed.get(name):
            case None:
                continue
            case bool() as flag:
                seen[name] = str(flag).lower()
            case str() | int() as plain:
                seen[name] = str(plain)
            case _:
                raise FormatError(f"属性 {name} 应为文本", name, seen)
    require_specversion(seen)
    if "data" in parsed and "data_base64" in parsed:
        raise FormatError("data 与 data_base64 只能有一个", "data_base64", seen)
    if "data_base64" in parsed:
        return seen, parse_json(_unbase64(parsed["data_base64"], seen), seen)
    return seen, parsed.get("data")


def _unbase64(encoded: Any, seen: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise FormatError("data_base64 不是合法的 Base64", "data_base64", seen) from None


def require_specversion(attributes: Mapping[str, str]) -> None:
    version = attributes.get("specversion")
    if version is None:
        raise FormatError("缺少属性 specversion,不是 CloudEvents 事件", "specversion", attributes)
    if version != SPEC_VERSION:
        raise FormatError(f"只支持 CloudEvents {SPEC_VERSION}", "specversion", attributes)


def received(
    attributes: dict[str, str],
    data: Any,
    *,
    strict: bool,
    read_at: datetime | None = None,
    topic: str = "",
    partition: int = 0,
    offset: int = 0,
) -> Received:
    """Check attributes and data and bring them together. Raises `FormatError` only."""
    for name, text in attributes.items():
        if len(text) > _MANY_CHARACTERS and len(text.encode()) > ATTRIBUTE_LIMIT:
            raise FormatError(f"属性 {name} 超过 {ATTRIBUTE_LIMIT} 字节", name)
        if "\0" in text:
            raise FormatError(f"属性 {name} 含有空字符(NUL)", name)
    media = media_type(attributes.get("datacontenttype", JSON))
    if media not in {JSON, "text/json"} and not media.endswith("+json"):
        raise FormatError(f"数据类型 {media[:80]} 不受支持,应为 {JSON}", "datacontenttype", attributes)
    if not isinstance(data, dict):
        raise FormatError("数据应为一个 JSON 对象", "data", attributes)
    for name in ("id", "source", "type"):
        if not attributes.get(name, "").strip():
            raise FormatError(f"缺少属性 {name}", name, attributes)
    traceparent = attributes.get("traceparent")
    if traceparent is not None and not _TRACEPARENT.fullmatch(traceparent):
        # A broken trace must never cost an event.
        attributes = {name: text for name, text in attributes.items() if name != "traceparent"}
    complete = attributes if strict else _filled_in(attributes, data, read_at)
    at = complete.get("time")
    if at is not None and not _RFC3339.fullmatch(at):
        raise FormatError(f"属性 time 不合规定:{_MEANING['time']}", "time", attributes)
    try:
        envelope = Envelope.model_validate(complete)
    except ValidationError as error:
        name = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        if not complete.get(name):
            raise FormatError(f"缺少属性 {name}", name, attributes) from None
        meaning = _MEANING.get(name, "格式不对")
        raise FormatError(f"属性 {name} 不合规定:{meaning}", name, attributes) from None
    sent = attributes["id"]
    return Received(
        envelope=envelope, data=data, topic=topic, partition=partition, offset=offset, read_at=read_at,
        sent_id="" if strict or _uuid(sent) == envelope.id else sent,
    )  # fmt: skip


def _filled_in(sent: Mapping[str, str], data: Mapping[str, Any], read_at: datetime | None) -> dict[str, str]:
    """Give an outside event the attributes we need and CloudEvents does not ask for."""
    identity = _uuid(sent["id"]) or uuid5(_IDS, f"{sent['source']}\n{sent['id']}")
    subject = sent.get("subject") or _subject_in(sent["type"], data) or sent["id"]
    sequence = sent.get("sequence", "")
    filled = {
        **sent,
        "id": str(identity),
        "subject": subject,
        "sequence": sequence.zfill(20) if re.fullmatch(r"[0-9]{1,20}", sequence) else "0" * 20,
        # Two systems may use the same number for different things, so the sender is part of the aggregate.
        "partitionkey": sent.get("partitionkey") or f"{sent['source']}#{subject}",
        "correlationid": str(_uuid(sent.get("correlationid", "")) or identity),
        "datacontenttype": JSON,
    }
    if not _uuid(sent.get("causationid", "")):
        filled.pop("causationid", None)
    if not sent.get("time") and read_at is not None:
        filled["time"] = rfc3339(read_at)
    return filled


def _subject_in(type_name: str, data: Mapping[str, Any]) -> str:
    entry = BY_TYPE.get(type_name)
    subject = data.get(entry.event.SUBJECT) if entry else None
    return subject if isinstance(subject, str) and len(subject.encode()) <= ATTRIBUTE_LIMIT else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
