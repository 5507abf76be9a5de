"""Which facts others may hear of, and in which words; and the manifest that channels are given."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from gongkai.contracts import publication as told
from gongkai.contracts.envelope import Event
from gongkai.contracts.identity import OrganDescribed
from gongkai.contracts.values import (
    Attachment,
    BlobRef,
    ChannelOutcome,
    ChannelRef,
    ColumnEntry,
    DocumentKind,
    EditionManifest,
    RelatedDocument,
)
from gongkai.statute.legal_day import legal_date
from publication import markup
from publication.catalogue.columns import Column
from publication.catalogue.decide import Standing
from publication.domain.content import Content, File
from publication.domain.dossier import IndexNumber, Validity
from publication.release import facts as f
from publication.release import states as s
from publication.release.channels import (
    Channel,
    Confirmed,
    Drifted,
    Failed,
    Refused,
    Released,
    Retracted,
    Skipped,
    acted_at,
    url_of,
)
from publication.release.channels import (
    Standing as ChannelStanding,
)

MANIFEST_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Told:
    """What events say of the document besides the release itself; kept with the release from its opening."""

    organ_id: UUID
    title: str
    kind: DocumentKind
    column_id: str
    permalink: str
    index_number: str
    document_number: str
    explanation: str = ""
    validity: Validity = "valid"
    repealed_on: date | None = None
    replaced_by: UUID | None = None


def manifest(
    *,
    document_id: UUID,
    edition: int,
    content: Content,
    number: IndexNumber,
    organ: OrganDescribed,
    column: Column,
    related: Sequence[RelatedDocument],
    validity: Validity,
    explanation: str,
) -> EditionManifest:
    """Return what every channel shows. A withdrawal carries no text: what must not be seen is not sent."""
    withdrawn = validity == "withdrawn"
    body_html, body_text = ("", "") if withdrawn else markup.shown(content.body)
    return EditionManifest(
        document_id=document_id,
        edition=edition,
        organ_id=organ.organ_id,
        organ_name=organ.name,
        organ_slug=organ.slug,
        title=content.title,
        short_title=content.short_title.strip() or None,
        kind=content.kind,
        column_id=column.id,
        column_name=column.name,
        permalink=number.permalink,
        index_number=number.index_number,
        document_number=content.document_number or None,
        formed_on=content.formed_on,
        openness=content.openness,
        themes=content.themes,
        keywords=content.keywords,
        validity=validity,
        valid_until=content.valid_until,
        summary="" if withdrawn else content.summary,
        body_html=body_html,
        body_text=body_text,
        cover=None if withdrawn or content.cover is None else blob_of(content.cover),
        attachments=() if withdrawn else tuple(Attachment(name=a.name, blob=blob_of(a)) for a in content.attachments),
        related=tuple(related),
        explanation=explanation or None,
        legal_basis=content.legal_basis or None,
        important=content.important,
    )


def canonical(value: EditionManifest) -> bytes:
    """Return the bytes whose digest is approved: sorted keys, no spaces, UTF-8."""
    return json.dumps(value.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def blob_of(file: File) -> BlobRef:
    return BlobRef(digest=file.digest, size=file.size, media_type=file.media_type)


def ref(channel: Channel) -> ChannelRef:
    return ChannelRef(id=channel.id, kind=channel.kind, name=channel.name)


def published(release_id: UUID, release: s.Open, fact: f.Fact, about: Told) -> list[Event]:
    """Return the events of one fact; `release` is the state after it."""
    plan = release.plan
    match fact:
        case f.ReleaseOpened():
            return [_approved(release_id, plan, about, [ref(channel) for channel in plan.channels])]
        case f.ChannelAskedAgain():
            asked = _refs(plan, (fact.channel,))
            events: list[Event] = [_approved(release_id, plan, about, asked)]
            if isinstance(release, s.Ordered | s.Releasing | s.Closed):
                # The same instant again: the channel shows the document as soon as it can, as a laggard.
                events.append(_ordered(release_id, plan, release, (), asked))
            return events
        case f.ReleaseOrdered():
            assert isinstance(release, s.Ordered)  # noqa: S101  narrows the type; this fact leads nowhere else
            return [
                _ordered(release_id, plan, release, _refs(plan, fact.channels), _refs(plan, fact.laggards)),
            ]
        case f.ReleaseHeld():
            return [
                told.ReleaseHeld(
                    document_id=plan.document_id,
                    release_id=release_id,
                    reason=fact.reason,
                    missing=tuple(_refs(plan, fact.missing)),
                )
            ]
        case f.ReleaseCancelled():
            return [told.ReleaseCancelled(document_id=plan.document_id, release_id=release_id, reason=fact.reason)]
        case f.ReleaseClosed():
            return [_closed(release_id, release, fact, about)]
        case (
            f.ChannelReady()
            | f.ChannelDeclined()
            | f.ChannelLetGo()
            | f.ReleaseResumed()
            | f.ReleaseRescheduled()
            | f.InstantPassed()
            | f.ChannelActed()
            | f.ChannelShown()
            | f.ChannelFell()
            | f.ChannelTookBack()
            | f.ChannelDrifted()
        ):
            return []
        case _:
            assert_never(fact)


def _refs(plan: s.Plan, ids: Sequence[str]) -> list[ChannelRef]:
    return [ref(channel) for channel in plan.channels if channel.id in ids]


def _manifest_ref(plan: s.Plan) -> BlobRef:
    return BlobRef(digest=plan.manifest, size=plan.manifest_size, media_type=MANIFEST_TYPE)


def _approved(release_id: UUID, plan: s.Plan, about: Told, channels: Sequence[ChannelRef]) -> told.DocumentApproved:
    return told.DocumentApproved(
        document_id=plan.document_id,
        organ_id=about.organ_id,
        release_id=release_id,
        edition=plan.edition,
        edition_digest=plan.edition_digest,
        manifest=_manifest_ref(plan),
        change=plan.change,
        title=about.title,
        kind=about.kind,
        column_id=about.column_id,
        permalink=about.permalink,
        channels=tuple(channels),
        policy=plan.policy,
        prepare_by=plan.prepare_by,
        scheduled_at=plan.scheduled_at,
        emergency=plan.emergency,
    )


def _ordered(
    release_id: UUID,
    plan: s.Plan,
    release: s.Ordered | s.Releasing | s.Closed,
    channels: Sequence[ChannelRef],
    laggards: Sequence[ChannelRef],
) -> told.ReleaseOrdered:
    return told.ReleaseOrdered(
        document_id=plan.document_id,
        release_id=release_id,
        edition=plan.edition,
        edition_digest=plan.edition_digest,
        change=plan.change,
        release_at=release.release_at,
        channels=tuple(channels),
        laggards=tuple(laggards),
        human_order_by=plan.ordered_by,
    )


def _closed(release_id: UUID, release: s.Open, fact: f.ReleaseClosed, about: Told) -> Event:
    plan = release.plan
    match plan.change:
        case "correct":
            return told.DocumentCorrected(
                document_id=plan.document_id,
                release_id=release_id,
                edition=plan.edition,
                explanation=about.explanation,
                corrected_at=fact.published_at,
                permalink=about.permalink,
            )
        case "withdraw":
            return told.DocumentWithdrawn(
                document_id=plan.document_id,
                release_id=release_id,
                explanation=about.explanation,
                withdrawn_at=fact.published_at,
                permalink=about.permalink,
            )
        case "repeal":
            return told.DocumentRepealed(
                document_id=plan.document_id,
                release_id=release_id,
                validity=about.validity,
                explanation=about.explanation,
                repealed_on=about.repealed_on or legal_date(fact.published_at),
                replaced_by=about.replaced_by,
                permalink=about.permalink,
            )
        case "publish":
            return told.DocumentPublished(
                document_id=plan.document_id,
                organ_id=about.organ_id,
                release_id=release_id,
                edition=plan.edition,
                edition_digest=plan.edition_digest,
                manifest=_manifest_ref(plan),
                title=about.title,
                kind=about.kind,
                column_id=about.column_id,
                permalink=about.permalink,
                index_number=about.index_number,
                document_number=about.document_number or None,
                published_at=fact.published_at,
                skew_ms=fact.skew_ms,
                outcomes=tuple(_outcome(plan, channel, standing) for channel, standing in release.standings),
            )
        case _:
            assert_never(plan.change)


OutcomeState = Literal["released", "laggard", "refused", "failed", "unknown", "skipped"]


def _outcome(plan: s.Plan, channel_id: str, standing: ChannelStanding) -> ChannelOutcome:
    channel = plan.channel(channel_id)
    assert channel is not None  # noqa: S101  standings are made from the plan's own channels
    confirmed_at = standing.confirmed_at if isinstance(standing, Confirmed) else None
    return ChannelOutcome(
        channel=ref(channel),
        state=outcome_state(standing),
        url=url_of(standing),
        acted_at=acted_at(standing),
        confirmed_at=confirmed_at,
    )


def outcome_state(standing: ChannelStanding) -> OutcomeState:
    match standing:
        case Released() | Confirmed() | Drifted() | Retracted():
            return "released"
        case Refused():
            return "refused"
        case Skipped():
            return "skipped"
        case Failed(outcome="unknown"):
            return "unknown"
        case Failed():
            return "failed"
        case _:
            return "laggard"


def catalogue_revised(catalogue: Standing, note: str, *, founded: bool) -> told.CatalogueRevised:
    """Return the whole tree as it holds from its effective date."""
    return told.CatalogueRevised(
        organ_id=catalogue.organ_id,
        revision=catalogue.revision,
        effective_on=catalogue.effective_on,
        columns=tuple(entry(column) for column in catalogue.columns),
        note=note,
        change="founded" if founded else "revised",
    )


def entry(column: Column) -> ColumnEntry:
    return ColumnEntry(
        id=column.id,
        parent_id=column.parent_id,
        name=column.name,
        position=column.position,
        legal_basis=column.legal_basis,
        owner_unit=column.owner_unit,
        time_limit=column.time_limit,
        update_rule=column.update_rule,
        description=column.description,
        release_policy=column.release_policy,
        in_navigation=column.in_navigation,
    )
