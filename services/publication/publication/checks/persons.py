"""Facts about a named person: where they live, when they were born, illness and the like. Cautious by design."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from publication.checks.model import CheckInput, Lists, Sensitive, Severity
from publication.checks.personal import PUBLISHING
from publication.checks.report import Hit
from publication.checks.scan import Scan

_SENSITIVE: Final = "《个人信息保护法》第二十八条：医疗健康、特定身份、金融账户等属于敏感个人信息。"
_MINOR: Final = (
    "《未成年人保护法》第一百零三条：不得披露未成年人的姓名、影像、住所、就读学校以及其他可能识别出其身份的信息。"
)
_LABELS = (
    "姓名|申请人|联系人|当事人|法定代表人|负责人|经营者|被处罚人|被执行人|患者|学生|户主|受助人|救助对象|举报人|投诉人"
    "|信访人|监护人|家长|证人|原告|被告|业主|死者|伤者|公示对象|受害人|参保人|经办人|病人|居民|村民|职工|嫌疑人"
)
_NOT_GIVEN = "应当在次本其该日月年规法有可不每上下个一须需已未将会要为是以及或和与由向对的了等"
_STOP = r"(?=[，,、。；;（(）):：\s|]|男|女|因|系|患|确诊|的|身份证|住|电话|手机|家|于|为|被|经|$)"
_DOOR = re.compile(
    r"(?:[0-9]{1,5}|[一二三四五六七八九十百]{1,4}|[A-Za-z])(?:号楼|栋|幢|单元|室|户|门牌)(?:[0-9]{1,4}(?:单元|层|楼|室|户|号)?){0,3}"
    r"|[0-9]{1,3}-[0-9]{1,2}-[0-9]{2,4}(?:室|号)?|门牌号?[0-9]{1,5}号?"
)
_HOME = re.compile(
    r"(?:家庭住址|家庭地址|现住址|现居住地|居住地址|居住地|户籍地址|户籍地|户籍所在地|经常居住地|住址|家住|现住|住所地?|住于|住)"
    r"[为是在于]?[:：]?\s?"
)
_HOME_NUMBER = re.compile(r"[0-9]{1,5}号(?!楼?文|令|公告|线|地块|码)")
_BIRTH = re.compile(
    r"(?:出生日期|出生年月日|出生时间|出生于|生日|生于)[为是:：]?\s?"
    r"(?P<a>(?:19|20)[0-9]{2}(?:年[0-9]{1,2}月[0-9]{1,2}日|[-./][0-9]{1,2}[-./][0-9]{1,2}))"
    r"|(?P<b>(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)(?:出生|生(?=[，,。；;）)\s]))",
    re.ASCII,
)


@lru_cache(maxsize=4)
def _names(surnames: str, compound: tuple[str, ...]) -> re.Pattern[str]:
    given = rf"(?![{_NOT_GIVEN}])[\u4e00-\u9fa5]"
    name = rf"(?:(?:{'|'.join(compound) or '欧阳'}){given}[\u4e00-\u9fa5]?|[{surnames or '王'}]{given}[\u4e00-\u9fa5]?)"
    return re.compile(
        rf"(?:{_LABELS})(?:（[^（）]{{1,8}}）)?[:：为是\s|]{{0,3}}(?P<a>{name}){_STOP}"
        rf"|(?<![\u4e00-\u9fa5])(?P<b>{name})[，,（(\s|]{{1,2}}[男女](?=[，,、）)（(\s。|])"
        rf"|(?<![\u4e00-\u9fa5])(?P<c>{name})(?:先生|女士)"
    )


def persons(scanned: Scan, lists: Lists) -> list[tuple[int, int]]:
    """Where people are named in a way that leaves little doubt: after a label, with their sex, or addressed as such."""
    found = []
    for match in _names(lists.surnames, lists.compound_surnames).finditer(scanned.text):
        group = next(name for name in "abc" if match[name])
        if match[group][-1] not in "某×" and "某" not in match[group]:
            found.append(match.span(group))
    return found


def detect(scanned: Scan, edition: CheckInput, lists: Lists) -> Iterator[Hit]:
    people = persons(scanned, lists)
    yield from _addresses(scanned, edition, people)
    yield from _births(scanned, people)
    for start, end in people:
        yield from _sensitive(scanned, lists.sensitive, start, end)


def _addresses(scanned: Scan, edition: CheckInput, people: list[tuple[int, int]]) -> Iterator[Hit]:
    text = scanned.text
    reached = -1
    ends = [end for _, end in people]
    for label in _HOME.finditer(text):
        if label.start() < reached:
            continue
        limit = scanned.sentence(label.end(), 70)[1]
        stretch = text[label.end() : limit]
        cut = re.search(r"[，,；;]", stretch)
        stretch = stretch[: cut.start()] if cut else stretch
        doors = list(_DOOR.finditer(stretch)) or list(_HOME_NUMBER.finditer(stretch))
        strong = label[0].startswith(("家", "现", "居住", "户籍", "经常", "住址"))
        if not doors or len(stretch) < 4:
            continue
        if not strong and not _near(ends, scanned.sentence(label.start(), 200)[0], label.start()):
            continue
        reached = label.end() + doors[-1].end()
        if not _own(text[label.end() : reached], edition):
            yield _address("must" if strong else "judge", label.end(), reached)
    for _, end in people:
        if end < reached:
            continue
        stop = scanned.sentence(end, 60)[1]
        if (door := _DOOR.search(text, end, stop)) and not _own(text[end:stop], edition):
            part = re.search(
                r"[\u4e00-\u9fa5]{2,12}(?:市|区|县|镇|街道|路|街|巷|村|小区|社区)", text[end : door.start()]
            )
            if part:
                last = _DOOR.match(text, door.end())
                yield _address("judge", end + part.start(), last.end() if last else door.end())


def _near(ends: list[int], low: int, high: int) -> bool:
    at = bisect_left(ends, low)
    return at < len(ends) and ends[at] <= high


def _own(address: str, edition: CheckInput) -> bool:
    return any(len(own) > 4 and (own in address or address in own) for own in edition.organ_addresses)


def _address(severity: Severity, start: int, end: int) -> Hit:
    why = f"个人住址写到了门牌、楼号或室号。{PUBLISHING}"
    return Hit("pd.address", severity, "personal", "个人住址", why, start, end,
               personal="address")  # fmt: skip


def _births(scanned: Scan, people: list[tuple[int, int]]) -> Iterator[Hit]:
    ends = [end for _, end in people]
    for found in _BIRTH.finditer(scanned.text):
        span = found.span("a" if found["a"] else "b")
        near = _near(ends, span[0] - 60, span[0] + 60)
        why = f"完整的出生日期可以识别个人，确需说明的写到年份即可。{PUBLISHING}"
        yield Hit(
            "pd.birth-date", "must" if near else "judge", "personal", "出生日期", why, *span, personal="birth-date"
        )


def _sensitive(scanned: Scan, groups: tuple[Sensitive, ...], start: int, end: int) -> Iterator[Hit]:
    low, high = scanned.sentence(start, 60)
    stretch = scanned.text[low:high]
    for group in groups:
        word = next((word for word in group.words if word in stretch), None)
        if word is None:
            continue
        why = _MINOR if group.id == "minor" else f"同一句话里有人名和{group.title}。{_SENSITIVE}{PUBLISHING}"
        yield Hit(f"pd.{group.id}", "judge", "personal", f"姓名与{group.title}相连", why, start, end, personal="name")
