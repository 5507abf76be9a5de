"""Ends this process at a named place, when somebody who tests it has asked for that.

`GONGKAI_FAULT_FILE` names a file whose first line is the place of the next death. The line is struck before the
death, so a place kills once. Without the variable a point is one comparison; nobody sets it where people work.
"""

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Final

VARIABLE: Final = "GONGKAI_FAULT_FILE"
_FILE: Final = os.environ.get(VARIABLE)


def point(name: str) -> None:
    """Die here without a farewell, if this is the place that is wanted next."""
    if _FILE is not None:
        _reached([name], Path(_FILE))


def committed(service: str, events: Iterable[object]) -> None:
    """Mark a commit that told these events: `publication:ReleaseOrdered` is the moment after that commit."""
    if _FILE is not None:
        _reached([f"{service}:{type(event).__name__}" for event in events], Path(_FILE))


def _reached(places: list[str], file: Path) -> None:
    claimed = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        wanted, _, later = file.read_text().partition("\n")
        if wanted not in places:
            return
        file.rename(claimed)  # of several processes one gets it
    except OSError:
        return
    if later.strip():
        waiting = file.with_name(f"{file.name}.new")
        waiting.write_text(later)
        waiting.rename(file)
    with contextlib.suppress(OSError):
        claimed.rename(file.with_name(f"{file.name}.struck"))
    os.kill(os.getpid(), signal.SIGKILL)
