"""The remedy paragraph: what bureaux lose lawsuits over."""

from dataclasses import replace

import pytest
from tests.statute import demonstrates
from tests.support.request_letters import BUREAU, PAGES_FEE, REFUSALS, SPECIMENS, basic, decided

from gongkai.statute import rules
from gongkai.statute.exemptions import CLOSING_GROUNDS
from gongkai.statute.refusal import Refused
from request.domain import outcomes
from request.domain.values import Basis, LetterKind
from request.letters.compose import compose
from request.letters.data import LetterData, Paragraph
from request.letters.forms import FORMS
from request.letters.grounds import GROUNDS, REFUSING

FIRST = "先向济南市人民政府申请行政复议，不能直接提起行政诉讼"
EITHER = "也可以根据《中华人民共和国行政诉讼法》第四十六条的规定"
SUABLE: list[LetterKind] = [
    "reply-public", "reply-given", "reply-register", "reply-not-existing", "reply-not-ours", "reply-needs-making",
    "reply-unclear", "reply-petition", "reply-repeated", "reply-publications", "reply-excessive", "reply-reissue",
    "lapsed", "third-party-decision",
]  # fmt: skip
PROCEDURE: list[LetterKind] = [
    "application-form", "receipt", "correction", "reasons", "extension", "third-party", "third-party-confirmation",
    "third-party-applicant", "co-maker", "other-organ", "co-handling", "withdrawn", "approval-slip", "transfer-list",
]  # fmt: skip


def words(data: LetterData) -> str:
    return "\n".join(block.text for block in compose(data).blocks if isinstance(block, Paragraph))


def remedies(data: LetterData) -> list[str]:
    return [line for line in words(data).split("\n") if "不服" in line]


@demonstrates(rules.RECONSIDER_FIRST)
@pytest.mark.parametrize("basis", list(REFUSALS))
def test_a_refusal_by_articles_14_to_16_says_that_reconsideration_comes_first(basis: Basis):
    (only,) = remedies(REFUSALS[basis])

    assert FIRST in only
    assert "《中华人民共和国行政复议法》第二十条、第二十三条和第二十四条" in only
    assert "自收到本答复书之日起60日内" in only
    assert "自收到行政复议决定书之日起15日内" in only
    assert "6个月" not in only


def test_the_refusals_that_need_reconsideration_first_are_those_of_the_statute():
    from_statute = {ground.row for ground in CLOSING_GROUNDS if ground.reconsider_first}

    assert {GROUNDS[basis].row for basis in REFUSING} == from_statute
    assert set(REFUSALS) == set(REFUSING)


@pytest.mark.parametrize("kind", SUABLE)
def test_every_other_decision_may_be_reconsidered_or_sued_over_at_once(kind: LetterKind):
    (only,) = remedies(SPECIMENS[kind])

    assert EITHER in only
    assert "60日内向济南市人民政府申请行政复议" in only
    assert "6个月内直接向有管辖权的人民法院提起行政诉讼" in only
    assert FIRST not in only


def test_a_register_query_is_directly_suable_although_it_is_counted_among_refusals():
    assert GROUNDS["register-query"].row == "d8"
    assert FIRST not in words(SPECIMENS["reply-register"])


@pytest.mark.parametrize("kind", PROCEDURE)
def test_a_step_of_the_procedure_carries_no_remedy(kind: LetterKind):
    assert FORMS[kind].remedy == "none" or kind == "withdrawn"
    assert remedies(SPECIMENS[kind]) == []


def test_an_end_that_the_organ_decided_and_not_the_applicant_may_be_contested():
    ended = basic("withdrawn", decisions=decided("other", reason="申请人已经死亡，没有权利承受人"))

    (only,) = remedies(ended)

    assert EITHER in only
    assert "没有权利承受人" in words(ended)


def test_the_remedy_of_each_basis_is_the_one_the_case_expects():
    blocks = {basis: ground.remedy for basis, ground in outcomes.GROUNDS.items()}

    assert {basis for basis, block in blocks.items() if block == "RB-A"} == set(REFUSING)
    assert {basis: ground.row for basis, ground in GROUNDS.items()} == outcomes.ROW_OF


@pytest.mark.parametrize("basis", list(GROUNDS))
def test_the_letter_the_case_asks_for_is_one_that_tells_the_basis(basis: Basis):
    form = FORMS[outcomes.GROUNDS[basis].letter]

    assert basis in form.bases or form.kind in {"lapsed", "withdrawn"}
    article = outcomes.GROUNDS[basis].article
    assert GROUNDS[basis].citation.startswith(article) or basis == "fee-lapsed"


def test_every_form_is_of_one_of_the_kinds_of_remedy():
    assert {*SUABLE, *PROCEDURE, "reply-partial", "reply-refused", "fee"} == set(FORMS)


def test_a_partial_reply_tells_both_roads_and_for_which_matter_each_is():
    first, rest = remedies(SPECIMENS["reply-partial"])

    assert first.startswith("如不服本答复书第三项，以及第二项中不予公开的部分")
    assert FIRST in first
    assert rest.startswith("如不服本答复书的其他内容")
    assert EITHER in rest


def test_one_matter_given_in_part_names_the_part_that_was_refused():
    given = SPECIMENS["reply-partial"].decisions[1]
    first, rest = remedies(basic("reply-partial", decisions=(replace(given, item=1),)))

    assert first.startswith("如不服本答复书中不予公开的部分")
    assert rest.startswith("如不服本答复书的其他内容")


def test_a_partial_reply_that_refuses_nothing_by_articles_14_to_16_has_one_road():
    given = SPECIMENS["reply-partial"].decisions[0]
    elsewhere = replace(SPECIMENS["reply-not-ours"].decisions[0], item=2)

    (only,) = remedies(basic("reply-partial", decisions=(given, elsewhere)))

    assert EITHER in only


@demonstrates(rules.RECONSIDERATION_BODY)
def test_the_body_is_the_government_of_the_same_level_and_no_department_above():
    text = words(SPECIMENS["reply-refused"])

    assert "向济南市人民政府申请行政复议" in text
    assert "上一级" not in text
    assert "省商务厅" not in text


def test_another_organ_names_its_own_government_and_court():
    elsewhere = replace(BUREAU, government="某区人民政府", court="某铁路运输法院")

    text = words(replace(SPECIMENS["reply-given"], organ=elsewhere))

    assert "向某区人民政府申请行政复议" in text
    assert "向某铁路运输法院提起行政诉讼" in text


@demonstrates(rules.RECONSIDERATION_ONLINE)
def test_a_decision_served_through_the_internet_names_where_to_file_there_or_is_not_issued():
    online = replace(SPECIMENS["reply-given"], served_online=True)

    assert "网上向济南市人民政府申请行政复议的途径：https://fuyi.example.cn/jinan" in words(online)
    with pytest.raises(Refused, match="网上申请行政复议的途径"):
        compose(replace(online, organ=replace(BUREAU, reconsideration_url="")))


def test_a_letter_on_paper_needs_no_internet_road():
    paper = replace(SPECIMENS["reply-given"], organ=replace(BUREAU, reconsideration_url=""))

    assert "途径：https" not in words(paper)


@pytest.mark.parametrize("fee", [SPECIMENS["fee"].fee, PAGES_FEE])
def test_a_fee_notice_says_that_the_fee_alone_is_not_reviewed_but_the_refusal_to_go_on_is(fee: object):
    text = words(replace(SPECIMENS["fee"], fee=fee))

    assert "不能仅就收费申请行政复议或者提起行政诉讼" in text
    assert "本机关不再处理申请后" in text
    assert "第五十一条" in text


def test_a_decision_in_a_letter_of_another_basis_keeps_its_own_road():
    refused = replace(REFUSALS["process"].decisions[0], item=1)
    absent = replace(decided("not-existing")[0], item=2)

    first, rest = remedies(
        basic("reply-refused", decisions=(refused, absent), searches=SPECIMENS["reply-not-existing"].searches)
    )

    assert first.startswith("如不服本答复书第一项")
    assert rest.startswith("如不服本答复书的其他内容")
