"""Verbs of the review: marks, returns, findings, disclosure, assessment."""

from typing import Final

from gongkai.statute.refusal import Refused
from publication.domain import commands as c
from publication.domain import disclosure, steps
from publication.domain import facts as f
from publication.domain.content import POLICY_KINDS
from publication.domain.dossier import Dossier
from publication.domain.gates import ASSESSMENT_ARTICLE, CHECKS_ARTICLE
from publication.domain.people import WAIVERS, Acting, must_act
from publication.domain.steps import Mark, Step
from publication.domain.writing import OPENNESS_ARTICLE, must_be_current

MINORS_ARTICLE: Final = "《未成年人保护法》第一百零三条，《个人信息保护法》第三十一条"
TWO_REVIEWS: Final = "三审三校制度：同一人不得承担两个审次"


def put_mark(dossier: Dossier, command: c.PutMark) -> list[f.Fact]:
    """Sign one step, in order, under the edition that was read."""
    must_be_current(dossier, command.edition)
    step = steps.BY_NAME[command.step]
    due = steps.next_step(dossier.marks, important=dossier.important)
    if due is None:
        raise Refused("三审三校已经完成", steps.ARTICLE)
    if due.name != step.name:
        raise Refused(f"现在该{due.name_zh}，还不到{step.name_zh}", steps.ARTICLE)
    signer = _signer(dossier, command, step)
    if step.errors_allowed is not None and command.errors_found > step.errors_allowed:
        raise Refused(
            f"{step.name_zh}发现{command.errors_found}处差错，超过{step.errors_allowed}处，请退回修改",
            steps.ARTICLE,
        )
    mark = f.MarkPut(
        step.name,
        dossier.edition,
        dossier.digest,
        signer.person,
        signer.role,
        signer.on_behalf_of,
        command.opinion.strip(),
        command.errors_found,
    )
    return [mark]


def make_up(dossier: Dossier, command: c.PutMark) -> list[f.Fact]:
    """Sign a mark that an emergency release still owes; the last one settles the debt."""
    if not dossier.owed:
        raise Refused("文件已经签发，没有欠补的审校", steps.ARTICLE)
    [fact] = put_mark(dossier, command)
    settled = dossier.owed == (command.step,)
    return [fact, f.DebtSettled(dossier.edition)] if settled else [fact]


def _signer(dossier: Dossier, command: c.PutMark | c.ReturnToDrafter, step: Step) -> Acting:
    unit = dossier.unit if step.own_section else ""
    signer = must_act(command.by, step.roles, step.name_zh, unit=unit, article=steps.ARTICLE)
    if command.errors_found < 0:
        raise Refused("差错数不能小于0", steps.ARTICLE)
    if step.review:
        earlier = _review_of(dossier.marks, signer)
        if earlier is not None:
            raise Refused(f"您已经作过{earlier.name_zh}，{step.name_zh}要由另一个人办理", TWO_REVIEWS)
    return signer


def _review_of(marks: tuple[Mark, ...], signer: Acting) -> Step | None:
    """Return the review this person already holds, in their own name or for somebody away."""
    for mark in marks:
        step = steps.BY_NAME[mark.step]
        if step.review and mark.person == signer.person:
            return step
    return None


def return_to_drafter(dossier: Dossier, command: c.ReturnToDrafter) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    step = steps.next_step(dossier.marks, important=dossier.important)
    if step is None:
        raise Refused("三审三校已经完成；不发布的，请撤回送审后修改或者作废", steps.ARTICLE)
    if not command.opinion.strip():
        raise Refused("退回要写明意见，让拟稿人知道改什么", steps.ARTICLE)
    signer = _signer(dossier, command, step)
    return [
        f.ReturnedToDrafter(
            step.name,
            dossier.edition,
            signer.person,
            signer.role,
            signer.on_behalf_of,
            command.opinion.strip(),
            command.errors_found,
        ),
    ]


def record_findings(dossier: Dossier, command: c.RecordFindings) -> list[f.Fact]:
    """Keep the report; that of an edition which is no longer current changes nothing."""
    if command.edition != dossier.edition:
        return []
    if dossier.report is not None and dossier.report.digest == command.report:
        return []
    return [f.FindingsRecorded(command.edition, command.report, command.findings)]


def waive(dossier: Dossier, command: c.WaiveFinding) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    waiver = must_act(command.by, WAIVERS, "保留检查结果", article=CHECKS_ARTICLE)
    found = {finding.key: finding for finding in dossier.report.findings} if dossier.report else {}
    if command.key not in found:
        raise Refused("本版没有这条检查结果，可能已经改好了", CHECKS_ARTICLE)
    if not found[command.key].may_keep:
        raise Refused("这处内容依法不得公开，不能保留，请修改或者删除", MINORS_ARTICLE)
    if not command.reason.strip():
        raise Refused("保留检查结果要写明理由", CHECKS_ARTICLE)
    return [f.FindingWaived(dossier.edition, command.key, waiver.person, waiver.role, command.reason.strip())]


def review_disclosure(dossier: Dossier, command: c.ReviewDisclosure) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    disclosure.must_be_sound(command.verdicts)
    facts: list[f.Fact] = []
    for verdict in command.verdicts:
        item = disclosure.BY_NAME[verdict.item]
        reviewer = must_act(command.by, item.roles, f"“{item.question}”的审查", article=disclosure.ARTICLE)
        facts.append(
            f.DisclosureReviewed(
                item.name,
                verdict.result,
                verdict.reason.strip(),
                dossier.edition,
                reviewer.person,
                reviewer.role,
                reviewer.on_behalf_of,
            ),
        )
    return facts


def review_openness(dossier: Dossier, command: c.ReviewOpenness) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    reviewer = must_act(command.by, ("openness_officer",), "公开属性审查", article=OPENNESS_ARTICLE)
    if dossier.openness == "proactive":
        raise Refused("公开属性是主动公开，不需要这项审查", OPENNESS_ARTICLE)
    if dossier.kind not in POLICY_KINDS:
        raise Refused("这项审查只用于拟不公开的政策文件", OPENNESS_ARTICLE)
    if not command.reason.strip():
        raise Refused("审查结论要写明理由", OPENNESS_ARTICLE)
    return [f.OpennessReviewed(dossier.edition, command.agreed, reviewer.person, command.reason.strip())]


def assess(dossier: Dossier, command: c.RecordAssessment) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    assessor = must_act(command.by, ("openness_officer",), "个人信息影响评估", article=ASSESSMENT_ARTICLE)
    found = {finding.key for finding in dossier.report.findings if finding.personal} if dossier.report else set()
    unknown = set(command.covers) - found
    if unknown or not command.covers:
        raise Refused("影响评估要写明覆盖本版的哪几处个人信息", ASSESSMENT_ARTICLE)
    return [
        f.ImpactAssessed(
            dossier.edition,
            command.report,
            tuple(sorted(command.covers)),
            assessor.person,
            command.keep_until,
        ),
    ]
