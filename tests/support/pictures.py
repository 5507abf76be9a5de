"""PNG files made by hand, good and bad."""

import struct
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png(width: int = 200, height: int = 200, *, extra: bytes = b"", after: bytes = b"", rows: int | None = None) -> bytes:
    """Make a red square; `extra` chunks go before the pixels, `after` behind the end, `rows` lies about the pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = (b"\0" + b"\xc0\x18\x20\xff" * width) * (height if rows is None else rows)
    parts = chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts + after
