"""Wrong usage of the command line is said in Chinese, with the words as they were typed."""

import os
import subprocess
import sys

import pytest

from gongkai.cli.console import USAGE, Parser, in_chinese


@pytest.fixture
def parser() -> Parser:
    made = Parser(prog="gongkai")
    made.add_argument("day", metavar="DATE")
    made.add_argument("--many", type=int)
    made.add_argument("--kind", choices=["id", "uscc"])
    return made


def test_two_options_of_which_one_is_needed_are_said_in_chinese(parser, capsys):
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--items")
    either.add_argument("--pages")

    for typed, sentence in ((["x"], "要写 --items --pages 中的一个"), (["x", "--items", "1", "--pages", "1"], "不能和 --items 一起写")):
        with pytest.raises(SystemExit):
            parser.parse_args(typed)
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ([], "还缺 DATE"),
        (["x", "y"], "不认识 y"),
        (["x", "--kind", "nope"], "--kind 没有“nope”，可以写"),
        (["x", "--many", "三"], "--many 不能写“三”"),
        (["x", "--many"], "--many 后面要有内容"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_chinese(parser, capsys, typed, sentence):
    with pytest.raises(SystemExit) as left:
        parser.parse_args(typed)

    said = capsys.readouterr().err
    assert left.value.code == USAGE
    assert sentence in said
    assert "用法 usage: gongkai" in said


def test_a_message_nobody_foresaw_stays_as_it_is():
    assert in_chinese("something new") == "something new"


def test_a_command_whose_reader_left_ends_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "gongkai.cli.main", "law", "workday", "2025-01-24", "20", "--explain"]

    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)

    assert (ended.returncode, ended.stderr) == (0, b"")
