"""The road of one document, by what it is now: whatever is done already is not done again.

A killed demonstration therefore goes on where it stopped, and a second one finds that there is nothing to do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from gongkai.local.demo.office import Office, Refusal, until
from gongkai.local.demo.seed import Document, Seed
from gongkai.local.errors import StackError

API: Final = "/publication/api"
STEP_NAMES: Final = {
    "first-review": "初审",
    "first-proof": "初校",
    "second-review": "复审",
    "second-proof": "复校",
    "final-review": "终审",
    "final-proof": "终校",
    "head-review": "主要负责人审签",
}
OPINIONS: Final = {
    "first-review": "文字通顺，同意送复审",
    "first-proof": "逐字核对无误",
    "second-review": "事实和依据准确，格式规范，同意",
    "second-proof": "逐字核对无误",
    "final-review": "同意发布",
    "final-proof": "通读全文无误",
    "head-review": "同意发布",
}
_OPENNESS_ITEMS: Final = ("scope", "third-party", "internal-affairs", "process")
_SETTLED: Final = ("Published", "Withdrawn", "Repealed", "Kept")
View = dict[str, Any]


@dataclass(slots=True)
class Road:
    office: Office
    seed: Seed
    now: Callable[[], datetime]
    say: Callable[[str], None] = field(default=lambda _: None)

    # ── Who does what ───────────────────────────────────────────────────────

    async def act(self, duty: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Do one step in the name of the officer whose duty it is."""
        return await self.office.ask(self.seed.road[duty], method, f"{API}{path}", body, **how)

    def name(self, duty: str) -> str:
        login = self.seed.road[duty]
        return next(officer.name for officer in self.seed.officers if officer.login == login)

    # ── Writing ─────────────────────────────────────────────────────────────

    async def find(self, document: Document) -> View | None:
        """Return the document of this title that is farthest along, if it was ever made.

        A person may import the same file again; that draft is theirs, and we leave it alone.
        """
        return await self.by_title(document.title)

    async def by_title(self, title: str) -> View | None:
        found = await self.act("draft", "GET", "/documents", params={"q": title, "size": 50})
        rows = [row for row in found["documents"] if row["title"] == title and row["state"] != "Discarded"]
        rows.sort(key=lambda row: (row["index_number"] is None, str(row["index_number"])))
        return await self.see(rows[0]["id"]) if rows else None

    async def see(self, document_id: str) -> View:
        view: View = await self.act("draft", "GET", f"/documents/{document_id}")
        return view

    async def draft(self, document: Document) -> View:
        """Write or import it, unless it is there; return how it stands."""
        view = await self.find(document)
        if view is None and document.imported:
            view = await self._import(document)
        elif view is None:
            made = await self.act("draft", "POST", "/documents", dict(document.content))
            view = await self.see(made["id"])
            self.say(f"{self.name('draft')}起草《{document.title}》")
        if view["state"] == "Drafting" and view["live_edition"] is None and _differs(view, document.content):
            view = await self.save(view, view["content"] | dict(document.content))
        return view

    async def _import(self, document: Document) -> View:
        made = await self.act(
            "draft",
            "POST",
            "/import",
            data={"kind": document.content["kind"], "column_id": document.content["column_id"]},
            files={"file": (document.file.name, document.file.read_bytes())},
        )
        self.say(f"{self.name('draft')}导入 {document.file.name}，得到《{made['title']}》")
        for note in made["notes"]:
            self.say(f"  导入提示：{note}")
        return await self.see(made["id"])

    async def save(self, view: View, content: View) -> View:
        await self.act("draft", "PUT", f"/documents/{view['id']}", {"edition": view["edition"], "content": content})
        return await self.see(view["id"])

    # ── Reviewing ───────────────────────────────────────────────────────────

    async def review(self, view: View, *, leave_at: str = "") -> View:
        """Take a draft through the marks, the checks, the disclosure and secrecy review, to sign-off or `leave_at`."""
        if view["state"] == "Drafting":
            view = await self.act("draft", "POST", f"/documents/{view['id']}/submit", {"edition": view["edition"]})
            self.say(f"送审，索引号 {view['index_number']}，网址 {view['permalink']}")
        if view["state"] != "Reviewing":
            return view
        while (step := view["next_step"]) != "sign-off":
            if step == leave_at:
                return view
            body = {"edition": view["edition"], "step": step, "opinion": OPINIONS[step]}
            await self.act(step, "POST", f"/documents/{view['id']}/marks", body)
            self.say(f"{STEP_NAMES[step]}：{self.name(step)}——{OPINIONS[step]}")
            view = await self.see(view["id"])
        await self._disclose(view)
        await self._settle(view)
        return await self.see(view["id"])

    async def _disclose(self, view: View) -> None:
        left = view["disclosure_left"]
        for duty, mine in (
            ("openness", [item for item in left if item in _OPENNESS_ITEMS]),
            ("secrecy", [item for item in left if item not in _OPENNESS_ITEMS]),
        ):
            if mine:
                verdicts = [{"item": item, "result": "clear"} for item in mine]
                body = {"edition": view["edition"], "verdicts": verdicts}
                await self.act(duty, "POST", f"/documents/{view['id']}/disclosure", body)
                what = "公开审查" if duty == "openness" else "保密审查"
                self.say(f"{what}：{self.name(duty)}逐项通过 {len(mine)} 项")

    async def _settle(self, view: View) -> None:
        """Wait for the checks; what they found is kept with a reason by the head of section."""

        async def checked() -> Any:
            found = await self.act("draft", "GET", f"/documents/{view['id']}/findings")
            return found if found["checked"] and found["edition"] == view["edition"] else None

        report = await until(f"《{view['title']}》的检查没有完成", checked)
        serious = [one for one in report["findings"] if one["severity"] != "note" and one["waiver"] is None]
        for finding in serious:
            body = {"edition": view["edition"], "reason": "已对照原文核对，表述无误，保留"}
            await self.act("waive", "POST", f"/documents/{view['id']}/findings/{finding['key']}/waive", body)
            self.say(f"检查提示“{finding['title']}”：{self.name('waive')}核对后保留")
        self.say(f"自动检查：{len(report['findings'])} 处提示，需处理的都已处理")

    # ── Linking, signing, waiting ───────────────────────────────────────────

    async def link(self, view: View, interpretation: View) -> None:
        if interpretation["id"] not in {link["id"] for link in view["interpreted_by"]}:
            body = {"interpretation_id": interpretation["id"]}
            await self.act("draft", "POST", f"/documents/{view['id']}/interpretations", body)

    async def refused(self, view: View, reason: str) -> str:
        """Try to sign off what must not be signed off; return the sentence of the refusal."""
        try:
            await self.act("release", "POST", f"/documents/{view['id']}/approve", {"edition": view["edition"]})
        except Refusal as no:
            if reason not in no.sentence:
                raise
            return no.whole
        raise StackError(f"《{view['title']}》没有解读也签发了，这不应当发生")

    async def sign(self, view: View, *, scheduled_in: int = 0) -> list[str]:
        """Sign off; return the releases that were opened."""
        if view["state"] != "Reviewing":
            return []
        body: View = {"edition": view["edition"]}
        if scheduled_in:
            body["scheduled_at"] = (self.now() + timedelta(seconds=scheduled_in)).isoformat()
        opened = await self.act("release", "POST", f"/documents/{view['id']}/approve", body)
        self.say(f"{self.name('release')}签发" + (f"，定在 {scheduled_in} 秒后发布" if scheduled_in else ""))
        return list(opened["release_ids"])

    async def finished(self, document_id: str) -> View:
        """Wait until the release of this document is closed."""

        async def settled() -> View | None:
            view = await self.see(document_id)
            if view["state"] in _SETTLED:
                return view
            release = next(iter(reversed(await self.releases(document_id))), None)
            if release and release["state"] in ("Held", "Cancelled"):
                raise StackError(f"《{view['title']}》的发布停下了：{release['reason']}")
            return None

        view = await until("发布没有结束", settled)
        return dict(view)

    async def releases(self, document_id: str) -> list[View]:
        """Return the releases of a document, the newest last."""
        found = await self.act("release", "GET", "/releases", params={"document_id": document_id})
        return sorted(found["releases"], key=lambda row: str(row["opened_at"]))

    # ── After publication ───────────────────────────────────────────────────

    async def correct(self, document: Document) -> View:
        """Change a published text with a public explanation, through all marks again."""
        change = document.correction
        view = await self.find(document)
        if change is None or view is None:
            raise StackError(f"没有可以更正的《{document.title}》")
        if view["state"] == "Published" and change.new not in view["content"]["body"]:
            body = {"explanation": change.explanation}
            await self.act("release", "POST", f"/documents/{view['id']}/correction", body)
            view = await self.see(view["id"])
        if view["state"] == "Drafting" and change.new not in view["content"]["body"]:
            content = view["content"]
            content["body"] = content["body"].replace(change.old, change.new)
            content["summary"] = content["summary"].replace(change.old_summary, change.new_summary)
            view = await self.save(view, content)
        view = await self.review(view)
        await self.sign(view)
        return await self.finished(view["id"])

    async def withdraw(self, document: Document) -> View:
        """Take a published document back: one person proposes, another signs."""
        view = await self.find(document)
        if view is None:
            raise StackError(f"没有可以撤回的《{document.title}》")
        if view["state"] == "Published":
            body = {"explanation": document.withdrawal}
            await self.act("withdraw", "POST", f"/documents/{view['id']}/withdrawal", body)
            view = await self.see(view["id"])
        if view["state"] == "ChangeProposed":
            await self.act("withdraw-signature", "POST", f"/documents/{view['id']}/proposal/approve", {})
        return await self.finished(view["id"])


def _differs(view: View, wanted: Any) -> bool:
    def plain(value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value

    return any(plain(view["content"].get(name)) != plain(value) for name, value in wanted.items() if value is not None)
