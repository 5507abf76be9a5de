"""Verbs of the sign-off and of what follows: approve, emergency, correct, withdraw, repeal."""

from datetime import date

from gongkai.statute import rules
from gongkai.statute.refusal import Refused
from publication.domain import commands as c
from publication.domain import facts as f
from publication.domain import steps
from publication.domain.content import Content
from publication.domain.dossier import Change, ChangeProposed, Companion, Dossier, Releasing
from publication.domain.gates import NEVER_OWED, Gate, gates, open_gates
from publication.domain.people import DECIDERS, Acting, must_act
from publication.domain.writing import issued, must_be_current

SIGN_OFF = "《政府信息公开条例》第十七条；三审三校制度"
GUIDE = "国办发〔2017〕47号《政府网站发展指引》"
EMERGENCY = "应急发布：主要负责人批准，事后补审"


class NotReady(Refused):
    """Sign-off is blocked; `gates` are those that are open."""

    def __init__(self, found: tuple[Gate, ...]) -> None:
        self.gates = found
        super().__init__("；".join(gate.sentence for gate in found), found[0].article if found else SIGN_OFF)


def approve(dossier: Dossier, command: c.Approve) -> list[f.Fact]:
    """Every gate must hold. What the page shows as missing is what the refusal names."""
    must_be_current(dossier, command.edition)
    signer = must_act(command.by, DECIDERS, "签发", article=SIGN_OFF)
    blocked = open_gates(_gates(dossier, command.content, command.today, command.column_known, command.companions))
    if blocked:
        raise NotReady(blocked)
    return [_approved(dossier, command, signer)]


def approve_in_emergency(dossier: Dossier, command: c.ApproveInEmergency) -> list[f.Fact]:
    """Let the head sign without the missing marks; they are owed, and a clock watches them."""
    must_be_current(dossier, command.edition)
    signer = must_act(command.by, ("head",), "紧急发布", article=EMERGENCY)
    if not command.reason.strip():
        raise Refused("紧急发布要写明理由", EMERGENCY)
    blocked = open_gates(_gates(dossier, command.content, command.today, command.column_known, command.companions))
    firm = tuple(gate for gate in blocked if gate.name in NEVER_OWED)
    if firm:
        raise NotReady(firm)
    facts: list[f.Fact] = []
    if dossier.number is None:
        if command.number is None:
            raise Refused("发布前要有索引号，单位信息还没有填写完整")
        facts.append(issued(command.number))
    owed = steps.missing(dossier.marks, important=dossier.important)
    return [
        *facts,
        f.EditionApproved(
            command.release_id,
            _change(dossier),
            dossier.edition,
            dossier.digest,
            command.manifest,
            signer.person,
            signer.role,
            signer.on_behalf_of,
            "valid",
            command.reason.strip(),
            owed,
            command.make_up_by if owed else None,
        ),
    ]


def _gates(
    dossier: Dossier,
    content: Content,
    today: date,
    column_known: bool,
    companions: tuple[Companion, ...],
) -> list[Gate]:
    return gates(dossier, content, today=today, column_known=column_known, companions=companions)


def _change(dossier: Dossier) -> Change:
    return "publish" if dossier.live is None else "correct"


def _approved(dossier: Dossier, command: c.Approve, signer: Acting) -> f.EditionApproved:
    return f.EditionApproved(
        command.release_id,
        _change(dossier),
        dossier.edition,
        dossier.digest,
        command.manifest,
        signer.person,
        signer.role,
        signer.on_behalf_of,
        "valid",
        "",
        (),
        None,
    )


def start_correction(dossier: Dossier, command: c.StartCorrection) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "更正", article=GUIDE)
    if not command.explanation.strip():
        raise Refused("更正要附公开说明：改了什么，为什么改", GUIDE)
    changed_on = command.changed_on
    if changed_on is not None and command.today is not None and changed_on > command.today:
        raise Refused("变更的日期不能晚于今天", rule=rules.PROACTIVE)
    if changed_on is not None and dossier.formed_on is not None and changed_on < dossier.formed_on:
        raise Refused(f"变更的日期不能早于成文日期{dossier.formed_on}", rule=rules.PROACTIVE)
    return [f.CorrectionStarted(decider.person, command.explanation.strip(), changed_on)]


def drop_correction(dossier: Dossier, command: c.DropCorrection) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "放弃更正", article=GUIDE)
    if dossier.live is None:
        raise Refused("文件还没有公开，没有更正可以放弃；不用了可以作废")
    return [f.CorrectionDropped(decider.person, command.reason.strip())]


def propose_withdrawal(dossier: Dossier, command: c.ProposeWithdrawal) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "提出撤回", article=GUIDE)
    if dossier.live is None:
        raise Refused("文件还没有公开，不需要撤回", GUIDE)
    if not command.explanation.strip():
        raise Refused("撤回要附公开说明", rules.PENALTY_WITHDRAWAL.article if dossier.penalty else GUIDE)
    return [f.WithdrawalProposed(decider.person, command.explanation.strip())]


def propose_repeal(dossier: Dossier, command: c.ProposeRepeal) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "提出废止", article=GUIDE)
    if dossier.live is None:
        raise Refused("文件还没有公开，不能废止", GUIDE)
    if command.validity not in {"repealed", "void", "changed"}:
        raise Refused("废止后的效力是废止、失效或者已修改", GUIDE)
    if not command.explanation.strip():
        raise Refused("废止要附公开说明", GUIDE)
    if dossier.formed_on and command.repealed_on < dossier.formed_on:
        raise Refused(f"废止日期{command.repealed_on}早于成文日期{dossier.formed_on}", GUIDE)
    return [
        f.RepealProposed(
            decider.person,
            command.explanation.strip(),
            command.validity,
            command.repealed_on,
            command.replaced_by,
        ),
    ]


def drop_proposal(command: c.DropProposal) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "不同意撤回或者废止", article=GUIDE)
    return [f.ProposalDropped(decider.person, command.reason.strip())]


def approve_proposal(state: ChangeProposed, command: c.ApproveProposal) -> list[f.Fact]:
    """Take a second person's signature; only the head may sign what the head proposed."""
    signer = must_act(command.by, DECIDERS, "批准撤回或者废止", article=GUIDE)
    if signer.person == state.proposal.person and signer.role != "head" and "head" not in command.by.roles:
        raise Refused("撤回、废止由另一个人批准，提出的人不能自己批准", GUIDE)
    live = state.dossier.live
    if live is None:
        raise Refused("文件没有公开，没有可以撤回或者废止的内容", GUIDE)
    return [
        f.EditionApproved(
            command.release_id,
            state.proposal.change,
            live.edition,
            live.digest,
            command.manifest,
            signer.person,
            signer.role,
            signer.on_behalf_of,
            state.proposal.validity,
            "",
            (),
            None,
        ),
    ]


def note_penalty(dossier: Dossier, command: c.NotePenaltyChanged) -> list[f.Fact]:
    decider = must_act(command.by, DECIDERS, "登记处罚决定变动", article=rules.PENALTY_WITHDRAWAL.article)
    if dossier.kind != "penalty":
        raise Refused("只有行政处罚信息适用三个工作日撤回", rule=rules.PENALTY_WITHDRAWAL)
    return [f.PenaltyChanged(decider.person, command.changed_on, command.due_on)]


def finish(state: Releasing, command: c.FinishRelease) -> list[f.Fact]:
    if command.release_id != state.release_id:
        raise Refused("这不是正在进行的发布")
    return [f.ReleaseFinished(command.release_id, state.change, command.released_at)]


def abandon(state: Releasing, command: c.AbandonRelease) -> list[f.Fact]:
    if command.release_id != state.release_id:
        raise Refused("这不是正在进行的发布")
    return [f.ReleaseAbandoned(command.release_id, state.change)]
