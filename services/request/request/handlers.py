"""Events in, commands out: other platforms, what publication publishes; and clocks that ring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gongkai.contracts.envelope import Event
from gongkai.contracts.inbound import RequestForwarded
from gongkai.contracts.publication import (
    CatalogueRevised,
    DocumentCorrected,
    DocumentPublished,
    DocumentWithdrawn,
)
from gongkai.runtime.kit import Handler, Timer
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.legal_day import legal_date
from request import afterwards, keeping, librarying, receiving, store
from request.clocks import NEAR
from request.converting import Converting
from request.domain import commands as c
from request.duplicating import Duplicating
from request.receiving import Reception
from request.service import Desk


@dataclass(frozen=True, slots=True)
class Handlers:
    desk: Desk
    reception: Reception
    converting: Converting
    duplicating: Duplicating

    def events(self) -> Mapping[type[Event], Handler]:
        return {
            RequestForwarded: self.take_forwarded,
            CatalogueRevised: self.note_catalogue,
            DocumentPublished: self.note_published,
            DocumentCorrected: self.note_corrected,
            DocumentWithdrawn: self.note_withdrawn,
        }

    def timers(self) -> Mapping[str, Timer]:
        return {
            "request-correction-notice": self.warn_of_correction,
            "request-reply-near": self.warn_of_reply,
            "request-reply": self.mark_reply_late,
            "request-correction": self.lapse_correction,
            "request-consultation": self.lapse_opinion,
            "request-payment": self.lapse_payment,
            "request-reasons": self.lapse_reasons,
            "request-remedy-answer": self.warn_of_remedy,
            "request-conversion-relook": self.look_again,
            receiving.ERASE_DRAFT: self.reception.erase_draft,
            afterwards.TEACH: self.teach,
            afterwards.COMPARE: self.compare,
        }

    # ── Events ─────────────────────────────────────────────────────────────

    async def take_forwarded(self, tx: Tx, event: RequestForwarded) -> None:
        await self.reception.announce(tx, event)

    async def note_catalogue(self, tx: Tx, event: CatalogueRevised) -> None:
        columns = [(column.id, column.name, column.legal_basis) for column in event.columns]
        await keeping.keep_columns(tx, event.organ_id, columns)

    async def note_published(self, tx: Tx, event: DocumentPublished) -> None:
        """Remember what is public; when it came from a conversion, the case shows where it is."""
        await keeping.keep_published(
            tx, document_id=event.document_id, organ_id=event.organ_id, title=event.title,
            number=event.document_number or "", permalink=event.permalink, column_id=event.column_id,
            published_at=event.published_at,
        )  # fmt: skip
        await self.converting.note_published(
            tx, event.document_id, event.permalink, legal_date(event.published_at)
        )

    async def note_corrected(self, tx: Tx, event: DocumentCorrected) -> None:
        """Keep the address; the title that is shown is the one of the first publication until the next."""
        await keeping.move_published(tx, event.document_id, event.permalink)

    async def note_withdrawn(self, tx: Tx, event: DocumentWithdrawn) -> None:
        await keeping.withdraw_published(tx, event.document_id)

    # ── Warnings ───────────────────────────────────────────────────────────

    async def warn_of_correction(self, tx: Tx, due: Due) -> None:
        sentence = f"今天（{_due_on(due)}）是告知补正的最后一天，此后只能按现有内容答复"
        await store.raise_attention(tx, _case(due), due.kind, sentence, _due_on(due))

    async def warn_of_reply(self, tx: Tx, due: Due) -> None:
        sentence = f"离答复期限还有{NEAR}个工作日，最后一天是{_due_on(due)}"
        await store.raise_attention(tx, _case(due), due.kind, sentence, _due_on(due))

    async def mark_reply_late(self, tx: Tx, due: Due) -> None:
        sentence = f"答复期限（{_due_on(due)}）已过，请立即答复并说明原因"
        await store.raise_attention(tx, _case(due), due.kind, sentence, _due_on(due))

    async def warn_of_remedy(self, tx: Tx, due: Due) -> None:
        sentence = f"复议、诉讼的答复和证据应在{_due_on(due)}前提交"
        await store.raise_attention(tx, _case(due), due.kind, sentence, _due_on(due))

    # ── Lapses ─────────────────────────────────────────────────────────────

    async def lapse_correction(self, tx: Tx, due: Due) -> None:
        await self.desk.perform(tx, _case(due), c.LapseCorrection(legal_date(tx.now)))

    async def lapse_opinion(self, tx: Tx, due: Due) -> None:
        await self.desk.perform(tx, _case(due), c.LapseOpinion(UUID(due.subject), legal_date(tx.now)))

    async def lapse_payment(self, tx: Tx, due: Due) -> None:
        await self.desk.perform(tx, _case(due), c.LapsePayment(legal_date(tx.now)))

    async def lapse_reasons(self, tx: Tx, due: Due) -> None:
        await self.desk.perform(tx, _case(due), c.LapseReasons(legal_date(tx.now)))

    async def look_again(self, tx: Tx, due: Due) -> None:
        await self.converting.review(tx, _case(due))

    # ── What is looked at by itself ────────────────────────────────────────

    async def teach(self, tx: Tx, due: Due) -> None:
        await librarying.keep(tx, self.desk.people, self.desk.calendar, afterwards.case_of(due))

    async def compare(self, tx: Tx, due: Due) -> None:
        await self.duplicating.look(tx, afterwards.case_of(due))


def _case(due: Due) -> UUID:
    return UUID(due.payload["case_id"])


def _due_on(due: Due) -> date:
    return date.fromisoformat(due.payload["due_on"])
