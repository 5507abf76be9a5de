"""An encrypted stream that shows every change: sealed in pieces, each bound to its place, to the head and to the end.

A file is a head that anybody can read, then pieces of one megabyte, each under AES-256-GCM with a nonce that counts
and says whether it is the last: a piece that was changed, moved, left out or added, and an end that was cut off, are
found before one byte of the piece is handed on.
"""

import json
import os
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongkai.local.errors import StackError
from gongkai.upkeep.lock import Lock

MAGIC: Final = b"gongkai backup 1\n"
PIECE: Final = 1024 * 1024
_TAG: Final = 16
_PREFIX: Final = 7
_LONGEST_HEAD: Final = 64 * 1024


class Damaged(StackError):
    """The file is not what was written."""


class Sealing:
    """Write plain bytes; they leave sealed."""

    def __init__(self, out: BinaryIO, lock: Lock, about: dict[str, Any]) -> None:
        key = lock.fresh()
        self._prefix = os.urandom(_PREFIX)
        head = json.dumps({**about, "key": key, "nonce": self._prefix.hex(), "piece": PIECE}).encode()
        self._head = MAGIC + len(head).to_bytes(4, "big") + head
        self._cipher = AESGCM(lock.key(key))
        self._out, self._number, self._waiting = out, 0, bytearray()
        out.write(self._head)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is never empty-handed: it waits for the end
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def end(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), piece, self._head))
        self._number += 1


class Opening:
    """Read a sealed file from its beginning. `about` is known at once, `pieces` are checked one by one."""

    def __init__(self, source: BinaryIO, lock: Lock) -> None:
        raw, self.about = head_of(source)
        if self.about.get("piece") != PIECE:
            raise Damaged("备份文件的开头损坏了 / the head of the backup is damaged", _ADVICE)
        self._source, self._head = source, raw
        self._cipher = AESGCM(lock.key(self.about["key"]))
        self._prefix = bytes.fromhex(self.about["nonce"])

    def pieces(self) -> Iterator[bytes]:
        number, sealed = 0, self._source.read(PIECE + _TAG)
        while True:
            following = self._source.read(PIECE + _TAG)
            yield self._opened(sealed, number, last=not following)
            if not following:
                return
            number, sealed = number + 1, following

    def _opened(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(self._prefix, number, last=last), sealed, self._head)
        except (InvalidTag, ValueError):
            pass
        if last and (len(sealed) < PIECE + _TAG or self._would_open(sealed, number)):
            # Cut inside a piece or between two. A changed byte in the last, short piece looks the same.
            raise Damaged("备份文件不完整或末尾损坏 / the backup is truncated or its end is damaged", _ADVICE)
        raise Damaged(
            f"备份文件损坏：约第 {number} MB 处与写入时不同 / the backup is damaged near megabyte {number}", _ADVICE
        )

    def _would_open(self, sealed: bytes, number: int) -> bool:
        try:
            self._cipher.decrypt(_nonce(self._prefix, number, last=False), sealed, self._head)
        except (InvalidTag, ValueError):
            return False
        return True


def head_of(source: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    """Return the readable head, raw and understood."""
    raw = source.read(len(MAGIC) + 4)
    if not raw.startswith(MAGIC):
        raise StackError("这个文件不是公开系统的备份 / not a backup of this system", "请检查文件名。")
    length = int.from_bytes(raw[len(MAGIC) :], "big")
    head = source.read(length) if length <= _LONGEST_HEAD else b""
    try:
        about: dict[str, Any] = json.loads(head)
        if len(bytes.fromhex(about["nonce"])) != _PREFIX or not isinstance(about["key"], dict):
            raise ValueError(about)
    except (ValueError, KeyError, TypeError):
        raise Damaged("备份文件的开头损坏了 / the head of the backup is damaged", _ADVICE) from None
    return raw + head, about


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


_ADVICE: Final = "什么都没有改动。请换一份备份 / nothing was touched; use another backup."
