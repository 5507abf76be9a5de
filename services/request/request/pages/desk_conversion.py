"""Whether everybody may have what one person was given: the chain that advises it, what would turn it, the decision."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gongkai.web.components import Link
from gongkai.web.filters import datetime_zh
from gongkai.web.forms import Form, read_form, see_other
from gongkai.web.session import Officer, require
from gongkai.web.texts import printable
from gongkai.web.typed import on_record, read_date, sensible
from request import keeping, reading, reviewing
from request.considering import Said
from request.conversion.facts import PERSONAL_ZH
from request.conversion.figures import Figures
from request.conversion.inputs import ADVICE_ZH, Advice
from request.conversion.kinds import KINDS
from request.conversion.rules import EFFECTS_ZH
from request.conversion.turning import turns
from request.domain import commands as c
from request.pages.answering import note, seen, typed
from request.pages.desk import ANSWERED, BASE, Bench

Reader = Annotated[Officer, Depends(require("request.see"))]
Converter = Annotated[Officer, Depends(require("request.convert"))]
LIST: Final = f"{BASE}/conversions"
SIZE: Final = 50
DECISIONS: Final[tuple[Advice, ...]] = ("publish", "redact", "keep")
#: The same words for what the tables keep as text.
DECIDED: Final[dict[str | None, str]] = {str(advice): words for advice, words in ADVICE_ZH.items()}
#: What an officer may know besides the record, in the order in which it usually matters.
SAID: Final[dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "third_party": ("涉及第三方的", (("none", "不涉及"), ("trade-secret", "商业秘密"), ("privacy", "个人隐私"))),
    "maker": (
        "由谁制作",
        (("ours", "本机关"), ("joint", "共同制作，没有征得同意"), ("joint-agreed", "共同制作，已同意"),
         ("other", "其他机关"), ("needs-approval", "公开须经批准")),
    ),
    "stage": ("所处的阶段", (("finished", "已经办结"), ("running", "仍在办理"), ("not-applicable", "不涉及过程"))),
    "in_force": ("是否现行有效", (("yes", "有效"), ("no", "已经失效"), ("not-applicable", "不涉及"))),
    "impact": ("行政处罚的社会影响", (("yes", "有一定社会影响"), ("no", "没有"), ("unknown", "不清楚"))),
}  # fmt: skip
#: What may have happened since information was refused (条例第十八条).
CHANGED: Final = {
    "declassified": "已经解密", "third-party-consents": "第三方改为同意", "procedure-finished": "所涉的程序已经结束",
    "law-requires": "新的规定要求公开",
}  # fmt: skip
FLAGS: Final = {
    "public_interest": "不公开会对公共利益造成重大影响",
    "suggested": "有人建议主动公开",
    "consent": "涉及的个人已单独同意",
    "compiled": "是为这件申请加工、汇总的",
    "about_self": "只涉及申请人自己",
    "secrecy_unsure": "保密审查没有把握",
}
DAYS: Final = {"formed_on": "形成日期", "due_on": "法定公开期限的最后一天"}


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = bench.desks

    async def page(
        request: Request, officer: Officer, case_id: UUID, review_id: UUID, form: Form | None, status: int = 200
    ) -> Response:
        async with desks.changing(officer) as tx:
            loaded = await desks.desk.load(tx, case_id, officer.organ_id)
            row = await reading.considered(tx.db, case_id, review_id)
            columns = await keeping.columns(tx, officer.organ_id)
            known, found = await reviewing.one(tx.db, officer.organ_id, case_id, review_id)
        names = await bench.names([row["decided_by"]])
        if form is None:
            proposal = found.proposal
            form = Form.of({
                "title": proposal.title if proposal else "", "column_id": proposal.column if proposal else "",
                "decision": row["advice"] if row["advice"] in DECISIONS else "",
            })  # fmt: skip
        return await bench.show(
            request, "desk_conversion.html", officer, status=status, form=form, base=f"{BASE}/cases/{case_id}",
            here=f"{BASE}/cases/{case_id}/conversion/{review_id}", topic=loaded.file.topic, version=loaded.version,
            row=row, found=found, advice=ADVICE_ZH[found.advice], effects=EFFECTS_ZH, personal=PERSONAL_ZH,
            turning=[turn.text_zh for turn in turns(known, desks.converting.rules(), found.on)],
            choices=_choices(found.advice), columns=[(id_, name) for id_, name, _ in columns],
            decision=DECIDED.get(row["decision"], ""), decided_by=names.get(row["decided_by"], ""),
            about=known.about.words.value, said=SAID, flags=list(FLAGS.items()), days=DAYS,
            changes=list(CHANGED.items()) if known.row.value.startswith("d") else [],
            kinds=[(kind.id, kind.name_zh) for kind in KINDS.values()],
            decides=officer.may("request.convert") and row["accepted"] is None,
            newest=loaded.file.reviews[-1].review == review_id if loaded.file.reviews else False,
        )  # fmt: skip

    @routes.get("/conversions")
    async def conversions(
        request: Request,
        officer: Reader,
        decided: Annotated[str, Query(max_length=2)] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        today = bench.today()
        async with desks.reading() as db:
            rows = await reading.conversions_of(
                db, officer.organ_id, decided=decided == "1", page=page, size=SIZE + 1
            )
            figures = await desks.converting.figures(db, officer.organ_id, date(today.year, 1, 1), today)
        return await bench.show(
            request, "desk_conversions.html", officer, lines=[_line(row) for row in rows[:SIZE]], year=today.year,
            figures=_figures(figures), decided=decided == "1", page=page, more=len(rows) > SIZE, here=LIST,
            tabs=[
                Link("等待决定", LIST, "" if decided == "1" else "page"),
                Link("全部", f"{LIST}?decided=1", "page" if decided == "1" else ""),
            ],
        )  # fmt: skip

    @routes.get("/cases/{case_id}/conversion/{review_id}")
    async def review(request: Request, case_id: UUID, review_id: UUID, officer: Reader) -> Response:
        return await page(request, officer, case_id, review_id, None)

    @routes.post("/cases/{case_id}/conversion/{review_id}")
    async def decide(request: Request, case_id: UUID, review_id: UUID, officer: Converter) -> Response:
        form = await read_form(request)
        async with desks.reading() as db:
            await reading.case(db, officer.organ_id, case_id)
            row = await reading.considered(db, case_id, review_id)
        command = _decision(form, row["advice"], review_id, officer.person_id)
        texts = {
            name: typed(form, name, label, most, printable)
            for name, most, label in (("title", 200, "标题"), ("column_id", 60, "栏目"), ("text", 1_000_000, "正文"))
        }
        if command is None or form.errors:
            return await page(request, officer, case_id, review_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.converting.decide(
                    tx, case_id, officer.organ_id, command, title=texts["title"], column_id=texts["column_id"],
                    text=texts["text"], seen=seen(form),
                )  # fmt: skip
        except ANSWERED as trouble:
            return await page(request, officer, case_id, review_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}?done=decided")

    @routes.post("/cases/{case_id}/conversion/{review_id}/again")
    async def again(request: Request, case_id: UUID, review_id: UUID, officer: Converter) -> Response:
        """Review once more, with what an officer knows besides the record."""
        form = await read_form(request)
        said = _said(form)
        if said is None:
            return await page(request, officer, case_id, review_id, form, 422)
        try:
            async with desks.changing(officer) as tx:
                await desks.desk.take(tx, case_id, officer.organ_id)
                made = await desks.converting.review(tx, case_id, said)
        except ANSWERED as trouble:
            return await page(request, officer, case_id, review_id, form, note(form, trouble))
        return see_other(f"{BASE}/cases/{case_id}/conversion/{made or review_id}")

    return routes


def _choices(advice: Advice) -> list[tuple[str, str]]:
    """Offer the advice itself first, then the ways to overrule it."""
    if advice == "ask":
        return [(decision, ADVICE_ZH[decision]) for decision in DECISIONS]
    others = [(decision, f"不采纳：{ADVICE_ZH[decision]}") for decision in DECISIONS if decision != advice]
    return [(advice, f"采纳：{ADVICE_ZH[advice]}"), *others]


def _decision(form: Form, advice: str, review_id: UUID, by: UUID) -> c.DecideConversion | None:
    decision = form.value("decision")
    if decision not in DECISIONS:
        form.add("decision", "请选择决定", "决定")
        return None
    reason = form.value("reason").strip()
    try:
        reason = on_record(reason)[:2_000]
    except ValueError as wrong:
        form.add("reason", str(wrong), "理由")
    if decision != "keep" and not form.value("column_id"):
        form.add("column_id", "请选择公开的栏目", "栏目")
    # Whoever was asked did not overrule anything.
    return c.DecideConversion(review_id, advice in {decision, "ask"}, decision, reason, by)


def _said(form: Form) -> Said | None:
    picked: dict[str, Any] = {}
    for name, (label, options) in SAID.items():
        value = form.value(name)
        if value and value not in {key for key, _ in options}:
            form.add(name, f"请从列出的选项中选择{label}", label)
        picked[name] = value
    kind = form.value("kind")
    if kind and kind not in KINDS:
        form.add("kind", "请从列出的种类中选择", "信息的种类")
    for name, label in DAYS.items():
        raw = form.value(name).strip()
        try:
            picked[name] = sensible(read_date(raw)) if raw else None
        except ValueError as wrong:
            form.add(name, str(wrong), label)
    try:
        picked["required_by"] = on_record(form.value("required_by").strip()[:200])
    except ValueError as wrong:
        form.add("required_by", str(wrong), "要求公开的规定")
    if form.errors:
        return None
    ticked, changed = form.values("flags"), form.values("changed")
    picked["changed"] = tuple(name for name in CHANGED if name in changed)
    picked |= {name: name in ticked for name in FLAGS}
    return Said(kind=kind, **picked)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    decision = DECIDED.get(row["decision"], "")
    state = "等待决定"
    if row["permalink"]:
        state = "已经公开"
    elif decision:
        state = f"{'采纳' if row['accepted'] else '没有采纳'}，{decision}"
    return {
        "href": f"{BASE}/cases/{row['case_id']}/conversion/{row['id']}", "title": row["topic"], "number": row["number"],
        "advice": DECIDED[row["advice"]], "when": datetime_zh(row["reviewed_at"]), "state": state,
        "permalink": row["permalink"] or "",
    }  # fmt: skip


def _figures(found: Figures) -> list[tuple[str, str]]:
    share = f"（{found.overruled_share:g}%）" if found.overruled_share is not None else ""
    decided = found.accepted + found.overruled + found.judged
    lines = [
        ("审查", f"{found.reviewed} 件"), ("已经决定", f"{decided} 件"),
        ("没有采纳建议", f"{found.overruled} 件{share}"), ("已经公开", f"{found.published} 件"),
        ("从审查到决定", _days(found.days_to_decide)), ("从答复到公开", _days(found.days_to_publish)),
    ]  # fmt: skip
    for way in found.overrulings[:3]:
        why = "；".join(f"{reason}（{count} 件）" for reason, count in way.reasons[:3])
        lines.append((f"建议{ADVICE_ZH[way.advice]}，决定{ADVICE_ZH[way.decision]}", f"{way.count} 件：{why}"))
    return [(label, text) for label, text in lines if text]


def _days(median: float | None) -> str:
    return f"一半在 {median:g} 天以内" if median is not None else ""
