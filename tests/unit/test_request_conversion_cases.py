"""The review against what the law wants of two hundred cases of a commerce bureau."""

import json
import sys
import time
from collections import Counter
from dataclasses import replace
from typing import get_args

from tests.support.request_conversion import DATA, TODAY, labelled_cases

from request.conversion.inputs import Advice
from request.conversion.kinds import KINDS, UNKNOWN, classify
from request.conversion.review import review
from request.conversion.rules import built_in

CASES = labelled_cases()
ADVICE: tuple[str, ...] = get_args(Advice)


def say(line):
    """Print a score where whoever runs the tests sees it."""
    sys.stdout.write(f"{line}\n")


def test_the_advice_and_its_articles_are_what_the_law_wants_of_every_case(capsys):
    reviews = {case.id: review(case.case, built_in(), TODAY) for case in CASES}

    confusion = Counter((case.advice, reviews[case.id].advice) for case in CASES)
    right = sum(count for (wanted, given), count in confusion.items() if wanted == given)
    with capsys.disabled():
        say(f"\nconversion review: {right} of {len(CASES)} cases as labelled ({right / len(CASES):.1%})")
        say("wanted \\ given" + "".join(f"{advice:>9}" for advice in ADVICE))
        for wanted in ADVICE:
            say(f"{wanted:14}" + "".join(f"{confusion[wanted, given]:9}" for given in ADVICE))
    wrong = [(case.id, case.advice, reviews[case.id].text_zh) for case in CASES if case.advice != reviews[case.id].advice]
    unreasoned = {
        case.id: (case.articles, reviews[case.id].articles)
        for case in CASES
        if not set(case.articles) <= set(reviews[case.id].articles)
    }
    assert wrong == []
    assert unreasoned == {}


def test_a_kept_case_is_looked_at_again_exactly_where_there_is_something_to_look_at():
    kept = [case for case in CASES if case.advice == "keep"]

    looked = {case.id: review(case.case, built_in(), TODAY).relook_on is not None for case in kept}

    assert len(kept) > 50
    assert looked == {case.id: case.relook for case in kept}


def test_every_rule_is_at_work_in_two_cases_at_least():
    at_work = Counter(link.rule for case in CASES for link in review(case.case, built_in(), TODAY).chain)

    assert {rule.id: at_work[rule.id] for rule in built_in().rules if at_work[rule.id] < 2} == {}


def met(case, found):
    relook_right = case.relook is None or case.relook == (found.relook_on is not None)
    return found.advice == case.advice and set(case.articles) <= set(found.articles) and relook_right


def test_without_any_one_rule_some_case_would_not_be_as_the_law_wants():
    at_work = {}
    for case in CASES:
        for link in review(case.case, built_in(), TODAY).chain:
            at_work.setdefault(link.rule, []).append(case)

    not_missed = []
    for rule in built_in().rules:
        others = replace(built_in(), rules=tuple(other for other in built_in().rules if other is not rule))
        if all(met(case, review(case.case, others, TODAY)) for case in at_work[rule.id]):
            not_missed.append(rule.id)

    assert not_missed == []


def test_the_cases_are_many_and_differ_and_none_of_them_is_labelled_without_a_reason():
    assert len(CASES) >= 130
    assert len({case.case.title for case in CASES}) == len(CASES)
    assert all(case.why and case.articles for case in CASES)
    assert min(Counter(case.advice for case in CASES).values()) >= 15


def test_the_kind_of_information_is_read_from_the_words_of_every_labelled_case(capsys):
    labelled = [case for case in CASES if case.kind is not None]

    wrong = {case.case.title: classify(case.case.title) for case in labelled if case.case.about.kind.value != case.kind}

    with capsys.disabled():
        say(f"\nkind of information: {len(labelled) - len(wrong)} of {len(labelled)} titles as labelled")
    assert wrong == {}
    assert {case.kind for case in labelled} == {*KINDS, UNKNOWN}


def test_titles_that_the_vocabulary_was_not_written_from_are_classified_as_well(capsys):
    titles = json.loads((DATA / "request_conversion_titles.json").read_text("utf-8"))

    right = [entry for entry in titles if classify(entry["title"]).kind == entry["kind"]]

    with capsys.disabled():
        say(f"\nkind of information, other titles: {len(right)} of {len(titles)}")
    assert len(right) >= 0.9 * len(titles)


def test_one_review_takes_far_less_than_a_tenth_of_a_second(capsys):
    began = time.perf_counter()
    for case in CASES:
        review(case.case, built_in(), TODAY)
    each = (time.perf_counter() - began) / len(CASES)

    with capsys.disabled():
        say(f"\none conversion review: {each * 1000:.2f} ms")
    assert each < 0.1
