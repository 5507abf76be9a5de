"""Basis → row, article, letter, remedy, and what must be there first. No outcome the law does not know."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gongkai.statute.refusal import Refused
from request.domain.file import CaseFile
from request.domain.law import FEE_RULES, cite
from request.domain.values import Basis, ItemDecision, LetterKind, Row

RemedyBlock = Literal["RB-A", "RB-B", "RB-0"]
"""RB-A: reconsideration first (A14–A16); RB-B: reconsideration or suit; RB-0: the letter carries none."""

Check = Callable[[CaseFile, ItemDecision], str]
"""A sentence that says what is missing, or nothing."""


@dataclass(frozen=True, slots=True)
class Ground:
    name_zh: str
    row: Row
    article: str
    """Citation that the decision must begin with; empty where practice alone knows the outcome."""
    letter: LetterKind
    remedy: RemedyBlock
    needs: tuple[Check, ...] = ()
    drafted: bool = True
    """Whether an officer decides so; lapse and withdrawal come about by themselves."""


@dataclass(frozen=True, slots=True)
class Missing:
    item: int
    sentence: str
    article: str


# ── What must be there first ───────────────────────────────────────────────


def _reason(_file: CaseFile, decision: ItemDecision) -> str:
    return "" if decision.reason.strip() else "须说明理由"


def _where_public(_file: CaseFile, decision: ItemDecision) -> str:
    return "" if decision.public_at.strip() else "须写明获取的方式、途径（网址、栏目、文号或者出版物名称）"


def _content(_file: CaseFile, decision: ItemDecision) -> str:
    return "" if decision.blobs else "须附上提供给申请人的内容"


def _third_party_asked(file: CaseFile, decision: ItemDecision) -> str:
    asked = [one for one in file.consultations if one.whom == "third-party"]
    if decision.third_party_waived.strip():
        return ""
    if not asked:
        return "须先书面征求第三方意见，或者写明不需要征求意见的理由"
    if any(one.opinion is None for one in asked):
        return "第三方的意见还没有收到，答复期限也没有届满"
    if all(one.consents for one in asked):
        return "第三方已经同意公开，不能再以保护第三方权益为由不予公开"
    return ""


def _searched(file: CaseFile, _decision: ItemDecision) -> str:
    if any(search.found == 0 and search.places and search.words for search in file.searches):
        return ""
    return "须先检索并登记检索的范围、词语、人员和结果，才能告知信息不存在"


def _still_unclear(file: CaseFile, _decision: ItemDecision) -> str:
    if file.correction and file.correction.received_on:
        return ""
    return "只有一次性告知补正并收到补正之后，才能答复内容仍不明确"


def _answered_before(file: CaseFile, _decision: ItemDecision) -> str:
    if any(one.earlier is not None and one.same_applicant for one in file.similar):
        return ""
    return "须先确认同一申请人的哪一件申请已经答复过"


def _unreasonable(file: CaseFile, _decision: ItemDecision) -> str:
    if file.inquiry and file.inquiry.reasonable is False:
        return ""
    return "须先要求申请人说明理由，并认定理由不合理"


# ── The table ──────────────────────────────────────────────────────────────

GROUNDS: Final[dict[Basis, Ground]] = {
    "already-public": Ground(
        "已经主动公开", "g", cite("A36", "第一项"), "reply-public", "RB-B", (_where_public,)
    ),
    "given": Ground(
        "予以公开", "g", cite("A36", "第二项"), "reply-given", "RB-B", (_content,)
    ),
    "way-told": Ground(
        "予以公开（告知获取方式、途径和时间）",
        "g",
        cite("A36", "第二项"),
        "reply-given",
        "RB-B",
        (_where_public,),
    ),
    "state-secret": Ground("属于国家秘密", "d1", cite("A14"), "reply-refused", "RB-A", (_reason,)),
    "forbidden": Ground("其他法律行政法规禁止公开", "d2", cite("A14"), "reply-refused", "RB-A", (_reason,)),
    "three-securities": Ground("危及“三安全一稳定”", "d3", cite("A14"), "reply-refused", "RB-A", (_reason,)),
    "third-party": Ground(
        "保护第三方合法权益", "d4", cite("A15"), "reply-refused", "RB-A", (_reason, _third_party_asked)
    ),
    "internal-affairs": Ground(
        "属于三类内部事务信息", "d5", cite("A16", "第一款"), "reply-refused", "RB-A", (_reason,)
    ),
    "process": Ground("属于四类过程性信息", "d6", cite("A16", "第二款"), "reply-refused", "RB-A", (_reason,)),
    "enforcement-files": Ground(
        "属于行政执法案卷", "d7", cite("A16", "第二款"), "reply-refused", "RB-A", (_reason,)
    ),
    "register-query": Ground(
        "属于行政查询事项", "d8", cite("A36", "第七项"), "reply-register", "RB-B", (_reason,)
    ),
    "not-existing": Ground(
        "信息不存在", "u1", cite("A36", "第四项"), "reply-not-existing", "RB-B", (_reason, _searched)
    ),
    "not-ours": Ground(
        "不属于本机关负责公开", "u1", cite("A36", "第五项"), "reply-not-ours", "RB-B", (_reason,)
    ),
    "needs-making": Ground(
        "没有现成信息需要另行制作", "u2", cite("A38"), "reply-needs-making", "RB-B", (_reason,)
    ),
    "still-unclear": Ground(
        "补正后申请内容仍不明确", "u3", cite("A30"), "reply-unclear", "RB-B", (_reason, _still_unclear)
    ),
    "petition": Ground("信访举报投诉类申请", "n1", cite("A39", "第一款"), "reply-petition", "RB-B", (_reason,)),
    "repeated": Ground(
        "重复申请", "n2", cite("A36", "第六项"), "reply-repeated", "RB-B", (_reason, _answered_before)
    ),
    "publications": Ground(
        "要求提供公开出版物", "n3", cite("A39", "第二款"), "reply-publications", "RB-B", (_where_public,)
    ),
    "excessive": Ground(
        "无正当理由大量反复申请", "n4", cite("A35"), "reply-excessive", "RB-B", (_reason, _unreasonable)
    ),
    "reissue": Ground("要求确认或重新出具已获取信息", "n5", "", "reply-reissue", "RB-B", (_reason,)),
    "correction-lapsed": Ground("逾期不补正，不再处理", "o1", cite("A30"), "lapsed", "RB-B", drafted=False),
    "fee-lapsed": Ground("逾期未缴费，不再处理", "o2", FEE_RULES, "lapsed", "RB-B", drafted=False),
    "withdrawn": Ground("申请人撤回申请", "o3", "", "withdrawn", "RB-0", drafted=False),
    "other": Ground("其他", "o3", "", "withdrawn", "RB-0", drafted=False),
}
ROW_OF: Final[dict[Basis, Row]] = {basis: ground.row for basis, ground in GROUNDS.items()}

GIVING: Final[frozenset[Basis]] = frozenset({"already-public", "given", "way-told"})
RECONSIDER_FIRST: Final[frozenset[Row]] = frozenset({"d1", "d2", "d3", "d4", "d5", "d6", "d7"})
PUBLIC_INTEREST: Final = "第三方有合理理由不同意公开，决定公开的须说明不公开将对公共利益造成的重大影响"
TWICE: Final = "只能有一个办理意见；公开一部分的，写明不予公开的部分"
WHOLE_ONLY: Final[frozenset[Row]] = frozenset({"n4", "o1", "o2", "o3"})
"""Rows that are about the application as a whole and never about one of its matters."""


def overridden(file: CaseFile, decisions: Sequence[ItemDecision]) -> bool:
    """Tell whether a well-founded objection is set aside, which needs a grave public interest (A15, A32)."""
    objected = any(
        one.whom == "third-party" and one.opinion in {"objects", "partly"} and one.reasonable
        for one in file.consultations
    )
    bases = set(bases_of(decisions))
    return objected and "third-party" not in bases and bool(bases & {"given", "way-told"})


def combine(decisions: Sequence[ItemDecision]) -> Row:
    """Return the one row all decisions make together, or refuse what the law does not know."""
    if not decisions:
        raise Refused("每一项申请内容都要有办理意见。", cite("A36"))
    for decision in decisions:
        if not GROUNDS[decision.basis].drafted:
            name = GROUNDS[decision.basis].name_zh
            raise Refused(f"“{name}”不是对申请内容的答复：条例规定的答复见第三十六条至第三十九条。", cite("A36"))
        _parted_rightly(decision)
    rows = {ROW_OF[basis] for basis in bases_of(decisions)}
    if len(rows) == 1:
        return rows.pop()
    whole = sorted(rows & WHOLE_ONLY)
    if whole:
        raise Refused("无正当理由大量反复申请是对整件申请的处理，不能与其他办理意见并用。", cite("A35"))
    if "g" in rows:
        return "p"
    raise Refused(
        "没有公开任何内容，却有几种不同的处理结果，条例没有规定这样的答复；请拆分为几件分别答复。", cite("A37")
    )


def _parted_rightly(decision: ItemDecision) -> None:
    """Refuse parts that cannot stand beside something given."""
    if decision.withheld and decision.basis not in GIVING:
        raise Refused("没有公开的内容，不必再区分不予公开的部分。", cite("A37"))
    for basis in decision.withheld:
        ground = GROUNDS[basis]
        if basis in GIVING or not ground.drafted or ground.row in WHOLE_ONLY:
            raise Refused(f"“{ground.name_zh}”不是不予公开一部分内容的理由。", cite("A37"))


def bases_of(decisions: Sequence[ItemDecision]) -> tuple[Basis, ...]:
    """Return every basis, of whole matters and of parts that stay closed, each once."""
    every = (basis for decision in decisions for basis in (decision.basis, *decision.withheld))
    return tuple(dict.fromkeys(every))


def articles_of(decisions: Sequence[ItemDecision]) -> tuple[str, ...]:
    """Return every article a reply rests on, each once."""
    every = (
        article
        for decision in decisions
        for article in (decision.article, *(GROUNDS[basis].article for basis in decision.withheld))
    )
    return tuple(dict.fromkeys(article for article in every if article))


def letter_of(decisions: Sequence[ItemDecision]) -> LetterKind:
    """Return the letter that tells these decisions."""
    if combine(decisions) == "p":
        return "reply-partial"
    bases = [decision.basis for decision in decisions]
    if any(basis in {"given", "way-told"} for basis in bases):
        return "reply-given"
    return GROUNDS[bases[0]].letter


def remedy_block(decisions: Sequence[ItemDecision]) -> RemedyBlock:
    """Return the remedy to be told: reconsideration first as soon as anything is withheld under A14 to A16."""
    if any(ROW_OF[basis] in RECONSIDER_FIRST for basis in bases_of(decisions)):
        return "RB-A"
    if decisions and all(GROUNDS[decision.basis].remedy == "RB-0" for decision in decisions):
        return "RB-0"
    return "RB-B"


def missing(file: CaseFile, decisions: Sequence[ItemDecision]) -> tuple[Missing, ...]:
    """Return everything that must still be done or said before these decisions may be a reply."""
    found: list[Missing] = []
    for decision in decisions:
        ground = GROUNDS[decision.basis]
        cited = ground.article or cite("A33")
        if ground.article and not decision.article.startswith(ground.article):
            found.append(Missing(decision.item, f"“{ground.name_zh}”的依据应当是{ground.article}", cited))
        found += [
            Missing(decision.item, sentence, cited)
            for sentence in (need(file, decision) for need in ground.needs)
            if sentence
        ]
        # The reason of a part and where it stands are words of the letter, which asks for them itself.
        found += [
            Missing(decision.item, sentence, GROUNDS[basis].article or cite("A37"))
            for basis in decision.withheld
            for need in GROUNDS[basis].needs
            if need not in {_reason, _where_public} and (sentence := need(file, decision))
        ]
    if overridden(file, decisions):
        found += [
            Missing(decision.item, PUBLIC_INTEREST, cite("A32"))
            for decision in decisions
            if decision.basis in {"given", "way-told"} and not decision.reason.strip()
        ]
    told = Counter(decision.item for decision in decisions)
    found += [Missing(item, TWICE, cite("A37")) for item, times in sorted(told.items()) if times > 1]
    items = range(1, file.application.items + 1)
    found += [Missing(item, "还没有办理意见", cite("A36")) for item in items if item not in told]
    found += [
        Missing(item, f"申请只有{file.application.items}项内容，没有这一项", cite("A36"))
        for item in sorted(told)
        if item not in items
    ]
    return tuple(found)


def given_blobs(decisions: Sequence[ItemDecision]) -> tuple[str, ...]:
    """Return the digests of what the applicant gets, each once."""
    blobs = (blob for decision in decisions if decision.basis in GIVING for blob in decision.blobs)
    return tuple(dict.fromkeys(blobs))
