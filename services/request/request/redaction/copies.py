"""From a file and its passages to what may leave, in one step that a worker process can do, proved before it is given.

How the edges use this package (every function here takes the processor: run it in an executor of processes):

1. `read_document(name, data)` when an officer opens a file for marking: show `text` line by line, keep `text_digest`.
2. `propose(document, today)` fills the list of passages; `still_there(document, passages)` before the officer ends.
3. `make_copies(...)` with the digest kept in 1. Store each copy as a blob, encrypted for its person like every letter,
   and record the fact `Redacted(source=digest of the file, result=digest of the copy, passages, articles)`.
4. A `PassageRefused` carries `field`, for the form; every other `Refused` is about the file or the whole list.

A `Passage` holds places, a reason and an article, and no word of the source. Keep the list beside the source (it says
where in a file of a person something stands), not in a fact.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pypdf import PdfReader

from gongkai.statute.refusal import Refused
from request.redaction import clean_docx, clean_pdf
from request.redaction.clean import TITLE, Clean, Mark, MarkStyle, redact
from request.redaction.model import Document, Passage, visible_text
from request.redaction.reading import read_document

_HAN: Final = re.compile(r"[\u3400-\u9fff]{2,}")

Form = Literal["markdown", "text", "docx", "pdf"]
MEDIA_TYPES: Final[dict[Form, str]] = {
    "markdown": "text/markdown; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "docx": clean_docx.MEDIA_TYPE,
    "pdf": clean_pdf.MEDIA_TYPE,
}


class StillReadableError(Exception):
    """A copy still holds hidden words: a fault of ours. The copy is destroyed and nothing leaves."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The clean files by form, how many passages were taken out, and the articles they cite."""

    files: dict[Form, bytes]
    passages: int
    articles: tuple[str, ...]


def make_copies(
    name: str,
    data: bytes,
    text_digest: str,
    passages: Sequence[Passage],
    forms: Sequence[Form] = ("docx", "pdf"),
    style: MarkStyle = "sentence",
) -> Copies:
    """Read the file again, check that it is the text that was marked, take the passages out and prove every copy."""
    document = read_document(name, data)
    if document.text_digest != text_digest:
        raise Refused("文件的文字与标记时不同，原来的标记不能再用，请重新打开文件逐处核对。")
    clean = redact(document, passages, style)
    hidden = hidden_words(document, passages)
    files: dict[Form, bytes] = {}
    for form in forms:
        files[form] = proved(form, _made(form, clean), hidden)
    return Copies(files, clean.passages, clean.articles)


def hidden_words(document: Document, passages: Sequence[Passage]) -> list[str]:
    """List the words that must be nowhere: hidden, and not standing in the open or in a mark as well.

    Two Han characters or four of any kind are the least: a shorter number may come about where a page number follows.
    """
    marks = "".join(Mark(passage.citation).words("sentence") for passage in passages)
    shown = _compact(visible_text(document, passages)) + marks + TITLE
    words = (_compact(document.text[passage.start : passage.end]) for passage in passages)
    return [word for word in dict.fromkeys(words) if (_HAN.fullmatch(word) or len(word) >= 4) and word not in shown]


def proved(form: Form, made: bytes, hidden: Sequence[str]) -> bytes:
    """Return the copy, or destroy it when a stranger could read a hidden word in it."""
    shown = _compact(_readable(form, made))
    if any(word in shown for word in hidden):
        raise StillReadableError(form)
    return made


def _made(form: Form, clean: Clean) -> bytes:
    match form:
        case "markdown":
            return clean.markdown().encode()
        case "text":
            return clean.text().encode()
        case "docx":
            return clean_docx.clean_docx(clean)
        case "pdf":
            return clean_pdf.clean_pdf(clean)


def _readable(form: Form, made: bytes) -> str:
    """Read the copy as a stranger would, from its bytes and not from what it was made of."""
    match form:
        case "docx":
            with zipfile.ZipFile(io.BytesIO(made)) as archive:
                return re.sub("<[^>]+>", "", "".join(archive.read(part).decode() for part in archive.namelist()))
        case "pdf":
            return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
        case _:
            return made.decode()


def _compact(text: str) -> str:
    return re.sub(r"[\s\\]+", "", text)
