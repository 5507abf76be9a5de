"""Words that several letters share."""

from __future__ import annotations

from datetime import date, timedelta

from gongkai.statute.calendar import WEEKDAYS_ZH, CountedDay
from request.domain.values import Channel
from request.letters.data import LetterData, Received, Stated

_VIA: dict[Channel, str] = {
    "online": "通过互联网",
    "in-person": "当面",
    "post-signed": "以邮寄方式",
    "post-ordinary": "以平常信函",
    "fax": "以传真方式",
    "email": "以电子邮件",
    "oral": "以口头方式",
    "platform": "通过其他平台",
}


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def sentence(text: str) -> str:
    """End words an officer wrote as a sentence ends."""
    return text.strip().rstrip("。；;，,、.") + "。"


def clause(text: str) -> str:
    return text.strip().rstrip("。；;，,、.")


def you(data: LetterData) -> str:
    return {"person": "您", "organisation": "你单位", "organ": "贵单位"}[data.addressee_is]


def quoted(text: str) -> str:
    """Put words into quotation marks; those inside become single ones."""
    return f"“{text.strip().replace('“', '‘').replace('”', '’')}”"


def listed(words: tuple[str, ...], end: str = "和") -> str:
    return "、".join(words[:-1]) + end + words[-1] if len(words) > 1 else words[0]


def received(data: LetterData) -> Received:
    if data.received is None:
        raise LookupError("the receipt was checked before")
    return data.received


def opening(data: LetterData) -> str:
    """Say what came, how, when and under which number."""
    arrived = received(data)
    text = (
        f"本机关于{day_zh(arrived.on)}收到{you(data)}{_VIA[arrived.channel]}提出的政府信息公开申请"
        f"（登记编号：{data.case_number}），申请公开的内容为{quoted(data.subject)}。"
    )
    if arrived.corrected_on:
        text += f"{you(data)}补正后的申请于{day_zh(arrived.corrected_on)}收到。"
    return text


def by_day(stated: Stated) -> str:
    """Tell a last day, and that it is provisional when it is."""
    weekday = WEEKDAYS_ZH[stated.on.weekday()]
    return f"{day_zh(stated.on)}（{weekday}{'，暂定' if stated.provisional_zh else ''}）"


def provisional(stated: Stated) -> str:
    """Say why a date may still change; nothing when it cannot."""
    if not stated.provisional_zh:
        return ""
    return f"{day_zh(stated.on)}为暂定日期：{sentence(stated.provisional_zh)}如有变化，本机关将另行告知。"


def counting(stated: Stated) -> str:
    """Show the days so that anyone can add them up."""
    if not stated.days:
        return ""
    counted = "，".join(
        f"{_span(run)}（累计{run[-1].running}个）" for run in _runs(stated.days) if run[0].state == "counted"
    )
    left_out = [
        f"{_span(run)}{_why(run)}" for run in _runs(stated.days) if run[0].state != "counted" and not _is_weekend(run)
    ]
    text = f"自{day_zh(stated.from_on)}的次日起计{stated.working_days}个工作日，计入{counted}。"
    return f"{text}周末{'和' + '，'.join(left_out) if left_out else ''}不计入。"


def _runs(days: tuple[CountedDay, ...]) -> list[list[CountedDay]]:
    runs: list[list[CountedDay]] = []
    for day in days:
        before = runs[-1][-1] if runs else None
        if before and before.state == day.state and before.on + timedelta(1) == day.on and _kind(before) == _kind(day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _kind(day: CountedDay) -> str:
    """Group days that are left out by their reason, without the weekday it begins with."""
    return "" if day.state == "counted" else day.why.partition("，")[2].replace("（暂定）", "")


def _why(run: list[CountedDay]) -> str:
    return f"（{_kind(run[0]).replace('，不计入', '').replace('工作日，', '')}）"


def _is_weekend(run: list[CountedDay]) -> bool:
    return "周末" in _kind(run[0])


def _span(run: list[CountedDay]) -> str:
    first, last = run[0].on, run[-1].on
    if first == last:
        return f"{first.month}月{first.day}日"
    end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{end}"
