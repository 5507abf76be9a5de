"""What the draft in publication would be called and where it would stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gongkai.statute.heads import head
from request.conversion.inputs import About, ColumnSeen, Considered

_ASKING: Final = re.compile(r"^(?:申请人?)?(?:再次)?(?:申请|要求|请求|请)?(?:公开|提供|获取)?(?:关于)?")
_TAIL: Final = re.compile(r"(?:的)?(?:政府信息|相关信息|有关信息|信息)$")
_ASIDE: Final = re.compile(r"（[^（）]*）$")


@dataclass(frozen=True, slots=True)
class Proposal:
    title: str
    column: str
    """Id of the column; empty where none of the catalogue fits and an officer has to choose."""
    column_name: str
    why_zh: str


def propose(considered: Considered) -> Proposal:
    column = considered.column.value
    if column is None:
        return Proposal(title_of(considered.title), "", "", "公开目录中没有对应的栏目，请选择")
    return Proposal(title_of(considered.title), column.id, column.name, considered.column.source)


def title_of(words: str) -> str:
    """Turn the words of an application into those of a document: no asking, no aside at the end."""
    bare = _ASIDE.sub("", words.strip())
    bare = _TAIL.sub("", _ASKING.sub("", bare, count=1))
    return bare or words.strip()


def column_for(about: About, columns: Iterable[ColumnSeen]) -> tuple[ColumnSeen, str] | None:
    """Find the column whose legal basis is the head that fits, with the reason; the most particular one first.

    Columns are asked only for a head of article 20: the wider grounds of articles 19 and 21 stand at so many columns
    that a choice between them would be a guess.
    """
    known = tuple(columns)
    for number in about.heads.value:
        wanted = _plain(head(number).article)
        fitting = [column for column in known if _plain(column.legal_basis) == wanted]
        if fitting:
            best = max(fitting, key=lambda column: (_shared(column.name, about), -known.index(column)))
            return best, f"栏目“{best.name}”的依据是{head(number).article}"
    return None


def _plain(citation: str) -> str:
    """Catalogues write an item as 第（一）项, citations as 第一项."""
    return re.sub(r"[（）()\s]", "", citation)


def _shared(name: str, about: About) -> int:
    return sum(len(word) for word in about.words.value if word in name)
