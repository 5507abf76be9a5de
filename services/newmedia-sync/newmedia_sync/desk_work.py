"""What an officer can do with accounts and deliveries; the JSON API and the pages call the same functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from gongkai.runtime.errors import Invalid, NotFound
from gongkai.runtime.kit import Kit
from gongkai.statute.refusal import Refused
from gongkai.web.session import Officer
from newmedia_sync import store
from newmedia_sync.channels.assisted import WrongPage, look
from newmedia_sync.connecting import ADAPTERS, SECRETS, bases, keep_secrets
from newmedia_sync.domain.account import (
    ChangeAccount,
    CloseAccount,
    FileAccount,
    KeepCredentials,
    OpenAccount,
)
from newmedia_sync.domain.acts import Command, GiveUp, ReportPost, ReportRetracted, Retire, Retry
from newmedia_sync.domain.steps import WORDS
from newmedia_sync.errand import errand_of
from newmedia_sync.fetching import Shelf, edition_of
from newmedia_sync.inputs import AccountInput, PreviewInput, PreviewView, ProblemView, SecretsInput, Way
from newmedia_sync.rendition import (
    WECHAT_TITLE,
    WEIBO_LENGTH,
    WeChatRendition,
    WeiboRendition,
    render,
    shown_text,
    weibo_length,
)
from newmedia_sync.service import Desk

#: What a person can do about a delivery in this state, in the order in which it is offered.
WAYS: dict[str, tuple[Way, ...]] = {
    "Unknown": ("probe", "post", "retry", "give-up"),
    "Blocked": ("retry", "post", "retracted", "give-up"),
    "Waiting": ("retry", "give-up"),
    "Declined": ("retry", "give-up"),
    "Partial": ("post", "retracted", "give-up"),
    "HandedOver": ("post", "retracted", "give-up"),
    "Drifted": ("probe", "retract", "retracted"),
    "Live": ("probe", "retract"),
    "Accepted": ("probe",),
}
WAY_NAMES: dict[Way, str] = {
    "probe": "再查一次，不会重发",
    "retry": "处理好了，重新办理",
    "give-up": "不再发到这个账号",
    "post": "登记已发布的地址",
    "retract": "从这个账号撤下",
    "retracted": "登记已在平台撤下",
}


@dataclass(slots=True)
class DeskWork:
    kit: Kit
    desk: Desk
    shelf: Shelf
    http: httpx.AsyncClient

    # ── Accounts ────────────────────────────────────────────────────────────

    async def open_account(self, officer: Officer, wanted: AccountInput) -> UUID:
        account_id = self.kit.new_id()
        async with self.kit.transaction(actor=officer.actor) as tx:
            card = wanted.card(officer.organ_id, officer.person_id, self._bases(wanted))
            await self.desk.administer(tx, account_id, OpenAccount(card, tx.now))
        return account_id

    async def change_account(self, officer: Officer, account_id: UUID, wanted: AccountInput) -> None:
        row = await self.account(officer, account_id)
        async with self.kit.transaction(actor=officer.actor) as tx:
            known = store.card_of(row)
            card = wanted.card(officer.organ_id, known.responsible, (known.api_base, known.web_base))
            await self.desk.administer(tx, account_id, ChangeAccount(card, tx.now))

    async def file_account(self, officer: Officer, account_id: UUID, number: str) -> None:
        await self.account(officer, account_id)
        async with self.kit.transaction(actor=officer.actor) as tx:
            await self.desk.administer(tx, account_id, FileAccount(number, tx.now))

    async def close_account(self, officer: Officer, account_id: UUID, reason: str) -> None:
        await self.account(officer, account_id)
        async with self.kit.transaction(actor=officer.actor) as tx:
            await self.desk.administer(tx, account_id, CloseAccount(reason, tx.now))

    async def keep_credentials(self, officer: Officer, account_id: UUID, given: SecretsInput) -> None:
        """Put credentials into the vault; they are tried at once, and the register says whether they work."""
        card = store.card_of(await self.account(officer, account_id))
        fields = SECRETS[card.platform]
        secrets = {name: getattr(given, name) for name in fields if getattr(given, name)}
        needed = next(iter(fields))
        if needed not in secrets:
            raise Invalid([(needed, f"请填写{fields[needed]}")])
        async with self.kit.transaction(actor=officer.actor) as tx:
            item = await keep_secrets(tx.db, self.kit, account_id, secrets, tx.now, tx.new_id)
            await self.desk.administer(tx, account_id, KeepCredentials(tx.now))
            await store.name_credentials(tx.db, account_id, item, tx.now)
            tx.after_commit(self.desk.wake)

    async def check_credentials(self, officer: Officer, account_id: UUID) -> None:
        await self.account(officer, account_id)
        async with self.kit.transaction(actor=officer.actor) as tx:
            await store.check_later(tx.db, account_id, tx.now)
            tx.after_commit(self.desk.wake)

    async def account(self, officer: Officer, account_id: UUID) -> Any:
        async with self.kit.reading() as db:
            row = await store.account(db, account_id)
        if row is None or row["organ_id"] != officer.organ_id:
            raise NotFound("没有登记这个账号")
        return row

    async def accounts(self, organ_id: UUID) -> Sequence[Any]:
        async with self.kit.reading() as db:
            return await store.accounts_of(db, organ_id)

    async def spent(self, account_id: UUID) -> list[tuple[str, int, int]]:
        """Return what was used today of each daily quota: name, used, limit."""
        async with self.kit.reading() as db:
            row = await store.account(db, account_id)
            used = await store.spent(db, account_id, self.kit.now())
        quotas = ADAPTERS[store.card_of(row).platform].capabilities.quotas.values()
        limits = {quota.group: quota.per_day for quota in quotas}
        return [(group, used.get(group, 0), limit) for group, limit in sorted(limits.items())]

    def _bases(self, wanted: AccountInput) -> tuple[str, str]:
        return bases(wanted.platform, self.kit.settings.sandbox_url)

    # ── Deliveries ──────────────────────────────────────────────────────────

    async def delivery(self, officer: Officer, delivery_id: UUID) -> Any:
        async with self.kit.reading() as db:
            row = await store.delivery(db, delivery_id)
        if row is None or row["organ_id"] != officer.organ_id:
            raise NotFound("没有这次发布")
        return row

    async def history(self, delivery_id: UUID) -> list[tuple[str, Any]]:
        async with self.kit.transaction() as tx:
            recorded = await tx.history(store.DELIVERY, delivery_id)
        return [(type(one.fact).__name__, one) for one in recorded]

    async def act(self, officer: Officer, delivery_id: UUID, way: Way, words: str = "") -> str:
        """Take one way out of a state. Return the word of the state that follows."""
        row = await self.delivery(officer, delivery_id)
        if way not in WAYS.get(row["state"], ()):
            raise Refused(f"这次发布现在是“{WORDS[row['state']][0]}”，不能这样处理")
        if way == "probe":
            async with self.kit.transaction(actor=officer.actor) as tx:
                await store.hurry(tx.db, delivery_id, tx.now)
                tx.after_commit(self.desk.wake)
            return WORDS[row["state"]][0]
        command = await self._command(row, way, words)
        # The click has a trace of its own and belongs to the matter of its release.
        async with errand_of(row).transaction(self.kit, officer.actor) as tx:
            state, _ = await self.desk.perform(tx, delivery_id, command)
        return WORDS[type(state).__name__][0]

    async def _command(self, row: Any, way: Way, words: str) -> Command:
        now = self.kit.now()
        match way:
            case "retry":
                return Retry(now)
            case "give-up":
                return GiveUp(words, now)
            case "retract":
                return Retire(row["release_id"])
            case "retracted":
                return ReportRetracted(now)
            case _:
                card = store.card_of(row)
                rendition = await self.shelf.rendition(row["rendition"])
                found = await look(self.http, words, card.platform, card.web_base, rendition)
                if isinstance(found, WrongPage):
                    raise Invalid([("url", found.sentence)])
                return ReportPost(found, now)

    # ── Previews ────────────────────────────────────────────────────────────

    async def previews(self, organ_id: UUID, asked: PreviewInput) -> list[PreviewView]:
        """Show an edition as each account would, with every limit it breaks. Nothing is kept."""
        wanted = None if asked.accounts is None else set(asked.accounts)
        rows = [row for row in await self.accounts(organ_id) if row["state"] != "closed"]
        return [preview(row, asked, self.kit.settings.public_url) for row in rows if _chosen(row, wanted)]


def _chosen(row: Any, wanted: set[UUID] | None) -> bool:
    return wanted is None or row["account_id"] in wanted


def preview(row: Any, asked: PreviewInput, site: str) -> PreviewView:
    card = store.card_of(row)
    rendered = render(edition_of(asked.manifest, asked.change), card.platform, site)
    shown = rendered.rendition
    match shown:
        case WeChatRendition():
            title, summary, html, link = shown.title, shown.digest, shown.content, shown.source_url
            length = f"标题 {len(shown.title)}/{WECHAT_TITLE} 字"
        case WeiboRendition():
            title, summary, html, link = "", "", "", shown.link
            length = f"{weibo_length(shown.text)}/{WEIBO_LENGTH} 字"
    return PreviewView(
        account_id=row["account_id"],
        channel=f"account:{row['account_id']}",
        platform=card.platform,
        name=card.name,
        mode=card.mode,
        title=title,
        summary=summary,
        html=html,
        text=shown.text if isinstance(shown, WeiboRendition) else shown_text(shown),
        link=link,
        length=length,
        ready=not rendered.refusals,
        problems=[
            ProblemView(code=one.code, sentence=one.sentence, field=one.field, refuses=one.refuses)
            for one in rendered.problems
        ],
    )
