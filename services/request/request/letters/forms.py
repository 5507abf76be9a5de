"""Every letter the procedure knows, as data: when it is written, what must stand in it, what it rests on.

What an element is and how its absence is seen stands in `elements`; how a form is worded, in `wording`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gongkai.statute import rules
from gongkai.statute.articles import ARTICLES
from gongkai.statute.terms import Term
from request.domain.values import Basis, LetterKind, Row
from request.letters.data import Remedy
from request.letters.grounds import GROUNDS, REFUSING

REPLY_TITLE: Final = "政府信息公开申请答复书"
NOTICE_TITLE: Final = "政府信息公开申请告知书"
REPLIES: Final = "公复"
NOTICES: Final = "公知"
CONSULTATIONS: Final = "公询"
HELP: Final = "公协"
FEES: Final = "公费"


@dataclass(frozen=True, slots=True)
class Form:
    kind: LetterKind
    title: str
    name_zh: str
    """The form as an officer calls it; several share a title."""
    when_zh: str
    series: str
    """Which register numbers it; empty: it has no number."""
    elements: tuple[str, ...]
    articles: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    remedy: Remedy = "none"
    bases: tuple[Basis, ...] = ()
    """The bases such a reply may rest on; one of them must be among its decisions."""
    signed: bool = True
    within: Term | None = None
    """The number of the law by which it must be out, counted from receipt."""


NEEDED: Final[dict[Basis, tuple[str, ...]]] = {
    "already-public": ("public-at",),
    "given": ("given",),
    "way-told": ("obtain",),
    "state-secret": ("refusal-reason",),
    "forbidden": ("refusal-reason", "forbidding-law"),
    "three-securities": ("refusal-reason",),
    "third-party": ("refusal-reason", "third-party-answer"),
    "internal-affairs": ("refusal-reason",),
    "process": ("refusal-reason",),
    "enforcement-files": ("refusal-reason",),
    "register-query": ("special-law",),
    "not-existing": ("searches",),
    "not-ours": ("reason",),
    "needs-making": ("reason",),
    "still-unclear": ("corrected-on", "unclear-what"),
    "petition": ("reason",),
    "repeated": ("earlier-number", "earlier-on"),
    "publications": ("publication-where",),
    "excessive": ("reason",),
    "reissue": ("reason",),
    "correction-lapsed": ("lapse-dates",),
    "fee-lapsed": ("lapse-dates",),
    "withdrawn": ("ending",),
    "other": ("reason",),
}
"""What a decision must bring with it, whatever the letter it stands in."""
COMMON: Final = ("organ", "addressee", "verification")
FROM_APPLICATION: Final = (*COMMON, "number", "case-number", "received", "subject")
ANSWERS: Final = (*FROM_APPLICATION, "decisions", "reconsideration-link")


def _procedure(
    kind: LetterKind, title: str, when_zh: str, series: str, elements: tuple[str, ...], articles: tuple[str, ...],
    *, within: Term | None = None, rows: tuple[Row, ...] = (), remedy: Remedy = "none", signed: bool = True,
) -> Form:  # fmt: skip
    return Form(kind, title, title, when_zh, series, elements, articles, rows, remedy, signed=signed, within=within)


def _reply(kind: LetterKind, title: str, name_zh: str, when_zh: str, *bases: Basis) -> Form:
    elements = tuple(dict.fromkeys(key for basis in bases for key in NEEDED[basis]))
    rows = tuple(dict.fromkeys(GROUNDS[basis].row for basis in bases))
    cited = {place.partition(" ")[0] for basis in bases for place in GROUNDS[basis].articles}
    articles = tuple(article for article in ARTICLES if article in cited)
    remedy: Remedy = "reconsider-first" if any(GROUNDS[basis].reconsider_first for basis in bases) else "either"
    return Form(
        kind, title, f"{title[-3:]}·{name_zh}", when_zh, REPLIES, (*ANSWERS, *elements), articles, rows, remedy, bases,
        within=rules.REPLY,
    )  # fmt: skip


_FORMS: Final = (
    _procedure(
        "application-form", "政府信息公开申请表", "申请人提出申请时", "", ("organ", "application"), ("A29",),
        signed=False,
    ),
    _procedure(
        "receipt", "政府信息公开申请登记回执", "确定收到申请之日后", "",
        (*COMMON, "case-number", "received", "subject", "due", "contact"), ("A31", "A33", "A45"),
    ),
    _procedure(
        "correction", "政府信息公开申请补正告知书", "申请内容不明确，自收到申请之日起7个工作日内", NOTICES,
        (*FROM_APPLICATION, "correction-items", "correction-period", "contact"), ("A29", "A30"),
        within=rules.CORRECTION_NOTICE,
    ),
    _procedure(
        "reasons", "政府信息公开申请说明理由告知书", "申请数量、频次明显超过合理范围", NOTICES,
        (*FROM_APPLICATION, "excess-facts", "reasons-period", "contact"), ("A35",),
    ),
    _procedure(
        "extension", "政府信息公开申请延期答复告知书", "答复期限届满之前", NOTICES,
        (*FROM_APPLICATION, "extension-reason", "extension-days", "extension-due", "head-consent"), ("A33",),
    ),
    _procedure(
        "third-party", "政府信息公开征求第三方意见书", "公开可能损害第三方合法权益", CONSULTATIONS,
        (*COMMON, "number", "case-number", "consulted-content", "consulted-why", "contact"), ("A15", "A32"),
    ),
    _procedure(
        "third-party-confirmation", "政府信息公开征求意见确认函", "随征求意见书寄给被征求意见人，由其填写后寄回", "",
        (*COMMON, "case-number", "consulted-content", "number", "contact"), ("A32", "A34"), signed=False,
    ),
    _procedure(
        "third-party-applicant", "政府信息公开征求意见告知书", "发出征求意见书后，告知申请人", NOTICES,
        (*FROM_APPLICATION, "asked-on"), ("A32", "A33", "A34"),
    ),
    _procedure(
        "third-party-decision", "公开政府信息告知书", "第三方不同意，但不公开会对公共利益造成重大影响", NOTICES,
        (*COMMON, "number", "case-number", "override-content", "public-interest", "release-on", "reconsideration-link"),
        ("A15", "A32"), remedy="either",
    ),
    _procedure(
        "co-maker", "政府信息公开征求共同制作机关意见书", "申请公开的信息由几个机关共同制作", CONSULTATIONS,
        (*COMMON, "number", "case-number", "consulted-content", "contact"), ("A34",),
    ),
    _procedure(
        "other-organ", "政府信息公开协商函", "申请公开的信息涉及其他机关", CONSULTATIONS,
        (*COMMON, "number", "case-number", "consulted-content", "consulted-why", "contact"), ("A11", "A33"),
    ),
    _procedure(
        "co-handling", "政府信息公开申请协办函", "办理申请需要其他单位配合", HELP,
        (*COMMON, "number", "case-number", "consulted-content", "answer-by", "contact"), ("A45",),
    ),
    _procedure(
        "fee", "政府信息公开信息处理费收费通知书", "在申请处理期限内", FEES,
        (*FROM_APPLICATION, "fee-standard", "fee-count", "fee-amount", "fee-payment", "contact"),
        ("A42", "F3", "F4", "F5"), remedy="fee", within=rules.REPLY,
    ),
    _reply("reply-public", REPLY_TITLE, "已主动公开", "所申请的信息已经主动公开", "already-public"),
    _reply("reply-given", REPLY_TITLE, "予以公开", "所申请的信息可以公开", "given", "way-told"),
    Form(
        "reply-partial", REPLY_TITLE, "答复书·部分公开", "所申请的信息部分可以公开", REPLIES,
        (*ANSWERS, "open-part", "closed-part", "withheld"), ("A36", "A37"), ("p",), "reconsider-first",
        within=rules.REPLY,
    ),
    _reply("reply-refused", REPLY_TITLE, "不予公开", "所申请的信息属于第十四条至第十六条的情形", *REFUSING),
    _reply("reply-register", NOTICE_TITLE, "行政查询", "法律、行政法规对信息的获取有特别规定", "register-query"),
    _reply("reply-not-existing", NOTICE_TITLE, "信息不存在", "经检索没有所申请的信息", "not-existing"),
    _reply("reply-not-ours", NOTICE_TITLE, "非本机关负责公开", "所申请的信息不属于本机关负责公开", "not-ours"),
    _reply("reply-needs-making", NOTICE_TITLE, "需另行制作", "需要对现有政府信息加工、分析", "needs-making"),
    _reply("reply-unclear", NOTICE_TITLE, "补正后仍不明确", "补正后申请内容仍不明确", "still-unclear"),
    _reply("reply-petition", NOTICE_TITLE, "信访投诉举报", "以申请的形式进行信访、投诉、举报等活动", "petition"),
    _reply("reply-repeated", NOTICE_TITLE, "重复申请", "已就同一政府信息答复过同一申请人", "repeated"),
    _reply("reply-publications", NOTICE_TITLE, "公开出版物", "要求提供公报、报刊、书籍等公开出版物", "publications"),
    _reply("reply-excessive", NOTICE_TITLE, "无正当理由大量反复申请", "申请人说明的理由不合理", "excessive"),
    _reply("reply-reissue", NOTICE_TITLE, "确认或者重新出具", "要求确认或者重新出具已经获取的信息", "reissue"),
    Form(
        "lapsed", "政府信息公开申请不再处理告知书", "不再处理告知书", "申请人逾期不补正，或者逾期未缴纳费用", REPLIES,
        (*FROM_APPLICATION, "reconsideration-link", "lapse-dates"), ("A30", "A42"), ("o1", "o2"), "either",
    ),
    Form(
        "withdrawn", "政府信息公开申请终止办理告知书", "终止办理告知书", "申请人撤回申请，或者不能继续办理", REPLIES,
        (*FROM_APPLICATION, "reconsideration-link", "ending"), ("A45",), ("o3",), "either",
    ),
    _procedure(
        "approval-slip", "政府信息公开申请答复审查呈批单", "答复发出之前", "",
        ("organ", "case-number", "received", "subject", "approval"), ("A17", "A45"), signed=False,
    ),
    _procedure(
        "transfer-list", "政府信息公开申请材料移送明细表", "材料移送或者归档时", "",
        ("organ", "case-number", "transfer"), ("A45",), signed=False,
    ),
)  # fmt: skip
FORMS: Final[dict[LetterKind, Form]] = {form.kind: form for form in _FORMS}
