"""The reply: a decision for each matter, what the law still misses, and the ladder of approval."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from gongkai.web.typed import on_record
from request import drafting, reading
from request.approving import may_stand
from request.domain import commands as c
from request.domain.allowed import allowed
from request.domain.file import Draft
from request.domain.ladder import Practice, climbing, next_rung, rungs_for
from request.domain.outcomes import GROUNDS
from request.domain.values import Basis, ItemDecision
from request.pages.alike import alike
from request.pages.answering import note, seen
from request.pages.desk import ANSWERED, BASE, Bench
from request.replytext import ItemText, ReplyText, WithheldPart

Reader = Annotated[Officer, Depends(require("request.see"))]
Handler = Annotated[Officer, Depends(require("request.handle"))]
Approver = Annotated[Officer, Depends(require("request.approve"))]
#: What an officer decides; lapse and withdrawal come about by themselves.
DECIDED: Final = {basis: ground for basis, ground in GROUNDS.items() if ground.drafted}
WITHHELD: Final = tuple(basis for basis, ground in DECIDED.items() if ground.row.startswith("d"))
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    passed: bool
    opinion: str
    now: bool


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(request: Request, officer: Officer, case_id: UUID, form: Form | None, status: int = 200) -> Response:
        text = ReplyText()
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            draft = loaded.file.draft
            if draft is not None and officer.may("request.personal-data"):
                _, text = await drafting.read(desks.people, tx, loaded)
            files = await reading.files(tx.db, case_id)
            like = await alike(tx.db, officer.organ_id, case_id, loaded.file)
        names = {row["digest"]: row["name"] for row in files}
        practice = climbing(desks.desk.practice, draft.ladder if draft else ())
        passed = [each.step for each in draft.passed] if draft else []
        rung = next_rung(draft.row, passed, practice) if draft and not draft.returned else None
        return await bench.show(
            request, "desk_reply.html", officer, status=status, form=form or _filled(draft, text),
            base=f"{BASE}/cases/{case_id}", topic=loaded.file.topic, version=loaded.version, draft=draft,
            items=range(1, loaded.file.application.items + 1), files=files, names=names, grounds=GROUNDS,
            bases=[(basis, f"{ground.name_zh}（{ground.article or '办理实践'}）") for basis, ground in DECIDED.items()],
            withheld=[(basis, f"{GROUNDS[basis].name_zh}（{GROUNDS[basis].article}）") for basis in WITHHELD],
            steps=_steps(draft, practice), rung=rung, may_pass=bool(rung and may_stand(officer, rung.key)),
            may_draft=officer.may("request.handle") and c.DraftReply in allowed(loaded.case, practice), **like,
        )  # fmt: skip

    @routes.get("/cases/{case_id}/reply")
    async def reply(request: Request, case_id: UUID, officer: Reader) -> Response:
        return await page(request, officer, case_id, None)

    @routes.post("/cases/{case_id}/reply")
    async def draft(request: Request, case_id: UUID, officer: Handler) -> Response:
        form = await read_form(request)
        try:
            async with desks.changing(officer) as tx:
                loaded = await desks.desk.take(tx, case_id, officer.organ_id, seen(form))
                decisions, text = _decisions(form, loaded.file.application.items)
                if not form.errors:
                    await drafting.draft(
                        desks.desk, desks.people, tx, loaded, decisions, text, officer.person_id,
                        officer.on_behalf_of("request.handle"),
                    )  # fmt: skip
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        if form.errors:
            return await page(request, officer, case_id, form, 422)
        return see_other(f"{BASE}/cases/{case_id}?done=drafted")

    @routes.post("/cases/{case_id}/reply/decide")
    async def decide(request: Request, case_id: UUID, officer: Approver) -> Response:
        form = await read_form(request)
        number, step = form.value("draft"), form.value("step")[:40]
        opinion = form.value("opinion").strip()
        passed = form.value("do") == "pass"
        try:
            opinion = on_record(opinion)[:2_000]
        except ValueError as wrong:
            form.add("opinion", str(wrong), "意见")
        if not passed and not opinion:
            form.add("opinion", "退回要写明意见", "意见")
        if not number.isdigit() or form.errors:
            return await page(request, officer, case_id, form, 422)
        approving = desks.approving
        try:
            async with desks.changing(officer) as tx:
                if passed:
                    await approving.pass_step(tx, officer, case_id, int(number), step, opinion)
                else:
                    await approving.send_back(tx, officer, case_id, int(number), step, opinion)
        except ANSWERED as trouble:
            return await page(request, officer, case_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done={'passed' if passed else 'returned'}")

    return routes


def _steps(draft: Draft | None, practice: Practice) -> list[Step]:
    if draft is None:
        return []
    passed = {each.step: each.opinion for each in draft.passed}
    rung = next_rung(draft.row, list(passed), practice) if not draft.returned else None
    return [
        Step(each.name_zh, each.key in passed, passed.get(each.key, ""), rung is not None and rung.key == each.key)
        for each in rungs_for(draft.row, practice)
    ]


def _filled(draft: Draft | None, text: ReplyText) -> Form:
    """Show the newest draft in the form."""
    form = Form()
    if draft is None:
        return form
    form.fields["paragraphs"] = ["\n".join(text.paragraphs)]
    for one in draft.decisions:
        words = text.of(one.item)
        part = words.withheld[0] if words.withheld else None
        values: dict[str, Any] = {
            "basis": one.basis, "reason": one.reason, "public_at": one.public_at, "other_organ": one.other_organ,
            "waived": one.third_party_waived, "words": words.words, "obtain": words.obtain, "law": words.law,
            "other_contact": words.other_contact, "withheld_basis": part.basis if part else "",
            "withheld_what": part.what if part else "", "withheld_reason": part.reason if part else "",
        }  # fmt: skip
        form.fields |= {f"{name}-{one.item}": [str(value)] for name, value in values.items() if value}
        form.fields[f"blobs-{one.item}"] = list(one.blobs)
    return form


def _decisions(form: Form, items: int) -> tuple[tuple[ItemDecision, ...], ReplyText]:
    """Read a decision for each matter; what the law misses the domain says."""
    decisions: list[ItemDecision] = []
    texts: dict[int, ItemText] = {}
    for item in range(1, items + 1):
        basis: Basis | None = next((known for known in DECIDED if known == form.value(f"basis-{item}")), None)
        if basis is None:
            form.add(f"basis-{item}", "请选择决定", f"第 {item} 项")
            continue
        lasting = {name: _lasting(form, f"{name}-{item}") for name in ("reason", "public_at", "other_organ", "waived")}
        free = {
            name: _free(form, f"{name}-{item}")
            for name in ("words", "obtain", "law", "other_contact", "withheld_what", "withheld_reason")
        }
        blobs = tuple(text for text in form.values(f"blobs-{item}") if _DIGEST.fullmatch(text))
        decisions.append(
            ItemDecision(
                item, basis, GROUNDS[basis].article, lasting["reason"], blobs, lasting["public_at"],
                lasting["other_organ"], None, lasting["waived"],
            )
        )  # fmt: skip
        texts[item] = ItemText(
            words=free["words"], obtain=free["obtain"], law=free["law"], other_contact=free["other_contact"],
            withheld=_withheld(form, item, free),
        )  # fmt: skip
    paragraphs = tuple(line.strip() for line in _free(form, "paragraphs").splitlines() if line.strip())
    return tuple(decisions), ReplyText(paragraphs, texts)


def _withheld(form: Form, item: int, free: dict[str, str]) -> tuple[WithheldPart, ...]:
    basis = next((known for known in WITHHELD if known == form.value(f"withheld_basis-{item}")), None)
    if basis is None:
        return ()
    return (WithheldPart(free["withheld_what"], basis, free["withheld_reason"]),)


def _lasting(form: Form, name: str) -> str:
    try:
        return on_record(form.value(name).strip()[:2_000])
    except ValueError as wrong:
        form.add(name, str(wrong))
        return ""


def _free(form: Form, name: str) -> str:
    try:
        return printable(form.value(name).strip()[:20_000])
    except ValueError as wrong:
        form.add(name, str(wrong))
        return ""
