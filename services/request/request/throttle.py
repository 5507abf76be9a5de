"""Which tries of people without a name here are counted together."""

from gongkai.runtime.throttle import Bucket
from request.keyring import Keyring


def follow_buckets(keyring: Keyring, code: str, address: str) -> list[Bucket]:
    """One guesser at one code, one address at many codes."""
    return [
        Bucket(keyring.digest("try-code", keyring.code(code).hex()), 10, forgiven=True),
        Bucket(keyring.digest("try-address", address), 30, forgiven=False),
    ]


def submit_buckets(keyring: Keyring, address: str) -> list[Bucket]:
    """Nobody is kept from applying; a program that floods the office is slowed down."""
    return [Bucket(keyring.digest("submit-address", address), 60, forgiven=False)]


def draft_buckets(keyring: Keyring, address: str) -> list[Bucket]:
    """Let people save as often as they like, and a flood of programs not."""
    return [Bucket(keyring.digest("draft-address", address), 120, forgiven=False)]
