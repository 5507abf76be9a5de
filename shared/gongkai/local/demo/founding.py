"""First things: the organ, its people, its accounts on the sandbox. Finds what is there and adds what is missing."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from gongkai.local.demo.office import Office, Refusal, setup_code, until
from gongkai.local.demo.seed import Account, Officer, Seed
from gongkai.local.errors import StackError

_NOT_OURS: Final = (401, 403, 429)


@dataclass(slots=True)
class Founding:
    office: Office
    seed: Seed
    data: Path
    site: str
    sandbox_url: str
    pushed_to: str | None = None

    async def organ(self) -> str:
        """Set the installation up, unless that was done; return what happened."""
        boss = self.seed.administrator
        state = await self.office.open("GET", "/identity/api/first-start")
        if state["open"]:
            body = {
                "setup_code": setup_code(self.data),
                "organ": dict(self.seed.organ),
                "administrator": {
                    "name": boss.name,
                    "login": boss.login,
                    "password": self.office.passwords.of(boss.login),
                },
            }
            await self.office.open("POST", "/identity/api/first-start", body)
            return f"{self.seed.organ['name']}，系统管理员 {boss.name}"
        try:
            await self.office.token(boss.login)
        except Refusal as wrong:
            if wrong.status not in _NOT_OURS:
                raise
            raise StackError(
                "这套系统已经由您自己设置过，演示不改动它",
                "想看演示，请用另一个文件夹：GONGKAI_HOME=~/gongkai-demo make demo。",
            ) from wrong
        return "已经设置过"

    async def people(self) -> str:
        """Add the officers that are not there yet."""
        boss = self.seed.administrator.login
        known = await self.office.ask(boss, "GET", "/identity/api/people?limit=500")
        there = {(person["name"], person["unit"]) for person in known["people"]}
        fresh = [officer for officer in self.seed.officers if (officer.name, officer.unit) not in there]
        await asyncio.gather(*(self._add(officer) for officer in fresh))
        await asyncio.gather(*(self._known(officer) for officer in fresh))
        return f"{len(self.seed.officers)} 人" + (f"，新增 {len(fresh)} 人" if fresh else "，都已在册")

    async def _add(self, officer: Officer) -> None:
        body = {
            "name": officer.name,
            "login": officer.login,
            "unit": officer.unit,
            "roles": list(officer.roles),
            "password": self.office.passwords.of(officer.login),
            "must_change": False,
        }
        await self.office.ask(self.seed.administrator.login, "POST", "/identity/api/people", body)

    async def _known(self, officer: Officer) -> None:
        """Wait until publication has heard of this person."""
        await until(f"发布服务还不认识{officer.name}", lambda: self._lets_in(officer.login, "/publication/api/queue"))

    async def _lets_in(self, login: str, path: str) -> bool:
        try:
            await self.office.ask(login, "GET", path)
        except Refusal as wrong:
            if wrong.status not in (401, 403):
                raise
            return False
        return True

    async def catalogue(self) -> str:
        """Wait for the catalogue that a new organ is given."""
        login = self.seed.road["release"]

        async def founded() -> Any:
            try:
                return await self.office.ask(login, "GET", "/publication/api/catalogue")
            except Refusal as wrong:
                if wrong.status != 404:
                    raise
                return None

        found = await until("公开目录还没有建立", founded)
        await until("网站还没有开通", self._site_is_open)
        return f"{len(found['columns'])} 个栏目"

    async def _site_is_open(self) -> bool:
        return (await self.office.look("/api/columns")).status_code == 200

    async def accounts(self) -> str:
        """Open the accounts, file them, give them the sandbox's credentials, wait until they connect."""
        login = self.seed.road["accounts"]
        await until("新媒体服务还不认识运维人员", lambda: self._lets_in(login, "/newmedia/api/accounts"))
        given = await self._sandbox_accounts()
        there = {row["handle"]: row for row in await self._rows(login)}
        for account in self.seed.accounts:
            row = there.get(account.handle)
            account_id = row["account_id"] if row else await self._open(login, account)
            if row is None or not row["filing_number"]:
                body = {"number": account.filing_number}
                await self.office.ask(login, "POST", f"/newmedia/api/accounts/{account_id}/filing", body)
            if row is None or not row["has_credentials"]:
                await self._connect(login, account, account_id, given[account.handle])
        handles = [account.handle for account in self.seed.accounts]
        await until("账号还没有连通", lambda: self._connected(login, handles))
        await until("发布服务还不知道这些账号", lambda: self._channels(login, len(handles)))
        return "、".join(f"{account.name}（{_PLATFORMS[account.platform]}）" for account in self.seed.accounts)

    async def _rows(self, login: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await self.office.ask(login, "GET", "/newmedia/api/accounts")
        return [row for row in rows if row["state"] != "closed"]

    async def _open(self, login: str, account: Account) -> str:
        body = {
            "platform": account.platform,
            "name": account.name,
            "handle": account.handle,
            "host_unit": self.seed.organ["name"],
            "operator_unit": "宣传处",
        }
        opened = await self.office.ask(login, "POST", "/newmedia/api/accounts", body)
        return str(opened["account_id"])

    async def _connect(self, login: str, account: Account, account_id: str, secrets: dict[str, str]) -> None:
        await self.office.ask(login, "PUT", f"/newmedia/api/accounts/{account_id}/credentials", secrets)
        # What an operator types into the platform's own console: where results are pushed to, which links are ours.
        if account.platform == "wechat":
            base = self.pushed_to or self.office.base_url
            settings: dict[str, Any] = {"callback_url": f"{base}/newmedia/push/wechat/{account_id}"}
        else:
            settings = {"safe_domains": [urlsplit(self.site).netloc]}
        await self._at_sandbox("PUT", f"/admin/accounts/{account.platform}/{account.handle}", settings)

    async def _connected(self, login: str, handles: Iterable[str]) -> bool:
        links = {row["handle"]: row["connection"] for row in await self._rows(login)}
        return all(links.get(handle) == "connected" for handle in handles)

    async def _channels(self, login: str, accounts: int) -> bool:
        found = await self.office.ask(login, "GET", "/publication/api/channels")
        return len(found["channels"]) >= accounts + 1

    async def _sandbox_accounts(self) -> dict[str, dict[str, str]]:
        """Read the credentials which the sandbox shows in the place of a platform's console."""
        found = await self._at_sandbox("GET", "/admin/accounts")
        wechat = {
            one["appid"]: {name: one[name] for name in ("secret", "callback_token", "aes_key")}
            for one in found["wechat"]
        }
        return wechat | {one["uid"]: {"token": one["token"], "operator_ip": "127.0.0.1"} for one in found["weibo"]}

    async def _at_sandbox(self, method: str, path: str, body: Any = None) -> Any:
        async with httpx.AsyncClient(base_url=self.sandbox_url, timeout=10.0, trust_env=False) as client:
            answer = await client.request(method, path, json=body)
        if not answer.is_success:
            raise StackError(f"平台沙箱没有答应（{path} 回答了 {answer.status_code}）")
        return answer.json()


_PLATFORMS: Final = {"wechat": "微信公众号", "weibo": "微博"}
