"""Takes a file apart down to its last byte, so that a test can say that something is nowhere in it."""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, StreamObject, TextStringObject


def everything(data: bytes) -> bytes:
    """Every form of the content there is: the bytes as they are, unpacked, decoded, and as text read back."""
    return b"\n".join([data, *_unpacked(data)])


def readable(data: bytes) -> str:
    """What can be read as text: of a PDF also the tables that lead from its glyphs back to characters."""
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        return "".join(archive.read(entry).decode() for entry in archive.infolist())
    if b"%PDF-" not in data[:1024]:
        return data.decode()
    reader = PdfReader(io.BytesIO(data))
    parts = [str(reader.metadata), *(page.extract_text() for page in reader.pages)]
    parts.extend(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    for number in range(1, int(reader.trailer["/Size"])):
        found = reader.get_object(number)
        if isinstance(found, DictionaryObject) and "/ToUnicode" in found:
            table = found["/ToUnicode"].get_data().decode("latin-1")
            codes = re.findall(r"<([0-9A-Fa-f]{4,32})>", table)
            parts.extend(bytes.fromhex(code).decode("utf-16-be", "replace") for code in codes if len(code) % 4 == 0)
        if isinstance(found, StreamObject) and found.get("/Subtype") == "/XML":
            parts.append(found.get_data().decode())
    return "".join(parts)


def spellings(word: str) -> set[bytes]:
    """The ways in which a word can be written in bytes: plain, wide, as hexadecimal digits, as base64, escaped."""
    found: set[bytes] = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        plain = word.encode(encoding)
        found |= {plain, plain.hex().encode(), plain.hex().upper().encode(), *_base64(plain)}
    numbers = [ord(char) for char in word]
    found.add("".join(f"&#{n};" for n in numbers).encode())
    found.add("".join(f"&#x{n:x};" for n in numbers).encode())
    found.add("".join(f"\\u{n:04x}" for n in numbers).encode())
    found.add("".join(f"#{byte:02X}" for byte in word.encode()).encode())
    return found


def _base64(plain: bytes) -> Iterator[bytes]:
    """A word inside a longer base64 text begins at one of three places of a group; its edges depend on neighbours."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        inner = coded[(0, 2, 3)[shift] :].rstrip(b"=")
        inner = inner[: len(inner) - ((shift + len(plain)) % 3 > 0)]
        if len(inner) >= 7:
            yield inner


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        yield archive.comment
        for entry in archive.infolist():
            yield entry.filename.encode() + entry.comment + entry.extra
            content = archive.read(entry)
            yield content
            # Words may be spread over several runs: a reader sees them joined.
            yield re.sub(rb"<[^>]+>", b"", content)
    elif b"%PDF-" in data[:1024]:
        yield from _portable(data)


def _portable(data: bytes) -> Iterator[bytes]:
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        yield found[1]
        try:
            yield zlib.decompressobj().decompress(found[1])
        except zlib.error:
            continue
    reader = PdfReader(io.BytesIO(data))
    yield str(reader.metadata).encode()
    yield str(sorted(reader.attachments)).encode()
    yield str(reader.outline).encode()
    yield str(reader.named_destinations).encode()
    yield str(reader.get_fields()).encode()
    seen: set[tuple[int, int]] = set()
    for number in range(1, int(reader.trailer["/Size"])):
        yield from _object(reader.get_object(number), seen)
    yield from _object(reader.trailer, seen)
    for page in reader.pages:
        text = page.extract_text()
        yield text.encode()
        yield re.sub(r"\s", "", text).encode()
    for shown in pypdfium2.PdfDocument(data):
        text = shown.get_textpage().get_text_range()
        yield text.encode()
        yield re.sub(r"\s", "", text).encode()


def _object(item: object, seen: set[tuple[int, int]]) -> Iterator[bytes]:
    if isinstance(item, StreamObject):
        yield item.get_data()
    if isinstance(item, DictionaryObject):
        for key, value in item.items():
            yield str(key).encode()
            yield from _object(value, seen)
    elif isinstance(item, ArrayObject):
        for value in item:
            yield from _object(value, seen)
    elif isinstance(item, TextStringObject | ByteStringObject):
        yield item if isinstance(item, bytes) else item.encode()
