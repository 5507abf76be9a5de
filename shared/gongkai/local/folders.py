"""Where the local stack keeps its things: state per checkout, packages once per machine."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path


def checkout() -> Path:
    """Return the root of the source tree this code runs from."""
    return Path(__file__).resolve().parents[3]


def state_folder(environment: Mapping[str, str] = os.environ, root: Path | None = None) -> Path:
    """Return `$GONGKAI_HOME`, else a folder of this checkout where the system keeps state."""
    if given := environment.get("GONGKAI_HOME"):
        return Path(given).expanduser().absolute()
    source = root or checkout()
    name = f"{source.name}-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}"
    return _base(environment, "XDG_STATE_HOME", ".local/state", "/var/lib") / name


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return `$GONGKAI_CACHE`, else the machine's cache: jars and programs, the same for every checkout."""
    if given := environment.get("GONGKAI_CACHE"):
        return Path(given).expanduser().absolute()
    if home := environment.get("GONGKAI_HOME"):
        return Path(home).expanduser().absolute() / "cache"
    return _base(environment, "XDG_CACHE_HOME", ".cache", "/var/cache")


def _base(environment: Mapping[str, str], variable: str, below_home: str, for_root: str) -> Path:
    if os.geteuid() == 0:
        return Path(for_root) / "gongkai"
    given = environment.get(variable, "")
    base = Path(given) if given.startswith("/") else Path(environment.get("HOME") or Path.home()) / below_home
    return base / "gongkai"
