"""An applicant may object to what there is, once at a time, and every objection is answered once."""

from datetime import date

import pytest
from tests.support.request_worlds import HANDLER, WORLDS, R, an_id, history

from gongkai.statute.refusal import Refused
from request.domain import objection as o
from request.domain.case import file_of

CASE, ITEM, ANSWER = an_id(70), an_id(71), an_id(72)
LATER = date(2025, 10, 24)


def raised(about: o.About = "handling", on: date = LATER) -> o.ObjectionRaised:
    return o.ObjectionRaised(CASE, about, ITEM, on)


def file_in(world: str):
    return file_of(history(*WORLDS[world]).case)


@pytest.mark.parametrize(
    ("world", "subjects"),
    [
        ("待确定收到日", ("dates", "handling")),
        ("等待缴费", ("dates", "fee", "handling")),
        ("已答复", ("dates", "handling", "reply")),
    ],
)
def test_what_may_be_objected_to_is_what_there_is(world, subjects):
    assert o.subjects(file_in(world)) == subjects


def test_an_objection_to_what_is_not_there_is_refused():
    with pytest.raises(Refused, match="还没有收费"):
        o.raise_one(file_in("办理中"), frozenset(), raised("fee"))


def test_the_same_objection_waits_for_its_answer():
    file = file_in("办理中")

    assert o.raise_one(file, frozenset({"dates"}), raised()) == [raised()]
    with pytest.raises(Refused, match="正在办理"):
        o.raise_one(file, frozenset({"handling"}), raised())


def test_nobody_objects_before_they_applied():
    with pytest.raises(Refused, match="早于提交申请之日"):
        o.raise_one(file_in("办理中"), frozenset(), raised(on=date(R.year, R.month, R.day - 1)))


STATES = {
    "nothing": o.INITIAL,
    "open": o.evolve(o.INITIAL, raised()),
    "settled": o.evolve(o.evolve(o.INITIAL, raised()), o.ObjectionAnswered(ANSWER, LATER, HANDLER)),
}


@pytest.mark.parametrize(("state", "sentence"), [("nothing", "没有这项异议"), ("open", ""), ("settled", "已经答复")])
def test_an_objection_is_answered_once(state, sentence):
    fact = o.ObjectionAnswered(ANSWER, LATER, HANDLER)
    if not sentence:
        assert o.answer(STATES[state], fact) == [fact]
        return
    with pytest.raises(Refused, match=sentence):
        o.answer(STATES[state], fact)


def test_an_answer_does_not_come_before_its_question():
    with pytest.raises(Refused, match="早于提出之日"):
        o.answer(STATES["open"], o.ObjectionAnswered(ANSWER, date(2025, 10, 23), HANDLER))


def test_the_states_are_all_here():
    assert {type(state) for state in STATES.values()} == {o.Nothing, o.Open, o.Settled}
    assert STATES["settled"] == o.Settled("handling", LATER)
