"""Files of a case, in the vault: what comes in is looked at first, clean copies are made from what may remain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from gongkai.runtime.blobs import digest_of
from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.privacy import blotted
from gongkai.runtime.tx import Tx
from gongkai.runtime.workers import Workers
from gongkai.runtime.zips import VIRUS_TEST
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from gongkai.web.texts import bare_name
from request import reading, store
from request.domain import commands as c
from request.people import People
from request.redaction.clean import redact as take_out
from request.redaction.clean_docx import clean_docx
from request.redaction.clean_pdf import clean_pdf
from request.redaction.guard import Package
from request.redaction.model import Passage
from request.redaction.reading import read_document
from request.redaction.reading_pdf import locked_pdf
from request.redaction.suggest import propose
from request.service import Desk, Loaded

LIMIT: Final = 20_000_000
MEDIA_TYPES: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
    "md": "text/markdown",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
KINDS: Final = tuple(MEDIA_TYPES)
_MAGIC: Final[dict[str, bytes]] = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04",
                                   "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG"}  # fmt: skip
#: What is opened before it is kept: it may be a bomb, be locked, or carry something inside.
_OPENED: Final = frozenset({"pdf", "docx", "xlsx"})
CleanForm = Literal["docx", "pdf"]
#: What a third party or an asked organ handed in.
OF_ANOTHER: Final = "被征求意见人的材料"
#: Papers of applicants and of their remedies, by what they are.
OF_PEOPLE: Final = {"application": "申请材料", "proof": "身份证明", "remedy": "复议诉讼材料"}


@dataclass(frozen=True, slots=True)
class Copied:
    """A clean copy, made in a worker process."""

    data: bytes
    passages: int
    articles: tuple[str, ...]


def must_be_keepable(raw_name: str, data: bytes) -> tuple[str, str]:
    """Return name and media type of a file, or say why it is not taken."""
    name = bare_name(raw_name)
    ending = name.lower().rpartition(".")[2]
    if ending not in MEDIA_TYPES:
        raise Invalid([("file", f"“{name}”的格式不能上传，请换成 {'、'.join(kind.upper() for kind in KINDS)}")])
    if not data:
        raise Invalid([("file", f"“{name}”是空的，请打开看一眼再传")])
    if len(data) > LIMIT:
        raise Invalid([("file", f"“{name}”超过 {LIMIT // 1_000_000} MB，请压缩或拆开再传")])
    if VIRUS_TEST in data:
        raise Invalid([("file", f"“{name}”含有病毒特征，已拒绝，请先杀毒再上传")])
    if not data.startswith(_MAGIC.get(ending, b"")):
        raise Invalid([("file", f"“{name}”的内容与扩展名不符，可能被改过名，请上传原来的文件")])
    return name, MEDIA_TYPES[ending]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was looked into and may be kept."""

    name: str
    media_type: str
    data: bytes


async def looked_into(workers: Workers, raw_name: str, data: bytes) -> Kept:
    """Return a file that may be kept, or say why it is not taken; it is opened in a process of its own."""
    name, media_type = must_be_keepable(raw_name, data)
    ending = name.lower().rpartition(".")[2]
    if ending in _OPENED:
        trouble = await workers.run(trouble_within, ending, data)
        if trouble:
            raise Invalid([("file", f"“{name}”没有收下：{trouble}")])
    return Kept(name, media_type, data)


def trouble_within(ending: str, data: bytes) -> str:
    """Return what is wrong inside a file, or nothing. A top-level function of values, for a worker process."""
    if ending == "pdf":
        return locked_pdf(data)
    try:
        infected = Package(data).holds(VIRUS_TEST)
    except Refused as no:
        return no.reason
    return "文件内部含有病毒特征，已拒绝，请先杀毒再上传。" if infected else ""


def shown_name(kind: str, name: str, *, of_another: bool = False) -> str:
    """Return the name by which a file stands outside the vault: people name papers after themselves."""
    ending = name.rpartition(".")[2]
    if of_another:
        return f"{OF_ANOTHER}.{ending}"
    return f"{OF_PEOPLE[kind]}.{ending}" if kind in OF_PEOPLE else str(blotted(name))


async def add(
    people: People, tx: Tx, loaded: Loaded, kind: str, kept: Kept, by: UUID | None, made_from: str | None = None,
    owner: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keep a file under the key of whom it is about, without anybody named the applicant's, and return its id."""
    data = kept.data
    applicant = loaded.file.application.applicant
    if owner is not None and owner not in {row["person_id"] for row in await reading.people(tx.db, loaded.id)}:
        raise NotFound("本案里没有这个人")
    name = shown_name(kind, kept.name, of_another=owner not in {None, applicant})
    item = await people.keep_bytes(tx, owner or applicant, "file", data)
    file_id = tx.new_id()
    await store.keep_file(
        tx, loaded.id, file_id, kind=kind, name=name, media_type=kept.media_type, size=len(data),
        digest=digest_of(data), item=item, made_from=made_from, by=by,
    )  # fmt: skip
    return file_id


async def redact(
    desk: Desk, people: People, workers: Workers, tx: Tx, loaded: Loaded, file_id: UUID, passages: Sequence[Passage],
    form: CleanForm, by: UUID,
) -> UUID:  # fmt: skip
    """Make a clean copy and record that it was made."""
    row = await reading.file(tx.db, loaded.id, file_id)
    data = await people.read_bytes(tx, row["item_id"], "handling")
    made = await workers.run(clean_copy, row["name"], data, tuple(passages), form)
    stem = row["name"].rpartition(".")[0] or row["name"]
    name = f"{stem}（区分处理）.{form}"
    clean = Kept(*must_be_keepable(name, made.data), made.data)
    copy = await add(people, tx, loaded, "redacted", clean, by, row["digest"])
    command = c.NoteRedaction(row["digest"], digest_of(made.data), made.passages, made.articles, by)
    await desk.decide_on(tx, loaded, command)
    return copy


def clean_copy(name: str, data: bytes, passages: tuple[Passage, ...], form: CleanForm) -> Copied:
    """Take the passages out. A top-level function of values, for a worker process."""
    clean = take_out(read_document(name, data), passages)
    made = clean_docx(clean) if form == "docx" else clean_pdf(clean)
    return Copied(made, clean.passages, clean.articles)


async def proposals(
    people: People, workers: Workers, tx: Tx, loaded: Loaded, file_id: UUID
) -> tuple[str, list[dict[str, Any]]]:
    """Return the text of a file and what in it somebody should look at."""
    row = await reading.file(tx.db, loaded.id, file_id)
    data = await people.read_bytes(tx, row["item_id"], "handling")
    return await workers.run(proposed, row["name"], data, legal_date(tx.now))


def proposed(name: str, data: bytes, today: date) -> tuple[str, list[dict[str, Any]]]:
    document = read_document(name, data)
    found = propose(document, today)
    return document.text, [
        {"start": one.passage.start, "end": one.passage.end, "reason": one.passage.reason,
         "article": one.passage.article, "title": one.title, "why": one.why, "certain": one.certain}
        for one in found
    ]  # fmt: skip


