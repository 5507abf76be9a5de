"""Numbers that belong to a person: identity card, mobile, bank card, e-mail, plate, passport. Codes of firms do not."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from gongkai.statute.identifiers import check_identity, check_uscc, identity_check_digit, luhn_holds
from publication.checks.model import CheckInput, Severity
from publication.checks.report import Hit
from publication.checks.scan import Marked, Scan

PUBLISHING: Final = "《个人信息保护法》第二十五条：未取得个人单独同意，不得公开其处理的个人信息。"
_SENSITIVE: Final = "《个人信息保护法》第二十八条：属于敏感个人信息，只有在有特定目的和充分必要性时方可处理。"
_CHILD: Final = "《个人信息保护法》第二十八条、第三十一条：不满十四周岁未成年人的个人信息属于敏感个人信息。"
_MINOR: Final = "《未成年人保护法》第一百零三条：不得披露可能识别出未成年人身份的信息。"

_USCC = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])", re.ASCII)
_LONG = re.compile(r"(?<![0-9A-Za-z.*])[0-9](?:[ -]?[0-9]){14,18}[Xx]?(?![0-9A-Za-z*×●])", re.ASCII)
_MASKED = re.compile(r"(?<![0-9A-Za-z*×●])(?=[0-9])[0-9*×●xX]{17}[0-9*×●xX](?![0-9A-Za-z*×●])", re.ASCII)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.*])(?:\+?86[ -]?)?(?P<n>1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4})(?![0-9A-Za-z*])"
    r"(?!\.[0-9]|[ ]?[万亿]?元)",
    re.ASCII,
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,10})",
    re.ASCII,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·.\- ]?"
    r"(?=[A-Z]{0,5}[0-9])(?:[A-HJ-NP-Z0-9]{5,6})(?![A-Za-z0-9])",
    re.ASCII,
)
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:E[0-9A-HJ-NP-Z]|[GDSP])[0-9]{7,8}(?![0-9A-Za-z])", re.ASCII)
_LANDLINE = re.compile(
    r"(?:家庭|住宅|宅|个人|家里)电话[为是]?[:：]?\s?(?P<n>(?:0[0-9]{2,3}[- ]?)?[2-8][0-9]{6,7})(?![0-9])"
)
_CARD_CONTEXT = re.compile(r"卡号|账号|帐号|账户|开户|银行|收款|汇款|打卡")
_IDENTITY_CONTEXT = re.compile(r"身份证|身份号码|证件号|公民身份")
_PASSPORT_CONTEXT = re.compile(r"(?:护照|通行证|证件)[^，。；,;\n]{0,8}$")
_CODE_CONTEXT = re.compile(r"(?:信用代码|机构代码|索引号|税号|识别号)[^，。；,;\n]{0,6}$")


def detect(scanned: Scan, edition: CheckInput, today: date) -> Iterator[Hit]:
    """Test for firms' credit codes first: they have the same length as an identity number."""
    text = scanned.text
    taken = Marked(len(text))
    for found in _USCC.finditer(text):
        checked = check_uscc(found[0])
        if checked.ok and not _may_be_a_person(text, found, edition, today):
            taken.add(*found.span())
            if checked.facts.get("sole_trader"):
                yield _sole_trader(found)
    for found in _LONG.finditer(text):
        if not taken.touches(*found.span()) and (hit := _identity(text, found, today)):
            taken.add(*found.span())
            yield hit
    for found in _MASKED.finditer(text):
        if not taken.touches(*found.span()) and (hit := _weak_mask(found)):
            taken.add(*found.span())
            yield hit
    for found in _LONG.finditer(text):
        if not taken.touches(*found.span()) and (hit := _bank_card(text, found)):
            taken.add(*found.span())
            yield hit
    yield from _phones(text, edition, taken)
    yield from _others(text, edition)


def _may_be_a_person(text: str, found: re.Match[str], edition: CheckInput, today: date) -> bool:
    """One identity number in some three hundred passes as a credit code too; then only the context excuses it."""
    if found[0] == edition.organ_uscc or _CODE_CONTEXT.search(_before(text, found.start())):
        return False
    return check_identity(found[0], today).ok


def _before(text: str, at: int, reach: int = 16) -> str:
    return text[max(0, at - reach) : at]


def _sole_trader(found: re.Match[str]) -> Hit:
    why = "个体工商户的名称可能含有经营者姓名；信用代码本身可以公开，名称是否公开请判断。"
    return Hit("pd.sole-trader", "note", "personal", "个体工商户的信用代码", why, *found.span())


def _identity(text: str, found: re.Match[str], today: date) -> Hit | None:
    number = re.sub(r"[ -]", "", found[0]).upper()
    if len(number) == 15:
        return _old_identity(text, found, number)
    if len(number) != 18:
        return None
    checked = check_identity(number, today)
    if not checked.ok:
        return _doubtful_identity(text, found, number)
    age = int(checked.facts["age"])
    if age < 14:
        why = f"号码显示此人不满14周岁（{age}周岁），不得公开。{_CHILD}{_MINOR}"
        return Hit("pd.identity-child", "must", "personal", "不满14周岁未成年人的身份证号", why, *found.span(),
                   personal="identity", may_keep=False)  # fmt: skip
    if age < 18:
        why = f"号码显示此人是未成年人（{age}周岁）。{_MINOR}"
        return Hit(
            "pd.identity-minor", "must", "personal", "未成年人的身份证号", why, *found.span(), personal="identity"
        )
    why = f"身份证号必须隐去。{PUBLISHING}"
    return Hit("pd.identity", "must", "personal", "身份证号", why, *found.span(), personal="identity")


def _old_identity(text: str, found: re.Match[str], number: str) -> Hit | None:
    if not _IDENTITY_CONTEXT.search(_before(text, found.start())) or not _real(f"19{number[6:12]}"):
        return None
    why = f"疑似15位旧身份证号。{PUBLISHING}"
    return Hit("pd.identity-old", "must", "personal", "15位旧身份证号", why, *found.span(), personal="identity")


def _doubtful_identity(text: str, found: re.Match[str], number: str) -> Hit | None:
    plausible = "11" <= number[:2] <= "91" and number[6:8] in {"19", "20"} and _real(number[6:14])
    if not plausible:
        return None
    near = _IDENTITY_CONTEXT.search(_before(text, found.start()))
    why = f"号码的校验位不符，可能是写错的身份证号，仍足以识别个人，请核对。{PUBLISHING}"
    severity: Severity = "must" if near else "judge"
    return Hit("pd.identity-doubtful", severity, "personal", "疑似身份证号", why, *found.span(), personal="identity")


def _weak_mask(found: re.Match[str]) -> Hit | None:
    """Judge a mask: the check digit gives one hidden digit back, and an open date of birth is itself personal."""
    number = re.sub(r"[*×●]|[xX](?!$)", "*", found[0])
    hidden = number.count("*")
    if not hidden or not number[0].isdigit():
        return None
    title = "身份证号遮盖不足"
    if hidden <= 2:
        solved = "可由校验码推算出完整号码" if hidden == 1 else "可以推算出少数几个可能的号码"
        if hidden == 1 and number[17] == "*" and number[:17].isdigit():
            solved = f"末位可由校验码推算（共{len(identity_check_digit(number[:17]))}个可能）"
        why = f"只遮盖了{hidden}位，{solved}，等于没有遮盖。{PUBLISHING}"
        return Hit("pd.identity-leak", "must", "personal", title, why, *found.span(), personal="identity")
    born = number[6:14]
    if born.isdigit() and _real(born):
        why = f"出生日期没有遮盖，建议保留前6位和后4位，隐去出生日期。{PUBLISHING}"
        return Hit("pd.identity-birth", "judge", "personal", title, why, *found.span(), personal="identity")
    if hidden <= 4 and sum(char.isdigit() for char in number) >= 13:
        why = f"只遮盖了{hidden}位，建议保留前6位和后4位，隐去出生日期。{PUBLISHING}"
        return Hit("pd.identity-birth", "judge", "personal", title, why, *found.span(), personal="identity")
    return None


def _real(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _bank_card(text: str, found: re.Match[str]) -> Hit | None:
    number = re.sub(r"[ -]", "", found[0])
    if not number.isdigit() or not 16 <= len(number) <= 19 or len(set(number)) < 3 or not luhn_holds(number):
        return None
    near = _CARD_CONTEXT.search(_before(text, found.start(), 24))
    if not near and number[0] not in "34569":
        return None
    why = f"数字符合银行卡号的校验规则。{_SENSITIVE}{PUBLISHING}"
    return Hit(
        "pd.bank-card", "must" if near else "judge", "personal", "银行卡号", why, *found.span(), personal="bank-card"
    )


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _phones(text: str, edition: CheckInput, taken: Marked) -> Iterator[Hit]:
    own = {_digits(phone)[-11:] for phone in edition.organ_phones}
    for found in _MOBILE.finditer(text):
        if not taken.touches(*found.span()) and _digits(found["n"]) not in own:
            why = f"不是本机关公布的电话。个人手机号码应当隐去；确是办公联系电话的，请在机关信息中登记。{PUBLISHING}"
            yield Hit("pd.mobile", "must", "personal", "手机号码", why, *found.span("n"), personal="mobile")
    for found in _LANDLINE.finditer(text):
        if _digits(found["n"]) not in own:
            why = f"写明是个人或家庭电话。{PUBLISHING}"
            yield Hit("pd.landline", "must", "personal", "家庭电话", why, *found.span("n"), personal="landline")


def _others(text: str, edition: CheckInput) -> Iterator[Hit]:
    own = {email.lower() for email in edition.organ_emails}
    for found in _EMAIL.finditer(text):
        if re.search(r"://[^\s]{0,60}$", _before(text, found.start(), 64)):
            continue  # the part of an address before its host, told by the links
        if found[0].lower() not in own and not found["host"].lower().endswith("gov.cn"):
            why = f"不是本机关公布的邮箱，也不是政府域名邮箱。{PUBLISHING}"
            yield Hit("pd.email", "judge", "personal", "电子邮箱", why, *found.span(), personal="email")
    for found in _PLATE.finditer(text):
        yield Hit("pd.plate", "judge", "personal", "机动车号牌", f"个人车辆的号牌应当隐去。{PUBLISHING}", *found.span(),
                  personal="plate")  # fmt: skip
    for found in _PASSPORT.finditer(text):
        if _PASSPORT_CONTEXT.search(_before(text, found.start(), 20)):
            yield Hit("pd.passport", "must", "personal", "护照或通行证号码", f"证件号码应当隐去。{PUBLISHING}",
                      *found.span(),                      personal="passport")  # fmt: skip
