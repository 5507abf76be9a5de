"""A file becomes a `Document`: .txt .md .docx and .pdf with a text layer; anything else is refused with a sentence.

What a reader of the file would see is taken; what they would not see (comments, deleted and hidden words, properties)
is left behind and only counted, so that the officer knows. Reading takes the processor: call it from a worker.
"""

import re
from typing import Final

from gongkai.statute.refusal import Refused
from request.redaction.guard import MAX_CHARACTERS, looked_at
from request.redaction.model import Document, LineKind, compose
from request.redaction.reading_docx import read_docx
from request.redaction.reading_pdf import read_pdf

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Characters without a shape: a word parted by one of them would not be found by anybody who looks for it.
_UNSEEN: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_BLANKS: Final = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f]")


def read_document(name: str, data: bytes) -> Document:
    """Read one file of an officer. `name` only tells the format; it is kept nowhere."""
    kind = looked_at(name, data)
    lines: list[tuple[str, LineKind, int]]
    notes: list[str] = []
    match kind:
        case "docx":
            lines, notes = read_docx(data)
        case "pdf":
            lines, notes = read_pdf(data)
        case _:
            lines = [(line, "paragraph", 0) for line in re.split(r"\r\n?|\n|[\u2028\u2029]", _decoded(data))]
    lines = [(_seen(text, keep_tabs=line_kind == "row"), line_kind, level) for text, line_kind, level in lines]
    if kind in {"docx", "pdf"}:
        lines = [line for line in lines if line[0].strip()]
    if not any(text.strip() for text, _, _ in lines):
        raise Refused("文件里没有文字，无法逐处标记不予公开的内容。")
    if sum(len(text) for text, _, _ in lines) > MAX_CHARACTERS:
        raise Refused(f"文件的文字超过{MAX_CHARACTERS // 10_000}万字，请拆分后分别处理。")
    source = {"docx": "word", "pdf": "pdf", "md": "markdown", "markdown": "markdown"}.get(kind, "text")
    return compose(source, lines, notes)  # type: ignore[arg-type]


def _seen(text: str, *, keep_tabs: bool) -> str:
    text = _BLANKS.sub(" ", _UNSEEN.sub("", text))
    return text.rstrip(" ") if keep_tabs else text.replace("\t", " ").rstrip()


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            encodings: tuple[str, ...] = (encoding,)
            break
    else:
        if b"\x00" in data:
            raise Refused("文件含有空字节，不是文本文件，请检查格式或者另存为UTF-8编码的文本。")
        encodings = ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("无法识别文字编码，请另存为UTF-8编码的文本后再上传。")
