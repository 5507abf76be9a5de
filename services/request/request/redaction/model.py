"""A document as text with stable places, and the passages that must not be given out (A37). Pure.

Places are counted in characters of `Document.text`. The same file always gives the same text; `text_digest` lets a
kept list of passages refuse a text that became another. A passage is named in messages by its number from 1 and in
`PassageRefused.field` by its index from 0, as forms and programs need it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final, Literal

from gongkai.statute.articles import ARTICLES
from gongkai.statute.refusal import Refused
from request.redaction.detect import find

SourceKind = Literal["text", "markdown", "word", "pdf"]
LineKind = Literal["paragraph", "heading", "row"]

#: What may be the ground of a hidden passage: the articles by which a whole document would be kept closed (A14 to
#: A16), and the laws that keep personal data from strangers. Nothing else hides a line.
GROUNDS: Final[dict[str, str]] = {
    "A14": "国家秘密，法律、行政法规禁止公开，或者危及国家安全、公共安全、经济安全、社会稳定",
    "A15": "涉及商业秘密、个人隐私，公开会对第三方合法权益造成损害",
    "A16": "人事管理、后勤管理、内部工作流程，或者过程性信息、行政执法案卷信息",
    "I25": "个人信息未取得单独同意",
    "I28": "敏感个人信息",
    "I34": "超出履行法定职责所必需的个人信息",
    "M103": "未成年人的身份信息",
}
_SEVERANCE: Final = ARTICLES["A37"].citation
_REASON_LIMIT: Final = 200


class PassageRefused(Refused):
    """One passage of a list cannot be accepted; `field` is its place in the list, such as `passages[1].end`."""

    def __init__(self, reason: str, article: str = _SEVERANCE, *, field: str = "") -> None:
        super().__init__(reason, article)
        self.field = field

    def __reduce__(self) -> tuple[type["PassageRefused"], tuple[str, str], dict[str, object]]:  # type: ignore[override]
        return (PassageRefused, (self.reason, self.article), {"rule": None, "field": self.field})


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, heading or table row; the cells of a row are parted by tabs."""

    start: int
    end: int
    kind: LineKind = "paragraph"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """`notes` are sentences for the officer about what of the file is not in the text (pictures, comments, …)."""

    kind: SourceKind
    text: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def text_digest(self) -> str:
        return "sha256:" + sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` (not included) are not given out, for this reason, by this article's short id."""

    start: int
    end: int
    reason: str
    article: str

    @property
    def citation(self) -> str:
        return ARTICLES[self.article].citation


def compose(
    kind: SourceKind, lines: Iterable[tuple[str, LineKind, int]], notes: Sequence[str] = ()
) -> Document:
    """Lay lines one under another and keep where each one stands."""
    parts: list[str] = []
    placed: list[Line] = []
    at = 0
    for text, line_kind, level in lines:
        parts.append(text)
        placed.append(Line(at, at + len(text), line_kind, level))
        at += len(text) + 1
    return Document(kind, "\n".join(parts), tuple(placed), tuple(notes))


def checked(document: Document, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the passages in order and without blanks at their edges, or say which one cannot stand and why."""
    trimmed = [_checked_one(document, at, passage) for at, passage in enumerate(passages)]
    order = sorted(range(len(trimmed)), key=lambda at: (trimmed[at].start, trimmed[at].end))
    for before, after in pairwise(order):
        if trimmed[after].start < trimmed[before].end:
            first, second = sorted((before, after))
            raise PassageRefused(
                f"第{second + 1}处与第{first + 1}处重叠，请合并成一处或者调整起止位置。",
                field=f"passages[{second}].start",
            )
    ordered = tuple(trimmed[at] for at in order)
    if ordered and not _visible(document.text, ordered).strip():
        raise PassageRefused(
            "全部内容都隐去了，没有可以公开的部分，应当作出不予公开的决定，而不是区分处理。", field="passages"
        )
    return ordered


def _checked_one(document: Document, at: int, passage: Passage) -> Passage:
    named, field = f"第{at + 1}处", f"passages[{at}]"
    length = len(document.text)
    if not 0 <= passage.start < length:
        raise PassageRefused(
            f"{named}的起始位置{passage.start}不在正文之内（0至{length - 1}）。", field=f"{field}.start"
        )
    if not passage.start < passage.end:
        raise PassageRefused(f"{named}的结束位置{passage.end}应当在起始位置{passage.start}之后。", field=f"{field}.end")
    if passage.end > length:
        raise PassageRefused(f"{named}的结束位置{passage.end}超出正文（共{length}个字符）。", field=f"{field}.end")
    hidden = document.text[passage.start : passage.end]
    if not hidden.strip():
        raise PassageRefused(f"{named}只选中了空白，没有要隐去的文字。", field=f"{field}.start")
    if passage.article not in GROUNDS:
        allowed = "、".join(ARTICLES[key].citation for key in GROUNDS)
        said = ARTICLES[passage.article].citation if passage.article in ARTICLES else f"“{passage.article[:40]}”"
        raise PassageRefused(f"{named}引用的{said}不是不予公开的依据，只能引用{allowed}。", field=f"{field}.article")
    _checked_reason(document, passage.reason, hidden, named, f"{field}.reason")
    start = passage.start + len(hidden) - len(hidden.lstrip())
    return Passage(start, start + len(hidden.strip()), passage.reason.strip(), passage.article)


def _checked_reason(document: Document, reason: str, hidden: str, named: str, field: str) -> None:
    """Refuse a reason that is missing or says what it hides: it is kept for ever and shown to the applicant."""
    if not reason.strip():
        raise PassageRefused(f"{named}没有写明理由，请写明不予公开的理由。", field=field)
    if len(reason) > _REASON_LIMIT:
        raise PassageRefused(f"{named}的理由超过{_REASON_LIMIT}字，请精简。", field=field)
    word = re.sub(r"\s+", "", hidden)
    told = word in re.sub(r"\s+", "", reason) and len(word) >= 2 and document.text.count(hidden.strip()) == 1
    if told or find(reason):
        raise PassageRefused(f"{named}的理由里写出了要隐去的内容或者个人信息，请改用概括的说法。", field=field)


def _visible(text: str, passages: Sequence[Passage]) -> str:
    kept, at = [], 0
    for passage in passages:
        kept.append(text[at : passage.start])
        at = passage.end
    return "".join((*kept, text[at:]))


def visible_text(document: Document, passages: Sequence[Passage]) -> str:
    """Give what remains without any mark: for searching whether a hidden word still stands elsewhere."""
    return _visible(document.text, checked(document, passages))


def by_article(passages: Sequence[Passage]) -> tuple[tuple[str, int], ...]:
    """Count the passages per article, in the order of the articles, for the fact and for the letter."""
    counts = Counter(passage.article for passage in passages)
    return tuple((article, counts[article]) for article in GROUNDS if counts[article])
