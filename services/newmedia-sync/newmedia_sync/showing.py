"""Rows as pages show them: the register, the matrix, the life of one delivery. Pure reading, no SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.register import Recorded
from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.web.components import ClockChip
from gongkai.web.filters import local_date
from newmedia_sync import store
from newmedia_sync.domain.account import MODE_NAMES, PLATFORM_NAMES
from newmedia_sync.domain.steps import TROUBLED, WORDS

STATE_NAMES: Final = {"opened": "已登记", "filed": "已备案", "closed": "已注销"}
LINK_NAMES: Final = {
    "never": ("没有核对过凭据", "hold", "pause"),
    "connected": ("接口正常", "ok", "done"),
    "broken": ("接口不通", "bad", "stop"),
}
STEP_NAMES: Final = {
    "prepare": "取内容并检查",
    "stage": "上传并存草稿",
    "act": "发送",
    "poll": "查发布结果",
    "probe": "核实有没有发出",
    "read-back": "回读核对",
    "discard": "清除草稿",
    "interrupted": "核实",
}
CHANGE_NAMES: Final = {"publish": "发布", "correct": "更正", "withdraw": "撤回", "repeal": "废止"}
FACT_NAMES: Final = {
    "PreparationAsked": "收到批准的文件，开始准备",
    "ChecksPassed": "符合平台限制",
    "DraftStaged": "已就绪，公众看不到",
    "StageLost": "平台上的草稿不见了或被改过，重新准备",
    "ReleaseWasOrdered": "收到放出指令",
    "PreparationDropped": "取消发布",
    "StageDiscarded": "平台上的草稿已清除",
    "AttemptBegun": "记下这次操作，随后联系平台",
    "PlatformAccepted": "平台已受理",
    "PostShown": "平台已显示",
    "HandedToPerson": "交给人工发布",
    "RetractionAsked": "有了新的版本，准备撤下",
    "PostRetracted": "已撤下",
    "Postponed": "稍后再试",
    "PersonNeeded": "要人处理",
    "ContentDeclined": "内容没有被接受",
    "PartlyShown": "只发布了一部分",
    "OutcomeUnknown": "结果不明，向平台核实",
    "ProbedAbsent": "平台上没有找到，隔一段时间再查",
    "AttemptRuledOut": "两次都没有找到，确认没有发出",
    "DriftSeen": "回读发现与批准的内容不一样",
    "MatchSeen": "回读一致",
    "RetryAsked": "工作人员要求重新办理",
    "GivenUp": "工作人员决定不再继续",
}


@dataclass(frozen=True, slots=True)
class AccountLine:
    account_id: UUID
    name: str
    platform: str
    handle: str
    mode: str
    host_unit: str
    state: str
    closed: bool
    filing: str
    chip: ClockChip | None
    link: tuple[str, str, str]
    link_reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    href: str
    word: str
    kind: str
    shape: str
    small: str
    url: str


@dataclass(slots=True)
class MatrixRow:
    """One release: a cell per account, and whether somebody must act."""

    title: str
    change: str
    permalink: str
    release_at: datetime | None
    cells: dict[UUID, Cell] = field(default_factory=dict)
    todo: bool = False
    acted: list[datetime] = field(default_factory=list)

    @property
    def skew(self) -> str:
        if len(self.acted) < 2:
            return ""
        spread = (max(self.acted) - min(self.acted)).total_seconds()
        return f"{spread * 1000:.0f} 毫秒" if spread < 1 else f"{spread:.1f} 秒"


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    words: str
    detail: str
    actor: str


def account_line(row: Any, calendar: WorkCalendar, today: date) -> AccountLine:
    card = store.card_of(row)
    return AccountLine(
        account_id=row["account_id"],
        name=card.name,
        platform=PLATFORM_NAMES[card.platform],
        handle=card.handle,
        mode=MODE_NAMES[card.mode],
        host_unit=card.host_unit,
        state=STATE_NAMES[row["state"]],
        closed=row["state"] == "closed",
        filing=row["filing_number"],
        chip=_filing_chip(row, calendar, today),
        link=LINK_NAMES[row["link"]] if card.mode == "automatic" else ("人工发布", "none", "person"),
        link_reason=row["link_reason"],
    )


def _filing_chip(row: Any, calendar: WorkCalendar, today: date) -> ClockChip | None:
    """Say until when an account must be filed: two working days after it was opened."""
    if row["state"] != "opened":
        return None
    term = rules.ACCOUNT_FILING
    opened = local_date(row["opened_at"])
    due = calendar.add_working_days(opened, term.length)
    why = f"{opened.year}年{opened.month}月{opened.day}日登记，{term.length} 个工作日内备案（{term.article}）"
    if today > due.on:
        return ClockChip("late", f"应于 {due.on.month}月{due.on.day}日前备案", why, provisional=due.provisional)
    soon = due.on - today <= timedelta(days=1)
    return ClockChip("soon" if soon else "", f"{due.on.month}月{due.on.day}日前备案", why, provisional=due.provisional)


def cell(row: Any) -> Cell:
    word, kind, shape = WORDS[row["state"]]
    return Cell(
        href=f"/newmedia/deliveries/{row['delivery_id']}",
        word=word,
        kind=kind,
        shape=shape,
        small=row["reason"] if row["state"] != "Live" else "",
        url=row["url"] if row["state"] in {"Live", "Drifted"} else "",
    )


def matrix(rows: Iterable[Any]) -> list[MatrixRow]:
    """Lay deliveries out: a row per release, newest first, a column per account."""
    by_release: dict[UUID, MatrixRow] = {}
    for row in rows:
        line = by_release.setdefault(
            row["release_id"],
            MatrixRow(row["title"], CHANGE_NAMES[row["change"]], row["permalink"], row["release_at"]),
        )
        line.cells[row["account_id"]] = cell(row)
        line.todo = line.todo or row["state"] in TROUBLED
        line.release_at = line.release_at or row["release_at"]
        if row["acted_at"] is not None:
            line.acted.append(row["acted_at"])
    return list(by_release.values())


def life(history: Sequence[tuple[str, Recorded[Any]]]) -> list[Moment]:
    """Tell what happened to a delivery, oldest first."""
    return [
        Moment(
            at=recorded.recorded_at,
            words=FACT_NAMES[kind],
            detail=str(getattr(recorded.fact, "reason", "") or getattr(recorded.fact, "difference", "")),
            actor="工作人员" if recorded.actor.startswith(("person", "program")) else "系统",
        )
        for kind, recorded in history
    ]
