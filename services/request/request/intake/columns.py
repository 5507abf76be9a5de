"""The template for earlier years' cases: its columns, and every way people write what may stand in them."""

import re
from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process

from gongkai.statute.outcomes import APPLICANTS, GROUPS_ZH, OUTCOMES
from gongkai.statute.verdict import half_width
from request.domain.values import CHANNELS, RemedyKind

YEAR: Final = "年度"
NUMBER: Final = "申请编号"
RECEIVED: Final = "收到日期"
KIND: Final = "申请人类别"
CHANNEL: Final = "渠道"
ENDED: Final = "办结日期"
ROW: Final = "办理结果"
FEE_STANDARD: Final = "收费标准"
FEE_COUNT: Final = "收费数量"
FEE_AMOUNT: Final = "收费金额"
FEE_NOTICED: Final = "收费通知日期"
FEE_PAID: Final = "缴费日期"

REMEDIES: Final[Mapping[RemedyKind, str]] = {
    "reconsideration": "行政复议",
    "suit-direct": "直接起诉",
    "suit-after": "复议后起诉",
}
RESULT, FILED, DECIDED = "结果", "受理日期", "审结日期"

HEADINGS: Final = (
    YEAR,
    NUMBER,
    RECEIVED,
    KIND,
    CHANNEL,
    ENDED,
    ROW,
    *(name + part for name in REMEDIES.values() for part in (RESULT, FILED, DECIDED)),
    FEE_STANDARD,
    FEE_COUNT,
    FEE_AMOUNT,
    FEE_NOTICED,
    FEE_PAID,
)
REQUIRED: Final = (YEAR, RECEIVED, KIND)
DATES: Final = (RECEIVED, ENDED, FEE_NOTICED, FEE_PAID, *(n + p for n in REMEDIES.values() for p in (FILED, DECIDED)))

_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|[0-9]+[.、])")
_NOISE = re.compile(r"[\s“”\"'‘’·・:：\-—/、，,。]")


def spelt(text: str) -> str:
    """Reduce a word to what makes it that word: no numbering, quotes, spaces or full-width letters."""
    return _NOISE.sub("", _NUMBERING.sub("", half_width(text).strip())).lower()


def _kinds() -> dict[str, str]:
    names = {name: key for key, name in APPLICANTS.items() if key != "tot"}
    more = {"公民": "np", "个人": "np", "企业": "com", "其他组织": "oth"}
    return {spelt(word): key for word, key in (names | more).items()} | {key: key for key in APPLICANTS if key != "tot"}


def _rows() -> dict[str, str]:
    known: dict[str, str] = {}
    for outcome in OUTCOMES:
        if outcome.is_decision:
            name = spelt(outcome.printed_zh.partition("（区分")[0])
            group = spelt(GROUPS_ZH.get(outcome.group, ""))
            known |= dict.fromkeys((outcome.key, name, group + name, spelt(outcome.printed_zh)), outcome.key)
    return known | dict.fromkeys(map(spelt, ("申请人撤回", "撤回申请", "其他处理")), "o3")


def _channels() -> dict[str, str]:
    short = {"互联网": "online", "网上": "online", "网站": "online", "当面": "in-person", "信函": "post-signed",
             "邮寄": "post-signed", "平常信函": "post-ordinary", "口头": "oral", "平台": "platform"}  # fmt: skip
    words = {name: key for key, name in CHANNELS.items()} | short | {key: key for key in CHANNELS}
    return {spelt(word): key for word, key in words.items()}


KINDS: Final = _kinds()
ROWS: Final = _rows()
CHANNEL_WORDS: Final = _channels()
RESULTS: Final = {
    spelt(word): key
    for word, key in {
        "维持": "upheld", "结果维持": "upheld", "纠正": "corrected", "结果纠正": "corrected", "其他": "other",
        "其他结果": "other", "尚未审结": "pending", "未审结": "pending",
        "upheld": "upheld", "corrected": "corrected", "other": "other", "pending": "pending",
    }.items()
}  # fmt: skip
STANDARDS: Final = {"按件": "items", "按件计收": "items", "按量": "pages", "按量计收": "pages"}

KIND_NAMES: Final = tuple(name for key, name in APPLICANTS.items() if key != "tot")
ROW_NAMES: Final = tuple(outcome.printed_zh for outcome in OUTCOMES if outcome.is_decision)
RESULT_NAMES: Final = ("维持", "纠正", "其他", "尚未审结")
STANDARD_NAMES: Final = ("按件", "按量")


def nearest_row(text: str) -> str:
    """Return the row a misspelt result most likely means, in our words; never what was written."""
    found = process.extractOne(spelt(text)[:80], ROWS.keys(), scorer=fuzz.ratio, score_cutoff=60)
    return next((outcome.printed_zh for outcome in OUTCOMES if found and outcome.key == ROWS[found[0]]), "")
