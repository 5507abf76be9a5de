"""Plain text of any Chinese encoding, and the joining of lines that a screen or a page broke."""

import re
from typing import Final

from publication.importing.model import UnreadableFileError
from publication.markup.clauses import clause

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff"
_PUNCTUATION: Final = "，。；：！？、（）《》〈〉“”‘’【】〔〕"
_END: Final = re.compile(r"[。！？；：:;.!?…”’）)》】]$")
_INDENT: Final = " \t\u3000\xa0"


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode by byte order mark, then as UTF-8, then UTF-16 by its shape, then by declaration, then GB18030."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\x00" in data:
        wide = _wide(data)
        if wide is None:
            raise UnreadableFileError("文件含有空字节，不是文本文件，请检查格式。")
        return _strict(data, wide)
    for encoding in ("utf-8", declared or "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding != "utf-8" and len(re.findall(r"[\ue000-\uf8ff\x80-\x9f]", text)) > len(text) // 100:
            continue
        return text
    raise UnreadableFileError("无法识别文字编码，请另存为 UTF-8 编码的文本后再导入。")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        sentence = f"文字编码（{encoding}）在第 {error.start} 字节处损坏，请重新保存后再导入。"
        raise UnreadableFileError(sentence) from error
    if "\x00" in text:
        raise UnreadableFileError("文件含有空字符，不是正常的文本文件。")
    return text


def _wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: read the right way round it is Han characters and ASCII, else it is nonsense."""
    sample = data[: 20_000 - 20_000 % 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        common = re.findall(rf"[\n\r\t\x20-\x7e\u3000-\u303f\uff00-\uffef{_HAN}]", text)
        if len(data) % 2 == 0 and len(common) > 0.9 * len(text) and not re.search("[\x00\ufffd]", text[:-1]):
            return encoding
    return None


def width(text: str) -> int:
    """Columns on a page: a Han character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def tidy(text: str) -> str:
    """Take out the spaces that page layout puts between Han characters."""
    text = re.sub(rf"(?<=[{_HAN}{_PUNCTUATION}])[ \xa0]+(?=[{_HAN}{_PUNCTUATION}])", "", text)
    return text.strip(_INDENT)


def reflow(lines: list[str]) -> list[str]:
    """Join lines that were broken at a page's width back into paragraphs; other texts are left as they are."""
    filled = [line.rstrip() for line in lines]
    widths = sorted(width(line) for line in filled if line.strip())
    if len(widths) < 3:
        return [tidy(line) for line in filled if line.strip()]
    full = widths[int(len(widths) * 0.9) - 1] if len(widths) > 10 else widths[-1]
    broken = sum(1 for line in filled if width(line) >= full - 6 and not _END.search(line))
    if not 20 <= full <= 160 or broken < max(2, len(widths) // 8):
        return [tidy(line) for line in filled if line.strip()]
    paragraphs: list[list[str]] = []
    open_line = False
    for line in filled:
        text = line.strip(_INDENT)
        if not text:
            open_line = False
            continue
        indented = line[0] == "\u3000" or line.startswith(("  ", "\t"))
        if open_line and not indented and clause(text) is None:
            if re.match(r"[A-Za-z0-9,]", paragraphs[-1][-1][-1]) and re.match(r"[A-Za-z]", text):
                paragraphs[-1].append(" ")
            paragraphs[-1].append(text)
        else:
            paragraphs.append([text])
        open_line = width(line) >= full - 6
    return [tidy("".join(parts)) for parts in paragraphs]


def read_text(data: bytes) -> list[str]:
    """Paragraphs of a text file."""
    text = decode(data)
    controls = len(re.findall(r"[\x00-\x08\x0e-\x1f]", text))
    if controls > max(3, len(text) // 200):
        raise UnreadableFileError("文件不是文本文件（含有大量控制字符），请检查格式。")
    return reflow(re.split(r"\r\n|[\n\r\x0b\x0c\u2028\u2029]", text))
