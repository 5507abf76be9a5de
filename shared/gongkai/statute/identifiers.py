"""Every number an officer or a citizen writes down, checked: one name per kind of number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from gongkai.statute.document_numbers import check_document_number, check_index_number, issue_index_number
from gongkai.statute.person_numbers import (
    born_on_of,
    check_bank_card,
    check_identity,
    check_mobile,
    check_organisation_code,
    check_uscc,
    identity_check_digit,
    luhn_holds,
    organisation_check_character,
    uscc_check_character,
)
from gongkai.statute.verdict import Verdict, half_width, squeezed

__all__ = [
    "KINDS",
    "VALIDATORS",
    "Verdict",
    "born_on_of",
    "check_bank_card",
    "check_document_number",
    "check_identity",
    "check_index_number",
    "check_mobile",
    "check_organisation_code",
    "check_uscc",
    "half_width",
    "identity_check_digit",
    "issue_index_number",
    "luhn_holds",
    "organisation_check_character",
    "squeezed",
    "uscc_check_character",
]

VALIDATORS: Final[Mapping[str, Callable[[str], Verdict]]] = MappingProxyType(
    {
        "id": check_identity,
        "uscc": check_uscc,
        "docnumber": check_document_number,
        "index": check_index_number,
        "index-import": partial(check_index_number, on_import=True),
        "orgcode": check_organisation_code,
        "bankcard": check_bank_card,
        "mobile": check_mobile,
    }
)
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "公民身份号码",
        "uscc": "统一社会信用代码",
        "docnumber": "发文字号",
        "index": "索引号",
        "index-import": "索引号（导入时从宽）",
        "orgcode": "组织机构代码",
        "bankcard": "银行卡号",
        "mobile": "手机号码",
    }
)
