"""The key of a backup: a passphrase or a key file, never a word on the command line."""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gongkai.local.errors import StackError
from gongkai.runtime import keyfiles

SHORTEST: Final = 12
_KEY: Final = 32
_SALT: Final = 32
#: 64 MB and about a quarter of a second per guess.
_COST: Final = 2**16
_DEAREST: Final = 2**20

Kind = Literal["passphrase", "key-file"]


class WrongKey(StackError):
    """The key does not belong to this backup."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a person has to show."""

    kind: Kind
    secret: bytes

    @classmethod
    def of_key_file(cls, path: Path) -> "Lock":
        return cls.of_key(_private(path), str(path))

    @classmethod
    def of_key(cls, text: bytes, where: str) -> "Lock":
        """Read what a key file holds; `where` it was read is said when it is none."""
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY:
            raise StackError(
                f"{where} 不是备份密钥文件 / not a key file for backups",
                "新建一个 make one：gongkai backup --new-key 文件",
            )
        return cls("key-file", key)

    @classmethod
    def of_passphrase_file(cls, path: Path) -> "Lock":
        return cls.of_passphrase(_private(path).decode("utf-8", "replace").strip("\r\n"))

    @classmethod
    def of_passphrase(cls, words: str) -> "Lock":
        if len(words) < SHORTEST:
            raise StackError(f"口令太短，至少 {SHORTEST} 个字符 / the passphrase is too short")
        return cls("passphrase", words.encode())

    def fresh(self) -> dict[str, Any]:
        """Return what a new backup says about its key: enough to find it again, nothing that opens it."""
        said: dict[str, Any] = {"kind": self.kind, "salt": os.urandom(_SALT).hex()}
        if self.kind == "passphrase":
            said |= {"cost": _COST}
        return said | {"check": _part(self._master(said), b"check").hex()}

    def key(self, said: dict[str, Any]) -> bytes:
        """Return the key of a backup. `WrongKey` when it is another one's."""
        if said.get("kind") != self.kind:
            wanted = "口令 a passphrase" if said.get("kind") == "passphrase" else "密钥文件 a key file"
            raise WrongKey(f"这份备份要用{wanted} / it was locked with another kind of key", _ADVICE)
        try:
            master, check = self._master(said), bytes.fromhex(said["check"])
        except (KeyError, ValueError, TypeError):
            raise StackError("备份文件的开头损坏了 / the head of the backup is damaged", "请换一份备份。") from None
        if not hmac.compare_digest(_part(master, b"check"), check):
            raise WrongKey("口令或密钥不对 / the passphrase or the key is wrong", _ADVICE)
        return _part(master, b"data")

    def _master(self, said: dict[str, Any]) -> bytes:
        salt = bytes.fromhex(said["salt"])
        if self.kind == "key-file":
            return hashlib.sha256(salt + self.secret).digest()
        cost = int(said["cost"])
        if not 2**14 <= cost <= _DEAREST or cost & (cost - 1):  # whoever sends us a file may not choose our memory
            raise ValueError(cost)
        return Scrypt(salt=salt, length=_KEY, n=cost, r=8, p=1).derive(self.secret)


_ADVICE: Final = "什么都没有改动。请用备份时的那一个 / nothing was touched; use the one it was made with."


def make_key_file(path: Path) -> None:
    """Make a key file that its owner alone can read; one that is there stays as it is."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(_KEY)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise StackError(f"{path} 已经存在，没有改动它 / it exists and was left alone", "请换一个文件名。") from None
    except OSError as wrong:
        raise StackError(f"写不了 {path}：{wrong.strerror}") from wrong


def _private(path: Path) -> bytes:
    try:
        return keyfiles.read(path)
    except keyfiles.UnsafeKey as wrong:
        raise StackError(str(wrong)) from None
    except OSError as wrong:
        raise StackError(f"读不到 {path}：{wrong.strerror} / cannot read it") from wrong


def _part(master: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=b"gongkai backup " + what).derive(master)
