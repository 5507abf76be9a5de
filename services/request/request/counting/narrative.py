"""Does the prose of a report say what its tables say? Each number claimed is held against the table it speaks of.

A number that misses its table but fits another measure is not simply wrong: the sentence names that measure, so
that the writer says which one is meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from request.counting.table3 import Numbers

Measure = Literal[
    "handled", "received", "answered", "persons", "organisations",
    "refused", "unavailable", "not-processed", "other", "reconsiderations", "suits",
]  # fmt: skip
MEASURES_ZH: Final[Mapping[Measure, str]] = {
    "handled": "收到和办理（新收加结转）",
    "received": "本年新收",
    "answered": "办结",
    "persons": "自然人申请",
    "organisations": "法人或其他组织申请",
    "refused": "不予公开",
    "unavailable": "无法提供",
    "not-processed": "不予处理",
    "other": "其他处理",
    "reconsiderations": "行政复议",
    "suits": "行政诉讼",
}
_GROUPS: Final[Mapping[Measure, str]] = {"refused": "d", "unavailable": "u", "not-processed": "n", "other": "o"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in the prose; `parts` where the prose adds it up itself, by units for instance."""

    measure: Measure
    value: int
    parts: tuple[int, ...] = ()


def check_claims(
    claims: Sequence[Claim], table3: Numbers, table4: Mapping[str, Mapping[str, int]]
) -> tuple[str, ...]:
    """Return one sentence for every claim that its table does not bear out (I7)."""
    truth, also = _measured(table3, table4)
    sentences = []
    for claim in claims:
        name, expected = MEASURES_ZH[claim.measure], truth[claim.measure]
        if claim.parts and sum(claim.parts) != claim.value:
            sentences.append(f"文字称{name}{claim.value}件，所列各项相加是{sum(claim.parts)}件。")
        if claim.value == expected:
            continue
        meant = [words for words, value in also.get(claim.measure, {}).items() if value == claim.value]
        hint = f"，与{meant[0]}的件数相同，请写明口径" if meant else f"，相差{abs(claim.value - expected)}件"
        sentences.append(f"文字称{name}{claim.value}件，表中是{expected}件{hint}。")
    return tuple(sentences)


def check_growth(claimed: Decimal, now: int, before: int) -> str:
    """Return a sentence when a growth rate in per cent is not that of the two numbers; empty when it is."""
    if before == 0:
        return f"上年为0，不能计算增幅，文字却称{claimed:+}%。"
    rounded = ((Decimal(now) - before) * 100 / before).quantize(claimed, ROUND_HALF_UP)
    return "" if rounded == claimed else f"文字称增幅{claimed:+}%，由{before}到{now}应为{rounded:+}%。"


def _measured(
    table3: Numbers, table4: Mapping[str, Mapping[str, int]]
) -> tuple[dict[Measure, int], dict[Measure, dict[str, int]]]:
    new, cin, done = table3["new"], table3["cin"], table3["t"]
    truth: dict[Measure, int] = {
        "handled": new["tot"] + cin["tot"],
        "received": new["tot"],
        "answered": done["tot"],
        "persons": new["np"] + cin["np"],
        "organisations": new["tot"] + cin["tot"] - new["np"] - cin["np"],
        "reconsiderations": table4["reconsideration"]["total"],
        "suits": table4["suit-direct"]["total"] + table4["suit-after"]["total"],
    }
    for measure, letter in _GROUPS.items():
        rows = [row for row in table3 if row[0] == letter and row[1:].isdigit()]
        truth[measure] = sum(table3[row]["tot"] for row in rows)
    pending = {
        "reconsiderations": table4["reconsideration"]["pending"],
        "suits": table4["suit-direct"]["pending"] + table4["suit-after"]["pending"],
    }
    also: dict[Measure, dict[str, int]] = {
        "handled": {"本年新收": truth["received"], "办结": truth["answered"]},
        "received": {"收到和办理（新收加结转）": truth["handled"]},
        "answered": {"收到和办理（新收加结转）": truth["handled"]},
        "persons": {"本年新收自然人申请": new["np"], "办结自然人申请": done["np"]},
        "reconsiderations": {"已审结": truth["reconsiderations"] - pending["reconsiderations"]},
        "suits": {"已审结": truth["suits"] - pending["suits"]},
    }
    return truth, also
