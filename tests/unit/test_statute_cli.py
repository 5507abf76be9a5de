"""`gongkai law`: the law for people and programs."""

import argparse
import json

import pytest

from gongkai.cli import law


def ask(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="gongkai law")
    law.configure(parser)
    return law.run(parser.parse_args(words))


def test_a_due_date_is_explained_day_by_day(capsys):
    assert ask("workday", "2025-01-24", "20", "--explain") == 0

    told = capsys.readouterr().out
    assert "第20个工作日：2025年2月27日（星期四）" in told
    assert "2025-01-26  计入     1  星期日，春节调休上班" in told
    assert "01-26→27(2) 02-05→08(6) 02-10→14(11) 02-17→21(16) 02-24→27(20)" in told


def test_programs_get_the_same_as_json(capsys):
    assert ask("workday", "2025-01-24", "20", "--explain", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["due"] == "2025-02-27"
    assert told["provisional"] is False
    assert told["runs"][0] == {"first": "2025-01-26", "last": "2025-01-27", "total": 2}
    assert len(told["days"]) == 34


def test_a_provisional_date_says_so_to_people_and_programs(capsys):
    ask("workday", "2026-12-01", "40")
    ask("workday", "2026-12-01", "40", "--json")

    people, _, programs = capsys.readouterr().out.partition("{")
    assert "暂定" in people
    assert "2027年放假安排尚未载入" in people
    assert json.loads("{" + programs)["provisional"] is True


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("id", "11010519491231002X", 0),
        ("uscc", "113701020041953193", 1),
        ("docnumber", "济商字[2025]05号", 1),
        ("index", "11370100MB2866908X/2025-00037", 0),
    ],
)
def test_a_number_is_validated_and_the_exit_code_tells(kind, value, code, capsys):
    assert ask("validate", kind, value, "--json") == code

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (code == 0)
    assert told.keys() == {"kind", "ok", "value", "normalised", "problems", "notes", "facts"}


def test_a_wrong_document_number_is_spelt_right_for_people(capsys):
    assert ask("validate", "docnumber", "济商字[2025]05号") == 1

    assert "应写作“济商字〔2025〕5号”。" in capsys.readouterr().out


def test_articles_and_rules_are_told_one_by_one_or_all(capsys):
    assert ask("article", "A26") == 0
    assert "20个工作日" in capsys.readouterr().out
    assert ask("article", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) > 60
    assert ask("rules", "proactive", "--json") == 0
    assert json.loads(capsys.readouterr().out)["length"] == 20
    assert ask("rules") == 0
    assert "annual" not in capsys.readouterr().out.partition("\n")[0]


def test_the_notices_are_shown_with_their_version(capsys):
    assert ask("calendar", "2026", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["notices"][0]["make_up"]["2026-02-14"] == "春节"
    assert ask("calendar", "2026") == 0
    assert told["version"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("workday", "昨天", "20"), "“昨天”不是日期"),
        (("workday", "2025-02-30", "20"), "不是日期"),
        (("workday", "2025-01-24", "很多"), "不是整数"),
        (("workday", "2025-01-24", "99999999999"), "不是整数"),
        (("workday", "2025-01-24", "30000"), "0至20000"),
        (("validate", "passport", "E12345678"), "没有号码种类"),
        (("article", "A999"), "没有登记条文"),
        (("rules", "nothing"), "没有规则"),
        (("calendar", "2027"), "没有载入2027年"),
    ],
)
def test_unusable_input_is_one_clear_sentence_and_exit_code_two(words, sentence, capsys):
    assert ask(*words) == 2

    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_help_speaks_chinese_and_english(capsys):
    with pytest.raises(SystemExit):
        ask("--help")

    told = capsys.readouterr().out
    assert "从起算日起数工作日 / Count working days" in told
    assert (law.NAME, "/" in law.HELP) == ("law", True)
