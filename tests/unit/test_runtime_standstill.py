"""A reader stands still when it does not move though there is something to read; anything else is patience."""

from gongkai.runtime.standstill import Mark, Standstill


def test_a_reader_that_is_at_its_end_does_not_stand_still():
    reader = Standstill()

    assert [reader.look({"p0": Mark(8, 8)}, now) for now in (0, 30, 600)] == [0, 0, 0]


def test_a_reader_that_moves_does_not_stand_still_however_far_behind_it_is():
    reader = Standstill()

    assert [reader.look({"p0": Mark(now, 10_000)}, now) for now in (0, 30, 600)] == [0, 0, 0]


def test_standing_still_is_counted_from_the_first_look_that_saw_it():
    reader = Standstill()
    reader.look({"p0": Mark(8, 8), "p1": Mark(3, 3)}, 100)

    assert reader.look({"p0": Mark(8, 9), "p1": Mark(3, 3)}, 105) == 0
    assert reader.look({"p0": Mark(8, 9), "p1": Mark(3, 5)}, 110) == 5
    assert reader.look({"p0": Mark(9, 9), "p1": Mark(3, 5)}, 115) == 5


def test_a_partition_that_went_to_another_reader_is_not_waited_for():
    reader = Standstill()
    reader.look({"p0": Mark(8, 9)}, 0)

    assert reader.look({}, 60) == 0
    assert reader.look({"p0": Mark(8, 9)}, 65) == 0


def test_whoever_has_a_batch_in_hand_begins_anew():
    reader = Standstill()
    reader.look({"p0": Mark(8, 9)}, 0)

    reader.forget()

    assert reader.look({"p0": Mark(8, 9)}, 60) == 0
