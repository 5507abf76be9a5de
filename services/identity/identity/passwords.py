"""Passwords: what a good one is (pure), and hashing them off the event loop."""

import asyncio
import unicodedata
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST: Final = 10
LONGEST: Final = 128
#: Common stems; what is left after taking them away must still be long enough to be a secret.
COMMON: Final = (
    "password", "passw0rd", "qwertyuiop", "qwerty", "1qaz2wsx", "admin", "abc123", "a123456", "123456789", "12345678",
    "123456", "111111", "000000", "666666", "888888", "jinan", "gongkai", "iloveyou", "woaini",
)  # fmt: skip
_AT_ONCE: Final = 2


def normalised(password: str) -> str:
    """Make what different keyboards produce for the same characters one password; a stray space at the end is none."""
    return unicodedata.normalize("NFKC", password).strip()


def weight(text: str) -> int:
    """Count positions; a Han character is worth two, being one of thousands."""
    return sum(2 if char >= "\u2e80" else 1 for char in text)


def faults(password: str, login: str) -> list[str]:
    """Say why a password will not do; an empty list is a yes."""
    text = normalised(password)
    folded = text.casefold()
    if weight(text) < SHORTEST:
        return [f"密码至少 {SHORTEST} 位，一个汉字算两位，可以用几个不相干的词连起来"]
    if len(text) > LONGEST:
        return [f"密码最多 {LONGEST} 位"]
    if len(set(folded)) < 5:
        return ["密码里不同的字符太少，请换一个"]
    if login and len(login) >= 3 and login.casefold() in folded:
        return ["密码里不要含登录名"]
    rest = folded
    for stem in COMMON:
        rest = rest.replace(stem, "")
    if weight(rest) < 6:
        return ["这个密码太常见，请换一个"]
    if text.isdigit() or (text.isascii() and text.isalpha() and text.islower()):
        return ["请至少用两类字符，例如字母和数字"]
    return []


class Hasher:
    """Argon2id in threads: it lets go of the interpreter while it works, and two at once are enough memory."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hash.hash, normalised(password))

    async def verify(self, password: str, digest: str | None) -> tuple[bool, str | None]:
        """Check a password, and give a new digest when the old one is weaker than today's.

        Without a digest the same work is done on a decoy, so that nobody learns by the clock who has an account.
        """
        if digest is None:
            await self._check(password, await self._a_decoy())
            return False, None
        return await self._check(password, digest)

    async def _check(self, password: str, digest: str) -> tuple[bool, str | None]:
        async with self._slots:
            return await asyncio.to_thread(self._hash.verify_and_update, normalised(password)[:1024], digest)

    async def _a_decoy(self) -> str:
        if self._decoy is None:
            self._decoy = await self.hash("nobody has this password")
        return self._decoy
