"""The whole state machine of a delivery: the printed table in `docs/states` is the expectation, cell by cell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from gongkai.statute.refusal import Refused
from newmedia_sync.domain import outcome
from newmedia_sync.domain.acts import (
    Begin,
    CancelRelease,
    Command,
    Compare,
    Fact,
    GiveUp,
    Interrupt,
    Learn,
    OrderRelease,
    PassChecks,
    Postponed,
    Prepare,
    ReportPost,
    ReportRetracted,
    Retire,
    Retry,
)
from newmedia_sync.domain.deciding import decide
from newmedia_sync.domain.delivery import (
    Accepted,
    Asked,
    Blocked,
    Checked,
    Declined,
    Delivery,
    Drifted,
    Dropped,
    HandedOver,
    Live,
    Made,
    Mission,
    New,
    Order,
    Ordered,
    Partial,
    Replaced,
    Retiring,
    Retracted,
    Retracting,
    Sending,
    Staged,
    Unknown,
    Waiting,
)
from newmedia_sync.domain.evolving import evolve
from newmedia_sync.domain.outcome import (
    Absent,
    Done,
    Hitch,
    NeedsPerson,
    Outcome,
    PartDone,
    Post,
    QuotaGone,
    Running,
    Shown,
    Taken,
    TurnedDown,
    Unclear,
)
from newmedia_sync.domain.steps import TROUBLED, WORDS, next_step

TABLE = Path(__file__).parents[2] / "docs" / "states" / "newmedia-delivery.md"
AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
EDITION, RENDITION, SEEN = (f"sha256:{letter * 64}" for letter in "abc")
MISSION = Mission(
    UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4), "wechat", "automatic", "泉城商务", "publish", 1, EDITION,
    "sha256:m", 1, "标题", "/d/jnsw-2026-00012",
)  # fmt: skip
ORDER, POST = Order(AT, UUID(int=9)), Post("a1", "http://x/s/a1")
MADE = Made(RENDITION, "draft-1", told=True)
ORDERED = Ordered(MISSION, MADE, ORDER)
SENDING = Sending(MISSION, MADE, ORDER, UUID(int=5), AT)
LIVE = Live(MISSION, MADE, POST, AT, AT)
RETIRING = Retiring(LIVE, UUID(int=6))
RETRACTING = Retracting(RETIRING, UUID(int=5), AT)
EARLIER = AT - timedelta(minutes=5)

STATES: dict[str, Delivery] = {
    "New": New(),
    "Asked": Asked(MISSION),
    "Checked": Checked(MISSION, MADE),
    "Staged": Staged(MISSION, MADE),
    "Ordered": ORDERED,
    "Sending": SENDING,
    "Accepted": Accepted(MISSION, MADE, ORDER, UUID(int=5), "job", AT),
    "HandedOver": HandedOver(MISSION, MADE, ORDER, AT),
    "Live": LIVE,
    "Retiring": RETIRING,
    "Retracting": RETRACTING,
    "Retracted": Retracted(MISSION, AT),
    "Waiting (Asked)": Waiting(Asked(MISSION), "45009", "用完", AT),
    "Waiting (Ordered)": Waiting(ORDERED, "45011", "太快", AT),
    "Waiting (Retiring)": Waiting(RETIRING, "45009", "用完", AT),
    "Blocked (Checked)": Blocked(Checked(MISSION, MADE), "40164", "白名单"),
    "Blocked (Ordered)": Blocked(ORDERED, "48001", "认证"),
    "Blocked (Retiring)": Blocked(RETIRING, "assisted", "人工"),
    "Declined": Declined(MISSION, ORDER, "45003", "标题"),
    "Partial": Partial(MISSION, MADE, POST, "部分", AT),
    "Unknown (Sending)": Unknown(SENDING, "no-answer", "超时", AT),
    "Unknown (Sending, once absent)": Unknown(SENDING, "no-answer", "超时", AT, (EARLIER,)),
    "Unknown (Retracting)": Unknown(RETRACTING, "no-answer", "超时", AT),
    "Drifted": Drifted(LIVE, "changed", AT, SEEN, "改了"),
    "Dropped": Dropped(MISSION, "取消", "draft-1"),
}
OUTCOMES: dict[str, Outcome] = {
    "Done": Done("draft-2"),
    "Taken": Taken("job"),
    "Shown": Shown(POST),
    "Running": Running(),
    "Absent": Absent(),
    "Hitch": Hitch("not-sent", "连不上"),
    "QuotaGone": QuotaGone("45009", "用完", "day"),
    "NeedsPerson": NeedsPerson("40164", "白名单"),
    "TurnedDown": TurnedDown("45003", "标题"),
    "Unclear": Unclear("no-answer", "超时"),
    "PartDone": PartDone(POST, "部分"),
}
COMMANDS: dict[str, Command] = {
    "Prepare": Prepare(MISSION),
    "PassChecks": PassChecks(RENDITION, (Replaced(UUID(int=8), POST),)),
    "OrderRelease": OrderRelease(Order(AT + timedelta(seconds=1))),
    "CancelRelease": CancelRelease("内容有误"),
    "Begin": Begin(UUID(int=5), AT),
    "Interrupt": Interrupt(AT),
    "ReportPost": ReportPost(POST, AT),
    "ReportRetracted": ReportRetracted(AT),
    "Retire": Retire(UUID(int=6)),
    "Compare": Compare("removed", "", "不见了", AT),
    "Retry": Retry(AT),
    "GiveUp": GiveUp("不发了", AT),
} | {f"Learn {name}": Learn(found, AT, AT) for name, found in OUTCOMES.items()}


def cell(state: Delivery, command: Command) -> str:
    """`—` refused, `=` nothing happens, else the state that follows."""
    try:
        facts = decide(state, command)
    except Refused:
        return "—"
    if not facts:
        return "="
    for fact in facts:
        state = evolve(state, fact)
    return type(state).__name__


def printed() -> str:
    """Print the table: the states run down, the commands across, in two blocks so that it fits a page."""
    lines = [
        "# States of a delivery",
        "",
        "One release on one account. `—` refused · `=` nothing happens · a name is the state that follows.",
        "A test reads this file and tries every cell; it is printed by the same test module.",
    ]
    learn = [name for name in COMMANDS if name.startswith("Learn ")]
    for title, columns in (
        ("Commands", [name for name in COMMANDS if name not in learn]),
        ("What a platform call ended with", learn),
    ):
        lines += ["", f"## {title}", "", "| state | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
        lines += [
            f"| {name} | " + " | ".join(cell(state, COMMANDS[column]) for column in columns) + " |"
            for name, state in STATES.items()
        ]
    return "\n".join(lines) + "\n"


def test_the_printed_table_is_what_this_module_prints():
    assert TABLE.read_text("utf-8") == printed()


def expected() -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    header: list[str] = []
    for line in TABLE.read_text("utf-8").splitlines():
        parts = [part.strip() for part in line.strip("|").split("|")]
        if line.startswith("| state"):
            header = parts[1:]
        elif line.startswith("| "):
            cells |= {(parts[0], name): value for name, value in zip(header, parts[1:], strict=True)}
    return cells


@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_the_printed_table_holds(state):
    table = expected()

    found = {name: cell(STATES[state], command) for name, command in COMMANDS.items()}

    assert found == {name: table[state, name] for name in COMMANDS}


def test_the_table_forgets_no_state_no_command_and_no_outcome():
    assert {type(state) for state in STATES.values()} == set(get_args(Delivery))
    assert {type(command) for command in COMMANDS.values()} == set(get_args(Command))
    assert {type(found) for found in OUTCOMES.values()} == set(get_args(outcome.Outcome))
    assert set(WORDS) == {state.__name__ for state in get_args(Delivery)}
    assert set(TROUBLED) <= set(WORDS)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_state_has_a_next_step_or_waits_for_somebody(state):
    step = next_step(state, 0, AT)

    assert step is None or step.at >= AT - timedelta(seconds=1)


def follow(state: Delivery, *commands: Command) -> Delivery:
    for command in commands:
        for fact in decide(state, command):
            state = evolve(state, fact)
    return state


def test_the_plain_road_leads_from_asked_to_live():
    found = follow(
        New(),
        Prepare(MISSION),
        PassChecks(RENDITION),
        Learn(Done("draft-1"), AT, AT),
        OrderRelease(ORDER),
        Begin(UUID(int=5), AT),
        Learn(Taken("job"), AT, AT),
        Learn(Running(), AT, AT),
        Learn(Shown(POST), AT + timedelta(seconds=9), AT),
    )

    assert found == Live(MISSION, MADE, POST, AT, AT + timedelta(seconds=9))


def test_an_order_that_comes_while_we_still_prepare_is_kept_for_later():
    found = follow(New(), Prepare(MISSION), OrderRelease(ORDER), PassChecks(RENDITION), Learn(Done("d"), AT, AT))

    assert found == Ordered(MISSION, Made(RENDITION, "d", told=True), ORDER)


def test_a_lost_draft_is_made_again_without_losing_the_order():
    found = follow(ORDERED, Learn(Absent(), AT, AT))

    assert found == Checked(MISSION, Made(RENDITION, told=True), ORDER)


def test_an_unknown_outcome_is_never_sent_again_after_one_empty_look():
    found = follow(SENDING, Learn(Unclear("x", "超时"), AT, AT), Learn(Absent(timedelta(minutes=1)), AT, AT))

    assert isinstance(found, Unknown)
    assert next_step(found, 0, AT).kind == "probe"


def test_two_empty_looks_within_the_delay_of_the_platform_are_one():
    late = timedelta(minutes=1)

    found = follow(
        SENDING,
        Learn(Unclear("x", "超时"), AT, AT),
        Learn(Absent(late), AT, AT),
        Learn(Absent(late), AT + timedelta(seconds=59), AT),
    )
    after = follow(found, Learn(Absent(late), AT + late, AT))

    assert isinstance(found, Unknown)
    assert after == ORDERED


def test_a_probe_that_fails_leaves_the_question_open():
    unknown = follow(SENDING, Learn(Unclear("x", "超时"), AT, AT))

    assert all(follow(unknown, Learn(found, AT, AT)) == unknown for found in (Hitch("a", "b"), Unclear("a", "b")))


def test_an_attempt_nobody_waits_for_any_more_is_a_question_not_a_second_post():
    assert isinstance(follow(SENDING, Interrupt(AT)), Unknown)


def test_what_is_found_later_counts_from_the_moment_at_which_we_acted():
    found = follow(SENDING, Learn(Unclear("x", "超时"), AT, AT), Learn(Shown(POST), AT + timedelta(hours=1), AT))

    assert found == Live(MISSION, MADE, POST, AT, AT + timedelta(hours=1))


def test_a_withdrawal_of_what_was_never_shown_is_done_at_once():
    mission = replace(MISSION, change="withdraw")

    assert follow(Ordered(mission, Made(RENDITION), ORDER), Begin(UUID(int=5), AT)) == Retracted(mission, AT)


def test_waiting_grows_longer_with_every_failure():
    state: Delivery = Asked(MISSION)
    waits = []
    for _ in range(6):
        [fact] = decide(state, Learn(Hitch("x", "连不上"), AT, AT))
        assert isinstance(fact, Postponed)
        waits.append((fact.until - AT).total_seconds())
        state = evolve(state, fact)

    assert waits == [2, 5, 15, 60, 300, 300]


def test_a_quota_of_the_day_comes_back_after_midnight_in_shanghai():
    at = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)

    [fact] = decide(Asked(MISSION), Learn(QuotaGone("45009", "用完", "day"), at, at))

    assert fact.until == datetime(2026, 3, 10, 16, 1, tzinfo=UTC)


def test_a_new_edition_under_the_same_release_starts_over_and_a_repeated_approval_does_not():
    other = replace(MISSION, edition=2, edition_digest="sha256:other")
    staged = Staged(MISSION, MADE)

    assert follow(staged, Prepare(MISSION)) == staged
    assert follow(staged, Prepare(other)) == Asked(other)


def test_review_after_release_may_still_say_no_and_the_order_is_not_forgotten():
    accepted = STATES["Accepted"]

    refused = follow(accepted, Learn(TurnedDown("status-4", "审核不通过"), AT, AT))

    assert refused == Declined(MISSION, ORDER, "status-4", "审核不通过")
    assert follow(refused, Retry(AT)) == Asked(MISSION, ORDER)


def test_every_fact_can_be_reached_and_is_evolved():
    reached = {type(fact) for state in STATES.values() for command in COMMANDS.values() for fact in _facts(state, command)}
    same = Compare("", "", "", AT)
    withdrawn = {type(fact) for fact in _facts(STATES["Drifted"], same)}
    handed = {type(fact) for fact in _facts(_assisted(), Begin(UUID(int=5), AT))}

    assert reached | withdrawn | handed == set(get_args(Fact))


def _facts(state: Delivery, command: Command) -> list[Fact]:
    try:
        return decide(state, command)
    except Refused:
        return []


def _assisted() -> Delivery:
    return Ordered(replace(MISSION, mode="assisted"), MADE, ORDER)


def test_a_retraction_for_which_todays_calls_are_used_up_waits_and_holds_up_nobody():
    gone = QuotaGone("budget", "这个账号今天的调用次数用完", "day")

    found = follow(RETIRING, Learn(gone, AT, AT))
    again = follow(found, Learn(gone, AT + timedelta(days=1), AT))
    step = next_step(found, 0, AT)

    assert isinstance(found, Waiting)
    assert isinstance(again, Waiting)
    assert step is not None
    assert (step.kind, step.at > AT + timedelta(minutes=5)) == ("act", True)
    assert isinstance(follow(found, Begin(UUID(int=5), AT)), Retracting)
