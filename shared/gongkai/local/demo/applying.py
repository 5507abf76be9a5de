"""Applications on their way: one of each kind, from the first click to the letter, the remedy and the publication."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from gongkai.local.demo.forwarding import Platform
from gongkai.local.demo.office import Office, until
from gongkai.local.demo.road import Road, View
from gongkai.local.demo.seed import Seed
from gongkai.local.errors import StackError

API: Final = "/request/api"
APPLICATION: Final = (
    "name", "proof_kind", "proof", "contact_person", "phone", "email", "fax", "address", "title", "description",
    "supply_form", "way",
)  # fmt: skip
#: Who in the house passes which rung of the ladder.
RUNGS: Final = {
    "section-head": "second-review",
    "legal-review": "secrecy",
    "openness-officer": "openness",
    "deputy-head": "final-review",
}
#: What an officer knows of the day of receipt, by the way it came (A31).
KNOWN: Final = {"in-person": "signed_on", "post-signed": "signed_on"}
CORRECTION_DAYS: Final = 15


def read(place: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads((place / "requests.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise StackError(f"读不懂样例内容 {place / 'requests.toml'}", str(wrong)) from wrong


@dataclass(slots=True)
class Applying:
    """Plays every case of `requests.toml` that is not there yet."""

    office: Office
    seed: Seed
    road: Road
    place: Path
    today: date
    say: Callable[[str], None]
    note: Callable[[str, bool, str], None]
    now: Callable[[], datetime]
    published: list[View] = field(default_factory=list)

    async def run(self) -> int:
        """Return how many cases are new."""
        story = read(self.place)
        await self.act("openness", "PUT", "/settings", story["setting"])
        fresh = 0
        for entry in story["cases"]:
            found = await self.act("draft", "GET", "/cases", params={"q": entry["topic"]})
            if any(row["topic"] == entry["topic"] for row in found["cases"]):
                continue
            await self._case(entry)
            fresh += 1
        return fresh

    def channels(self) -> Mapping[str, str]:
        """Return by which channel each case of the story came."""
        return {entry["topic"]: entry["channel"] for entry in read(self.place)["cases"]}

    async def act(self, duty: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        return await self.office.ask(self.seed.road[duty], method, f"{API}{path}", body, **how)

    # ── One case ────────────────────────────────────────────────────────────

    async def _case(self, entry: Mapping[str, Any]) -> None:
        application = {name: entry[name] for name in APPLICATION if name in entry} | {"applicant_kind": entry["kind"]}
        if entry["channel"] == "platform":
            taken = {"id": await self._forwarded(entry, application)}
        elif entry["channel"] == "online":
            slug = self.seed.organ["slug"]
            taken = await self.office.open("POST", f"{API}/organs/{slug}/applications", application)
        else:
            body = {"application": application, "channel": entry["channel"], "submitted_on": self.today.isoformat()}
            taken = await self.act("draft", "POST", "/cases", body)
        case_id = taken["id"]
        receipt = {KNOWN.get(entry["channel"], "confirmed_on"): self.today.isoformat()}
        view = await self.act(
            "draft", "POST", f"/cases/{case_id}/receipt", {"receipt": receipt, "topic": entry["topic"]}
        )
        self.say(f"{view['number']} {entry['topic']}：{entry['said']}，最迟 {_due(view)} 答复")
        await self._letter(case_id, "receipt")
        given: list[str] = []
        for step in entry.get("steps", ()):
            match step["do"]:
                case "search":
                    body = {name: step[name] for name in ("places", "words", "found")}
                    await self.act("draft", "POST", f"/cases/{case_id}/searches", body)
                case "file":
                    given.append(await self._file(case_id, step["file"]))
                case "extend":
                    body = {"working_days": step["days"], "reason": step["reason"]}
                    await self.act("openness", "POST", f"/cases/{case_id}/extension", body)
                    letter = await self._letter(case_id, "extension")
                    view = await self._served(case_id, letter["letter"])
                    self.say(f"  延期 {step['days']} 个工作日，最迟 {_due(view)} 答复")
                case "correct":
                    await self._correct(case_id, application, step)
                case "consult":
                    await self._consult(case_id, step)
                case "fee":
                    await self._fee(case_id, step)
                case "reply":
                    await self._reply(case_id, step, tuple(given))
                case "remedy":
                    await self._remedy(case_id, step)
                case "convert":
                    await self._convert(case_id, step)
                case other:
                    raise StackError(f"样例里有不认识的步骤 {other}")

    async def _forwarded(self, entry: Mapping[str, Any], application: Mapping[str, Any]) -> str:
        """Let another platform hand it over, everything more than once; returns the one case that was made of it."""
        platform = Platform(self.office, self.seed.administrator.login, self.now)
        heard = await platform.forward(entry, application, self.today)
        seen = f"报文回答 {'、'.join(heard.outcomes)}，办件 {len({*heard.cases})} 件"
        self.note(f"{entry['platform']}重复发送，只成一件", heard.once, seen)
        return heard.case_id

    async def _letter(self, case_id: str, kind: str, **more: Any) -> View:
        issued: View = await self.act("draft", "POST", f"/cases/{case_id}/letters", {"kind": kind, **more})
        return issued

    async def _served(self, case_id: str, letter: str) -> View:
        """Hand a letter over, which starts what runs from it; one on the applicant's own page is there already."""
        view: View = await self.act("draft", "GET", f"/cases/{case_id}")
        if any(one["id"] == letter and one["served"] for one in view["letters"]):
            return view
        body = {"served": "direct", "on": self.today.isoformat()}
        served: View = await self.act("draft", "POST", f"/cases/{case_id}/letters/{letter}/service", body)
        return served

    async def _file(self, case_id: str, name: str) -> str:
        file = self.place / name
        made = await self.act(
            "draft", "POST", f"/cases/{case_id}/files", files={"file": (file.name, file.read_bytes())}
        )
        return str(made["digest"])

    async def _correct(self, case_id: str, application: Mapping[str, Any], step: Mapping[str, Any]) -> None:
        answer_by = (self.today + timedelta(days=CORRECTION_DAYS)).isoformat()
        body: View = {"what": step["what"], "answer_by": answer_by}
        await self.act("draft", "POST", f"/cases/{case_id}/correction", body)
        letter = await self._letter(case_id, "correction")
        await self._served(case_id, letter["letter"])
        changed = {**application, "description": step["description"]}
        body = {"received_on": self.today.isoformat(), "application": changed}
        view = await self.act("draft", "POST", f"/cases/{case_id}/correction/received", body)
        self.say(f"  补正告知书 {letter['number']}；当日收到补正，期限重新起算，最迟 {_due(view)} 答复")

    async def _consult(self, case_id: str, step: Mapping[str, Any]) -> None:
        party = {name: step[name] for name in ("name", "phone", "address")}
        asked = await self.act(
            "draft", "POST", f"/cases/{case_id}/opinions", {"whom": "third-party", "party": party}
        )
        letter_id = asked["consultations"][-1]["letter"]
        words = {"content": step["content"], "why": step["why"]}
        letter = await self._letter(case_id, "third-party", consultation=letter_id, **words)
        await self._letter(case_id, "third-party-applicant", **words)
        await self._served(case_id, letter_id)
        day = self.today.isoformat()
        body = {"opinion": step["opinion"], "answered_on": day, "words": step["words"], "reasonable": True}
        await self.act("draft", "POST", f"/cases/{case_id}/opinions/{letter_id}/answer", body)
        self.say(f"  征求意见书 {letter['number']}；第三方不同意公开，理由合理")

    async def _fee(self, case_id: str, step: Mapping[str, Any]) -> None:
        body: View = {"standard": "pages", "pages": step["pages"]}
        await self.act("draft", "POST", f"/cases/{case_id}/fee", body)
        letter = await self._letter(case_id, "fee")
        view = await self._served(case_id, letter["letter"])
        day = self.today.isoformat()
        await self.act("draft", "POST", f"/cases/{case_id}/fee/payment", {"paid_on": day, "receipt": step["receipt"]})
        self.say(f"  收费通知书 {letter['number']}：{step['pages']} 页，{view['fee']['amount']} 元，当日缴纳")

    async def _reply(self, case_id: str, step: Mapping[str, Any], given: tuple[str, ...]) -> None:
        decision: View = {"item": 1, "basis": step["basis"], "reason": step["reason"]}
        if step.get("gives"):
            decision["blobs"] = list(given)
        if "other_organ" in step:
            decision["other_organ"] = step["other_organ"]
        if "public_at" in step:
            decision["public_at"] = await self._public(step["public_at"])
        text: View = {name: step[name] for name in ("public_interest", "channel_told", "other_contact") if name in step}
        if "withheld_basis" in step:
            part = {name: step[f"withheld_{name}"] for name in ("basis", "what", "reason")}
            text["withheld"] = [part]
        body = {"decisions": [decision], "texts": {"1": text} if text else {}}
        view = await self.act("draft", "POST", f"/cases/{case_id}/draft", body)
        while rung := view["draft"]["waiting_at"]:
            passed = {"draft": view["draft"]["number"], "step": rung, "opinion": "同意"}
            view = await self.act(RUNGS[rung], "POST", f"/cases/{case_id}/draft/pass", passed)
        letter = await self._letter(case_id, step["letter"])
        if "served" in step:
            service = {"served": step["served"], "on": self.today.isoformat()}
            await self.act("draft", "POST", f"/cases/{case_id}/letters/{letter['letter']}/service", service)
        self.say(f"  逐级审批后答复，文书 {letter['number']}")

    async def _public(self, place: str) -> str:
        """Return the address of a seeded document that is public: `{key}` stands for it."""
        key = place.strip("{}")
        document = next((one for one in self.seed.documents if one.key == key), None)
        view = await self.road.find(document) if document else None
        return f"{self.office.base_url}{view['permalink']}" if view else place

    async def _remedy(self, case_id: str, step: Mapping[str, Any]) -> None:
        day = self.today.isoformat()
        body = {name: step[name] for name in ("kind", "body", "number")} | {"filed_on": day, "received_on": day}
        view = await self.act("draft", "POST", f"/cases/{case_id}/remedies", body)
        remedy = view["remedies"][-1]["id"]
        await self.act("draft", "POST", f"/cases/{case_id}/remedies/{remedy}/answer")
        decision = {"result": step["result"], "on": day, "number": step["number"]}
        await self.act("draft", "POST", f"/cases/{case_id}/remedies/{remedy}/decision", decision)
        self.say(f"  行政复议 {step['number']}：维持")

    # ── From one applicant to everyone ─────────────────────────────────────

    async def _convert(self, case_id: str, step: Mapping[str, Any]) -> None:
        async def reviewed() -> View | None:
            view = await self.act("openness", "GET", f"/cases/{case_id}")
            return view if view["conversions"] else None

        view = await until("转为主动公开的审查没有运行", reviewed)
        review = view["conversions"][-1]
        body = {
            "accepted": review["advice"] == "publish",
            "decision": "publish",
            "reason": "多数市民关心，内容不涉及个人信息和第三方权益，转为主动公开",
            "title": step["title"],
            "column_id": step["column"],
            "text": (self.place / step["file"]).read_text("utf-8").partition("\n")[2].strip(),
        }
        await self.act("openness", "POST", f"/cases/{case_id}/conversion/{review['id']}/decision", body)
        self.say("  审查能否转为主动公开，公开机构负责人决定公开，publication 里自动生成了草稿")

        async def drafted() -> View | None:
            return await self.road.by_title(step["title"])

        draft = await until("转为主动公开的草稿没有出现", drafted)
        if draft["state"] == "Drafting":
            given = {"kind": "report", "summary": step["summary"], "formed_on": self.today.isoformat()}
            content = draft["content"] | given
            draft = await self.road.save(draft, content)
        draft = await self.road.review(draft)
        await self.road.sign(draft)
        public = await self.road.finished(draft["id"])
        self.published.append(public)

        async def closed() -> bool:
            case = await self.act("openness", "GET", f"/cases/{case_id}")
            return bool(case["conversions"][-1]["permalink"])

        await until("办件上没有记下公开的网址", closed)
        self.say(f"  已主动公开：{public['permalink']}，办件和文件互相链接")


def _due(view: View) -> str:
    """Return the last day; one that rests on a year without a holiday notice says so."""
    return f"{view['due_on']}{'（暂定）' if view['provisional'] else ''}"
