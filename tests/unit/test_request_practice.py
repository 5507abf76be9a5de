"""What an installation may choose where the law leaves a choice, and what a wrong choice says at the start."""

import pytest

from gongkai.runtime.settings import Settings, WrongSettings
from request.domain.ladder import USUAL, next_rung
from request.practising import practice_of


def test_without_a_choice_the_usual_practice_holds():
    assert practice_of(Settings()) == USUAL


def test_a_bureau_may_set_a_shorter_ladder_and_its_own_edges():
    practice = practice_of(
        Settings(request_ladder=("openness-officer", "deputy-head"), request_answer_day_counts=True, request_extensions=2)
    )

    assert [rung.key for rung in practice.ladder] == ["openness-officer", "deputy-head"]
    assert next_rung("d5", [], practice).key == "openness-officer"
    assert practice.edges.answer_day_counts
    assert practice.extensions.length == 2
    assert "办理规程" in practice.extensions.note


@pytest.mark.parametrize("ladder", [("mayor",), ("deputy-head", "deputy-head")])
def test_a_ladder_with_an_unknown_or_doubled_rung_stops_the_start_and_says_what_is_allowed(ladder):
    with pytest.raises(WrongSettings, match="section-head"):
        practice_of(Settings(request_ladder=ladder))
