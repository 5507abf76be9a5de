"""The clocks of a case as rows of the ticker, and what of a case is told to whom."""

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
CASE_ID, ORGAN, PERSON, OFFICER = (UUID(int=n) for n in range(1, 5))
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


def test_nothing_runs_before_the_day_of_receipt_is_decided():
    case = after_all(submitted())

    assert rows(case) == {}
    assert (next_step(case), is_open(case)) == ("receipt", True)


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


def test_a_question_to_the_applicant_stops_every_other_clock():
    case = after_all(*RECEIVED, c.AskCorrection(("文号",), date(2025, 10, 20), OFFICER, FRIDAY))

    assert set(rows(case)) == {"request-correction"}
    assert next_step(case) == "correction"


def test_a_fee_runs_from_its_receipt_by_the_applicant():
    fee = FeeCharged("pages", 41, Decimal(110), "2025-09")
    noticed = (*RECEIVED, c.NoticeFee(fee, OFFICER, FRIDAY))

    assert "request-payment" not in rows(after_all(*noticed))
    found = rows(after_all(*noticed, c.NoteFeeNoticeReceived(FRIDAY, FRIDAY)))
    assert found["request-payment"].due_on == date(2025, 10, 30)
    assert "request-reply" not in found


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
