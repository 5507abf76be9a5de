"""The clocks of a case as rows of the ticker, and what of a case is told to whom."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from gongkai.statute.calendar import built_in
from gongkai.statute.legal_day import legal_date, start_of
from request.clocks import after, before, clocks_of
from request.codecs import CASE
from request.domain import commands as c
from request.domain.decide import decide
from request.domain.values import FeeCharged
from request.noticing import ACTIONS, notice_of
from request.work import STEP_NAMES, is_open, next_step

CALENDAR = built_in()
CASE_ID, ORGAN, PERSON, OFFICER, LETTER = (UUID(int=n) for n in range(1, 6))
FRIDAY = date(2025, 9, 26)


def after_all(*commands):
    case = CASE.initial
    for command in commands:
        for fact in decide(case, command, CALENDAR):
            case = CASE.evolve(case, fact)
    return case


def submitted(**change):
    fields = {
        "organ_id": ORGAN, "applicant": PERSON, "applicant_kind": "np", "channel": "online", "submitted_on": FRIDAY,
        "application_item": PERSON, "supply_form": "electronic", "way": "online", "today": FRIDAY,
    }  # fmt: skip
    return c.Submit(**fields | change)


RECEIVED = (submitted(), c.FixReceipt(OFFICER, FRIDAY, confirmed_on=FRIDAY), c.Register(2025, 1, "补贴", OFFICER))


def rows(case):
    return {clock.kind: clock for clock in clocks_of(CASE_ID, case, CALENDAR)}


def test_before_the_receipt_is_decided_only_the_day_to_confirm_it_runs_as_article_31_asks():
    case = after_all(submitted())

    found = rows(case)
    assert set(found) == {"request-confirm"}
    assert (found["request-confirm"].due_on, found["request-confirm"].fires_at) == (FRIDAY, after(FRIDAY))
    assert "第三十一条" in found["request-confirm"].article
    assert found["request-confirm"].explanation["start"] == "2025-09-26"
    assert (next_step(case), is_open(case)) == ("receipt", True)


def test_what_comes_on_a_day_of_rest_is_confirmed_on_the_next_working_day_by_article_31():
    saturday, wednesday = date(2025, 9, 27), date(2025, 10, 1)

    assert rows(after_all(submitted(submitted_on=saturday, today=saturday)))["request-confirm"].due_on == date(2025, 9, 28)
    assert rows(after_all(submitted(submitted_on=wednesday, today=wednesday)))["request-confirm"].due_on == date(2025, 10, 9)


def test_a_letter_that_was_posted_long_ago_is_confirmed_on_the_day_it_was_entered():
    posted = submitted(channel="post-ordinary", submitted_on=date(2025, 9, 15), by=OFFICER)

    assert rows(after_all(posted))["request-confirm"].due_on == FRIDAY


def test_a_received_application_has_its_last_day_its_reminder_and_the_day_of_the_correction_notice():
    found = rows(after_all(*RECEIVED))

    assert {kind: clock.due_on.isoformat() for kind, clock in found.items()} == {
        "request-reply": "2025-10-30",
        "request-reply-near": "2025-10-30",
        "request-correction-notice": "2025-10-13",
    }
    assert found["request-reply"].fires_at == datetime(2025, 10, 30, 16, 0, tzinfo=UTC)
    assert found["request-reply-near"].fires_at == start_of(date(2025, 10, 27))
    days = found["request-reply"].explanation["days"]
    assert sum(day["state"] == "counted" for day in days) == 20
    assert any("国庆" in day["why"] for day in days)


def a_letter(kind, letter=LETTER, on=FRIDAY):
    return c.IssueLetter(letter, kind, f"济商告〔2025〕{letter.int}号", 2025, 1, "sha256:" + "d" * 64, on, OFFICER)


def given(letter=LETTER, on=FRIDAY):
    return c.ServeLetter(letter, "direct", on, OFFICER, on)


ASKED = (*RECEIVED, c.AskCorrection(("文号",), date(2025, 10, 20), OFFICER, FRIDAY))


def test_only_the_issued_notice_stops_the_other_clocks_and_only_its_service_starts_the_period_of_article_30():
    decided, issued = after_all(*ASKED), after_all(*ASKED, a_letter("correction"))
    served = after_all(*ASKED, a_letter("correction"), given())

    assert set(rows(decided)) == {
        "request-reply", "request-reply-near", "request-correction-notice", "request-notice-missed",
    }  # fmt: skip
    assert rows(decided)["request-notice-missed"].due_on == date(2025, 10, 13)
    assert set(rows(issued)) == {"request-notice-unserved"}
    assert set(rows(served)) == {"request-correction"}
    assert [next_step(case) for case in (decided, issued, served)] == ["issue-correction", "serve-notice", "correction"]
    assert [STEP_NAMES[next_step(case)] for case in (decided, issued)] == ["制发补正告知书", "送达告知书"]


def test_a_fee_is_paid_within_twenty_working_days_from_the_service_of_its_notice():
    fee = FeeCharged("pages", 41, Decimal(110), "2025-09")
    noticed = (*RECEIVED, c.NoticeFee(fee, OFFICER, FRIDAY), a_letter("fee"))

    assert "request-payment" not in rows(after_all(*noticed))
    found = rows(after_all(*noticed, given()))
    assert found["request-payment"].due_on == date(2025, 10, 30)
    assert "request-reply" not in found


@pytest.mark.parametrize(
    ("whom", "kind", "article", "due_on"),
    [
        ("third-party", "third-party", "第三十二条", "2025-10-23"),
        ("co-maker", "co-maker", "第三十四条", "2025-10-23"),
        ("other-organ", "other-organ", "第三十三条", "2025-10-15"),
    ],
)
def test_each_clock_of_those_who_are_asked_has_its_start_its_days_and_its_own_article(whom, kind, article, due_on):
    ask = c.AskOpinion(LETTER, whom, PERSON if whom == "third-party" else None, "市发展改革委", OFFICER, FRIDAY)
    letter = replace(a_letter(kind), answer_by=date(2025, 10, 15))

    clock = rows(after_all(*RECEIVED, ask, letter, given()))["request-consultation"]

    days = clock.explanation["days"]
    assert article in clock.article
    assert (clock.explanation["start"], clock.due_on.isoformat(), days[-1]["on"]) == ("2025-09-26", due_on, due_on)
    counted = [day["running"] for day in days if day["state"] == "counted"]
    assert counted == list(range(1, len(counted) + 1))
    assert len(counted) == (19 if whom == "other-organ" else 15)
    assert all(day["why"] for day in days)


def test_a_period_that_we_set_is_told_day_by_day_from_the_service_of_the_notice():
    clock = rows(after_all(*ASKED, a_letter("correction"), given()))["request-correction"]

    assert "第三十条" in clock.article
    assert clock.explanation["start"] == "2025-09-26"
    assert [day["running"] for day in clock.explanation["days"]] == list(range(1, 25))


def test_a_day_of_the_law_begins_and_ends_in_jinan():
    assert legal_date(datetime(2025, 9, 25, 16, 30, tzinfo=UTC)) == FRIDAY
    assert legal_date(datetime(2025, 9, 26, 15, 59, tzinfo=UTC)) == FRIDAY
    assert after(FRIDAY) == datetime(2025, 9, 26, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(("days", "day"), [(0, "2025-10-09"), (1, "2025-09-30"), (2, "2025-09-29"), (3, "2025-09-28")])
def test_working_days_are_counted_back_over_holidays_and_make_up_days(days, day):
    assert before(date(2025, 10, 9), days, CALENDAR).isoformat() == day


def a_row(**change):
    return {
        "id": CASE_ID, "organ_id": ORGAN, "number": "2025-0001", "topic": "补贴", "next_step": "draft",
        "handler": OFFICER, "unit": "外贸处", "due_on": date(2025, 10, 30),
    } | change  # fmt: skip


def test_waiting_work_is_told_to_who_may_do_it_and_to_the_person_in_charge():
    draft, register = notice_of(a_row()), notice_of(a_row(next_step="receipt", number="", topic="", handler=None))

    assert (draft.action, draft.person_ids) == ("request.handle", (OFFICER,))
    assert "2025-0001" in draft.label
    assert (register.action, register.person_ids, register.label) == ("request.register", (), "确定收到日：新收申请")
    assert draft.href == f"/request/desk/cases/{CASE_ID}"


def test_nobody_is_told_of_what_others_are_waited_for():
    assert [step for step in STEP_NAMES if notice_of(a_row(next_step=step)) is None] == [
        "correction", "opinions", "reasons", "payment", "joined", "archive", "",
    ]  # fmt: skip
    assert set(ACTIONS) <= set(STEP_NAMES)
