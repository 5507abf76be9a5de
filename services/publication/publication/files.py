"""Files that officers bring: attachments of an edition, and files that become drafts."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.runtime.errors import Invalid
from gongkai.runtime.tx import Tx
from gongkai.runtime.zips import VIRUS_TEST
from gongkai.web import session
from publication.desks import Desks
from publication.domain.content import Content, File, Kind
from publication.domain.people import Officer
from publication.importing import Imported, ImportRefused, guards, import_file
from publication.importing.archive import Archive
from publication.importing.model import Limits, UnreadableFileError
from publication.naming import MEDIA_TYPES, file_name, kind_of

ATTACHMENT_LIMIT: Final = 50 * 1024 * 1024
IMPORT_LIMIT: Final = 50 * 1024 * 1024
ATTACHMENT_KINDS: Final = tuple(MEDIA_TYPES)
IMPORT_KINDS: Final = ("docx", "pdf", "html", "htm", "txt", "md", "markdown", "xlsx")
_PICTURES: Final[dict[str, bytes]] = {
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF8",
}
#: What the first bytes of these may say. Office programs open their old formats by content, so those are wider.
_MAGIC: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("docx", "xlsx", "pptx", "ofd", "zip"), frozenset({"zip"})),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et"), frozenset({"ole", "zip", "rtf"})),
    **dict.fromkeys(("txt", "csv"), frozenset({"text"})),
    "pdf": frozenset({"pdf"}),
}


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    id: UUID
    title: str
    notes: tuple[str, ...]


def must_be_attachable(name: str, data: bytes, path: str = "file") -> str:
    """Return the media type of an attachment, or say why it is not taken."""
    kind = kind_of(name)
    if kind not in MEDIA_TYPES:
        kinds = "、".join(each.upper() for each in ATTACHMENT_KINDS)
        raise Invalid([(path, f"“{name}”的格式不能作附件，请换成 {kinds}")])
    if not data:
        raise Invalid([(path, f"“{name}”是空的，请打开看一眼再传")])
    if len(data) > ATTACHMENT_LIMIT:
        megabytes = ATTACHMENT_LIMIT // (1024 * 1024)
        raise Invalid([(path, f"“{name}”有 {len(data) / 1024 / 1024:.1f} MB，超过 {megabytes} MB，请压缩或拆开再传")])
    if kind in _PICTURES and not data.startswith(_PICTURES[kind]):
        raise Invalid([(path, f"“{name}”不是{kind.upper()}图片，或者已经损坏")])
    try:
        guards.refuse_name(name)
        guards.refuse_infected(data)
    except UnreadableFileError as no:
        raise Invalid([(path, f"“{name}”：{no.sentence}")]) from no
    found = guards.magic(data)
    if found == "program" or found not in _MAGIC.get(kind, {found}):
        raise Invalid([(path, f"“{name}”的内容与扩展名不符，可能被改过名，请上传原来的文件")])
    return MEDIA_TYPES[kind]


def trouble_within(data: bytes) -> str:
    """Return what is wrong inside a zip, or nothing. A top-level function of values, for a worker process."""
    try:
        infected = Archive(data, Limits()).holds(VIRUS_TEST)
    except UnreadableFileError as no:
        return no.sentence
    return guards.INFECTED if infected else ""


async def attach(desks: Desks, caller: session.Officer, raw_name: str, data: bytes) -> File:
    """Keep a file so that editions may refer to it. Looking into it may take long; no connection is held meanwhile."""
    name = file_name(raw_name)
    media_type = must_be_attachable(name, data)
    if guards.magic(data) == "zip":
        trouble = await desks.workers.run(trouble_within, data)
        if trouble:
            raise Invalid([("file", f"“{name}”：{trouble}")])
    ref = await desks.kit.blobs.put(data, media_type)
    file = File(name, ref.digest, ref.size, media_type)
    async with desks.changing(caller) as tx:
        await desks.desk.keep_upload(tx, caller.organ_id, caller.person_id, file)
    return file


async def read_draft(desks: Desks, raw_name: str, data: bytes) -> Imported:
    """Read a file in a process of its own; what cannot be read is refused in one sentence."""
    name = file_name(raw_name)
    found = await desks.workers.run(import_file, name, data)
    if isinstance(found, ImportRefused):
        raise Invalid([("file", found.sentence)])
    return found


async def import_draft(
    desks: Desks,
    tx: Tx,
    by: Officer,
    organ_id: UUID,
    found: Imported,
    *,
    column_id: str,
    kind: Kind,
    document_id: UUID,
) -> ImportedDraft:
    """Make a draft of what was read; pictures of the file come along."""
    for picture in found.images:
        ref = await desks.kit.blobs.put(picture.data, picture.media_type)
        file = File(picture.name, ref.digest, ref.size, picture.media_type)
        await desks.desk.keep_upload(tx, organ_id, by.person, file)
    content = Content(
        title=found.title[:200],
        kind=kind,
        column_id=column_id,
        body=found.markdown,
        document_number=found.properties.get("document_number", "")[:60],
        formed_on=_date(found.properties.get("formed_on")),
        form="text" if kind == "interpretation" else None,
    )
    await desks.desk.create(tx, by, organ_id, content, document_id=document_id, source="imported")
    return ImportedDraft(document_id, content.title, found.notes)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
