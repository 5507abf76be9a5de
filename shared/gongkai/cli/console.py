"""How the command line speaks: exit codes, errors that say what to do, help in two languages, tables."""

import argparse
import json
import re
import sys
from typing import Any, Final, NoReturn

from gongkai.local.errors import CannotFetch, DiskFull, InUse, PortTaken, StackError

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
IN_USE: Final = 3
PORT_TAKEN: Final = 4
DISK_FULL: Final = 5
CANNOT_FETCH: Final = 6
NOT_RUNNING: Final = 7
FOUND_WRONG: Final = 8
INTERRUPTED: Final = 130

EXIT_CODES: Final = """\
退出代码 exit codes:
  0  成功 done
  1  没有成功，原因见输出 failed, the reason is printed
  2  命令写法不对 wrong usage
  3  文件夹正被另一份系统使用 the folder belongs to a running copy
  4  端口已被占用 a port is taken
  5  磁盘已满 the disk is full
  6  取不到组件 a package cannot be fetched
  7  系统没有运行 the system is not running
  8  检查发现问题 a check found something wrong
  130  被中断 interrupted"""


class NotRunning(StackError):
    """There is no running system to talk to."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose headings and errors read in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        kwargs["add_help"] = False  # ours speaks both languages
        super().__init__(*args, **kwargs)
        self._positionals.title = "参数 arguments"
        self._optionals.title = "选项 options"
        self.add_argument("-h", "--help", action="help", help="显示这份说明 / show this help")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法 usage: ", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法 usage: ", 1)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        sys.stderr.write(f"{self.prog}: 命令写法不对：{in_chinese(message)}\n请用 {self.prog} --help 查看用法。\n")
        raise SystemExit(USAGE)


#: What argparse says, and how we say it; words of the command line stay as they were typed.
_SAID: Final = (
    (re.compile(r"^the following arguments are required: (.+)$"), r"还缺 \1"),
    (re.compile(r"^unrecognized arguments: (.+)$"), r"不认识 \1"),
    (re.compile(r"^argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)$"), r"\1 没有“\2”，可以写 \3"),
    (re.compile(r"^argument (.+?): invalid \w+ value: '?(.*?)'?$"), r"\1 不能写“\2”"),
    (re.compile(r"^argument (.+?): expected (?:one|at least one) argument$"), r"\1 后面要有内容"),
    (re.compile(r"^one of the arguments (.+) is required$"), r"要写 \1 中的一个"),
    (re.compile(r"^argument (.+?): not allowed with argument (.+)$"), r"\1 不能和 \2 一起写"),
)


def in_chinese(message: str) -> str:
    """Say an error of argparse in Chinese; one that we do not know stays as it is."""
    for pattern, said in _SAID:
        if pattern.match(message):
            return pattern.sub(said, message)
    return message


def exit_code_of(wrong: StackError) -> int:
    """Return the documented code of what went wrong."""
    for kind, code in (
        (InUse, IN_USE),
        (PortTaken, PORT_TAKEN),
        (DiskFull, DISK_FULL),
        (CannotFetch, CANNOT_FETCH),
        (NotRunning, NOT_RUNNING),
    ):
        if isinstance(wrong, kind):
            return code
    return FAILED


def complain(wrong: StackError) -> int:
    """Say what happened and what to do; return the exit code."""
    sys.stderr.write(f"错误：{wrong.sentence}\n")
    if wrong.advice:
        sys.stderr.write(f"怎么办：{wrong.advice}\n")
    return exit_code_of(wrong)


def say_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))
