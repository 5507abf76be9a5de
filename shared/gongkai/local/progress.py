"""Says what is going on, a plain line a step, so that it reads the same on a terminal and in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Numbered steps. `[3/7] 启动 Kafka … 完成（2.1 秒）`."""

    def __init__(
        self, steps: int, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic, *, quiet: bool = False
    ) -> None:
        self._steps, self._clock, self._quiet = steps, clock, quiet
        self._out = out or sys.stdout
        self._number = 0
        self._open = False

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step; its line ends with how it ended."""
        self._number += 1
        self._write(f"[{self._number}/{self._steps}] {title} … ")
        self._open = True
        began = self._clock()
        try:
            yield
        except BaseException:
            self._end("没有完成")
            raise
        self._end(f"完成（{self._clock() - began:.1f} 秒）")

    def note(self, sentence: str) -> None:
        """Add a sentence to the running step, or a line of its own."""
        if self._open:
            self._write(f"{sentence} … ")
        else:
            self._write(f"{sentence}\n")

    def _end(self, words: str) -> None:
        self._open = False
        self._write(f"{words}\n")

    def _write(self, text: str) -> None:
        if not self._quiet:
            self._out.write(text)
            self._out.flush()
