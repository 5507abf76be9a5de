"""Messages that 公众号 pushes to us: proved, decrypted, read once, answered at once."""

import base64
import hashlib
import hmac
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from newmedia_sync.channels.wechat import finished
from newmedia_sync.domain.outcome import Outcome

_BLOCK: Final = 32
_SALT: Final = 16
LIMIT: Final = 256 * 1024


class NotFromPlatform(Exception):
    """The proof does not hold, or what was sealed is not for this account."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A publish task came to its end."""

    key: str
    job: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Other:
    """Something we do not act on; noted so that a resend is known."""

    key: str
    event: str


def proof(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def greeting(token: str, signature: str, timestamp: str, nonce: str, echo: str) -> str:
    """Answer the first call with which the platform checks an address."""
    if not _same(proof(token, timestamp, nonce), signature):
        raise NotFromPlatform
    return echo


def opened(
    body: bytes, *, token: str, aes_key: str, appid: str, signature: str, timestamp: str, nonce: str
) -> Finished | Other:
    """Check the signature, decrypt, check for whom it is, and read it."""
    sealed = _text(_xml(body), "Encrypt")
    if not sealed or not _same(proof(token, timestamp, nonce, sealed), signature):
        raise NotFromPlatform
    message = _xml(_decrypted(sealed, aes_key, appid))
    key = _text(message, "MsgId") or f"{_text(message, 'FromUserName')} {_text(message, 'CreateTime')}"
    event = _text(message, "Event")
    info = message.find("PublishEventInfo")
    if event != "PUBLISHJOBFINISH" or info is None:
        return Other(key, event)
    job = _text(info, "publish_id")
    return Finished(f"{key} {job}", job, finished(_info(info)))


def _decrypted(sealed: str, aes_key: str, appid: str) -> bytes:
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
    except ValueError as wrong:
        raise NotFromPlatform from wrong
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= _BLOCK or len(padded) < _SALT + 4 + pad:
        raise NotFromPlatform
    plain = padded[:-pad]
    (length,) = struct.unpack(">I", plain[_SALT : _SALT + 4])
    xml, owner = plain[_SALT + 4 : _SALT + 4 + length], plain[_SALT + 4 + length :]
    if owner.decode("utf-8", "replace") != appid:
        raise NotFromPlatform
    return xml


def _xml(body: bytes) -> ET.Element:
    # Without a document type there are no entities to expand.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise NotFromPlatform
    try:
        return ET.fromstring(body)  # noqa: S314
    except ET.ParseError as wrong:
        raise NotFromPlatform from wrong


def _text(node: ET.Element, name: str) -> str:
    return (node.findtext(name) or "").strip()


def _info(info: ET.Element) -> dict[str, Any]:
    items = [
        {"idx": _text(item, "idx"), "article_url": _text(item, "article_url")}
        for item in info.iterfind("article_detail/item")
    ]
    return {
        "publish_status": _text(info, "publish_status"),
        "article_id": _text(info, "article_id"),
        "article_detail": {"item": items},
        "fail_idx": [node.text for node in info.iterfind("fail_idx")],
    }
