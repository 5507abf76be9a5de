"""Rules of the release: one instant, two policies, answers that come twice and late, and what people may do."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.publication_releases import (
    CHANNELS,
    DIGEST,
    NOON,
    PERSON,
    PLAN,
    SHOWN,
    SITE,
    SITE_FIRST,
    WECHAT,
    WEIBO,
    acted,
    after,
    at,
    closed,
    opened,
    ordered,
    ready,
    refused,
)

from gongkai.statute.refusal import Refused
from publication.release import channels as ch
from publication.release import commands as c
from publication.release import facts as f
from publication.release.decide import decide
from publication.release.states import Cancelled, Closed, Held, Ordered, Preparing, Releasing, standing_of


def the_order(facts):
    [order] = [fact for fact in facts if isinstance(fact, f.ReleaseOrdered)]
    return order


def test_the_last_prepared_channel_gives_the_order_after_the_guard_interval():
    release = after(opened(), ready(SITE), ready(WECHAT))

    order = the_order(decide(release, ready(WEIBO, 30)))

    assert order.release_at == at(32)
    assert order.channels == (SITE, WECHAT, WEIBO)
    assert order.laggards == ()


def test_a_scheduled_release_is_ordered_when_all_are_ready_and_acts_at_its_instant():
    release = ordered(replace(PLAN, scheduled_at=at(3_600)))

    assert isinstance(release, Ordered)
    assert release.release_at == at(3_600)


def test_a_schedule_that_has_passed_while_held_becomes_as_soon_as_possible():
    plan = replace(PLAN, scheduled_at=at(60))
    release = after(opened(plan), ready(SITE), ready(WECHAT), refused(WEIBO), c.GoWithout((WEIBO,), PERSON, at(300)))

    assert isinstance(release, Ordered)
    assert release.release_at == at(302)


def test_all_or_hold_waits_for_a_person_at_the_first_refusal_and_names_the_channel():
    [_, hold] = decide(after(opened(), ready(SITE)), refused(WECHAT))

    assert isinstance(hold, f.ReleaseHeld)
    assert "济南商务：标题66字，限64字" in hold.reason
    assert hold.missing == (WECHAT, WEIBO)


def test_site_first_goes_on_at_the_deadline_and_names_the_laggards():
    release = after(opened(SITE_FIRST), ready(SITE))

    order = the_order(decide(release, c.PassPrepareBy(at(600))))

    assert (order.channels, order.laggards) == ((SITE,), (WECHAT, WEIBO))


def test_site_first_does_not_wait_for_channels_that_have_refused():
    release = after(opened(SITE_FIRST), ready(SITE), refused(WECHAT))

    order = the_order(decide(release, refused(WEIBO)))

    assert order.channels == (SITE,)


def test_site_first_still_waits_for_the_site():
    release = after(opened(SITE_FIRST), ready(WECHAT), ready(WEIBO), c.PassPrepareBy(at(600)))

    assert isinstance(release, Held)
    assert isinstance(after(release, ready(SITE, 700)), Ordered)


def test_a_missing_channel_that_comes_after_all_resumes_a_held_release_by_itself():
    held = after(opened(), ready(SITE), ready(WECHAT), c.PassPrepareBy(at(600)))

    facts = decide(held, ready(WEIBO, 700))

    assert [type(fact) for fact in facts] == [f.ChannelReady, f.ReleaseResumed, f.ReleaseOrdered]


def test_what_a_person_holds_waits_for_a_person():
    held = after(opened(), c.Hold(PERSON, "等新闻发布会", at(1)), ready(SITE), ready(WECHAT), ready(WEIBO))

    assert isinstance(held, Held)
    assert isinstance(after(held, c.Resume(PERSON, at(900), at(60))), Ordered)


def test_resuming_past_a_refusal_says_what_to_do_first():
    held = after(opened(), ready(SITE), refused(WECHAT))

    with pytest.raises(Refused, match="先重试这个渠道"):
        decide(held, c.Resume(PERSON, at(900), at(60)))


def test_a_retry_asks_the_channel_again_and_the_release_goes_on():
    held = after(opened(), ready(SITE), ready(WEIBO), refused(WECHAT))

    again = after(held, c.RetryChannel(WECHAT, PERSON, at(900), at(60)))

    assert isinstance(again, Preparing)
    assert standing_of(again.standings, WECHAT) == ch.Waiting()
    assert isinstance(after(again, ready(WECHAT, 70)), Ordered)


def test_the_site_is_never_left_out():
    with pytest.raises(Refused, match="必发"):
        decide(opened(), c.GoWithout((SITE,), PERSON, at(1)))
    with pytest.raises(Refused, match="政府网站"):
        opened(replace(PLAN, channels=CHANNELS[1:]))


def test_there_is_at_most_one_instant():
    release = ordered()

    for again in (ready(SITE, 3), ready(WECHAT, 3), ready(WEIBO, 3)):
        assert not any(isinstance(fact, f.ReleaseOrdered) for fact in decide(release, again))
    with pytest.raises(Refused, match="时刻不能再改"):
        decide(release, c.Reschedule(PERSON, at(9_000), at(900), at(3)))


def test_an_ordered_release_is_cancelled_while_the_word_can_still_reach_everyone():
    release = ordered(replace(PLAN, scheduled_at=at(3_600)))

    assert isinstance(after(release, c.CancelRelease(PERSON, "改期", at(3_598))), Cancelled)
    with pytest.raises(Refused, match="来不及"):
        decide(release, c.CancelRelease(PERSON, "改期", at(3_598.5)))


def test_a_release_that_is_out_is_not_cancelled_but_corrected():
    with pytest.raises(Refused, match="更正或者撤回"):
        decide(closed(), c.CancelRelease(PERSON, "改期", at(30)))


def test_the_last_answer_closes_with_the_skew_of_our_own_acts():
    release = closed()

    assert isinstance(release, Closed)
    assert release.skew_ms == 50.0
    assert release.published_at == at(4.0)


def test_laggards_are_not_part_of_the_skew_and_are_noted_after_closing():
    site_only = after(opened(SITE_FIRST), ready(SITE), c.PassPrepareBy(at(600)), acted(SITE, 602))
    late = after(site_only, ready(WECHAT, 1_000), acted(WECHAT, 1_001))

    assert isinstance(late, Closed)
    assert late.skew_ms == 0.0
    assert isinstance(standing_of(late.standings, WECHAT), ch.Released)


def test_a_failure_or_an_unknown_outcome_is_an_answer_too():
    release = after(
        ordered(), acted(SITE, 4), acted(WECHAT, 4.1), c.NoteFailed(WEIBO, "unknown", "", "平台没有答复", at(9))
    )

    assert isinstance(release, Closed)
    known = after(release, c.NoteConfirmed(WEIBO, "https://weibo.example/1", at(20), at(20)))
    assert isinstance(standing_of(known.standings, WEIBO), ch.Confirmed)


def test_silence_closes_with_the_outcome_unknown_but_never_without_the_site():
    silent_site = after(ordered(), acted(WECHAT, 4), c.PassCloseBy(at(64)))
    silent_weibo = after(ordered(), acted(SITE, 4), acted(WECHAT, 4), c.PassCloseBy(at(64)))

    assert isinstance(silent_site, Releasing)
    assert isinstance(silent_weibo, Closed)
    weibo = standing_of(silent_weibo.standings, WEIBO)
    assert isinstance(weibo, ch.Failed)
    assert weibo.outcome == "unknown"


def test_what_is_out_is_never_posted_again():
    with pytest.raises(Refused, match="不会重发"):
        decide(closed(), c.RetryChannel(WEIBO, PERSON, at(900), at(30)))


def test_a_channel_rejected_by_its_platform_is_retried_as_a_laggard():
    rejected = after(closed(), c.NoteFailed(WEIBO, "rejected", "4", "审核未通过", at(30)))

    again = after(
        rejected, c.RetryChannel(WEIBO, PERSON, at(900), at(40)), ready(WEIBO, 50), acted(WEIBO, 51)
    )

    assert isinstance(standing_of(again.standings, WEIBO), ch.Released)


def test_what_we_took_back_ourselves_is_not_posted_again():
    ours = after(closed(), c.NoteRetracted(WEIBO, at(30), "us", at(30)))
    theirs = after(closed(), c.NoteRetracted(WEIBO, at(30), "account-owner", at(30)))
    again = c.RetryChannel(WEIBO, PERSON, at(900), at(40))

    with pytest.raises(Refused, match="我们自己撤下"):
        decide(ours, again)
    assert [type(fact) for fact in decide(theirs, again)] == [f.ChannelAskedAgain]


def test_an_answer_about_another_edition_is_not_taken():
    stale = c.NotePrepared(SITE, "sha256:" + "0" * 64, SHOWN, at(1))

    assert decide(opened(), stale) == []


def test_an_act_after_a_cancellation_is_kept_as_a_note():
    cancelled = after(opened(), ready(SITE), c.CancelRelease(PERSON, "改期", at(2)))

    noted = after(cancelled, acted(WECHAT, 5))

    assert isinstance(noted, Cancelled)
    assert isinstance(standing_of(noted.standings, WECHAT), ch.Released)


def test_taking_back_is_the_act_of_a_withdrawal():
    plan = replace(PLAN, change="withdraw")
    release = after(
        ordered(plan), acted(SITE, 4), c.NoteRetracted(WECHAT, at(4.2), "us", at(5)), acted(WEIBO, 4.1)
    )

    assert isinstance(release, Closed)
    assert release.skew_ms == 200.0


def test_a_release_whose_posts_are_taken_back_later_keeps_the_moments_in_which_they_went_out():
    release = after(closed(), c.NoteRetracted(WEIBO, at(300), "us", at(300)))

    assert ch.acted_at(standing_of(release.standings, WEIBO)) == ch.acted_at(standing_of(closed().standings, WEIBO))


def test_drift_is_seen_once_and_again_when_it_changes():
    drifted = c.NoteDrifted(WEIBO, "changed", at(100), "第2段", at(100))
    release = after(closed(), drifted)

    assert decide(release, drifted) == []
    assert decide(release, replace(drifted, difference="第3段"))


@pytest.mark.parametrize("order", list(permutations((SITE, WECHAT, WEIBO))))
def test_the_order_in_which_channels_answer_does_not_matter(order):
    prepared = after(opened(), *(ready(channel, number) for number, channel in enumerate(order)))
    moments = {SITE: 4.0, WECHAT: 4.02, WEIBO: 4.05}

    released = after(prepared, *(acted(channel, moments[channel]) for channel in reversed(order)))

    assert isinstance(released, Closed)
    assert (released.published_at, released.skew_ms) == (at(4.0), 50.0)


ANSWERS = st.sampled_from(
    [
        *(ready(channel) for channel in (SITE, WECHAT, WEIBO)),
        *(acted(channel, 5) for channel in (SITE, WECHAT, WEIBO)),
        *(refused(channel) for channel in (WECHAT, WEIBO)),
        c.NoteFailed(WEIBO, "unknown", "", "没有答复", at(9)),
        c.NoteConfirmed(WEIBO, "https://weibo.example/1", at(10), at(10)),
        c.PassPrepareBy(at(600)),
        c.PassInstant(at(700)),
        c.PassCloseBy(at(800)),
        c.GoWithout((WEIBO,), PERSON, at(650)),
        c.RetryChannel(WECHAT, PERSON, at(1_200), at(650)),
        c.Resume(PERSON, at(1_200), at(650)),
        c.Hold(PERSON, "等一等", at(2)),
        c.CancelRelease(PERSON, "改期", at(3)),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSWERS, max_size=40), st.sampled_from([PLAN, SITE_FIRST]))
def test_whatever_happens_in_whatever_order_there_is_one_instant_and_one_end(commands, plan):
    release = opened(plan)
    history: list[f.Fact] = []
    for command in commands:
        for _ in range(2):
            try:
                facts = decide(release, command)
            except Refused:
                continue
            history += facts
            release = after(release, command)

    kinds = [type(fact) for fact in history]
    assert kinds.count(f.ReleaseOrdered) <= 1
    assert kinds.count(f.ReleaseClosed) + kinds.count(f.ReleaseCancelled) <= 1
    if f.ReleaseClosed in kinds:
        assert f.ReleaseOrdered in kinds[: kinds.index(f.ReleaseClosed)]
    if f.ChannelActed in kinds and not isinstance(release, Cancelled):
        assert f.ReleaseOrdered in kinds[: kinds.index(f.ChannelActed)]


def test_the_plan_is_refused_when_it_cannot_be_kept():
    with pytest.raises(Refused, match="截止时间"):
        opened(replace(PLAN, prepare_by=NOON))
    with pytest.raises(Refused, match="太近"):
        opened(replace(PLAN, scheduled_at=at(1)))
    with pytest.raises(Refused, match="两次"):
        opened(replace(PLAN, channels=(*CHANNELS, CHANNELS[1])))
    assert opened().plan.edition_digest == DIGEST
