"""What is still to be done about a document beside its marks, as links to the pages where it is done. Pure."""

from dataclasses import dataclass

from gongkai.web.session import Officer
from publication.domain import disclosure
from publication.domain.content import POLICY_KINDS
from publication.domain.dossier import Published
from publication.domain.gates import personal_to_publish
from publication.pages.dossiers import Sheet


@dataclass(frozen=True, slots=True)
class Notice:
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    label: str
    about: str
    icon: str
    href: str = ""


def tasks_of(sheet: Sheet, officer: Officer) -> list[Task]:
    """List the reviews and papers of this edition with their state; each is one page."""
    if sheet.editable:
        return [*_reviews(sheet, officer), *_papers(sheet, officer), *_ends(sheet, officer)]
    penalty = isinstance(sheet.document, Published) and sheet.dossier.kind == "penalty"
    if penalty and sheet.dossier.penalty is None and officer.may("document.withdraw"):
        about = "决定被变更、撤销、确认违法或者无效的，三个工作日内撤回"
        return [Task("登记处罚决定变动", about, "pen", f"{sheet.base}/penalty")]
    return []


def _reviews(sheet: Sheet, officer: Officer) -> list[Task]:
    dossier = sheet.dossier
    left = disclosure.unanswered(dossier.answers)
    concerns = disclosure.not_clear(dossier.answers)
    if left:
        about = f"还有 {len(left)} 项没有结论"
    elif concerns:
        about = f"有 {len(concerns)} 项没有通过"
    else:
        about = "逐项通过"
    found = [
        Task("公开和保密审查", about, "done" if not left and not concerns else "shield", f"{sheet.base}/disclosure")
    ]
    personal = personal_to_publish(dossier)
    if personal or dossier.assessment is not None:
        covered = dossier.assessment.covers if dossier.assessment else ()
        missing = [key for key in personal if key not in covered]
        about = f"有 {len(missing)} 处个人信息要公开，还没有评估" if missing else "已评估并保存"
        found.append(Task("个人信息保护影响评估", about, "person" if missing else "done", f"{sheet.base}/assessment"))
    if dossier.openness != "proactive":
        if dossier.kind in POLICY_KINDS:
            review = dossier.openness_review
            about = "还没有审查" if review is None else ("同意" if review.agreed else "不同意") + f"：{review.reason}"
            found.append(Task("拟不公开的审查", about, "done" if review else "shield", f"{sheet.base}/openness"))
        if officer.may("openness.decide"):
            found.append(Task("按不主动公开归档", "不向社会发布，留底备查", "tray", f"{sheet.base}/keep"))
    return found


def _papers(sheet: Sheet, officer: Officer) -> list[Task]:
    dossier = sheet.dossier
    if dossier.kind not in POLICY_KINDS:
        return []
    count = len(dossier.interpretations)
    if dossier.exemption is not None:
        about, icon = f"同意暂不解读：{dossier.exemption.reason}", "done"
    else:
        about, icon = (f"已关联 {count} 件" if count else "还没有解读，不解读不送签"), "book"
    found = [Task("政策解读", about, icon, f"{sheet.base}/interpretations")]
    if dossier.exemption is None and officer.may("interpretation.except"):
        found.append(Task("同意暂不解读", "特殊情况，写明理由", "pen", f"{sheet.base}/exempt"))
    return found


def _ends(sheet: Sheet, officer: Officer) -> list[Task]:
    found: list[Task] = []
    if officer.may("release.emergency"):
        found.append(Task("紧急发布", "主要负责人批准，欠补的审校事后补齐", "warn", f"{sheet.base}/emergency"))
    if sheet.dossier.live is None and officer.may("draft.discard"):
        found.append(Task("作废草稿", "不再办理，留底备查", "cross", f"{sheet.base}/discard"))
    if sheet.dossier.live is not None and officer.may("document.correct"):
        found.append(Task("放弃更正", "公开的内容保持原样", "cross", f"{sheet.base}/drop-correction"))
    return found
