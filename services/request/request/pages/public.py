"""What anybody sees of applying: how it works, the form, the receipt, and whether a letter is ours."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from gongkai.runtime.errors import NotFound
from gongkai.runtime.throttle import address_of, count_try
from gongkai.statute import rules
from gongkai.statute.calendar import WorkCalendar
from gongkai.web import csrf
from gongkai.web.components import Link, Step
from gongkai.web.cookies import secure
from gongkai.web.filters import date_zh, local_date
from gongkai.web.forms import Form, read_form
from gongkai.web.texts import printable
from request import reading, throttle
from request.application import APPLICANT_KINDS, PROOF_KINDS, Application, as_json, problems
from request.domain.values import CHANNELS, SUPPLY_FORMS, WAYS, Channel
from request.following import DRAFT_COOKIE, DRAFT_PATH
from request.keyring import new_token
from request.pages.answering import note
from request.pages.site import ANSWERED, PublicSite
from request.receiving import Sending, fingerprint

LIMITS: Final = {
    "name": 200, "representative": 200, "contact_person": 200, "proof": 60, "phone": 40, "email": 120, "fax": 40,
    "address": 300, "postcode": 12, "title": 200, "document_number": 100, "description": 5_000,
    "fee_exemption": 500,
}  # fmt: skip
LABELS: Final = {
    "applicant_kind": "申请人类型", "name": "姓名或者单位名称", "proof_kind": "身份证明", "proof": "证件号码",
    "representative": "法定代表人或者负责人", "contact_person": "联系人", "phone": "联系电话", "email": "电子邮箱",
    "address": "通信地址", "postcode": "邮政编码", "fax": "传真", "title": "信息的名称",
    "document_number": "文号", "description": "具体说明", "supply_form": "希望得到的形式", "way": "取得的方式",
    "fee_exemption": "减免费用的理由",
}  # fmt: skip
CHOICES: Final[dict[str, dict[Any, str]]] = {
    "applicant_kind": dict(APPLICANT_KINDS), "proof_kind": dict(PROOF_KINDS), "supply_form": dict(SUPPLY_FORMS),
    "way": dict(WAYS),
}  # fmt: skip
RECEIPTS: Final[tuple[tuple[Channel, str], ...]] = (
    ("in-person", "提交的当天"),
    ("post-signed", "我们签收的当天"),
    ("post-ordinary", "我们与您确认的当天，确认当日进行"),
    ("online", "双方确认的当天"),
    ("fax", "双方确认的当天"),
)
FEES: Final = (
    ("按件（同一申请人一个自然月内）", "10 件以下", "不收费"),
    ("按件", "第 11 至 30 件", "每件 100 元"),
    ("按件", "第 31 件起，每 10 件为一档", "每件 200 元，每增加一档加 100 元"),
    ("按量（每件申请）", "30 页以下", "不收费"),
    ("按量", "第 31 至 100 页", "每页 10 元"),
    ("按量", "第 101 至 200 页", "每页 20 元"),
    ("按量", "第 201 页起", "每页 40 元"),
)
STEPS: Final = [
    Step("您提交申请", "立即得到查询码", current=True),
    Step("双方确认收到", "我们在工作日当天与您确认，这一天是收到之日"),
    Step(f"{rules.CORRECTION_NOTICE.length} 个工作日内", "内容不清楚的，一次说清要补什么"),
    Step(
        f"{rules.REPLY.length} 个工作日内",
        f"答复。需要延期的，最多再加 {rules.REPLY_EXTENSION.length} 个工作日，并书面告诉您理由",
    ),
]
APPLY: Final = Link("填写申请")
#: The hidden field that a form is made with: sent twice, it is one application.
SUBMISSION: Final = "submission"
_LONGEST_KEY: Final = 100


@dataclass(frozen=True, slots=True)
class Way:
    name: str
    receipt: str


def application_of(form: Form) -> Application | None:
    """Read an application from a form; what cannot be one is an error at its field."""
    given: dict[str, Any] = {}
    for field in fields(Application):
        text = form.value(field.name).strip()
        if not text:
            continue
        label = LABELS[field.name]
        if field.name in CHOICES and text not in CHOICES[field.name]:
            form.add(field.name, f"请从列出的{label}中选择", label)
            continue
        if len(text) > LIMITS.get(field.name, 100):
            form.add(field.name, f"有 {len(text)} 个字，超过 {LIMITS[field.name]} 个字，请精简", label)
            continue
        try:
            given[field.name] = printable(text)
        except ValueError as wrong:
            form.add(field.name, str(wrong), label)
    return None if form.errors else Application(**given)


def sending_of(form: Form, application: Application) -> Sending | None:
    """Tell by what this form is known when it comes again from the same browser.

    Other words in it are another application: who goes back and asks for a second thing means it.
    """
    key = form.value(SUBMISSION)
    if not 0 < len(key) <= _LONGEST_KEY:
        return None
    return Sending(form.value(csrf.FIELD), f"{key}\0{fingerprint(application)}")


def confirming(calendar: WorkCalendar, submitted_on: date) -> str:
    """Say on which day we call back: the same day, and after a day off the next one on which somebody is there."""
    day = calendar.add_working_days(submitted_on - timedelta(days=1), 1).on
    return f"我们会在{date_zh(day)}按您留的联系方式与您确认收到，"


def check(form: Form, application: Application, today: date) -> None:
    for path, sentence in problems(application, today):
        form.add(path, sentence, LABELS.get(path, ""))


def router(site: PublicSite) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    desks = site.desks

    async def apply_page(
        request: Request, form: Form, status: int = 200, *, found: Any = None, saved: bool = False
    ) -> Response:
        if not form.value("applicant_kind"):
            form.fields |= {name: [next(iter(CHOICES[name]))] for name in ("applicant_kind", "proof_kind")}
        for name in ("supply_form", "way"):
            if not form.value(name):
                form.fields[name] = ["electronic" if name == "supply_form" else "online"]
        return await site.show(
            request,
            "public_apply.html",
            APPLY,
            status=status,
            form=form,
            found=found,
            saved=saved,
            submission=form.value(SUBMISSION) or new_token(),
            limits=LIMITS,
            steps=STEPS,
            applicant_kinds=list(APPLICANT_KINDS.items()),
            proof_kinds=list(PROOF_KINDS.items()),
            supply_forms=list(SUPPLY_FORMS.items()),
            ways=list(WAYS.items()),
        )

    @routes.get("/")
    async def home(request: Request) -> Response:
        extra, unclear = rules.REPLY_EXTENSION, rules.CORRECTION_NOTICE
        limits = [
            {"text": f"答复：收到之日的次日起 {rules.REPLY.text_zh}内", "article": rules.REPLY.article},
            {"text": f"延期：最多 {extra.text_zh}，书面说明理由", "article": extra.article},
            {"text": f"内容不清楚：{unclear.text_zh}内一次告知补正", "article": unclear.article},
            {"text": "征求第三方或者其他机关意见的时间不计入答复期限", "article": rules.REPLY.article},
        ]
        return await site.show(
            request,
            "public_home.html",
            limits=limits,
            ways=[Way(CHANNELS[channel], receipt) for channel, receipt in RECEIPTS],
            fees=[{"standard": standard, "range": span, "price": price} for standard, span, price in FEES],
        )

    @routes.get("/apply")
    async def apply(request: Request) -> Response:
        token = request.cookies.get(DRAFT_COOKIE)
        form = Form()
        if token:
            try:
                async with desks.by_applicant() as tx:
                    form = Form.of(as_json(await desks.reception.draft(tx, token)))
            except NotFound:
                form = Form()
        return await apply_page(request, form)

    @routes.post("/apply")
    async def send(request: Request) -> Response:
        form = await read_form(request)
        what = form.value("do") or "submit"
        application = application_of(form)
        if application is None:
            return await apply_page(request, form, 422)
        if what == "find":
            organ = await site.organ()
            asked = f"{application.title} {application.document_number} {application.description}"
            async with desks.reading() as db:
                rows = await reading.public_hints(db, organ.organ_id, asked)
            found = [
                {"title": row["title"], "href": row["permalink"], "on": local_date(row["published_at"])} for row in rows
            ]
            return await apply_page(request, form, found=found)
        if what == "save":
            return await save(request, form, application)
        check(form, application, local_date(desks.kit.now()))
        if form.errors:
            return await apply_page(request, form, 422)
        return await submit(request, form, application)

    async def save(request: Request, form: Form, application: Application) -> Response:
        try:
            async with desks.by_applicant() as tx:
                token = await desks.reception.keep_draft(tx, request.cookies.get(DRAFT_COOKIE), application)
        except ANSWERED as trouble:
            return await apply_page(request, form, note(form, trouble))
        page = await apply_page(request, form, saved=True)
        page.set_cookie(
            DRAFT_COOKIE, token, max_age=24 * 3600, path=DRAFT_PATH, httponly=True, samesite="lax",
            secure=secure(desks.kit.settings),
        )  # fmt: skip
        return page

    async def submit(request: Request, form: Form, application: Application) -> Response:
        organ = await site.organ()
        token = request.cookies.get(DRAFT_COOKIE)
        try:
            await count_try(desks.kit, throttle.submit_buckets(desks.following.keyring, address_of(request)))
            async with desks.by_applicant() as tx:
                taken = await desks.reception.submit(
                    tx, organ.organ_id, application, sending=sending_of(form, application)
                )
                if token:
                    await desks.reception.drop_draft(tx, token)
        except ANSWERED as trouble:
            return await apply_page(request, form, note(form, trouble))
        page = await site.show(
            request,
            "public_applied.html",
            Link("已提交"),
            code=taken.code,
            submitted_on=taken.taken_on,
            confirming=confirming(desks.desk.calendar, taken.taken_on),
            sent=[
                ("收件机关", organ.name),
                ("信息的名称", application.title),
                ("文号", application.document_number),
                ("具体说明", application.description),
                ("提供形式", SUPPLY_FORMS[application.supply_form]),
                ("取得方式", WAYS[application.way]),
            ],
            reply_days=rules.REPLY.length,
            correction_days=rules.CORRECTION_NOTICE.length,
        )
        page.delete_cookie(DRAFT_COOKIE, path=DRAFT_PATH)
        return page

    @routes.get("/form")
    async def form_to_print(request: Request) -> Response:
        blanks = [
            ("申请人类型", "　".join(f"□\u00a0{name}" for name in APPLICANT_KINDS.values())),
            ("姓名或者单位名称", ""),
            ("证件名称和号码，或者统一社会信用代码", ""),
            ("法定代表人或者负责人（单位填写）", ""),
            ("联系人、联系电话", ""),
            ("通信地址、邮政编码", ""),
            ("电子邮箱、传真（选填）", ""),
            ("所需信息的名称、文号，或者便于查找的其他特征", ""),
            ("希望得到的形式", "　".join(f"□\u00a0{name}" for name in SUPPLY_FORMS.values())),
            ("取得的方式", "　".join(f"□\u00a0{name}" for name in WAYS.values())),
            ("申请人签名或者盖章、日期", ""),
        ]
        return await site.show(request, "public_form.html", Link("申请表"), blanks=blanks)

    return routes


