"""What other organs hand us to pass on: the draft that names who issued it and where it stands. Pure.

The words come from outside, so they are written as text: nothing in them becomes markup or leads elsewhere.
"""

import re
from datetime import date
from typing import Final
from urllib.parse import quote

from publication.domain.content import Content
from publication.domain.lint import TITLE_LIMIT

#: Where such drafts start when the organ keeps the usual columns; the officer may choose another.
POLICY_COLUMN: Final = "qtwj"
REPOST_COLUMN: Final = "dtyw"
PROMPTLY: Final = "国办发〔2017〕47号《政府网站发展指引》"
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()<>#+!|~])")
_IN_ADDRESS: Final = "!#$&'*+,/:;=?@-._~%"


def policy(title: str, issuer: str, number: str, url: str, issued_on: date) -> Content:
    """Return the draft that forwards a policy of a higher organ (及时转载).

    It is not a policy document of ours, so its kind asks for no interpretation by us.
    """
    on = f"{issued_on.year}年{issued_on.month}月{issued_on.day}日"
    numbered = f"（{_plain(number)}）" if number.strip() else ""
    body = f"{_plain(issuer)}于{on}印发《{_plain(title)}》{numbered}，现予转载。\n\n[查看原文]({_address(url)})\n"
    return Content(
        title=_line(title)[:TITLE_LIMIT],
        kind="other",
        column_id=POLICY_COLUMN,
        body=body,
        document_number=_line(number),
        formed_on=issued_on,
        legal_basis=PROMPTLY,
    )


def repost(title: str, requested_by: str, url: str) -> Content:
    """Return the draft of an item that another organ asks us to pass on."""
    body = f"来源：{_plain(requested_by)}\n\n[查看原文]({_address(url)})\n"
    return Content(title=_line(title)[:TITLE_LIMIT], kind="news", column_id=REPOST_COLUMN, body=body)


def _line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _line(text))


def _address(url: str) -> str:
    """Write an address so that it cannot end the link early; brackets and spaces are percent-encoded."""
    return quote(url.strip(), safe=_IN_ADDRESS)
