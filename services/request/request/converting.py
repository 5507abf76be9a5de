"""From one applicant to everyone: the review runs by itself after an answer, an officer decides, others publish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from gongkai.contracts.request import ConversionProposed
from gongkai.runtime.blobs import BlobStore
from gongkai.runtime.errors import Invalid
from gongkai.runtime.tx import Due, Tx
from gongkai.runtime.workers import Workers
from gongkai.statute.articles import ARTICLES
from gongkai.statute.legal_day import legal_date
from request import keeping, reviewing, store
from request.considering import Looked, Said, considered, look
from request.conversion.figures import Figures
from request.conversion.inputs import ColumnSeen, Considered
from request.conversion.proposal import title_of
from request.conversion.replay import Replayed, replay
from request.conversion.review import Review, cited, review
from request.conversion.rules import Rulebook, built_in
from request.conversion.turning import Turn, turns
from request.domain import commands as c
from request.domain import facts as f
from request.domain.conversion import REVIEWED_ROWS
from request.domain.file import Reply
from request.people import People
from request.redaction import detect
from request.service import Desk, Loaded

LOOK: Final = "request-conversion-relook"
TEXT_TYPE: Final = "text/markdown"


@dataclass(frozen=True, slots=True)
class Explained:
    """A review as an officer reads it, and what would turn its advice."""

    review: Review
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Converting:
    desk: Desk
    people: People
    workers: Workers
    blobs: BlobStore
    rules: Callable[[], Rulebook] = built_in

    async def answered(self, tx: Tx, case_id: UUID, fact: f.Answered) -> None:
        """Let the review run by itself, at once, when information was given or refused."""
        if fact.row not in REVIEWED_ROWS:
            return
        payload = {"case_id": str(case_id), "due_on": legal_date(tx.now).isoformat()}
        article = ARTICLES["A44"].citation
        await tx.set_clock(Due(LOOK, str(case_id), tx.now, payload, rule="conversion", article=article))

    async def review(self, tx: Tx, case_id: UUID, said: Said | None = None) -> UUID | None:
        """Review the newest reply, record the advice with its chain; None when nothing was given or refused."""
        loaded = await self.desk.take(tx, case_id)
        file = loaded.file
        reply = file.reply or (file.replies[-1] if file.replies else None)
        if reply is None or reply.row not in REVIEWED_ROWS:
            return None
        today = legal_date(tx.now)
        known = await self._considered(tx, loaded, reply, said or Said(), today)
        found = review(known, self.rules(), today)
        review_id = tx.new_id()
        articles = tuple(dict.fromkeys(cited(article) for article in found.articles))
        command = c.NoteConversionReview(
            review_id, found.advice, found.rules_version, articles, found.relook_on, tx.now
        )
        await reviewing.keep(tx, review_id, case_id, known, found)
        await self.desk.decide_on(tx, loaded, command)
        return review_id

    async def _considered(self, tx: Tx, loaded: Loaded, reply: Reply, said: Said, today: date) -> Considered:
        file = loaded.file
        organ_id = file.application.organ_id
        earlier = tuple(similar.earlier for similar in file.similar if similar.earlier is not None)
        applicants = await keeping.applicants_of_topic(tx, organ_id, file.topic, (loaded.id, *earlier))
        columns = [ColumnSeen(*row) for row in await keeping.columns(tx, organ_id)]
        return considered(
            loaded.id,
            file,
            reply,
            said,
            looked=await self._looked(tx, loaded.id, reply, today),
            applicants=max(applicants, 1),
            columns=columns,
            again=await reviewing.again(tx, organ_id, file.topic, (loaded.id, *earlier)),
        )

    async def _looked(self, tx: Tx, case_id: UUID, reply: Reply, today: date) -> list[Looked]:
        """Look for personal data in what was given, in a worker process."""
        files = await keeping.files_of(tx, case_id, reply.given)
        found = []
        for number, row in enumerate(files, 1):
            data = await self.people.read_bytes(tx, row["item_id"], "conversion")
            found.append(await self.workers.run(look, f"附件{number}", row["name"], data, today))
        return found

    # ── Deciding ───────────────────────────────────────────────────────────

    async def decide(
        self, tx: Tx, case_id: UUID, organ_id: UUID, command: c.DecideConversion, *, title: str, column_id: str,
        text: str, seen: int | None = None,
    ) -> list[f.Fact]:  # fmt: skip
        """Accept or overrule; what is to be public is proposed to publication under the id of the review."""
        facts = await self.desk.perform(tx, case_id, command, organ_id=organ_id, seen=seen)
        decided = next((fact for fact in facts if isinstance(fact, f.ConversionDecided)), None)
        if decided is None or decided.decision == "keep":
            return facts
        loaded = await self.desk.load(tx, case_id)
        body = text.strip() or await self._given_text(tx, loaded)
        wrong = _still_personal(body, legal_date(tx.now))
        if wrong:
            raise Invalid([("text", wrong)])
        if not column_id:
            raise Invalid([("column_id", "请选择公开的栏目")])
        ref = await self.blobs.put(body.encode(), TEXT_TYPE)
        tx.tell(
            ConversionProposed(
                case_id=case_id,
                organ_id=organ_id,
                review_id=decided.review,
                title=title.strip() or title_of(loaded.file.topic) or loaded.file.topic,
                column_id=column_id,
                body=ref,
                legal_basis=ARTICLES["A44"].citation,
                formed_on=None,
            )
        )
        return facts

    async def _given_text(self, tx: Tx, loaded: Loaded) -> str:
        """Return the text of what was given, when it can be read."""
        reply = loaded.file.replies[-1]
        looked = await self._looked(tx, loaded.id, reply, legal_date(tx.now))
        parts = [one.text.strip() for one in looked if one.readable and one.text.strip()]
        if not parts or len(parts) < len(looked):
            raise Invalid([("text", "提供给申请人的文件不能全部读成文字，请填写要公开的正文")])
        return "\n\n".join(parts)

    async def note_published(self, tx: Tx, document_id: UUID, permalink: str, on: date) -> None:
        """Close the loop: the draft that came of a review bears the review's id."""
        row = await store.review_of(tx, document_id)
        if row is not None and row["document_id"] is None:
            command = c.NoteConversionPublished(document_id, document_id, permalink, on)
            await self.desk.perform(tx, row["case_id"], command)

    # ── Replay ─────────────────────────────────────────────────────────────

    async def replay(self, db: Any, organ_id: UUID) -> Replayed:
        """Run every kept review again with the rules of today; a difference names the rules that make it."""
        return replay(await reviewing.kept(db, organ_id), self.rules())

    async def explained(self, db: Any, organ_id: UUID, case_id: UUID, review_id: UUID) -> Explained:
        known, found = await reviewing.one(db, organ_id, case_id, review_id)
        return Explained(found, turns(known, self.rules(), found.on))

    async def figures(self, db: Any, organ_id: UUID, first: date, last: date) -> Figures:
        return await reviewing.counted(db, organ_id, first, last)


def _still_personal(text: str, today: date) -> str:
    """Refuse what still holds personal data that is certain to be some."""
    kinds = dict.fromkeys(detect.KINDS[found.kind] for found in detect.find(text, today) if found.certain)
    return f"正文里还有个人信息（{'、'.join(kinds)}），请先隐去" if kinds else ""
