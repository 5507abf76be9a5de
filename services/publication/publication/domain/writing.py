"""Verbs of the draft: write, submit, link, keep, discard."""

from uuid import UUID

from gongkai.statute.refusal import Refused
from publication.domain import commands as c
from publication.domain import facts as f
from publication.domain.content import OPENNESS_NAMES, POLICY_KINDS, Content
from publication.domain.dossier import Dossier, IndexNumber
from publication.domain.gates import THREE_TOGETHER
from publication.domain.people import WRITERS, must_act

OPENNESS_ARTICLE = "国办发〔2016〕80号（一）"


class Stale(Refused):
    """The person looked at an older edition than the one that stands."""


def must_be_current(dossier: Dossier, edition: int) -> None:
    if edition != dossier.edition:
        raise Stale(f"您看的是第{edition}版，现在已经是第{dossier.edition}版，请先看最新的再办理")


def start(command: c.StartDraft) -> list[f.Fact]:
    writer = must_act(command.by, WRITERS, "新建文件")
    return [
        f.DraftStarted(command.organ_id, writer.person, writer.unit, command.source),
        saved(command.content, 1, command.digest, writer.person),
    ]


def saved(content: Content, edition: int, digest: str, by: UUID) -> f.EditionSaved:
    return f.EditionSaved(
        edition,
        digest,
        by,
        content.kind,
        content.column_id,
        content.openness,
        content.important,
        content.formed_on,
    )


def save(dossier: Dossier, command: c.SaveEdition) -> list[f.Fact]:
    """Make a new edition; what was signed under the old one is void, and the fact says what."""
    must_be_current(dossier, command.edition)
    writer = must_act(command.by, WRITERS, "修改文件")
    if command.digest == dossier.digest:
        return []
    facts: list[f.Fact] = [saved(command.content, dossier.edition + 1, command.digest, writer.person)]
    if dossier.marks or dossier.answers:
        facts.append(
            f.MarksVoided(
                dossier.edition,
                tuple(mark.step for mark in dossier.marks),
                tuple(answer.item for answer in dossier.answers),
            ),
        )
    return facts


def submit(dossier: Dossier, command: c.SubmitForReview) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    writer = must_act(command.by, WRITERS, "送审")
    facts: list[f.Fact] = []
    if dossier.number is None:
        if command.number is None:
            raise Refused("送审前要有索引号，单位信息还没有填写完整")
        facts.append(issued(command.number))
    return [*facts, f.SubmittedForReview(dossier.edition, writer.person)]


def issued(number: IndexNumber) -> f.IndexNumberIssued:
    return f.IndexNumberIssued(number.index_number, number.permalink, number.year, number.serial)


def link(dossier: Dossier, command: c.LinkInterpretation) -> list[f.Fact]:
    """On the document that is interpreted."""
    writer = must_act(command.by, WRITERS, "关联解读")
    if dossier.kind == "interpretation":
        raise Refused("解读不能再有解读", THREE_TOGETHER)
    known = {link.document_id: link.form for link in dossier.interpretations}
    if known.get(command.interpretation) == command.form:
        return []
    return [f.InterpretationLinked(command.interpretation, command.form, writer.person)]


def link_back(dossier: Dossier, command: c.LinkInterpreted) -> list[f.Fact]:
    """On the interpretation."""
    writer = must_act(command.by, WRITERS, "关联解读")
    if dossier.kind != "interpretation":
        raise Refused("只有类型是“政策解读”的稿件可以作为解读", THREE_TOGETHER)
    if command.document in dossier.interprets:
        return []
    return [f.InterpretedLinked(command.document, writer.person)]


def unlink(dossier: Dossier, command: c.UnlinkInterpretation) -> list[f.Fact]:
    writer = must_act(command.by, WRITERS, "取消关联")
    if all(link.document_id != command.interpretation for link in dossier.interpretations):
        return []
    return [f.InterpretationUnlinked(command.interpretation, writer.person)]


def unlink_back(dossier: Dossier, command: c.UnlinkInterpreted) -> list[f.Fact]:
    writer = must_act(command.by, WRITERS, "取消关联")
    if command.document not in dossier.interprets:
        return []
    return [f.InterpretedUnlinked(command.document, writer.person)]


def exempt(dossier: Dossier, command: c.ExemptInterpretation) -> list[f.Fact]:
    decider = must_act(command.by, ("deputy_head", "head"), "同意暂不解读", article=THREE_TOGETHER)
    if dossier.kind not in POLICY_KINDS:
        raise Refused("这类文件不要求解读，不需要写例外理由", THREE_TOGETHER)
    if not command.reason.strip():
        raise Refused("同意暂不解读要写明理由", THREE_TOGETHER)
    return [f.InterpretationExempted(decider.person, command.reason.strip())]


def keep(dossier: Dossier, command: c.KeepUnpublished) -> list[f.Fact]:
    """Close a document that is not disclosed on the organ's own motion; a policy document needs the openness office."""
    must_be_current(dossier, command.edition)
    keeper = must_act(command.by, ("openness_officer",), "按不主动公开归档", article=OPENNESS_ARTICLE)
    if dossier.openness == "proactive":
        raise Refused("公开属性是主动公开，不能按不公开归档；先修改公开属性并写明理由", OPENNESS_ARTICLE)
    review = dossier.openness_review
    if dossier.kind in POLICY_KINDS and (review is None or not review.agreed):
        raise Refused("政策文件拟不公开的，先经信息公开机构审查同意", OPENNESS_ARTICLE)
    if not command.reason.strip():
        raise Refused(f"{OPENNESS_NAMES[dossier.openness]}要写明法律依据和理由", OPENNESS_ARTICLE)
    return [f.KeptUnpublished(dossier.edition, keeper.person, dossier.openness, command.reason.strip())]


def discard(dossier: Dossier, command: c.DiscardDraft) -> list[f.Fact]:
    must_be_current(dossier, command.edition)
    writer = must_act(command.by, WRITERS, "作废草稿")
    if dossier.live is not None:
        raise Refused("已经公开过的文件不能作废草稿；可以放弃更正，或者撤回、废止")
    return [f.DraftDiscarded(dossier.edition, writer.person, command.reason.strip())]


def reopen(command: c.Reopen) -> list[f.Fact]:
    writer = must_act(command.by, WRITERS, "重新办理", article="《政府信息公开条例》第十八条")
    if not command.reason.strip():
        raise Refused("重新办理要写明理由", "《政府信息公开条例》第十八条")
    return [f.Reopened(writer.person, command.reason.strip())]
