"""The page of one case: where its clock stands and why, what happened, its letters, what may be done next."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from gongkai.runtime.register import Recorded
from gongkai.statute.clock import Running, Waiting
from gongkai.statute.outcomes import BY_KEY
from gongkai.web.days import runs_of, weeks_of
from gongkai.web.filters import date_plain, date_zh, datetime_zh, time_zh
from gongkai.web.session import Officer, require
from request import reading
from request.application import APPLICANT_KINDS, PROOF_KINDS
from request.approving import may_stand
from request.clocks import KINDS as CLOCK_NAMES
from request.domain import commands as c
from request.domain import facts as f
from request.domain.allowed import allowed
from request.domain.case import file_of, handling_of
from request.domain.file import CaseFile
from request.domain.ladder import ALL_RUNGS
from request.domain.reading import WHO_ZH, Explained, explain
from request.domain.values import CHANNELS, SUPPLY_FORMS, WAYS
from request.letters.forms import FORMS
from request.pages.act import Act, Doing
from request.pages.acts import ACTS
from request.pages.alike import doubles
from request.pages.desk import BASE, Bench
from request.pages.desk_do import doing, possible
from request.pages.desk_people import asked_of
from request.pages.story import told
from request.people import PURPOSES
from request.periods import periods_of
from request.standing import shown
from request.work import LETTERS as LETTER_STEPS
from request.work import STEP_NAMES, is_open, next_step

Reader = Annotated[Officer, Depends(require("request.see"))]
Looker = Annotated[Officer, Depends(require("request.personal-data"))]
DONE: Final = {act.key: act.done for act in ACTS} | {
    "taken": "申请已经登记。",
    "drafted": "答复稿已保存，等待审批。",
    "passed": "已通过。",
    "returned": "已退回承办人。",
    "issued": "文书已制发，不能再改。",
    "served": "送达已登记。",
    "decided": "是否转为主动公开已经决定。",
    "split": "已经拆分，每一项成为一件申请。",
    "erased": "申请人资料已经删除，不能再打开。",
}
#: What the next step is called as something to do, and where it is done.
NEXT: Final = {
    "receipt": ("确定收到日", "do/receive"), "assign": ("分办", "do/assign"),
    "correction": ("登记补正", "do/corrected"), "opinions": ("登记意见", "do/opinion"),
    "reasons": ("认定理由", "do/judge"), "payment": ("登记缴费", "do/fee-paid"), "draft": ("起草答复", "reply"),
    **{step: (STEP_NAMES[step], "letters") for step in LETTER_STEPS.values()}, "serve-notice": ("登记送达", "letters"),
    "issue": ("制发答复", "letters"), "serve": ("登记送达", "letters"), "archive": ("归档", "do/archive"),
    "remedy": ("办理复议、诉讼", "do/remedy-answer"),
}  # fmt: skip
GROUPS: Final = ("受理", "期限", "收费", "办理", "救济", "办结")
ITEMS: Final = {
    "application": "申请", "third-party": "第三方资料", "letter": "文书", "file": "文件", "opinion": "第三方意见",
    "agent": "代表人、联系人资料",
    "unit-opinion": "协办意见", "reply-text": "答复稿", "address": "联系方式",
    "objection": "异议和答复", "draft": "没有提交的草稿",
}  # fmt: skip
SERVED: Final = {
    "direct": "直接送达", "post": "邮寄", "organ": "委托送达", "online": "网上送达", "email": "电子邮件",
    "fax": "传真", "pick-up": "自行领取",
}  # fmt: skip


def router(bench: Bench) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/cases/{case_id}")
    async def case(request: Request, case_id: UUID, officer: Reader) -> Response:
        here = await doing(bench, officer, case_id)
        async with bench.desks.reading() as db:
            row = await reading.case(db, officer.organ_id, case_id)
            history = await reading.timeline(db, case_id)
            letters = await reading.letters(db, case_id)
            reviews = await reading.conversions(db, case_id)
            clocks = await reading.clocks(db, case_id)
            files = await reading.files(db, case_id)
            people = await reading.people(db, case_id)
            objections = await bench.desks.objecting.of_case(db, case_id)
            same = await doubles(db, case_id, file_of(here.case))
            attention = (await reading.attention(db, [case_id])).get(case_id, [])
        names = await bench.names(_people(history))
        acts = possible(here)
        file = file_of(here.case)
        step = next_step(here.case, bench.desks.desk.practice) if file else ""
        stands = explain(here.case, bench.calendar, bench.today(), bench.desks.desk.practice)
        return await bench.show(
            request, "desk_case.html", officer, base=f"{BASE}/cases/{case_id}", row=row, file=file,
            state=stands.state_zh, duty=stands.duty, whose=WHO_ZH,
            step=STEP_NAMES.get(step, ""), next=_next(step, here, acts, reviews),
            facts=_facts(row, file), chip=bench.chip(row) if handling_of(here.case) else None,
            clock=_clock(stands, bench.today()),
            periods=shown(periods_of(here.case, bench.calendar, bench.desks.desk.practice)),
            clocks=[_running(each) for each in clocks if each["kind"] not in {"request-reply", "request-reply-near"}],
            story=[_told(each, names) for each in reversed(history)],
            letters=[_letter(each) for each in letters], files=files, reviews=reviews,
            groups=[(name, [act for act in acts if act.group == name]) for name in GROUPS],
            draft=file.draft if file else None, outcome=BY_KEY.get(row["row"] or ""),
            done=DONE.get(request.query_params.get("done", ""), ""), sees_person=officer.may("request.personal-data"),
            handles=officer.may("request.handle"), attention=[each["sentence"] for each in attention],
            doubles=same, alike=[], objections=objections, asked=asked_of(file, people),
            erases=officer.may("request.erase") and not is_open(here.case),
            splits=c.Split in allowed(here.case, bench.desks.desk.practice) and officer.may("request.register"),
        )  # fmt: skip

    @routes.get("/cases/{case_id}/person")
    async def person(request: Request, case_id: UUID, officer: Looker, why: str = "handling") -> Response:
        """Show who applied and in which words. The look is recorded with its purpose."""
        purpose: Any = why if why in PURPOSES else "handling"
        async with bench.desks.changing(officer) as tx:
            loaded = await bench.desks.desk.load(tx, case_id, officer.organ_id)
            application = await bench.desks.people.application(tx, loaded.file.application.item, purpose)
        async with bench.desks.reading() as db:
            looks = await reading.reads(db, case_id)
        names = await bench.names(_person_of(look["who"]) for look in looks)
        shown = [
            ("申请人类型", APPLICANT_KINDS[application.applicant_kind]), ("姓名或者单位名称", application.name),
            (PROOF_KINDS[application.proof_kind], application.proof),
            ("法定代表人或者负责人", application.representative),
            ("联系人", application.contact_person), ("电话", application.phone), ("电子邮箱", application.email),
            ("通信地址", application.address), ("邮政编码", application.postcode), ("传真", application.fax),
            ("信息的名称", application.title), ("文号", application.document_number),
            ("具体说明", application.description), ("提供形式", SUPPLY_FORMS[application.supply_form]),
            ("取得方式", WAYS[application.way]), ("减免费用的理由", application.fee_exemption),
        ]  # fmt: skip
        return await bench.show(
            request, "desk_person.html", officer, base=f"{BASE}/cases/{case_id}", topic=loaded.file.topic,
            pairs=[(label, text) for label, text in shown if text], why=PURPOSES[purpose],
            looks=[_look(look, names) for look in looks],
        )  # fmt: skip

    return routes


def _next(
    step: str, here: Doing, acts: Sequence[Act], reviews: Sequence[Mapping[str, Any]]
) -> tuple[str, str] | None:
    """Return the one thing to do next, when this officer may do it."""
    if step == "conversion" and reviews and here.officer.may("request.convert"):
        return "决定能否转为主动公开", f"conversion/{reviews[-1]['id']}"
    rung = ALL_RUNGS.get(step)
    if rung is not None:
        return (rung.name_zh, "reply") if may_stand(here.officer, rung.key) else None
    if step not in NEXT:
        return None
    label, path = NEXT[step]
    possible_now = {f"do/{act.key}" for act in acts}
    done_here = path in possible_now if path.startswith("do/") else here.officer.may("request.handle")
    return (label, path) if done_here else None


def _facts(row: Mapping[str, Any], file: CaseFile | None) -> list[tuple[str, str]]:
    found = [
        ("编号", row["number"] or "还没有登记"),
        ("申请人类型", APPLICANT_KINDS[row["applicant_kind"]]),
        ("提交方式", CHANNELS[row["channel"]]),
        ("提交日期", date_zh(row["submitted_on"])),
    ]
    if file is not None and file.receipt is not None:
        found.append(("收到之日", f"{date_zh(file.receipt.received_on)}（{file.receipt.reason}）"))
    if row["supply_form"]:
        found.append(("提供形式", f"{SUPPLY_FORMS[row['supply_form']]}，{WAYS[row['way']]}"))
    if row["unit"]:
        found.append(("承办处室", row["unit"]))
    return found


def _clock(stands: Explained, today: date) -> dict[str, Any] | None:
    """Return the reply clock with its days, as the law's own clock reads it now."""
    match stands.reading:
        case Waiting(since, reason, used, left):
            return {"waiting": f"{date_zh(since)}起不计时：{reason}。已计入 {used} 个工作日，还有 {left} 个。"}
        case Running(explanation):
            due = explanation.due
            return {
                "waiting": "", "due": due, "left": max(0, stands.left or 0), "late": max(0, (today - due.on).days),
                "weeks": weeks_of(explanation, today) if explanation.days else [],
                "runs": runs_of(explanation) if explanation.days else [],
                "fixed": stands.fixed,
            }  # fmt: skip
        case None:
            return None


def _running(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": CLOCK_NAMES.get(row["kind"], row["kind"]), "on": row["due_on"], "article": row["article"],
            "provisional": row["provisional"]}  # fmt: skip


def _letter(row: Mapping[str, Any]) -> dict[str, Any]:
    served = f"{SERVED.get(row['served'], row['served'])}，{date_zh(row['counts_on'])}" if row["served"] else ""
    return {**row, "name": FORMS[row["kind"]].name_zh, "served_words": served}


def _person_of(who: str) -> UUID | None:
    """Return the officer of a recorded look; the system and applicants have no id."""
    kind, _, text = who.partition(":")
    return UUID(text) if kind in {"person", "program"} else None


def _look(look: Mapping[str, Any], names: Mapping[UUID, str]) -> dict[str, str]:
    person = _person_of(look["who"])
    who = names.get(person, "") if person else "申请人" if look["who"].endswith("applicant") else "系统"
    return {
        "when": datetime_zh(look["read_at"]), "who": who, "why": look["why"],
        "what": ITEMS.get(look["kind"], look["kind"]),
    }  # fmt: skip


def _people(history: Sequence[Recorded[f.Fact]]) -> set[UUID]:
    return {person for each in history if (person := getattr(each.fact, "by", None)) is not None}


def _told(each: Recorded[f.Fact], names: Mapping[UUID, str]) -> dict[str, str]:
    what, detail = told(each.fact)
    by = getattr(each.fact, "by", None)
    who = names.get(by, "") if by else ""
    when = f"{date_plain(each.recorded_at)} {time_zh(each.recorded_at)}"
    return {"when": when, "who": who, "what": what, "detail": detail}
