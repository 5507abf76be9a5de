"""Looks for applications that ask for the same when a case is registered; an officer confirms what is (A36)."""

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from request import librarying, store
from request.domain.case import Handling, Joined, Submitted
from request.domain.file import CaseFile
from request.keyring import Keyring
from request.library.duplicates import OURS, VERDICTS, Application, Duplicate, duplicates
from request.library.neutral import neutral
from request.people import People, read_or_none
from request.service import Desk, Loaded

SQL: Final = librarying.SQL
ATTENTION: Final = "request-duplicate"
#: Of one applicant so many applications are compared in their own words, of others so many by the officers' words.
OWN: Final = 20
OTHERS: Final = 150
SHOWN: Final = 10
_ALIKE: Final = 50


@dataclass(frozen=True, slots=True)
class Duplicating:
    desk: Desk
    people: People
    keyring: Keyring

    async def look(self, tx: Tx, case_id: UUID) -> list[Duplicate]:
        """Compare an open case with what came before, keep what was found, and call for a look at what is serious."""
        loaded = await self.desk.take(tx, case_id)
        if not isinstance(loaded.case, Submitted | Handling | Joined):
            return []
        own, numbers = await self._own(tx, loaded)
        others, more = await self._others(tx, loaded)
        found = [*own, *others][:SHOWN]
        await self._keep(tx, case_id, found)
        await self._call(tx, loaded.file, case_id, found, numbers | more)
        return found

    async def _own(self, tx: Tx, loaded: Loaded) -> tuple[list[Duplicate], dict[UUID, str]]:
        """Compare with the same applicant's applications, in the applicant's own words."""
        file = loaded.file
        rows = await tx.db.fetch(
            SQL["of_applicant"], file.application.organ_id, file.application.applicant, loaded.id, OWN
        )
        if not rows:
            return [], {}
        words = {loaded.id: await self._words(tx, file.application.item)}
        for row in rows:
            words[row["id"]] = await self._words(tx, row["application_item"])
        who = self._digest(file.application.applicant)
        new = Application(loaded.id, who, words[loaded.id], _came_on(file))
        earlier = [
            Application(row["id"], who, words[row["id"]], row["came_on"], row["answered_on"])
            for row in rows
            if words[row["id"]]
        ]
        # What makes two texts differ is quoted from them, so it is looked at before it may be shown.
        found = [
            replace(one, why=one.why[:OURS] + tuple(neutral(why).text for why in one.why[OURS:]))
            for one in duplicates(new, earlier)
        ]
        return found, {row["id"]: row["number"] for row in rows}

    async def _others(self, tx: Tx, loaded: Loaded) -> tuple[list[Duplicate], dict[UUID, str]]:
        """Compare with other people's applications, by the neutral words that officers gave both."""
        file = loaded.file
        if not file.topic:
            return [], {}
        organ_id, applicant = file.application.organ_id, file.application.applicant
        alike = await librarying.similar(tx.db, organ_id, loaded.id, file, _ALIKE)
        rows = await tx.db.fetch(
            SQL["of_others"], organ_id, applicant, loaded.id, [one.id for one in alike], OTHERS
        )
        new = Application(loaded.id, self._digest(applicant), file.topic, _came_on(file))
        earlier = [
            Application(row["id"], self._digest(row["applicant"]), row["topic"], row["came_on"], row["answered_on"])
            for row in rows
        ]
        return duplicates(new, earlier), {row["id"]: row["number"] for row in rows}

    async def _words(self, tx: Tx, item: UUID | None) -> str:
        application = await read_or_none(self.people, tx, item, "duplicates")
        return f"{application.title} {application.description}".strip() if application else ""

    def _digest(self, applicant: UUID | None) -> str:
        return self.keyring.digest("applicant", str(applicant)).hex() if applicant else ""

    async def _keep(self, tx: Tx, case_id: UUID, found: list[Duplicate]) -> None:
        await tx.db.execute(SQL["drop_duplicates"], case_id)
        for place, one in enumerate(found):
            await tx.db.execute(
                SQL["keep_duplicate"], case_id, place, one.case_id, one.verdict, one.score, one.same_applicant,
                list(one.why), one.citation, tx.now,
            )  # fmt: skip

    async def _call(
        self, tx: Tx, file: CaseFile, case_id: UUID, found: list[Duplicate], numbers: dict[UUID, str]
    ) -> None:
        """Ask for a look at what the same applicant asked before, unless an officer has confirmed something already."""
        serious = next((one for one in found if one.verdict in {"repeated", "running"}), None)
        if serious is None or file.similar:
            await store.clear_attention(tx, case_id, ATTENTION)
            return
        number = numbers[serious.case_id] or "还没有登记的一件"
        sentence = f"{VERDICTS[serious.verdict]}：{number}，{'，'.join(serious.why[:1])}"
        await store.raise_attention(tx, case_id, ATTENTION, sentence)


async def found_for(db: Any, case_id: UUID) -> list[dict[str, Any]]:
    """Return what may be the same, with the verdict in words."""
    rows = await db.fetch(SQL["duplicates"], case_id)
    return [dict(row) | {"verdict_zh": VERDICTS[row["verdict"]]} for row in rows]


def _came_on(file: CaseFile) -> Any:
    return file.receipt.received_on if file.receipt else file.application.submitted_on
