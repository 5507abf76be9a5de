"""Files that officers bring: attachments of an edition, and files that become drafts."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.runtime.errors import Invalid
from gongkai.runtime.tx import Tx
from publication.desks import Desks
from publication.domain.content import Content, File, Kind
from publication.domain.people import Officer
from publication.importing import Imported, ImportRefused, import_file

ATTACHMENT_LIMIT: Final = 50 * 1024 * 1024
IMPORT_LIMIT: Final = 50 * 1024 * 1024
MEDIA_TYPES: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "txt": "text/plain",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "zip": "application/zip",
}
ATTACHMENT_KINDS: Final = tuple(MEDIA_TYPES)
IMPORT_KINDS: Final = ("docx", "pdf", "html", "htm", "txt", "md", "markdown", "xlsx")
_PICTURES: Final[dict[str, bytes]] = {
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF8",
}


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    id: UUID
    title: str
    notes: tuple[str, ...]


def file_name(raw: str) -> str:
    """Return a bare, printable name: folders and control characters are not ours to keep."""
    name = raw.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable()).strip().lstrip(".")
    return name[:120] or "未命名"


def kind_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


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
    return MEDIA_TYPES[kind]


async def attach(desks: Desks, tx: Tx, organ_id: UUID, by: UUID, raw_name: str, data: bytes) -> File:
    """Keep a file so that editions may refer to it."""
    name = file_name(raw_name)
    media_type = must_be_attachable(name, data)
    ref = await desks.kit.blobs.put(data, media_type)
    file = File(name, ref.digest, ref.size, media_type)
    await desks.desk.keep_upload(tx, organ_id, by, file)
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
