"""How a letter is numbered: 济商公复〔2026〕1号. Which serial comes next is the register's business, not ours."""

from __future__ import annotations

from decimal import Decimal

from gongkai.statute.document_numbers import check_document_number
from gongkai.statute.refusal import Refused

_FORMAT = "《党政机关公文格式》7.2.5"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
LARGEST_AMOUNT = Decimal("999999999999.99")


def number_of(short_name: str, series: str, year: int, serial: int) -> str:
    """Write the number of a letter; a form without a series has none."""
    if not series:
        raise Refused("这一文书不编发文字号。", _FORMAT)
    number = f"{short_name}{series}〔{year}〕{serial}号"
    checked = check_document_number(number)
    if checked.problems or checked.value_normalised != number:
        raise Refused(f"发文字号“{number}”不合规范：{''.join(checked.problems)}", _FORMAT)
    return number


def exact(amount: Decimal) -> str:
    """Write an amount of money with its two digits: 4300.00元."""
    return f"{_checked(amount):.2f}元"


def capitals(amount: Decimal) -> str:
    """Write an amount of money as it stands on a receipt: 肆仟叁佰元整."""
    whole, _, cents = f"{_checked(amount):.2f}".partition(".")
    jiao, fen = int(cents[0]), int(cents[1])
    yuan = _integer(int(whole))
    text = f"{yuan}元" if int(whole) else ""
    if not jiao and not fen:
        return f"{text or '零元'}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif text:
        text += "零"
    return text + (f"{_DIGITS[fen]}分" if fen else "整")


def _integer(value: int) -> str:
    groups: list[int] = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    text, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _GROUPS[place]
        gap = False
    return text


def _group(value: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text


def _checked(amount: Decimal) -> Decimal:
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT or amount != round(amount, 2):
        raise Refused(f"金额“{amount}”须为0至{LARGEST_AMOUNT}元之间、精确到分的数。", "《政府信息公开条例》第四十二条")
    return amount
