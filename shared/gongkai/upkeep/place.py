"""Where an installation keeps its things, the same words for a laptop and for containers.

A file has a name that says whose it is and what for, not where it lies: a backup from one folder with everything in
it comes back into a volume per service, and the other way round.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import urlsplit

from gongkai.local.errors import StackError

NOTE: Final = "last-backup.json"
STAGING: Final = ".restoring"
_LEFT_OUT: Final = frozenset({NOTE, STAGING})
_BLOB: Final = re.compile(r"blobs/[0-9a-f]{2}/([0-9a-f]{64})")
_KINDS: Final = ("own", "key", "token", "loose")

Kind = Literal["own", "key", "token", "loose"]


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """`own` lies in the service's folder, `key` and `token` with the keys, `loose` beside the service's folder."""

    service: str
    kind: Kind
    rest: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.service}:{self.rest}"

    @classmethod
    def of(cls, text: str) -> "Name":
        kind, _, more = text.partition(":")
        service, _, rest = more.partition(":")
        path = PurePosixPath(rest)
        if kind not in _KINDS or not rest or path.is_absolute() or ".." in path.parts:
            raise StackError(f"备份里有不认识的文件名 {text!r} / a name in the backup is not understood")
        return cls(service, kind, rest)  # type: ignore[arg-type]  # checked above

    @property
    def digest(self) -> str | None:
        """Return the digest that a blob's name is."""
        found = _BLOB.fullmatch(self.rest) if self.kind == "own" else None
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Place:
    """One installation: databases, folders, keys and Kafka."""

    dsns: Mapping[str, str]
    #: Service → the folder in which `<service>/`, `keys/` and what lies beside them are. May be the same for all.
    roots: Mapping[str, Path]
    token_keys: Path
    kafka: str
    prefix: str = ""
    admin: str | None = None

    @property
    def services(self) -> Sequence[str]:
        return sorted(self.dsns)

    @property
    def note(self) -> Path:
        """Where it says when the last backup was made."""
        return self.roots[self.services[0]] / NOTE

    def path(self, name: Name) -> Path:
        if name.kind == "token":
            return self.token_keys / name.rest
        if name.service not in self.roots:
            raise StackError(f"这里没有服务 {name.service} / there is no such service here")
        root = self.roots[name.service]
        return {"own": root / name.service, "key": root / "keys", "loose": root}[name.kind] / name.rest

    def files(self) -> Iterator[tuple[Name, Path]]:
        """Every file that has to come back, blobs last."""
        found: dict[Name, Path] = {}
        for service, root in self.roots.items():
            for path in _under(root):
                name = self._name(service, path.relative_to(root))
                if name is not None:
                    found.setdefault(name, path)
        for path in _under(self.token_keys):
            if path.suffix == ".pem":
                found[Name(self.services[0], "token", path.name)] = path
        yield from sorted(found.items(), key=lambda item: (item[0].digest is not None, item[0]))

    def _name(self, service: str, relative: Path) -> Name | None:
        first, text = relative.parts[0], relative.as_posix()
        if first in _LEFT_OUT or relative.name.startswith(".key-"):
            return None
        if first in self.dsns:
            rest = text.removeprefix(f"{first}/")
            return None if rest.startswith("blobs/incoming/") else Name(first, "own", rest)
        if first == "keys":
            rest = text.removeprefix("keys/")
            if rest.startswith("token-"):
                return Name(self.services[0], "token", rest) if rest.endswith(".pem") else None
            return Name(self._owner(rest, service), "key", rest)
        # What lies loose in a folder of all services belongs to the first: there is only the code of the first start.
        return Name(self.services[0] if len(set(self.roots.values())) == 1 else service, "loose", text)

    def _owner(self, key: str, otherwise: str) -> str:
        for service in sorted(self.dsns, key=len, reverse=True):
            if key.removeprefix("vault-").startswith((f"{service}-", f"{service}.")):
                return service
        return otherwise


def _under(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != STAGING)
        yield from (Path(where) / name for name in sorted(files))


def shown(dsn: str) -> str:
    """Return an address without its role and password."""
    parts = urlsplit(dsn)
    return f"{parts.hostname or '?'}:{parts.port or 5432}{parts.path}"
