"""Events in, commands out: other platforms, what publication publishes; and clocks that ring."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gongkai.contracts.envelope import Event
from gongkai.contracts.inbound import RequestForwarded
from gongkai.contracts.publication import (
    CatalogueRevised,
    DocumentCorrected,
    DocumentPublished,
    DocumentWithdrawn,
)
from gongkai.runtime.kit import Handler, InBatches, Timer
from gongkai.runtime.tx import Due, Tx
from gongkai.statute.legal_day import legal_date
from request import afterwards, keeping, librarying, receiving, store
from request.clocks import NEAR
from request.converting import Converting
from request.domain import commands as c
from request.domain import facts as f
from request.domain.notices import MISSED
from request.duplicating import Duplicating
from request.receiving import Reception
from request.service import Desk

#: What a clock tells the officers when it rings, by its kind.
WARNINGS: Final[Mapping[str, Callable[[date], str]]] = {
    "request-correction-notice": lambda on: f"今天（{on}）是告知补正的最后一天，此后只能按现有内容答复",
    "request-reply-near": lambda on: f"离答复期限还有{NEAR}个工作日，最后一天是{on}",
    "request-reply": lambda on: f"答复期限（{on}）已过，请立即答复并说明原因",
    "request-remedy-answer": lambda on: f"复议、诉讼的答复和证据应在{on}前提交",
    "request-confirm": lambda on: f"申请应当在{on}与申请人确认收到，还没有确认；请立即确认，不得因此迟延答复",
    "request-notice-unserved": lambda on: f"文书印发后到{on}没有登记对方收到的日期，对方的期限没有起算，请核实并登记",
}
#: What silence means by law, by the kind of the clock that ran out.
LAPSES: Final[Mapping[str, Callable[[Due, date], c.Command]]] = {
    "request-correction": lambda _, today: c.LapseCorrection(today),
    "request-consultation": lambda due, today: c.LapseOpinion(UUID(due.subject), today),
    "request-payment": lambda _, today: c.LapsePayment(today),
    "request-reasons": lambda _, today: c.LapseReasons(today),
}


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
            **dict.fromkeys(WARNINGS, InBatches(self.warn, self.warn_many)),
            **dict.fromkeys(LAPSES, InBatches(self.lapse, self.lapse_many)),
            "request-notice-missed": self.miss,
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

    async def warn(self, tx: Tx, due: Due) -> None:
        await store.raise_attention(tx, _case(due), due.kind, WARNINGS[due.kind](_due_on(due)), _due_on(due))

    async def warn_many(self, tx: Tx, dues: Sequence[Due]) -> Sequence[Due]:
        kind = dues[0].kind
        sentences = {_case(due): (WARNINGS[kind](_due_on(due)), _due_on(due)) for due in dues}
        await store.raise_many(tx, kind, sentences)
        return dues

    async def miss(self, tx: Tx, due: Due) -> None:
        """Let a decision whose letter did not go out in time come to nothing, and say what follows by law."""
        facts = await self.desk.perform(tx, _case(due), c.DropMissedNotices(legal_date(tx.now)))
        sentences = [MISSED[fact.notice] for fact in facts if isinstance(fact, f.NoticeDropped)]
        if sentences:
            await store.raise_attention(tx, _case(due), due.kind, "".join(sentences), _due_on(due))

    # ── Lapses ─────────────────────────────────────────────────────────────

    async def lapse(self, tx: Tx, due: Due) -> None:
        await self.desk.perform(tx, _case(due), LAPSES[due.kind](due, legal_date(tx.now)))

    async def lapse_many(self, tx: Tx, dues: Sequence[Due]) -> Sequence[Due]:
        """Let many cases lapse; of two clocks of one case the second is left."""
        first: dict[UUID, Due] = {}
        for due in dues:
            first.setdefault(_case(due), due)
        today = legal_date(tx.now)
        commands = {case_id: (due, LAPSES[due.kind](due, today)) for case_id, due in first.items()}
        return [first[case_id] for case_id in await self.desk.perform_many(tx, commands)]

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
