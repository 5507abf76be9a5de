"""Values that several owners' events are made of."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gongkai.contracts.envelope import Digest, Named, Part

ChannelKind = Literal["website", "wechat", "weibo"]
Openness = Literal["proactive", "on-request", "closed"]
Validity = Literal["valid", "changed", "repealed", "void", "withdrawn"]
ReleasePolicy = Literal["all-or-hold", "site-first"]
ReleaseChange = Literal["publish", "correct", "withdraw", "repeal"]
DocumentKind = Literal[
    "normative",
    "policy",
    "notice",
    "announcement",
    "news",
    "interpretation",
    "plan",
    "report",
    "work-dynamics",
    "decision",
    "statistics",
    "penalty",
    "licence",
    "annual-report",
    "guide",
    "other",
]


ApplicantKind = Literal["np", "com", "res", "soc", "law", "oth"]
RequestChannel = Literal["online", "in-person", "post-signed", "post-ordinary", "fax", "email", "oral", "platform"]
RequestRow = Literal[
    "g", "p", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8",
    "u1", "u2", "u3", "n1", "n2", "n3", "n4", "n5", "o1", "o2", "o3",
]  # fmt: skip
"""Rows of table 3 of the annual report: how a request ended."""
RemedyKind = Literal["reconsideration", "suit-direct", "suit-after", "complaint"]


class BlobRef(Part):
    """Bytes that lie with the owner of the event; fetched at `<owner prefix>/blobs/<digest>` and checked."""

    digest: Digest
    size: int = Field(ge=0, description="bytes")
    media_type: Named


class Attachment(Part):
    name: Named
    blob: BlobRef


class ChannelRef(Part):
    """A place that shows documents. `id` is `website` or `account:<uuid>`."""

    id: Named
    kind: ChannelKind
    name: Named


class RelatedDocument(Part):
    """A link from one document to another; the two-way link of an interpretation is one of these on each side."""

    relation: Literal["interprets", "interpreted-by", "replaces", "replaced-by", "attachment-of", "see-also"]
    document_id: UUID
    title: Named
    permalink: str
    form: str | None = Field(default=None, description="for interpretations: text, chart, video, qa, live …")


class EditionManifest(Part):
    """Everything a channel needs to show one edition. Its canonical JSON is the blob whose digest is approved."""

    document_id: UUID
    edition: int = Field(ge=1)
    organ_id: UUID
    organ_name: Named
    organ_slug: str = Field(pattern=r"^[a-z][a-z0-9]{1,19}$")
    title: Named
    short_title: str | None = Field(
        default=None, description="for channels with a short limit: 公众号 takes 32 characters"
    )
    kind: DocumentKind
    column_id: str
    column_name: Named
    permalink: str = Field(pattern=r"^/d/[a-z][a-z0-9]*-\d{4}-\d{5}$")
    index_number: Named
    document_number: str | None = None
    formed_on: date | None = Field(default=None, description="成文日期")
    openness: Openness = "proactive"
    themes: tuple[str, ...] = Field(default=(), description="主题分类, e.g. 商贸、海关、旅游\\国内贸易（含供销）")
    keywords: tuple[str, ...] = ()
    validity: Validity = "valid"
    valid_until: date | None = None
    summary: str = ""
    body_html: str = Field(description="sanitised HTML; headings h2–h4, p, ol, ul, table, a, img of own blobs")
    body_text: str = Field(description="plain text of the body, for search and short channels")
    cover: BlobRef | None = None
    attachments: tuple[Attachment, ...] = ()
    related: tuple[RelatedDocument, ...] = ()
    explanation: str | None = Field(
        default=None, description="public explanation of a correction, withdrawal or repeal"
    )
    legal_basis: str | None = None
    important: bool = False


class ChannelOutcome(Part):
    """How one channel took part in a release, as `DocumentPublished` reports it."""

    channel: ChannelRef
    state: Literal["released", "laggard", "refused", "failed", "unknown", "skipped"]
    url: str | None = None
    acted_at: AwareDatetime | None = None
    confirmed_at: AwareDatetime | None = None


class ColumnEntry(Part):
    """A column of the site, which is an item of the basic catalogue (主动公开基本目录)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    parent_id: str | None = None
    name: Named
    position: int = 0
    legal_basis: str = ""
    owner_unit: str = ""
    time_limit: str = ""
    update_rule: Literal["on-change", "weekly", "monthly", "quarterly", "yearly", "news", "static"] = "on-change"
    description: str = ""
    release_policy: ReleasePolicy = "all-or-hold"
    in_navigation: bool = False
