"""What programs get. One shape per thing, so that the OpenAPI document says what comes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from publication.http.bodies import ContentBody


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Created(View):
    id: UUID
    edition: int = 1


class ProblemView(View):
    path: str
    sentence: str
    article: str


class GateView(View):
    name: str
    ok: bool
    sentence: str
    article: str
    problems: list[ProblemView] = []


class DocumentRow(View):
    id: UUID
    state: str
    kind: str
    column_id: str
    openness: str
    important: bool
    title: str
    document_number: str
    formed_on: date | None
    edition: int
    index_number: str | None
    permalink: str | None
    next_step: str | None
    returned: bool
    checked: bool
    unsettled: int
    owed: list[str]
    release_id: UUID | None
    live_edition: int | None
    live_validity: str | None
    published_at: datetime | None
    unit: str
    started_by: UUID
    source: str
    changed_at: datetime
    changed_by: UUID | None


class DocumentList(View):
    documents: list[DocumentRow]
    total: int
    page: int


class LinkView(View):
    id: UUID
    form: str
    title: str
    state: str
    permalink: str | None
    live_edition: int | None


class ClockView(View):
    kind: str
    name: str
    due_on: date
    article: str
    provisional: bool
    counted: dict[str, Any]


class DocumentView(DocumentRow):
    """A document whole: its row, the text of its current edition, its links, its running clocks."""

    digest: str
    disclosure_left: list[str]
    content: ContentBody
    explanation: str
    interpreted_by: list[LinkView]
    interprets: list[LinkView]
    clocks: list[ClockView]


class EditionRow(View):
    edition: int
    digest: str
    title: str
    saved_by: UUID
    saved_at: datetime


class EditionList(View):
    editions: list[EditionRow]


class EditionView(EditionRow):
    content: ContentBody


class MarkView(View):
    edition: int
    step: str
    step_zh: str
    result: str
    digest: str
    person: UUID
    role: str
    on_behalf_of: UUID | None
    opinion: str
    errors_found: int
    put_at: datetime
    voided_at: datetime | None


class AnswerView(View):
    item: str
    result: str
    reason: str
    edition: int
    person: UUID
    role: str


class ReviewRecord(View):
    """三审三校 and the disclosure review of a document, printable."""

    edition: int
    digest: str
    next_step: str | None
    marks: list[MarkView]
    disclosure: list[AnswerView]
    owed: list[str]


class WaiverView(View):
    person: UUID
    role: str
    reason: str


class ChoiceView(View):
    id: str
    label: str
    replacement: str | None
    needs_reason: bool


class FindingView(View):
    key: str
    rule: str
    severity: str
    severity_zh: str
    category: str
    category_zh: str
    title: str
    why: str
    piece: str
    origin: str
    where: str
    start: int
    end: int
    excerpt: str
    suggestions: list[str]
    choices: list[ChoiceView]
    personal: bool
    assessed: bool
    waiver: WaiverView | None


class FindingList(View):
    edition: int
    checked: bool
    findings: list[FindingView]


class GateList(View):
    ready: bool
    gates: list[GateView]


class Released(View):
    release_ids: list[UUID]


class ChannelCell(View):
    id: str
    kind: str
    name: str
    state: str
    state_zh: str
    laggard: bool
    acted_at: datetime | None = None
    confirmed_at: datetime | None = None
    url: str | None = None
    reason: str = ""
    code: str = ""
    outcome: str | None = None
    retry: bool | None = None


class ReleaseView(View):
    """One row of the matrix."""

    id: UUID
    document_id: UUID
    title: str
    state: str
    change: str
    edition: int
    policy: str
    emergency: bool
    reason: str
    held_by: str | None
    needs_person: bool
    prepare_by: datetime
    scheduled_at: datetime | None
    release_at: datetime | None
    published_at: datetime | None
    skew_ms: float | None
    opened_at: datetime
    changed_at: datetime
    channels: list[ChannelCell]


class ReleaseList(View):
    releases: list[ReleaseView]
    total: int
    page: int


class ChannelView(View):
    id: str
    kind: str
    name: str
    mode: str


class ChannelList(View):
    channels: list[ChannelView]


class ColumnView(View):
    id: str
    name: str
    parent_id: str | None
    position: int
    kinds: list[str]
    legal_basis: str
    owner_unit: str
    time_limit: str
    update_rule: str
    description: str
    release_policy: str
    in_navigation: bool


class CatalogueView(View):
    revision: int
    effective_on: date
    note: str
    recorded_at: datetime
    revised_by: UUID | None
    columns: list[ColumnView]


class RevisionView(View):
    revision: int
    effective_on: date
    note: str
    recorded_at: datetime
    revised_by: UUID | None


class RevisionList(View):
    revisions: list[RevisionView]


class ColumnHealth(View):
    column_id: str
    name: str
    state: str
    documents: int
    last_on: date | None
    idle_since: date | None
    sentence: str


class HealthList(View):
    columns: list[ColumnHealth]


class WorkView(View):
    """One thing that waits for the caller."""

    about: str
    id: UUID
    title: str
    act: str
    step: str
    sentence: str
    on_behalf_of: UUID | None
    due_on: date | None


class WorkList(View):
    work: list[WorkView]


class FileView(View):
    name: str
    digest: str
    size: int
    media_type: str


class ImportView(View):
    id: UUID
    edition: int
    title: str
    notes: list[str]


class AutosaveView(View):
    edition: int
    content: dict[str, Any]
    saved_at: datetime


class AuditEntry(View):
    """One fact of the register. `backs` is the digest it is bound to."""

    position: int
    version: int
    kind: str
    sentence: str
    recorded_at: datetime
    actor: str
    data: dict[str, Any]


class AuditTrail(View):
    entries: list[AuditEntry]


class WordListView(View):
    revision: int
    edits: dict[str, Any]
    changed_by: UUID | None
    changed_at: datetime | None


class RebuiltView(View):
    documents: int
    releases: int
    catalogues: int
    site_errors: int
