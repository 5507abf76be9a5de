"""An applicant objects and is answered: facts of their own, shown beside the case and pointed at until answered."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.runtime import register
from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.register import Codec
from gongkai.runtime.sql import queries
from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from request import store
from request.domain import objection as o
from request.domain.case import Case, Imported, Nothing, SplitUp
from request.domain.law import cite
from request.notifying import Notifier
from request.people import People, Purpose
from request.service import Desk, Loaded

SQL: Final = queries("request", "objecting.sql")
OBJECTION: Final[Codec[o.Objection, o.Fact]] = Codec("objection", o.Fact, o.INITIAL, o.evolve)
ATTENTION: Final = "request-objection"
MOST_WORDS: Final = 2_000
ERASED: Final = "资料已经删除，内容不能再打开。"


def may_object(case: Case) -> bool:
    """Tell whether an applicant may object here; to a paper that was split they do in its parts."""
    return not isinstance(case, Nothing | Imported | SplitUp)


@dataclass(frozen=True, slots=True)
class Told:
    """One objection with its words, for whoever may read them."""

    id: UUID
    about: o.About
    words: str
    raised_on: date
    answer: str = ""
    answered_on: date | None = None

    @property
    def name(self) -> str:
        return o.ABOUT[self.about]


@dataclass(frozen=True, slots=True)
class Objecting:
    desk: Desk
    people: People
    notifier: Notifier

    async def raise_one(self, tx: Tx, case_id: UUID, about: o.About, words: str) -> UUID:
        """Take an objection in; an officer is told at once."""
        _words(words)
        loaded = await self.desk.take(tx, case_id)
        rows = await self.of_case(tx.db, case_id)
        waiting: list[o.About] = [row["about"] for row in rows if row["answered_on"] is None]
        item = await self._keep(tx, loaded, words)
        raised = o.ObjectionRaised(case_id, about, item, legal_date(tx.now))
        facts = o.raise_one(loaded.file, frozenset(waiting), raised)
        objection = tx.new_id()
        await tx.record(OBJECTION, objection, 0, facts)
        await tx.db.execute(SQL["keep"], objection, case_id, about, item, raised.on)
        await self._point(tx, case_id, [*waiting, about])
        return objection

    async def answer(self, tx: Tx, case_id: UUID, objection: UUID, words: str, by: UUID, organ_id: UUID) -> None:
        """Answer an objection; the applicant hears that there is an answer, and reads it with the query code."""
        _words(words)
        loaded = await self.desk.take(tx, case_id, organ_id)
        rows = await self.of_case(tx.db, case_id)
        if objection not in {row["id"] for row in rows}:
            raise NotFound("没有找到这项异议")
        state, version = await tx.load(OBJECTION, objection)
        item = await self._keep(tx, loaded, words)
        answered = o.ObjectionAnswered(item, legal_date(tx.now), by)
        await tx.record(OBJECTION, objection, version, o.answer(state, answered))
        await tx.db.execute(SQL["keep_answer"], objection, item, answered.on, by)
        left = [row["about"] for row in rows if row["answered_on"] is None and row["id"] != objection]
        await self._point(tx, case_id, left)
        await self.notifier.tell(tx, case_id, "notice")

    async def of_case(self, db: Any, case_id: UUID) -> list[Any]:
        rows: list[Any] = await db.fetch(SQL["of_case"], case_id)
        return rows

    async def told(self, tx: Tx, case_id: UUID, why: Purpose) -> list[Told]:
        """Return everything with its words; every look is recorded."""
        return [
            Told(
                row["id"], row["about"], await self._read(tx, row["item_id"], why), row["raised_on"],
                await self._read(tx, row["answer_item"], why) if row["answer_item"] else "", row["answered_on"],
            )
            for row in await self.of_case(tx.db, case_id)
        ]  # fmt: skip

    async def _keep(self, tx: Tx, loaded: Loaded, words: str) -> UUID:
        """Keep words under the key of the applicant: they go when the applicant does."""
        person = loaded.file.application.applicant
        if await self.people.erased(tx, [person]):
            raise Refused("申请人的资料已经删除，不能再写入。", cite("A45"))
        return await self.people.keep_words(tx, person, "objection", {"words": words.strip()})

    async def _read(self, tx: Tx, item: UUID, why: Purpose) -> str:
        try:
            return str((await self.people.words(tx, item, why))["words"])
        except ErasedError:
            return ERASED

    async def _point(self, tx: Tx, case_id: UUID, waiting: list[o.About]) -> None:
        """Keep the case before the officers' eyes for as long as an objection waits."""
        await store.clear_attention(tx, case_id, ATTENTION)
        if waiting:
            about = "、".join(o.ABOUT[each] for each in waiting)
            await store.raise_attention(tx, case_id, ATTENTION, f"申请人对{about}有异议，请核对后答复")


async def rebuild(tx: Tx, objections: list[UUID]) -> None:
    """Make the rows again from the facts."""
    await tx.db.execute(SQL["empty"])
    for objection in objections:
        for recorded in await register.history(tx.db, OBJECTION, objection):
            match recorded.fact:
                case o.ObjectionRaised(case_id, about, item, on):
                    await tx.db.execute(SQL["keep"], objection, case_id, about, item, on)
                case o.ObjectionAnswered(item, on, by):
                    await tx.db.execute(SQL["keep_answer"], objection, item, on, by)


def _words(words: str) -> None:
    if not words.strip():
        raise Invalid([("words", "请写明您的意见")])
    if len(words) > MOST_WORDS:
        raise Invalid([("words", f"有 {len(words)} 个字，超过 {MOST_WORDS} 个字，请精简")])
