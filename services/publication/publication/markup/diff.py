"""The difference between two bodies, paragraph by paragraph and then character by character. Holds no HTML."""

from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from publication.markup.blocks import blocks
from publication.markup.render import text_lines

RowKind = Literal["same", "changed", "added", "removed"]
PartKind = Literal["same", "del", "ins"]

# Below this likeness two paragraphs are shown as one removed and one added: an interleaved pair would be unreadable.
_ALIKE: Final = 45.0
# Beyond these sizes the comparison gives up detail rather than time.
_MOST_PAIRS: Final = 25_000_000
_MOST_ALIGNED: Final = 40_000
_LONGEST_FINE: Final = 20_000
# Islands of equal text shorter than this between two changes are swallowed: one change reads better than three.
_SHORT_ISLAND: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; numbers are 1-based paragraph numbers, None where that side has nothing."""

    kind: RowKind
    old_no: int | None
    new_no: int | None
    old_parts: tuple[Part, ...]
    new_parts: tuple[Part, ...]


def paragraphs(markdown: str) -> list[str]:
    """List the paragraphs a reader sees, as plain text; the unit of comparison."""
    return [line for block in blocks(markdown) for line in text_lines(block)]


def diff(old: str, new: str) -> list[Row]:
    before, after = paragraphs(old), paragraphs(new)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in _spans(before, after):
        if tag == "equal":
            rows.extend(_same(i, j, before[i]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True))
        else:
            rows.extend(_rewritten(before, after, (i1, i2), (j1, j2)))
    return rows


def _spans(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    b_end, a_end = len(before) - tail, len(after) - tail
    spans: list[tuple[str, int, int, int, int]] = [("equal", 0, head, 0, head)] if head else []
    if (b_end - head) * (a_end - head) > _MOST_PAIRS:
        spans.append(("replace", head, b_end, head, a_end))
    else:
        raw = [
            (op.tag, op.src_start + head, op.src_end + head, op.dest_start + head, op.dest_end + head)
            for op in Indel.opcodes(before[head:b_end], after[head:a_end])
        ]
        spans.extend(_merged(raw))
    if tail:
        spans.append(("equal", b_end, len(before), a_end, len(after)))
    return spans


def _merged(spans: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """Neighbouring deletions and insertions become one replacement."""
    merged: list[tuple[str, int, int, int, int]] = []
    for tag, i1, i2, j1, j2 in spans:
        if merged and tag != "equal" and merged[-1][0] != "equal":
            _, a1, _, b1, _ = merged[-1]
            merged[-1] = ("replace", a1, i2, b1, j2)
        else:
            merged.append((tag if tag == "equal" else "replace", i1, i2, j1, j2))
    return merged


def _same(i: int, j: int, text: str) -> Row:
    parts = (Part("same", text),)
    return Row("same", i + 1, j + 1, parts, parts)


def _removed(i: int, text: str) -> Row:
    return Row("removed", i + 1, None, (Part("del", text),), ())


def _added(j: int, text: str) -> Row:
    return Row("added", None, j + 1, (), (Part("ins", text),))


def _rewritten(before: list[str], after: list[str], old: tuple[int, int], new: tuple[int, int]) -> list[Row]:
    rows: list[Row] = []
    i, j = old[0], new[0]
    for pair_i, pair_j in _pairs(before, after, old, new):
        rows.extend(_removed(k, before[k]) for k in range(i, pair_i))
        rows.extend(_added(k, after[k]) for k in range(j, pair_j))
        old_parts, new_parts = _parts(before[pair_i], after[pair_j])
        rows.append(Row("changed", pair_i + 1, pair_j + 1, old_parts, new_parts))
        i, j = pair_i + 1, pair_j + 1
    rows.extend(_removed(k, before[k]) for k in range(i, old[1]))
    rows.extend(_added(k, after[k]) for k in range(j, new[1]))
    return rows


def _pairs(
    before: list[str],
    after: list[str],
    old: tuple[int, int],
    new: tuple[int, int],
) -> list[tuple[int, int]]:
    """Pair paragraphs in order so that the total likeness is greatest."""
    rows, columns = old[1] - old[0], new[1] - new[0]
    if rows * columns > _MOST_ALIGNED:
        return []
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    likeness = [[0.0] * columns for _ in range(rows)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            a, b = before[old[0] + i], after[new[0] + j]
            likeness[i][j] = ratio(a[:2000], b[:2000], score_cutoff=_ALIKE)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    pairs = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((old[0] + i, new[0] + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _parts(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    if max(len(old), len(new)) > _LONGEST_FINE:
        return (Part("del", old),), (Part("ins", new),)
    spans = _merged([(o.tag, o.src_start, o.src_end, o.dest_start, o.dest_end) for o in Indel.opcodes(old, new)])
    joined: list[tuple[str, int, int, int, int]] = []
    for at, span in enumerate(spans):
        tag, i1, i2, _, j2 = span
        island = tag == "equal" and 0 < at < len(spans) - 1 and i2 - i1 < _SHORT_ISLAND
        if joined and joined[-1][0] == "replace" and (island or tag == "replace"):
            joined[-1] = ("replace", joined[-1][1], i2, joined[-1][3], j2)
        else:
            joined.append(span)
    old_parts = tuple(Part("same" if tag == "equal" else "del", old[i1:i2]) for tag, i1, i2, _, _ in joined if i2 > i1)
    new_parts = tuple(Part("same" if tag == "equal" else "ins", new[j1:j2]) for tag, _, _, j1, j2 in joined if j2 > j1)
    return old_parts, new_parts
