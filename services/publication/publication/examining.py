"""The whole work of checking one edition, as one function for a process of its own. Imports nothing but the checks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from publication import checks
from publication.checks import CheckInput, Finding, ListEdits, Piece


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, what could not be read, and by which word lists. `pieces` are the texts of the attachments."""

    findings: tuple[Finding, ...]
    unread: tuple[str, ...]
    lists: str
    pieces: tuple[Piece, ...]
    #: Every address in the text and in the attachments, for whoever asks whether they answer.
    links: tuple[str, ...]


def examine(edition: CheckInput, files: Sequence[tuple[str, bytes]], edits: ListEdits, today: date) -> Examined:
    """Read the attachments and run every check. Texts that were read before need no files."""
    pieces = list(edition.pieces)
    unread: list[str] = []
    for name, data in files:
        found = checks.extract_texts(name, data)
        pieces += found.pieces
        unread += found.unread
    lists = checks.load_lists(edits)
    findings = checks.check(replace(edition, pieces=tuple(pieces)), lists, today)
    links = [link.url for text in (edition.body, *(piece.text for piece in pieces)) for link in checks.find_links(text)]
    return Examined(tuple(findings), tuple(unread), lists.digest, tuple(pieces), tuple(dict.fromkeys(links)))
