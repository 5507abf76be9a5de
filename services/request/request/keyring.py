"""Keyed digests: recognise an applicant again, find a case by its query code, count tries, and keep none of them."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from gongkai.runtime import keyfiles

#: Letters and digits that nobody confuses when reading a code aloud.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_STEM: Final = "request-index"
_GROUPS: Final = 4
_GROUP: Final = 4


class Keyring:
    """One key for the whole service. Without it, nothing in the tables can be tried against lists of numbers."""

    def __init__(self, folder: Path) -> None:
        known = keyfiles.read_all(folder, _STEM, "key")
        self._key = known[0][1] if known else keyfiles.create(folder, _STEM, "key", 1, os.urandom(32))

    def digest(self, purpose: str, *parts: str) -> bytes:
        text = "\0".join((purpose, *parts))
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()

    def proof(self, organ_id: UUID, proof_number: str) -> bytes:
        return self.digest("proof", str(organ_id), proof_number)

    def code(self, code: str) -> bytes:
        return self.digest("code", plain(code))

    def factor(self, code: str, factor: str) -> bytes:
        """Bind the second factor to its code, so that equal factors of two people do not look alike."""
        return self.digest("factor", plain(code), plain(factor))

    def case_factor(self, case_id: UUID, factor: str) -> bytes:
        """Bind a second factor that came later to the case: the code itself is kept nowhere."""
        return self.digest("case-factor", str(case_id), plain(factor))

    def draft(self, token: str) -> bytes:
        return self.digest("draft", token)

    def submission_code(self, *parts: str) -> str:
        """Make the query code of one submission: sent again it gets the same one, and its key need not be kept."""
        left, letters = int.from_bytes(self.digest("submission", *parts)), []
        for _ in range(_GROUPS * _GROUP):
            left, at = divmod(left, len(ALPHABET))
            letters.append(ALPHABET[at])
        return _grouped(letters)

    def content(self, code: str, text: str) -> bytes:
        """Recognise what was sent under a code; bound to it, so that equal words of two people do not look alike."""
        return self.digest("content", plain(code), text)


def new_code() -> str:
    """Make a query code such as 7K4M-2QXR-9PDT-B3WN: 79 bits, easy to read over the telephone."""
    return _grouped([secrets.choice(ALPHABET) for _ in range(_GROUPS * _GROUP)])


def _grouped(letters: Sequence[str]) -> str:
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())


def same(left: bytes, right: bytes) -> bool:
    return hmac.compare_digest(left, right)
