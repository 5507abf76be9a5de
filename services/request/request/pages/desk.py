"""What the officers' pages work with, and the few things every page does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse

from gongkai.runtime.errors import ChangedMeanwhile, Invalid, NotFound, Unavailable
from gongkai.statute.calendar import WorkCalendar
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from gongkai.web.components import ClockChip
from gongkai.web.directory import Directory
from gongkai.web.filters import date_zh
from gongkai.web.forms import Form
from gongkai.web.pages import Pages
from gongkai.web.session import Officer
from request.clocks import NEAR
from request.desks import Desks

BASE: Final = "/request/desk"
ANSWERED: Final = (Refused, ChangedMeanwhile, Invalid, NotFound, Unavailable)


@dataclass(frozen=True, slots=True)
class Bench:
    desks: Desks
    pages: Pages
    directory: Directory

    def today(self) -> date:
        return legal_date(self.desks.kit.now())

    @property
    def calendar(self) -> WorkCalendar:
        return self.desks.desk.calendar

    async def names(self, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        """Give the names of people, also while identity is away."""
        wanted = {person for person in ids if person is not None}
        return await self.directory.names(wanted) if wanted else {}

    async def show(
        self, request: Request, template: str, officer: Officer, *, nav: str = "requests", status: int = 200,
        **context: Any,
    ) -> HTMLResponse:  # fmt: skip
        context.setdefault("nav_current", "true")
        context.setdefault("form", Form())
        return await self.pages.console(request, template, officer, nav=nav, status=status, **context)

    def chip(self, row: Any) -> ClockChip:
        """Say how long is left, in the words of the clock chip."""
        due_on, today = row["due_on"], self.today()
        href = f"{BASE}/cases/{row['id']}#days"
        if due_on is None:
            return ClockChip("paused", "不计时", WAITING.get(row["awaiting"], NOT_YET), href)
        if row["received_on"] is None:
            why = f"应当在{date_zh(due_on)}与申请人确认收到之日。依据《政府信息公开条例》第三十一条。"
            return ClockChip("late" if today > due_on else "soon", "待确认收到", why, href)
        why = f"{date_zh(row['received_on'])}收到，最迟{date_zh(due_on)}答复。依据《政府信息公开条例》第三十三条。"
        if today > due_on:
            return ClockChip("late", f"超 {(today - due_on).days} 日", why, href)
        left = self.calendar.working_days_between(today, due_on)
        words = "今天到期" if due_on == today else f"剩 {left} 个工作日"
        return ClockChip("soon" if left <= NEAR else "", words, why, href, provisional=bool(row["provisional"]))


NOT_YET: Final = "收到之日还没有确定，答复期限还没有起算。"
WAITING: Final = {
    "correction": "等待申请人补正，收到补正后的申请再起算。",
    "opinions": "正在征求意见，征求意见的时间不计入答复期限。",
    "payment": "等待申请人缴纳信息处理费，缴费后再起算。",
    "reasons": "等待申请人说明理由。",
}
