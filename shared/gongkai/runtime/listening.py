"""Knows whether somebody listens at an address, without holding anybody up."""

import socket
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

EVERY: Final = 15.0
_ANSWER_WITHIN: Final = 2.0


class Listening:
    """Looks now and then whether a URL's port is open, and tells each change. A thread: looking up a name may hang."""

    def __init__(self, url: str, changed: Callable[[bool], None], every: float = EVERY) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self._changed = changed
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="collector", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a look that is under way ends by itself and tells nothing."""
        self._over.set()

    def _look(self) -> None:
        heard = False
        while not self._over.is_set():
            there = self._answers()
            if there != heard and not self._over.is_set():
                heard = there
                self._changed(there)
            self._over.wait(self._every)

    def _answers(self) -> bool:
        try:
            socket.create_connection(self._place, _ANSWER_WITHIN).close()
        except OSError:
            return False
        return True
