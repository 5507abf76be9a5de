"""What programs send about replies, letters, remedies and the conversion; small types are those of `bodies`."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from request.considering import Said
from request.domain.values import Basis, ItemDecision, LetterKind, Opinion, RemedyKind, RemedyResult, Served
from request.http.bodies import Body, Day, Digest, Draft, Named, OnRecord, Short, Text
from request.redaction.model import Passage
from request.replytext import ItemText, NoticeText, ReplyText, WithheldPart


class DecisionBody(Body):
    """What is decided of one matter; reasons are on record and name nobody."""

    item: Annotated[int, Field(ge=1, le=100)]
    basis: Basis
    article: OnRecord = ""
    reason: OnRecord = ""
    blobs: Annotated[tuple[Digest, ...], Field(max_length=50)] = ()
    public_at: Annotated[OnRecord, Field(max_length=500)] = ""
    other_organ: Annotated[OnRecord, Field(max_length=100)] = ""
    ends_on: Day | None = None
    third_party_waived: OnRecord = ""

    def value(self) -> ItemDecision:
        return ItemDecision(**self.model_dump())


class WithheldBody(Body):
    """A part that stays closed of something that is given (A37)."""

    what: Annotated[Text, Field(min_length=1, max_length=500)]
    basis: Basis
    reason: Annotated[Text, Field(min_length=1, max_length=2_000)]
    law: Short = ""
    opinion: Opinion | None = None

    def value(self) -> WithheldPart:
        return WithheldPart(**self.model_dump())


class ItemTextBody(Body):
    """What the letter says of one matter; kept in the vault."""

    words: Annotated[Text, Field(max_length=2_000)] = ""
    column: Short = ""
    document_number: Short = ""
    obtain: Annotated[Text, Field(max_length=1_000)] = ""
    law: Annotated[Text, Field(max_length=500)] = ""
    public_interest: Annotated[Text, Field(max_length=2_000)] = ""
    other_contact: Annotated[Text, Field(max_length=500)] = ""
    channel_told: Annotated[Text, Field(max_length=500)] = ""
    earlier_number: Short = ""
    earlier_on: Day | None = None
    withheld: Annotated[tuple[WithheldBody, ...], Field(max_length=50)] = ()

    def value(self) -> ItemText:
        plain = {name: getattr(self, name) for name in type(self).model_fields if name != "withheld"}
        return ItemText(**plain, withheld=tuple(part.value() for part in self.withheld))


class DraftBody(Body):
    decisions: Annotated[tuple[DecisionBody, ...], Field(min_length=1, max_length=100)]
    paragraphs: Annotated[
        tuple[Annotated[Text, Field(max_length=5_000)], ...],
        Field(max_length=50, description="the letter's own words; kept in the vault"),
    ] = ()
    texts: dict[Annotated[int, Field(ge=1, le=100)], ItemTextBody] = Field(default_factory=dict, max_length=100)

    def text(self) -> ReplyText:
        return ReplyText(self.paragraphs, {item: body.value() for item, body in self.texts.items()})


class StepBody(Body):
    draft: Draft
    step: Short
    opinion: OnRecord = ""


class ReturnBody(Body):
    draft: Draft
    step: Short
    opinion: Named


class PassageBody(Body):
    start: Annotated[int, Field(ge=0, le=1_000_000)]
    end: Annotated[int, Field(ge=0, le=1_000_000)]
    reason: Annotated[Text, Field(max_length=200)]
    article: Annotated[Text, Field(max_length=20)]


class RedactionBody(Body):
    """Passages of a file's text, counted in characters, that are not given out."""

    file: UUID
    passages: Annotated[tuple[PassageBody, ...], Field(min_length=1, max_length=2_000)]
    form: Literal["docx", "pdf"] = "docx"

    def passages_value(self) -> tuple[Passage, ...]:
        return tuple(Passage(one.start, one.end, one.reason, one.article) for one in self.passages)


class ProposalView(PassageBody):
    title: str
    why: str
    certain: bool


class ProposalsView(Body):
    text: str
    proposals: tuple[ProposalView, ...]


class LetterBody(Body):
    kind: LetterKind
    consultation: UUID | None = Field(default=None, description="for letters to a third party, co-maker or organ")
    content: Annotated[Text, Field(max_length=5_000)] = ""
    why: Annotated[Text, Field(max_length=2_000)] = ""
    public_interest: Annotated[Text, Field(max_length=2_000)] = ""
    release_on: Day | None = None
    answer_by: Day | None = None
    paragraphs: Annotated[tuple[Annotated[Text, Field(max_length=5_000)], ...], Field(max_length=50)] = ()

    def words(self) -> NoticeText:
        return NoticeText(
            self.content, self.why, self.public_interest, self.release_on, self.answer_by, self.paragraphs
        )


class ServiceBody(Body):
    served: Served
    on: Day
    received_on: Day | None = Field(default=None, description="of mail: the day the addressee has it, if it is known")


class RemedyBody(Body):
    kind: RemedyKind
    filed_on: Day
    received_on: Day
    body: Named
    number: Annotated[OnRecord, Field(max_length=100)] = ""
    answer_by: Day | None = None


class RemedyDecisionBody(Body):
    result: RemedyResult
    on: Day
    number: Annotated[OnRecord, Field(max_length=100)] = ""


class RoundBody(Body):
    because: UUID
    from_on: Day
    ordered_due_on: Day | None = None


class ConversionDecisionBody(Body):
    """`publish` and `redact` make a draft in publication of `text`, which holds nothing that had to go."""

    accepted: bool
    decision: Annotated[Text, Field(pattern=r"^(publish|redact|keep)?$")] = ""
    reason: OnRecord = ""
    title: Annotated[OnRecord, Field(max_length=200)] = ""
    column_id: Annotated[Text, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,59})?$")] = ""
    text: Annotated[Text, Field(max_length=1_000_000)] = ""


class ReviewBody(Body):
    """What an officer knows besides the record, for another conversion review."""

    kind: Annotated[Text, Field(pattern=r"^[a-z0-9-]{0,60}$")] = ""
    formed_on: Day | None = None
    due_on: Day | None = None
    in_force: Literal["", "yes", "no", "not-applicable"] = ""
    stage: Literal["", "finished", "running", "not-applicable"] = ""
    third_party: Literal["", "none", "trade-secret", "privacy"] = ""
    secrecy_unsure: bool = False
    maker: Literal["", "ours", "joint", "joint-agreed", "other", "needs-approval"] = ""
    public_interest: bool = False
    suggested: bool = False
    required_by: Annotated[OnRecord, Field(max_length=200)] = ""
    compiled: bool = False
    about_self: bool = False
    impact: Literal["", "yes", "no", "unknown"] = ""
    consent: bool = False
    changed: Annotated[
        tuple[Literal["declassified", "third-party-consents", "procedure-finished", "law-requires"], ...],
        Field(max_length=4, description="what has changed since it was refused"),
    ] = ()

    def value(self) -> Said:
        return Said(**self.model_dump())


class SettingBody(Body):
    """What letters need besides the organ's own description."""

    reconsideration_url: Annotated[Text, Field(max_length=300, pattern=r"^(https?://\S+)?$")] = ""
    court: Annotated[OnRecord, Field(max_length=100)] = ""
    how_to_pay: Annotated[OnRecord, Field(max_length=500)] = ""


class LadderBody(Body):
    """The rungs that replies climb which are drafted from a day on."""

    rungs: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(min_length=1, max_length=8)]
    from_on: Day
    reason: Named


class TypicalBody(Body):
    why: Named
    sent_up_on: Day | None = None
