"""What each fact says to an officer: a few words, and what is worth knowing."""

from typing import Final

from gongkai.statute.outcomes import BY_KEY
from gongkai.web.filters import date_zh
from request.domain import decided as d
from request.domain import facts as f
from request.domain.decided import NOTICES_ZH
from request.domain.ladder import ALL_RUNGS
from request.domain.values import CHANNELS, PERSON_ROLES
from request.letters.forms import FORMS

OPINIONS: Final = {"consents": "同意公开", "objects": "不同意公开", "partly": "部分同意", "silent": "逾期没有答复"}
REMEDIES: Final = {
    "reconsideration": "行政复议", "suit-direct": "直接起诉", "suit-after": "复议后起诉", "complaint": "投诉、举报",
}  # fmt: skip
RESULTS: Final = {"upheld": "维持", "corrected": "纠正", "other": "其他结果"}
ADVICE: Final = {"publish": "建议公开", "redact": "建议隐去部分内容后公开", "keep": "建议不公开", "ask": "请人判断"}


def told(fact: f.Fact) -> tuple[str, str]:
    match fact:
        case f.ApplicationSubmitted(channel=channel, submitted_on=on):
            return "提交申请", f"{CHANNELS[channel]}，{date_zh(on)}"
        case f.ReceiptFixed(received_on=on, reason=reason):
            return "确定收到日", f"{date_zh(on)}，{reason}"
        case f.ReceiptCorrected(before=before, received_on=on, reason=reason):
            return "更正收到日", f"由{date_zh(before)}更正为{date_zh(on)}，{reason}"
        case f.Registered(year=year, serial=serial, topic=topic):
            return "登记编号", f"{year}-{serial:04d} {topic}"
        case f.TopicNamed(topic=topic):
            return "修改事由", topic
        case f.HandlerAssigned(unit=unit):
            return "分办", unit
        case f.ClockStarted(from_on=start, due_on=due):
            return "答复期限起算", f"从{date_zh(start)}的次日起，到{date_zh(due)}"
        case f.DueMoved(before=before, after=after, reason=reason):
            return "期限变动", f"由{date_zh(before)}到{date_zh(after)}，{reason}"
        case f.CorrectionAsked(what=what, answer_by=by):
            return "要求补正", f"{'；'.join(what)}。期限{date_zh(by)}"
        case (
            d.CorrectionDecided()
            | d.ExtensionDecided()
            | d.OpinionDecided()
            | d.ReasonsDecided()
            | d.FeeDecided()
            | f.NoticeDropped()
            | f.NoticeReached()
            | f.ClockInherited()
        ):
            return _noticing(fact)
        case f.CorrectionReceived(received_on=on):
            return "收到补正", date_zh(on)
        case f.ReplyExtended(working_days=days, reason=reason, due_on=due):
            return f"延期 {days} 个工作日", f"{reason}。到{date_zh(due)}"
        case f.ReasonsAsked(facts=facts, answer_by=by):
            return "要求说明理由", f"{facts}。期限{date_zh(by)}"
        case f.ReasonsJudged(reasonable=reasonable, why=why):
            return "认定理由" + ("合理" if reasonable else "不合理"), why
        case _:
            return _consulting(fact)


def _noticing(fact: d.Decided | f.NoticeDropped | f.NoticeReached | f.ClockInherited) -> tuple[str, str]:
    match fact:
        case d.CorrectionDecided(what=what, answer_by=by):
            return "决定要求补正", f"{'；'.join(what)}。期限{date_zh(by)}，补正告知书制发后生效"
        case d.ExtensionDecided(working_days=days, reason=reason):
            return f"同意延期 {days} 个工作日", f"{reason}。延期答复告知书制发后生效"
        case d.OpinionDecided(whom=whom, organ=organ):
            return f"决定向{PERSON_ROLES[whom]}征求意见", f"{organ}{'，' if organ else ''}征求意见书制发后不计入期限"
        case d.ReasonsDecided(facts=facts, answer_by=by):
            return "决定要求说明理由", f"{facts}。期限{date_zh(by)}"
        case d.FeeDecided(fee=fee):
            return "决定收费", f"{fee.amount:.2f} 元，收费通知书制发后生效"
        case f.NoticeDropped(notice=notice, why=why):
            return f"不再制发{NOTICES_ZH[notice]}", why
        case f.NoticeReached(notice=notice, received_on=on, answer_by=by):
            return f"申请人收到{NOTICES_ZH[notice]}", f"{date_zh(on)}，期限{date_zh(by)}"
        case f.ClockInherited(due_on=on):
            return "承接原件的期限", f"到{date_zh(on)}，已经用过的补正、延期、扣除和收费一并承接"


def _consulting(fact: f.Fact) -> tuple[str, str]:
    match fact:
        case f.OpinionAsked(whom=whom, organ=organ, asked_on=on):
            return f"向{PERSON_ROLES[whom]}征求意见", f"{organ}{'，' if organ else ''}{date_zh(on)}"
        case f.OpinionReceivedByParty(received_on=on, answer_by=by):
            return "对方收到征求意见书", f"{date_zh(on)}，期限{date_zh(by)}"
        case f.OpinionGiven(opinion=opinion, answered_on=on):
            return "意见", f"{OPINIONS[opinion]}，{date_zh(on)}"
        case f.FeeNoticed(fee=fee, noticed_on=on):
            return "通知收费", f"{fee.amount:.2f} 元，{date_zh(on)}"
        case f.FeeNoticeReceived(received_on=on, pay_by=by):
            return "申请人收到收费通知", f"{date_zh(on)}，缴费期限{date_zh(by)}"
        case f.FeePaid(paid_on=on, receipt=receipt):
            return "缴费", f"{date_zh(on)}，票据 {receipt}"
        case f.FeeExempted(reason=reason):
            return "免收费用", reason
        case f.CorrectionLapsed(on=on) | f.FeeLapsed(on=on):
            return "期限届满，不再处理", date_zh(on)
        case _:
            return _handling(fact)


def _handling(fact: f.Fact) -> tuple[str, str]:
    match fact:
        case f.SearchRecorded(search=search):
            return "检索", f"{'、'.join(search.places)}；{'、'.join(search.words)}；找到 {search.found} 件"
        case f.SimilarConfirmed(document=document, same_applicant=same):
            return "确认相同", document or ("同一申请人的重复申请" if same else "以前的申请")
        case f.MattersSplit(into=into, reason=reason):
            return f"拆分为 {len(into)} 件", reason
        case f.JoinedInto(reason=reason):
            return "并入另一件", reason
        case f.Separated(reason=reason):
            return "恢复单独办理", reason
        case f.UnitAsked(unit=unit):
            return "请处室协办", unit
        case f.UnitAnswered(on=on):
            return "协办意见", date_zh(on)
        case f.Redacted(passages=passages, articles=articles):
            return f"区分处理，隐去 {passages} 处", "、".join(articles)
        case f.ReplyDrafted(row=row, draft=draft):
            return f"起草答复（第 {draft} 稿）", BY_KEY[row].printed_zh
        case f.StepPassed(step=step, opinion=opinion, instead_of=away):
            name = ALL_RUNGS[step].name_zh if step in ALL_RUNGS else step
            return name + ("（代为办理）" if away else ""), opinion or "通过"
        case f.DraftReturned(opinion=opinion, instead_of=away):
            return "退回" + ("（代为办理）" if away else ""), opinion
        case f.LetterIssued(kind=kind, number=number):
            return f"制发{FORMS[kind].name_zh}", number
        case f.LetterServed(counts_on=on, rule=rule):
            return "送达", f"{date_zh(on)}，{rule}"
        case f.Answered(row=row, answered_on=on, late=late):
            return "答复" + ("（逾期）" if late else ""), f"{date_zh(on)}，{BY_KEY[row].printed_zh}"
        case _:
            return _after(fact)


def _after(fact: f.Fact) -> tuple[str, str]:
    match fact:
        case f.WithdrawnByApplicant(on=on):
            return "申请人撤回", date_zh(on)
        case f.Archived(on=on):
            return "归档", date_zh(on)
        case f.RemedyFiled(kind=kind, body=body, filed_on=on):
            return REMEDIES[kind], f"{body}，{date_zh(on)}"
        case f.RemedyAnswered(on=on):
            return "提交复议、诉讼答复", date_zh(on)
        case f.RemedyDecided(result=result, on=on, number=number):
            return "复议、诉讼结果", f"{RESULTS[result]}，{date_zh(on)} {number}"
        case f.RoundOpened(round=number, from_on=on):
            return f"重新办理（第 {number} 轮）", date_zh(on)
        case f.ConversionReviewed(advice=advice, articles=articles):
            return "审查能否转为主动公开", f"{ADVICE.get(advice, advice)}。{'、'.join(articles)}"
        case f.ConversionDecided(decision=decision, reason=reason):
            return "决定是否转为主动公开", f"{ADVICE.get(decision, decision).removeprefix('建议')}。{reason}"
        case f.ConversionPublished(permalink=link, on=on):
            return "已经主动公开", f"{date_zh(on)} {link}"
        case f.PersonErased(role=role, reason=reason):
            return f"删除{PERSON_ROLES[role]}的资料", reason
        case f.MarkedTypical(why=why):
            return "典型案例", why
        case f.CaseImported(source=source):
            return "往年补录", source
        case _:
            return type(fact).__name__, ""
