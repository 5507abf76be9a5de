"""`gongkai law due` and `gongkai law fee`: the same answers as the statute, for people and programs."""

import argparse
import json
from datetime import date
from decimal import Decimal

import pytest

from gongkai.cli import law
from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.clock import Clock, Running
from gongkai.statute.fees import item_fee, page_fee


def ask(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="gongkai law")
    law.configure(parser)
    return law.run(parser.parse_args(words))


def told(capsys, *words: str) -> dict:
    assert ask(*words, "--json") == 0
    answer: dict = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize(
    ("items", "yuan"), [(0, 0), (1, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (40, 4000), (41, 4300)]
)
def test_the_cumulative_fee_by_item_is_that_of_the_statute(items, yuan, capsys):
    answer = told(capsys, "fee", "--items", str(items))

    assert Decimal(answer["amount"]) == Decimal(yuan) == item_fee(items)
    assert answer["standard"] == "by-item"


@pytest.mark.parametrize(
    ("pages", "yuan"), [(0, 0), (30, 0), (31, 10), (44, 140), (100, 700), (101, 720), (200, 2700), (201, 2740)]
)
def test_the_fee_by_page_is_that_of_the_statute(pages, yuan, capsys):
    assert Decimal(told(capsys, "fee", "--pages", str(pages))["amount"]) == Decimal(yuan) == page_fee(pages)


def test_items_of_the_same_month_go_on_where_the_earlier_ones_stopped(capsys):
    assert told(capsys, "fee", "--items", "2", "--already", "29") == {
        "standard": "by-item", "count": 2, "already": 29, "amount": "300", "reckoning": "按件计收：本月第30件至第31件",
    }  # fmt: skip


def test_people_see_every_tier_of_a_fee(capsys):
    assert ask("fee", "--items", "41") == 0
    assert ask("fee", "--pages", "201") == 0

    shown = capsys.readouterr().out
    assert "按件计收：本月第1件至第41件，4300元" in shown
    assert "第31至40件 每件200元" in shown
    assert "第41件 300元" in shown
    assert "第201至201页 每页40元" in shown


def test_the_compound_case_of_a_consultation_and_an_extension_is_dated_step_by_step(capsys):
    events = ("received=2025-09-26", "consult=2025-10-09", "answer=2025-10-17", "extend=2025-10-20:10")

    answer = told(capsys, "due", *events, "--explain")

    assert [step["due"] for step in answer["history"]] == ["2025-10-30", None, "2025-11-10", "2025-11-24"]
    assert answer["due"] == "2025-11-24"
    assert len(answer["counted"]) == 30
    excluded = [day["on"] for day in answer["days"] if day["state"] == "excluded"]
    assert excluded == [f"2025-10-{day}" for day in (10, 11, 13, 14, 15, 16, 17)]


def test_the_same_events_in_another_order_give_the_same_date(capsys):
    forward = told(capsys, "due", "received=2025-09-26", "consult=2025-10-09", "answer=2025-10-17")
    backward = told(capsys, "due", "answer=2025-10-17", "consult=2025-10-09", "received=2025-09-26")

    assert forward == backward


def test_the_plain_date_is_that_of_the_clock(capsys):
    reading = Clock(rules.REPLY, date(2026, 9, 18)).read(built_in())
    assert isinstance(reading, Running)

    answer = told(capsys, "due", "received=2026-09-18")

    assert answer["due"] == reading.due.on.isoformat() == "2026-10-22"
    assert answer["calendar_version"] == built_in().version


def test_people_see_each_event_and_each_day(capsys):
    assert ask("due", "received=2025-09-26", "consult=2025-10-09", "answer=2025-10-17", "--explain") == 0

    shown = capsys.readouterr().out
    assert "2025-10-09  发出征求意见书  期限停止计算" in shown
    assert "答复期限：2025年11月10日（星期一）（《政府信息公开条例》第三十三条）" in shown
    assert "2025-10-11  扣除     5  星期六，国庆节调休上班，征求意见（第1份），不计入" not in shown
    assert "2025-10-11  扣除     4  星期六，国庆节调休上班，征求意见（第1份），不计入" in shown


@pytest.mark.parametrize(
    ("edges", "due"),
    [
        ((), "2025-11-10"),
        (("--exclude-issue-day",), "2025-11-11"),
        (("--count-answer-day",), "2025-11-07"),
        (("--exclude-issue-day", "--count-answer-day"), "2025-11-10"),
    ],
)
def test_the_edge_days_are_a_choice_of_the_command_too(edges, due, capsys):
    answer = told(capsys, "due", "received=2025-09-26", "consult=2025-10-09", "answer=2025-10-17", *edges)

    assert answer["due"] == due


def test_while_something_is_awaited_the_days_used_and_left_are_told(capsys):
    answer = told(capsys, "due", "received=2025-09-26", "consult=2025-10-09")
    assert ask("due", "received=2025-09-26", "consult=2025-10-09") == 0

    assert answer["waiting"] == {"since": "2025-10-09", "reason": "征求意见（第1份）", "used": 4, "left": 16}
    assert answer["due"] is None
    assert "已计4个、还剩16个工作日" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("events", "due"),
    [
        (("received=2025-09-26", "correct-asked=2025-10-10", "corrected=2025-11-03"), "2025-12-01"),
        (("received=2026-04-30", "fee-noticed=2026-05-20", "paid=2026-06-10"), "2026-07-09"),
        (("received=2025-09-26", "extend=2025-10-30:20"), "2025-11-27"),
    ],
)
def test_corrections_payments_and_extensions_move_the_date(events, due, capsys):
    assert told(capsys, "due", *events)["due"] == due


def test_two_consultations_are_told_apart_by_their_names(capsys):
    answer = told(
        capsys, "due", "received=2025-09-26", "consult=2025-10-09:甲", "consult=2025-10-13：乙", "answer=2025-10-17:甲",
        "answer=2025-10-20:乙",
    )  # fmt: skip

    assert answer["due"] == "2025-11-11"


def test_other_periods_are_counted_by_their_own_rule_and_moved_behind_a_holiday(capsys):
    answer = told(capsys, "due", "--rule", "suit", "received=2025-04-01", "--explain")
    assert ask("due", "--rule", "suit", "received=2025-04-01") == 0

    assert (answer["due"], answer["moved_from"]) == ("2025-10-09", "2025-10-01")
    assert answer["days"][-1] == {"on": "2025-10-09", "state": "skipped", "why": "星期四，工作日，期限止于此日", "running": 183}
    assert "原止于2025-10-01" in capsys.readouterr().out


def test_a_date_past_the_last_notice_is_provisional_and_says_so(capsys):
    answer = told(capsys, "due", "received=2027-01-04")
    assert ask("due", "received=2027-01-04") == 0

    assert answer["provisional"] is True
    assert "注意：2027年放假安排尚未载入" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("due", "consult=2025-10-09"), "第一个事件应当是收到申请"),
        (("due", "received"), "不是事件，应写作 事件=日期"),
        (("due", "received=昨天"), "“昨天”不是日期"),
        (("due", "arrived=2025-09-26"), "没有“arrived”这种事件，可用：received"),
        (("due", "received=2025-09-26", "received=2025-09-28"), "收到申请只能有一次"),
        (("due", "received=2025-09-26", "extend=2025-10-20"), "延期要写明工作日数"),
        (("due", "received=2025-09-26", "extend=2025-10-20:21"), "1至20个工作日"),
        (("due", "received=2025-09-26", "extend=2025-10-31:5"), "已于2025年10月30日（星期四）届满"),
        (("due", "received=2025-09-26", "extend=2025-10-13:5", "extend=2025-10-14:5"), "只能延期1次"),
        (("due", "received=2025-09-26", "answer=2025-10-17"), "没有正在等待答复"),
        (("due", "received=2025-09-26", "corrected=2025-10-17"), "没有告知补正"),
        (("due", "received=2025-09-26", "correct-asked=2025-10-14"), "告知补正的期限已于2025年10月13日（星期一）届满"),
        (("due", "received=2025-09-26", "correct-asked=2025-10-09", "correct-asked=2025-10-10"), "一次性告知"),
        (("due", "received=2025-09-26", "consult=2025-10-09", "consult=2025-10-10", "answer=2025-10-17"), "请写明答复的是哪一份"),
        (("due", "received=2025-09-26:甲"), "后面多了“:甲”"),
        (("due", "--rule", "nothing", "received=2025-09-26"), "没有规则“nothing”"),
        (("due", "--rule", "suit", "received=2025-09-26", "extend=2025-10-20:5"), "不按工作日计算"),
        (("due", "--rule", "fee-item-price", "received=2025-09-26"), "不能据此推算到期日"),
        (("fee", "--items", "很多"), "不是整数"),
        (("fee", "--items", "-3"), "件数不能为负数"),
        (("fee", "--pages", "-1"), "页数不能为负数"),
        (("fee", "--pages", "999999"), "数目超过100000"),
        (("fee", "--pages", "44", "--already", "3"), "页数不跨申请累计"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_two(words, sentence, capsys):
    assert ask(*words) == 2

    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize("words", [("due",), ("fee",), ("fee", "--items", "1", "--pages", "1")])
def test_too_little_or_too_much_is_answered_with_the_usage(words, capsys):
    with pytest.raises(SystemExit) as left:
        ask(*words)

    assert left.value.code == 2
    assert f"gongkai law {words[0]}" in capsys.readouterr().err


def test_the_help_lists_every_event_with_examples(capsys):
    with pytest.raises(SystemExit):
        ask("due", "--help")

    shown = capsys.readouterr().out
    assert "fee-noticed=DATE" in shown
    assert "发出征求意见书" in shown
    assert "gongkai law due received=2025-09-26" in shown
