"""Whatever people, clocks and chance do to a case in any order, what the law promises stays true."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import reduce

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.request_worlds import (
    ACTS,
    ASK_CORRECTION,
    ASK_OPINION,
    CALENDAR,
    CORRECTED,
    EXEMPT,
    FILE_REMEDY,
    FIX,
    LETTER,
    NOTICE_FEE,
    PAY,
    RECEIVE_CORRECTION,
    REPLY,
    SUBMIT,
    R,
    a_decision,
    a_reply,
    an_id,
    sent,
    steps,
)

from gongkai.statute.clock import Excluded, Extended, Restarted, Running
from gongkai.statute.refusal import Refused
from request.domain import commands as c
from request.domain import facts as f
from request.domain.allowed import BY_ITSELF, allowed
from request.domain.case import (
    AwaitingCorrection,
    AwaitingOpinions,
    AwaitingPayment,
    Case,
    Handling,
    Nothing,
    handling_of,
)
from request.domain.decide import decide
from request.domain.due import standing
from request.domain.evolve import evolve
from request.domain.reading import explain

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no finding."""
DAYS = st.integers(-3, 90).map(lambda days: R + timedelta(days=days))
LATER = st.integers(0, 45)
LIKELY = [command for act in ACTS for command in act if not isinstance(command, c.Submit | c.ImportCase)]
BASES = ("given", "process", "third-party", "not-existing", "still-unclear", "repeated", "excessive", "needs-making")


@st.composite
def a_command(draw):
    """Return some command, with other days and now and then another letter."""
    command = draw(st.sampled_from(LIKELY))
    names = {field.name for field in fields(command)}
    changes = {}
    today = draw(DAYS)
    if "today" in names and draw(st.booleans()):
        changes["today"] = today
        for name in ("received_on", "answered_on", "paid_on", "on", "confirmed_on", "filed_on"):
            if name in names and draw(st.integers(0, 9)):
                changes[name] = today - timedelta(days=draw(st.integers(0, 5)))
        if "answer_by" in names and draw(st.integers(0, 9)):
            changes["answer_by"] = today + timedelta(days=draw(LATER))
    if "letter" in names and isinstance(command, c.AskOpinion):
        changes["letter"] = draw(st.sampled_from([LETTER, an_id(29)]))
        changes["whom"] = draw(st.sampled_from(["third-party", "co-maker"]))
        changes["organ"] = "市发展改革委"
    if isinstance(command, c.NoteOpinionReceived | c.NoteOpinion | c.LapseOpinion):
        changes["letter"] = draw(st.sampled_from([LETTER, an_id(29)]))
    return replace(command, **changes)


@st.composite
def a_whole_reply(draw):
    """Return a reply from draft to answer, on some day, perhaps with a step forgotten."""
    basis = draw(st.sampled_from(BASES))
    on = draw(DAYS)
    whole = list(a_reply(a_decision(basis), on=on, draft=draw(st.integers(1, 3)), letter=draw(st.sampled_from([REPLY, an_id(30)])), number=f"{on}"))  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        whole.pop(draw(st.integers(0, len(whole) - 1)))
    return whole


@st.composite
def a_consultation(draw):
    """Return a letter, its arrival and an answer or silence, each some days after the other."""
    letter, whom = draw(st.sampled_from([LETTER, an_id(29)])), draw(st.sampled_from(["third-party", "co-maker"]))
    asked = R + timedelta(days=draw(st.integers(0, 30)))
    received = asked + timedelta(days=draw(st.integers(0, 6)))
    answered = received + timedelta(days=draw(st.integers(0, 30)))
    opinion = draw(st.sampled_from(["consents", "objects", "partly"]))
    return [
        replace(ASK_OPINION, letter=letter, whom=whom, organ="市发展改革委", today=asked),
        c.NoteOpinionReceived(letter, received, received),
        draw(st.sampled_from([c.NoteOpinion(letter, opinion, answered, None, answered, True), c.LapseOpinion(letter, answered)])),
    ]


@st.composite
def a_correction(draw):
    asked = R + timedelta(days=draw(st.integers(0, 16)))
    answer_by = asked + timedelta(days=draw(st.integers(1, 15)))
    came = asked + timedelta(days=draw(st.integers(0, 20)))
    ask = replace(ASK_CORRECTION, today=asked, answer_by=answer_by)
    receive = replace(RECEIVE_CORRECTION, received_on=came, today=came)
    return [ask, *draw(st.permutations([receive, c.LapseCorrection(answer_by + timedelta(days=1))]))]


@st.composite
def a_fee(draw):
    noticed = R + timedelta(days=draw(st.integers(0, 34)))
    received = noticed + timedelta(days=draw(st.integers(0, 4)))
    paid = received + timedelta(days=draw(st.integers(0, 32)))
    last = received + timedelta(days=40)
    ends = [replace(PAY, paid_on=paid, today=paid), EXEMPT, c.LapsePayment(last)]
    return [replace(NOTICE_FEE, today=noticed), c.NoteFeeNoticeReceived(received, received), draw(st.sampled_from(ends))]


@st.composite
def a_remedy_won(draw):
    """Return a remedy that corrects the reply, obeyed in a new round."""
    remedy, filed = an_id(draw(st.integers(200, 203))), R + timedelta(days=draw(st.integers(20, 90)))
    decided = filed + timedelta(days=draw(st.integers(0, 60)))
    return [
        replace(FILE_REMEDY, remedy=remedy, filed_on=filed, received_on=filed, today=filed),
        replace(CORRECTED, remedy=remedy, on=decided, today=decided),
        c.OpenRound(remedy, decided, decided, draw(st.none() | st.just(decided + timedelta(days=15)))),
    ]


CHUNKS = st.one_of(a_whole_reply(), a_consultation(), a_correction(), a_fee(), a_remedy_won())
HISTORIES = st.lists(st.one_of(a_command().map(lambda command: [command]), CHUNKS, CHUNKS), max_size=16).map(
    lambda parts: [command for part in parts for command in part]
)


def walked(commands):
    """Try each command; return the facts and every state on the way, and check each refusal and each offer."""
    case: Case = reduce(evolve, [fact for fact in decide(Nothing(), SUBMIT, CALENDAR)], Nothing())
    facts: list[f.Fact] = list(decide(Nothing(), SUBMIT, CALENDAR))
    states, refusals = [case], []
    for command in sent(FIX, *commands):
        try:
            found = decide(case, command, CALENDAR)
        except Refused as refused:
            refusals.append(refused)
            continue
        assert type(command) in allowed(case) | BY_ITSELF, command
        facts += found
        case = reduce(evolve, found, case)
        states.append(case)
    assert all(one.article.startswith("《") and one.reason.endswith("。") for one in refusals), refusals
    return facts, states


@settings(PATIENT, max_examples=150)
@given(HISTORIES)
def test_nobody_is_answered_twice_in_a_round_and_never_before_the_receipt(commands):
    facts, states = walked(commands)

    answered = [fact for fact in facts if isinstance(fact, f.Answered)]
    assert max(Counter(fact.round for fact in answered).values(), default=0) <= 1
    assert all(fact.answered_on >= R for fact in answered)
    assert all(fact.due_on is not None and fact.late == (fact.answered_on > fact.due_on) for fact in answered)
    assert len({(fact.kind, fact.number) for fact in facts if isinstance(fact, f.LetterIssued)}) == sum(
        isinstance(fact, f.LetterIssued) for fact in facts
    )
    assert reduce(evolve, facts, Nothing()) == states[-1]


@settings(PATIENT, max_examples=150)
@given(HISTORIES)
def test_a_clock_is_never_due_before_the_receipt_and_counts_no_excluded_day(commands):
    _, states = walked(commands)

    for case in states:
        handling = handling_of(case)
        if handling is None:
            continue
        reading = standing(handling, CALENDAR)
        waits = isinstance(handling.awaits, AwaitingCorrection | AwaitingOpinions | AwaitingPayment)
        if not isinstance(reading, Running):
            assert waits
            continue
        assert reading.due.on >= R
        if reading.explanation.days:
            _counts_rightly(handling, reading)


def _counts_rightly(handling: Handling, reading: Running) -> None:
    days = {day.on: day.state for day in reading.explanation.days}
    counted = [on for on, state in days.items() if state == "counted"]
    begun = [step.on for step in handling.clock.steps if isinstance(step, Restarted)]
    run = handling.clock.steps if not begun else handling.clock.steps[_last_restart(handling) + 1 :]
    allowance = handling.clock.rule.length + sum(step.working_days for step in run if isinstance(step, Extended))
    assert len(counted) == allowance
    assert all(CALENDAR.is_working_day(on) for on in counted)
    assert counted[-1] == reading.due.on
    for step in run:
        if isinstance(step, Excluded):
            assert not [on for on in counted if step.issued_on < on <= step.ended_on]


def _last_restart(handling: Handling) -> int:
    return max(at for at, step in enumerate(handling.clock.steps) if isinstance(step, Restarted))


@settings(PATIENT, max_examples=100)
@given(HISTORIES, DAYS)
def test_any_case_can_be_explained_on_any_day(commands, today):
    _, states = walked(commands)

    told = explain(states[-1], CALENDAR, today)
    assert told.state_zh
    assert (told.due is None) == (told.left is None)


@settings(PATIENT, max_examples=100)
@given(DAYS, st.integers(1, 20))
def test_an_extension_gives_exactly_the_days_that_were_agreed(today, working_days):
    facts, states = walked([c.Extend(working_days, "档案较多", an_id(6), today)])

    extended = [fact for fact in facts if isinstance(fact, f.ReplyExtended)]
    assert bool(extended) == (R <= today <= date(2025, 10, 30))
    for fact in extended:
        assert fact.due_on == CALENDAR.add_working_days(R, 20 + working_days).on
        assert handling_of(states[-1]).told.on == fact.due_on


@settings(PATIENT, max_examples=50)
@given(st.permutations(steps(1, a_decision("process"))))
def test_a_refusal_is_printed_only_after_every_rung_in_its_order(order):
    basis = a_decision("process")
    whole = a_reply(basis)
    facts, _ = walked([whole[0], *order, *whole[-3:]])

    passed = [fact.step for fact in facts if isinstance(fact, f.StepPassed)]
    printed = any(isinstance(fact, f.LetterIssued) for fact in facts)
    in_order = [step.step for step in steps(1, basis)]
    assert printed == (passed == in_order)
    assert passed == in_order[: len(passed)]
