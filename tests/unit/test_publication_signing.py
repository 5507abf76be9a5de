"""Sign-off and what follows: gates, three together, emergency, correction, withdrawal, repeal."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.statute import demonstrates
from tests.support.publication_worlds import (
    DEPUTY,
    DIGEST,
    DRAFTER,
    HEAD,
    MANIFEST,
    NOON,
    NOTICE,
    NUMBER,
    OPENNESS,
    OTHER_DIGEST,
    POLICY,
    RELEASE,
    REVIEWERS,
    SECTION_HEAD,
    TODAY,
    a_document_ready_for_sign_off,
    a_draft,
    a_published_document,
    a_sign_off,
    a_submitted_document,
    after,
    dossier_of,
    marks_of,
    reviews_of_disclosure,
)

from gongkai.statute import rules
from gongkai.statute.refusal import Refused
from publication import clocks
from publication.domain import commands as c
from publication.domain import steps
from publication.domain.decide import decide
from publication.domain.dossier import (
    Companion,
    Drafting,
    Finding,
    Published,
    Releasing,
    Repealed,
    Reviewing,
    Withdrawn,
)
from publication.domain.facts import DebtSettled, EditionApproved, IndexNumberIssued
from publication.domain.gates import NEVER_OWED, gates, open_gates
from publication.domain.signing import NotReady

CHART, VIDEO, QA = UUID(int=31), UUID(int=32), UUID(int=33)
NIGHT = c.ApproveInEmergency(
    HEAD, 1, NOTICE, RELEASE, MANIFEST, TODAY, column_known=True, reason="台风预警", make_up_by=TODAY, number=NUMBER
)


def open_names(document, content=NOTICE, companions=()):
    found = gates(dossier_of(document), content, today=TODAY, column_known=True, companions=companions)
    return [gate.name for gate in open_gates(found)]


def an_interpretation(number, form, *, ready=True):
    return Companion(number, "一图读懂", form, ready=ready, released=False, open_gates=() if ready else ("marks",))


def test_a_draft_shows_every_gate_that_is_still_closed():
    assert open_names(a_draft()) == ["checks", "marks", "disclosure"]


def test_a_document_with_all_marks_reviews_and_checks_is_signed_off():
    [fact] = decide(a_document_ready_for_sign_off(), a_sign_off())

    assert isinstance(fact, EditionApproved)
    assert (fact.change, fact.edition, fact.digest, fact.manifest, fact.owed) == ("publish", 1, DIGEST, MANIFEST, ())


def test_a_blocked_sign_off_names_what_the_page_shows_as_missing():
    document = after(a_submitted_document(), c.RecordFindings(1, DIGEST, ()), *marks_of()[:4])

    with pytest.raises(NotReady) as blocked:
        decide(document, a_sign_off())

    assert [gate.name for gate in blocked.value.gates] == open_names(document) == ["marks", "disclosure"]
    assert "三审三校还缺：终审、终校" in blocked.value.reason


def test_a_must_finding_blocks_until_it_is_waived():
    found = Finding("f-1", "wording.state-name", "must")
    document = after(a_document_ready_for_sign_off(), c.RecordFindings(1, OTHER_DIGEST, (found,)))

    assert open_names(document) == ["findings"]
    assert open_names(after(document, c.WaiveFinding(SECTION_HEAD, 1, "f-1", "引用原文"))) == []


def test_a_waiver_survives_an_edit_that_does_not_touch_the_place():
    found = Finding("f-1", "wording.state-name", "must")
    document = after(
        a_document_ready_for_sign_off(),
        c.RecordFindings(1, OTHER_DIGEST, (found,)),
        c.WaiveFinding(SECTION_HEAD, 1, "f-1", "引用原文"),
        c.SaveEdition(DRAFTER, 1, NOTICE, OTHER_DIGEST),
        c.RecordFindings(2, MANIFEST, (found,)),
    )

    assert "findings" not in open_names(document)


@demonstrates(rules.IMPACT_ASSESSMENT_KEPT)
def test_personal_data_is_published_only_after_an_impact_assessment_that_is_kept_three_years():
    found = Finding("f-1", "personal.mobile", "must", personal=True)
    document = after(
        a_document_ready_for_sign_off(),
        c.RecordFindings(1, OTHER_DIGEST, (found,)),
        c.WaiveFinding(SECTION_HEAD, 1, "f-1", "本人同意公开"),
    )
    keep_until = TODAY.replace(year=TODAY.year + rules.IMPACT_ASSESSMENT_KEPT.length)

    assessed = after(document, c.RecordAssessment(OPENNESS, 1, DIGEST, ("f-1",), keep_until))

    assert open_names(document) == ["assessment"]
    assert open_names(assessed) == []
    assert dossier_of(assessed).assessment.keep_until == keep_until


def test_a_policy_document_without_interpretation_does_not_move_on():
    document = a_document_ready_for_sign_off(POLICY)

    with pytest.raises(NotReady) as blocked:
        decide(document, a_sign_off(POLICY))

    assert "不解读不运转" in blocked.value.reason
    assert "三同步" in blocked.value.article


def test_an_interpretation_that_is_not_reviewed_to_the_end_holds_the_policy_document():
    document = after(a_document_ready_for_sign_off(POLICY), c.LinkInterpretation(DRAFTER, CHART, "chart"))
    companions = (an_interpretation(CHART, "chart", ready=False),)

    assert open_names(document, POLICY, companions) == ["interpretation"]
    assert open_names(document, POLICY, (an_interpretation(CHART, "chart"),)) == []


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (("marks",), "解读《一图读懂》还没有完成三审三校"),
        (("marks", "disclosure"), "解读《一图读懂》还没有完成三审三校、公开和保密审查"),
        ((), "解读《一图读懂》还没有送审"),
    ],
)
def test_what_an_interpretation_lacks_is_said_in_a_few_words(left, sentence):
    document = after(a_document_ready_for_sign_off(POLICY), c.LinkInterpretation(DRAFTER, CHART, "chart"))
    waiting = replace(an_interpretation(CHART, "chart", ready=False), open_gates=left)

    found = gates(dossier_of(document), POLICY, today=TODAY, column_known=True, companions=(waiting,))

    assert [gate.sentence for gate in open_gates(found)] == [sentence]


@demonstrates(rules.INTERPRETATION_FORMS)
def test_an_important_policy_document_needs_three_forms_of_interpretation():
    important = replace(POLICY, important=True)
    document = after(
        a_document_ready_for_sign_off(important),
        c.LinkInterpretation(DRAFTER, CHART, "chart"),
        c.LinkInterpretation(DRAFTER, VIDEO, "video"),
    )
    two = (an_interpretation(CHART, "chart"), an_interpretation(VIDEO, "video"))

    third = after(document, c.LinkInterpretation(DRAFTER, QA, "qa"))

    assert open_names(document, important, two) == ["interpretation"]
    assert open_names(third, important, (*two, an_interpretation(QA, "qa"))) == []
    same = (*two, an_interpretation(QA, "video"))
    assert open_names(third, important, same) == ["interpretation"]


def test_an_exception_to_interpretation_is_data_with_a_reason_by_a_leader():
    document = a_document_ready_for_sign_off(POLICY)

    with pytest.raises(Refused, match="分管负责人"):
        decide(document, c.ExemptInterpretation(DRAFTER, "只作文字修改"))
    exempt = after(document, c.ExemptInterpretation(DEPUTY, "只作文字修改"))

    assert open_names(exempt, POLICY) == []


def test_an_interpretation_does_not_go_out_before_what_it_interprets():
    document = a_document_ready_for_sign_off(replace(NOTICE, kind="interpretation", form="chart"))
    content = replace(NOTICE, kind="interpretation", form="chart")
    linked = after(document, c.LinkInterpreted(DRAFTER, UUID(int=40)))
    policy = Companion(UUID(int=40), "认定办法", None, ready=False, released=False)

    assert open_names(linked, content, (policy,)) == ["interpreted"]
    assert open_names(linked, content, (replace(policy, signed=True),)) == []


def test_what_is_not_for_disclosure_is_not_signed_off():
    closed = replace(NOTICE, openness="closed", openness_reason="内部事务")

    assert open_names(a_document_ready_for_sign_off(closed), closed) == ["openness"]


def test_the_head_publishes_at_night_and_the_missing_marks_are_owed():
    document = after(a_draft(), c.RecordFindings(1, DIGEST, ()), *reviews_of_disclosure())

    number, approved = decide(document, NIGHT)

    assert isinstance(number, IndexNumberIssued)
    assert isinstance(approved, EditionApproved)
    assert approved.owed == tuple(step.name for step in steps.STEPS[:-1])
    assert approved.emergency_reason == "台风预警"


def test_only_the_head_has_the_emergency_lane():
    with pytest.raises(Refused, match="主要负责人"):
        decide(a_draft(), replace(NIGHT, by=DEPUTY))


@pytest.mark.parametrize("gate", sorted(NEVER_OWED - {"assessment", "openness", "metadata", "explanation", "findings"}))
def test_secrecy_review_and_checks_are_not_left_for_later(gate):
    with pytest.raises(NotReady) as blocked:
        decide(a_draft(), NIGHT)

    assert gate in [found.name for found in blocked.value.gates]


def test_owed_marks_are_made_up_after_publication_and_the_last_settles_the_debt():
    document = after(
        a_draft(), c.RecordFindings(1, DIGEST, ()), *reviews_of_disclosure(), NIGHT, c.FinishRelease(RELEASE, NOON)
    )
    owed = dossier_of(document).owed

    settled = []
    for step in owed:
        facts = decide(document, c.PutMark(REVIEWERS[step], 1, step))
        settled.append(any(isinstance(fact, DebtSettled) for fact in facts))
        document = after(document, c.PutMark(REVIEWERS[step], 1, step))

    assert settled == [False] * 5 + [True]
    assert isinstance(document, Published)
    assert document.dossier.owed == ()


def test_what_changed_itself_is_known_with_its_day_until_the_correction_is_out_or_dropped():
    changed_on = TODAY - timedelta(days=1)
    correcting = after(a_published_document(), c.StartCorrection(DEPUTY, "联系电话变更", changed_on, TODAY))

    assert correcting.dossier.changed_on == changed_on
    assert clocks.begins(correcting.dossier) == changed_on
    assert clocks.begins(after(correcting, c.DropCorrection(DEPUTY, "没有变")).dossier) is None
    assert clocks.begins(after(a_published_document(), c.StartCorrection(DEPUTY, "错字")).dossier) is None


@pytest.mark.parametrize("wrong", [TODAY + timedelta(days=1), date(1999, 1, 1)])
def test_a_change_of_tomorrow_or_before_the_document_was_formed_is_refused_with_article_26(wrong):
    with pytest.raises(Refused, match="变更的日期") as no:
        decide(a_published_document(), c.StartCorrection(DEPUTY, "联系电话变更", wrong, TODAY))

    assert "第二十六条" in no.value.article


def test_a_published_document_is_corrected_through_the_whole_road_with_a_public_explanation():
    correcting = after(a_published_document(), c.StartCorrection(DEPUTY, "附件第3页金额有误"))
    edited = after(
        correcting,
        c.SaveEdition(DRAFTER, 1, replace(NOTICE, body="更正后的正文"), OTHER_DIGEST),
        c.SubmitForReview(DRAFTER, 2, None),
        c.RecordFindings(2, DIGEST, ()),
        *(replace(review, edition=2) for review in reviews_of_disclosure()),
        *(replace(mark, edition=2) for mark in marks_of()),
    )

    [fact] = decide(edited, a_sign_off(edition=2, release_id=UUID(int=501)))

    assert isinstance(correcting, Drafting)
    assert dossier_of(correcting).live.edition == 1
    assert isinstance(fact, EditionApproved)
    assert (fact.change, fact.edition) == ("correct", 2)


def test_a_withdrawal_is_proposed_by_one_and_signed_by_another():
    proposed = after(a_published_document(), c.ProposeWithdrawal(OPENNESS, "内容涉及个人信息"))

    with pytest.raises(Refused, match="另一个人"):
        decide(proposed, c.ApproveProposal(OPENNESS, UUID(int=502), MANIFEST))
    releasing = after(proposed, c.ApproveProposal(DEPUTY, UUID(int=502), MANIFEST))
    withdrawn = after(releasing, c.FinishRelease(UUID(int=502), NOON))

    assert isinstance(releasing, Releasing)
    assert releasing.change == "withdraw"
    assert isinstance(withdrawn, Withdrawn)
    assert withdrawn.dossier.live is None


def test_the_head_alone_may_propose_and_sign_a_withdrawal():
    proposed = after(a_published_document(), c.ProposeWithdrawal(HEAD, "内容涉及个人信息"))

    assert decide(proposed, c.ApproveProposal(HEAD, UUID(int=502), MANIFEST))


def test_a_repealed_document_stays_and_is_marked():
    repealed = after(
        a_published_document(),
        c.ProposeRepeal(OPENNESS, "被新办法取代", "repealed", TODAY, UUID(int=41)),
        c.ApproveProposal(DEPUTY, UUID(int=503), OTHER_DIGEST),
        c.FinishRelease(UUID(int=503), NOON + timedelta(days=1)),
    )

    assert isinstance(repealed, Repealed)
    live = repealed.dossier.live
    assert live is not None
    assert (live.edition, live.validity, live.manifest) == (1, "repealed", OTHER_DIGEST)


@pytest.mark.parametrize("validity", ["valid", "withdrawn"])
def test_a_repeal_names_an_effect_the_law_knows(validity):
    with pytest.raises(Refused, match="效力"):
        decide(a_published_document(), c.ProposeRepeal(OPENNESS, "取代", validity, TODAY))


def test_a_leak_found_while_a_correction_is_drafted_can_be_withdrawn_at_once():
    correcting = after(a_published_document(), c.StartCorrection(DEPUTY, "金额有误"))

    proposed = after(correcting, c.ProposeWithdrawal(OPENNESS, "内容涉及个人信息"))

    assert dossier_of(proposed).live is not None


def test_a_cancelled_release_gives_the_document_back_with_its_marks():
    document = after(a_document_ready_for_sign_off(), a_sign_off(), c.AbandonRelease(RELEASE))

    assert isinstance(document, Reviewing)
    assert open_names(document) == []


def test_only_a_penalty_has_the_three_day_clock():
    with pytest.raises(Refused) as refused:
        decide(a_published_document(), c.NotePenaltyChanged(DEPUTY, TODAY, TODAY))

    assert refused.value.rule == rules.PENALTY_WITHDRAWAL


def test_metadata_problems_are_named_field_by_field_with_the_right_spelling():
    wrong = replace(POLICY, title=" ", document_number="济商字(2025)第04号", formed_on=None, themes=("商贸",))

    [metadata, *_] = gates(dossier_of(a_draft(wrong)), wrong, today=TODAY, column_known=False)

    assert not metadata.ok
    assert {problem.path for problem in metadata.problems} == {
        "title", "column_id", "document_number", "formed_on", "themes.0",
    }  # fmt: skip
    assert "应写作“济商字〔2025〕4号”" in metadata.sentence
