"""Numbers of people and organisations: identity card, credit code, organisation code, bank card, mobile phone."""

from __future__ import annotations

import re
from datetime import date

from gongkai.statute.limits import age_on
from gongkai.statute.verdict import Verdict, is_digits, squeezed, verdict

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BANK_CARD_DIGITS = range(16, 20)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_OFFICES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管",
    "A": "中央军委改革和编制办公室",
    "N": "农业",
    "Y": "其他",
}
_OFFICE_OTHER = "其他登记管理部门"
_SOLE_TRADER = "92"


def identity_check_digit(first17: str) -> str:
    """Return the eighteenth character of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def check_identity(value: str, on: date | None = None) -> Verdict:
    """Check a citizen's number. With the day of judgement the age is told and a birth in the future refused."""
    number = squeezed(value).replace("-", "").upper()
    problems: list[str] = []
    if len(number) == 15 and is_digits(number):
        return verdict(number, ["这是15位旧号码，已停止使用，须提供18位公民身份号码。"])
    if len(number) != 18:
        return verdict(number, [f"公民身份号码为18位，现有{len(number)}位。"])
    if not is_digits(number[:17]) or not (is_digits(number[17]) or number[17] == "X"):
        return verdict(number, ["前17位只能是数字，末位只能是数字或者X。"])
    if number[0] == "0":
        problems.append("地址码首位不能是0。")
    born_on = _real_date(number[6:14])
    if born_on is None:
        problems.append(f"第7至14位“{number[6:14]}”不是存在的日期。")
    elif not 1800 <= born_on.year < 2100:
        problems.append(f"出生年份{born_on.year}不在1800年至2099年之间。")
    elif on and born_on > on:
        problems.append(f"出生日期{born_on}晚于{on}。")
    expected = identity_check_digit(number[:17])
    if number[17] != expected:
        problems.append(f"校验码应为{expected}，现为{number[17]}，号码有误。")
    if problems or born_on is None:
        return verdict(number, problems)
    facts: dict[str, str | int | bool] = {
        "address_code": number[:6],
        "born_on": born_on.isoformat(),
        "sex": "男" if int(number[16]) % 2 else "女",
    }
    if on:
        facts["age"] = age_on(born_on, on)
    return verdict(number, [], facts)


def born_on_of(identity: str) -> date | None:
    """Return the date of birth a valid identity number carries."""
    checked = check_identity(identity)
    return date.fromisoformat(str(checked.facts["born_on"])) if checked.ok else None


def uscc_check_character(first17: str) -> str:
    """Return the eighteenth character of GB 32100."""
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first8: str) -> str:
    """Return the ninth character of GB 11714."""
    total = sum(
        _ORGANISATION_ALPHABET.index(char) * weight for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def check_uscc(value: str) -> Verdict:
    """Check a unified social credit code with the organisation code inside it."""
    code = squeezed(value).replace("-", "").upper()
    if len(code) != 18:
        return verdict(code, [f"统一社会信用代码为18位，现有{len(code)}位。"])
    if strange := sorted({char for char in code if char not in _USCC_ALPHABET}):
        hint = "（不使用I、O、S、V、Z）" if any(char in "IOSVZ" for char in strange) else ""
        return verdict(code, [f"含有不允许的字符“{'、'.join(strange)}”{hint}。"])
    problems = []
    if not is_digits(code[2:8]):
        problems.append(f"第3至8位“{code[2:8]}”是行政区划码，只能是数字。")
    organisation = code[8:17]
    expected = organisation_check_character(organisation[:8])
    if organisation[8] != expected:
        problems.append(f"第17位（组织机构代码校验码）应为{expected}，现为{organisation[8]}。")
    expected = uscc_check_character(code[:17])
    if code[17] != expected:
        problems.append(f"校验码应为{expected}，现为{code[17]}，代码有误。")
    if problems:
        return verdict(code, problems)
    sole_trader = code.startswith(_SOLE_TRADER)
    facts: dict[str, str | int | bool] = {
        "registered_by": _OFFICES.get(code[0], _OFFICE_OTHER),
        "division_code": code[2:8],
        "organisation_code": f"{organisation[:8]}-{organisation[8]}",
        "sole_trader": sole_trader,
    }
    notes = ("这是个体工商户，名称中可能含有个人姓名，公开前须留意。",) if sole_trader else ()
    return verdict(code, [], facts, notes)


def check_organisation_code(value: str) -> Verdict:
    """Check an organisation code of GB 11714, with or without its hyphen."""
    code = squeezed(value).replace("-", "").upper()
    if len(code) != 9:
        return verdict(code, [f"组织机构代码为9位，现有{len(code)}位。"])
    if any(char not in _ORGANISATION_ALPHABET for char in code):
        return verdict(code, ["组织机构代码只能由数字和大写字母组成。"])
    expected = organisation_check_character(code[:8])
    problems = [] if code[8] == expected else [f"校验码应为{expected}，现为{code[8]}，代码有误。"]
    return verdict(code, problems)


def luhn_holds(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check of the others."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def check_bank_card(value: str) -> Verdict:
    """Check a bank card number by length and check digit; no list of issuers is kept."""
    number = squeezed(value).replace("-", "")
    if not is_digits(number):
        return verdict(number, ["银行卡号只能是数字。"])
    if len(number) not in _BANK_CARD_DIGITS:
        return verdict(number, [f"银行卡号为16至19位，现有{len(number)}位。"])
    return verdict(number, [] if luhn_holds(number) else ["校验位不符，卡号有误。"])


def check_mobile(value: str) -> Verdict:
    """Check a mainland mobile number, with or without the country code."""
    number = squeezed(value).replace("-", "")
    for prefix in ("+86", "0086"):
        number = number.removeprefix(prefix)
    if len(number) == 13 and number.startswith("86"):
        number = number[2:]
    if not is_digits(number):
        return verdict(number, ["手机号码只能是数字。"])
    if len(number) != 11:
        return verdict(number, [f"手机号码为11位，现有{len(number)}位。"])
    return verdict(number, [] if _MOBILE.fullmatch(number) else ["手机号码以13至19开头。"])


def _real_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
