"""Reads zip containers (docx, xlsx) without trusting a word of what they say about themselves."""

import io
import re
import zipfile
import zlib
from typing import Final

from publication.importing.guards import refuse_infected
from publication.importing.model import Limits, UnreadableFileError

_SMALL: Final = 1_000_000
_BROKEN: Final = "文件已损坏，无法打开（压缩结构不完整），请在原软件中重新保存后再导入。"


class Archive:
    """A zip whose entries were counted and weighed before the first is read."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableFileError(_BROKEN) from error
        self._entries = {entry.filename: entry for entry in entries}
        self._inspect(entries, data)

    def _inspect(self, entries: list[zipfile.ZipInfo], data: bytes) -> None:
        if len(entries) > self._limits.max_entries:
            raise UnreadableFileError(f"文件内部有 {len(entries)} 个部件，超过上限，疑似压缩炸弹，已拒绝。")
        if len(self._entries) != len(entries):
            raise UnreadableFileError("文件内部有同名部件，结构异常，已拒绝。")
        total = 0
        for entry in entries:
            total += entry.file_size
            if entry.flag_bits & 1:
                raise UnreadableFileError("文件加了密码，请去掉密码后再导入。")
            if re.search(r"(?:^|/)\.\.(?:/|$)|^/|\\|^[A-Za-z]:", entry.filename):
                raise UnreadableFileError("文件内部部件的名称指向外部路径，结构异常，已拒绝。")
            if entry.file_size > _SMALL and entry.file_size > entry.compress_size * self._limits.max_ratio:
                raise UnreadableFileError("文件内部有压缩比异常的部件，疑似压缩炸弹，已拒绝。")
        if total > self._limits.max_unpacked or total > max(len(data) * self._limits.max_ratio, _SMALL * 10):
            raise UnreadableFileError("文件展开后过大，疑似压缩炸弹，已拒绝。")

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def matching(self, pattern: str) -> list[str]:
        """List part names that match in full, in natural order (sheet2 before sheet10)."""
        found = [name for name in self._entries if re.fullmatch(pattern, name)]
        return sorted(found, key=lambda name: [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", name)])

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Read one part. The declared size is not believed: reading stops at the limit."""
        limit = min(self._limits.max_part, self._limits.max_unpacked - self._unpacked)
        try:
            with self._zip.open(self._entries[name]) as part:
                content = part.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise UnreadableFileError(_BROKEN) from error
        if len(content) > limit:
            raise UnreadableFileError("文件内部有部件展开后过大，疑似压缩炸弹，已拒绝。")
        self._unpacked += len(content)
        refuse_infected(content)
        return content
