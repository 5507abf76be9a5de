"""Signed tokens that say who is calling: a person's session, a service, a program. Nothing personal is inside.

A token holds ids and an epoch; what its holder may do is looked up where it is used, so that a withdrawn role
works at once. The same keys sign the seals of the register.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gongkai.runtime import keyfiles
from gongkai.runtime.errors import Unauthenticated

Kind = Literal["person", "service", "program"]

ALGORITHM: Final = "Ed25519"
SERVICE_TTL: Final = timedelta(minutes=10)
_ISSUER: Final = "gongkai"
_STEM: Final = "token"
_SKEW: Final = timedelta(seconds=60)
_LIMIT: Final = 2048
_PROVED: Final = 64


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. For a program `subject` is the person in whose name it acts."""

    kind: Kind
    subject: str
    organ_id: UUID | None
    epoch: int
    expires_at: datetime
    token_id: str = ""

    @property
    def person_id(self) -> UUID:
        """The person who acts, directly or through a program."""
        if self.kind == "service":
            raise Unauthenticated
        return UUID(self.subject)


class Tokens:
    """The key pairs of one installation: all verify, the newest signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, OKPKey] = {}
        #: What tokens of services say whose signature was looked at: each is shown again and again for minutes.
        self._proved: dict[str, tuple[datetime, Claims]] = {}
        self._current = ""
        self._seen_at = 0
        self._service_tokens: dict[str, tuple[datetime, str]] = {}
        if not self._load():
            self.rotate()

    @property
    def current_key(self) -> str:
        return self._current

    def rotate(self) -> str:
        """Make the next key pair and sign with it from here on; tokens signed before stay good."""
        pem = OKPKey.generate_key(ALGORITHM, private=True).as_pem(private=True)
        newest = max((number for number, _ in keyfiles.read_all(self._folder, _STEM, "pem")), default=0)
        keyfiles.create(self._folder, _STEM, "pem", newest + 1, pem)
        self._load()
        return self._current

    def retire(self, keep: int = 2) -> int:
        """Forget all but the newest keys: what the others signed is void from now on. Returns how many went."""
        numbers = [number for number, _ in keyfiles.read_all(self._folder, _STEM, "pem")]
        old = numbers[:-keep]
        for number in old:
            (self._folder / f"{_STEM}-{number:04d}.pem").unlink(missing_ok=True)
        self._load()
        return len(old)

    def issue_session(
        self,
        person_id: UUID,
        organ_id: UUID,
        epoch: int,
        ttl: timedelta,
        now: datetime,
        token_id: UUID | None = None,
    ) -> str:
        return self._issue("person", str(person_id), now, ttl, organ_id, epoch, token_id)

    def issue_program(
        self, person_id: UUID, organ_id: UUID, epoch: int, ttl: timedelta, now: datetime, token_id: UUID
    ) -> str:
        """Let a program act in the name of a person, with no more rights; `token_id` lets it be withdrawn."""
        return self._issue("program", str(person_id), now, ttl, organ_id, epoch, token_id)

    def issue_service(self, name: str, now: datetime) -> str:
        """One service calls another. A token is used again while more than half of its life is left."""
        expires_at, token = self._service_tokens.get(name, (now, ""))
        if expires_at - now > SERVICE_TTL / 2 and expires_at - now <= SERVICE_TTL:
            return token
        token = self._issue("service", name, now, SERVICE_TTL, None, 0, None)
        self._service_tokens[name] = (now + SERVICE_TTL, token)
        return token

    def verify(self, token: str, now: datetime) -> Claims:
        """Return what a token says, or raise `Unauthenticated`, never saying why."""
        if not token or len(token) > _LIMIT:
            raise Unauthenticated
        try:
            header = jws.extract_compact(token.encode()).headers()
            key = self._key(str(header.get("kid", "")))
            claims = self._proved.get(token)
            if claims is None:
                claims = _claims(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
                if claims[1].kind == "service":
                    if len(self._proved) >= _PROVED:
                        self._proved.clear()
                    self._proved[token] = claims
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            raise Unauthenticated from None
        issued_at, found = claims
        if found.expires_at <= now or issued_at > now + _SKEW:
            raise Unauthenticated("登录已过期,请重新登录") from None
        return found

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """Sign something that is no token; returns the key's id and the signature."""
        key: Any = self._keys[self._current].private_key
        signature: bytes = key.sign(_no_token(message))
        return self._current, signature

    def signed(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Tell whether `sign` of this installation made that signature."""
        try:
            key: Any = self._key(key_id).public_key
            key.verify(signature, _no_token(message))
        except Exception:  # noqa: BLE001  whatever is wrong with it, it is not our signature
            return False
        return True

    def _issue(
        self, kind: Kind, subject: str, now: datetime, ttl: timedelta, organ_id: UUID | None, epoch: int,
        token_id: UUID | None,
    ) -> str:  # fmt: skip
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "kind": kind,
            "sub": subject,
            "epoch": epoch,
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
        }
        if organ_id is not None:
            claims["org"] = str(organ_id)
        if token_id is not None:
            claims["jti"] = str(token_id)
        header = {"alg": ALGORITHM, "kid": self._current}
        return jwt.encode(header, claims, self._keys[self._current], algorithms=[ALGORITHM])

    def _key(self, key_id: str) -> OKPKey:
        if key_id not in self._keys and self._folder.stat().st_mtime_ns != self._seen_at:
            self._load()
        return self._keys[key_id]

    def _load(self) -> bool:
        if not self._folder.is_dir():
            return False
        seen_at = self._folder.stat().st_mtime_ns
        keys = [OKPKey.import_key(pem) for _, pem in keyfiles.read_all(self._folder, _STEM, "pem")]
        if not keys:
            return False
        self._keys = {key.thumbprint(): key for key in keys}
        current = keys[-1].thumbprint()
        if current != self._current:
            self._service_tokens.clear()
        self._current, self._seen_at = current, seen_at
        self._proved.clear()
        return True


def _no_token(message: bytes) -> bytes:
    # The prefix keeps a signed message from ever passing as the signing input of a token.
    return b"gongkai-signed-message\0" + message


def _claims(claims: dict[str, Any]) -> tuple[datetime, Claims]:
    kind: Kind = claims["kind"]
    if claims["iss"] != _ISSUER or kind not in {"person", "service", "program"}:
        raise ValueError(kind)
    if kind != "service":
        UUID(claims["sub"])
    return datetime.fromtimestamp(claims["iat"], UTC), Claims(
        kind=kind,
        subject=str(claims["sub"]),
        organ_id=UUID(claims["org"]) if "org" in claims else None,
        epoch=int(claims["epoch"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        token_id=str(claims.get("jti", "")),
    )
