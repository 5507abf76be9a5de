"""Automatic checks of an edition and its attachments. Pure: no I/O, no clock; the lists are values passed in."""

from publication.checks.extract import Extracted, extract_texts
from publication.checks.links import file_names, find_links
from publication.checks.lists import load_lists, with_edits
from publication.checks.model import (
    CATEGORY_LABELS,
    SEVERITY_LABELS,
    CheckInput,
    Choice,
    Finding,
    Leader,
    ListEdits,
    Lists,
    Outdated,
    Phrase,
    Piece,
    Post,
    RepealedDocument,
    Word,
)
from publication.checks.run import blocking, check

__all__ = [
    "CATEGORY_LABELS",
    "SEVERITY_LABELS",
    "CheckInput",
    "Choice",
    "Extracted",
    "Finding",
    "Leader",
    "ListEdits",
    "Lists",
    "Outdated",
    "Phrase",
    "Piece",
    "Post",
    "RepealedDocument",
    "Word",
    "blocking",
    "check",
    "extract_texts",
    "file_names",
    "find_links",
    "load_lists",
    "with_edits",
]
