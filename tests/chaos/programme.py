"""What is broken, how and when: the whole programme of a run, from one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass

#: Places inside a release at which the services can be made to die; see `gongkai.runtime.fault`.
PLACES = (
    "publication:DocumentApproved", "publication:sent", "publication:taken", "publication:ticked",
    "publication:ReleaseOrdered", "publication:DocumentPublished", "portal:ChannelPrepared", "portal:sent",
    "portal:ticked", "portal:taken", "newmedia-sync:taken", "newmedia-sync:drafted-wechat", "newmedia-sync:sent",
    "newmedia-sync:ChannelPrepared", "newmedia-sync:begun-wechat", "newmedia-sync:begun-weibo",
    "newmedia-sync:called-wechat", "newmedia-sync:called-weibo", "newmedia-sync:ChannelReleased",
)  # fmt: skip
#: Misbehaviour of a platform: kind, and the value it needs.
MOODS = (
    ("slow", 4.0), ("http_502", 0.0), ("http_500", 0.0), ("lost_answer", 0.0), ("cut_before", 0.0),
    ("token_expired", 0.0), ("busy", 0.0), ("busy_but_done", 0.0), ("garbage", 0.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One blow. `wait` is how long the system works in peace before it."""

    number: int
    wait: float
    kind: str
    target: str = ""
    value: float = 0.0
    times: int = 1

    def __str__(self) -> str:
        much = f" {self.value:.1f} s" if self.value else ""
        return f"{self.kind} {self.target}{much}" + (f" ×{self.times}" if self.times > 1 else "")


def programme(seed: int, count: int) -> list[Fault]:
    """Return the faults of one run. The first six are of all six sorts; what follows is as it comes."""
    chance = random.Random(seed)
    sorts = list(_SORTS)
    chance.shuffle(sorts)
    chosen = [*sorts, *chance.choices(list(_SORTS), weights=[_WEIGHTS[sort] for sort in _SORTS], k=count)][:count]
    return [_SORTS[sort](number, chance) for number, sort in enumerate(chosen, start=1)]


def _place(number: int, chance: random.Random) -> Fault:
    return Fault(number, chance.uniform(1, 6), "die at", chance.choice(PLACES))


def _kill(number: int, chance: random.Random) -> Fault:
    return Fault(number, chance.uniform(1, 6), "kill", chance.choice(("services", "kafka", "postgres")))


def _freeze(number: int, chance: random.Random) -> Fault:
    """Stop longer than a member's session with Kafka, or shorter, and wake it again."""
    return Fault(number, chance.uniform(1, 6), "freeze", chance.choice(("services", "kafka")), chance.uniform(3, 14))


def _platform(number: int, chance: random.Random) -> Fault:
    mood, value = chance.choice(MOODS)
    target = f"{chance.choice(('wechat', 'weibo'))}:{mood}"
    return Fault(number, chance.uniform(1, 4), "platform", target, value, chance.randint(1, 3))


def _both(number: int, chance: random.Random) -> Fault:
    """Let PostgreSQL and Kafka die in the same moment."""
    return Fault(number, chance.uniform(1, 6), "kill", "kafka+postgres")


def _everything(number: int, chance: random.Random) -> Fault:
    return Fault(number, chance.uniform(1, 6), "power cut")


_SORTS: dict[str, Callable[[int, random.Random], Fault]] = {
    "place": _place, "kill": _kill, "freeze": _freeze, "platform": _platform, "both": _both, "everything": _everything,
}  # fmt: skip
_WEIGHTS = {"place": 6, "kill": 5, "freeze": 3, "platform": 5, "both": 1, "everything": 1}
