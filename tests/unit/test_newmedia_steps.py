"""When the courier asks again what became of an attempt nobody answered."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from newmedia_sync.domain.steps import PROBES

AT = datetime(2025, 3, 10, 4, tzinfo=UTC)
#: How long a platform may hide what it has already taken; a probe that finds nothing must be repeated after it.
SETTLES = timedelta(seconds=120)


def test_an_attempt_that_left_nothing_behind_is_ruled_out_within_three_minutes() -> None:
    first_absent = AT + PROBES[0]
    asked = [first_absent]
    for pause in PROBES:
        asked.append(asked[-1] + pause)

    ruled_out = next(at for at in asked if at - first_absent >= SETTLES)

    assert ruled_out - AT < timedelta(minutes=3)


def test_the_pauses_between_two_questions_never_shrink() -> None:
    assert all(earlier <= later for earlier, later in pairwise(PROBES))
