"""The one-time setup code: who can read it on the machine may set up the installation, nobody else."""

import os
from pathlib import Path
from typing import Final

from identity.keyring import new_code, plain_code, same

FILE: Final = "setup-code"


def path_in(data_dir: Path) -> Path:
    return data_dir / FILE


def read(data_dir: Path) -> str | None:
    try:
        return path_in(data_dir).read_text("ascii").strip() or None
    except FileNotFoundError:
        return None


def read_or_make(data_dir: Path) -> str:
    """Return the code, made at the first start. Readable by the owner of the installation alone."""
    known = read(data_dir)
    if known:
        return known
    data_dir.mkdir(parents=True, exist_ok=True)
    code = new_code()
    try:
        handle = os.open(path_in(data_dir), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read(data_dir) or read_or_make(data_dir)
    with os.fdopen(handle, "w") as file:
        file.write(code + "\n")
    return code


def proves(data_dir: Path, shown: str) -> bool:
    known = read(data_dir)
    return known is not None and same(plain_code(known).encode(), plain_code(shown).encode())


def spend(data_dir: Path) -> None:
    path_in(data_dir).unlink(missing_ok=True)
