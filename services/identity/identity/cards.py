"""Who a person is: name, sign-in name, telephone, e-mail. In the vault, read with a reason, shown by name only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.kit import Kit
from gongkai.runtime.sql import Connection
from gongkai.runtime.tx import Tx
from gongkai.web.directory import nameless
from gongkai.web.texts import printable
from identity import store
from identity.keyring import Keyring

KIND: Final = "card"
KEPT: Final = timedelta(minutes=5)
_EMAIL: Final = r"^$|^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"


class Card(BaseModel):
    """What the vault keeps of a person. The length limits are those of the paper form."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)
    _readable = field_validator("name", "phone", mode="after", check_fields=False)(printable)

    name: str = Field(title="姓名", min_length=1, max_length=40)
    login: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-\u4e00-\u9fff]+$")] = Field(
        title="登录名", min_length=2, max_length=40
    )
    phone: str = Field(default="", title="办公电话", max_length=40)
    email: str = Field(default="", title="电子邮箱", max_length=120, pattern=_EMAIL)


@dataclass(slots=True)
class Cards:
    """Reads and keeps cards. It is the `Directory` of this service: names are remembered for five minutes."""

    kit: Kit
    keyring: Keyring
    _names: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)

    async def keep(self, tx: Tx, person_id: UUID, card: Card) -> None:
        """Put a card in the vault and make the person findable by the sign-in name."""
        login_key = self.keyring.login(card.login)
        if await store.login_taken(tx.db, login_key, person_id):
            raise Invalid([("login", "这个登录名已经有人用了，请换一个")])
        item = await self.kit.vault.put(tx.db, person_id, KIND, card.model_dump_json().encode(), tx.now, tx.new_id)
        await tx.db.execute(store.SQL["keep_account"], person_id, login_key, item, bool(card.email))
        tx.after_commit(lambda: self.forget(person_id))

    async def read(self, db: Connection, person_id: UUID, *, who: str, why: str) -> Card:
        items = await store.cards(db, [person_id])
        if person_id not in items:
            raise NotFound("没有这个人的资料")
        kept = await self.kit.vault.get(db, items[person_id], who, why, self.kit.now())
        return Card.model_validate_json(kept)

    async def names(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        """Return a name for every id; who was erased is shown without one."""
        wanted = set(ids)
        now = self.kit.now()
        asked = [each for each in wanted if each not in self._names or self._names[each][1] <= now]
        if asked:
            async with self.kit.reading() as db:
                items = await store.cards(db, asked)
                for person_id in asked:
                    name = nameless(person_id)
                    if person_id in items:
                        kept = await self.kit.vault.get(db, items[person_id], self.kit.name, "show the name", now)
                        name = Card.model_validate_json(kept).name
                    self._names[person_id] = (name, now + KEPT)
        return {person_id: self._names[person_id][0] for person_id in wanted}

    def forget(self, person_id: UUID) -> None:
        self._names.pop(person_id, None)
