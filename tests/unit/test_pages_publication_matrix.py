"""The release matrix: every state has its words, its cells, its ways out, and a skew only where there is one."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from publication.pages import matrix, story
from publication.pages.releases import KINDS as WAYS
from publication.release import states as s
from publication.release.facts import ReleaseClosed

NOW = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)


def a_release(state: str, channels: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    row = {
        "id": UUID(int=5), "document_id": UUID(int=6), "title": "通知", "state": state, "change": "publish",
        "policy": "all-or-hold", "emergency": False, "reason": "", "held_by": None, "needs_person": False,
        "prepare_by": NOW + timedelta(minutes=10), "scheduled_at": None, "release_at": None, "skew_ms": None,
    }  # fmt: skip
    plain = {"kind": "wechat", "laggard": False, "acted_at": None, "url": None}
    return row | more | {"channels": [plain | channel for channel in channels]}


def ways(release: dict[str, Any]) -> list[str]:
    return [way.act for way in matrix.ways_of(release)]


@pytest.mark.parametrize(
    ("state", "channel", "expected"),
    [
        ("Preparing", "Waiting", ["go-without", "hold", "reschedule", "cancel"]),
        ("Held", "Refused", ["retry", "go-without", "resume", "reschedule", "cancel"]),
        ("Ordered", "Prepared", ["cancel"]),
        ("Releasing", "Failed", ["retry"]),
        ("Closed", "Drifted", ["retry"]),
        ("Closed", "Confirmed", []),
        ("Cancelled", "Refused", []),
    ],
)
def test_every_state_shows_its_ways_out(state, channel, expected):
    assert ways(a_release(state, [{"id": "account:1", "name": "公众号", "state": channel}])) == expected


def test_an_unknown_outcome_is_asked_about_and_not_sent_again():
    [way] = matrix.ways_of(
        a_release("Closed", [{"id": "account:1", "name": "公众号", "state": "Failed", "outcome": "unknown"}])
    )

    assert "不会重发" in way.label


def test_the_site_is_never_left_out():
    assert "go-without" not in ways(a_release("Held", [{"id": "website", "kind": "website", "name": "网站", "state": "Refused"}]))


def test_the_ways_of_the_matrix_are_the_pages_that_exist():
    shown = {
        act
        for state in ("Preparing", "Held", "Ordered", "Releasing", "Closed")
        for channel in ("Waiting", "Refused", "Failed", "Drifted")
        for act in ways(a_release(state, [{"id": "account:1", "name": "公众号", "state": channel}]))
    }

    assert shown == set(WAYS)


@pytest.mark.parametrize("state", get_args(s.Open), ids=lambda state: state.__name__)
@pytest.mark.parametrize("channel", ["Waiting", "Prepared", "Refused", "Skipped", "Released", "Confirmed", "Failed", "Drifted", "Retracted"])
def test_every_cell_has_a_word_the_legend_knows(state, channel):
    row = matrix.row_of(
        a_release(state.__name__, [{"id": "website", "name": "网站", "state": channel}], release_at=NOW, skew_ms=0.0),
        [matrix.Column("website", "网站")], NOW,
    )  # fmt: skip

    assert row.cells[0].name in {
        "preparing", "prepared", "ordered", "released", "confirmed", "refused", "failed", "unknown", "drifted",
        "laggard", "retracted", "skipped",
    }  # fmt: skip
    assert row.outcome


def test_the_skew_is_drawn_from_the_instant_and_says_what_it_shows():
    acts = [NOW + timedelta(milliseconds=ms) for ms in (0, 12, 20)]
    channels = [
        {"id": f"account:{n}", "name": f"渠道{n}", "state": "Released", "acted_at": at.isoformat()} for n, at in enumerate(acts)
    ]

    chart = matrix.skew_chart(a_release("Closed", channels, release_at=NOW, skew_ms=20.0))

    assert chart is not None
    assert [point.words for point in chart.points] == ["0", "12", "20"]
    assert [label for _, label in chart.ticks] == ["0", "5", "10", "15", "20", "25"]
    assert "首尾相差 20.0 毫秒" in chart.finding


def test_a_release_closed_without_its_laggards_says_how_many_come_later():
    site = {"id": "website", "kind": "website", "name": "网站", "state": "Released", "acted_at": NOW.isoformat()}
    late = [{"id": f"account:{n}", "name": f"账号{n}", "state": "Waiting", "laggard": True} for n in (1, 2)]
    closed = a_release("Closed", [site, *late], release_at=NOW, skew_ms=0.0)
    row = matrix.row_of(closed, matrix.columns_of([closed]), NOW)

    assert (row.outcome, row.outcome_small) == ("2 个渠道稍后补发", "")
    assert story.release_fact(ReleaseClosed(NOW, 0.0, ()), str).detail == ""
    assert "12.5 毫秒" in story.release_fact(ReleaseClosed(NOW, 12.5, ()), str).detail


def test_one_channel_alone_has_no_skew():
    alone = a_release("Closed", [{"id": "website", "name": "网站", "state": "Released", "acted_at": NOW.isoformat()}], release_at=NOW, skew_ms=0.0)

    assert matrix.skew_chart(alone) is None
    assert matrix.row_of(alone, matrix.columns_of([alone]), NOW).outcome == "已放出"


def test_a_withdrawal_says_that_the_text_is_gone_and_not_that_it_is_out():
    site = {"id": "website", "kind": "website", "name": "网站", "state": "Confirmed", "acted_at": NOW.isoformat()}
    withdrawal = a_release("Closed", [site], release_at=NOW, skew_ms=0.0, change="withdraw")
    before = a_release("Closed", [site], release_at=NOW, skew_ms=0.0, followed_by="withdraw")

    assert [cell_of(withdrawal).name, cell_of(before).name] == ["retracted", "retracted"]
    assert not cell_of(withdrawal).url


def test_an_edition_that_was_corrected_says_so():
    site = {"id": "website", "kind": "website", "name": "网站", "state": "Released", "acted_at": NOW.isoformat()}

    assert cell_of(a_release("Closed", [site], release_at=NOW, skew_ms=0.0, followed_by="correct")).word == "已由新版代替"


def cell_of(release: dict[str, Any]) -> matrix.Cell:
    return matrix.row_of(release, matrix.columns_of([release]), NOW).cells[0]
