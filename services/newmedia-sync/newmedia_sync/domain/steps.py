"""What the courier should do next for a delivery, and when. Pure: state and counters in, one step out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from newmedia_sync.domain.delivery import (
    Accepted,
    Asked,
    Blocked,
    Checked,
    Declined,
    Delivery,
    Drifted,
    Dropped,
    HandedOver,
    Live,
    New,
    Ordered,
    Partial,
    Retiring,
    Retracted,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
)

#: Asking whether an accepted task is live: after 5, 15, 60 and then every 300 seconds.
POLLS: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))
#: Asking what became of an attempt: once more soon after the two minutes in which a platform may still show it.
PROBES: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 60, 60, 300))
#: Looking again at what is live: soon, later the same day, then daily.
READ_BACKS: Final = tuple(timedelta(seconds=seconds) for seconds in (300, 3600, 21_600, 86_400))
#: After this many daily looks a post is left to the person responsible.
READ_BACK_TIMES: Final = 40
#: How long before the instant the draft and the token are looked at once more.
VERIFY_AHEAD: Final = timedelta(seconds=60)

StepKind = Literal["prepare", "stage", "act", "poll", "probe", "discard", "read-back", "interrupted"]


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    at: datetime


def next_step(delivery: Delivery, asked_times: int, since: datetime) -> Step | None:
    """Return the next outside act, or None while a person or another service has to move first.

    `asked_times` counts how often this state was looked at, `since` is when it was last looked at or entered.
    """
    match delivery:
        case Asked():
            return Step("prepare", since)
        case Checked():
            return Step("stage", since)
        case Ordered(order=order):
            return Step("act", order.release_at)
        case Retiring():
            return Step("act", since)
        case Accepted():
            return Step("poll", since + POLLS[min(asked_times, len(POLLS) - 1)])
        case Unknown():
            return Step("probe", since + PROBES[min(asked_times, len(PROBES) - 1)])
        case Waiting(before=before, until=until):
            resumed = next_step(before, asked_times, since)
            return Step(resumed.kind, max(until, resumed.at) if resumed.kind == "act" else until) if resumed else None
        case Live() | Drifted():
            if asked_times >= READ_BACK_TIMES:
                return None
            return Step("read-back", since + READ_BACKS[min(asked_times, len(READ_BACKS) - 1)])
        case Dropped(stage=stage):
            return Step("discard", since) if stage else None
        case Sending(begun_at=at) | Retracting(begun_at=at):
            return Step("interrupted", at)
        case New() | Staged() | HandedOver() | Retracted() | Blocked() | Declined() | Partial():
            return None


#: state → (word, kind of mark, shape of mark): the words of the release matrix.
WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "New": ("未开始", "none", "dash"),
    "Asked": ("准备中", "busy", "busy"),
    "Checked": ("准备中", "busy", "busy"),
    "Staged": ("已就绪", "ready", "ready"),
    "Ordered": ("等候放出", "busy", "clock"),
    "Sending": ("正在发送", "busy", "busy"),
    "Accepted": ("平台处理中", "busy", "clock"),
    "HandedOver": ("等人工发布", "warn", "person"),
    "Live": ("已发布", "ok", "done"),
    "Retiring": ("等候撤回", "busy", "clock"),
    "Retracting": ("正在撤回", "busy", "busy"),
    "Retracted": ("已撤回", "none", "back"),
    "Waiting": ("稍后再试", "hold", "pause"),
    "Blocked": ("等人处理", "hold", "pause"),
    "Declined": ("已拒绝", "bad", "stop"),
    "Partial": ("部分发布", "warn", "warn"),
    "Unknown": ("结果待核", "warn", "ask"),
    "Drifted": ("内容有变", "warn", "differs"),
    "Dropped": ("已取消", "none", "dash"),
}
#: States that change by themselves within seconds or minutes: a page that shows them looks again.
MOVING: Final = (
    "Asked", "Checked", "Staged", "Ordered", "Sending", "Accepted", "Retiring", "Retracting", "Waiting", "Unknown",
)  # fmt: skip
#: States in which somebody has to do something.
TROUBLED: Final = ("Blocked", "Declined", "Partial", "Unknown", "Drifted", "HandedOver")
