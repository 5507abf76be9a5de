"""What is checked, what is found, and what may be done about it. Values only."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Severity = Literal["must", "judge", "note"]
Category = Literal[
    "personal", "state-name", "organ-name", "leader", "formula", "territory", "ethnic-religious", "place-name",
    "law-name", "obsolete", "date-number", "punctuation-unit", "link", "context", "metadata", "common",
]  # fmt: skip
Origin = Literal[
    "title", "body", "metadata", "attachment-text", "file-name", "file-property", "link-target", "docx-comment",
    "docx-deleted", "docx-hidden", "docx-margin", "docx-footnote", "xlsx-sheet", "xlsx-hidden", "xlsx-comment",
    "xlsx-name", "pdf-text", "pdf-covered", "pdf-annotation", "pdf-field", "image-property", "embedded-file",
]  # fmt: skip

CATEGORY_LABELS: dict[Category, str] = {
    "personal": "个人信息",
    "state-name": "国家和党的名称",
    "organ-name": "机关名称",
    "leader": "领导人姓名和职务",
    "formula": "政治术语和固定语",
    "territory": "领土和港澳台表述",
    "ethnic-religious": "民族宗教称谓",
    "place-name": "地名",
    "law-name": "法律法规名称",
    "obsolete": "过时的机构、法规或文件",
    "date-number": "日期、星期和数字",
    "punctuation-unit": "标点、括号和计量单位",
    "link": "链接",
    "context": "占位和未完成内容",
    "metadata": "文件要素",
    "common": "常见错别字",
}
SEVERITY_LABELS: dict[Severity, str] = {"must": "必须处理", "judge": "需要判断", "note": "提示"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and where it lies. `id` names it stably within an edition; offsets of findings point into `text`."""

    id: str
    origin: Origin
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle a finding. `replacement` stands in for the text between start and end; None changes nothing."""

    id: Literal["replace", "mask", "remove", "keep"]
    label: str
    replacement: str | None = None
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the checks noticed.

    `excerpt` has personal data masked and is for people who may read the edition; it never goes into a fact, an event
    or a log. `fingerprint` survives edits elsewhere and is not derived from unmasked personal data.
    """

    rule_id: str
    severity: Severity
    category: Category
    title: str
    why: str
    piece: str
    origin: Origin
    where: str
    start: int
    end: int
    excerpt: str
    suggestions: tuple[str, ...]
    choices: tuple[Choice, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class CheckInput:
    """An edition with its metadata and with the texts that were found in its attachments (`extract_texts`)."""

    title: str
    body: str
    kind: str = "other"
    document_number: str | None = None
    index_number: str | None = None
    formed_on: date | None = None
    organ_name: str = ""
    organ_uscc: str | None = None
    organ_phones: tuple[str, ...] = ()
    organ_emails: tuple[str, ...] = ()
    organ_addresses: tuple[str, ...] = ()
    summary: str = ""
    keywords: tuple[str, ...] = ()
    short_title: str = ""
    pieces: tuple[Piece, ...] = ()
    dead_links: frozenset[str] = frozenset()
    #: Addresses that gave no answer just now: they may be out of order, or not to be reached from here.
    silent_links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Word:
    wrong: str
    rights: tuple[str, ...]
    category: Category
    severity: Severity
    source: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed name: a text that differs from it by one character inside is a mistake."""

    text: str
    category: Category
    severity: Severity


@dataclass(frozen=True, slots=True)
class Outdated:
    """An organ, place or law that was replaced on a day."""

    name: str
    now: str
    since: date
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    name: str
    held_from: date
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class Leader:
    name: str
    posts: tuple[Post, ...]
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class TerritoryRule:
    pattern: str
    severity: Severity
    why: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitive:
    id: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepealedDocument:
    """A document of ours or of others that no longer holds: cited by title or number, it is found."""

    title: str
    number: str | None
    since: date
    replaced_by: str = ""
    validity: Literal["repealed", "void", "withdrawn", "changed"] = "repealed"


@dataclass(frozen=True, slots=True)
class Lists:
    """All word lists as one value: ours from the package, with the organ's own edits laid over them.

    `digest` identifies the content; compiled matchers are kept per digest in each process.
    """

    digest: str
    as_of: date
    words: tuple[Word, ...] = ()
    word_exceptions: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    phrase_exceptions: tuple[str, ...] = ()
    leaders: tuple[Leader, ...] = ()
    organs: tuple[Outdated, ...] = ()
    places: tuple[Outdated, ...] = ()
    laws: tuple[Outdated, ...] = ()
    territory: tuple[TerritoryRule, ...] = ()
    traditional: tuple[tuple[str, str], ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    surnames: str = ""
    compound_surnames: tuple[str, ...] = ()
    repealed_documents: tuple[RepealedDocument, ...] = ()
    known_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListEdits:
    """What one organ adds to the lists and what it takes out of them."""

    words: tuple[Word, ...] = ()
    allowed: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    leaders: tuple[Leader, ...] = ()
    organs: tuple[Outdated, ...] = ()
    laws: tuple[Outdated, ...] = ()
    repealed_documents: tuple[RepealedDocument, ...] = ()
    known_hosts: tuple[str, ...] = field(default=())
