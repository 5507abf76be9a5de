"""Tokens of a text for the case library: words, pairs of Han characters, and names of the thesaurus. Pure.

Tokens depend on nothing but the text, so the store keeps them beside a case (an array with a GIN index) and only the
query is cut at search time. `TOKENS_VERSION` changes when the cutting changes: the store then cuts again.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

import rjieba

from request.library.thesaurus import GROUPS

#: Marks a token that stands for a whole group of the thesaurus; no text contains it.
CONCEPT: Final = "≈"
_BOILERPLATE: Final = re.compile(
    "现?(?:依法)?申请(?:公开|获取|查询|查阅)|(?:请|要求|希望|恳请)?(?:贵局|你局|贵单位|你单位|商务局|市商务局|济南市商务局)"
    "|请(?:予以)?(?:公开|提供|告知|查询|整理|将|再次公开)|予以公开|政府信息公开?|根据《[^》]{2,20}条例》[^,，。;；]{0,12}"
    "|(?:电子版|纸质版|复印件|扫描件|盖章)|即可|谢谢|以(?:纸质|电子)(?:形式|邮件)?(?:提供|答复)|济南市|全市|我市|本市"
)
_STOP_WORDS: Final = (
    "的 了 和 与 及 或 在 是 对 为 等 将 由 从 以 其 并 于 之 有 我 你 您 他 它 这 那 某 请 把 给 被 让 向 到 "
    "要 要求 什么 怎么 如何 多少 没有 有没有 相关 有关 关于 情况 信息 材料 资料 文件 全部 所有 公开 申请 提供 "
    "进行 以及 具体 内容 某某 企业 公司 单位 我们 目前 至今 年度 本人 谁 用 怎么用 哪里 说明"
)
_STOP: Final = frozenset(_STOP_WORDS.split())
_RUN: Final = re.compile(r"[\u3400-\u9fff〇]+|[a-z]+[0-9]*|[0-9]+[a-z]*")
_YEAR: Final = re.compile(r"([〇零一二三四五六七八九]{4})(?=年)")
_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")


def normal(text: str) -> str:
    """Full-width and half-width, upper and lower case, 二〇二三年 and 2023年 are the same."""
    text = unicodedata.normalize("NFKC", text).lower()
    return _YEAR.sub(lambda found: found[1].translate(_DIGITS), text)


def matter(text: str) -> str:
    """Leave out what every application says, so that only what is asked for remains."""
    return _BOILERPLATE.sub(" ", normal(text))


def tokens(*texts: str) -> tuple[str, ...]:
    """Return the tokens of all texts, each once, in the order of their first place."""
    found: dict[str, None] = {}
    for text in texts:
        asked = matter(text)
        found.update(dict.fromkeys(_concepts(asked)))
        for word in rjieba.cut(asked):
            if _RUN.fullmatch(word) and word not in _STOP and (len(word) > 1 or word.isdigit()):
                found[word] = None
        for run in _RUN.findall(asked):
            pairs = (run[at : at + 2] for at in range(len(run) - 1)) if run[0] > "z" else ()
            found.update(dict.fromkeys(pair for pair in pairs if pair not in _STOP))
    return tuple(found)


def is_word(token: str) -> bool:
    """Tell a token worth showing to a person from a pair of characters that may cut a word in two."""
    return token.startswith(CONCEPT) or len(token) > 2 or _known(token)


def named(token: str) -> str:
    return token.removeprefix(CONCEPT)


@lru_cache(maxsize=65_536)
def _known(token: str) -> bool:
    return bool(rjieba.has_word(token))


@cache
def _groups() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    of: dict[str, list[str]] = {}
    for group in GROUPS:
        for word in group:
            of.setdefault(normal(word), []).append(CONCEPT + group[0])
    longest_first = sorted(of, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), {word: tuple(names) for word, names in of.items()}


def _concepts(text: str) -> Iterable[str]:
    pattern, of = _groups()
    return [name for found in pattern.finditer(text) for name in of[found[0]]]


def _version() -> str:
    return "1-" + sha256(repr((GROUPS, sorted(_STOP), _BOILERPLATE.pattern)).encode()).hexdigest()[:8]


TOKENS_VERSION: Final = _version()
