"""What a reply says besides what is decided: words of each matter, where to look, who knows. Kept in the vault."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from request.domain.values import Basis, Opinion


@dataclass(frozen=True, slots=True)
class WithheldPart:
    """A part that stays closed of something that is given (A37)."""

    what: str
    basis: Basis
    reason: str
    law: str = ""
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class ItemText:
    """Words for one matter; empty fields are filled from the case where the case knows."""

    words: str = ""
    column: str = ""
    document_number: str = ""
    obtain: str = ""
    law: str = ""
    public_interest: str = ""
    other_contact: str = ""
    channel_told: str = ""
    earlier_number: str = ""
    earlier_on: date | None = None
    withheld: tuple[WithheldPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyText:
    """Paragraphs in the officer's own words, and what each matter needs."""

    paragraphs: tuple[str, ...] = ()
    items: dict[int, ItemText] = field(default_factory=dict)

    def of(self, item: int) -> ItemText:
        return self.items.get(item, ItemText())


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What letters to others need in words: what is asked, why, and how the public interest was weighed."""

    content: str = ""
    why: str = ""
    public_interest: str = ""
    release_on: date | None = None
    answer_by: date | None = None
    paragraphs: tuple[str, ...] = ()


_REPLY: Final = TypeAdapter(ReplyText)


def as_json(text: ReplyText) -> dict[str, Any]:
    found: dict[str, Any] = _REPLY.dump_python(text, mode="json")
    return found


def from_json(data: dict[str, Any]) -> ReplyText:
    return _REPLY.validate_python(data)
