"""Turns what a detector saw into findings: offsets of the original, masked excerpts, choices, fingerprints."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from publication.checks.mask import PersonalKind, mask
from publication.checks.model import Category, Choice, Finding, Piece, Severity
from publication.checks.scan import Scan

_CONTEXT = 12
# A list of thousands of people is told by its first entries; the file has to be replaced anyway.
_MOST_OF_A_KIND = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector returns; offsets are those of the scanned text."""

    rule_id: str
    severity: Severity
    category: Category
    title: str
    why: str
    start: int
    end: int
    suggestions: tuple[str, ...] = ()
    personal: PersonalKind | None = None
    may_keep: bool = True


def findings(piece: Piece, scanned: Scan, hits: Iterable[Hit]) -> list[Finding]:
    """One finding per place and rule, in reading order; of personal data at one place the widest wins."""
    ordered = sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.rule_id))
    private = [(hit, *scanned.source_span(hit.start, hit.end)) for hit in ordered if hit.personal]
    starts = [start for _, start, _ in private]
    seen: Counter[str] = Counter()
    told: Counter[str] = Counter()
    many = Counter(hit.rule_id for hit in ordered)
    found = []
    for hit in ordered:
        told[hit.rule_id] += 1
        if told[hit.rule_id] > _MOST_OF_A_KIND:
            continue
        start, end = scanned.source_span(hit.start, hit.end)
        value = piece.text[start:end]
        shown = (
            mask(hit.personal, value)
            if hit.personal
            else _excerpt(
                piece.text, start, end, private[bisect_left(starts, start - 300) : bisect_right(starts, end + 50)]
            )
        )
        # The key holds nothing that would let an outsider guess the number: the masked form only.
        key = f"{hit.rule_id}\n{piece.id}\n{shown if hit.personal else value[:200]}"
        seen[key] += 1
        digest = sha256(f"{key}\n{seen[key]}".encode()).hexdigest()[:32]
        title = _title(hit, told[hit.rule_id], many[hit.rule_id])
        found.append(
            Finding(
                hit.rule_id, hit.severity, hit.category, title, hit.why, piece.id, piece.origin, piece.where,
                start, end, shown, hit.suggestions, _choices(hit, value, piece), digest,
            )
        )  # fmt: skip
    return found


def _title(hit: Hit, place: int, all_of_kind: int) -> str:
    if place == _MOST_OF_A_KIND and all_of_kind > place:
        return f"{hit.title}（后面还有{all_of_kind - place}处同类问题没有逐一列出）"
    return hit.title


def _excerpt(text: str, start: int, end: int, private: list[tuple[Hit, int, int]]) -> str:
    left, right = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT, start + 120)
    shown = list(text[left:right])
    for hit, a, b in private:
        if a < right and b > left and hit.personal:
            hidden = mask(hit.personal, text[a:b])
            if len(hidden) != b - a:
                hidden = "*" * (b - a)
            for at in range(max(a, left), min(b, right)):
                shown[at - left] = hidden[at - a]
    return ("…" if left else "") + "".join(shown).replace("\n", " ") + ("…" if right < len(text) else "")


def _choices(hit: Hit, value: str, piece: Piece) -> tuple[Choice, ...]:
    keep = Choice("keep", "保留原文，说明理由", needs_reason=True)
    # Text in a file cannot be changed from here: the file itself must be replaced.
    editable = piece.origin in {"title", "body", "metadata"}
    if hit.personal:
        options = []
        if editable:
            options = [
                Choice("mask", "按默认方式隐去", mask(hit.personal, value)),
                Choice("remove", "删除这段文字", ""),
            ]
        if hit.may_keep:
            options.append(Choice("keep", "依法应当公开，说明法律依据或本人单独同意的情况", needs_reason=True))
        return tuple(options)
    replacements = tuple(Choice("replace", f"改为“{text}”", text) for text in hit.suggestions if editable)
    return (*replacements, keep)
