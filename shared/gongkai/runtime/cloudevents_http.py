"""CloudEvents over HTTP: structured, binary and batched. A bad event never hides its neighbours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote, unquote_to_bytes

from pydantic_core import to_json

from gongkai.contracts.envelope import Envelope, Received
from gongkai.runtime.cloudevents import (
    BATCH,
    JSON,
    STRUCTURED,
    FormatError,
    Unreadable,
    attributes_of,
    media_type,
    parse_json,
    parse_unchecked,
    received,
    refuse_what_cannot_be_kept,
    require_specversion,
    split_structured,
    to_structured,
)

Mode = Literal["structured", "binary"]
BATCH_LIMIT: Final = 1000


def to_http(envelope: Envelope, data: bytes, mode: Mode = "structured") -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers and the body of one event."""
    if mode == "structured":
        return [("content-type", STRUCTURED)], to_structured(envelope, data)
    headers = [("content-type", envelope.datacontenttype)]
    headers += [
        # The HTTP binding encodes space, quote, percent and everything outside printable ASCII.
        (f"ce-{name}", quote(value, safe="!#$&'()*+,/:;<=>?@[\\]^`{|}"))
        for name, value in attributes_of(envelope).items()
        if name != "datacontenttype"
    ]
    return headers, data


def to_http_batch(events: Iterable[tuple[Envelope, bytes]]) -> tuple[list[tuple[str, str]], bytes]:
    body = b"[" + b",".join(to_structured(envelope, data) for envelope, data in events) + b"]"
    return [("content-type", BATCH)], body


def from_http(
    headers: Sequence[tuple[str, str]], body: bytes, *, read_at: datetime | None = None
) -> list[Received | Unreadable]:
    """Read a request in any of the three modes. Paths are `id`, `data` or, in a batch, `[3].id`."""
    try:
        return _read_request(headers, body, read_at)
    except FormatError as error:
        return [_unreadable(error, body)]


def _read_request(
    headers: Sequence[tuple[str, str]], body: bytes, read_at: datetime | None
) -> list[Received | Unreadable]:
    media = media_type(_header(headers, "content-type"))
    if media == BATCH:
        return _read_batch(parse_unchecked(body), read_at)
    if media == STRUCTURED:
        return [_read_structured(parse_json(body), read_at)]
    if media.startswith("application/cloudevents"):
        raise FormatError(f"不支持 {media[:80]},请使用 {STRUCTURED} 或 {BATCH}", "content-type")
    return [_read_binary(headers, body, read_at)]


def _header(headers: Sequence[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _read_batch(parsed: Any, read_at: datetime | None) -> list[Received | Unreadable]:
    if not isinstance(parsed, list):
        raise FormatError("批量事件应为一个 JSON 数组")
    if len(parsed) > BATCH_LIMIT:
        raise FormatError(f"一次最多提交 {BATCH_LIMIT} 个事件,收到 {len(parsed)} 个")
    return [_read_structured(each, read_at, f"[{index}]") for index, each in enumerate(parsed)]


def _read_structured(parsed: Any, read_at: datetime | None, place: str = "") -> Received | Unreadable:
    try:
        attributes, data = split_structured(parsed)
        refuse_what_cannot_be_kept(parsed, attributes)
        return received(attributes, data, strict=False, read_at=read_at)
    except FormatError as error:
        return _unreadable(error, to_json(parsed), place)


def _read_binary(headers: Sequence[tuple[str, str]], body: bytes, read_at: datetime | None) -> Received | Unreadable:
    attributes: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if not lower.startswith("ce-"):
            continue
        attribute = lower[3:]
        text = _decoded(value, attribute)
        if attributes.setdefault(attribute, text) != text:
            raise FormatError(f"消息头 ce-{attribute} 出现两次且内容不同", attribute, attributes)
    require_specversion(attributes)
    attributes["datacontenttype"] = _header(headers, "content-type") or JSON
    return received(attributes, parse_json(body, attributes), strict=False, read_at=read_at)


def _decoded(value: str, attribute: str) -> str:
    quoted = re.fullmatch(r'"(.*)"', value, re.DOTALL)
    plain = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else value
    try:
        # Servers hand header bytes over as latin-1; a sender that skipped the encoding meant UTF-8.
        return unquote_to_bytes(plain.encode("latin-1")).decode()
    except UnicodeError:
        raise FormatError(f"消息头 ce-{attribute} 不是 UTF-8 文本", attribute) from None


def _unreadable(error: FormatError, raw: bytes, place: str = "") -> Unreadable:
    seen: Mapping[str, str] = error.seen
    path = f"{place}.{error.path}" if place and error.path else place or error.path
    return Unreadable(
        error.reason, raw=raw, path=path, sent_id=seen.get("id", ""), type=seen.get("type", ""),
        partitionkey=seen.get("partitionkey", ""), source=seen.get("source", ""),
    )  # fmt: skip
