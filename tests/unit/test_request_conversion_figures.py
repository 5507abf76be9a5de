"""How many were reviewed, how fast that went, how often and why people decided otherwise."""

from dataclasses import replace
from datetime import date

from request.conversion.figures import Course, Decided, figures

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
ANSWERED, REVIEWED = date(2026, 3, 2), date(2026, 3, 2)


def a_course(advice="publish", *, rules=("head-4",), **more):
    return Course(ANSWERED, more.pop("reviewed_on", REVIEWED), advice, rules, **more)


def decided(day, decision="publish", *, accepted=True, reason=""):
    return Decided(date(2026, 3, day), accepted, decision, reason)


def test_advice_decisions_and_publications_are_counted_with_their_median_days():
    found = figures(
        [
            a_course(decided=decided(3), published_on=date(2026, 3, 12)),
            a_course(decided=decided(5), published_on=date(2026, 3, 22)),
            a_course("redact", decided=decided(9, "redact")),
            a_course("keep", relook_on=date(2026, 6, 30)),
            a_course("ask"),
        ],
        FIRST,
        LAST,
    )

    assert found.by_advice == {"publish": 2, "redact": 1, "keep": 1, "ask": 1}
    assert (found.reviewed, found.open, found.accepted, found.overruled, found.published) == (5, 2, 3, 0, 2)
    assert (found.days_to_review, found.days_to_decide, found.days_to_publish) == (0.0, 3.0, 15.0)
    assert found.relooks_due == 1
    assert found.overruled_share == 0.0


def test_overrulings_are_told_by_way_and_reason_and_the_rules_to_blame_come_first():
    no = {"accepted": False}
    found = figures(
        [
            a_course(decided=decided(3, "keep", reason="数据尚未核定", **no)),
            a_course(decided=decided(4, "keep", reason="数据尚未核定 ", **no)),
            a_course(decided=decided(5, "keep", reason="企业反映强烈", **no), rules=("head-4", "asked-by-several")),
            a_course("keep", rules=("on-request-is-enough",), decided=decided(6, reason="公众关注", **no)),
            a_course(decided=decided(6)),
        ],
        FIRST,
        LAST,
    )

    assert (found.overruled, found.accepted, found.overruled_share) == (4, 1, 80.0)
    assert [(way.advice, way.decision, way.count) for way in found.overrulings] == [
        ("publish", "keep", 3), ("keep", "publish", 1),
    ]  # fmt: skip
    assert found.overrulings[0].reasons == (("数据尚未核定", 2), ("企业反映强烈", 1))
    assert [(rule.rule, rule.decided, rule.overruled) for rule in found.by_rule] == [
        ("head-4", 4, 3), ("asked-by-several", 1, 1), ("on-request-is-enough", 1, 1),
    ]  # fmt: skip


def test_a_question_answered_by_a_person_was_neither_accepted_nor_overruled():
    found = figures([a_course("ask", decided=decided(4, "keep", accepted=False))], FIRST, LAST)

    assert (found.judged, found.open, found.accepted, found.overruled) == (1, 0, 0, 0)
    assert found.overruled_share is None
    assert found.overrulings == found.by_rule == ()


def test_a_period_counts_what_was_reviewed_in_it_and_only_what_had_happened_by_its_end():
    found = figures(
        [
            a_course(reviewed_on=date(2025, 12, 31)),
            a_course(reviewed_on=date(2026, 7, 1)),
            a_course(decided=Decided(date(2026, 7, 1), True, "publish"), published_on=date(2026, 7, 2)),
        ],
        FIRST,
        LAST,
    )

    assert (found.reviewed, found.open, found.published) == (1, 1, 0)


def test_of_nothing_there_is_no_median():
    found = figures([], FIRST, LAST)

    assert (found.reviewed, found.days_to_review, found.days_to_decide, found.days_to_publish) == (0, None, None, None)
    assert found.overruled_share is None


def test_reviews_that_went_the_same_way_count_as_often_as_they_are_there():
    no = {"accepted": False}
    courses = [
        a_course(decided=decided(3), published_on=date(2026, 3, 12)),
        a_course("redact", decided=decided(9, "keep", reason="涉及隐私", **no), rules=("third-party", "head-4")),
        a_course("keep", relook_on=date(2026, 6, 30)),
        a_course("ask", decided=decided(4, "keep", **no)),
    ]

    together = figures([replace(course, times=3) for course in courses], FIRST, LAST)

    assert together == figures(courses * 3, FIRST, LAST)
    assert (together.reviewed, together.overruled) == (12, 3)
