"""Who may do what: roles × actions as data. The table is the rule, and it is tested whole.

Actions are named `<thing>.<verb>`. A delegate acts with the roles of the person away; that is resolved
in `gongkai.web.session`, not here. Content and its review are closed to administrators: they keep the
house, they do not decide what it says (separation of privileges, GB/T 22239—2019 8.1.4.2).
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from gongkai.contracts.identity import Role

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ROLE_NAMES: Final[dict[Role, str]] = {
    "drafter": "拟稿人",
    "section_head": "处室负责人",
    "deputy_head": "分管负责人",
    "head": "主要负责人",
    "proofreader": "校对人",
    "openness_officer": "信息公开机构负责人",
    "secrecy_reviewer": "保密审查人",
    "newmedia_operator": "新媒体运维",
    "supervisor": "督查人员",
    "administrator": "系统管理员",
}
ROLE_DUTIES: Final[dict[Role, str]] = {
    "drafter": "起草文件，作初审和初校",
    "section_head": "作复审，核对事实、依据和格式",
    "deputy_head": "作终审，决定发布",
    "head": "终审重要文件，决定紧急发布",
    "proofreader": "作初校、复校、终校",
    "openness_officer": "审定公开属性，安排发布，管理公开目录",
    "secrecy_reviewer": "作公开前的保密审查",
    "newmedia_operator": "管理账号，处理各渠道的发布结果",
    "supervisor": "查看全部办理情况和登记簿，不办理",
    "administrator": "管理人员、单位信息和系统，不审内容",
}

Action = Literal[
    "work.see",
    "document.see",
    "draft.create",
    "draft.edit",
    "draft.import",
    "draft.submit",
    "draft.discard",
    "attachment.add",
    "mark.first-review",
    "mark.first-proof",
    "mark.second-review",
    "mark.second-proof",
    "mark.third-review",
    "mark.third-review-important",
    "mark.third-proof",
    "secrecy.review",
    "openness.decide",
    "impact.assess",
    "finding.waive",
    "wordlist.edit",
    "interpretation.except",
    "release.see",
    "release.order",
    "release.cancel",
    "release.proceed",
    "release.emergency",
    "document.correct",
    "document.withdraw",
    "document.repeal",
    "catalogue.see",
    "catalogue.revise",
    "account.see",
    "account.open",
    "account.file",
    "account.change",
    "account.close",
    "account.credential",
    "delivery.see",
    "delivery.act",
    "quarantine.see",
    "quarantine.replay",
    "source.manage",
    "calendar.edit",
    "person.see",
    "person.manage",
    "organ.describe",
    "token.issue",
    "token.manage",
    "audit.see",
    "audit.verify",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_WRITERS: Final[tuple[Role, ...]] = ("drafter", "section_head", "openness_officer")
_DECIDERS: Final[tuple[Role, ...]] = ("openness_officer", "deputy_head", "head")
_CONTENT: Final[tuple[Role, ...]] = (
    "drafter",
    "section_head",
    "deputy_head",
    "head",
    "proofreader",
    "openness_officer",
    "secrecy_reviewer",
    "newmedia_operator",
    "supervisor",
)

MATRIX: Final[dict[Action, tuple[Role, ...]]] = {
    "work.see": ROLES,
    "document.see": _CONTENT,
    "draft.create": _WRITERS,
    "draft.edit": _WRITERS,
    "draft.import": _WRITERS,
    "draft.submit": _WRITERS,
    "draft.discard": _WRITERS,
    "attachment.add": _WRITERS,
    # The ladder of three reviews: words; facts, basis and format; political direction and the decision.
    "mark.first-review": ("drafter",),
    "mark.second-review": ("section_head",),
    "mark.third-review": ("deputy_head", "head"),
    "mark.third-review-important": ("head",),
    # The three proofs may be read by proofreaders or by the same ladder.
    "mark.first-proof": ("drafter", "proofreader"),
    "mark.second-proof": ("section_head", "proofreader"),
    "mark.third-proof": ("deputy_head", "head", "proofreader"),
    "secrecy.review": ("secrecy_reviewer",),
    "openness.decide": ("openness_officer",),
    "impact.assess": ("openness_officer",),
    "finding.waive": ("section_head", "openness_officer", "deputy_head", "head"),
    "wordlist.edit": ("proofreader", "openness_officer"),
    "interpretation.except": ("deputy_head", "head"),
    "release.see": _CONTENT,
    "release.order": _DECIDERS,
    "release.cancel": _DECIDERS,
    "release.proceed": _DECIDERS,
    "release.emergency": ("head",),
    "document.correct": _DECIDERS,
    "document.withdraw": _DECIDERS,
    "document.repeal": _DECIDERS,
    "catalogue.see": ROLES,
    "catalogue.revise": ("openness_officer",),
    "account.see": ("newmedia_operator", "openness_officer", "deputy_head", "head", "supervisor"),
    "account.open": ("newmedia_operator", "openness_officer"),
    "account.file": ("newmedia_operator", "openness_officer"),
    "account.change": ("newmedia_operator", "openness_officer"),
    "account.close": ("newmedia_operator", "openness_officer"),
    "account.credential": ("newmedia_operator",),
    "delivery.see": ("newmedia_operator", "openness_officer", "deputy_head", "head", "supervisor"),
    "delivery.act": ("newmedia_operator", "openness_officer"),
    "quarantine.see": ("administrator", "openness_officer", "supervisor"),
    "quarantine.replay": ("administrator",),
    "source.manage": ("administrator",),
    "calendar.edit": ("administrator", "openness_officer"),
    "person.see": ("administrator", "supervisor"),
    "person.manage": ("administrator",),
    "organ.describe": ("administrator",),
    # Everyone may let a program do part of their own work; nobody may do so in another's name.
    "token.issue": ROLES,
    "token.manage": ("administrator",),
    "audit.see": ("openness_officer", "head", "supervisor", "administrator"),
    "audit.verify": ("supervisor", "administrator"),
}

ACTION_NAMES: Final[dict[Action, str]] = {
    "work.see": "查看待办",
    "document.see": "查看未发布的文件",
    "draft.create": "新建文件",
    "draft.edit": "修改文件",
    "draft.import": "导入文件",
    "draft.submit": "送审",
    "draft.discard": "作废草稿",
    "attachment.add": "添加附件",
    "mark.first-review": "初审",
    "mark.first-proof": "初校",
    "mark.second-review": "复审",
    "mark.second-proof": "复校",
    "mark.third-review": "终审",
    "mark.third-review-important": "终审重要文件",
    "mark.third-proof": "终校",
    "secrecy.review": "保密审查",
    "openness.decide": "审定公开属性",
    "impact.assess": "评估个人信息影响",
    "finding.waive": "保留检查结果并说明理由",
    "wordlist.edit": "修改错敏词表",
    "interpretation.except": "同意暂不解读",
    "release.see": "查看发布情况",
    "release.order": "安排发布",
    "release.cancel": "取消发布",
    "release.proceed": "不等未就绪的渠道，先行发布",
    "release.emergency": "紧急发布",
    "document.correct": "更正文件",
    "document.withdraw": "撤回文件",
    "document.repeal": "废止文件",
    "catalogue.see": "查看公开目录",
    "catalogue.revise": "修订公开目录",
    "account.see": "查看新媒体账号",
    "account.open": "登记账号",
    "account.file": "办理账号备案",
    "account.change": "变更账号",
    "account.close": "注销账号",
    "account.credential": "保管账号凭据",
    "delivery.see": "查看各渠道发布结果",
    "delivery.act": "处理各渠道发布结果",
    "quarantine.see": "查看没有读懂的消息",
    "quarantine.replay": "重新处理消息",
    "source.manage": "登记来源系统",
    "calendar.edit": "维护节假日安排",
    "person.see": "查看人员名册",
    "person.manage": "管理人员和角色",
    "organ.describe": "修改单位信息",
    "token.issue": "为自己的程序发放令牌",
    "token.manage": "管理全部程序令牌",
    "audit.see": "查看登记簿",
    "audit.verify": "核验登记簿",
}


def allowed(roles: Iterable[str], action: Action) -> bool:
    """Tell whether any of these roles may do this. A role we do not know may do nothing."""
    return not set(MATRIX[action]).isdisjoint(roles)


def roles_for(action: Action) -> tuple[str, ...]:
    """Name the roles that may do this, for the sentence of a refusal."""
    return tuple(ROLE_NAMES[role] for role in MATRIX[action])


def actions_of(roles: Iterable[str]) -> tuple[Action, ...]:
    held = frozenset(roles)
    return tuple(action for action in ACTIONS if allowed(held, action))
