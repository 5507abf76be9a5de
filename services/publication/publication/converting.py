"""Drafts that come of an answered application: an officer agreed that what one person was given should be public."""

from dataclasses import dataclass
from typing import Final

from gongkai.contracts.request import ConversionProposed
from gongkai.runtime.kit import Kit
from gongkai.runtime.tx import Due, Tx
from publication import store
from publication.domain.content import Content
from publication.domain.lint import TITLE_LIMIT
from publication.domain.people import NOBODY, Officer
from publication.service import Desk

FETCH: Final = "conversion-fetch"
REVIEWER: Final = Officer(NOBODY, frozenset({"drafter"}))


@dataclass(frozen=True, slots=True)
class Conversions:
    kit: Kit
    desk: Desk

    async def take(self, tx: Tx, event: ConversionProposed) -> None:
        """Note the proposal; its text is fetched by a clock, so that the other service may be away meanwhile."""
        await tx.set_clock(Due(FETCH, str(event.review_id), tx.now, event.model_dump(mode="json")))

    async def fetch(self, tx: Tx, due: Due) -> None:
        """Fetch the text and make the draft, once, under the id of the review; its publication is known by it."""
        event = ConversionProposed.model_validate(due.payload)
        owner = f"{self.kit.settings.url_of('request')}/request"
        data = await self.kit.blobs.pull(self.kit.http, owner, event.body)
        content = Content(
            title=event.title[:TITLE_LIMIT],
            kind=event.kind,
            column_id=event.column_id,
            body=data.decode(),
            formed_on=event.formed_on,
            legal_basis=event.legal_basis,
        )
        if await store.take_submission(tx, event.organ_id, f"request:{event.review_id}", event.review_id):
            await self.desk.create(
                tx, REVIEWER, event.organ_id, content, document_id=event.review_id, source="converted"
            )
