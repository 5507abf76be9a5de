"""Which kind of information a few words speak of, and what the law says of that kind; the deciding words are told.

The vocabulary of a commerce bureau is data (`kinds.json`). Where two kinds fit equally well, or none, nothing is
guessed: the kind is unknown, and a person is asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any, Final, get_args

from gongkai.statute.heads import HEADS, LOCAL_ADDITIONS
from request.conversion.inputs import About, Known, Nature, PublicTest

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of information: its words, and the head, addition or test under which it is public."""

    id: str
    name_zh: str
    nature: Nature
    words: tuple[str, ...]
    head: int = 0
    local: str = ""
    test: tuple[PublicTest, ...] = ()
    weight: Fraction = Fraction(1)
    """Words of process and of internal affairs say more than the subject they speak of."""


@dataclass(frozen=True, slots=True)
class Candidate:
    kind: str
    words: tuple[str, ...]
    score: Fraction


@dataclass(frozen=True, slots=True)
class Classified:
    """The kind, the words that decided it, and the other kinds that spoke, best first."""

    kind: str
    words: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def because_zh(self) -> str:
        """Say why in a sentence."""
        if self.kind != UNKNOWN:
            return f"“{'”“'.join(self.words)}”属于{KINDS[self.kind].name_zh}的用词"
        if not self.candidates:
            return "没有识别出任何一类信息的用词"
        best = [item for item in self.candidates if item.score == self.candidates[0].score]
        return f"用词同样符合{'、'.join(KINDS[item.kind].name_zh for item in best)}，不能确定"


def read_kinds(text: str) -> Mapping[str, Kind]:
    """Read a vocabulary, refusing one that contradicts the law's own lists or itself."""
    kinds: dict[str, Kind] = {}
    for entry in json.loads(text)["kinds"]:
        kind = _kind(entry)
        if kind.id in kinds or kind.id == UNKNOWN:
            raise ValueError(f"信息种类“{kind.id}”用了两次或者是保留的名称")
        kinds[kind.id] = kind
    return kinds


def _kind(entry: Mapping[str, Any]) -> Kind:
    kind = Kind(
        entry["id"],
        entry["name_zh"],
        entry["nature"],
        tuple(entry["words"]),
        entry.get("head", 0),
        entry.get("local", ""),
        tuple(entry.get("test", ())),
        Fraction(str(entry.get("weight", 1))),
    )
    wrong = [
        sentence
        for sentence, bad in (
            ("没有用词", not kind.words or not all(kind.words)),
            (f"没有性质“{kind.nature}”", kind.nature not in get_args(Nature)),
            (f"第二十条没有第{kind.head}项", kind.head not in range(len(HEADS) + 1)),
            (f"第二十一条没有“{kind.local}”", kind.local not in {"", *LOCAL_ADDITIONS}),
            ("第十九条没有这一标准", not set(kind.test) <= set(get_args(PublicTest))),
            ("权重应当大于0", kind.weight <= 0),
        )
        if bad
    ]
    if wrong:
        raise ValueError(f"信息种类“{kind.id}”：{'；'.join(wrong)}")
    return kind


KINDS: Final = read_kinds((resources.files("request.conversion") / "kinds.json").read_text("utf-8"))


def classify(text: str, kinds: Mapping[str, Kind] = KINDS) -> Classified:
    """Weigh every kind by the characters of its words in the text, each character counted once for a kind."""
    candidates = []
    for kind in kinds.values():
        words = _found(text, kind.words)
        if words:
            candidates.append(Candidate(kind.id, words, kind.weight * sum(len(word) for word in words)))
    candidates.sort(key=lambda candidate: -candidate.score)
    clear = candidates and (len(candidates) == 1 or candidates[0].score > candidates[1].score)
    if not clear:
        return Classified(UNKNOWN, (), tuple(candidates))
    return Classified(candidates[0].kind, candidates[0].words, tuple(candidates))


def _found(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Find words, the longest first; a word inside another that was found says nothing more."""
    found: list[tuple[int, str]] = []
    rest = text
    for word in sorted(words, key=len, reverse=True):
        at = rest.find(word)
        if at >= 0:
            found.append((at, word))
            rest = rest.replace(word, "\0" * len(word))
    return tuple(word for _, word in sorted(found))


def fit(text: str) -> About:
    """Tell what the information is about from the officers' words."""
    classified = classify(text)
    return _about(classified.kind, classified.words, classified.because_zh)


def named(kind: str, source: str) -> About:
    """Tell what the information is about when an officer has named its kind."""
    if kind != UNKNOWN and kind not in KINDS:
        raise ValueError(f"没有信息种类“{kind}”")
    return _about(kind, (), source)


def _about(kind_id: str, words: tuple[str, ...], source: str) -> About:
    kind = KINDS.get(kind_id)
    table = f"信息种类表：{kind.name_zh}" if kind else "信息种类表：未能对应"
    return About(
        kind=Known(kind_id, source),
        nature=Known(kind.nature if kind else "unknown", table),
        heads=Known((kind.head,) if kind and kind.head else (), table),
        local=Known((kind.local,) if kind and kind.local else (), table),
        test=Known(kind.test if kind else (), table),
        words=Known(words, source),
    )
