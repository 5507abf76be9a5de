"""A zip that somebody sent (docx, xlsx, zip), opened without trusting a word of what it says about itself.

Parts are counted and weighed before the first is read, and reading stops at the limits whatever was declared. What is
wrong is said in the words of whoever opens it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Trouble = Literal[
    "broken",  # no zip, or one that cannot be read to its end
    "locked",  # parts with a password
    "crowded",  # more parts than allowed
    "twins",  # two parts of one name
    "outside",  # a name that points out of the zip
    "ratio",  # a part that swells more than anything written by people does
    "swollen",  # too much altogether
    "swollen-part",  # too much while a part was read
]
#: Makes the exception to raise for what is wrong, with the number of parts.
Refuse = Callable[[Trouble, int], Exception]

_OUTSIDE: Final = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|\\|^[A-Za-z]:")
_READING: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
#: Parts up to this size are never called swollen.
SMALL: Final = 1_000_000
# The agreed harmless string by which scanners are tested, joined at run time so that this file is not one.
VIRUS_TEST: Final = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"))


@dataclass(frozen=True, slots=True)
class Bounds:
    most_parts: int = 2_000
    largest_part: int = 30_000_000
    largest_whole: int = 100_000_000
    largest_ratio: int = 150


class Zip:
    """The parts of a zip within bounds."""

    def __init__(self, data: bytes, bounds: Bounds, refuse: Refuse) -> None:
        self._bounds = bounds
        self._refuse = refuse
        self._left = bounds.largest_whole
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _READING as error:
            raise refuse("broken", 0) from error
        self._entries = {entry.filename: entry for entry in entries}
        trouble = self._weigh(entries, len(data))
        if trouble is not None:
            raise refuse(trouble, len(entries))

    def _weigh(self, entries: Sequence[zipfile.ZipInfo], size: int) -> Trouble | None:
        bounds = self._bounds
        if len(entries) > bounds.most_parts:
            return "crowded"
        if len(self._entries) != len(entries):
            return "twins"
        if any(entry.flag_bits & 1 for entry in entries):
            return "locked"
        if any(_OUTSIDE.search(entry.filename) for entry in entries):
            return "outside"
        if any(e.file_size > SMALL and e.file_size > e.compress_size * bounds.largest_ratio for e in entries):
            return "ratio"
        if sum(e.file_size for e in entries) > min(bounds.largest_whole, max(size * bounds.largest_ratio, 10 * SMALL)):
            return "swollen"
        return None

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def matching(self, pattern: str) -> list[str]:
        """List part names that match in full, in natural order (sheet2 before sheet10)."""
        found = [name for name in self._entries if re.fullmatch(pattern, name)]
        return sorted(found, key=lambda name: [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", name)])

    def read(self, name: str) -> bytes:
        """Read one part. The declared size is not believed: reading stops at the limit."""
        limit = min(self._bounds.largest_part, self._left)
        try:
            with self._zip.open(self._entries[name]) as part:
                content = part.read(limit + 1)
        except _READING as error:
            raise self._refuse("broken", len(self._entries)) from error
        if len(content) > limit:
            raise self._refuse("swollen-part", len(self._entries))
        self._left -= len(content)
        return content

    def holds(self, wanted: bytes, *, levels: int = 2) -> bool:
        """Tell whether a part holds these bytes, also in a zip inside, as many levels deep; all within the bounds."""
        for name in self._entries:
            content = self.read(name)
            if wanted in content:
                return True
            inside = self._inside(content) if levels > 1 and content.startswith(b"PK\x03\x04") else None
            if inside is not None:
                found = inside.holds(wanted, levels=levels - 1)
                self._left = inside._left  # noqa: SLF001  what was read inside counts here too
                if found:
                    return True
        return False

    def _inside(self, content: bytes) -> "Zip | None":
        """Open a zip that is a part of this one; what only looks like one, or is locked, is a part like any other."""
        try:
            inside = Zip(content, self._bounds, _Inner)
        except _Inner as no:
            if no.trouble in {"broken", "locked"}:
                return None
            raise self._refuse(no.trouble, no.parts) from no
        inside._refuse = self._refuse
        inside._left = self._left
        return inside


class _Inner(Exception):
    def __init__(self, trouble: Trouble, parts: int) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.parts = parts
