"""Names of files and what their suffixes say."""

from typing import Final

from gongkai.web.texts import bare_name as file_name
from publication.domain.content import File

__all__ = ["MEDIA_TYPES", "file_name", "is_name_of", "kind_of"]

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


def kind_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def is_name_of(file: File) -> bool:
    """Tell whether an upload may be called so: a bare name whose suffix says what the file is."""
    return file.name == file_name(file.name) and MEDIA_TYPES.get(kind_of(file.name)) == file.media_type
