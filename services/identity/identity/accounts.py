"""Signing in: first start, passwords, one-time codes, sessions. Nobody learns from outside who has an account."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from gongkai.runtime.errors import Invalid, NotFound, Unauthenticated
from gongkai.runtime.kit import Kit
from gongkai.runtime.throttle import Bucket, count_try, forgive
from gongkai.runtime.tx import Actor, Tx
from gongkai.statute.refusal import Refused
from identity import passwords, setup, store
from identity.cards import Card, Cards
from identity.domain import ADMINISTRATOR, EndSessions, Serving
from identity.keyring import Keyring, new_code, same
from identity.organ import Profile, faults
from identity.passwords import Hasher
from identity.service import Organs, People
from identity.store import SQL
from identity.throttle import sign_in_buckets

T = TypeVar("T")

SESSION: Final = timedelta(hours=12)
CODE: Final = timedelta(hours=24)
CODE_TRIES: Final = 5
PASSWORD: Final = "password"  # noqa: S105  the kind of a vault item
WRONG: Final = "登录名或者密码不对，请核对后再试"
WRONG_CODE: Final = "登录名或者一次性口令不对，或者口令已经过期，请核对后再试，或者请系统管理员重新发一个"
_FIRST_START_LOCK: Final = 0x676B_6964


@dataclass(frozen=True, slots=True)
class SignedIn:
    person_id: UUID
    organ_id: UUID
    token: str
    expires_at: datetime
    must_change: bool


@dataclass(frozen=True, slots=True)
class Accounts:
    kit: Kit
    keyring: Keyring
    cards: Cards
    people: People
    organs: Organs
    hasher: Hasher
    #: Every answer to a try takes at least this long, found or not, right or wrong.
    steady: float = 0.3

    # first start

    async def untouched(self) -> bool:
        async with self.kit.reading() as db:
            return not await store.any_administrator(db)

    async def first_start(
        self, code: str, profile: Profile, card: Card, password: str, address: str
    ) -> SignedIn:
        """Found the first organ and its first administrator, for whoever can read the setup code."""
        data_dir = self.kit.settings.data_dir
        await count_try(self.kit, [Bucket(self.keyring.digest("try-setup", address), 10, forgiven=True)])
        if not await self.untouched():
            raise Refused("系统已经设置过了，请直接登录")
        if not setup.proves(data_dir, code):
            raise Invalid([("setup_code", "设置口令不对。口令在服务器数据目录的 setup-code 文件里，安装时也显示过")])
        _all_at_once(profile, password, card.login)
        digest = await self.hasher.hash(password)
        async with self.kit.transaction() as tx:
            await tx.db.execute("SELECT pg_advisory_xact_lock($1)", _FIRST_START_LOCK)
            if await store.any_administrator(tx.db):
                raise Refused("系统已经设置过了，请直接登录")
            organ_id, person_id = tx.new_id(), tx.new_id()
            tx.actor = Actor("person", str(person_id))
            await self.organs.found(tx, organ_id, profile)
            await self._add(tx, person_id, organ_id, card, "", frozenset({ADMINISTRATOR}))
            await self._keep_password(tx, person_id, digest, must_change=False)
            await tx.db.execute(SQL["note_sign_in"], person_id, tx.now)
            tx.after_commit(lambda: setup.spend(data_dir))
        return self._session(person_id, organ_id, 0, must_change=False)

    async def found_organ(
        self, actor: Actor, profile: Profile, card: Card, password: str
    ) -> tuple[UUID, UUID]:
        """Let one installation serve one more organ, with an administrator of its own."""
        _all_at_once(profile, password, card.login)
        digest = await self.hasher.hash(password)
        async with self.kit.transaction(actor=actor) as tx:
            organ_id, person_id = tx.new_id(), tx.new_id()
            await self.organs.found(tx, organ_id, profile)
            await self._add(tx, person_id, organ_id, card, "", frozenset({ADMINISTRATOR}))
            await self._keep_password(tx, person_id, digest, must_change=True)
        return organ_id, person_id

    # people and their accounts

    async def add_person(
        self, actor: Actor, organ_id: UUID, card: Card, unit: str, roles: frozenset[str], password: str = "", *,
        must_change: bool = True,
    ) -> tuple[UUID, str]:
        """Add a person. Without a password a one-time code is returned, to be handed over in person."""
        digest = await self._new_password(password, card.login) if password else None
        async with self.kit.transaction(actor=actor) as tx:
            person_id = tx.new_id()
            await self._add(tx, person_id, organ_id, card, unit, roles)
            code = ""
            if digest is None:
                code = await self._code(tx, person_id)
            else:
                await self._keep_password(tx, person_id, digest, must_change=must_change)
        return person_id, code

    async def _add(
        self, tx: Tx, person_id: UUID, organ_id: UUID, card: Card, unit: str, roles: frozenset[str]
    ) -> None:
        await self.people.join(tx, person_id, organ_id, unit, roles)
        await self.cards.keep(tx, person_id, card)

    async def new_code(self, actor: Actor, person_id: UUID, organ_id: UUID) -> str:
        """Make a one-time code for someone who has no password or lost it; the one before is void."""
        async with self.kit.transaction(actor=actor) as tx:
            person, _ = await self.people.load(tx, person_id, organ_id)
            if not isinstance(person, Serving):
                raise Refused("此人已经离任，不能重设密码")
            return await self._code(tx, person_id)

    async def code_for_mail(self, login: str) -> tuple[str, str] | None:
        """Make a code for who has an e-mail address on file; returns the address and the code."""
        async with self.kit.transaction() as tx:
            account = await store.account_by_login(tx.db, self.keyring.login(login))
            if account is None or not account.serving:
                return None
            card = await self.cards.read(tx.db, account.person_id, who=self.kit.name, why="send a one-time code")
            return (card.email, await self._code(tx, account.person_id)) if card.email else None

    async def _code(self, tx: Tx, person_id: UUID) -> str:
        code = new_code()
        await tx.db.execute(SQL["keep_code"], person_id, self.keyring.code(code), tx.now, tx.now + CODE)
        return code

    # signing in

    async def sign_in(self, login: str, password: str, address: str) -> SignedIn:
        """Sign in, or raise `Unauthenticated` in the same words and the same time whatever was wrong."""
        return await self._steadily(lambda: self._sign_in(login, password, address))

    async def _sign_in(self, login: str, password: str, address: str) -> SignedIn:
        buckets = sign_in_buckets(self.keyring, login, address)
        await count_try(self.kit, buckets)
        async with self.kit.transaction() as tx:
            account = await store.account_by_login(tx.db, self.keyring.login(login))
            digest = await self._digest(tx, account.password_item) if account else None
        right, better = await self.hasher.verify(password, digest)
        if account is None or not right or not account.serving:
            raise Unauthenticated(WRONG)
        async with self.kit.transaction(actor=Actor("person", str(account.person_id))) as tx:
            await forgive(tx, buckets)
            await tx.db.execute(SQL["note_sign_in"], account.person_id, tx.now)
            if better:
                await self._keep_password(tx, account.person_id, better, must_change=account.must_change)
        return self._session(account.person_id, account.organ_id, account.epoch, must_change=account.must_change)

    async def set_password(self, login: str, code: str, password: str, address: str) -> SignedIn:
        """Set a password with a one-time code, end all sessions, sign in."""
        wrong = passwords.faults(password, login)
        if wrong:
            raise Invalid([("password", sentence) for sentence in wrong])
        return await self._steadily(lambda: self._set_password(login, code, password, address))

    async def _set_password(self, login: str, code: str, password: str, address: str) -> SignedIn:
        buckets = sign_in_buckets(self.keyring, login, address)
        await count_try(self.kit, buckets)
        # Hashed before it is known whether the code is right, so that the work is the same.
        digest = await self.hasher.hash(password)
        async with self.kit.transaction() as tx:
            account = await store.account_by_login(tx.db, self.keyring.login(login))
            good = account is not None and account.serving and await self._code_holds(tx, account.person_id, code)
            if account is not None and good:
                tx.actor = Actor("person", str(account.person_id))
                await tx.db.execute(SQL["spend_code"], account.person_id)
                await self._keep_password(tx, account.person_id, digest, must_change=False)
                person, _ = await self.people.perform(tx, account.person_id, EndSessions())
                await tx.db.execute(SQL["note_sign_in"], account.person_id, tx.now)
                await forgive(tx, buckets)
        if account is None or not good or not isinstance(person, Serving):
            raise Unauthenticated(WRONG_CODE)
        return self._session(account.person_id, account.organ_id, person.epoch, must_change=False)

    async def _code_holds(self, tx: Tx, person_id: UUID, code: str) -> bool:
        row = await tx.db.fetchrow(SQL["code_of"], person_id)
        if row is None or row["expires_at"] <= tx.now or row["tries"] >= CODE_TRIES:
            return False
        await tx.db.execute(SQL["try_code"], person_id)
        return same(row["code_key"], self.keyring.code(code))

    async def change_password(self, person_id: UUID, old: str, new: str, address: str) -> SignedIn:
        """Change one's own password; every other session ends."""
        async with self.kit.transaction(actor=Actor("person", str(person_id))) as tx:
            card = await self.cards.read(tx.db, person_id, who=str(tx.actor), why="change the password")
            row = await store.person(tx.db, person_id)
            account = await store.account_by_login(tx.db, self.keyring.login(card.login))
            digest = await self._digest(tx, account.password_item) if account else None
        wrong = passwords.faults(new, card.login)
        if wrong:
            raise Invalid([("password", sentence) for sentence in wrong])
        buckets = sign_in_buckets(self.keyring, card.login, address)
        await count_try(self.kit, buckets)
        right, _ = await self.hasher.verify(old, digest)
        if row is None or account is None or not right:
            raise Invalid([("old_password", "现在的密码不对，请核对后再试")])
        fresh = await self.hasher.hash(new)
        async with self.kit.transaction(actor=Actor("person", str(person_id))) as tx:
            await forgive(tx, buckets)
            await self._keep_password(tx, person_id, fresh, must_change=False)
            person, _ = await self.people.perform(tx, person_id, EndSessions())
        if not isinstance(person, Serving):
            raise NotFound
        return self._session(person_id, person.organ_id, person.epoch, must_change=False)

    async def end_sessions(self, actor: Actor, person_id: UUID, organ_id: UUID) -> None:
        """Sign a person out everywhere: tokens of an older epoch are void in every service."""
        async with self.kit.transaction(actor=actor) as tx:
            await self.people.load(tx, person_id, organ_id)
            await self.people.perform(tx, person_id, EndSessions())

    def _session(self, person_id: UUID, organ_id: UUID, epoch: int, *, must_change: bool) -> SignedIn:
        now = self.kit.now()
        token = self.kit.tokens.issue_session(person_id, organ_id, epoch, SESSION, now, self.kit.new_id())
        return SignedIn(person_id, organ_id, token, now + SESSION, must_change)

    async def _new_password(self, password: str, login: str) -> str:
        wrong = passwords.faults(password, login)
        if wrong:
            raise Invalid([("password", sentence) for sentence in wrong])
        return await self.hasher.hash(password)

    async def _keep_password(self, tx: Tx, person_id: UUID, digest: str, *, must_change: bool) -> None:
        item = await self.kit.vault.put(tx.db, person_id, PASSWORD, digest.encode(), tx.now, tx.new_id)
        await tx.db.execute(SQL["keep_password"], person_id, item, tx.now, must_change)

    async def _digest(self, tx: Tx, item: UUID | None) -> str | None:
        if item is None:
            return None
        return (await self.kit.vault.get(tx.db, item, self.kit.name, "sign in", tx.now)).decode()

    async def _steadily(self, work: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        end = loop.time() + self.steady
        try:
            return await work()
        finally:
            await asyncio.sleep(max(0.0, end - loop.time()))



def _all_at_once(profile: Profile, password: str, login: str) -> None:
    """Show every fault of a form at the first try, not one after the other."""
    wrong = [*faults(profile), *(("password", sentence) for sentence in passwords.faults(password, login))]
    if wrong:
        raise Invalid(wrong)
