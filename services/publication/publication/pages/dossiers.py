"""Everything the pages of one document show together, read in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup

from gongkai.runtime.tx import Tx
from gongkai.statute.legal_day import legal_date
from gongkai.web.components import ClockChip, FileItem
from gongkai.web.filters import date_plain
from gongkai.web.session import Officer
from publication import reading, store
from publication.callers import officer_of
from publication.catalogue.columns import Columns
from publication.domain.content import FORM_NAMES, KIND_NAMES, OPENNESS_NAMES, Content
from publication.domain.dossier import STATE_NAMES, Dossier, Drafting, Reviewing, Written
from publication.domain.gates import Gate
from publication.pages.console import BASE, Console, column_name
from publication.pages.deadlines import chip, why_of
from publication.service import Case
from publication.work import Act, acts_on_document

VALIDITY_NAMES: Final = {
    "valid": "有效",
    "changed": "已修改",
    "repealed": "废止",
    "void": "失效",
    "withdrawn": "已撤回",
}
#: A draft that came of an application bears the id of its conversion review, by which the case is found.
_CASE_LINK: Final = Markup('<a href="/request/conversions/{}">依申请公开办件</a>')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document as the pages know it."""

    case: Case
    row: Mapping[str, Any]
    content: Content
    gates: Sequence[Gate]
    columns: Columns
    marks: Sequence[Mapping[str, Any]]
    editions: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]
    checked: bool
    clocks: Sequence[Mapping[str, Any]]
    acts: Sequence[Act]
    today: date

    @property
    def id(self) -> UUID:
        return self.case.id

    @property
    def document(self) -> Written:
        return self.case.document

    @property
    def dossier(self) -> Dossier:
        return self.case.dossier

    @property
    def state(self) -> str:
        return STATE_NAMES[type(self.document)]

    @property
    def editable(self) -> bool:
        return isinstance(self.document, Drafting | Reviewing)

    @property
    def base(self) -> str:
        return f"{BASE}/documents/{self.id}"

    def signed_at(self) -> dict[Any, datetime]:
        """Return when each mark that holds was put."""
        return {
            mark["step"]: mark["put_at"]
            for mark in self.marks
            if mark["result"] == "passed" and mark["voided_at"] is None and mark["edition"] == self.dossier.edition
        }

    def people(self) -> set[UUID | None]:
        """Return everybody this document's pages name."""
        found: set[UUID | None] = {self.dossier.started_by, self.dossier.saved_by, self.row["changed_by"]}
        for mark in self.marks:
            found |= {mark["person"], mark["on_behalf_of"]}
        found |= {edition["saved_by"] for edition in self.editions}
        found |= {answer.person for answer in self.dossier.answers}
        found |= {answer.on_behalf_of for answer in self.dossier.answers}
        found |= {waiver.person for waiver in self.dossier.waivers}
        return found


async def open_sheet(console: Console, tx: Tx, officer: Officer, document_id: UUID) -> Sheet:
    """Read a document of this officer's organ."""
    organ_id = officer.organ_id
    case = await console.desk.load(tx, document_id, organ_id)
    content = await console.desk.content(case.dossier.digest)
    row = await reading.document(tx.db, organ_id, document_id)
    report, findings = await reading.findings(console.kit.blobs, case.dossier)
    clocks = await reading.clocks_of(tx.db, document_id)
    reviewers = [mark.person for mark in case.dossier.marks if mark.step.endswith("-review")]
    return Sheet(
        case=case,
        row=row,
        content=content,
        gates=await console.desk.gates(tx, case, content),
        columns=await store.columns_on(tx, organ_id, legal_date(tx.now)),
        marks=await reading.marks(tx.db, document_id),
        editions=await reading.editions(tx.db, document_id),
        findings=findings,
        checked=report is not None,
        clocks=clocks,
        acts=acts_on_document(officer_of(officer), {**row, "reviewers": reviewers}),
        today=legal_date(tx.now),
    )


def meta_of(sheet: Sheet) -> list[tuple[str, str]]:
    """Give the metadata as pairs; what is empty is left out by the component."""
    content, dossier = sheet.content, sheet.dossier
    number = dossier.number
    return [
        ("索引号", number.index_number if number else ""),
        ("类型", KIND_NAMES[content.kind]),
        ("栏目", column_name(sheet.columns, content.column_id)),
        ("发文字号", content.document_number),
        ("成文日期", date_plain(content.formed_on)),
        ("公开属性", OPENNESS_NAMES[content.openness]),
        ("理由", content.openness_reason),
        ("主题分类", "；".join(content.themes)),
        ("关键词", "、".join(content.keywords)),
        ("重要文件", "是" if content.important else ""),
        ("解读形式", FORM_NAMES[content.form] if content.form else ""),
        ("法律依据", content.legal_basis),
        ("有效期至", date_plain(content.valid_until)),
        ("有效性", VALIDITY_NAMES[dossier.live.validity] if dossier.live else ""),
        ("地址", number.permalink if number and dossier.live else ""),
        ("短标题", content.short_title),
        ("摘要", content.summary),
        ("来源", _CASE_LINK.format(sheet.id) if dossier.source == "converted" else ""),
    ]


def files_of(sheet: Sheet) -> list[FileItem]:
    return [file_item(file) for file in sheet.content.attachments]


def file_item(file: Any) -> FileItem:
    return FileItem(file.name, f"{BASE}/api/files/{file.digest}", file.size)


def running(clocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the clocks that still run, without the warning that goes before its own deadline."""
    return [
        clock
        for clock in clocks
        if clock["stopped_at"] is None and clock["fired_at"] is None and clock["kind"] != "proactive-warning"
    ]


def nearest(console: Console, sheet: Sheet) -> ClockChip | None:
    """Give the chip of the nearest date that still counts; a date that passed keeps counting until it is met."""
    open_ones = [c for c in sheet.clocks if c["stopped_at"] is None and c["kind"] != "proactive-warning"]
    if not open_ones or (sheet.dossier.live is not None and not sheet.dossier.owed and sheet.dossier.penalty is None):
        return None
    clock = min(open_ones, key=lambda each: each["due_on"])
    return chip_of(console, sheet.id, clock, sheet.today)


def chip_of(console: Console, document_id: UUID, clock: Mapping[str, Any], today: date) -> ClockChip:
    due_on = clock["due_on"]
    why = why_of(clock["counted"], clock["article"], due_on)
    href = f"{BASE}/clocks/{document_id}/{clock['kind']}"
    return chip(due_on, today, console.kit.calendar, why=why, href=href, provisional=clock["provisional"])


def with_own_blobs(html: str) -> str:
    """Let pictures of a text that is not public yet be fetched by officers, from their own door."""
    return html.replace('src="/blobs/', f'src="{BASE}/api/files/')
