"""The provincial platform of the demonstration: it hands an application over as `docs/integration.md` says, twice."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import httpx

from gongkai.local.demo.office import Office
from gongkai.local.errors import StackError

API: Final = "/request/api"
EVENT: Final = "gongkai.inbound.RequestForwarded.v1"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of everything that the platform sent."""

    case_id: str
    outcomes: tuple[str, ...]
    cases: tuple[str, ...]

    @property
    def once(self) -> bool:
        """One event was new at most, all the others were known, and every answer names the same case."""
        return sorted(self.outcomes)[1:] == ["duplicate"] * (len(self.outcomes) - 1) and set(self.cases) == {
            self.case_id
        }


@dataclass(frozen=True, slots=True)
class Platform:
    """Another system with a secret of its own. It knows nothing of us but the addresses and the signature."""

    office: Office
    administrator: str
    now: Callable[[], datetime]

    async def forward(self, entry: Mapping[str, Any], application: Mapping[str, Any], today: date) -> Heard:
        """Send the event and the application, everything twice and the events at the same moment."""
        secret = await self._registered(entry)
        me = await self.office.ask(self.administrator, "GET", "/identity/api/sessions/current")
        number, event = entry["external_id"], self._event(entry, today, me["organ_id"])
        handed = {"source": entry["source"], "pickup": entry["pickup"], "application": dict(application)}

        async def hand_over(message: str) -> str:
            answer = await self._post(f"{API}/forwarded/{number}", handed, secret, message)
            return str(answer.json()["case_id"] or "")

        async def announce() -> str:
            answer = await self._post("/request/events", event, secret, number, "application/cloudevents+json")
            return str(answer.json()["results"][0]["outcome"])

        await hand_over(f"{number}-1")
        outcomes = await asyncio.gather(announce(), announce())
        cases = [await hand_over(f"{number}-2"), await hand_over(f"{number}-3")]
        if not cases[0]:
            raise StackError("省平台转来的申请两份报文都到齐了，却没有成为办件")
        return Heard(cases[0], (*outcomes, await announce()), tuple(cases))

    async def _registered(self, entry: Mapping[str, Any]) -> str:
        """Have the platform registered; who runs again where it stopped is given a new secret."""
        known = await self.office.ask(self.administrator, "GET", f"{API}/sources")
        if any(row["source"] == entry["source"] for row in known):
            body: dict[str, Any] = {"source": entry["source"]}
            answer = await self.office.ask(self.administrator, "POST", f"{API}/sources/renew", body)
        else:
            body = {"source": entry["source"], "name": entry["platform"], "types": [EVENT]}
            answer = await self.office.ask(self.administrator, "POST", f"{API}/sources", body)
        return str(answer["secret"])

    def _event(self, entry: Mapping[str, Any], today: date, organ_id: str) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": entry["external_id"],
            "source": entry["source"],
            "type": EVENT,
            "data": {
                "external_id": entry["external_id"],
                "organ_id": organ_id,
                "platform": entry["platform"],
                "submitted_on": today.isoformat(),
                "applicant_kind": entry["kind"],
                "pickup": entry["pickup"],
            },
        }

    async def _post(
        self, path: str, body: Mapping[str, Any], secret: str, message: str, media: str = "application/json"
    ) -> httpx.Response:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = signed_headers(secret, message, int(self.now().timestamp()), content) | {"content-type": media}
        return await self.office.deliver(path, content, headers)


def signed_headers(secret: str, message_id: str, now: int, body: bytes) -> dict[str, str]:
    """Sign as Standard Webhooks asks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.digest(key, f"{message_id}.{now}.".encode() + body, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(now), "webhook-signature": f"v1,{mark}"}
