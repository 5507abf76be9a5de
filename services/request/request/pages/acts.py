"""Everything an officer may do with a case besides drafting the reply and its letters: the acts, as data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from gongkai.runtime.tx import Tx
from gongkai.statute import rules
from gongkai.statute.legal_day import legal_date
from request.application import PROOF_KINDS
from request.domain import commands as c
from request.domain.case import Case, file_of
from request.domain.file import Consultation
from request.domain.law import cite
from request.domain.values import Channel, Searched
from request.pages.act import Act, Doing, Field, Options, Typed, perform
from request.pages.acts_fee import FEES
from request.pages.acts_more import MORE
from request.pages.acts_notices import NOTICES
from request.people import ThirdParty
from request.receiving import Receipt

REASON: Final = Field("reason", "理由", rows=3)
WHOM: Final = (
    ("third-party", "第三方（涉及商业秘密、个人隐私等）"),
    ("co-maker", "共同制作的机关"),
    ("other-organ", "其他机关"),
)


# ── Receipt ────────────────────────────────────────────────────────────────


async def _receive(here: Doing, tx: Tx, typed: Typed) -> None:
    receipt = Receipt(
        signed_on=typed.maybe_day("signed_on"),
        confirmed_on=typed.maybe_day("confirmed_on"),
        reached_elsewhere=typed.ticked("reached_elsewhere"),
        contact_was_lost=typed.ticked("contact_was_lost"),
        note=typed.text("note"),
    )
    await here.bench.desks.reception.receive(
        tx, here.case_id, receipt, typed.text("topic"), here.officer.person_id, organ_id=here.officer.organ_id
    )


async def _correct_receipt(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.CorrectReceipt(
        typed.day("received_on"), typed.text("reason"), here.officer.person_id, legal_date(tx.now)
    )
    await perform(here, tx, command)


async def _name(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.NameTopic(typed.text("topic"), here.officer.person_id))


async def _assign(here: Doing, tx: Tx, typed: Typed) -> None:
    await perform(here, tx, c.Assign(typed.id("handler"), typed.text("unit"), here.officer.person_id))


def _colleagues(here: Doing) -> Options:
    return here.colleagues


# ── Clock ──────────────────────────────────────────────────────────────────


async def _ask_correction(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.AskCorrection(
        typed.lines("what"), typed.day("answer_by"), here.officer.person_id, legal_date(tx.now)
    )
    await perform(here, tx, command)


#: What a correction may supply besides the description (A30); what is left empty stays as it was.
SUPPLIED: Final = ("name", "proof_kind", "proof", "phone", "email", "address")


async def _corrected(here: Doing, tx: Tx, typed: Typed) -> None:
    reception = here.bench.desks.reception
    application = await reception.application(tx, here.case_id, "handling", here.officer.organ_id)
    given: dict[str, Any] = {name: typed.text(name) for name in SUPPLIED if typed.text(name)}
    change = replace(application, description=typed.text("description"), **given)
    await reception.correct(tx, here.case_id, typed.day("received_on"), change, typed.text("excuse"))


async def _extend(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.Extend(typed.number("days"), typed.text("reason"), here.officer.person_id, legal_date(tx.now))
    await perform(here, tx, command)


async def _consult(here: Doing, tx: Tx, typed: Typed) -> None:
    desks = here.bench.desks
    whom, letter = typed.picked("whom"), tx.new_id()
    party: UUID | None = None
    if whom == "third-party":
        named = ThirdParty(typed.text("name"), phone=typed.text("phone"), address=typed.text("address"))
        party = await desks.people.third_party(tx, here.case_id, named)
    organ = "" if whom == "third-party" else typed.text("name")
    command = c.AskOpinion(letter, whom, party, organ, here.officer.person_id, legal_date(tx.now))
    await perform(here, tx, command)


def _asked(here: Doing) -> Options:
    file = file_of(here.case)
    # Who kept silent may still be heard: a late answer takes the place of the silence.
    return [_named(one) for one in (file.consultations if file else ()) if one.opinion in {None, "silent"}]


def _on_the_way(case: Case) -> list[Consultation]:
    """Return the letters of which nobody knows that they arrived."""
    file = file_of(case)
    return [one for one in (file.consultations if file else ()) if not (one.received_on or one.opinion)]


def _asks_another_organ(case: Case) -> bool:
    """Tell whether a letter to another organ is on its way: the law sets no day for its answer, so we ask for one."""
    return any(one.whom == "other-organ" for one in _on_the_way(case))


def _unreceived(here: Doing) -> Options:
    return [_named(one) for one in _on_the_way(here.case)]


def _named(one: Consultation) -> tuple[str, str]:
    return str(one.letter), f"{one.organ or dict(WHOM)[one.whom]}，{one.asked_on}发出"


async def _opinion_received(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.NoteOpinionReceived(
        typed.id("letter"), typed.day("received_on"), legal_date(tx.now), typed.maybe_day("answer_by")
    )
    await perform(here, tx, command)


async def _opinion(here: Doing, tx: Tx, typed: Typed) -> None:
    file = file_of(here.case)
    asked = file.consultation(typed.id("letter")) if file else None
    item = None
    if typed.text("words") and file is not None and asked is not None:
        owner = await here.bench.desks.people.of_consultation(tx, here.case_id, asked)
        item = await here.bench.desks.people.keep_words(tx, owner, "opinion", {"words": typed.text("words")})
    reasonable = {"yes": True, "no": False}.get(typed.text("reasonable"))
    command = c.NoteOpinion(
        typed.id("letter"), typed.picked("opinion"), typed.day("answered_on"), item, legal_date(tx.now), reasonable
    )  # fmt: skip
    await perform(here, tx, command)


async def _ask_reasons(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.AskReasons(
        typed.text("facts"), typed.day("answer_by"), here.officer.person_id, legal_date(tx.now)
    )
    await perform(here, tx, command)


async def _judge(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.JudgeReasons(
        typed.text("reasonable") == "yes", typed.text("why"), here.officer.person_id, legal_date(tx.now),
        typed.maybe_day("delayed_until"),
    )  # fmt: skip
    await perform(here, tx, command)


# ── Handling ───────────────────────────────────────────────────────────────


async def _search(here: Doing, tx: Tx, typed: Typed) -> None:
    today = legal_date(tx.now)
    searched = Searched(
        typed.lines("places"), typed.lines("words"), here.officer.person_id, today, typed.number("found")
    )
    await perform(here, tx, c.RecordSearch(searched, today))


async def _ask_unit(here: Doing, tx: Tx, typed: Typed) -> None:
    command = c.AskUnit(
        tx.new_id(), typed.text("unit"), typed.maybe_day("answer_by"), here.officer.person_id, legal_date(tx.now)
    )
    await perform(here, tx, command)


def _tasks(here: Doing) -> Options:
    file = file_of(here.case)
    return [(str(task.task), task.unit) for task in file.tasks if task.answered_on is None] if file else []


async def _unit_answer(here: Doing, tx: Tx, typed: Typed) -> None:
    file = file_of(here.case)
    item = None
    if typed.text("words") and file is not None:
        person = file.application.applicant
        item = await here.bench.desks.people.keep_words(tx, person, "unit-opinion", {"words": typed.text("words")})
    command = c.NoteUnitAnswer(typed.id("task"), item, here.officer.person_id, legal_date(tx.now))
    await perform(here, tx, command)


async def _withdraw(here: Doing, tx: Tx, typed: Typed) -> None:
    del typed
    await perform(here, tx, c.Withdraw(legal_date(tx.now), here.officer.person_id))


async def _archive(here: Doing, tx: Tx, typed: Typed) -> None:
    del typed
    await perform(here, tx, c.Archive(here.officer.person_id, legal_date(tx.now)))


#: Received on the day on which both sides confirm it.
CONFIRMED: Final[tuple[Channel, ...]] = ("post-ordinary", "online", "fax", "email", "platform")


def _came_by(*channels: Channel) -> Callable[[Case], bool]:
    def tells(case: Case) -> bool:
        file = file_of(case)
        return file is not None and file.application.channel in channels

    return tells


def _topic(case: Case) -> str:
    file = file_of(case)
    return file.topic if file else ""


TOPIC: Final = Field(
    "topic", "事由", hint="中性的简短说法，例如“消费券发放数据”，不要写个人信息。", most=100, initial=_topic
)
ACTS: Final = (
    Act(
        "receive", "确定收到日", "确定并登记", "request.register", c.FixReceipt, _receive,
        (
            Field("signed_on", "签收的日期", "day", optional=True, when=_came_by("post-signed")),
            Field("confirmed_on", "与申请人确认的日期", "day", "双方确认的当天是收到之日。", when=_came_by(*CONFIRMED)),
            Field("reached_elsewhere", "送达的部门", "check", "寄给了工作机构以外的处室或者个人",
                  when=_came_by("post-signed", "post-ordinary")),
            Field("confirmed_on", "与申请人确认的日期", "day", "寄给工作机构以外的，以确认之日为收到之日。",
                  optional=True, when=_came_by("post-signed")),
            Field("contact_was_lost", "联系情况", "check", "曾经联系不上，现在恢复了联系", when=_came_by(*CONFIRMED)),
            Field("note", "说明", optional=True, rows=2),
            TOPIC,
        ),
        "哪一天算收到，由提交的方式决定：当面提交的为提交之日；邮寄签收的为签收之日；"
        "平常信函、传真、网上提交的为双方确认之日。",
        cite("A31"), group="受理", done="收到日已经确定，答复期限从次日起算。",
    ),
    Act(
        "receipt-correct", "更正收到日", "更正", "request.receipt", c.CorrectReceipt, _correct_receipt,
        (Field("received_on", "正确的收到日期", "day"), REASON),
        "登记的收到日期有误的，由政府信息公开工作机构负责人更正并写明理由。没有办完的期限全部重新计算，"
        "更正前后的日期都留在登记簿上，申请人也能看到。已经印发答复书的不能更正。",
        cite("A31"), danger=True, group="受理", done="收到日已经更正，期限重新计算。",
    ),
    Act("topic", "修改事由", "保存", "request.handle", c.NameTopic, _name, (TOPIC,), group="受理"),
    Act(
        "assign", "分办", "交办", "request.register", c.Assign, _assign,
        (Field("handler", "承办人", "choice", options=_colleagues), Field("unit", "承办处室", optional=True, most=60)),
        group="受理", done="已经交办。",
    ),
    Act(
        "correction", "要求补正", "记下补正要求", "request.handle", c.AskCorrection, _ask_correction,
        (
            Field("what", "需要补正的内容", rows=4, hint="一行一项，一次说全。"),
            Field("answer_by", "补正期限", "day", hint="法律没有规定天数，应当合理。"),
        ),
        "一次性告知。补正告知书在收到申请之日起7个工作日内制发才有效：制发后答复期限不计算，收到补正后重新起算；"
        "补正期限自申请人收到告知书起算。",
        cite("A30"), group="期限", done="已记下补正要求，请制发补正告知书。",
    ),
    Act(
        "corrected", "收到补正", "记下补正", "request.register",
        c.ReceiveCorrection, _corrected,
        (
            Field("received_on", "收到补正的日期", "day"),
            Field("description", "补正后的内容", rows=5, lasting=False, most=5_000),
            Field("name", "补正的姓名或者名称", optional=True, lasting=False, most=200, hint="没有补正的不填，下同。"),
            Field("proof_kind", "补正的身份证明", "choice", optional=True, options=tuple(PROOF_KINDS.items())),
            Field("proof", "证件号码", optional=True, lasting=False, most=60,
                  hint="加密保存。填写以后，申请人用它的最后六位查询进度。"),
            Field("phone", "补正的联系电话", optional=True, lasting=False, most=40),
            Field("email", "补正的电子邮箱", optional=True, lasting=False, most=120),
            Field("address", "补正的通信地址", optional=True, lasting=False, most=300),
            Field("excuse", "逾期的正当理由", optional=True, rows=2),
        ),
        article=cite("A30"), group="期限", done="已收到补正，答复期限重新起算。",
    ),
    Act(
        "extend", "延期答复", "同意延期", "request.extend", c.Extend, _extend,
        (Field("days", "延长几个工作日", "number", f"1 至 {rules.REPLY_EXTENSION.length}。"), REASON),
        "由政府信息公开工作机构负责人同意，只能一次。延期答复告知书在期限届满以前制发，延期才生效。",
        cite("A33"), group="期限", done="已同意延期，请制发延期答复告知书。",
    ),
    Act(
        "consult", "征求意见", "记下征求意见", "request.handle", c.AskOpinion, _consult,
        (
            Field("whom", "向谁征求", "choice", options=WHOM),
            Field("name", "名称或者姓名", "text", lasting=False, most=100),
            Field("phone", "联系电话", optional=True, lasting=False, most=40, hint="第三方填写，加密保存。"),
            Field("address", "通信地址", optional=True, lasting=False, most=300),
        ),
        "自征求意见书制发起，征求意见的时间不计入答复期限。第三方逾期不答复的，由本机关依法决定；共同制作机关逾期不答复的，视为同意公开。",
        f"{cite('A32')}、{cite('A34')}", group="期限", done="已记下，请制发征求意见书。",
    ),
    Act(
        "opinion-received", "对方收到征求意见书", "记下", "request.handle",
        c.NoteOpinionReceived, _opinion_received,
        (
            Field("letter", "哪一份", "choice", options=_unreceived),
            Field("received_on", "对方收到的日期", "day"),
            Field("answer_by", "请对方答复的日期", "day", "只有征求其他机关意见的需要填写，按征求意见书上写明的日期。",
                  optional=True, when=_asks_another_organ),
        ),
        f"第三方、共同制作机关自收到之日起 {rules.THIRD_PARTY_REPLY.length} 个工作日内答复；"
        "条例没有规定其他机关的答复期限，以征求意见书请其答复的日期为准。",
        cite("A32"), group="期限",
    ),
    Act(
        "opinion", "登记意见", "登记", "request.handle",
        c.NoteOpinion, _opinion,
        (
            Field("letter", "哪一份", "choice", options=_asked),
            Field("opinion", "意见", "choice",
                  options=(("consents", "同意公开"), ("objects", "不同意公开"), ("partly", "部分同意"))),
            Field("answered_on", "收到答复的日期", "day"),
            Field("words", "意见内容", optional=True, rows=3, lasting=False, most=5_000, hint="加密保存。"),
            Field("reasonable", "理由是否合理", "choice", optional=True, options=(("yes", "合理"), ("no", "不合理"))),
        ),
        article=cite("A32"), group="期限",
    ),
    Act(
        "reasons", "要求说明理由", "记下", "request.handle", c.AskReasons, _ask_reasons,
        (Field("facts", "申请的数量、频次", rows=3), Field("answer_by", "说明理由的期限", "day")),
        "申请的数量、频次明显超过合理范围的，可以要求说明理由。", cite("A35"), group="期限",
    ),
    Act(
        "judge", "认定理由", "认定", "request.handle",
        c.JudgeReasons, _judge,
        (
            Field("reasonable", "理由是否合理", "choice", options=(("yes", "合理"), ("no", "不合理，不予处理"))),
            Field("why", "认定的依据", rows=3),
            Field("delayed_until", "合理但不能按期答复的，延迟到", "day", optional=True),
        ),
        article=cite("A35"), group="期限",
    ),
    Act(
        "search", "登记检索", "登记", "request.handle", c.RecordSearch, _search,
        (
            Field("places", "检索的范围", rows=3, hint="一行一处，例如：公文系统 2020—2023年；电子商务处档案柜。"),
            Field("words", "检索的词语", rows=2, hint="一行一个。"),
            Field("found", "找到几件", "number"),
        ),
        "答复“信息不存在”以前必须登记检索的范围、词语、人员和结果。", cite("A36", "第四项"),
    ),
    Act(
        "unit", "请处室协办", "发出", "request.handle", c.AskUnit, _ask_unit,
        (Field("unit", "协办处室", most=60), Field("answer_by", "希望答复的日期", "day", optional=True)),
    ),
    Act(
        "unit-answer", "登记协办意见", "登记", "request.handle", c.NoteUnitAnswer, _unit_answer,
        (
            Field("task", "哪个处室", "choice", options=_tasks),
            Field("words", "协办意见", rows=4, optional=True, lasting=False, most=5_000),
        ),
    ),
    Act(
        "withdraw", "申请人撤回", "记下撤回", "request.register",
        c.Withdraw, _withdraw,
        text="申请人书面撤回的，在这里登记；网上撤回的由申请人自己办理。", danger=True, group="办结",
    ),
    Act(
        "archive", "归档", "归档", "request.handle",
        c.Archive, _archive, article=cite("A45"), group="办结",
    ),
    *NOTICES,
    *FEES,
    *MORE,
)
