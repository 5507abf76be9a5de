"""CloudEvents 1.0 attributes and the base of every public event. What travels is a subclass of `Event`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

SPEC_VERSION: Final = "1.0"
TYPE_PREFIX: Final = "gongkai"


def _no_separator(text: str) -> str:
    if not text.strip():
        msg = "must not be blank"
        raise ValueError(msg)
    return text


Named = Annotated[str, AfterValidator(_no_separator)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$", description="SHA-256 of the bytes, in hex")]


class Part(BaseModel):
    """A value inside an event. Readers ignore fields they do not know; writers may not invent any."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601")


class Event(Part):
    """The data of one public event. The class name is the event's name; `OWNER` and `VERSION` make its type.

    `subject` is the aggregate the event is about: it is the Kafka key, so order holds per aggregate.
    """

    OWNER: ClassVar[str]
    VERSION: ClassVar[int] = 1
    #: Name of the field that holds the aggregate's id.
    SUBJECT: ClassVar[str]

    @classmethod
    def event_name(cls) -> str:
        """`DocumentApprovedV2` is the name `DocumentApproved`, version 2."""
        return cls.__name__.removesuffix(f"V{cls.VERSION}") if cls.VERSION > 1 else cls.__name__

    @classmethod
    def type_name(cls, owner: str | None = None) -> str:
        """Return the CloudEvents `type`, for example `gongkai.publication.DocumentApproved.v1`."""
        return f"{TYPE_PREFIX}.{owner or cls.OWNER}.{cls.event_name()}.v{cls.VERSION}"

    @property
    def subject(self) -> str:
        return str(getattr(self, self.SUBJECT))


class Envelope(BaseModel):
    """The CloudEvents attributes of one event as stored in an outbox and sent on the wire."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    source: Named
    type: Named
    subject: Named
    time: AwareDatetime
    sequence: str = Field(pattern=r"^\d{20}$", description="position in the owner's outbox, gapless, zero-padded")
    partitionkey: Named
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    dataschema: str | None = None
    datacontenttype: str = "application/json"
    specversion: str = SPEC_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One event that was read: its attributes, its data as sent, and where it lay."""

    envelope: Envelope
    data: dict[str, Any]
    topic: str = ""
    partition: int = 0
    offset: int = 0
    read_at: datetime | None = None
    #: The id as its sender wrote it, when that was no UUID and ours was derived from source and id.
    sent_id: str = ""
