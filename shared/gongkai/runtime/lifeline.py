"""A helper process ends with the process that started it, however that one ends."""

import ctypes
import functools
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

PR_SET_PDEATHSIG: Final = 1


@functools.cache
def prctl() -> Callable[[int, int], int] | None:
    """Return the kernel's call, loaded once; none where there is no such kernel."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int, int], int] = ctypes.CDLL(None, use_errno=True).prctl
    return found


def die_with_parent(sent: signal.Signals = signal.SIGKILL, parent: int | None = None) -> None:
    """Ask the kernel to signal this process when its parent is gone; end now when that has happened already.

    The initializer of every process pool of ours: `ProcessPoolExecutor(…, initializer=die_with_parent)`.
    """
    call = prctl()
    if call is None:
        return
    call(PR_SET_PDEATHSIG, int(sent))
    if parent is not None and os.getppid() != parent:
        os._exit(1)
