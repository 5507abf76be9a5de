"""Loads the dated word lists of the package and lays an organ's own edits over them."""

import json
from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from publication.checks.model import (
    Leader,
    ListEdits,
    Lists,
    Outdated,
    Phrase,
    Post,
    Sensitive,
    TerritoryRule,
    Word,
)


def load_lists(edits: ListEdits | None = None) -> Lists:
    """Give the lists as one value; call again when an organ changes its own words."""
    lists = _ours()
    return with_edits(lists, edits) if edits else lists


def with_edits(lists: Lists, edits: ListEdits) -> Lists:
    """Lay edits over lists. What an organ allows is taken out of every list and shielded from longer matches."""
    allowed = set(edits.allowed)
    own_leaders = {leader.name for leader in edits.leaders}
    own_laws = {law.name for law in edits.laws}
    changed = replace(
        lists,
        words=(*(word for word in lists.words if word.wrong not in allowed), *edits.words),
        word_exceptions=(*lists.word_exceptions, *sorted(allowed)),
        phrases=(*(phrase for phrase in lists.phrases if phrase.text not in allowed), *edits.phrases),
        phrase_exceptions=(*lists.phrase_exceptions, *sorted(allowed)),
        leaders=(*(leader for leader in lists.leaders if leader.name not in own_leaders), *edits.leaders),
        organs=(*(organ for organ in lists.organs if organ.name not in allowed), *edits.organs),
        laws=(*(law for law in lists.laws if law.name not in allowed | own_laws), *edits.laws),
        repealed_documents=(*lists.repealed_documents, *edits.repealed_documents),
        known_hosts=lists.known_hosts | {host.lower() for host in edits.known_hosts},
    )
    return _sealed(changed)


def _sealed(lists: Lists) -> Lists:
    content = repr(astuple(replace(lists, digest="", known_hosts=frozenset()))) + repr(sorted(lists.known_hosts))
    return replace(lists, digest=sha256(content.encode()).hexdigest())


def _read(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(
        files("publication").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    )
    return content


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def _ours() -> Lists:
    wording, phrases, leaders = _read("wording"), _read("phrases"), _read("leaders")
    sensitive = _read("sensitive")
    words = tuple(
        Word(wrong, tuple(rights), group["category"], group["severity"], group["source"], _day(group.get("since")))
        for group in wording["groups"]
        for wrong, rights in group["words"].items()
    )
    return _sealed(
        Lists(
            digest="",
            as_of=date.fromisoformat(wording["as_of"]),
            words=words,
            word_exceptions=tuple(longer for longers in wording["unless"].values() for longer in longers),
            phrases=tuple(
                Phrase(text, group["category"], group["severity"])
                for group in phrases["groups"]
                for text in group["phrases"]
            ),
            phrase_exceptions=tuple(phrases["unless"]),
            leaders=tuple(
                Leader(
                    leader["name"],
                    tuple(
                        Post(post["post"], date.fromisoformat(post["from"]), _day(post.get("until")))
                        for post in leader["posts"]
                    ),
                    leader.get("rank"),
                )
                for leader in leaders["leaders"]
            ),
            organs=_outdated("organs"),
            places=_outdated("places"),
            laws=_outdated("laws"),
            territory=tuple(
                TerritoryRule(rule["pattern"], rule["severity"], rule["why"], tuple(rule["suggestions"]))
                for rule in _read("territory")["rules"]
            ),
            traditional=tuple(_read("traditional")["pairs"].items()),
            sensitive=tuple(
                Sensitive(key, group["title"], tuple(group["words"])) for key, group in sensitive["categories"].items()
            ),
            surnames=sensitive["surnames"],
            compound_surnames=tuple(sensitive["compound"]),
            known_hosts=frozenset(),
        )
    )


def _outdated(name: str) -> tuple[Outdated, ...]:
    return tuple(
        Outdated(entry["name"], entry["now"], date.fromisoformat(entry["since"]), tuple(entry["unless"]))
        for entry in _read(name)["entries"]
    )
