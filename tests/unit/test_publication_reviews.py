"""三审三校, the disclosure review, findings and openness: what the law asks before anything is signed."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.statute import demonstrates
from tests.support.publication_worlds import (
    DEPUTY,
    DIGEST,
    DRAFTER,
    HEAD,
    NOTICE,
    NUMBER,
    OPENNESS,
    OTHER_DIGEST,
    POLICY,
    PROOFREADER,
    SECRECY,
    SECTION_HEAD,
    a_document_ready_for_sign_off,
    a_draft,
    a_published_document,
    a_submitted_document,
    after,
    all_verdicts,
    an_officer,
    dossier_of,
    marks_of,
)

from gongkai.statute import rules
from gongkai.statute.refusal import Refused
from gongkai.web.permissions import MATRIX
from publication.domain import commands as c
from publication.domain import steps
from publication.domain.decide import decide
from publication.domain.disclosure import ITEMS, Verdict
from publication.domain.dossier import Drafting, Finding, Kept, Reviewing
from publication.domain.facts import EditionSaved, MarkPut, MarksVoided
from publication.domain.people import Officer, Principal
from publication.domain.writing import Stale

ACTIONS = {
    "first-review": "mark.first-review",
    "first-proof": "mark.first-proof",
    "second-review": "mark.second-review",
    "second-proof": "mark.second-proof",
    "final-review": "mark.third-review",
    "final-proof": "mark.third-proof",
    "head-review": "mark.third-review-important",
}


@demonstrates(rules.REVIEWS)
@demonstrates(rules.PROOFS)
def test_there_are_three_reviews_and_three_proofs_and_an_important_document_needs_the_head():
    ordinary = steps.steps_for(important=False)
    important = steps.steps_for(important=True)

    assert sum(step.review for step in ordinary) == rules.REVIEWS.length
    assert sum(not step.review for step in ordinary) == rules.PROOFS.length
    assert [step.name_zh for step in important] == ["初审", "初校", "复审", "复校", "终审", "终校", "审签"]


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.name)
def test_the_domain_and_the_permission_table_agree_on_who_may_give_each_mark(step):
    assert set(step.roles) == set(MATRIX[ACTIONS[step.name]])


@pytest.mark.parametrize("number", range(1, 6))
def test_marks_come_in_order(number):
    document = after(a_submitted_document(), *marks_of()[: number - 1])
    early = marks_of()[number]

    with pytest.raises(Refused) as refused:
        decide(document, early)

    assert "还不到" in refused.value.reason


def test_nobody_holds_two_reviews_and_the_refusal_says_so():
    both = an_officer(1, "drafter", "section_head")
    document = after(a_submitted_document(), *marks_of()[:2])

    with pytest.raises(Refused) as refused:
        decide(document, c.PutMark(both, 1, "second-review"))

    assert refused.value.reason == "您已经作过初审，复审要由另一个人办理"
    assert "两个审次" in refused.value.article


def test_one_proofreader_may_read_all_three_proofs():
    document = after(a_submitted_document(), *marks_of())

    proofs = [mark for mark in dossier_of(document).marks if not steps.BY_NAME[mark.step].review]

    assert {mark.person for mark in proofs} == {PROOFREADER.person}


def test_the_first_and_second_review_belong_to_the_drafting_section():
    stranger = an_officer(21, "drafter", unit="外贸处")

    with pytest.raises(Refused) as refused:
        decide(a_submitted_document(), c.PutMark(stranger, 1, "first-review"))

    assert "市场处" in refused.value.reason


def test_who_stands_in_for_an_absent_head_of_section_signs_and_is_recorded_beside_them():
    delegate = Officer(
        UUID(int=22), frozenset({"drafter"}), "外贸处",
        (Principal(SECTION_HEAD.person, SECTION_HEAD.roles, SECTION_HEAD.unit),),
    )  # fmt: skip
    document = after(a_submitted_document(), *marks_of()[:2])

    [fact] = decide(document, c.PutMark(delegate, 1, "second-review", "同意"))

    assert isinstance(fact, MarkPut)
    assert (fact.by, fact.role, fact.on_behalf_of) == (delegate.person, "section_head", SECTION_HEAD.person)


def test_a_delegate_who_did_the_first_review_cannot_do_the_second_for_somebody_else():
    delegate = replace(DRAFTER, stands_in_for=(Principal(SECTION_HEAD.person, SECTION_HEAD.roles, "市场处"),))
    document = after(a_submitted_document(), *marks_of()[:2])

    with pytest.raises(Refused, match="由另一个人办理"):
        decide(document, c.PutMark(delegate, 1, "second-review"))


def test_each_mark_is_bound_to_the_digest_of_the_edition():
    document = after(a_submitted_document(), *marks_of())

    assert {(mark.edition, mark.digest) for mark in dossier_of(document).marks} == {(1, DIGEST)}


def test_an_edit_voids_the_marks_and_the_answers_and_says_which():
    document = after(
        a_submitted_document(), c.ReviewDisclosure(SECRECY, 1, all_verdicts("secrecy_reviewer")), *marks_of()[:3]
    )

    facts = decide(document, c.SaveEdition(DRAFTER, 1, replace(NOTICE, title="改过的标题"), OTHER_DIGEST))

    assert [type(fact) for fact in facts] == [EditionSaved, MarksVoided]
    assert facts[1] == MarksVoided(
        1, ("first-review", "first-proof", "second-review"),
        ("state-secret", "forbidden-by-law", "security", "certainty"),
    )  # fmt: skip
    edited = dossier_of(after(document, c.SaveEdition(DRAFTER, 1, NOTICE, OTHER_DIGEST)))
    assert (edited.edition, edited.marks, edited.answers, edited.report) == (2, (), (), None)


def test_saving_the_same_text_again_is_no_new_edition():
    assert decide(a_draft(), c.SaveEdition(DRAFTER, 1, NOTICE, DIGEST)) == []


@pytest.mark.parametrize(
    "command",
    [
        c.SaveEdition(DRAFTER, 1, NOTICE, DIGEST),
        c.PutMark(DRAFTER, 1, "first-review"),
        c.ReturnToDrafter(DRAFTER, 1, "请改"),
        c.ReviewDisclosure(SECRECY, 1, all_verdicts("secrecy_reviewer")),
        c.WaiveFinding(SECTION_HEAD, 1, "f-1", "办公电话"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_an_act_on_an_edition_that_is_no_longer_current_is_stale(command):
    document = after(a_submitted_document(), c.SaveEdition(DRAFTER, 1, NOTICE, OTHER_DIGEST))

    with pytest.raises(Stale) as stale:
        decide(document, command)

    assert stale.value.reason == "您看的是第1版，现在已经是第2版，请先看最新的再办理"


def test_a_reviewer_returns_with_an_opinion_and_the_marks_already_given_stay():
    document = after(
        a_submitted_document(), *marks_of()[:2], c.ReturnToDrafter(SECTION_HEAD, 1, "依据没有写明", errors_found=2)
    )

    assert isinstance(document, Drafting)
    returned = document.dossier.returned
    assert returned is not None
    assert (returned.step, returned.opinion, returned.errors_found) == ("second-review", "依据没有写明", 2)
    assert len(document.dossier.marks) == 2


def test_returning_without_an_opinion_is_refused():
    with pytest.raises(Refused, match="写明意见"):
        decide(a_submitted_document(), c.ReturnToDrafter(DRAFTER, 1, "  "))


@demonstrates(rules.ERRORS_AT_FIRST_REVIEW)
@demonstrates(rules.ERRORS_AT_SECOND_REVIEW)
@demonstrates(rules.ERRORS_AT_FINAL_REVIEW)
@pytest.mark.parametrize(
    ("given", "officer", "step", "most"),
    [
        (0, DRAFTER, "first-review", rules.ERRORS_AT_FIRST_REVIEW.length),
        (2, SECTION_HEAD, "second-review", rules.ERRORS_AT_SECOND_REVIEW.length),
        (4, DEPUTY, "final-review", rules.ERRORS_AT_FINAL_REVIEW.length),
    ],
)
def test_wording_errors_are_counted_and_too_many_send_the_text_back(given, officer, step, most):
    document = after(a_submitted_document(), *marks_of()[:given])

    [mark] = decide(document, c.PutMark(officer, 1, step, errors_found=most))
    with pytest.raises(Refused) as refused:
        decide(document, c.PutMark(officer, 1, step, errors_found=most + 1))

    assert isinstance(mark, MarkPut)
    assert mark.errors_found == most
    assert "退回修改" in refused.value.reason


def test_the_secrecy_items_are_answered_by_the_secrecy_reviewer_only():
    with pytest.raises(Refused) as refused:
        decide(a_draft(), c.ReviewDisclosure(OPENNESS, 1, (Verdict("state-secret", "clear"),)))

    assert "保密审查人" in refused.value.reason
    assert "第十七条" in refused.value.article


def test_a_concern_needs_a_reason():
    with pytest.raises(Refused, match="写明理由"):
        decide(a_draft(), c.ReviewDisclosure(SECRECY, 1, (Verdict("security", "concern"),)))


def test_the_review_goes_item_by_item_through_articles_13_to_17():
    articles = {item.article for item in ITEMS}

    assert articles == {"第十三条", "第十四条", "第十五条", "第十六条第一款", "第十六条第二款", "第十七条"}


def test_a_finding_is_waived_with_a_reason_by_someone_allowed_only():
    document = after(a_draft(), c.RecordFindings(1, DIGEST, (Finding("f-1", "wording", "must"),)))

    with pytest.raises(Refused):
        decide(document, c.WaiveFinding(DRAFTER, 1, "f-1", "没有问题"))
    with pytest.raises(Refused, match="写明理由"):
        decide(document, c.WaiveFinding(SECTION_HEAD, 1, "f-1", ""))
    with pytest.raises(Refused, match="没有这条"):
        decide(document, c.WaiveFinding(SECTION_HEAD, 1, "f-2", "引文如此"))
    waived = after(document, c.WaiveFinding(SECTION_HEAD, 1, "f-1", "引文如此"))

    assert [(waiver.key, waiver.reason) for waiver in dossier_of(waived).waivers] == [("f-1", "引文如此")]


def test_the_report_of_an_older_edition_is_not_taken_for_the_current_one():
    document = after(a_draft(), c.SaveEdition(DRAFTER, 1, NOTICE, OTHER_DIGEST))

    assert decide(document, c.RecordFindings(1, DIGEST, ())) == []


def test_a_policy_document_is_kept_back_only_after_the_openness_office_agreed():
    closed = replace(POLICY, openness="closed", openness_reason="属于内部事务信息")
    document = a_submitted_document(closed)

    with pytest.raises(Refused) as refused:
        decide(document, c.KeepUnpublished(OPENNESS, 1, "条例第十六条"))
    agreed = after(
        document,
        c.ReviewOpenness(OPENNESS, 1, agreed=True, reason="条例第十六条"),
        c.KeepUnpublished(OPENNESS, 1, "条例第十六条"),
    )

    assert "信息公开机构" in refused.value.reason
    assert "80号" in refused.value.article
    assert isinstance(agreed, Kept)


def test_what_is_marked_for_disclosure_is_not_filed_as_closed():
    with pytest.raises(Refused, match="先修改公开属性"):
        decide(a_draft(), c.KeepUnpublished(OPENNESS, 1, "不想公开"))


def test_the_index_number_is_issued_with_the_first_submission_and_never_again():
    document = after(
        a_submitted_document(),
        c.ReturnToDrafter(DRAFTER, 1, "再看看"),
        c.SubmitForReview(DRAFTER, 1, replace(NUMBER, serial=38)),
    )

    assert isinstance(document, Reviewing)
    assert document.dossier.number == NUMBER


def test_an_important_document_waits_for_the_head_after_the_six_marks():
    important = replace(NOTICE, important=True)
    document = after(a_submitted_document(important), *marks_of())

    assert steps.missing(dossier_of(document).marks, important=True) == ("head-review",)
    assert steps.missing(dossier_of(after(document, c.PutMark(HEAD, 1, "head-review"))).marks, important=True) == ()


def test_after_the_last_mark_there_is_nothing_more_to_sign():
    with pytest.raises(Refused, match="已经完成"):
        decide(a_document_ready_for_sign_off(), c.PutMark(HEAD, 1, "final-review"))


def test_a_published_document_is_not_discarded_as_a_draft():
    correcting = after(a_published_document(), c.StartCorrection(DEPUTY, "金额有误"))

    with pytest.raises(Refused, match="已经公开过"):
        decide(correcting, c.DiscardDraft(DRAFTER, 1, "重复"))

    assert decide(a_draft(), c.DiscardDraft(DRAFTER, 1, "重复"))
