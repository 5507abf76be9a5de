"""How a letter proves itself: a code printed on it that anyone can compare, and the page that shows it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from uuid import UUID

from request.letters.data import Letter

# Crockford's alphabet: nobody who copies a code by hand mistakes I, L, O or U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16


def digest_code(content: bytes) -> str:
    """Return 80 bits of a digest in four groups of four: short enough to read aloud, too long to forge."""
    value = int.from_bytes(hashlib.sha256(content).digest()[:10], "big")
    digits = [_ALPHABET[value >> (5 * place) & 31] for place in range(_LENGTH - 1, -1, -1)]
    return "-".join("".join(digits[at : at + 4]) for at in range(0, _LENGTH, 4))


def file_digest(content: bytes) -> str:
    """Return the digest a frozen letter is kept and checked by."""
    return hashlib.sha256(content).hexdigest()


def content_code(letter: Letter) -> str:
    """Return the code of a letter's words; the code itself and the seal's picture are no part of them."""
    words = asdict(replace(letter, code="", seal=b""))
    del words["seal"]
    return digest_code(json.dumps(words, ensure_ascii=False, sort_keys=True, default=str).encode())


def verify_path(letter_id: UUID) -> str:
    """Return the public page that tells whether a letter is ours."""
    return f"/request/verify/{letter_id}"


def verify_url(base: str, letter_id: UUID) -> str:
    return base.rstrip("/") + verify_path(letter_id)
