"""R is a decision with a reason: each channel of A31 has its own rule, and no impossible date gets in."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    CALENDAR,
    FIX,
    FORM,
    IMPORT,
    IMPORT_RESULT,
    OFFICE,
    REGISTER,
    SUBMIT,
    R,
    a_case,
    history,
)

from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Handling, Imported, Submitted
from request.domain.receipt import RECEIPT_RULES

DAY_BEFORE, DAY_AFTER = date(2025, 9, 25), date(2025, 9, 28)


def submitted_by(channel, on=DAY_BEFORE):
    return replace(SUBMIT, channel=channel, submitted_on=on, by=OFFICE)


def received(channel, fix, on=DAY_BEFORE):
    told = history(submitted_by(channel, on), fix)
    assert isinstance(told.case, Handling)
    fixed = told.case.file.receipt
    assert fixed is not None
    return fixed.received_on, fixed.rule


@pytest.mark.parametrize("channel", ["in-person", "oral"])
def test_handed_in_is_received_the_day_it_is_handed_in(channel):
    assert received(channel, c.FixReceipt(OFFICE, R)) == (DAY_BEFORE, "handed-in")


def test_signed_post_is_received_the_day_the_organ_signs():
    assert received("post-signed", c.FixReceipt(OFFICE, R, signed_on=R)) == (R, "signed")


def test_ordinary_mail_is_received_when_confirmed_with_the_applicant():
    assert received("post-ordinary", c.FixReceipt(OFFICE, R, confirmed_on=R)) == (R, "ordinary-confirmed")


@pytest.mark.parametrize("channel", ["online", "fax", "email", "platform"])
def test_electronic_ways_count_from_the_day_both_sides_confirm(channel):
    assert received(channel, c.FixReceipt(OFFICE, R, confirmed_on=R)) == (R, "both-confirmed")


def test_mail_to_somebody_else_in_the_organ_counts_from_the_confirmation_not_from_their_signing():
    fix = c.FixReceipt(OFFICE, DAY_AFTER, signed_on=R, confirmed_on=DAY_AFTER, reached_elsewhere=True)

    assert received("post-signed", fix) == (DAY_AFTER, "elsewhere-confirmed")


def test_without_a_working_telephone_the_clock_waits_until_contact_is_restored():
    unreachable = c.FixReceipt(OFFICE, R, contact_was_lost=True)
    with pytest.raises(Refused, match="恢复联系"):
        history(submitted_by("post-ordinary"), unreachable)

    registered = history(submitted_by("post-ordinary"), REGISTER).case
    assert isinstance(registered, Submitted)
    restored = replace(unreachable, today=DAY_AFTER, confirmed_on=DAY_AFTER)
    assert received("post-ordinary", restored) == (DAY_AFTER, "contact-restored")


def test_the_reason_is_written_with_the_note_of_whoever_fixed_it():
    told = history(SUBMIT, replace(FIX, note="电话确认"))

    (fixed,) = [fact for fact in told.facts if isinstance(fact, f.ReceiptFixed)]
    assert fixed.reason == f"{RECEIPT_RULES['both-confirmed']}说明：电话确认"


@pytest.mark.parametrize(
    ("channel", "fix", "why"),
    [
        ("post-signed", c.FixReceipt(OFFICE, R), "须填写签收日期"),
        ("online", c.FixReceipt(OFFICE, R), "与申请人确认的日期"),
        ("post-signed", c.FixReceipt(OFFICE, R, signed_on=DAY_AFTER), "晚于今天"),
        ("email", c.FixReceipt(OFFICE, R, confirmed_on=DAY_AFTER), "晚于今天"),
        ("fax", c.FixReceipt(OFFICE, R, confirmed_on=date(2025, 9, 24)), "早于申请提交之日"),
    ],
)
def test_an_impossible_or_missing_day_is_refused_with_the_article(channel, fix, why):
    with pytest.raises(Refused, match=why) as refused:
        history(submitted_by(channel), fix)

    assert refused.value.article == "《政府信息公开条例》第三十一条"


def test_an_application_cannot_be_handed_in_tomorrow_or_ask_for_nothing():
    with pytest.raises(Refused, match="晚于今天"):
        history(replace(SUBMIT, submitted_on=DAY_AFTER))
    with pytest.raises(Refused, match="至少有一项"):
        history(replace(SUBMIT, items=0))


def test_paper_names_the_officer_who_entered_it():
    with pytest.raises(Refused, match="写明登记人"):
        history(replace(SUBMIT, channel="oral"))


def test_the_receipt_starts_the_clock_with_the_date_told_and_the_calendar_it_was_counted_on():
    told = history(SUBMIT, FIX)

    (started,) = [fact for fact in told.facts if isinstance(fact, f.ClockStarted)]
    assert (started.from_on, started.due_on, started.provisional) == (R, date(2025, 10, 30), False)
    assert (started.article, started.calendar_version) == ("《政府信息公开条例》第三十三条", CALENDAR.version)


def test_a_case_is_numbered_once_in_the_year_of_its_receipt():
    with pytest.raises(Refused, match="已登记为2025-0001号"):
        a_case(replace(REGISTER, serial=2))
    with pytest.raises(Refused, match="2025年"):
        history(SUBMIT, FIX, replace(REGISTER, year=2026))


def test_naming_it_the_same_again_changes_nothing():
    named = c.NameTopic("储备肉价格", OFFICE)

    assert history(SUBMIT, named, named).facts == history(SUBMIT, named).facts


def test_a_case_of_last_year_is_finished_once_by_a_later_import():
    assert isinstance(history(IMPORT).case, Imported)
    finished = history(IMPORT, IMPORT_RESULT).case
    assert isinstance(finished, Imported)
    assert finished.row == "g"
    with pytest.raises(Refused, match="已经补录"):
        history(IMPORT, IMPORT_RESULT, IMPORT_RESULT)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"received_on": date(2026, 1, 5)}, "晚于今天"),
        ({"answered_on": date(2024, 12, 1), "row": "g"}, "早于收到申请之日"),
        ({"answered_on": date(2025, 1, 14)}, "同时填写"),
        ({"row": "g"}, "同时填写"),
    ],
)
def test_a_line_of_a_spreadsheet_that_cannot_be_true_is_refused(changes, why):
    with pytest.raises(Refused, match=why):
        history(replace(IMPORT, **changes))


def test_a_second_application_does_not_enter_the_same_file():
    with pytest.raises(Refused, match="不能提交申请"):
        history(SUBMIT, replace(SUBMIT, application_item=FORM))
