"""The organ's own words: what it adds to the lists of the checks and takes out of them, revision by revision."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.errors import ChangedMeanwhile, Invalid
from gongkai.runtime.tx import Tx
from gongkai.web.texts import printable
from publication import store
from publication.checking import EDITS
from publication.checks import ListEdits

MOST: Final = 5_000
LONGEST: Final = 100
#: One character alone is found everywhere; a fixed name is compared half by half and needs two halves worth comparing.
SHORTEST: Final = {"phrases": 4, "words": 2, "allowed": 2, "organs": 2, "laws": 2, "leaders": 2}
_TEXT_OF: Final = {"words": "wrong", "phrases": "text", "repealed_documents": "title"}


async def change(tx: Tx, organ_id: UUID, by: UUID, revision: int, edits: ListEdits) -> None:
    """Put the next revision in force; refused when somebody changed the words in between."""
    wrong = list(faults(edits))
    if wrong:
        raise Invalid(wrong)
    current, _ = await store.word_list(tx, organ_id)
    added = current == revision and await store.add_word_list(
        tx, organ_id, revision + 1, EDITS.dump_json(edits).decode(), by
    )
    if not added:
        raise ChangedMeanwhile("词表刚被别人改过，请先看最新的再改")


def name_of(group: str, entry: Any) -> str:
    """Return the text by which an entry of one group is looked for and found."""
    return entry if isinstance(entry, str) else str(getattr(entry, _TEXT_OF.get(group, "name")))


def faults(edits: ListEdits) -> Iterator[tuple[str, str]]:
    """Find what would make the checks useless: a text that matches everywhere, nothing, or its own correction."""
    allowed = set(edits.allowed)
    for group in (each.name for each in fields(edits)):
        entries = getattr(edits, group)
        if len(entries) > MOST:
            yield f"edits.{group}", f"最多{MOST}条，现在有{len(entries)}条"
            continue
        twice = {text for text, count in Counter(name_of(group, entry) for entry in entries).items() if count > 1}
        for at, entry in enumerate(entries):
            text = name_of(group, entry)
            sentence = _fault(group, text) or next(
                (said for longer in getattr(entry, "unless", ()) if (said := _fault(group, longer))), ""
            )
            if not sentence and text in twice:
                sentence = f"“{text}”写了两次"
            if not sentence and group in {"words", "organs", "laws"}:
                sentence = _of_correction(text, _rights(entry)) or (
                    f"“{text}”在不提示的词里，请先恢复提示" if text in allowed else ""
                )
            if sentence:
                yield f"edits.{group}.{at}", sentence


def _fault(group: str, text: str) -> str:
    shortest = SHORTEST.get(group, 1)
    if text != text.strip() or len(text) < shortest:
        return f"“{text}”太短，至少写{shortest}个字，前后不留空格"
    if len(text) > LONGEST:
        return f"“{text[:20]}……”太长，最多{LONGEST}个字"
    try:
        printable(text)
    except ValueError as wrong:
        return str(wrong)
    return ""


def _rights(entry: Any) -> tuple[str, ...]:
    return entry.rights if hasattr(entry, "rights") else (entry.now,)


def _of_correction(text: str, rights: tuple[str, ...]) -> str:
    if not rights or not all(right.strip() for right in rights):
        return f"请给出“{text}”的正确写法"
    return f"“{text}”和正确写法相同" if text in rights else ""
