"""What programs send. Every limit is here, so that nothing odd reaches the database."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from gongkai.web.texts import printable
from gongkai.web.typed import on_record, sensible
from publication.catalogue.columns import Column, ReleasePolicy, UpdateRule
from publication.checks import ListEdits
from publication.domain.content import Content, File, Kind, Openness
from publication.domain.content import Form as InterpretationForm
from publication.domain.disclosure import ItemName, Result, Verdict
from publication.domain.steps import StepName

Text = Annotated[str, AfterValidator(printable)]
Short = Annotated[str, AfterValidator(printable), Field(max_length=200)]
OnRecord = Annotated[str, AfterValidator(on_record), Field(max_length=2_000)]
Edition = Annotated[int, Field(ge=1, le=1_000_000, description="the edition the caller saw")]
Day = Annotated[date, AfterValidator(sensible)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Key = Annotated[str, AfterValidator(printable), Field(min_length=1, max_length=100)]
ChannelId = Annotated[str, AfterValidator(printable), Field(max_length=60)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileBody(Body):
    name: Annotated[Short, Field(min_length=1)]
    digest: Digest
    size: int = Field(ge=0, le=2**40)
    media_type: Short

    def value(self) -> File:
        return File(self.name, self.digest, self.size, self.media_type)


class ContentBody(Body):
    """One edition as it is written. A draft may be unfinished: what is missing is said by the gates."""

    title: Annotated[Short, Field(min_length=1)]
    kind: Kind
    column_id: Annotated[Short, Field(min_length=1, max_length=60)]
    body: Annotated[Text, Field(max_length=1_000_000, description="Markdown with Chinese clause numbers")] = ""
    document_number: Annotated[Short, Field(max_length=60)] = ""
    formed_on: Day | None = None
    openness: Openness = "proactive"
    openness_reason: Annotated[Text, Field(max_length=500)] = ""
    themes: tuple[Short, ...] = Field(default=(), max_length=5)
    keywords: tuple[Annotated[Short, Field(max_length=40)], ...] = Field(default=(), max_length=20)
    important: bool = False
    summary: Annotated[Text, Field(max_length=2_000)] = ""
    legal_basis: Annotated[Text, Field(max_length=500)] = ""
    valid_until: Day | None = None
    form: InterpretationForm | None = None
    cover: FileBody | None = None
    attachments: tuple[FileBody, ...] = Field(default=(), max_length=50)
    short_title: Annotated[Short, Field(max_length=200, description="for channels with a short limit: at most 32")] = ""

    def value(self) -> Content:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in {"cover", "attachments"}}
        return Content(
            **plain,
            cover=self.cover.value() if self.cover else None,
            attachments=tuple(file.value() for file in self.attachments),
        )


class SaveBody(Body):
    edition: Edition
    content: ContentBody


class EditionBody(Body):
    edition: Edition


class MarkBody(Body):
    edition: Edition
    step: StepName
    opinion: OnRecord = ""
    errors_found: int = Field(default=0, ge=0, le=10_000)


class ReturnBody(Body):
    edition: Edition
    opinion: OnRecord
    errors_found: int = Field(default=0, ge=0, le=10_000)


class ReasonBody(Body):
    reason: OnRecord


class EditionReasonBody(Body):
    edition: Edition
    reason: OnRecord


class VerdictBody(Body):
    item: ItemName
    result: Result
    reason: OnRecord = ""

    def value(self) -> Verdict:
        return Verdict(self.item, self.result, self.reason)


class DisclosureBody(Body):
    edition: Edition
    verdicts: tuple[VerdictBody, ...] = Field(max_length=20)


class OpennessBody(Body):
    edition: Edition
    agreed: bool
    reason: OnRecord


class AssessmentBody(Body):
    """个人信息保护影响评估 (PIPL art. 56): lawfulness and necessity, effect and risk, measures."""

    edition: Edition
    covers: tuple[Key, ...] = Field(min_length=1, max_length=2_000, description="keys of the findings that it covers")
    lawful_and_necessary: Annotated[Text, Field(min_length=1, max_length=5_000)]
    effects_and_risks: Annotated[Text, Field(min_length=1, max_length=5_000)]
    measures: Annotated[Text, Field(min_length=1, max_length=5_000)]


class InterpretationBody(Body):
    interpretation_id: UUID


class OrderBody(Body):
    """How to release. `channels` omitted: the site and every open account; `policy` omitted: that of the column."""

    channels: tuple[ChannelId, ...] | None = Field(default=None, min_length=1, max_length=100)
    scheduled_at: AwareDatetime | None = None
    policy: ReleasePolicy | None = None


class ApproveBody(OrderBody):
    edition: Edition


class EmergencyBody(OrderBody):
    edition: Edition
    reason: OnRecord


class ExplanationBody(Body):
    explanation: OnRecord


class CorrectionBody(ExplanationBody):
    changed_on: Day | None = Field(
        default=None, description="day on which the information itself changed; absent when only an error is put right"
    )


class RepealBody(Body):
    explanation: OnRecord
    validity: Literal["repealed", "void", "changed"] = "repealed"
    repealed_on: Day
    replaced_by: UUID | None = None


class PenaltyBody(Body):
    changed_on: Day


class RescheduleBody(Body):
    scheduled_at: AwareDatetime | None = None


class ChannelsBody(Body):
    channels: tuple[ChannelId, ...] = Field(min_length=1, max_length=100)


class ChannelBody(Body):
    channel: ChannelId


class ColumnBody(Body):
    id: Annotated[Short, Field(max_length=60)]
    name: Annotated[Short, Field(max_length=60)]
    parent_id: Annotated[Short, Field(max_length=60)] | None = None
    position: int = Field(default=0, ge=0, le=100_000)
    kinds: tuple[Kind, ...] = Field(default=(), max_length=20)
    legal_basis: Annotated[Text, Field(max_length=500)] = ""
    owner_unit: Annotated[Short, Field(max_length=60)] = ""
    time_limit: Annotated[Short, Field(max_length=100)] = ""
    update_rule: UpdateRule = "on-change"
    description: Annotated[Text, Field(max_length=500)] = ""
    release_policy: ReleasePolicy = "all-or-hold"
    in_navigation: bool = False

    def value(self) -> Column:
        return Column(**{name: getattr(self, name) for name in type(self).model_fields})


class CatalogueBody(Body):
    revision: int = Field(ge=1, le=1_000_000, description="the revision this tree was made from")
    effective_on: Day
    note: OnRecord = ""
    columns: tuple[ColumnBody, ...] = Field(max_length=1_000)


class WordListBody(Body):
    revision: int = Field(ge=0, le=1_000_000, description="the revision these words were made from; 0 for the first")
    edits: ListEdits
