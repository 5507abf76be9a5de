"""Personal data must not come in with a sheet: found by its heading or its form, named by its cell, never repeated."""

import re
from functools import lru_cache
from typing import Final

from gongkai.statute.identifiers import check_bank_card, check_identity, check_uscc
from gongkai.statute.verdict import half_width

LAW: Final = "《个人信息保护法》第六条"
_HEADINGS: Final = (
    "姓名", "名字", "身份证", "证件", "手机", "电话", "联系", "地址", "住址", "邮箱", "电子邮件", "法定代表人",
    "出生", "性别", "银行卡", "账号", "微信", "护照", "单位名称", "企业名称", "申请内容", "内容描述", "所需信息",
)  # fmt: skip
_ADDRESSEE = re.compile(r"^(?:申请人|第三方|代理人|委托人)(?:名称)?$")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86)?1[3-9][0-9]{9}(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z])[0-9]{16,19}(?![0-9A-Za-z])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,10}")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])[EGDSPegdsp][0-9]{8}(?![0-9A-Za-z])")
_GAPS = re.compile(r"(?<=[0-9])[ \-](?=[0-9Xx])")
_SHORTEST: Final = 6


def heading_names(heading: str) -> str:
    """Return the word of a heading that asks for personal data, or nothing."""
    text = re.sub(r"\s", "", heading)
    if _ADDRESSEE.fullmatch(text):
        return text
    return next((word for word in _HEADINGS if word in text), "")


@lru_cache(maxsize=8192)
def found_in(text: str) -> str:
    """Name the kind of personal number in a cell, or nothing."""
    if len(text) < _SHORTEST:
        return ""
    plain = half_width(text)
    digits = _GAPS.sub("", plain)
    for number in _IDENTITY.findall(digits):
        if check_identity(number).ok or not check_uscc(number).ok:
            return "身份证号"
    if _OLD_IDENTITY.search(digits):
        return "旧身份证号"
    if _MOBILE.search(digits):
        return "手机号码"
    if any(check_bank_card(number).ok and not check_uscc(number).ok for number in _CARD.findall(digits)):
        return "银行卡号"
    if _EMAIL.search(plain):
        return "电子邮箱"
    return "护照号码" if _PASSPORT.search(plain) else ""
