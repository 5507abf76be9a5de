"""Drafts of replies: decisions on record, words in the vault, and only files of the case may be given."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.tx import Tx
from request import laddering, replytext, store
from request.domain import commands as c
from request.domain import facts as f
from request.domain.file import Draft
from request.domain.outcomes import GROUNDS
from request.domain.values import Basis, ItemDecision
from request.people import People
from request.replytext import ReplyText
from request.service import Desk, Loaded


async def draft(
    desk: Desk, people: People, tx: Tx, loaded: Loaded, decisions: tuple[ItemDecision, ...], text: ReplyText, by: UUID,
    instead_of: UUID | None,
) -> list[f.Fact]:  # fmt: skip
    """Record a draft; a file that is given must lie in this case. An article that is not named is the basis's own."""
    decisions = tuple(one if one.article else replace(one, article=GROUNDS[one.basis].article) for one in decisions)
    given = [(at, blob) for at, decision in enumerate(decisions) for blob in decision.blobs]
    known = await store.files_of_digests(tx, loaded.id, [blob for _, blob in given])
    wrong = [(f"decisions.{at}.blobs", "要提供的文件不在本案里，请先上传") for at, blob in given if blob not in known]
    if wrong:
        raise Invalid(wrong)
    person = loaded.file.application.applicant
    item = await people.keep_words(tx, person, "reply-text", replytext.as_json(text))
    parted = tuple(replace(decision, withheld=_withheld(text, decision.item)) for decision in decisions)
    today = desk.today(tx)
    ladder = await laddering.in_force(tx.db, loaded.file.application.organ_id, today)
    return await desk.decide_on(tx, loaded, c.DraftReply(parted, item, by, today, ladder, instead_of))


def _withheld(text: ReplyText, item: int) -> tuple[Basis, ...]:
    """Return why parts of a matter stay closed: what the letter says decides the row and the remedy, too."""
    return tuple(dict.fromkeys(part.basis for part in text.of(item).withheld))


async def read(people: People, tx: Tx, loaded: Loaded) -> tuple[Draft, ReplyText]:
    found = loaded.file.draft
    if found is None:
        raise NotFound("还没有起草答复")
    return found, replytext.from_json(await people.words(tx, found.text_item, "handling"))


def as_body(draft: Draft, text: ReplyText) -> dict[str, Any]:
    """Return a draft as a program may send it back."""
    words = replytext.as_json(text)
    return {
        "decisions": [_said(decision) for decision in draft.decisions],
        "paragraphs": words["paragraphs"],
        "texts": words["items"],
    }


def _said(decision: ItemDecision) -> dict[str, Any]:
    """Leave out what follows from the words."""
    return {name: value for name, value in asdict(decision).items() if name != "withheld"}
