"""The names of facts for the record that programs read: each fact of a document and of a release in a few words."""

from typing import Any, Final

from publication.domain import facts as f
from publication.domain import steps
from publication.domain.disclosure import BY_NAME
from publication.release import facts as r

FACT_NAMES: Final[dict[str, str]] = {
    "DraftStarted": "建立草稿",
    "EditionSaved": "保存新的一版",
    "MarksVoided": "改稿使上一版的签署失效",
    "IndexNumberIssued": "编发索引号和网址",
    "SubmittedForReview": "送审",
    "MarkPut": "签署通过",
    "DebtSettled": "紧急发布欠补的审校已补齐",
    "ReturnedToDrafter": "退回修改",
    "FindingsRecorded": "内容检查完成",
    "FindingWaived": "保留一条检查结果",
    "DisclosureReviewed": "公开和保密审查",
    "OpennessReviewed": "公开属性审查",
    "ImpactAssessed": "个人信息保护影响评估",
    "InterpretationLinked": "关联解读",
    "InterpretedLinked": "关联所解读的文件",
    "InterpretationUnlinked": "取消关联解读",
    "InterpretedUnlinked": "取消关联所解读的文件",
    "InterpretationExempted": "同意暂不解读",
    "EditionApproved": "签发",
    "KeptUnpublished": "按不主动公开归档",
    "Reopened": "重新办理",
    "DraftDiscarded": "作废",
    "CorrectionStarted": "开始更正",
    "CorrectionDropped": "放弃更正",
    "WithdrawalProposed": "提出撤回",
    "RepealProposed": "提出废止",
    "ProposalDropped": "不同意撤回或者废止",
    "PenaltyChanged": "登记处罚决定变动",
    "ClockRecounted": "放假安排更新，重新计算期限",
    "ReleaseFinished": "发布完成",
    "ReleaseAbandoned": "发布取消",
    "ReleaseOpened": "请各渠道准备",
    "ChannelReady": "渠道就绪",
    "ChannelDeclined": "渠道拒绝",
    "ChannelLetGo": "不发这个渠道",
    "ChannelAskedAgain": "请渠道重试",
    "ReleaseHeld": "暂缓",
    "ReleaseResumed": "继续",
    "ReleaseRescheduled": "改时间",
    "ReleaseOrdered": "下达放出指令",
    "InstantPassed": "到放出时刻",
    "ChannelActed": "渠道放出",
    "ChannelShown": "渠道确认已显示",
    "ChannelFell": "渠道失败或者结果不明",
    "ChannelTookBack": "渠道撤下",
    "ChannelDrifted": "渠道内容有变",
    "ReleaseClosed": "发布结束",
    "ReleaseCancelled": "取消发布",
}


def sentence(fact: Any) -> str:
    """Say what happened; opinions, persons and digests stand beside it in the entry's data."""
    name = FACT_NAMES[type(fact).__name__]
    match fact:
        case f.MarkPut(step=step):
            return f"{steps.BY_NAME[step].name_zh}通过，第{fact.edition}版"
        case f.ReturnedToDrafter(step=step):
            return f"{steps.BY_NAME[step].name_zh}退回修改，第{fact.edition}版"
        case f.EditionSaved():
            return f"保存第{fact.edition}版"
        case f.MarksVoided():
            return f"改稿使第{fact.edition}版的签署失效：{steps.named(fact.steps) or '公开和保密审查'}"
        case f.DisclosureReviewed():
            return f"{name}：{BY_NAME[fact.item].question}"
        case f.IndexNumberIssued():
            return f"{name}：{fact.index_number}"
        case r.ReleaseClosed():
            return f"{name}，各渠道首尾相差{fact.skew_ms:g}毫秒" if fact.skew_ms else name
        case r.ReleaseHeld() | r.ReleaseCancelled():
            return f"{name}：{fact.reason}"
        case _:
            return name
