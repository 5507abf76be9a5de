"""Which tries at signing in are counted together."""

from gongkai.runtime.throttle import Bucket
from identity.keyring import Keyring


def sign_in_buckets(keyring: Keyring, login: str, address: str) -> list[Bucket]:
    """One guesser at one account, one address at many accounts, many addresses at one account.

    A success forgives the person's own tries but not the address's.
    """
    login_key = keyring.login(login).hex()
    return [
        Bucket(keyring.digest("try-both", f"{login_key} {address}"), 5, forgiven=True),
        Bucket(keyring.digest("try-address", address), 40, forgiven=False),
        Bucket(keyring.digest("try-account", login_key), 50, forgiven=True),
    ]
