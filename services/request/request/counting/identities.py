"""The sums that must hold, in our own tables and in anybody's published ones, each told in a sentence when broken."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from gongkai.statute.outcomes import APPLICANTS
from request.counting.table3 import COLUMNS, ENDINGS, KINDS, ROWS, Numbers, row_name
from request.counting.table4 import BLOCKS, RESULTS

Identity = Literal["I1", "I2", "I3", "I4", "I5", "I6"]
MEANING_ZH: Final[Mapping[Identity, str]] = {
    "I1": "本年新收＋上年结转＝总计＋结转下年度",
    "I2": "总计＝各办理结果之和",
    "I3": "总计列＝各类申请人之和",
    "I4": "维持＋纠正＋其他＋尚未审结＝总计",
    "I5": "上年结转＝上一年度报告的结转下年度",
    "I6": "现行有效＝上年现行有效＋本年制发－本年废止",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A sum that does not hold; `left` and `right` are its two sides."""

    identity: Identity
    where: str
    left: int
    right: int
    detail_zh: str

    @property
    def sentence_zh(self) -> str:
        return f"{self.detail_zh}，相差{abs(self.left - self.right)}（{MEANING_ZH[self.identity]}）。"


def check_table3(numbers: Numbers) -> tuple[Broken, ...]:
    """Check I1 to I3 in every column and row; nothing is rounded and nothing forgiven."""
    return (*_i1(numbers), *_i2(numbers), *_i3(numbers))


def _i1(numbers: Numbers) -> list[Broken]:
    broken = []
    for column in COLUMNS:
        came = numbers["new"][column] + numbers["cin"][column]
        went = numbers["t"][column] + numbers["cout"][column]
        if came != went:
            told = (
                f"“{APPLICANTS[column]}”列：新收{numbers['new'][column]}件加结转{numbers['cin'][column]}件是{came}件，"
                f"总计{numbers['t'][column]}件加结转下年度{numbers['cout'][column]}件是{went}件"
            )
            broken.append(Broken("I1", column, came, went, told))
    return broken


def _i2(numbers: Numbers) -> list[Broken]:
    broken = []
    for column in COLUMNS:
        total, added = numbers["t"][column], sum(numbers[row][column] for row in ENDINGS)
        if total != added:
            told = f"“{APPLICANTS[column]}”列：总计写{total}件，各办理结果相加是{added}件"
            broken.append(Broken("I2", column, total, added, told))
    return broken


def _i3(numbers: Numbers) -> list[Broken]:
    broken = []
    for row in ROWS:
        total, added = numbers[row]["tot"], sum(numbers[row][column] for column in KINDS)
        if total != added:
            told = f"“{row_name(row)}”行：总计写{total}件，各类申请人相加是{added}件"
            broken.append(Broken("I3", row, total, added, told))
    return broken


def check_table4(numbers: Mapping[str, Mapping[str, int]]) -> tuple[Broken, ...]:
    """Check I4 in each of the three blocks."""
    broken = []
    for block, name in BLOCKS.items():
        total = numbers[block]["total"]
        added = sum(numbers[block][result] for result in RESULTS if result != "total")
        if total != added:
            told = f"“{name}”：总计写{total}件，各结果相加是{added}件"
            broken.append(Broken("I4", block, total, added, told))
    return tuple(broken)


def check_carried(this_year: Numbers, last_year: Numbers) -> tuple[Broken, ...]:
    """Check I5: what came in at the turn of the year is what the report before carried out."""
    return tuple(
        Broken(
            "I5",
            column,
            this_year["cin"][column],
            last_year["cout"][column],
            f"“{APPLICANTS[column]}”列：上年结转{this_year['cin'][column]}件，"
            f"上一年度报告的结转下年度是{last_year['cout'][column]}件",
        )
        for column in COLUMNS
        if this_year["cin"][column] != last_year["cout"][column]
    )


def explain_carried(reported: Collection[UUID], now: Collection[UUID], names: Mapping[UUID, str]) -> tuple[str, ...]:
    """Explain an I5 that does not hold: the cases reported as carried out then, beside those that come in now."""
    added = sorted(names.get(case, str(case)) for case in set(now) - set(reported))
    gone = sorted(names.get(case, str(case)) for case in set(reported) - set(now))
    sentences = []
    if added:
        sentences.append(f"上一年度报告之后登记或者补录、应当结转而当时没有计入的{len(added)}件：{'、'.join(added)}。")
    if gone:
        sentences.append(f"上一年度报告计入结转、后来补录为上年办结或者更正的{len(gone)}件：{'、'.join(gone)}。")
    return tuple(sentences)


def check_stock(name_zh: str, *, valid_before: int, made: int, repealed: int, valid: int) -> Broken | None:
    """Check I6 for one kind of document: the stock in force moves only by what was made and repealed."""
    expected = valid_before + made - repealed
    if valid == expected:
        return None
    told = (
        f"“{name_zh}”：现行有效写{valid}件，上年{valid_before}件加本年制发{made}件减本年废止{repealed}件是{expected}件"
    )
    return Broken("I6", name_zh, valid, expected, told)
