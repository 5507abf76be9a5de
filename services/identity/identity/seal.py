"""The picture of an organ's seal: a PNG of a sensible size, written again chunk by chunk so that only pixels are left.

Pure. What a PNG may carry beside its pixels (texts, dates, places, another file behind its end) is dropped.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_FILE: Final = 512 * 1024
SMALLEST, LARGEST = 100, 1_200
#: What a picture needs: header, palette, transparency, pixels, end.
_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_HEAD: Final = 12


class WrongPicture(ValueError):
    """Why this file is not taken: one sentence for the one who sent it."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    data: bytes


def cleaned(data: bytes) -> bytes:
    """Return the picture and nothing else, or say what is wrong with it."""
    if len(data) > LARGEST_FILE:
        raise WrongPicture(f"文件有 {len(data) // 1024} KB，印章图片最多 {LARGEST_FILE // 1024} KB")
    if not data.startswith(SIGNATURE):
        raise WrongPicture("印章图片要用 PNG 格式，最好是透明底")
    chunks = _chunks(data[len(SIGNATURE) :])
    if not chunks or chunks[0].kind != b"IHDR" or len(chunks[0].data) != 13 or chunks[-1].kind != b"IEND":
        raise WrongPicture("图片不完整，请重新导出 PNG 再传")
    _check_size(chunks[0].data)
    _check_pixels(chunks)
    return SIGNATURE + b"".join(_written(chunk) for chunk in chunks if chunk.kind in _KEPT)


def _chunks(data: bytes) -> list[_Chunk]:
    found: list[_Chunk] = []
    at = 0
    while at + _HEAD <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + _HEAD + length
        if end > len(data):
            break
        body = data[at + 8 : end - 4]
        if zlib.crc32(kind + body) != struct.unpack(">I", data[end - 4 : end])[0]:
            raise WrongPicture("图片已经损坏，请重新导出 PNG 再传")
        found.append(_Chunk(kind, body))
        if kind == b"IEND":
            return found
        at = end
    raise WrongPicture("图片不完整，请重新导出 PNG 再传")


def _check_size(head: bytes) -> None:
    width, height, depth, colour = struct.unpack(">IIBB", head[:10])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise WrongPicture(f"图片是 {width}×{height} 像素，长宽都要在 {SMALLEST} 到 {LARGEST} 像素之间")
    if colour not in _CHANNELS or depth not in {1, 2, 4, 8, 16} or head[10:12] != b"\0\0" or head[12] not in {0, 1}:
        raise WrongPicture("这种 PNG 不能用，请另存为普通的 PNG 再传")


def _check_pixels(chunks: list[_Chunk]) -> None:
    """Unpack as much as the header announces and no more: a picture that unpacks to more is a bomb."""
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0].data[:10])
    # Interlaced rows have a filter byte each in every pass; twice the height covers all seven passes.
    most = ((width * _CHANNELS[colour] * depth + 7) // 8 + 8) * height + 16 * height
    unpacking = zlib.decompressobj()
    packed = b"".join(chunk.data for chunk in chunks if chunk.kind == b"IDAT")
    try:
        pixels = unpacking.decompress(packed, most)
    except zlib.error:
        raise WrongPicture("图片已经损坏，请重新导出 PNG 再传") from None
    if not pixels or not unpacking.eof:
        raise WrongPicture("图片的内容和它写明的大小不符，请重新导出 PNG 再传")


def _written(chunk: _Chunk) -> bytes:
    crc = zlib.crc32(chunk.kind + chunk.data)
    return struct.pack(">I4s", len(chunk.data), chunk.kind) + chunk.data + struct.pack(">I", crc)
