"""State + command → facts, or a refusal that says why. Reading this match is reading the procedure."""

from gongkai.statute.refusal import Refused
from publication.domain import commands as c
from publication.domain import facts as f
from publication.domain import reviewing, signing, writing
from publication.domain.dossier import (
    STATE_NAMES,
    Absent,
    ChangeProposed,
    Document,
    Drafting,
    Kept,
    Published,
    Releasing,
    Reviewing,
    Withdrawn,
)

COMMAND_NAMES: dict[type[c.Command], str] = {
    c.StartDraft: "新建",
    c.SaveEdition: "修改",
    c.SubmitForReview: "送审",
    c.PutMark: "审校签署",
    c.ReturnToDrafter: "退回修改",
    c.RecordFindings: "记录检查结果",
    c.WaiveFinding: "保留检查结果",
    c.ReviewDisclosure: "公开和保密审查",
    c.ReviewOpenness: "公开属性审查",
    c.RecordAssessment: "影响评估",
    c.LinkInterpretation: "关联解读",
    c.LinkInterpreted: "关联所解读的文件",
    c.UnlinkInterpretation: "取消关联解读",
    c.UnlinkInterpreted: "取消关联所解读的文件",
    c.ExemptInterpretation: "同意暂不解读",
    c.Approve: "签发",
    c.ApproveInEmergency: "紧急发布",
    c.KeepUnpublished: "按不主动公开归档",
    c.Reopen: "重新办理",
    c.DiscardDraft: "作废",
    c.StartCorrection: "更正",
    c.DropCorrection: "放弃更正",
    c.ProposeWithdrawal: "提出撤回",
    c.ProposeRepeal: "提出废止",
    c.DropProposal: "不同意撤回或废止",
    c.ApproveProposal: "批准撤回或废止",
    c.NotePenaltyChanged: "登记处罚决定变动",
    c.RecountClock: "重算期限",
    c.FinishRelease: "发布完成",
    c.AbandonRelease: "发布取消",
}


def decide(document: Document, command: c.Command) -> list[f.Fact]:
    # A report may come when the edition it read is long signed off; no state refuses it.
    if isinstance(command, c.RecordFindings) and not isinstance(document, Absent):
        return reviewing.record_findings(document.dossier, command)
    if isinstance(command, c.RecountClock) and not isinstance(document, Absent):
        return [f.ClockRecounted(command.kind, command.before_on, command.after_on, command.calendar_version)]
    match document, command:
        case Absent(), c.StartDraft():
            return writing.start(command)

        case ((Drafting() | Reviewing()), c.SaveEdition()):
            return writing.save(document.dossier, command)
        case Drafting(), c.SubmitForReview():
            return writing.submit(document.dossier, command)
        case ((Drafting() | Reviewing() | Releasing() | Published()), c.LinkInterpretation()):
            return writing.link(document.dossier, command)
        case ((Drafting() | Reviewing()), c.LinkInterpreted()):
            return writing.link_back(document.dossier, command)
        case ((Drafting() | Reviewing()), c.UnlinkInterpretation()):
            return writing.unlink(document.dossier, command)
        case ((Drafting() | Reviewing()), c.UnlinkInterpreted()):
            return writing.unlink_back(document.dossier, command)
        case ((Drafting() | Reviewing()), c.ExemptInterpretation()):
            return writing.exempt(document.dossier, command)
        case ((Drafting() | Reviewing()), c.KeepUnpublished()):
            return writing.keep(document.dossier, command)
        case ((Drafting() | Reviewing()), c.DiscardDraft()):
            return writing.discard(document.dossier, command)
        case ((Kept() | Withdrawn()), c.Reopen()):
            return writing.reopen(command)

        case Reviewing(), c.PutMark():
            return reviewing.put_mark(document.dossier, command)
        case ((Releasing() | Published() | ChangeProposed()), c.PutMark()):
            return reviewing.make_up(document.dossier, command)
        case Reviewing(), c.ReturnToDrafter():
            return reviewing.return_to_drafter(document.dossier, command)
        case ((Drafting() | Reviewing()), c.WaiveFinding()):
            return reviewing.waive(document.dossier, command)
        case ((Drafting() | Reviewing()), c.ReviewDisclosure()):
            return reviewing.review_disclosure(document.dossier, command)
        case ((Drafting() | Reviewing()), c.ReviewOpenness()):
            return reviewing.review_openness(document.dossier, command)
        case ((Drafting() | Reviewing()), c.RecordAssessment()):
            return reviewing.assess(document.dossier, command)

        case Reviewing(), c.Approve():
            return signing.approve(document.dossier, command)
        case ((Drafting() | Reviewing()), c.ApproveInEmergency()):
            return signing.approve_in_emergency(document.dossier, command)
        case Published(), c.StartCorrection():
            return signing.start_correction(document.dossier, command)
        case ((Drafting() | Reviewing()), c.DropCorrection()):
            return signing.drop_correction(document.dossier, command)
        case ((Published() | Drafting() | Reviewing()), c.ProposeWithdrawal()):
            return signing.propose_withdrawal(document.dossier, command)
        case Published(), c.ProposeRepeal():
            return signing.propose_repeal(document.dossier, command)
        case ChangeProposed(), c.DropProposal():
            return signing.drop_proposal(command)
        case ChangeProposed(), c.ApproveProposal():
            return signing.approve_proposal(document, command)
        case Published(), c.NotePenaltyChanged():
            return signing.note_penalty(document.dossier, command)
        case Releasing(), c.FinishRelease():
            return signing.finish(document, command)
        case Releasing(), c.AbandonRelease():
            return signing.abandon(document, command)

        case _:
            raise Refused(f"文件现在是“{STATE_NAMES[type(document)]}”，不能{COMMAND_NAMES[type(command)]}")
