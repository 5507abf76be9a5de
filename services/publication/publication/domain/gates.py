"""What still stands between an edition and the public. The page shows this list, and sign-off obeys the same list."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from gongkai.statute import rules
from publication.domain import disclosure, steps
from publication.domain.content import OPENNESS_NAMES, POLICY_KINDS, Content
from publication.domain.dossier import Companion, Dossier, Finding
from publication.domain.lint import Problem, lint

GateName = Literal[
    "metadata",
    "openness",
    "checks",
    "findings",
    "marks",
    "disclosure",
    "assessment",
    "interpretation",
    "interpreted",
    "explanation",
]
CHECKS_ARTICLE: Final = "《政府信息公开条例》第六条、第十七条"
ASSESSMENT_ARTICLE: Final = "《个人信息保护法》第五十五条、第五十六条"
THREE_TOGETHER: Final = "政策解读“三同步”；国办发〔2016〕80号"
#: What the head cannot leave for later, not even at night.
NEVER_OWED: Final[frozenset[GateName]] = frozenset(
    {"metadata", "openness", "checks", "findings", "disclosure", "assessment", "explanation"},
)
#: A gate in one word, where another document only has to say what its companion still lacks.
_WORK: Final[dict[str, str]] = {
    "metadata": "要素填写",
    "openness": "公开属性认定",
    "checks": "内容检查",
    "findings": "检查结果处理",
    "marks": "三审三校",
    "disclosure": "公开和保密审查",
    "assessment": "个人信息影响评估",
    "explanation": "更正说明",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: whether it holds, a sentence for the officer, and the place where the rule can be read."""

    name: GateName
    ok: bool
    sentence: str
    article: str
    problems: tuple[Problem, ...] = ()


def gates(
    dossier: Dossier,
    content: Content,
    *,
    today: date,
    column_known: bool,
    companions: tuple[Companion, ...] = (),
) -> list[Gate]:
    """Return every gate of this edition, open or not, in the order of the road."""
    found = [
        _metadata(content, today, column_known),
        _openness(content),
        _checks(dossier),
        _findings(dossier),
        _marks(dossier),
        _disclosure(dossier),
        _assessment(dossier),
    ]
    if content.kind in POLICY_KINDS:
        found.append(_interpretation(dossier, companions))
    if dossier.interprets:
        found.append(_interpreted(dossier, companions))
    if dossier.live is not None:
        found.append(_explanation(dossier))
    return found


def open_gates(found: list[Gate]) -> tuple[Gate, ...]:
    return tuple(gate for gate in found if not gate.ok)


def unsettled(dossier: Dossier) -> tuple[Finding, ...]:
    """Return the findings that must be fixed or waived before publication."""
    if dossier.report is None:
        return ()
    waived = {waiver.key for waiver in dossier.waivers}
    return tuple(f for f in dossier.report.findings if f.severity != "note" and f.key not in waived)


def personal_to_publish(dossier: Dossier) -> tuple[str, ...]:
    """Return the keys of personal data that somebody decided to publish."""
    if dossier.report is None:
        return ()
    waived = {waiver.key for waiver in dossier.waivers}
    return tuple(f.key for f in dossier.report.findings if f.personal and f.key in waived)


def _metadata(content: Content, today: date, column_known: bool) -> Gate:
    problems = lint(content, today=today, column_known=column_known)
    if problems:
        said = "；".join(problem.sentence.rstrip("。") for problem in problems)
        return Gate("metadata", ok=False, sentence=said, article=problems[0].article, problems=problems)
    return Gate("metadata", ok=True, sentence="要素齐全，格式规范", article="《政府信息公开目录系统实施指引（试行）》")


def _openness(content: Content) -> Gate:
    article = "《政府信息公开条例》第十三条、第十九条；国办发〔2016〕80号"
    if content.openness == "proactive":
        return Gate("openness", ok=True, sentence="公开属性为主动公开", article=article)
    name = OPENNESS_NAMES[content.openness]
    return Gate("openness", ok=False, sentence=f"公开属性是{name}，不能向社会发布；可以按{name}归档", article=article)


def _checks(dossier: Dossier) -> Gate:
    done = dossier.report is not None
    sentence = "本版内容检查已完成" if done else "本版内容检查还没有完成，一般几秒钟就好，请稍后再看"
    return Gate("checks", ok=done, sentence=sentence, article=CHECKS_ARTICLE)


def _findings(dossier: Dossier) -> Gate:
    left = unsettled(dossier)
    if left:
        return Gate(
            "findings",
            ok=False,
            article=CHECKS_ARTICLE,
            sentence=f"还有{len(left)}处检查结果必须处理：修改原文，或者由有权限的人写明理由后保留",
        )
    return Gate("findings", ok=True, sentence="必须处理的检查结果都已处理", article=CHECKS_ARTICLE)


def _marks(dossier: Dossier) -> Gate:
    left = steps.missing(dossier.marks, important=dossier.important)
    if left:
        return Gate("marks", ok=False, sentence=f"三审三校还缺：{steps.named(left)}", article=steps.ARTICLE)
    done = len(dossier.marks)
    return Gate("marks", ok=True, sentence=f"三审三校已完成，共{done}次签署", article=steps.ARTICLE)


def _disclosure(dossier: Dossier) -> Gate:
    left = disclosure.unanswered(dossier.answers)
    if left:
        questions = "；".join(f"{item.article}“{item.question}”" for item in left)
        return Gate(
            "disclosure",
            ok=False,
            sentence=f"公开和保密审查还有{len(left)}项没有结论：{questions}",
            article=disclosure.ARTICLE,
        )
    concerns = disclosure.not_clear(dossier.answers)
    if concerns:
        said = "；".join(f"{disclosure.BY_NAME[answer.item].question}：{answer.reason}" for answer in concerns)
        return Gate("disclosure", ok=False, sentence=f"公开和保密审查没有通过：{said}", article=disclosure.ARTICLE)
    return Gate("disclosure", ok=True, sentence="公开和保密审查逐项通过", article=disclosure.ARTICLE)


def _assessment(dossier: Dossier) -> Gate:
    personal = personal_to_publish(dossier)
    if not personal:
        return Gate("assessment", ok=True, sentence="没有要公开的个人信息，不需要影响评估", article=ASSESSMENT_ARTICLE)
    covered = dossier.assessment.covers if dossier.assessment else ()
    left = [key for key in personal if key not in covered]
    if left:
        return Gate(
            "assessment",
            ok=False,
            article=ASSESSMENT_ARTICLE,
            sentence=f"有{len(left)}处个人信息要公开，先作个人信息保护影响评估并保存报告",
        )
    return Gate("assessment", ok=True, sentence="个人信息保护影响评估已完成并保存", article=ASSESSMENT_ARTICLE)


def _interpretation(dossier: Dossier, companions: tuple[Companion, ...]) -> Gate:
    if dossier.exemption is not None:
        return Gate(
            "interpretation", ok=True, sentence=f"同意暂不解读：{dossier.exemption.reason}", article=THREE_TOGETHER
        )
    ids = {link.document_id for link in dossier.interpretations}
    mine = [companion for companion in companions if companion.document_id in ids]
    waiting = [companion for companion in mine if not (companion.ready or companion.signed or companion.released)]
    if not mine:
        return Gate(
            "interpretation", ok=False, sentence="没有解读材料，文件不能送签：不解读不运转", article=THREE_TOGETHER
        )
    if waiting:
        said = "；".join(_unfinished(companion) for companion in waiting)
        return Gate("interpretation", ok=False, sentence=said, article=THREE_TOGETHER)
    forms = {companion.form for companion in mine if companion.form}
    needed = rules.INTERPRETATION_FORMS
    if dossier.important and len(forms) < needed.length:
        return Gate(
            "interpretation",
            ok=False,
            article=needed.article,
            sentence=f"重要政策文件的解读形式不少于{needed.length}种，现在有{len(forms)}种",
        )
    return Gate(
        "interpretation",
        ok=True,
        sentence=f"解读材料{len(mine)}件、{len(forms)}种形式，同步审签",
        article=THREE_TOGETHER,
    )


def _unfinished(companion: Companion) -> str:
    """Name what an interpretation still lacks in a few words; its own page has the whole sentences."""
    left = "、".join(_WORK[name] for name in companion.open_gates if name in _WORK)
    return f"解读《{companion.title}》还没有完成{left}" if left else f"解读《{companion.title}》还没有送审"


def _interpreted(dossier: Dossier, companions: tuple[Companion, ...]) -> Gate:
    waiting = [
        companion
        for companion in companions
        if companion.document_id in dossier.interprets and not (companion.signed or companion.released)
    ]
    if waiting:
        names = "、".join(f"《{companion.title}》" for companion in waiting)
        return Gate(
            "interpreted",
            ok=False,
            sentence=f"所解读的文件还没有签发：{names}，签发文件时解读一并签发",
            article=THREE_TOGETHER,
        )
    return Gate("interpreted", ok=True, sentence="所解读的文件已签发", article=THREE_TOGETHER)


def _explanation(dossier: Dossier) -> Gate:
    article = "国办发〔2017〕47号《政府网站发展指引》"
    if dossier.explanation.strip():
        return Gate("explanation", ok=True, sentence="更正说明已写好，随更正一并公开", article=article)
    return Gate("explanation", ok=False, sentence="更正要附公开说明：改了什么，为什么改", article=article)
