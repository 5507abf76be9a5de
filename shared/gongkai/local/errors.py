"""What can go wrong on this machine, as sentences: what happened and what to do."""

import os
from pathlib import Path
from typing import Final

FULL_BELOW: Final = 16 * 1024 * 1024


class StackError(Exception):
    """The local stack cannot go on. `sentence` says what happened, `advice` what a person can do."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(f"{sentence}\n{advice}" if advice else sentence)
        self.sentence = sentence
        self.advice = advice


class InUse(StackError):
    """Another copy of the system owns this folder."""


class PortTaken(StackError):
    """Somebody else listens where we were told to listen."""


class DiskFull(StackError):
    """There is no room left where our state lies."""


class CannotFetch(StackError):
    """A package could not be fetched, or is not the one we pinned."""


def did_not_start(name: str, words: str, log: Path, folder: Path) -> StackError:
    """Say why a part did not start; a full disk has many faces, so the disk itself is asked."""
    room = os.statvfs(folder if folder.exists() else folder.parent)
    if "No space left on device" in words or room.f_bavail * room.f_frsize < FULL_BELOW:
        return DiskFull(f"磁盘已满，{name} 无法启动（{folder}）", "请腾出空间后再启动，数据完好。")
    return StackError(f"{name} 没有启动成功：\n{words.strip()}", f"完整日志：{log}")
