"""Counts what platforms refuse, by their own codes: every call goes through here, so none is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from newmedia_sync.channels import wechat_codes, weibo
from newmedia_sync.channels.channel import (
    Capabilities,
    Channel,
    ConfirmOutcome,
    Parcel,
    RetractOutcome,
    Seen,
    SendOutcome,
    Setback,
    StageOutcome,
    VerifyOutcome,
)
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    PartDone,
    Post,
    QuotaGone,
    TurnedDown,
    Unclear,
)
from newmedia_sync.rendition import Problem, Rendition

#: A platform may answer with any number; only those that are written down become a name that is kept for ever.
_NUMBERS: Final = frozenset(str(code) for code in (*wechat_codes.CODES, *weibo.CODES))
#: What assisted accounts say when it is a person's turn is no error.
_NO_ERROR: Final = "assisted"
T = TypeVar("T")


@dataclass(slots=True)
class Counted:
    """An adapter that tells its errors to `count`."""

    channel: Channel
    count: Callable[[str], None]
    capabilities: Capabilities = field(init=False)

    def __post_init__(self) -> None:
        self.capabilities = self.channel.capabilities

    def check(self, rendition: Rendition) -> tuple[Problem, ...]:
        return self.channel.check(rendition)

    async def stage(self, parcel: Parcel) -> StageOutcome:
        return self._noted(await self.channel.stage(parcel))

    async def verify(self, stage: str, rendition: Rendition) -> VerifyOutcome:
        return self._noted(await self.channel.verify(stage, rendition))

    async def send(self, stage: str, parcel: Parcel) -> SendOutcome:
        return self._noted(await self.channel.send(stage, parcel))

    async def confirm(self, job: str, rendition: Rendition, acted_at: datetime) -> ConfirmOutcome:
        return self._noted(await self.channel.confirm(job, rendition, acted_at))

    async def probe(self, stage: str, rendition: Rendition, acted_at: datetime) -> Outcome:
        return self._noted(await self.channel.probe(stage, rendition, acted_at))

    async def retract(self, post: Post) -> RetractOutcome:
        return self._noted(await self.channel.retract(post))

    async def discard(self, stage: str) -> RetractOutcome:
        return self._noted(await self.channel.discard(stage))

    async def read_back(self, post: Post) -> Seen | Absent | Setback:
        return self._noted(await self.channel.read_back(post))

    async def health(self) -> Done | Setback:
        return self._noted(await self.channel.health())

    def _noted(self, outcome: T) -> T:
        match outcome:
            case Hitch(code=code) | QuotaGone(code=code) | NeedsPerson(code=code) | TurnedDown(code=code) | Unclear(
                code=code
            ) if code != _NO_ERROR:
                self.count(code if code in _NUMBERS or not code.lstrip("-").isdigit() else "undocumented")
            case PartDone():
                self.count("part-done")
            case _:
                pass
        return outcome
