"""Whose turn it is: what one document, release or reminder asks of one person. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from publication.domain import disclosure, steps
from publication.domain.dossier import Reviewing, Written
from publication.domain.people import DECIDERS, NOBODY, WRITERS, Officer, acting
from publication.domain.steps import Step

ActName = Literal[
    "write",
    "rewrite",
    "mark",
    "make-up",
    "disclosure",
    "openness",
    "sign-off",
    "proposal",
    "release",
    "attention",
]
SIGN_OFF: Final = "sign-off"
RELEASE_KEEPERS: Final = (*DECIDERS, "newmedia_operator")
HANDED_OVER: Final = {
    "submitted": "外部系统报送，核对后送审",
    "forwarded": "上级政策，请及时转载：核对原文后送审",
    "requested": "其他机关请求转载：核对原文后送审",
    "converted": "依申请转主动公开：核对后送审",
}
WATCHERS: Final = ("openness_officer", "supervisor")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing this person may do now. `step` is the mark, when it is one."""

    name: ActName
    sentence: str
    step: str = ""
    on_behalf_of: UUID | None = None


def next_step(document: Written) -> str | None:
    """Return the mark that is due, `sign-off` when all are there, or None."""
    if not isinstance(document, Reviewing):
        return None
    step = steps.next_step(document.dossier.marks, important=document.dossier.important)
    return step.name if step else SIGN_OFF


def acts_on_document(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    """Return what a document waits for from this person; `row` is a row of the queue."""
    found: list[Act] = []
    match row["state"]:
        case "Drafting":
            found += _writing(officer, row)
        case "Reviewing":
            found += _reviewing(officer, row)
        case "ChangeProposed":
            found += _one(officer, DECIDERS, "proposal", "等待批准撤回或者废止")
        case _:
            pass
    if row["state"] in {"Drafting", "Reviewing"}:
        found += _disclosure(officer, row)
    if row["owed"]:
        owed = steps.BY_NAME[row["owed"][0]]
        found += _mark(officer, row, owed, "make-up", f"紧急发布欠补{owed.name_zh}")
    return found


def acts_on_release(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    if not row["needs_person"]:
        return []
    return _one(officer, RELEASE_KEEPERS, "release", row["reason"] or "有渠道没有按时发布，等人处理")


def acts_on_attention(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    """Reminders go to the section and to those who watch deadlines."""
    mine = bool(officer.unit) and officer.unit == row["unit"]
    if mine or acting(officer, WATCHERS):
        return [Act("attention", row["sentence"])]
    return []


def _writing(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    if row["started_by"] == NOBODY:
        return _handed_over(officer, row)
    if row["started_by"] != officer.person:
        return []
    if row["returned"]:
        return [Act("rewrite", "已退回，请按意见修改后再送审")]
    left = row["unsettled"]
    return [Act("write", f"检查结果还有{left}处要处理" if left else "写好后送审")]


def _handed_over(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    """Let any writer take up what another system handed over, until it is sent to review."""
    if row["returned"]:
        return _one(officer, WRITERS, "rewrite", "已退回，请按意见修改后再送审")
    return _one(officer, WRITERS, "write", HANDED_OVER.get(row["source"], HANDED_OVER["submitted"]))


def _reviewing(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    due = row["next_step"]
    if due == "sign-off":
        if row["openness"] != "proactive":
            return _one(officer, ("openness_officer",), "openness", "拟不主动公开，等待审查")
        if row["unsettled"] or row["disclosure_left"] or not row["checked"]:
            return []
        return _one(officer, DECIDERS, "sign-off", "三审三校已完成，等待签发")
    step = steps.BY_NAME[due]
    found = _mark(officer, row, step, "mark", f"等待{step.name_zh}：{step.about}")
    if row["openness"] != "proactive":
        found += _one(officer, ("openness_officer",), "openness", "拟不主动公开，等待审查")
    return found


def _mark(officer: Officer, row: Mapping[str, Any], step: Step, name: ActName, sentence: str) -> list[Act]:
    reviewers: Sequence[UUID] = row["reviewers"] or ()
    if step.review and officer.person in reviewers:
        return []
    found = acting(officer, step.roles, row["unit"] if step.own_section else "")
    return [Act(name, sentence, step.name, found.on_behalf_of)] if found else []


def _disclosure(officer: Officer, row: Mapping[str, Any]) -> list[Act]:
    if row["state"] == "Drafting" and not row["next_step"] and row["index_number"] is None:
        return []  # a text that was never submitted is not yet anybody's to review
    left = [disclosure.BY_NAME[name] for name in row["disclosure_left"]]
    mine = [item for item in left if acting(officer, item.roles)]
    if not mine:
        return []
    away = acting(officer, mine[0].roles)
    return [Act("disclosure", f"公开和保密审查还有{len(mine)}项等您给出结论", "", away.on_behalf_of if away else None)]


def _one(officer: Officer, roles: tuple[str, ...], name: ActName, sentence: str) -> list[Act]:
    found = acting(officer, roles)
    return [Act(name, sentence, "", found.on_behalf_of)] if found else []
