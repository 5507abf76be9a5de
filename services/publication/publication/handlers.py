"""Events in, commands out: answers of channels, accounts, organs, documents of other systems; and clocks that ring."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from gongkai.contracts import channels as told
from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OrganDescribed
from gongkai.contracts.inbound import DocumentSubmitted, InboundEvent, PolicyIssued, RepostRequested
from gongkai.contracts.newmedia_sync import AccountChanged, AccountClosed, AccountOpened
from gongkai.contracts.request import ConversionProposed
from gongkai.runtime.kit import Handler, Timer
from gongkai.runtime.tx import Due, Tx
from gongkai.statute import rules
from gongkai.statute.legal_day import legal_date
from publication import cataloguing, clocks, forwarding, releasing, store
from publication.converting import FETCH, Conversions
from publication.domain.content import Content
from publication.domain.dossier import Source
from publication.domain.people import NOBODY, Officer
from publication.release import commands as c
from publication.releasing import ReleaseDesk
from publication.service import Desk, due

#: Writes what another system hands over.
OTHER_SYSTEM: Final = Officer(NOBODY, frozenset({"drafter"}))


@dataclass(frozen=True, slots=True)
class Handlers:
    desk: Desk
    releases: ReleaseDesk
    conversions: Conversions

    def events(self) -> Mapping[type[Event], Handler]:
        return {
            told.ChannelPrepared: self.note_prepared,
            told.ChannelRefused: self.note_refused,
            told.ChannelReleased: self.note_released,
            told.ChannelConfirmed: self.note_confirmed,
            told.ChannelFailed: self.note_failed,
            told.ChannelRetracted: self.note_retracted,
            told.ChannelDrifted: self.note_drifted,
            AccountOpened: self.open_channel,
            AccountChanged: self.change_channel,
            AccountClosed: self.close_channel,
            OrganDescribed: self.found_catalogue,
            DocumentSubmitted: self.take_submission,
            PolicyIssued: self.forward_policy,
            RepostRequested: self.take_repost,
            ConversionProposed: self.conversions.take,
        }

    def timers(self) -> Mapping[str, Timer]:
        return {
            releasing.PREPARE_BY: self.releases.pass_prepare_by,
            releasing.INSTANT: self.releases.pass_instant,
            releasing.CLOSE_BY: self.releases.pass_close_by,
            "proactive-warning": self.warn_of_disclosure,
            "proactive": self.mark_disclosure_late,
            "penalty-withdrawal": self.mark_withdrawal_late,
            "emergency-debt": self.remind_of_debt,
            FETCH: self.conversions.fetch,
        }

    # ── Channels ───────────────────────────────────────────────────────────

    async def note_prepared(self, tx: Tx, event: told.ChannelPrepared) -> None:
        command = c.NotePrepared(event.channel.id, event.edition_digest, event.rendition_digest, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_refused(self, tx: Tx, event: told.ChannelRefused) -> None:
        command = c.NoteRefused(event.channel.id, event.code, event.reason, event.retry, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_released(self, tx: Tx, event: told.ChannelReleased) -> None:
        command = c.NoteReleased(event.channel.id, event.acted_at, event.url, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_confirmed(self, tx: Tx, event: told.ChannelConfirmed) -> None:
        command = c.NoteConfirmed(event.channel.id, event.url, event.confirmed_at, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_failed(self, tx: Tx, event: told.ChannelFailed) -> None:
        command = c.NoteFailed(event.channel.id, event.outcome, event.code, event.reason, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_retracted(self, tx: Tx, event: told.ChannelRetracted) -> None:
        command = c.NoteRetracted(event.channel.id, event.retracted_at, event.by, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    async def note_drifted(self, tx: Tx, event: told.ChannelDrifted) -> None:
        command = c.NoteDrifted(event.channel.id, event.kind, event.seen_at, event.difference, tx.now)
        await self.releases.perform(tx, event.release_id, command)

    # ── Accounts and organs ────────────────────────────────────────────────

    async def open_channel(self, tx: Tx, event: AccountOpened) -> None:
        channel_id = f"account:{event.account_id}"
        await store.open_channel(
            tx, channel_id, event.organ_id, event.platform, event.name, event.mode, event.opened_at
        )

    async def change_channel(self, tx: Tx, event: AccountChanged) -> None:
        await store.change_channel(tx, f"account:{event.account_id}", event.name, event.mode)

    async def close_channel(self, tx: Tx, event: AccountClosed) -> None:
        await store.close_channel(tx, f"account:{event.account_id}")

    async def found_catalogue(self, tx: Tx, event: OrganDescribed) -> None:
        await cataloguing.found(tx, event.organ_id)

    async def take_submission(self, tx: Tx, event: DocumentSubmitted) -> None:
        """Make a draft of a document that another system hands over."""
        content = Content(
            title=event.title,
            kind=event.kind,
            column_id=event.column_id,
            body=event.body_markdown,
            document_number=event.document_number or "",
            formed_on=event.formed_on,
        )
        await self._draft(tx, event, content, "submitted")

    async def forward_policy(self, tx: Tx, event: PolicyIssued) -> None:
        """Make a draft that forwards a policy of a higher organ and names who issued it."""
        number = event.document_number or ""
        content = forwarding.policy(event.title, event.issuer, number, event.url, event.issued_on)
        await self._draft(tx, event, content, "forwarded")

    async def take_repost(self, tx: Tx, event: RepostRequested) -> None:
        content = forwarding.repost(event.title, event.requested_by, event.url)
        await self._draft(tx, event, content, "requested")

    async def _draft(self, tx: Tx, event: InboundEvent, content: Content, source: Source) -> None:
        """Start the draft once: the same number of the sender is the same document for ever."""
        document_id = tx.new_id()
        if await store.take_submission(tx, event.organ_id, event.external_id, document_id):
            await self.desk.create(tx, OTHER_SYSTEM, event.organ_id, content, document_id=document_id, source=source)

    # ── Clocks of documents ────────────────────────────────────────────────

    async def warn_of_disclosure(self, tx: Tx, due: Due) -> None:
        left = rules.PROACTIVE.length - rules.PROACTIVE_WARNING.length
        sentence = f"已到第{rules.PROACTIVE_WARNING.length}个工作日，还有{left}个工作日到主动公开期限"
        await store.raise_attention(tx, UUID(due.subject), due.kind, sentence, _due_on(due))

    async def mark_disclosure_late(self, tx: Tx, due: Due) -> None:
        sentence = f"已超过主动公开期限（{_due_on(due)}），请尽快公开或者说明理由"
        await store.raise_attention(tx, UUID(due.subject), due.kind, sentence, _due_on(due))

    async def mark_withdrawal_late(self, tx: Tx, due: Due) -> None:
        sentence = f"处罚决定已经变动，撤回期限（{_due_on(due)}）已过，请立即撤回并公开说明理由"
        await store.raise_attention(tx, UUID(due.subject), due.kind, sentence, _due_on(due))

    async def remind_of_debt(self, tx: Tx, rung: Due) -> None:
        """Remind again every working day until the marks are made up."""
        document_id = UUID(rung.subject)
        case = await self.desk.load(tx, document_id)
        if not case.dossier.owed:
            return
        sentence = f"紧急发布欠补{len(case.dossier.owed)}个审校环节，应在{_due_on(rung)}前补齐"
        await store.raise_attention(tx, document_id, rung.kind, sentence, _due_on(rung))
        today = legal_date(tx.now)
        tomorrow = self.desk.calendar.add_working_days(today - timedelta(days=1), 1).on
        again = clocks.debt(max(tomorrow, today), self.desk.calendar)
        await tx.set_clock(replace(due(again, rung.subject), payload=rung.payload))


def _due_on(due: Due) -> date | None:
    text = due.payload.get("due_on")
    return date.fromisoformat(text) if text else None
