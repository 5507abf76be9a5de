"""Key files: made at first start, readable by their owner alone, numbered so that the newest is the current one."""

import os
import re
import tempfile
from pathlib import Path
from typing import Final

_NUMBER: Final = re.compile(r"-(\d{4})\.[a-z]+$")
_OTHERS: Final = 0o037


class UnsafeKey(Exception):
    """A key lies where others can read it. The start stops rather than trust it."""


def read_all(folder: Path, stem: str, suffix: str) -> list[tuple[int, bytes]]:
    """Return every key of this name with its number, oldest first."""
    found = []
    for path in folder.glob(f"{stem}-*.{suffix}"):
        match = _NUMBER.search(path.name)
        if match and path.name == f"{stem}-{match[1]}.{suffix}":
            found.append((int(match[1]), read(path)))
    return sorted(found)


def read(path: Path) -> bytes:
    mode = path.stat().st_mode
    if mode & _OTHERS:
        raise UnsafeKey(f"密钥文件 {path} 的权限是 {mode & 0o777:04o},别人可以读到;请改为 0600")
    return path.read_bytes()


def create(folder: Path, stem: str, suffix: str, number: int, content: bytes) -> bytes:
    """Write a key, whole and durable. If another process made it first, theirs is the key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{stem}-{number:04d}.{suffix}"
    handle, name = tempfile.mkstemp(dir=folder, prefix=".key-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link fails when the name exists, where a rename would overwrite the key that others already use.
        Path(path).hardlink_to(name)
    except FileExistsError:
        return read(path)
    finally:
        Path(name).unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return content
