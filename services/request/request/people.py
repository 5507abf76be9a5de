"""Applicants and third parties: one vault person each, every look recorded with who and why, erasable."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal
from uuid import UUID

from gongkai.runtime.errors import NotFound
from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError, Vault
from request import keeping, store
from request.application import Application, as_json, from_json
from request.domain.file import Consultation
from request.keyring import Keyring

Purpose = Literal[
    "handling", "serving", "fee", "remedy", "conversion", "printing", "follow", "system", "library", "duplicates",
    "erasing", "messages",
]
PURPOSES: Final[dict[Purpose, str]] = {
    "handling": "办理申请",
    "serving": "送达文书",
    "fee": "收取信息处理费",
    "remedy": "办理复议、诉讼、举报",
    "conversion": "审查转为主动公开",
    "printing": "打印案卷",
    "follow": "申请人本人查询",
    "system": "系统制作文书和通知",
    "library": "摘录案例，去除个人信息",
    "duplicates": "查找相同的申请",
    "erasing": "核对删除资料的请求",
    "messages": "核对通知的发送",
}


#: What stands where somebody's data stood.
ERASED: Final = "已删除"
#: What belongs to the person who speaks for an applicant: the name always, the contact when an organisation applies.
_AGENT: Final = ("representative", "contact_person")
_AGENT_CONTACT: Final = ("phone", "email", "fax")


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """Whose interest is touched, and where a letter reaches them."""

    name: str
    contact: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The only road to personal data of this service."""

    vault: Vault
    keyring: Keyring

    # ── Applicants ─────────────────────────────────────────────────────────

    async def applicant(self, tx: Tx, organ_id: UUID, application: Application) -> UUID:
        """Return the vault person of whoever shows this proof to this organ; a new one for a new proof."""
        return await self._who(tx, organ_id, application, tx.new_id())

    async def identified(
        self, tx: Tx, organ_id: UUID, before: UUID, application: Application, *, moves: bool = True
    ) -> UUID:
        """Return who somebody is who first applied without a proof: the same, unless we know the proof already.

        Then what lies under their first key goes with the person whose proof it is.
        """
        person = await self._who(tx, organ_id, application, before)
        if person == before or not moves:
            return before
        await keeping.keep_same_person(tx, before, person)
        return person

    async def _who(self, tx: Tx, organ_id: UUID, application: Application, fresh: UUID) -> UUID:
        """Return whose proof this is, `fresh` when nobody has shown it before."""
        proof = self.keyring.proof(organ_id, application.proof_number)
        person = await store.known_or_new_applicant(tx, organ_id, proof, fresh)
        # Another transaction was faster; what it kept is there to be read now.
        person = person or await store.applicant_of(tx, organ_id, proof)
        if person is None:
            raise NotFound
        return person

    async def keep_application(self, tx: Tx, person: UUID, application: Application) -> UUID:
        """Keep an application; whoever speaks for its maker lies under a key of their own."""
        words = as_json(application)
        theirs = {name: words[name] for name in _agent_fields(application) if words[name].strip()}
        if any(theirs.get(name) for name in _AGENT):
            agent = tx.new_id()
            item = await self.keep_words(tx, agent, "agent", theirs)
            await store.keep_person(tx, agent, "agent", item, of_person=person)
            words |= {"agent": str(item)} | dict.fromkeys(theirs, "")
        return await self.keep_words(tx, person, "application", words)

    async def application(self, tx: Tx, item: UUID, why: Purpose) -> Application:
        return await self.whole(tx, await self.words(tx, item, why), why)

    async def whole(self, tx: Tx, words: dict[str, Any], why: Purpose) -> Application:
        """Put together an application and who speaks for its maker."""
        application = from_json(words)
        if "agent" not in words:
            return application
        try:
            theirs = await self.words(tx, UUID(words["agent"]), why)
        except ErasedError:
            theirs = dict.fromkeys(_AGENT, ERASED)
        return replace(application, **theirs)

    # ── Third parties ──────────────────────────────────────────────────────

    async def third_party(self, tx: Tx, case_id: UUID, party: ThirdParty) -> UUID:
        person = tx.new_id()
        item = await self.keep_words(tx, person, "third-party", asdict(party))
        await store.keep_person(tx, person, "third-party", item, case_id=case_id)
        return person

    async def of_consultation(self, tx: Tx, case_id: UUID, asked: Consultation) -> UUID:
        """Return under whose key its papers lie: the third party's, or that of whoever writes for an organ."""
        if asked.party is not None:
            return asked.party
        known = await store.person_of_consultation(tx, asked.letter)
        if known is not None:
            return known
        person = tx.new_id()
        await store.keep_person(tx, person, asked.whom, None, case_id=case_id, consultation=asked.letter)
        return person

    async def read_third_party(self, tx: Tx, case_id: UUID, person: UUID, why: Purpose) -> ThirdParty:
        item = await store.third_party(tx, person, case_id)
        if item is None:
            raise NotFound("没有找到这个第三方，或者没有登记过资料")
        return ThirdParty(**await self.words(tx, item, why))

    # ── Anything of a person ───────────────────────────────────────────────

    async def keep_words(self, tx: Tx, person: UUID, kind: str, words: dict[str, Any]) -> UUID:
        return await self.keep_bytes(tx, person, kind, json.dumps(words, ensure_ascii=False).encode())

    async def words(self, tx: Tx, item: UUID, why: Purpose) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.read_bytes(tx, item, why))
        return found

    async def keep_bytes(self, tx: Tx, person: UUID, kind: str, value: bytes) -> UUID:
        return await self.vault.put(tx.db, person, kind, value, tx.now, tx.new_id)

    async def read_bytes(self, tx: Tx, item: UUID, why: Purpose) -> bytes:
        return await self.vault.get(tx.db, item, str(tx.actor), PURPOSES[why], tx.now)

    async def erase(self, tx: Tx, person: UUID) -> bool:
        """Destroy what we hold of a person; facts and numbers of their cases stay whole. False when done before.

        Who spoke for an applicant goes with them: without the application nobody could still ask for it.
        """
        done = await self.vault.erase(tx.db, person, tx.now)
        for agent in await store.agents_of(tx, person):
            await self.vault.erase(tx.db, agent, tx.now)
        await store.forget_person(tx, person)
        return done

    async def erased(self, tx: Tx, persons: Sequence[UUID]) -> frozenset[UUID]:
        return await store.erased(tx, persons)


def _agent_fields(application: Application) -> tuple[str, ...]:
    return _AGENT if application.applicant_kind == "np" else _AGENT + _AGENT_CONTACT


async def read_or_none(people: People, tx: Tx, item: UUID | None, why: Purpose) -> Application | None:
    """Return an application, or None when its maker was erased."""
    if item is None:
        return None
    try:
        return await people.application(tx, item, why)
    except ErasedError:
        return None
