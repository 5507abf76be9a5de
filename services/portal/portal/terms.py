"""Words to index and words to look for. Pure: text in, PostgreSQL's own spelling of vectors and queries out.

Matching uses overlapping Han bigrams: `出口退税` is kept as 出口 口退 退税 and a closing 税, so that every string of
Han characters is found exactly, whatever a word list knows. Ranking uses real words, weighted by where they stand.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import rjieba

_HAN_CLASS: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
#: A run of Han characters, a word of letters, a number, or letters of any other script.
_RUN: Final = re.compile(rf"[{_HAN_CLASS}]+|[a-z]+|\d+|(?:(?![a-z\d{_HAN_CLASS}])[^\W_])+")
_HAN: Final = re.compile(rf"[{_HAN_CLASS}]")
#: A vector keeps positions up to 16,383 and 255 places per word; beyond, the text itself is asked.
POSITIONS: Final = 16_000
PLACES: Final = 250
MAX_WORDS: Final = 8
MAX_QUERY: Final = 100
#: A lexeme longer than this is no word anybody types; PostgreSQL's own limit is 2,046 bytes.
MAX_TOKEN: Final = 64
#: Fields are kept apart so that a phrase never begins in one and ends in another.
GAP: Final = 8
#: Too common to tell documents apart, in any text of an organ.
COMMON: Final = frozenset({
    "的", "了", "和", "与", "及", "或", "在", "是", "对", "为", "等", "将", "由", "从", "以", "其", "并", "于", "之",
    "有", "关于", "我们", "您", "我", "什么", "怎么", "如何", "哪些", "请问", "吗", "呢",
})


def normal(text: str) -> str:
    """Full-width and half-width, upper and lower case are the same to a reader."""
    return unicodedata.normalize("NFKC", text).lower()


def _runs(text: str) -> Iterable[tuple[bool, str]]:
    for match in _RUN.finditer(text):
        run = match[0]
        if _HAN.match(run):
            yield True, run
        else:
            yield False, run[:MAX_TOKEN]


def grams(text: str) -> list[str]:
    """Return the tokens of normalised text in order: bigrams of each Han run, its last character, other words."""
    found: list[str] = []
    for han, run in _runs(text):
        if han:
            found += [run[i : i + 2] for i in range(len(run))]
        else:
            found.append(run)
    return found


@dataclass(frozen=True, slots=True)
class Indexed:
    """One document as the index keeps it; `plain` only where positions do not reach."""

    grams: str
    words: str
    plain: str
    long: bool


def index(title: str, fields: Sequence[str], body: str) -> Indexed:
    """Make the vectors of one document. `fields` are short: numbers, keywords, names of attachments."""
    at = 1
    places: dict[str, list[int]] = {}
    parts = [normal(title), *(normal(field) for field in fields if field), normal(body)]
    for part in parts:
        for token in grams(part):
            places.setdefault(token, []).append(at)
            at += 1
        at += GAP
    long = at > POSITIONS or any(len(found) > PLACES for found in places.values())
    plain = "\n".join(_spaced(part) for part in parts) if long else ""
    return Indexed(grams=_vector(places), words=_ranking(title, fields, body), plain=plain, long=long)


def _vector(places: dict[str, list[int]]) -> str:
    return " ".join([
        f"'{token}':{','.join([str(n) if n < 16_383 else '16383' for n in found[:PLACES]])}"
        for token, found in places.items()
    ])


def words(text: str) -> list[str]:
    """Return the words of a text for ranking: no punctuation, no grammatical words."""
    cut = (word.strip()[:MAX_TOKEN] for word in rjieba.cut_for_search(normal(text)))
    return [token for token in cut if token.isalnum() and token not in COMMON]


def _ranking(title: str, fields: Sequence[str], body: str) -> str:
    places: dict[str, list[str]] = {}
    at = 1
    for weight, text in (("A", title), ("B", " ".join(fields)), ("D", body[:20_000])):
        for word in words(text):
            found = places.setdefault(word, [])
            if len(found) < PLACES and at <= POSITIONS:
                found.append(f"{at}{'' if weight == 'D' else weight}")
            at += 1
    return " ".join(f"'{word}':{','.join(found) or POSITIONS}" for word, found in places.items())


@dataclass(frozen=True, slots=True)
class Sought:
    """A question as the index understands it.

    `all_of` finds every document that could match, without positions; `phrases` asks the exact order of the short
    ones and `texts` is looked for in the text of the long ones; `ranking` orders what was found.
    """

    typed: str
    texts: tuple[str, ...]
    all_of: str
    phrases: str
    ranking: str

    @property
    def empty(self) -> bool:
        return not self.all_of


def sought(typed: str) -> Sought:
    """Read what a person typed: words apart by spaces must all be there, each exactly as written."""
    typed = " ".join(typed[:MAX_QUERY].split())
    texts: list[str] = []
    phrases: list[list[str]] = []
    for word in normal(typed).split()[:MAX_WORDS]:
        tokens = _phrase(word)
        if tokens:
            texts.append(word)
            phrases.append(tokens)
    return Sought(
        typed=typed, texts=tuple(_spaced(text) for text in texts),
        all_of=" & ".join(dict.fromkeys(token for phrase in phrases for token in phrase)),
        phrases=" & ".join(" <-> ".join(phrase) for phrase in phrases),
        ranking=" | ".join(f"'{word}'" for word in dict.fromkeys(words(typed))) or " | ".join(
            dict.fromkeys(token for phrase in phrases for token in phrase)),
    )


def _phrase(word: str) -> list[str]:
    runs = list(_runs(word))
    tokens: list[str] = []
    for place, (han, run) in enumerate(runs):
        last = place == len(runs) - 1
        if not han:
            tokens.append(f"'{run}':*" if last else f"'{run}'")
        elif not last:
            tokens.extend(f"'{run[i : i + 2]}'" for i in range(len(run)))
        elif len(run) == 1:
            tokens.append(f"'{run}':*")
        else:
            tokens.extend(f"'{run[i : i + 2]}'" for i in range(len(run) - 1))
    return tokens


def _spaced(text: str) -> str:
    return " ".join(run for _, run in _runs(text))


def loosely(typed: str) -> Sought:
    """Read the same question as words that may stand anywhere: what to show when nothing matches exactly."""
    found = list(dict.fromkeys(words(typed[:MAX_QUERY])))
    # The search cut gives a long word and its parts; the parts say it more loosely.
    parts = [word for word in found if not any(other != word and other in word for other in found)]
    return sought(" ".join(parts[:MAX_WORDS]))


def likeness(typed: str) -> str:
    """Return a query for titles that share any bigram with what was typed."""
    tokens = Counter(token for token in grams(normal(typed[:MAX_QUERY])) if len(token) > 1)
    return " | ".join(f"'{token}'" for token in tokens)


def whole_words(text: str, start: int, end: int) -> str:
    """Return the piece of a text with its ends moved to where words begin and end."""
    bounds = [0]
    for word in rjieba.cut(text):
        bounds.append(bounds[-1] + len(word))
    first = min(bounds, key=lambda bound: abs(bound - start))
    last = min((bound for bound in bounds if bound > first), key=lambda bound: (abs(bound - end), -bound), default=end)
    return text[first:last].strip("，、。：；（）《》“” ")
