"""The audit trail in words: each fact of a register as one sentence, and what backs it. Pure.

A fact that has no sentence fails the type check, so a new fact cannot be invisible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, assert_never
from uuid import UUID

from gongkai.web.filters import date_plain, date_zh, datetime_zh, second_zh
from publication.domain import disclosure, steps
from publication.domain import facts as f
from publication.domain.content import FORM_NAMES, KIND_NAMES, OPENNESS_NAMES
from publication.domain.people import ROLE_NAMES
from publication.pages.matrix import CHANGE_NAMES, FAILED_WORDS
from publication.release import facts as r

SOURCES: Final = {
    "written": "新建",
    "imported": "导入文件",
    "submitted": "外部系统报送",
    "forwarded": "转载上级政策",
    "requested": "应其他机关请求转载",
    "converted": "依申请转主动公开",
}
RESULTS: Final = {"clear": "通过", "concern": "不通过", "referred": "报主管部门确定"}
VALIDITY: Final = {"valid": "有效", "changed": "已修改", "repealed": "废止", "void": "失效", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class Told:
    """One fact in words. `digest` is that of the text it is bound to."""

    what: str
    detail: str = ""
    digest: str = ""
    person: UUID | None = None
    on_behalf_of: UUID | None = None


def document_fact(fact: f.Fact) -> Told:
    match fact:
        case f.DraftStarted(by=by, unit=unit, source=source):
            return Told(f"建立草稿：{SOURCES[source]}", unit, person=by)
        case f.EditionSaved():
            about = f"{KIND_NAMES[fact.kind]}，{OPENNESS_NAMES[fact.openness]}"
            about += "，重要文件" if fact.important else ""
            return Told(f"保存第 {fact.edition} 版", about, fact.digest, fact.by)
        case f.MarksVoided(edition=edition, steps=voided, items=items):
            lost = [steps.named(voided)] if voided else []
            lost += [f"公开和保密审查 {len(items)} 项"] if items else []
            return Told(f"改稿使第 {edition} 版的签署失效", "；".join(lost))
        case f.IndexNumberIssued():
            return Told("编发索引号", f"{fact.index_number}，地址 {fact.permalink}")
        case f.SubmittedForReview(edition=edition, by=by):
            return Told("送审", f"第 {edition} 版", person=by)
        case f.MarkPut():
            return Told(
                f"{steps.BY_NAME[fact.step].name_zh}通过",
                _signed(fact.role, fact.opinion, fact.errors_found, fact.edition),
                fact.digest,
                fact.by,
                fact.on_behalf_of,
            )
        case f.DebtSettled(edition=edition):
            return Told("紧急发布欠补的审校已补齐", f"第 {edition} 版")
        case f.ReturnedToDrafter():
            return Told(
                f"{steps.BY_NAME[fact.step].name_zh}退回修改",
                _signed(fact.role, fact.opinion, fact.errors_found, fact.edition),
                person=fact.by,
                on_behalf_of=fact.on_behalf_of,
            )
        case f.FindingsRecorded(edition=edition, report=report, findings=findings):
            must = sum(finding.severity == "must" for finding in findings)
            return Told("内容检查完成", f"第 {edition} 版，{len(findings)} 项结果，{must} 项必须处理", report)
        case f.FindingWaived():
            return Told("保留一条检查结果", f"{ROLE_NAMES.get(fact.role, fact.role)}：{fact.reason}", person=fact.by)
        case f.DisclosureReviewed():
            item = disclosure.BY_NAME[fact.item]
            words = f"{item.article}“{item.question}”" + (f"：{fact.reason}" if fact.reason else "")
            return Told(
                f"公开和保密审查：{RESULTS[fact.result]}", words, person=fact.by, on_behalf_of=fact.on_behalf_of
            )
        case f.OpennessReviewed(agreed=agreed, by=by, reason=reason):
            return Told("同意拟不公开" if agreed else "不同意拟不公开", reason, person=by)
        case f.ImpactAssessed():
            kept = f"覆盖 {len(fact.covers)} 处，报告保存到{date_plain(fact.keep_until)}"
            return Told("个人信息保护影响评估", kept, fact.report, fact.by)
        case f.InterpretationLinked(form=form, by=by):
            return Told("关联解读", FORM_NAMES[form], person=by)
        case f.InterpretedLinked(by=by):
            return Told("关联所解读的文件", person=by)
        case f.InterpretationUnlinked(by=by):
            return Told("取消关联解读", person=by)
        case f.InterpretedUnlinked(by=by):
            return Told("取消关联所解读的文件", person=by)
        case f.InterpretationExempted(by=by, reason=reason):
            return Told("同意暂不解读", reason, person=by)
        case f.EditionApproved():
            words = ROLE_NAMES.get(fact.role, fact.role)
            if fact.emergency_reason:
                words += f"，紧急发布：{fact.emergency_reason}"
            if fact.owed:
                words += f"；欠补{steps.named(fact.owed)}，{date_plain(fact.make_up_by)}前补齐"
            return Told(
                f"签发：{CHANGE_NAMES[fact.change]}第 {fact.edition} 版", words, fact.digest, fact.by, fact.on_behalf_of
            )
        case f.KeptUnpublished(openness=openness, reason=reason, by=by):
            return Told(f"按{OPENNESS_NAMES[openness]}归档", reason, person=by)
        case f.Reopened(by=by, reason=reason):
            return Told("重新办理", reason, person=by)
        case f.DraftDiscarded(by=by, reason=reason):
            return Told("作废", reason, person=by)
        case f.CorrectionStarted(by=by, explanation=explanation):
            since = f"{date_plain(fact.changed_on)}起变更：" if fact.changed_on else ""
            return Told("开始更正", since + explanation, person=by)
        case f.CorrectionDropped(by=by, reason=reason):
            return Told("放弃更正", reason, person=by)
        case f.WithdrawalProposed(by=by, explanation=explanation):
            return Told("提出撤回", explanation, person=by)
        case f.RepealProposed():
            words = f"{date_plain(fact.repealed_on)}起{VALIDITY[fact.validity]}：{fact.explanation}"
            return Told("提出废止", words, person=fact.by)
        case f.ProposalDropped(by=by, reason=reason):
            return Told("不同意撤回或者废止", reason, person=by)
        case f.PenaltyChanged(by=by, changed_on=changed_on, due_on=due_on):
            words = f"{date_plain(changed_on)}变动，{date_plain(due_on)}前撤回"
            return Told("登记处罚决定变动", words, person=by)
        case f.ClockRecounted(before_on=before_on, after_on=after_on):
            words = f"由{date_plain(before_on)}改为{date_plain(after_on)}"
            return Told("放假安排更新，重新计算期限", words)
        case f.ReleaseFinished(change=change, released_at=released_at):
            return Told(f"{CHANGE_NAMES[change]}完成", datetime_zh(released_at))
        case f.ReleaseAbandoned(change=change):
            return Told(f"{CHANGE_NAMES[change]}取消")
        case _:
            assert_never(fact)


def _signed(role: str, opinion: str, errors_found: int, edition: int) -> str:
    words = [f"第 {edition} 版", ROLE_NAMES.get(role, role)]
    if errors_found:
        words.append(f"发现差错 {errors_found} 处")
    return "，".join(words) + (f"。意见：{opinion}" if opinion else "")


def release_fact(fact: r.Fact, channel: Callable[[str], str]) -> Told:
    """Tell one fact of a release; `channel` gives the name of a channel by its id."""
    match fact:
        case r.ReleaseOpened(plan=plan):
            names = "、".join(each.name for each in plan.channels)
            words = f"{names}；{datetime_zh(plan.prepare_by)}前就绪"
            return Told("请各渠道准备", words, plan.manifest, plan.ordered_by)
        case r.ChannelReady(channel=name, rendition=rendition):
            return Told(f"{channel(name)}就绪", digest=rendition)
        case r.ChannelDeclined(channel=name, reason=reason):
            return Told(f"{channel(name)}拒绝", reason)
        case r.ChannelLetGo(channel=name, by=by):
            return Told(f"不发{channel(name)}", person=by)
        case r.ChannelAskedAgain(channel=name, by=by, prepare_by=prepare_by):
            return Told(f"请{channel(name)}重试", f"{datetime_zh(prepare_by)}前就绪", person=by)
        case r.ReleaseHeld(person=person, reason=reason):
            return Told("暂缓", reason, person=person)
        case r.ReleaseResumed(person=person, prepare_by=prepare_by):
            return Told("继续", f"{datetime_zh(prepare_by)}前就绪", person=person)
        case r.ReleaseRescheduled(by=by, scheduled_at=scheduled_at):
            return Told("改时间", datetime_zh(scheduled_at) if scheduled_at else "全部就绪就放出", person=by)
        case r.ReleaseOrdered(release_at=release_at, channels=channels, laggards=laggards):
            words = "、".join(map(channel, channels))
            words += f"；稍后补发：{'、'.join(map(channel, laggards))}" if laggards else ""
            return Told(f"下达放出指令：{date_zh(release_at)}{second_zh(release_at)}", words)
        case r.InstantPassed(at=at):
            return Told("到放出时刻", second_zh(at))
        case r.ChannelActed(channel=name, acted_at=acted_at, url=url):
            return Told(f"{channel(name)}放出", f"{second_zh(acted_at)} {url or ''}".strip())
        case r.ChannelShown(channel=name, url=url, confirmed_at=confirmed_at):
            return Told(f"{channel(name)}确认已显示", f"{second_zh(confirmed_at)} {url}")
        case r.ChannelFell(channel=name, outcome=outcome, reason=reason):
            return Told(f"{channel(name)}：{FAILED_WORDS[outcome]}", reason)
        case r.ChannelTookBack(channel=name, retracted_at=retracted_at):
            return Told(f"{channel(name)}撤下", second_zh(retracted_at))
        case r.ChannelDrifted(channel=name, difference=difference):
            return Told(f"{channel(name)}内容有变", difference)
        case r.ReleaseClosed(skew_ms=skew_ms):
            # One channel alone has no spread, and two that acted in the same microsecond need none told.
            return Told("发布完成", f"首尾相差 {skew_ms:,.1f} 毫秒" if skew_ms else "")
        case r.ReleaseCancelled(by=by, reason=reason):
            return Told("取消发布", reason, person=by)
        case _:
            assert_never(fact)


def names_in(channels: Mapping[str, str]) -> Callable[[str], str]:
    return lambda channel_id: channels.get(channel_id, channel_id)
