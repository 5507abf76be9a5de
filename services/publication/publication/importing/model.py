"""What an import gives back, and how much of a file may be looked at."""

from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one upload from costing more than a moment. All are checked before the work is done."""

    max_bytes: int = 50_000_000
    max_entries: int = 3_000
    max_unpacked: int = 200_000_000
    max_part: int = 40_000_000
    max_ratio: int = 150
    max_pixels: int = 60_000_000
    max_pictures: int = 100
    max_pages: int = 300
    max_page_content: int = 3_000_000
    max_pdf_seconds: float = 20.0
    max_rows: int = 2_000
    max_columns: int = 60
    max_sheets: int = 50
    max_nesting: int = 200
    max_characters: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """An image found in the file. The Markdown refers to it as `/blobs/<digest>`."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        return "sha256:" + sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """A draft made from a file. `notes` are sentences for the officer about what did not come along.

    `properties` may hold document_number, formed_on (ISO date), issuing_organ, author, last_modified_by, company.
    """

    markdown: str
    title: str
    images: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportRefused:
    """The file was not taken; the sentence tells the officer why and what to do."""

    sentence: str


class UnreadableFileError(Exception):
    """Carries the sentence of a refusal up to `import_file`."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
