"""The named facts that rules may speak of: what each is called, which values it may have, how it is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final, Literal

from gongkai.statute.heads import HEADS, LOCAL_ADDITIONS
from gongkai.statute.outcomes import OUTCOMES
from request.conversion.inputs import Considered, EarlierReview, Known
from request.conversion.kinds import KINDS, UNKNOWN

Value = str | int | bool | tuple[str, ...]
FactType = Literal["choice", "many", "number", "flag", "text"]

BASES_ZH: Final = {
    "already-public": "已主动公开", "given": "予以公开", "way-told": "告知获取途径", "state-secret": "国家秘密",
    "forbidden": "法律、行政法规禁止公开", "three-securities": "危及三安全一稳定", "third-party": "第三方合法权益",
    "internal-affairs": "内部事务信息", "process": "过程性信息", "enforcement-files": "行政执法案卷",
    "register-query": "行政查询事项", "not-existing": "信息不存在", "not-ours": "非本机关信息",
    "needs-making": "需另行制作", "still-unclear": "补正后仍不明确", "petition": "信访举报投诉",
    "repeated": "重复申请", "publications": "公开出版物", "excessive": "无正当理由大量反复申请",
    "reissue": "要求确认或重新出具", "correction-lapsed": "逾期不补正", "fee-lapsed": "逾期不缴费",
    "withdrawn": "撤回申请", "other": "其他",
}  # fmt: skip
PERSONAL_ZH: Final = {
    "name": "姓名", "phone": "电话号码", "id-number": "身份证件号码", "address": "住址", "bank-account": "银行账户",
    "birth": "出生日期", "email": "电子邮箱", "signature": "手写签名", "photo": "照片", "medical": "医疗健康信息",
    "minor": "未成年人身份信息", "plate": "机动车号牌",
}  # fmt: skip
_NATURES_ZH: Final = {
    "general": "一般信息", "individual": "个别主体的材料", "internal": "内部事务", "process": "过程性信息",
    "enforcement": "行政执法案卷", "register": "登记资料", "unknown": "不能确定",
}  # fmt: skip
_YES_NO: Final = {"yes": "是", "no": "否", "unknown": "不清楚", "not-applicable": "不适用"}
_NUMBERING: Final = re.compile(r"^(?:（[一二三四五六七]）|\d\.)|（区分处理.*）$")


@dataclass(frozen=True, slots=True)
class FactKind:
    name: str
    name_zh: str
    type: FactType
    read: Callable[[Considered, date], Known[Value]] = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict)

    def shown(self, value: Value) -> str:
        """Say a value as an officer would."""
        match value:
            case bool():
                return "是" if value else "否"
            case int():
                return "不详" if value < 0 else str(value)
            case str():
                return self.values.get(value, value) or "无"
        return "、".join(self.values.get(item, item) for item in value) or "无"


def _field(name: str) -> Callable[[Considered, date], Known[Value]]:
    def read(considered: Considered, _today: date) -> Known[Value]:
        known: Known[Value] = getattr(considered, name)
        return known

    return read


def _about(name: str) -> Callable[[Considered, date], Known[Value]]:
    def read(considered: Considered, _today: date) -> Known[Value]:
        known: Known[Value] = getattr(considered.about, name)
        return known

    return read


def _heads(considered: Considered, _today: date) -> Known[Value]:
    return Known(tuple(str(number) for number in considered.about.heads.value), considered.about.heads.source)


def _age(considered: Considered, today: date) -> Known[Value]:
    formed = considered.formed_on.value
    if formed is None or formed > today:
        return Known(-1, considered.formed_on.source)
    years = today.year - formed.year - ((today.month, today.day) < (formed.month, formed.day))
    return Known(years, considered.formed_on.source)


def _overdue(considered: Considered, today: date) -> Known[Value]:
    due = considered.due_on.value
    return Known(due is not None and due < today, considered.due_on.source)


def _closed(considered: Considered, today: date) -> Known[Value]:
    until = considered.closed_until.value
    return Known(until is not None and until > today, considered.closed_until.source)


def _column(considered: Considered, _today: date) -> Known[Value]:
    column = considered.column.value
    return Known(column.name if column else "", considered.column.source)


def _personal(considered: Considered, _today: date) -> Known[Value]:
    kinds = dict.fromkeys(item.kind for item in considered.personal.value)
    return Known(tuple(kinds), considered.personal.source)


def _earlier(considered: Considered, _today: date) -> Known[Value]:
    return Known(_standing(considered.earlier.value), considered.earlier.source)


def _standing(reviews: tuple[EarlierReview, ...]) -> str:
    """Tell what the last decided review says: a later decision takes the place of an earlier one.

    Where a person kept what the rules would have opened or had asked about, the person's word stands.
    """
    decided = [review for review in reviews if review.decision]
    if not decided:
        return "none"
    last = max(decided, key=lambda review: review.on)
    if last.decision in {"publish", "redact"}:
        return "in-hand"
    return "kept" if last.advice == "keep" else "overruled"


_TEST: Final = {"interest": "涉及公众利益调整", "know": "需要公众广泛知晓", "take-part": "需要公众参与决策"}
_THIRD_PARTY: Final = {"none": "不涉及", "trade-secret": "商业秘密", "privacy": "个人隐私"}
_OPINION: Final = {
    "not-asked": "未征求", "consents": "同意公开", "objects": "不同意公开", "partly": "部分同意公开",
    "silent": "逾期未答复",
}  # fmt: skip
_STAGE: Final = {"finished": "已办结", "running": "尚未办结", "not-applicable": "不适用"}
_REDACTION: Final = {"not-needed": "无须隐去", "yes": "能", "no": "不能", "unknown": "不清楚"}
_SECRECY: Final = {
    "state-secret": "国家秘密", "forbidden": "法律、行政法规禁止公开", "securities": "可能危及三安全一稳定",
    "work-secret": "工作秘密",
}  # fmt: skip
_SECRECY_REVIEW: Final = {"cleared": "未发现问题", "unsure": "拿不准"}
_MAKER: Final = {
    "ours": "本机关", "joint": "联合制作，共同制作机关未同意", "joint-agreed": "联合制作，共同制作机关已同意",
    "other": "其他机关", "needs-approval": "公开须经批准",
}  # fmt: skip
_CHANGED: Final = {
    "declassified": "已经解密", "third-party-consents": "第三方改为同意", "procedure-finished": "程序已经结束",
    "law-requires": "新的规定要求公开",
}  # fmt: skip
_EARLIER: Final = {"none": "没有", "kept": "不公开", "overruled": "曾由人决定不公开", "in-hand": "已决定公开"}


@cache
def all_facts() -> Mapping[str, FactKind]:
    """Return every fact by its name."""
    rows = {row.key: _NUMBERING.sub("", row.printed_zh) for row in OUTCOMES if row.is_decision}
    kinds = {kind.id: kind.name_zh for kind in KINDS.values()} | {UNKNOWN: "不能确定"}
    heads = {str(head.number): f"{head.article.partition('》')[2]}（{head.name_zh}）" for head in HEADS}
    facts = (
        FactKind("row", "答复结果", "choice", _field("row"), rows),
        FactKind("bases", "各事项的处理依据", "many", _field("bases"), BASES_ZH),
        FactKind("kind", "信息种类", "choice", _about("kind"), kinds),
        FactKind("nature", "信息性质", "choice", _about("nature"), _NATURES_ZH),
        FactKind("heads", "对应的主动公开内容", "many", _heads, heads),
        FactKind("local", "对应的市县补充内容", "many", _about("local"), {name: name for name in LOCAL_ADDITIONS}),
        FactKind("test", "第十九条的标准", "many", _about("test"), _TEST),
        FactKind("applicants", "申请相同或者相近信息的不同申请人数", "number", _field("applicants")),
        FactKind("suggested", "申请人建议纳入主动公开", "flag", _field("suggested")),
        FactKind("third_party", "涉及的第三方权益", "choice", _field("third_party"), _THIRD_PARTY),
        FactKind("opinion", "第三方意见", "choice", _field("opinion"), _OPINION),
        FactKind("public_interest", "不公开会对公共利益造成重大影响", "flag", _field("public_interest")),
        FactKind("age", "形成至今的整年数", "number", _age),
        FactKind("overdue", "已过主动公开期限", "flag", _overdue),
        FactKind("in_force", "是否现行有效", "choice", _field("in_force"), _YES_NO),
        FactKind("stage", "所涉事项的进展", "choice", _field("stage"), _STAGE),
        FactKind("closed", "不公开的期间尚未届满", "flag", _closed),
        FactKind("permalink", "已公开的地址", "text", _field("permalink")),
        FactKind("column", "对应的目录栏目", "text", _column),
        FactKind("personal", "发现的个人信息", "many", _personal, PERSONAL_ZH),
        FactKind("redaction", "隐去后能否公开", "choice", _field("redaction"), _REDACTION),
        FactKind("consent", "个人单独同意", "choice", _field("consent"), {"none": "没有", "given": "已取得"}),
        FactKind("secrecy", "秘密标志", "many", _field("secrecy"), _SECRECY),
        FactKind("secrecy_review", "保密审查", "choice", _field("secrecy_review"), _SECRECY_REVIEW),
        FactKind("maker", "制作机关", "choice", _field("maker"), _MAKER),
        FactKind("required_by", "要求公开的规定", "text", _field("required_by")),
        FactKind("compiled", "专为申请人制作", "flag", _field("compiled")),
        FactKind("about_self", "只涉及申请人自己", "flag", _field("about_self")),
        FactKind("impact", "处罚决定有一定社会影响", "choice", _field("impact"), _YES_NO),
        FactKind("changed", "不予公开后的变化", "many", _field("changed"), _CHANGED),
        FactKind("earlier", "对同一信息的前次审查", "choice", _earlier, _EARLIER),
    )
    return {fact.name: fact for fact in facts}
