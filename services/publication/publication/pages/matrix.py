"""Releases as the matrix shows them: one cell per channel, one word of state, the ways out of the row. Pure.

The rows come from the read model: a mapping per release, with its channels as they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gongkai.web.filters import date_near, local_date, second_zh, time_zh
from publication.release.channels import WEBSITE
from publication.release.states import Change, Policy

POLICY_NAMES: Final[dict[Policy, str]] = {"all-or-hold": "全齐才发", "site-first": "网站先发"}
CHANGE_NAMES: Final[dict[Change, str]] = {"publish": "发布", "correct": "更正", "withdraw": "撤回", "repeal": "废止"}
FAILED_WORDS: Final = {
    "rejected": "平台没有通过",
    "failed": "没有发出",
    "unknown": "结果待核",
    "partial": "只发出一部分",
    "blocked": "账号被限制",
}
BEFORE_ORDER: Final = frozenset({"Preparing", "Held"})
AFTER_ORDER: Final = frozenset({"Ordered", "Releasing", "Closed"})
#: What the macro `ui.channel_state` calls the state of a channel.
_STATES: Final = {
    "Prepared": "prepared",
    "Refused": "refused",
    "Skipped": "skipped",
    "Released": "released",
    "Confirmed": "confirmed",
    "Retracted": "retracted",
}
Release = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One channel of one release. `name` is one of the words `ui.channel_state` knows."""

    heading: str
    name: str
    word: str = ""
    small: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a state: a link to its confirm page, and the action that it needs."""

    label: str
    href: str
    act: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One release. `todo` means that somebody has to act, `live` that it still moves by itself."""

    id: UUID
    document_id: UUID
    title: str
    about: str
    cells: Sequence[Cell]
    outcome: str
    outcome_state: str
    outcome_small: str
    ways: Sequence[Way]
    todo: bool
    live: bool


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    name: str


def columns_of(releases: Sequence[Release]) -> list[Column]:
    """Every channel that takes part in one of these releases, the site first."""
    known: dict[str, Mapping[str, Any]] = {}
    for release in releases:
        for channel in release["channels"]:
            known.setdefault(channel["id"], channel)
    ordered = sorted(known.values(), key=lambda channel: (channel["id"] != WEBSITE, channel["kind"], channel["name"]))
    return [Column(channel["id"], channel["name"]) for channel in ordered]


def row_of(release: Release, columns: Sequence[Column], now: datetime) -> Row:
    outcome, outcome_state, small = _outcome(release, local_date(now))
    by_id = {channel["id"]: channel for channel in release["channels"]}
    return Row(
        id=release["id"],
        document_id=release["document_id"],
        title=release["title"],
        about=_about(release, local_date(now)),
        cells=[_cell(release, column, by_id.get(column.id)) for column in columns],
        outcome=outcome,
        outcome_state=outcome_state,
        outcome_small=small,
        ways=ways_of(release),
        todo=bool(release["needs_person"]),
        live=release["state"] in {"Preparing", "Held", "Ordered", "Releasing"},
    )


def _about(release: Release, today: date) -> str:
    words = [CHANGE_NAMES[release["change"]]] if release["change"] != "publish" else []
    if release["emergency"]:
        words.append("紧急发布")
    words.append(POLICY_NAMES[release["policy"]])
    if release["state"] in BEFORE_ORDER:
        words.append(f"准备截止 {_when(release['prepare_by'], today)}")
    elif release["release_at"]:
        words.append(f"{_when(release['release_at'], today)} 放出")
    return "　".join(words)


def _when(at: datetime, today: date) -> str:
    return time_zh(at) if local_date(at) == today else f"{date_near(at, today)} {time_zh(at)}"


def _outcome(release: Release, today: date) -> tuple[str, str, str]:
    """Fill the last column: words, the state's shape, and one small line."""
    match release["state"]:
        case "Preparing":
            at = release["scheduled_at"]
            return (f"{_when(at, today)} 放出" if at else "全部就绪就放出"), "waiting", ""
        case "Held":
            return ("暂缓" if release["held_by"] == "person" else "暂缓，等渠道"), "held", release["reason"]
        case "Ordered":
            return f"{second_zh(release['release_at'])[:8]} 放出", "ordered", "放出指令已下达"
        case "Releasing":
            left = [
                c["name"] for c in release["channels"] if not c["laggard"] and c["state"] in {"Prepared", "Waiting"}
            ]
            return "放出中", "ordered", f"还没有答复：{'、'.join(left)}" if left else ""
        case "Closed":
            trouble = [c["name"] for c in release["channels"] if c["state"] in {"Refused", "Failed", "Drifted"}]
            late = [c for c in release["channels"] if c["laggard"] and c["state"] in {"Waiting", "Prepared"}]
            later = f"{len(late)} 个渠道稍后补发" if late else ""
            small = f"要处理：{'、'.join(trouble)}" if trouble else later or "各渠道都有结果"
            words = f"时间差 {skew_words(release['skew_ms'])}" if measured(release) else later or "已放出"
            return words, "", "" if small == words else small
        case _:
            return "已取消", "skipped", release["reason"]


def measured(release: Release) -> bool:
    """Tell whether two channels or more acted on the order: one moment has no spread."""
    return sum(not channel["laggard"] and channel.get("acted_at") is not None for channel in release["channels"]) > 1


def skew_words(skew_ms: float) -> str:
    return f"{skew_ms:,.1f} 毫秒" if skew_ms < 1000 else f"{skew_ms / 1000:,.2f} 秒"


def _cell(release: Release, column: Column, channel: Mapping[str, Any] | None) -> Cell:
    if channel is None:
        return Cell(column.name, "skipped")
    acted = instant(channel.get("acted_at"))
    url = channel.get("url") or ""
    match channel["state"]:
        case "Waiting":
            return Cell(column.name, "laggard" if channel["laggard"] else "preparing")
        case "Prepared":
            return Cell(column.name, "ordered" if release["state"] in {"Ordered", "Releasing"} else "prepared")
        case "Released" | "Confirmed" if release["change"] == "withdraw":
            return Cell(column.name, "retracted", small=second_zh(acted))
        case "Released" | "Confirmed" if column.id == WEBSITE and release.get("followed_by") == "withdraw":
            return Cell(column.name, "retracted", small=second_zh(acted) + " 发布过")
        case "Released" | "Confirmed" if column.id == WEBSITE and release.get("followed_by") == "correct":
            return Cell(column.name, _STATES[channel["state"]], "已由新版代替", second_zh(acted), url)
        case "Released" | "Confirmed":
            return Cell(column.name, _STATES[channel["state"]], small=second_zh(acted), url=url)
        case "Failed":
            outcome = channel.get("outcome", "failed")
            name = "unknown" if outcome == "unknown" else "failed"
            return Cell(column.name, name, FAILED_WORDS[outcome], channel.get("reason", ""), url)
        case "Drifted":
            word = "内容被移走" if channel.get("drift") == "removed" else "内容有变"
            said = f"{time_zh(instant(channel.get('seen_at')))} 发现。{channel.get('reason', '')}"
            return Cell(column.name, "drifted", word, said, url)
        case "Retracted":
            return Cell(column.name, "retracted", small=second_zh(instant(channel.get("retracted_at")))[:8])
        case state:
            return Cell(column.name, _STATES[state], small=channel.get("reason", ""))


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def ways_of(release: Release) -> list[Way]:
    """Every way out that the state allows, as links to confirm pages; what each person may do is checked there."""
    base = f"/publication/releases/{release['id']}"
    ways: list[Way] = []
    for channel in release["channels"]:
        ways += _channel_ways(release, channel, base)
    if release["state"] == "Preparing":
        ways.append(Way("暂缓", f"{base}/hold", "hold"))
    if release["state"] == "Held":
        ways.append(Way("继续发布", f"{base}/resume", "resume"))
    if release["state"] in BEFORE_ORDER:
        ways.append(Way("改时间", f"{base}/reschedule", "reschedule"))
    if release["state"] in {"Preparing", "Held", "Ordered"}:
        ways.append(Way("取消", f"{base}/cancel", "cancel"))
    return ways


def _channel_ways(release: Release, channel: Mapping[str, Any], base: str) -> list[Way]:
    if release["state"] == "Cancelled":
        return []
    key, name, state = channel["id"], channel["name"], channel["state"]
    early = release["state"] in BEFORE_ORDER
    ways = []
    # What we took back ourselves was replaced or withdrawn: posting it again would undo that decision.
    changed = release["change"] != "withdraw" and (
        state == "Drifted" or (state == "Retracted" and channel.get("by") != "us")
    )
    if state in {"Refused", "Failed"} or (changed and not early and key != WEBSITE):
        unknown = channel.get("outcome") == "unknown"
        words = f"再查一次{name}，不会重发" if unknown else f"重试{name}"
        ways.append(Way(words, f"{base}/retry?channel={key}", "retry", key))
    lagging = bool(channel["laggard"]) and state in {"Waiting", "Refused", "Failed"}
    if key != WEBSITE and ((early and state in {"Waiting", "Refused"}) or lagging):
        ways.append(Way(f"不发{name}", f"{base}/go-without?channel={key}", "go-without", key))
    return ways


@dataclass(frozen=True, slots=True)
class SkewPoint:
    """One dot of the chart; positions are per cent of the width, text stays in pixels."""

    name: str
    words: str
    x: str
    y: int


@dataclass(frozen=True, slots=True)
class SkewChart:
    points: Sequence[SkewPoint]
    ticks: Sequence[tuple[str, str]]
    height: int
    unit: str
    finding: str


_LEFT: Final = 24.0
_WIDTH: Final = 66.0
_LINE: Final = 30


def skew_chart(release: Release) -> SkewChart | None:
    """Show when each channel acted, measured from the instant of the order; one act has no spread to show."""
    acts = [
        (channel["name"], acted)
        for channel in release["channels"]
        if not channel["laggard"] and (acted := instant(channel.get("acted_at"))) is not None
    ]
    if release["release_at"] is None or release["skew_ms"] is None or len(acts) < 2:  # two make a spread
        return None
    after = [(name, max(0.0, (at - release["release_at"]).total_seconds())) for name, at in acts]
    unit, factor = ("毫秒", 1000.0) if max(value for _, value in after) < 1 else ("秒", 1.0)
    step = _nice(max(value for _, value in after) * factor / 4 or 1.0)
    points = [
        SkewPoint(
            name,
            f"{value * factor:,.0f}" if factor > 1 else f"{value:.2f}",
            f"{_LEFT + _WIDTH * value * factor / (step * 5):.1f}%",
            18 + _LINE * row,
        )
        for row, (name, value) in enumerate(after)
    ]
    ticks = [(f"{_LEFT + _WIDTH * number / 5:.1f}%", f"{step * number:g}") for number in range(6)]
    said = "，".join(f"{point.name} {point.words} {unit}" for point in points)
    finding = f"从放出时刻算起：{said}；首尾相差 {skew_words(release['skew_ms'])}。"
    return SkewChart(points, ticks, _LINE * len(after), unit, finding)


def _nice(step: float) -> float:
    """Round a step up to 1, 2 or 5 times a power of ten."""
    power = 1.0
    while step > 10 * power:
        power *= 10
    while step < power:
        power /= 10
    return next(power * factor for factor in (1, 2, 5, 10) if step <= power * factor)
