"""Applicants and third parties: one vault person each, every look recorded with who and why, erasable."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from gongkai.runtime.errors import NotFound
from gongkai.runtime.tx import Tx
from gongkai.runtime.vault import ErasedError, Vault
from request import store
from request.application import Application, as_json, from_json
from request.keyring import Keyring

Purpose = Literal[
    "handling", "serving", "fee", "remedy", "conversion", "printing", "follow", "system", "library", "duplicates"
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
}


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
        proof = self.keyring.proof(organ_id, application.proof_number)
        person = await store.known_or_new_applicant(tx, organ_id, proof, tx.new_id())
        return person or await self._again(tx, organ_id, proof)

    async def _again(self, tx: Tx, organ_id: UUID, proof: bytes) -> UUID:
        known = await store.applicant_of(tx, organ_id, proof)
        if known is None:
            raise NotFound
        return known

    async def keep_application(self, tx: Tx, person: UUID, application: Application) -> UUID:
        return await self.keep_words(tx, person, "application", as_json(application))

    async def application(self, tx: Tx, item: UUID, why: Purpose) -> Application:
        return from_json(await self.words(tx, item, why))

    # ── Third parties ──────────────────────────────────────────────────────

    async def third_party(self, tx: Tx, case_id: UUID, party: ThirdParty) -> UUID:
        person = tx.new_id()
        fields = {name: getattr(party, name) for name in ("name", "contact", "phone", "address", "email")}
        item = await self.keep_words(tx, person, "third-party", fields)
        await store.keep_third_party(tx, person, case_id, item)
        return person

    async def read_third_party(self, tx: Tx, case_id: UUID, person: UUID, why: Purpose) -> ThirdParty:
        item = await store.third_party(tx, person, case_id)
        if item is None:
            raise NotFound("没有找到这个第三方")
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
        """Destroy what we hold of a person; facts and numbers of their cases stay whole. False when done before."""
        done = await self.vault.erase(tx.db, person, tx.now)
        await store.forget_applicant(tx, person)
        return done


async def read_or_none(people: People, tx: Tx, item: UUID | None, why: Purpose) -> Application | None:
    """Return an application, or None when its maker was erased."""
    if item is None:
        return None
    try:
        return await people.application(tx, item, why)
    except ErasedError:
        return None
