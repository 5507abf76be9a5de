"""What others hear of a delivery: every fact is either told in the published language or deliberately kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from tests.unit.test_newmedia_delivery_transitions import (
    AT,
    COMMANDS,
    LIVE,
    MADE,
    MISSION,
    ORDER,
    ORDERED,
    POST,
    RENDITION,
    SENDING,
    STATES,
)

from gongkai.contracts.channels import (
    ChannelConfirmed,
    ChannelDrifted,
    ChannelFailed,
    ChannelPrepared,
    ChannelRefused,
    ChannelReleased,
    ChannelRetracted,
)
from gongkai.statute.refusal import Refused
from newmedia_sync.domain.acts import (
    Compare,
    ContentDeclined,
    DraftStaged,
    DriftSeen,
    Fact,
    GivenUp,
    HandedToPerson,
    OutcomeUnknown,
    PartlyShown,
    PersonNeeded,
    PlatformAccepted,
    Postponed,
    PostRetracted,
    PostShown,
)
from newmedia_sync.domain.deciding import decide
from newmedia_sync.domain.delivery import Accepted, Asked, Blocked, Checked, Made, Retracting, Unknown
from newmedia_sync.wire import published

ACCEPTED = STATES["Accepted"]
CHECKED = Checked(MISSION, Made(RENDITION))
WITHDRAWS = replace(ORDERED, mission=replace(MISSION, change="withdraw"))


def told(state, fact) -> list[type]:
    return [type(event) for event in published(state, fact, AT)]


@pytest.mark.parametrize(
    ("state", "fact", "events"),
    [
        (CHECKED, DraftStaged("d", AT), [ChannelPrepared]),
        (replace(CHECKED, made=replace(MADE, told=True)), DraftStaged("d", AT), []),
        (Asked(MISSION), ContentDeclined("45003", "标题太长", AT), [ChannelRefused]),
        (SENDING, ContentDeclined("45003", "标题太长", AT), [ChannelFailed]),
        (ACCEPTED, ContentDeclined("status-4", "审核不通过", AT), [ChannelFailed]),
        (Asked(MISSION), PersonNeeded("40164", "白名单", AT), [ChannelRefused]),
        (SENDING, PersonNeeded("48001", "认证到期", AT), [ChannelFailed]),
        (Asked(MISSION), Postponed("x", "稍后", AT + timedelta(seconds=5)), []),
        (Asked(MISSION), Postponed("45009", "用完", AT + timedelta(hours=9)), [ChannelRefused]),
        (SENDING, PlatformAccepted("job", AT), [ChannelReleased]),
        (SENDING, PostShown(POST, AT, AT), [ChannelReleased, ChannelConfirmed]),
        (ACCEPTED, PostShown(POST, AT, AT), [ChannelConfirmed]),
        (Unknown(SENDING, "x", "超时", AT), PostShown(POST, AT, AT), [ChannelReleased, ChannelConfirmed]),
        (SENDING, PartlyShown(POST, "部分", AT), [ChannelReleased, ChannelFailed]),
        (ACCEPTED, PartlyShown(POST, "部分", AT), [ChannelFailed]),
        (SENDING, OutcomeUnknown("no-answer", "超时", AT), [ChannelFailed]),
        (LIVE, PostRetracted(AT, "us"), [ChannelRetracted]),
        (Retracting(WITHDRAWS, UUID(int=5), AT), PostRetracted(AT, "us"), [ChannelReleased, ChannelRetracted]),
        (Blocked(ORDERED, "48001", "认证"), GivenUp("不发了", AT), [ChannelFailed]),
        (Asked(MISSION), GivenUp("不发了", AT), [ChannelRefused]),
        (STATES["Blocked (Retiring)"], GivenUp("留着", AT), []),
    ],
)
def test_a_fact_is_told_in_the_published_language(state, fact, events):
    assert told(state, fact) == events


def test_what_was_unknown_is_dated_by_the_moment_at_which_we_acted():
    earlier = datetime(2026, 3, 10, 3, 59, tzinfo=UTC)

    released, confirmed = published(Unknown(SENDING, "x", "超时", earlier), PostShown(POST, earlier, AT), AT)

    assert released.acted_at == earlier
    assert confirmed.confirmed_at == AT


def test_an_outcome_is_told_in_the_words_publication_knows():
    outcomes = {
        published(SENDING, OutcomeUnknown("x", "超时", AT), AT)[0].outcome,
        published(ACCEPTED, ContentDeclined("x", "不通过", AT), AT)[0].outcome,
        published(SENDING, PersonNeeded("x", "认证", AT), AT)[0].outcome,
        published(ACCEPTED, PartlyShown(POST, "部分", AT), AT)[0].outcome,
    }

    assert outcomes == {"unknown", "rejected", "blocked", "partial"}


def test_a_drift_carries_both_digests_and_the_first_difference():
    expected, seen = "sha256:" + "c" * 64, "sha256:" + "d" * 64
    live = replace(LIVE, made=replace(MADE, rendition=expected))

    [event] = published(live, DriftSeen("changed", seen, "差别" * 400, AT), AT)

    assert isinstance(event, ChannelDrifted)
    assert (event.expected_digest, event.seen_digest) == (expected, seen)
    assert len(event.difference) == 500


def test_no_fact_is_forgotten_by_the_wire():
    seen = set()
    for state in STATES.values():
        for command in (*COMMANDS.values(), Compare("", "", "", AT)):
            try:
                facts = decide(state, command)
            except Refused:
                continue
            for fact in facts:
                assert all(event.release_id == MISSION.release_id for event in published(state, fact, AT))
                seen.add(type(fact))

    assert seen == set(get_args(Fact)) - {HandedToPerson}
    assert published(ORDERED, HandedToPerson(AT), AT) == []


def test_the_channel_is_named_by_the_account():
    [event] = published(SENDING, PlatformAccepted("job", AT), AT)

    assert event.channel.id == f"account:{MISSION.account_id}"
    assert event.channel.kind == "wechat"
    assert isinstance(ACCEPTED, Accepted)
    assert event.release_id == MISSION.release_id
    assert ORDER.release_at == AT
