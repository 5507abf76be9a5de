"""The request service as it runs, hosted and through a real Kafka, with an organ and officers and made-up applicants."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook
from tests.support.hosted import Hosted, serving, settings_for
from tests.support.kits import HeldClock
from tests.support.publication_bureau import ORGAN, OTHER_ORGAN, PEOPLE, STRANGER, an_officer, organ
from tests.support.stack import Databases

from gongkai.runtime.kit import Kit
from gongkai.web.officers import keep_officer, keep_organ
from request.app import SERVICE
from request.desks import Desks

PLATFORM = "https://ysqgk.shandong.example"
#: A Friday before a long holiday: 2025-09-26, noon in Jinan.
FRIDAY = datetime(2025, 9, 26, 4, 0, tzinfo=UTC)
ROLES = {
    "drafter": "drafter",
    "section_head": "section_head",
    "deputy_head": "deputy_head",
    "head": "head",
    "openness_officer": "openness_officer",
    "secrecy_reviewer": "secrecy_reviewer",
    "supervisor": "supervisor",
}
#: What letters say of the organ.
FULLY = {
    "government": "济南市人民政府",
    "openness_office": "济南市商务局政府信息公开办公室",
    "address": "济南市历下区龙鼎大道1号",
    "phones": ("0531-51707900",),
    "hours": "工作日9:00—17:00",
}
#: Planted data: made-up people whose numbers pass the check digit.
SECRETS = ("计划测试甲", "999999198001010011", "13912345678", "planted@example.org", "历下区不存在路8号2单元301室", "植入的申请内容")
APPLICATION = {
    "applicant_kind": "np",
    "name": SECRETS[0],
    "proof_kind": "identity-card",
    "proof": SECRETS[1],
    "phone": SECRETS[2],
    "email": SECRETS[3],
    "address": SECRETS[4],
    "description": f"2024年外贸展会补贴名单（{SECRETS[5]}）",
    "supply_form": "electronic",
    "way": "online",
}
FACTOR = SECRETS[1][-6:]


@dataclass(slots=True)
class Office:
    """The system, and the ways into it."""

    system: Hosted
    clock: HeldClock

    @property
    def kit(self) -> Kit:
        return self.system.kit("request")

    def token(self, name: str) -> str:
        person, organ_id = (STRANGER, OTHER_ORGAN) if name == "stranger" else (PEOPLE[name], ORGAN)
        return self.kit.tokens.issue_session(person, organ_id, 0, timedelta(days=400), self.kit.now())

    async def call(self, name: str, method: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(name)}", **how.pop("headers", {})}
        return await self.system.browser.request(
            method, f"/request/api{path}", headers=headers, **({} if body is None else {"json": body}), **how
        )

    async def do(self, name: str, method: str, path: str, body: Any = None, *, status: int | None = None, **how: Any) -> Any:
        answer = await self.call(name, method, path, body, **how)
        expected = {status} if status else {200, 201, 202, 204}
        assert answer.status_code in expected, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer

    async def apply(self, **change: Any) -> dict[str, Any]:
        answer = await self.system.browser.post("/request/api/organs/jinan/applications", json=APPLICATION | change)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def received(self, topic: str = "外贸展会补贴", **change: Any) -> str:
        """An application whose receipt is confirmed today; its clock runs."""
        case_id = (await self.apply(**change))["id"]
        today = self.today
        await self.do("drafter", "POST", f"/cases/{case_id}/receipt", {"receipt": {"confirmed_on": today}, "topic": topic})
        await self.do("drafter", "POST", f"/cases/{case_id}/assign", {"handler": str(PEOPLE["drafter"]), "unit": "外贸处"})
        return case_id

    @property
    def today(self) -> str:
        return (self.clock.at + timedelta(hours=8)).date().isoformat()

    async def drafted(self, case_id: str, decisions: Sequence[dict[str, Any]], **words: Any) -> None:
        """Draft a reply and bring it up the whole ladder."""
        await self.do("drafter", "POST", f"/cases/{case_id}/draft", {"decisions": list(decisions), **words})
        seats = {"section-head": "section_head", "legal-review": "secrecy_reviewer", "openness-officer": "openness_officer", "deputy-head": "deputy_head"}
        while True:
            draft = (await self.case(case_id))["draft"]
            if not draft["waiting_at"]:
                return
            body = {"draft": draft["number"], "step": draft["waiting_at"], "opinion": "同意"}
            await self.do(seats[draft["waiting_at"]], "POST", f"/cases/{case_id}/draft/pass", body)

    async def give(self, case_id: str, text: str = "2024年外贸展会补贴共支持三十家企业。", name: str = "补贴情况.txt") -> str:
        """Put a file into the case; returns its digest."""
        answer = await self.call(
            "drafter", "POST", f"/cases/{case_id}/files?kind=source", files={"file": (name, text.encode(), "text/plain")}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["digest"]

    async def case(self, case_id: str, name: str = "drafter") -> dict[str, Any]:
        return await self.do(name, "GET", f"/cases/{case_id}")

    async def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        rows = await self.kit.pool.fetch("SELECT type, data FROM outbox ORDER BY seq")
        return [json.loads(row["data"]) | {"type": row["type"]} for row in rows if kind is None or f".{kind}." in row["type"]]

    async def kinds(self, case_id: str) -> list[str]:
        timeline = await self.do("drafter", "GET", f"/cases/{case_id}/timeline")
        return [fact["kind"] for fact in timeline["facts"]]

    def signed(self, body: bytes, secret: str, message: str) -> dict[str, str]:
        at = self.kit.now()
        return {
            "content-type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(message, at, body.decode()),
        }

    async def hand_over(self, external_id: str, secret: str, **change: Any) -> httpx.Response:
        """Hand an application over as the other platform does, signed."""
        body = json.dumps({"source": PLATFORM, "pickup": "p-1", "application": APPLICATION} | change).encode()
        return await self.system.browser.post(
            f"/request/api/forwarded/{external_id}", content=body, headers=self.signed(body, secret, str(uuid4()))
        )

    async def announce(self, external_id: str, secret: str, **change: Any) -> httpx.Response:
        """Post the event as the other platform does, signed."""
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": PLATFORM,
            "type": "gongkai.inbound.RequestForwarded.v1",
            "subject": external_id,
            "time": self.kit.now().isoformat(),
            "data": {
                "external_id": external_id,
                "organ_id": str(ORGAN),
                "platform": "省平台",
                "submitted_on": self.today,
                "applicant_kind": "np",
                "pickup": "p-1",
            }
            | change,
        }
        body = json.dumps(event).encode()
        headers = self.signed(body, secret, event["id"]) | {"content-type": "application/cloudevents+json"}
        return await self.system.browser.post("/request/events", content=body, headers=headers)


def desks_of(office: Office) -> Desks:
    """The same desks as the service's own, for what no address offers."""
    from request.app import make_desks

    return make_desks(office.kit)


@asynccontextmanager
async def an_office(
    postgres: Databases, kafka: str, folder: Path, *, at: datetime = FRIDAY, **more: Any
) -> AsyncIterator[Office]:
    clock = HeldClock(at)
    settings = await settings_for(postgres, kafka, folder, ["request"], ticker_poll=0.1, **more)
    async with serving([SERVICE], settings, now=clock) as system:
        kit = system.kit("request")
        async with kit.transaction() as tx:
            for organ_id, slug in ((ORGAN, "jinan"), (OTHER_ORGAN, "zibo")):
                described = organ(organ_id, slug).model_copy(update=FULLY)
                await keep_organ(tx, described)
            for name, role in ROLES.items():
                await keep_officer(tx, an_officer(PEOPLE[name], role))
            await keep_officer(tx, an_officer(STRANGER, "openness_officer", organ_id=OTHER_ORGAN))
        office = Office(system, clock)
        await office.do(
            "openness_officer", "PUT", "/settings",
            {"reconsideration_url": "https://fuyi.jinan.example", "court": "济南市历下区人民法院", "how_to_pay": "缴入国库"},
        )  # fmt: skip
        yield office


