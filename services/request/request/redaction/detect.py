"""Personal data in a text: numbers that identify somebody, where they live, what they are called. Pure.

Every detector works on `flat(text)`, which has the length of the text: full-width, circled and mathematical digits
become plain ones, runs of Chinese numerals become digits, one character for one, so that offsets stay true.
Credit codes of organisations are looked for first: they are as long as an identity number and they are public.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from gongkai.statute.limits import age_on
from gongkai.statute.person_numbers import check_uscc, identity_check_digit, luhn_holds
from request.redaction.names import GIVEN_AFTER, LABEL_WORDS, NAME, stated_names

Kind = Literal[
    "identity", "passport", "bank-card", "account", "mobile", "landline", "email", "address", "birth-date", "plate",
    "name",
]  # fmt: skip
KINDS: Final[dict[Kind, str]] = {
    "identity": "身份证号",
    "passport": "护照、通行证号",
    "bank-card": "银行卡号",
    "account": "银行账号",
    "mobile": "手机号码",
    "landline": "家庭电话",
    "email": "电子邮箱",
    "address": "个人住址",
    "birth-date": "出生日期",
    "plate": "机动车号牌",
    "name": "姓名",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`certain` findings pass a check digit or stand after their label; of the others a person should judge."""

    start: int
    end: int
    kind: Kind
    certain: bool
    minor: bool = False


_INVISIBLE: Final = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_NUMERALS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL_RUN: Final = re.compile(r"[〇零一二三四五六七八九]{11,}")
_WIDE: Final = re.compile(r"[^\x00-\x7f\u3400-\u9fff\u3000-\u303f]")

_USCC: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])", re.ASCII)
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?P<n>[1-9](?:[ \-·\n]?[0-9]){16}[ \-·\n]?[0-9Xx×])(?![0-9A-Za-z])", re.ASCII
)
_OLD_IDENTITY: Final = re.compile(
    r"(?:身份证|身份号码|证件号)[^\n]{0,12}?(?<![0-9])(?P<n>[1-9][0-9]{14})(?![0-9])", re.ASCII
)
_PASSPORT: Final = re.compile(
    r"(?:护照|通行证|港澳证|台胞证|回乡证|军官证)[^\n，。；]{0,10}?(?<![0-9A-Za-z])(?P<n>[A-Za-z]{1,2}[0-9]{6,9})(?![0-9])",
    re.ASCII,
)
_CARD: Final = re.compile(r"(?<![0-9A-Za-z.])[1-9](?:[ -]?[0-9]){15,18}(?![0-9A-Za-z])", re.ASCII)
_ACCOUNT: Final = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号)[码为是]?[:： ]{0,3}(?P<n>[0-9](?:[ -]?[0-9]){8,24})(?![0-9])", re.ASCII
)
_CARD_NEAR: Final = re.compile(r"卡号|账号|帐号|账户|帐户|开户|银行|收款|汇款|工资卡|打卡")
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?:\+?86[ -]?|0086[ -]?)?(?P<n>1[3-9][0-9](?:[ -]?[0-9]){8})(?![0-9A-Za-z])"
    r"(?!\.[0-9]|[ ]?[万亿]?元)",
    re.ASCII,
)
_LANDLINE: Final = re.compile(
    r"(?:家庭|住宅|宅|个人|家里)电话[为是]?[:： ]{0,2}(?P<n>(?:0[0-9]{2,3}[- ]?)?[2-8][0-9]{6,7})(?![0-9])", re.ASCII
)
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,10}", re.ASCII
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. \-]?"
    r"(?=[A-Z]{0,5}[0-9])[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])",
    re.ASCII,
)
_BIRTH: Final = re.compile(
    r"(?:出生日期|出生年月日?|出生于|生日|生于)[为是:： ]{0,2}"
    r"(?P<a>(?:19|20)[0-9]{2}(?:年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?))"
    r"|(?P<b>(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)(?=出生|生[，,。；;）)\s])",
    re.ASCII,
)
_HOME: Final = re.compile(
    r"(?:家庭住址|家庭地址|现住址|现居住地|居住地址?|户籍地址?|户籍所在地|经常居住地|通讯地址|通信地址|联系地址|住址"
    r"|家住|现住|住所地?|住于|住)[为是在于]?[:： ]{0,2}(?P<n>[^，,。；;：:\n\t（(]{4,60})"
)
_DOOR: Final = re.compile(
    r"(?:[0-9]{1,5}|[一二三四五六七八九十百]{1,4}|[A-Za-z])(?:号楼|号院|栋|幢|单元|室|户|门牌|号)"
    r"|[0-9]{1,3}-[0-9]{1,3}-[0-9]{2,4}|[0-9]{1,5}$"
)
_AFTER_NAME: Final = re.compile(
    r"[，,、（( ]{0,2}(?:男|女)?[，,、 ]{0,2}(?:系|为)?"
    r"(?P<n>[\u4e00-\u9fa5]{2,20}?(?:市|区|县|镇|街道|路|街|巷|村|小区|社区)"
    r"[\u4e00-\u9fa50-9A-Za-z\-]{0,24}?(?:[0-9]{1,5}(?:号楼|栋|幢|单元|室|户|号))(?:[0-9]{1,4}(?:单元|层|楼|室|户|号)?){0,4})"
)


def flat(text: str) -> str:
    """Write every digit and letter the plain way without moving a character."""
    if _WIDE.search(text):
        text = "".join(_plain(char) for char in text)
    return _NUMERAL_RUN.sub(lambda run: run[0].translate(_NUMERALS), text)


def _plain(char: str) -> str:
    if char in "－—–‐‑−":
        return "-"
    folded = unicodedata.normalize("NFKC", char) if ord(char) > 0x7F else char
    return folded if len(folded) == 1 and (folded.isalnum() or folded in "@.+-_%/") else char


def without_invisible(text: str) -> tuple[str, list[int] | None]:
    """Take out characters nobody sees; the list leads from each place back to the place in the text."""
    if not _INVISIBLE.search(text):
        return text, None
    kept = [at for at, char in enumerate(text) if not _INVISIBLE.match(char)]
    return "".join(text[at] for at in kept), kept


def find(text: str, today: date | None = None) -> list[Finding]:
    """Return what is personal, in order and without overlaps; the surer finding wins a place.

    With `today` the age in an identity number is judged, so that children's data is named as such.
    """
    shown, back = without_invisible(text)
    scanned = flat(shown)
    taken = bytearray(len(scanned) + 1)
    kept: list[Finding] = []
    for found in _in_order(scanned, taken, today):
        if taken.find(1, found.start, found.end) < 0:
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            kept.append(found)
    if back is not None:
        kept = [Finding(back[f.start], back[f.end - 1] + 1, f.kind, f.certain, f.minor) for f in kept]
    return sorted(kept, key=lambda found: found.start)


def _in_order(text: str, taken: bytearray, today: date | None) -> Iterator[Finding]:
    for code in _USCC.finditer(text):
        if check_uscc(code[0]).ok and not _real_identity(code[0]):
            taken[code.start() : code.end()] = b"\x01" * 18
    yield from _identities(text, today)
    yield from (_finding(found, "passport") for found in _PASSPORT.finditer(text))
    yield from _cards(text)
    yield from (_finding(found, "mobile") for found in _MOBILE.finditer(text))
    yield from (_finding(found, "landline") for found in _LANDLINE.finditer(text))
    yield from _emails(text)
    yield from (Finding(*found.span(), "plate", False) for found in _PLATE.finditer(text))
    for found in _BIRTH.finditer(text):
        yield Finding(*found.span("a" if found["a"] else "b"), "birth-date", True)
    names = list(stated_names(text))
    yield from _addresses(text, [end for _, end, _ in names])
    yield from (Finding(start, end, "name", certain) for start, end, certain in names)
    yield from _named_beside(text, taken)


def _finding(found: re.Match[str], kind: Kind, certain: bool = True) -> Finding:
    return Finding(*found.span("n"), kind, certain)


def _real_identity(number: str) -> bool:
    """Tell an identity number by its check digit and a date of birth that exists."""
    if not number[:17].isdigit():
        return False
    return _day(number[6:14]) is not None and identity_check_digit(number[:17]) == number[17].upper()


def _day(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return day if 1880 <= day.year <= 2100 else None


def _identities(text: str, today: date | None) -> Iterator[Finding]:
    for found in _IDENTITY.finditer(text):
        number = re.sub(r"[^0-9Xx×]", "", found["n"]).upper().replace("×", "X")
        born = _day(number[6:14])
        if born is None:
            continue
        # A wrong check digit is a slip of the pen: the number still says who it is.
        minor = bool(today and born <= today and age_on(born, today) < 18)
        yield Finding(*found.span("n"), "identity", _real_identity(number), minor)
    yield from (_finding(found, "identity") for found in _OLD_IDENTITY.finditer(text) if _day(f"19{found['n'][6:12]}"))


def _cards(text: str) -> Iterator[Finding]:
    for found in _CARD.finditer(text):
        number = re.sub(r"[ -]", "", found[0])
        if len(set(number)) < 3 or not luhn_holds(number):
            continue
        near = _CARD_NEAR.search(text, max(0, found.start() - 24), found.start())
        if near or number[0] in "34569":
            yield Finding(*found.span(), "bank-card", bool(near))
    yield from (_finding(found, "account", certain=False) for found in _ACCOUNT.finditer(text))


def _emails(text: str) -> Iterator[Finding]:
    for found in _EMAIL.finditer(text):
        if not found[0].lower().endswith(".gov.cn"):
            yield Finding(*found.span(), "email", True)


def _addresses(text: str, ends: list[int]) -> Iterator[Finding]:
    for found in _HOME.finditer(text):
        strong = not text.startswith(("住所", "住", "通讯", "通信", "联系"), found.start()) or text.startswith(
            "住址", found.start()
        )
        named = any(found.start() - 80 <= end <= found.start() for end in ends)
        doors = list(_DOOR.finditer(found["n"]))
        if (strong and re.search(r"[市区县镇乡村路街]", found["n"])) or (named and doors):
            yield Finding(*found.span("n"), "address", strong and bool(doors))
    for end in ends:
        if found_after := _AFTER_NAME.match(text, end):
            yield Finding(*found_after.span("n"), "address", False)


def _named_beside(text: str, taken: bytearray) -> Iterator[Finding]:
    """Find a name that stands right before a number already found: 张三 138… in a list without labels."""
    for found in re.finditer(rf"(?<![\u4e00-\u9fa5])({NAME})(?=[\s，,、：:（(]{{1,3}})", text):
        reach = text[found.end() : found.end() + 4]
        number = found.end() + len(reach) - len(reach.lstrip(" \t，,、：:（("))
        numbered = taken.find(1, number, number + 1) >= 0 and text[number].isascii()
        if numbered and found[1][-1] not in GIVEN_AFTER and found[1] not in LABEL_WORDS:
            yield Finding(*found.span(1), "name", False)
