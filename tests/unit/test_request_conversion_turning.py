"""What would turn the advice is told, and it would."""

import time
from dataclasses import replace

from tests.support.request_conversion import TODAY, considered, labelled_cases

from request.conversion.facts import all_facts
from request.conversion.inputs import Known
from request.conversion.review import review
from request.conversion.rules import built_in
from request.conversion.turning import turns


def turned(case):
    return {(turn.fact, turn.instead_zh): turn.advice for turn in turns(case, built_in(), TODAY)}


def test_a_silent_third_party_turns_the_advice_by_what_it_would_say():
    case = considered("二手车市场交易数据统计", third_party="trade-secret", opinion="silent")

    found = turned(case)

    assert found["opinion", "同意公开"] == "publish"
    assert found["opinion", "不同意公开"] == "keep"
    assert found["opinion", "部分同意公开"] == "redact"
    assert ("opinion", "未征求") not in found


def test_one_applicant_is_told_how_many_would_be_several():
    found = turned(considered())

    assert found["applicants", "3"] == "publish"
    assert found["required_by", "有"] == "publish"


def test_a_secret_is_turned_by_nothing_an_officer_could_say():
    assert turned(considered("2025年外资统计数据", secrecy=("state-secret",))) == {}


def test_a_turn_reads_as_a_sentence_and_names_the_rules_that_move():
    [turn] = [turn for turn in turns(considered(), built_in(), TODAY) if turn.fact == "applicants"]

    assert turn.text_zh == "申请相同或者相近信息的不同申请人数现为“1”；如果是“3”，则转为主动公开"
    assert turn.rules == ("asked-by-several",)


def test_every_turn_that_can_be_made_really_turns_the_review():
    made = 0
    for labelled in labelled_cases()[::4]:
        for turn in turns(labelled.case, built_in(), TODAY):
            supposed = _supposed(labelled.case, turn)
            if supposed is not None:
                made += 1
                assert review(supposed, built_in(), TODAY).advice == turn.advice, (labelled.id, turn)

    assert made > 150


def _supposed(case, turn):
    """The case with that one thing otherwise; None where a text would have to be made up."""
    kind = all_facts()[turn.fact]
    match kind.type:
        case "choice":
            value = next(value for value, said in kind.values.items() if said == turn.instead_zh)
        case "flag":
            value = turn.instead_zh == "是"
        case "number":
            value = int(turn.instead_zh)
        case "many":
            value = ()
        case _:
            return None
    return replace(case, **{turn.fact: Known(value, "假设")})


def test_everything_that_would_turn_a_case_is_found_in_a_tenth_of_a_second():
    some = labelled_cases()[::8]
    began = time.perf_counter()
    for labelled in some:
        turns(labelled.case, built_in(), TODAY)

    assert (time.perf_counter() - began) / len(some) < 0.1
