"""三审三校 and the gates as a reviewer sees them: what is done, what is due, what blocks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gongkai.web.filters import date_short
from publication.domain import steps
from publication.domain.dossier import Dossier, Drafting, Reviewing, Written
from publication.domain.gates import Gate, GateName
from publication.domain.people import ROLE_NAMES
from publication.domain.steps import Mark, Step, StepName

#: What a gate is called while it holds and while it does not, in few words.
GATE_WORDS: Final[dict[GateName, tuple[str, str]]] = {
    "metadata": ("要素齐全", "要素不全"),
    "openness": ("主动公开", "不是主动公开"),
    "checks": ("内容检查已完成", "内容检查未完成"),
    "findings": ("检查结果已处理", "检查结果未清"),
    "marks": ("三审三校已完成", "三审三校未完成"),
    "disclosure": ("公开和保密审查通过", "公开和保密审查未完成"),
    "assessment": ("个人信息符合要求", "需要个人信息影响评估"),
    "interpretation": ("解读同步审签", "解读未同步"),
    "interpreted": ("所解读的文件已签发", "所解读的文件未签发"),
    "explanation": ("更正说明已写", "缺更正说明"),
}
#: Gates that open by themselves as the document goes its way.
_UNDER_WAY: Final[frozenset[GateName]] = frozenset({"checks", "marks", "disclosure", "interpretation", "interpreted"})
_AFTER_CHECKS: Final[dict[GateName, str]] = {"findings": "检查结果未出", "assessment": "个人信息未查"}


@dataclass(frozen=True, slots=True)
class SixStep:
    """One of the six (or seven) marks on the bar."""

    name: StepName
    name_zh: str
    icon: str
    words: str
    current: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class GateView:
    short: str
    kind: str
    icon: str
    sentence: str
    article: str
    ok: bool
    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Dots for a row of the queue, with the word for what is next."""

    done: int
    total: int
    word: str


def six(document: Written, signed: Mapping[StepName, datetime], names: Mapping[UUID, str], me: UUID) -> list[SixStep]:
    """Every step with who gave it and when, or who may give it."""
    dossier = document.dossier
    given = {mark.step: mark for mark in dossier.marks}
    due = steps.next_step(dossier.marks, important=dossier.important) if _is_open(document) else None
    return [
        _step(step, given.get(step.name), signed.get(step.name), names, me, current=due is not None and step is due,
              owed=step.name in dossier.owed)
        for step in steps.steps_for(important=dossier.important)
    ]  # fmt: skip


def _is_open(document: Written) -> bool:
    return isinstance(document, Drafting | Reviewing) or bool(document.dossier.owed)


def _step(
    step: Step,
    mark: Mark | None,
    at: datetime | None,
    names: Mapping[UUID, str],
    me: UUID,
    *,
    current: bool,
    owed: bool,
) -> SixStep:
    if mark is not None:
        who = "您" if mark.person == me else names.get(mark.person, ROLE_NAMES.get(mark.role, ""))
        words = "，".join(part for part in (who, date_short(at), _errors(mark.errors_found)) if part)
        return SixStep(step.name, step.name_zh, "done", words, spoken="已完成")
    who = "或".join(ROLE_NAMES[role] for role in step.roles)
    if owed:
        return SixStep(step.name, step.name_zh, "warn", f"欠补，{who}", current, "紧急发布后还没有补审")
    if current:
        return SixStep(step.name, step.name_zh, "ready", f"{who}，{step.about}", True, "现在办这一步")
    return SixStep(step.name, step.name_zh, "busy", f"{who}，{step.about}", spoken="还没到")


def _errors(found: int) -> str:
    return f"发现 {found} 处" if found else ""


def progress(dossier: Dossier, word: str = "") -> Progress:
    """Count the marks for a row of a list."""
    whole = steps.steps_for(important=dossier.important)
    due = steps.next_step(dossier.marks, important=dossier.important)
    return Progress(len(dossier.marks), len(whole), word or (due.name_zh if due else "待签发"))


def gate_views(found: Sequence[Gate]) -> list[GateView]:
    unchecked = any(gate.name == "checks" and not gate.ok for gate in found)
    return [_not_known(gate) if unchecked and gate.name in _AFTER_CHECKS else _gate(gate) for gate in found]


def _not_known(gate: Gate) -> GateView:
    """Say that nothing is known yet: a tick before the checks are done would be read as their result."""
    return GateView(_AFTER_CHECKS[gate.name], "busy", "busy", gate.sentence, gate.article, gate.ok, gate.name)


def _gate(gate: Gate) -> GateView:
    """Show as trouble only what somebody has to mend; what is simply not reached yet is under way."""
    words = GATE_WORDS[gate.name][0 if gate.ok else 1]
    kind, icon = ("ok", "done") if gate.ok else ("busy", "busy") if gate.name in _UNDER_WAY else ("bad", "stop")
    return GateView(words, kind, icon, gate.sentence, gate.article, gate.ok, gate.name)
