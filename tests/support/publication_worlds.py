"""Small worlds of publication: people, a text, and a document in every state of its life. Pure values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from uuid import UUID

from publication.domain import commands as c
from publication.domain import disclosure, steps
from publication.domain.content import Content
from publication.domain.decide import decide
from publication.domain.disclosure import Verdict
from publication.domain.dossier import (
    INITIAL,
    Absent,
    ChangeProposed,
    Discarded,
    Document,
    Dossier,
    Drafting,
    Finding,
    IndexNumber,
    Kept,
    Live,
    Proposal,
    Published,
    Releasing,
    Repealed,
    Reviewing,
    Withdrawn,
)
from publication.domain.evolve import evolve
from publication.domain.people import ROLE_NAMES, Officer

TODAY = date(2025, 3, 10)
NOON = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)
ORGAN = UUID(int=100)
UNIT = "市场处"


def an_officer(number: int, *roles: str, unit: str = UNIT) -> Officer:
    return Officer(UUID(int=number), frozenset(roles), unit)


DRAFTER = an_officer(1, "drafter")
SECTION_HEAD = an_officer(2, "section_head")
DEPUTY = an_officer(3, "deputy_head", unit="局领导")
HEAD = an_officer(4, "head", unit="局领导")
PROOFREADER = an_officer(5, "proofreader", unit="办公室")
OPENNESS = an_officer(6, "openness_officer", unit="办公室")
SECRECY = an_officer(7, "secrecy_reviewer", unit="办公室")
EVERYONE = an_officer(9, *ROLE_NAMES)

NOTICE = Content(
    title="关于组织参加北方消费品博览会的通知",
    kind="notice",
    column_id="tzgg",
    body="各有关企业：请按附件要求报名。",
    formed_on=date(2025, 3, 3),
)
POLICY = replace(
    NOTICE,
    title="济南市跨境电商园区认定办法",
    kind="normative",
    column_id="gfxwj",
    document_number="济商字〔2025〕4号",
    themes=("商贸、海关、旅游\\对外经贸合作",),
)
INTERPRETATION = replace(NOTICE, title="一图读懂认定办法", kind="interpretation", column_id="zcjd", form="chart")
NUMBER = IndexNumber("11370100MB2866908X/2025-00037", "/d/jinan-2025-00037", 2025, 37)
DIGEST = "sha256:" + "a" * 64
OTHER_DIGEST = "sha256:" + "b" * 64
MANIFEST = "sha256:" + "c" * 64
RELEASE = UUID(int=500)

REVIEWERS = {
    "first-review": DRAFTER,
    "first-proof": PROOFREADER,
    "second-review": SECTION_HEAD,
    "second-proof": PROOFREADER,
    "final-review": DEPUTY,
    "final-proof": PROOFREADER,
    "head-review": HEAD,
}


def after(document: Document, *commands: c.Command) -> Document:
    """Carry out commands one after another."""
    for command in commands:
        document = reduce(evolve, decide(document, command), document)
    return document


def all_verdicts(*roles: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(item.name, "clear") for item in disclosure.ITEMS if set(item.roles) & set(roles))


def marks_of(important: bool = False) -> list[c.PutMark]:
    return [c.PutMark(REVIEWERS[step.name], 1, step.name) for step in steps.steps_for(important=important)]


def reviews_of_disclosure() -> list[c.ReviewDisclosure]:
    return [
        c.ReviewDisclosure(OPENNESS, 1, all_verdicts("openness_officer")),
        c.ReviewDisclosure(SECRECY, 1, all_verdicts("secrecy_reviewer")),
    ]


def a_draft(content: Content = NOTICE) -> Document:
    return after(INITIAL, c.StartDraft(DRAFTER, ORGAN, content, DIGEST))


def a_submitted_document(content: Content = NOTICE) -> Document:
    return after(a_draft(content), c.SubmitForReview(DRAFTER, 1, NUMBER))


def a_document_ready_for_sign_off(content: Content = NOTICE) -> Document:
    return after(
        a_submitted_document(content),
        c.RecordFindings(1, DIGEST, ()),
        *reviews_of_disclosure(),
        *marks_of(content.important),
    )


def a_sign_off(content: Content = NOTICE, **changes: object) -> c.Approve:
    return replace(c.Approve(DEPUTY, 1, content, RELEASE, MANIFEST, TODAY, column_known=True), **changes)  # type: ignore[arg-type]


def a_published_document(content: Content = NOTICE) -> Document:
    return after(a_document_ready_for_sign_off(content), a_sign_off(content), c.FinishRelease(RELEASE, NOON))


def dossier_of(document: Document) -> Dossier:
    assert not isinstance(document, Absent)
    return document.dossier


# ── One document per state, rich enough for every command that the state takes ──

_FINDING = Finding("f-1", "personal.mobile", "must", personal=True)
_LIVE = Live(1, DIGEST, MANIFEST, NOON)


def _rich() -> Dossier:
    return replace(
        dossier_of(a_document_ready_for_sign_off()),
        interpretations=(),
    )


def a_document_in(state: type[Document], command: c.Command) -> Document:
    """Return a document of this state on which the command would be lawful if the state allows it."""
    dossier = _suited(_rich(), command, state)
    match state.__name__:
        case "Absent":
            return INITIAL
        case "Releasing":
            return Releasing(dossier, RELEASE, "publish", 1, MANIFEST, "valid")
        case "Kept":
            return Kept(dossier, "内部事务")
        case "ChangeProposed":
            return ChangeProposed(
                replace(dossier, live=_LIVE), Proposal("withdraw", "内容有误", UUID(int=77), "withdrawn")
            )
        case "Published" | "Repealed":
            whole = replace(dossier, live=_LIVE)
            return Published(whole) if state is Published else Repealed(whole)
        case _:
            return state(dossier)  # type: ignore[call-arg]


def _suited(dossier: Dossier, command: c.Command, state: type[Document]) -> Dossier:
    live_too = state in {Drafting, Reviewing}
    match command:
        case c.PutMark() if state in {Reviewing, Drafting}:
            return replace(dossier, marks=())
        case c.PutMark():
            return replace(dossier, marks=(), owed=tuple(step.name for step in steps.steps_for(important=False)))
        case c.ReturnToDrafter():
            return replace(dossier, marks=())
        case c.RecordFindings():
            return replace(dossier, report=None)
        case c.WaiveFinding() | c.RecordAssessment():
            assert dossier.report is not None
            return replace(dossier, report=replace(dossier.report, findings=(_FINDING,)))
        case c.ReviewOpenness():
            return replace(dossier, kind="policy", openness="closed")
        case c.KeepUnpublished():
            return replace(dossier, openness="closed")
        case c.LinkInterpreted():
            return replace(dossier, kind="interpretation")
        case c.UnlinkInterpretation() | c.UnlinkInterpreted() | c.ExemptInterpretation():
            return replace(dossier, kind="policy")
        case c.DropCorrection() | c.ProposeWithdrawal() if live_too:
            return replace(dossier, live=_LIVE)
        case c.NotePenaltyChanged():
            return replace(dossier, kind="penalty")
        case _:
            return dossier


STATES: tuple[type[Document], ...] = (
    Absent, Drafting, Reviewing, Releasing, Published, ChangeProposed, Withdrawn, Repealed, Kept, Discarded,
)
COMMANDS: tuple[c.Command, ...] = (
    c.StartDraft(EVERYONE, ORGAN, NOTICE, DIGEST),
    c.SaveEdition(EVERYONE, 1, NOTICE, OTHER_DIGEST),
    c.SubmitForReview(EVERYONE, 1, NUMBER),
    c.PutMark(EVERYONE, 1, "first-review"),
    c.ReturnToDrafter(EVERYONE, 1, "请核对日期"),
    c.RecordFindings(1, OTHER_DIGEST, ()),
    c.WaiveFinding(EVERYONE, 1, "f-1", "本单位办公电话"),
    c.ReviewDisclosure(EVERYONE, 1, all_verdicts("openness_officer", "secrecy_reviewer")),
    c.ReviewOpenness(EVERYONE, 1, agreed=True, reason="内部事务信息"),
    c.RecordAssessment(EVERYONE, 1, DIGEST, ("f-1",), TODAY + timedelta(days=1096)),
    c.LinkInterpretation(EVERYONE, UUID(int=601), "chart"),
    c.LinkInterpreted(EVERYONE, UUID(int=602)),
    c.UnlinkInterpretation(EVERYONE, UUID(int=601)),
    c.UnlinkInterpreted(EVERYONE, UUID(int=602)),
    c.ExemptInterpretation(EVERYONE, "只作文字修改"),
    a_sign_off(by=EVERYONE),
    c.ApproveInEmergency(EVERYONE, 1, NOTICE, RELEASE, MANIFEST, TODAY, True, "台风预警", TODAY, NUMBER),
    c.KeepUnpublished(EVERYONE, 1, "内部事务信息"),
    c.Reopen(EVERYONE, "情势变化"),
    c.DiscardDraft(EVERYONE, 1, "重复"),
    c.StartCorrection(EVERYONE, "附件金额有误"),
    c.DropCorrection(EVERYONE, "不再更正"),
    c.ProposeWithdrawal(EVERYONE, "内容有误"),
    c.ProposeRepeal(EVERYONE, "被新办法取代", "repealed", TODAY),
    c.DropProposal(EVERYONE, "暂不撤回"),
    c.ApproveProposal(EVERYONE, RELEASE, MANIFEST),
    c.NotePenaltyChanged(EVERYONE, TODAY, TODAY + timedelta(days=3)),
    c.RecountClock("proactive", TODAY, TODAY + timedelta(days=1), "another"),
    c.FinishRelease(RELEASE, NOON),
    c.AbandonRelease(RELEASE),
)
