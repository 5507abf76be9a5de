"""Keyed digests: find an account by its sign-in name, count tries by address, check a code, and keep none of them."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from gongkai.runtime import keyfiles

#: Letters and digits that nobody confuses when reading a code aloud.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_STEM: Final = "identity-index"


class Keyring:
    def __init__(self, folder: Path) -> None:
        known = keyfiles.read_all(folder, _STEM, "key")
        self._key = known[0][1] if known else keyfiles.create(folder, _STEM, "key", 1, os.urandom(32))

    def digest(self, purpose: str, text: str) -> bytes:
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()

    def login(self, login: str) -> bytes:
        return self.digest("login", folded(login))

    def code(self, code: str) -> bytes:
        return self.digest("code", plain_code(code))


def folded(login: str) -> str:
    """Make the sign-in name as typed comparable: width, case and stray spaces do not matter."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def new_code(groups: int = 3) -> str:
    """Make a one-time code such as 7K4M-2QXR-9PDT: 59 bits, easy to read over the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def plain_code(code: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())


def same(left: bytes, right: bytes) -> bool:
    return hmac.compare_digest(left, right)
