"""Reads what an image file says about itself. Never decodes the pixels."""

import re
import struct
import zlib
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_EXIF_TEXTS: Final = {
    0x010E: "图像说明", 0x010F: "设备厂商", 0x0110: "设备型号", 0x0131: "软件", 0x013B: "作者", 0x8298: "版权",
    0x9C9B: "标题", 0x9C9C: "备注", 0x9C9D: "作者", 0x9C9E: "关键词", 0x9C9F: "主题",
}  # fmt: skip
_GPS: Final = 0x8825
_TEXT_LIMIT: Final = 20_000


def media_type(data: bytes) -> str | None:
    """Return the type of a web image, by its bytes alone."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header, so that a picture of a billion pixels is never unpacked."""
    try:
        match media_type(data):
            case "image/png":
                width, height = struct.unpack(">II", data[16:24])
            case "image/gif":
                width, height = struct.unpack("<HH", data[6:10])
            case "image/webp":
                return _webp(data)
            case "image/jpeg":
                return _jpeg(data)
            case _:
                return None
    except (struct.error, IndexError):
        return None
    return width, height


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None


def _segments(data: bytes) -> list[tuple[int, bytes]]:
    at, found = 2, []
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] not in {0xD9, 0xDA}:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            break
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def _jpeg(data: bytes) -> tuple[int, int] | None:
    for marker, body in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", body[1:5])
            return width, height
    return None


def properties(data: bytes) -> dict[str, str]:
    """Texts that travel unseen with a picture: author, remarks, and whether the place it was taken is recorded."""
    match media_type(data):
        case "image/png":
            found = _png_texts(data)
        case "image/jpeg":
            found = _jpeg_texts(data)
        case _:
            found = {}
    packet = re.search(rb"<x:xmpmeta.{0,200000}?</x:xmpmeta>", data, re.DOTALL)
    if packet:
        texts = re.findall(r">([^<>]+)<", packet[0].decode("utf-8", "replace"))
        joined = " ".join(text.strip() for text in texts if text.strip())
        if joined:
            found["XMP"] = joined[:_TEXT_LIMIT]
    return found


def _png_texts(data: bytes) -> dict[str, str]:
    at, found = 8, {}
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        key, _, rest = body.partition(b"\x00")
        if kind == b"tEXt":
            found[key.decode("latin-1")[:80]] = rest.decode("latin-1")[:_TEXT_LIMIT]
        elif kind == b"zTXt" and rest:
            found[key.decode("latin-1")[:80]] = _inflate(rest[1:]).decode("latin-1")
        elif kind == b"iTXt" and len(rest) > 2:
            text = rest[2:].split(b"\x00", 2)[-1]
            text = _inflate(text) if rest[0] else text[:_TEXT_LIMIT]
            found[key.decode("latin-1")[:80]] = text.decode("utf-8", "replace")
        elif kind == b"eXIf":
            found.update(_exif(body))
        at += 12 + length
    return found


def _inflate(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _TEXT_LIMIT)
    except zlib.error:
        return b""


def _jpeg_texts(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for marker, body in _segments(data):
        if marker == 0xFE:
            found["注释"] = _text(body)
        elif marker == 0xE1 and body.startswith(b"Exif\x00\x00"):
            found.update(_exif(body[6:]))
    return found


def _text(raw: bytes) -> str:
    raw = raw[:_TEXT_LIMIT].rstrip(b"\x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").strip()


def _exif(tiff: bytes) -> dict[str, str]:
    order = "<" if tiff[:2] == b"II" else ">"
    found: dict[str, str] = {}
    try:
        (start,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[start : start + 2])
        for at in range(start + 2, start + 2 + min(count, 200) * 12, 12):
            tag, kind, length = struct.unpack(order + "HHI", tiff[at : at + 8])
            (offset,) = struct.unpack(order + "I", tiff[at + 8 : at + 12])
            if tag == _GPS:
                found["拍摄位置"] = "图片记录了拍摄位置（GPS）"
            elif tag in _EXIF_TEXTS and kind in {1, 2, 7} and 0 < length <= _TEXT_LIMIT:
                raw = tiff[at + 8 : at + 8 + length] if length <= 4 else tiff[offset : offset + length]
                text = raw.decode("utf-16-le", "replace").rstrip("\x00") if tag >= 0x9C9B else _text(raw)
                if text:
                    found[_EXIF_TEXTS[tag]] = text
    except struct.error:
        pass
    return found
