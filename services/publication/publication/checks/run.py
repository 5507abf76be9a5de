"""Runs every detector over every text of an edition. Pure: the lists and the day are given, nothing is looked up."""

from datetime import date
from itertools import chain

from publication.checks import dates, links, metadata, personal, persons, typography, wording
from publication.checks.model import CheckInput, Finding, Lists, Piece
from publication.checks.report import findings
from publication.checks.scan import scan

_ORDER = {"must": 0, "judge": 1, "note": 2}
# Typing errors of an attachment's margins, comments and names are not worth an officer's time; personal data always is.
_WORDED = frozenset({"title", "body", "attachment-text", "xlsx-sheet", "pdf-text", "docx-footnote", "docx-margin"})


def check(edition: CheckInput, lists: Lists, today: date) -> list[Finding]:
    """All findings: in the order of the texts, then by place. Picklable in and out, to be run in another process."""
    found: list[Finding] = []
    for piece, hits in metadata.fields(edition, today):
        found.extend(findings(piece, scan(piece.text), hits))
    texts = [Piece("title", "title", "标题", edition.title), Piece("body", "body", "正文", edition.body)]
    texts += [
        Piece(f"field:{name}", "metadata", label, text)
        for name, label, text in (
            ("summary", "摘要", edition.summary),
            ("keywords", "关键词", "，".join(edition.keywords)),
            ("short_title", "短标题", edition.short_title),
        )
        if text
    ]
    for piece in chain(texts, edition.pieces):
        found.extend(check_piece(piece, edition, lists, today))
    return found


def check_piece(piece: Piece, edition: CheckInput, lists: Lists, today: date) -> list[Finding]:
    scanned = scan(piece.text)
    hits = chain(
        personal.detect(scanned, edition, today),
        persons.detect(scanned, edition, lists),
        wording.detect(scanned, edition, lists, today) if piece.origin in _WORDED or piece.origin == "metadata" else (),
        dates.detect(scanned, edition) if piece.origin in _WORDED else (),
        typography.detect(scanned, piece),
        links.detect(scanned, edition, lists),
        metadata.agreement(scanned.text, edition) if piece.origin == "body" else (),
    )
    return findings(piece, scanned, hits)


def blocking(found: list[Finding]) -> list[Finding]:
    """Those that must be settled before an edition may be signed off, the gravest first."""
    serious = (finding for finding in found if finding.severity != "note")
    return sorted(serious, key=lambda finding: _ORDER[finding.severity])
