"""Why a matter was decided as it was: the row, the articles a letter cites and what the applicant may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gongkai.statute.articles import ARTICLES
from gongkai.statute.outcomes import BY_KEY, Remedy
from request.domain.values import Basis, Row


@dataclass(frozen=True, slots=True)
class Ground:
    basis: Basis
    row: Row
    articles: tuple[str, ...]
    """Ids of the register of articles with the part meant, as `A36 第三项`."""

    @property
    def citation(self) -> str:
        """The legal basis as a letter prints it; empty where practice alone is the basis."""
        return cite(self.articles)

    @property
    def reconsider_first(self) -> bool:
        return BY_KEY[self.row].remedy is Remedy.RECONSIDER_FIRST

    @property
    def gives(self) -> bool:
        return self.row == "g"


def cite(articles: tuple[str, ...]) -> str:
    """Write several places of the law: 《…》第十四条和第三十六条第三项."""
    by_law: dict[str, list[str]] = {}
    for place in articles:
        article_id, _, part = place.partition(" ")
        article = ARTICLES[article_id]
        by_law.setdefault(article.law, []).append(article.numeral + part)
    return "，".join(law + _and(places) for law, places in by_law.items())


def _and(places: list[str]) -> str:
    if len(places) == 1:
        return places[0]
    return "、".join(places[:-1]) + "和" + places[-1]


_TABLE: Final = (
    Ground("already-public", "g", ("A36 第一项",)),
    Ground("given", "g", ("A36 第二项",)),
    Ground("way-told", "g", ("A36 第二项",)),
    Ground("state-secret", "d1", ("A14", "A36 第三项")),
    Ground("forbidden", "d2", ("A14", "A36 第三项")),
    Ground("three-securities", "d3", ("A14", "A36 第三项")),
    Ground("third-party", "d4", ("A15", "A32", "A36 第三项")),
    Ground("internal-affairs", "d5", ("A16 第一款", "A36 第三项")),
    Ground("process", "d6", ("A16 第二款", "A36 第三项")),
    Ground("enforcement-files", "d7", ("A16 第二款", "A36 第三项")),
    Ground("register-query", "d8", ("A36 第七项",)),
    Ground("not-existing", "u1", ("A36 第四项",)),
    Ground("not-ours", "u1", ("A36 第五项",)),
    Ground("needs-making", "u2", ("A38",)),
    Ground("still-unclear", "u3", ("A30",)),
    Ground("petition", "n1", ("A39 第一款",)),
    Ground("repeated", "n2", ("A36 第六项",)),
    Ground("publications", "n3", ("A39 第二款",)),
    Ground("excessive", "n4", ("A35",)),
    Ground("reissue", "n5", ()),
    Ground("correction-lapsed", "o1", ("A30",)),
    Ground("fee-lapsed", "o2", ("A42",)),
    Ground("withdrawn", "o3", ()),
    Ground("other", "o3", ()),
)
GROUNDS: Final[dict[Basis, Ground]] = {ground.basis: ground for ground in _TABLE}
REFUSING: Final = tuple(ground.basis for ground in _TABLE if ground.reconsider_first)
GIVING: Final = tuple(ground.basis for ground in _TABLE if ground.gives)
