"""What lies inside a backup: objects one after another, each with a head, its bytes and a tail that counts them."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

from gongkai.upkeep.strongbox import Damaged

Mark = Literal["head", "data", "tail"]
_CODES: Final[dict[Mark, bytes]] = {"head": b"H", "data": b"D", "tail": b"T"}
_MARKS: Final = {code: mark for mark, code in _CODES.items()}
_LONGEST: Final = 64 * 1024 * 1024


class Writer:
    """Write records into a sink."""

    def __init__(self, sink: Callable[[bytes], None]) -> None:
        self._sink = sink

    def head(self, about: dict[str, Any]) -> None:
        self._record("head", json.dumps(about, ensure_ascii=False).encode())

    def data(self, chunk: bytes) -> None:
        if chunk:
            self._record("data", chunk)

    def tail(self, about: dict[str, Any]) -> None:
        self._record("tail", json.dumps(about, ensure_ascii=False).encode())

    def _record(self, mark: Mark, payload: bytes) -> None:
        self._sink(_CODES[mark] + len(payload).to_bytes(4, "big"))
        self._sink(payload)


class Reader:
    """Read records from checked pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._buffer = bytearray()

    def __iter__(self) -> Iterator[tuple[Mark, bytes]]:
        while self._fill(5):
            mark, length = _MARKS.get(bytes(self._buffer[:1])), int.from_bytes(self._buffer[1:5], "big")
            if mark is None or length > _LONGEST or not self._fill(5 + length):
                raise Damaged("备份文件的内容读不懂 / the backup cannot be understood", "请换一份备份。")
            payload = bytes(self._buffer[5 : 5 + length])
            del self._buffer[: 5 + length]
            yield mark, payload

    def objects(self) -> Iterator[tuple[dict[str, Any], "Body"]]:
        """Return every object with its head; whoever does not read a body skips it."""
        records = iter(self)
        for mark, payload in records:
            if mark != "head":
                raise Damaged("备份文件的内容读不懂 / the backup cannot be understood", "请换一份备份。")
            body = Body(records)
            yield json.loads(payload), body
            body.skip()

    def _fill(self, size: int) -> bool:
        while len(self._buffer) < size:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._buffer += piece
        return True


class Body:
    """The bytes of one object, and its tail once they are read."""

    def __init__(self, records: Iterator[tuple[Mark, bytes]]) -> None:
        self._records = records
        self._tail: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[bytes]:
        while self._tail is None:
            mark, payload = next(self._records, ("head", b""))
            if mark == "head":
                raise Damaged("备份文件的内容读不懂 / the backup cannot be understood", "请换一份备份。")
            if mark == "tail":
                self._tail = json.loads(payload)
            else:
                yield payload

    def skip(self) -> None:
        for _ in self:
            pass

    @property
    def tail(self) -> dict[str, Any]:
        self.skip()
        return self._tail or {}
