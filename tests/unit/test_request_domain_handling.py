"""Work on a case, and every date or word that cannot be right: each is refused with the sentence that helps."""

from dataclasses import replace
from datetime import date

import pytest
from tests.support.request_worlds import (
    ANSWER_REMEDY,
    ARCHIVE,
    ASK_CORRECTION,
    ASK_OPINION,
    ASK_REASONS,
    ASK_UNIT,
    CALENDAR,
    CONSENTS,
    CONVERT,
    CONVERTED,
    CORRECTED,
    DUE,
    EXEMPT,
    FEE_RECEIVED,
    FILE_REMEDY,
    FIX,
    HEAD,
    IMPORT,
    JOIN,
    JUDGE_REASONS,
    LAPSE_CORRECTION,
    LAPSE_REASONS,
    LETTER,
    NOTICE_FEE,
    OFFICE,
    OPEN_ROUND,
    OPINION_RECEIVED,
    RECEIVE_CORRECTION,
    REDACT,
    REGISTER,
    REPLY,
    REVIEWED,
    SEARCH,
    SIMILAR,
    SPLIT,
    SUBMIT,
    UNIT_ANSWER,
    WITHDRAW,
    Given,
    Unsent,
    a_case,
    a_decision,
    a_draft,
    a_letter,
    a_reply,
    an_id,
    history,
    steps,
)

from gongkai.statute.calendar import built_in
from gongkai.statute.notices import Block, MakeUp, Notice
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.case import Case, Handling, SplitUp, file_of
from request.domain.outcomes import remedy_block
from request.domain.reading import next_duty

DELAYED = replace(JUDGE_REASONS, reasonable=True, delayed_until=date(2025, 12, 19))
OTHER_ORGAN = replace(ASK_OPINION, whom="other-organ", organ="济南海关", party=None)


def search(**changes: object) -> c.RecordSearch:
    return replace(SEARCH, search=replace(SEARCH.search, **changes))


REFUSALS = [
    # what was done before, what is tried now, what the refusal says
    ((ASK_CORRECTION,), replace(RECEIVE_CORRECTION, received_on=date(2025, 10, 16)), "晚于今天"),
    ((ASK_CORRECTION,), replace(RECEIVE_CORRECTION, received_on=date(2025, 10, 8)), "早于告知补正"),
    ((ASK_REASONS, DELAYED), replace(ASK_OPINION, today=date(2025, 12, 20)), "已经届满"),
    ((ASK_REASONS, DELAYED, ASK_OPINION, OPINION_RECEIVED, CONSENTS), ASK_OPINION, "已经登记过"),
    ((OTHER_ORGAN,), replace(OPINION_RECEIVED, answer_by=date(2025, 10, 9)), "早于收到"),
    ((ASK_OPINION,), replace(CONSENTS, answered_on=date(2025, 10, 18)), "晚于今天"),
    ((ASK_OPINION, OPINION_RECEIVED), replace(CONSENTS, answered_on=date(2025, 10, 9)), "早于对方收到"),
    ((ASK_OPINION, OPINION_RECEIVED, CONSENTS), c.LapseOpinion(LETTER, date(2025, 11, 3)), "已经登记"),
    ((ASK_OPINION,), a_draft(a_decision("third-party")), "还没有收到"),
    ((ASK_REASONS, JUDGE_REASONS), ASK_REASONS, "已经要求"),
    ((), replace(ASK_REASONS, facts=" "), "事实"),
    ((), replace(ASK_REASONS, answer_by=ASK_REASONS.today), "晚于告知之日"),
    ((), replace(ASK_REASONS, today=date(2025, 10, 31), answer_by=date(2025, 11, 9)), "届满"),
    ((ASK_REASONS,), replace(LAPSE_REASONS, today=ASK_REASONS.answer_by), "尚未届满"),
    ((NOTICE_FEE,), replace(FEE_RECEIVED, received_on=date(2025, 10, 11)), "晚于今天"),
    ((NOTICE_FEE,), replace(FEE_RECEIVED, received_on=date(2025, 10, 8)), "早于发出"),
    ((NOTICE_FEE,), replace(EXEMPT, reason=""), "免收的理由"),
    ((NOTICE_FEE, EXEMPT), EXEMPT, "没有等待缴纳"),
    ((), search(places=()), "哪些地方"),
    ((), search(words=(" ",)), "哪些词语"),
    ((), search(found=-1), "负数"),
    ((), search(on=date(2025, 10, 10)), "晚于今天"),
    ((), replace(SIMILAR, earlier=None), "一件以前的申请"),
    ((), replace(SPLIT, into=(an_id(41), an_id(41))), "至少有两件"),
    ((), replace(SPLIT, reason=""), "理由"),
    ((), replace(JOIN, reason=""), "理由"),
    ((), replace(ASK_UNIT, unit=""), "处室或者单位"),
    ((), replace(ASK_UNIT, answer_by=date(2025, 10, 8)), "早于今天"),
    ((ASK_UNIT, UNIT_ANSWER), UNIT_ANSWER, "已经登记"),
    ((), replace(REDACT, passages=0), "没有隐去"),
    ((), replace(REDACT, articles=()), "依据"),
    ((), replace(REDACT, result=REDACT.source), "与原件相同"),
    ((), replace(WITHDRAW, today=date(2025, 9, 25)), "早于提交申请"),
    (a_reply(), replace(ARCHIVE, today=date(2025, 10, 23)), "早于办结"),
    ((a_draft(),), c.ReturnDraft(1, "mayor", HEAD, "重写"), "没有这个环节"),
    (a_reply(), a_letter("reply-given", date(2025, 10, 24), an_id(71), "2号"), "已经办结"),
    ((a_draft(), c.ReturnDraft(1, "section-head", HEAD, "重写")), a_letter("reply-given", DUE), "已经退回"),
    ((JOIN,), c.AnswerJoined(an_id(27), REPLY, "g", (a_decision(),), DUE, date(2025, 10, 29)), "晚于今天"),
    ((JOIN,), c.AnswerJoined(an_id(27), REPLY, "g", (a_decision(),), date(2025, 9, 25), DUE), "早于收到申请"),
    ((*a_reply(), FILE_REMEDY, CORRECTED), replace(OPEN_ROUND, from_on=date(2025, 12, 13)), "晚于今天"),
    ((*a_reply(), FILE_REMEDY, CORRECTED), replace(OPEN_ROUND, ordered_due_on=date(2025, 12, 12)), "晚于收到决定"),
    (a_reply(), replace(REVIEWED, advice="maybe"), "建议"),
    ((*a_reply(), REVIEWED, CONVERT, CONVERTED), replace(CONVERTED, document_id=an_id(52)), "另一份"),
    ((), c.NameTopic(" ", OFFICE), "简称"),
]


@pytest.mark.parametrize(("before", "command", "why"), REFUSALS)
def test_what_cannot_be_right_is_refused_with_an_article(before, command, why):
    with pytest.raises(Refused, match=why) as refused:
        a_case(*before, command)
    assert refused.value.article.startswith("《")


def test_a_delay_is_not_prolonged_by_asking_once_more():
    ordered = replace(OPEN_ROUND, ordered_due_on=date(2025, 12, 31))
    case = a_case(*a_reply(a_decision("process")), FILE_REMEDY, CORRECTED, ordered)
    asked = replace(ASK_REASONS, today=date(2025, 12, 15), answer_by=date(2025, 12, 20))
    delayed = replace(DELAYED, today=date(2025, 12, 19), delayed_until=date(2026, 1, 30))
    with pytest.raises(Refused, match="不能再延迟"):
        history(asked, delayed, case=case)


def test_an_order_waits_for_an_opinion_like_any_other_date():
    ordered = replace(OPEN_ROUND, ordered_due_on=date(2025, 12, 31))
    asked = replace(ASK_OPINION, today=date(2025, 12, 15))
    case = a_case(*a_reply(a_decision("process")), FILE_REMEDY, CORRECTED, ordered, asked)
    duty = next_duty(case, CALENDAR)

    assert duty is not None
    assert duty.what_zh == "送达征求意见书"
    assert isinstance(case, Handling)
    assert case.fixed_due is not None


def test_a_serial_starts_at_one_and_a_sheet_gives_dates_for_all_its_remedies_or_none():
    with pytest.raises(Refused, match="从1起"):
        history(SUBMIT, FIX, replace(REGISTER, serial=0))
    with pytest.raises(Refused, match="件数不符"):
        history(replace(IMPORT, remedies=(("complaint", None),), remedy_dates=((None, None), (None, None))))
    with pytest.raises(Refused, match="晚于今天"):
        history(replace(IMPORT, answered_on=date(2025, 12, 1), row="g"))


def test_saying_the_same_again_records_nothing():
    once = (SUBMIT, FIX, SIMILAR, c.Assign(HEAD, "办公室", OFFICE))

    assert history(*once, SIMILAR, c.Assign(HEAD, "办公室", OFFICE)).facts == history(*once).facts


def test_a_split_paper_names_the_cases_it_became():
    case = a_case(SPLIT)

    assert isinstance(case, SplitUp)
    assert case.into == SPLIT.into


def test_a_withdrawal_tells_no_remedy_and_a_lapse_tells_both_roads():
    assert remedy_block([a_decision("withdrawn")]) == "RB-0"
    assert remedy_block([a_decision("correction-lapsed")]) == "RB-B"


def turns(*commands: Given, case: Case | None = None) -> str:
    duty = next_duty(case or a_case(*commands), CALENDAR)
    assert duty is not None
    return duty.what_zh


def test_each_wait_has_its_turn_and_an_open_remedy_comes_first():
    def served(kind: str) -> tuple[c.Command, ...]:
        letter = a_letter(kind, date(2025, 10, 22), an_id(77), "通知1号")
        return letter, c.ServeLetter(letter.letter, "post", date(2025, 10, 22), OFFICE, date(2025, 10, 22))

    posted = c.ServeLetter(an_id(73), "post", date(2025, 10, 9), OFFICE, date(2025, 10, 9))
    assert turns(Unsent(ASK_REASONS)) == "印发说明理由告知书"
    assert turns(ASK_REASONS) == "说明大量、反复申请的理由"
    assert turns(Unsent(NOTICE_FEE)) == "印发收费通知书"
    assert turns(NOTICE_FEE) == "送达收费通知书"
    assert turns(NOTICE_FEE, posted) == "登记申请人收到收费通知书的日期"
    assert turns(NOTICE_FEE, FEE_RECEIVED) == "缴纳信息处理费"
    assert turns(case=history(SUBMIT, FIX).case) == "登记编号"
    assert turns(case=history(SUBMIT, FIX, REGISTER).case) == "指定承办人"
    assert turns(ASK_CORRECTION, LAPSE_CORRECTION) == "印发不再处理告知书"
    assert turns(ASK_CORRECTION, LAPSE_CORRECTION, served("lapsed")[0]) == "送达不再处理告知书"
    assert turns(ASK_CORRECTION, LAPSE_CORRECTION, *served("lapsed")) == "归档"
    assert turns(*a_reply(), FILE_REMEDY) == "答复复议机关、法院或者主管部门"
    assert turns(*a_reply(), FILE_REMEDY, ANSWER_REMEDY, CORRECTED) == "按复议决定或者判决重新办理"
    assert turns(a_draft(), *steps(1)) == "印发答复书"


def test_another_calendar_moves_the_day_to_pay_and_the_day_to_answer_a_reconsideration():
    notice = Notice(2027, (Block("元旦", date(2027, 1, 1), date(2027, 1, 3)), Block("春节", date(2027, 2, 4), date(2027, 2, 12))), (MakeUp("元旦", date(2027, 1, 9)),))  # fmt: skip
    on, after = date(2026, 12, 25), built_in().with_notice(2027, notice)
    fee = replace(NOTICE_FEE, fee=replace(NOTICE_FEE.fee, month="2026-12"), today=on)
    start = (replace(SUBMIT, submitted_on=on, today=on), replace(FIX, today=on, confirmed_on=on))
    reconsidered = replace(FILE_REMEDY, filed_on=date(2027, 1, 6), received_on=date(2027, 1, 6), today=date(2027, 1, 6))

    waiting = history(*start, fee, c.NoteFeeNoticeReceived(on, on)).case
    moved = history(c.RecomputeDue(date(2027, 1, 4)), case=waiting, calendar=after)
    assert [fact.clock for fact in moved.facts if isinstance(fact, f.DueMoved)] == ["request-payment"]
    file = file_of(moved.case)
    assert file is not None
    assert file.fee is not None
    assert file.fee.pay_by == after.add_working_days(on, 20).on

    closed = history(*start, *a_reply(on=date(2026, 12, 30)), reconsidered).case
    moved = history(c.RecomputeDue(date(2027, 1, 7)), case=closed, calendar=after)
    file = file_of(moved.case)
    assert file is not None
    assert file.remedies[0].answer_by == after.add_working_days(date(2027, 1, 6), 5).on
    assert len(moved.facts) == 1
